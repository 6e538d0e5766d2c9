"""Which respondents of two tables are the same person answering differently: told by place and by likeness."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from analysis.intake.process.codec import Block

_LEAST_ALIKE = 0.6
_BEYOND_CHANCE = 0.25
_MOST_ALIKE = 0.9
_IN_ORDER = 0.8
_MOST_PAIRS = 4_000_000
TELLS_NOTHING = frozenset(("unit", "wave", "service", "sector", "owner", "rule", "instrument", "flags"))
"""Columns that are alike for everybody in a table, or made by the kit."""


class Pair(NamedTuple):
    """A row of one table and the row of the other one (both counted from 0 within their blocks)."""

    here: int
    there: int


def codes_of(one: Block, other: Block) -> tuple[list[str], Any, Any]:
    """Return the columns that tell people apart, and both tables as numbers that are equal where the cells are."""
    names = [name for name in one.columns if name in other.columns and name not in TELLS_NOTHING]
    tables = [np.zeros((len(block), len(names)), dtype=np.int32) for block in (one, other)]
    for at, name in enumerate(names):
        known: dict[str, int] = {}
        for block, table in zip((one, other), tables, strict=True):
            levels, codes = block.columns[name]
            of = np.array([known.setdefault(str(value), len(known)) for value in levels], dtype=np.int32)
            table[:, at] = of[0] if codes is None else of[codes]
    return names, tables[0], tables[1]


def changed(equal: Sequence[Pair], here: Any, there: Any) -> list[Pair]:  # noqa: ANN401 - arrays of numbers
    """Return the rows that are one person with other answers, given the rows that are equal.

    Equal rows are anchors. Between two of them as many rows here as there are the same people, whatever they say;
    elsewhere only rows are, that are more alike than two strangers. Where fewer than half of the rows without an equal
    find one, the tables are parts of one survey, and nobody has changed.
    """
    alone_here = sorted(set(range(len(here))) - {one.here for one in equal})
    alone_there = sorted(set(range(len(there))) - {one.there for one in equal})
    if not alone_here or not alone_there or len(alone_here) * len(alone_there) > _MOST_PAIRS:
        return []
    least = _least_alike(here, there)
    anchors = _anchors(equal)
    # Rows in another order have no neighbours to go by, only their likeness.
    in_order = len(anchors) >= _IN_ORDER * len(equal)
    gaps = _gaps(anchors, alone_here, alone_there) if in_order else [(alone_here, alone_there, False)]
    found: list[Pair] = []
    for mine, theirs, inside in gaps:
        if inside and len(mine) == len(theirs):
            found += map(Pair, mine, theirs)
        else:
            found += _alike(mine, theirs, here, there, least)
    return found if 2 * len(found) >= min(len(alone_here), len(alone_there)) else []


def in_step(here: Any, there: Any) -> list[Pair]:  # noqa: ANN401 - arrays of numbers
    """Return all rows in pairs where two tables agree row by row far beyond chance, though hardly a row is equal."""
    rows = min(len(here), len(there))
    if rows < 5 or rows < 0.8 * max(len(here), len(there)) or not here.shape[1]:
        return []
    agree = float((here[:rows] == there[:rows]).mean())
    return [Pair(at, at) for at in range(rows)] if agree >= _least_alike(here, there) else []


def _least_alike(here: Any, there: Any) -> float:  # noqa: ANN401 - arrays of numbers
    """Return the share of equal answers from which two rows are one person: well above what strangers share."""
    if not here.shape[1]:
        return 1.0
    chance = 0.0
    for at in range(here.shape[1]):
        size = int(max(here[:, at].max(), there[:, at].max())) + 1
        mine, theirs = (np.bincount(one[:, at], minlength=size) / len(one) for one in (here, there))
        chance += float(mine @ theirs) / here.shape[1]
    return min(_MOST_ALIKE, max(_LEAST_ALIKE, chance + _BEYOND_CHANCE))


def _anchors(equal: Sequence[Pair]) -> list[Pair]:
    """Return the longest run of equal rows that stand in the same order in both tables."""
    ends: list[int] = []
    last: list[int] = []
    before = [-1] * len(equal)
    ordered = sorted(equal)
    for at, one in enumerate(ordered):
        place = bisect_left(ends, one.there)
        ends[place : place + 1] = [one.there]
        last[place : place + 1] = [at]
        before[at] = last[place - 1] if place else -1
    found: list[Pair] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(ordered[at])
        at = before[at]
    return found[::-1]


def _gaps(
    anchors: Sequence[Pair], mine: Sequence[int], theirs: Sequence[int]
) -> list[tuple[list[int], list[int], bool]]:
    """Return the rows between neighbouring anchors, and whether anchors stand on both sides of them."""
    first, second = [one.here for one in anchors], [one.there for one in anchors]
    gaps: dict[int, tuple[list[int], list[int]]] = {}
    for side, (rows, stops) in enumerate(((mine, first), (theirs, second))):
        for row in rows:
            gaps.setdefault(bisect_left(stops, row), ([], []))[side].append(row)
    return [(*both, 0 < at < len(anchors)) for at, both in sorted(gaps.items())]


def _alike(mine: Sequence[int], theirs: Sequence[int], here: Any, there: Any, least: float) -> list[Pair]:  # noqa: ANN401
    """Return pairs of rows that share at least ``least`` of their answers, the most alike first, each row once."""
    if not mine or not theirs or not here.shape[1]:
        return []
    scored = []
    for row in mine:
        shares = (there[list(theirs)] == here[row]).mean(axis=1)
        scored += [(-float(shares[at]), row, theirs[at]) for at in np.flatnonzero(shares >= least).tolist()]
    found: list[Pair] = []
    used_here: set[int] = set()
    used_there: set[int] = set()
    for _, row, other in sorted(scored):
        if row not in used_here and other not in used_there:
            used_here.add(row)
            used_there.add(other)
            found.append(Pair(row, other))
    return sorted(found)
