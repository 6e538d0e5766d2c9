"""From a study and a folder of notebooks to a set of pages, written as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.words import say

from . import each, evidence, front, gate, glossary, notebook, paper, runner
from .annex import annex
from .body import body
from .brief import brief
from .inert import clean
from .names import ANNEX, BRIEF, GLOSSARY, INDEX, KEY, REPORT, SOURCES
from .report import report
from .shelf import Shelf, cells_of
from .shell import Head, page, render
from .study import has, meets, surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbformat import NotebookNode

    from analysis.store import Study

    from .notebook import Notebook
    from .runner import Failure, Limits
    from .shell import Surroundings

MAIN = '<main id="isi" tabindex="-1">\n'


@dataclass(frozen=True)
class PagesResult:
    """What was made: the files of the set, the failures by notebook, the titles left out for lack of data.

    ``unprinted`` are the pages that were to be PDFs too and are none; all of them where no browser was found.
    """

    pages: tuple[str, ...]
    failed: tuple[Failure, ...]
    left_out: tuple[str, ...] = ()
    unprinted: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """Whom to tell how far it is: ``begin`` how many steps, ``step`` after each with the notebook's name."""

    begin: Callable[[int], None] = lambda _: None
    step: Callable[[str], None] = lambda _: None


@dataclass(frozen=True)
class Wishes:
    """What a caller wants beside the usual: pages of levels by column (``"all"`` of them), PDFs, all made ``fresh``."""

    each: Mapping[str, Sequence[str]] = field(default_factory=dict)
    pdf: bool = False
    fresh: bool = False


def export(
    processed: Path, notebooks: Path, reports: Path, *,
    progress: Progress | None = None, limits: Limits | None = None, wishes: Wishes | None = None,
) -> PagesResult:  # fmt: skip
    """Execute the notebooks against the study in ``processed`` and replace ``reports`` by the pages, all at once.

    The language is the study's. A page whose inputs have not changed since the run before is not made again, unless
    it is wished so. Only for who holds the locks of both folders. Raises NothingUsableError where there is no study,
    CallError for a level that is not in it, StoreError where the disk refuses.
    """
    study, wishes = store.open_study(processed), wishes or Wishes()
    found = notebook.find(notebooks)
    plain = [one for one in found if not one.per]
    wanted = [one for one in plain if meets(study, one)]
    left_out = [one for one in plain if one not in wanted]
    levels = each.asked(study, found, wishes.each)
    words = glossary.terms(study)
    around = replace(surroundings(study, wanted, levels), origins=evidence.origins(study), terms=glossary.links(words))
    files: dict[str, str] = {}
    failed: list[Failure] = []
    with store.results(reports, "pages") as held:
        if wishes.fresh:
            held.clear()
        kept = Shelf(held, study)
        drafts = _drafts([*wanted, *levels], study, kept)
        _execute(drafts, processed, progress or Progress(), limits)
        for draft in drafts:
            files[draft.notebook.page], faults = _page(draft, around, kept, reports)
            failed += faults
        files[BRIEF] = brief(study, around, kept)
        files[REPORT] = report(study, around, kept)
        files[SOURCES] = evidence.sources(study, around)
        files[GLOSSARY] = glossary.glossary(words, around)
        files[INDEX] = front.index(study, around, front.Made(wanted, levels, left_out, failed))
        with store.atomic(reports, lang=study.lang) as place:
            for name, text in files.items():
                (place / name).write_text(text, encoding="utf-8", newline="\n")
            (place / ANNEX).write_bytes(annex(files, around))
            unprinted = _printed(place, sorted(files)) if wishes.pdf else []
    store.write_beside(processed, KEY, evidence.key(study, around).encode(), lang=study.lang)
    titles = tuple(one.heading(study.lang) for one in left_out)
    return PagesResult(tuple(sorted(files)), tuple(failed), titles, tuple(unprinted))


def _printed(place: Path, names: Sequence[str]) -> Sequence[str]:
    """Print the pages and return those that were not."""
    program = paper.browser()
    return paper.printed(place, names, program) if program else names


