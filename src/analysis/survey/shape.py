"""How skewed an estimate is, and when its interval can no longer be trusted.

The t interval's coverage falls with the skewness of the estimate, which is that of the answers over the root of their
number. The two limits are read off the simulation in ``benchmarks/coverage.py`` (table in
``benchmarks/results/coverage.csv``): as long as the true skewness is below ``POOLED_AT``, intervals cover 93.5 % or
more. It is not known, and one cell's answers tell it badly: a cell of a skewed item that by chance looks straight has
lost its low answers, and covers worse than the rest. So all cells together are asked first; a cell by itself is in
doubt from ``OWN_AT`` on, where typical items hardly come by chance.
"""

from typing import NamedTuple

import numpy as np

from analysis.survey.columns import Bools, Floats
from analysis.survey.onepass.sums import Sums, subtotal
from analysis.survey.variables import Variable, items_of, of_several

POOLED_AT = 0.25
OWN_AT = 0.28


class Shape(NamedTuple):
    """Per domain: effective number of people, second and third central moments of their values."""

    units: Floats
    second: Floats
    third: Floats

    @property
    def own(self) -> Floats:
        """Skewness of each domain's estimate, from its own answers."""
        return _ratio(self.third, self.second, self.units)

    @property
    def pooled(self) -> Floats:
        """Skewness of each domain's estimate, if all domains' answers have the same shape."""
        known = (self.units > 1) & np.isfinite(self.second) & np.isfinite(self.third)
        if not known.any():
            return np.zeros(len(self.units))
        weight = self.units[known] / self.units[known].sum()
        second, third = float(weight @ self.second[known]), float(weight @ self.third[known])
        size = len(self.units)
        return _ratio(np.full(size, third), np.full(size, second), self.units)

    @property
    def doubtful(self) -> Bools:
        """Domains whose interval may cover less often than it says."""
        return in_doubt(self.own, self.pooled)


def in_doubt(own: Floats, pooled: Floats) -> Bools:
    """Whether an estimate is too skewed for its interval, by its own answers or by those of all domains together."""
    doubt: Bools = (np.abs(own) > OWN_AT) | (np.abs(pooled) > POOLED_AT)
    return doubt


def _ratio(third: Floats, second: Floats, units: Floats) -> Floats:
    out = np.zeros(len(units))
    usable: Bools = (second > 0) & (units > 0) & np.isfinite(third)
    scale = np.where(usable, second, 1.0) ** 1.5 * np.sqrt(np.where(usable, units, 1.0))
    np.divide(third, scale, out=out, where=usable)
    return out


def shape_of(sums: Sums, variable: Variable) -> Shape:
    """Return the shape of a mean's answers in every domain ("no domain" last).

    People's answers are used under clusters too: a few clusters' totals say nothing sure of their own skewness, and
    totals of several people are less skewed than one person's answer.
    """
    width = sums.n_domains + 1
    raw = _powers(sums, variable)
    weight = np.where(raw[:, 0] > 0, raw[:, 0], 1.0)
    first, second, third = (raw[:, power] / weight for power in (1, 2, 3))
    central2 = np.maximum(second - first**2, 0.0)
    # what is left of equal answers after subtraction is rounding
    central2[central2 <= 1e-12 * second] = 0.0
    central3 = third - 3 * first * second + 2 * first**3
    squared = np.bincount(sums.cells.domain, weights=_squared(sums, variable), minlength=width)
    units = np.where(squared > 0, raw[:, 0] ** 2 / np.where(squared > 0, squared, 1.0), 0.0)
    return Shape(units, central2, central3)


def _squared(sums: Sums, variable: Variable) -> Floats:
    """Σw² of the answers per cell."""
    if of_several(variable):
        return sums.composites[variable.parts].squared
    return sums.items[items_of(variable)[0]].squared


def _powers(sums: Sums, variable: Variable) -> Floats:
    """Σw, Σws, Σws², Σws³ of a person's value per domain."""
    if of_several(variable):
        return subtotal(sums.cells.domain, sums.composites[variable.parts].powers, sums.n_domains + 1)
    item = items_of(variable)[0]
    made = sums.items[item]
    if made.levels is not None:
        values = made.values - made.middle
        return np.asarray(sums.totals_by_domain(item) @ np.vander(values, 4, increasing=True), dtype=np.float64)
    assert made.powers is not None  # noqa: S101 - kept with moments
    return subtotal(sums.cells.domain, np.column_stack([made.total, made.powers]), sums.n_domains + 1)
