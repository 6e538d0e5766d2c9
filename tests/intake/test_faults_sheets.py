"""Sections B and C of the fault catalogue: layout and cells. Each test's name begins with the id of its fault."""

# ruff: noqa: E501, RUF001, DTZ001, FBT001 - rows of a sheet read best as rows; its cells are odd on purpose

from __future__ import annotations

import re
import zipfile
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from analysis import codebook
from analysis.intake.decode import ItemDecoder
from analysis.intake.text import normal

from .conftest import HEADS, UNSUR, answers, codes, people

ROWS = people(12)
SCORES = [row[1:] for row in ROWS]


def cells(found: Any, code: str) -> list[str]:
    return found.problems.loc[found.problems["code"] == code, "cell"].tolist()


def with_cell(value: Any, row: int = 4, column: int = 3) -> list[list[Any]]:
    rows = [list(one) for one in [HEADS, *ROWS]]
    rows[row - 1][column - 1] = value
    return rows


def test_b01_headings_without_people(write: Any, clean: Any) -> None:
    found = clean(write([HEADS]))
    assert "E-NODATA" in codes(found)
    assert found.files.iloc[0]["outcome"] == "nothing"
    assert found.responses.empty


def test_b01_an_empty_workbook(write: Any, clean: Any) -> None:
    found = clean(write({"Sheet1": []}))
    assert codes(found) == {"E-NOSURVEY"}


def test_b04_two_columns_of_one_heading(write: Any, clean: Any) -> None:
    heads = [*HEADS, "Jenis Kelamin", "jenis kelamin\u00a0"]
    found = clean(write([heads, *([*row, "L", "P"] for row in ROWS)]))
    assert cells(found, "E-DUPCOL") == ["L1"]
    assert "K1" in found.problems.loc[found.problems["code"] == "E-DUPCOL", "what"].iloc[0]
    assert answers(found) == SCORES


def test_b05_an_unknown_column_is_said(write: Any, clean: Any) -> None:
    found = clean(write([[*HEADS, "Warna"], *([*row, "biru"] for row in ROWS)]))
    assert cells(found, "E-COLUMN") == ["K"]
    assert "biru" not in found.responses.to_csv()


def test_b05_a_misspelt_heading_is_taken_with_a_warning(write: Any, clean: Any) -> None:
    heads = [
        "No",
        "Persyaratan",
        "Prosedur",
        "Waktu penyelesaian",
        "Biaya",
        "Produk pelayanan",
        "Kompetensi pelaksanna",
        "Perilaku petugas",
        "Penanganan pengaduan",
        "Sarana dan prasarana",
    ]
    found = clean(write([heads, *ROWS]))
    assert answers(found) == SCORES
    assert cells(found, "E-HEADNEAR") == ["G1"]


@pytest.mark.parametrize(
    "heading",
    ["Jenis\nKelamin", "Jenis\u00a0Kelamin", "\u200bJenis Kelamin\u200f", "JENIS  KELAMIN", "5. Jenis Kelamin"],
)
def test_b06_headings_with_odd_spaces(write: Any, clean: Any, heading: str) -> None:
    found = clean(write([[*HEADS, heading], *([*row, "P"] for row in ROWS)]))
    assert set(found.responses["sex"]) == {"female"}


def test_b07_merged_units_are_filled_and_merged_scores_set_aside(write: Any, clean: Any) -> None:
    rows = [
        ["Unit", *HEADS],
        ["Puskesmas Uji", *ROWS[0]],
        *(["", *row] for row in ROWS[1:6]),
        ["Dinas Uji", *ROWS[6]],
        *(["", *row] for row in ROWS[7:]),
    ]

    def merge(book: Any) -> None:
        for area in ("A2:A7", "A8:A13", "D3:D4"):
            book["Data"].merge_cells(area)

    found = clean(write(rows, "gabungan 2025.xlsx", merge))
    assert found.responses["unit"].value_counts().to_dict() == {"Puskesmas Uji": 6, "Dinas Uji": 6}
    assert (found.changes["rule"] == "merged cell filled").sum() == 2
    assert found.responses["u2"].isna().tolist() == [False, True, True, *[False] * 9]
    assert cells(found, "E-MERGED") == ["D3:D4"]


