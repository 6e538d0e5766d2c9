"""The latent model gives the mean it was asked for, and the helpers keep their shares."""

from collections import Counter
from random import Random

import pytest

from analysis.example.answers import latent_mean, normal, pick, shuffle, spread, weigh


def stream(seed):
    return Random(seed)  # noqa: S311 - a made-up city keeps no secret


@pytest.mark.parametrize("goal", [1.4, 2.0, 2.95, 3.32, 3.8])
def test_rounded_answers_have_the_mean_asked_for(goal):
    rng, middle = stream(1), latent_mean(goal, 0.6)
    answers = [min(max(round(middle + 0.6 * normal(rng)), 1), 4) for _ in range(40_000)]
    assert sum(answers) / len(answers) == pytest.approx(goal, abs=0.012)


def test_normal_draws_are_standard():
    rng = stream(2)
    draws = [normal(rng) for _ in range(40_000)]
    assert sum(draws) / len(draws) == pytest.approx(0, abs=0.02)
    assert sum(one * one for one in draws) / len(draws) == pytest.approx(1, abs=0.03)


def test_spread_keeps_shares_to_one_person():
    drawn = Counter(spread(stream(3), {"a": 0.5, "b": 0.3, "c": 0.2}, 101))
    assert sum(drawn.values()) == 101
    assert all(abs(drawn[name] - 101 * share) <= 1 for name, share in {"a": 0.5, "b": 0.3, "c": 0.2}.items())


def test_spread_over_nobody_is_nobody():
    assert spread(stream(3), {"a": 1.0}, 0) == []


def test_shuffle_keeps_everybody():
    assert sorted(shuffle(stream(4), range(50))) == list(range(50))
    assert shuffle(stream(4), range(50)) != list(range(50))


def test_weigh_and_pick_reach_every_option():
    rng = stream(5)
    assert {weigh(rng, {"a": 0.1, "b": 0.9}) for _ in range(200)} == {"a", "b"}
    assert {pick(rng, "abc") for _ in range(200)} == {"a", "b", "c"}
