"""Independence of two categorical variables in a complex sample: Rao & Scott's second-order correction."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import Answers, Floats, Ints
from analysis.survey.design import SurveyDesign
from analysis.survey.faults import SurveyError
from analysis.survey.linear import degrees, level_covariances
from analysis.survey.notes import Note
from analysis.survey.onepass.build import derive, read_answers
from analysis.survey.onepass.source import sums_for
from analysis.survey.reference import f_upper
from analysis.survey.variables import one_column

# Beyond this many cells a table is no longer one question.
MOST_CELLS = 2_000


@dataclass(frozen=True)
class ChiSquare:
    """Rao-Scott F: ``statistic`` with ``df`` and ``ddf`` (fractional), ``p``; ``pearson`` is X² of the weighted table.

    ``n`` rows answered both; ``n_missing`` the rest.
    """

    statistic: float
    df: float
    ddf: float
    p: float
    pearson: float
    n: int
    n_missing: int
    note: str


def _crossed(design: SurveyDesign, rows: str, columns: str) -> tuple[str, int, int]:
    """Make one variable of two, over the answers that occur; return its name and the table's shape."""
    asked = (one_column(rows, "rows"), one_column(columns, "columns"))
    read = [read_answers(design, name, as_categories=True) for name in asked]
    if any(one.levels is None for one in read):
        raise SurveyError("chi_square needs variables with few answers; cut wide ones into classes first")
    inside = read[0].valid() & read[1].valid()
    if design.mask is not None:
        inside &= design.mask
    codes: list[Ints] = []
    sizes: list[int] = []
    for one in read:
        assert one.codes is not None  # noqa: S101 - checked above
        seen = np.flatnonzero(np.bincount(one.codes[inside]))
        place = np.zeros(int(one.codes.max(initial=0)) + 1, dtype=np.int64)
        place[seen] = np.arange(len(seen))
        codes.append(place[one.codes[inside]])
        sizes.append(len(seen))
    if min(sizes) < 2 or sizes[0] * sizes[1] > MOST_CELLS:
        raise SurveyError(
            f"chi_square needs at least two answers of each variable and at most {MOST_CELLS} cells; "
            f"{rows!r} has {sizes[0]} and {columns!r} has {sizes[1]}"
        )
    cells = sizes[0] * sizes[1]
    crossed = np.full(len(inside), cells, dtype=np.int64)
    crossed[inside] = codes[0] * sizes[1] + codes[1]
    return derive(design, f"{rows} x {columns}", Answers(pd.RangeIndex(cells), crossed, None)), sizes[0], sizes[1]


@single_threaded
def chi_square(design: SurveyDesign, rows: str, columns: str) -> ChiSquare:
    """Test whether two categorical variables are independent, with Rao & Scott's second-order F.

    X² of the weighted table is divided by the trace of the generalised design effects.

    Parameters
    ----------
    design
        A SurveyDesign, or a subset of one.
    rows, columns
        Two columns of categories.

    Returns
    -------
    ChiSquare
        F with its two df, and p.

    Raises
    ------
    SurveyError
        A variable with one answer, or a table of too many cells.

    Notes
    -----
    Shape: one test. Units: none. Missing: rows with a blank contribute zero and stay in the design. df: (Σδ)²/Σδ² of
    the design effects δ, and that times (PSUs - strata) of the rows that answered both.
    Rao & Scott (1984). R: ``svychisq(~rows + columns, subset(design, !is.na(rows) & !is.na(columns)))``. After raking
    R's subset keeps the rows with blanks at a weight of 0, and its ``svychisq`` counts them: where there are blanks its
    second df are larger than these, which are those of ``degf`` of that subset.
    """
    item, height, breadth = _crossed(design, rows, columns)
    sums = sums_for(design, [item], ())
    cells = height * breadth
    shares, joint = level_covariances(sums, item)
    p, covariance = shares[0], joint[:cells, :cells]
    made = sums.items[item]
    n = int(made.n.sum())
    held = degrees(sums, made.answered)
    free = float(held.df[0])
    table = p.reshape(height, breadth)
    expected = np.outer(table.sum(axis=1), table.sum(axis=0))
    pearson = float(n * ((table - expected) ** 2 / expected).sum())
    delta = _design_effects(p, covariance, height, breadth) * n
    trace = float(np.trace(delta))
    missing = int(sums.cells.rows.sum()) - n
    blank = float("nan")
    if free <= 0 or trace <= 0:
        note = Note.CENSUS if held.census[0] else Note.NO_DF if free <= 0 else Note.CONSTANT
        return ChiSquare(blank, blank, blank, blank, pearson, n, missing, str(note))
    df = trace**2 / float(np.trace(delta @ delta))
    statistic = pearson / trace
    return ChiSquare(statistic, df, df * free, f_upper(statistic, df, df * free), pearson, n, missing, str(Note.NONE))


def _design_effects(p: Floats, covariance: Floats, height: int, breadth: int) -> Floats:
    """Matrix of generalised design effects of the interaction contrasts, per respondent."""
    row, column = np.divmod(np.arange(height * breadth), breadth)
    ones = np.ones((height * breadth, 1))
    by_row = (row[:, None] == np.arange(1, height)).astype(np.float64)
    by_column = (column[:, None] == np.arange(1, breadth)).astype(np.float64)
    main = np.hstack([ones, by_row, by_column])
    crossed = (by_row[:, :, None] * by_column[:, None, :]).reshape(height * breadth, -1)
    basis, _ = np.linalg.qr(main)
    contrasts = crossed - basis @ (basis.T @ crossed)
    inverse = np.zeros_like(p)
    np.divide(1.0, p, out=inverse, where=p > 0)
    scaled = contrasts * inverse[:, None]
    denominator = contrasts.T @ scaled
    numerator = scaled.T @ covariance @ scaled
    try:
        return np.asarray(np.linalg.solve(denominator, numerator), dtype=np.float64)
    except np.linalg.LinAlgError:
        # cells that nobody is in may leave a direction without respondents
        return np.asarray(np.linalg.lstsq(denominator, numerator, rcond=None)[0], dtype=np.float64)
