"""R's numbers (tests/survey/golden/make.R, versions beside it): estimates and errors to 1e-8, p-values to 1e-6."""

from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.survey import reference
from analysis.survey.testing import multiplicity

HERE = Path(__file__).parent / "golden"
DESIGNS = ("clusters", "nofpc", "people", "weighted")
DOMAINS = ["barat", "selatan", "tengah", "timur", "utara"]


@cache
def numbers() -> dict[str, list[float]]:
    held: dict[str, list[float]] = {}
    table = pd.read_csv(HERE / "numbers.csv")
    for key, value in zip(table.key, table.value, strict=True):
        held.setdefault(key.split("[")[0], []).append(float(value))
    return held


@cache
def people() -> pd.DataFrame:
    return pd.read_csv(HERE / "people.csv")


@cache
def design(name: str) -> survey.SurveyDesign:
    frame = people()
    if name == "clusters":
        return survey.SurveyDesign(frame, weight="w", stratum="h", psu="c", population="Nc")
    if name == "nofpc":
        return survey.SurveyDesign(frame, weight="w", stratum="h", psu="c")
    if name == "people":
        return survey.SurveyDesign(frame, weight="wh", stratum="h", population="Np")
    return survey.SurveyDesign(frame, weight="w")


def agree(key: str, mine: object, rel: float = 1e-8) -> None:
    assert np.atleast_1d(np.asarray(mine, dtype=float)).tolist() == pytest.approx(numbers()[key], rel=rel, abs=1e-13), (
        key
    )


def test_there_are_enough_numbers() -> None:
    assert sum(len(values) for values in numbers().values()) >= 60


@pytest.mark.parametrize("name", DESIGNS)
def test_means_by_domain(name: str) -> None:
    table = survey.mean(design(name), "u1", "d")
    assert table.d.tolist() == DOMAINS
    agree(f"{name}.mean.u1.d", table.estimate)
    agree(f"{name}.se.u1.d", table.se)
    agree(f"{name}.df.u1.d", table.df)
    agree(f"{name}.low.u1.d", table.low)
    agree(f"{name}.cov.u1.d", survey.covariance(design(name), "u1", "d").to_numpy().ravel())


@pytest.mark.parametrize("name", DESIGNS)
def test_totals_and_ratios(name: str) -> None:
    mean, total = survey.mean(design(name), "x").iloc[0], survey.total(design(name), "x").iloc[0]
    agree(f"{name}.mean.x", mean.estimate)
    agree(f"{name}.se.x", mean.se)
    agree(f"{name}.total.x", total.estimate)
    agree(f"{name}.se.total.x", total.se)
    ratio = survey.ratio(design(name), "x", "u2", "sex")
    agree(f"{name}.ratio.x.u2.sex", ratio.estimate)
    agree(f"{name}.se.ratio.x.u2.sex", ratio.se)


@pytest.mark.parametrize("name", DESIGNS)
def test_covariance_across_variables(name: str) -> None:
    whole = design(name).subset(people().u1.notna() & people().u2.notna())
    agree(f"{name}.cov.u1.u2.complete", survey.covariance(whole, ["u1", "u2"]).to_numpy().ravel())


@pytest.mark.parametrize("name", DESIGNS)
def test_differences(name: str) -> None:
    pairs = survey.pairwise(design(name), "u1", "d").set_index(["a", "b"]).loc[("barat", "utara")]
    agree(f"{name}.barat-utara", pairs.difference)
    agree(f"{name}.se.barat-utara", pairs.se)
    agree(f"{name}.df.barat-utara", pairs.df)
    agree(f"{name}.p.barat-utara", pairs.p, rel=1e-6)
    mixed = pd.Series({"barat": 0.2, "selatan": 0.3, "tengah": 0.5, "utara": -1.0}, name="mix")
    mix = survey.contrast(design(name), "u1", "d", mixed).iloc[0]
    agree(f"{name}.mix", mix.estimate)
    agree(f"{name}.se.mix", mix.se)
    whole = survey.against_whole(design(name), "u1", "d").set_index("d").loc["utara"]
    agree(f"{name}.whole.diff", whole.difference)
    agree(f"{name}.se.whole.diff", whole.se)


