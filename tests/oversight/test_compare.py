import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.errors import CallError
from analysis.oversight import compare, design, expected_range, matrix, skm_index, standardise

from .small import DISTRICTS, ITEMS, UNITS, people


def lower_sector(row):
    return -0.4 if row.sector == "licensing" else 0.0


def verdicts(result):
    return result.table.set_index("level")["verdict"]


def test_a_lower_sector_is_found_and_the_numbers_are_of_the_arrays_used(book):
    frame = people(shift=lower_sector)
    frame.loc[0:4, list(ITEMS)] = pd.NA
    found = compare(design(frame, book), "sector", book=book)
    assert verdicts(found)["licensing"] == "lower"
    assert "lower" not in set(verdicts(found).drop("licensing"))
    assert (found.wave, found.basis, found.measure, found.margin) == ("2025", "as answered", "index", 2.5)
    table = found.table.set_index("level")
    assert table.loc["licensing", "n"] == 200
    assert table["difference"].to_numpy() == pytest.approx((table["estimate"] - found.whole["estimate"]).to_numpy())
    before = compare(design(frame, book), "sector", book=book, wave="2024").table.set_index("level")
    assert before.loc["health", "n"] + before.loc["health", "n_missing"] == 400
    assert before.loc["health", "n_missing"] == 5


def by_mix_only(frame):
    """Send most of Timur's people to the low unit, others rarely: lower as answered, equal within every unit."""
    rng = np.random.default_rng(5)
    low = frame["unit"].eq("Izin")
    east = frame["district"].eq("Singkawang Timur")
    frame.loc[low, "district"] = rng.choice(["Singkawang Timur", *DISTRICTS], size=int(low.sum()), p=[0.6, *[0.08] * 5])
    frame.loc[~low & east & (rng.random(len(frame)) < 0.7), "district"] = "Singkawang Barat"
    return frame


def test_a_district_lower_only_by_its_mix_is_not_called_lower(book):
    frame = by_mix_only(people(seed=3, n=400, waves=("2025",), shift=lambda row: -0.6 if row.unit == "Izin" else 0.0))
    found = compare(design(frame, book), "district", book=book)
    row = found.table.set_index("level").loc["Singkawang Timur"]
    assert found.basis == "same mix"
    assert found.mix == ("unit", "service")
    assert row["difference_high"] < -2.5
    assert row["verdict"] != "lower"
    assert abs(row["mix_difference"]) < 2
    assert row["mix_share"] == 1


def test_standardisation_by_hand(book):
    # The mix is half and half. Barat: 2 in A (index 100), 6 in B (50); Timur: 6 in A (75), 2 in B (50).
    rows = [("A", "Singkawang Barat", 4)] * 2 + [("B", "Singkawang Barat", 2)] * 6
    rows += [("A", "Singkawang Timur", 3)] * 6 + [("B", "Singkawang Timur", 2)] * 2
    frame = pd.DataFrame(rows, columns=["unit", "district", "u1"]).assign(wave="2025", rule="2017", owner="city")
    found = compare(design(frame, book), "district", book=book).table.set_index("level")
    assert found.loc["Singkawang Barat", "mix_estimate"] == pytest.approx((100 + 50) / 2)
    assert found.loc["Singkawang Timur", "mix_estimate"] == pytest.approx((75 + 50) / 2)
    assert found.loc["Singkawang Barat", "mix_whole"] == pytest.approx(((2 * 100 + 6 * 75) / 8 + 50) / 2)
    assert found.loc["Singkawang Barat", "estimate"] == pytest.approx((2 * 100 + 6 * 50) / 8)


def test_what_cannot_be_standardised_is_said(book):
    rows = [("A", "Singkawang Barat"), ("A", "Singkawang Timur"), ("B", "Singkawang Timur")] * 20
    frame = pd.DataFrame(rows, columns=["unit", "district"]).assign(wave="2025", rule="2017")
    frame["u1"] = np.random.default_rng(0).integers(2, 5, len(frame))
    found = compare(design(frame, book), "district", book=book).table.set_index("level")
    assert found.loc["Singkawang Barat", "mix_share"] == 1
    assert found.loc["Singkawang Timur", "mix_share"] == 0.5


