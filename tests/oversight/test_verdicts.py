import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.oversight.comparing.verdicts import family, verdict


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (-2.4, 2.4, "no difference that matters"),
        (-2.4, -0.1, "no difference that matters"),
        (-2.5, -0.1, "lower"),
        (-4.0, -0.1, "lower"),
        (0.1, 4.0, "higher"),
        (-4.0, 0.1, "cannot tell"),
        (-9.0, 9.0, "cannot tell"),
        (np.nan, np.nan, "cannot tell"),
        (-3.0, -3.0, "lower"),
        (2.0, 2.0, "no difference that matters"),
    ],
)
def test_the_margin_is_asked_first_then_zero(low, high, expected):
    assert verdict(low, high, 2.5) == expected


def frame(differences, ses, dfs):
    return pd.DataFrame({"difference": differences, "se": ses, "df": dfs})


def test_a_family_by_hand():
    # t = 4, 2.2, 1: normal p 0.0000633, 0.0278, 0.3173; Holm x3, x2, x1.
    told = family(frame([4.0, 2.2, -1.0], [1.0, 1.0, 1.0], [np.inf] * 3))
    assert told["p_adjusted"].tolist() == pytest.approx([0.000190, 0.055613, 0.317311], abs=2e-6)
    # First step at 1 - .05/3, then nothing is rejected: the rest at 1 - .05/2.
    assert told["low"].tolist() == pytest.approx([4 - 2.393980, 2.2 - 2.241403, -1 - 2.241403], abs=1e-5)


numbers = st.floats(-8, 8, allow_nan=False)


@given(st.lists(st.tuples(numbers, st.floats(0.1, 3), st.floats(2, 500)), min_size=1, max_size=12))
def test_an_interval_leaves_out_zero_exactly_where_holm_rejects(rows):
    told = family(frame(*map(list, zip(*rows, strict=True))))
    leaves_out = (told["low"] > 0) | (told["high"] < 0)
    doubtful = (told["p_adjusted"] - 0.05).abs() < 1e-9
    assert ((told["p_adjusted"] < 0.05) == leaves_out)[~doubtful].all()


def test_rows_without_an_error_are_in_no_family():
    alone = family(frame([3.0], [1.0], [50.0]))
    beside = family(frame([3.0, 9.0], [1.0, np.nan], [50.0, 50.0]))
    assert beside["p_adjusted"].iloc[0] == alone["p_adjusted"].iloc[0]
    assert np.isnan(beside["p_adjusted"].iloc[1])


def test_a_zero_error_leaves_nothing_to_chance():
    told = family(frame([-3.0, 0.0], [0.0, 0.0], [np.inf, np.inf]))
    assert told["p"].tolist() == [0.0, 1.0]
    assert told["low"].tolist() == told["high"].tolist() == [-3.0, 0.0]
