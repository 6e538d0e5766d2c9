"""Social justice: does a group fare worse for the same services, where do low answers gather, who is not heard."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .comparing.compare import compare
from .comparing.scope import UNPLACED, Bools, coded, column, outsiders, scope
from .comparing.standardise import unheld
from .comparing.verdicts import CAUTION, LOWER, family, verdicts
from .comparing.views import remembered
from .design import sample_of
from .measures import LOW_ANSWERS, choose, low_limits
from .results import Answer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

GROUPS = ("sex", "age", "education", "occupation", "disability", "village")
"""Columns whose groups are held against everybody, at the same mix of units and services."""
LEAST_KNOWN = 0.2
"""A column that fewer respondents filled in says nothing about fairness."""
FEW = 10
"""Groups with fewer respondents are estimated, not judged."""
GAPS = (
    "by", "level", "n", "estimate", "difference", "mix_difference", "se", "df", "low", "high", "p", "p_adjusted",
    "verdict",
    "mix_share", "note", "low_answers", "low_answers_low", "low_answers_high", "low_difference", "low_verdict",
    "unheld",
)  # fmt: skip


def equity(
    design: SurveyDesign,
    *,
    book: Codebook,
    groups: Sequence[str] = GROUPS,
    registers: Mapping[str, pd.DataFrame] | None = None,
    wave: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Compare groups of people at the same mix of units and services, in one wave (the latest).

    Tables:

    - ``gaps``: by, level, n, estimate, difference (as answered), mix_difference (for the same services), low, high, p,
      p_adjusted, verdict, mix_share, note, and the same question for the percent of answers 1 and 2 (low_answers with
      its interval low_answers_low to low_answers_high, low_difference at the same mix, low_verdict: ``"higher"`` is
      more low answers, worse), unheld (why services were not held equal, as ``compare`` notes it; the empty text where
      they were). One family: every judged group of every column.
    - ``concentration``: by, level, share_people, share_low (its share of all answers 1 and 2), ratio. Weighted.
    - ``heard``: by, level, n, share (of respondents), population_share, ratio: who is missing among respondents
      against the declared population of districts; a ratio under 1 is heard less than its numbers. For columns without
      a declared population population_share is missing.
    - ``not_asked``: by, known (share of respondents who told it), note (``"not asked"``, or ``"rarely told"``: by fewer
      than a fifth).

    Groups under ten respondents have no verdict (``"few respondents"``).
    """
    limits = scope(design, book, wave)
    margin = choose(limits.design, book, rule=limits.rule).measure.margin if margin is None else margin
    frame = limits.design.frame[limits.rows]
    silent, told = [], []
    for by in groups:
        known = 1 - float(column(frame, by).isin(UNPLACED).mean()) if by in frame and len(frame) else 0.0
        if known < LEAST_KNOWN:
            silent.append({"by": by, "known": known, "note": "rarely told" if known else "not asked"})
        elif len(set(column(frame, by).unique()) - set(UNPLACED)) > 1:
            told.append(by)
    gaps = _gaps(design, told, book=book, wave=limits.wave, margin=margin, level=level)
    tables = {
        "gaps": gaps,
        "concentration": _concentration(limits.design, told, book=book, rows=limits.rows, rule=limits.rule),
        "heard": _heard(frame, book, (registers or {}).get("population"), limits.wave),
        "not_asked": pd.DataFrame(silent, columns=["by", "known", "note"]),
    }
    lower = int(gaps["verdict"].eq(LOWER).sum())
    notes = (*limits.notes, *dict.fromkeys(one for one in gaps["unheld"] if one))
    return Answer("equity", limits.wave, sample_of(frame), tables, notes, {"lower": lower, "margin": margin})


