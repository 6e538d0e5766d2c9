"""The satisfaction index (IKM) of any group, with its grade and how sure the grade is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import survey
from analysis.errors import CallError, Fault
from analysis.survey import Composite, SurveyDesign

from .design import samples_of
from .grading import grade, grade_probabilities, rule_of
from .labels import distinct, text
from .measures import element_of, parts_of
from .results import SAMPLES, worst_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook

SURE = 0.95
"""A grade at least this probable is called sure."""
NAME = "index"


def skm_index(
    design_or_frame: SurveyDesign | pd.DataFrame,
    by: str | Sequence[str] | None = None,
    *,
    book: Codebook | None = None,
    rule: str = "2017",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return the index (IKM) of each group: <by…>, n, n_missing, nrr_<unsur>, index, se, low, high, df and more.

    NRR of an unsur is the mean of its items' means; the index is the plain mean of the NRR times 100 / highest answer
    (25), so each unsur weighs 1/n. An unsur nobody answered in a group is left out there, the others weigh equally
    again, and ``missing`` names it; it is never a zero. ``n`` counts rows with any answered item, ``n_missing`` the
    rest. All rows of the design count, vertical agencies with them, which ``compare`` keeps apart. The interval is
    linearised over all unsur jointly with the group's df. Then: ``grade`` (half-up decimals, the dated rule), ``p_a …
    p_d`` (probability of each grade), ``certainty`` (``"sure"``, ``"near a border"`` or ``""``), ``index_011`` (the
    same answers with the printed rounded weight, 0.11 for nine unsur; missing where not all unsur were asked),
    ``rule``, ``sample`` (worst kind), ``note`` (survey's notes).

    Rows of a frame that name their rule are computed under it, one row per group and rule; rules are never mixed. A
    frame without one is read under ``rule``, its items known by name. CallError where no item of the rule is present,
    for an unknown rule, and for a plain frame with answers outside the scale.
    Source: Permenpan RB 14/2017; Kepmenpan 25/2004. R: ``svyby`` of the linearised composite.
    """
    rule = rule_of(str(rule), book).id
    # One respondent has an index, if no interval: a stratum of one is not refused.
    plain = not isinstance(design_or_frame, SurveyDesign)
    design = (
        design_or_frame if isinstance(design_or_frame, SurveyDesign)
        else SurveyDesign(design_or_frame, lonely="adjust")
    )  # fmt: skip
    names = (by,) if isinstance(by, str) else tuple(by or ())
    tables = []
    for one, part in _by_rule(design, rule):
        parts = parts_of(part.frame, one, book)
        if parts and plain:
            _check_scale(part, parts, one, book)
        if parts:
            tables.append(_index_of(part, names, parts, rule=one, book=book, level=level))
    if not tables:
        raise CallError(Fault("frame", f"holds no item of rule {rule}", "u1 … u9 (2017) or p1 … p14 (2004) are needed"))
    stacked = pd.concat(tables, ignore_index=True) if len(tables) > 1 else tables[0]
    first = [column for column in stacked if not str(column).startswith("nrr_")]
    nrr = [column for column in stacked if str(column).startswith("nrr_")]
    place = first.index("index")
    stacked = stacked[[*first[:place], *nrr, *first[place:]]]
    return stacked.sort_values([*names, "rule"], kind="stable", ignore_index=True) if len(tables) > 1 else stacked


def _check_scale(design: SurveyDesign, parts: tuple[tuple[str, ...], ...], rule: str, book: Codebook | None) -> None:
    """Refuse answers of another scale: a frame that nobody cleaned may hold fives, or blanks written as 0 or 9."""
    highest = _highest(rule, book)
    faults = []
    for item in (item for part in parts for item in part):
        answers = design.frame[item]
        if pd.api.types.is_numeric_dtype(answers.dtype):
            outside = answers[answers.lt(1) | answers.gt(highest)]
            if len(outside):
                seen = ", ".join(f"{value:g}" for value in sorted({float(one) for one in outside})[:5])
                faults.append(Fault(item, f"holds {seen}, outside 1 to {highest}", "leave such answers out"))
    if faults:
        raise CallError(*faults)


def _highest(rule: str, book: Codebook | None) -> int:
    return next((one.high for one in book.instruments if one.rule == rule), 4) if book else 4


