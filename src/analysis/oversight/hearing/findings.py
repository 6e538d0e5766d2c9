"""What deserves a question in the hearing: every table's findings in one list, ranked, each cause once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import survey
from analysis.oversight.comparing.scope import column
from analysis.oversight.design import design as make_design
from analysis.oversight.results import Answer

from .causes import one_cause_each
from .gather import gather

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.oversight.study import StudyLike
    from analysis.survey import SurveyDesign

FALSE_DISCOVERY = 0.05
"""Expected share of false ones among all findings that rest on a test (Benjamini and Hochberg)."""
FINDINGS = (
    "rank", "key", "subject", "beside", "unit", "sector", "wave", "where", "n", "estimate", "difference", "low", "high",
    "p", "q", "verdict", "size", "certainty", "people", "score", "sample", "doubts", "supports", "officer", "komisi",
    "example_officer", "question", "needed", "published", "grade", "grade_published",
    "unheld",
)  # fmt: skip
QUESTIONS = {
    "sector": "sector_lower", "cell": "cell_lower", "district": "district_lower", "unit_low": "unit_below_expected",
    "unit_fell": "unit_fell", "group": "group_lower", "channel": "channel_lower", "element": "element_lowest",
    "missing": "did_not_survey", "published": "published_differs", "repeats": "answers_repeat",
    "promise": "promise_fell", "promise_unseen": "promise_unseen", "overdue": "complaints_overdue",
}  # fmt: skip
"""Which question each kind of finding leads to (keys; the sentences are the publishing room's)."""


def findings(
    study: StudyLike, *, design: SurveyDesign | None = None, wave: str | None = None, level: float = 0.95
) -> Answer:
    """Collect what the tables of one wave (the latest) call worse, rank it, and name whom to ask.

    Table ``findings``, best first: rank, key (``"sector"``, ``"cell"``, ``"district"``, ``"unit_low"``,
    ``"unit_fell"``, ``"group"``, ``"channel"``, ``"element"``, ``"missing"``, ``"published"``, ``"repeats"``,
    ``"promise"``, ``"promise_unseen"`` (reported done, and the range of its unsur does not show a rise that matters:
    verdict ``"cannot tell"`` or ``"no difference that matters"``), ``"overdue"``), subject and beside (the levels it is
    about), unit, sector, wave, where (the respondents it rests on, as (column, level) pairs, for ``evidence``), n,
    estimate (of ``"overdue"``: complaints settled late or open beyond their limit, of n), difference, low, high, p, q,
    verdict, size (index points of the people concerned: an unsur's gap counts by its weight in the index; what has none
    counts as the codebook's ``[findings]`` says), certainty (1 - q; 1 for what is counted, not tested; for a promise
    not seen ``follow_up``'s ``unseen``), people (users served where all are known, else respondents; of complaints,
    those who complained), score, sample, doubts (keys), supports (findings of the same cause, folded in), officer,
    komisi and example_officer (from the codebook's editable table), question (key), needed (keys of what would make it
    surer); of a ``"published"`` finding also published, grade and grade_published.

    A tested finding stands where its own family calls it worse and q, its p adjusted over every test of every table
    (Benjamini and Hochberg), is below 0.05. score = size^a x certainty^b x (people / 100)^c with the codebook's powers.
    Table ``tested`` holds the size of each family. Facts: tests, false_discovery, unknown_officers (units in the table
    of officers that the codebook does not know), folded.
    """
    book, registers = study.book, study.registers
    made = design if design is not None else make_design(study.responses, book, registers.get("surveys"))
    gathered = gather(study, made, wave=wave, level=level)
    pool = pd.concat([gathered.tested["p"], pd.Series(dtype=float)])
    table = gathered.rows
    adjusted = survey.adjust_p(pool.to_numpy(dtype=float), "bh")
    q_of = dict(zip(gathered.tested["id"], adjusted, strict=True))
    table["q"] = [q_of.get(one, np.nan) for one in table["id"]]
    stands = table["q"].isna() & table["p"].isna() | table["q"].lt(FALSE_DISCOVERY)
    table = one_cause_each(table[stands].reset_index(drop=True), made, book)
    folded = int(stands.sum()) - len(table)
    ranked = _ranked(table, book)
    ranked = _asked(ranked, book)
    families = gathered.tested.groupby("family", sort=True).size().rename("n").reset_index()
    facts: dict[str, object] = {
        "tests": int(gathered.tested["p"].notna().sum()), "false_discovery": FALSE_DISCOVERY, "folded": folded,
        "unknown_officers": _unknown_officers(book, study.responses),
    }  # fmt: skip
    tables = {"findings": ranked[list(FINDINGS)], "tested": families}
    return Answer("findings", gathered.wave, gathered.sample, tables, gathered.notes, facts)


def _ranked(table: pd.DataFrame, book: Codebook) -> pd.DataFrame:
    powers = book.findings
    certainty = (1 - table["q"]).fillna(table["sure"]).fillna(1.0).astype(float)
    typical = table["people"].median()
    people = table["people"].fillna(typical).fillna(100.0).clip(lower=1.0)
    score = table["size"].fillna(1.0).clip(lower=0.01) ** powers.size * certainty**powers.certainty
    score = score * (people / 100) ** powers.people
    table = table.assign(certainty=certainty, people=people, score=score)
    table = table.sort_values(["score", "key", "subject"], ascending=[False, True, True], ignore_index=True)
    return table.assign(rank=np.arange(1, len(table) + 1))


def _asked(table: pd.DataFrame, book: Codebook) -> pd.DataFrame:
    """Name the officer and komisi: the unit's own line, else its sector's; the city's for what spans sectors."""
    by_unit = {one.unit: one for one in book.officers if one.unit}
    by_sector = {one.sector: one for one in book.officers if not one.unit}
    chosen = [
        by_unit.get(unit) or (by_sector.get(sector) if sector or not unit else None)
        for unit, sector in zip(table["unit"], table["sector"], strict=True)
    ]
    return table.assign(
        officer=[one.name if one else "" for one in chosen],
        komisi=[one.komisi if one else "" for one in chosen],
        example_officer=[bool(one and one.example) for one in chosen],
        question=table["key"].map(QUESTIONS),
        needed=[_needed(row) for _, row in table.iterrows()],
    )


def _needed(row: pd.Series) -> str:
    """Keys of what would have to be collected to be surer of a finding."""
    keys = []
    if pd.notna(row["p"]) and row["sample"] in ("walk-in", "quota"):
        keys.append("random sample")
    if pd.notna(row["p"]) and row["n"] < 100:
        keys.append("more respondents")
    if "equal weights" in str(row["doubts"]):
        keys.append("users served")
    if row["key"] == "published":
        keys.append("how it was computed")
    if row["key"] == "missing":
        keys.append("a survey")
    if row["key"] == "repeats":
        keys.append("paper forms")
    return ", ".join(keys)


def _unknown_officers(book: Codebook, responses: pd.DataFrame) -> tuple[str, ...]:
    known = {unit.name for unit in book.units}
    known |= set(column(responses, "unit").unique()) if "unit" in responses else set()
    return tuple(sorted(one.unit for one in book.officers if one.unit and one.unit not in known))
