"""svy's side of ``survey.py``: run by it, in svy's own environment; prints one line of JSON."""

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import polars as pl
import svy

ITEMS = [f"u{place}" for place in range(1, 10)]
SMALL = 10_000


def best(work: Callable[[], object], times: int = 1) -> float:
    """Shortest of several runs, in seconds."""
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return min(taken)


def sample(frame: pl.DataFrame) -> "svy.Sample":
    """Strata and weights."""
    return svy.Sample(frame, svy.Design(stratum="unit", wgt="weight"))


def means(frame: pl.DataFrame) -> None:
    """Nine items by district, building the design included."""
    held = sample(frame)
    for item in ITEMS:
        held.estimation.mean(item, by="district")


def tests(frame: pl.DataFrame) -> dict[str, float]:
    """One item's tests and one pair, taken nine times and for all pairs: the whole would take hours."""
    held = sample(frame)

    def one(by: str) -> None:
        held.categorical.tabulate("u1", by)
        held.categorical.ranktest("u1", group=by, score="kruskal-wallis")

    def pair() -> None:
        two = svy.col("district").is_in(["district 00", "district 01"])
        held.categorical.ttest("u1", group="district", where=two)

    pairs = 26 * 25 // 2 + 5 * 4 // 2
    by_item = best(lambda: one("sector")) + best(lambda: one("district"))
    return {"seconds": 9 * (by_item + best(pair) * pairs)}


def bootstrap(frame: pl.DataFrame) -> None:
    """Rao-Wu weights, 2,000 of them, and the means of nine items under them."""
    days = svy.Sample(frame, svy.Design(stratum="unit", wgt="weight", psu="day"))
    held = days.weighting.create_bs_wgts(n_reps=2_000, rstate=0)
    for item in ITEMS:
        held.estimation.mean(item, by="district", method="replication")


def main() -> None:
    """Time one part on one file."""
    folder, rows, part = sys.argv[1], int(sys.argv[2]), sys.argv[3]
    frame = pl.read_parquet(Path(folder) / f"{rows}.parquet").with_columns(pl.col(ITEMS).cast(pl.Float64))
    if part == "means":
        if rows <= SMALL:
            means(frame)
        told = {"seconds": best(lambda: means(frame), 3 if rows <= SMALL else 1)}
    elif part == "tests":
        told = tests(frame)
    else:
        told = {"seconds": best(lambda: bootstrap(frame))}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