@remembered
def _gaps(
    design: SurveyDesign, columns: list[str], *, book: Codebook, wave: str, margin: float, level: float
) -> pd.DataFrame:
    parts = []
    for by in columns:
        found = compare(design, by, book=book, wave=wave, margin=margin, level=level, ranks=False)
        index = found.table
        low = compare(design, by, book=book, wave=wave, measure=LOW_ANSWERS, level=level, ranks=False).table
        low = low.set_index("level")
        ends = low_limits(low[["estimate", "se", "df"]] / [100, 100, 1], level=level)
        low = low.assign(low=100 * ends[1], high=100 * ends[2])
        parts.append(_columns(by, index).assign(
            low_answers=index["level"].map(low["estimate"]),
            low_answers_low=index["level"].map(low["low"]), low_answers_high=index["level"].map(low["high"]),
            low_difference=index["level"].map(low.get("mix_difference", low["difference"])),
            low_verdict=index["level"].map(low["verdict"]), unheld=unheld(found.notes),
        ))  # fmt: skip
    if not parts:
        return pd.DataFrame(columns=list(GAPS))
    table = pd.concat(parts, ignore_index=True)
    few = table["n"].lt(FEW) & table["note"].isin(["", CAUTION])
    table["note"] = table["note"].mask(few, "few respondents")
    used = table[["difference_used", "se", "df"]].set_axis(["difference", "se", "df"], axis=1)
    told = family(used.where(table["tested"] & ~few), level)
    for name in ("low", "high", "p", "p_adjusted"):
        table[name] = told[name]
    table["verdict"] = verdicts(told, table["note"], margin=margin)
    table["low_verdict"] = table["low_verdict"].where(table["verdict"].ne(""), "")
    return table[list(GAPS)]


def _columns(by: str, table: pd.DataFrame) -> pd.DataFrame:
    """Take what the joint family needs: the difference at the same mix where there is one, its error, if tested."""
    same = "mix_difference" in table
    difference = table["mix_difference"] if same else table["difference"]
    return pd.DataFrame(
        {
            "by": by, "level": table["level"], "n": table["n"], "estimate": table["estimate"],
            "difference": table["difference"], "mix_difference": table["mix_difference"] if same else np.nan,
            "difference_used": difference, "se": table["mix_se" if same else "difference_se"],
            "df": table["mix_df" if same else "difference_df"], "note": table["note"],
            "tested": table["mix_p" if same else "p"].notna(),
            "mix_share": table["mix_share"] if same else np.nan,
        }
    )  # fmt: skip


def _concentration(design: SurveyDesign, columns: list[str], *, book: Codebook, rows: Bools, rule: str) -> pd.DataFrame:
    """Where the answers 1 and 2 come from: a group's share of them beside its share of the people."""
    chosen = choose(design, book, LOW_ANSWERS, rule=rule)
    items = list(chosen.variable.items)
    lows = np.sum([np.nan_to_num(chosen.design.frame[item].to_numpy(dtype=float)[rows]) for item in items], axis=0)
    weight = design.arrays.weight[rows]
    found = []
    for by in columns:
        codes, levels = coded(design, by)
        n, people, low = (
            np.bincount(codes[rows], weights=one, minlength=len(levels)) for one in (None, weight, lows * weight)
        )
        named = [place for place in np.argsort(levels) if levels[place] not in UNPLACED and n[place] > 0]
        for place in named:
            share = float(people[place] / people[named].sum())
            of_low = float(low[place] / low[named].sum()) if low[named].sum() > 0 else np.nan
            found.append({"by": by, "level": levels[place], "n": int(n[place]), "share_people": share,
                          "share_low": of_low, "ratio": of_low / share})  # fmt: skip
    return pd.DataFrame(found, columns=["by", "level", "n", "share_people", "share_low", "ratio"])


def _heard(frame: pd.DataFrame, book: Codebook, population: pd.DataFrame | None, wave: str) -> pd.DataFrame:
    """Respondents' districts beside the declared population."""
    columns = ["by", "level", "n", "share", "population", "population_share", "ratio"]
    if "district" not in frame or population is None or population.empty:
        return pd.DataFrame(columns=columns)
    declared = population[population["wave"].fillna("").astype(str).isin(["", wave])]
    people = pd.to_numeric(declared["population"], errors="coerce").groupby(declared["district"]).last().dropna()
    people = people.drop(index=[one for one in outsiders(book, "district") if one in people.index])
    people = people[people > 0]
    if people.empty:
        return pd.DataFrame(columns=columns)
    counts = column(frame, "district").value_counts().reindex(people.index).fillna(0)
    share, of_people = counts / max(counts.sum(), 1), people / people.sum()
    return pd.DataFrame(
        {
            "by": "district", "level": people.index.astype(str), "n": counts.to_numpy().astype(int),
            "share": share.to_numpy(), "population": people.to_numpy(), "population_share": of_people.to_numpy(),
            "ratio": (share / of_people).to_numpy(),
        }
    ).sort_values("ratio", ignore_index=True)[columns]  # fmt: skip
