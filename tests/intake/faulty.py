"""One maker per fault of the catalogue (A to D): it writes the faulty file, or files, into a folder.

Every table holds persons that are none (``SECRETS``): nothing but the frame of respondents may tell of a cell.
"""

# ruff: noqa: E501, FBT003, RUF001, DTZ001, S311 - rows of a sheet read best as rows; cells odd on purpose; draws no secret

from __future__ import annotations

import io
import os
import random
import shutil
import zipfile
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import xlwt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

Rows = list[list[Any]]
Maker = "Callable[[Path], None]"
NAME = "Puskesmas Uji 2025.xlsx"
SECRETS = ("Kenari", "0812555", "617201010190", "kicau")
ITEMS = [f"U{at}" for at in range(1, 10)]
PERSON = ["Nama", "No HP", "NIK", "Saran"]
HEADS = ["No", *ITEMS, *PERSON]
FIRST = 2
"""The row (1-based) of the first respondent of ``table()``."""


def people(count: int, start: int = 1) -> Rows:
    """Return respondents with all that may be told nowhere; the same number always answers the same."""
    return [
        [at, *(random.Random(at * 100 + item).randint(1, 4) for item in range(9)),
         f"Kenari Merdu {'abcdefghijklmnopqrstuvwxyz'[at % 26]}", f"0812555{at:05}", f"617201010190{at:04}", f"kicau pagi {at}"]
        for at in range(start, start + count)
    ]  # fmt: skip


def table(count: int = 12, start: int = 1) -> Rows:
    return [HEADS, *people(count, start)]


def odd(value: Any, row: int = 4, column: int = 3) -> Rows:
    """Return the table with one odd cell."""
    rows = [list(one) for one in table()]
    rows[row - 1][column - 1] = value
    return rows


def heading(*names: str, of: Sequence[Any] = ("x",)) -> Rows:
    """Return the table with more columns, each holding ``of`` in turn."""
    head, *rest = table()
    return [[*head, *names], *([*row, *(of[at % len(of)] for _ in names)] for at, row in enumerate(rest))]


def dated(*values: Any) -> Rows:
    head, *rest = table()
    return [["Tanggal", *head[1:]], *([values[at % len(values)], *row[1:]] for at, row in enumerate(rest))]


def xlsx(
    folder: Path, sheets: Mapping[str, Rows] | Rows, name: str = NAME, touch: Callable[[Any], None] | None = None
) -> Path:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for title, rows in (sheets if hasattr(sheets, "items") else {"Data": sheets}).items():
        sheet = made.create_sheet(title)
        for at, row in enumerate(rows, 1):
            for column, value in enumerate(row, 1):
                if value not in ("", None):
                    sheet.cell(at, column, value)
    if touch:
        touch(made)
    made.save(folder / name)
    return folder / name


def xls(folder: Path, rows: Rows, name: str = "Puskesmas Uji 2025.xls") -> Path:
    made = xlwt.Workbook()
    sheet = made.add_sheet("Data")
    for at, row in enumerate(rows):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    made.save(str(folder / name))
    return folder / name


def ods(folder: Path, rows: Rows, name: str = "Puskesmas Uji 2025.ods") -> Path:
    document = odf.opendocument.OpenDocumentSpreadsheet()
    sheet = odf.table.Table(name="Data")
    for row in rows:
        line = odf.table.TableRow()
        for value in row:
            number = isinstance(value, int)
            cell = odf.table.TableCell(
                **({"valuetype": "float", "value": value} if number else {"valuetype": "string"})
            )
            cell.addElement(odf.text.P(text=str(value)))
            line.addElement(cell)
        sheet.addElement(line)
    document.spreadsheet.addElement(sheet)
    document.save(str(folder / name))
    return folder / name


def text(rows: Rows, separator: str = ",", ending: str = "\n") -> str:
    return ending.join(separator.join(map(str, row)) for row in rows) + ending


def put(name: str, data: bytes | str) -> Maker:
    return lambda folder: (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)


def book(rows: Any, touch: Callable[[Any], None] | None = None, name: str = NAME) -> Maker:
    return lambda folder: xlsx(folder, rows, name, touch)


def books(**files: Rows) -> Maker:
    """Return a maker of several workbooks; ``_`` in a key stands for a space of the name."""
    return lambda folder: [xlsx(folder, rows, f"{name.replace('_', ' ')}.xlsx") for name, rows in files.items()]


def bytes_of(change: Callable[[bytes], bytes], name: str = NAME) -> Maker:
    """Return a maker of the plain workbook, its bytes changed."""

    def make(folder: Path) -> None:
        data = xlsx(folder, table()).read_bytes()
        (folder / NAME).unlink()
        (folder / name).write_bytes(change(data))

    return make


def parts(
    change: Callable[[dict[str, bytes]], dict[str, bytes]], start: Callable[[Path], Any] | None = None, name: str = NAME
) -> Maker:
    """Return a maker of the plain workbook, or what ``start`` makes, its parts changed."""

    def make(folder: Path) -> None:
        path = start(folder) if start else xlsx(folder, table())
        with zipfile.ZipFile(path) as archive:
            known = {one: archive.read(one) for one in archive.namelist()}
        path.unlink()
        with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as archive:
            for one, body in change(known).items():
                archive.writestr(one, body)

    return make


