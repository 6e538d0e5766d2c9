"""How fast is the survey room? Side by side with a bare weighted pass and with svy, in one run.

Run ``python benchmarks/survey.py`` (minutes; ``--rows 10000 100000`` for less, ``--no-peers`` without svy). svy 0.35
lives in an environment of its own, made once beside this file (``.venv``); where it cannot be made, its lines are left
out, and so are csranks' where R has no csranks. Every line prints a ratio; the table is kept in ``results/survey.csv``.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import survey

HERE = Path(__file__).parent
PEERS = HERE / ".venv"
SVY = "svy==0.35.0"
ITEMS = [f"u{place}" for place in range(1, 10)]
DOMAINS, STRATA = 26, 40
BOOTSTRAP_ROWS, DRAWS = 10_000, 2_000


def people(rows: int) -> pd.DataFrame:
    """Nine Likert items, 26 domains, 40 strata with a weight each, five sectors."""
    rng = np.random.default_rng(0)
    columns = {item: rng.choice([1, 2, 3, 4], rows, p=[0.02, 0.08, 0.5, 0.4]).astype(np.int8) for item in ITEMS}
    stratum = rng.integers(0, STRATA, rows)
    frame = pd.DataFrame(columns)
    frame["unit"] = np.array([f"unit {place:02d}" for place in range(STRATA)])[stratum]
    frame["district"] = np.array([f"district {place:02d}" for place in range(DOMAINS)])[rng.integers(0, DOMAINS, rows)]
    frame["sector"] = np.array([f"sector {place % 5}" for place in range(STRATA)])[stratum]
    frame["day"] = frame.unit + np.array([f" day {place:02d}" for place in range(20)])[rng.integers(0, 20, rows)]
    frame["weight"] = np.round(rng.uniform(1, 5, STRATA), 2)[stratum]
    return frame


def best(work: Callable[[], object], times: int = 5) -> float:
    """Shortest of several runs, in seconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


def bare_pass(frame: pd.DataFrame) -> Callable[[], None]:
    """Weighted means of nine items by domain with nothing around them: no design, no errors, codes made beforehand."""
    codes = pd.factorize(frame.district)[0]
    weight = frame.weight.to_numpy()

    def work() -> None:
        for item in ITEMS:
            above = np.bincount(codes, weights=weight * frame[item].to_numpy(), minlength=DOMAINS)
            above / np.bincount(codes, weights=weight, minlength=DOMAINS)

    return work


def design(frame: pd.DataFrame) -> survey.SurveyDesign:
    """Strata and weights, made anew."""
    return survey.SurveyDesign(frame, weight="weight", stratum="unit")


def by_day(frame: pd.DataFrame) -> survey.SurveyDesign:
    """Make the same with days as clusters."""
    return survey.SurveyDesign(frame, weight="weight", stratum="unit", psu="day")


def means(frame: pd.DataFrame) -> pd.DataFrame:
    """Means with standard errors, df and intervals, building the design included."""
    return survey.mean(design(frame), ITEMS, "district")


def tests(frame: pd.DataFrame) -> None:
    """All pairs, Rao-Scott and rank tests of nine items by sector and by district."""
    held = design(frame)
    for by in ("sector", "district"):
        survey.pairwise(held, ITEMS, by)
        for item in ITEMS:
            survey.chi_square(held, item, by)
            survey.rank_test(held, item, by)


def peer_python() -> Path | None:
    """Make svy's environment once; None where that is not possible."""
    python = PEERS / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        uv = shutil.which("uv")
        make = [uv, "venv", "-q", str(PEERS)] if uv else [sys.executable, "-m", "venv", str(PEERS)]
        fill = (
            [uv, "pip", "install", "-q", "--python", str(python)] if uv else [str(python), "-m", "pip", "install", "-q"]
        )
        for command in (make, [*fill, SVY, "polars", "pyarrow"]):
            if subprocess.run(command, check=False).returncode:
                return None
    return python


