"""Change one sign, df, tie term or correction of the source at a time and see that a test fails each time.

Run ``python tests/survey/mutate.py`` (a quarter of an hour; ``--jobs 2`` for two at a time). Exit code 1 if a change
survives.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
GOLDEN, LITERALS, MISTAKES = "test_golden.py", "test_literals.py", "test_mistakes.py"
RESAMPLING = "test_resampling.py"
TOGETHER, DESIGN, MERGE, INVARIANCE, BAD = (
    "test_together.py",
    "test_design.py",
    "test_merge.py",
    "test_invariance.py",
    "test_bad_input.py",
)


class Change(NamedTuple):
    """What to change where, and the tests that should notice."""

    file: str
    old: str
    new: str
    tests: tuple[str, ...]


CHANGES = (
    Change("linear.py", "1.0 - sampled /", "1.0 + sampled /", (LITERALS,)),
    Change("linear.py", "fraction * sampled / np.maximum(sampled - 1, 1)", "fraction * 1.0 + 0 * sampled", (LITERALS,)),
    Change("linear.py", "spread = squares - centred", "spread = squares - 0 * centred", (LITERALS,)),
    Change("linear.py", "scale = np.where(lonely, fraction, scale)", "scale = np.where(lonely, 0.0, scale)", (GOLDEN,)),
    Change("linear.py", "centred = np.where(lonely, 0.0, 1.0)", "centred = np.where(lonely, 1.0, 1.0)", (GOLDEN,)),
    Change("linear.py", "every / np.maximum(usable, 1), np.nan", "usable / np.maximum(every, 1), np.nan", (GOLDEN,)),
    Change("linear.py", "(psus - strata).astype", "(psus - 1).astype", (LITERALS, GOLDEN)),
    Change("linear.py", "out = raw - between", "out = raw + between", (GOLDEN,)),
    Change(
        "linear.py", "- (held[:, None] + held[None, :] - shared_strata)", "- (held[:, None] + held[None, :])", (GOLDEN,)
    ),
    Change("linear.py", "np.diag(shared)[None, :] - shared\n", "np.diag(shared)[None, :]\n", (GOLDEN,)),
    Change("linear.py", "out[place] = psus - strata", "out[place] = psus - 1", (INVARIANCE,)),
    Change(
        "linear.py", "block = np.diag(q) - np.outer(q, p)", "block = np.diag(q) + np.outer(q, p)", ("test_models.py",)
    ),
    Change("linear.py", "first = (made.total - shares", "first = (made.total + shares", ("test_models.py",)),
    Change("statistic.py", "values[None, :] - estimate[:, None]", "values[None, :]", (GOLDEN,)),
    Change("statistic.py", "divided(-shifted, totals[:, 0])", "divided(shifted, totals[:, 0])", (GOLDEN,)),
    Change("statistic.py", "moments=True), -estimate)", "moments=True), estimate)", (LITERALS,)),
    Change("statistic.py", "divided(table - estimate[:, None], weight", "divided(table, weight", (MISTAKES, GOLDEN)),
    Change("testing/comparison.py", "own[second] - 2 * cov[first, second]", "own[second]", (GOLDEN,)),
    Change(
        "testing/comparison.py",
        "held.estimate[first] - held.estimate[second]",
        "held.estimate[second] - held.estimate[first]",
        (GOLDEN,),
    ),
    Change("testing/contrasts.py", "- cross[:, None] - cross[None, :]", "- cross[:, None]", (GOLDEN,)),
    Change(
        "testing/comparison.py",
        "((1 + a * t / 3) ** 3 - 1) / a + a / 6",
        "((1 + a * t / 3) ** 3 - 1) / a - a / 6",
        ("test_models.py",),
    ),
    Change(
        "testing/comparison.py", "np.cbrt(1 + a * (x - a / 6))", "np.cbrt(1 + a * (x + a / 6))", ("test_models.py",)
    ),
    Change("testing/rank_tests.py", "below = np.cumsum(weight) - weight / 2", "below = np.cumsum(weight)", (GOLDEN,)),
    Change(
        "testing/rank_tests.py",
        "share = (np.cumsum(weight) - weight / 2)",
        "share = (np.cumsum(weight) - weight)",
        (GOLDEN,),
    ),
    Change("testing/rank_tests.py", "ddf = free - apart", "ddf = free", (GOLDEN,)),
    Change("testing/rank_tests.py", "share > 0.5", "share >= 0.0", (GOLDEN,)),
    Change(
        "testing/rank_tests.py", "f_upper(chi_square / apart, apart, ddf)", "f_upper(chi_square, apart, ddf)", (GOLDEN,)
    ),
    Change(
        "testing/rank_tests.py",
        "up, down = middle[second], 1 - middle[first]",
        "up, down = middle[second], middle[first]",
        ("test_models.py",),
    ),
    Change(
        "testing/chi_square.py", "df = trace**2 / float(np.trace(delta @ delta))", "df = float(len(delta))", (GOLDEN,)
    ),
    Change("testing/chi_square.py", "statistic = pearson / trace", "statistic = pearson / len(delta)", (GOLDEN,)),
    Change("quantiles.py", "shared.estimate[:width] - reach", "shared.estimate[:width] - 2 * reach", (GOLDEN,)),
    Change("proportions.py", "size * (1 - share) + 1, tail", "size * (1 - share), tail", (GOLDEN,)),
    Change("proportions.py", "(share * (1 - share))\n    low, high", "share\n    low, high", (GOLDEN,)),
    Change("weights/calibrated.py", "by_stratum -= _by_margins", "by_stratum += _by_margins", (GOLDEN,)),
    Change(
        "weights/calibrated.py",
        "_among_margins(fitted, fitted.before)",
        "_among_margins(fitted, rows.weight)",
        (GOLDEN,),
    ),
    Change("weights/calibrated.py", "raw - mixed - mixed.T + squares", "raw - mixed - mixed.T", (GOLDEN,)),
    Change("weights/weighting.py", "weight = before.copy()", "weight = np.ones_like(before)", (GOLDEN,)),
    Change("testing/multiplicity.py", "m - rank + 1, ascending=True", "m - rank, ascending=True", (LITERALS,)),
    Change("testing/multiplicity.py", "(1 - level) / count", "(1 - level)", (TOGETHER,)),
    Change(
        "testing/multiplicity.py", 'm / rank * (np.sum(1 / rank) if method == "by" else 1.0)', "m / rank", (GOLDEN,)
    ),
    Change("testing/rank_sets.py", "found |= fresh\n", "found = fresh\n", (TOGETHER,)),
    Change("testing/rank_sets.py", "2 * covariance\n        scale", "0 * covariance\n        scale", (TOGETHER,)),
    Change("testing/rank_sets.py", "alpha / (len(values) - np.arange(len(values)))", "alpha", (LITERALS,)),
    Change("testing/rank_sets.py", "beaten = both - x[:, None] + 1", "beaten = both - x[:, None]", (LITERALS,)),
    Change(
        "small_area.py",
        "value += 0.5 * np.linalg.slogdet(inverse)[1]",
        "value += 0.0",
        (MISTAKES, GOLDEN, "test_models.py"),
    ),
    Change("small_area.py", "trace -= np.trace(inverse @ (weighted.T @ weighted))", "trace -= 0.0", (GOLDEN,)),
    Change("small_area.py", "first + second + 2 * third", "first + second", ("test_models.py",)),
    Change("testing/classical.py", "- tied / (12 * (total - 1))", "", (MISTAKES,)),
    Change("testing/classical.py", "shrink = 1 + 2 * (count - 2)", "shrink = 1 - 2 * (count - 2)", (GOLDEN,)),
    Change("testing/classical.py", "np.abs(t[told]) * np.sqrt(2)", "np.abs(t[told])", (GOLDEN,)),
    Change("testing/classical.py", "spread_other / (m * n**2)", "spread_other / (m * m**2)", (LITERALS,)),
    Change("scales.py", "count / (count - 1) * (1 - np.trace", "(1 - np.trace", (LITERALS,)),
    Change("scales.py", "parts / total**2 * summed", "0 * summed", ("test_models.py",)),
    Change("drivers.py", "orders = factorial(size)", "orders = factorial(size + 1)", (LITERALS,)),
    Change("replicates/resampling.py", "shrink * n / np.maximum(n - 1, 1)", "shrink", (RESAMPLING,)),
    Change("replicates/resampling.py", "return 1 - shrink, shrink", "return 0 * shrink, shrink", (RESAMPLING,)),
    Change("replicates/resampling.py", "np.sqrt(np.maximum(1 - n / population, 0.0))", "1.0", (RESAMPLING,)),
    Change("replicates/resampling.py", "rng.multinomial(n - 1, law", "rng.multinomial(n, law", (RESAMPLING,)),
    Change(
        "replicates/resampling.py",
        "rng.integers(0, n, (size, n - 1)",
        "rng.integers(0, n - 1, (size, n - 1)",
        (RESAMPLING,),
    ),
    Change("testing/multiplicity.py", "largest /= np.sqrt(rng.chisquare(df, total) / df)", "largest /= 1.0", (GOLDEN,)),
    Change("shape.py", "| (np.abs(pooled) > POOLED_AT)", "", ("test_models.py",)),
    Change("shape.py", "(np.abs(own) > OWN_AT) |", "", ("test_models.py",)),
    Change("onepass/gather.py", "second + 2 * shift * first", "second + shift * first", (MERGE,)),
    Change("onepass/gather.py", "c + 2 * shift * b + shift**2 * a", "c + shift * b", (MERGE,)),
    Change("onepass/gather.py", "old - fresh", "fresh - old", (MERGE,)),
    Change("shape.py", "third - 3 * first * second + 2 * first**3", "third", (TOGETHER, "test_models.py")),
    Change("table.py", "mark(notes, held.df <= 0, Note.NO_DF)", "mark(notes, held.df < 0, Note.NO_DF)", (MISTAKES,)),
    Change("reference.py", "2 * special.ndtr(-t)", "special.ndtr(-t)", ("test_models.py",)),
    Change(
        "columns.py",
        "kind = np.int16 if raw.dtype.itemsize == 1",
        "kind = np.int8 if raw.dtype.itemsize == 1",
        ("test_models.py",),
    ),
)


def survives(change: Change, held: Path) -> str:
    """Apply one change to a copy of the source and run its tests; return what is wrong, or nothing."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "src"
        shutil.copytree(held, source)
        path = source / "analysis" / "survey" / change.file
        text = path.read_text(encoding="utf-8")
        if text.count(change.old) == 0:
            return f"{change.file}: {change.old!r} is no longer there"
        path.write_text(text.replace(change.old, change.new), encoding="utf-8")
        tests = [str(HERE / name) for name in change.tests]
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", *tests],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(source), "PYTHONDONTWRITEBYTECODE": "1"},
            capture_output=True,
            check=False,
        )
        return "" if done.returncode == 1 else f"{change.file}: {change.old!r} -> {change.new!r} survives"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--only", default="", help="changes of one file")
    told = parser.parse_args()
    chosen = [change for change in CHANGES if change.file.startswith(told.only)]
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(told.jobs) as pool:
        # the source as it is now: what is edited meanwhile is no part of it
        held = Path(folder) / "src"
        shutil.copytree(ROOT / "src", held, ignore=shutil.ignore_patterns("__pycache__"))
        faults = []
        for change, fault in zip(chosen, pool.map(lambda one: survives(one, held), chosen), strict=True):
            print("SURVIVES" if fault else "caught", change.file, change.old, flush=True)  # noqa: T201 - a script
            faults += [fault] if fault else []
    print("\n".join([*faults, f"{len(chosen) - len(faults)} of {len(chosen)} changes are caught"]))  # noqa: T201 - a script
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
