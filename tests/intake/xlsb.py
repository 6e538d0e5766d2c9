"""A plain .xlsb written by hand, record by record (MS-XLSB 2.1.4): no library writes one."""

from __future__ import annotations

import struct
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

ROW, REAL, TEXT, BEGIN_SHEET, END_SHEET, BEGIN_BOOK, END_BOOK = 0, 5, 6, 129, 130, 131, 132
BOOK, STYLE, BEGIN_STYLES, END_STYLES = 153, 47, 617, 618
BEGIN_SHEETS, END_SHEETS, BEGIN_DATA, END_DATA, DIMENSION, SHEET = 143, 144, 145, 146, 148, 156
_XML = '<?xml version="1.0" encoding="UTF-8"?>'
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'{_XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="bin" '
    'ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
    '<Override PartName="/xl/worksheets/sheet1.bin" ContentType="application/vnd.ms-excel.worksheet"/></Types>'
)


def record(kind: int, body: bytes = b"") -> bytes:
    """Return a record: its kind and length in groups of seven bits, then its body."""
    head = bytes([kind]) if kind < 128 else bytes([kind & 127 | 128, kind >> 7])
    size, rest = b"", len(body)
    while rest > 127:
        size, rest = size + bytes([rest & 127 | 128]), rest >> 7
    return head + size + bytes([rest]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _cell(column: int, value: str | float, style: int) -> bytes:
    place = struct.pack("<II", column, style)
    return (
        record(TEXT, place + wide(value)) if isinstance(value, str) else record(REAL, place + struct.pack("<d", value))
    )


def _relations(**targets: str) -> str:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    told = "".join(
        f'<Relationship Id="rId{at}" Type="{base}/{kind}" Target="{target}"/>'
        for at, (kind, target) in enumerate(targets.items(), 1)
    )
    return f'{_XML}<Relationships xmlns="{_PACKAGE}/relationships">{told}</Relationships>'


def save(
    path: Path, rows: Sequence[Sequence[str | float]], *, since_1904: bool = False, percent: Collection[int] = ()
) -> None:
    """Write one sheet called Data; the numbers of the columns ``percent`` (counted from 0) are shown as percent."""
    cells = b"".join(
        record(ROW, struct.pack("<IIHBBBI", at, 0, 300, 0, 0, 0, 0))
        + b"".join(_cell(column, value, int(column in percent)) for column, value in enumerate(row) if value != "")
        for at, row in enumerate(rows)
    )
    area = struct.pack("<IIII", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    sheet = record(BEGIN_SHEET) + record(DIMENSION, area) + record(BEGIN_DATA) + cells
    named = struct.pack("<II", 0, 1) + wide("rId1") + wide("Data")
    kinds = b"".join(record(STYLE, struct.pack("<HHIII", 0xFFFF, number, 0, 0, 0)) for number in (0, 10))
    styles = record(BEGIN_STYLES, struct.pack("<I", 2)) + kinds + record(END_STYLES)
    told = record(BOOK, struct.pack("<III", since_1904, 0, 0))
    book = (
        record(BEGIN_BOOK) + told + record(BEGIN_SHEETS) + record(SHEET, named) + record(END_SHEETS) + record(END_BOOK)
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _TYPES)
        archive.writestr("_rels/.rels", _relations(officeDocument="xl/workbook.bin"))
        archive.writestr("xl/workbook.bin", book)
        archive.writestr(
            "xl/_rels/workbook.bin.rels", _relations(worksheet="worksheets/sheet1.bin", styles="styles.bin")
        )
        archive.writestr("xl/styles.bin", styles)
        archive.writestr("xl/worksheets/sheet1.bin", sheet + record(END_DATA) + record(END_SHEET))
