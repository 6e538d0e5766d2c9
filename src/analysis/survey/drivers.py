"""Which answers go together with an overall answer: shares of R² that do not depend on the order of entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import Bools, Floats, Ints
from analysis.survey.design import SurveyDesign
from analysis.survey.faults import SurveyError, check_draws, check_level
from analysis.survey.notes import Note
from analysis.survey.replicates.bootstrap import replicate, summary
from analysis.survey.scales import complete_rows, weighted_covariance
from analysis.survey.variables import columns_only

# 2^k regressions are fitted for each replicate.
MOST_PREDICTORS = 12
# Smallest eigenvalue of a correlation matrix whose answers do not follow from each other.
TIED = 1e-10


@dataclass(frozen=True)
class Drivers:
    """How an overall answer goes together with others (association, not cause).

    ``r_squared``; ``table``: ``name``, ``share`` (of R², adding to 1), ``lmg`` (share x R²), ``low``, ``high`` (of
    ``lmg``, from the design's bootstrap), ``correlation``, ``coefficient`` (of the full model), ``note`` (as in
    ``bootstrap``); ``n``, ``n_missing``.
    """

    r_squared: float
    table: pd.DataFrame
    n: int
    n_missing: int
    note: str


def lmg(covariance: Floats) -> Floats:
    """Average gain in R² of each predictor over all orders of entry (Lindeman, Merenda & Gold 1980).

    ``covariance`` (… x (1 + k) x (1 + k)) has the outcome first; returns … x k. Leading dimensions are replicates.
    """
    count = covariance.shape[-1] - 1
    variance = covariance[..., 0, 0]
    gained: dict[tuple[int, ...], Floats] = {(): np.zeros_like(variance)}
    for size in range(1, count + 1):
        for chosen in combinations(range(1, count + 1), size):
            held = np.array(chosen)
            inner = covariance[..., held[:, None], held]
            cross = covariance[..., 0, held]
            solved = np.linalg.solve(inner, cross[..., None])[..., 0]
            gained[chosen] = (cross * solved).sum(axis=-1) / variance
    out = np.zeros((*variance.shape, count))
    for place in range(1, count + 1):
        others = [one for one in range(1, count + 1) if one != place]
        for size in range(count):
            orders = factorial(size) * factorial(count - size - 1) / factorial(count)
            for chosen in combinations(others, size):
                with_it = tuple(sorted((*chosen, place)))
                out[..., place - 1] += orders * (gained[with_it] - gained[chosen])
    return out


@single_threaded
def drivers(
    design: SurveyDesign,
    y: str,
    x: Sequence[str],
    *,
    level: float = 0.95,
    draws: int = 500,
    seed: int = 0,
) -> Drivers:
    """Share of R² that each of several answers carries in a design-weighted regression of ``y`` (LMG).

    These are associations: what goes together with ``y``, not what moves it.

    Parameters
    ----------
    design
        A SurveyDesign, or a subset of one.
    y, x
        The overall answer, and the columns that may go together with it.
    level
        Confidence level.
    draws, seed
        Of the Rao-Wu bootstrap of the design, whose percentiles are the limits.

    Returns
    -------
    Drivers
        R² and a table of the predictors.

    Raises
    ------
    SurveyError
        No predictor or more than 12, ``y`` among them, too few complete rows.

    Notes
    -----
    Shape: one row per predictor, in the order given. Units: shares of the variance of ``y``. Missing: rows that did not
    answer everything are left out and counted. df: none, limits are percentiles.
    Lindeman, Merenda & Gold (1980). R: ``relaimpo::calc.relimp(y ~ x, type = "lmg", weights = w)``.
    """
    check_level(level)
    x = columns_only(x, "drivers", "x")
    if not 1 <= len(x) <= MOST_PREDICTORS:
        raise SurveyError(f"drivers takes 1 to {MOST_PREDICTORS} predictors, not {len(x)}")
    names = columns_only([y, *x], "drivers", "y and x")
    check_draws(draws, seed)
    values, inside = complete_rows(design, names)
    n = int(inside.sum())
    considered = int(inside.size if design.mask is None else design.mask.sum())
    if n <= len(names):
        raise SurveyError(f"drivers needs more complete rows than variables; {n} rows answered all {len(names)}")
    covariance = weighted_covariance(values[inside], design.arrays.weight[inside])
    spread = np.sqrt(np.diag(covariance))
    # equal answers leave nothing but rounding
    if (spread <= 1e-9 * np.abs(values[inside]).max(axis=0)).any() or _tied(_correlation(covariance)[1:, 1:]):
        return _nothing(x, n, considered - n)
    gains = lmg(covariance)
    made = replicate(design, names, (), _statistic, draws=draws, seed=seed)
    limits = summary(made, level)
    r_squared = float(gains.sum())
    table = pd.DataFrame(
        {
            "name": list(x),
            "share": gains / r_squared if r_squared > 0 else np.nan,
            "lmg": gains,
            "low": limits["low"],
            "high": limits["high"],
            "correlation": covariance[0, 1:] / (spread[0] * spread[1:]),
            "coefficient": np.linalg.solve(covariance[1:, 1:], covariance[0, 1:]),
            "note": limits["note"],
        }
    )
    return Drivers(r_squared, table, n, considered - n, str(Note.NONE))


def _correlation(covariance: Floats) -> Floats:
    """Covariances (… x k x k) in units of the answers' own spread: whether they are tied is no matter of scale."""
    spread = np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1))
    return np.asarray(covariance / (spread[..., :, None] * spread[..., None, :]), dtype=np.float64)


def _tied(correlation: Floats) -> Bools:
    """Whether some answers follow from the others."""
    tied: Bools = np.linalg.eigvalsh(correlation).min(axis=-1) <= TIED
    return tied


def _nothing(x: Sequence[str], n: int, missing: int) -> Drivers:
    note = str(Note.CONSTANT)
    table = pd.DataFrame({"name": list(x)})
    for column in ("share", "lmg", "low", "high", "correlation", "coefficient"):
        table[column] = np.nan
    return Drivers(float("nan"), table.assign(note=note), n, missing, note)


def _statistic(weights: Floats, values: Floats, domain: Ints) -> Floats:
    """LMG shares of every replicate, from the weighted sums of products of complete rows in the domain."""
    whole = ~np.isnan(values).any(axis=1) & (domain == 0)
    held = values[whole] - values[whole].mean(axis=0)
    count = held.shape[1]
    first, second = np.triu_indices(count)
    products = np.column_stack([np.ones(len(held)), held, held[:, first] * held[:, second]])
    added = weights[:, whole] @ products
    means = added[:, 1 : count + 1] / added[:, :1]
    moments = np.empty((len(weights), count, count))
    moments[:, first, second] = moments[:, second, first] = added[:, count + 1 :] / added[:, :1]
    covariance = moments - means[:, :, None] * means[:, None, :]
    out = np.full((len(weights), count - 1), np.nan)
    # a replicate in which an answer does not vary has no shares
    usable = (np.diagonal(covariance, axis1=1, axis2=2) > 1e-12 * (held**2).mean(axis=0)).all(axis=1)
    usable[usable] = ~_tied(_correlation(covariance[usable])[:, 1:, 1:])
    if usable.any():
        out[usable] = lmg(covariance[usable])
    return out
