"""The first page: where to begin, one line on each page, what these figures rest on, what was left out and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.publish import numbers
from analysis.words import say

from .shell import Head, page, render
from .study import lacking

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.shapes import Cleaned
    from analysis.store import Study

    from .notebook import Notebook
    from .runner import Failure
    from .shell import Surroundings


def index(
    study: Study,
    surroundings: Surroundings,
    shown: Sequence[Notebook],
    left_out: Sequence[Notebook],
    failed: Sequence[Failure],
) -> str:
    """Return the page that leads to all others."""
    lang = surroundings.lang
    broken = {failure.notebook for failure in failed}
    questions = [
        {"page": one.page, "title": one.heading(lang), "line": one.line(lang),
         "state": say("pages.index_failed", lang) if one.name in broken else ""}
        for one in shown
    ]  # fmt: skip
    annex = {"page": "lampiran.xlsx", "title": say("pages.index_annex", lang), "line": say("pages.annex_line", lang)}
    inside = render(
        "index.html.j2",
        first=[*(link for link in surroundings.links if link.line), annex],
        questions=questions,
        facts=facts(study),
        left_out=[_why_not(study, one) for one in left_out],
        say={key: say(f"pages.index_{key}", lang) for key in ("first", "questions", "about", "out")},
    )
    title, lead = say("pages.index_title", lang), say("pages.index_lead", lang)
    return page(inside, surroundings, Head(title=title, kind="index", name="index.html", lead=lead))


def facts(study: Study) -> list[tuple[str, str]]:
    """Return what a reader must know of the figures, as (question, answer) pairs."""
    lang = study.lang
    files = study.files
    said = {name: numbers.count(count, lang) for name, count in row_counts(study).items()}
    pairs = [
        ("waves", ", ".join(study.waves)),
        ("files", say("pages.about_files_answer", lang, files=files["file"].nunique(), refused=_refused(study))),
        ("rows", say("pages.about_rows_answer", lang, None, **said)),
    ]  # fmt: skip
    rules = sorted({str(rule) for rule in study.responses["rule"].dropna()} - {""})
    pairs += [("rule", ", ".join(rules))] if rules else []
    return [(say(f"pages.about_{key}", lang), answer) for key, answer in pairs]


def row_counts(cleaned: Study | Cleaned) -> dict[str, int]:
    """Return what became of all rows, in numbers that add up: used as answers, declared, set aside, not data."""
    rows = {kind: int(cleaned.files[kind].sum()) for kind in ("rows", "kept", "set_aside", "duplicate")}
    used, aside = len(cleaned.responses), rows["set_aside"] + rows["duplicate"]
    other = rows["rows"] - rows["kept"] - aside
    return {"rows": rows["rows"], "used": used, "declared": rows["kept"] - used, "aside": aside, "other": other}


def _refused(study: Study) -> int:
    return int(study.files.loc[study.files["outcome"] == "refused", "file"].nunique())


def _why_not(study: Study, one: Notebook) -> str:
    lang = study.lang
    needs = [_need(study, need) for need in lacking(study, one)]
    return say("pages.index_needs", lang, title=one.heading(lang), needs=", ".join(needs))


def _need(study: Study, need: str) -> str:
    if need == "skm":
        return say("pages.need.skm", study.lang)
    if need in study.registers:
        return say(f"pages.need.{need}", study.lang)
    term = study.book.term(need)
    return say("pages.need.levels", study.lang, column=term.get(study.lang, need))