def peer(python: Path, folder: str, rows: int, part: str, limit: int = 900) -> dict[str, float]:
    """Time svy at one thing in its own process; empty where it fails or takes too long."""
    try:
        done = subprocess.run(
            [str(python), str(HERE / "_survey_peer.py"), folder, str(rows), part],
            capture_output=True,
            text=True,
            timeout=limit,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as fault:
        why = str(getattr(fault, "stderr", "") or fault).strip().splitlines()[-1][:160]
        print(f"  svy, {part} of {rows}: left out ({why})")
        return {}
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def line(rows: int, what: str, seconds: float, against: str, other: float, bound: str) -> dict[str, object]:
    """One line of the table, printed as it comes."""
    ratio = seconds / other if against == "bare pass" else other / seconds
    print(
        f"{rows:>9,} {what:<34} {seconds * 1e3:10.1f} ms   {against} {other * 1e3:12.1f} ms   {ratio:9.2f}x   ({bound})"
    )
    return {
        "rows": rows,
        "what": what,
        "seconds": seconds,
        "against": against,
        "other": other,
        "ratio": ratio,
        "bound": bound,
    }


def own(rows: int, frame: pd.DataFrame) -> list[dict[str, object]]:
    """Ours against the bare pass."""
    bare = best(bare_pass(frame), 9)
    return [line(rows, "means, design included", best(lambda: means(frame)), "bare pass", bare, "at most 4 at 1M")]


def against_svy(python: Path, folder: str, rows: int, frame: pd.DataFrame) -> list[dict[str, object]]:
    """Ours against svy."""
    found = []
    told = peer(python, folder, rows, "means")
    if told:
        bound = "at least 50 at 1M, 15 at 10k"
        found.append(line(rows, "means, design included", best(lambda: means(frame)), "svy", told["seconds"], bound))
    told = peer(python, folder, rows, "tests")
    if told:
        what = "pairs, Rao-Scott, rank tests"
        found.append(line(rows, what, best(lambda: tests(frame), 1), "svy", told["seconds"], "at least 50 at 1M"))
    if rows == BOOTSTRAP_ROWS:
        told = peer(python, folder, rows, "bootstrap")
        if told:
            mine = best(lambda: survey.bootstrap(by_day(frame), ITEMS, "district", draws=DRAWS), 3)
            found.append(line(rows, "Rao-Wu, 2,000 draws", mine, "svy", told["seconds"], "at least 20"))
    return found


def rank_sets_line() -> list[dict[str, object]]:
    """Rank sets of 130 places against csranks at equal draws, where R has it."""
    places, draws = 130, 1_000
    rng = np.random.default_rng(0)
    x = pd.Series(rng.normal(size=places))
    covariance = pd.DataFrame(np.diag(rng.uniform(0.02, 0.2, places)))
    mine = best(lambda: survey.rank_sets(x, covariance, draws=draws), 3)
    print(
        f"          rank sets of {places}, {draws} draws: {mine * 1e3:.0f} ms; 100,000 draws: "
        f"{best(lambda: survey.rank_sets(x, covariance), 1):.1f} s"
    )
    if not shutil.which("Rscript"):
        print("          csranks: left out, there is no R here")
        return []
    code = (
        "library(csranks); set.seed(1); x <- rnorm(130); S <- diag(runif(130, .02, .2)); "
        "cat(system.time(csranks(x, S, R = 1000))[['elapsed']])"
    )
    done = subprocess.run(
        [shutil.which("Rscript") or "Rscript", "-e", code], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print("          csranks: left out, R has no such package here")
        return []
    return [line(places, f"rank sets, {draws} draws", mine, "csranks", float(done.stdout), "at least 10")]


def import_line() -> list[dict[str, object]]:
    """Time importing the room on top of pandas, in processes of their own."""

    def taken(code: str) -> float:
        return best(lambda: subprocess.run([sys.executable, "-c", code], check=True), 7)

    bare, whole = taken("import pandas"), taken("import pandas; import analysis.survey")
    print(f"          importing analysis.survey adds {whole - bare:.3f} s to pandas' {bare:.3f} s   (at most 0.25 s)")
    return [_plain(0, "import, on top of pandas", whole - bare, "at most 0.25 s")]


def _plain(rows: int, what: str, seconds: float, bound: str) -> dict[str, object]:
    return {"rows": rows, "what": what, "seconds": seconds, "against": "", "other": None, "ratio": None, "bound": bound}


def memory_line(rows: int, frame: pd.DataFrame) -> list[dict[str, object]]:
    """Most memory that means, pairs and tests hold at once, above the frame (as Python and numpy count it)."""
    tracemalloc.start()
    means(frame)
    tests(frame)
    held = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()
    print(f"{rows:>9,} memory above the frame: {held:.0f} MB   (at most 400 MB)")
    return [{**_plain(rows, "memory above the frame", 0.0, "at most 400 MB"), "megabytes": held}]


def main() -> int:
    """Run all lines and keep the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--no-peers", action="store_true")
    told = parser.parse_args()
    python = None if told.no_peers else peer_python()
    if python is None:
        print("svy: left out")
    lines: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory() as folder:
        for rows in told.rows:
            frame = people(rows)
            lines += own(rows, frame)
            if python is not None:
                frame.to_parquet(f"{folder}/{rows}.parquet")
                lines += against_svy(python, folder, rows, frame)
            if rows == max(told.rows):
                lines += memory_line(rows, frame)
    lines += rank_sets_line() + import_line()
    pd.DataFrame(lines).round(6).to_csv(HERE / "results" / "survey.csv", index=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
