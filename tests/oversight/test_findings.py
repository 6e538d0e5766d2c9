from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.oversight import design, evidence, findings, follow_up, integrity, run_chart
from analysis.oversight.integrity import describe
from analysis.oversight.run_chart import step

from .small import ITEMS, people

MANY = {f"Unit {place}": ("health", "licensing", "education")[place % 3] for place in range(9)}


def study(book, frame, **registers):
    files = pd.DataFrame({"number": ["B-001"], "file": ["a.xlsx"]})
    columns = pd.DataFrame({"file": "a.xlsx", "sheet": "Data", "variable": ITEMS, "column": list("DEFGHIJKL")})
    frame = frame.assign(file="a.xlsx", sheet="Data", date=None)
    return SimpleNamespace(
        responses=frame, registers=registers, book=book, recaps=pd.DataFrame(), files=files, columns=columns
    )


def test_a_lower_sector_is_one_finding_with_its_units_folded_in(book):
    frame = people(n=120, units=MANY, shift=lambda row: -0.5 if row.sector == "licensing" else 0.0)
    found = findings(study(book, frame))
    top = found.table.iloc[0]
    assert (top["key"], top["subject"], top["question"]) == ("sector", "licensing", "sector_lower")
    assert top["q"] < 0.05
    assert top["komisi"] == "Komisi II"
    assert "random sample" in top["needed"]
    assert not found.table["key"].isin(["unit_low"]).any()


def test_evidence_leads_to_the_cells_and_is_checked(book):
    frame = people(n=120, units=MANY, shift=lambda row: -0.5 if row.sector == "licensing" else 0.0)
    one = study(book, frame)
    top = findings(one).table.iloc[0]
    told = evidence(top, one)
    assert told.checked
    assert told.n == top["n"] == 360
    row = told.rows.iloc[0]
    assert row["cells"] == f"D{row['row']}:L{row['row']}"
    assert set(told.rows["respondent"]) == set(
        frame.loc[frame["sector"].eq("licensing") & frame["wave"].eq("2025"), "respondent"]
    )
    assert told.ranges.to_numpy().tolist() == [["B-001", "Data", "D:L", 360]]


def test_evidence_that_does_not_add_up_is_not_checked(book):
    one = study(book, people(n=30))
    finding = {"where": frozenset({("wave", "2025"), ("sector", "health")}), "n": 59}
    assert not evidence(finding, one).checked


def test_a_finding_says_whether_it_was_held_at_the_same_services(book):
    frame = people(n=120, waves=("2025",), units=MANY, shift=lambda row: -0.5 * (row.district == "Singkawang Utara"))
    low = findings(study(book, frame)).table.set_index("key")
    assert low.loc["district", "unheld"] == ""
    # every district has a unit of its own: nothing is in common
    own = findings(study(book, frame.assign(unit="Unit " + frame["district"]).drop(columns="sector"))).table
    assert own.set_index("key").loc["district", "unheld"] == "not at the same mix"


def test_a_district_low_in_one_sector_is_one_finding(book):
    frame = people(
        n=300, waves=("2025",), units=MANY,
        shift=lambda row: -0.9 if (row.sector, row.district) == ("health", "Singkawang Utara") else 0.0,
    )  # fmt: skip
    table = findings(study(book, frame)).table
    about = table[table["subject"].eq("Singkawang Utara")]
    assert about["key"].tolist() == ["cell"]
    assert "district:Singkawang Utara" in about["supports"].iloc[0]


def test_a_unit_that_did_not_survey_is_a_finding_without_evidence(book):
    one = study(book, people(n=40, seed=5), units=pd.DataFrame({"unit": ["Hilang"], "wave": ["2025"]}))
    table = findings(one).table
    row = table[table["key"].eq("missing")].iloc[0]
    assert (row["subject"], row["n"], row["question"]) == ("Hilang", 0, "did_not_survey")
    assert evidence(row, one).checked


