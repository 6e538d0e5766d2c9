import numpy as np
import pandas as pd
import pytest

from analysis.oversight import audit, complaints, design, follow_up

from .small import people


def register(*rows):
    return pd.DataFrame(rows, columns=["unit", "received", "closed"]).assign(wave="2025", channel="lapor", status="")


HAND = register(
    ("A", "2025-03-01", "2025-03-03"),  # 2 days
    ("A", "2025-03-01", "2025-03-06"),  # 5 days
    ("A", "2025-03-03", ""),            # open, 8 days at the last day
    ("A", "2025-03-01", "2025-03-11"),  # 10 days: the last day
)  # fmt: skip


def test_kaplan_meier_by_hand(book):
    found = complaints(HAND.assign(deadline_days=5), book=book)
    row = found.table.set_index("unit").loc["A"]
    assert found.facts["last_day"] == "2025-03-11"
    # S(5) = 3/4 x 2/3
    assert row["in_time"] == pytest.approx(0.5)
    assert (row["n"], row["closed"], row["late"], row["open"], row["overdue"]) == (4, 3, 1, 1, 1)
    assert row["median_days"] == 5
    curve = found.tables["curve"]
    assert curve["open_share"].tolist() == pytest.approx([0.75, 0.5, 0.0])


def test_beyond_the_limit_are_the_closed_late_and_the_open_overdue(book):
    rows = register(
        ("A", "2025-03-01", "2025-03-06"),  # on its last day: in time
        ("A", "2025-03-01", "2025-03-07"),  # a day late
        ("A", "2025-03-01", "2025-03-20"),  # late
        ("A", "2025-03-15", ""),            # open, 5 days: not yet overdue
        ("A", "2025-03-14", ""),            # open, 6 days: overdue
        ("B", "2025-03-01", "2025-03-07"),  # its own limit is longer
        ("B", "2025-03-09", "2025-03-01"),  # backwards: neither
    ).assign(deadline_days=[5, 5, 5, 5, 5, 10, 0])  # fmt: skip
    told = complaints(rows, book=book).table.set_index("unit")[["n", "closed", "late", "open", "overdue"]]
    assert told.to_numpy().tolist() == [[7, 4, 2, 2, 1], [5, 3, 2, 2, 1], [2, 1, 0, 0, 0]]


def test_a_limit_below_nought_is_none(book):
    told = [complaints(HAND.assign(deadline_days=days), book=book).table for days in (-3, np.nan)]
    pd.testing.assert_frame_equal(*told)


def test_open_complaints_are_censored_not_dropped(book):
    many = register(*[("A", "2025-03-01", "2025-03-02")] * 3, *[("A", "2025-03-01", "")] * 7)
    row = complaints(many, book=book, today="2025-06-01").table.set_index("unit").loc["A"]
    assert row["in_time"] == pytest.approx(0.3)
    assert np.isnan(row["median_days"])


def test_faulty_rows_are_counted_and_left_out_of_times(book):
    rows = register(
        ("A", "2025-03-05", "2025-03-01"), ("A", "", "2025-03-01"), ("A", "2025-03-01", ""),
        ("A", "2025-03-01", "2025-03-04"),
    )  # fmt: skip
    rows.loc[2, "status"] = "Selesai"
    found = complaints(rows, book=book)
    problems = found.tables["problems"].set_index("what")["n"]
    assert problems.to_dict() == {"no date in": 1, "closed before received": 1, "closed without a date": 1}
    row = found.table.set_index("unit").loc["A"]
    assert (row["n"], row["closed"], row["open"]) == (4, 1, 0)


def test_a_register_without_any_dates_says_so(book):
    found = complaints(register(("A", "", ""), ("B", "", "")), book=book)
    assert set(found.table["note"]) == {"no dates"}
    assert found.facts["last_day"] == ""


def test_nobody_helped_in_time_leaves_a_range_by_the_binomial(book):
    late = complaints(register(*[("A", "2025-01-01", "2025-04-01")] * 12), book=book).table.set_index("unit").loc["A"]
    assert (late["in_time"], late["in_time_low"]) == (0, 0)
    assert late["in_time_high"] == pytest.approx(0.264648, abs=1e-6)  # binom.test(0, 12)$conf.int[2] in R
    waiting = complaints(register(("B", "2025-03-30", ""), ("C", "2025-04-01", "2025-04-01")), book=book).table
    assert waiting.set_index("unit").loc["B", ["in_time_low", "in_time_high"]].isna().all()


def test_everybody_helped_in_time_leaves_a_range_by_those_followed_beyond_the_limit(book):
    """Eight were followed beyond the limit; of the two newer ones only the quick could be known."""
    rows = register(
        *[("A", "2025-01-01", "2025-01-03")] * 8, ("A", "2025-03-28", "2025-03-30"), ("A", "2025-03-31", ""),
        ("B", "2025-03-31", "2025-04-01"),
    )  # fmt: skip
    told = complaints(rows, book=book).table.set_index("unit")
    assert (told.loc["A", "in_time"], told.loc["A", "in_time_high"]) == (1, 1)
    assert told.loc["A", "in_time_low"] == pytest.approx(0.6305834, abs=1e-6)  # binom.test(8, 8)$conf.int[1] in R
    assert told.loc["B", ["in_time_low", "in_time_high"]].isna().all()


