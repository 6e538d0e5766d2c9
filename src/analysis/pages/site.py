"""From a study and a folder of notebooks to a set of pages, written as a whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.words import say

from . import front, gate, notebook, runner
from .body import body
from .brief import brief
from .inert import clean
from .report import report
from .shell import Head, page, render
from .study import around, meets

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from nbformat import NotebookNode

    from .notebook import Notebook
    from .runner import Failure, Limits
    from .shell import Surroundings

MAIN = '<main id="isi" tabindex="-1">\n'


@dataclass(frozen=True)
class PagesResult:
    """What was made: the files of the set, the failures by notebook, the titles left out for lack of data."""

    pages: tuple[str, ...]
    failed: tuple[Failure, ...]
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """Whom to tell how far it is: ``begin`` how many steps, ``step`` after each with the notebook's name."""

    begin: Callable[[int], None] = lambda _: None
    step: Callable[[str], None] = lambda _: None


def export(
    processed: Path, notebooks: Path, reports: Path, *, progress: Progress | None = None, limits: Limits | None = None,
) -> PagesResult:  # fmt: skip
    """Execute the notebooks against the study in ``processed`` and replace ``reports`` by the pages, all at once.

    The language is the study's. Raises NothingUsableError where there is no study.
    """
    study = store.open_study(processed)
    tell = progress or Progress()
    found = notebook.find(notebooks)
    wanted = [one for one in found if meets(study, one)]
    left_out = [one for one in found if one not in wanted]
    surroundings = around(study, wanted)
    copies = {one.name: notebook.copy_to_run(one.node, study.lang) for one in wanted if one.node}
    tell.begin(sum(one.steps for one in wanted))
    jobs = [runner.Job(name, node) for name, node in copies.items()]
    env = {store.study.PLACE: str(Path(processed).resolve())}
    fates = runner.execute(jobs, env=env, limits=limits, on_cell=tell.step)
    files: dict[str, str] = {}
    failed: list[Failure] = []
    for one in wanted:
        files[one.page], faults = _notebook_page(one, copies.get(one.name), fates.get(one.name), surroundings, reports)
        failed += faults
    files["ringkasan.html"] = brief(study, surroundings)
    files["laporan.html"] = report(study, surroundings)
    files["index.html"] = front.index(study, surroundings, wanted, left_out, failed)
    with store.atomic(reports) as place:
        for name, text in files.items():
            (place / name).write_text(text, encoding="utf-8", newline="\n")
    return PagesResult(tuple(sorted(files)), tuple(failed), tuple(one.heading(study.lang) for one in left_out))


def _notebook_page(
    one: Notebook, node: NotebookNode | None, fate: Failure | None, surroundings: Surroundings, reports: Path
) -> tuple[str, Sequence[Failure]]:
    """Return the page of a notebook; where it failed, the earlier page with a notice, else one that says why."""
    faults: Sequence[Failure] = [fate] if fate else []
    if node is None:
        faults = [runner.Failure(one.name, 0, "notebook")]
    elif not faults:
        faults = gate.refusals(one.name, node)
    title, lang = one.heading(surroundings.lang), surroundings.lang
    if not faults and node is not None:
        inside = body(node, lang, line=one.line(lang))
        whole = page(inside, surroundings, Head(title=title, name=one.page, lead=one.line(lang)))
        faults = gate.whole(one.name, inside, whole)
        if not faults:
            return whole, []
    earlier = _earlier(reports / one.page, surroundings)
    if earlier:
        return earlier, faults
    reasons = [explain(fault, lang) for fault in faults]
    inside = render("failed.html.j2", lead=say("pages.failed_lead", lang), reasons=reasons)
    notice = say("pages.failed_title", lang)
    return page(inside, surroundings, Head(title=title, kind="failed", name=one.page, notice=notice)), faults


def explain(failure: Failure, lang: str) -> str:
    """Return in the reader's words why a notebook has no page."""
    return say(f"pages.fail.{failure.kind}", lang, notebook=failure.notebook, cell=failure.cell, detail=failure.detail)


def _earlier(path: Path, surroundings: Surroundings) -> str:
    """Return the page of an earlier run, with a notice on top, if it is a good one of the same kind of data."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
    same = (f'<html lang="{surroundings.lang}">' in text and ('<p class="made-up">' in text) == surroundings.made_up
            and f"\N{EN DASH} {surroundings.study}</title>" in text)  # fmt: skip
    if not same or '<body class="failed">' in text or MAIN not in text:
        return ""
    notice = clean(f'<p class="notice">{say("pages.kept_notice", surroundings.lang)}</p>')
    return text if MAIN + notice in text else text.replace(MAIN, f"{MAIN}{notice}\n", 1)
