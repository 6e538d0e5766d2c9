"""The plan: what it counts, what it lets through, what it refuses."""

import pandas as pd
import pytest

from analysis import codebook, publish
from analysis.codebook.policy import SHIPPED_POLICY, load_policy
from analysis.errors import CodebookError
from analysis.oversight import cell_counts
from analysis.publish import policy


def frame(cells):
    return pd.DataFrame({"cell": [frozenset(cell) for cell, _ in cells], "n": [n for _, n in cells]})


def test_the_threshold_is_ten_and_on_the_base_of_the_very_figure():
    group = policy.cell("2025", unit="Unit A")
    plan = publish.plan({group: 40})
    assert publish.may_show(plan, group, 10)
    assert not publish.may_show(plan, group, 9)
    assert policy.why_withheld(plan, group, None) == "small"


def test_a_group_that_the_plan_does_not_know_is_withheld():
    plan = publish.plan({policy.cell("2025"): 400})
    assert policy.why_withheld(plan, policy.cell("2025", unit="Unit A"), 100) == "unplanned"


def test_the_plan_names_its_policy():
    plan = publish.plan({})
    assert (plan.policy, plan.version, plan.threshold) == ("tilik", load_policy().version, 10)


def test_people_are_counted_within_owners_where_owners_are_known():
    district, city = ("district", "Utara"), ("owner", "city")
    counts = frame([({("wave", "1"), district}, 50), ({("wave", "1"), city, district}, 40), ({district}, 90)])
    assert list(publish.plan(counts).counts) == [frozenset({("wave", "1"), city, district})]


def test_without_waves_and_owners_plain_groups_are_planned():
    district = ("district", "Utara")
    base = frozenset({("district", "*")})
    assert list(publish.plan(frame([((), 120), ({district}, 90)])).counts) == [frozenset(), frozenset({district}), base]


def counted(*rows):
    """Return the counts of rows (unit, district, how many) as the run counts them."""
    people = pd.DataFrame([row[:2] for row in rows for _ in range(row[2])], columns=["unit", "district"])
    people = people.assign(wave="1", sector="health", owner="city")
    return cell_counts(people, publish.dimensions(people.columns))


def group(**levels):
    return frozenset({("wave", "1"), *levels.items()})


def test_a_group_that_is_mostly_one_units_tells_of_the_few_others():
    plan = publish.plan(counted(("a", "Utara", 35), ("b", "Utara", 5), ("b", "Timur", 60), ("a", "Timur", 50)))
    assert policy.why_withheld(plan, group(owner="city", district="Utara"), 40) == "dominated"
    assert policy.may_show(plan, group(sector="health"), 150)


def test_a_group_of_one_unit_alone_is_that_units_own_figure():
    plan = publish.plan(counted(("a", "Utara", 35), ("b", "Timur", 60)))
    assert plan.withheld == {}


def test_a_large_unit_beside_many_others_dominates_nothing():
    plan = publish.plan(counted(("a", "Utara", 90), ("b", "Utara", 30), ("c", "Utara", 25)))
    assert plan.withheld == {}


def test_a_few_who_weigh_more_than_all_others_dominate_a_group():
    rows = pd.DataFrame({"unit": ["a"] * 4 + ["b", "c", "d"] * 15, "sector": "health"})
    weights = pd.Series([900.0] * 4 + [1.0] * 45)
    plain, weighed = (cell_counts(rows, [("sector",)], weights=one) for one in (None, weights))
    assert policy.dominated(plain, load_policy()) == set()
    assert policy.dominated(weighed, load_policy()) == {frozenset({("sector", "health")})}


def test_of_agencies_that_are_not_the_citys_only_units_and_their_sum_are_told():
    sizes = {"a": 35, "b": 5, "c": 40}
    people = pd.DataFrame({"unit": [unit for unit, n in sizes.items() for _ in range(n)], "sector": "health"})
    people = people.assign(wave="1", owner="vertical", district="Utara")
    plan = publish.plan(cell_counts(people, publish.dimensions(people.columns)))
    assert policy.why_withheld(plan, group(owner="vertical", district="Utara"), 80) == "unplanned"
    assert policy.may_show(plan, group(owner="vertical"), 80)
    assert policy.why_withheld(plan, group(unit="b"), 5) == "small"