def test_fitted_weights_are_compared_too(book):
    made = design(people(n=60), book)
    fitted = survey.poststratify(made, "sex", pd.Series({"female": 500.0, "male": 900.0}))
    table = compare(fitted, "unit", book=book).table
    assert table["difference"].notna().all()
    assert not np.allclose(table["estimate"], compare(made, "unit", book=book).table["estimate"])


def test_an_unsur_that_nobody_answered_leaves_an_empty_table(book):
    frame = people(n=40)
    frame["u4"] = pd.array([pd.NA] * len(frame), dtype="Int8")
    for measure in ("u4", "low_u4"):
        assert compare(design(frame, book), "unit", book=book, measure=measure).table.empty


def test_an_answer_does_not_depend_on_what_was_asked_before(book):
    frame = people(n=30).astype({"unit": "category"})
    frame["date"] = [f"2025-03-0{place % 5 + 1}" for place in range(len(frame))]
    frame = frame[frame["wave"].eq("2025") & frame["unit"].ne("Klinik")].reset_index(drop=True)
    alone = compare(design(frame, book), "unit", book=book)
    made = design(frame, book)
    skm_index(made, "unit", book=book)
    after = compare(made, "unit", book=book)
    pd.testing.assert_frame_equal(after.table, alone.table)
    pd.testing.assert_frame_equal(after.pairs, alone.pairs)
    assert expected_range(made, book=book).table["unit"].nunique() == len(alone.table)


def test_a_levels_sample_is_that_of_the_people_counted_in_it(book):
    frame = people(n=120, owner={"Izin": "vertical"})
    kinds = [{"unit": unit, "wave": wave, "sample": "walk-in" if unit == "Izin" else "random", "users": 500}
             for unit in frame["unit"].unique() for wave in frame["wave"].unique()]  # fmt: skip
    made = design(frame, book, pd.DataFrame(kinds))
    districts = compare(made, "district", book=book).table
    assert set(districts["sample"]) == {"random"}
    assert set(districts["owner"]) == {"city"}
    units = compare(made, "unit", book=book).table.set_index("level")
    assert (units["sample"]["Izin"], units["owner"]["Izin"]) == ("walk-in", "vertical")


def test_vertical_agencies_and_outsiders_stand_apart(book):
    frame = people(n=120, owner={"Izin": "vertical"})
    frame.loc[frame.index % 7 == 0, "district"] = "Luar kota"
    made = design(frame, book)
    units = compare(made, "unit", book=book)
    row = units.table.set_index("level").loc["Izin"]
    assert (row["owner"], row["verdict"], row["note"]) == ("vertical", "", "vertical")
    assert np.isnan(row["difference"])
    assert "vertical apart" in units.notes
    assert units.whole["n"] == 4 * 120
    districts = compare(made, "district", book=book)
    row = districts.table.set_index("level").loc["Luar kota"]
    assert (row["verdict"], row["note"]) == ("", "outsiders")
    assert districts.whole["n"] == districts.table[districts.table["verdict"].ne("")]["n"].sum()


def test_constant_and_single_levels_have_an_estimate_and_no_verdict(book):
    frame = people(n=60, waves=("2025",))
    frame.loc[frame["unit"].eq("Izin"), list(ITEMS)] = 4
    frame.loc[0, "unit"] = "Sendiri"
    table = compare(design(frame, book), "unit", book=book).table.set_index("level")
    assert (table.loc["Izin", "note"], table.loc["Izin", "verdict"]) == ("constant", "")
    assert table.loc["Izin", "estimate"] == pytest.approx(100)
    assert np.isnan(table.loc["Izin", "rank"])
    assert (table.loc["Sendiri", "note"], table.loc["Sendiri", "verdict"]) == ("one respondent", "")


