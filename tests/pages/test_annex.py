import io
import zipfile

import openpyxl
import pytest

from analysis.pages import annex, tables
from analysis.pages.shell import Head, Link, Surroundings, page
from analysis.spreadsheet import WRITTEN

AROUND = Surroundings("id", "Kota X", ("data 2025",), (Link("a.html", "Halaman A"), Link("b.html", "B")), made_up=True)
PAGE = (
    "<h2>B</h2><div><table><caption>Nilai &lt;b&gt;</caption><thead><tr>"
    "<th>Unit</th>"
    '<th>n <span class="unit">(orang)</span></th><th>n <span>(orang)</span></th></tr></thead><tbody>'
    "<tr><th scope='row'>=HYPERLINK(1)</th><td class='num'>1.234</td><td>83,41</td></tr>"
    "<tr><th scope='row'>Dinas</th><td class='num withheld'>tidak ditampilkan</td><td>25%</td></tr></tbody></table>"
    "</div>"
    '<p class="note">Catatan tabel.</p><p>bukan catatan</p><p class="note">lain</p>'
)


def loaded(pages=None):
    return openpyxl.load_workbook(io.BytesIO(annex.annex(pages or {"a.html": PAGE, "index.html": PAGE}, AROUND)))


def test_tables_are_read_back_whole():
    (found,) = tables.tables_of("a.html", PAGE)
    assert found.caption == "Nilai <b>"
    assert found.headings == ["Unit", "n (orang)", "n (orang)"]
    assert found.rows == [["=HYPERLINK(1)", "1.234", "83,41"], ["Dinas", "tidak ditampilkan", "25%"]]
    assert found.notes == ["Catatan tabel."]


def test_notes_reach_the_annex_through_a_whole_page():
    links = (*AROUND.links, Link("asal-angka.html", "Asal"))
    around = Surroundings("id", "Kota X", (), links, terms={"Catatan": "istilah.html#i"})
    body = PAGE.replace("<h2>B</h2>", "") + PAGE
    first, second = tables.tables_of("a.html", page(body, around, Head("A", "a.html")))
    assert first.notes == second.notes == ["Catatan tabel."]


@pytest.mark.parametrize(
    ("text", "lang", "value", "decimals"),
    [
        ("1.234", "id", 1234, 0), ("83,41", "id", 83.41, 2), ("\N{MINUS SIGN}0,5", "id", -0.5, 1),
        ("+4,1", "id", 4.1, 1),
        ("25%", "id", 0.25, 0), ("1,234.5", "en", 1234.5, 1), ("0.250", "en", 0.25, 3), ("12", "en", 12, 0),
    ],
)  # fmt: skip
def test_a_printed_figure_is_a_number_again(text, lang, value, decimals):
    found = tables.number(text, lang)
    assert (found.value, found.decimals) == (pytest.approx(value), decimals)


def test_the_ends_of_a_range_are_figures_of_two_columns():
    dash, minus = " \N{EN DASH} ", "\N{MINUS SIGN}"
    rows = (
        f"<tr><th>10{dash}20</th><td>1{dash}4</td><td>+6,8 ({minus}5,1{dash}8,5)</td><td>1{dash}5 dari 7</td></tr>"
        "<tr><th>B</th><td>semua ditanya</td><td>tidak ditampilkan</td><td>2 dari 7</td></tr>"
    )
    heads = "".join(f"<th>{one}</th>" for one in ("Umur", "rentang", "selisih", "peringkat"))
    page_of = f"<table><caption>R</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    sheet = loaded({"a.html": page_of})["Tabel 1"]
    (marked,) = sheet.tables.values()
    told = [[cell.value for cell in row] for row in sheet[marked.ref]]
    assert told == [
        ["Umur", "rentang: batas bawah", "rentang: batas atas", "selisih", "selisih: batas bawah",
         "selisih: batas atas", "peringkat"],
        [f"10{dash}20", 1, 4, 6.8, -5.1, 8.5, f"1{dash}5 dari 7"],
        ["B", "semua ditanya", "semua ditanya", *["tidak ditampilkan"] * 3, "2 dari 7"],
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text", ["82,9 \N{EN DASH} 84,6", "", "1 dari 5", "tidak ada angka", "=1", "1.23.4", "-1", "2025-S1", "2025"]
)
def test_anything_else_stays_text(text):
    assert tables.number(text, "id") is None


def test_one_table_a_sheet_with_cover_contents_and_notes():
    book = loaded()
    assert book.sheetnames == ["Sampul", "Isi", "Catatan", "Tabel 1"]
    assert "DATA REKAAN" in book["Sampul"]["A2"].value
    assert [cell.value for cell in book["Isi"][3]] == ["Tabel 1", "Nilai <b>", "Halaman A"]
    assert book["Isi"]["A3"].hyperlink.location == "'Tabel 1'!A1"
    sheet = book["Tabel 1"]
    assert [sheet.cell(row, 1).value for row in range(1, 5)] == [
        "Tabel 1. Nilai <b>", "Dari halaman: Halaman A", "Catatan tabel.", "DATA REKAAN.",
    ]  # fmt: skip
    assert [cell.value for cell in sheet[5]] == ["Unit", "n (orang)", "n (orang) (2)"]
    assert sheet.tables["T1"].ref == "A5:C7"
    for one in book:
        assert not one.merged_cells.ranges
        assert all(any(cell.value is not None for cell in row) for row in one.iter_rows())


def test_figures_are_numbers_and_texts_are_never_formulas():
    sheet = loaded()["Tabel 1"]
    assert (sheet["B6"].value, sheet["B6"].number_format) == (1234, "#,##0")
    assert (sheet["C6"].value, sheet["C6"].number_format) == (83.41, "#,##0.00")
    assert (sheet["C7"].value, sheet["C7"].number_format) == (0.25, "0%")
    assert sheet["B7"].value == "tidak ditampilkan"
    assert (sheet["A6"].value, sheet["A6"].data_type, sheet["A6"].quotePrefix) == ("=HYPERLINK(1)", "s", True)


RISKY = ["=1+1", "+1-cmd|'/c calc'!A0", "-2", "@SUM(1)", "\t=1", "\r=1", "=cmd|' /C calc'!A0", "%0A=1", "|x", "=DDE()"]


@pytest.mark.parametrize("text", RISKY)
def test_no_risky_text_in_any_place_becomes_a_formula(text):
    page = f"<table><caption>{text}</caption><tr><th>{text}</th></tr><tr><td>{text}</td></tr></table>"
    page += f"<p class='note'>{text}</p>"
    around = Surroundings("id", text, (text,), (Link("a.html", text),))
    with zipfile.ZipFile(io.BytesIO(annex.annex({"a.html": page}, around))) as parts:
        assert not any(b"<f>" in parts.read(name) or b"<f " in parts.read(name) for name in parts.namelist())
    book = openpyxl.load_workbook(io.BytesIO(annex.annex({"a.html": page}, around)))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_the_annex_bears_no_clock_and_no_name():
    first, second = annex.annex({"a.html": PAGE}, AROUND), annex.annex({"a.html": PAGE}, AROUND)
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {WRITTEN.timetuple()[:6]}
        core = parts.read("docProps/core.xml").decode()
    assert "<dc:creator>Tilik</dc:creator>" in core
    assert core.count(f"{WRITTEN:%Y-%m-%dT%H:%M:%SZ}") == 2
