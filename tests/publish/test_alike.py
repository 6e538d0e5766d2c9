"""Of a small group that answered all alike nobody works out from finished tables what each answered."""

import importlib.util
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog

from analysis import codebook, oversight, publish

HERE = importlib.util.spec_from_file_location("attacker", Path(__file__).with_name("attacker.py"))
attacker = importlib.util.module_from_spec(HERE)
HERE.loader.exec_module(attacker)
ITEMS = [f"u{number}" for number in range(1, 10)]
SIZES = {"Unit A": ("health", 12), "Unit B": ("health", 22), "Unit C": ("education", 40), "Unit D": ("education", 35)}


def town(alike, items=ITEMS, end=4, sizes=SIZES, seed=5):
    """Return the answers of a small town in which all of the units ``alike`` gave ``end`` to ``items``."""
    rng = np.random.default_rng(seed)
    rows = []
    for unit, (sector, n) in sizes.items():
        for _ in range(n):
            answers = dict(zip(ITEMS, rng.choice([2, 3, 4], 9, p=[0.2, 0.5, 0.3]).tolist(), strict=True))
            answers |= dict.fromkeys(items, end) if unit in alike else {}
            rows.append({"wave": "2025", "unit": unit, "sector": sector, "owner": "city", "rule": "2017", **answers})
    frame = pd.DataFrame(rows)
    return frame.assign(respondent=range(len(frame)), service="x", instrument="skm-2017")


def page_of(responses):
    """Return what shows a town's results under the plan that the run makes of it, and its design."""
    book, plan = codebook.load(), attacker.plan_of(responses)
    study = SimpleNamespace(
        plan=plan, book=book, lang="id", wave="2025", waves=("2025",), responses=responses, recaps=pd.DataFrame(),
        files=pd.DataFrame({"file": [], "number": []}), registers={},
    )  # fmt: skip
    return publish.open_page(study), oversight.design(responses, book), book


def printed(table):
    """Return n and mean of each row of a finished table, missing where it shows none."""
    told = {}
    for name, n, mean, *_ in table.rows:
        told[name.text] = (n.value, mean.value)
    return told


def tables(responses, measure=None):
    """Return the finished tables of a town: by unit, by sector, and of everybody."""
    show, design, book = page_of(responses)
    if measure is None:
        frames = [oversight.skm_index(design, by, book=book).assign(wave="2025") for by in ("unit", "sector", None)]
        return [printed(show.table(frame)) for frame in frames]
    made = []
    for by in ("unit", "sector", ""):
        made.append({})
        for level in sorted(set(responses[by])) if by else [""]:
            found = oversight.unsur(design, level or None, book=book, wave="2025", by=by or "unit")
            table = show.table(found, unit=level if by == "unit" else "", wave="2025")
            number = str(ITEMS.index(measure) + 1)
            row = next(row for row in table.rows if row[0].text.startswith(f"U{number} "))
            made[-1][label(level) if by == "sector" else level] = (row[1].value, row[2].value)
    return made


def reach(units, sectors, whole, aim, *, low, high, half):
    """Return the least and most that the mean of unit ``aim`` can be, from finished tables and nothing else.

    ``half`` is half the last place of each mean. He knows which unit belongs to which sector, and all unit sizes.
    """
    names = list(SIZES)
    at = {name: place for place, name in enumerate(names)}
    size = np.array([SIZES[name][1] for name in names], float)
    sums = [([name], units.get(name, (None, None))[1], half[0]) for name in names]
    for sector, (_, mean) in sectors.items():
        sums.append(([one for one in names if label(SIZES[one][0]) == sector], mean, half[1]))
    sums += [(names, mean, half[2]) for _, mean in whole.values()]
    left, right = [], []
    for of, mean, error in sums:
        if mean is None or not of:
            continue
        row = np.zeros(len(names))
        row[[at[one] for one in of]] = 1
        n = row @ size
        left += [row, -row]
        right += [n * (mean + error), -n * (mean - error)]
    goal = np.zeros(len(names))
    goal[at[aim]] = 1
    ends = [
        linprog(
            way * goal,
            A_ub=np.array(left),
            b_ub=np.array(right),
            bounds=list(zip(low * size, high * size, strict=True)),
        )
        for way in (1, -1)
    ]
    assert all(one.status == 0 for one in ends)
    return ends[0].fun / size[at[aim]], -ends[1].fun / size[at[aim]]