def test_complaints_all_settled_late_are_a_finding_and_those_settled_in_time_none(book):
    days = {"Klinik": "2025-05-30", "Izin": "2025-01-03"}
    rows = [{"unit": unit, "received": "2025-01-01", "closed": days[unit]} for unit in days for _ in range(12)]
    told = findings(study(book, people(n=40, seed=5), complaints=pd.DataFrame(rows))).table
    late = told[told["key"].eq("overdue")]
    assert late[["subject", "estimate", "n", "question"]].to_numpy().tolist() == [
        ["Klinik", 12, 12, "complaints_overdue"]
    ]


def test_a_promise_reported_done_is_asked_about_unless_its_range_shows_a_rise(book):
    """In Klinik the point lies above the margin by luck, in Izin the range shows the rise."""
    frame = people(n=30, seed=3)
    for unit, rising in (("Klinik", 15), ("Izin", 30)):
        new = frame.index[frame["unit"].eq(unit) & frame["wave"].eq("2025")][:rising]
        frame.loc[new, "u3"] = (frame.loc[new, "u3"] + 1).clip(upper=4)
    plans = pd.DataFrame({"unit": ["Klinik", "Izin"], "wave": "2024", "item": "u3", "status": "Selesai"})
    one = study(book, frame, plans=plans)
    kept = follow_up(plans, design(frame, book), book=book)
    assert kept.table["verdict"].tolist() == ["cannot tell", "higher"]
    assert kept.table["difference"].min() > kept.facts["margin"]
    told = findings(one).table
    assert told.loc[told["key"].eq("promise_unseen"), "subject"].tolist() == ["Klinik"]


def test_nothing_planted_gives_nothing(book):
    found = findings(study(book, people(n=80, seed=11, units=MANY)))
    assert found.table.empty
    assert found.facts["tests"] > 30


def test_copied_rows_are_a_finding_and_a_doubt_on_others(book):
    frame = people(n=80, waves=("2025",), units=MANY)
    mine = frame.index[frame["unit"].eq("Unit 4")][5:70]
    for place, row in enumerate(mine):
        frame.loc[row, list(ITEMS)] = frame.loc[mine[0] - 5 + place % 4, list(ITEMS)]
    table = findings(study(book, frame)).table
    row = table[table["key"].eq("repeats")].iloc[0]
    assert row["subject"] == "Unit 4"
    assert "repeated" in row["beside"]


def test_a_sheet_sorted_by_its_answers_is_a_sign_and_no_finding(book):
    """Whoever sorts by service sorts by satisfaction too: nothing in it is copied."""
    frame = people(n=80, seed=11, units=MANY)
    mine = frame.index[frame["unit"].eq("Unit 4") & frame["wave"].eq("2025")]
    by_mean = frame.loc[mine, list(ITEMS)].astype(float).mean(axis=1).sort_values().index
    frame.loc[mine, list(ITEMS)] = frame.loc[by_mean, list(ITEMS)].to_numpy()
    signs = integrity(frame, book).set_index(["unit", "wave"])["signs"]
    assert signs["Unit 4", "2025"] == "order"
    table = findings(study(book, frame)).table
    assert not table["key"].eq("repeats").any()


def test_a_sheet_sorted_by_service_and_channel_carries_no_sign(book):
    """Services differ: rows in their order are alike for an honest reason."""
    frame = people(n=120, seed=11, waves=("2025",), units=MANY).reset_index(drop=True)
    mine = frame.index[frame["unit"].eq("Unit 4")]
    for half, shift in ((mine[:60], 0), (mine[60:], -1)):
        frame.loc[half, "service"] = f"Layanan {shift}"
        frame.loc[half, list(ITEMS)] = (frame.loc[half, list(ITEMS)].astype(float) + shift).clip(1, 4).to_numpy()
    table = integrity(frame, book).set_index("unit")
    assert "order" not in table.loc["Unit 4", "signs"]
    untold = integrity(frame.assign(service="", channel=""), book).set_index("unit")
    assert "order" in untold.loc["Unit 4", "signs"]