def _by_rule(design: SurveyDesign, rule: str) -> list[tuple[str, SurveyDesign]]:
    if "rule" not in design.frame:
        return [(rule, design)]
    seen = set(text(distinct(design.frame, ["rule"]), "rule"))
    rules = sorted(seen - {""})
    if len(rules) <= 1 and "" not in seen:
        return [(rules[0] if rules else rule, design)]
    if not rules:
        return [(rule, design)]
    known = text(design.frame, "rule")
    return [(one, design.subset(known.eq(one))) for one in rules]


def _index_of(
    design: SurveyDesign, by: tuple[str, ...], parts: tuple[tuple[str, ...], ...], *,
    rule: str, book: Codebook | None, level: float,
) -> pd.DataFrame:  # fmt: skip
    scale = 100.0 / _highest(rule, book)
    unsur = [element_of(book, part) if book else part[0].split("_")[0] for part in parts]
    variables = [
        Composite(NAME, parts, scale),
        *(Composite(f"nrr_{one}", (part,)) for one, part in zip(unsur, parts, strict=True)),
    ]
    estimated = survey.mean(design, variables, list(by) or None, level=level)
    of_index = estimated["variable"].eq(NAME)
    table = estimated[of_index].drop(columns="variable").rename(columns={"estimate": "index"})
    for name in unsur:
        table[f"nrr_{name}"] = estimated.loc[estimated["variable"].eq(f"nrr_{name}"), "estimate"].to_numpy()
    nrr = table[[f"nrr_{name}" for name in unsur]].to_numpy(dtype=float)
    expected = rule_of(rule, book).items
    table["missing"] = [_absent(row, unsur, expected, rule) for row in nrr]
    table = table[table["n"].gt(0) | (not by)].reset_index(drop=True) if by else table
    nrr = table[[f"nrr_{name}" for name in unsur]].to_numpy(dtype=float)
    table["grade"] = [grade(value, rule, book=book) for value in table["index"]]
    chances = [
        grade_probabilities(value, error, df, rule=rule, book=book)
        for value, error, df in zip(table["index"], table["se"], table["df"], strict=True)
    ]
    for letter in "abcd":
        table[f"p_{letter}"] = [chance[letter.upper()] for chance in chances]
    best = table[["p_a", "p_b", "p_c", "p_d"]].max(axis=1)
    table["certainty"] = np.select([best.isna(), best.ge(SURE)], ["", "sure"], "near a border")
    table["index_011"] = _rounded_weight_index(nrr, expected, scale)
    table["rule"] = rule
    table["sample"] = _samples(design, table, by)
    order = [
        *by,
        "n",
        "n_missing",
        "index",
        "se",
        "low",
        "high",
        "df",
        "grade",
        "p_a",
        "p_b",
        "p_c",
        "p_d",
        "certainty",
    ]
    return table[[*order, "index_011", "missing", "rule", "sample", "note", *(f"nrr_{name}" for name in unsur)]]


def _absent(row: np.ndarray, unsur: list[str], expected: int, rule: str) -> str:
    """Name the unsur that nobody answered: those asked elsewhere, and the official ones without a column."""
    letter = "p" if rule == "2004" else "u"
    official = [f"{letter}{number}" for number in range(1, expected + 1)]
    known = list(dict.fromkeys([*official, *unsur])) if set(unsur) <= set(official) else unsur
    answered = {name for name, value in zip(unsur, row, strict=True) if not np.isnan(value)}
    return " ".join(name for name in known if name not in answered)


def _rounded_weight_index(nrr: np.ndarray, expected: int, scale: float) -> np.ndarray:
    """Σ NRR times the printed weight: 1/n to two significant digits, 0.11 of nine and 0.071 of fourteen."""
    weight = float(f"{1 / expected:.2g}")
    whole = (~np.isnan(nrr)).sum(axis=1) == expected
    return np.where(whole, np.nansum(nrr, axis=1) * weight * scale, np.nan)


def _samples(design: SurveyDesign, table: pd.DataFrame, by: tuple[str, ...]) -> list[str]:
    frame = design.frame if design.mask is None else design.frame[design.mask]
    if "sample" not in frame:
        return [SAMPLES[0]] * len(table)
    if not by:
        return [worst_sample(frame["sample"].unique())] * len(table)
    worst = samples_of(frame, by)
    keys = zip(*(text(table, name) for name in by), strict=True)
    return [worst.get(key if len(by) > 1 else key[0], SAMPLES[0]) for key in keys]
