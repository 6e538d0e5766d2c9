"""How many places a difference is told with, so that its rounded figures never speak against its verdict.

An interval of 0,04 to 2,1 leaves out 0; told as "0,0 to 2,1" it would not. A difference of 2,46 does not reach a margin
of 2,5; told as 2,5 it would. In such a row alone, and in all its figures, more places are told.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import numbers

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_MORE = 3
"""How many places are added at most; what is still closer than that to a border is told as it rounds."""


def places(verdict: str, difference: Any, ends: Sequence[Any], *, margin: float, decimals: int) -> int:  # noqa: ANN401
    """Return the fewest places from ``decimals`` on with which the figures of a difference bear out ``verdict``."""
    known = [float(one) for one in (difference, *ends) if not numbers.is_missing(one)]
    for one in range(decimals, decimals + MOST_MORE):
        if _bears_out(verdict, known, margin, one):
            return one
    return decimals + MOST_MORE if known else decimals


def _bears_out(verdict: str, figures: list[float], margin: float, decimals: int) -> bool:
    told = [float(numbers.rounded(one, decimals)) for one in figures]
    if verdict in {"lower", "higher"}:
        nonzero = all((one > 0) == (exact > 0) and one != 0 for one, exact in zip(told, figures, strict=True) if exact)
        return nonzero and _same_side(told, figures, margin)
    if verdict == "no difference that matters":
        return _same_side(told, figures, margin)
    return True


def _same_side(told: list[float], exact: list[float], margin: float) -> bool:
    """Tell whether every rounded figure still lies on its own side of the margin: below it, or not."""
    return all((abs(one) < margin) == (abs(whole) < margin) for one, whole in zip(told, exact, strict=True))