def test_two_censuses_are_compared_by_the_margin_alone(book):
    frame = people(n=30, waves=("2025",), units={"Klinik": "health", "Izin": "licensing"}, shift=lower_sector)
    surveys = pd.DataFrame({"unit": ["Klinik", "Izin"], "wave": "2025", "sample": "census", "users": 30})
    found = compare(design(frame, book, surveys), "unit", book=book)
    table = found.table.set_index("level")
    assert found.sample == "census"
    assert (table["difference_low"] == table["difference"]).all()
    assert table.loc["Izin", "verdict"] == "lower"
    close = compare(design(frame, book, surveys), "unit", book=book, margin=50)
    assert set(close.table["verdict"]) == {"no difference that matters"}


def test_ranks_that_overlap_are_ranges(book):
    found = compare(design(people(n=100), book), "unit", book=book).table
    assert (found["rank_low"] <= found["rank"]).all()
    assert (found["rank"] <= found["rank_high"]).all()
    assert (found["rank_low"] == 1).all()
    low = compare(design(people(n=100, shift=lower_sector), book), "unit", book=book).table.set_index("level")
    assert low.loc["Izin", ["rank_low", "rank_high"]].tolist() == [5, 5]


def test_one_unsur_and_low_answers_can_be_compared(book):
    made = design(people(shift=lower_sector), book)
    one = compare(made, "sector", book=book, measure="u3")
    assert one.margin == pytest.approx(0.1)
    assert one.table["estimate"].between(1, 4).all()
    low = compare(made, "sector", book=book, measure="low_u3").table.set_index("level")
    answers = made.frame[made.frame["wave"].eq("2025") & made.frame["sector"].eq("licensing")]["u3"]
    assert low.loc["licensing", "estimate"] == pytest.approx(float((answers <= 2).mean()) * 100)
    assert low.loc["licensing", "verdict"] == "higher"
    with pytest.raises(CallError, match="no measure or item 'u99'"):
        compare(made, "sector", book=book, measure="u99")


def test_wrong_calls_are_told(book):
    made = design(people(n=20), book)
    with pytest.raises(CallError, match=r"no wave '1999'. there are 2024, 2025"):
        compare(made, "sector", book=book, wave="1999")
    with pytest.raises(CallError, match="the responses have no column 'colour'"):
        compare(made, "colour", book=book)
    made.frame["education"] = None
    with pytest.raises(CallError, match="no respondent has a named education"):
        compare(design(made.frame, book), "education", book=book)


def test_days_widen_the_interval_where_days_differ(book):
    frame = people(n=100, waves=("2025",))
    plain = compare(design(frame, book), "unit", book=book)
    day = np.arange(len(frame)) // 10 % 10
    frame["date"] = [f"2025-03-{1 + one:02d}" for one in day]
    bad = pd.Series(day, index=frame.index).isin([0, 1, 2, 3, 4])
    for item in ITEMS:
        frame[item] = frame[item].where(~bad, (frame[item] - 1).clip(lower=1))
    wide = compare(design(frame, book), "unit", book=book)
    assert "days wider" in wide.notes
    reach = [(one.table["difference_high"] - one.table["difference_low"]).mean() for one in (plain, wide)]
    assert reach[1] > 1.5 * reach[0]


def test_order_of_rows_is_irrelevant(book):
    frame = people(n=80)
    shuffled = frame.sample(frac=1, random_state=3).reset_index(drop=True)
    for by in ("sector", "district"):
        one, other = (compare(design(part, book), by, book=book) for part in (frame, shuffled))
        pd.testing.assert_frame_equal(one.table, other.table)


def test_a_matrix_finds_the_one_cell_that_is_lower(book):
    frame = people(
        seed=4, n=400, waves=("2025",),
        shift=lambda row: -0.6 if (row.sector, row.district) == ("health", "Singkawang Utara") else 0.0,
    )  # fmt: skip
    found = matrix(design(frame, book), "district", "sector", book=book)
    lower = found.table[found.table["verdict"].eq("lower")]
    assert lower[["row", "column"]].to_numpy().tolist() == [["Singkawang Utara", "health"]]
    assert found.basis == "same mix"
    assert found.table["n"].sum() == len(frame)


