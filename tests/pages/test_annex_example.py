"""The example's annex by the UK Analysis Function's checklist, and cell by cell against the pages it was made from."""

import importlib.util
import re
from pathlib import Path

import openpyxl
import pytest

HERE = importlib.util.spec_from_file_location("recount_reading", Path(__file__).with_name("recount_reading.py"))
reading = importlib.util.module_from_spec(HERE)
HERE.loader.exec_module(reading)


@pytest.fixture(scope="module")
def book(city):
    return openpyxl.load_workbook(city.reports / "lampiran.xlsx")


def tables(book):
    return [sheet for sheet in book if sheet.tables]


def test_cover_contents_and_notes_come_first_and_each_table_has_a_sheet(book):
    assert book.sheetnames[:3] == ["Sampul", "Isi", "Catatan"]
    assert all(len(sheet.tables) <= 1 for sheet in book)
    listed = [row for row in book["Isi"].iter_rows(min_row=3) if row[0].value]
    assert [row[0].value for row in listed] == [sheet.title for sheet in tables(book)][1:]
    assert all(row[0].hyperlink.location == f"'{row[0].value}'!A1" for row in listed)
    assert len(listed) > 20


def test_every_sheet_can_be_read_from_its_first_cell_on(book):
    for sheet in book:
        assert sheet["A1"].value, sheet.title
        assert sheet["A1"].font.bold
        assert not sheet.merged_cells.ranges
        assert all(any(cell.value is not None for cell in row) for row in sheet.iter_rows()), sheet.title
        assert all(sheet.column_dimensions[letter].width >= 12 for letter in "A"), sheet.title
        assert len(sheet.title) <= 31
        assert sheet.sheet_state == "visible"
    for sheet in tables(book)[1:]:
        assert sheet.freeze_panes.startswith("B")
        (marked,) = sheet.tables.values()
        heads = [cell.value for cell in sheet[marked.ref][0]]
        assert len(set(heads)) == len(heads)
        assert all(heads)
    assert book.properties.language == "id"
    assert book.properties.title


def test_no_cell_is_a_formula_and_no_entry_is_left_blank_where_the_page_tells_something(book, city):
    found = {}
    for path in sorted(city.reports.glob("*.html")):
        for table in reading.read(path.read_text(encoding="utf-8"))[0]:
            found.setdefault(table.caption, []).append(widened(table.rows))
    compared = 0
    for sheet in tables(book)[1:]:
        caption = sheet["A1"].value.partition(". ")[2]
        (marked,) = sheet.tables.values()
        rows = [list(row) for row in sheet[marked.ref][1:]]
        assert all(cell.data_type != "f" for row in rows for cell in row)
        candidates = [one for one in found[caption] if len(one) == len(rows)]
        assert any(all(same(cell, text) for row, texts in zip(rows, one, strict=True)
                       for cell, text in zip(row, texts, strict=True)) for one in candidates), caption  # fmt: skip
        compared += sum(isinstance(cell.value, (int, float)) for row in rows for cell in row)
    assert compared > 1500


FIGURE = r"[+\N{MINUS SIGN}]?[\d.]+(?:,\d+)?%?"
RANGE = re.compile(rf"({FIGURE}) \N{{EN DASH}} ({FIGURE})")
WITH_RANGE = re.compile(rf"({FIGURE}) \({RANGE.pattern}\)")


def widened(rows):
    """Return the rows of a page with the ends of each range beside one another, as the annex tells them."""
    columns = list(zip(*rows, strict=True))
    made = columns[:1]
    for column in columns[1:]:
        kind = next((one for one in (RANGE, WITH_RANGE) if any(map(one.fullmatch, column))), None)
        found = [kind.fullmatch(text) if kind else None for text in column]
        for place in range(kind.groups if kind else 1):
            made.append([one[place + 1] if one else text for one, text in zip(found, column, strict=True)])
    return [list(row) for row in zip(*made, strict=True)]


def test_no_range_of_two_figures_is_left_in_one_cell(book):
    for sheet in tables(book)[1:]:
        (marked,) = sheet.tables.values()
        texts = [str(cell.value) for row in sheet[marked.ref][1:] for cell in row[1:]]
        assert [one for one in texts if RANGE.fullmatch(one) or WITH_RANGE.fullmatch(one)] == [], sheet.title


def same(cell, text):
    """Tell whether a cell holds what the page prints: the number behind a figure, else the very text."""
    if not isinstance(cell.value, (int, float)):
        return (cell.value or "") == text
    percent = cell.number_format.endswith("%")
    places = len(text.rstrip("%").partition(",")[2])
    value = cell.value * 100 if percent else cell.value
    return text.rstrip("%").lstrip("+") == reading.printed(value, places)
