"""docs/methods.md runs, and asking for a statistic stays quick to import."""

import doctest
import subprocess
import sys
from pathlib import Path

import pandas as pd

METHODS = Path(__file__).parents[2] / "docs" / "methods.md"
COVERAGE = Path(__file__).parents[2] / "benchmarks" / "results" / "coverage.csv"


def test_methods_run() -> None:
    with pd.option_context("display.width", 120, "display.max_columns", 20):
        flags = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
        found = doctest.testfile(str(METHODS), module_relative=False, optionflags=flags, verbose=False)
    assert found.attempted > 15
    assert found.failed == 0


def test_importing_brings_in_no_slow_library() -> None:
    code = (
        "import sys, pandas; import analysis.survey;"
        "print([name for name in ('scipy', 'statsmodels', 'seaborn', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout.strip() == "[]"


def test_no_more_false_families_than_promised_in_the_simulation_the_limit_was_read_off() -> None:
    table = pd.read_csv(COVERAGE)
    held = table[table.what.str.fullmatch("false family: uneven, .* people")]
    assert len(held) == 12
    assert held.value.max() <= 0.06
    assert held.ok.eq("yes").all()
