"""From differences to verdicts: Holm's family, intervals at its step levels, and what may be said of each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtr, stdtrit

from analysis import survey

Floats = npt.NDArray[np.float64]
LOWER, HIGHER, SAME, UNKNOWN = survey.VERDICTS
JUDGED = ("", "census")
"""Notes of an estimate under which a difference may be judged."""
CAUTION = "caution"
"""The survey room's note of a doubtful interval: the difference is shown, and cannot be told."""


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


def verdicts(table: pd.DataFrame, note: pd.Series, *, margin: float) -> pd.Series:
    """Name every difference of a table by its interval (``low`` and ``high``) and its ``note``: all verdicts are these.

    A row whose note is neither in ``JUDGED`` nor ``CAUTION`` is not judged: the empty text. One with the note
    ``CAUTION``, or without an interval, cannot be told; the others by the order of ``survey.verdicts``. Two censuses
    have an interval without width, so the margin alone decides. CallError for a margin that is not above 0.
    """
    said = survey.verdicts(table["low"], table["high"], margin=margin).astype(object)
    return said.mask(note.eq(CAUTION), UNKNOWN).where(note.isin([*JUDGED, CAUTION]), "")


def verdict(low: float, high: float, margin: float, note: str = "") -> str:
    """Name one difference as ``verdicts`` does."""
    return str(verdicts(pd.DataFrame({"low": [low], "high": [high]}), pd.Series([note]), margin=margin).iloc[0])