@dataclass
class Draft:
    """A notebook on its way to a page: the copy to execute, or its inside from the shelf; why it failed.

    ``withheld`` says why nothing is computed at all: the page of a level that the plan withholds.
    """

    notebook: Notebook
    copy: NotebookNode | None
    mark: str
    inside: str | None
    fault: Failure | None = None
    withheld: str = ""


def _drafts(wanted: Sequence[Notebook], study: Study, kept: Shelf) -> list[Draft]:
    drafts = []
    for one in wanted:
        why = each.withheld(study, one) if one.level else ""
        if why:
            drafts.append(Draft(one, None, "", None, withheld=why))
            continue
        given = {one.per: one.level} if one.level else {}
        copy = notebook.copy_to_run(one.node, study.lang, partial(has, study), given=given) if one.node else None
        mark = kept.mark(cells_of(copy), one.line(study.lang)) if copy else ""
        drafts.append(Draft(one, copy, mark, kept.take(mark) if copy else None))
    return drafts


def _execute(drafts: Sequence[Draft], processed: Path, progress: Progress, limits: Limits | None) -> None:
    """Execute the copies that have no inside yet, two at once."""
    due = [draft for draft in drafts if draft.copy is not None and draft.inside is None]
    progress.begin(sum(draft.notebook.steps for draft in due))
    jobs = [runner.Job(draft.notebook.name, draft.copy) for draft in due if draft.copy is not None]
    env = {store.study.PLACE: str(processed.resolve())}
    fates = runner.execute(jobs, env=env, limits=limits, on_cell=progress.step) if jobs else {}
    for draft in due:
        draft.fault = fates[draft.notebook.name]


def _page(draft: Draft, around: Surroundings, kept: Shelf, reports: Path) -> tuple[str, Sequence[Failure]]:
    """Return the page of a notebook; where it failed, the earlier page with a notice, else one that says why."""
    one, lang = draft.notebook, around.lang
    if draft.withheld:
        return each.without_figures(one, draft.withheld, around), []
    faults: Sequence[Failure] = _faults(draft)
    if not faults and draft.copy is not None:
        inside = draft.inside if draft.inside is not None else body(draft.copy, lang, line=one.line(lang))
        whole = page(inside, around, Head(one.heading(lang), one.page, lead=one.line(lang), origin=_origin(one)))
        faults = gate.whole(one.name, inside, whole)
        if not faults:
            kept.put(draft.mark, inside)
            return whole, []
    earlier = _earlier(reports / one.page, around)
    if earlier:
        return earlier, faults
    reasons = [explain(fault, lang) for fault in faults]
    inside = render("failed.html.j2", lead=say("pages.failed_lead", lang), reasons=reasons)
    notice = say("pages.failed_title", lang)
    return page(inside, around, Head(one.heading(lang), one.page, "failed", notice=notice)), faults


def _origin(one: Notebook) -> str:
    """Return where on the page of sources the figures of a notebook stand that no unit's name tells."""
    if one.per == "unit":
        return f"#{evidence.anchor_of(one.level)}"
    topic = next((topic for topic in one.topics if topic in evidence.REGISTERS), "")
    return f"#{evidence.register_anchor(topic)}" if topic else ""


def _faults(draft: Draft) -> Sequence[Failure]:
    if draft.copy is None:
        return [runner.Failure(draft.notebook.name, 0, "notebook")]
    if draft.fault is not None:
        return [draft.fault]
    return gate.refusals(draft.notebook.name, draft.copy) if draft.inside is None else []


def explain(failure: Failure, lang: str) -> str:
    """Return in the reader's words why a notebook has no page."""
    return say(f"pages.fail.{failure.kind}", lang, notebook=failure.notebook, cell=failure.cell, detail=failure.detail)


def _earlier(path: Path, around: Surroundings) -> str:
    """Return the page of an earlier run, with a notice on top, if it is a good one of the same kind of data."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    same = (f'<html lang="{around.lang}">' in text and ('<p class="made-up">' in text) == around.made_up
            and f"\N{EN DASH} {around.study}</title>" in text)  # fmt: skip
    if not same or '<body class="failed">' in text or MAIN not in text:
        return ""
    notice = clean(f'<p class="notice">{say("pages.kept_notice", around.lang)}</p>')
    return text if MAIN + notice in text else text.replace(MAIN, f"{MAIN}{notice}\n", 1)
