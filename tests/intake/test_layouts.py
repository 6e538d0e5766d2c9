"""One small workbook per way respondents stand on a sheet; the answers must come back as they were put in."""

# ruff: noqa: E501, FBT001 - rows of a sheet read best as rows; its cells are odd on purpose

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

import pytest

from analysis.intake import parse

from .conftest import HEADS, UNSUR, answers, codes, people

if TYPE_CHECKING:
    pass

Write = "Callable[..., Path]"
Clean = "Callable[..., Cleaned]"
ROWS = people(12)
SCORES = [row[1:] for row in ROWS]
QUESTIONS = [
    "Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan dengan jenis pelayanannya?",
    "Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini?",
    "Bagaimana pendapat Saudara tentang kecepatan waktu dalam memberikan pelayanan?",
    "Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?",
    "Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan antara yang tercantum dalam standar pelayanan?",
    "Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas dalam pelayanan?",
    "Bagaimana pendapat Saudara tentang perilaku petugas dalam pelayanan terkait kesopanan dan keramahan?",
    "Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?",
    "Bagaimana pendapat Saudara tentang penanganan pengaduan pengguna layanan?",
]


def totals(rows: list[list[Any]]) -> list[list[Any]]:
    sums = [sum(column) for column in zip(*(row[1:] for row in rows), strict=True)]
    means = [one / len(rows) for one in sums]
    index = sum(means) / 9 * 25
    return [
        ["Nilai per unsur", *sums], ["NRR per unsur", *means], ["NRR tertimbang", *(one / 9 for one in means)], [],
        ["IKM", round(index, 4)],
    ]  # fmt: skip


def test_a_rows_then_totals(write: Write, clean: Clean) -> None:
    found = clean(write([HEADS, *ROWS, *totals(ROWS)]))
    assert answers(found) == SCORES
    record = found.files.iloc[0]
    assert (record["heading"], record["kept"], record["total"], record["blank"]) == (1, 12, 4, 1)
    assert (record["unit"], record["wave"], record["layout"]) == ("Puskesmas Uji", "2025", "table")
    assert "E-RECON" not in codes(found)


def test_b_titles_legend_and_merged_totals(write: Write, clean: Clean) -> None:
    rows = [
        ["PENGOLAHAN SURVEI KEPUASAN MASYARAKAT"], ["PUSKESMAS UJI TAHUN 2024"], [], HEADS, *ROWS, *totals(ROWS), [],
        ["Keterangan"], ["", "Nilai Interval", "Mutu", "Kinerja"], ["", "25,00 - 64,99", "D", "Tidak baik"],
        ["", "88,31 - 100,00", "A", "Sangat baik"], [], ["", "", "", "Singkawang, 3 Maret 2024"], ["", "", "", "Kepala Puskesmas"],
    ]  # fmt: skip
    found = clean(write(rows, "data.xlsx", lambda book: book["Data"].merge_cells("A1:J1")))
    assert answers(found) == SCORES
    assert set(found.responses["wave"]) == {"2024"}
    assert set(found.responses["unit"]) == {"Puskesmas Uji"}
    assert found.files.iloc[0]["title"] == 2


def test_c_blocks_of_sums_beside_the_raw_block(write: Write, clean: Clean) -> None:
    """Five blocks on a sheet: only the one with answers is respondents; the others repeat the headings over means."""
    rows: list[list[Any]] = [
        ["LOGO"],
        ["Unit", "Puskesmas Uji"],
        ["Tahun", 2025],
        [],
        ["DATA RESPONDEN"],
        HEADS,
        *ROWS,
        [],
    ]
    sums = [sum(column) for column in zip(*SCORES, strict=True)]
    rows += [["REKAP NILAI"], HEADS, ["Jumlah", *sums], ["Rata-rata", *(one / 12 for one in sums)], []]
    rows += [
        ["IKM PER UNSUR"],
        ["Unsur", "NRR", "NRR x 25"],
        *([name.upper(), one / 12, one / 12 * 25] for name, one in zip(UNSUR, sums, strict=True)),
    ]
    found = clean(write(rows, "rekap.xlsx"))
    assert answers(found) == SCORES
    assert set(found.responses["unit"]) == {"Puskesmas Uji"}


