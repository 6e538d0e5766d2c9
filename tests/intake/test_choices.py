"""Sex, education and the like spread over a column per answer, a mark in one of them: read as one column."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import UNSUR, answers, codes, people

LABELS = ["SD", "SMP", "SMA", "D3", "S1"]
SCHOOLS = ["primary", "lower secondary", "upper secondary", "diploma", "bachelor"]
HEADS = ["No", "L", "P", *LABELS, *(one.upper() for one in UNSUR)]
SEXES = ["male", "female"]


def ticked(mark: Any, rows: int = 10) -> list[list[Any]]:
    return [
        [
            at,
            *(mark if at % 2 == one else "" for one in (0, 1)),
            *(mark if at % 5 == one else "" for one in range(5)),
            *row[1:],
        ]
        for at, row in enumerate(people(rows))
    ]


def told(found: Any) -> tuple[list[str], list[str]]:
    return found.responses["sex"].tolist(), found.responses["education"].tolist()


EXPECTED = ([SEXES[at % 2] for at in range(10)], [SCHOOLS[at % 5] for at in range(10)])


@pytest.mark.parametrize("mark", ["v", "√", "✓", "x", "X", 1, "1", "ya", True])
def test_a_mark_under_the_answer_is_the_answer(mark: Any, write: Any, clean: Any) -> None:
    found = clean(write([["SKM Puskesmas Uji 2025"], HEADS, *ticked(mark)]))
    assert told(found) == EXPECTED
    assert answers(found) == [row[1:] for row in people(10)]
    assert not codes(found) & {"E-COLUMN", "E-VALUE"}
    change = found.changes[found.changes["rule"] == "tick column"]
    assert change[["cell", "variable", "count"]].to_numpy().tolist() == [
        ["B3:C12", "sex", 10],
        ["D3:H12", "education", 10],
    ]


@pytest.mark.parametrize("items_below", [True, False])
def test_under_a_common_heading(*, items_below: bool, write: Any, clean: Any) -> None:
    upper, lower = (["NILAI UNSUR"], HEADS[8:]) if items_below else (HEADS[8:], [])
    heads = [["No", "Jenis Kelamin", "", "Pendidikan", "", "", "", "", *upper], ["", "L", "P", *LABELS, *lower]]

    def merge(made: Any) -> None:
        for area in ("A2:A3", "B2:C2", "D2:H2"):
            made["Data"].merge_cells(area)

    found = clean(write([["SKM Puskesmas Uji 2025"], *heads, *ticked("v")], touch=merge))
    assert told(found) == EXPECTED
    assert answers(found) == [row[1:] for row in people(10)]


def test_zeros_and_totals_beside_the_marks(write: Any, clean: Any) -> None:
    rows = [[0 if one == "" else one for one in row] for row in ticked(1)]
    sums = ["Jumlah", 5, 5, 2, 2, 2, 2, 2, *(sum(row[at] for row in people(10)) for at in range(1, 10))]
    found = clean(write([["SKM Puskesmas Uji 2025"], HEADS, *rows, sums]))
    assert told(found) == EXPECTED
    assert found.files["total"].tolist() == [1]
    assert "E-RECON" not in codes(found)


def test_two_marks_for_one_person_are_a_problem(write: Any, clean: Any) -> None:
    rows = ticked("v")
    rows[3][1] = rows[3][2] = "v"
    found = clean(write([["SKM Puskesmas Uji 2025"], HEADS, *rows]))
    assert told(found)[0][3] == ""
    (one,) = found.problems[found.problems["code"] == "E-VALUE"].to_dict("records")
    assert (one["cell"], one["count"]) == ("B6", 1)


def test_nobody_is_lost_where_no_mark_stands(write: Any, clean: Any) -> None:
    rows = ticked("v")
    rows[2][1:3] = ["", ""]
    found = clean(write([["SKM Puskesmas Uji 2025"], HEADS, *rows]))
    assert len(found.responses) == 10
    assert told(found)[0][2] == ""


def test_words_under_such_headings_are_no_marks(write: Any, clean: Any) -> None:
    rows = [["Siti" if at == 1 and cell else cell for at, cell in enumerate(row)] for row in ticked("v")]
    found = clean(write([["SKM Puskesmas Uji 2025"], HEADS, *rows]))
    assert set(found.responses["sex"]) == {""}
    assert set(found.responses["education"]) == set(SCHOOLS)
