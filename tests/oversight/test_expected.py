"""The fair range of a unit recomputed by hand, from counts of answers, in plain numpy and by another route.

The room takes slopes from scores centred within units; here one least-squares fit has a term per unit and per trait
(Frisch and Waugh 1933: the same slopes). Errors, spread and Holm's steps are written out from their definitions.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from analysis import oversight

from .small import ITEMS

COUNTS = {
    # unit: answers 1 to 4 of women and of men, times EACH; everybody gives one answer to all nine items
    "Unit 0": ((1, 4, 9, 6), (0, 3, 8, 9)),
    "Unit 1": ((0, 2, 9, 9), (0, 1, 8, 11)),
    "Unit 2": ((2, 6, 8, 4), (1, 5, 8, 6)),
    "Unit 3": ((1, 5, 20, 4), (0, 1, 5, 4)),
    "Unit 4": ((0, 1, 6, 3), (1, 4, 15, 10)),
    "Unit 5": ((22, 6, 2, 0), (6, 3, 1, 0)),
    "Unit 6": ((1, 3, 8, 8), (0, 3, 7, 10)),
    "Unit 7": ((0, 1, 2, 1), (0, 1, 1, 0)),
}
EACH = 8
USERS = (800, 720, 640, 3200, 480, 960, 320, 30)
CENSUS = "Unit 6"
TOO_FEW = "Unit 7"
MARGIN = 2.5


def respondents():
    rows = [
        {"unit": unit, "sex": sex, "answer": answer}
        for unit, both in COUNTS.items()
        for sex, counts in zip(("female", "male"), both, strict=True)
        for answer, count in enumerate(counts, start=1)
        for _ in range(count if unit == TOO_FEW else count * EACH)
    ]
    frame = pd.DataFrame(rows)
    for item in ITEMS:
        frame[item] = frame["answer"].astype("Int8")
    frame["respondent"] = [f"B-001/0/{place}" for place in range(len(frame))]
    return frame.assign(wave="2025", rule="2017", owner="city", sector="health", date=None)


def declared():
    samples = ["census" if unit == CENSUS else "random" for unit in COUNTS]
    return pd.DataFrame({"unit": list(COUNTS), "wave": "2025", "sample": samples, "users": USERS})


def by_hand(frame, users):
    """Return per unit estimate, expected, error, and the spread of all; ``users`` None: walk-in, equal weights."""
    units = list(COUNTS)
    code = np.array([units.index(one) for one in frame["unit"]])
    score, man = frame["answer"].to_numpy() * 25.0, frame["sex"].eq("male").to_numpy(dtype=float)
    size = np.bincount(code).astype(float)
    served = size if users is None else np.array(users, dtype=float)
    weight = (served / size)[code]
    terms = np.column_stack([code == one for one in range(len(units))] + [man])
    root = np.sqrt(weight)
    slope = np.linalg.lstsq(terms * root[:, None], score * root, rcond=None)[0][-1]
    of_unit = [np.flatnonzero(code == one) for one in range(len(units))]
    estimate = np.array([score[at].mean() for at in of_unit])
    men = np.array([man[at].mean() for at in of_unit])
    shift = (men - (weight * man).sum() / weight.sum()) * slope
    variance = np.array([score[at].var(ddof=1) for at in of_unit])
    error = np.sqrt(variance / size * (1.0 if users is None else 1 - size / served))
    if users is not None:
        census = units.index(CENSUS)
        others = [one for one in range(len(units)) if one != census]
        error[census] = np.median(error[others] * np.sqrt(size[others])) / np.sqrt(size[census])
    usable = size >= 10
    centre = np.median((estimate - shift)[usable])
    expected = centre + shift
    return pd.DataFrame({"estimate": estimate, "expected": expected, "error": error, "usable": usable}, index=units)


def quartile(values, share):
    """Return a quantile by linear interpolation between order statistics (Hyndman and Fan 1996, type 7)."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


def spread_of(difference, error):
    """Return the additive over-dispersion: seen variance of ordinary units less the typical error variance."""
    seen = (quartile(difference, 0.75) - quartile(difference, 0.25)) / (stats.norm.ppf(0.75) - stats.norm.ppf(0.25))
    return float(np.sqrt(max(seen**2 - float(np.median(error**2)), 0.0)))


def holm(p):
    """Return p-values adjusted by Holm's steps (1979)."""
    order, highest, adjusted = np.argsort(p), 0.0, np.zeros(len(p))
    for step, at in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - step) * p[at]))
        adjusted[at] = highest
    return adjusted


@pytest.fixture(params=[None, USERS], ids=["walk-in", "random, and a census"])
def both(request, book):
    frame, users = respondents(), request.param
    made = oversight.design(frame, book, None if users is None else declared())
    found = oversight.expected_range(made, book=book)
    return found, found.table.set_index("unit"), by_hand(frame, users)


def test_the_expected_value_is_the_middle_unit_with_these_people(both):
    _, table, hand = both
    for name in ("estimate", "expected"):
        assert table[name].to_numpy(dtype=float) == pytest.approx(hand[name].to_numpy(), abs=1e-9), name
    assert table["difference"].to_numpy(dtype=float) == pytest.approx((hand["estimate"] - hand["expected"]).to_numpy())


def test_the_limits_hold_the_units_own_spread(both):
    """Spiegelhalter (2005), additive over-dispersion: expected ± z·sqrt(se² + spread²)."""
    found, table, hand = both
    ordinary = hand[hand["usable"]]
    spread = spread_of((ordinary["estimate"] - ordinary["expected"]).to_numpy(), ordinary["error"].to_numpy())
    assert spread > 0
    assert found.facts["spread"] == pytest.approx(spread)
    total = np.sqrt(hand["error"] ** 2 + spread**2)
    for name, z in (("limit", 1.959963984540054), ("outer", 3.090232306167813)):
        for side, sign in (("low", -1), ("high", 1)):
            told = table[f"{name}_{side}"].to_numpy(dtype=float)
            assert told == pytest.approx((hand["expected"] + sign * z * total).to_numpy())


def test_the_verdict_is_holms_over_the_units_with_half_the_degrees(both):
    _, table, hand = both
    ordinary = hand[hand["usable"]]
    difference = (ordinary["estimate"] - ordinary["expected"]).to_numpy()
    spread = spread_of(difference, ordinary["error"].to_numpy())
    t = difference / np.sqrt(ordinary["error"].to_numpy() ** 2 + spread**2)
    p = 2 * stats.t.sf(np.abs(t), (len(ordinary) - 1) / 2)
    told = table.loc[ordinary.index]
    assert told["p"].to_numpy(dtype=float) == pytest.approx(p)
    assert told["p_adjusted"].to_numpy(dtype=float) == pytest.approx(holm(p))
    sure = (holm(p) < 0.05) & (np.abs(difference) > MARGIN)
    words = np.where(difference < 0, "lower than expected", "higher than expected")
    assert list(told["verdict"]) == list(np.where(sure, words, "as expected"))
    assert told.loc["Unit 5", "verdict"] == "lower than expected"
    assert tuple(table.loc[TOO_FEW, ["verdict", "note"]]) == ("cannot tell", "few respondents")
    assert np.isnan(float(table.loc[TOO_FEW, "p"]))


def test_few_units_say_how_many_are_needed(book):
    frame = respondents()
    few = oversight.expected_range(
        oversight.design(frame[frame["unit"].isin(["Unit 0", "Unit 1", TOO_FEW])], book), book=book
    )
    assert (few.facts["units"], few.facts["needed"]) == (2, 5)
