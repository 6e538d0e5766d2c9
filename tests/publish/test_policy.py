"""The plan: what it counts, what it lets through, what it refuses."""

import pandas as pd
import pytest
from pydantic import ValidationError

from analysis import publish
from analysis.codebook.policy import SHIPPED_POLICY, load_policy
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
    assert list(publish.plan(frame([((), 120), ({district}, 90)])).counts) == [frozenset(), frozenset({district})]


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
    with pytest.raises(ValidationError, match="threshold"):
        load_policy(path)


def test_every_rule_of_the_policy_names_its_source():
    rules = load_policy()
    assert all(
        part.source for part in (rules.base, rules.linked, rules.answers, rules.spread, rules.weak, rules.groups)
    )
