"""The verbs: run, clean, report, check, example. Each holds the lock of what it writes and swaps it whole."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import codebook as books
from analysis import example as city
from analysis import intake, oversight, pages, publish, store
from analysis.errors import CallError, Exit, Fault, NothingUsableError
from analysis.shapes import ROW_KINDS
from analysis.words import say

from . import progress as bars
from .outcome import Outcome, exit_of, of_cleaning, of_pages, problem_lines
from .places import Places, Source, source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook
    from analysis.shapes import Cleaned, Plan
    from analysis.words import Language


def run(
    raw: Path | str | None = None, processed: Path | str | None = None, reports: Path | str | None = None, *,
    codebook: Path | str | None = None, lang: Language = "id", jobs: int = 1, progress: bool | None = None,
    fresh: bool = False,
) -> Outcome:  # fmt: skip
    """Clean the workbooks, execute the notebooks, write the pages.

    ``processed`` and ``reports`` are each as before or as after, whenever the run is stopped. Raises what the rooms
    raise: CallError, CodebookError (2), NothingUsableError (3; both folders untouched), BusyError (5).
    """
    places = Places.find()
    ready, out = Path(processed or places.processed), Path(reports or places.reports)
    with ExitStack() as locks:
        for folder in (ready, out):
            locks.enter_context(store.lock(folder, lang=lang))
        cleaned, lines = _clean(source(Path(raw) if raw else None, places), ready, codebook, lang, jobs)
        result, more = _pages(ready, out, places, lang, progress=progress, fresh=fresh)
    return Outcome(exit_of(cleaned, result), (*lines, *more))


def clean(
    raw: Path | str | None = None, out: Path | str | None = None, *,
    codebook: Path | str | None = None, lang: Language = "id", jobs: int = 1,
) -> Outcome:  # fmt: skip
    """Clean the workbooks into ``out`` (data/processed) and stop there."""
    places = Places.find()
    ready = Path(out or places.processed)
    with store.lock(ready, lang=lang):
        cleaned, lines = _clean(source(Path(raw) if raw else None, places), ready, codebook, lang, jobs)
    return Outcome(exit_of(cleaned), tuple(lines))


def report(
    processed: Path | str | None = None, reports: Path | str | None = None, *,
    lang: Language | None = None, progress: bool | None = None, fresh: bool = False,
) -> Outcome:  # fmt: skip
    """Make the pages from what was cleaned before, in the language it was cleaned in; another one is refused."""
    places = Places.find()
    ready, out = Path(processed or places.processed), Path(reports or places.reports)
    study = store.open_study(ready)
    if lang not in (None, study.lang):
        raise CallError(
            Fault(
                ready.name,
                say("pipeline.other_language", lang),
                say("pipeline.other_language_todo", lang, language=lang),
            )
        )
    with store.lock(out, lang=study.lang):
        result, lines = _pages(ready, out, places, study.lang, progress=progress, fresh=fresh)
    return Outcome(exit_of(None, result), tuple(lines))


def check(
    files: Sequence[Path | str], *, codebook: Path | str | None = None, lang: Language = "id", jobs: int = 1
) -> Outcome:
    """Tell what would be kept, changed and set aside, and why, without writing anything."""
    paths = [Path(one) for one in files]
    missing = [one for one in paths if not one.exists()]
    if missing:
        raise CallError(*(Fault(one.name, say("pipeline.no_such_file", lang)) for one in missing))
    cleaned = intake.clean(paths[0] if len(paths) == 1 else paths, codebook=codebook, lang=lang, jobs=jobs)
    _balanced(cleaned)
    changed = [say("pipeline.changed", lang, count=int(cleaned.changes["count"].sum()), kinds=len(cleaned.changes))]
    lines = [*of_cleaning(cleaned, lang)[:2], *changed, *problem_lines(cleaned.problems, lang)]
    facts: dict[str, Any] = {
        name: getattr(cleaned, name).astype(object).where(getattr(cleaned, name).notna(), None).to_dict("records")
        for name in ("files", "problems", "changes", "columns")
    }
    nothing = cleaned.responses.empty and cleaned.recaps.empty
    return Outcome(Exit.NOTHING_USABLE if nothing else exit_of(cleaned), tuple(lines), facts)


def example(folder: Path | str, *, lang: Language = "id") -> Outcome:
    """Write the workbooks of the made-up city into ``folder``."""
    city.write(Path(folder))
    return Outcome(Exit.DONE, (say("pipeline.example_written", lang, folder=str(folder)),))


def _clean(
    where: Source, ready: Path, codebook: Path | str | None, lang: Language, jobs: int
) -> tuple[Cleaned, list[str]]:
    if not where.path.exists():
        raise CallError(
            Fault(str(where.path), say("pipeline.no_such_folder", lang), say("pipeline.no_such_folder_todo", lang))
        )
    book, said = _book(where, codebook, lang)
    cleaned = intake.clean(where.path, codebook=book, lang=lang, jobs=jobs, leave_out=where.leave_out)
    _balanced(cleaned)
    if cleaned.responses.empty and cleaned.recaps.empty:
        raise NothingUsableError(
            Fault(where.path.name, say("pipeline.nothing", lang), say("pipeline.nothing_todo", lang)),
            *problem_lines(cleaned.problems, lang),
        )
    store.write_study(cleaned, _plan(cleaned, lang), book, ready)
    return cleaned, [
        say(f"pipeline.source_{where.why}", lang, folder=where.path.name),
        *said,
        *of_cleaning(cleaned, lang),
    ]


def _book(where: Source, codebook: Path | str | None, lang: Language) -> tuple[Codebook, list[str]]:
    """Return the codebook of a run: the named one, else the one beside the workbooks, else the shipped one."""
    beside = books.find_codebook(where.path) if where.path.is_dir() else None
    chosen = codebook if codebook is not None else beside
    book = books.load(chosen, lang=lang)
    if codebook is None and beside is not None:
        return book, [say("pipeline.book_found", lang, file=beside.name)]
    return book, []


def _plan(cleaned: Cleaned, lang: Language) -> Plan:
    cuts = publish.policy.dimensions(cleaned.responses.columns)
    counts = oversight.cell_counts(cleaned.responses, cuts)
    return publish.policy.plan(counts, lang=lang, made_up=cleaned.made_up)


def _pages(
    ready: Path, out: Path, places: Places, lang: Language, *, progress: bool | None, fresh: bool
) -> tuple[pages.PagesResult, list[str]]:
    with bars.shown(lang, progress=progress) as bar:
        result = pages.export(ready, places.notebooks, out, progress=bar, fresh=fresh)
    failures = [pages.explain(failure, lang) for failure in result.failed]
    return result, [*of_pages(result, failures, lang), say("pipeline.open", lang, page=str(out / "index.html"))]


def _balanced(cleaned: Cleaned) -> None:
    """Hold that every physical row of every sheet is accounted for; a sheet where it is not is our own fault."""
    kinds = cleaned.files[list(ROW_KINDS)].sum(axis=1)
    lost = cleaned.files.loc[kinds != cleaned.files["rows"], ["file", "sheet"]]
    if len(lost):
        message = f"rows do not add up in {lost.to_dict('records')}"
        raise RuntimeError(message)
