"""Two columns crossed: where in the city which service is lower, one family of verdicts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import survey
from analysis.errors import CallError, Fault
from analysis.oversight.design import by_day, sample_of, samples_of
from analysis.oversight.measures import choose
from analysis.oversight.results import AS_ANSWERED, SAME_MIX, SAMPLES, Matrix

from .cells import Passes
from .compare import MIX_LEAST
from .scope import UNPLACED, column, outsiders, scope
from .standardise import MIX_REACH, mixed_differences
from .verdicts import CAUTION, JUDGED, family, verdicts
from .views import only, remembered

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

LEAST_IN_CELL = 10
"""A cell of a matrix with fewer respondents is estimated, not judged."""
MATRIX = (
    "row", "column", "n", "n_missing", "estimate", "se", "low", "high", "df", "column_estimate", "difference",
    "difference_low", "difference_high", "p", "p_adjusted", "verdict", "note", "sample",
)  # fmt: skip
WITHIN = {"sector": ("unit", "service"), "unit": ("service",)}
"""What is held equal within a column of the matrix, coarsened from the right until enough can be standardised."""


@remembered
def matrix(
    design: SurveyDesign,
    rows: str,
    columns: str,
    *,
    book: Codebook,
    wave: str | None = None,
    measure: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Matrix:
    """Cross two columns (``rows`` districts, ``columns`` sectors): each cell against all respondents of its column.

    The difference of a cell is taken at the same mix of units and services within its column where there are any, so a
    district is not lower in a sector only because its people use another unit of it. One family: all judged cells,
    Holm. Cells of fewer than ten respondents, constant ones and those that cannot be standardised have an estimate and
    a note but no verdict. City units only; outsiders and levels without a name are left out. CallError as in
    ``compare``. What of it may be printed is the publication plan's to say.
    """
    limits = scope(design, book, wave)
    design = limits.design
    chosen = choose(design, book, measure, rule=limits.rule)
    margin = chosen.measure.margin if margin is None else margin
    inside = limits.rows.copy()
    for one in (rows, columns):
        inside &= ~column(design.frame, one).isin([*UNPLACED, *outsiders(book, one)]).to_numpy()
    if not inside.any():
        raise CallError(Fault("rows", f"no respondent has both {rows} and {columns} in wave {limits.wave!r}"))
    inner = only(chosen.design, inside)
    days = by_day(chosen.design)
    mixes = _mixes(inner, rows, columns)
    passes = Passes((inner, only(days, inside) if days else None), chosen.variable)
    table = survey.mean(inner, chosen.variable, [rows, columns], level=level)
    table = table.drop(columns="variable")
    table = table[table["n"].gt(0)].rename(columns={rows: "row", columns: "column"}).reset_index(drop=True)
    table = table.astype({"row": str, "column": str, "note": object})
    mix, found = _differences(passes, mixes, rows=rows, columns=columns, level=level)
    found = found.set_index([found[rows].astype(str), found[columns].astype(str)])
    found = found.reindex(pd.MultiIndex.from_frame(table[["row", "column"]])).reset_index(drop=True)
    table["note"] = table["note"].mask(
        table["note"].isin(["", CAUTION]) & table["n"].lt(LEAST_IN_CELL), "few respondents"
    )
    table["note"] = table["note"].mask(table["note"].eq("") & found["share"].lt(MIX_LEAST), "not at the same mix")
    table["note"] = table["note"].mask(table["note"].eq("") & found["alone"], "alone in its column")
    told = family(found[["difference", "se", "df"]].where(table["note"].isin([*JUDGED, CAUTION])), level)
    table["column_estimate"], table["difference"] = found["whole"], found["difference"]
    table["difference_low"], table["difference_high"] = told["low"], told["high"]
    table["p"], table["p_adjusted"] = told["p"], told["p_adjusted"]
    table["verdict"] = verdicts(told, table["note"], margin=margin)
    part = design.frame[inside]
    samples = samples_of(part, [rows, columns])
    table["sample"] = [samples.get(key, SAMPLES[0]) for key in zip(table["row"], table["column"], strict=True)]
    return Matrix(
        rows=rows, columns=columns, wave=limits.wave, measure=chosen.measure.name, margin=margin, level=level,
        basis=SAME_MIX if mix else AS_ANSWERED, mix=mix, sample=sample_of(part),
        table=table[list(MATRIX)], notes=limits.notes,
    )  # fmt: skip


def _mixes(inner: SurveyDesign, rows: str, columns: str) -> list[tuple[str, ...]]:
    """Return what may be held equal within a column, finest first, nothing last."""
    inside = inner.frame if inner.mask is None else inner.frame[inner.mask]
    finest = tuple(
        name for name in WITHIN.get(columns, ("unit", "service"))
        if name in inside and name != rows and len(inside[name].drop_duplicates()) > 1
    )  # fmt: skip
    return [finest[:size] for size in range(len(finest), -1, -1)]


def _differences(
    passes: Passes, mixes: list[tuple[str, ...]], *, rows: str, columns: str, level: float
) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Cells against their column, at the finest mix within it that most respondents allow."""
    best: tuple[float, tuple[str, ...], pd.DataFrame] = (-1.0, (), pd.DataFrame())
    for mix in mixes:
        table = mixed_differences(passes, [rows, columns], reference=(columns,), mix=mix, level=level)
        table["alone"] = table.groupby(columns, observed=True)[rows].transform("size").eq(1)
        table["share"] = np.where(table["alone"], 1.0, table["share"])
        share = float((table["share"] * table["n"]).sum() / max(table["n"].sum(), 1))
        if share > best[0] and (mix or best[0] < MIX_LEAST):
            best = (share, mix, table)
        if share >= MIX_REACH:
            break
    return best[1], best[2]