def test_who_knows_which_units_ask_a_question_learns_no_units_number():
    rows = [("a", "city", None, 60), ("b", "city", "online", 8), ("c", "city", "online", 40), ("d", "city", None, 9)]
    people = pd.DataFrame([one[:3] for one in rows for _ in range(one[3])], columns=["unit", "owner", "channel"])
    people = people.assign(sector="health", wave="1")
    plan = publish.plan(cell_counts(people, publish.dimensions(people.columns)))
    assert plan.counts[group(owner="city", channel="*")] == 48
    hidden = {dict(one).get("unit", "") for one in plan.withheld if "owner" not in dict(one)}
    assert hidden == {"a", "b", "c", "d"} or group(owner="city", channel="*") in plan.withheld


def test_the_base_of_a_comparison_is_withheld_before_a_group_outside_the_city_is_given_away():
    rows = [("a", "Utara", 40), ("a", "Timur", 50), ("a", "Luar", 6), ("a", None, 20)]
    plan = publish.plan(counted(*rows), apart={"district": {"Luar"}})
    assert plan.counts[group(owner="city", district="*")] == 90
    withheld = {dict(one)["district"] for one in plan.withheld if "district" in dict(one)}
    assert "Luar" in withheld
    assert not {"Utara", "Timur"} & withheld


def test_a_wave_that_is_withheld_takes_the_number_of_all_answers_with_it():
    people = pd.DataFrame({"wave": ["1"] * 6 + ["2"] * 50 + ["3"] * 60})
    plan = publish.plan(cell_counts(people, publish.dimensions(people.columns)))
    assert plan.withheld == {frozenset({("wave", "1")}): "small", frozenset(): "linked"}


def test_those_who_gave_no_level_are_nobodys_group():
    assert publish.plan(frame([({("wave", "1"), ("sex", "")}, 20)])).counts == {}


def test_the_cuts_are_those_whose_columns_exist():
    cuts = publish.dimensions(["wave", "district"])
    assert ("wave", "district") in cuts
    assert not any("sector" in cut for cut in cuts)


def test_a_policy_with_a_fault_is_refused(tmp_path):
    path = tmp_path / "policy.toml"
    path.write_text(
        SHIPPED_POLICY.read_text(encoding="utf-8").replace("threshold = 10", "threshold = 0"), encoding="utf-8"
    )
    with pytest.raises(CodebookError, match=r"base\.threshold"):
        load_policy(path)


def test_every_rule_of_the_policy_names_its_source():
    rules = load_policy()
    assert all(
        part.source
        for part in (rules.base, rules.linked, rules.dominance, rules.answers, rules.spread, rules.weak, rules.groups)
    )


def test_a_survey_that_knows_neither_owners_nor_units_keeps_its_groups():
    levels = [("district", "A"), ("district", "B")]
    cells = [frozenset({("wave", "1"), *((level,) if level else ()), *((owner,) if owner else ())})
             for level in (None, *levels) for owner in (None, ("owner", ""))]  # fmt: skip
    frame = pd.DataFrame({"cell": cells, "n": [100 if dict(one).get("district") else 200 for one in cells]})
    made = policy.plan(frame)
    assert all(policy.may_show(made, policy.cell("1", district=name), 100) for name in "AB")


def test_a_plan_speaks_by_the_policy_it_was_made_under(tmp_path):
    text = SHIPPED_POLICY.read_text(encoding="utf-8")
    for old, new in (("no_sd_under = 30", "no_sd_under = 44"), ("extreme_under = 30", "extreme_under = 55")):
        assert old in text
        text = text.replace(old, new)
    path = tmp_path / "policy.toml"
    path.write_text(text.replace("respondents = 30", "respondents = 77"), encoding="utf-8")
    unit = frozenset({("wave", "2025"), ("unit", "Unit A")})
    made = {policy: publish.plan({unit: 40}, policy=policy) for policy in (None, load_policy(path))}
    items = pd.DataFrame(
        {"variable": ["u1"], "n": [40], "estimate": [3.1], "low": [2.9], "high": [3.3], "low_share": [0.0], "note": "",
         "sample": "random"}
    )  # fmt: skip
    told = []
    for one in made.values():
        look = publish.look.Look(one, codebook.load(), "id")
        told.append(repr(publish.listings.unsur(items, look, unit="Unit A", wave="2025")))
        assert look.rules.weak.respondents == (77 if one is made[load_policy(path)] else 30)
    assert "2,90 \u2013 3,30" in told[0]
    assert "0%" in told[0]
    assert "di bawah 44 orang" in told[1]
    assert "kurang dari" in told[1]
