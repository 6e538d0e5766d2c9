"""What is withheld cannot be worked out: an attacker with every shown count and every sum learns nothing he may not."""

# ruff: noqa: E501  (rows stand on a line)

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from analysis.publish.suppress import LINKED, SMALL, link, protect

THRESHOLD, SPREAD = 10, 3
TIGHT = 1e-6


def attack(counts, withheld):
    """Return the least and most that each withheld count can be, given all that is shown."""
    known = link(counts)
    hidden = np.array([cell in withheld for cell in known.cells], dtype=bool)
    total = known.relations @ known.counts
    left = known.relations[:, hidden]
    right = total - known.relations[:, ~hidden] @ known.counts[~hidden]
    bounds = {}
    for place, at in enumerate(np.flatnonzero(hidden)):
        aim = np.zeros(hidden.sum())
        aim[place] = 1.0
        low = linprog(aim, A_eq=left, b_eq=right, bounds=(0, None))
        high = linprog(-aim, A_eq=left, b_eq=right, bounds=(0, None))
        bounds[known.cells[at]] = (low.fun, np.inf if high.status == 3 else -high.fun)
    return bounds


def attack_whole(counts, withheld, most=5000):
    """Return the same for an attacker who also knows that counts are whole."""
    known = link(counts)
    hidden = np.array([cell in withheld for cell in known.cells], dtype=bool)
    left = known.relations[:, hidden]
    right = known.relations @ known.counts - known.relations[:, ~hidden] @ known.counts[~hidden]
    bounds = {}
    for place, at in enumerate(np.flatnonzero(hidden)):
        aim = np.zeros(hidden.sum())
        aim[place] = 1.0
        ends = [
            milp(way * aim, constraints=LinearConstraint(left, right, right), integrality=np.ones(hidden.sum()), bounds=Bounds(0, most)).fun
            for way in (1, -1)
        ]  # fmt: skip
        bounds[known.cells[at]] = (ends[0], -ends[1])
    return bounds


def broken(counts, withheld, attacker=attack):
    """Return the withheld groups that the attacker pins, or shows to be under the threshold."""
    return [
        (sorted(cell), low, high)
        for cell, (low, high) in attacker(counts, withheld).items()
        if high - low < SPREAD - TIGHT or (counts[cell] < THRESHOLD and high < THRESHOLD - TIGHT)
    ]


def table(values, wave="1"):
    """Return the counts of a two-way table with its margins, in one wave."""
    rows, columns = values.shape
    at = ("wave", wave)
    counts = {frozenset({at}): int(values.sum())}
    counts |= {frozenset({at, ("a", str(i))}): int(values[i].sum()) for i in range(rows)}
    counts |= {frozenset({at, ("b", str(j))}): int(values[:, j].sum()) for j in range(columns)}
    return counts | {
        frozenset({at, ("a", str(i)), ("b", str(j))}): int(values[i, j]) for i in range(rows) for j in range(columns)
    }


def random_table(rng):
    shape = rng.integers(2, 8), rng.integers(2, 7)
    return table(rng.poisson(rng.choice([4, 8, 15, 30], shape)))


def test_a_group_under_the_threshold_takes_a_second_one_with_it():
    counts = {frozenset(): 137, **{frozenset({("unit", name)}): n for name, n in (("a", 7), ("b", 30), ("c", 100))}}
    assert protect(counts, threshold=THRESHOLD, spread=SPREAD) == {
        frozenset({("unit", "a")}): SMALL, frozenset({("unit", "b")}): LINKED,
    }  # fmt: skip


def test_two_small_groups_that_could_be_large_together_need_no_third():
    counts = {frozenset(): 117, **{frozenset({("unit", name)}): n for name, n in (("a", 8), ("b", 9), ("c", 100))}}
    assert set(protect(counts, threshold=THRESHOLD, spread=SPREAD).values()) == {SMALL}


def test_two_groups_of_one_are_not_safe_alone():
    counts = {frozenset(): 102, **{frozenset({("unit", name)}): n for name, n in (("a", 1), ("b", 1), ("c", 100))}}
    withheld = protect(counts, threshold=THRESHOLD, spread=SPREAD)
    assert withheld[frozenset({("unit", "c")})] == LINKED
    assert broken(counts, withheld) == []


def test_those_who_gave_no_level_are_in_the_whole_only():
    counts = {frozenset(): 150, **{frozenset({("unit", name)}): n for name, n in (("a", 40), ("b", 60))}}
    assert protect(counts, threshold=THRESHOLD, spread=SPREAD) == {}