def test_d_three_sheets_with_keys_and_values(write: Write, clean: Clean) -> None:
    sheets = {
        "Info_Umum": [["Nama Unit", "Dinas Uji"], ["Tahun", 2024], ["Populasi", 500]],
        "Waktu_Pelaksanaan": [["Mulai", "1 Maret"], ["Selesai", "30 Mei"]],
        "Data_Survei_Mentah": [HEADS, *ROWS],
    }
    found = clean(write(sheets, "kiriman.xlsx"))
    assert answers(found) == SCORES
    assert set(found.responses["unit"]) == {"Dinas Uji"}
    assert set(found.responses["sector"]) == {"licensing"}
    assert set(found.responses["wave"]) == {"2024"}


def test_e_city_recap_has_its_own_frame(write: Write, clean: Clean) -> None:
    heads = ["No", "OPD", "NRR", *[""] * 8, "POPULASI", "SAMPEL", "IKM", "KATEGORI"]
    second = ["", "", *(one.upper() for one in UNSUR), "", "", "", ""]
    means = [
        [3.21 + item / 100 for item in range(9)],
        [3.45 - item / 100 for item in range(9)],
        [2.98 + item / 50 for item in range(9)],
    ]
    rows = [
        ["REKAP IKM KOTA TAHUN 2024"], heads, second,
        *([at, unit, *mean, 300, 80, sum(mean) / 9 * 25, "Baik"]
          for at, (unit, mean) in enumerate(zip(["Puskesmas Uji", "Dinas Uji", "Dinas Baru"], means, strict=True), 1)),
        ["", "Jumlah", *[""] * 9, 900, 240],
    ]  # fmt: skip

    def merge(book: Any) -> None:
        for area in ("A2:A3", "B2:B3", "C2:K2", "L2:L3", "M2:M3", "N2:N3", "O2:O3"):
            book["Data"].merge_cells(area)

    found = clean(write(rows, "rekap kota 2024.xlsx", merge))
    assert found.responses.empty
    assert found.recaps["unit"].tolist() == ["Puskesmas Uji", "Dinas Uji", "Dinas Baru"]
    assert found.recaps["n"].tolist() == [80, 80, 80]
    assert found.recaps["nrr_u2"].round(2).tolist() == [3.22, 3.44, 3.0]
    assert found.recaps["grade"].tolist() == ["B", "B", "B"]
    assert found.recaps["sector"].tolist() == ["health", "licensing", "unknown"]
    assert "E-UNIT" in codes(found)


def test_f_questions_as_headings_with_text_answers(write: Write, clean: Clean) -> None:
    words = {
        "u1": ["Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"], "u2": ["Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"],
        "u3": ["Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"], "u4": ["Sangat mahal", "Cukup mahal", "Murah", "Gratis"],
        "u5": ["Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"], "u6": ["Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"],
        "u7": ["Tidak sopan dan ramah", "Kurang sopan dan ramah", "Sopan dan ramah", "Sangat sopan dan ramah"],
        "u9": ["Buruk", "Cukup", "Baik", "Sangat baik"], "u8": ["Tidak ada", "Ada tetapi tidak berfungsi", "Berfungsi kurang maksimal", "Dikelola dengan baik"],
    }  # fmt: skip
    order = list(words)
    rows = [
        [f"2025-03-{at % 28 + 1:02d} 09:00", *(words[item][score[UNSUR.index(item)] - 1] for item in order)]
        for at, score in enumerate(SCORES)
    ]
    heads = ["Timestamp", *(f"{at}. {text}\n" for at, text in enumerate(QUESTIONS, 1))]
    found = clean(write([heads, *rows]))
    assert answers(found) == SCORES
    assert found.responses["date"].iloc[0] == "2025-03-01"
    assert (found.changes["rule"] == "listed answer").sum() > 9


def test_g_all_scores_in_one_cell(write: Write, clean: Clean) -> None:
    rows = [[at, "L", ",".join(map(str, score))] for at, score in enumerate(SCORES, 1)]
    found = clean(write([["No", "Jenis Kelamin", "Jawaban"], *rows]))
    assert answers(found) == SCORES
    assert "E-PACKEDORDER" in codes(found)
    assert set(found.columns.loc[found.columns["variable"].isin(UNSUR), "column"]) == {"C"}


