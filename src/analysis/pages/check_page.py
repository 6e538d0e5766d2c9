"""What came of a dry run, to send back to whoever sent the files: a page to read and a workbook to work through."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.hyperlink import Hyperlink

from analysis import __version__
from analysis.publish.wording import numbers
from analysis.shapes import ROW_KINDS
from analysis.spreadsheet import without_clock
from analysis.words import say

from .sheets import column, grid, introduce, put
from .shell import Head, Surroundings, page, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.worksheet.worksheet import Worksheet

PAGE = "periksa.html"
BOOK = "perbaikan.xlsx"
NOTE = "note"
"""The severity of what needs no mending."""
LINKED = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
"""Files in which a program can jump to a cell."""
_CELLS = re.compile(r"\$?[A-Z]{1,3}\$?\d{1,7}(?::\$?[A-Z]{1,3}\$?\d{1,7})?", re.ASCII)
_TOLD = ("file", "sheet", "cell", "severity", "what", "todo", "code")


@dataclass(frozen=True)
class Mend:
    """One thing that is wrong or doubtful; ``cell`` is an A1 address or range ("" for a whole sheet or file)."""

    severity: str
    code: str
    sheet: str
    cell: str
    what: str
    todo: str


@dataclass(frozen=True)
class SheetSeen:
    """A sheet: what it was taken for, in words, and how many of its rows are of which kind (``shapes.ROW_KINDS``)."""

    name: str
    layout: str
    kinds: Mapping[str, int]


@dataclass(frozen=True)
class Reading:
    """What the cells of a column were read as: ``pairs`` of words and counts, no person's text among them."""

    sheet: str
    column: str
    meaning: str
    pairs: str
    count: int


@dataclass(frozen=True)
class FileSeen:
    """A file as given, its outcome, one line on it, and what there is to say of its sheets and cells, gravest first."""

    file: str
    outcome: str
    message: str
    sheets: Sequence[SheetSeen] = ()
    mends: Sequence[Mend] = ()
    readings: Sequence[Reading] = ()

    @property
    def name(self) -> str:
        """The name without its folders: what the sender knows it by."""
        return re.split(r"[/\\]", self.file)[-1] or self.file

    def rows(self, *kinds: str) -> int:
        """Return how many rows of all sheets are of these kinds."""
        return sum(sheet.kinds[kind] for sheet in self.sheets for kind in kinds)


def check_page(files: Sequence[FileSeen], lang: str, *, made_up: bool = False) -> str:
    """Return the page: first all files in a table, then each with its sheets, what to mend, and what was read as what.

    A thing that is wrong in the same words at several places of a sheet is one row.
    """
    shown = [
        {
            "file": one, "outcome": _say(f"outcome_{one.outcome}", lang),
            "sheets": [_sheet(sheet, lang) for sheet in one.sheets],
            "mends": _merged([mend for mend in one.mends if mend.severity != NOTE], lang),
            "notes": _merged([mend for mend in one.mends if mend.severity == NOTE], lang),
            "readings": [{"of": each, "count": numbers.count(each.count, lang)} for each in one.readings],
        }
        for one in files
    ]  # fmt: skip
    keys = ("summary", "file", "outcome", "kept", "aside", "rest", "mend", "sheet", "layout", "sheets", "cell", "what",
            "todo", "severity", "notes", "readings", "column", "meaning", "pairs", "cells", "no_mends")  # fmt: skip
    summary = [
        [one.name, _say(f"outcome_{one.outcome}", lang), *(numbers.count(count, lang) for count in _counts(one))]
        for one in files
    ]
    inside = render("check.html.j2", files=shown, summary=summary, say={key: _say(key, lang) for key in keys})
    around = Surroundings(lang, _say("study", lang), (say("pages.made_by", lang, version=__version__),), (), made_up)
    lead = _say("lead", lang, book=BOOK)
    return page(inside, around, Head(title=_say("title", lang), name=PAGE, kind="report", lead=lead))


