"""Do the intervals hold? Coverage, false families, rank sets and equivalence for Likert items, by simulation.

Run ``python benchmarks/coverage.py`` (minutes; ``--quick`` for a look, ``--only uneven`` for one part). Seeds are
fixed; ``coverage.csv`` and ``coverage.svg`` in ``results`` are what came out. The rule for ``note="caution"``
(``POOLED_AT`` and ``OWN_AT`` in ``analysis.survey.shape``) is read off the rows ``mean``: ``skewness`` is the item's
true one over the root of n, and coverage (``value``) leaves 93.5 % where it passes 0.25 or so. ``unnoted`` is the
coverage of rows without the note where all cells are known, ``alone`` where each cell is all that is known, ``alone at
…`` the same under other limits.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib import pyplot as plt
from scipy import special

from analysis import survey
from analysis.survey import shape

RESULTS = Path(__file__).parent / "results"
LEVELS = np.array([1.0, 2, 3, 4])
ITEMS = {
    "normal": (0.06, 0.24, 0.45, 0.25),
    "typical": (0.02, 0.08, 0.55, 0.35),
    "half at 4": (0.02, 0.08, 0.40, 0.50),
    "70 % at 4": (0.01, 0.04, 0.25, 0.70),
    "85 % at 4": (0.01, 0.02, 0.12, 0.85),
    "95 % at 4": (0.002, 0.008, 0.04, 0.95),
}
TYPICAL = ("normal", "typical", "half at 4")
SIZES = (30, 60, 100, 400)
LIMITS = (0.20, 0.25, 0.32)
# Answers of one day are alike: this share of the variance lies between days.
ALIKE = 0.05
PER_DAY = 5
CELLS = 35
# Smallest and largest cell, sizes between them spread evenly on the log scale.
UNEVEN = ((4, 80), (10, 80), (10, 400), (30, 400))
MARGIN = 0.2


def answers(rng: np.random.Generator, item: str, cells: int, size: int, *, days: bool) -> pd.DataFrame:
    """Independent cells of ``size`` people; with ``days``, five people a day whose latent answers share a part."""
    cuts = special.ndtri(np.cumsum(ITEMS[item])[:-1])
    cell = np.repeat(np.arange(cells), size)
    day = np.tile(np.arange(size) // PER_DAY, cells)
    latent = rng.standard_normal(cells * size)
    if days:
        shared = rng.standard_normal((cells, day.max() + 1))[cell, day]
        latent = np.sqrt(ALIKE) * shared + np.sqrt(1 - ALIKE) * latent
    y = (1 + np.searchsorted(cuts, latent)).astype(np.int8)
    return pd.DataFrame({"y": y, "cell": cell, "day": cell * 1000 + day})


def true_skewness(p: tuple[float, ...]) -> float:
    """Skewness of one person's answer."""
    away = LEVELS - np.array(p) @ LEVELS
    second, third = (float(np.array(p) @ away**power) for power in (2, 3))
    return abs(third) / second**1.5


def some_mean(covered: pd.Series, of: int) -> float:
    """Share covered, where it is of at least 3 % of all rows."""
    return float(covered.mean()) if len(covered) >= 0.03 * of else float("nan")