@pytest.mark.parametrize("shape", ["{}", "{}.", "({})", "{})", "{} "])
@pytest.mark.parametrize("upper", [False, True])
def test_h_letters(write: Write, clean: Clean, shape: str, upper: bool) -> None:
    letters = "ABCD" if upper else "abcd"
    rows = [[at, *(shape.format(letters[one - 1]) for one in score)] for at, score in enumerate(SCORES, 1)]
    assert answers(clean(write([HEADS, *rows]))) == SCORES


@pytest.mark.parametrize("shape", ["{0} ({1})", "{0}={1}", "{0}. {1}", "{0} - {1}"])
def test_numbers_with_their_words(write: Write, clean: Clean, shape: str) -> None:
    words = ["Tidak baik", "Kurang baik", "Baik", "Sangat baik"]
    rows = [[at, *(shape.format(one, words[one - 1]) for one in score)] for at, score in enumerate(SCORES, 1)]
    assert answers(clean(write([HEADS, *rows]))) == SCORES


def test_i_a_sheet_per_month_and_per_unit(write: Write, clean: Clean) -> None:
    months = clean(write({"Januari": [HEADS, *people(6)], "Februari": [HEADS, *people(6, 7)]}))
    assert len(months.responses) == 12
    assert set(months.responses["wave"]) == {"2025"}
    units = clean(write({"PKM Uji": [HEADS, *people(6)], "DPM Uji": [HEADS, *people(6, 7)]}, "Data SKM 2025.xlsx"))
    assert units.responses.groupby("sheet")["unit"].first().to_dict() == {
        "PKM Uji": "Puskesmas Uji",
        "DPM Uji": "Dinas Uji",
    }


def test_blocks_side_by_side(write: Write, clean: Clean) -> None:
    left, right = people(6), people(6, 7)
    rows = [[*HEADS, "", *HEADS], *([*one, "", *other] for one, other in zip(left, right, strict=True))]
    found = clean(write(rows))
    assert sorted(answers(found)) == sorted(row[1:] for row in left + right)
    record = found.files.iloc[0]
    assert (record["kept"], record["heading"], record["rows"]) == (12, 2, 14)


def test_blocks_beneath_each_other_with_their_own_titles(write: Write, clean: Clean) -> None:
    rows = [
        ["Unit: Puskesmas Uji"],
        HEADS,
        *people(6),
        ["Jumlah", *[9] * 9],
        [],
        ["Unit: Dinas Uji"],
        HEADS,
        *people(6, 7),
    ]
    found = clean(write(rows, "gabungan 2025.xlsx"))
    assert found.responses["unit"].value_counts().to_dict() == {"Puskesmas Uji": 6, "Dinas Uji": 6}
    assert answers(found) == [row[1:] for row in people(12)]


def test_two_heading_rows_and_data_anywhere(write: Write, clean: Clean) -> None:
    rows = [[], [], ["", "", "No", "Jenis Kelamin", "Nilai Unsur", *[""] * 8], ["", "", "", "", *(one.upper() for one in UNSUR)],
            *(["", "", at, "P", *score] for at, score in enumerate(SCORES[:6], 1)), [], *(["", "", at, "L", *score] for at, score in enumerate(SCORES[6:], 7))]  # fmt: skip

    def merge(book: Any) -> None:
        for area in ("C3:C4", "D3:D4", "E3:M3"):
            book["Data"].merge_cells(area)

    found = clean(write(rows, touch=merge))
    assert answers(found) == SCORES
    assert found.responses["sex"].tolist() == ["female"] * 6 + ["male"] * 6
    assert found.responses["row"].tolist() == [*range(5, 11), *range(12, 18)]


def test_numbering_row_under_the_heading_is_no_respondent(write: Write, clean: Clean) -> None:
    found = clean(write([HEADS, list(range(1, 11)), *ROWS]))
    assert answers(found) == SCORES
    assert found.files.iloc[0]["heading"] == 2


def test_fourteen_items_are_the_rule_of_2004(write: Write, clean: Clean) -> None:
    heads = ["No", *(f"P{number}" for number in range(1, 15))]
    rows = [[at, *((at + item) % 4 + 1 for item in range(14))] for at in range(1, 11)]
    found = clean(write([heads, *rows], "Puskesmas Uji 2013.xlsx"))
    assert set(found.responses["rule"]) == {"2004"}
    assert found.responses["p14"].tolist() == [row[14] for row in rows]
    assert "u1" not in found.responses.columns


