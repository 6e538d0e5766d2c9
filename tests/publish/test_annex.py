"""The annex: every table on a sheet of its own, numbers as numbers, nothing withheld in the file, no live formula."""

import io

import openpyxl
import pytest

from analysis import publish, words
from analysis.publish.annex import risky_free


def written(sheets):
    """Write the sheets as a plain workbook and read it back."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        for line in (sheet.title, *sheet.lines):
            page.append([line])
        for row in (sheet.heads, *sheet.rows):
            if row:
                page.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return openpyxl.load_workbook(io.BytesIO(stream.getvalue())), stream.getvalue()


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_each_table_has_its_sheet_and_stands_in_the_list(sectors, cells, cell_counts, make, lang):
    tables = [make.for_comparison(sectors, lang).table(sectors), make.page(cell_counts, lang).table(cells)]
    sheets = publish.sheets(tables, make.page({}, lang).look)
    assert len(sheets) == 5
    assert len({sheet.name for sheet in sheets}) == 5
    assert [title for _, title in sheets[1].rows] == [table.caption for table in tables]
    assert all(len(row) == len(sheet.heads) for sheet in sheets[1:] for row in sheet.rows)


def test_a_shown_figure_is_a_number_and_a_withheld_one_a_word(sectors, make):
    show = make.for_comparison(sectors)
    sheet = publish.sheets([show.table(sectors)], show.look)[-1]
    rows = {row[0]: row for row in sheet.rows}
    assert rows["perizinan"][1:3] == (500.0, 78.2)
    assert set(rows["keamanan"][1:]) == {"tidak ditampilkan"}
    assert sheet.formats[1:3] == ("#,##0", "#,##0.0")


def test_the_file_holds_no_withheld_figure_and_no_digit_beyond_the_page(sectors, make):
    show = make.for_comparison(sectors)
    book, content = written(publish.sheets([show.table(sectors)], show.look))
    values = [cell.value for page in book for row in page.iter_rows() for cell in row if isinstance(cell.value, float)]
    assert values
    assert all(value == float(f"{value:.1f}") for value in values)
    assert not {70.1, 71.5, 70.123, 71.456} & set(values)
    assert b"70.123" not in content


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\uff1dHYPERLINK(1)", "\r=1"])
def test_text_that_a_spreadsheet_takes_for_a_formula_stays_text(make, text):
    result = make.compared("unit", [make.row(text, 300, 88.0, 6.0, (4.0, 8.0), "higher")])
    show = make.for_comparison(result)
    book, _ = written(publish.sheets([show.table(result)], show.look))
    assert [cell for page in book for row in page.iter_rows() for cell in row if cell.data_type == "f"] == []
    assert risky_free(text).startswith("'")


def test_every_note_stands_once(sectors, districts, make):
    tables = [make.for_comparison(sectors).table(sectors), make.for_comparison(districts).table(districts)]
    notes = publish.sheets(tables, make.page({}).look)[2].rows
    assert len({text for _, text in notes}) == len(notes)
    assert [number for number, _ in notes] == list(range(1, len(notes) + 1))


def test_the_cover_names_the_policy_and_says_that_data_are_made_up(make):
    show = make.page({})
    look = publish.Look(publish.plan({}, made_up=True), show.look.book, "id")
    cover = publish.sheets([], look)[0]
    assert any("tilik" in line and "10 orang" in line for line in cover.lines)
    assert "Data rekaan: bukan angka kantor mana pun." in cover.lines
