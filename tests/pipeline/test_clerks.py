"""What ``check`` tells three hurried clerks, each of whom can act on it; saved by LibreOffice where it is installed."""

import importlib.util
import shutil
import subprocess
from pathlib import Path

import openpyxl
import pytest

from analysis import intake, pipeline

HERE = importlib.util.spec_from_file_location("clerks", Path(__file__).with_name("clerks.py"))
clerks = importlib.util.module_from_spec(HERE)
HERE.loader.exec_module(clerks)


def told(path):
    return list(pipeline.check([path]).messages)


def test_a_turned_table_is_set_aside_and_its_clerk_told_how_to_turn_it(tmp_path):
    clerks.turned(tmp_path / "a.xlsx")
    lines = told(tmp_path / "a.xlsx")
    assert lines[0].endswith('a.xlsx": belum ada baris yang dapat dipakai')
    assert any("B4:B12" in line and "Transpose" in line for line in lines)
    assert len(intake.clean(tmp_path / "a.xlsx").responses) == 0


def test_ticks_are_read_as_the_answers_they_stand_under(tmp_path):
    clerks.ticked(tmp_path / "a.xlsx", people=30)
    lines = told(tmp_path / "a.xlsx")
    assert lines[1].startswith('  Lembar "Sheet1" (satu baris per responden): 30 baris dipakai, 0 disisihkan')
    assert not any("E-RECON" in line or "E-NOITEM" in line for line in lines)
    responses = intake.clean(tmp_path / "a.xlsx").responses
    found = responses[[f"u{place + 1}" for place in range(9)]].to_numpy().tolist()
    assert found == [[clerks.answer(person, place) for place in range(9)] for person in range(30)]


def test_mere_counts_are_set_aside_and_the_answers_of_each_asked_for(tmp_path):
    clerks.tallied(tmp_path / "a.xlsx")
    lines = told(tmp_path / "a.xlsx")
    assert any("rekap!C6:C14" in line and "satu baris untuk tiap responden" in line for line in lines)
    [record] = pipeline.check([tmp_path / "a.xlsx"]).facts["files"]
    assert (record["outcome"], record["code"]) == ("partly", "E-TALLY")


def test_elements_without_a_heading_are_named_with_the_headings_they_may_have(tmp_path):
    clerks.ticked(tmp_path / "a.xlsx")
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    book.active["T3"] = "Mutu barang"
    book.save(tmp_path / "a.xlsx")
    line = next(line for line in told(tmp_path / "a.xlsx") if "E-NOITEM" in line)
    assert "1 unsur tidak ditemukan di judul kolom: U5 Produk spesifikasi jenis pelayanan." in line
    assert "Mungkin maksudnya: T4." in line


def test_answers_packed_in_one_cell_miss_no_heading(tmp_path):
    book = openpyxl.Workbook()
    for row in (["Dinas Uji 2025"], ["No", "Jawaban"], *([n + 1, "3,4,3,4,3,3,4,2,3"] for n in range(12))):
        book.active.append(row)
    book.save(tmp_path / "a.xlsx")
    problems = intake.clean(tmp_path / "a.xlsx").problems["code"].tolist()
    assert "E-PACKEDORDER" in problems
    assert "E-NOITEM" not in problems


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.slow
def test_saved_by_libreoffice_they_are_told_the_same(tmp_path):
    for name, write in clerks.CLERKS.items():
        write(tmp_path / name)
    call = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", "xlsx",
            "--outdir", str(tmp_path / "out"), *(str(tmp_path / name) for name in clerks.CLERKS)]  # fmt: skip
    subprocess.run(call, check=True, capture_output=True, timeout=300)
    records = pipeline.check([tmp_path / "out"]).facts["files"]
    assert [one["code"] for one in records] == ["E-TRANSPOSED", "E-TALLY", ""]
