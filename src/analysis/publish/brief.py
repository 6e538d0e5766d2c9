"""The brief: what a council needs on one printed side, as plain texts that a page lays out.

It asks oversight the first questions of a council and keeps at most five findings, each with its figures, how sure it
is, and where more stands; three questions for the hearing come from those findings. Nothing is said that the plan
withholds, and a question whose columns the study lacks is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from analysis import oversight
from analysis.errors import TilikError

from . import answers, numbers, sentences
from .look import Look, records
from .sentences import SAME_MIX, bracket, verdict_figures

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pandas as pd

    from analysis.codebook import Codebook
    from analysis.oversight import Change, Comparison, Matrix
    from analysis.shapes import Plan

FINDINGS, QUESTIONS, MOVES = 5, 3, 2
T = TypeVar("T")


class StudyLike(Protocol):
    """What the brief needs of a study."""

    @property
    def responses(self) -> pd.DataFrame:
        """Return the study's responses."""
        ...

    @property
    def recaps(self) -> pd.DataFrame:
        """Return the study's recaps."""
        ...

    @property
    def registers(self) -> Mapping[str, pd.DataFrame]:
        """Return the study's registers."""
        ...

    @property
    def files(self) -> pd.DataFrame:
        """Return the study's files."""
        ...

    @property
    def book(self) -> Codebook:
        """Return the study's book."""
        ...

    @property
    def plan(self) -> Plan:
        """Return the study's plan."""
        ...

    @property
    def lang(self) -> str:
        """Return the study's lang."""
        ...

    @property
    def wave(self) -> str:
        """Return the study's wave."""
        ...

    @property
    def waves(self) -> tuple[str, ...]:
        """Return the study's waves."""
        ...


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


class Finding(NamedTuple):
    """What was found, the topic of its page, and what it makes one ask in a hearing (nothing where empty)."""

    text: str
    topic: str
    question: str = ""


class _Asked(NamedTuple):
    """Oversight's answers; None where the study cannot say."""

    sector: Comparison | None
    district: Comparison | None
    matrix: Matrix | None
    change: Change | None
    published: pd.DataFrame | None
    items: pd.DataFrame | None
    coverage: pd.DataFrame | None


def brief(study: StudyLike) -> Brief:
    """Return the brief of a study's latest wave."""
    look = Look(study.plan, study.book, study.lang)
    asked = _ask(study)
    found = list(_findings(asked, look, study))[:FINDINGS]
    told = [
        one._replace(text=text)
        for one, text in zip(found, sentences.once((one.text for one in found), look), strict=True)
    ]
    questions = [Item(one.question, one.topic) for one in found if one.question][:QUESTIONS]
    sections = [
        Section(look.say("brief_who"), (), tuple(_coverage(asked, look, study))),
        Section(
            look.say("brief_findings"),
            () if found else (look.say("brief_no_findings"),),
            tuple(Item(one.text, one.topic) for one in told),
        ),
        Section(look.say("brief_questions"), (), tuple(questions)),
        Section(look.say("brief_not"), tuple(_not_to_conclude(asked, look))),
    ]
    return Brief(_lead(look, study), tuple(one for one in sections if one.texts or one.items))


def _ask(study: StudyLike) -> _Asked:
    design = oversight.design(study.responses, study.book, study.registers.get("surveys"))
    book, wave = study.book, study.wave or None
    before = study.waves[-2] if len(study.waves) > 1 else ""
    index = _try(lambda: oversight.skm_index(design, ["unit", "wave"], book=book)) if book.rules else None
    surveys = study.registers.get("surveys")
    return _Asked(
        sector=_try(lambda: oversight.compare(design, "sector", book=book, wave=wave)),
        district=_try(lambda: oversight.compare(design, "district", book=book, wave=wave)),
        matrix=_try(lambda: oversight.matrix(design, "district", "sector", book=book, wave=wave)),
        change=_try(lambda: oversight.change(design, book=book, by="unit", wave=study.wave, before=before))
        if before
        else None,
        published=None
        if index is None or surveys is None or surveys.empty
        else _try(lambda: oversight.reconcile(index, surveys, book=book)),
        items=_try(lambda: oversight.unsur(design, None, book=book, wave=wave)),
        coverage=_try(lambda: oversight.coverage(study)),
    )


def _try(ask: Callable[[], T]) -> T | None:
    """Return an answer, or None where the study lacks what the question needs."""
    try:
        return ask()
    except (TilikError, KeyError):
        return None


def _lead(look: Look, study: StudyLike) -> str:
    n = look.plan.counts.get(look.group(study.wave), len(study.responses))
    return look.say(
        "brief_lead", title=look.title(), wave=sentences.wave_words(study.wave, look), n=numbers.count(n, look.lang)
    )


def _coverage(asked: _Asked, look: Look, study: StudyLike) -> Iterator[Item]:
    if asked.coverage is not None and len(asked.coverage):
        table = asked.coverage
        latest = table[table["wave"].astype(str) == study.wave] if study.wave else table
        for text in answers.coverage(latest, look).texts:
            yield Item(text, "coverage")
    arrived = answers.arrived(study.files, look) if "kept" in study.files else None
    if arrived is not None:
        yield Item(" ".join(arrived.texts[:2]), "arrived")


def _findings(asked: _Asked, look: Look, study: StudyLike) -> Iterator[Finding]:
    """Yield what was found, the most telling first, one of each kind before the second of any."""
    kinds = [
        list(_compared(asked.sector, look, "sector")),
        list(_compared(asked.district, look, "district")),
        list(_moved(asked.change, look)),
        list(_regraded(asked.published, look, study)),
        list(_low_items(asked.items, look, study)),
        list(_cells(asked.matrix, look)),
    ]
    for place in range(max(map(len, kinds))):
        yield from (kind[place] for kind in kinds if place < len(kind))


