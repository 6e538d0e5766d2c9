"""Registers as units keep them: their own workbooks, titles, headings and words."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from .conftest import HEADS, codes, people

DAYS = [(date(2025, 3, at), date(2025, 3, at + 5) if at % 2 else None) for at in range(1, 9)]


def _complaints(*heads: str) -> list[list[Any]]:
    return [list(heads), *([at, first, "WA", "antrean", last] for at, (first, last) in enumerate(DAYS, 1))]


def test_a_register_of_one_unit_takes_it_from_its_title(write: Any, clean: Any) -> None:
    rows = [["BUKU REGISTER PENGADUAN"], ["Puskesmas Uji"], ["Tahun 2025"], [],
            *_complaints("No", "Tgl Masuk", "Media", "Kategori Aduan", "Tgl Selesai")]  # fmt: skip
    found = clean(write(rows, "aduan.xlsx"))
    kept = found.registers["complaints"]
    assert kept["unit"].tolist() == ["Puskesmas Uji"] * 8
    assert kept["received"].tolist() == [f"{first:%Y-%m-%d}" for first, _ in DAYS]
    assert kept["closed"].tolist() == [f"{last:%Y-%m-%d}" if last else "" for _, last in DAYS]
    assert found.columns.set_index("variable").loc["unit", "matched"] == "title"
    assert "E-REGISTERROW" not in codes(found)


def test_headings_spread_over_two_rows_are_joined(write: Any, clean: Any) -> None:
    rows = [["DAFTAR PENGADUAN Puskesmas Uji"], ["No", "Tanggal", "Media", "Kategori", "Tanggal"],
            ["", "Masuk", "", "", "Selesai"], *_complaints("")[1:]]  # fmt: skip
    kept = clean(write(rows, "aduan.xlsx")).registers["complaints"]
    assert kept["closed"].ne("").sum() == 4
    assert set(kept["channel"]) == {"WA"}
    assert len(kept) == 8


def test_a_plan_takes_its_year_from_its_title(write: Any, clean: Any) -> None:
    rows = [["RENCANA TINDAK LANJUT SKM Puskesmas Uji Tahun 2024"], [],
            ["No", "Unsur terendah", "Rencana aksi", "Target", "Penanggungjawab", "Ket"],
            [1, "Waktu penyelesaian", "Menambah loket", "TW II 2025", "Kepala", "selesai"]]  # fmt: skip
    (kept,) = clean(write(rows, "RTL.xlsx")).registers["plans"].to_dict("records")
    assert (kept["unit"], kept["wave"], kept["item"]) == ("Puskesmas Uji", "2024", "Waktu penyelesaian")
    assert (kept["program"], kept["owner"], kept["status"]) == ("Menambah loket", "Kepala", "selesai")


@pytest.mark.parametrize("heading", ["Unit Kerja", "Perangkat Daerah", "SKPD", "Nama OPD", "Instansi"])
def test_a_unit_column_may_be_called_as_in_a_survey(write: Any, clean: Any, heading: str) -> None:
    rows = [["No", heading, "Tgl Masuk", "Media", "Tgl Selesai"], *([at, "Puskesmas Uji", first, "WA", last]
            for at, (first, last) in enumerate(DAYS, 1))]  # fmt: skip
    assert set(clean(write(rows, "a.xlsx")).registers["complaints"]["unit"]) == {"Puskesmas Uji"}


def test_rows_of_nobody_knows_which_unit_are_set_aside(write: Any, clean: Any) -> None:
    rows = [["REGISTER PENGADUAN"], *_complaints("No", "Tgl Masuk", "Media", "Kategori Aduan", "Tgl Selesai")]
    found = clean(write(rows, "aduan.xlsx"))
    assert "complaints" not in found.registers or found.registers["complaints"].empty
    assert found.files["set_aside"].sum() == 8
    assert "E-REGISTERROW" in codes(found)


def test_answers_under_a_title_about_complaints_stay_answers(write: Any, clean: Any) -> None:
    rows = [["Survei layanan pengaduan, Puskesmas Uji 2025"], ["Tanggal", "Media", "Status", *HEADS],
            *([date(2025, 3, 1), "Loket", "umum", *row] for row in people(12))]  # fmt: skip
    assert len(clean(write(rows, "a.xlsx")).responses) == 12


def test_a_unit_that_no_codebook_lists_has_one_spelling(write: Any, clean: Any, tmp_path: Any) -> None:
    write([["SKM Puskesmas Antah Tahun 2024"], HEADS, *people(12)], "a.xlsx")
    write([["SKM PUSKESMAS  ANTAH Tahun 2025"], HEADS, *people(12, 9)], "b.xlsx")
    write(
        [["REGISTER PENGADUAN puskesmas antah"], *_complaints("No", "Tgl Masuk", "Media", "Kategori Aduan")], "c.xlsx"
    )
    found = clean(tmp_path)
    assert found.responses.groupby("wave")["unit"].unique().map(list).tolist() == [["Puskesmas Antah"]] * 2
    assert set(found.registers["complaints"]["unit"]) == {"Puskesmas Antah"}
    assert set(found.files["unit"]) <= {"Puskesmas Antah", ""}
    changed = found.changes[(found.changes["variable"] == "unit") & (found.changes["rule"] == "name of a unit")]
    assert changed[["file", "new", "count"]].to_numpy().tolist() == [["b.xlsx", "Puskesmas Antah", 12]]


@pytest.mark.parametrize(("users", "told"), [((900, 800), ["2:2"]), ((900, 900), [])])
def test_two_declarations_that_contradict_each_other_are_told(write: Any, clean: Any, users: Any, told: Any) -> None:
    heads = ["Unit", "Tahun", "Cara memilih responden", "Jumlah pengguna"]
    rows = [heads, *(["Puskesmas Uji", 2025, "acak", one] for one in users)]
    found = clean(write({"Survei": rows}, "keterangan.xlsx"))
    assert found.problems.loc[found.problems["code"] == "E-TWICE", "cell"].tolist() == told
    assert found.registers["surveys"]["users"].tolist()[-1] == users[-1]
