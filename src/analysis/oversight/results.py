"""What the questions of a council are answered with: one small frozen result per question, its table in full precision.

Every table keeps the same column names; missing numbers are NaN, missing words the empty text. Nothing is rounded.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeVar

from analysis import survey

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

VERDICTS = survey.VERDICTS
"""What a difference may be called; the empty text where a level is not judged, ``note`` says why."""
SAMPLES = ("walk-in", "quota", "random", "census")
"""Kinds of sample, from the one that says least to the one that says most."""
AS_ANSWERED = "as answered"
SAME_MIX = "same mix"


@dataclass(frozen=True)
class Comparison:
    """Levels of one column against the whole, in one wave.

    ``basis`` says what the verdicts rest on: ``"as answered"``, or ``"same mix"`` (standardised over the columns in
    ``mix``). ``sample`` is the worst kind of sample in it. ``whole`` holds n, n_missing, estimate, se, low, high, df.
    ``table`` has one row per level: level, owner, n, n_missing, estimate, se, low, high, df, difference (level minus
    whole), difference_se, difference_df, difference_low, difference_high, p, p_adjusted, rank, rank_low, rank_high (1 =
    highest), verdict, note, sample; where the basis is the same mix also mix_estimate, mix_whole, mix_difference,
    mix_se, mix_df, mix_low, mix_high, mix_p, mix_p_adjusted, mix_share (the share of its respondents that could be
    standardised). Intervals of differences are drawn at Holm's step levels, so that an interval leaves out 0 exactly
    where ``p_adjusted`` is below 1 - ``level``; the family is the levels of this table that are judged. ``pairs``
    compares levels two by two (as survey.pairwise does), at the same mix where the verdicts are; ``rank_low`` and
    ``rank_high`` are simultaneous rank sets (survey.rank_sets). A verdict is ``survey.verdicts``' own: all of the
    interval inside the margin is no difference that matters, all of it on one side of 0 is lower or higher (by however
    little), else it cannot be told. The same difference may be told in a small family and not in a large one.
    """

    by: str
    wave: str
    measure: str
    margin: float
    level: float
    basis: str
    mix: tuple[str, ...]
    sample: str
    whole: Mapping[str, float]
    table: pd.DataFrame
    pairs: pd.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Matrix:
    """Cells of two columns in one wave, each against all people of its ``columns`` level (a district in a sector).

    ``table`` has one row per cell: row, column, n, n_missing, estimate, se, low, high, df, column_estimate (the whole
    of the column), difference (cell minus that), difference_low, difference_high, p, p_adjusted, verdict, note, sample.
    """

    rows: str
    columns: str
    wave: str
    measure: str
    margin: float
    level: float
    basis: str
    mix: tuple[str, ...]
    sample: str
    table: pd.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Change:
    """Levels of one column between two waves.

    ``table`` has one row per level in either wave: level, owner, rule, n, n_before, estimate, before, difference (now
    minus before), se, df, difference_low, difference_high, p, p_adjusted, mix_difference, mix_low, mix_high,
    mix_p_adjusted (the same with the change of composition taken out), verdict (``higher`` = rose), note, sample,
    left_out (unsur that one of its waves alone asked, by space: both figures and the change are without them).
    ``basis`` says which of the two the verdicts rest on; verdicts as in ``Comparison``. Waves under different rules are
    never subtracted: note ``"rules differ"``.
    """

    by: str
    wave: str
    before: str
    measure: str
    margin: float
    level: float
    basis: str
    mix: tuple[str, ...]
    sample: str
    table: pd.DataFrame
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Answer:
    """Any other answer: ``topic`` names the question, ``tables`` hold its parts by name, ``notes`` its limits."""

    topic: str
    wave: str
    sample: str
    tables: Mapping[str, pd.DataFrame]
    notes: tuple[str, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)

    @property
    def table(self) -> pd.DataFrame:
        """The first table."""
        return next(iter(self.tables.values()))


def worst_sample(kinds: object) -> str:
    """Return the kind among ``kinds`` that lets a result say least; walk-in where none is known."""
    known = [kind for kind in kinds if kind in SAMPLES]  # type: ignore[attr-defined]
    return min(known, key=SAMPLES.index) if known else SAMPLES[0]


Found = TypeVar("Found", Comparison, Change, Matrix, Answer)


def only(result: Found, level: str) -> Found:
    """Return a result with the rows of one level alone (of a matrix: its row); an unknown level leaves none.

    Of an answer it is the level of each table's first column: one of the initiatives, one unit. Intervals, verdicts and
    ranks stay those of the whole family: who looks at one unit does not look at it alone.
    """
    if isinstance(result, Answer):
        return replace(result, tables={name: _of_level(one, level) for name, one in result.tables.items()})  # type: ignore[call-arg]  # it is an Answer here
    return replace(result, table=_of_level(result.table, level))


def _of_level(table: pd.DataFrame, level: str) -> pd.DataFrame:
    first = table.columns[0]
    return table[table[first].eq(level)].reset_index(drop=True)
