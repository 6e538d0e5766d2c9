import numpy as np
import pandas as pd
import pytest

from analysis.errors import CallError
from analysis.oversight import design, skm_index

from .small import ITEMS, people

SUMS = (105, 101, 100, 116, 102, 105, 106, 105, 115)
"""Column sums of 29 published forms."""


def forms():
    """Return 29 forms with the published column sums."""
    columns = {}
    for name, total in zip(ITEMS, SUMS, strict=True):
        base, more = divmod(total, 29)
        columns[name] = [base + 1] * more + [base] * (29 - more)
    return pd.DataFrame(columns)


def test_the_published_forms_give_both_figures():
    row = skm_index(forms()).iloc[0]
    assert row["n"] == 29
    assert row["index"] == pytest.approx(91.4751, abs=5e-5)
    assert row["index_011"] == pytest.approx(90.5603, abs=5e-5)
    assert row["nrr_u1"] == pytest.approx(105 / 29)
    assert row["grade"] == "A"
    assert row["rule"] == "2017"
    assert row["sample"] == "walk-in"


def test_a_missing_unsur_renormalises_and_is_named():
    row = skm_index(forms().drop(columns="u8")).iloc[0]
    expected = np.mean([total / 29 for total in np.delete(SUMS, 7)]) * 25
    assert row["index"] == pytest.approx(expected)
    assert row["missing"] == "u8"
    assert np.isnan(row["index_011"])


def test_sub_items_are_averaged_first_then_unsur_weigh_equally():
    frame = pd.DataFrame({"u1": [4, 4], "u2_1": [1, 1], "u2_2": [3, 3]})
    row = skm_index(frame).iloc[0]
    assert row["index"] == pytest.approx((4 + 2) / 2 * 25)
    assert row["nrr_u2"] == pytest.approx(2.0)
    assert row["note"] == "constant"
    assert np.isnan(row["p_a"])


def test_blanks_change_nothing_but_the_count_of_missing():
    frame = forms()
    blank = pd.concat([frame, pd.DataFrame(np.nan, index=[0, 1], columns=frame.columns)], ignore_index=True)
    before, after = skm_index(frame).iloc[0], skm_index(blank).iloc[0]
    assert after["n"] == before["n"]
    assert after["n_missing"] == 2
    assert after["index"] == pytest.approx(before["index"])


def test_n_counts_rows_with_any_answer():
    frame = forms().astype(float)
    frame.loc[0, list(ITEMS[1:])] = np.nan
    row = skm_index(frame).iloc[0]
    assert (row["n"], row["n_missing"]) == (29, 0)


def test_the_old_rule_reads_p_items_and_its_own_grades():
    frame = pd.DataFrame({f"p{number}": [3, 3, 2, 4] for number in range(1, 15)})
    row = skm_index(frame, rule="2004").iloc[0]
    assert row["index"] == pytest.approx(75.0)
    assert row["grade"] == "B"
    assert row["index_011"] == pytest.approx(3 * 14 * 0.071 * 25)
    with pytest.raises(CallError, match="holds no item of rule 2017"):
        skm_index(frame)


def test_the_standard_error_is_joint_over_all_unsur(book):
    frame = people(n=60, waves=("2025",), units={"Klinik": "health"})
    row = skm_index(design(frame, book), book=book).iloc[0]
    person = frame[list(ITEMS)].astype(float).mean(axis=1) * 25
    assert row["index"] == pytest.approx(person.mean())
    assert row["se"] == pytest.approx(person.std(ddof=1) / np.sqrt(60))
    assert row["df"] == 59


def test_rules_are_never_mixed_in_one_row(book):
    frame = people(n=40, waves=("2016", "2025"), units={"Klinik": "health"})
    old = frame["wave"].eq("2016")
    for number in range(1, 15):
        frame[f"p{number}"] = frame["u1"].where(old)
    frame.loc[old, list(ITEMS)] = pd.NA
    frame.loc[old, "rule"] = "2004"
    table = skm_index(design(frame, book), "unit", book=book)
    assert list(table["rule"]) == ["2004", "2017"]
    assert list(table["n"]) == [40, 40]


def test_row_order_is_irrelevant(book):
    frame = people(n=50)
    shuffled = frame.sample(frac=1, random_state=1).reset_index(drop=True)
    one, other = (skm_index(design(part, book), ["unit", "wave"], book=book) for part in (frame, shuffled))
    pd.testing.assert_frame_equal(one, other)


def test_a_grade_far_from_its_borders_is_sure_and_one_beside_is_not(book):
    frame = people(n=400, waves=("2025",))
    table = skm_index(design(frame, book), book=book)
    assert table["certainty"].iloc[0] in {"sure", "near a border"}
    assert table[["p_a", "p_b", "p_c", "p_d"]].sum(axis=1).iloc[0] == pytest.approx(1)
    near = pd.DataFrame({item: [4, 3, 4, 3, 4, 4, 3, 4] for item in ITEMS})
    assert skm_index(near).iloc[0]["certainty"] == "near a border"