def means(replicates: int) -> Iterator[dict[str, object]]:
    """Coverage of 95 % intervals of means: all rows, and those without the note; and what other limits would give."""
    for days in (False, True):
        for size in SIZES:
            for place, (item, p) in enumerate(ITEMS.items()):
                rng = np.random.default_rng([1, size, int(days), place])
                frame = answers(rng, item, max(replicates * 30 // size, 500), size, days=days)
                held = survey.SurveyDesign(frame, stratum="cell", psu="day" if days else None)
                table = survey.mean(held, "y", "cell")
                sums = survey.sums(held, "y", "cell")
                skew = np.abs(shape.shape_of(sums, "y").own[: len(table)])
                truth = float(np.array(p) @ LEVELS)
                told = table.low.notna()
                covered = (table.low <= truth) & (truth <= table.high)
                row: dict[str, object] = {
                    "what": "mean",
                    "item": item,
                    "n": size,
                    "days": days,
                    "replicates": len(table),
                    "value": covered[told].mean(),
                    "skewness": true_skewness(p) / np.sqrt(size),
                    "unnoted": some_mean(covered[told & (table.note == "")], len(table)),
                    "noted": (table.note[told] == "caution").mean(),
                    "silent": 1 - told.mean(),
                    "alone": some_mean(covered[told & (skew <= shape.OWN_AT)], len(table)),
                    "alone noted": (skew[told] > shape.OWN_AT).mean(),
                }
                for limit in LIMITS:
                    row[f"alone at {limit}"] = some_mean(covered[told & (skew <= limit)], len(table))
                yield row


def families(replicates: int) -> Iterator[dict[str, object]]:
    """Chance of any false finding among 35 equal cells of 30: all pairs, and each against the whole."""
    for item in ITEMS:
        rng = np.random.default_rng([2, list(ITEMS).index(item)])
        found = {"pairs": 0, "whole": 0, "whole, plain t": 0}
        for _ in range(replicates):
            held = survey.SurveyDesign(answers(rng, item, CELLS, 30, days=False), stratum="cell")
            pairs = survey.pairwise(held, "y", "cell")
            whole = survey.against_whole(held, "y", "cell")
            plain = 2 * special.stdtr(whole.df, -whole.t.abs())
            found["pairs"] += (pairs.p_adjusted[pairs.note == ""] < 0.05).any()
            found["whole"] += (whole.p_adjusted[whole.note == ""] < 0.05).any()
            found["whole, plain t"] += (survey.adjust_p(plain) < 0.05).any()
        for how, count in found.items():
            yield {
                "what": f"false family: {how}",
                "item": item,
                "n": 30,
                "replicates": replicates,
                "value": count / replicates,
            }


def uneven(replicates: int) -> Iterator[dict[str, object]]:
    """Chance of any false finding among all pairs of 35 cells whose sizes differ; ``noted`` pairs give no verdict.

    The rule for such pairs (``LEFT_OUT`` in ``analysis.survey.testing.comparison``) is read off these rows.
    """
    for low, high in UNEVEN:
        for item in TYPICAL:
            rng = np.random.default_rng([6, list(ITEMS).index(item), low, high])
            told, every, noted = 0, 0, 0.0
            for _ in range(replicates):
                sizes = np.rint(np.exp(rng.uniform(np.log(low), np.log(high), CELLS))).astype(int)
                cell = np.repeat(np.arange(CELLS), sizes)
                frame = pd.DataFrame({"y": 1 + rng.choice(4, len(cell), p=ITEMS[item]), "cell": cell})
                pairs = survey.pairwise(survey.SurveyDesign(frame, stratum="cell"), "y", "cell")
                found = pairs.p_adjusted < 0.05
                told += (found & (pairs.note == "")).any()
                every += found.any()
                noted += (pairs.note[pairs.p.notna()] == "caution").mean()
            row = {"item": item, "n": low, "replicates": replicates}
            what = f"false family: uneven, {low} to {high} people"
            yield {"what": what, **row, "value": told / replicates, "noted": noted / replicates}
            yield {"what": f"{what}, all told", **row, "value": every / replicates}


def ranks(replicates: int) -> Iterator[dict[str, object]]:
    """How often the sets of 35 places hold all true ranks (simultaneous), and each its own (marginal)."""
    rng = np.random.default_rng(3)
    truth = np.linspace(-0.4, 0.4, CELLS)
    true_rank = np.arange(CELLS, 0, -1)
    together, alone = 0, 0.0
    for _ in range(replicates):
        y = truth[:, None] + rng.normal(0, 0.7, (CELLS, 60))
        frame = pd.DataFrame({"y": y.ravel(), "cell": np.repeat(np.arange(CELLS), 60)})
        held = survey.SurveyDesign(frame, stratum="cell")
        estimate = survey.mean(held, "y", "cell").set_index("cell").estimate
        covariance = survey.covariance(held, "y", "cell")
        joint = survey.rank_sets(estimate, covariance, draws=10_000)
        together += ((joint.rank_low <= true_rank) & (true_rank <= joint.rank_high)).all()
        # one place at a time costs as many critical values as there are places: twelve places tell as much
        some = estimate.index[::3]
        single = survey.rank_sets(estimate[some], covariance.loc[some, some], draws=4_000, kind="marginal")
        their_rank = np.arange(len(some), 0, -1)
        alone += ((single.rank_low <= their_rank) & (their_rank <= single.rank_high)).mean()
    yield {"what": "rank sets: simultaneous", "n": 60, "replicates": replicates, "value": together / replicates}
    yield {"what": "rank sets: marginal", "n": 60, "replicates": replicates, "value": alone / replicates}


def equivalence(replicates: int) -> Iterator[dict[str, object]]:
    """How often "no difference that matters" is said of a difference exactly as large as the margin."""
    for place, (item, chances) in enumerate(ITEMS.items()):
        rng = np.random.default_rng([4, place])
        p = np.array(chances)
        size = 400
        lowered = p.copy()
        # move a fifth of the people from 4 to 3: the means then differ by exactly the margin
        lowered[3] -= MARGIN
        lowered[2] += MARGIN
        wrong = 0
        cells = replicates
        high = rng.multinomial(size, p, cells)
        low = rng.multinomial(size, lowered, cells)
        for a, b in zip(high, low, strict=True):
            y = np.concatenate([np.repeat(LEVELS, a), np.repeat(LEVELS, b)]).astype(np.int8)
            frame = pd.DataFrame({"y": y, "d": np.repeat([0, 1], size)})
            pair = survey.pairwise(survey.SurveyDesign(frame, stratum="d"), "y", "d")
            told = survey.verdicts(pair.low, pair.high, margin=MARGIN, note=pair.note)
            wrong += (told == survey.VERDICTS[2]).any()
        yield {
            "what": "equivalence said at the margin",
            "item": item,
            "n": size,
            "replicates": cells,
            "value": wrong / cells,
        }


def shares(replicates: int) -> Iterator[dict[str, object]]:
    """Coverage of intervals of the share of answers 1 and 2."""
    for size in SIZES:
        for place, (item, p) in enumerate(ITEMS.items()):
            rng = np.random.default_rng([5, size, place])
            frame = answers(rng, item, max(replicates * 30 // size, 500), size, days=False)
            table = survey.proportion(survey.SurveyDesign(frame, stratum="cell"), "y", [1, 2], "cell")
            told = table.low.notna()
            truth = p[0] + p[1]
            covered = ((table.low <= truth) & (truth <= table.high))[told].mean() if told.any() else np.nan
            yield {
                "what": "share of 1 and 2",
                "item": item,
                "n": size,
                "replicates": len(table),
                "value": covered,
                "silent": 1 - told.mean(),
            }


def plot(table: pd.DataFrame, path: Path) -> None:
    """Coverage of means by size, item and clustering."""
    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "coverage"
    held = table[table.what == "mean"]
    figure, axes = plt.subplots(1, 2, figsize=(9, 4), sharey=True)
    for axis, days in zip(axes, (False, True), strict=True):
        axis.axhspan(0.935, 0.965, color="0.9")
        for marker, item in zip("osv^Dx", ITEMS, strict=True):
            rows = held[(held.days == days) & (held["item"] == item)]
            axis.plot(range(len(SIZES)), rows.value, marker=marker, label=item)
        axis.set_xticks(range(len(SIZES)), [str(size) for size in SIZES])
        axis.set_xlabel("people per cell")
        axis.set_title("five people a day, days alike" if days else "people one by one")
    axes[0].set_ylabel("coverage of the 95 % interval")
    axes[0].legend(fontsize=8)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


PARTS = {means: 20_000, families: 1_000, uneven: 400, ranks: 300, equivalence: 500, shares: 10_000}


def main() -> int:
    """Run every part, print each row as it comes, keep the table and the plot."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the replicates, nothing written")
    parser.add_argument("--only", choices=[part.__name__ for part in PARTS], help="run one part anew, keep the rest")
    told = parser.parse_args()
    quick = told.quick
    share = 10 if quick else 1
    started = time.perf_counter()
    rows: list[dict[str, object]] = []
    for part, count in PARTS.items():
        if told.only not in (None, part.__name__):
            continue
        for row in part(count // share):
            rows.append(row)
            print(
                {key: round(value, 4) if isinstance(value, float) else value for key, value in row.items()}, flush=True
            )
    table = pd.DataFrame(rows)
    table["ok"] = [verdict(row) for row in table.to_dict("records")]
    print(f"{(table.ok == 'no').sum()} rows miss their bound; {time.perf_counter() - started:.0f} s")
    if not quick:
        if told.only is not None:
            kept = pd.read_csv(RESULTS / "coverage.csv")
            table = pd.concat([kept[~kept.what.isin(table.what)], table])
        table.round(4).to_csv(RESULTS / "coverage.csv", index=False)
        if told.only in (None, "means"):
            plot(table, RESULTS / "coverage.svg")
    return int((table.ok == "no").any())


def verdict(row: dict[str, object]) -> str:
    """Whether a row keeps its bound, with the simulation's own error allowed for; blank where nothing is promised."""
    what, item, value = str(row["what"]), row.get("item"), float(str(row["value"]))
    slack = 2.6 * np.sqrt(0.05 * 0.95 / float(str(row["replicates"])))
    if what == "mean":
        unnoted = float(str(row["unnoted"]))
        value = value if item in TYPICAL else unnoted
        # where every row is noted nothing is left that could cover too little
        kept = np.isnan(unnoted) or (0.935 - slack <= min(value, unnoted) and max(value, unnoted) <= 0.965 + slack)
    elif what in ("false family: pairs", "false family: whole") or what.endswith(" people"):
        kept = value <= 0.06 + slack
    elif what.startswith("rank sets"):
        kept = value >= 0.95 - slack
    elif what.startswith("equivalence"):
        kept = value <= 0.05 + slack
    else:
        return ""
    return "yes" if kept else "no"


if __name__ == "__main__":
    sys.exit(main())
