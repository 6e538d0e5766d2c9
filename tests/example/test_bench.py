"""The benchmark of truth: its table says what was asked and what came out, and one draw of each city goes through."""

import importlib.util
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "truth.py"


@pytest.fixture(scope="module")
def bench():
    spec = importlib.util.spec_from_file_location("bench_truth", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_truth"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["bench_truth"]


def rows(bench, city, check, held, direction=""):
    return [bench.Row(city, seed, check, one, direction, "") for seed, one in enumerate(held)]


def line(text, check):
    return next(one for one in text.splitlines() if f"| {check} |" in one)


def test_the_table_says_held_and_missed(bench):
    made = pd.DataFrame([
        *rows(bench, "planted", "training", [True] * 9 + [False], "right"),
        *rows(bench, "planted", "one door", [True] * 8 + [False] * 2, "right"),
        *rows(bench, "planted", bench.MIX_ONLY, [True] * 92 + [False] * 8),
        *rows(bench, "null", "no finding", [True] * 93 + [False] * 7),
    ])  # fmt: skip
    text = bench.summary(made)
    assert line(text, "training").endswith("| ≥ 90 % | 90.0 % | 10 | held |")
    assert line(text, "one door").endswith("| ≥ 90 % | 80.0 % | 10 | **missed** |")
    assert line(text, bench.MIX_ONLY).endswith("| ≥ 93 % | 92.0 % | 100 | **missed** |")
    assert line(text, "no finding").endswith("| ≥ 93 % | 93.0 % | 100 | held |")
    assert line(text, "direction right").endswith("| 100.00 % | 20 | held |")


def test_a_wrong_direction_in_a_hundred_is_missed(bench):
    made = rows(bench, "planted", "training", [True] * 99, "right") + rows(
        bench, "planted", "training", [True], "wrong"
    )
    assert "99.00 % | 100 | **missed** |" in bench.summary(pd.DataFrame(made))


def test_what_is_kept_of_an_earlier_run(bench, tmp_path):
    first, second = (
        rows(bench, "planted", "training", [True], "right"),
        rows(bench, "null", "no finding", [True, False]),
    )
    first, second = ([one._replace(code="c") for one in part] for part in (first, second))
    bench._write(tmp_path, [*first, *second])
    table, again = tmp_path / "truth.csv", [("planted", 0), ("planted", 1)]
    assert bench._kept(table, again, resume=False, code="c") == second
    assert bench._kept(table, again, resume=True, code="c") == [*first, *second]
    assert bench._kept(table, [("planted", 1), ("null", 1)], resume=True, code="c") == second[1:]


def test_rows_of_other_code_are_not_kept(bench, tmp_path):
    bench._write(tmp_path, [one._replace(code="older") for one in rows(bench, "planted", "training", [True], "right")])
    assert bench._kept(tmp_path / "truth.csv", [("planted", 0)], resume=True, code="c") == []
    assert len(bench.mark_of_code()) == 12


@pytest.mark.slow
def test_one_draw_of_each_city_goes_through(tmp_path):
    call = [sys.executable, str(SCRIPT), "--draws", "1", "--jobs", "1", "--out", str(tmp_path)]
    subprocess.run(call, check=True, timeout=600)
    told = pd.read_csv(tmp_path / "truth.csv")
    assert set(told["city"]) == {"planted", "null"}
    assert told["held"].mean() > 0.9
