"""Workbooks to bytes: xlsx, xls, ods and csv, the same bytes on every run (no clock, no name of the machine)."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

import openpyxl
import xlwt
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from analysis.spreadsheet import packed, without_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from .paper import Sheet, Value, Workbook

_ODS_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.2">'
    "<office:body><office:spreadsheet>"
)
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"
_ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"
_ODS_MANIFEST = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.2">'
    f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS_TYPE}"/>'
    '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>'
)


def content(book: Workbook) -> bytes:
    """Return the bytes of the file, in its format, as far as it arrived."""
    write: dict[str, Callable[[Sequence[Sheet]], bytes]] = {"xlsx": _xlsx, "xls": _xls, "ods": _ods, "csv": _csv}
    data = write[book.format](book.sheets)
    return data[: round(len(data) * book.whole)]


def _xlsx(sheets: Sequence[Sheet]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "tilik example"
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for values in sheet.rows:
            page.append(list(values))
        for span in sheet.merges:
            page.merge_cells(span)
        for number, kind in enumerate(sheet.kinds, start=1):
            if kind in {"title", "heading", "total"}:
                for cell in page[number]:
                    cell.font = Font(bold=True)
                    cell.alignment = Alignment(wrap_text=kind == "heading", vertical="top")
        for number in range(1, page.max_column + 1):
            page.column_dimensions[get_column_letter(number)].width = 14
    return without_clock(book)


def _xls(sheets: Sequence[Sheet]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    days = xlwt.easyxf(num_format_str="DD/MM/YYYY")
    for sheet in sheets:
        page = book.add_sheet(sheet.name)
        for number, values in enumerate(sheet.rows):
            for column, value in enumerate(values):
                if isinstance(value, dt.date):
                    page.write(number, column, value, days)
                elif value is not None:
                    page.write(number, column, value)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _ods(sheets: Sequence[Sheet]) -> bytes:
    tables = "".join(
        f"<table:table table:name={quoteattr(sheet.name)}>{''.join(map(_ods_row, sheet.rows))}</table:table>"
        for sheet in sheets
    )
    return packed([
        ("mimetype", _ODS_TYPE.encode()), ("content.xml", f"{_ODS_HEAD}{tables}{_ODS_TAIL}".encode()),
        ("META-INF/manifest.xml", _ODS_MANIFEST.encode()),
    ])  # fmt: skip


def _ods_row(values: Sequence[Value]) -> str:
    return f"<table:table-row>{''.join(map(_ods_cell, values)) or '<table:table-cell/>'}</table:table-row>"


def _ods_cell(value: Value) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, dt.date):
        kind = f'office:value-type="date" office:date-value="{value.isoformat()}"'
    elif isinstance(value, int | float):
        kind = f'office:value-type="float" office:value="{value}"'
    else:
        kind = 'office:value-type="string"'
    return f"<table:table-cell {kind}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def _csv(sheets: Sequence[Sheet]) -> bytes:
    stream = io.StringIO()
    rows = csv.writer(stream, delimiter=";", lineterminator="\r\n")
    for values in sheets[0].rows:
        rows.writerow([_csv_cell(value) for value in values])
    return stream.getvalue().encode("utf-8-sig")


def _csv_cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".replace(".", ",")
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value)
