"""Files nobody planned for: what programs, hands and mail make of a workbook. Each ends as the contract says.

Beside each maker stands how it ends: the number of respondents taken in, or the code of why none are.
"""

# ruff: noqa: E501, RUF001 - cells and names odd on purpose

from __future__ import annotations

import gzip
import io
import re
import struct
import zipfile
from typing import TYPE_CHECKING, Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from xlwt.CompoundDoc import XlsDoc

from .faulty import HEADS, NAME, SHEET, book, bytes_of, odd, ods, parts, people, put, table, text, xls, xlsx

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CSV = "Puskesmas Uji 2025.csv"
WORKBOOK, RELS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = {
    MAIN: "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships": "http://purl.oclc.org/ooxml/officeDocument/relationships",
}


def scored(as_written: Callable[[int], Any]) -> list[list[Any]]:
    """Return the table with every score written otherwise."""
    return [HEADS, *([row[0], *map(as_written, row[1:10]), *row[10:]] for row in people(12))]


def endless() -> list[list[Any]]:
    """Return the table with answers as texts and infinite numbers in all other columns, that of a date beside them."""
    infinite = [float("inf"), float("-inf")]
    more = ["Tanggal", "Umur", "Tahun", "Jenis kelamin", "Kecamatan"]
    rows = [
        [infinite[at % 2], *row[1:10], *infinite, *infinite, *infinite[:1] * 5]
        for at, row in enumerate(scored(str)[1:])
    ]
    return [[*HEADS, *more], *rows]


def sheet(change: Callable[[str], str]) -> Any:
    return parts(lambda known: known | {SHEET: change(known[SHEET].decode()).encode()})


def part(name: str, change: Callable[[str], str]) -> Any:
    return parts(lambda known: known | {name: change(known[name].decode()).encode()})


def named(title: str) -> Any:
    return part(WORKBOOK, lambda xml: xml.replace('name="Data"', f'name="{title}"'))


def before_data(more: str) -> Any:
    return sheet(lambda xml: xml.replace("</sheetData>", f"{more}</sheetData>"))


def strict(known: dict[str, bytes]) -> dict[str, bytes]:
    out = {}
    for name, body in known.items():
        for old, new in STRICT.items():
            body = body.replace(old.encode(), new.encode())  # noqa: PLW2901 - the body grows strict step by step
        out[name] = body
    return out


def shared(known: dict[str, bytes], more: str = "", lost: int = 0) -> dict[str, bytes]:
    """Return the texts kept apart from their cells, as Excel does; ``lost`` of them are not there."""
    texts: list[str] = []

    def moved(found: re.Match[str]) -> str:
        texts.append(found[2])
        return f'<c r="{found[1]}" t="s"><v>{len(texts) - 1 + lost}</v></c>'

    xml = re.sub(r'<c r="(\w+)" t="inlineStr"><is><t[^>]*>(.*?)</t></is></c>', moved, known[SHEET].decode())
    assert texts
    strings = "".join(f"<si><t>{one}</t>{more}</si>" for one in texts)
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"
    relation = f'<Relationship Id="rId99" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    types = '<Override PartName="/xl/sharedStrings.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/></Types>'
    return known | {
        SHEET: xml.encode(), "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{strings}</sst>'.encode(),
        RELS: known[RELS].replace(b"</Relationships>", relation.encode()),
        "[Content_Types].xml": known["[Content_Types].xml"].replace(b"</Types>", types.encode()),
    }  # fmt: skip


def unlabelled(known: dict[str, bytes]) -> dict[str, bytes]:
    """Return cells without references, as some programs leave them out."""
    return known | {SHEET: re.sub(rb'(<c|<row) r="\w+"', rb"\1", known[SHEET])}