@pytest.mark.parametrize("name", DESIGNS)
def test_shares(name: str) -> None:
    low = survey.proportion(design(name), "u3", [1, 2], method="logit").iloc[0]
    agree(f"{name}.prop.u3", low.estimate)
    agree(f"{name}.prop.u3.ci", [low.low, low.high])
    rare = survey.proportion(design(name), "u3", 1, method="beta").iloc[0]
    agree(f"{name}.prop.rare", rare.estimate)
    agree(f"{name}.prop.rare.ci", [rare.low, rare.high])


@pytest.mark.parametrize("name", DESIGNS)
def test_quantiles(name: str) -> None:
    table = survey.quantile(design(name), "x", [0.25, 0.5, 0.9])
    agree(f"{name}.quantile.x", table[["estimate", "low", "high"]].to_numpy().ravel())
    agree(f"{name}.quantile.x.se", table.se)


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize(("rows", "columns"), [("u3", "sex"), ("d", "age")])
def test_rao_scott(name: str, rows: str, columns: str) -> None:
    found = survey.chi_square(design(name), rows, columns)
    statistic, df, ddf, p = numbers()[f"{name}.chisq.{rows}.{columns}"]
    assert (found.statistic, found.df) == pytest.approx((statistic, df), rel=1e-8)
    assert found.ddf == pytest.approx(ddf, rel=1e-8)
    assert found.p == pytest.approx(p, rel=1e-6)


@pytest.mark.parametrize("name", DESIGNS)
def test_rank_tests_on_canonical_scores(name: str) -> None:
    two = design(name).subset(people().d.isin(["barat", "utara"]))
    found = survey.rank_test(two, "u3", "d", kind="wilcoxon")
    agree(f"{name}.wilcoxon.u3", [found.statistic, found.df, found.p], rel=1e-6)
    for kind, short in (("kruskal-wallis", "wilcoxon"), ("median", "median"), ("van-der-waerden", "vdw")):
        for variable in ("u3", "x"):
            test = survey.rank_test(design(name), variable, "d", kind=kind)
            agree(f"{name}.ranks.{short}.{variable}", [test.statistic, test.df, test.ddf, test.p], rel=1e-6)


def test_rank_tests_equal_rs_own_where_weights_do_not_differ() -> None:
    equal = survey.SurveyDesign(people().assign(two=2.0), weight="two", stratum="h", psu="c", population="Nc")
    found = survey.rank_test(equal.subset(people().d.isin(["barat", "utara"])), "u3", "d", kind="wilcoxon")
    agree("equal.svyranktest.wilcoxon", [found.statistic, found.df, found.p], rel=1e-6)
    several = survey.rank_test(equal, "u3", "d")
    agree("equal.svyranktest.kw", [several.statistic, several.ddf, several.p], rel=1e-6)


MARGINS = {"sex": {"f": 400, "m": 460}, "age": {"a": 300, "b": 320, "c": 240}}


@pytest.mark.parametrize("name", DESIGNS)
def test_raking_and_post_stratification(name: str) -> None:
    raked = survey.rake(design(name), MARGINS)
    agree(f"{name}.rake.weights", survey.weights(raked).iloc[[0, 99, 199, 299]])
    table = survey.mean(raked, "u4", "d")
    agree(f"{name}.rake.mean.u4.d", table.estimate)
    agree(f"{name}.rake.se.u4.d", table.se)
    total = survey.total(raked, "u4").iloc[0]
    agree(f"{name}.rake.total.u4", [total.estimate, total.se])
    post = survey.poststratify(design(name), "sex", MARGINS["sex"])
    by = survey.mean(post, "u4", "d")
    agree(f"{name}.post.mean.u4.d", by.estimate)
    agree(f"{name}.post.se.u4.d", by.se)
    agree(f"{name}.post.total.u4", survey.total(post, "u4").se)