def more(name: str, body: bytes) -> Maker:
    """Return a maker of the plain workbook with one more part, whatever else has its name."""

    def make(folder: Path) -> None:
        with zipfile.ZipFile(xlsx(folder, table()), "a", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(name, body)

    return make


SHEET = "xl/worksheets/sheet1.xml"


def in_sheet(old: str, new: str) -> Maker:
    def change(known: dict[str, bytes]) -> dict[str, bytes]:
        assert old.encode() in known[SHEET]
        return known | {SHEET: known[SHEET].replace(old.encode(), new.encode())}

    return parts(change)


def _damaged(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(SHEET)
    at = info.header_offset + 30 + len(SHEET) + info.compress_size // 2
    return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]


def _amplified(folder: Path) -> None:
    cells = "".join(f'<row r="{row}">' + '<c t="s"><v>0</v></c>' * 40 + "</row>" for row in range(1, 101))
    long = f'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>{"kicau " * 200_000}</t></si></sst>'

    def change(known: dict[str, bytes]) -> dict[str, bytes]:
        head, _, _ = known[SHEET].partition(b"<sheetData>")
        return known | {
            "xl/sharedStrings.xml": long.encode(),
            SHEET: head + f"<sheetData>{cells}</sheetData></worksheet>".encode(),
        }

    parts(change, lambda where: xlsx(where, [["a", "b"]]))(folder)


def _links(folder: Path) -> None:
    good = xlsx(folder, table())
    (folder / "link.xlsx").symlink_to(good)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.xlsx")


def _copies(folder: Path) -> None:
    shutil.copy(xlsx(folder, table()), folder / "salinan.xlsx")


def _locked(folder: Path) -> None:
    xlsx(folder, table()).chmod(0)


def _merged(made: Any) -> None:
    for area in ("A2:A7", "D3:D4"):
        made["Data"].merge_cells(area)


def _hidden(made: Any) -> None:
    made["Data"].row_dimensions[3].hidden = True
    made["Data"].column_dimensions["D"].hidden = True
    made["Lain"].sheet_state = "hidden"


def _styled(cell: str, form: str) -> Callable[[Any], None]:
    def touch(made: Any) -> None:
        made["Data"][cell].number_format = form

    return touch


def _error(made: Any) -> None:
    made["Data"]["C4"].value, made["Data"]["C4"].data_type = "#REF!", "e"


def _far(made: Any) -> None:
    made["Data"].cell(1048576, 1, " ")
    made["Data"].cell(900000, 16000)


def _locked_structure(made: Any) -> None:
    made.security.lockStructure = True
    made["Data"].protection.enable()


OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
WORD = {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document>Kenari</document>"}
SCALE_OF_FIVE = [
    HEADS,
    *([at, *((at + item) % 5 + 1 for item in range(9)), *row[10:]] for at, row in enumerate(people(20))),
]
INSTRUMENT = [
    ["No", *(f"P{at}" for at in range(1, 15))],
    *([at, *((at + item) % 4 + 1 for item in range(14))] for at in range(9)),
]
CSV = text(table())
MAKERS: dict[str, Any] = {
    "a01": put("a.xlsx", b""), "a02": bytes_of(lambda data: data[: len(data) // 2]), "a02-tail": bytes_of(lambda data: data[:-30]),
    "a03": put("Puskesmas Uji 2025.csv", CSV + '13,"4,3'), "a03-cut": put("Puskesmas Uji 2025.csv", CSV[:-8]),
    "a04": bytes_of(lambda data: b"%!PS garbage " * 40 + data), "a04-after": bytes_of(lambda data: data + b"Kenari Merdu " * 40),
    "a05": bytes_of(lambda data: data, "Puskesmas Uji 2025.xls"), "a05-back": lambda folder: xls(folder, table(), NAME),
    "a06": put("a.xls", "<html><table><tr><td>Kenari Merdu</td></tr></table></html>"),
    "a07": put("Puskesmas Uji 2025.xls", text(table(), "\t").encode("utf-16")),
    "a08": put("a.xls", '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">Kenari</Workbook>'),
    "a09": put("a.xlsx", b"%PDF-1.4 Kenari" + bytes(range(256)) * 8), "a09-word": parts(lambda _: WORD),
    "a10": lambda folder: (xlsx(folder, table()), put(f"~${NAME}", b"\x05Kenari Merdu" + bytes(100))(folder)),
    "a11": put("a.xlsx", OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(2000)),
    "a11-ods": parts(lambda known: known | {"META-INF/manifest.xml": b"<manifest:encryption-data/>"}, lambda where: ods(where, table()), "a.ods"),
    "a12": book(table(), _locked_structure), "a13": more("xl/vbaProject.bin", b"macro"),
    "a14": more("xl/externalLinks/externalLink1.xml", b"<externalLink/>"), "a15": more("xl/media/big.xml", b" " * (30 * 2**20)),
    "a16": put("a.csv", b"1,2\n" * 200_001), "a17": _amplified, "a18": put("a.xls", OLE + bytes(range(256)) * 20),
    "a19": more("xl/custom.xml", b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "Kenari">]><a>&b;</a>'),
    "a20": more("xl/WORKBOOK.xml", b"<workbook/>"), "a21": more("../../evil.xml", b"<a/>"), "a22": bytes_of(_damaged),
    "a23": parts(lambda known: known | {SHEET: known[SHEET].decode().replace("UTF-8", "UTF-16").encode("utf-16")}),
    "a24": parts(lambda known: {one: body for one, body in known.items() if one != "mimetype"}, lambda where: ods(where, table()), "Puskesmas Uji 2025.ods"),
    "a25": book(table(), lambda made: made.create_chartsheet("Grafik", 0)), "a26": book({f"s{at}": [["Kenari"]] for at in range(201)}),
    "a27": book(table()), "a28": _locked, "a29": _links, "a30": book(table(), name="😀 ;|&$ [tabel]\n#.xlsx"), "a30-long": book(table(), name="n" * 240 + ".xlsx"),
    "b01": book([HEADS]), "b01-empty": book({"Sheet1": []}),
    "b02": book([["SURVEI"], ["Puskesmas Uji"], [], *table(), [], ["Catatan: kicau sementara"]]),
    "b03": book([["No", "Pelayanan / skor", *[""] * 12], ["", *HEADS[1:]], *people(12)]), "b04": book(heading("Jenis Kelamin", "jenis kelamin\u00a0", of=("L", "P"))),
    "b05": book(heading("Warna", of=("kicau biru",))), "b06": book(heading("\u200bJenis\nKelamin\u200f", of=("L", "P"))), "b07": book(table(), _merged),
    "b08": book({"Data": table(), "Lain": table(5, 50)}, _hidden), "b09": book(table(), _far), "b10": in_sheet('<dimension ref="A1:N13"', '<dimension ref="A1:XFD1048576"'),
    "b11": book([[], [], [], *(["", "", *row] for row in table())]), "b12": book([*table(), ["Jumlah", *[31] * 9], ["Rata-rata", *[2.5] * 9]]),
    "b13": book([HEADS, ["", *ITEMS[::-1]], *people(12)]), "b14": book([["Unsur", "R1", "R2", "R3"], *([one, 3, 4, 2] for one in ITEMS)]),
    "b15": book([[*HEADS, *[""] * 241, "Lain"], *people(12)]),
    "b16": books(Puskesmas_Uji_2024=table(4), Puskesmas_Uji_2025=table(6, 40)),
    "c01": book(table(), _error), "c02": book(odd("=1+2")), "c03": book(odd("NA")), "c04": book(heading("Kode", of=("6172010101900001", 6172010101900002))),
    "c05": book(heading("Kode", of=(6.17201010190e15, 8125550001.0))), "c06": book(odd("３")), "c06-arabic": book(odd("٣")), "c07": book(odd("3,5 kicau")), "c08": book(odd("4_0")),
    "c09": book(odd(True)), "c09-inf": book(odd("inf")), "c10": book(odd(date(2024, 1, 4))), "c11": book(dated("03/04/2025")), "c12": book(dated("2025-03-01", "0202-01-01", 45717)),
    "c13": book(dated("2025-03-01", 1e20, time(9, 30))), "c14": book(odd("\u00a03_x000D_\t")), "c15": book(heading("Kecamatan", of=("Ѕingkawang Utara",))),
    "c16": book(heading("Kecamatan", of=("Singkawng Utara", "Kenari"))), "c17": book(odd(44)), "c18": book(SCALE_OF_FIVE), "c19": book([*table(20), *people(10)]),
    "c20": book(heading("Pendidikan", of=("SMA, kicau", "SMA"))), "c21": in_sheet("kicau pagi 3", "kicau\u0085\ud7ff _x0000_ pagi"), "c22": book(heading("Kritik", of=("kicau\u202e 😀 " + "a" * 32000,))),
    "c23": book(odd(0.8), _styled("C4", "0%")), "c24": book(heading("Jenis Layanan", of=("007", "A7"))),
    "d01": _copies, "d02": books(Puskesmas_Uji_2025=table(20), Puskesmas_Uji_2025_revisi=table(22)),
    "d03": book({"Semua": table(30), "Kota": table(14)}), "d04": books(Puskesmas_Uji_2025=table(), Puskesmas_Uji_2013=INSTRUMENT),
    "d05": book(dated("2025-03-01", datetime(2021, 3, 1))), "d06": books(Puskesmas_Uji_2025=[["SKM Puskesmas Uji 2025"], HEADS]),
    "d07": put("Puskesmas Uji 2025.csv", ("sep=;\r" + text(table(), ";", "\r") + "Rata-rata" + ";3,25" * 9 + "\r\0").encode("cp1252")),
}  # fmt: skip
