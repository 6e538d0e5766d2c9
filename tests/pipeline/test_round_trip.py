"""The study handed out, and what is handed out taken in again: by this kit, by a reader of each format."""

# ruff: noqa: E501 - rows of a codebook read best as rows

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from analysis import codebook, example, intake, pipeline, store
from analysis.errors import NothingUsableError
from analysis.intake.drafts import exchange
from analysis.pipeline import forms

if TYPE_CHECKING:
    from pathlib import Path

PLACE = ["respondent", "flags", "file", "sheet", "row"]
"""Columns that tell where an answer stood: they are others in another file."""
BOOK = """
id = "rounds"
version = "1"
title = { id = "Dua putaran", en = "Two rounds" }
strata = ["district", "wave"]
missing = ["", "-", "98"]
field = [
  { name = "district", label = { id = "distrik", en = "district" }, open = true },
  { name = "sex", label = { id = "jenis kelamin", en = "sex" }, value = [{ name = "female", label = { id = "perempuan", en = "women" } }, { name = "male", label = { id = "laki-laki", en = "men" } }] },
]
[[instrument]]
id = "main"
low = 1
high = 5
answers = { "not at all" = 1, "very little" = 2, "somewhat" = 3, "mostly" = 4, "completely" = 5 }
item = [
  { name = "heard", label = { id = "Didengar", en = "Heard" } },
  { name = "helped", label = { id = "Dibantu", en = "Helped" } },
  { name = "worried", label = { id = "Khawatir", en = "Worried" }, reverse = true, answers = { "completely" = 1, "mostly" = 2, "somewhat" = 3, "very little" = 4, "not at all" = 5 } },
]
[[measure]]
name = "mean"
label = { id = "rata-rata", en = "mean" }
parts = [["heard"], ["helped"], ["worried"]]
low = 1
high = 5
margin = 0.2
[[wave]]
name = "Round 1"
[[wave]]
name = "Round 2"
[[district]]
name = "Alpha"
[[district]]
name = "Beta"
"""
HEADS = ["Wave", "District", "Sex", "Heard", "Helped", "Worried"]


