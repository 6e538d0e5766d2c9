"""Every layout in many hands and formats comes back equal to its truth, cell for cell."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import answers, codes
from .variants import ANSWERS, HEADINGS, Written, block, save, style, written

if TYPE_CHECKING:
    from pathlib import Path

SEEDS = range(24)
FORMATS = ("xlsx", "xls", "ods", "csv")


def told(found: Any, name: str) -> list[str]:
    return found.responses[name].fillna("").tolist()


def assert_truth(found: Any, made: Written) -> None:
    """Compare answers and respondents with the truth, in any order (tables beside each other have two)."""
    names = sorted({name for person in made.people for name in person})
    got = sorted(map(str, zip(answers(found), *(told(found, name) for name in names), strict=True)))
    want = sorted(
        str((scores, *(person.get(name, "") for name in names)))
        for scores, person in zip(made.scores, made.people, strict=True)
    )
    assert got == want


@pytest.mark.parametrize("layout", ["A", "B", "C", "D", "F", "G", "H", "I", "beside", "beneath"])
@pytest.mark.parametrize("seed", SEEDS)
def test_a_layout_in_many_hands(clean: Any, tmp_path: Path, layout: str, seed: int) -> None:
    draw = random.Random(f"{layout} {seed}")  # noqa: S311 - no secret
    made = written(layout, draw)
    ending = FORMATS[seed % (3 if layout in "DI" else 4)]
    found = clean(save(made, tmp_path / f"Puskesmas Uji 2024.{ending}", draw))
    assert_truth(found, made)
    assert set(found.responses["unit"]) == {"Puskesmas Uji"}
    assert (
        found.files["rows"] == found.files[["title", "heading", "blank", "total", "note", "kept"]].sum(axis=1)
    ).all()


@pytest.mark.parametrize("headings", sorted(HEADINGS))
def test_every_way_to_head_the_elements(clean: Any, tmp_path: Path, headings: str) -> None:
    draw = random.Random(headings)  # noqa: S311 - no secret
    made = Written()
    rows, _ = block(draw, made, style(draw, headings=headings, answers="number", tail=()), 12)
    made.sheets = [("Data", rows, [])]
    found = clean(save(made, tmp_path / "Puskesmas Uji 2024.xlsx", draw))
    assert_truth(found, made)
    assert ("E-HEADNEAR" in codes(found)) == (headings == "slips")


@pytest.mark.parametrize("way", sorted(ANSWERS))
@pytest.mark.parametrize("headings", ["official", "N1", "Unsur I", "slips"])
def test_respondents_as_columns_are_asked_about_never_read(clean: Any, tmp_path: Path, way: str, headings: str) -> None:
    draw = random.Random(way)  # noqa: S311 - no secret
    made = Written()
    how = style(draw, headings=headings, answers=way, fields=(), order=tuple(range(9)), tail=(), serial=False)
    rows, _ = block(draw, made, how, 12)
    turned = [["Unsur", *(f"R{at}" for at in range(1, 13))], *map(list, zip(*rows, strict=True))]
    made.sheets = [("Data", turned, [])]
    found = clean(save(made, tmp_path / "Puskesmas Uji 2024.xlsx", draw))
    assert found.responses.empty
    assert "E-TRANSPOSED" in codes(found)


def test_a_respondent_under_the_heading_is_never_a_heading_row(write: Any, clean: Any) -> None:
    """Words of a first row resemble headings ("41 tahun", "Laki-laki", "SD"); yet it holds answers."""
    words = ["4 - Sangat sesuai", "2 - Kurang mudah", "2 - Kurang cepat", "2 - Cukup mahal", "2 - Kurang sesuai",
             "4 - Sangat kompeten", "3 - Sopan dan ramah", "3 - Berfungsi kurang maksimal", "3 - Baik"]  # fmt: skip
    heads = ["No", "JK", "Usia", "Pendidikan", *(f"U{at}" for at in range(1, 10))]
    found = clean(write([heads, *([at, "laki - laki", "41 tahun", "Sarjana (S1)", *words] for at in range(1, 5))]))
    assert found.responses["row"].tolist() == [2, 3, 4, 5]
    assert told(found, "age") == ["35-59"] * 4


def test_a_last_respondent_with_unlisted_words_is_kept(write: Any, clean: Any) -> None:
    heads = ["No", "JK", *(f"U{at}" for at in range(1, 10))]
    people = [[at, "L", *[3] * 9] for at in range(1, 6)]
    found = clean(write([heads, *people, [6, "P", *["memuaskan sekali"] * 9], ["", "", *[15.5] * 9]]))
    assert told(found, "sex") == ["male"] * 5 + ["female"]
    assert found.problems.loc[found.problems["code"] == "E-LABEL", "cell"].tolist() == ["C7:K7"]
    assert found.files[["kept", "note"]].to_numpy().tolist() == [[6, 1]]


def test_a_numbering_row_of_fourteen_columns_is_no_questionnaire_of_fourteen(write: Any, clean: Any) -> None:
    heads = ["No", "Umur", "JK", "Pekerjaan", "Nama", *(f"U{at}" for at in range(1, 10))]
    for numbers in (range(1, 15), [f"({at})" for at in range(1, 15)]):
        found = clean(write([heads, list(numbers), *([at, 30, "L", "PNS", "Budi", *[3] * 9] for at in range(1, 6))]))
        assert set(found.responses["rule"]) == {"2017"}
        assert found.files["heading"].tolist() == [2]


def test_free_text_under_a_heading_of_an_element_is_a_comment(write: Any, clean: Any) -> None:
    heads = ["No", *(f"U{at}" for at in range(1, 10)), "Saran dan Masukan"]
    rows = [[at, *[3] * 9, "tidak ada" if at % 2 else "Mohon ditambah kursi"] for at in range(1, 9)]
    found = clean(write([heads, *rows]))
    assert "E-DUPCOL" not in codes(found)
    assert set(found.responses["u8"]) == {3}
    assert "Mohon ditambah kursi" in set(found.responses["comment"])


@pytest.mark.parametrize("separator", [";", "\t", "|"])
def test_the_separator_is_not_the_one_inside_packed_answers(clean: Any, tmp_path: Path, separator: str) -> None:
    rows = [["No", "JK", "Jawaban"], *([str(at), "L", "3,4,3,4,3,4,3,4,3"] for at in range(1, 9))]
    path = tmp_path / "Puskesmas Uji 2024.csv"
    path.write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8")
    assert answers(clean(path)) == [[3, 4, 3, 4, 3, 4, 3, 4, 3]] * 8


def test_sheets_name_the_units_where_the_file_does_not(write: Any, clean: Any) -> None:
    rows = [["No", *(f"U{at}" for at in range(1, 10))], *([at, *[3 - at % 2] * 9] for at in range(1, 6))]
    units = clean(write({"Dukcapil": rows, "Perizinan": [rows[0], *rows[2:]]}, "Data SKM 2024.xlsx"))
    assert units.responses.groupby("sheet")["unit"].first().to_dict() == {
        "Dukcapil": "Dukcapil",
        "Perizinan": "Perizinan",
    }
    months = clean(write({"Januari": rows, "TW II": [rows[0], *rows[2:]]}, "SKM Perizinan 2024.xlsx"))
    assert set(months.responses["unit"]) == {"Perizinan"}


def test_a_grade_table_beside_the_answers_names_no_unit(write: Any, clean: Any) -> None:
    heads = ["No", *(f"U{at}" for at in range(1, 10)), "", "Nilai Interval", "Mutu Pelayanan", "Kinerja Unit Pelayanan"]
    grades = [("25,00 - 64,99", "D", "Tidak Baik"), ("65,00 - 76,60", "C", "Kurang Baik")]
    rows = [[at + 1, *[3] * 9, "", *grade] for at, grade in enumerate(grades)] + [[3, *[4] * 9]]
    found = clean(write([heads, *rows]))
    assert set(found.responses["unit"]) == {"Puskesmas Uji"}
    assert "E-UNIT" not in codes(found)


@pytest.mark.parametrize("title", [["Hasil Survei Kepuasan Masyarakat PKM Uji Tahun 2024"], ["Tahun", "", 2024]])
def test_a_title_over_the_first_column_is_no_part_of_its_heading(write: Any, clean: Any, title: list[Any]) -> None:
    heads = ["Urutan isian", *(f"U{at}" for at in range(1, 10))]
    above = [] if "Hasil" in title[0] else [["Unit", "", "PKM Uji"]]
    found = clean(write([*above, title, heads, *([at, *[3] * 9] for at in range(1, 6))], "rekap.xlsx"))
    assert set(found.responses["unit"]) == {"Puskesmas Uji"}
    assert set(found.responses["wave"]) == {"2024"}
    assert found.files["heading"].tolist() == [1]
