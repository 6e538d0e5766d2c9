import numpy as np
import pandas as pd
import pytest

from analysis.errors import CallError
from analysis.oversight import change, design, unsur
from analysis.survey import adjust_p

from .small import ITEMS, people


def risen(row):
    return 0.4 if (row.unit, row.wave) == ("Klinik", "2025") else 0.0


def test_a_unit_that_rose_is_found(book):
    found = change(design(people(shift=risen), book), book=book)
    table = found.table.set_index("level")
    assert table.loc["Klinik", "verdict"] == "higher"
    assert "higher" not in set(table["verdict"].drop("Klinik"))
    assert (found.wave, found.before, found.basis) == ("2025", "2024", "as answered")
    assert (table["difference"] - (table["estimate"] - table["before"])).abs().max() < 1e-9


def test_swapping_the_waves_flips_the_sign(book):
    made = design(people(shift=risen), book)
    there, back = change(made, book=book), change(made, book=book, wave="2024", before="2025")
    assert there.table["difference"].to_numpy() == pytest.approx(-back.table["difference"].to_numpy())


def test_vertical_agencies_are_judged_in_the_same_family(book):
    frame = people(n=300, seed=3, owner={"Izin": "vertical", "Sekolah": "vertical"})
    table = change(design(frame, book), book=book).table
    assert set(table.loc[table["owner"].eq("vertical"), "note"]) == {"vertical"}
    np.testing.assert_allclose(table["p_adjusted"], adjust_p(table["p"].to_numpy(), "holm"))


def test_rules_are_never_subtracted(book):
    frame = people(n=40, waves=("2016", "2025"), units={"Klinik": "health", "Izin": "licensing"})
    old = frame["wave"].eq("2016") & frame["unit"].eq("Klinik")
    for number in range(1, 15):
        frame[f"p{number}"] = frame["u1"].where(old)
    frame.loc[old, list(ITEMS)] = pd.NA
    frame.loc[old, "rule"] = "2004"
    table = change(design(frame, book), book=book).table.set_index("level")
    assert (table.loc["Klinik", "note"], table.loc["Klinik", "verdict"]) == ("rules differ", "")
    assert np.isnan(table.loc["Klinik", "difference"])
    assert table.loc["Izin", "verdict"] != ""


def test_a_unit_in_one_wave_only_says_so(book):
    frame = people(n=40)
    frame = frame[~(frame["unit"].eq("Klinik") & frame["wave"].eq("2024"))].reset_index(drop=True)
    row = change(design(frame, book), book=book).table.set_index("level").loc["Klinik"]
    assert (row["note"], row["verdict"]) == ("one wave only", "")
    assert row["n"] == 40
    assert np.isnan(row["n_before"])


def test_a_change_of_composition_is_taken_out(book):
    frame = people(
        n=400, units={"Klinik": "health", "Puskesmas": "health"}, shift=lambda row: -0.6 * (row.unit == "Klinik")
    )
    few = (frame["unit"].eq("Klinik") & frame["wave"].eq("2025")) & (np.arange(len(frame)) % 4 > 0)
    found = change(design(frame[~few].reset_index(drop=True), book), book=book, by="sector")
    row = found.table.iloc[0]
    assert found.basis == "same mix"
    assert row["difference"] > 3
    assert abs(row["mix_difference"]) < 1.5
    assert row["verdict"] != "higher"


def test_the_whole_city_is_one_level(book):
    found = change(design(people(shift=lambda row: 0.3 * (row.wave == "2025")), book), book=book, by=None)
    assert found.table["level"].tolist() == ["all"]
    assert found.table["verdict"].tolist() == ["higher"]


def test_one_wave_is_refused(book):
    with pytest.raises(CallError, match="two waves are needed"):
        change(design(people(n=10, waves=("2025",)), book), book=book)


def test_unsur_of_a_unit(book):
    frame = people(n=100)
    low = frame["unit"].eq("Klinik") & frame["wave"].eq("2025")
    frame.loc[low, "u3"] = (frame.loc[low, "u3"] - 1).clip(lower=1)
    table = unsur(design(frame, book), "Klinik", book=book).set_index("variable")
    answers = frame.loc[low, "u3"].astype(float)
    assert table.loc["u3", "n"] == 100
    assert table.loc["u3", "estimate"] == pytest.approx(answers.mean())
    assert table.loc["u3", "low_share"] == pytest.approx((answers <= 2).mean())
    assert table.loc["u3", "low_share_low"] < table.loc["u3", "low_share"] < table.loc["u3", "low_share_high"]
    assert table.loc["u3", "difference"] == pytest.approx(table.loc["u3", "estimate"] - table.loc["u3", "before"])
    assert table.loc["u3", "difference_high"] < 0
    assert table.loc["u3", "lowest"]
    with pytest.raises(CallError, match="no respondent of 'Tidak ada'"):
        unsur(design(frame, book), "Tidak ada", book=book)


def test_an_unsur_never_asked_is_left_out_not_zero(book):
    frame = people(n=30, waves=("2025",))
    frame.loc[frame["unit"].eq("Klinik"), "u4"] = pd.NA
    assert "u4" not in set(unsur(design(frame, book), "Klinik", book=book)["variable"])