def test_honest_rows_carry_no_sign_and_few_rows_are_not_tested(book):
    frame = people(n=100, waves=("2025",), units=MANY)
    frame = pd.concat([frame, people(n=8, waves=("2025",), units={"Kecil": "health"})], ignore_index=True)
    table = integrity(frame, book).set_index("unit")
    assert set(table["signs"]) == {""}
    assert table.loc["Kecil", "note"] == "few rows"
    honest = table.drop("Kecil")
    assert (honest["repeated_expected"] - honest["repeated_share"]).abs().max() < 0.15


def test_a_fee_that_everybody_calls_free_is_told_by_its_probability(book):
    table = book.model_dump(by_alias=True)
    table["unit"] = [
        {"name": "Klinik", "sector": "health", "free": False},
        {"name": "Izin", "sector": "health", "free": True},
    ]
    own = type(book).model_validate(table)
    frame = people(n=60, waves=("2025",), units={"Klinik": "health", "Izin": "health"})
    frame["u4"] = pd.array([4] * len(frame), dtype="Int8")
    found = integrity(frame, own).set_index("unit")
    assert found.loc["Klinik", "p_free"] < 1e-6
    assert "free" in found.loc["Klinik", "signs"]
    assert np.isnan(found.loc["Izin", "p_free"])


def test_dates_outside_the_declared_days_are_counted(book):
    frame = people(n=20, waves=("2025",), units={"Klinik": "health"})
    frame["date"] = ["2025-03-02"] * 5 + ["2025-06-02"] * 15
    surveys = pd.DataFrame(
        {"unit": ["Klinik"], "wave": ["2025"], "start": ["2025-03-01"], "end": ["2025-05-31"], "users": [12]}
    )
    row = integrity(frame, book, surveys).iloc[0]
    assert (row["outside_dates"], row["weekend"], row["busiest_day"], row["over_users"]) == (15, 5, 0.75, 8)


def test_a_step_is_called_only_beyond_chance():
    flat = [step(np.random.default_rng(seed).normal(size=10))[2] < 0.01 for seed in range(60)]
    assert np.mean(flat) <= 0.05
    place, size, p = step(np.array([80.0, 81, 79, 80, 81, 88, 89, 87, 88, 89]))
    assert (place, p < 0.01) == (5, True)
    assert size == pytest.approx(8.0)


def test_a_run_chart_needs_eight_points(book):
    frame = people(n=24, waves=("2025",), units={"Klinik": "health"})
    frame["date"] = [f"2025-{1 + place % 2:02d}-10" for place in range(len(frame))]
    found = run_chart(design(frame, book), book=book, unit="Klinik", period="month")
    assert found.facts["note"] == "too few points"
    assert found.table["limit_low"].isna().all()


def test_a_run_chart_finds_the_month_it_began(book):
    frame = people(n=120, waves=("2025",), units={"Klinik": "health"})
    month = 1 + np.arange(len(frame)) % 12
    frame["date"] = [f"2025-{one:02d}-10" for one in month]
    for item in ITEMS:
        frame[item] = frame[item].where(month < 7, (frame[item] + 1).clip(upper=4))
    found = run_chart(design(frame, book), book=book, unit="Klinik", period="month")
    assert found.facts["step"] == "2025-07"
    assert found.facts["step_size"] > 5


def test_a_sheet_has_the_same_chances_whoever_else_was_asked(book):
    frame = people(n=40, waves=("2024", "2025"), units=MANY)
    whole = integrity(frame, book)
    of_wave = whole[whole["wave"].eq("2025")].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        integrity(frame, book, wave="2025").drop(columns="signs"), of_wave.drop(columns="signs")
    )
    pd.testing.assert_frame_equal(integrity(frame[frame["wave"].eq("2025")], book).drop(columns="signs"),
                                  of_wave.drop(columns="signs"))  # fmt: skip


@pytest.mark.parametrize("items", [3, 60])
def test_patterns_are_counted_however_many_items_there_are(items):
    answers = np.random.default_rng(1).integers(1, 5, (200, items)).astype(float)
    answers[answers[:, 0] == 4, 1] = np.nan
    answers[150:] = answers[:50]
    told = describe(answers)
    distinct = {tuple(np.nan_to_num(row)) for row in answers}
    assert told["patterns"] == len(distinct)
