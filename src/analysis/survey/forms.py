"""Domain means ready for any number of linear combinations, without the table of all domains by all domains.

A person lies in one domain, so a combination's linearised value is the person's own times the domain's coefficient:
totals per stratum and per PSU are all that its variance needs. Cost grows with domains x combinations.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.survey.columns import ROUNDING, Bools, Floats, Ints
from analysis.survey.design import SurveyDesign, check_design
from analysis.survey.estimates import covariance
from analysis.survey.faults import SurveyError, shown
from analysis.survey.linear import stratum_scale
from analysis.survey.linearised import Statistic
from analysis.survey.onepass.build import build, read_answers, row_domains
from analysis.survey.onepass.products import CHUNK
from analysis.survey.onepass.sums import Strata, Sums
from analysis.survey.statistic import answered_of, answered_weight, mean_of
from analysis.survey.variables import Variable, as_names, as_variables, items_of, of_several

if TYPE_CHECKING:
    from scipy import sparse


@dataclass(frozen=True, eq=False)
class Form:
    """Means of the domains that hold answers, and what the variance of their combinations is made of.

    ``keys`` has a column of categories per column of ``by`` and a row per domain; ``n``, ``weight`` (of those who
    answered) and ``estimate`` one value each. ``within`` is the domains' own sum of squares (None under PSUs),
    ``strata`` totals of linearised values, stratum by domain, ``shrink`` what a stratum takes off; ``psus`` the same
    totals per PSU. Where weights were fitted, ``whole`` is the full covariance instead.
    """

    keys: pd.DataFrame
    n: Floats
    weight: Floats
    estimate: Floats
    shrink: Floats
    strata: "sparse.csr_array | None" = None
    within: Floats | None = None
    psus: "sparse.csr_array | None" = None
    whole: Floats | None = None

    @property
    def variance(self) -> Floats:
        """Variance of each domain's mean."""
        if self.whole is not None:
            return np.diag(self.whole).copy()
        assert self.strata is not None  # noqa: S101 - kept wherever there is no whole
        raw = self._squares()
        between = np.asarray(self.strata.multiply(self.strata).T @ self.shrink, dtype=np.float64)
        return np.where(raw - between <= ROUNDING * raw, 0.0, raw - between)

    def _squares(self) -> Floats:
        if self.psus is None:
            assert self.within is not None  # noqa: S101 - one of the two is there
            return self.within
        return np.asarray(self.psus.multiply(self.psus).sum(axis=0), dtype=np.float64).ravel()

    def covariance(self, weights: Floats) -> Floats:
        """Covariance of linear combinations of the domain means (one row of ``weights`` each)."""
        if self.whole is not None:
            return np.asarray(weights @ self.whole @ weights.T, dtype=np.float64)
        assert self.strata is not None  # noqa: S101
        totals = self.strata @ weights.T
        if self.psus is None:
            assert self.within is not None  # noqa: S101
            raw = (weights * self.within) @ weights.T
        else:
            by_psu = self.psus @ weights.T
            raw = by_psu.T @ by_psu
        out = raw - (totals * self.shrink[:, None]).T @ totals
        size = np.sqrt(np.maximum(np.diag(raw), 0.0))
        out[np.abs(out) <= ROUNDING * np.outer(size, size)] = 0.0
        return np.asarray(out, dtype=np.float64)

    def variances(self, weights: Floats) -> Floats:
        """Variance of each of many linear combinations."""
        if self.whole is not None:
            return np.asarray(((weights @ self.whole) * weights).sum(axis=1), dtype=np.float64)
        assert self.strata is not None  # noqa: S101
        totals = self.strata @ weights.T
        if self.psus is None:
            assert self.within is not None  # noqa: S101
            raw = np.asarray(weights**2 @ self.within, dtype=np.float64)
        else:
            raw = np.asarray(((self.psus @ weights.T) ** 2).sum(axis=0), dtype=np.float64)
        out = raw - (totals**2 * self.shrink[:, None]).sum(axis=0)
        return np.asarray(np.where(out <= ROUNDING * raw, 0.0, out), dtype=np.float64)


