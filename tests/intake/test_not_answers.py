"""Tables that look like respondents and are none: who came on which day, under headings that only count."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import HEADS, UNSUR, answers, codes, people

BARE = ["No", "Nama", *range(1, 10)]


def _under(heads: list[Any], marks: list[Any]) -> list[list[Any]]:
    """Return a table of twelve people whose marks follow the list over and over."""
    width = len(heads) - 2
    rows = [
        [at + 1, f"Orang {chr(65 + at)}", *(marks[(at * width + day) % len(marks)] for day in range(width))]
        for at in range(12)
    ]
    return [["Daftar petugas"], heads, *rows]


@pytest.mark.parametrize("marks", [[1, 0, 1, 1, 1], [1, 1, 1, ""], ["v", "", "v"], ["√"], ["H", "H", "A", "S"], [1]])
@pytest.mark.parametrize(
    "heads",
    [BARE, ["No", "Nama", *(f"Hari {at}" for at in range(1, 10))], ["No", "Nama", *range(1, 32)],
     ["No", "Nama", *range(1, 15)]],
    ids=["1-9", "Hari 1-9", "1-31", "1-14"],
)  # fmt: skip
def test_a_list_of_who_came_is_no_survey(write: Any, clean: Any, heads: list[Any], marks: list[Any]) -> None:
    found = clean(write(_under(heads, marks)))
    assert len(found.responses) == 0
    assert "E-NOSURVEY" in codes(found)


@pytest.mark.parametrize("heads", [BARE, ["No", "Nama", *map(str, range(1, 10))]], ids=["numbers", "texts"])
def test_answers_under_bare_numbers_are_read(write: Any, clean: Any, heads: list[Any]) -> None:
    rows = [[row[0], "x", *row[1:]] for row in people(12)]
    found = clean(write([["Jawaban responden"], heads, *rows]))
    assert answers(found) == [row[2:] for row in rows]


@pytest.mark.parametrize("same", [4, 2])
def test_a_unit_in_which_everyone_answers_alike_is_read(write: Any, clean: Any, same: int) -> None:
    found = clean(write([["Jawaban responden"], BARE, *([at, "x", *[same] * 9] for at in range(1, 13))]))
    assert found.responses[list(UNSUR)].eq(same).all(axis=None)
    assert len(found.responses) == 12


@pytest.mark.parametrize("scores", [[1, 2, 3, 4, 5], [5, 5, 4]])
def test_a_scale_of_five_under_bare_numbers_is_set_aside_and_said(write: Any, clean: Any, scores: list[int]) -> None:
    found = clean(write(_under(BARE, scores)))
    assert len(found.responses) == 0
    assert "E-SCALE" in codes(found)
    assert found.files["set_aside"].sum() == 12


SHIFTS = [1, 2, 3, 3, 1, 2, 2, 3, 1, 1, 3]


@pytest.mark.parametrize(
    "heads", [BARE, ["No", "Nama", *(f"Hari {at}" for at in range(1, 10))]], ids=["1-9", "Hari 1-9"]
)
def test_many_shifts_without_a_word_about_them_are_asked_about(write: Any, clean: Any, heads: list[Any]) -> None:
    found = clean(write([["Bulan Maret"], *_under(heads, SHIFTS)[1:]]))
    assert len(found.responses) == 0
    assert "put U1 to U9" in found.problems.loc[found.problems["code"] == "E-NOSURVEY", "todo"].item()


@pytest.mark.parametrize("title", ["Jadwal jaga", "DAFTAR PIKET", "Shift malam"])
def test_a_few_shifts_are_told_by_their_title(write: Any, clean: Any, title: str) -> None:
    assert len(clean(write([[title], *_under(BARE, SHIFTS)[1:5]])).responses) == 0
    assert len(clean(write([["Jawaban"], *_under(BARE, SHIFTS)[1:5]])).responses) == 3


@pytest.mark.parametrize(
    "words", [["Sangat tidak baik", "Tidak baik", "Netral", "Baik", "Sangat baik"],
              ["Sangat tidak puas", "Tidak puas", "Puas", "Sangat puas"], ["STB", "TB", "CB", "B", "SB"]],
    ids=["five", "four others", "short forms"],
)  # fmt: skip
def test_words_of_another_scale_set_the_table_aside(write: Any, clean: Any, words: list[str]) -> None:
    found = clean(write(_under(["No", "Nama", *(f"U{at}" for at in range(1, 10))], words)))
    assert len(found.responses) == 0
    assert found.problems.loc[found.problems["code"] == "E-SCALE", "count"].tolist() == [12]


@pytest.mark.parametrize(
    ("words", "told"),
    [(["TB", "KB", "B", "SB"], "TB = 1, KB = 2, B = 3, SB = 4"),
     (["sts", "ts", "s", "ss"], "STS = 1, TS = 2, S = 3, SS = 4"),
     (["B", "SB"], "B = 3, SB = 4"), (["KP", "P", "-", "SP"], "KP = 2, P = 3, SP = 4")],
)  # fmt: skip
def test_initials_of_the_four_steps_are_read_and_asked_about(
    write: Any, clean: Any, words: list[str], told: str
) -> None:
    rows = _under(["No", "Nama", *(f"U{at}" for at in range(1, 10))], words)
    found = clean(write([*rows, [], ["", "", "Keterangan: U1 Persyaratan"]]))
    scores = {text: int(score) for text, score in (one.split(" = ") for one in told.split(", "))}
    assert answers(found) == [[scores.get(word.upper()) for word in row[2:]] for row in rows[2:]]
    assert told in found.problems.loc[found.problems["code"] == "E-INITIALS", "what"].item()
    assert set(found.changes.loc[found.changes["variable"] == "u1", "old"]) <= {word.lower() for word in words}


@pytest.mark.parametrize("words", [["TB", "B", "SB"], ["B", "B"], ["A", "B", "C", "SB"]])
def test_initials_that_two_sets_share_are_not_guessed(write: Any, clean: Any, words: list[str]) -> None:
    found = clean(write(_under(["No", "Nama", *(f"U{at}" for at in range(1, 10))], words)))
    assert "E-INITIALS" not in codes(found)
    assert set(words) == {"B"} or found.responses["u1"].isna().any() or len(found.responses) == 0


def test_a_word_of_another_scale_here_and_there_is_a_slip(write: Any, clean: Any) -> None:
    rows = people(30)
    rows[3][2] = rows[9][2] = rows[9][7] = "Biasa saja"
    found = clean(write([HEADS, *rows]))
    assert len(found.responses) == 30
    assert found.problems.loc[found.problems["code"] == "E-LABEL", "count"].sum() == 3


def test_words_under_bare_numbers_are_read(write: Any, clean: Any) -> None:
    found = clean(write(_under(BARE, ["Sangat baik", "Baik", "Kurang baik"])))
    assert len(found.responses) == 12


@pytest.mark.parametrize("name", ["Unsur", "Pertanyaan", "U", "P"])
def test_ones_under_headings_that_say_what_they_count_are_answers(write: Any, clean: Any, name: str) -> None:
    heads = ["No", "Nama", *(f"{name} {at}" for at in range(1, 10))]
    assert len(clean(write(_under(heads, [1]))).responses) == 12


def test_counted_headings_out_of_order_are_read_by_their_number(write: Any, clean: Any) -> None:
    order = [3, 1, 2, 9, 8, 4, 7, 5, 6]
    rows = people(12)
    heads = ["No", *(f"Aspek {at}" for at in order)]
    found = clean(write([heads, *([row[0], *(row[at] for at in order)] for row in rows)]))
    assert answers(found) == [row[1:] for row in rows]


@pytest.mark.parametrize("values", [[50, 75, 100], [3.12, 2.87, 3.4], [812, 790]], ids=["percent", "means", "sums"])
def test_named_elements_over_what_is_no_answer_are_told(write: Any, clean: Any, values: list[float]) -> None:
    rows = [[at, *(values[(at + item) % len(values)] for item in range(9))] for at in range(12)]
    found = clean(write([["Data"], HEADS, *rows]))
    assert len(found.responses) == 0
    assert found.problems.loc[found.problems["code"] == "E-UNFIT", "cell"].tolist() == ["B3"]
    assert "from B3" in found.problems.loc[found.problems["code"] == "E-UNFIT", "what"].item()
