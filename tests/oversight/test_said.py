"""What a study lacks is said by the table that would rest on it: unsur, trained units, units of the city."""

import pandas as pd
import pytest

from analysis import oversight as o

from .small import ITEMS, people

MANY = {f"Unit {number}": "health" for number in range(14)}


def without(frame, item, wave="2025", unit=None):
    """Return the frame with an unsur that a wave (of a unit) did not ask."""
    rows = frame["wave"].eq(wave) & (frame["unit"].eq(unit) if unit else True)
    return frame.assign(**{item: frame[item].mask(rows)})


def test_a_change_is_taken_over_the_unsur_that_both_waves_asked(book):
    frame = people(n=40)
    asked = o.change(o.design(frame, book), book=book)
    assert asked.table["left_out"].eq("").all()
    assert asked.notes == ()
    # were U8 left out of nothing, its fall would be one of the index
    frame["u8"] = (frame["u8"] - 2).clip(lower=1).where(frame["wave"].eq("2024"), 4)
    other = without(without(frame, "u8"), "u2", "2024", "Klinik")
    found = o.change(o.design(other, book), book=book)
    assert dict(zip(found.table["level"], found.table["left_out"], strict=True)) == {
        unit: "u2 u8" if unit == "Klinik" else "u8" for unit in frame["unit"].unique()
    }
    for unit, parts in (("Klinik", ("u2", "u8")), ("Izin", ("u8",))):
        same = o.change(o.design(frame.assign(**dict.fromkeys(parts, pd.NA)), book), book=book).table.set_index("level")
        row, told = found.table.set_index("level").loc[unit], same.loc[unit]
        names = ["n", "n_before", "estimate", "before", "difference", "se"]
        assert list(row[names].astype(float)) == pytest.approx(list(told[names].astype(float)))


def test_a_sector_of_units_that_ask_other_unsur_says_so_and_waves_without_a_common_one_are_not_judged(book):
    frame = people(n=40)
    notes = o.change(o.design(without(frame, "u8", unit="Klinik"), book), book=book, by="sector").notes
    assert notes == ("items differ",)
    assert o.change(o.design(without(frame, "u8"), book), book=book, by="sector").notes == ()
    for item in ITEMS:
        frame = without(frame, item, "2024" if item < "u5" else "2025")
    table = o.change(o.design(frame, book), book=book).table
    assert set(table["note"]) == {"no common items"}
    assert set(table["verdict"]) == {""}
    assert table["difference"].isna().all()


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
