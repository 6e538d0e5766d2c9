"""Which way a scale runs, by the words of its ends."""

from __future__ import annotations

from collections.abc import Mapping

from .text import normal, unnumbered
from .vocab import words


def backward(scale: Mapping[float, str]) -> bool:
    """Return whether the lowest code of a scale has a good word and its highest a bad one (1 = very satisfied).

    A word for much ("1 = always") counts as good.
    """
    return _falls(scale, words("good") | words("much"))


def surely_backward(scale: Mapping[float, str]) -> bool:
    """Return whether a scale is backward whatever the question is: its best word is good by itself ("satisfied")."""
    return _falls(scale, words("good"))


def _falls(scale: Mapping[float, str], good: frozenset[str]) -> bool:
    if len(scale) < 2:
        return False
    best, worst = (unnumbered(normal(scale[end])).split() for end in (min(scale), max(scale)))
    bad = words("bad")
    return bool(good.intersection(best) and bad.intersection(worst) and not bad.intersection(best))
