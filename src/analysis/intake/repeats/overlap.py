"""Respondents that stand in two tables: the same rows, and rows of one person whose answers were corrected."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analysis.intake.process.codec import Block

from .pairing import TELLS_NOTHING, Pair, changed, codes_of, in_step

_LEAST = 5
_LARGELY = 0.5
_VARIED = 0.7
_NEIGHBOURS = 60
"""Tables of one unit and wave beyond which only equal rows are looked for."""
_Prints = np.ndarray[tuple[int], np.dtype[np.uint64]]
Scope = frozenset[tuple[str, ...]]
"""Unit, wave and instrument of the respondents of a table."""


@dataclass(frozen=True)
class Copy:
    """Rows of one table that stand in another already: indices of both, equal rows, and rows with other answers."""

    block: int
    of: int
    equal: tuple[Pair, ...]
    changed: tuple[Pair, ...]


def copies(blocks: Sequence[Block], scopes: Sequence[Scope], order: Sequence[int]) -> list[Copy]:
    """Return the copies among tables of one scope; of two tables the one that comes first in ``order`` counts.

    Rows are copies where most of the smaller table stands in the larger one and its answers are varied enough that
    chance cannot do that; single equal rows in two files are people who answered alike. Tables that agree row by row
    far beyond chance are copies too, be a whole column corrected.
    """
    prints = [np.frombuffer(block.prints, dtype="<u8") for block in blocks]
    twice = _twice(prints)
    holders: dict[int, list[int]] = {}
    near: dict[tuple[str, ...], list[int]] = defaultdict(list)
    found: list[Copy] = []
    place = {at: position for position, at in enumerate(order)}
    for at in order:
        shared = Counter(prints[at][np.isin(prints[at], twice)].tolist())
        alike = _alike(shared, blocks, at, holders)
        beside = {of for scope in scopes[at] for of in near[scope][-_NEIGHBOURS:]}
        found += [
            copy
            for of in sorted(beside | alike, key=place.__getitem__)
            if scopes[at] & scopes[of] and (copy := _copy(blocks, prints, at, of, likely=of in alike))
        ]
        for one in shared:
            holders.setdefault(one, []).append(at)
        for scope in scopes[at]:
            near[scope].append(at)
    return found


def _twice(prints: Sequence[_Prints]) -> _Prints:
    """Return the fingerprints that occur more than once: all others tell at a glance that they are no copies."""
    found, times = np.unique(np.concatenate(prints) if prints else np.zeros(0, "<u8"), return_counts=True)
    return found[times > 1]


def _alike(
    shared: Mapping[int, int], blocks: Sequence[Block], at: int, holders: Mapping[int, Sequence[int]]
) -> set[int]:
    """Return the tables that share enough fingerprints with this one."""
    held: Counter[int] = Counter()
    for one, times in shared.items():
        for of in holders.get(one, ()):
            held[of] += times
    return {of for of, count in held.items() if count >= _LARGELY * min(len(blocks[at]), len(blocks[of]))}


def _copy(blocks: Sequence[Block], prints: Sequence[_Prints], at: int, of: int, *, likely: bool) -> Copy | None:
    smaller = min(prints[at].tolist(), prints[of].tolist(), key=len)
    if len(smaller) < _LEAST or len(set(smaller)) < _VARIED * len(smaller):
        return None
    equal = _equal(prints[at], prints[of]) if likely else []
    if len(equal) < _LARGELY * len(smaller) or len(equal) < 3 + 3 * _by_chance(blocks[at], blocks[of]):
        return _stepwise(blocks, prints, at, of)
    if len(equal) == len(smaller):
        return Copy(at, of, tuple(equal), ())
    _, here, there = codes_of(blocks[at], blocks[of])
    return _told(at, of, equal, changed(equal, here, there), here, there)


def _stepwise(blocks: Sequence[Block], prints: Sequence[_Prints], at: int, of: int) -> Copy | None:
    if min(len(blocks[at]), len(blocks[of])) < 0.8 * max(len(blocks[at]), len(blocks[of])):
        return None
    _, here, there = codes_of(blocks[at], blocks[of])
    pairs = in_step(here, there)
    same = [one for one in pairs if prints[at][one.here] == prints[of][one.there]]
    return _told(at, of, same, [one for one in pairs if one not in set(same)], here, there) if pairs else None


def _told(at: int, of: int, equal: Sequence[Pair], other: Sequence[Pair], here: Any, there: Any) -> Copy:  # noqa: ANN401
    """Return the copy; rows that differ only in what is not kept (a name, a number) count as equal."""
    alike = [one for one in other if (here[one.here] == there[one.there]).all()]
    return Copy(at, of, (*equal, *alike), tuple(one for one in other if one not in set(alike)))


def _equal(here: _Prints, there: _Prints) -> list[Pair]:
    """Return the rows with the same fingerprint, each once, in order."""
    waiting: dict[int, deque[int]] = defaultdict(deque)
    for at, one in enumerate(there.tolist()):
        waiting[one].append(at)
    return [Pair(at, waiting[one].popleft()) for at, one in enumerate(here.tolist()) if waiting.get(one)]


def _by_chance(one: Block, other: Block) -> float:
    """Return how many rows of ``one`` would equal some row of ``other`` if every column were answered by itself."""
    equal = 1.0
    for name in set(one.columns) & set(other.columns):
        if name not in TELLS_NOTHING:
            equal *= float((_shares(one, name) * _shares(other, name).reindex_like(_shares(one, name))).sum())
    return len(one) * min(1.0, equal * len(other))


def _shares(block: Block, name: str) -> pd.Series:
    return pd.Series(block.series(name)).astype(str).value_counts(normalize=True)
