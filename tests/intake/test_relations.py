"""What must not matter does not matter: order, splits, names, formats, blanks. Relations 1-11, 13 and 14."""

# ruff: noqa: S311 - rows of a sheet read best as rows; no secret is drawn

from __future__ import annotations

import os
import random
import shutil
from typing import TYPE_CHECKING, Any

import pytest
import xlwt
from odf.opendocument import OpenDocumentSpreadsheet
from odf.table import Table, TableCell, TableRow
from odf.text import P

from . import xlsb
from .conftest import HEADS, UNSUR, codes, people

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ["No", "Jenis Kelamin", "Kecamatan", *HEADS[1:]]
PLACES = ["Singkawang Utara", "Skw. Barat", "Roban"]
ROWS = [[row[0], "LP"[row[0] % 2], PLACES[row[0] % 3], *row[1:]] for row in people(24)]
SEEN = ["sex", "district", *UNSUR]
NAME = "Puskesmas Uji 2025.xlsx"


def content(found: Any) -> list[tuple[str, ...]]:
    """Return what the respondents say, in an order of its own."""
    return sorted(tuple(row) for row in found.responses[["unit", "wave", *SEEN]].astype(str).to_numpy().tolist())


@pytest.fixture
def base(write: Any, clean: Any) -> list[tuple[str, ...]]:
    found = content(clean(write([HEAD, *ROWS], NAME)))
    assert len(found) == 24
    return found


def test_1_order_of_rows(write: Any, clean: Any, base: Any) -> None:
    shuffled = random.Random(3).sample(ROWS, len(ROWS))
    assert content(clean(write([HEAD, *shuffled], NAME))) == base


def test_2_order_of_columns(write: Any, clean: Any, base: Any) -> None:
    order = random.Random(4).sample(range(len(HEAD)), len(HEAD))
    assert content(clean(write([[row[at] for at in order] for row in [HEAD, *ROWS]], NAME))) == base


def test_3_headings_within_their_aliases(write: Any, clean: Any, base: Any) -> None:
    other = [
        "Nomor",
        "JK",
        "Kecamatan tempat tinggal",
        "Persyaratan",
        "Prosedur pelayanan",
        "Waktu penyelesaian",
        "Biaya/Tarif",
        "Produk pelayanan",
        "Kompetensi petugas",
        "Perilaku petugas",
        "Penanganan pengaduan",
        "Sarana dan prasarana",
    ]
    assert content(clean(write([other, *ROWS], NAME))) == base


def test_4_one_workbook_or_two(write: Any, clean: Any, base: Any, tmp_path: Path) -> None:
    write([HEAD, *ROWS[:11]], "Puskesmas Uji 2025 a.xlsx")
    write([HEAD, *ROWS[11:]], "Puskesmas Uji 2025 b.xlsx")
    assert content(clean(tmp_path)) == base


def test_5_names_and_order_of_files(write: Any, clean: Any, tmp_path: Path) -> None:
    write([["Puskesmas Uji 2025"], HEAD, *ROWS[:11]], "b.xlsx")
    write([["Puskesmas Uji 2025"], HEAD, *ROWS[11:]], "a.xlsx")
    first = content(clean(tmp_path))
    shutil.move(tmp_path / "b.xlsx", tmp_path / "0.xlsx")
    assert content(clean(tmp_path)) == first


def test_6_blank_rows_and_columns_titles_and_notes(write: Any, clean: Any, base: Any) -> None:
    rows = [
        ["Survei Kepuasan Masyarakat"],
        [],
        *([["", *row] for row in [HEAD, *ROWS[:9]]]),
        [],
        [],
        *(["", *row] for row in ROWS[9:]),
        [],
        ["Catatan: data diisi petugas"],
    ]
    assert content(clean(write(rows, NAME))) == base


def _xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    for at, row in enumerate([HEAD, *ROWS]):
        for column, value in enumerate(row):
            sheet.write(at, column, value)
    book.save(str(path))


def _ods(path: Path) -> None:
    book = OpenDocumentSpreadsheet()
    sheet = Table(name="Data")
    for row in [HEAD, *ROWS]:
        line = TableRow()
        for value in row:
            number = isinstance(value, int)
            cell = TableCell(valuetype="float", value=value) if number else TableCell(valuetype="string")
            cell.addElement(P(text=str(value)))
            line.addElement(cell)
        sheet.addElement(line)
    book.spreadsheet.addElement(sheet)
    book.save(str(path))


def _csv(path: Path) -> None:
    path.write_text("".join(";".join(map(str, row)) + "\r\n" for row in [HEAD, *ROWS]), encoding="utf-8-sig")


def _xlsb(path: Path) -> None:
    xlsb.save(path, [HEAD, *ROWS])


@pytest.mark.parametrize(("ending", "save"), [("xls", _xls), ("xlsb", _xlsb), ("ods", _ods), ("csv", _csv)])
def test_7_formats(tmp_path: Path, clean: Any, base: Any, ending: str, save: Any) -> None:
    folder = tmp_path / "other"
    folder.mkdir()
    path = folder / f"Puskesmas Uji 2025.{ending}"
    save(path)
    found = clean(path)
    assert content(found) == base
    assert found.files["format"].tolist() == [ending]


def test_8_a_hidden_copy_of_the_sheet(write: Any, clean: Any, base: Any) -> None:
    def hide(book: Any) -> None:
        book["Salinan"].sheet_state = "hidden"

    found = clean(write({"Data": [HEAD, *ROWS], "Salinan": [HEAD, *ROWS]}, NAME, hide))
    assert content(found) == base
    assert "E-HIDDEN" in codes(found)


def test_9_the_same_bytes_again(write: Any, clean: Any, base: Any, tmp_path: Path) -> None:
    shutil.copy(write([HEAD, *ROWS], NAME), tmp_path / "lagi.xlsx")
    assert content(clean(tmp_path)) == base


def test_10_other_names_of_units(write: Any, clean: Any, base: Any) -> None:
    renamed = content(clean(write([HEAD, *ROWS], "Dinas Uji 2025.xlsx")))
    assert [("Puskesmas Uji", *row[1:]) for row in renamed] == base


def test_11_every_respondent_several_times(write: Any, clean: Any, base: Any) -> None:
    found = content(clean(write([HEAD, *ROWS, *ROWS, *ROWS], NAME)))
    assert found == sorted(3 * base)


def test_13_another_unit_beside(write: Any, clean: Any, base: Any, tmp_path: Path) -> None:
    write([HEAD, *ROWS], NAME)
    write([HEAD, *([row[0], "L", "Naram", *row[1:]] for row in people(10, 300))], "Dinas Uji 2025.xlsx")
    assert [row for row in content(clean(tmp_path)) if row[0] == "Puskesmas Uji"] == base


@pytest.mark.parametrize(
    "place", [{"LC_ALL": "C", "TZ": "Asia/Pontianak"}, {"LC_ALL": "tr_TR.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "7"}]
)
def test_14_locale_and_time_zone(
    write: Any, book: Any, base: Any, monkeypatch: pytest.MonkeyPatch, place: dict[str, str]
) -> None:
    from analysis import intake  # noqa: PLC0415

    for name, value in place.items():
        monkeypatch.setitem(os.environ, name, value)
    assert content(intake.clean(write([HEAD, *ROWS], NAME), book, "id")) == base
