"""Do several items measure one thing? Cronbach's alpha with a design-based interval."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import ROUNDING, Answers, Bools, Floats
from analysis.survey.design import SurveyDesign
from analysis.survey.faults import SurveyError, check_level, listed
from analysis.survey.linear import degrees, variances
from analysis.survey.notes import Note
from analysis.survey.onepass.build import derive, read_answers
from analysis.survey.onepass.source import sums_for
from analysis.survey.reference import t_quantile
from analysis.survey.statistic import mean_of
from analysis.survey.variables import columns_only


@dataclass(frozen=True)
class Alpha:
    """Cronbach's alpha.

    ``estimate`` (raw) with ``se``, ``low``, ``high``, ``df``; ``standardised``; ``items``: a table of ``item``,
    ``item_rest`` (correlation with the sum of the others), ``alpha_without``, ``mean``, ``at_top`` (share of the
    highest answer: the ceiling), ``note`` (``undefined`` where a correlation or an alpha is, as of two items' one);
    ``n`` rows that answered every item, ``n_missing`` the rest.
    """

    estimate: float
    se: float
    low: float
    high: float
    df: float
    standardised: float
    items: pd.DataFrame
    n: int
    n_missing: int
    note: str


def weighted_covariance(values: Floats, weight: Floats) -> Floats:
    """Weighted covariance matrix with denominator Σw (every ratio of its entries is free of that choice)."""
    share = weight / weight.sum()
    centred = values - share @ values
    # what is left of equal answers less their mean is rounding
    centred[:, np.ptp(values, axis=0) == 0] = 0.0
    return np.asarray(centred.T @ (share[:, None] * centred), dtype=np.float64)


def _alpha(covariance: Floats) -> float:
    count, parts, total = len(covariance), float(np.trace(covariance)), float(covariance.sum())
    # rounding of items that cancel is no variance of their sum
    return min(count / (count - 1) * (1 - parts / total), 1.0) if total > ROUNDING * parts else float("nan")


def complete_rows(design: SurveyDesign, items: Sequence[str]) -> tuple[Floats, Bools]:
    """Return the values of several items (row x item) and which rows of the domain answered all of them."""
    values = np.column_stack([read_answers(design, item).numbers() for item in items])
    inside: Bools = np.asarray(~np.isnan(values).any(axis=1))
    if design.mask is not None:
        inside &= design.mask
    return values, inside


@single_threaded
def alpha(design: SurveyDesign, items: Sequence[str], *, level: float = 0.95) -> Alpha:
    """Cronbach's alpha of a set of items, with the design's weights and a design-based interval.

    alpha = k/(k-1)·(1 - Σ var(item)/var(sum)). The se linearises alpha in the weighted second moments; the interval is
    symmetric for log(1 - alpha), so it never passes 1; an alpha of 1 has none (``constant``).

    Parameters
    ----------
    design
        A SurveyDesign, or a subset of one.
    items
        Two columns or more.
    level
        Confidence level.

    Returns
    -------
    Alpha
        With a table of the items.

    Raises
    ------
    SurveyError
        Fewer than two items, or fewer than two rows that answered them all.

    Notes
    -----
    Shape: one alpha, and one row per item. Units: none (at most 1; means are in the items' own). Missing: rows that did
    not answer every item are left out and counted. df: PSUs - strata of the rows that remain.
    Cronbach (1951). R: ``psych::alpha(items)`` (raw_alpha, std.alpha, r.drop, alpha.drop) where weights are equal and
    no answer is missing; psych uses every pair of answers otherwise. Reading the rows again: products are needed.
    """
    check_level(level)
    items = columns_only(items, "alpha", "items")
    if len(items) < 2:
        raise SurveyError("alpha needs at least two items")
    values, inside = complete_rows(design, items)
    n = int(inside.sum())
    if n < 2:
        raise SurveyError(f"alpha needs rows that answered all of {listed(items)}; there are {n}")
    held, weight = values[inside], design.arrays.weight[inside]
    covariance = weighted_covariance(held, weight)
    estimate = _alpha(covariance)
    considered = int(inside.size if design.mask is None else design.mask.sum())
    table = _items(items, held, weight, covariance)
    spread = np.sqrt(np.diag(covariance))
    blank = float("nan")
    if not np.isfinite(estimate) or (spread == 0).any():
        note = str(Note.CONSTANT)
        return Alpha(estimate, blank, blank, blank, blank, blank, table, n, considered - n, note)
    standardised = _alpha(covariance / np.outer(spread, spread))
    se, df, census = _error(design, held, weight, covariance, inside)
    # items that say the same of everybody: what varies is rounding
    se = se if 1 - estimate > ROUNDING else 0.0
    note = Note.CENSUS if census else Note.NO_DF if df <= 0 else Note.CONSTANT if se == 0 else Note.NONE
    low = high = blank
    if note is Note.NONE:
        reach = float(t_quantile(0.5 + level / 2, df)) * se / (1 - estimate)
        low, high = 1 - (1 - estimate) * float(np.exp(reach)), 1 - (1 - estimate) * float(np.exp(-reach))
    return Alpha(estimate, se, low, high, df, standardised, table, n, considered - n, str(note))


def _error(
    design: SurveyDesign, held: Floats, weight: Floats, covariance: Floats, inside: Bools
) -> tuple[float, float, bool]:
    """Return the standard error of alpha from its linearised row values, df, and whether everybody was asked."""
    count = held.shape[1]
    share = weight / weight.sum()
    centred = held - share @ held
    parts, total = np.trace(covariance), covariance.sum()
    own = (centred**2).sum(axis=1) - parts
    summed = centred.sum(axis=1) ** 2 - total
    influence = np.full(len(inside), np.nan)
    influence[inside] = -count / (count - 1) * (own / total - parts / total**2 * summed)
    item = derive(design, "alpha's linearised values", Answers(None, None, influence))
    sums = sums_for(design, [item], ())
    statistic = mean_of(sums, item)
    free = degrees(sums, statistic.answered)
    return float(np.sqrt(max(variances(sums, statistic)[0], 0.0))), float(free.df[0]), bool(free.census[0])


def _items(names: Sequence[str], held: Floats, weight: Floats, covariance: Floats) -> pd.DataFrame:
    share = weight / weight.sum()
    rows = []
    for place, name in enumerate(names):
        rest = np.delete(np.arange(len(names)), place)
        with_rest = covariance[place, rest].sum()
        spread = covariance[place, place] * covariance[np.ix_(rest, rest)].sum()
        column = held[:, place]
        rows.append(
            {
                "item": name,
                "item_rest": with_rest / np.sqrt(spread) if spread > 0 else np.nan,
                "alpha_without": _alpha(covariance[np.ix_(rest, rest)]) if len(rest) > 1 else np.nan,
                "mean": float(share @ column),
                "at_top": float(share @ (column == column.max())),
            }
        )
    table = pd.DataFrame(rows)
    bare = table[["item_rest", "alpha_without"]].isna().any(axis=1)
    return table.assign(note=np.where(bare, str(Note.UNDEFINED), str(Note.NONE)))
