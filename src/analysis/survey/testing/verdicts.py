"""From an interval and a margin to a verdict: what may be said of a difference."""

import sys

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import Bools, array_of, by_labels, plain_row
from analysis.survey.faults import SurveyError, real, shown, some

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
        Each row's note, as in ``pairwise``: text, empty where there is none. Series are matched by their labels.

    Returns
    -------
    pandas.Series
        One of ``VERDICTS`` per row, in the order and with the labels of the first Series given.

    Raises
    ------
    SurveyError
        A margin that is not a finite number above 0, limits and notes of different length or labels, notes that are no
        text, low above high.

    Notes
    -----
    Shape: one verdict per row. Units: the margin is in the scale's own points. Missing: a row with a note (``caution``
    included) or without an interval cannot be told. df: none, the intervals' own.
    Schuirmann (1987). R: ``TOSTER::tsum_TOST`` takes the same two sides from a 90 % interval.
    """
    if not 0 < real(margin) <= sys.float_info.max:
        raise SurveyError(f"margin must be a finite number above 0, not {shown(margin)}")
    index = next((one.index for one in (low, high, note) if isinstance(one, pd.Series)), None)
    if index is not None:
        low, high, note = (by_labels(one, index, "low, high and note name different rows") for one in (low, high, note))
    bottom, top = array_of(low, "low"), array_of(high, "high")
    said = None if note is None else plain_row(note, "note", "texts")
    if bottom.ndim != 1 or bottom.shape != top.shape or (said is not None and said.shape != bottom.shape):
        raise SurveyError("low, high and note must have one value per row each")
    if said is not None and not all(isinstance(one, str) for one in said):
        raise SurveyError("note must be text, empty where there is nothing to note")
    if (turned := bottom > top).any():
        raise SurveyError(f"low lies above high in rows {some(np.flatnonzero(turned).tolist())}, counted from 0")
    silent: Bools = np.isnan(bottom) | np.isnan(top)
    if said is not None:
        silent = silent | (said != "").to_numpy(dtype=bool)
    inside = (bottom > -real(margin)) & (top < real(margin))
    out = np.select([silent, inside, top < 0, bottom > 0], [CANNOT_TELL, NO_DIFFERENCE, LOWER, HIGHER], CANNOT_TELL)
    return pd.Series(out.tolist(), index=index, dtype="str", name="verdict")
