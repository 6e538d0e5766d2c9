"""What a city's registers and sheets get wrong: a result that says what is missing, or one clear error."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import oversight as o
from analysis.codebook.model import Officer
from analysis.errors import CallError

from .small import ITEMS, people


def study(book, frame, **registers):
    frame = frame.assign(file="a.xlsx", sheet="Data")
    return SimpleNamespace(responses=frame, registers=registers, book=book, recaps=pd.DataFrame())


def test_a_wave_without_dates(book):
    frame = people(n=60)
    frame["date"] = [
        f"2025-03-{1 + place % 20:02d}" if wave == "2025" else None for place, wave in enumerate(frame["wave"])
    ]
    made = o.design(frame, book)
    assert o.change(made, book=book).table["difference"].notna().all()
    before = o.compare(made, "sector", book=book, wave="2024")
    assert before.table["verdict"].ne("").all()
    assert "days wider" not in before.notes
    assert o.run_chart(made, book=book).facts["note"] == "too few points"


def test_a_study_without_any_date_has_a_chart_without_points(book):
    chart = o.run_chart(o.design(people(n=20), book), book=book)
    assert (len(chart.table), chart.facts["points"], chart.facts["note"]) == (0, 0, "too few points")
    assert {"period", "same_mix", "centre", "limit_low", "outside", "note"} <= set(chart.table)


def test_a_column_that_names_nothing_has_no_change_and_says_so(book):
    with pytest.raises(CallError, match="no respondent has a named sector in the waves '2024' and '2025'"):
        o.change(o.design(people(n=20).assign(sector="unknown"), book), book=book, by="sector")


def test_respondents_without_any_answer_break_no_table(book):
    frame = people(n=20)
    made = o.design(frame.assign(**dict.fromkeys(ITEMS, pd.array([pd.NA] * len(frame), dtype="Int8"))), book)
    assert o.expected_range(made, book=book).table.empty
    assert o.matrix(made, "district", "sector", book=book).table.empty


def test_a_unit_in_one_wave_only(book):
    frame = people(n=60)
    frame = frame[~(frame["unit"].eq("Izin") & frame["wave"].eq("2024"))].reset_index(drop=True)
    made = o.design(frame, book)
    row = o.change(made, book=book).table.set_index("level").loc["Izin"]
    assert (row["note"], row["verdict"]) == ("one wave only", "")
    assert np.isnan(row["difference"])
    assert o.unsur(made, "Izin", book=book)["difference"].isna().all()


def test_an_unsur_that_was_never_asked(book):
    frame = people(n=60).drop(columns="u8")
    made = o.design(frame, book)
    assert o.skm_index(made, "unit", book=book)["missing"].eq("u8").all()
    assert o.compare(made, "sector", book=book).table["estimate"].notna().all()
    with pytest.raises(CallError, match="no measure or item 'u8'"):
        o.compare(made, "sector", book=book, measure="u8")
    assert not o.findings(study(book, frame)).table["subject"].eq("u8").any()


def test_one_respondent(book):
    frame = people(n=60)
    alone = frame.assign(unit=frame["unit"].mask(frame.index == frame.index[-1], "Sendiri"))
    made = o.design(alone, book)
    row = o.compare(made, "unit", book=book).table.set_index("level").loc["Sendiri"]
    assert (row["n"], row["verdict"]) == (1, "")
    only = o.skm_index(alone[alone["unit"].eq("Sendiri")], book=book).iloc[0]
    assert only["n"] == 1
    assert np.isnan(only["low"])
    assert o.design(frame.head(1), book).frame["sample"].tolist() == ["walk-in"]
    single = o.compare(o.design(frame.head(1), book), "unit", book=book).table
    assert single["verdict"].tolist() == [""]


def test_negative_durations_and_no_closing_dates(book):
    register = pd.DataFrame({
        "unit": "Klinik", "received": ["2025-03-10", "2025-03-10", "2025-03-12"], "closed": ["2025-03-01", "", ""],
        "status": ["Selesai", "Selesai", "Dalam proses"],
    })  # fmt: skip
    told = o.complaints(register, book=book)
    assert dict(told.tables["problems"].to_numpy()) == {"closed before received": 1, "closed without a date": 1}
    units = told.table.set_index("unit")
    assert (units.loc["Klinik", "n"], units.loc["Klinik", "open"], units.loc["Klinik", "note"]) == (3, 1, "none closed")
    assert np.isnan(units.loc["Klinik", "median_days"])
    undated = o.complaints(register.assign(received="", closed=""), book=book)
    assert undated.table["note"].eq("no dates").all()
    assert undated.table["n"].tolist() == [3, 3]


def test_a_population_smaller_than_the_sample(book):
    surveys = pd.DataFrame({"unit": ["Klinik"], "wave": ["2025"], "sample": ["random"], "users": [20]})
    frame = people(n=60, waves=("2025",), units={"Klinik": "health", "Izin": "licensing"})
    made = o.design(frame, book, surveys)
    assert set(made.frame.loc[made.frame["unit"].eq("Klinik"), "design_note"]) == {"users below respondents"}
    assert not made.frame["weighted"].any()
    row = o.coverage(study(book, frame, surveys=surveys)).set_index("unit").loc["Klinik"]
    assert row["note"] == "users below respondents"
    assert np.isnan(row["needed"])
    assert pd.isna(row["enough"])
    assert "sample users below respondents" in o.compare(made, "unit", book=book).notes


def test_a_unit_whose_people_answered_nothing_is_told(book):
    frame = people(n=30)
    frame.loc[frame["unit"].eq("Izin") & frame["wave"].eq("2025"), list(ITEMS)] = pd.NA
    with pytest.raises(CallError, match="nobody of 'Izin' answered an unsur"):
        o.unsur(o.design(frame, book), "Izin", book=book)


def test_officers_of_units_that_nobody_knows_are_named(book):
    officer = Officer(name="hilang", unit="Unit Hilang", komisi="Komisi I")
    own = book.model_copy(update={"officers": (*book.officers, officer)})
    found = o.findings(study(own, people(n=60)))
    assert found.facts["unknown_officers"] == ("Unit Hilang",)


def test_responses_of_another_scale_are_refused():
    frame = pd.DataFrame({item: [3, 4, 5, 0] for item in ITEMS})
    with pytest.raises(CallError, match="u1: holds 0, 5, outside 1 to 4"):
        o.skm_index(frame)


def test_an_unknown_rule_is_named():
    frame = pd.DataFrame({item: [3, 4] for item in ITEMS})
    with pytest.raises(CallError, match="no grading rule '1999'"):
        o.skm_index(frame, rule="1999")


@pytest.mark.parametrize("population", [-1, 10.5, "500", None, float("nan")])
def test_a_population_that_is_no_count_is_refused(population):
    with pytest.raises(CallError, match="must be a whole number of users"):
        o.sample_size(population)


def test_a_unit_that_publishes_on_the_scale_of_four_is_told_and_breaks_nothing(book):
    frame = people(n=60, waves=("2025",))
    index = o.skm_index(frame, ["unit", "wave"], book=book).set_index("unit")["index"]
    surveys = pd.DataFrame({"unit": ["Klinik", "Izin"], "wave": "2025", "published": [index["Klinik"] / 25, 1.2]})
    told = o.reconcile(o.skm_index(frame, ["unit", "wave"], book=book), surveys, book=book).set_index("unit")
    assert told["explained"].to_dict() == {"Klinik": "scale of four", "Izin": "not explained"}
    found = o.findings(study(book, frame, surveys=surveys)).table
    row = found[found["key"].eq("published")].iloc[0]
    assert (row["unit"], row["published"], row["grade_published"]) == ("Izin", 1.2, "")


def test_rows_that_repeat_and_incomplete_rows_explain_a_published_figure(book):
    frame = people(n=60, waves=("2025",), units={"Klinik": "health", "Izin": "licensing"}).assign(flags="")
    mine = frame.index[frame["unit"].eq("Klinik")]
    again = frame.loc[mine[:20]].assign(flags="repeat")
    frame = pd.concat([frame, again], ignore_index=True)
    frame.loc[frame.index[frame["unit"].eq("Izin")][:15], "u3"] = pd.NA
    once = frame[frame["flags"].eq("") & frame["unit"].eq("Klinik")][list(ITEMS)].astype(float)
    whole = frame[frame["unit"].eq("Izin")][list(ITEMS)].astype(float).dropna()
    surveys = pd.DataFrame({
        "unit": ["Klinik", "Izin"], "wave": "2025",
        "published": [once.mean().mean() * 25, whole.mean().mean() * 25],
    })  # fmt: skip
    table = o.skm_index(frame, ["unit", "wave"], book=book)
    told = o.reconcile(table, surveys, book=book, responses=frame).set_index("unit")["explained"].to_dict()
    assert told == {"Klinik": "repeated rows left out", "Izin": "incomplete rows left out"}


def test_a_study_without_units_has_no_coverage(book):
    frame = people(n=30, waves=("2025",)).assign(unit="")
    assert o.coverage(study(book, frame)).empty
