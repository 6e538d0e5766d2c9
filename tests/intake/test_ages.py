"""Ages as units write them: years, bands of their own, years of birth; what fits no one group is said, not guessed."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import HEADS, people


def _read(write: Any, clean: Any, ages: list[Any]) -> Any:
    rows = [[*row, age] for row, age in zip(people(len(ages)), ages, strict=True)]
    return clean(write([[*HEADS, "Usia"], *rows]))


@pytest.mark.parametrize(
    ("written", "group"),
    [
        ("26 \N{EN DASH} 30 th", "25-34"),
        ("36-45 tahun", "35-59"),
        ("19 s/d 24", "18-24"),
        ("40 sampai dengan 50 thn", "35-59"),
        ("> 60", "60+"),
        (">65 tahun", "60+"),
        ("di atas 60", "60+"),
        ("61 tahun ke atas", "60+"),
        ("Umur 65+", "60+"),
        ("<17 th", "under 18"),
        ("di bawah 17 tahun", "under 18"),
        ("≤ 17", "under 18"),
        ("17 ke bawah", "under 18"),
        (41, "35-59"),
        ("41 tahun", "35-59"),
    ],
)
def test_a_band_inside_one_group_is_that_group(write: Any, clean: Any, written: Any, group: str) -> None:
    found = _read(write, clean, [written] * 3)
    assert found.responses["age"].tolist() == [group] * 3
    assert not found.problems["cell"].str.startswith("K").any()


def test_a_band_over_two_groups_is_left_empty_and_told_once_with_what_to_do(write: Any, clean: Any) -> None:
    ages = ["17-25 th", "26 - 35", 30, "17 \N{EN DASH} 25", "<20 tahun", "di atas 55", "17-25 tahun"]
    found = _read(write, clean, ages)
    assert found.responses["age"].fillna("").tolist() == ["", "", "25-34", "", "", "", ""]
    told = found.problems[found.problems["code"] == "E-AGEBAND"]
    assert told[["cell", "count"]].to_numpy().tolist() == [["K2:K8", 3], ["K3", 1], ["K6", 1], ["K7", 1]]
    assert told["what"].iloc[0] == ("The age band “17-25” in 3 cells goes beyond one of the groups in use; left empty.")
    assert set(told["todo"]) == {"Write the age in years, or use the age groups of the form."}
    assert [text.split("“")[1].split("”")[0] for text in told["what"]] == ["17-25", "26-35", "< 20", "> 55"]


@pytest.mark.parametrize("year", [1990, "1990", 1985.0])
def test_a_year_of_birth_is_no_age_and_its_reason_is_told(write: Any, clean: Any, year: Any) -> None:
    found = _read(write, clean, [year, year, "", year])
    assert not found.responses["age"].fillna("").any()
    told = found.problems.loc[found.problems["cell"].str.startswith("K"), ["code", "cell", "count"]]
    assert told.to_numpy().tolist() == [["E-BIRTHYEAR", "K2:K5", 3]]


@pytest.mark.parametrize("text", ["25-17", "dewasa", "17-25-30", "> 60 orang"])
def test_what_is_no_band_stays_unlisted(write: Any, clean: Any, text: str) -> None:
    found = _read(write, clean, [text] * 3)
    assert "E-VALUE" in set(found.problems["code"])
    assert not found.responses["age"].fillna("").any()
