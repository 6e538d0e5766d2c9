"""The first page: where to begin, one line on each page, what these figures rest on, what was left out and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis import __version__, oversight
from analysis.publish import Look, arrivals
from analysis.publish.wording import numbers
from analysis.publish.wording.sentences import capital
from analysis.words import say

from .names import ANNEX, INDEX
from .notebook import PER
from .shell import Head, page, render
from .study import RECAPS, SKM, lacking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.store import Study

    from .notebook import Notebook
    from .runner import Failure
    from .shell import Surroundings


@dataclass(frozen=True)
class Made:
    """The notebooks of a run: with a page of their own, about one level each, left out, and the failures among them."""

    shown: Sequence[Notebook]
    levels: Sequence[Notebook]
    left_out: Sequence[Notebook]
    failed: Sequence[Failure]


def index(study: Study, surroundings: Surroundings, made: Made) -> str:
    """Return the page that leads to all others."""
    lang = surroundings.lang
    broken = {failure.notebook for failure in made.failed}
    state = say("pages.index_failed", lang)
    numbers_of = {link.page: link.number for link in surroundings.links}
    questions = [
        {
            "page": one.page,
            "number": numbers_of[one.page],
            "title": one.heading(lang),
            "line": one.line(lang),
            "state": state * (one.name in broken),
        }
        for one in made.shown
    ]
    of_each = [
        {"title": _each(study, column), "pages": [(one.page, one.label, state * (one.name in broken)) for one in pages]}
        for column in PER if (pages := [one for one in made.levels if one.per == column])
    ]  # fmt: skip
    annex = {"page": ANNEX, "title": say("pages.index_annex", lang), "line": say("pages.annex_line", lang)}
    inside = render(
        "index.html.j2",
        first=[*(link for link in surroundings.links if link.line), annex],
        questions=questions,
        of_each=of_each,
        facts=facts(study),
        left_out=_left_out(study, made.left_out),
        say={key: say(f"pages.index_{key}", lang) for key in ("first", "questions", "about", "out")},
    )
    title, lead = say("pages.index_title", lang), say("pages.index_lead", lang)
    return page(inside, surroundings, Head(title=title, kind="index", name=INDEX, lead=lead))


def facts(study: Study) -> list[tuple[str, str]]:
    """Return what a reader must know of the figures, as (question, answer) pairs."""
    lang = study.lang
    files = study.files
    look = Look(study.plan, study.book, lang)
    said = {name: numbers.count(count, lang) for name, count in arrivals.totals(files, look).items()}
    rules = sorted({str(rule) for rule in study.responses["rule"].dropna()} - {""})
    pairs = [
        ("waves", _when(study)),
        ("files", say("pages.about_files_answer", lang, files=files["file"].nunique(), refused=_refused(study))),
        ("rows", say("pages.about_rows_answer", lang, None, **said) if said else ""),
        ("aside", say("pages.about_aside_answer", lang, None, **said) if said else ""),
        ("sample", _sentence(_samples(study))),
        ("rule", ", ".join(rules)),
        ("kit", say("pages.about_kit_answer", lang, None, version=__version__, policy=study.plan.version)),
    ]  # fmt: skip
    return [(say(f"pages.about_{key}", lang), answer) for key, answer in pairs if answer]


def _when(study: Study) -> str:
    if not study.waves:
        return ""
    told = say("pages.about_waves_answer", study.lang, None, waves=", ".join(study.waves), wave=study.wave)
    begun = study.waves[study.waves.index(study.wave) + 1 :]
    more = say("pages.about_waves_begun", study.lang, None, waves=numbers.listing(begun, study.lang)) if begun else ""
    return f"{told} {more}".strip()


def _sentence(text: str) -> str:
    return f"{capital(text)}." if text else ""


def _samples(study: Study) -> str:
    """Return how those who answered in the latest wave were chosen: by unit where there are units."""
    frame = oversight.design(study.responses, study.book, study.surveys).frame if len(study.responses) else None
    if frame is None:
        return ""
    latest = frame[frame["wave"].eq(study.wave)] if study.wave else frame
    look = Look(study.plan, study.book, study.lang)
    if not latest["unit"].fillna("").ne("").any():
        kinds = sorted(set(latest["sample"]) - {""})
        return numbers.listing([look.level("sample", kind) for kind in kinds], study.lang)
    counts = latest.groupby("sample")["unit"].nunique()
    kinds = [(look.level("sample", kind), int(count)) for kind, count in counts.items()]
    return numbers.listing([look.say("coverage_kind", count=count, kind=kind) for kind, count in kinds], study.lang)


def _each(study: Study, column: str) -> str:
    return say("pages.index_each", study.lang, None, column=study.book.term(column).get(study.lang, column))


def _refused(study: Study) -> int:
    return int(study.files.loc[study.files["outcome"] == "refused", "file"].nunique())


def _left_out(study: Study, notebooks: Sequence[Notebook]) -> list[str]:
    """Say why each page is not made; pages on surveys under a rule are only counted where the codebook has none."""
    of_rule = [] if study.book.rules else [one for one in notebooks if SKM in lacking(study, one)]
    rest = [_why_not(study, one) for one in notebooks if one not in of_rule]
    return [*rest, *([say("pages.index_needs_rule", study.lang, len(of_rule))] if of_rule else [])]


def _why_not(study: Study, one: Notebook) -> str:
    lang = study.lang
    needs = [_need(study, need) for need in lacking(study, one)]
    return say("pages.index_needs", lang, title=one.heading(lang), needs=", ".join(needs))


def _need(study: Study, need: str) -> str:
    if need in {SKM, RECAPS} or need in study.registers:
        return say(f"pages.need.{need}", study.lang)
    term = study.book.term(need)
    return say("pages.need.levels", study.lang, column=term.get(study.lang, need))
