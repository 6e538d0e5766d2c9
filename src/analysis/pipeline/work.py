"""The verbs run, clean, report, example. Each holds the lock of what it writes and swaps it whole."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import codebook as books
from analysis import example as city
from analysis import intake, oversight, pages, publish, store
from analysis.errors import CallError, Exit, Fault, NothingUsableError
from analysis.words import say

from . import progress as bars
from .outcome import Outcome, exit_of, of_cleaning, of_pages, problem_lines
from .places import Places, Source, kept_apart, source

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from analysis.codebook import Codebook
    from analysis.shapes import Cleaned, Plan
    from analysis.words import Language


def run(  # noqa: PLR0913 - one call, all its choices by name
    raw: Path | str | None = None, processed: Path | str | None = None, reports: Path | str | None = None, *,
    codebook: Path | str | None = None, lang: Language = "id", jobs: int = 1, scheduler: str | None = None,
    progress: bool | None = None, fresh: bool = False, unit: Sequence[str] = (), district: Sequence[str] = (),
    pdf: bool = False,
) -> Outcome:  # fmt: skip
    """Clean the workbooks, execute the notebooks, write the pages.

    ``jobs`` processes read at once, or the Dask cluster at ``scheduler``; with ``fresh`` all is read and made anew.
    Each ``unit`` and ``district`` named (``"all"``: all of them) gets a page; with ``pdf`` each page is a PDF too.
    ``processed`` and ``reports`` are each as before or as after, whenever the run is stopped. Raises what the rooms
    raise: CallError, CodebookError (2), NothingUsableError (3; both folders untouched), BusyError (5).
    """
    places = Places.find()
    ready, out = Path(processed or places.processed), Path(reports or places.reports)
    found = kept_apart(source(Path(raw) if raw else None, places), (ready, out), lang)
    with _locked(ready, out, lang=lang):
        cleaned, lines = _clean(found, ready, codebook, lang, jobs=jobs, scheduler=scheduler, fresh=fresh)
        wishes = pages.Wishes({"unit": unit, "district": district}, pdf, fresh)
        result, more = _pages(ready, out, places, lang, progress=progress, wishes=wishes)
    return Outcome(exit_of(cleaned, result), (*lines, *more))


def clean(
    raw: Path | str | None = None, out: Path | str | None = None, *,
    codebook: Path | str | None = None, lang: Language = "id", jobs: int = 1, scheduler: str | None = None,
    fresh: bool = False,
) -> Outcome:  # fmt: skip
    """Clean the workbooks into ``out`` (data/processed) and stop there."""
    places = Places.find()
    ready = Path(out or places.processed)
    found = kept_apart(source(Path(raw) if raw else None, places), (ready,), lang)
    with _locked(ready, lang=lang):
        cleaned, lines = _clean(found, ready, codebook, lang, jobs=jobs, scheduler=scheduler, fresh=fresh)
    return Outcome(exit_of(cleaned), tuple(lines))


def report(
    processed: Path | str | None = None, reports: Path | str | None = None, *,
    lang: Language | None = None, progress: bool | None = None, fresh: bool = False,
    unit: Sequence[str] = (), district: Sequence[str] = (), pdf: bool = False,
) -> Outcome:  # fmt: skip
    """Make the pages from what was cleaned before, in the language it was cleaned in; another one is refused.

    ``unit``, ``district`` and ``pdf`` as for ``run``.
    """
    places = Places.find()
    ready, out = Path(processed or places.processed), Path(reports or places.reports)
    cleaned_in = store.language(ready)
    if cleaned_in is None:
        spoken: Language = lang or "id"
        raise NothingUsableError(Fault(ready.name, say("store.none", spoken), say("store.none_todo", spoken)))
    if lang not in (None, cleaned_in):
        what, todo = say("pipeline.other_language", lang), say("pipeline.other_language_todo", lang, language=lang)
        raise CallError(Fault(ready.name, what, todo))
    kept_apart(Source(ready), (out,), cleaned_in)
    with _locked(ready, out, lang=cleaned_in):
        wishes = pages.Wishes({"unit": unit, "district": district}, pdf, fresh)
        result, lines = _pages(ready, out, places, cleaned_in, progress=progress, wishes=wishes)
    return Outcome(exit_of(None, result), tuple(lines))


def example(folder: Path | str, *, lang: Language = "id") -> Outcome:
    """Write the workbooks of the made-up city into ``folder``."""
    city.write(Path(folder))
    return Outcome(Exit.DONE, (say("pipeline.example_written", lang, folder=str(folder)),))


@contextmanager
def _locked(*folders: Path, lang: Language) -> Iterator[None]:
    """Hold the locks of all folders that a verb writes to."""
    with ExitStack() as locks:
        for folder in folders:
            locks.enter_context(store.lock(folder, lang=lang))
        yield


def _clean(
    where: Source, ready: Path, codebook: Path | str | None, lang: Language, *, jobs: int, scheduler: str | None,
    fresh: bool,
) -> tuple[Cleaned, list[str]]:  # fmt: skip
    if not where.path.exists():
        raise CallError(
            Fault(str(where.path), say("pipeline.no_such_folder", lang), say("pipeline.no_such_folder_todo", lang))
        )
    book, said = _book(where, codebook, lang)
    with store.results(ready) as kept, ExitStack() as opened:
        if fresh:
            kept.clear()
        executor = None
        if scheduler:
            executor, jobs = opened.enter_context(intake.cluster(scheduler, lang))
        cleaned = intake.clean(
            where.path, codebook=book, lang=lang, jobs=jobs, leave_out=where.leave_out, executor=executor, cache=kept
        )
    if cleaned.responses.empty and cleaned.recaps.empty:
        raise NothingUsableError(
            Fault(where.path.name, say("pipeline.nothing", lang), say("pipeline.nothing_todo", lang)),
            *problem_lines(cleaned.problems, lang),
        )
    store.write_study(cleaned, _plan(cleaned, book, lang), book, ready)
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


def _plan(cleaned: Cleaned, book: Codebook, lang: Language) -> Plan:
    answers = cleaned.responses
    weights = None
    if len(answers):
        weights = oversight.design(answers, book, cleaned.registers.get("surveys")).frame["weight"]
    cuts = publish.dimensions(answers.columns)
    told = oversight.scaled(answers, book)
    counts = oversight.cell_counts(answers, cuts, items=list(book.items), weights=weights, answers=told)
    apart = {place: oversight.outsiders(book, place) for place in ("district", "village")}
    return publish.plan(counts, lang=lang, made_up=cleaned.made_up, apart=apart)


def _pages(
    ready: Path,
    out: Path,
    places: Places,
    lang: Language,
    *,
    progress: bool | None,
    wishes: pages.Wishes,
) -> tuple[pages.PagesResult, list[str]]:
    with bars.shown(lang, progress=progress) as bar:
        result = pages.export(ready, places.notebooks, out, progress=bar, wishes=wishes)
    failures = [pages.explain(failure, lang) for failure in result.failed]
    return result, [*of_pages(result, failures, lang), say("pipeline.open", lang, page=str(out / "index.html"))]
