"""The brief: what a council needs on one printed side, as plain texts that a page lays out.

It asks oversight the first questions of a council and keeps at most five findings, each with its figures, how sure it
is, and where more stands; three questions for the hearing come from those findings. Every answer of oversight comes in
through the gate, so nothing is said that the plan withholds; a question whose columns the study lacks is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from analysis import oversight
from analysis.errors import CallError
from analysis.oversight.results import worst_sample

from . import also
from .guard import guarded
from .look import Look, Row
from .wording import answers, coverage, finding_words, limits, numbers, sentences
from .wording.finding_words import COUNTED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analysis.oversight import Answer
    from analysis.survey import SurveyDesign

    from .study import StudyLike

FINDINGS, QUESTIONS = 5, 3
UNITS = 3
"""Where no more units than this surveyed, the brief tells the index of each; else its page does."""
TOPICS = {
    "sector": "sector", "cell": "matrix", "district": "district", "unit_low": "unit", "unit_fell": "change",
    "group": "equity", "channel": "channel", "element": "unit", "missing": "coverage", "published": "published",
    "repeats": "integrity", "promise": "follow_up", "promise_unseen": "follow_up", "overdue": "complaints",
}  # fmt: skip
"""Which topic's page holds the evidence of a kind of finding."""
T = TypeVar("T")


@dataclass(frozen=True)
class Item:
    """One line of the brief and the topic of the page that holds its evidence."""

    text: str
    topic: str


@dataclass(frozen=True)
class Section:
    """A titled part of the brief: plain texts, then lines with their topic."""

    title: str
    texts: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Brief:
    """The brief: its first sentence, then its parts in reading order."""

    lead: str
    sections: tuple[Section, ...]


def brief(study: StudyLike) -> Brief:
    """Return the brief of a study's latest wave."""
    look = Look(study.plan, study.book, study.lang, limits.sampled(study))
    answer = _try(lambda: guarded("topic", oversight.findings(study, wave=study.wave or None), look))
    design = oversight.design(study.responses, study.book, study.registers.get("surveys"))
    items = _try(lambda: oversight.unsur(design, None, book=study.book, wave=study.wave or None))
    items = guarded("unsur", items, look, wave=study.wave or "")
    seen = finding_words.seen(answer.table, look) if answer is not None else []
    rows = _varied(seen)
    margin = study.book.margin
    sure, certain = _certainty(rows, look, margin)
    told = [f"{finding_words.finding(row, look, items)} {one}".strip() for row, one in zip(rows, certain, strict=True)]
    lowest = next((str(row["subject"]) for row in seen if row["key"] == "element"), "")
    more = list(also.lines(also.Asked(study, design, items, look, tuple(row["key"] for row in rows), lowest)))
    texts = [sentences.capital(text) for text in sentences.once((*told, *(text for text, _ in more)), look)]
    found = [Item(text, TOPICS[row["key"]]) for row, text in zip(rows, texts, strict=False)]
    beside = [Item(text, topic) for text, (_, topic) in zip(texts[len(rows) :], more, strict=True)]
    asked = [sentences.capital(finding_words.question(row, look, items)) for row in rows[:QUESTIONS]]
    questions = [Item(text, TOPICS[row["key"]]) for row, text in zip(rows, asked, strict=False)]
    others = (look.say("brief_other_questions"),) if look.graded and len(seen) > len(questions) else ()
    example = any(row["example_officer"] is True for row in rows[:QUESTIONS])
    sections = [
        Section(look.say("brief_who"), (), (*_coverage(look, study), *_index(look, study, design))),
        Section(
            look.say("brief_findings"),
            (*(sure if found else (look.say("brief_no_findings"),)), *_none_lower(seen, answer, look)),
            tuple(found),
        ),
        Section(look.say("brief_also"), (), tuple(beside)),
        Section(
            look.say("brief_questions"), (*((look.say("not_officers"),) if example else ()), *others), tuple(questions)
        ),
        Section(look.say("brief_not"), tuple(_not_to_conclude(answer, look))),
    ]
    return Brief(_lead(look, study), tuple(one for one in sections if one.texts or one.items))


