import numpy as np
import pandas as pd
import pytest

from analysis.errors import CallError
from analysis.oversight import change, compare, design, unsur

from .small import people


def told(book, unit="Klinik", **more):
    shift = more.pop("shift", lambda _: 0.0)
    frame = people(n=300, seed=3, shift=shift)
    return unsur(design(frame, book), unit, book=book, **more).set_index("variable")


def test_differences_to_the_wave_before_and_to_the_city_are_one_family(book):
    table = told(book)
    raw = np.concatenate([table["p"], table["city_p"]])
    adjusted = np.concatenate([table["p_adjusted"], table["city_p_adjusted"]])
    order = np.argsort(raw)
    holm = np.minimum(np.maximum.accumulate(raw[order] * np.arange(len(raw), 0, -1)), 1)
    assert len(raw) == 18
    np.testing.assert_allclose(adjusted[order], holm)


def test_an_interval_leaves_out_nought_where_its_adjusted_p_is_small(book):
    table = told(book, shift=lambda row: 0.4 if row.unit == "Klinik" and row.wave == "2025" else 0.0)
    for low, high, p in (
        ("difference_low", "difference_high", "p_adjusted"),
        ("city_low", "city_high", "city_p_adjusted"),
    ):
        outside = table[low].gt(0) | table[high].lt(0)
        assert (outside == table[p].lt(0.05)).all()
    assert set(table["verdict"]) == {"higher"}
    assert table["difference"].sub(table["estimate"] - table["before"]).abs().max() < 1e-12


def test_the_city_difference_is_that_of_compare(book):
    made = design(people(n=300, seed=3), book)
    table = unsur(made, "Klinik", book=book).set_index("variable")
    of_u3 = compare(made, "unit", book=book, measure="u3").table.set_index("level")
    assert table["city_difference"]["u3"] == pytest.approx(of_u3["difference"]["Klinik"])
    assert table["city"]["u3"] + table["city_difference"]["u3"] == pytest.approx(table["estimate"]["u3"])


def test_the_city_itself_has_no_difference_to_the_city(book):
    table = told(book, unit=None)
    assert table["city_difference"].isna().all()
    assert set(table["city_verdict"]) == {""}
    assert table["p_adjusted"].notna().all()


def test_every_interval_narrows_with_the_level(book):
    wide, narrow = told(book, level=0.95), told(book, level=0.5)
    for low, high in (("low", "high"), ("low_share_low", "low_share_high"), ("difference_low", "difference_high"),
                      ("city_low", "city_high")):  # fmt: skip
        assert (narrow[high] - narrow[low]).lt(wide[high] - wide[low]).all(), low


def test_the_latest_of_ten_rounds_is_held_against_the_ninth(book):
    waves = tuple(f"Round {place}" for place in (10, 1, 8, 9))
    made = design(people(n=40, waves=waves), book)
    assert set(unsur(made, "Klinik", book=book)["wave"]) == {"Round 10"}
    found = change(made, book=book)
    assert (found.before, found.wave) == ("Round 9", "Round 10")
    assert change(made, book=book, wave="Round 9").before == "Round 8"


def test_a_wave_without_respondents_is_refused(book):
    with pytest.raises(CallError, match="has no respondents in '2019'"):
        told(book, wave="2019")


def test_all_units_are_told_together_and_each_as_if_alone(book):
    frame = people(n=300, seed=3)
    together = design(frame, book)
    for unit in frame["unit"].unique():
        alone = design(frame[frame["unit"].eq(unit)], book)
        of_all, of_one = (unsur(made, unit, book=book).set_index("variable") for made in (together, alone))
        same = ["n", "n_missing", "estimate", "se", "low", "high", "df", "low_share", "low_share_low", "low_share_high",
                "n_before", "before", "difference", "share_1", "share_4"]  # fmt: skip
        np.testing.assert_allclose(of_all[same].astype(float), of_one[same].astype(float))


def test_a_district_rests_on_the_citys_own_units(book):
    frame = people(n=300, seed=3)
    frame.loc[frame["unit"].eq("Klinik"), "owner"] = "vertical"
    made = design(frame, book)
    level = frame["district"].iloc[0]
    own = frame[frame["district"].eq(level) & frame["wave"].eq("2025") & frame["owner"].ne("vertical")]
    table = unsur(made, level, book=book, by="district").set_index("variable")
    assert table.loc["u3", "n"] == own["u3"].notna().sum()
    assert unsur(made, "Klinik", book=book)["n"].gt(0).all()


def test_means_that_differ_by_rounding_alone_are_a_tie(book):
    frame = people(n=70, seed=3)
    # The same people gave the same answers, some as 1 and 4, some as 2 and 3: equal means from unequal sums.
    for place in range(1, 10):
        frame[f"u{place}"] = 4
    for unit, place in zip(frame["unit"].unique(), range(5), strict=True):
        rows = np.flatnonzero(frame["unit"].eq(unit) & frame["wave"].eq("2025"))
        for item, pair in (("u1", (1, 4)), ("u2", (2, 3)), ("u3", (2, 3)), ("u4", (2, 3))):
            frame.loc[rows[place : place + 40 : 2], item] = pair[0]
            frame.loc[rows[place + 1 : place + 41 : 2], item] = pair[1]
    surveys = pd.DataFrame([
        {"unit": unit, "wave": wave, "sample": "random", "users": 100 + 3 * place}
        for wave in ("2024", "2025") for place, unit in enumerate(frame["unit"].unique())
    ])  # fmt: skip
    table = unsur(design(frame, book, surveys), None, book=book).set_index("variable")
    assert table["estimate"].sub(table["estimate"]["u1"]).abs().lt(1e-9).sum() == 4
    assert not table["lowest"].any()