def answers(count: int = 240) -> list[list[Any]]:
    """Return people of two rounds and districts; a 98 is no answer."""
    return [
        [f"Round {1 + at % 2}", ("Alpha", "Beta")[at // 2 % 2], ("female", "male")[at // 4 % 2],
         1 + (at * 7 + at // 9) % 5, 98 if at % 40 == 0 else 1 + (at * 3 + at // 7) % 5, 1 + (at + at // 11) % 5]
        for at in range(count)
    ]  # fmt: skip


@pytest.fixture
def handed(tmp_path: Path) -> Path:
    """Return a folder with what the export of the study of two rounds writes, its codebook beside it."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    raw.mkdir()
    (raw / "codebook.toml").write_text(BOOK, encoding="utf-8")
    made = openpyxl.Workbook()
    for row in (HEADS, *answers()):
        made.active.append(row)
    made.save(raw / "rounds.xlsx")
    assert pipeline.clean(raw, tmp_path / "first", lang="en").exit_code in (0, 1)
    assert forms.export(out, tmp_path / "first", lang="en").exit_code == 0
    return out


def taken_in(path: Path, book: codebook.Codebook) -> pd.DataFrame:
    found = intake.clean(path, book, "en")
    assert "E-SCORES" in set(found.problems["code"])
    assert not set(found.problems["severity"]) & {"set aside", "refused"}
    assert "E-NOWAVE" not in set(found.problems["code"])
    return found.responses


@pytest.mark.parametrize("ending", [".sav", ".csv"])
def test_what_a_codebook_alone_describes_comes_back_as_it_was(handed: Path, ending: str) -> None:
    study = store.open_study(handed.parent / "first")
    back = taken_in(handed / f"responses{ending}", study.book)
    assert study.responses["worried"].tolist() == [6 - row[5] for row in answers()]
    pd.testing.assert_frame_equal(back.drop(columns=PLACE), study.responses.drop(columns=PLACE), check_dtype=False)


def test_the_example_comes_back_as_it_was(tmp_path: Path) -> None:
    example.write(tmp_path / "raw", seed=5)
    book = codebook.load(tmp_path / "raw" / "codebook.toml")
    before = intake.clean(tmp_path / "raw", book, "en").responses
    for ending in (".sav", ".csv"):
        path = tmp_path / f"responses{ending}"
        path.write_bytes(exchange.frame_bytes(before, book, ending))
        back = intake.clean(path, book, "en").responses
        pd.testing.assert_frame_equal(back.drop(columns=PLACE), before.drop(columns=PLACE), check_dtype=False)


def test_each_format_holds_the_same_values(handed: Path) -> None:
    study = store.open_study(handed.parent / "first")
    text = pd.read_csv(handed / "responses.csv", keep_default_na=False, dtype=str)
    whole = pd.read_parquet(handed / "responses.parquet")
    sav, meta = pyreadstat.read_sav(str(handed / "responses.sav"))
    pd.testing.assert_frame_equal(whole, study.responses, check_dtype=False)
    for name in study.book.items:
        numbers = study.responses[name].astype("Float64")
        assert [float(one) if one else None for one in text[name]] == [None if pd.isna(one) else one for one in numbers]
        assert sav[name].isna().tolist() == numbers.isna().tolist()
        assert sav[name].dropna().tolist() == numbers.dropna().tolist()
        assert meta.variable_measure[name] == "ordinal"
    assert meta.variable_value_labels["heard"] == {
        1.0: "not at all", 2.0: "very little", 3.0: "somewhat", 4.0: "mostly", 5.0: "completely",
    }  # fmt: skip
    assert meta.variable_value_labels["worried"][5.0] == "not at all"
    assert meta.column_names_to_labels["worried"] == "Worried"
    assert sav["wave"].tolist() == text["wave"].tolist() == study.responses["wave"].tolist()


def test_the_codebook_as_a_workbook_names_scales_words_and_missing_codes(handed: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO((handed / "codebook.xlsx").read_bytes()))
    cells = {str(cell.value) for sheet in book for row in sheet for cell in row if cell.value is not None}
    assert {"heard", "helped", "worried", "Heard", "Didengar", "Alpha", "Beta"} <= cells
    assert any("5 = completely" in cell for cell in cells)
    assert {"-; 98", "1 \u2013 5", "1 \u2013 5, numbers turned round"} <= cells
    assert any("1 = completely" in cell for cell in cells)


def test_a_study_of_one_sav_file_becomes_pages_in_english(handed: Path, tmp_path: Path) -> None:
    raw, reports = tmp_path / "again", tmp_path / "reports"
    raw.mkdir()
    (raw / "responses.sav").write_bytes((handed / "responses.sav").read_bytes())
    assert forms.codebook_new([raw / "responses.sav"], raw / "codebook.toml", lang="en").exit_code == 0
    (raw / "responses.csv").unlink()
    assert "FILL IN" in (raw / "codebook.toml").read_text(encoding="utf-8")
    outcome = pipeline.run(raw, reports=reports, processed=tmp_path / "again-processed", lang="en")
    assert outcome.exit_code in (0, 1)
    pages = {one.name for one in reports.glob("*.html")}
    assert {"index.html", "04-kecamatan.html"} <= pages
    page = (reports / "04-kecamatan.html").read_text(encoding="utf-8")
    assert '<html lang="en"' in page
    assert "Alpha" in page


def test_an_export_without_a_study_is_refused_in_the_language_asked_for(tmp_path: Path) -> None:
    with pytest.raises(NothingUsableError, match="no cleaned survey here yet"):
        forms.export(tmp_path / "out", tmp_path, lang="en")