def test_a_matrix_does_not_judge_a_handful(book):
    frame = people(n=12, waves=("2025",))
    found = matrix(design(frame, book), "district", "sector", book=book).table
    few = found["n"].lt(10)
    assert few.any()
    assert set(found.loc[few, "verdict"]) == {""}
    assert set(found.loc[few, "note"]) <= {"few respondents", "one respondent", "constant", "no degrees of freedom"}


@pytest.mark.parametrize(
    ("units", "changed", "note"),
    [
        (1, {"service": "Rawat jalan"}, "one service"),
        (1, {}, "one unit"),
        (5, {"unit": None, "sector": None}, "services unknown"),
        (5, {"unit": ("district", "Unit {}".format), "sector": None}, "not at the same mix"),
    ],
)
def test_where_nothing_is_held_equal_it_is_said_why(book, units, changed, note):
    frame = people(n=200, waves=("2025",), units=dict(list(UNITS.items())[:units]))
    for name, value in changed.items():
        frame[name] = frame[value[0]].map(value[1]) if isinstance(value, tuple) else value
    frame = frame.drop(columns=[name for name, value in changed.items() if value is None])
    found = compare(design(frame, book), "district", book=book)
    assert (found.basis, found.mix) == ("as answered", ())
    assert "mix_difference" not in found.table
    assert set(found.notes) & {"one service", "one unit", "services unknown", "not at the same mix"} == {note}


def test_pairs_and_ranks_of_districts_are_at_the_same_mix(book):
    frame = by_mix_only(people(seed=3, n=400, waves=("2025",), shift=lambda row: -0.6 if row.unit == "Izin" else 0.0))
    found = compare(design(frame, book), "district", book=book)
    east = found.table.set_index("level").loc["Singkawang Timur"]
    assert east["rank_low"] < 5
    mine = found.pairs[found.pairs["a"].eq("Singkawang Timur") | found.pairs["b"].eq("Singkawang Timur")]
    assert (mine["p_adjusted"] > 0.05).all()
    assert len(found.pairs) == 10


def test_ranks_can_be_left_out(book):
    found = compare(design(people(n=50, waves=("2025",)), book), "unit", book=book, ranks=False)
    assert found.table["rank"].isna().all()
    assert found.pairs.empty


def test_standardise_gives_what_compare_judges_by(book):
    made = design(by_mix_only(people(seed=3, n=200, waves=("2025",))), book)
    table = standardise(made, "district", book=book).set_index("level")
    judged = compare(made, "district", book=book).table.set_index("level")
    assert table["difference"].to_numpy() == pytest.approx(judged["mix_difference"].to_numpy())
    assert set(table["mix"]) == {"unit x service"}
    coarse = standardise(made, "district", book=book, mix=("sector",))
    assert set(coarse["mix"]) == {"sector"}
    assert (table["low"] < table["difference"]).all()


def by_pairs(rng):
    """Draw forty villages: most people at one unit, two at each other unit, nearly all answers alike, no difference."""
    rows = [
        (f"U{unit}", f"V{village}")
        for village in range(40) for unit in range(5) for _ in range(22 if village % 5 == unit else 2)
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["unit", "village"]).assign(wave="2025", rule="2017", owner="city")
    frame["u1"] = np.where(rng.random(len(frame)) < 0.85, 4, 3)
    return frame


def test_two_who_answered_alike_are_not_taken_for_certainty(book):
    # With nothing but each cell's own spread 29 of 100 of these intervals leave out 0, not 5.
    rng = np.random.default_rng(5)
    tables = [standardise(design(by_pairs(rng), book), "village", book=book, mix=("unit",)) for _ in range(8)]
    table = pd.concat(tables)
    assert table["share"].eq(1).all()
    assert (table["low"].gt(0) | table["high"].lt(0)).mean() <= 0.05
    assert table["se"].median() < 12  # and they are not so wide as to say nothing: the index runs from 25 to 100


def test_standardise_says_nothing_without_a_mix(book):
    one = design(people(n=50, waves=("2025",), units={"Klinik": "health"}), book)
    assert standardise(one, "district", book=book).empty
