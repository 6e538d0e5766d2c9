import numpy as np
import pandas as pd
import pytest

from analysis.oversight import design, drivers, elements, equity, expected_range, marks

from .small import ITEMS, people

MANY = {f"Unit {place}": ("health", "licensing")[place % 2] for place in range(12)}


def test_a_group_that_fares_worse_is_found(book):
    frame = people(n=200, waves=("2025",), shift=lambda row: -0.4 if row.sex == "female" else 0.0)
    gaps = equity(design(frame, book), book=book).tables["gaps"].set_index("level")
    assert gaps.loc["female", "verdict"] == "lower"
    assert gaps.loc["male", "verdict"] == "higher"
    assert gaps.loc["female", "low_verdict"] == "higher"


def test_what_was_not_asked_or_rarely_told_is_said(book):
    frame = people(n=60, waves=("2025",))
    frame["disability"] = ["yes"] * 5 + [None] * (len(frame) - 5)
    silent = equity(design(frame, book), book=book).tables["not_asked"].set_index("by")["note"]
    assert silent["education"] == "not asked"
    assert silent["disability"] == "rarely told"


def test_a_handful_is_not_judged(book):
    frame = people(n=60, waves=("2025",))
    frame["age"] = ["60+"] * 6 + ["25-34"] * (len(frame) - 6)
    gaps = equity(design(frame, book), book=book, groups=("age",)).tables["gaps"].set_index("level")
    assert gaps.loc["60+", "verdict"] == ""


def test_a_gap_tells_why_it_was_not_held_at_the_same_services(book):
    frame = people(n=100, waves=("2025",))
    assert set(equity(design(frame, book), book=book, groups=("sex",)).table["unheld"]) == {""}
    alone = frame.drop(columns=["unit", "service", "sector"])
    assert set(equity(design(alone, book), book=book, groups=("sex",)).table["unheld"]) == {"services unknown"}


def test_low_answers_gather_where_they_are_given(book):
    frame = pd.DataFrame({"unit": "A", "wave": "2025", "rule": "2017", "sex": ["female"] * 10 + ["male"] * 30})
    frame["u1"] = [1] * 6 + [3] * 4 + [2] * 2 + [4] * 28
    told = equity(design(frame, book), book=book, groups=("sex",)).tables["concentration"].set_index("level")
    assert told.loc["female", "share_people"] == pytest.approx(0.25)
    assert told.loc["female", "share_low"] == pytest.approx(6 / 8)
    assert told.loc["female", "ratio"] == pytest.approx(3.0)


def test_who_is_missing_among_respondents(book):
    frame = people(n=100, waves=("2025",))
    frame["district"] = np.where(np.arange(len(frame)) % 4 == 0, "Singkawang Timur", "Singkawang Barat")
    population = pd.DataFrame(
        {"district": ["Singkawang Timur", "Singkawang Barat", "Luar kota", "Singkawang Utara"],
         "wave": ["2025", "", "2025", "2025"], "population": [500, 500, 9, 0]}
    )  # fmt: skip
    heard = equity(design(frame, book), book=book, registers={"population": population}).tables["heard"]
    assert heard["level"].tolist() == ["Singkawang Timur", "Singkawang Barat"]
    assert heard["ratio"].tolist() == pytest.approx([0.5, 1.5])


def test_marks_follow_the_mapping_and_say_what_is_not_measured(book):
    frame = people(n=50, waves=("2025",))
    table = marks(design(frame, book), book=book).table.set_index("mark")
    expected = frame[["u2", "u3"]].astype(float).mean().mean()
    assert table.loc["efficiency", "estimate"] == pytest.approx(expected)
    assert (
        table.loc["efficiency", "alpha_low"] < table.loc["efficiency", "alpha"] < table.loc["efficiency", "alpha_high"]
    )
    assert table.loc["access_digital", "note"] == "not measured"
    assert np.isnan(table.loc["access_digital", "estimate"])
    assert table.loc["access_physical", "note"] == "one item"
    frame["u7"] = frame["u8"] = pd.array([pd.NA] * len(frame), dtype="Int8")
    assert marks(design(frame, book), book=book).table.set_index("mark").loc["responsiveness", "note"] == "not asked"


def test_marks_by_unit(book):
    made = design(people(n=50, waves=("2025",)), book)
    table = marks(made, book=book, by="unit").table
    assert set(table.loc[table["mark"].eq("efficiency"), "level"]) == set(made.frame["unit"])


def test_importance_is_derived_where_no_overall_question_was_asked(book):
    found = drivers(design(people(n=100, waves=("2025",)), book), book=book)
    assert found.facts["basis"] == "derived"
    assert (found.table["importance_low"] < found.table["importance"]).all()
    assert (found.table["importance"] < found.table["importance_high"]).all()
    assert set(found.table["variable"]) == set(ITEMS)


