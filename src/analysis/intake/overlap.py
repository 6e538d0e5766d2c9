"""The same bytes, the same respondents in two sheets or files, and corrected resubmissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from .codec import Block

_LEAST = 5
_SAME = 0.9
_LARGELY = 0.5
_VARIED = 0.7
_Prints = np.ndarray[tuple[int], np.dtype[np.uint64]]
_TELLS_NOTHING = frozenset(("unit", "wave", "service", "sector", "owner", "rule", "instrument", "flags"))


@dataclass(frozen=True)
class Copy:
    """Rows of one block that stand in another already: block indices, a mask, and whether all but a few do."""

    block: int
    of: int
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]]
    whole: bool


def copies(blocks: Sequence[Block], scopes: Sequence[tuple[str, ...]]) -> list[Copy]:
    """Return the copies among blocks of one scope (unit, wave, instrument); the fuller or earlier one counts.

    Rows are copies where most of the smaller block stands in the larger one and its answers are varied enough
    that chance cannot do that; single equal rows in two files are people who answered alike.
    """
    found = []
    prints = [np.frombuffer(block.prints, dtype="<u8") for block in blocks]
    twice = _twice(prints)
    order = sorted(range(len(blocks)), key=lambda at: (-len(blocks[at]), at))
    taken: list[int] = []
    holders: dict[int, list[int]] = {}
    for at in order:
        shared = Counter(prints[at][np.isin(prints[at], twice)].tolist())
        for of in _alike(shared, len(blocks[at]), holders, taken):
            if not set(scopes[at]) & set(scopes[of]):
                continue
            copy = _copy(blocks, prints, at, of)
            if copy is not None:
                found.append(copy)
                break
        else:
            taken.append(at)
            for one in shared:
                holders.setdefault(one, []).append(at)
    return found


def _twice(prints: Sequence[_Prints]) -> _Prints:
    """Return the fingerprints that occur more than once: all others tell at a glance that they are no copies."""
    found, times = np.unique(np.concatenate(prints) if prints else np.zeros(0, "<u8"), return_counts=True)
    return found[times > 1]


def _alike(
    shared: Mapping[int, int], rows: int, holders: Mapping[int, Sequence[int]], taken: Sequence[int]
) -> list[int]:
    """Return the blocks that hold enough of the fingerprints, in the order in which they were taken."""
    held: dict[int, int] = {}
    for one, times in shared.items():
        for of in holders.get(one, ()):
            held[of] = held.get(of, 0) + times
    enough = {of for of, count in held.items() if count >= _LARGELY * rows}
    return [of for of in taken if of in enough] if enough else []


def _copy(blocks: Sequence[Block], prints: Sequence[_Prints], at: int, of: int) -> Copy | None:
    here, there = prints[at].tolist(), Counter(prints[of].tolist())
    if len(here) < _LEAST or len(set(here)) < _VARIED * len(here):
        return None
    mask = np.zeros(len(here), dtype=bool)
    for row, one in enumerate(here):
        if there[one] > 0:
            there[one] -= 1
            mask[row] = True
    share = mask.mean()
    if share < _LARGELY or mask.sum() < 3 + 3 * _by_chance(blocks[at], blocks[of]):
        return None
    whole = bool(share >= _SAME)
    return Copy(at, of, mask, whole)


def _by_chance(one: Block, other: Block) -> float:
    """Return how many rows of ``one`` would equal some row of ``other`` if every column were answered by itself."""
    equal = 1.0
    for name in set(one.columns) & set(other.columns):
        if name not in _TELLS_NOTHING:
            equal *= float((_shares(one, name) * _shares(other, name).reindex_like(_shares(one, name))).sum())
    return len(one) * min(1.0, equal * len(other))


def _shares(block: Block, name: str) -> pd.Series:
    return pd.Series(block.series(name)).astype(str).value_counts(normalize=True)
