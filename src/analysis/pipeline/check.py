"""The verb ``check``: a dry run over files, told on the terminal, as JSON, or as a page and a workbook to send back."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tqdm import tqdm

from analysis import codebook as books
from analysis import intake
from analysis.errors import Exit, Fault, NothingUsableError
from analysis.intake.check import record
from analysis.intake.clean import gather, read_files
from analysis.intake.fileread import FileRead
from analysis.intake.saying import variable_in_words
from analysis.intake.source import sources
from analysis.pages import check_page
from analysis.pages.check_page import FileSeen, Mend, Reading, SheetSeen
from analysis.shapes import ROW_KINDS
from analysis.words import say

from .check_lines import file_lines, layout, shown
from .outcome import Outcome
from .progress import wanted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analysis.codebook import Codebook
    from analysis.intake.frames import Frames
    from analysis.words import Language

UP = 3
"""How many folders are searched for a codebook: the one that holds the files, and those above it."""
PAIRS = 12
"""How many readings of a column's cells the page tells."""
_SEVERITIES = ("refused", "set aside", "warning", "note")


@dataclass(frozen=True)
class Checked:
    """A file as given on the command line: its record (as ``--json`` has it), and all there is to say of it."""

    record: Mapping[str, Any]
    seen: FileSeen
    made_up: bool = False


def check(
    files: Sequence[Path | str], out: Path | str | None = None, *,
    codebook: Path | str | None = None, lang: Language = "id", jobs: int = 1, explain: bool = False,
) -> Outcome:  # fmt: skip
    """Tell what would be kept, changed and set aside, and why; nothing is written but the two files in ``out``.

    A folder stands for the files in it. ``facts["files"]`` has one record per file (see ``intake.check``), its ``file``
    as given; with ``explain`` each sheet also has its ``candidates``: the heading rows looked at, scores and reasons.
    A name that nothing has is a refused file like others. Raises NothingUsableError where only empty folders are given.
    """
    given = _given(files)
    if not given:
        what, todo = say("pipeline.empty_folder", lang), say("pipeline.empty_folder_todo", lang)
        raise NothingUsableError(*(Fault(shown(str(name)), what, todo) for name in files))
    book, said = _book(given, codebook, lang)
    checked = _checked(given, book, lang, jobs, explain=explain)
    for one in checked:
        said += file_lines(one.seen, lang, one.record["sheets"] if explain else ())
    said += [_total(checked, lang)] if len(checked) > 1 else []
    if out is not None:
        said += _write(Path(out), checked, lang)
    records = [dict(one.record) for one in checked]
    return Outcome(Exit(intake.worst(records)), tuple(said), {"files": records})


def _given(files: Sequence[Path | str]) -> list[str]:
    """Return the files as the caller wrote them, a folder opened up; a name that stands for nothing stays."""
    found: list[str] = []
    for one in map(str, files):
        inside = sources(Path(one)) if Path(one).is_dir() else []
        found += [os.path.join(one, each.name) for each in inside] if Path(one).is_dir() else [one]  # noqa: PTH118 - a Path would tidy what was given
    return found


def _book(given: Sequence[str], codebook: Path | str | None, lang: Language) -> tuple[Codebook, list[str]]:
    """Return the named codebook, else the one with the files or in a folder above them, else the shipped one."""
    if codebook is not None:
        return books.load(codebook, lang=lang), []
    folders = [Path(one).absolute().parent for one in given]
    shared = Path(os.path.commonpath(folders)) if len({one.anchor for one in folders}) == 1 else folders[0]
    for folder in (shared, *shared.parents)[:UP]:
        if found := books.find_codebook(folder):
            return books.load(found, lang=lang), [say("check.book", lang, file=shown(found.name), folder=folder.name)]
    return books.load(None, lang=lang), []


def _checked(
    given: Sequence[str], book: Codebook, lang: Language, jobs: int, *, explain: bool
) -> list[Checked]:  # fmt: skip
    paths = list(dict.fromkeys(map(_path, given)))
    with tqdm(
        desc=say("check.reading", lang), total=len(paths), leave=False, disable=not wanted(progress=None)
    ) as line:
        read = read_files(paths, book, jobs=jobs, progress=lambda done, _: line.update(done - line.n))
    by_path = dict(zip([str(one.path) for one in sources(paths)], read, strict=True))
    made = {one.record["file"]: one for one in _each(read, book, lang, explain=explain)}
    return [_as_given(made[by_path[_path(one)].name], one) for one in given]


def _path(given: str) -> str:
    """Return one name for one file, however it was given; a link stays the link it is."""
    return str(Path(given).absolute().parent.resolve() / Path(given).name)