def test_swapped_questionnaire_is_read_by_its_words(write: Write, clean: Clean) -> None:
    heads = ["No", *(one.upper() for one in UNSUR[:7]), "U8 Sarana dan Prasarana", "U9 Penanganan Pengaduan"]
    found = clean(write([heads, *ROWS]))
    assert answers(found) == [[*score[:7], score[8], score[7]] for score in SCORES]
    assert "E-SWAP" in codes(found)
    assert "E-U8U9" not in codes(found)


@pytest.mark.parametrize("head", ["P{}", "Pertanyaan {}", "Q{}", "Unsur {}", "Soal {}"])
def test_nine_numbered_questions_are_the_nine_elements_with_a_doubt(write: Write, clean: Clean, head: str) -> None:
    found = clean(write([["No", *(head.format(at) for at in range(1, 10))], *ROWS]))
    assert set(found.responses["rule"]) == {"2017"}
    assert answers(found) == SCORES
    assert "E-U8U9" in codes(found)


def test_bare_numbers_under_one_wide_heading(write: Write, clean: Clean) -> None:
    rows = [
        ["Hasil survei 2025"],
        ["No", "Umur", "Nilai unsur pelayanan"],
        ["", "", *range(1, 10)],
        *([row[0], 30, *row[1:]] for row in ROWS),
    ]

    def merge(book: Any) -> None:
        for area in ("A2:A3", "B2:B3", "C2:K2"):
            book["Data"].merge_cells(area)

    found = clean(write(rows, touch=merge))
    assert answers(found) == SCORES
    assert set(found.responses["age"]) == {"25-34"}


def test_a_tick_in_one_of_four_columns(write: Write, clean: Clean) -> None:
    names = ["Persyaratan", "Prosedur", "Waktu", "Biaya", "Produk", "Kompetensi", "Perilaku", "Pengaduan", "Sarana"]
    heads = ["No", "Nama", "JK", *(cell for name in names for cell in (name, "", "", ""))]
    rows = [heads, ["", "", "", *([1, 2, 3, 4] * 9)]]
    rows += [
        [row[0], "Budi", "L", *("v" if score == at else "" for score in row[1:] for at in range(1, 5))] for row in ROWS
    ]
    rows[4][3:7] = ["v", "v", "", ""]
    found = clean(write(rows))
    assert answers(found) == [*SCORES[:2], [None, *SCORES[2][1:]], *SCORES[3:]]
    assert found.columns.set_index("variable")["column"][["u1", "u2"]].tolist() == ["D", "H"]
    assert found.problems.loc[found.problems["code"] == "E-LABEL", "cell"].tolist() == ["D5"]
    assert set(found.responses["sex"]) == {"male"}


def test_respondents_as_columns_are_told_apart_and_not_read(write: Write, clean: Clean) -> None:
    rows = [
        ["Unsur", *(f"R{at}" for at in range(1, 13))],
        *([item.upper(), *column] for item, column in zip(UNSUR, zip(*SCORES, strict=True), strict=True)),
    ]
    found = clean(write(rows))
    assert found.responses.empty
    problem = found.problems[found.problems["code"] == "E-TRANSPOSED"].iloc[0]
    assert (problem["cell"], problem["severity"]) == ("A2:A10", "set aside")
    assert found.files["set_aside"].tolist() == [9]


def test_one_more_heading_of_an_item_starts_no_second_block(write: Write, clean: Clean) -> None:
    order = [4, 1, 9, 8, 2, 3, 7, 6, 5]
    heads = ["Waktu", "Kecamatan domisili", *(f"U{at}" for at in order)]
    days = [datetime(2025, 5, at, 8, at) for at in range(1, len(SCORES) + 1)]  # noqa: DTZ001 - a cell has no zone
    rows = [[day, "Singkawang Utara", *(row[at - 1] for at in order)] for day, row in zip(days, SCORES, strict=True)]
    found = clean(write([heads, *rows]))
    assert answers(found) == SCORES
    assert found.responses["date"].tolist() == [f"{day:%Y-%m-%d}" for day in days]


