"""What a study lacks is said by the table that would rest on it: unsur, trained units, units of the city."""

import pandas as pd
import pytest

from analysis import oversight as o

from .small import people

MANY = {f"Unit {number}": "health" for number in range(14)}


def test_a_change_between_waves_that_asked_other_unsur_says_so(book):
    frame = people(n=40)
    assert "items differ" not in o.change(o.design(frame, book), book=book).notes
    frame.loc[frame["wave"].eq("2025"), "u8"] = pd.NA
    assert o.change(o.design(frame, book), book=book).notes == ("items differ",)


@pytest.mark.parametrize(
    ("names", "unknown", "note"),
    [
        (["Dinas Entah", "Kantor Antah"], ("Dinas Entah", "Kantor Antah"), "trained units unknown"),
        (["Unit 0", "Unit 1", "Unit 2", "Unit 3", "Dinas Entah"], ("Dinas Entah",), "too few units or waves"),
        (["Unit 0", "Unit 1", "Unit 2", "Unit 3"], (), "too few units or waves"),
    ],
)
def test_trained_units_that_did_not_survey_are_named(names, unknown, note, book):
    frame = people(n=15, units=MANY)
    register = pd.DataFrame({"unit": names, "wave": "2025", "hours": 16})
    facts = o.training(o.design(frame, book), register, book=book).facts
    assert (facts["unknown"], facts["note"]) == (unknown, note)


def test_a_study_of_vertical_agencies_alone_is_called_that(book):
    frame = people(n=40, waves=("2025",), owner=dict.fromkeys(MANY, "vertical"), units=MANY)
    assert "only vertical" in o.compare(o.design(frame, book), "unit", book=book).notes
    both = frame.assign(owner=frame["unit"].eq("Unit 0").map({True: "city", False: "vertical"}))
    assert "only vertical" not in o.compare(o.design(both, book), "unit", book=book).notes
