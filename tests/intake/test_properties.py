"""Any value comes back at its address as itself or as a typed doubt; any generated survey comes back as its truth."""

# ruff: noqa: E501 - rows of a sheet read best as rows
from __future__ import annotations

import csv
import io
from datetime import date, datetime, timedelta
from typing import Any

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.intake.grid import RefusedError, blank
from analysis.intake.parse import Parser
from analysis.intake.process.limits import DEFAULT
from analysis.intake.readers import open_workbook
from analysis.intake.text import address, letters, normal, tidy

from .conftest import HEADS, UNSUR

LIGHT = settings(max_examples=60, suppress_health_check=list(HealthCheck), derandomize=True)
TEXTS = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=30)
VALUES = st.one_of(
    st.none(), st.integers(-(10**12), 10**12), st.floats(-1e12, 1e12, allow_nan=False), st.booleans(),
    TEXTS.filter(lambda text: not text.startswith("=")), st.dates(date(1900, 3, 1), date(2099, 12, 31)),
    st.datetimes(datetime(1900, 3, 1), datetime(2099, 12, 31)),  # noqa: DTZ001 - a cell knows no zone
)  # fmt: skip


@LIGHT
@given(st.dictionaries(st.tuples(st.integers(0, 30), st.integers(0, 12)), VALUES, max_size=25))
def test_any_value_stands_at_its_address(cells: dict[tuple[int, int], Any]) -> None:
    book = openpyxl.Workbook()
    for (row, column), value in cells.items():
        book.active.cell(row + 1, column + 1, value)
    stream = io.BytesIO()
    book.save(stream)
    (grid,) = open_workbook(stream.getvalue(), "a.xlsx", DEFAULT).grids
    for (row, column), value in cells.items():
        assert _same(grid.at(row, column), value), (address(row, column), value)


def _same(found: Any, value: Any) -> bool:
    if value is None or (isinstance(value, str) and blank(value)):
        return bool(blank(found))
    if isinstance(value, bool):
        return found is value
    if isinstance(value, int | float):
        return abs(found - value) <= 1e-9 * max(1.0, abs(value))
    if isinstance(value, datetime):
        moment = found if isinstance(found, datetime) else datetime.combine(found, datetime.min.time())
        return abs(moment - value) < timedelta(seconds=1)
    if isinstance(value, date):
        return (found.date() if isinstance(found, datetime) else found) == value
    return bool(found.strip() == value.strip())


@LIGHT
@given(st.lists(st.lists(TEXTS, min_size=4, max_size=4), min_size=3, max_size=12), st.sampled_from([";", ",", "\t"]))
def test_any_text_of_a_text_file_stands_at_its_address(rows: list[list[str]], separator: str) -> None:
    rows = [["Satu", "Dua", "Tiga", "Empat"], *rows]
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(rows)
    try:
        (grid,) = open_workbook(stream.getvalue().encode(), "a.csv", DEFAULT).grids
    except RefusedError:
        return
    for at, row in enumerate(rows):
        for column, text in enumerate(row):
            assert str(grid.at(at, column)).strip() == text.strip(), address(at, column)


SCORES = st.lists(st.lists(st.integers(1, 4), min_size=9, max_size=9), min_size=3, max_size=25)
WRITE = {
    "number": lambda score: score, "text": str, "letter": lambda score: "abcd"[score - 1],
    "upper": lambda score: "ABCD"[score - 1] + ".", "words": lambda score: f"{score} ({WORDS[score - 1]})",
}  # fmt: skip
WORDS = ["Tidak baik", "Kurang baik", "Baik", "Sangat baik"]
NUMBERS = list(range(1, 11))
DIRT = ["titles", "totals", "blank", "legend", "numbering", "shifted", "named"]


@LIGHT
@given(SCORES, st.sampled_from(sorted(WRITE)), st.sets(st.sampled_from(DIRT)), st.dictionaries(st.tuples(st.integers(0, 24), st.integers(0, 8)), st.sampled_from([7, 0, "x", "-", "3,5", 2.5]), max_size=4))  # fmt: skip
def test_any_survey_comes_back_as_its_truth(
    book: Any, scores: list[list[int]], way: str, dirt: set[str], slips: dict[tuple[int, int], Any]
) -> None:
    truth: list[list[int | None]] = [list(row) for row in scores]
    rows: list[list[Any]] = [[at, *(WRITE[way](one) for one in row)] for at, row in enumerate(scores, 1)]
    for (at, item), value in slips.items():
        if at < len(rows) and (at, item) != (0, 0):
            rows[at][item + 1], truth[at][item] = value, None
    grid = _dirty(rows, scores, dirt)
    made = openpyxl.Workbook()
    for row in grid:
        made.active.append(row)
    stream = io.BytesIO()
    made.save(stream)
    parsed = Parser(book).parse(stream.getvalue(), "Puskesmas Uji 2025.xlsx")
    record = parsed.ledger.sheets[0]
    assert record.looked == record.kinds.total()
    found = {
        row: [part.columns[item][at] for item in UNSUR] for part in parsed.parts for at, row in enumerate(part.rows)
    }
    first = next(at for at, row in enumerate(grid, 1) if "U1" in row) + 1 + ("numbering" in dirt)
    at = first
    for number, want in enumerate(truth):
        at += "blank" in dirt and number == len(truth) // 2
        if at in found:
            assert found[at] == want, (at, dirt)
        else:
            # A row without one readable answer may be set aside or taken for a note; it never becomes another answer.
            assert all(one is None for one in want)
        at += 1
    assert len(found) <= len(truth)


def _dirty(rows: list[list[Any]], scores: list[list[int]], dirt: set[str]) -> list[list[Any]]:
    heads = list(HEADS)
    if "numbering" in dirt:
        rows = [NUMBERS, *rows]
    if "blank" in dirt:
        middle = len(scores) // 2 + ("numbering" in dirt)
        rows = [*rows[:middle], [], *rows[middle:]]
    grid = [heads, *rows]
    if "titles" in dirt:
        grid = [["SURVEI KEPUASAN MASYARAKAT"], ["Tahun 2025"], [], *grid]
    if "totals" in dirt:
        sums = [sum(column) for column in zip(*scores, strict=True)]
        grid += [["Jumlah", *sums], ["NRR", *(one / len(scores) for one in sums)], ["IKM", 80.5]]
    if "legend" in dirt:
        grid += [[], ["Keterangan"], ["", "88,31 - 100,00", "A", "Sangat baik"], ["", "76,61 - 88,30", "B", "Baik"]]
    if "named" in dirt:
        grid = [
            [
                "Nama"
                if row is heads
                else "Budi"
                if row and row != NUMBERS and isinstance(row[0], int) and len(row) == 10
                else "",
                *row,
            ]
            for row in grid
        ]
    if "shifted" in dirt:
        grid = [["", "", *row] for row in grid]
    return grid


@LIGHT
@given(TEXTS)
def test_normal_forms_are_idempotent(text: str) -> None:
    assert normal(normal(text)) == normal(text)
    assert tidy(tidy(text)) == tidy(text)


@LIGHT
@given(st.integers(0, 16383))
def test_letters_count_up(column: int) -> None:
    value = 0
    for char in letters(column):
        value = value * 26 + ord(char) - 64
    assert value == column + 1