def test_b08_hidden_rows_and_columns_are_read_and_a_hidden_sheet_is_not(write: Any, clean: Any) -> None:
    def hide(book: Any) -> None:
        book["Data"].row_dimensions[3].hidden = True
        book["Data"].column_dimensions["D"].hidden = True
        book["Data"].auto_filter.ref = "A1:J13"
        book["Data"].auto_filter.add_filter_column(1, ["1"])
        book["Lain"].sheet_state = "hidden"

    found = clean(write({"Data": [HEADS, *ROWS], "Lain": [HEADS, *people(5, 50)]}, touch=hide))
    assert answers(found) == SCORES
    assert {"E-HIDDENROWS", "E-HIDDENCOLUMNS", "E-FILTER", "E-HIDDEN", "E-HIDDENSHEET"} <= codes(found)
    assert found.files["set_aside"].tolist() == [0, 5]


def test_b09_a_lonely_cell_at_the_far_end(write: Any, clean: Any) -> None:
    def far(book: Any) -> None:
        book["Data"].cell(1048576, 1, " ")
        book["Data"].cell(900000, 16000)

    found = clean(write([HEADS, *ROWS], touch=far))
    assert found.files["outcome"].tolist() in (["read"], ["refused"])
    assert answers(found) in (SCORES, [])


def test_b11_addresses_hold_where_data_begin_elsewhere(write: Any, clean: Any) -> None:
    rows = [[], [], [], *(["", "", *row] for row in [HEADS, *ROWS])]
    rows[8][4] = 7
    found = clean(write(rows))
    assert cells(found, "E-RANGE") == ["E9"]
    assert found.responses["row"].tolist() == list(range(5, 17))


def test_b12_wrong_totals_are_told_cell_by_cell(write: Any, clean: Any) -> None:
    sums = [sum(column) for column in zip(*SCORES, strict=True)]
    sums[2] += 5
    index = sum(sum(column) / 12 * 0.11 for column in zip(*SCORES, strict=True)) * 25
    found = clean(write([HEADS, *ROWS, ["Jumlah", *sums], ["IKM", round(index, 2)]]))
    assert cells(found, "E-RECON") == ["D14"]
    assert cells(found, "E-WEIGHT") == ["B15"]
    assert answers(found) == SCORES


def test_b13_two_equally_good_readings_are_a_question(write: Any, clean: Any) -> None:
    """Two heading rows that name the same items over different columns, and answers that fit either."""
    heads = [HEADS, ["", "U9", "U8", "U7", "U6", "U5", "U4", "U3", "U2", "U1"]]
    found = clean(write([*heads, *ROWS]))
    assert found.responses.empty
    problem = found.problems[found.problems["code"] == "E-LAYOUT"].iloc[0]
    assert "B1" in problem["what"]
    assert "B2" in problem["what"] or "J2" in problem["what"]


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A"])
def test_c01_error_cells(write: Any, clean: Any, error: str) -> None:
    def spoil(book: Any) -> None:
        book["Data"]["C4"].value = error
        book["Data"]["C4"].data_type = "e"

    found = clean(write([HEADS, *ROWS], touch=spoil))
    problem = found.problems[found.problems["code"] == "E-ERR"].iloc[0]
    assert (problem["cell"], problem["severity"]) == ("C4", "set aside")
    assert error in problem["what"]
    assert answers(found)[2][1] is None
    assert len(found.responses) == 12


def test_c02_formulas_never_computed(write: Any, clean: Any) -> None:
    found = clean(write(with_cell("=1+2")))
    problem = found.problems[found.problems["code"] == "E-NOCACHE"].iloc[0]
    assert (problem["cell"], problem["severity"]) == ("C4", "set aside")
    assert answers(found)[2][1] is None


def test_c02_a_formula_beside_the_data_sets_nothing_aside(write: Any, clean: Any) -> None:
    found = clean(write([HEADS, *ROWS, ["Jumlah", "=SUM(B2:B13)"]]))
    assert found.problems.loc[found.problems["code"] == "E-NOCACHE", "severity"].tolist() == ["warning"]
    assert found.files["outcome"].tolist() == ["read"]


@pytest.mark.parametrize("word", ["NA", "None", "null", "N/A"])
def test_c03_words_that_other_readers_take_for_blanks(write: Any, clean: Any, word: str) -> None:
    found = clean(write(with_cell(word)))
    assert cells(found, "E-LABEL") == ["C4"]


