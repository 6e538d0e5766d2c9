"""Answers that name several things, percent formats, units that are silent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from analysis import intake, oversight, pipeline, store

from .conftest import HEADS, MADE_UP, answers, people

if TYPE_CHECKING:
    from pathlib import Path

TITLE = ["SKM Puskesmas Uji 2025"]


@pytest.mark.parametrize("cell", ["SMA, S1", "SMA; S1", "D3 dan S1", "SD/SMP"])
def test_c20_several_answers_in_one_cell_are_none_and_said(cell: str, write: Any, clean: Any) -> None:
    rows = [[*row, cell if at == 4 else "SMA"] for at, row in enumerate(people(9))]
    found = clean(write([TITLE, [*HEADS, "Pendidikan"], *rows]))
    assert found.responses["education"].tolist().count("upper secondary") == 8
    assert found.responses["education"].iloc[4] == ""
    (told,) = found.problems[found.problems["code"] == "E-VALUE"].to_dict("records")
    assert (told["cell"], told["count"], told["severity"]) == ("K7", 1, "set aside")
    assert cell not in told["what"] + told["todo"]


@pytest.mark.parametrize("cell", ["3,4", "3 atau 4", "3/4", "a dan b"])
def test_c20_two_scores_in_one_cell_are_none_and_said(cell: str, write: Any, clean: Any) -> None:
    rows = people(9)
    rows[4][3] = cell
    found = clean(write([TITLE, HEADS, *rows]))
    assert answers(found)[4][2] is None
    told = found.problems["code"].isin(["E-LABEL", "E-RANGE", "E-CONFLICT"])
    assert found.problems.loc[told, "cell"].tolist() == ["D7"]


@pytest.mark.parametrize("shown", ["0%", "0.00%", '0" %"'])
def test_c23_a_number_that_is_shown_as_percent_is_no_score(shown: str, write: Any, clean: Any) -> None:
    rows = people(9)
    rows[4][3] = 0.8

    def percent(made: Any) -> None:
        made["Data"]["D7"].number_format = shown

    found = clean(write([TITLE, HEADS, *rows], touch=percent))
    assert answers(found)[4][2] is None
    (told,) = found.problems[found.problems["code"] == "E-RANGE"].to_dict("records")
    assert (told["cell"], told["severity"]) == ("D7", "set aside")


def test_d06_a_silent_unit_and_one_with_nobody_are_told_apart_from_zero(write: Any, tmp_path: Path) -> None:
    write([TITLE, HEADS, *people(30)], "Puskesmas Uji 2025.xlsx")
    write([["SKM Dinas Uji 2025"], HEADS], "Dinas Uji 2025.xlsx")
    write({"Unit wajib survei": [["Unit", "Tahun"], ["Puskesmas Uji", 2025], ["Dinas Uji", 2025]]}, "keterangan.xlsx")
    (tmp_path / "codebook.toml").write_text(MADE_UP, encoding="utf-8")
    assert pipeline.clean(tmp_path, tmp_path / "processed").exit_code == 1
    study = store.open_study(tmp_path / "processed")
    assert study.problems.loc[study.problems["code"] == "E-NODATA", "file"].tolist() == ["Dinas Uji 2025.xlsx"]
    table = oversight.coverage(study).set_index("unit")
    assert table["surveyed"].to_dict() == {"Puskesmas Uji": True, "Dinas Uji": False}
    assert set(study.responses["unit"]) == {"Puskesmas Uji"}


def test_d06_a_heading_without_people_is_no_survey_of_zero(write: Any) -> None:
    (told,) = intake.check(write([TITLE, HEADS]))
    assert (told["outcome"], told["code"]) == ("nothing", "E-NODATA")
