"""Answers that name several things, percent formats, units that are silent."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import xlwt
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from analysis import intake, oversight, pipeline, store

from . import faulty, xlsb
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
@pytest.mark.parametrize("number", [0.8, 0.03, 3])
def test_c23_a_number_that_is_shown_as_percent_is_no_score(shown: str, number: float, write: Any, clean: Any) -> None:
    rows = people(9)
    rows[4][3] = number

    def percent(made: Any) -> None:
        made["Data"]["D7"].number_format = shown

    found = clean(write([TITLE, HEADS, *rows], touch=percent))
    if '"' in shown and number == 3:  # shown as "3 %": the sign is only written beside it
        assert answers(found)[4][2] == 3
        return
    assert answers(found)[4][2] is None
    (told,) = found.problems[found.problems["code"].isin(["E-RANGE", "E-LABEL"])].to_dict("records")
    assert (told["cell"], told["severity"]) == ("D7", "set aside")


RECAP = ["No", "Unit", "Jumlah Responden", "Populasi", "IKM", *(f"U{at}" for at in range(1, 10))]


def recap(tmp_path: Path, name: str, index: Any, form: str) -> Path:
    """Write three units' recap, the index with a number format."""
    rows = [
        [at, unit, 120, 1234, index, *[3.1] * 9] for at, unit in enumerate(["Puskesmas Uji", "Dinas Uji", "Dinas Lain"])
    ]
    path = tmp_path / f"Rekap IKM 2025{name}"
    if name == ".xls":
        made, style = xlwt.Workbook(), xlwt.easyxf(num_format_str=form)
        sheet = made.add_sheet("Data")
        for at, row in enumerate([RECAP, *rows]):
            for column, value in enumerate(row):
                sheet.write(at, column, value, style if at and column == 4 else xlwt.Style.default_style)
        made.save(str(path))
    elif name == ".ods":
        faulty.ods(tmp_path, [RECAP, *rows], path.name)
        with zipfile.ZipFile(path) as archive:
            parts = {one: archive.read(one) for one in archive.namelist()}
        old, new = f">{index}<", f">{index * 100:g}%<"
        cell = f'<table:table-cell office:value-type="percentage" office:value="{index}"><text:p'
        body = re.sub(
            rf'<table:table-cell office:value-type="string"><text:p(?={old})', cell, parts["content.xml"].decode()
        )
        assert cell in body
        with zipfile.ZipFile(path, "w") as archive:
            for one, data in (parts | {"content.xml": body.replace(old, new).encode()}).items():
                archive.writestr(one, data)
    else:
        path = faulty.xlsx(tmp_path, [RECAP, *rows], path.name)
        made = openpyxl.load_workbook(path)
        for at in (2, 3, 4):
            made["Data"].cell(at, 5).number_format = form
        made.save(path)
    return path


@pytest.mark.parametrize("name", [".xlsx", ".xls", ".ods"])
def test_c23_an_index_is_read_as_it_is_shown(name: str, tmp_path: Path, clean: Any) -> None:
    found = clean(recap(tmp_path, name, 0.7654, "0.00%"))
    assert found.recaps["index"].round(6).tolist() == [76.54] * 3
    if name != ".ods":
        assert clean(recap(tmp_path, name, 76.54, '0.00" %"')).recaps["index"].tolist() == [76.54] * 3


@pytest.mark.parametrize(("mean", "form"), [(0.8125, "0.00%"), (3.25, "0%"), (81.25, "General"), ("81,25 %", "@")])
def test_c23_means_out_of_a_hundred_are_asked_about_and_the_rest_of_a_recap_read(
    mean: Any, form: str, write: Any, clean: Any
) -> None:
    rows = [[at, unit, 120, 1234, 81.25, *[mean] * 9] for at, unit in enumerate(["Puskesmas Uji", "Dinas Uji"], 1)]

    def shown(made: Any) -> None:
        for row in (2, 3):
            for column in range(6, 15):
                made["Data"].cell(row, column).number_format = form

    found = clean(write([RECAP, *rows], "Rekap IKM 2025.xlsx", shown))
    assert found.recaps[["n", "population", "index"]].to_numpy().tolist() == [[120, 1234, 81.25]] * 2
    assert found.recaps.filter(like="nrr_").isna().all(axis=None)
    told = found.problems[found.problems["code"] == "E-HUNDRED"]
    assert (told["count"].sum(), set(told["severity"])) == (18, {"set aside"})


@pytest.mark.parametrize(
    ("cell", "count"),
    [("1.234", 1234), ("1,234", 1234), ("1 234", 1234), ("1.234 orang", 1234), ("120 responden", 120),
     ("1.234.567", 1234567), (1.234, None), ("12,5", None), ("75%", None), ("banyak", None), ("120 kursi", None)],
)  # fmt: skip
def test_c23_a_count_is_whole_however_it_is_grouped_or_it_is_said(
    cell: Any, count: int | None, write: Any, clean: Any
) -> None:
    rows = [
        [at, unit, 120, cell, 77.5, *[3.1] * 9] for at, unit in enumerate(["Puskesmas Uji", "Dinas Uji", "Dinas Lain"])
    ]
    found = clean(write([RECAP, *rows], "Rekap IKM 2025.xlsx"))
    assert (
        found.recaps["population"].astype(object).where(found.recaps["population"].notna(), None).tolist()
        == [count] * 3
    )
    assert ("E-COUNT" in set(found.problems["code"])) is (count is None)


def test_c23_a_score_shown_as_percent_in_an_xlsb_is_none(tmp_path: Path, clean: Any) -> None:
    rows = [[*row[:3], 3, *row[4:]] for row in people(9)]
    xlsb.save(tmp_path / "SKM.xlsb", [HEADS, *rows], percent={3})
    found = clean(tmp_path / "SKM.xlsb")
    assert [row[2] for row in answers(found)] == [None] * 9
    told = found.problems[found.problems["code"] == "E-RANGE"]
    assert told[["cell", "count"]].to_numpy().tolist() == [["D2:D10", 9]]


@pytest.mark.parametrize("since_1904", [False, True])
@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".xlsb"])
def test_days_by_their_number_count_from_the_year_of_the_workbook(
    tmp_path: Path, clean: Any, ending: str, *, since_1904: bool
) -> None:
    rows = [["Tanggal", *HEADS[1:]], *([45748 - 1462 * since_1904, *row[1:]] for row in people(9))]
    path = tmp_path / f"SKM{ending}"

    def epoch(made: Any) -> None:
        made.epoch = CALENDAR_MAC_1904 if since_1904 else made.epoch

    if ending == ".xlsx":
        faulty.xlsx(tmp_path, rows, path.name, epoch)
    elif ending == ".xls":
        made = xlwt.Workbook()
        made.dates_1904 = since_1904
        sheet = made.add_sheet("Data")
        for at, row in enumerate(rows):
            for column, value in enumerate(row):
                sheet.write(at, column, value)
        made.save(str(path))
    else:
        xlsb.save(path, rows, since_1904=since_1904)
    assert set(clean(path).responses["date"]) == {"2025-04-01"}


def test_days_of_a_register_count_from_the_year_of_the_workbook(write: Any, clean: Any) -> None:
    def epoch(made: Any) -> None:
        made.epoch = CALENDAR_MAC_1904

    found = clean(write({"Pengaduan": [["Unit", "Tanggal masuk"], ["Puskesmas Uji", 45748 - 1462]]}, touch=epoch))
    assert found.registers["complaints"]["received"].tolist() == ["2025-04-01"]


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