def test_c04_c05_identities_never_come_in(write: Any, clean: Any) -> None:
    rows = [
        [*HEADS, "Kode", "HP"],
        *([*row, f"617201010190{at:04d}", f"0812345678{at:02d}"] for at, row in enumerate(ROWS)),
    ]
    found = clean(write(rows))
    assert cells(found, "E-PII") == ["L", "K"] or sorted(cells(found, "E-PII")) == ["K", "L"]
    told = found.responses.to_csv() + found.problems.to_csv() + found.changes.to_csv() + found.columns.to_csv()
    assert "6172010101" not in told
    assert "08123456" not in told


@pytest.mark.parametrize("three", ["３", "٣", "3 ", "\u00a03", "3,0", "3.0"])
def test_c06_c14_digits_in_other_dress(write: Any, clean: Any, three: str) -> None:
    found = clean(write(with_cell(three)))
    assert answers(found)[2][1] == 3
    assert "number stored as text" in set(found.changes["rule"])


@pytest.mark.parametrize("text", ["3,5", "1.234,5", "80%", "IV", "O", "4_0", "1e0", "inf", "3 orang", "???", "✓"])
def test_c07_c08_c09_nothing_else_is_guessed(write: Any, clean: Any, text: str) -> None:
    found = clean(write(with_cell(text)))
    assert answers(found)[2][1] is None
    assert {"E-LABEL", "E-RANGE", "E-CONFLICT"} & codes(found)


@pytest.mark.parametrize("flag", [True, False])
def test_c09_true_and_false_are_no_scores(write: Any, clean: Any, flag: bool) -> None:
    found = clean(write(with_cell(flag)))
    assert answers(found)[2][1] is None
    assert cells(found, "E-RANGE") == ["C4"]


@pytest.mark.parametrize("value", [date(2024, 1, 4), datetime(2024, 4, 1, 0, 0)])
def test_c10_answers_that_became_dates(write: Any, clean: Any, value: Any) -> None:
    found = clean(write(with_cell(value)))
    assert cells(found, "E-AUTODATE") == ["C4"]
    assert answers(found)[2][1] is None


@pytest.mark.parametrize(
    ("texts", "first", "sure"),
    [
        (["03/04/2025", "25/04/2025"], "2025-04-03", True),
        (["03/04/2025", "04/25/2025"], "2025-03-04", True),
        (["03/04/2025"], "2025-04-03", False),
    ],
)
def test_c11_the_order_of_day_and_month_is_one_per_column(
    write: Any, clean: Any, texts: list[str], first: str, sure: bool
) -> None:
    rows = [["Tanggal", *HEADS[1:]], *([texts[at % len(texts)], *row[1:]] for at, row in enumerate(ROWS))]
    found = clean(write(rows))
    assert found.responses["date"].iloc[0] == first
    assert ("E-DATEORDER" not in codes(found)) is sure


@pytest.mark.parametrize("value", ["31/02/2025", 1e20, "0202-01-01", "kemarin", time(9, 30)])
def test_c12_c13_dates_that_are_none(write: Any, clean: Any, value: Any) -> None:
    rows = [["Tanggal", *HEADS[1:]], *(["2025-03-01", *row[1:]] for row in ROWS)]
    rows[4][0] = value
    found = clean(write(rows))
    assert cells(found, "E-DATE") == ["A5"]
    assert found.responses["date"].iloc[3] == ""


def test_c12_serial_numbers_and_words_are_dates(write: Any, clean: Any) -> None:
    rows = [
        ["Tanggal", *HEADS[1:]],
        *(
            [value, *row[1:]]
            for value, row in zip([45717, "1 Maret 2025", datetime(2025, 3, 1)] * 4, ROWS, strict=True)
        ),
    ]
    assert set(clean(write(rows)).responses["date"]) == {"2025-03-01"}


@pytest.mark.parametrize("name", ["Puskesmas Ujі", "Puskesmas Uj1"])
def test_c15_c16_a_name_that_only_looks_like_a_unit_is_another(write: Any, clean: Any, name: str) -> None:
    found = clean(write([["Unit", *HEADS[1:]], *([name, *row[1:]] for row in ROWS)], "2025.xlsx"))
    assert set(found.responses["unit"]) == {name}
    assert set(found.responses["sector"]) == {"unknown"}
    problem = found.problems[found.problems["code"] == "E-UNIT"].iloc[0]
    assert "Puskesmas Uji" in problem["todo"]


