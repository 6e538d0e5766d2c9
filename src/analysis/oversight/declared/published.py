"""The index a unit published against the same answers recomputed: why they differ, each reason tried and named."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.codebook import half_up
from analysis.oversight.comparing.scope import column
from analysis.oversight.grading import grade, rule_of
from analysis.oversight.labels import crossed, text

if TYPE_CHECKING:
    from analysis.codebook import Codebook

Floats = npt.NDArray[np.float64]
BLANKS = "blank answers counted as zero"
TOLERANCE = 0.0101
"""Published indices are rounded in different ways: 0.01 (and a little float noise) is no difference."""
COARSE = 0.0501
"""Some are published with one decimal."""
SCALE = 25.0
"""Index points per point of the answers' scale, as published reports have it."""


RECONCILED = (
    "unit", "wave", "n", "published", "published_weight", "recomputed", "index_011", "difference", "explained",
    "also", "grade_published", "grade", "grade_changes", "rule", "note",
)  # fmt: skip


def reconcile(
    index_table: pd.DataFrame, surveys: pd.DataFrame, *,
    book: Codebook | None = None, responses: pd.DataFrame | None = None,
) -> pd.DataFrame:  # fmt: skip
    """Compare published indices with recomputed ones: one row per unit and wave of ``index_table`` that published.

    ``index_table`` is ``skm_index(design, ["unit", "wave"])``. Practices are tried in this order, and the first that
    gives the published figure within 0.01 is named in ``explained``: ``"agrees"``, ``"0.11 weight"`` (the printed
    rounded weight; ``"0.071 weight"`` of fourteen unsur; where the unit declares it, it comes first), ``"rounded
    unsur"`` (NRR rounded to two decimals), ``"mean rounded"`` (their mean so rounded before it is scaled), ``"missing
    counted as zero"`` (an unsur that was not asked), ``"empty rows counted as zero"``, ``"scale of five"`` (the mean
    times 20). With ``responses`` also, before the last, ``"blank answers counted as zero"`` (sums divided by all rows),
    ``"repeated rows left out"`` (rows flagged as repeats), ``"incomplete rows left out"``, ``"services counted
    equally"``, ``"respondents not weighted"`` and ``"mean of respondents"`` (each person's mean first). Then each of
    them together with the printed weight: ``"0.11 weight, rounded unsur"``. A figure with one decimal may lie within
    0.05 of the index, with either weight (``"one decimal"``), one up to 4 may be its mean (``"scale of four"``). Else
    ``"not explained"``. ``also`` names what else gives the figure, parted by semicolons: the answers cannot tell which.

    ``grade_changes``: the two figures have other grades; how sure the recomputed one is, ``skm_index`` says.
    ``difference`` is recomputed minus published. Columns: unit, wave, n, published, published_weight, recomputed,
    index_011, difference, explained, also, grade_published, grade, grade_changes, rule, note.
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
    needed = None if responses is None else _needed(responses, index_table)
    rows = []
    for _, row in table.iterrows():
        found = places.get((str(row["unit"]), str(row["wave"])))
        rows.append(_explained(row, book, None if needed is None or found is None else needed.iloc[found]))
    return pd.DataFrame(rows, columns=list(RECONCILED))


def _needed(responses: pd.DataFrame, index_table: pd.DataFrame) -> pd.DataFrame:
    """Return the columns that the practices are tried on, the answers as numbers once for all units."""
    items = [name for one in index_table if (name := str(one).removeprefix("nrr_")) != str(one) and name in responses]
    others = [name for name in ("flags", "service") if name in responses]
    return responses[[*items, *others]].astype(dict.fromkeys(items, float))


def _places(responses: pd.DataFrame) -> dict[object, npt.NDArray[np.intp]]:
    """Return where the rows of each unit and wave stand."""
    grouped = responses.groupby([column(responses, "unit"), column(responses, "wave")], sort=False)
    return {key: np.asarray(places, dtype=np.intp) for key, places in grouped.indices.items()}


def of_other_rows(nrr: pd.Series, mine: pd.DataFrame) -> dict[str, Floats]:
    """Return the NRR that the unit's own answers (``mine``) give when other rows count, or count otherwise."""
    items = list(nrr.index)
    if not items or any(name not in mine for name in items):
        return {}
    answers = mine[items].to_numpy(dtype=float)
    told = ~np.isnan(answers)
    some, whole = told.any(axis=1), told.all(axis=1)
    found: dict[str, Floats] = {}
    if not whole[some].all():
        found[BLANKS] = np.nan_to_num(answers[some]).mean(axis=0)
    if "flags" in mine:
        once = some & ~text(mine, "flags").str.contains("repeat").to_numpy(dtype=bool)
        if 0 < once.sum() < some.sum():
            found["repeated rows left out"] = _means(answers[once])
    if 0 < whole.sum() < some.sum():
        found["incomplete rows left out"] = _means(answers[whole])
    if "service" in mine:
        service = crossed(mine, ["service"])[some]
        services = np.array([_means(answers[some][service == one]) for one in np.unique(service)])
        if len(services) > 1 and not np.isnan(services).any():
            found["services counted equally"] = services.mean(axis=0)
    plain = _means(answers[some])
    if not np.allclose(plain, nrr):
        found["respondents not weighted"] = plain
    return found