def _certainty(rows: list[Row], look: Look, margin: float) -> tuple[tuple[str, ...], list[str]]:
    """Return what is as sure of most findings, said once for all, and what is left to say of each."""
    each = ["" if row["key"] in COUNTED else finding_words.certainty(row, look, margin) for row in rows]
    usual = look.say("sure_matters")
    if each.count(usual) < 2:
        return (), each
    rest = [one if one != usual else "" for one in each]
    return (look.say("brief_sure_most" if any(rest) else "brief_sure_all"),), rest


def _none_lower(rows: list[Row], answer: Answer | None, look: Look) -> Iterator[str]:
    """Say of which kinds of group no shown one was found lower, neither by itself nor as a support of another."""
    if answer is None:
        return
    told = {str(row["key"]) for row in rows}
    told |= {one.partition(":")[0] for row in rows for one in str(row["supports"]).split(", ")}
    sector, district = look.column("sector"), look.column("district")
    words = {
        "sector": sector, "district": district,
        "cell": look.say("brief_by_cell", sector=sector, district=district), "group": look.say("brief_by_group"),
    }  # fmt: skip
    tested = set(answer.tables["tested"]["family"])
    names = [word for family, word in words.items() if family in tested - told]
    if names:
        yield look.say("brief_none_lower", names=numbers.listing(names, look.lang))


def _varied(rows: list[Row]) -> list[Row]:
    """Return at most five findings, best first: one of each kind before the second of any."""
    seen: dict[str, int] = {}
    turn = []
    for row in rows:
        turn.append((seen.get(row["key"], 0), row["rank"]))
        seen[row["key"]] = seen.get(row["key"], 0) + 1
    first = sorted(range(len(rows)), key=lambda at: turn[at])[:FINDINGS]
    return [rows[at] for at in sorted(first)]


def _try(ask: Callable[[], T]) -> T | None:
    """Return an answer, or None where the study lacks what the question needs; any other failure is one."""
    try:
        return ask()
    except CallError:
        return None


def _lead(look: Look, study: StudyLike) -> str:
    n = look.plan.counts.get(look.group(study.wave), len(study.responses))
    wave = sentences.wave_words(study.wave, look)
    if 0 < n < look.plan.threshold:
        return look.say("brief_lead_few", title=look.title(), wave=wave, threshold=look.plan.threshold)
    return look.say("brief_lead", title=look.title(), wave=wave, n=numbers.count(n, look.lang))


def _coverage(look: Look, study: StudyLike) -> Iterator[Item]:
    table = _try(lambda: guarded("coverage", oversight.coverage(study), look))
    if table is not None and len(table):
        latest = table[table["wave"].astype(str) == study.wave] if study.wave else table
        texts = coverage.coverage(latest, look).texts
        for at in range(0, len(texts), 2):
            yield Item(" ".join(texts[at : at + 2]), "coverage")


def _index(look: Look, study: StudyLike, design: SurveyDesign) -> Iterator[Item]:
    """Yield the index and grade of each unit that may be shown, where so few surveyed that all have room."""
    surveyed = {unit for wave, units in look.samples.items() if wave == study.wave or not study.wave for unit in units}
    if not look.graded or not 0 < len(surveyed) <= UNITS:
        return
    found = _try(lambda: oversight.skm_index(design, ["unit", "wave"], book=study.book))
    if found is None:
        return
    now = guarded("index", found[found["wave"].astype(str) == study.wave] if study.wave else found, look)
    if answers.index_rows(now, look):
        yield from (Item(text, "coverage") for text in answers.index(now, look).texts)


def _sample(answer: Answer | None, look: Look) -> str:
    """Return the kind of sample that the findings share, ``"mixed"`` where they do not; without any, the study's."""
    if answer is None:
        return worst_sample([one.kind for one in limits.every_one(look)])
    kinds = set(answer.table["sample"]) - {""}
    return "mixed" if len(kinds) > 1 else kinds.pop() if kinds else answer.sample or "walk-in"


def _not_to_conclude(answer: Answer | None, look: Look) -> Iterator[str]:
    """Yield what the figures do not say."""
    yield from limits.of_waves(_sample(answer, look), look, [answer.wave] if answer is not None else [])
    yield " ".join(look.say(name) for name in ("not_cause", "not_ranking", "not_unsure"))
    if look.plan.withheld:
        yield look.say("not_withheld", threshold=look.plan.threshold)