def test_a_group_for_which_nothing_can_be_proved_takes_its_whole_family_with_it():
    outside = frozenset({("district", "out")})
    counts = {frozenset(): 109, outside: 9} | {frozenset({("district", d)}): 50 for d in "ab"}
    counts |= {frozenset({("village", v)}): 50 for v in "ab"}
    counts |= {frozenset({("district", d), ("village", d)}): 50 for d in "ab"}
    assert set(protect(counts, threshold=THRESHOLD, spread=SPREAD)) == set(counts)


def test_those_who_gave_no_level_are_unknown_where_they_are_counted_as_unprinted():
    outside = frozenset({("district", "out")})
    counts = {frozenset(): 109, outside: 9} | {frozenset({("district", d)}): 50 for d in "ab"}
    counts |= {frozenset({("village", v)}): 50 for v in "ab"} | {frozenset({("village", "")}): 9}
    counts |= {frozenset({("district", d), ("village", d)}): 50 for d in "ab"}
    counts |= {frozenset({("district", "out"), ("village", "")}): 9}
    silent = [cell for cell in counts if ("village", "") in cell]
    withheld = protect(counts, threshold=THRESHOLD, spread=SPREAD, unprinted=silent)
    assert withheld[outside] == SMALL
    assert len(withheld) < len(counts) - len(silent)


def test_the_attacker_of_these_tests_does_recover_what_is_withheld_alone():
    values = np.array([[5, 30], [40, 50]])
    counts = table(values)
    alone = {cell: SMALL for cell, n in counts.items() if n < THRESHOLD}
    assert len(broken(counts, alone)) == 1


@pytest.mark.parametrize("seed", range(60))
def test_no_withheld_cell_of_a_random_table_is_recovered(seed):
    counts = random_table(np.random.default_rng(seed))
    assert broken(counts, protect(counts, threshold=THRESHOLD, spread=SPREAD)) == []


@pytest.mark.slow
@pytest.mark.parametrize("block", range(20))
def test_no_withheld_cell_of_two_thousand_random_tables_is_recovered(block):
    for seed in range(100 * block, 100 * block + 100):
        counts = random_table(np.random.default_rng(10_000 + seed))
        assert broken(counts, protect(counts, threshold=THRESHOLD, spread=SPREAD)) == []


def nested(rng):
    """Return counts of units in sectors, of districts, and of districts in sectors, in two waves."""
    counts = {}
    for wave in ("1", "2"):
        people = rng.poisson(rng.choice([0.5, 2, 9, 25], (4, 3, 5)))
        at = ("wave", wave)
        counts[frozenset({at})] = int(people.sum())
        for s in range(4):
            counts[frozenset({at, ("sector", str(s))})] = int(people[s].sum())
            for u in range(3):
                for name in ({("unit", f"{s}{u}")}, {("unit", f"{s}{u}"), ("sector", str(s))}):
                    counts[frozenset({at, *name})] = int(people[s, u].sum())
            for d in range(5):
                counts[frozenset({at, ("sector", str(s)), ("district", str(d))})] = int(people[s, :, d].sum())
        for d in range(5):
            counts[frozenset({at, ("district", str(d))})] = int(people[:, :, d].sum())
    return counts


@pytest.mark.parametrize("seed", range(15))
def test_tables_that_share_margins_give_nothing_away_together(seed):
    counts = nested(np.random.default_rng(seed))
    assert broken(counts, protect(counts, threshold=THRESHOLD, spread=SPREAD)) == []


def test_the_order_of_the_counts_changes_nothing():
    counts = nested(np.random.default_rng(3))
    assert protect(counts, threshold=THRESHOLD, spread=SPREAD) == protect(
        dict(reversed(counts.items())), threshold=THRESHOLD, spread=SPREAD
    )


@pytest.mark.parametrize("seed", range(12))
def test_an_attacker_who_knows_that_people_are_whole_learns_no_more(seed):
    for counts in (random_table(np.random.default_rng(500 + seed)), nested(np.random.default_rng(500 + seed))):
        assert broken(counts, protect(counts, threshold=THRESHOLD, spread=SPREAD), attack_whole) == []


@pytest.mark.slow
@pytest.mark.parametrize("block", range(10))
def test_two_hundred_runs_with_linked_margins_give_nothing_away(block):
    for seed in range(20 * block, 20 * block + 20):
        counts = nested(np.random.default_rng(20_000 + seed))
        withheld = protect(counts, threshold=THRESHOLD, spread=SPREAD)
        assert withheld
        assert broken(counts, withheld) == []
        assert broken(counts, withheld, attack_whole) == []
