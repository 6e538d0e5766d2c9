"""The index a unit published against the same answers recomputed: why they differ, each reason tried and named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.codebook import half_up
from analysis.oversight.comparing.scope import column
from analysis.oversight.grading import grade, rule_of

if TYPE_CHECKING:
    from analysis.codebook import Codebook

TOLERANCE = 0.0101
"""Published indices are rounded in different ways: 0.01 (and a little float noise) is no difference."""
COARSE = 0.0501
"""Some are published with one decimal."""
SCALE = 25.0
"""Index points per point of the answers' scale, as published reports have it."""


RECONCILED = (
    "unit", "wave", "n", "published", "published_weight", "recomputed", "index_011", "difference", "explained",
    "grade_published", "grade", "grade_changes", "rule", "note",
)  # fmt: skip


def reconcile(
    index_table: pd.DataFrame, surveys: pd.DataFrame, *,
    book: Codebook | None = None, responses: pd.DataFrame | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Compare published indices with recomputed ones: one row per unit and wave of ``index_table`` that published.

    ``index_table`` is ``skm_index(design, ["unit", "wave"])``. Reasons are tried in this order and the first that
    gives the published figure within 0.01 is named in ``explained``: ``"agrees"``, ``"0.11 weight"`` (the printed
    rounded weight), ``"rounded unsur"`` (NRR rounded to two decimals before weighting), ``"0.11 weight, rounded
    unsur"``, ``"0.11 weight, weighted unsur rounded"``, ``"missing counted as zero"`` (an unsur that was not asked;
    also with the 0.11 weight), ``"empty rows counted as zero"``, ``"one decimal"``, ``"scale of four"`` (the mean, not
    the index). With ``responses`` also ``"repeated rows left out"`` (rows flagged as repeats),
    ``"incomplete rows left out"`` and ``"mean of respondents"`` (each person's mean first). Else ``"not explained"``.

    ``difference`` is recomputed minus published. Columns: unit, wave, n, published, published_weight, recomputed,
    index_011, difference, explained, grade_published, grade, grade_changes, rule, note.
    """
    wanted = surveys.assign(published=pd.to_numeric(surveys["published"], errors="coerce"))
    wanted = wanted[wanted["published"].notna()].drop_duplicates(["unit", "wave"], keep="last")
    table = index_table.merge(
        wanted[["unit", "wave", "published", *(["published_weight"] if "published_weight" in wanted else [])]],
        on=["unit", "wave"], how="inner",
    )  # fmt: skip
    if "published_weight" not in table:
        table["published_weight"] = ""
    places = _places(responses) if responses is not None and len(table) else {}
    rows = []
    for _, row in table.iterrows():
        found = places.get((str(row["unit"]), str(row["wave"])))
        rows.append(_explained(row, book, None if responses is None or found is None else responses.iloc[found]))
    return pd.DataFrame(rows, columns=list(RECONCILED))


def _places(responses: pd.DataFrame) -> dict[object, npt.NDArray[np.intp]]:
    """Return where the rows of each unit and wave stand."""
    grouped = responses.groupby([column(responses, "unit"), column(responses, "wave")], sort=False)
    return {key: np.asarray(places, dtype=np.intp) for key, places in grouped.indices.items()}


def of_other_rows(row: pd.Series, mine: pd.DataFrame, *, scale: float) -> dict[str, float]:
    """Return what the unit's own answers (``mine``) give when some rows are left out, or people are averaged first."""
    items = [
        str(name).removeprefix("nrr_")
        for name, value in row.items()
        if str(name).startswith("nrr_") and pd.notna(value)
    ]
    if not items or any(name not in mine for name in items):
        return {}
    answers = mine[items].astype(float)
    found: dict[str, float] = {}
    if "flags" in mine:
        once = ~column(mine, "flags").str.contains("repeat")
        if not once.all() and once.any():
            found["repeated rows left out"] = float(answers[once].mean().mean() * scale)
    whole = answers.notna().all(axis=1)
    if not whole.all() and whole.any():
        found["incomplete rows left out"] = float(answers[whole].mean().mean() * scale)
        found["mean of respondents"] = float(answers.mean(axis=1).mean() * scale)
    return found


def candidates(row: pd.Series, *, items: int) -> dict[str, float]:
    """Return what the same answers give under each practice seen in published reports, in the order they are tried."""
    nrr = np.array([value for name, value in row.items() if str(name).startswith("nrr_") and pd.notna(value)])
    weight = float(f"{1 / items:.2g}")
    rounded = _half_up(nrr, 2)
    whole = len(nrr) == items
    found = {"agrees": float(row["index"])}
    if whole:
        found["0.11 weight"] = float(row["index_011"])
    found["rounded unsur"] = float(rounded.mean() * SCALE) if len(nrr) else np.nan
    if whole:
        found["0.11 weight, rounded unsur"] = float(rounded.sum() * weight * SCALE)
        found["0.11 weight, weighted unsur rounded"] = float(_half_up(nrr * weight, 3).sum() * SCALE)
    else:
        found["missing counted as zero"] = float(nrr.sum() * SCALE / items)
        found["missing counted as zero, 0.11 weight"] = float(nrr.sum() * weight * SCALE)
    asked, missing = float(row["n"]), float(row.get("n_missing", 0))
    if missing > 0:
        found["empty rows counted as zero"] = float(row["index"]) * asked / (asked + missing)
    return found


def _half_up(values: np.ndarray, decimals: int) -> np.ndarray:
    return np.array([float(half_up(one, decimals)) for one in values])


def _explained(row: pd.Series, book: Codebook | None, mine: pd.DataFrame | None) -> dict[str, object]:
    published = float(row["published"])
    tried = candidates(row, items=rule_of(str(row["rule"]), book).items)
    if mine is not None:
        tried |= of_other_rows(row, mine, scale=SCALE)
    near = [name for name, value in tried.items() if abs(value - published) <= TOLERANCE]
    declared_011 = str(row["published_weight"]).replace(",", ".").strip() in {"0.11", "0.071"}
    if declared_011 and "0.11 weight" in near and "agrees" not in near:
        near = ["0.11 weight"]
    coarse = abs(published * 10 - round(published * 10)) < 1e-9
    if not near and coarse and abs(tried["agrees"] - published) <= COARSE:
        near = ["one decimal"]
    scale_of_four = published <= 100 / SCALE
    if not near and scale_of_four and abs(tried["agrees"] / SCALE - published) <= COARSE:
        near = ["scale of four"]
    shown = _grade(published, str(row["rule"]), book)
    return {
        "unit": row["unit"], "wave": row["wave"], "n": row["n"], "published": published,
        "published_weight": row["published_weight"], "recomputed": row["index"], "index_011": row["index_011"],
        "difference": float(row["index"]) - published, "explained": near[0] if near else "not explained",
        "grade_published": shown, "grade": row["grade"],
        "grade_changes": bool(shown and row["grade"] and shown != row["grade"]), "rule": row["rule"],
        "note": "published on the scale of four" if scale_of_four else "",
    }  # fmt: skip


def _grade(index: float, rule: str, book: Codebook | None) -> str:
    """Return the grade of a published figure, none where it is no index at all."""
    lowest = min(one.low for one in rule_of(rule, book).grades)
    return grade(index, rule, book=book) if lowest <= index <= 100 else ""
