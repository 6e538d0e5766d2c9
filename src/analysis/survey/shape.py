"""How skewed an estimate is, and when its interval can no longer be trusted.

The t interval's coverage falls with the skewness of the estimate, which is that of the answers over the root of their
number. ``CAUTION_AT`` is read off the simulation in ``benchmarks/coverage.py`` (table in ``benchmarks/coverage.csv``):
below it, typical items keep 93.5 to 96.5 %; answers piled up at the top of the scale pass it and lose up to a sixth
of their coverage.
"""

from typing import NamedTuple

import numpy as np

from analysis.survey.columns import Bools, Floats
from analysis.survey.linear import Statistic, first_order
from analysis.survey.sums import Sums, subtotal
from analysis.survey.variables import Composite, Variable

CAUTION_AT = 0.25


class Shape(NamedTuple):
    """Per domain: units (effective people, or PSUs), second and third central moments of a unit's value."""

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


def _ratio(third: Floats, second: Floats, units: Floats) -> Floats:
    out = np.zeros(len(units))
    usable: Bools = (second > 0) & (units > 0) & np.isfinite(third)
    scale = np.where(usable, second, 1.0) ** 1.5 * np.sqrt(np.where(usable, units, 1.0))
    np.divide(third, scale, out=out, where=usable)
    return out


def shape_of(sums: Sums, variable: Variable, statistic: Statistic) -> Shape:
    """Return the shape of a mean's sampling units in every domain ("no domain" last)."""
    width = sums.n_domains + 1
    if sums.psus is not None:
        return _of_clusters(sums, statistic, width)
    raw = subtotal(sums.cells.domain, _powers(sums, variable), width)
    weight = np.where(raw[:, 0] > 0, raw[:, 0], 1.0)
    first, second, third = (raw[:, power] / weight for power in (1, 2, 3))
    central2 = np.maximum(second - first**2, 0.0)
    # what is left of equal answers after subtraction is rounding
    central2[central2 <= 1e-12 * np.maximum(second, 1e-300)] = 0.0
    central3 = third - 3 * first * second + 2 * first**3
    squared = np.bincount(sums.cells.domain, weights=sums.cells.square, minlength=width)
    every = np.bincount(sums.cells.domain, weights=sums.cells.weight, minlength=width)
    # Kish's effective share of the rows, taken over to those who answered
    units = np.where(squared > 0, every * raw[:, 0] / np.where(squared > 0, squared, 1.0), 0.0)
    return Shape(units, central2, central3)


def _powers(sums: Sums, variable: Variable) -> Floats:
    """Σw, Σws, Σws², Σws³ of a person's value per cell."""
    if isinstance(variable, Composite) and len(variable.items) > 1:
        return sums.composites[variable.parts].powers
    made = sums.items[variable.items[0] if isinstance(variable, Composite) else variable]
    if made.levels is not None:
        values = made.levels.to_numpy(dtype=np.float64) - made.middle
        return made.total @ np.column_stack([values**power for power in range(4)])
    assert made.powers is not None  # noqa: S101 - kept with moments
    return np.column_stack([made.total, made.powers])


def _of_clusters(sums: Sums, statistic: Statistic, width: int) -> Shape:
    """Shape of the PSUs' totals of linearised values, each about its stratum's mean."""
    cells = sums.cells
    first = first_order(sums, statistic)
    present = statistic.answered > 0
    pairs, code = np.unique(cells.stratum[present] * width + cells.domain[present], return_inverse=True)
    count = np.bincount(code, minlength=len(pairs))
    mean = np.bincount(code, weights=first[present], minlength=len(pairs)) / np.maximum(count, 1)
    centred = first[present] - mean[code]
    domain = cells.domain[present]
    units = np.bincount(domain, minlength=width).astype(np.float64)
    second = np.bincount(domain, weights=centred**2, minlength=width) * units
    third = np.bincount(domain, weights=centred**3, minlength=width) * units**2
    return Shape(units, second, third)
