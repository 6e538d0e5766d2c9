"""Which way a scale runs, by the words of its ends."""

from __future__ import annotations

from collections.abc import Mapping

from .text import normal, unnumbered
from .vocab import words


def backward(scale: Mapping[float, str]) -> bool:
    """Return whether the lowest code of a scale has a good word and its highest a bad one (1 = very satisfied)."""
    return len(scale) > 1 and _pole(scale[min(scale)]) > 0 > _pole(scale[max(scale)])


def _pole(text: str) -> int:
    """Return 1 for a good word, -1 for a bad one ("not satisfied" too), 0 for any other."""
    found = unnumbered(normal(text)).split()
    if words("bad").intersection(found):
        return -1
    return 1 if words("good").intersection(found) else 0
