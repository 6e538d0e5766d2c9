import numpy as np
import pandas as pd
import pytest

from analysis.oversight import by_day, design, skm_index

from .small import people

TWO = {"Klinik": "health", "Izin": "licensing"}


def register(**rows):
    return pd.DataFrame([{"unit": unit, "wave": "2025"} | row for unit, row in rows.items()])


def made(book, surveys, n=50):
    return design(people(n=n, waves=("2025",), units=TWO), book, surveys)


def test_a_missing_owner_and_an_empty_one_are_one_group(book):
    frame = people(n=30)
    frame["owner"] = frame["unit"].map(lambda unit: None if unit == "Izin" else "")
    told = [{"unit": unit, "wave": wave, "sample": "random", "users": 500} for unit in frame["unit"].unique()
            for wave in frame["wave"].unique() if unit != "Izin"]  # fmt: skip
    made = design(frame, book, pd.DataFrame(told))
    assert not made.frame["weighted"].any()


def test_undeclared_is_walk_in_with_equal_weights_and_no_population(book):
    frame = made(book, None).frame
    assert set(frame["sample"]) == {"walk-in"}
    assert set(frame["design_note"]) == {"undeclared"}
    assert set(frame["weight"]) == {1.0}
    assert frame["population"].isna().all()


def test_weights_come_from_users_where_every_unit_tells_them(book):
    both = register(Klinik={"sample": "random", "users": 500}, Izin={"sample": "quota", "users": 100})
    frame = made(book, both).frame.groupby("unit").first()
    assert frame.loc["Klinik", "weight"] == 10
    assert frame.loc["Izin", "weight"] == 2
    assert frame.loc["Klinik", "population"] == 500
    assert np.isnan(frame.loc["Izin", "population"])
    assert frame["weighted"].all()


def test_one_unit_without_its_count_takes_the_weights_from_all(book):
    one = register(Klinik={"sample": "random", "users": 500}, Izin={"sample": "quota", "users": np.nan})
    found = made(book, one)
    assert set(found.frame["weight"]) == {1.0}
    assert not found.frame["weighted"].any()
    assert found.frame.groupby("unit")["population"].first()["Klinik"] == 500


def test_a_population_smaller_than_the_sample_is_said_and_not_used(book):
    small = register(Klinik={"sample": "random", "users": 30}, Izin={"sample": "random", "users": 100})
    frame = made(book, small).frame.groupby("unit").first()
    assert frame.loc["Klinik", "design_note"] == "users below respondents"
    assert np.isnan(frame.loc["Klinik", "population"])
    assert frame.loc["Klinik", "weight"] == 1


def test_a_census_has_no_sampling_interval_for_its_own_wave(book):
    census = register(Klinik={"sample": "census", "users": 50}, Izin={"sample": "walk-in", "users": 50})
    table = skm_index(made(book, census), "unit", book=book).set_index("unit")
    assert table.loc["Klinik", "se"] == 0
    assert table.loc["Klinik", "note"] == "census"
    assert table.loc["Klinik", "sample"] == "census"
    assert table.loc["Izin", "se"] > 0


def test_a_census_that_missed_its_users_is_read_as_walk_in(book):
    frame = made(book, register(Klinik={"sample": "census", "users": 500})).frame
    klinik = frame[frame["unit"].eq("Klinik")].iloc[0]
    assert (klinik["sample"], klinik["design_note"]) == ("walk-in", "census incomplete")


def test_a_random_sample_is_corrected_for_a_finite_population(book):
    infinite = skm_index(made(book, None), "unit", book=book).set_index("unit")
    random = register(Klinik={"sample": "random", "users": 100}, Izin={"sample": "random", "users": 100})
    finite = skm_index(made(book, random), "unit", book=book).set_index("unit")
    ratio = finite.loc["Klinik", "se"] / infinite.loc["Klinik", "se"]
    assert ratio == pytest.approx(np.sqrt(1 - 50 / 100))


def test_days_are_clusters_where_dates_are_known(book):
    frame = people(n=60, waves=("2025",), units=TWO)
    assert by_day(design(frame, book)) is None
    frame["date"] = [f"2025-03-{1 + place // 6 % 10:02d}" for place in range(len(frame))]
    days = by_day(design(frame, book))
    assert days is not None
    assert len(days.arrays.psus) == 20


def test_blank_dates_are_their_own_clusters(book):
    frame = people(n=20, waves=("2025",), units=TWO)
    frame["date"] = ["2025-03-01"] * 20 + [None] * 20
    assert len(by_day(design(frame, book)).arrays.psus) == 21


def test_a_single_respondent_does_not_stop_the_city(book):
    frame = people(n=20, waves=("2025",), units=TWO)
    frame.loc[0, "unit"] = "Sendiri"
    table = skm_index(design(frame, book), "unit", book=book).set_index("unit")
    assert table.loc["Sendiri", "n"] == 1
    assert table.loc["Sendiri", "note"] == "one respondent"
