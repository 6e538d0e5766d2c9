"""Rows of results: the same columns, the same order, the same notes everywhere."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import Bools, Floats, Ints
from analysis.survey.faults import check_names
from analysis.survey.linear import Degrees, degrees, variances
from analysis.survey.linearised import Statistic
from analysis.survey.notes import Note
from analysis.survey.onepass.sums import Sums
from analysis.survey.reference import t_quantile


def note_array(size: int) -> npt.NDArray[np.object_]:
    """Return room for notes, all of them empty."""
    out = np.empty(size, dtype=object)
    out[:] = str(Note.NONE)
    return out


def mark(notes: npt.NDArray[np.object_], where: Bools, note: Note) -> None:
    """Write a note where none stands yet: what is written first weighs most."""
    notes[where & (notes == "")] = str(note)


def notes_of(
    n: Ints, constant: Bools, held: Degrees, estimate: Floats, variance: Floats | None = None
) -> npt.NDArray[np.object_]:
    """Say of each domain why it has no interval."""
    still = np.zeros(len(n), dtype=bool) if variance is None else variance == 0
    notes = note_array(len(n))
    mark(notes, n == 0, Note.NO_RESPONDENTS)
    mark(notes, np.isnan(estimate), Note.UNDEFINED)
    mark(notes, held.census, Note.CENSUS)
    mark(notes, n == 1, Note.ONE_RESPONDENT)
    mark(notes, constant, Note.CONSTANT)
    mark(notes, held.df <= 0, Note.NO_DF)
    mark(notes, still, Note.CONSTANT)
    return notes


class Rows:
    """One variable's results by domain, before they become a table; the rows in no domain are already gone."""

    def __init__(self, sums: Sums, statistic: Statistic) -> None:
        width = sums.n_domains
        held = degrees(sums, statistic.answered).head(width)
        self.sums = sums
        self.n: Ints = sums.answers_by_domain(statistic.answered)[:width]
        self.missing: Ints = sums.rows_by_domain[:width] - self.n
        self.estimate: Floats = statistic.estimate[:width]
        self.variance: Floats = variances(sums, statistic)[:width]
        self.held = held
        # a total or a ratio shows that it is constant by not varying
        self.notes = notes_of(self.n, statistic.constant[:width], self.held, self.estimate, self.variance)

    @property
    def silent(self) -> Bools:
        """Rows that have no interval."""
        silent: Bools = (self.notes != "") & (self.notes != str(Note.CAUTION))
        return silent

    @cached_property
    def se(self) -> Floats:
        """Standard errors; NaN where there is none to state, 0 where everybody was asked."""
        root = np.sqrt(np.maximum(self.variance, 0.0))
        census = self.notes == str(Note.CENSUS)
        # a total of one respondent varies; a mean of one leaves nothing but rounding
        alone = (self.notes == str(Note.NO_DF)) | (self.notes == str(Note.ONE_RESPONDENT))
        known = ~self.silent | alone & (root > 1e-7 * np.abs(self.estimate))
        out: Floats = np.where(census, 0.0, np.where(known, root, np.nan))
        return out


def interval(rows: Rows, level: float) -> tuple[Floats, Floats]:
    """T interval with the domain's own df, NaN where a note says that there is none."""
    # variables with the same df share their quantiles
    known, slot = rows.sums.known, ("t", level, rows.held.df.tobytes())
    if slot not in known:
        known[slot] = t_quantile(0.5 + level / 2, rows.held.df)
    reach = np.where(rows.silent, np.nan, known[slot]) * rows.se
    return rows.estimate - reach, rows.estimate + reach


class Found(NamedTuple):
    """One variable's rows and limits, on their way into a table."""

    name: str
    rows: Rows
    low: Floats
    high: Floats


def estimates_table(sums: Sums, found: Sequence[Found]) -> pd.DataFrame:
    """variable, <by…>, n, n_missing, estimate, se, low, high, df, note; variables one after the other."""
    width = len(found[0].rows.n)
    names = np.repeat(np.array([one.name for one in found], dtype=object), width)
    columns: dict[str, object] = {"variable": pd.array(names, dtype="str")}
    for by, labels, codes in zip(sums.by, sums.domains, sums.domain_codes, strict=True):
        columns[by] = labels.take(np.tile(codes, len(found))).array

    def joined(part: Callable[[Found], npt.NDArray[Any]]) -> npt.NDArray[Any]:
        return part(found[0]) if len(found) == 1 else np.concatenate([part(one) for one in found])

    figures: dict[str, object] = {
        "n": joined(lambda one: one.rows.n),
        "n_missing": joined(lambda one: one.rows.missing),
        "estimate": joined(lambda one: one.rows.estimate),
        "se": joined(lambda one: one.rows.se),
        "low": joined(lambda one: one.low),
        "high": joined(lambda one: one.high),
        "df": joined(lambda one: one.rows.held.df),
        "note": pd.array(joined(lambda one: one.rows.notes), dtype="str"),
    }
    check_names(sums.by, ["variable", *figures])
    return pd.DataFrame(columns | figures)


def stack(tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Tables of several variables below each other, numbered anew."""
    return tables[0] if len(tables) == 1 else pd.concat(list(tables), ignore_index=True)
