"""From an interval and a margin to a verdict: what may be said of a difference."""

import sys

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import Bools, array_of
from analysis.survey.faults import SurveyError, some

LOWER, HIGHER, NO_DIFFERENCE, CANNOT_TELL = "lower", "higher", "no difference that matters", "cannot tell"
VERDICTS = (LOWER, HIGHER, NO_DIFFERENCE, CANNOT_TELL)


def verdicts(low: npt.ArrayLike, high: npt.ArrayLike, *, margin: float, note: npt.ArrayLike | None = None) -> pd.Series:
    """Judge differences by their intervals and a declared margin (what matters).

    The interval inside ±margin: ``no difference that matters``; else it leaves out 0: ``lower`` or ``higher``; else
    ``cannot tell``. So a small difference, however surely not 0, is not called one. With a 95 % interval the wrong
    equivalence verdict comes in at most 2.5 % (two one-sided tests; Schuirmann 1987).

    Parameters
    ----------
    low, high
        Limits of the differences.
    margin
        What matters, above 0.
    note
        Each row's note, as in ``pairwise``.

    Returns
    -------
    pandas.Series
        One of ``VERDICTS`` per row.

    Raises
    ------
    SurveyError
        A margin that is not a finite number above 0, limits and notes of different length, low above high.

    Notes
    -----
    Shape: one verdict per row. Units: the margin is in the scale's own points. Missing: a row with a note (``caution``
    included) or without an interval cannot be told. df: none, the intervals' own.
    Schuirmann (1987). R: ``TOSTER::tsum_TOST`` takes the same two sides from a 90 % interval.
    """
    # a narrow number of numpy's does not know the largest wide one
    held = float(margin) if isinstance(margin, np.floating | np.integer) else margin
    if not (isinstance(held, int | float) and 0 < held <= sys.float_info.max):
        raise SurveyError(f"margin must be a finite number above 0, not {margin!r}")
    bottom, top = array_of(low, "low"), array_of(high, "high")
    if bottom.ndim != 1 or bottom.shape != top.shape or (note is not None and np.shape(note) != bottom.shape):
        raise SurveyError("low, high and note must have one value per row each")
    if (turned := bottom > top).any():
        raise SurveyError(f"low lies above high in rows {some(np.flatnonzero(turned).tolist())}, counted from 0")
    silent: Bools = np.isnan(bottom) | np.isnan(top)
    if note is not None:
        silent = silent | (np.asarray(note, dtype=object) != "")
    inside = (bottom > -float(margin)) & (top < float(margin))
    out = np.select([silent, inside, top < 0, bottom > 0], [CANNOT_TELL, NO_DIFFERENCE, LOWER, HIGHER], CANNOT_TELL)
    index = low.index if isinstance(low, pd.Series) else None
    return pd.Series(out.tolist(), index=index, dtype="str", name="verdict")
