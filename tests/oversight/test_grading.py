import math

import pytest

from analysis.errors import CallError
from analysis.oversight import grade, grade_probabilities


@pytest.mark.parametrize(
    ("index", "rule", "expected"),
    [
        (89.2, "2017", "A"), (88.31, "2017", "A"), (88.305, "2017", "A"), (88.3049, "2017", "B"), (88.30, "2017", "B"),
        (76.61, "2017", "B"), (76.605, "2017", "B"), (76.6049, "2017", "C"), (65.0, "2017", "C"), (64.995, "2017", "C"),
        (64.9949, "2017", "D"), (25.0, "2017", "D"), (100.0, "2017", "A"),
        (72.95, "2004", "B"), (72.95, "2017", "C"), (81.26, "2004", "A"), (62.505, "2004", "B"), (43.75, "2004", "D"),
    ],
)  # fmt: skip
def test_grade_rounds_half_up_then_looks_up_the_dated_table(index, rule, expected):
    assert grade(index, rule) == expected


def test_float_noise_does_not_decide_a_grade():
    assert grade(88.305 - 1e-12) == "A"
    assert grade(100 + 1e-12) == "A"


def test_a_missing_index_has_no_grade_and_an_impossible_one_is_refused():
    assert grade(math.nan) == ""
    with pytest.raises(CallError, match="an index lies between 25 and 100, not at 101"):
        grade(101)
    with pytest.raises(CallError, match=r"no grading rule '1999'.*known are 2004, 2017"):
        grade(80, "1999")


def test_grade_probabilities_follow_the_half_up_borders():
    at_border = grade_probabilities(88.305, 1.0, 1e6)
    assert at_border["A"] == pytest.approx(0.5)
    assert at_border["B"] == pytest.approx(0.5)
    assert sum(grade_probabilities(80.0, 6.0, 20.0).values()) == pytest.approx(1.0)
    # z = (88.305 - 87.305) / 0.5 = 2: the normal tail beyond 2 is 0.02275.
    assert grade_probabilities(87.305, 0.5, math.inf)["A"] == pytest.approx(0.0227501, abs=1e-6)


def test_a_census_is_sure_of_its_grade_and_an_unknown_error_says_nothing():
    assert grade_probabilities(88.31, 0.0, 10.0) == {"D": 0.0, "C": 0.0, "B": 0.0, "A": 1.0}
    assert all(math.isnan(one) for one in grade_probabilities(88.31, math.nan, 10.0).values())
