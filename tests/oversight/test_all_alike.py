"""A city where everybody answers 4 to everything: figures stand, nothing is tested, and each table says why."""

import pandas as pd
import pytest

from analysis import oversight as o
from analysis.codebook.model import Unit

from .small import ITEMS, people

UNITS = {f"Unit {number}": ("health", "licensing")[number % 2] for number in range(8)}


@pytest.fixture(scope="module")
def frame():
    made = people(n=40, units=UNITS)
    made["channel"] = ["online" if place % 3 == 0 else "counter" for place in range(len(made))]
    made["service"] = "Surat"
    made[list(ITEMS)] = pd.DataFrame(4, index=made.index, columns=list(ITEMS)).astype("Int8")
    return made


def online(frame, book, surveys=None):
    return o.initiatives(o.design(frame, book, surveys), book=book).table.set_index("initiative").loc["online"]


def test_channels_that_nobody_rates_differently_get_no_verdict(frame, book):
    row = online(frame, book)
    assert (row["verdict"], row["note"], row["difference"]) == ("", "constant", 0.0)
    assert row[["low", "high", "p"]].isna().all()


def test_channels_where_all_users_were_asked_are_judged_without_chance(frame, book):
    here = frame[frame["wave"].eq("2025")]
    surveys = pd.DataFrame({"unit": list(UNITS), "wave": "2025", "sample": "census", "users": 40})
    row = online(here, book, surveys)
    assert (row["verdict"], row["note"]) == ("no difference that matters", "")


def test_a_service_that_went_online_is_not_judged_by_others_that_never_move(frame, book):
    service = {"name": "Surat", "online_from": "2025"}
    unit = Unit.model_validate({"name": "Unit 0", "sector": "health", "service": [service]})
    made = book.model_copy(update={"units": (unit,)})
    rows = o.initiatives(o.design(frame, made), book=made).table
    row = rows[rows["initiative"].eq("technology")].iloc[0]
    assert (row["verdict"], row["note"], row["difference"]) == ("", "constant", 0.0)


def test_a_promise_is_not_held_against_answers_that_cannot_move(frame, book):
    plans = pd.DataFrame({"unit": ["Unit 0"], "wave": "2024", "item": "u3", "status": "Selesai"})
    found = o.follow_up(plans, o.design(frame, book), book=book)
    assert (found.table.loc[0, "verdict"], found.table.loc[0, "note"]) == ("", "constant")
    assert (found.facts["unjudged"], found.facts["same"], found.facts["unknown"]) == (1, 0, 0)


def test_rows_that_are_all_the_same_are_not_tested_against_themselves(frame, book):
    table = o.integrity(frame, book, wave="2025")
    assert set(table["note"]) == {"constant"}
    assert set(table["signs"]) == {""}
    assert table[["p_same", "same_expected"]].isna().all(axis=None)
    assert set(table["same_share"]) == {1.0}
