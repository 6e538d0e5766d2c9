"""Whole cities with many small groups, planned as the run plans them, attacked by somebody who was never told how."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from analysis import codebook, publish

HERE = importlib.util.spec_from_file_location("attacker", Path(__file__).with_name("attacker.py"))
attacker = importlib.util.module_from_spec(HERE)
HERE.loader.exec_module(attacker)


def attacked(seed, waves=1):
    """Return what was recovered of a drawn city's withheld groups, and how many were tried."""
    responses = attacker.people_of(attacker.shrunken(seed, waves=waves))
    plan = attacker.plan_of(responses)
    found = [attacker.attack(responses, plan, wave) for wave in sorted(set(responses["wave"]))]
    return [one for bad, _ in found for one in bad], sum(tried for _, tried in found)


def test_nothing_withheld_of_a_whole_city_is_recovered():
    bad, tried = attacked(0)
    assert bad == []
    assert tried > 60


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_nothing_withheld_of_two_hundred_cities_is_recovered(block):
    for seed in range(1000 + 10 * block, 1010 + 10 * block):
        bad, tried = attacked(seed)
        assert (seed, bad) == (seed, [])
        assert tried


@pytest.mark.slow
def test_nothing_withheld_of_cities_with_three_waves_is_recovered():
    for seed in range(2000, 2005):
        assert attacked(seed, waves=3)[0] == []


def test_the_attacker_recovers_what_is_withheld_without_its_links():
    responses = attacker.people_of(attacker.shrunken(0, waves=1))
    plan = attacker.plan_of(responses)
    alone = {cell: why for cell, why in plan.withheld.items() if why != "linked"}
    naive = publish.plan({}).__class__(**{**vars(plan), "withheld": alone})
    bad, _ = attacker.attack(responses, naive, "2025")
    assert len(bad) > 3


def means_of(responses, plan, wave):
    """Return the printed index of every group that is shown in a wave, to one decimal, each respondent alike."""
    book = codebook.load()
    here = responses[responses["wave"] == wave]
    score = here[list(attacker.example.truth.ITEMS)].astype(float).mean(axis=1) * 25
    found = {}
    for cell in attacker.of_wave(plan.counts, wave):
        if cell not in plan.withheld:
            inside = np.logical_and.reduce([here[name].eq(level) for name, level in cell])
            found[cell] = round(float(score[inside].mean()), 1)
    assert book.measure.low <= min(found.values())
    return found


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(1, 11))])
def test_means_times_n_give_no_more_away(seed):
    responses = attacker.people_of(attacker.shrunken(50 + seed, waves=1))
    plan = attacker.plan_of(responses)
    means = means_of(responses, plan, "2025")
    bad, tried = attacker.attack(responses, plan, "2025", attacker.Points, means=means)
    assert bad == []
    assert tried


def who_knows_the_forms(seed):
    responses = attacker.people_of(attacker.shrunken(seed, waves=1), forms=True)
    return attacker.attack(responses, attacker.plan_of(responses), "2025", forms=True)


@pytest.mark.slow
def test_who_knows_which_units_ask_what_recovers_nothing_either():
    bad, tried = who_knows_the_forms(7)
    assert bad == []
    assert tried > 20


@pytest.mark.slow
@pytest.mark.parametrize("block", range(4))
def test_who_knows_the_forms_of_forty_cities_recovers_nothing(block):
    for seed in range(3000 + 10 * block, 3010 + 10 * block):
        assert (seed, who_knows_the_forms(seed)[0]) == (seed, [])
