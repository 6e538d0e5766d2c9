"""Two releases of the same survey must not tell together what neither may tell alone."""

from dataclasses import replace

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
