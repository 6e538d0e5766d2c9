"""What a workbook states of its own survey beside the answers: taken once, and never over a declaration."""

import importlib.util
from pathlib import Path

import pytest

from analysis import codebook, intake
from analysis.intake.forms import declarations, questionnaire
from analysis.intake.register_rows import declared_first

_spec = importlib.util.spec_from_file_location("fill", Path(__file__).parent / "forms" / "fill.py")
fill = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fill)
BOOK = codebook.load(Path(__file__).parents[2] / "data" / "raw" / "contoh" / "codebook.toml")
UNIT = BOOK.units[0].name


def surveys(cleaned):
    return cleaned.registers["surveys"][["unit", "wave", "sample", "users", "file", "sheet", "row"]].values.tolist()


@pytest.mark.parametrize(("lang", "word"), [("id", "acak"), ("en", "random")])
def test_the_information_sheet_tells_sample_and_users(tmp_path, lang, word):
    data = fill.filled(questionnaire(UNIT, BOOK, lang), sample=word, users=812)
    (tmp_path / "kiriman.xlsx").write_bytes(data)
    cleaned = intake.clean(tmp_path / "kiriman.xlsx", codebook=BOOK)
    sheet = fill.opened(data).sheetnames[fill.INFORMATION]
    assert surveys(cleaned) == [[UNIT, "2025", "random", 812, "kiriman.xlsx", sheet, 5]]
    assert cleaned.problems.empty


def test_a_declaration_wins_over_what_is_stated(tmp_path):
    (tmp_path / "kiriman.xlsx").write_bytes(fill.filled(questionnaire(UNIT, BOOK), sample="acak", users=812))
    book = fill.opened(declarations(BOOK))
    for number, value in enumerate([UNIT, 2025, "semua pengguna", 40], start=1):
        book["Survei"].cell(2, number).value = value
    (tmp_path / "keterangan.xlsx").write_bytes(fill.bytes_of(book))
    cleaned = intake.clean(tmp_path, codebook=BOOK)
    assert surveys(cleaned) == [[UNIT, "2025", "census", 40, "keterangan.xlsx", "Survei", 2]]


def test_what_cannot_be_read_is_a_problem_at_its_cell(tmp_path):
    (tmp_path / "kiriman.xlsx").write_bytes(fill.filled(questionnaire(UNIT, BOOK), sample="entahlah", users="banyak"))
    cleaned = intake.clean(tmp_path / "kiriman.xlsx", codebook=BOOK)
    found = cleaned.problems[["code", "sheet", "cell"]].values.tolist()
    assert sorted(found) == [["E-COUNT", "Info_Umum", "B6"], ["E-VALUE", "Info_Umum", "B5"]]
    assert surveys(cleaned) == []


def test_the_same_statement_twice_is_one_row():
    row = {"unit": "A", "wave": "2025", "users": 5, "stated": True}
    assert declared_first([row, {**row, "users": 6}, {"unit": "B", "wave": "2025"}]) == [
        row, {"unit": "B", "wave": "2025"},
    ]  # fmt: skip