def test_importance_from_an_overall_question(book):
    frame = people(n=100, waves=("2025",))
    frame["overall"] = (frame["u3"].astype(float) * 2 + np.random.default_rng(0).normal(0, 0.3, len(frame))).round()
    found = drivers(design(frame, book), book=book, draws=30)
    assert found.facts["basis"] == "overall"
    table = found.table.set_index("variable")
    assert table["importance"].idxmax() == "u3"
    assert table["importance"].sum() < 1  # parts of the variance of the overall answer, of which something is left
    assert table["importance"].between(table["importance_low"], table["importance_high"]).all()


def test_an_item_everybody_answers_alike_has_no_importance(book):
    frame = people(n=100, waves=("2025",))
    frame["u4"] = pd.array([4] * len(frame), dtype="Int8")
    row = drivers(design(frame, book), book=book).table.set_index("variable").loc["u4"]
    assert (row["note"], row["quadrant"]) == ("constant", "")


def test_the_lowest_unsur_stands_out(book):
    frame = people(n=200, waves=("2025",))
    frame["u3"] = (frame["u3"] - 1).clip(lower=1)
    table = elements(design(frame, book), book=book).set_index("variable")
    assert table.loc["u3", "verdict"] == "lower"
    assert table.loc["u3", "estimate"] == pytest.approx(float(frame["u3"].mean()))
    assert "lower" not in set(table["verdict"].drop("u3"))


def test_a_unit_below_what_its_people_explain(book):
    frame = people(n=120, waves=("2025",), units=MANY, shift=lambda row: -0.6 if row.unit == "Unit 5" else 0.0)
    found = expected_range(design(frame, book), book=book)
    table = found.table.set_index("unit")
    assert table.loc["Unit 5", "verdict"] == "lower than expected"
    assert set(table["verdict"].drop("Unit 5")) == {"as expected"}
    assert (table["outer_low"] < table["limit_low"]).all()


def test_a_unit_is_forgiven_what_its_people_explain(book):
    rng = np.random.default_rng(1)
    frame = people(n=200, waves=("2025",), units=MANY)
    frame["sex"] = rng.choice(["female", "male"], size=len(frame), p=[0.2, 0.8])
    mine = frame["unit"].eq("Unit 5")
    frame.loc[mine, "sex"] = rng.choice(["female", "male"], size=int(mine.sum()), p=[0.9, 0.1])
    low = frame["sex"].eq("female")
    for item in ITEMS:
        frame[item] = frame[item].where(~low, (frame[item] - 1).clip(lower=1))
    table = expected_range(design(frame, book), book=book).table.set_index("unit")
    assert table.loc["Unit 5", "estimate"] < table["estimate"].drop("Unit 5").min() - 5
    assert table.loc["Unit 5", "verdict"] == "as expected"


def test_too_few_units_have_no_average(book):
    units = {f"Unit {place}": "health" for place in range(3)}
    table = expected_range(design(people(n=50, waves=("2025",), units=units), book), book=book).table
    assert set(table["verdict"]) == {"cannot tell"}
    assert set(table["note"]) == {"too few units"}


@pytest.mark.parametrize("n", [1, 2, 9])
def test_few_people_have_no_importance_and_the_note_says_so(n, book):
    frame = people(n=n, waves=("2025",), units={"Klinik": "health"})
    found = drivers(design(frame, book), book=book)
    assert set(found.table["note"]) == {"too few answers"}
    assert found.table["importance"].isna().all()
    assert (found.facts["note"], found.facts["needed"]) == ("too few answers", 11)


def test_what_nobody_varies_in_has_no_importance(book):
    frame = people(n=60, waves=("2025",), units={"Klinik": "health"})
    frame[list(ITEMS)] = pd.DataFrame(4, index=frame.index, columns=list(ITEMS)).astype("Int8")
    assert drivers(design(frame, book), book=book).facts["note"] == "constant"
    frame["overall"] = 4
    assert drivers(design(frame, book), book=book).facts["note"] == "constant"
    frame["u1"] = pd.array(np.arange(60) % 4 + 1, dtype="Int8")
    assert drivers(design(frame, book), book=book).facts["note"] == "overall constant"
    found = drivers(design(frame.drop(columns="overall"), book), book=book).table.set_index("variable")["note"]
    assert (found["u1"], found["u2"]) == ("others constant", "constant")
    for item in ITEMS:
        frame[item] = frame["u1"]
    frame["overall"] = np.arange(60) % 3 + 1
    found = drivers(design(frame, book), book=book)
    assert set(found.table["note"]) == {found.facts["note"]} == {"tied answers"}


@pytest.mark.parametrize("overall", [False, True])
def test_what_few_were_asked_leaves_the_others_their_importance(overall, book):
    frame = people(n=60, waves=("2025",), units={"Klinik": "health"})
    if overall:
        frame["overall"] = np.arange(60) % 4 + 1
    frame.loc[2:, "u3"] = pd.NA
    frame["u8"] = pd.array([pd.NA] * 60, dtype="Int8")
    table = drivers(design(frame, book), book=book).table.set_index("variable")
    assert (table.loc["u3", "note"], table.loc["u8", "note"]) == ("too few answers", "not asked")
    assert table["importance"].notna().sum() == 7
