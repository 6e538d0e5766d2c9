"""The annex: every table of the pages in one workbook, made for people and for screen readers.

One table a sheet, from the first cell on, marked as a table; a cover, a list of contents, notes; no merged cells, no
empty rows, nothing told by colour alone (the UK Analysis Function's checklist for accessible spreadsheets). Figures
are numbers as round as on the page; all else is text and stays text, whatever sign it begins with.
"""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo

from analysis.words import say

from .tables import Found, number, tables_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

    from .shell import Surroundings

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip file can hold: the annex bears no clock."""
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
WIDEST = 60


def annex(pages: Mapping[str, str], around: Surroundings) -> bytes:
    """Return the workbook with every captioned table of ``pages`` (HTML by file name), in the order of the links."""
    order = [link.page for link in around.links if link.page in pages]
    found = [table for name in order for table in tables_of(name, pages[name])]
    book = Workbook()
    cover = book.active
    book.remove(cover)  # type: ignore[arg-type]
    titles = {link.page: link.title for link in around.links}
    _cover(book.create_sheet(_say("cover", around)), around)
    _contents(book.create_sheet(_say("contents", around)), found, titles, around)
    _notes(book.create_sheet(_say("notes", around)), around)
    for place, table in enumerate(found, start=1):
        _table(book.create_sheet(_sheet(place, around)), table, place, titles[table.page], around)
    book.properties.creator = "Tilik"
    book.properties.title = f"{_say('title', around)}: {around.study}"
    book.properties.language = around.lang
    book.properties.created = datetime(*EPOCH[:6])  # noqa: DTZ001 - workbooks know no time zone
    return _without_clock(book)


def _cover(sheet: Worksheet, around: Surroundings) -> None:
    lines = [f"{_say('title', around)}: {around.study}"]
    lines += (
        [f"{say('pages.made_up_short', around.lang)} {say('pages.made_up', around.lang)}"] if around.made_up else []
    )
    _column(sheet, [*lines, _say("about", around), *around.stamp])


def _notes(sheet: Worksheet, around: Surroundings) -> None:
    _column(sheet, [_say("notes", around), *_say("notes_text", around).split("\n")])


def _column(sheet: Worksheet, lines: Sequence[str]) -> None:
    for row, line in enumerate(lines, start=1):
        _put(sheet.cell(row, 1), line)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 100


def _contents(sheet: Worksheet, found: Sequence[Found], titles: Mapping[str, str], around: Surroundings) -> None:
    _put(sheet.cell(1, 1), _say("contents", around))
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    heads = [_say("head_sheet", around), _say("head_caption", around), _say("head_page", around)]
    rows = [[_sheet(place, around), table.caption, titles[table.page]] for place, table in enumerate(found, start=1)]
    _grid(sheet, 2, heads, rows, around, name="Isi")
    for row, (name, *_) in enumerate(rows, start=3):
        sheet.cell(row, 1).hyperlink = Hyperlink(ref=f"A{row}", location=f"'{name}'!A1")
        sheet.cell(row, 1).font = Font(underline="single", color="0B5A6F")


def _table(sheet: Worksheet, table: Found, place: int, page: str, around: Surroundings) -> None:
    above = [f"{_sheet(place, around)}. {table.caption}", _say("from_page", around, page=page), *table.notes]
    above += [say("pages.made_up_short", around.lang)] if around.made_up else []
    for row, line in enumerate(above, start=1):
        _put(sheet.cell(row, 1), line)
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    _grid(sheet, len(above) + 1, table.headings, table.rows, around, name=f"T{place}")
    sheet.freeze_panes = f"B{len(above) + 2}"


def _grid(
    sheet: Worksheet,
    top: int,
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    around: Surroundings,
    *,
    name: str,
) -> None:
    """Write a marked table whose headings stand in row ``top``; each heading has a name of its own."""
    heads = _unlike(headings, _say("head_empty", around))
    for column, head in enumerate(heads, start=1):
        _put(sheet.cell(top, column), head)
        sheet.cell(top, column).font = Font(bold=True)
        sheet.cell(top, column).alignment = Alignment(wrap_text=True, vertical="bottom")
    for row, texts in enumerate(rows, start=top + 1):
        for column, text in enumerate(texts, start=1):
            _figure(sheet.cell(row, column), text, around.lang)
    for column in range(1, len(heads) + 1):
        longest = max((len(row[column - 1]) for row in rows if len(row) >= column), default=0)
        sheet.column_dimensions[get_column_letter(column)].width = min(max(longest, 12) + 2, WIDEST)
    if rows:
        marked = Table(displayName=name, ref=f"A{top}:{get_column_letter(len(heads))}{top + len(rows)}")
        marked.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False)
        sheet.add_table(marked)


def _unlike(headings: Sequence[str], empty: str) -> list[str]:
    """Return headings that all differ: a second "n" becomes "n (2)"."""
    made: list[str] = []
    for head in (one or empty for one in headings):
        same = sum(one == head or one.startswith(f"{head} (") for one in made)
        made.append(f"{head} ({same + 1})" if same else head)
    return made


def _figure(cell: Cell | MergedCell, text: str, lang: str) -> None:
    figure = number(text, lang)
    if figure is None:
        _put(cell, text)
        return
    places = "." + "0" * figure.decimals if figure.decimals else ""
    cell.value = figure.value
    cell.number_format = f"0{places}%" if figure.percent else f"#,##0{places}"


def _put(cell: Cell | MergedCell, text: str) -> None:
    """Write text that no program takes for a formula."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    cell.data_type = "s"
    if text.startswith(RISKY):
        cell.quotePrefix = True


def _sheet(place: int, around: Surroundings) -> str:
    return f"{_say('sheet', around)} {place}"


def _say(key: str, around: Surroundings, **values: str) -> str:
    return say(f"pages.annex_{key}", around.lang, None, **values)


def _without_clock(book: Workbook) -> bytes:
    """Return the workbook's bytes without the time they were written at."""
    written, fixed = io.BytesIO(), io.BytesIO()
    book.save(written)
    with zipfile.ZipFile(written) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o600 << 16
            new.writestr(entry, content)
    return fixed.getvalue()
