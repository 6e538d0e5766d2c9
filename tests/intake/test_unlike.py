"""Rows with values under the elements that are nobody's answers: never counted as respondents, always said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from .conftest import HEADS, answers, codes, people

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = people(12)
MEANS = [round(sum(column) / 12) for column in zip(*(row[1:] for row in PEOPLE), strict=True)]
COUNTS = [
    [2, 1, 2, 0, 1, 2, 1, 2, 2],
    [1, 2, 1, 3, 2, 1, 2, 1, 1],
    [4, 4, 3, 3, 4, 4, 4, 4, 3],
    [3, 3, 4, 4, 3, 3, 3, 3, 4],
]


@pytest.mark.parametrize(
    "label", ["Modus", "Median", "Nilai tertinggi", "Simpangan baku", "Persentase", "MAKSIMUM", "Rerata loket"]
)
@pytest.mark.parametrize("at", ["serial", "name", "behind"])
def test_a_statistic_among_numbered_respondents_is_none_of_them(write: Any, clean: Any, label: str, at: str) -> None:
    below = {
        "serial": [label, "", *[3] * 9, ""],
        "name": ["", label, *[3] * 9, ""],
        "behind": ["", "", *[3] * 9, label],
    }
    rows = [[row[0], "x", *row[1:], ""] for row in PEOPLE]
    found = clean(write([["No", "Nama", *HEADS[1:], "Catatan"], *rows, below[at]]))
    assert answers(found) == [row[1:] for row in PEOPLE]
    assert found.files["total" if at == "serial" else "set_aside"].tolist() == [1]
    assert ("E-NOTPERSON" in codes(found)) is (at != "serial")


@pytest.mark.parametrize("label", ["Contoh", "Skor 4", "Jawaban 3", "Kesimpulan"])
@pytest.mark.parametrize("first", [True, False])
def test_a_label_where_others_have_a_number_is_asked_about(write: Any, clean: Any, label: str, *, first: bool) -> None:
    rows = [[label, *[3] * 9], *PEOPLE] if first else [*PEOPLE, [label, *[3] * 9]]
    found = clean(write([HEADS, *rows]))
    assert answers(found) == [row[1:] for row in PEOPLE]
    (told,) = found.problems[found.problems["code"] == "E-NOTPERSON"].to_dict("records")
    assert (told["cell"], told["severity"], told["count"]) == ("A2" if first else "A14", "set aside", 1)
    assert label not in told["what"] + told["todo"]


def test_rounded_means_without_a_label_are_asked_about(write: Any, clean: Any) -> None:
    found = clean(write([HEADS, *PEOPLE, ["", *MEANS]]))
    assert answers(found) == [row[1:] for row in PEOPLE]
    assert "E-NOTPERSON" in codes(found)


def test_means_beneath_respondents_without_numbers_are_asked_about(write: Any, clean: Any) -> None:
    means = [3, 3, *(2 + at / 12 for at in range(1, 8))]
    found = clean(write([HEADS[1:], *(row[1:] for row in PEOPLE), means]))
    assert answers(found) == [row[1:] for row in PEOPLE]
    assert found.problems.loc[found.problems["code"] == "E-NOTPERSON", "count"].tolist() == [1]


def test_respondents_with_odd_numbers_or_none_stay(write: Any, clean: Any) -> None:
    rows = [[*row, "LP"[row[0] % 2], "Nilai maksimal untuk petugas"] for row in PEOPLE]
    for at, number in ((3, "4a"), (5, ""), (8, "R-9"), (11, "")):
        rows[at][0] = number
    found = clean(write([[*HEADS, "L/P", "Saran"], *rows]))
    assert answers(found) == [row[1:] for row in PEOPLE]
    coded = clean(write([HEADS, *([f"Resp {row[0]}", *row[1:]] for row in PEOPLE)]))
    assert answers(coded) == [row[1:] for row in PEOPLE]


@pytest.mark.parametrize(
    "labels",
    [["Tidak baik", "Kurang baik", "Baik", "Sangat baik"], ["Skor 4", "Skor 3", "Skor 2", "Skor 1"], [1, 2, 3, 4]],
)
def test_counts_of_each_answer_are_no_respondents(write: Any, clean: Any, labels: list[Any]) -> None:
    table = [["Skor", *HEADS[1:]], *([label, *row] for label, row in zip(labels, COUNTS, strict=True))]
    found = clean(write([HEADS, *PEOPLE, [], *table]))
    assert answers(found) == [row[1:] for row in PEOPLE]
    alone = clean(write(table))
    assert len(alone.responses) == 0
    assert "E-TALLY" in codes(alone)


def test_four_respondents_are_no_counts(write: Any, clean: Any) -> None:
    blocks = [
        row for at in range(3) for row in ([f"LOKET {at + 1}"], HEADS, *people(3, 1 + 9 * at), ["Rata-rata", *[3] * 9])
    ]
    assert answers(clean(write(blocks))) == [row[1:] for at in range(3) for row in people(3, 1 + 9 * at)]
    for rows in (people(4), [[at, *[4] * 9] for at in range(1, 5)]):
        assert answers(clean(write([HEADS, *rows]))) == [row[1:] for row in rows]


def test_a_row_per_unit_with_whole_means_is_asked_about(write: Any, clean: Any) -> None:
    units = ["Puskesmas Uji", "Dinas Uji", "Dinas Sosial", "RSUD"]
    rows = [[row[0], unit, *row[1:]] for row, unit in zip(people(4), units, strict=True)]
    found = clean(write([["Rekap 2025"], ["No", "OPD", *HEADS[1:]], *rows]))
    assert len(found.responses) == 0
    assert found.problems.loc[found.problems["code"] == "E-NOTPERSON", "count"].tolist() == [4]
    again = clean(write([["No", "OPD", *HEADS[1:]], *rows, [5, units[0], *[3] * 9]]))
    assert len(again.responses) == 5


@pytest.mark.parametrize("decimals", ["0", "00"])
def test_a_comma_between_fields_and_before_decimals_is_asked_about(tmp_path: Path, clean: Any, decimals: str) -> None:
    path = tmp_path / "SKM 2025.csv"
    lines = [",".join([str(row[0]), *(f"{score},{decimals}" for score in row[1:])]) for row in PEOPLE]
    path.write_text("\n".join([",".join(HEADS), *lines]), encoding="utf-8")
    found = clean(path)
    assert len(found.responses) == 0
    (told,) = found.problems[found.problems["code"] == "E-FIELDS"].to_dict("records")
    assert (told["severity"], told["count"]) == ("set aside", 12)
    path.write_text(
        "\n".join([",".join(HEADS), *(",".join(map(str, [*row, *row[1:]])) for row in PEOPLE)]), encoding="utf-8"
    )
    assert len(clean(path).responses) == 12


def test_numbers_of_a_whole_form_are_not_those_of_the_elements(write: Any, clean: Any) -> None:
    heads = ["No", "Q1 Jenis kelamin", "Q2 Umur", *(f"Q{at}" for at in range(3, 12))]
    found = clean(write([heads, *([row[0], "L", 30, *row[1:]] for row in PEOPLE)]))
    assert len(found.responses) == 0
    assert "E-NOSURVEY" in codes(found)
