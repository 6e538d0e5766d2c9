"""All files of a folder → one set of frames: the front door of this room."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from analysis import codebook as codebooks
from analysis.codebook import Codebook
from analysis.errors import CallError, Fault
from analysis.shapes import ROW_KINDS, Cleaned
from analysis.words import say

from .cache import Kept
from .fileread import FileRead
from .frames import Frames, assemble
from .grid import RefusedError
from .notes import Ledger, plain_doubt
from .part import Parsed
from .process.child import Readers, codebook_json, read_one, settings_of
from .process.codec import decode
from .process.limits import DEFAULT, Limits
from .process.wire import encode
from .repeats.duplicates import settle
from .repeats.spellings import one_spelling
from .repeats.twice import tell_twice
from .source import Source, is_lock_file, sources, stable_bytes

What = Path | str | Sequence[Path | str]


def clean(  # noqa: PLR0913 - one call, all its choices by name
    what: What, codebook: Codebook | Path | str | None = None, lang: str = "id", *, jobs: int = 1,
    leave_out: Iterable[str] = (), executor: Executor | None = None, cache: MutableMapping[str, bytes] | None = None,
    progress: Callable[[int, int], None] | None = None, limits: Limits = DEFAULT,
) -> Cleaned:  # fmt: skip
    """Return respondents, recaps, registers and the ledger of a file, a folder (and below), or a list of files.

    Parameters
    ----------
    codebook
        A codebook, a path to one, or None: the one that lies in the folder, else the shipped one.
    lang
        The language of the messages in ``problems``, ``id`` or ``en``.
    jobs, executor
        How many child processes read at once, or any executor that runs ``read_one`` (a Dask client's, say).
    leave_out
        Files or folders, relative to the folder, that are not read.
    cache
        Results by content key; an unchanged file is not opened again.

    Returns
    -------
    Cleaned
        Frames with the columns of ``shapes``; a missing text is "", a missing item <NA>. The rows of each sheet add up.

    Raises
    ------
    CallError
        Where nothing of that name exists, or made-up and real workbooks are mixed.
    """
    book = resolve(what, codebook)
    files = read_files(
        what,
        book,
        jobs=jobs,
        leave_out=leave_out,
        executor=executor,
        cache=cache,
        progress=progress,
        limits=limits,
        lang=lang,
    )
    made_up = _made_up(files, lang, book)
    frames = gather(files, book, lang)
    return Cleaned(
        frames.responses, frames.recaps, frames.problems, frames.changes, frames.files, frames.columns,
        frames.registers, lang, made_up,
    )  # fmt: skip


def gather(files: Sequence[FileRead], book: Codebook, lang: str) -> Frames:
    """Return the frames of all files, copies set aside, with every row accounted for."""
    ledger = {one.name: Ledger() for one in files}
    _same_bytes(files, ledger)
    one_spelling(files, ledger, book)
    tell_twice(files, ledger)
    settle(files, ledger, book)
    frames = assemble(files, ledger, book, lang)
    _conserved(frames)
    return frames


def resolve(what: What, codebook: Codebook | Path | str | None) -> Codebook:
    """Return the codebook to read with."""
    if isinstance(codebook, Codebook):
        return codebook
    if codebook is None and isinstance(what, str | Path):
        path = Path(what)
        codebook = codebooks.find_codebook(path if path.is_dir() else path.parent)
    return codebooks.load(codebook)


def read_files(  # noqa: PLR0913 - one call, all its choices by name
    what: What, book: Codebook, *, jobs: int = 1, leave_out: Iterable[str] = (), executor: Executor | None = None,
    cache: MutableMapping[str, bytes] | None = None, progress: Callable[[int, int], None] | None = None,
    limits: Limits = DEFAULT, lang: str = "id",
) -> list[FileRead]:  # fmt: skip
    """Return every file as read by a child process, in sorted order; Excel's lock files only as a warning."""
    found = sources(what, leave_out, lang)
    kept = Kept(cache, codebook_json(book))
    settings = settings_of(book, kept.secret)
    own = Readers(max(1, jobs)) if executor is None else None
    pool: Executor = own if own is not None else executor  # type: ignore[assignment]
    try:
        return list(_read_all(found, settings, pool, kept, progress, limits, jobs))
    finally:
        if own is not None:
            own.shutdown()


def _read_all(
    found: Sequence[Source], settings: bytes, pool: Executor, kept: Kept,
    progress: Callable[[int, int], None] | None, limits: Limits, jobs: int,
) -> Iterable[FileRead]:  # fmt: skip
    waiting: list[tuple[int, Source, str, str, Any]] = []
    for number, source in enumerate(found, 1):
        waiting.append((number, source, *_start(source, settings, pool, kept, limits)))
        # Only a few files are in memory at once, however many there are.
        while len(waiting) > 2 * jobs:
            yield _finish(waiting.pop(0), kept, limits)
            if progress:
                progress(number - len(waiting), len(found))
    while waiting:
        yield _finish(waiting.pop(0), kept, limits)
        if progress:
            progress(len(found) - len(waiting), len(found))


def _start(source: Source, settings: bytes, pool: Executor, kept: Kept, limits: Limits) -> tuple[str, str, Any]:
    """Return the hash of a file, its cache key ("" where already answered), and its result or the promise of one."""
    if is_lock_file(source.name):
        return "", "", _refused("E-OPENLOCK", {})
    try:
        data, digest = stable_bytes(source.path, limits)
    except RefusedError as refusal:
        return "", "", _refused(refusal.code, refusal.values)
    key = kept.key(digest, source.name)
    if (known := kept.get(key)) is not None:
        return digest, "", known
    return digest, key, pool.submit(read_one, (data, source.name, settings))


def _finish(one: tuple[int, Source, str, str, Any], kept: Kept, limits: Limits) -> FileRead:
    number, source, digest, key, promise = one
    packed = promise if isinstance(promise, bytes) else promise.result()
    try:
        result = decode(packed, 4 * limits.answer_bytes)
    except (ValueError, KeyError, TypeError, IndexError):
        result = decode(_refused("E-CORRUPT", {}), limits.answer_bytes)
    if key:
        kept.put(key, packed, result.refused)
    return FileRead(f"B-{number:03d}", source.name, digest, result)


def _refused(code: str, values: dict[str, str]) -> bytes:
    parsed = Parsed(refused=code)
    parsed.ledger.doubts.append(plain_doubt(code, values))
    return encode(parsed)


def _made_up(files: Sequence[FileRead], lang: str, book: Codebook) -> bool:
    speaking = [one for one in files if not one.result.refused and any(_has_rows(sheet) for sheet in one.result.sheets)]
    marked = [one.name for one in speaking if one.result.made_up]
    real = [one.name for one in speaking if not one.result.made_up]
    if marked and real:
        raise CallError(Fault("", say("intake.mixed", lang, made_up=marked[0], real=real[0])))
    return bool(marked) or (book.made_up and not real)


def _has_rows(sheet: Mapping[str, Any]) -> bool:
    return any(sheet[kind] for kind in ROW_KINDS)


def _same_bytes(files: Sequence[FileRead], ledger: dict[str, Ledger]) -> None:
    first: dict[str, FileRead] = {}
    for one in files:
        if not one.sha256 or one.result.refused:
            continue
        known = first.setdefault(one.sha256, one)
        if known is not one:
            one.copy_of = known.name
            one.dropped = dict.fromkeys(range(len(one.result.blocks)))
            ledger[one.name].doubt("E-DUPFILE", other=known.name)


def _conserved(frames: Frames) -> None:
    """Check that every physical row of a sheet has one kind, and that every kept one of a table is a respondent."""
    files = frames.files
    wrong = files[files["rows"] != files[list(ROW_KINDS)].sum(axis=1)]
    if len(wrong):
        raise AssertionError(f"rows of a sheet do not add up: {wrong.iloc[0][['number', 'layout']].tolist()}")
    kept = frames.responses.groupby(["file", "sheet"], sort=False).size().to_dict()
    for file, sheet, layout, count in zip(files["file"], files["sheet"], files["layout"], files["kept"], strict=True):
        if layout in ("table", "packed") and kept.get((file, sheet), 0) != count:
            raise AssertionError(f"{sheet}: kept rows and responses differ")
