"""From differences to verdicts: Holm's family, intervals at its step levels, the order of the verdicts."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtr, stdtrit

from analysis import survey

Floats = npt.NDArray[np.float64]
LOWER, HIGHER, SAME, UNKNOWN = "lower", "higher", "no difference that matters", "cannot tell"


def two_sided(difference: Floats, se: Floats, df: Floats) -> Floats:
    """Return two-sided p-values of t; a standard error of 0 (censuses) leaves nothing to chance."""
    size = np.abs(difference)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(se > 0, size / se, np.where(size > 0, np.inf, 0.0))
    p = 2 * stdtr(_usable(df), -t)
    return np.where(np.isnan(difference) | np.isnan(se), np.nan, p)


def _usable(df: Floats) -> Floats:
    return np.clip(np.where(np.isnan(df), 1.0, df), 1.0, 1e9)


def family(differences: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Judge a family of differences (columns difference, se, df) together: adds p, p_adjusted, low, high.

    Holm's step-down adjustment. The interval of a difference is drawn at the level of the step at which Holm decides on
    it, so it leaves out 0 exactly where ``p_adjusted`` is below 1 - ``level``. Rows with a missing difference or
    standard error are in no family. Source: Holm (1979).
    """
    table = differences.copy()
    difference, se, df = (table[name].to_numpy(dtype=float) for name in ("difference", "se", "df"))
    p = two_sided(difference, se, df)
    adjusted = survey.adjust_p(p, "holm")
    alpha = 1 - level
    known = np.flatnonzero(~np.isnan(p))
    # Two levels that make up the whole have the same p but for noise: noise must not choose whose interval is wider.
    alike = np.array([float(f"{one:.9g}") for one in p[known]])
    order = known[np.argsort(alike, kind="stable")]
    rejected = int((adjusted[order] < alpha).sum())
    share = np.full(len(p), np.nan)
    steps = len(order) - np.minimum(np.arange(len(order)), rejected)
    share[order] = alpha / np.maximum(steps, 1)
    reach = stdtrit(_usable(df), 1 - share / 2) * se
    table["p"], table["p_adjusted"] = p, adjusted
    table["low"], table["high"] = difference - reach, difference + reach
    return table


def verdict(low: float, high: float, margin: float) -> str:
    """Name a difference by its interval, in this order.

    Inside ± margin: no difference that matters; leaving out 0: lower or higher; else, or without an interval: cannot
    tell. Two censuses have an interval without width, so the margin alone decides.
    """
    if np.isnan(low) or np.isnan(high):
        return UNKNOWN
    if -margin <= low and high <= margin:
        return SAME
    if high < 0:
        return LOWER
    return HIGHER if low > 0 else UNKNOWN