def label(sector):
    return codebook.load().label("sector", sector, "id")


@pytest.mark.parametrize(("end", "index"), [(4, 100.0), (1, 25.0)])
def test_the_index_of_a_unit_that_answered_all_alike_does_not_follow_from_the_others(end, index):
    made = tables(town({"Unit A"}, end=end))
    least, most = reach(*made, "Unit A", low=25.0, high=100.0, half=(0.005, 0.005, 0.005))
    assert max(abs(index - least), abs(index - most)) > 5


@pytest.mark.parametrize(("item", "end"), [("u3", 4), ("u7", 1)])
def test_an_item_to_which_a_unit_gave_one_answer_does_not_follow_from_the_others(item, end):
    made = tables(town({"Unit A"}, items=[item], end=end), item)
    least, most = reach(*made, "Unit A", low=1.0, high=4.0, half=(0.005, 0.005, 0.005))
    assert max(abs(end - least), abs(end - most)) > 0.2


def test_two_that_answered_alike_do_not_hide_each_other():
    sizes = {
        "Unit A": ("health", 12),
        "Unit B": ("health", 13),
        "Unit C": ("education", 40),
        "Unit D": ("education", 35),
    }
    show, design, book = page_of(town({"Unit A", "Unit B"}, sizes=sizes))
    sectors = printed(show.table(oversight.skm_index(design, "sector", book=book).assign(wave="2025")))
    assert sectors[label("health")] == (None, None)


@pytest.mark.parametrize("seed", range(6))
def test_of_no_drawn_town_an_item_that_few_answered_alike_follows_from_the_others(seed):
    rng = np.random.default_rng(seed)
    unit, item, end = f"Unit {rng.choice(list('AB'))}", f"u{rng.integers(1, 10)}", int(rng.choice([1, 4]))
    made = tables(town({unit}, items=[item], end=end, seed=seed), item)
    least, most = reach(*made, unit, low=1.0, high=4.0, half=(0.005, 0.005, 0.005))
    assert max(abs(end - least), abs(end - most)) > 2.5 / SIZES[unit][1]


def test_only_that_items_figures_are_kept_back_and_of_as_few_groups_as_will_do():
    show, *_ = page_of(town({"Unit A"}, items=["u3"]))
    plan = show.look.plan
    units = {dict(cell)["unit"] for cell in plan.kept["u3"] if len(cell) == 2 and "unit" in dict(cell)}
    assert set(plan.kept) == {"u3"}
    assert units == {"Unit A", "Unit B"}
    assert plan.withheld == {}


def test_a_large_group_that_answered_alike_is_told_and_so_are_those_within_it():
    sizes = {"Unit A": ("health", 40), "Unit C": ("education", 40), "Unit D": ("education", 35)}
    responses = town({"Unit A"}, sizes=sizes)
    responses["district"] = np.where(responses.index % 40 < 15, "Singkawang Barat", "Singkawang Timur")
    plan = page_of(responses)[0].look.plan
    assert plan.withheld == {}
    assert plan.kept == {}


def test_an_item_that_too_few_of_a_group_answered_does_not_follow_from_the_others():
    responses = town(set())
    blank = responses.index[responses["unit"].eq("Unit A")][4:]
    responses.loc[blank, "u5"] = np.nan
    kept = page_of(responses)[0].look.plan.kept["u5"]
    assert {dict(cell)["unit"] for cell in kept if len(cell) == 2 and "unit" in dict(cell)} == {"Unit A", "Unit B"}


def test_none_who_gave_a_low_answer_is_only_bounded_in_a_small_group():
    table = pd.DataFrame(
        {"by": "sex", "level": ["female", "male"], "n": [12, 300], "estimate": [90.0, 80.0], "difference": 1.0,
         "mix_difference": np.nan, "low": 1.0, "high": 2.0, "low_answers": [0.0, 0.0], "verdict": "", "note": ""}
    )  # fmt: skip
    counts = {frozenset({("wave", "2025"), ("sex", name)}): n for name, n in (("female", 12), ("male", 300))}
    look = publish.look.Look(publish.plan(counts), codebook.load(), "id")
    rows = publish.topics.table(oversight.Answer("equity", "2025", "random", {"gaps": table}), "gaps", look).rows
    assert [row[5].text for row in rows] == ["kurang dari 8%", "0%"]
