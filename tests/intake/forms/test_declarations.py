"""The empty declarations: every register intake knows, by names it knows, and clean when it comes back."""

import datetime as dt
import importlib.util
from pathlib import Path

import pytest

from analysis import codebook, intake
from analysis.intake.forms import declarations, questionnaire
from analysis.intake.text import normal
from analysis.intake.vocab import table
from analysis.words import say

_spec = importlib.util.spec_from_file_location("fill", Path(__file__).with_name("fill.py"))
fill = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fill)
BOOK = codebook.load(Path(__file__).parents[3] / "data" / "raw" / "contoh" / "codebook.toml")
UNIT = BOOK.units[0].name
ROWS = {
    "units": [UNIT, 2025],
    "surveys": [UNIT, 2025, "acak", 812, dt.date(2025, 4, 1), dt.date(2025, 5, 30), 88.39, "1/9"],
    "population": ["Singkawang Barat", 2025, 54321],
    "training": [UNIT, 2025, 12, "Layanan ramah"],
    "complaints": [UNIT, 2025, dt.date(2025, 4, 1), dt.date(2025, 4, 9), "loket", "antrean", "selesai", 14],
    "plans": [UNIT, 2025, "Waktu penyelesaian", "loket kedua", "TW II", "Kepala bidang", "selesai"],
    "findings": [UNIT, 2025, "Inspektorat", "antrean panjang", "tambah loket", "sedang ditangani"],
}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_sheet_and_heading_is_one_that_intake_knows(lang):
    book = fill.opened(declarations(BOOK, lang))
    for name, of in table()["register"].items():
        page = book[say(f"forms.register_{name}", lang)]
        assert normal(page.title) in map(normal, of["sheets"])
        for cell, (column, texts) in zip(page[1], of["columns"].items(), strict=True):
            assert normal(cell.value) in {*map(normal, texts), column}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_filled_registers_come_back_as_written(tmp_path, lang):
    book = fill.opened(declarations(BOOK, lang))
    for name, values in ROWS.items():
        page = book[say(f"forms.register_{name}", lang)]
        for number, value in enumerate(values, start=1):
            page.cell(2, number).value = "random" if value == "acak" and lang == "en" else value
    (tmp_path / "keterangan.xlsx").write_bytes(fill.bytes_of(book))
    (tmp_path / "jawaban.xlsx").write_bytes(fill.filled(questionnaire(UNIT, BOOK)))
    cleaned = intake.clean(tmp_path, codebook=BOOK)
    assert cleaned.problems[cleaned.problems["file"] == "keterangan.xlsx"].empty
    assert {name: len(cleaned.registers[name]) for name in ROWS} == dict.fromkeys(ROWS, 1)
    survey = cleaned.registers["surveys"].iloc[0]
    assert [survey[one] for one in ("unit", "wave", "sample", "users", "start", "published", "published_weight")] == [
        UNIT, "2025", "random", 812, "2025-04-01", 88.39, "1/9",
    ]  # fmt: skip
    complaint = cleaned.registers["complaints"].iloc[0]
    assert [complaint["received"], complaint["closed"], complaint["topic"]] == ["2025-04-01", "2025-04-09", "antrean"]
    assert cleaned.registers["plans"].iloc[0]["item"] == "Waktu penyelesaian"


def test_an_empty_one_says_nothing_and_does_no_harm(tmp_path):
    (tmp_path / "keterangan.xlsx").write_bytes(declarations(BOOK))
    (tmp_path / "jawaban.xlsx").write_bytes(fill.filled(questionnaire(UNIT, BOOK)))
    cleaned = intake.clean(tmp_path, codebook=BOOK)
    assert cleaned.problems[cleaned.problems["file"] == "keterangan.xlsx"].empty
    assert all(frame.empty for name, frame in cleaned.registers.items() if name in ("complaints", "plans", "units"))


def test_lists_close_units_samples_weights_and_unsur():
    book = fill.opened(declarations(BOOK))
    allowed = fill.choices(book, book["Survei"])
    assert allowed["A"] == [one.text("id") for one in BOOK.units]
    assert allowed["H"] == ["1/9", "0.11"]
    assert book["Survei"].column_dimensions["H"].number_format == "@"  # a spreadsheet makes a date of 1/9 else
    assert "Waktu penyelesaian" in fill.choices(book, book["RTL"])["C"]


def test_the_bytes_do_not_depend_on_the_clock():
    assert declarations(BOOK, "en") == declarations(BOOK, "en")
