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
RESAMPLING, ONEPASS, INDEPENDENT = "test_resampling.py", "test_onepass.py", "test_independent.py"
TOGETHER, DESIGN, MERGE, INVARIANCE, BAD = (
    "test_together.py",
    "test_design.py",
    "test_merge.py",
    "test_invariance.py",
    "test_bad_input.py",
)
ARGUMENTS = "test_arguments.py"


# Where no one file is meant to notice.
ALL = (ONEPASS, LITERALS, GOLDEN, MISTAKES, TOGETHER, MERGE, INVARIANCE, BAD, DESIGN, "test_models.py")


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
    Change("linear.py", "return _but_rounding(total, bare)", "return total", (MISTAKES,)),
    Change(
        "linear.py",
        "_but_rounding(made.total - expected, made.total + expected)",
        "(made.total - expected)",
        (MISTAKES,),
    ),
    Change("weights/calibrated.py", " + ((ROUNDING * bare) ** 2).sum(axis=0)", "", (MISTAKES,)),
    Change("testing/superiority.py", "theta <= ROUNDING, 0.0", "theta < 0, 0.0", (MISTAKES,)),
    Change("scales.py", "if total > ROUNDING * parts", "if total > 0", ("test_models.py",)),
    Change("linear.py", "np.bincount(code[answered > 0]", "np.bincount(code[answered >= 0]", (MISTAKES,)),
    Change("testing/superiority.py", "made is not None and made", "made is None or made", (MISTAKES,)),
    Change("testing/superiority.py", "held.sum()))\n", "weight.sum()))\n", (MISTAKES,)),
    Change("testing/superiority.py", "1 - placed(a)[place]", "placed(a)[place]", (MISTAKES,)),
    Change("testing/superiority.py", "+ 2 * joint[a, b]", "- 2 * joint[a, b]", (MISTAKES,)),
    Change("testing/superiority.py", "np.minimum(size[pairs[0]], size", "np.maximum(size[pairs[0]], size", (MISTAKES,)),
    Change("testing/superiority.py", "divided(total**2, squared)", "divided(total**2, squared / 9)", (MISTAKES,)),
    Change("proportions.py", "(share + t**2 / (2 * size)) / room", "share / room", (MISTAKES,)),
    Change("testing/superiority.py", "empty[first] | empty[second]", "empty[first] & empty[second]", (MISTAKES,)),
    Change(
        "linear.py", "every / np.maximum(usable, 1), np.where", "usable / np.maximum(every, 1), np.where", (GOLDEN,)
    ),
    Change("linear.py", "np.full(width, len(held)), np", "every, np", (MISTAKES,)),
    Change("quantiles.py", " | (reach == 0)", "", (MISTAKES,)),
    Change("testing/contrasts.py", "variance[(uses & unknown).any(axis=1)] = np.nan", "", (MISTAKES,)),
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
    Change("linear.py", "(made.total - expected,", "(made.total + expected,", ("test_models.py",)),
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
        "testing/superiority.py",
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
    Change("testing/rank_sets.py", "drawn.se * critical)", "drawn.se * critical * 1.1)", (INDEPENDENT,)),
    Change("small_area.py", "mse = mse - bias", "mse = mse + bias", (INDEPENDENT,)),
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
    Change("small_area.py", "trace = trace - (inverse", "trace = trace - 0 * (inverse", (INDEPENDENT,)),
    Change("small_area.py", "first + second + 2 * third", "first + second", ("test_models.py",)),
    Change("testing/classical.py", "- tied / (12 * (total - 1))", "", (MISTAKES,)),
    Change("testing/classical.py", "shrink = 1 + 2 * (count - 2)", "shrink = 1 - 2 * (count - 2)", (GOLDEN,)),
    Change("testing/classical.py", "np.abs(t[told]) * np.sqrt(2)", "np.abs(t[told])", (GOLDEN,)),
    Change("testing/classical.py", "spread_other / (m * n**2)", "spread_other / (m * m**2)", (LITERALS,)),
    Change("scales.py", "count / (count - 1) * (1 - parts", "(1 - parts", (LITERALS,)),
    Change("scales.py", "parts / total**2 * summed", "0 * summed", ("test_models.py",)),
    Change("drivers.py", "orders = factorial(size)", "orders = factorial(size + 1)", (LITERALS,)),
    Change("replicates/resampling.py", "n / np.maximum(n - 1, 1))", "1.0)", (RESAMPLING,)),
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
    Change("replicates/resampling.py", "inner = inner * factor[codes]", "inner = inner * 1", (RESAMPLING,)),
    Change("replicates/resampling.py", "whole &= (np.add", "whole |= (np.add", (RESAMPLING,)),
    Change("replicates/resampling.py", "inner[:, worst > CLOSE] = np.nan", "inner[:, worst > 9] = 0", (RESAMPLING,)),
    Change("replicates/resampling.py", "np.where(alone, 2.0, n", "np.where(alone, 1.0, n", (RESAMPLING,)),
    Change("replicates/resampling.py", "shrink = np.where(alone, 0.0, shrink)", "pass", (RESAMPLING,)),
    Change("replicates/resampling.py", '("certainty", "adjust")', "design.lonely", (RESAMPLING,)),
    Change("replicates/bootstrap.py", "drawn.shape[1] - count > (1 - level)", "count > (1 - level)", (RESAMPLING,)),
    Change("replicates/bootstrap.py", "note = np.where(note ==", "note = np.where(note !=", (RESAMPLING,)),
    Change("replicates/resampling.py", "np.abs(factor - 1).max", "np.abs(factor * 0).max", (RESAMPLING,)),
    Change("replicates/bootstrap.py", "fits = np.isfinite(weights[0])", "fits = weights[0] >= 1e9", (RESAMPLING,)),
    Change("linear.py", "np.abs(total) <= ROUNDING * bare", "bare < 0", (MISTAKES,)),
    Change("onepass/sums.py", "key = key * size + code", "key = key * (size - 1) + code", (GOLDEN, MERGE)),
    Change("onepass/sums.py", "key = key // size", "key = key * 1", (GOLDEN, MERGE)),
    Change("onepass/build.py", "key[domain < 0] += width", "key[domain < 0] += 0", (INVARIANCE, BAD, MERGE)),
    Change("onepass/build.py", "present[-1] = False", "present[-1] = True", (INVARIANCE, DESIGN, GOLDEN)),
    Change("onepass/build.py", "total * per_cell[:, None] if persons", "total if persons", (LITERALS, GOLDEN)),
    Change("onepass/build.py", "total[:, :-1].sum(axis=1) * per_cell", "total.sum(axis=1) * per_cell", ALL),
    Change("onepass/build.py", "table(arrays.weight**2) if persons", "table(arrays.weight) if persons", (GOLDEN,)),
    Change("onepass/build.py", "square[:, :-1].sum(axis=1)", "square.sum(axis=1)", ALL),
    Change("onepass/build.py", "arrays.weight[valid] ** 2, placed", "arrays.weight[valid], placed", ALL),
    Change("onepass/build.py", "n=n[:, :-1].astype(np.int64)", "n=n[:, :-1].astype(np.int8)", (ONEPASS,)),
    Change("onepass/build.py", "shifted = seen - centre", "shifted = seen + centre", (LITERALS, GOLDEN)),
    Change("onepass/build.py", "table(weight * weighted), table", "table(weighted), table", (GOLDEN, MISTAKES)),
    Change("onepass/build.py", "table(weighted * shifted**2)", "table(weighted * shifted)", ALL),
    Change("onepass/build.py", "np.maximum.at(high", "np.minimum.at(high", ALL),
    Change("onepass/build.py", "score[any_row] / parts_answered[any_row]", "score[any_row]", ALL),
    Change(
        "onepass/build.py",
        "domain = np.where(design.mask, domain, -1)",
        "domain = np.where(design.mask, domain, width)",
        ALL,
    ),
    Change("onepass/build.py", "domain, -1), len(own", "domain, 0), len(own", (RESAMPLING, INVARIANCE, GOLDEN)),
    Change("onepass/merge.py", "move[part.cells.domain]", "part.cells.domain", (MERGE, ONEPASS)),
    Change("onepass/merge.py", "place[part.cells.unit]", "part.cells.unit", (MERGE, ONEPASS)),
    Change("onepass/merge.py", "known[0], told[0], told[1]", "known[0], told[0], np.nan", (MERGE, ONEPASS)),
    Change("onepass/merge.py", "(sampled > population)", "(sampled >= population)", (MERGE, ONEPASS)),
    Change("onepass/merge.py", "differ = both &", "differ = ~both &", (MERGE, ONEPASS)),
    Change("onepass/merge.py", "key), len(every))", "key), len(every) - 1)", (MERGE, ONEPASS)),
    Change("onepass/merge.py", "stratum, minlength=size)", "stratum, minlength=size) + 1", (MERGE, ONEPASS)),
    Change(
        "onepass/merge.py",
        "np.asarray(sampled, dtype=np.int64)",
        "np.asarray(sampled, dtype=np.int8)",
        (MERGE, ONEPASS),
    ),
    Change("onepass/merge.py", "(stratum[place] >= 0)", "(stratum[place] > 0)", (MERGE, ONEPASS)),
    Change("forms.py", "np.zeros(len(by_level))", "np.ones(len(by_level))", ("test_forms.py",)),
    Change("forms.py", "(made.values - made.middle)", "made.values", ("test_forms.py",)),
    Change("testing/comparison.py", "np.triu_indices(len(one), k=1)", "np.triu_indices(len(one), k=0)", (INVARIANCE,)),
    Change("onepass/products.py", "weights = weight[rows]", "weights = np.ones(len(rows))", (GOLDEN, MERGE)),
    Change("onepass/products.py", "codes < len(levels), weights", "codes <= len(levels), weights", ALL),
    Change("onepass/products.py", "dtype=np.float64) - centre[place]", "dtype=np.float64) + centre[place]", (GOLDEN,)),
    Change("onepass/products.py", "np.multiply(valid, weights", "np.multiply(1.0, weights", ALL),
    Change("onepass/products.py", "values - centre[place], 0.0)", "values, 0.0)", ALL),
    Change("onepass/products.py", "start_row + CHUNK, bounds", "start_row + CHUNK - 1, bounds", ALL),
    Change("onepass/products.py", "gram[key[begin]] += block", "gram[key[begin]] = block", ALL),
    Change("onepass/products.py", "first_key = stop", "first_key = stop + 1", ALL),
    Change("testing/comparison.py", "pieces = share**2", "pieces = share", ("test_models.py",)),
    Change("testing/comparison.py", "np.minimum(steady, df))", "df)", ("test_models.py",)),
    Change("linear.py", "psus * (1 - 1 / sums", "psus * (0 + 1 / sums", ("test_models.py",)),
    Change(
        "linear.py", "left = psus * (1 - 1 / sums.strata.sampled[cells.stratum])", "left = psus", ("test_models.py",)
    ),
    Change("onepass/gather.py", "second + 2 * shift * first", "second + shift * first", (MERGE,)),
    Change("onepass/gather.py", "c + 2 * shift * b + shift**2 * a", "c + shift * b", (MERGE,)),
    Change("onepass/gather.py", "old - fresh", "fresh - old", (MERGE,)),
    Change("shape.py", "third - 3 * first * second + 2 * first**3", "third", (TOGETHER, "test_models.py")),
    Change("table.py", "mark(notes, held.df <= 0, Note.NO_DF)", "mark(notes, held.df < 0, Note.NO_DF)", (MISTAKES,)),
    Change("reference.py", "2 * special.ndtr(-t)", "special.ndtr(-t)", ("test_models.py",)),
    Change(
        "proportions.py",
        "return kept.type(real(answer)).item()",
        "return answer",
        (ARGUMENTS,),
    ),
    Change("testing/chi_square.py", "Note.CENSUS if held.census[0]", "Note.CENSUS if trace <= 0", (MISTAKES,)),
    Change("columns.py", "return given.reindex(index)", "return given", (ARGUMENTS,)),
    Change("design.py", "slot in names or _derived(slot)", "_derived(slot)", (ARGUMENTS, DESIGN)),
    Change("linear.py", "sums.items[one.terms[0].item]", "sums.items[items.pop()]", (ARGUMENTS,)),
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