def test_one_row_per_answer_is_told_apart_and_not_read(write: Write, clean: Clean) -> None:
    answers_of = [
        [f"R{person}", "Dinas Uji", item, answer]
        for person, scores in enumerate(SCORES)
        for item, answer in zip(UNSUR, scores, strict=True)
    ]
    found = clean(write([["Responden", "Unit", "Unsur", "Jawaban"], *answers_of]))
    assert found.responses.empty
    problem = found.problems[found.problems["code"] == "E-STACKED"].iloc[0]
    assert (problem["cell"], problem["severity"]) == (f"C2:C{len(answers_of) + 1}", "set aside")
    assert found.files["set_aside"].tolist() == [len(answers_of)]


def test_a_form_of_one_person_per_sheet_is_told_apart_and_not_read(write: Write, clean: Clean) -> None:
    forms = {
        f"Kuesioner {person}": [
            ["KUESIONER"], ["Umur", 30], ["No", "Unsur", "Jawaban"],
            *([at, item, answer] for at, (item, answer) in enumerate(zip(UNSUR, scores, strict=True), 1)),
        ]
        for person, scores in enumerate(SCORES)
    }  # fmt: skip
    found = clean(write(forms))
    assert found.responses.empty
    problem = found.problems[found.problems["code"] == "E-ONEFORM"].iloc[0]
    assert (problem["sheet"], problem["count"], problem["severity"]) == ("Kuesioner 0", len(SCORES), "set aside")
    assert found.files["set_aside"].tolist() == [9] * len(SCORES)


def test_a_summary_beside_respondents_is_no_form_of_one_person(write: Write, clean: Clean) -> None:
    summary = [["Unsur", "Mutu"], *([item, "B"] for item in UNSUR)]
    found = clean(write({"Data": [HEADS, *ROWS], "Ringkasan": summary}))
    assert answers(found) == SCORES
    assert not codes(found) & {"E-ONEFORM", "E-STACKED", "E-NOSURVEY"}


@pytest.mark.parametrize(
    "legend",
    [
        [["U8 : Sarana dan Prasarana"], ["U9 : Penanganan Pengaduan"]],
        [["", "U8", "Sarana dan prasarana"], ["", "U9", "Penanganan pengaduan, saran dan masukan"]],
    ],
)
@pytest.mark.parametrize("above", [True, False])
def test_a_legend_on_the_sheet_tells_what_u8_and_u9_are(
    write: Write, clean: Clean, legend: list[list[str]], above: bool
) -> None:
    rows = [*legend, [], HEADS, *ROWS] if above else [HEADS, *ROWS, [], ["Keterangan"], *legend]
    found = clean(write(rows))
    assert answers(found) == [[*score[:7], score[8], score[7]] for score in SCORES]
    assert "E-ORDER" in codes(found)
    assert "E-U8U9" not in codes(found)


def test_a_codebook_tells_what_u8_and_u9_are(write: Write, clean: Clean, tmp_path: Any) -> None:
    from analysis import codebook  # noqa: PLC0415

    path = tmp_path / "codebook.toml"
    path.write_text(
        'id = "swapped"\nversion = "1"\nextends = "singkawang"\ntitle = { id = "x" }\n'
        '[[instrument]]\nid = "skm-2017"\n[[instrument.item]]\nname = "u8"\nheadings = ["U9"]\n'
        '[[instrument.item]]\nname = "u9"\nheadings = ["U8"]\n',
        encoding="utf-8",
    )
    found = clean(write([HEADS, *ROWS]), with_book=codebook.load(path))
    assert answers(found) == [[*score[:7], score[8], score[7]] for score in SCORES]
    assert "E-U8U9" not in codes(found)


def test_a_row_that_has_no_kind_or_two_is_noticed(write: Any, clean: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The count of physical rows is made apart from the kinds, so that a lost row breaks the run and is not printed."""
    count = parse._count

    def lossy(grid: Any, parts: Any, record: Any) -> None:
        count(grid, parts, record)
        record.kinds["kept"] -= 1

    monkeypatch.setattr(parse, "_count", lossy)
    with pytest.raises(AssertionError, match="do not add up"):
        clean(write([HEADS, *people(5)]))
