"""Quantiles of a domain with Woodruff's interval."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.survey.columns import Answers, Floats, array_of
from analysis.survey.design import SurveyDesign, check_design
from analysis.survey.faults import SurveyError, check_level, check_names, listed, shown
from analysis.survey.linear import degrees, variances
from analysis.survey.notes import Note
from analysis.survey.onepass.build import derive, read_answers, row_domains
from analysis.survey.onepass.source import sums_for
from analysis.survey.onepass.sums import counts
from analysis.survey.reference import t_quantile
from analysis.survey.statistic import share_of
from analysis.survey.table import mark, notes_of, stack
from analysis.survey.variables import as_names, columns_only


class _Ordered:
    """The answers of each domain in order, with their cumulated share of the weight."""

    def __init__(self, design: SurveyDesign, y: str, by: tuple[str, ...]) -> None:
        self.values = read_answers(design, y).numbers()
        self.domain, self.width = row_domains(design, by)
        rows = np.flatnonzero(~np.isnan(self.values) & (self.domain >= 0))
        order = rows[np.lexsort((self.values[rows], self.domain[rows]))]
        self.sorted = self.values[order]
        held = self.domain[order]
        self.start = np.searchsorted(held, np.arange(self.width + 1))
        cumulated = np.cumsum(design.arrays.weight[order])
        before = np.concatenate([[0.0], cumulated])[self.start]
        total = before[1:] - before[:-1]
        self.share: Floats = (cumulated - before[held]) / np.where(total > 0, total, 1.0)[held]

    def at(self, probability: Floats) -> Floats:
        """Smallest answer whose cumulated share reaches the probability, per domain (R's qrule "math")."""
        out = np.full(self.width, np.nan)
        for place in range(self.width):
            begin, end = self.start[place], self.start[place + 1]
            if begin < end and 0 <= probability[place] <= 1:
                # the last share is 1 but for rounding
                spot = np.searchsorted(self.share[begin:end], probability[place] - 1e-12, side="left")
                out[place] = self.sorted[begin + min(spot, end - begin - 1)]
        return out


def quantile(
    design: SurveyDesign,
    y: str | Sequence[str],
    q: float | Sequence[float],
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Quantiles of ``y`` by domain: the smallest answer that at least a share ``q`` of the weight lies at or below.

    The interval is Woodruff's (1952): the t interval of the share at or below the estimate, read back through the
    distribution; ``se`` is its width over twice the t quantile. Where that share's interval leaves 0 to 1, or it is the
    same in every PSU, there are no limits, and the note is ``undefined``. Ranks and quantiles of wide-valued variables
    have no small table of sums: the rows are read again.

    Parameters
    ----------
    design
        A SurveyDesign, or a subset of one.
    y, by, level
        As in ``mean``, columns only.
    q
        A share, or a list of shares, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        ``variable``, the columns of ``by``, ``q``, then as in ``mean``.

    Raises
    ------
    SurveyError
        As ``mean``; ``q`` outside 0 to 1.

    Notes
    -----
    Shape: one row per variable, domain and ``q``. Units: those of ``y``. Missing: as in ``mean``. df: as in ``mean``.
    R: ``svyquantile(~y, subset(design, ...), q, qrule = "math", interval.type = "mean", df = degf(subset))``.
    Where a limit's share lies below the weight of the smallest answer, R (4.1) takes the second smallest, against
    its own definition; this gives the smallest.
    """
    check_design(design)
    check_level(level)
    chosen = array_of(q, "q")
    if chosen.ndim > 1 or not chosen.size or not ((chosen > 0) & (chosen < 1)).all():
        raise SurveyError(f"q must lie between 0 and 1, not {shown(q)}")
    names = as_names(by)
    tables = []
    for item in columns_only(y, "quantile"):
        ordered = _Ordered(design, item, names)
        tables += [_one(design, item, one, names, ordered, level) for one in chosen.ravel().tolist()]
    return stack(tables)


def _one(design: SurveyDesign, y: str, q: float, by: tuple[str, ...], ordered: _Ordered, level: float) -> pd.DataFrame:
    estimate = ordered.at(np.full(ordered.width, q))
    at_most = ordered.values <= np.append(estimate, np.nan)[ordered.domain]
    codes = np.where(np.isnan(ordered.values), 2, at_most).astype(np.int64)
    item = derive(design, f"{y} at most its quantile {q!r} by {listed(by)}", Answers(pd.RangeIndex(2), codes, None))
    sums = sums_for(design, [item], by)
    width = sums.n_domains
    shared = share_of(sums, item, np.array([False, True]))
    held = degrees(sums, shared.answered).head(width)
    n = counts(sums.cells.domain, shared.answered, width + 1)[:width]
    missing = counts(sums.cells.domain, sums.cells.rows - shared.answered, width + 1)[:width]
    constant = (ordered.at(np.zeros(width)) == ordered.at(np.ones(width))) & (n > 0)
    notes = notes_of(n, constant, held, estimate)
    critical = t_quantile(0.5 + level / 2, np.where(notes == "", held.df, np.nan))
    reach = critical * np.sqrt(np.maximum(variances(sums, shared)[:width], 0.0))
    low, high = ordered.at(shared.estimate[:width] - reach), ordered.at(shared.estimate[:width] + reach)
    mark(notes, np.isnan(low) | np.isnan(high) | (reach == 0), Note.UNDEFINED)
    told = notes == ""
    low, high = np.where(told, low, np.nan), np.where(told, high, np.nan)
    se = np.where(notes == str(Note.CENSUS), 0.0, (high - low) / (2 * critical))
    columns: dict[str, object] = {"variable": pd.Series([y] * width, dtype="str")}
    labels = dict(zip(sums.by, sums.domain_labels(), strict=True))
    figures: dict[str, object] = {"q": q, "n": n, "n_missing": missing, "estimate": estimate, "se": se, "low": low}
    figures |= {"high": high, "df": held.df, "note": pd.Series(notes.tolist(), dtype="str")}
    check_names(sums.by, [*columns, *figures])
    return pd.DataFrame(columns | labels | figures)
