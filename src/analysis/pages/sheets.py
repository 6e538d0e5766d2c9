"""Writing workbooks that people, screen readers and programs can use: marked tables, text that stays text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.table import Table, TableStyleInfo

from analysis.spreadsheet import runs

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from openpyxl import Workbook
    from openpyxl.cell.cell import Cell, MergedCell
    from openpyxl.worksheet.worksheet import Worksheet

WIDEST = 60


def column(sheet: Worksheet, lines: Sequence[str]) -> None:
    """Write lines one below the other, the first as a title."""
    for row, line in enumerate(lines, start=1):
        put(sheet.cell(row, 1), line)
        sheet.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    sheet.cell(1, 1).font = Font(bold=True, size=14)
    sheet.column_dimensions["A"].width = 100


def grid(
    sheet: Worksheet, top: int, headings: Sequence[str], rows: Sequence[Sequence[str | int]], *,
    name: str, empty: str, write: Callable[[Cell | MergedCell, str], None] | None = None,
) -> None:  # fmt: skip
    """Write a marked table whose headings stand in row ``top``; each heading has a name of its own.

    A whole number is written as one; ``write`` writes the texts (as text, where it is not given).
    """
    heads = _unlike(headings, empty)
    for column, head in enumerate(heads, start=1):
        put(sheet.cell(top, column), head)
        sheet.cell(top, column).font = Font(bold=True)
        sheet.cell(top, column).alignment = Alignment(wrap_text=True, vertical="bottom")
    for row, values in enumerate(rows, start=top + 1):
        for column, value in enumerate(values, start=1):
            if isinstance(value, int):
                sheet.cell(row, column).value = value
            else:
                (write or put)(sheet.cell(row, column), value)
    for column in range(1, len(heads) + 1):
        longest = max((len(str(row[column - 1])) for row in rows if len(row) >= column), default=0)
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


def put(cell: Cell | MergedCell, text: str) -> None:
    """Write text that no program takes for a formula."""
    cell.value = ILLEGAL_CHARACTERS_RE.sub(" ", text)
    cell.data_type = "s"
    if runs(text):
        cell.quotePrefix = True


def introduce(book: Workbook, title: str, lang: str) -> None:
    """Say what a workbook is; who made it is the same for every run."""
    book.properties.creator = "Tilik"
    book.properties.title = title
    book.properties.language = lang
