"""What is important and low: told only as far as ranges allow."""

import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.oversight import design, drivers
from tests.oversight.small import ITEMS, people


def loose(frame, item):
    """Answer an item without regard to the others."""
    frame[item] = pd.array(np.random.default_rng(7).integers(2, 5, len(frame)), dtype="Int8")


def test_a_low_score_of_no_sure_importance_is_called_low_alone(book):
    frame = people(n=200, waves=("2025",))
    frame["u3"] = (frame["u3"] - 1).clip(lower=1)
    table = drivers(design(frame, book), book=book).table.set_index("variable")
    assert table.loc["u3", "quadrant"] == "low score"


@pytest.mark.parametrize("seed", range(5))
def test_where_all_unsur_are_alike_no_order_is_told(seed, book):
    found = drivers(design(people(n=60, seed=seed, waves=("2025",)), book), book=book).table
    assert not set(found["quadrant"]) & {"concentrate here", "keep up", "low priority", "possible overkill"}
    assert found["quadrant"].eq("cannot tell").sum() >= 7


def test_what_stands_out_in_both_is_told_and_the_middle_one_is_not(book):
    frame = people(n=400, waves=("2025",))
    frame["u3"] = (frame["u1"] - 1).clip(lower=1)
    loose(frame, "u9")
    table = drivers(design(frame, book), book=book).table.set_index("variable")
    assert (table.loc["u3", "quadrant"], table.loc["u9", "quadrant"]) == ("concentrate here", "low priority")
    assert table.loc["u1", "quadrant"] == "important"
    assert set(table["quadrant"].drop(["u1", "u3", "u9"])) == {"cannot tell"}


def test_the_derived_importance_is_the_correlation_with_the_others(book):
    frame = people(n=60, waves=("2025",))
    frame.loc[3, "u2"] = pd.NA
    made = design(frame, book)
    found = drivers(made, book=book).table
    assert list(found["importance"]) == pytest.approx(list(survey.alpha(made, list(ITEMS)).items["item_rest"]))


def test_where_everybody_was_asked_the_figures_themselves_decide(book):
    frame = people(n=60, waves=("2025",))
    register = pd.DataFrame([
        {"unit": unit, "wave": "2025", "sample": "census", "users": 60} for unit in frame["unit"].unique()
    ])  # fmt: skip
    found = drivers(design(frame, book, register), book=book).table
    assert found["importance_low"].isna().all()
    assert set(found["quadrant"]) <= {"concentrate here", "keep up", "low priority", "possible overkill"}


def test_more_unsur_than_a_share_is_worked_out_for_are_held_against_one_another(book):
    frame = people(n=60, waves=("2004",)).drop(columns=list(ITEMS)).assign(rule="2004", overall=3)
    rng = np.random.default_rng(3)
    for item in (*(f"p{number}" for number in range(1, 15)), "overall"):
        frame[item] = pd.array(rng.integers(2, 5, len(frame)), dtype="Int8")
    found = drivers(design(frame, book), book=book)
    assert found.facts["basis"] == "derived"
    assert found.table["importance"].notna().all()
