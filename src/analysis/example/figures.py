"""The figures a unit works out of its own sheet: means per element, the index, rounded as people round by hand."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import TYPE_CHECKING

from .truth import ITEMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .city import Person


def means(people: Sequence[Person]) -> list[Fraction]:
    """Return the mean answer per element, blanks left out (0 where nobody answered), exactly."""
    answers = [[one.scores[place] for one in people if one.scores[place] is not None] for place in range(len(ITEMS))]
    return [Fraction(sum(score or 0 for score in column), len(column) or 1) for column in answers]


def index(people: Sequence[Person], *, weight: Fraction = Fraction(1, 9)) -> Fraction:
    """Return the index of ``people``: 25 times the weighted sum of the element means, exactly."""
    return 25 * weight * sum(means(people), Fraction(0))


def shown(value: Fraction, decimals: int = 2) -> float:
    """Return ``value`` rounded half up."""
    step = Decimal(1).scaleb(-decimals)
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return float(exact.quantize(step, rounding=ROUND_HALF_UP))


def grade(value: float) -> str:
    """Return the 2017 grade that a unit reads off the printed table."""
    return next((name for low, name in ((88.31, "A"), (76.61, "B"), (65.0, "C")) if value >= low), "D")