def _compared(result: Comparison | None, look: Look, topic: str) -> Iterator[Finding]:
    """Yield the groups that are lower, lowest first; else that none can be told to be."""
    if result is None:
        return
    rows = [row for row in sentences.shown(result, look) if row["verdict"] == "lower"]
    rows.sort(key=lambda row: verdict_figures(result, row)[0])
    for row in rows:
        text = sentences.capital(sentences.level(row, result, look))
        if result.basis == SAME_MIX:
            text = look.say("brief_same_mix", text=text, mix=sentences.mix_words(result.mix, look))
        name, size = (
            look.level(result.by, row["level"]),
            look.number(-verdict_figures(result, row)[0], look.decimals(result.measure)),
        )
        question = look.say(
            f"ask_{topic}", name=name, size=size, measure=look.measure_name(result.measure), whole=look.whole()
        )
        yield Finding(f"{text} {_certainty(result.margin, verdict_figures(result, row), look)}", topic, question)
    if not rows and len(sentences.shown(result, look)) > 1:
        yield Finding(look.say("brief_none_lower", by=look.column(result.by), whole=look.whole()), topic)


def _certainty(margin: float, figures: tuple[Any, Any, Any], look: Look) -> str:
    """Return how sure a difference is, in words: that it is there, and whether it is large enough to matter."""
    difference, low, high = figures
    if numbers.is_missing(low):
        return look.say("sure_census")
    nearest = min(abs(low), abs(high))
    return look.say(
        "sure_matters" if nearest >= margin and low * high > 0 else "sure_size_open",
        margin=look.margin(margin, 1),
        difference=difference,
    )


def _moved(result: Change | None, look: Look) -> Iterator[Finding]:
    if result is None:
        return
    places = look.decimals(result.measure)
    rows = [row for row in records(result.table) if row["verdict"] in {"lower", "higher"}]
    rows = [row for row in rows if not sentences.both_waves_hidden(result, row, look)]
    rows.sort(key=lambda row: (row["verdict"] != "lower", -abs(verdict_figures(result, row)[0]), str(row["level"])))
    for row in rows[:MOVES]:
        figures = verdict_figures(result, row)
        text = sentences.changed(row, result, look)
        question = ""
        if row["verdict"] == "lower":
            size = look.number(-figures[0], places)
            question = look.say(
                "ask_fell", name=look.level(result.by, row["level"]), size=size, before=result.before, wave=result.wave
            )
        yield Finding(f"{text} {_certainty(result.margin, figures, look)}", "change", question)


def _regraded(table: pd.DataFrame | None, look: Look, study: StudyLike) -> Iterator[Finding]:
    if table is None:
        return
    rows = [row for row in records(table) if str(row["wave"]) == study.wave and row["explained"] != "agrees"]
    rows = [row for row in rows if not look.hidden(row["n"], str(row["wave"]), {"unit": row["unit"]})]
    rows.sort(key=lambda row: (row["grade_published"] == row["grade"], -abs(row["difference"]), str(row["unit"])))
    for row in rows[:1]:
        name, published = look.level("unit", row["unit"]), look.number(row["published"], 2)
        question = look.say(
            "ask_published", name=name, published=published, recomputed=look.number(row["recomputed"], 2)
        )
        yield Finding(answers.differs(row, look), "published", question)


def _low_items(table: pd.DataFrame | None, look: Look, study: StudyLike) -> Iterator[Finding]:
    if table is None or not len(table):
        return
    rows = [
        row
        for row in records(table)
        if not numbers.is_missing(row["low_share"]) and not look.hidden(row["n"], study.wave)
    ]
    for row in sorted(rows, key=lambda row: (-row["low_share"], row["variable"]))[:1]:
        share, name = answers.low_share(row["low_share"], row["n"], look), look.item(row["variable"])
        question = look.say("ask_item", name=name, share=share)
        yield Finding(
            sentences.capital(look.say("brief_item", name=name, share=share, n=look.n(row["n"]))), "unit", question
        )


def _cells(result: Matrix | None, look: Look) -> Iterator[Finding]:
    if result is None:
        return
    for row in sorted(records(result.table), key=lambda row: (row["difference"], row["row"])):
        levels = {result.rows: row["row"], result.columns: row["column"]}
        if row["verdict"] != "lower" or look.hidden_of_city(row["n"], result.wave, levels):
            continue
        places = look.decimals(result.measure)
        figures = (row["difference"], row["difference_low"], row["difference_high"])
        said = bracket(
            figures[0], figures[1:], row, look, decimals=places, verdict="lower", sample=sentences.kind(result)
        )
        names: dict[str, Any] = {
            "row": look.level(result.rows, row["row"]),
            "column": look.level(result.columns, row["column"]),
        }
        question = look.say("ask_cell", size=look.number(-figures[0], places), **names)
        yield Finding(
            f"{look.say('cell_lower', bracket=said, **names)} {_certainty(result.margin, figures, look)}",
            "matrix",
            question,
        )


def _not_to_conclude(asked: _Asked, look: Look) -> Iterator[str]:
    """Yield what the figures do not say."""
    sample = next(
        (sentences.kind(one) for one in (asked.sector, asked.district, asked.matrix) if one is not None), "walk-in"
    )
    yield look.say(f"sample_limit_{sample.replace('-', '_')}")
    yield look.say("not_cause")
    yield look.say("not_ranking")
    yield look.say("not_unsure")
    if look.plan.withheld:
        yield look.say("not_withheld", threshold=look.plan.threshold)