def forms(designs: Sequence[SurveyDesign], y: Variable, by: str | Sequence[str] | None = None) -> list[Form]:
    """Return the domain means of ``y`` under designs that share rows, weights and domain (people, and days as PSUs).

    The rows are read once for all of them.

    Parameters
    ----------
    designs
        SurveyDesigns of the same rows.
    y, by
        As in ``mean``, one variable.

    Returns
    -------
    list of Form
        One per design, from which any linear combination of the means has its variance.

    Raises
    ------
    SurveyError
        As ``mean``; designs whose rows differ in number.

    Notes
    -----
    Shape: one Form per design, in their order. Units: those of ``y``. Missing: as in ``mean``; a row that lacks a label
    of ``by`` is in no domain. df: none, the caller takes those of ``mean``.
    Binder (1983). R: ``svyby(~y, ~by, design, svymean, covmat = TRUE)`` per design, and ``svycontrast`` of it.
    """
    if not isinstance(designs, Sequence) or not designs:
        raise SurveyError(f"designs must be a list of SurveyDesigns, at least one, not {shown(designs)}")
    for one in designs:
        check_design(one)
    if len(chosen := as_variables(y)) != 1:
        raise SurveyError(f"forms takes one variable in y, not {len(chosen)}")
    names, first, y = as_names(by), designs[0], chosen[0]
    if any(len(one.frame) != len(first.frame) for one in designs):
        raise SurveyError("these designs have different rows")
    sums = build(first, items_of(y), names, composites=[y.parts] if of_several(y) else [])
    statistic = mean_of(sums, y, moments=True)
    domain, inside = _domains(first, names)
    n = _by_domain(sums, answered_of(sums, y).astype(np.float64))
    weight = _by_domain(sums, answered_weight(sums, y))
    held = np.flatnonzero(n > 0)
    place = np.full(sums.n_domains + 1, len(held))
    place[held] = np.arange(len(held))
    labels = zip(names, sums.domain_codes, sums.domains, strict=True)
    keys = pd.DataFrame(
        {name: pd.Categorical.from_codes(codes[held], levels) for name, codes, levels in labels}, index=range(len(held))
    )
    value = _linearised(first, sums, statistic, domain, inside)
    made = Form(keys, n[held], weight[held], statistic.estimate[:-1][held], np.zeros(0))
    rows = (np.flatnonzero(inside), place[domain], value)
    return [_form(one, made, sums, rows, y=y, names=names, held=held) for one in designs]


def _by_domain(sums: Sums, values: Floats) -> Floats:
    added = np.bincount(sums.cells.domain, weights=values, minlength=sums.n_domains + 1)
    return added[:-1].astype(np.float64, copy=False)


def _domains(design: SurveyDesign, names: tuple[str, ...]) -> tuple[Ints, Bools]:
    """Return the domain of each row that lies in one, and which rows do."""
    domain, _ = row_domains(design, names)
    inside = domain >= 0
    return domain[inside], inside


def _linearised(design: SurveyDesign, sums: Sums, statistic: Statistic, domain: Ints, inside: Bools) -> Floats:
    """Each row's own part of its domain's mean, times its weight."""
    value = np.zeros(len(domain))
    for term in statistic.terms:
        answers = read_answers(design, term.item)
        made = sums.items[term.item]
        if made.levels is not None:
            assert answers.codes is not None  # noqa: S101 - read by level
            by_level = term.coefficients
            if term.moments:
                base, slope = term.coefficients.T
                by_level = base[:, None] + slope[:, None] * (made.values - made.middle)
            spread = np.column_stack([by_level, np.zeros(len(by_level))])
            value += spread.ravel().take(domain * spread.shape[1] + answers.codes[inside])
        else:
            shifted = answers.numbers()[inside] - made.middle
            valid = ~np.isnan(shifted)
            base, slope = term.coefficients.T
            value += slope[domain] * np.where(valid, shifted, 0.0) + base[domain] * valid
    return value * design.arrays.weight[inside]


def _form(
    design: SurveyDesign, made: Form, sums: Sums, rows: tuple[Ints, Ints, Floats], *,
    y: Variable, names: tuple[str, ...], held: Ints,
) -> Form:  # fmt: skip
    arrays, size = design.arrays, len(made.n)
    if design.calibration is not None or design.lonely == "average":
        matrix = np.atleast_2d(np.asarray(covariance(design, y, names or None), dtype=np.float64))
        return replace(made, whole=np.nan_to_num(matrix[np.ix_(held, held)]))
    scale, centred, _ = stratum_scale(
        replace(sums, strata=Strata(arrays.strata, arrays.sampled, arrays.population), lonely=design.lonely)
    )
    where, domain, value = rows
    seen = domain < size
    where, domain, value = where[seen], domain[seen], value[seen]
    stratum = arrays.stratum[where]
    strata = _totals(value, stratum, domain, (len(scale), size))
    shrink = scale * centred / arrays.sampled
    if arrays.psu is None or arrays.psus is None:
        within = np.bincount(domain, weights=scale[stratum] * value**2, minlength=size)
        return replace(made, shrink=shrink, strata=strata, within=within.astype(np.float64, copy=False))
    rooted = value * np.sqrt(scale[stratum])
    psus = _totals(rooted, arrays.psu[where], domain, (len(arrays.psus), size))
    return replace(made, shrink=shrink, strata=strata, psus=psus)


def _totals(values: Floats, group: Ints, domain: Ints, shape: tuple[int, int]) -> "sparse.csr_array":
    """Sum rows by group and domain, most of which hold none."""
    from scipy import sparse  # noqa: PLC0415 - slow to import

    cells = shape[0] * shape[1]
    if cells > max(8 * len(values), CHUNK):
        return sparse.coo_array((values, (group, domain)), shape=shape).tocsr()
    summed = np.bincount(group * shape[1] + domain, weights=values, minlength=cells)
    return sparse.csr_array(summed.reshape(shape))
