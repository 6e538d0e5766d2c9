"""A unit or a year written once for the rows beneath it."""

from __future__ import annotations

from typing import Any

from .conftest import HEADS, codes, people

ROWS = people(12)


def _grouped(first: list[Any], second: list[Any], *, every: int = 6) -> list[list[Any]]:
    """Return twelve people whose first two columns are filled every so many rows."""
    rows = [[*((first[at // every], second[at // every]) if at % every == 0 else ("", "")), *row]
            for at, row in enumerate(ROWS)]  # fmt: skip
    return [["Unit", "Tahun", *HEADS], *rows]


def test_a_unit_at_the_head_of_its_rows_holds_for_them_and_is_asked_about(write: Any, clean: Any) -> None:
    found = clean(write(_grouped(["Puskesmas Satu", "Puskesmas Dua"], [2024, 2025]), "Data.xlsx"))
    assert found.responses["unit"].tolist() == ["Puskesmas Satu"] * 6 + ["Puskesmas Dua"] * 6
    assert found.responses["wave"].tolist() == ["2024"] * 6 + ["2025"] * 6
    told = found.problems[found.problems["code"] == "E-FILLDOWN"]
    assert told["count"].sum() == 20
    assert set(told["severity"]) == {"warning"}
    assert found.changes.loc[found.changes["rule"] == "taken from above", "column"].tolist() == ["A", "B"]


def test_a_unit_missing_here_and_there_is_not_taken_from_above(write: Any, clean: Any) -> None:
    rows = [["Unit", *HEADS], *(["" if at in (4, 5) else "Puskesmas Satu", *row] for at, row in enumerate(ROWS))]
    found = clean(write(rows, "Data 2025.xlsx"))
    assert "E-FILLDOWN" not in codes(found)
    assert found.responses["unit"].ne("Puskesmas Satu").sum() == 2


def test_a_blank_cell_of_a_person_stays_blank(write: Any, clean: Any) -> None:
    rows = [["Jenis kelamin", *HEADS], *(["L" if at == 0 else "", *row] for at, row in enumerate(ROWS))]
    found = clean(write(rows))
    assert found.responses["sex"].tolist() == ["male", *[""] * 11]