def shared_formula(xml: str) -> str:
    first = re.sub(r'<c r="C2"([^>]*)><v>', r'<c r="C2"\1><f t="shared" ref="C2:C13" si="0">B2*1</f><v>', xml)
    return re.sub(r'<c r="C(\d+)"([^>]*)><v>', r'<c r="C\1"\2><f t="shared" si="0"/><v>', first)


def rich(made: Any) -> None:
    bold = TextBlock(InlineFont(b=True), "3")
    for row in range(2, 14):
        made["Data"].cell(row, 3).value = CellRichText(bold, " ")
    made["Data"]["C1"].value = CellRichText(TextBlock(InlineFont(i=True), "U"), "2")


def epoch(made: Any) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904  # noqa: PLC0415

    made.epoch = CALENDAR_MAC_1904


def wide(made: Any) -> None:
    for column in range(16, 16385):
        made["Data"].cell(1, column, f"X{column}")


def formatted(xml: str) -> str:
    empty = "".join(
        f'<row r="{at}" ht="15"><c r="A{at}" s="0"/><c r="B{at}" s="0"/></row>' for at in range(14, 1_048_577)
    )
    return xml.replace("</sheetData>", f"{empty}</sheetData>")


def repeated(of: str) -> Any:
    row = f'<table:table-row table:number-rows-repeated="1048560"><table:table-cell table:number-columns-repeated="1024"{of}/></table:table-row></table:table>'
    return parts(
        lambda known: known | {"content.xml": known["content.xml"].decode().replace("</table:table>", row).encode()},
        lambda where: ods(where, table()), "Puskesmas Uji 2025.ods",
    )  # fmt: skip


def biff5() -> bytes:
    """Return a bare stream as Excel 5 wrote it: no container, byte strings."""
    record = lambda kind, body: struct.pack("<HH", kind, len(body)) + body  # noqa: E731 - one line, used here only
    cells = b""
    for row, line in enumerate(table()):
        for column, value in enumerate(line):
            place = struct.pack("<HHH", row, column, 0)
            if isinstance(value, int):
                cells += record(0x203, place + struct.pack("<d", value))
            else:
                cells += record(0x204, place + struct.pack("<H", len(value)) + value.encode("cp1252"))
    data = record(0x809, struct.pack("<HHHH", 0x500, 0x10, 0, 0)) + cells + record(0x0A, b"")
    head = record(0x809, struct.pack("<HHHH", 0x500, 0x05, 0, 0)) + record(0x42, struct.pack("<H", 1252))
    at = len(head) + 4 + 7 + 4 + 4
    return head + record(0x85, struct.pack("<IBBB", at, 0, 0, 4) + b"Data") + record(0x0A, b"") + data


def archive(**files: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, body in files.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), body)
    return stream.getvalue()


def folder_named(where: Path) -> None:
    (where / NAME).mkdir()
    xlsx(where / NAME, table())


def hidden_all(made: Any) -> None:
    for row in range(1, 14):
        made["Data"].row_dimensions[row].hidden = True


