"""Which of the readings of a sheet stand: the best where they overlap, none where two are about equally good."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from . import Reading
from .same import same_people

if TYPE_CHECKING:
    from analysis.intake.grid import Grid
    from analysis.intake.lexicon import Lexicon
    from analysis.intake.recap import RecapReading

_CLOSE = 0.03
_ROWS_APART = 3
_WEAK = 0.4
_TOLD = 12


def choose(
    grid: Grid, readings: Sequence[Reading], lexicon: Lexicon
) -> tuple[list[Reading], tuple[Reading, Reading] | None]:
    """Return the readings that do not overlap, from the top, and a pair that only the sender can decide between."""
    taken: list[Reading] = []
    best = max((one.score for one in readings), default=0.0)
    strong = [one for one in readings if one.score >= _WEAK * best]
    for one in sorted(strong, key=lambda each: (-each.score, -each.heading[1], each.heading[0], each.left)):
        rivals = [other for other in taken if _overlap(one, other)]
        if not rivals:
            taken.append(one)
        elif any(_equal(one, other) for other in rivals):
            return [], (rivals[0], one)
    taken.sort(key=lambda each: (each.heading, each.left))
    for one, beside in pairwise(taken):
        if same_people(grid, one, beside, lexicon):
            return [], (one, beside)
    return taken, None


def _overlap(one: Reading, other: Reading) -> bool:
    if one.right < other.left or other.right < one.left:
        return False
    first, second = sorted((one, other), key=lambda each: each.heading)
    return second.heading[0] - first.heading[1] < _ROWS_APART


def _equal(one: Reading, other: Reading) -> bool:
    if one.instrument != other.instrument and set(one.columns) != set(other.columns):
        return False
    shared = [name for name in one.columns if name in other.columns]
    differ = any(one.columns[name] != other.columns[name] for name in shared)
    return differ and abs(one.score - other.score) <= _CLOSE * other.score


def candidates(
    readings: Sequence[Reading], chosen: Sequence[Reading], recap: RecapReading | None
) -> list[dict[str, Any]]:
    """Return the heading rows that were looked at, best first: where (1-based), score, reasons, whether it was taken.

    Taken are those in ``chosen``, else the ``recap``.
    """
    told: list[dict[str, Any]] = [
        {"layout": one.layout, "first": one.heading[0] + 1, "last": one.heading[1] + 1, "score": float(one.score),
         "taken": one in chosen, "reasons": dict(one.reasons)}
        for one in readings
    ]  # fmt: skip
    if recap:
        told.append({"layout": "recap", "first": recap.heading[0] + 1, "last": recap.heading[1] + 1,
                     "score": recap.score, "taken": not chosen, "reasons": dict(recap.reasons)})  # fmt: skip
    # Rows with too few headings of items are worth a word only where no row had enough.
    told = [one for one in told if "needed" not in one["reasons"]] or told
    best = {(one["layout"], one["first"], one["last"], one["taken"]): one for one in sorted(told, key=_weight)}
    return sorted(best.values(), key=_weight, reverse=True)[:_TOLD]


def _weight(one: dict[str, Any]) -> tuple[bool, float, int, int]:
    return one["taken"], one["score"], one["reasons"]["items"], -one["first"]
