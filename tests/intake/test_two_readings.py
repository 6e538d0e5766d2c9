"""Sheets that two readings fit about equally well: a question that names both, never a guess."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import HEADS, answers, codes, people

NAMES = ["Persyaratan", "Prosedur", "Waktu", "Biaya", "Produk", "Kompetensi", "Perilaku", "Pengaduan", "Sarana"]
TWICE = [[*row, *other[1:]] for row, other in zip(people(12), people(12, 40), strict=True)]
BESIDE = [[*row, "", row[0], *other[1:]] for row, other in zip(people(12), people(12, 40), strict=True)]
SEXED = [[*row, "LP"[row[0] % 2]] for row in people(12)]
SHEETS = {
    "codes in two orders": ([HEADS, ["No", *reversed(HEADS[1:])], *people(12)], ("B2", "B3")),
    "names in two orders": ([["No", *NAMES], ["No", *NAMES[1:], NAMES[0]], *people(12)], ("B2", "B3")),
    "answers twice": ([[*HEADS, *HEADS[1:]], *TWICE], ("B2", "K2")),
    "hopes and answers": (
        [["No", "Harapan", *[""] * 8, "Kinerja"], ["", *HEADS[1:], *HEADS[1:]], *TWICE], ("B3", "K3"),
    ),
    "answers twice, then a comment": (
        [[*HEADS, *HEADS[1:], "Saran"], *([*row, "baik"] for row in TWICE)], ("B2", "K2"),
    ),
    "hopes and answers, each numbered": (
        [["Harapan", *[""] * 10, "Kenyataan"], [*HEADS, "", *HEADS], *BESIDE], ("B3", "M3"),
    ),
    "importance and performance beneath": (
        [["Tingkat kepentingan"], HEADS, *people(12), ["Kinerja"], HEADS, *people(12, 40)], ("B3", "B17"),
    ),
    "the same numbers twice": ([[*HEADS, "", *HEADS], *BESIDE], ("B2", "M2")),
    "the same numbers and people beneath": (
        [[*HEADS, "L/P"], *SEXED, [*HEADS, "L/P"], *SEXED], ("B2", "B15"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SHEETS)
def test_neither_of_two_readings_is_chosen_and_both_are_named(write: Any, clean: Any, name: str) -> None:
    rows, places = SHEETS[name]
    found = clean(write([["Survei kepuasan"], *rows]))
    assert len(found.responses) == 0
    told = found.problems[found.problems["code"] == "E-LAYOUT"]
    assert told["what"].tolist() == [
        f"The table can be read in two equally good ways (from {places[0]} or from {places[1]}); none was chosen."
    ]
    assert found.files["set_aside"].sum() == len(rows) + 1


@pytest.mark.parametrize("gap", [[], [""]])
def test_respondents_beside_each_other_with_numbers_of_their_own_are_read(
    write: Any, clean: Any, gap: list[str]
) -> None:
    rows = [[*one, *gap, *other] for one, other in zip(people(12), people(12, 13), strict=True)]
    found = clean(write([["Survei kepuasan"], [*HEADS, *gap, *HEADS], *rows]))
    assert len(found.responses) == 24
    assert "E-LAYOUT" not in codes(found)


MONTHS = [["Bulan: Januari", *[""] * 10, "Bulan: Februari"], [*HEADS, "", *HEADS], *BESIDE]
OTHERS = [
    [*HEADS, "L/P"],
    *SEXED,
    [*HEADS, "L/P"],
    *([row[0] - 39, *row[1:], "LP"[row[0] % 3 > 0]] for row in people(12, 40)),
]


@pytest.mark.parametrize("rows", [MONTHS, OTHERS], ids=["months", "other people"])
def test_blocks_that_number_their_respondents_alike_are_read_where_something_tells_them_apart(
    write: Any, clean: Any, rows: list[list[Any]]
) -> None:
    found = clean(write([["Survei kepuasan"], *rows]))
    assert len(found.responses) == 24
    assert "E-LAYOUT" not in codes(found)


@pytest.mark.parametrize("title", ["Harapan", "Tingkat Kepentingan", "B. Skor harapan responden"])
def test_a_table_of_hopes_beside_one_of_experience_is_set_aside_and_said(write: Any, clean: Any, title: str) -> None:
    met = [["Puskesmas Harapan Uji"], HEADS, *people(12)]
    for sheets in (
        {title: [HEADS, *people(12, 40)], "Kenyataan": met},
        {"Data": met, "Lain": [[title], HEADS, *people(12, 40)]},
    ):
        found = clean(write(sheets))
        assert answers(found) == [row[1:] for row in people(12)]
        told = found.problems[found.problems["code"] == "E-HOPES"]
        assert told[["severity", "count"]].to_numpy().tolist() == [["set aside", 12]]