NESTED = [["Data Survei"], ["", "Unsur Pelayanan"], ["", "Kelompok A", *[""] * 4, "Kelompok B"], ["", "Nilai"], HEADS]
LINES = text(table())
HTML = "<html><body><table><tr><td>U1</td></tr><tr><td>Kenari Merdu</td></tr></table></body></html>"
MHT = f"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n\r\n{HTML}\r\n--x--"
GSHEET = '{"url": "https://docs.google.com/open?id=1", "doc_id": "1", "email": "kenari@contoh.id"}'
QUOTED = LINES.replace("kicau pagi 3", '"kicau ""pagi""\nbaris; dua"').replace("\n1,", "\r\n1,")
HALF = LINES.encode() + text([[13, *[4] * 9, "Kenari Merdu", "08125550099", "", "café é"]]).encode("cp1252")
VAST = {"a million empty formatted rows"}
"""Files that the child reads without looking for far cells first; looking takes it half a minute."""
NASTY: dict[str, tuple[Any, int | str]] = {
    "headings five rows deep": (book([*NESTED, *people(12)]), 12),
    "all 16,384 columns headed": (book(table(), wide), "E-BIG"),
    "a million empty formatted rows": (sheet(formatted), 12),
    "sheet name of emoji": (named("😀 SKM 🏥"), 12), "sheet name with slashes": (named("../a/b\\c:[d]*?"), 12),
    "sheet name right to left": (named("\u202eمسح"), 12), "sheet name empty": (named(""), 12),
    "headings right to left": (book([[f"\u202b{one}\u202c" for one in HEADS], *people(12)]), 12),
    "texts right to left": (book(odd("\u202e٣\u202c")), 12),
    "zeros between csv fields": (put(CSV, LINES.replace("kicau", "ki\0cau").encode()), 12),
    "two encodings in one csv": (put(CSV, HALF), 13),
    "xlsx named csv": (bytes_of(lambda data: data, CSV), 12), "csv named xlsx": (put(NAME, LINES), 12),
    "csv named sav": (put("Puskesmas Uji 2025.sav", LINES), 12), "csv named ods": (put("Puskesmas Uji 2025.ods", LINES), 12),
    "small zip bomb": (parts(lambda known: known | {"xl/media/a.bin": bytes(40_000_000)}), "E-BIG"),
    "zip within zip": (put(NAME, archive(inner_dot_xlsx=b"PK\3\4" + bytes(100))), "E-NOTWB"),
    "ods with a million repeated empty rows": (repeated(""), 12),
    "ods with a million repeated filled rows": (repeated(' office:value-type="float" office:value="1"'), 12),
    "Excel 5": (lambda where: XlsDoc().save(str(where / "Puskesmas Uji 2025.xls"), biff5()), 12),
    "Excel 5 without a container": (put("a.xls", biff5()), "E-CORRUPT"),
    "web page after a comment": (put("a.xls", f"\ufeff\n<!-- Excel -->\n{HTML}"), "E-HTML"),
    "web page archive": (put("a.xls", MHT), "E-HTML"), "web page in UTF-16": (put("a.xls", HTML.encode("utf-16")), "E-HTML"),
    "fragment of a web page": (put("a.xls", "<div><table><tr><td>U1</td></tr></table></div>"), "E-HTML"),
    "without styles and properties": (parts(lambda known: {one: body for one, body in known.items() if "docProps" not in one and "styles" not in one and "theme" not in one}), 12),
    "strict OOXML": (parts(strict), 12), "years from 1904": (book(table(), epoch), 12), "texts apart from cells": (parts(shared), 12),
    "cells without references": (parts(unlabelled), 12), "shared formulas": (sheet(shared_formula), 12), "rich text": (book(table(), rich), 12),
    "phonetic runs": (parts(lambda known: shared(known, '<rPh sb="0" eb="1"><t>kicau</t></rPh>')), 12), "leading apostrophes": (book(scored(lambda score: f"'{score}")), 12),
    "hard spaces": (book(scored(lambda score: f"\u00a0{score}\u00a0")), 12), "wide digits": (book(scored(lambda score: "０１２３４"[score])), 12),
    "Arabic digits": (book(scored(lambda score: "٠١٢٣٤"[score])), 12), "4,0": (book(scored(lambda score: f"{score},0")), 12),
    "4.00": (book(scored(lambda score: f"{score}.00")), 12), "spaces around": (book(scored(lambda score: f"  {score} ")), 12),
    "breaks and quotes in csv fields": (put(CSV, QUOTED), 12), "one endless line": (put(CSV, "kicau," * 900_000), "E-BIG"),
    "one endless field": (put(CSV, "kicau " * 900_000), "E-BIG"), "UTF-16 cut in a letter": (put(CSV, LINES.encode("utf-16")[:-1]), 12),
    "UTF-32": (put(CSV, LINES.encode("utf-32")), 12), "end mark of old systems": (put(CSV, LINES + "\x1a"), 12),
    "formulas in csv": (put(CSV, LINES.replace("kicau pagi 3", "=cmd|' /C calc'!A0")), 12),
    "row numbers out of order": (sheet(lambda xml: xml.replace('<row r="5"', '<row r="3"')), 12),
    "cells beyond the sheet": (before_data('<row r="99999999"><c r="ZZZZ99999999"><v>1</v></c></row>'), "E-BIG"),
    "cell in row nought": (before_data('<row r="0"><c r="A0"><v>1</v></c></row>'), 12),
    "texts that are not there": (parts(lambda known: shared(known, lost=999)), "E-NOSURVEY"),
    "not a number": (sheet(lambda xml: re.sub(r'(<c r="C4"[^>]*><v>)\d', r"\1NaN", xml)), 12),
    "number without end": (sheet(lambda xml: re.sub(r'(<c r="C4"[^>]*><v>)\d', r"\g<1>1e999", xml)), 12),
    "style that is not there": (sheet(lambda xml: xml.replace('<c r="C4"', '<c s="9999" r="C4"')), 12),
    "everything merged": (sheet(lambda xml: xml.replace("</sheetData>", '</sheetData><mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>')), 12),
    "every row hidden": (book(table(), hidden_all), 12), "no relations": (parts(lambda known: {one: body for one, body in known.items() if one != RELS}), "E-CORRUPT"),
    "no sheet": (parts(lambda known: {one: body for one, body in known.items() if one != SHEET}), "E-CORRUPT"),
    "name of dots": (book(table(), name="a....xlsx"), 12), "name right to left": (book(table(), name="a\u202excod.xlsx"), 12),
    "folder named as a workbook": (folder_named, 12), "JSON named csv": (put(CSV, '[{"U1": 4, "Nama": "Kenari"}]'), "E-NOTWB"),
    "link of a web drive": (put(NAME, GSHEET), "E-NOTWB"), "nothing but zeros": (put(NAME, bytes(9000)), "E-CORRUPT"),
    "Parquet": (put(NAME, b"PAR1" + bytes(500) + b"PAR1"), "E-NOTWB"), "gzip": (bytes_of(gzip.compress), "E-NOTWB"),
    "Apple Numbers": (put(NAME, archive(Index__Document_dot_iwa=b"x", preview_dot_jpg=b"y")), "E-NOTWB"),
    "dBase": (put("a.xls", b"\x03\x7d\x01\x01" + struct.pack("<IHH", 1, 65, 20) + bytes(20) + b"KENARI" + bytes(200)), "E-CORRUPT"),
    "Lotus 1-2-3": (put("a.xls", b"\x00\x00\x02\x00\x06\x04" + b"\x06\x00\x08\x00" + bytes(100)), "E-CORRUPT"),
    "raised digits": (book(scored(lambda score: " \u00b9\u00b2\u00b3\u2074"[score])), 12), "Devanagari digits": (book(scored(lambda score: "\u0966\u0967\u0968\u0969\u096a"[score])), 12),
    "every field quoted, a separator at the end": (put(CSV, "".join(",".join(f'"{one}"' for one in row) + ",\r\n" for row in table())), 12),
    "Stata cut short": (put("a.dta", b"<stata_dta><header><release>118"), "E-CORRUPT"), "SPSS cut short": (put("a.sav", b"$FL2@(#) SPSS DATA FILE Kenari"), "E-CORRUPT"),
    "a heading and nothing else, in UTF-8 with its mark": (put(CSV, "\ufeff" + text([HEADS])), "E-NODATA"),
    "only spaces": (put(CSV, " \n" * 500), "E-NOSURVEY"), "a single byte": (put(CSV, b"\xff"), "E-NOSURVEY"),
    "numbers without end in an xls": (lambda where: xls(where, endless()), 12),
    "thousands of tabs": (put(CSV, "\t" * 400 + "\n" + LINES), 12),
}  # fmt: skip
