"""The same bytes, the same respondents in two sheets or files, and corrected resubmissions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .codec import Block

_LEAST = 5
_SAME = 0.9
_LARGELY = 0.5
_PRINT = 8


@dataclass(frozen=True)
class Copy:
    """Rows of one block that stand in another already: block indices, a mask, and whether all but a few do."""

    block: int
    of: int
    mask: np.ndarray[tuple[int], np.dtype[np.bool_]]
    whole: bool


def prints_of(block: Block) -> list[bytes]:
    """Return the fingerprints of a block, row by row."""
    return [block.prints[at : at + _PRINT] for at in range(0, len(block.prints), _PRINT)]


def copies(blocks: Sequence[Block], scopes: Sequence[tuple[str, ...]]) -> list[Copy]:
    """Return the copies among blocks of one scope (unit, wave, instrument), the fuller or earlier one taken as the first.

    Rows are copies where most of the smaller block stands in the larger one and its answers are varied enough
    that chance cannot do that; single equal rows in two files are people who answered alike.
    """
    found = []
    prints = [prints_of(block) for block in blocks]
    order = sorted(range(len(blocks)), key=lambda at: (-len(blocks[at]), at))
    taken: list[int] = []
    for at in order:
        for of in taken:
            if not set(scopes[at]) & set(scopes[of]):
                continue
            copy = _copy(prints, at, of)
            if copy is not None:
                found.append(copy)
                break
        else:
            taken.append(at)
    return found


def _copy(prints: list[list[bytes]], at: int, of: int) -> Copy | None:
    here, there = prints[at], Counter(prints[of])
    if len(here) < _LEAST or len(set(here)) * 2 < len(here):
        return None
    mask = np.zeros(len(here), dtype=bool)
    for row, one in enumerate(here):
        if there[one] > 0:
            there[one] -= 1
            mask[row] = True
    share = mask.mean()
    if share < _LARGELY:
        return None
    whole = bool(share >= _SAME)
    return Copy(at, of, mask, whole)