@pytest.mark.parametrize(
    ("text", "district"),
    [("Skw. Utara", "Singkawang Utara"), ("SINGKAWANG  UTARA ", "Singkawang Utara"), ("Kec. Singkawang Utara", "Singkawang Utara"),
     ("Utara", "Singkawang Utara"), ("Roban", "Singkawang Tengah"), ("luar kota", "Luar kota"), ("Kel. Tengah", "Singkawang Barat")],
)  # fmt: skip
def test_c16_places_by_name_and_alias(write: Any, clean: Any, text: str, district: str) -> None:
    found = clean(write([["Kecamatan", *HEADS[1:]], *([text, *row[1:]] for row in ROWS)]))
    assert set(found.responses["district"]) == {district}


@pytest.mark.parametrize(
    ("text", "meant"), [("Tengah", "Tengah"), ("Singkawng Utara", "Singkawang Utara"), ("Pontianak Kota", "")]
)
def test_c16_a_place_that_is_not_sure_is_left_empty(write: Any, clean: Any, text: str, meant: str) -> None:
    found = clean(write([["Kecamatan", *HEADS[1:]], *([text, *row[1:]] for row in ROWS)]))
    assert set(found.responses["district"]) == {""}
    assert cells(found, "E-PLACE") == ["A2:A13"]
    (todo,) = set(found.problems.loc[found.problems["code"].eq("E-PLACE"), "todo"])
    assert todo.endswith(f": {meant}." if meant else "village.")


def test_c16_village_and_district_that_contradict(write: Any, clean: Any) -> None:
    rows = [
        ["Kecamatan", "Kelurahan", *HEADS[1:]],
        *(["Singkawang Utara", "Roban" if at < 2 else "Naram", *row[1:]] for at, row in enumerate(ROWS)),
    ]
    found = clean(write(rows))
    assert cells(found, "E-PLACECLASH") == ["B2:B3"]
    assert found.responses["district"].tolist() == ["", "", *["Singkawang Utara"] * 10]


@pytest.mark.parametrize("value", [0, 5, 44, -1, 2.5])
def test_c17_scores_out_of_range(write: Any, clean: Any, value: float) -> None:
    found = clean(write(with_cell(value)))
    assert cells(found, "E-RANGE") == ["C4"]
    assert answers(found)[2][1] is None
    assert len(found.responses) == 12


def test_c18_a_five_point_scale_never_mixes_in(write: Any, clean: Any) -> None:
    rows = [[at, *((at + item) % 5 + 1 for item in range(9))] for at in range(1, 21)]
    found = clean(write([HEADS, *rows]))
    assert found.responses.empty
    assert "E-SCALE" in codes(found)
    assert found.files.iloc[0]["set_aside"] == 20


def test_c18_what_to_write_for_another_scale_is_enough_to_read_it(write: Any, clean: Any, tmp_path: Path) -> None:
    rows = [[at, *((at + item) % 5 + 1 for item in range(9))] for at in range(1, 21)]
    sent = write([HEADS, *rows])
    told = clean(sent, codebook.load()).problems.set_index("code").loc["E-SCALE", "todo"]
    lines = re.findall(r'extends = "[^"]+"|\[\[instrument\]\]|id = "[^"]+"|high = 5', told)
    own = tmp_path / "codebook.toml"
    own.write_text("\n".join([lines[-1], *lines[:-1]]), encoding="utf-8")
    assert "Send answers 1-4." in told
    assert len(clean(sent, codebook.load(own)).responses) == 20


@pytest.mark.parametrize("codes_of", ["1234", "abcd"])
def test_c18_a_reversed_legend_is_said(write: Any, clean: Any, codes_of: str) -> None:
    words = ["sangat baik", "baik", "kurang baik", "tidak baik"]
    legend = ", ".join(f"{code} = {word}" for code, word in zip(codes_of, words, strict=True))
    found = clean(write([[f"Keterangan: {legend}"], [], HEADS, *ROWS]))
    assert "E-REVERSED" in codes(found)


def test_a_table_of_grades_is_no_legend_of_a_reversed_scale(write: Any, clean: Any) -> None:
    grades = [["A (Sangat Baik) : 88,31 - 100,00"], ["B (Baik) : 76,61 - 88,30"], ["A sangat baik", "", "88,31-100,00"]]
    found = clean(write([HEADS, *ROWS, [], ["Mutu pelayanan :"], *grades]))
    assert "E-REVERSED" not in codes(found)


