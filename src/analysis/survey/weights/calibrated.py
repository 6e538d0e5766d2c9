"""Variances under calibrated weights: residuals about the margins that the weights were fitted to.

Such weights make the margins' totals certain, so only what the margins do not explain varies. The regression on the
margins needs the rows again: there is no small table for it.
"""

from collections.abc import Sequence

import numpy as np

from analysis.survey.columns import ROUNDING, Floats, Ints
from analysis.survey.linearised import Statistic
from analysis.survey.onepass.sums import Sums
from analysis.survey.weights.calibration import Calibration, Rows


def _row_values(rows: Rows, sums: Sums, statistic: Statistic) -> Floats:
    """Linearised value of each row in its own domain (0 outside)."""
    out = np.zeros(len(rows.weight))
    inside = rows.domain >= 0
    domain = rows.domain[inside]
    for term in statistic.terms:
        answers = rows.answers[term.item]
        made = sums.items[term.item]
        if made.levels is not None and not term.moments:
            assert answers.codes is not None  # noqa: S101 - levels come with codes
            table = np.column_stack([term.coefficients, np.zeros(len(term.coefficients))])
            out[inside] += table[domain, answers.codes[inside]]
        else:
            values = answers.numbers()[inside]
            valid = ~np.isnan(values)
            shifted = np.where(valid, values - made.middle, 0.0)
            out[inside] += valid * term.coefficients[domain, 0] + shifted * term.coefficients[domain, 1]
    return out


def _by_margins(calibration: Calibration, values: Floats, group: Ints, size: int) -> Floats:
    """Σ values per group and margin category: group x all categories, margins side by side."""
    parts = [
        np.bincount(group * width + codes, weights=values, minlength=size * width).reshape(size, width)
        for codes, width in zip(calibration.codes, calibration.sizes, strict=True)
    ]
    return np.asarray(np.hstack(parts), dtype=np.float64)


def _among_margins(calibration: Calibration, values: Floats) -> Floats:
    """Σ values x x' over the margins' indicators."""
    blocks = [
        _by_margins(calibration, values, codes, width)
        for codes, width in zip(calibration.codes, calibration.sizes, strict=True)
    ]
    return np.asarray(np.vstack(blocks), dtype=np.float64)


def calibrated_covariances(
    sums: Sums, rows: Rows, statistics: Sequence[Statistic], scale: Floats, centred: Floats
) -> Floats:
    """Covariance of all statistics in all domains from w(z - x'β), β fitted with the weights before calibration."""
    width = sums.n_domains + 1
    fitted = rows.calibration
    inside = rows.domain >= 0
    domain = np.where(inside, rows.domain, 0)
    values = [_row_values(rows, sums, statistic) for statistic in statistics]
    cross = np.hstack([_by_margins(fitted, fitted.before * z, domain, width).T for z in values])
    slopes = np.linalg.pinv(_among_margins(fitted, fitted.before), hermitian=True) @ cross
    weighted = [rows.weight * z for z in values]
    n_strata = len(scale)
    by_stratum = _group_totals(rows, weighted, rows.stratum, n_strata, width)
    by_stratum -= _by_margins(fitted, rows.weight, rows.stratum, n_strata) @ slopes
    between = by_stratum.T @ ((scale * centred / sums.strata.sampled)[:, None] * by_stratum)
    if rows.unit is not None:
        size = len(sums.psus) if sums.psus is not None else 0
        by_unit = _group_totals(rows, weighted, rows.unit, size, width)
        bare = _group_totals(rows, [np.abs(one) for one in weighted], rows.unit, size, width)
        floor = ROUNDING * (by_unit**2).sum(axis=0) + ((ROUNDING * bare) ** 2).sum(axis=0)
        by_unit -= _by_margins(fitted, rows.weight, rows.unit, size) @ slopes
        assert sums.psu_stratum is not None  # noqa: S101 - PSUs have strata
        rooted = by_unit * np.sqrt(scale[sums.psu_stratum])[:, None]
        return _without_rounding(rooted.T @ rooted - between, floor)
    factor = scale[rows.stratum]
    raw = np.zeros((width * len(values), width * len(values)))
    spot = np.arange(width)
    for i, one in enumerate(weighted):
        for j, other in enumerate(weighted):
            raw[i * width + spot, j * width + spot] = np.bincount(domain, weights=factor * one * other, minlength=width)
    mixed = np.vstack([_by_margins(fitted, factor * rows.weight * one, domain, width) for one in weighted]) @ slopes
    squares = slopes.T @ _among_margins(fitted, factor * rows.weight**2) @ slopes
    return _without_rounding(raw - mixed - mixed.T + squares - between, ROUNDING * np.diag(raw))


def _without_rounding(covariance: Floats, floor: Floats) -> Floats:
    """Set to 0 what is only rounding: a total that the margins fix does not vary."""
    nothing = np.diag(covariance) <= floor
    covariance[nothing, :] = 0.0
    covariance[:, nothing] = 0.0
    return covariance


def _group_totals(rows: Rows, weighted: Sequence[Floats], group: Ints, size: int, width: int) -> Floats:
    """Totals of the linearised values per group and domain, statistics side by side."""
    domain = np.where(rows.domain >= 0, rows.domain, 0)
    flat = group * width + domain
    parts = [np.bincount(flat, weights=one, minlength=size * width).reshape(size, width) for one in weighted]
    return np.asarray(np.hstack(parts), dtype=np.float64)