def _means(answers: Floats) -> Floats:
    """Mean of each item over those who answered it, missing where nobody did."""
    told = ~np.isnan(answers)
    n = told.sum(axis=0)
    means: Floats = np.divide(np.where(told, answers, 0.0).sum(axis=0), n, out=np.full(len(n), np.nan), where=n > 0)
    return means


def candidates(row: pd.Series, *, items: int, mine: pd.DataFrame | None = None) -> dict[str, float]:
    """Return what the same answers give under each practice seen in published reports, in the order they are tried.

    One departure from the index comes before two of them; a name holds both, joined by a comma.
    """
    named = {str(name).removeprefix("nrr_"): row[name] for name in row.index if str(name).startswith("nrr_")}
    nrr = pd.Series(named, dtype=float).dropna()
    if nrr.empty:
        return {"agrees": float(row["index"])}
    scale = float(row["index"] / nrr.mean())
    values = nrr.to_numpy()
    weight = float(f"{1 / items:.2g}")
    printed = f"{weight:g} weight"
    found = {"agrees": float(row["index"]), printed: np.nan, "rounded unsur": _half_up(values, 2).mean() * scale}
    found["mean rounded"] = float(half_up(float(values.mean()), 2)) * scale
    rows: dict[str, Floats] = {}
    if len(values) < items:
        rows["missing counted as zero"] = np.append(values, np.zeros(items - len(values)))
    asked, missing = float(row["n"]), float(row.get("n_missing", 0))
    if missing > 0:
        rows["empty rows counted as zero"] = values * asked / (asked + missing)
    rows |= of_other_rows(nrr, mine) if mine is not None else {}
    if missing > 0 and BLANKS in rows:
        rows[f"{BLANKS}, empty rows counted as zero"] = rows[BLANKS] * asked / (asked + missing)
    found |= {name: float(one.mean() * scale) for name, one in rows.items()}
    if mine is not None and rows.keys() & {"incomplete rows left out"}:
        persons = _means(mine[list(nrr.index)].to_numpy(dtype=float).T)
        found["mean of respondents"] = float(np.nanmean(persons) * scale)
    found["scale of five"] = float(values.mean() * 20.0)
    if len(values) == items:
        found[printed] = float(values.sum() * weight * scale)
        found[f"{printed}, rounded unsur"] = float(_half_up(values, 2).sum() * weight * scale)
        found[f"{printed}, weighted unsur rounded"] = float(_half_up(values * weight, 3).sum() * scale)
        found[f"{printed}, mean rounded"] = float(half_up(float(values.sum() * weight), 2)) * scale
    found |= {
        f"{printed}, {name}": float(one.sum() * weight * scale) for name, one in rows.items() if len(one) == items
    }
    return found


def _half_up(values: Floats, decimals: int) -> Floats:
    return np.array([float(half_up(one, decimals)) for one in values])


def _reasons(row: pd.Series, book: Codebook | None, mine: pd.DataFrame | None) -> list[str]:
    """Return every practice that gives the published figure, the likeliest first."""
    published = float(row["published"])
    tried = candidates(row, items=rule_of(str(row["rule"]), book).items, mine=mine)
    near = [name for name, value in tried.items() if abs(value - published) <= TOLERANCE]
    declared = f"{str(row['published_weight']).replace(',', '.').strip()} weight"
    if declared in near and "agrees" not in near:
        near = [declared, *(one for one in near if one != declared)]
    coarse = abs(published * 10 - round(published * 10)) < 1e-9
    plain = {name: tried.get(name, np.nan) for name in ("agrees", declared, "0.11 weight", "0.071 weight")}
    if coarse and not set(plain) & set(near):
        near = [_also(name, "one decimal") for name, value in plain.items() if abs(value - published) <= COARSE] + near
    if not near and published <= 100 / SCALE:
        reach = COARSE if coarse else TOLERANCE / 2
        near = [
            _also(name, "scale of four") for name, value in plain.items() if abs(value / SCALE - published) <= reach
        ]
    return list(dict.fromkeys(near))


def _also(first: str, second: str) -> str:
    return second if first == "agrees" else f"{first}, {second}"


def _explained(row: pd.Series, book: Codebook | None, mine: pd.DataFrame | None) -> dict[str, object]:
    published = float(row["published"])
    near = _reasons(row, book, mine)
    shown = _grade(published, str(row["rule"]), book)
    return {
        "unit": row["unit"], "wave": row["wave"], "n": row["n"], "published": published,
        "published_weight": row["published_weight"], "recomputed": row["index"], "index_011": row["index_011"],
        "difference": float(row["index"]) - published, "explained": near[0] if near else "not explained",
        "also": "; ".join(near[1:]) if near and near[0] != "agrees" else "",
        "grade_published": shown, "grade": row["grade"],
        "grade_changes": bool(shown and row["grade"] and shown != row["grade"]), "rule": row["rule"],
        "note": "published on the scale of four" if published <= 100 / SCALE else "",
    }  # fmt: skip


def _grade(index: float, rule: str, book: Codebook | None) -> str:
    """Return the grade of a published figure, none where it is no index at all."""
    lowest = min(one.low for one in rule_of(rule, book).grades)
    return grade(index, rule, book=book) if lowest <= index <= 100 else ""