@pytest.mark.parametrize("policy", ["certainty", "adjust", "average"])
def test_lonely_policies(policy: str) -> None:
    frame = people()
    alone = frame[(frame.h < 5) & ((frame.h > 1) | (frame.c == 103))]
    held = survey.SurveyDesign(alone, weight="w", stratum="h", psu="c", lonely=policy)
    agree(f"lonely.{policy}", [survey.mean(held, "u4").se[0], survey.total(held, "u4").se[0]])


def test_alpha() -> None:
    found = survey.alpha(survey.SurveyDesign(people()), ["u1", "u2", "u3", "u4"])
    agree("alpha", [found.estimate, found.standardised])
    agree("alpha.item_rest", found.items.item_rest)
    agree("alpha.without", found.items.alpha_without)


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_fay_herriot_reaches_the_optimum(method: str) -> None:
    held = numbers()
    x = np.column_stack([np.ones(len(held["fh.x"])), held["fh.x"]])
    found = survey.fay_herriot(held["fh.y"], held["fh.d"], x, method=method)
    agree(f"fh.{method}", [found.variance, *found.beta])
    agree(f"fh.eblup.{method}", found.table.eblup)


def test_plain_samples() -> None:
    frame = people()
    ranks = survey.kruskal_wallis(frame.x, frame.d)
    agree("kruskal", [ranks.statistic, ranks.df, ranks.p], rel=1e-6)
    means = survey.welch(frame.x, frame.d)
    agree("welch", [means.statistic, means.df, means.ddf, means.p], rel=1e-6)
    pairs = means.pairs.set_index(["a", "b"])
    for a, b in (("barat", "utara"), ("tengah", "timur")):
        agree(f"games.{a}-{b}", pairs.loc[(a, b), ["t", "df", "p_adjusted"]], rel=1e-6)


@pytest.mark.parametrize("method", ["holm", "hochberg", "bonferroni", "bh", "by"])
def test_adjusted_p(method: str) -> None:
    agree(f"adjust.{method}", survey.adjust_p([0.001, 0.012, 0.03, 0.04, 0.2, 0.9], method))


@pytest.mark.parametrize("df", [3, 9, 60])
def test_the_largest_of_correlated_t_statistics(df: int) -> None:
    """Multivariate t (mvtnorm's pmvt), to the error of 100,000 draws; the interval has the same law."""
    covariance = survey.covariance(design("clusters"), "u1", "d").to_numpy()
    first, second = np.triu_indices(5, k=1)
    halves = multiplicity.square_root(covariance)
    root = halves[first] - halves[second]
    root /= np.sqrt((root**2).sum(axis=1, keepdims=True))
    t = np.array([1.5, 2.5, 3.5] + [0.0] * 7)
    made = multiplicity.simultaneous(reference.t_two_sided(t, df), np.full(10, float(df)), "max-t", 0.95, root=root)
    assert made.p_adjusted[:3].tolist() == pytest.approx(numbers()[f"mvt.{df}"], abs=0.004)
    at_the_limit = multiplicity.simultaneous(
        reference.t_two_sided(made.reach, df), np.full(10, float(df)), "max-t", 0.95, root=root
    )
    assert at_the_limit.p_adjusted.tolist() == pytest.approx([0.05] * 10, abs=1e-4)


def test_bootstrap_errors_are_rs_up_to_drawing() -> None:
    """R drew 1,500 replicates (2 % of a standard error), these are 6,000."""
    table = survey.bootstrap(design("nofpc"), "u1", "d", draws=6000)
    assert (table.se / numbers()["subbootstrap.se.u1.d"]).tolist() == pytest.approx([1.0] * 5, abs=0.07)

    def total(weights, values, domain):
        return weights @ np.nan_to_num(values[:, 0])

    drawn = survey.bootstrap(design("nofpc"), "x", statistic=total, draws=6000).iloc[0]
    assert drawn.se == pytest.approx(numbers()["subbootstrap.se.total.x"][0], rel=0.07)
