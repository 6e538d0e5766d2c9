"""City recaps without respondents: the same index from printed means, with what cannot be said of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.oversight.comparing.scope import column
from analysis.oversight.grading import grade, rule_of

from .published import reconcile

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.oversight.study import StudyLike

NOTE = "recap only"
RECAP = (
    "unit", "wave", "sector", "owner", "n", "population", "index", "se", "low", "high", "grade", "index_011",
    "published", "difference", "explained", "grade_published", "grade_changes", "missing", "rule", "sample", "note",
)  # fmt: skip


def recap_index(recaps: pd.DataFrame, *, book: Codebook | None = None) -> pd.DataFrame:
    """Return the index of each row of a city recap, recomputed from its printed unsur means (NRR).

    A recap has no respondents: se, low and high are missing, nothing is tested, and the note is ``"recap only"``; its
    index stands beside those of surveys, never among them in a comparison. Columns: unit, wave, sector, owner, n (as
    printed), population, index (mean of the printed NRR x 25; missing where no NRR was printed), se, low, high, grade,
    index_011, published (as printed) and why it differs (``explained`` and the rest as in ``reconcile``), missing
    (unsur without a mean), rule, sample (``"recap"``), note, and the nrr columns. Printed means are rounded, so the
    index is good to about half a hundredth of an unsur, 0.1 points.
    """
    if recaps is None or recaps.empty:
        return pd.DataFrame(columns=list(RECAP))
    means = [name for name in recaps if str(name).startswith("nrr_") and recaps[name].notna().any()]
    table = recaps.copy()
    for name in ("unit", "wave", "sector", "owner", "rule"):
        table[name] = column(table, name) if name in table else ""
    table["rule"] = table["rule"].where(table["rule"].ne(""), "2017")
    nrr = table[means].to_numpy(dtype=float, na_value=np.nan) if means else np.full((len(table), 1), np.nan)
    items = np.array([rule_of(rule, book).items for rule in table["rule"]])
    known = (~np.isnan(nrr)).sum(axis=1)
    total = np.nansum(nrr, axis=1)
    table["published"] = pd.to_numeric(table["index"], errors="coerce") if "index" in table else np.nan
    table["index"] = np.divide(total * 25, known, out=np.full(len(table), np.nan), where=known > 0)
    weight = np.array([float(f"{1 / count:.2g}") for count in items])
    table["index_011"] = np.where(known == items, total * weight * 25, np.nan)
    table["missing"] = [
        " ".join(str(name).removeprefix("nrr_") for name, value in zip(means, row, strict=False) if np.isnan(value))
        for row in nrr
    ]
    table["grade"] = [grade(one, rule, book=book) for one, rule in zip(table["index"], table["rule"], strict=True)]
    table = table.assign(se=np.nan, low=np.nan, high=np.nan, sample="recap", note=NOTE, n_missing=0)
    told = reconcile(table.drop(columns="published"), table, book=book).set_index(["unit", "wave"])
    keys = pd.MultiIndex.from_frame(table[["unit", "wave"]])
    for name in ("difference", "explained", "grade_published", "grade_changes"):
        table[name] = told[~told.index.duplicated()].reindex(keys)[name].to_numpy()
    return table.reindex(columns=[*RECAP, *means]).sort_values(["wave", "unit"], kind="stable", ignore_index=True)


def recaps_alone(study: StudyLike) -> pd.DataFrame:
    """Return ``recap_index`` of the units and waves of which a recap is all that came, each once (the last row sent).

    Where respondents came too, the index is that of their answers (``skm_index``), and ``reconcile`` holds the printed
    one against it; a second figure of almost the same people would tell of those in which the two differ.
    """
    table = recap_index(study.recaps, book=study.book).drop_duplicates(["unit", "wave"], keep="last")
    sent = study.responses
    if not {"unit", "wave"} <= set(sent.columns):
        return table.reset_index(drop=True)
    answered = pd.MultiIndex.from_frame(sent[["unit", "wave"]].astype(object).fillna("").astype(str))
    own = pd.MultiIndex.from_frame(table[["unit", "wave"]].astype(str))
    return table[~own.isin(answered)].reset_index(drop=True)
