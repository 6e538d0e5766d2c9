"""What a spreadsheet could run is shielded whatever stands before it, and comes back; workbooks bear no clock."""

import csv
import io
import time
import zipfile

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis import spreadsheet

SIGNS = ["=", "+", "-", "@", "|", "%", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
         "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}", "\N{FULLWIDTH VERTICAL LINE}",
         "\N{SMALL EQUALS SIGN}", "\N{SMALL HYPHEN-MINUS}"]  # fmt: skip
BEFORE = [
    "",
    " ",
    "   ",
    "\t",
    "\r",
    "\n",
    "\x00",
    '"',
    "'",
    ' "',
    "\N{NO-BREAK SPACE}",
    "\N{ZERO WIDTH SPACE}",
    "\ufeff",
]


@pytest.mark.parametrize("before", BEFORE, ids=repr)
@pytest.mark.parametrize("sign", SIGNS)
def test_whatever_could_run_gets_a_shield(sign, before):
    text = f'{before}{sign}HYPERLINK("x","y")'
    assert spreadsheet.runs(text)
    assert spreadsheet.shielded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["\tname", "\rname", "\nname", "\x00name"])
def test_a_control_character_in_front_gets_a_shield(text):
    assert spreadsheet.shielded(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Puskesmas A", "18-24", "a = b", " baik", "4", "Baik; cepat", "ramah\tsekali"])
def test_other_text_stays_as_it_is(text):
    assert not spreadsheet.runs(text)
    assert spreadsheet.shielded(text) == text


def test_a_formula_behind_a_semicolon_is_shielded_where_a_program_would_cut_the_text():
    cell = spreadsheet.shielded('bagus;=HYPERLINK("http://x","klik"); -1')
    assert cell == 'bagus;\'=HYPERLINK("http://x","klik");\' -1'
    line = io.StringIO()
    csv.writer(line).writerow(["Dinas A", cell])
    cut = next(csv.reader([line.getvalue()], delimiter=";"))
    assert not any(spreadsheet.runs(piece) and not piece.startswith("'") for piece in cut)


@given(st.text(alphabet=st.sampled_from("=-'\";\t \r\na")) | st.text())
@example("'")
@example(";'=")
@example(";;=")
@example("';=1")
def test_every_text_comes_back(text):
    assert spreadsheet.unshielded(spreadsheet.shielded(text)) == text


def test_a_workbook_bears_no_clock():
    def made():
        book = openpyxl.Workbook()
        book.active["A1"] = "x"
        return spreadsheet.without_clock(book)

    first = made()
    time.sleep(2.1)  # a zip counts in steps of two seconds
    assert made() == first
    with zipfile.ZipFile(io.BytesIO(first)) as parts:
        assert {entry.date_time for entry in parts.infolist()} == {(2026, 1, 2, 8, 0, 0)}
        assert parts.read("docProps/core.xml").count(b"2026-01-02T08:00:00Z") == 2
    assert openpyxl.load_workbook(io.BytesIO(first)).active["A1"].value == "x"
