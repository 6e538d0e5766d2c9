"""Random designs, asked of this room and of R's survey package: every number that both give must agree to 1e-8.

Run ``python tests/survey/differ.py`` (needs R with its packages ``survey`` and ``MASS``; a minute). Strata, clusters,
weights, finite populations, blanks, empty and constant domains, domains of one and strata of one cluster are drawn at
random; warnings are errors. Exit code 1 if a number differs.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd

from analysis import survey

HERE = Path(__file__).parent
MARGINS = {"s": {"f": 800, "m": 700}, "e": {"p": 500, "q": 600, "r": 400}}
TESTS = (
    *("chi-square", "chi-square raked", "wilcoxon", "kruskal-wallis", "kruskal-wallis by", "median"),
    *("van-der-waerden", "t-test", "wald", "share logit"),
)
# Under ``average`` R counts the strata of the whole sample for these, and the domain's own for the others; here always
# the domain's own, so that a covariance's diagonal is the square of the standard error.
OF_WHOLE = (*TESTS, "covariance", "joint", "pair", "raked", "post", "share", "quantile")
# A number that this room does not state (its note says why) against R's 0 or NaN is no difference.
NOTHING = 1e-9
# Where a quantile's share is reached exactly, R's sum of weights may fall short of it by a rounding: it takes the next.
NEXT, EDGE = "quantile next", 1e-9


def draw(seed: int) -> tuple[pd.DataFrame, dict[str, object]]:
    """One sample and its design: the columns that R and the room both read."""
    rng = np.random.default_rng(seed)
    n, strata = int(rng.integers(40, 260)), int(rng.integers(1, 9))
    h = np.sort(rng.integers(0, strata, n))
    frame = pd.DataFrame({"h": [f"s{one}" for one in h]})
    clusters = rng.integers(2, 9, strata)
    frame["c"] = [one * 100 + rng.integers(0, clusters[one]) for one in h]
    domains = int(rng.integers(2, 8))
    domain = rng.choice(domains, n, p=rng.dirichlet(np.ones(domains) * 1.2))
    domain[rng.integers(0, n)] = domains
    frame["d"] = [f"d{one}" for one in domain]
    frame["e"], frame["s"] = rng.choice(list("pqr"), n), rng.choice(["f", "m"], n)
    shift = (frame.c % 7 - 3) / 5
    for item in ("y1", "y2"):
        answers = np.clip(np.rint(2.9 + shift + rng.normal(0, 0.9, n)), 1, 4)
        frame[item] = answers.where(rng.random(n) > 0.1)
    frame["x"] = np.round(rng.gamma(2, 10, n) + 10 * shift, 2).where(rng.random(n) > 0.07)
    if rng.random() < 0.5:
        frame.loc[frame.d == "d0", "y1"] = np.nan
    if rng.random() < 0.4:
        frame.loc[frame.d == "d1", "y1"] = 3.0
    psu = "c" if rng.random() < 0.6 else None
    weights = str(rng.choice(["none", "stratum", "person"]))
    own = rng.uniform(0.5, 6, strata).round(3)[h]
    person = (own * np.exp(rng.normal(0, 0.4, n))).round(4)
    frame["w"] = {"none": np.ones(n), "stratum": own, "person": person}[weights]
    sampled = frame.groupby("h").c.nunique() if psu else frame.groupby("h").size()
    frame["N"] = frame.h.map(sampled + rng.integers(0, 30, len(sampled)))
    lonely = str(rng.choice(["certainty", "adjust", "average"])) if (sampled == 1).any() else "refuse"
    population = "N" if rng.random() < 0.5 else None
    told = {"id": seed, "psu": psu, "population": population, "lonely": lonely, "weights": weights}
    return frame.sample(frac=1, random_state=seed).reset_index(drop=True), told


def lonely(frame: pd.DataFrame, told: dict[str, object]) -> tuple[pd.DataFrame, dict[str, object]]:
    """The same sample with one cluster, or one person, in one stratum of several, and a policy for it."""
    rng, strata = np.random.default_rng(told["id"]), sorted(frame.h.unique())
    if len(strata) < 3:
        return frame, told
    inside = frame.h == rng.choice(strata)
    if told["psu"]:
        frame.loc[inside, "c"] = frame.c[inside].iloc[0]
    else:
        frame = frame[~inside | (inside.cumsum() == 1)].reset_index(drop=True)
    sampled = frame.groupby("h").c.nunique() if told["psu"] else frame.groupby("h").size()
    frame["N"] = frame.h.map(sampled + rng.integers(1, 30, len(sampled)))
    return frame, told | {"lonely": str(rng.choice(["certainty", "adjust", "average"]))}


def answers(frame: pd.DataFrame, told: dict[str, object]) -> dict[str, pd.Series]:
    """What the room says, by R's keys; labelled where R's rows are."""
    design = survey.SurveyDesign(
        frame, weight="w", stratum="h", psu=told["psu"], population=told["population"], lonely=told["lonely"]
    )
    found: dict[str, pd.Series] = {}

    def by_label(table: pd.DataFrame, column: str) -> pd.Series:
        names = table.d if "e" not in table else table.d + " " + table.e
        return pd.Series(table[column].to_numpy(dtype=float), index=names.to_numpy())

    for item in ("y1", "x"):
        mean, cell = survey.mean(design, item, "d"), survey.mean(design, item, ["d", "e"])
        total, joint = survey.total(design, item, "d"), survey.covariance(design, item, "d")
        for column, key in (("estimate", "mean"), ("se", "se"), ("df", "df")):
            found[f"{key} {item}"] = by_label(mean, column)
        found |= {f"cell {item}": by_label(cell, "estimate"), f"cell se {item}": by_label(cell, "se")}
        found |= {f"total {item}": by_label(total, "estimate"), f"total se {item}": by_label(total, "se")}
        pairs = [f"{row} {column}" for column in joint.columns for row in joint.index]
        found[f"covariance {item}"] = pd.Series(joint.to_numpy().ravel(), index=pairs)

    def plain(*parts: object) -> pd.Series:
        values = np.concatenate([np.ravel(np.asarray(part, dtype=float)) for part in parts])
        return pd.Series(values, index=[str(place) for place in range(len(values))])

    def answered(*items: str) -> survey.SurveyDesign:
        return design.subset(frame[list(items)].notna().all(axis=1))

    def threes(table: pd.DataFrame) -> pd.Series:
        held = table.sort_values("e", kind="stable")[["estimate", "low", "high"]].to_numpy(dtype=float)
        size = held.size // 3
        labels = [f"{e} {place}" for e in "pqr" for place in range(size)]
        return pd.Series(held.ravel(), index=labels)

    ratio = survey.ratio(design, "x", "y2", "s")
    for how in ("logit", "beta"):
        found[f"share {how}"] = threes(survey.proportion(design, "y2", [1, 2], "e", method=how))
    found["quantile by"] = threes(survey.quantile(design, "x", [0.25, 0.5, 0.75], "e"))
    found[NEXT] = threes(survey.quantile(design, "x", [0.25 + EDGE, 0.5 + EDGE, 0.75 + EDGE], "e"))
    pairs_of_e = survey.pairwise(design, "y2", "e", adjust="none")
    found["pair"] = pd.Series(
        pairs_of_e[["difference", "se", "df", "p"]].to_numpy(dtype=float).ravel(),
        index=[f"{row.a} {row.b} {place}" for row in pairs_of_e.itertuples() for place in range(4)],
    )
    by_ratio = survey.ratio(design, "x", "y2", "d")
    found |= {"ratio by": by_label(by_ratio, "estimate"), "ratio by se": by_label(by_ratio, "se")}
    means = survey.mean(design, "y2", "e").estimate.to_numpy()
    steps = np.array([[-1.0, 1, 0], [-1, 0, 1]])
    away, spread = steps @ means, steps @ survey.covariance(design, "y2", "e").to_numpy() @ steps.T
    middle = survey.quantile(design, "x", [0.25, 0.5, 0.75])
    chi, wilcoxon = survey.chi_square(design, "y2", "e"), survey.rank_test(design, "y2", "s", kind="wilcoxon")
    kinds = ("kruskal-wallis", "median", "van-der-waerden")
    several = {kind: survey.rank_test(design, "x", "e", kind=kind) for kind in kinds}
    by_d = survey.rank_test(design, "x", "d")
    raked, post = survey.rake(design, MARGINS), survey.poststratify(design, "e", MARGINS["e"])
    by_e, by_s = survey.mean(raked, "y2", "e"), survey.mean(post, "y2", "s")
    total = survey.total(raked, "x")
    with_raked = survey.chi_square(raked, "y2", "e")
    of_raked = survey.ratio(raked, "x", "y2", "d")
    found |= {"raked ratio": by_label(of_raked, "estimate"), "raked ratio se": by_label(of_raked, "se")}
    return found | {
        "t-test": plain(np.abs(survey.pairwise(design, "y2", "s").t)),
        "wald": plain(away @ np.linalg.pinv(spread) @ away),
        "chi-square raked": plain(with_raked.statistic, with_raked.df, with_raked.ddf, with_raked.p),
        "kruskal-wallis by": plain(by_d.statistic, by_d.ddf, by_d.p),
        "ratio": plain(ratio.estimate, ratio.se),
        "quantile": plain(middle[["estimate", "low", "high"]]),
        "joint": plain(survey.covariance(answered("y1", "y2", "x"), ["y1", "y2", "x"])),
        "joint by": plain(survey.covariance(answered("y2", "x"), ["y2", "x"], "s")),
        "chi-square": plain(chi.statistic, chi.df, chi.ddf, chi.p),
        "wilcoxon": plain(wilcoxon.statistic, wilcoxon.df, wilcoxon.p),
        **{kind: plain(test.statistic, test.ddf, test.p) for kind, test in several.items()},
        "raked": plain(by_e.estimate, by_e.se),
        "raked total": plain(total.estimate, total.se),
        "post-stratified": plain(by_s.estimate, by_s.se),
    }


def differences(
    mine: dict[str, pd.Series], theirs: pd.DataFrame, seen: Counter[str], *, smallest: dict[str, float], average: bool
) -> list[str]:
    """Numbers that both state and that disagree.

    Below the weight of the smallest answer R's quantile is the second smallest, against its own definition.
    """
    out = []
    for key, rows in theirs.groupby("key"):
        if average and key.startswith(OF_WHOLE):
            seen["strata counted otherwise"] += len(rows)
            continue
        own = mine[key].reindex(rows.label).to_numpy()
        for label, ours, other in zip(rows.label, own, rows.value, strict=True):
            unsaid = key.startswith("quantile") or (key == "wilcoxon" and own[1] <= 0)
            if np.isnan(other) or (np.isnan(ours) and (abs(other) < NOTHING or unsaid)):
                seen["not stated by one"] += 1
                continue
            if key.startswith("quantile") and ours == smallest.get(label[0], smallest[""]):
                seen["quantile at the smallest answer"] += 1
                continue
            if key == "quantile by" and ours != other and other == mine[NEXT][label]:
                seen["quantile reached exactly"] += 1
                continue
            seen["compared"] += 1
            close = 1e-6 if key in TESTS else 1e-8
            if not abs(ours - other) <= close * max(abs(other), 1e-4) + 1e-12:
                out.append(f"{key} [{label}]: {ours!r} here, {other!r} in R")
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--samples", type=int, default=60)
    parser.add_argument("--first", type=int, default=1000)
    parser.add_argument("--lonely", action="store_true", help="put one cluster alone in a stratum of each sample")
    told = parser.parse_args()
    rscript = shutil.which("Rscript")
    if rscript is None:
        print("R is not here")  # noqa: T201 - a script
        return 2
    warnings.simplefilter("error")
    with tempfile.TemporaryDirectory() as folder:
        drawn = [draw(told.first + place) for place in range(told.samples)]
        drawn = [lonely(*one) for one in drawn] if told.lonely else drawn
        for frame, design in drawn:
            frame.to_csv(f"{folder}/{design['id']}.csv", index=False)
        pd.DataFrame([design for _, design in drawn]).fillna("").to_csv(f"{folder}/samples.csv", index=False)
        subprocess.run([rscript, str(HERE / "golden" / "differ.R"), folder], check=True)
        theirs = pd.read_csv(f"{folder}/r.csv", dtype={"label": str})
    faults: list[str] = []
    seen: Counter[str] = Counter()
    for frame, design in drawn:
        of_one = theirs[theirs.id == design["id"]]
        faults += [
            f"{design}: {fault}"
            for fault in differences(
                answers(frame, design),
                of_one,
                seen,
                smallest={"": frame.x.min()} | frame.groupby("e").x.min().to_dict(),
                average=design["lonely"] == "average",
            )
        ]
    print("\n".join([*faults[:40], f"{len(faults)} of {seen['compared']} numbers differ; {dict(seen)}"]))  # noqa: T201
    return int(bool(faults))


if __name__ == "__main__":
    sys.exit(main())
