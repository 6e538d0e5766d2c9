"""The latent model behind an answer on the 1-4 scale, and random helpers that give the same draw on every machine.

Only ``Random.random`` is used: Python promises that it gives the same numbers for the same seed in every version.
"""

from __future__ import annotations

from functools import cache
from statistics import NormalDist
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

T = TypeVar("T")
FIRST_NAMES = (
    "Andi", "Budi", "Citra", "Dewi", "Eko", "Fitri", "Gita", "Hendra", "Indah", "Joko", "Kartika", "Lina", "Maria",
    "Nadia", "Oscar", "Putri", "Rahmat", "Sari", "Tono", "Wati", "Yanti", "Yusuf",
)  # fmt: skip
CUTS = (1.5, 2.5, 3.5)
"""Where a latent value turns into the next answer."""
HIGHEST = 3.98
"""No question is answered 4 by everybody unless that is planted."""
_NORMAL = NormalDist()


@cache
def latent_mean(expected: float, sd: float) -> float:
    """Return the latent mean whose rounded answers (1-4) have the mean ``expected`` when the latent SD is ``sd``.

    The mean answer is 1 + the sum over the cuts of P(latent > cut), rising in the latent mean: found by halving.
    """
    low, high = -2.0, 8.0
    goal = min(max(expected, 1.02), HIGHEST)
    for _ in range(40):
        middle = (low + high) / 2
        if 1 + sum(_NORMAL.cdf((middle - cut) / sd) for cut in CUTS) < goal:
            low = middle
        else:
            high = middle
    return (low + high) / 2


def normal(rng: Random) -> float:
    """Return a standard normal draw."""
    return _NORMAL.inv_cdf(min(max(rng.random(), 1e-12), 1 - 1e-12))


def pick(rng: Random, options: Sequence[T]) -> T:
    """Return one of ``options``, each as likely."""
    return options[int(rng.random() * len(options))]


def weigh(rng: Random, shares: Mapping[T, float]) -> T:
    """Return one key of ``shares``, as likely as its share."""
    return _at(shares, rng.random() * sum(shares.values()))


def spread(rng: Random, shares: Mapping[T, float], count: int) -> list[T]:
    """Return ``count`` keys in random order, each as often as its share says (a systematic draw)."""
    total, start = sum(shares.values()), rng.random()
    drawn = [_at(shares, (place + start) / count * total) for place in range(count)]
    return shuffle(rng, drawn)


def shuffle(rng: Random, items: Sequence[T]) -> list[T]:
    """Return ``items`` in random order."""
    keys = [rng.random() for _ in items]
    return [items[place] for place in sorted(range(len(items)), key=keys.__getitem__)]


def _at(shares: Mapping[T, float], point: float) -> T:
    reached = 0.0
    for key, share in shares.items():
        reached += share
        if point < reached:
            return key
    return key