def test_means_beside_a_legend_of_abbreviations_are_no_index(write: Any, clean: Any) -> None:
    beside = ["- IKM = Indeks Kepuasan Masyarakat", "", "", "", "", "U4", "Biaya/tarif", "", "", "", 3.13]
    assert "E-RECON" not in codes(clean(write([HEADS, *ROWS, [], beside])))
    stated = ["IKM unit pelayanan", "", "", "", "", "", "", "", "", "", 3.13]
    assert "E-RECON" in codes(clean(write([HEADS, *ROWS, [], stated])))


def test_a_row_of_weights_is_no_row_of_weighted_means(write: Any, clean: Any) -> None:
    rows = [HEADS, ["Bobot", *[0.11] * 8, 0.12], *ROWS]
    found = clean(write(rows))
    assert "E-RECON" not in codes(found)
    assert len(found.responses) == len(ROWS)


def test_c19_repeated_rows_are_only_flagged(write: Any, clean: Any) -> None:
    rows = [*people(20), *people(10)]
    found = clean(write([HEADS, *rows]))
    assert len(found.responses) == 30
    assert (found.responses["flags"] == "repeat").sum() == 20
    assert "E-REPEAT" in codes(found)


def test_c21_c22_control_characters_and_long_texts(write: Any, clean: Any) -> None:
    rows = [[*HEADS, "Saran"], *([*row, "bagus\u202e sekali\u200b 😀 " + "a" * 32700] for row in ROWS)]
    comment = clean(write(rows)).responses["comment"].iloc[0]
    assert comment.startswith("bagus sekali 😀")
    assert len(comment) <= 32767


def test_test_rows_and_rows_without_answers_are_set_aside(write: Any, clean: Any) -> None:
    rows = [
        ["Nama", "Jenis Kelamin", *HEADS[1:]],
        *(["Budi Santoso", "L", *row[1:]] for row in ROWS),
        ["tes", "L", *[4] * 9],
        ["Siti Aminah", "P"],
    ]
    found = clean(write(rows))
    assert len(found.responses) == 12
    assert {"E-TESTROW", "E-NOANSWER"} <= codes(found)
    assert "Santoso" not in "".join(
        getattr(found, name).to_csv() for name in ("responses", "problems", "changes", "columns")
    )


def test_missing_codes_are_no_problem(write: Any, clean: Any) -> None:
    found = clean(write(with_cell("-")))
    assert answers(found)[2][1] is None
    assert not {"E-LABEL", "E-RANGE"} & codes(found)


def test_normal_form_is_idempotent() -> None:
    for text in ("  Sangat  BAIK!", "U1.", "ﬁ", "Kec.\u00a0Utara"):
        assert normal(normal(text)) == normal(text)


def test_every_listed_answer_of_the_questionnaire_decodes_to_its_score(book: Any) -> None:
    instrument = book.instrument("skm-2017")
    for item in instrument.items:
        decode = ItemDecoder(book, instrument, item, text_file=False)
        assert item.name in UNSUR
        for label, score in item.answers.items():
            assert decode(label.upper()).value == score


@pytest.mark.parametrize("said", ["A1", "A1:A2", "A1:XFD1048576"])
def test_b10_the_declared_dimension_is_not_believed(write: Any, clean: Any, said: str) -> None:
    path = write([HEADS, *ROWS])
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b'<dimension ref="A1:J13"' in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b'ref="A1:J13"', f'ref="{said}"'.encode())
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    assert answers(clean(path)) == SCORES


def test_b15_a_sheet_that_ends_at_the_limit_of_old_excel_is_said(write: Any, clean: Any) -> None:
    found = clean(write([[*HEADS, *[""] * 245, "Lain"], *ROWS]))
    assert found.files["kept"].tolist() == [12]
    assert "E-CUT" in codes(found)


def test_c24_digits_that_are_names_stay_texts(write: Any, clean: Any) -> None:
    found = clean(
        write([["Jenis Layanan", *HEADS[1:]], *(["007" if at % 2 else "A7", *row[1:]] for at, row in enumerate(ROWS))])
    )
    assert set(found.responses["service"]) == {"007", "A7"}
