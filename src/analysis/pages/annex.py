"""The annex: every table of the pages in one workbook, made for people and for screen readers.

One table a sheet, from the first cell on, marked as a table; a cover, a list of contents, notes; no merged cells, no
empty rows, nothing told by colour alone (the UK Analysis Function's checklist for accessible spreadsheets). Figures
are numbers as round as on the page, the two ends of a range in two columns; all else is text and stays text, whatever
sign it begins with.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink

from analysis.spreadsheet import without_clock
from analysis.words import say

from .sheets import column, grid, introduce, put
from .tables import Found, number, spread, tables_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from .shell import Surroundings


def annex(pages: Mapping[str, str], around: Surroundings) -> bytes:
    """Return the workbook with every captioned table of ``pages`` (HTML by file name), in the order of the links."""
    order = [link.page for link in around.links if link.page in pages]
    found = [table for name in order for table in tables_of(name, pages[name])]
    book = Workbook()
    cover = book.active
    book.remove(cover)
    titles = {link.page: link.title for link in around.links}
    _cover(book.create_sheet(_say("cover", around)), around)
    _contents(book.create_sheet(_say("contents", around)), found, titles, around)
    _notes(book.create_sheet(_say("notes", around)), around)
    for place, table in enumerate(found, start=1):
        _table(book.create_sheet(_sheet(place, around)), table, place, titles[table.page], around)
    introduce(book, f"{_say('title', around)}: {around.study}", around.lang)
    return without_clock(book)


def _cover(sheet: Worksheet, around: Surroundings) -> None:
    lines = [f"{_say('title', around)}: {around.study}"]
    lines += (
        [f"{say('pages.made_up_short', around.lang)} {say('pages.made_up', around.lang)}"] if around.made_up else []
    )
    column(sheet, [*lines, _say("about", around), *around.stamp])


def _notes(sheet: Worksheet, around: Surroundings) -> None:
    column(sheet, [_say("notes", around), *_say("notes_text", around).split("\n")])


def _contents(sheet: Worksheet, found: Sequence[Found], titles: Mapping[str, str], around: Surroundings) -> None:
    put(sheet.cell(1, 1), _say("contents", around))
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    heads = [_say("head_sheet", around), _say("head_caption", around), _say("head_page", around)]
    rows = [[_sheet(place, around), table.caption, titles[table.page]] for place, table in enumerate(found, start=1)]
    grid(sheet, 2, heads, rows, name="Isi", empty=_say("head_empty", around))
    for row, (name, *_) in enumerate(rows, start=3):
        sheet.cell(row, 1).hyperlink = Hyperlink(ref=f"A{row}", location=f"'{name}'!A1")
        sheet.cell(row, 1).font = Font(underline="single", color="0B5A6F")


def _table(sheet: Worksheet, table: Found, place: int, page: str, around: Surroundings) -> None:
    above = [f"{_sheet(place, around)}. {table.caption}", _say("from_page", around, page=page), *table.notes]
    above += [say("pages.made_up_short", around.lang)] if around.made_up else []
    for row, line in enumerate(above, start=1):
        put(sheet.cell(row, 1), line)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    ends = _say("range_low", around, head="{head}"), _say("range_high", around, head="{head}")
    wide = spread(table.headings, table.rows, around.lang, ends)
    grid(
        sheet, len(above) + 1, wide.headings, wide.rows, name=f"T{place}", empty=_say("head_empty", around),
        write=partial(_figure, lang=around.lang),
    )  # fmt: skip
    sheet.freeze_panes = f"B{len(above) + 2}"


def _figure(cell: Cell | MergedCell, text: str, lang: str) -> None:
    figure = number(text, lang)
    if figure is None:
        put(cell, text)
        return
    places = "." + "0" * figure.decimals if figure.decimals else ""
    cell.value = figure.value
    cell.number_format = f"0{places}%" if figure.percent else f"#,##0{places}"


def _sheet(place: int, around: Surroundings) -> str:
    return f"{_say('sheet', around)} {place}"


def _say(key: str, around: Surroundings, **values: str) -> str:
    return say(f"pages.annex_{key}", around.lang, None, **values)
