"""docs/methods.md runs, and every public function says what it is, what may go wrong and what R calls it."""

import doctest
import inspect
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from analysis import survey

METHODS = Path(__file__).parents[2] / "docs" / "methods.md"
STATISTICS = [
    "against_whole",
    "alpha",
    "bootstrap",
    "brunner_munzel",
    "chi_square",
    "contrast",
    "covariance",
    "drivers",
    "fay_herriot",
    "kruskal_wallis",
    "mean",
    "pairwise",
    "pairwise_ranks",
    "poststratify",
    "proportion",
    "quantile",
    "rake",
    "rank_sets",
    "rank_sets_counts",
    "rank_test",
    "ratio",
    "total",
    "trim",
    "welch",
]


def test_methods_run() -> None:
    with pd.option_context("display.width", 120, "display.max_columns", 20):
        flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
        found = doctest.testfile(str(METHODS), module_relative=False, optionflags=flags, verbose=False)
    assert found.attempted > 15
    assert found.failed == 0


@pytest.mark.parametrize("name", survey.__all__)
def test_everything_public_is_documented(name: str) -> None:
    thing = getattr(survey, name)
    if callable(thing):
        assert inspect.getdoc(thing)


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_names_its_call_in_r(name: str) -> None:
    assert "R: ``" in (inspect.getdoc(getattr(survey, name)) or "")


def test_importing_brings_in_no_slow_library() -> None:
    code = (
        "import sys, pandas; import analysis.survey;"
        "print([name for name in ('scipy', 'statsmodels', 'seaborn', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"