def check_workbook(files: Sequence[FileSeen], lang: str) -> bytes:
    """Return the workbook: how to use it, what to mend with a link to each cell, and what became of every row."""
    book = Workbook()
    first = book.active
    book.remove(first)
    lines = [_say("title", lang), *_say("use", lang).split("\n"), *(one.message for one in files)]
    column(book.create_sheet(_say("sheet_use", lang)), lines)
    _mends(book.create_sheet(_say("sheet_mend", lang)), files, lang)
    _rows(book.create_sheet(_say("sheet_rows", lang)), files, lang)
    introduce(book, _say("title", lang), lang)
    return without_clock(book)


def _mends(sheet: Worksheet, files: Sequence[FileSeen], lang: str) -> None:
    told = [(one, mend) for one in files for mend in one.mends]
    rows = [
        [one.name, mend.sheet, mend.cell, _say(_severity(mend), lang), mend.what, mend.todo, mend.code]
        for one, mend in told
    ]
    put(sheet.cell(1, 1), _say("sheet_mend", lang) if rows else _say("no_mends", lang))
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    grid(sheet, 2, [_say(key, lang) for key in _TOLD], rows, name="Perbaikan", empty="-")
    for row, (one, mend) in enumerate(told, start=3):
        for place in (5, 6):
            sheet.cell(row, place).alignment = Alignment(wrap_text=True, vertical="top")
        if mend.sheet and one.name.lower().endswith(LINKED):
            link = sheet.cell(row, 3)
            put(link, mend.cell or "A1")
            link.hyperlink = Hyperlink(ref=link.coordinate, target=quote(_plain(one.name)), location=_place(mend))
            link.font = Font(underline="single", color="0B5A6F")
    sheet.freeze_panes = "A3"


def _rows(sheet: Worksheet, files: Sequence[FileSeen], lang: str) -> None:
    heads = [_say(key, lang) for key in ("file", "sheet", "layout", "rows", *(f"kind_{kind}" for kind in ROW_KINDS))]
    rows: list[list[str | int]] = [
        [one.name, seen.name, seen.layout, sum(seen.kinds[kind] for kind in ROW_KINDS),
         *(seen.kinds[kind] for kind in ROW_KINDS)]
        for one in files for seen in one.sheets
    ]  # fmt: skip
    put(sheet.cell(1, 1), _say("sheet_rows", lang))
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    grid(sheet, 2, heads, rows, name="Baris", empty="-")
    sheet.freeze_panes = "A3"


def _place(mend: Mend) -> str:
    """Return where a link leads: the first range of a list, the first cell of a sheet that is meant as a whole."""
    found = _CELLS.search(mend.cell)
    name = mend.sheet.replace("'", "''")
    return f"'{name}'!{found[0] if found else 'A1'}"


def _plain(name: str) -> str:
    return name.encode("utf-8", "replace").decode("utf-8")


def _sheet(seen: SheetSeen, lang: str) -> dict[str, str]:
    kept, aside = seen.kinds["kept"], seen.kinds["set_aside"] + seen.kinds["duplicate"]
    rest = sum(seen.kinds[kind] for kind in ROW_KINDS) - kept - aside
    said = {"kept": kept, "aside": aside, "rest": rest}
    return {"name": seen.name, "layout": seen.layout, **{key: numbers.count(one, lang) for key, one in said.items()}}


def _counts(one: FileSeen) -> tuple[int, int, int]:
    return one.rows("kept"), one.rows("set_aside", "duplicate"), sum(mend.severity != NOTE for mend in one.mends)


def _merged(mends: Sequence[Mend], lang: str) -> list[dict[str, str]]:
    """Return one row for what is said in the same words of several places of a sheet."""
    places: dict[tuple[str, ...], list[str]] = {}
    for one in mends:
        places.setdefault((_severity(one), one.code, one.sheet, one.what, one.todo), []).append(one.cell)
    return [
        {"severity": _say(key, lang), "code": code, "sheet": sheet, "cell": ", ".join(filter(None, cells)),
         "what": what, "todo": todo}
        for (key, code, sheet, what, todo), cells in places.items()
    ]  # fmt: skip


def _severity(mend: Mend) -> str:
    return f"severity_{mend.severity.replace(' ', '_')}"


def _say(key: str, lang: str, **values: str) -> str:
    return say(f"check.{key}", lang, None, **values)
