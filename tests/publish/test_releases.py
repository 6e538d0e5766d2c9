"""Two releases of the same survey must not tell together what neither may tell alone."""

from dataclasses import replace
from random import Random

import numpy as np

from analysis import publish


def group(**levels):
    return frozenset({("wave", "2025"), *levels.items()})


def plan(**units):
    counts = {group(): sum(units.values())} | {group(unit=name): n for name, n in units.items()}
    return publish.plan(counts)


def told(old, new):
    return {dict(row.group).get("unit", "all"): row.risk for row in publish.release_diff(old, new).itertuples()}


def test_the_same_release_twice_gives_nothing_away():
    assert told(plan(a=40, b=60, c=80), plan(a=40, b=60, c=80)) == {}


def test_a_few_late_comers_stand_alone_between_two_releases():
    assert told(plan(a=40, b=60, c=80), plan(a=43, b=60, c=80)) == {"a": "few came or went", "all": "few came or went"}


def test_many_late_comers_are_no_risk():
    assert told(plan(a=40, b=60, c=80), plan(a=90, b=60, c=80)) == {}


def test_a_group_that_grows_over_the_threshold_tells_what_it_was():
    found = told(plan(a=8, b=9, c=80), plan(a=11, b=90, c=80))
    assert found["a"] == "withheld before, shown now"


def test_a_group_withheld_now_that_the_old_release_shows_is_known():
    old = plan(a=40, b=60, c=80)
    new = replace(old, withheld={group(unit="a"): "small", group(unit="b"): "linked"})
    assert set(told(old, new).values()) == {"withheld before, shown now"}


def test_a_group_of_one_release_alone_is_no_risk_by_itself():
    assert "d" not in told(plan(a=40, b=60, c=80), plan(a=40, b=60, c=80, d=50))


def test_one_late_file_of_a_few_people_is_told_though_its_unit_is_withheld():
    found = told(plan(a=40, b=60, c=80), plan(a=40, b=60, c=80, d=8))
    assert found["all"] == "few came or went"
    assert "d" not in plan(a=40, b=60, c=80).counts


def test_one_large_late_unit_alone_gives_nobody_away():
    assert told(plan(a=40, b=60, c=80), plan(a=40, b=60, c=80, d=50)) == {}


def test_the_new_release_may_give_away_what_the_old_one_withheld():
    old = plan(a=8, b=30, c=80)
    new = replace(old, withheld={group(unit="a"): "small"})
    found = told(old, new)
    assert found["b"] == "withheld before, shown now"
    assert found["a"] == "worked out from both"


def test_a_late_small_unit_whose_partner_the_old_release_shows_is_worked_out():
    found = told(plan(a=40, b=60, c=80), plan(a=40, b=60, c=95, d=8))
    assert "a" in found


def held(plan, *units):
    return replace(plan, withheld={group(unit=one): "linked" for one in units})


def test_a_few_late_comers_of_withheld_units_stand_alone_where_their_whole_and_the_others_are_shown():
    old, new = held(plan(a=40, b=60, c=80), "b", "c"), held(plan(a=55, b=60, c=84), "b", "c")
    assert told(old, new) == {"all": "few came or went among those withheld"}
    many = held(plan(a=55, b=70, c=84), "b", "c")
    assert told(old, many) == {}
    nobody = held(plan(a=55, b=60, c=80), "b", "c")
    assert told(old, nobody) == {}


def test_an_item_kept_back_in_one_release_alone_is_told_where_the_people_are_nearly_the_same():
    old = plan(a=40, b=60, c=80)
    kept = replace(old, kept={"u3": frozenset({group(unit="a")})})
    assert told(old, kept) == told(kept, old) == {"a": "withheld before, shown now"}
    assert told(kept, kept) == {}
    assert told(kept, plan(a=90, b=60, c=80)) == {}


def isolated(old, new):
    """Return whether some sum of shown groups holds a few people who came or went, and nobody else.

    Whoever adds and subtracts whole shown groups with what they are in both releases: all sets of them are tried.
    """
    shown = [one for one in {*old.counts, *new.counts} if one not in old.withheld and one not in new.withheld]
    units = sorted({one for both in (old, new) for one in both.counts if len(one) == 3}, key=sorted)
    rows = np.array([[float(cell <= unit) for unit in units] for cell in shown])
    moved = np.array([new.counts.get(unit, 0) - old.counts.get(unit, 0) for unit in units])
    for wanted in range(1, 2 ** len(units)):
        inside = np.array([wanted >> at & 1 for at in range(len(units))], float)
        if 0 < abs(moved @ inside) < new.threshold:
            known = np.linalg.lstsq(rows.T, inside, rcond=None)[0]
            if np.abs(rows.T @ known - inside).max() < 1e-9:
                return True
    return False


def test_all_that_two_releases_of_small_cities_give_away_of_late_comers_is_told():
    risks, alone = [], 0
    for seed in range(60):
        rng = Random(seed)  # noqa: S311
        first = {(f"s{at % 2}", f"u{at}"): rng.choice([4, 9, 13, 25, 40]) for at in range(7)}
        second = {
            name: n + (rng.choice([0, 0, 0, 0, 14, 30, 17]) if rng.random() < 0.8 else rng.choice([2, 6]))
            for name, n in first.items()
        }
        old, new = (publish.plan(_counts(units)) for units in (first, second))
        found = publish.release_diff(old, new)
        if isolated(old, new):
            alone += 1
            assert len(found), seed
            risks.append(set(found["risk"]))
    assert alone > 30
    assert {"few came or went among those withheld"} in risks  # what no other risk would have told


def _counts(units):
    counts = {group(): sum(units.values())}
    for sector in ("s0", "s1"):
        counts[group(sector=sector)] = sum(n for (of, _), n in units.items() if of == sector)
    return counts | {group(sector=of, unit=name): n for (of, name), n in units.items()}