def test_open_ones_on_their_way_move_the_range_but_not_beyond_the_limit(book):
    """Two of three at risk on day 2 closed, then one censored: S = 1/3, Greenwood var = S² x 2/3, log-log by hand."""
    rows = register(("A", "2025-03-01", "2025-03-03"), ("A", "2025-03-01", "2025-03-03"), ("A", "2025-03-01", ""))
    row = complaints(rows.assign(deadline_days=5), book=book, today="2025-03-10").table.set_index("unit").loc["A"]
    assert row["in_time"] == pytest.approx(2 / 3)
    reach = 1.959964 * np.sqrt(2 / 3) / np.log(3)  # of log(-log S)
    low, high = 1 - np.exp(-np.log(3) * np.exp(-reach)), 1 - np.exp(-np.log(3) * np.exp(reach))
    assert row[["in_time_low", "in_time_high"]].tolist() == pytest.approx([low, high], abs=1e-6)


def test_each_complaint_left_out_of_times_has_one_reason_and_is_counted_in_its_unit(book):
    rows = register(("A", "", ""), ("A", "2025-03-05", "2025-03-01"), ("A", "2025-03-01", "2025-03-04"), ("B", "", ""))
    rows["status"] = "Selesai"
    found = complaints(rows, book=book)
    assert found.tables["problems"].to_numpy().tolist() == [["no date in", 2], ["closed before received", 1]]
    assert found.table[["n", "closed", "open", "left_out"]].to_numpy().tolist() == [
        [4, 1, 0, 3], [3, 1, 0, 2], [1, 0, 0, 1],
    ]  # fmt: skip


def test_a_rate_holds_users_of_the_same_waves_and_units(book):
    """B declares no users in 2024: its two years of complaints have no rate, and are not in the city's."""
    rows = pd.concat([HAND.assign(unit=unit, wave=wave) for unit in ("A", "B") for wave in ("2024", "2025")])
    surveys = pd.DataFrame(
        {"unit": ["A", "A", "B", "B"], "wave": ["2024", "2025"] * 2, "users": [100, 300, np.nan, 50]}
    )
    told = complaints(rows, book=book, surveys=surveys).table.set_index("unit")
    assert told["users"].tolist()[:2] == [400, 400]
    assert told["per_thousand"].tolist()[:2] == pytest.approx([20, 20])
    assert np.isnan(told.loc["B", "per_thousand"])
    unnamed = complaints(rows.assign(wave=""), book=book, surveys=surveys).table
    assert unnamed["users"].tolist() == [350, 300, 50]


def test_rates_and_backlog(book):
    surveys = pd.DataFrame({"unit": ["A"], "wave": ["2025"], "users": [200]})
    found = complaints(HAND, book=book, surveys=surveys, wave="2025")
    assert found.table.set_index("unit").loc["A", "per_thousand"] == pytest.approx(20)
    assert found.tables["backlog"]["n"].tolist() == [0, 1, 0, 0, 0]
    assert found.tables["channels"].to_numpy().tolist() == [["lapor", 4]]


def test_an_empty_register_is_an_empty_answer(book):
    found = complaints(HAND.head(0), book=book)
    assert found.table["n"].tolist() == [0]


def test_promises_are_held_against_the_change_of_their_unsur(book):
    frame = people(n=150)
    risen = frame["unit"].eq("Klinik") & frame["wave"].eq("2025")
    frame.loc[risen, "u3"] = (frame.loc[risen, "u3"] + 1).clip(upper=4)
    plans = pd.DataFrame(
        {"unit": ["Klinik", "Klinik", "Izin", "Tidak ada", "Izin"], "wave": ["2024"] * 4 + ["2025"],
         "item": ["Waktu penyelesaian", "", "u1", "u1", "u1"]}
    )  # fmt: skip
    found = follow_up(plans, design(frame, book), book=book)
    table = found.table
    assert table["verdict"].tolist()[0] == "higher"
    assert table["note"].tolist() == ["", "no item", "", "no answers", "no later wave"]
    assert table["checked"].tolist()[0] == "2025"
    assert found.facts["risen"] == 1


def test_audit_findings_are_counted():
    rows = pd.DataFrame(
        {"unit": ["A", "A", "B"], "source": ["BPK", "BPK", "Inspektorat"], "status": ["Selesai", "Belum selesai", ""]}
    )
    assert audit(rows).table.to_numpy().tolist() == [["A", "BPK", 2, 1, 1], ["B", "Inspektorat", 1, 0, 1]]
