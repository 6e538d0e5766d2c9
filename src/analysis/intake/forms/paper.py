"""Workbooks to be filled in by hand: locked headings, open answer cells, drop-downs, the same bytes on every run."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from analysis.spreadsheet import without_clock
from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = "DATA REKAAN - CONTOH"
"""Stands in a form of a made-up unit, since its answers can only be made up too."""
ROWS = 2000
"""How many rows below the heading take answers with a drop-down."""
_PROMPT, _PROMPT_TITLE = 255, 32  # what spreadsheets allow
_OPEN = Protection(locked=False)
_HEAD_FILL = PatternFill("solid", fgColor="DDE6EE")
Kind = Literal["text", "date", "count", "number", "score"]


@dataclass(frozen=True)
class Column:
    """A column to fill in: its heading, what is said when a cell is chosen, and what it may hold.

    ``choices`` close the column to a list; ``above`` stands in the row over the heading; ``low`` and ``high`` bound a
    score.
    """

    heading: str
    prompt: str = ""
    kind: Kind = "text"
    choices: tuple[str, ...] = ()
    above: str = ""
    low: int = 0
    high: int = 0
    width: float = 16


@dataclass
class Form:
    """A workbook being made; lists of choices gather on one sheet of their own at the end."""

    lang: str
    book: Any = field(default_factory=openpyxl.Workbook)
    lists: dict[tuple[str, ...], tuple[str, str]] = field(default_factory=dict)

    def sheet(self, name: str) -> Any:  # noqa: ANN401
        """Return a new locked sheet; columns stay wide or narrow as the user likes."""
        page = self.book.create_sheet(name)
        page.protection.sheet = True
        page.protection.formatColumns = False
        page.protection.formatRows = False
        return page

    def closed(self, column: Column) -> DataValidation | None:
        """Return the rule that the cells of ``column`` obey, None for free text without a prompt."""
        rule = self._rule(column)
        if rule is None:
            return None
        rule.allow_blank = True
        rule.promptTitle, rule.prompt = _short(column.heading, _PROMPT_TITLE), _short(column.prompt, _PROMPT)
        rule.showInputMessage = bool(column.prompt)
        rule.errorTitle = _short(column.heading, _PROMPT_TITLE)
        rule.error = _short(say(f"forms.wrong_{_kind(column)}", self.lang, low=column.low, high=column.high), _PROMPT)
        rule.showErrorMessage = bool(column.choices) or column.kind != "text"
        return rule

    def _rule(self, column: Column) -> DataValidation | None:
        if column.choices:
            return DataValidation(type="list", formula1=self._list(column))
        if column.kind == "score":
            scores = ",".join(str(one) for one in range(column.low, column.high + 1))
            return DataValidation(type="list", formula1=f'"{scores}"')
        if column.kind == "date":
            return DataValidation(
                type="date", operator="between", formula1="DATE(2000,1,1)", formula2="DATE(2049,12,31)"
            )
        if column.kind in ("count", "number"):
            kind: Any = "whole" if column.kind == "count" else "decimal"
            return DataValidation(type=kind, operator="greaterThanOrEqual", formula1="0")
        return DataValidation(type="textLength", operator="lessThan", formula1="32768") if column.prompt else None

    def _list(self, column: Column) -> str:
        if column.choices not in self.lists:
            place = get_column_letter(len(self.lists) + 1)
            name = say("forms.sheet_lists", self.lang)
            reference = f"'{name}'!${place}$2:${place}${len(column.choices) + 1}"
            self.lists[column.choices] = (column.heading, reference)
        return self.lists[column.choices][1]

    def packed(self) -> bytes:
        """Return the finished file, the list sheet last and the sheet that openpyxl begins with left out."""
        self.book.remove(self.book.worksheets[0])
        if self.lists:
            page = self.sheet(say("forms.sheet_lists", self.lang))
            for number, (choices, (heading, _)) in enumerate(self.lists.items(), start=1):
                page.cell(1, number, say("forms.list_of", self.lang, heading=heading)).font = Font(bold=True)
                page.column_dimensions[get_column_letter(number)].width = 28
                for row, choice in enumerate(choices, start=2):
                    page.cell(row, number, choice)
        for page in self.book.worksheets:
            _texts_stay_texts(page)
        self.book.properties.creator = "tilik template"
        return without_clock(self.book)


def table(form: Form, name: str, columns: Sequence[Column], *, titles: Sequence[str] = ()) -> Any:  # noqa: ANN401
    """Write a sheet with one row per answer below locked ``titles`` and headings; return it."""
    page = form.sheet(name)
    for title in titles:
        page.append([title])
        page.cell(page.max_row, 1).font = Font(bold=page.max_row == 1)
    top = len(titles)
    if any(column.above for column in columns):
        top += 1
        for number, column in enumerate(columns, start=1):
            if column.above:
                page.cell(top, number, column.above).alignment = Alignment(wrap_text=True, vertical="bottom")
    head = top + 1
    for number, column in enumerate(columns, start=1):
        letter = get_column_letter(number)
        page.column_dimensions[letter].width = column.width
        page.column_dimensions[letter].protection = _OPEN
        page.column_dimensions[letter].number_format = _format(column)
        cell = page.cell(head, number, column.heading)
        cell.font, cell.fill = Font(bold=True), _HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        rule = form.closed(column)
        if rule is not None:
            rule.add(f"{letter}{head + 1}:{letter}{head + ROWS}")
            page.add_data_validation(rule)
    _lock_above(page, head, len(columns))
    page.freeze_panes = page.cell(head + 1, 1)
    return page


def _lock_above(
    page: Any,  # noqa: ANN401 - openpyxl's stubs are not everywhere
    head: int,
    width: int,
) -> None:
    """Lock every cell down to the heading: empty ones would else be open like the columns they stand in."""
    for row in range(1, head + 1):
        for number in range(1, width + 1):
            page.cell(row, number).protection = Protection(locked=True)


def key_values(form: Form, name: str, keys: Sequence[tuple[Column, object]], *, titles: Sequence[str] = ()) -> Any:  # noqa: ANN401
    """Write a sheet of keys with one open cell beside each, holding what is known already; return it."""
    page = form.sheet(name)
    for title in titles:
        page.append([title])
        page.cell(page.max_row, 1).font = Font(bold=page.max_row == 1)
    for column, known in keys:
        row = page.max_row + 1
        page.cell(row, 1, column.heading).font = Font(bold=True)
        cell = page.cell(row, 2, known)
        cell.protection, cell.fill, cell.number_format = _OPEN, _HEAD_FILL, _format(column)
        rule = form.closed(column)
        if rule is not None:
            rule.add(cell.coordinate)
            page.add_data_validation(rule)
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 30, 44
    return page


def listing(form: Form, name: str, rows: Sequence[Sequence[str]], *, widths: Sequence[float]) -> Any:  # noqa: ANN401
    """Write a sheet that is only read; the first row is its heading; return it."""
    page = form.sheet(name)
    for row in rows:
        page.append(list(row))
        for cell in page[page.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            cell.font = Font(bold=page.max_row == 1)
    for number, width in enumerate(widths, start=1):
        page.column_dimensions[get_column_letter(number)].width = width
    return page


def _format(column: Column) -> str:
    """Return the number format: a choice stays text, since spreadsheets make a date of "1/9" and of "18-24"."""
    return "@" if column.choices else "dd/mm/yyyy" if column.kind == "date" else "General"


def _texts_stay_texts(page: Any) -> None:  # noqa: ANN401
    """Keep a name or alias that begins with "=" from becoming a live formula."""
    for row in page.iter_rows():
        for cell in row:
            if isinstance(cell.value, str):
                cell.data_type = "s"


def _kind(column: Column) -> str:
    return "choice" if column.choices else column.kind


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