def _each(read: Sequence[FileRead], book: Codebook, lang: Language, *, explain: bool) -> list[Checked]:
    """Return what is to be said of every file; one that our own code cannot follow does not take the others along."""
    try:
        frames = gather(read, book, lang)
        return [_made(one, frames, book, lang, explain=explain) for one in read]
    except Exception:
        if os.environ.get("TILIK_DEBUG"):
            raise
        if len(read) == 1:
            return [_lost(read[0], lang)]
        return [made for one in read for made in _each([_again(one)], book, lang, explain=explain)]


def _again(one: FileRead) -> FileRead:
    return replace(one, copy_of="", dropped={})


def _made(one: FileRead, frames: Frames, book: Codebook, lang: Language, *, explain: bool) -> Checked:
    told = record(one, frames, lang)
    if explain:
        looked = {sheet["sheet"]: sheet.get("candidates", []) for sheet in one.result.sheets}
        told["sheets"] = [{**sheet, "candidates": looked.get(sheet["name"], [])} for sheet in told["sheets"]]
    problems, changes = (frame[frame["file"] == one.name] for frame in (frames.problems, frames.changes))
    sheets = [] if one.result.refused else frames.files[frames.files["file"] == one.name].to_dict("records")
    seen = FileSeen(
        one.name, told["outcome"], told["message"],
        [SheetSeen(shown(row["sheet"]), layout(row["layout"], lang), {kind: int(row[kind]) for kind in ROW_KINDS})
         for row in sheets],
        _mends(problems), _readings(changes, book, lang),
    )  # fmt: skip
    return Checked(told, seen, one.result.made_up)


def _lost(one: FileRead, lang: Language) -> Checked:
    message = say("check.lost", lang, file=shown(one.name))
    told = {"file": one.name, "outcome": "refused", "code": "E-INTERNAL", "message": message, "sheets": [],
            "problems": {"E-INTERNAL": 1}}  # fmt: skip
    return Checked(told, FileSeen(one.name, "refused", message))


def _as_given(made: Checked, given: str) -> Checked:
    return Checked({**made.record, "file": given}, replace(made.seen, file=shown(given)), made.made_up)


def _mends(problems: pd.DataFrame) -> list[Mend]:
    found = [
        Mend(row["severity"], row["code"], shown(row["sheet"]), row["cell"], row["what"], row["todo"])
        for row in problems.to_dict("records")
    ]
    return sorted(found, key=lambda one: _SEVERITIES.index(one.severity))


def _readings(changes: pd.DataFrame, book: Codebook, lang: Language) -> list[Reading]:
    """Return one line per sheet, column and meaning: what was read as what, the most frequent first."""
    made = []
    for key, rows in changes.groupby(["sheet", "column", "variable", "rule"], sort=False):
        sheet, column, variable, rule = map(str, key)
        counts: dict[tuple[str, str], int] = {}
        for old, new, count in zip(rows["old"], rows["new"], rows["count"], strict=True):
            counts[old, new] = counts.get((old, new), 0) + int(count)
        usual = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        told = [
            _pair(old, book.label(variable, new, lang) if new else "", count, lang)
            for (old, new), count in usual[:PAIRS]
        ]
        more = [say("check.more_pairs", lang, len(usual) - PAIRS)] if len(usual) > PAIRS else []
        name = variable_in_words(variable, book, lang)
        name = book.term(variable)[lang] if name == variable else name
        meaning = say("check.meaning_of", lang, name=name, rule=_rule(rule, lang))
        made.append(Reading(shown(sheet), column, meaning, "; ".join([*told, *more]), sum(counts.values())))
    return made


def _pair(old: str, new: str, count: int, lang: str) -> str:
    if not old and not new:
        return say("check.pair_none", lang, count=count)
    key = "check.pair_to" if not old else "check.pair" if new else "check.pair_blank"
    return say(key, lang, count, old=shown(old), new=new)


def _rule(rule: str, lang: str) -> str:
    """Return why cells were read so: the rules of intake, in words."""
    name = rule.split(" (", maxsplit=1)[0].replace(" ", "_")
    return say(f"check.rule_{name}", lang)


def _total(checked: Sequence[Checked], lang: str) -> str:
    counts = {name: sum(one.record["outcome"] == name for one in checked)
              for name in ("read", "partly", "refused", "nothing")}  # fmt: skip
    return say("check.total", lang, None, files=len(checked), **counts)


def _write(folder: Path, checked: Sequence[Checked], lang: Language) -> list[str]:
    """Write the page and the workbook, each whole or not at all."""
    seen = [one.seen for one in checked]
    made_up = all(one.made_up for one in checked if one.record["outcome"] in ("read", "partly"))
    made_up = made_up and any(one.made_up for one in checked)
    texts = {
        check_page.PAGE: check_page.check_page(seen, lang, made_up=made_up).encode("utf-8"),
        check_page.BOOK: check_page.check_workbook(seen, lang),
    }
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in texts.items():
        fresh = folder / f".{name}.new"
        fresh.write_bytes(content)
        fresh.replace(folder / name)
    return [say("check.written", lang, path=shown(str(folder / name))) for name in texts]
