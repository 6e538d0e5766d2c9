"""A doubtful interval (few people, skewed answers) gives no verdict in any table, however far it lies from 0."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import oversight as o

from .small import ITEMS, people

FEW = 14
MORE = {f"Unit {number}": "health" for number in range(11)}


def all_but_one(frame, rows, *, usual, odd):
    """Answer ``usual`` everywhere in ``rows`` but for the first person of them, who answers ``odd``."""
    for item in ITEMS:
        frame.loc[rows, item] = usual
        frame.loc[frame.index[rows][0], item] = odd


@pytest.fixture(scope="module")
def skewed():
    """Return a city where one unit, one group and one way of asking got the same answers from all but one person."""
    frame = people(n=40, units={"Klinik": "health", **MORE}, seed=3)
    counted = frame.groupby(["unit", "wave"]).cumcount()
    frame = frame[~(frame["unit"].eq("Klinik") & frame["wave"].eq("2025") & counted.ge(FEW))].reset_index(drop=True)
    counted = frame.groupby(["unit", "wave"]).cumcount()
    here = frame["wave"].eq("2025")
    apart = here & frame["unit"].eq("Unit 0") & counted.lt(FEW)
    frame["disability"] = apart.map({True: "yes", False: "no"})
    frame.loc[apart, "channel"] = "online"
    all_but_one(frame, (here & frame["unit"].eq("Klinik")).to_numpy(), usual=2, odd=4)
    all_but_one(frame, apart.to_numpy(), usual=2, odd=4)
    return frame


@pytest.fixture(scope="module")
def asked(skewed, book):
    plans = pd.DataFrame({"unit": ["Klinik"], "wave": "2024", "item": "u3", "status": "Selesai"})
    study = SimpleNamespace(
        responses=skewed.assign(file="a.xlsx", sheet="D"), registers={"plans": plans}, book=book, recaps=pd.DataFrame()
    )
    return SimpleNamespace(book=book, plans=plans, study=study, design=o.design(skewed, book))


TABLES = {
    "compare": lambda a: o.compare(a.design, "unit", book=a.book).table.set_index("level").loc["Klinik"],
    "change": lambda a: o.change(a.design, book=a.book).table.set_index("level").loc["Klinik"],
    "equity": lambda a: _group(o.equity(a.design, book=a.book).tables["gaps"]),
    "follow_up": lambda a: o.follow_up(a.plans, a.design, book=a.book).table.iloc[0],
    "unsur": lambda a: o.unsur(a.design, "Klinik", book=a.book).set_index("variable").loc["u3"],
    "initiatives": lambda a: o.initiatives(a.design, book=a.book).table.set_index("initiative").loc["online"],
}


def _group(gaps):
    return gaps[gaps["by"].eq("disability") & gaps["level"].eq("yes")].iloc[0]


@pytest.mark.parametrize("table", TABLES)
def test_a_doubtful_row_cannot_be_told(asked, table):
    row = TABLES[table](asked)
    assert (row["note"], row["verdict"]) == ("caution", "cannot tell")
    high = next(row[name] for name in ("difference_high", "high") if name in row)
    assert high < 0, "the range leaves out 0, and still nothing may be said"


def test_a_doubtful_group_of_fewer_than_ten_has_no_verdict_and_moves_no_other(skewed, book):
    yes = skewed.index[skewed["disability"].eq("yes")]
    few = skewed.assign(disability=skewed["disability"].mask(skewed.index.isin(yes[8:]), "no"))
    with_few = o.equity(o.design(few, book), book=book).tables["gaps"]
    row = _group(with_few)
    assert (row["n"], row["note"], row["verdict"], row["low_verdict"]) == (8, "few respondents", "", "")
    assert pd.isna(row["p"])
    alone = o.equity(o.design(few, book), book=book, groups=["sex"]).tables["gaps"]
    both = with_few[with_few["by"].eq("sex")]
    assert both["p_adjusted"].tolist() == alone["p_adjusted"].tolist()


def test_a_doubtful_unit_is_not_held_to_its_expected_range(asked):
    row = o.expected_range(asked.design, book=asked.book).table.set_index("unit").loc["Klinik"]
    assert (row["note"], row["verdict"]) == ("caution", "cannot tell")
    assert row["high"] < 0


def test_a_doubtful_unsur_of_the_city_cannot_be_told(book):
    frame = people(n=FEW, waves=("2025",), units={"Klinik": "health"})
    frame[list(ITEMS)] = 4
    frame["u3"] = 3
    frame.loc[0, "u3"] = 1
    row = o.elements(o.design(frame, book), book=book).set_index("variable").loc["u3"]
    assert (row["note"], row["verdict"]) == ("caution", "cannot tell")
    assert row["high"] < 0


def test_no_finding_rests_on_a_doubtful_row(asked):
    found = o.findings(asked.study, design=asked.design).table
    told = set(zip(found["key"], found["subject"], strict=True))
    assert not told & {("unit_low", "Klinik"), ("unit_fell", "Klinik"), ("group", "yes"), ("channel", "online")}
    assert not found["key"].eq("promise").any()
    assert found.loc[found["key"].eq("promise_unseen"), "subject"].tolist() == ["Klinik"]


def test_a_side_of_few_people_is_described_without_a_verdict(skewed, book):
    few = skewed.copy()
    online = few.index[few["channel"].eq("online")]
    few = few.drop(index=online[9:]).reset_index(drop=True)
    row = o.initiatives(o.design(few, book), book=book).table.set_index("initiative").loc["online"]
    assert (row["note"], row["verdict"], row["n_a"]) == ("too few respondents", "", 9)
    assert row["difference"] < 0
