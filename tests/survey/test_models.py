"""Small areas, scales, drivers, skewness, weights: what R's numbers do not reach."""

import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.survey import linear, reference, shape, small_area
from analysis.survey.testing import comparison


def areas(seed: int, count: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    x = np.column_stack([np.ones(count), rng.normal(size=count)])
    d = rng.uniform(0.3, 1.5, count)
    truth = x @ [1, 1.5] + rng.normal(0, 1, count)
    return truth + rng.normal(0, np.sqrt(d)), d, x, truth


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_the_stated_mse_is_the_one_that_happens(method: str) -> None:
    stated, happened = [], []
    for seed in range(300):
        y, d, x, truth = areas(seed, 18)
        found = survey.fay_herriot(y, d, x, method=method)
        stated.append(found.table.mse.mean())
        happened.append(((found.table.eblup - truth) ** 2).mean())
    assert np.mean(stated) == pytest.approx(np.mean(happened), rel=0.06)


def test_benchmarked_areas_add_up_to_the_direct_total() -> None:
    y, d, x, _ = areas(1)
    shares = np.linspace(1, 3, len(y))
    table = survey.fay_herriot(y, d, x, shares=shares).table
    assert (table.benchmarked * shares).sum() == pytest.approx((y * shares).sum(), rel=1e-12)


def test_eblup_lies_between_direct_and_synthetic_and_beats_the_direct() -> None:
    y, d, x, truth = areas(2)
    found = survey.fay_herriot(pd.Series(y, index=[f"area {i}" for i in range(len(y))]), d, x)
    table = found.table
    assert found.usable
    assert table.name[3] == "area 3"
    low, high = table[["estimate", "synthetic"]].min(axis=1), table[["estimate", "synthetic"]].max(axis=1)
    assert ((low - 1e-12 <= table.eblup) & (table.eblup <= high + 1e-12)).all()
    assert ((table.eblup - truth) ** 2).mean() < ((y - truth) ** 2).mean()


@pytest.mark.parametrize("kind", ["people", "clusters"])
def test_alphas_error_is_the_bootstraps(people, clusters, plain, kind) -> None:
    frame = people(500)
    held = plain(frame) if kind == "people" else clusters(frame)
    found = survey.alpha(held, ["u1", "u2", "u3"])

    def statistic(weights, values, domain):
        inside = ~np.isnan(values).any(axis=1)
        w, v = weights[:, inside], values[inside]
        share = w / w.sum(axis=1, keepdims=True)
        total = v.sum(axis=1)
        parts = sum(share @ v[:, i] ** 2 - (share @ v[:, i]) ** 2 for i in range(3))
        return 1.5 * (1 - parts / (share @ total**2 - (share @ total) ** 2))

    drawn = survey.bootstrap(held, ["u1", "u2", "u3"], statistic=statistic, draws=1500).iloc[0]
    assert drawn.estimate == pytest.approx(found.estimate, rel=1e-10)
    assert found.se == pytest.approx(drawn.se, rel=0.08)
    assert found.low < found.estimate < found.high < 1


def test_alpha_refuses_and_notes() -> None:
    frame = pd.DataFrame({"a": [1, 2, 3, 4], "b": [4, 4, 4, 4], "c": [1, 2, np.nan, np.nan]})
    held = survey.SurveyDesign(frame)
    with pytest.raises(survey.SurveyError, match="at least two items"):
        survey.alpha(held, ["a"])
    assert survey.alpha(held, ["a", "b"]).note == "constant"
    assert survey.alpha(held, ["a", "c"]).n == 2


@pytest.mark.parametrize("weight", [None, "w"])
@pytest.mark.parametrize("same", [4, 3.3, 1e9 + 0.1])
def test_an_item_that_everybody_answers_alike_has_no_correlation_made_of_rounding(
    weight: str | None, same: float
) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"a": rng.integers(1, 5, 51), "b": rng.integers(1, 5, 51), "w": rng.uniform(0.3, 5, 51)})
    found = survey.alpha(survey.SurveyDesign(frame.assign(k=same), weight=weight), ["a", "b", "k"])
    table = found.items.set_index("item")
    assert (found.note, np.isnan(found.standardised), np.isnan(found.se)) == ("constant", True, True)
    assert np.isnan(table.item_rest["k"])
    assert table.alpha_without["a"] == 0
    assert table["mean"]["k"] == pytest.approx(same)


def test_items_that_cancel_in_their_sum_have_no_alpha() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"a": rng.normal(size=40), "w": rng.uniform(0.3, 3, 40)})
        found = survey.alpha(survey.SurveyDesign(frame.assign(b=3.3 - frame.a), weight="w"), ["a", "b"])
        assert (found.note, np.isnan(found.estimate)) == ("constant", True)
        twice = survey.alpha(survey.SurveyDesign(frame.assign(b=frame.a, c=frame.a), weight="w"), ["a", "b", "c"])
        assert twice.estimate <= 1


@pytest.mark.parametrize("factor", [1, 1 / 3, 1e9])
def test_an_alpha_of_one_has_no_interval(factor: float) -> None:
    """Items that say the same of everybody: nothing is left to divide by, and what varies is rounding."""
    frame = pd.DataFrame({"a": np.arange(40) * 7 % 3 + 2}).assign(b=lambda frame: frame.a, c=lambda frame: frame.a)
    found = survey.alpha(survey.SurveyDesign(frame * factor), ["a", "b", "c"])
    assert (found.estimate, found.note) == (pytest.approx(1), "constant")
    assert np.isnan([found.low, found.high]).all()


def test_drivers_shares_add_up_and_follow_the_design(people, clusters) -> None:
    found = survey.drivers(clusters(people()), "u1", ["u2", "u3", "x"], draws=200)
    assert found.table.lmg.sum() == pytest.approx(found.r_squared, rel=1e-12)
    assert found.n + found.n_missing == 240
    assert (found.table.low <= found.table.lmg).all()
    assert (found.table.lmg <= found.table.high).all()
    copied = people().assign(u4=lambda frame: frame.u2)
    assert survey.drivers(clusters(copied), "u1", ["u2", "u4"]).note == "constant"
    with pytest.raises(survey.SurveyError, match="1 to 12 predictors"):
        survey.drivers(clusters(people()), "u1", [f"u{place}" for place in range(13)])


@pytest.mark.parametrize("kind", ["people", "clusters"])
def test_skewness_is_that_of_the_answers_over_the_root_of_their_number(people, plain, clusters, kind) -> None:
    frame = people().assign(w=2.0)
    held = plain(frame) if kind == "people" else clusters(frame)
    for variable in ("u1", "x"):
        y = frame[variable].dropna()
        expected = ((y - y.mean()) ** 3).mean() / ((y - y.mean()) ** 2).mean() ** 1.5 / np.sqrt(len(y))
        own = shape.shape_of(survey.sums(held, variable), variable).own[0]
        assert own == pytest.approx(expected, rel=1e-9)
    both = survey.Composite("both", (("u1",), ("u2",)))
    y = frame[["u1", "u2"]].mean(axis=1).dropna()
    expected = ((y - y.mean()) ** 3).mean() / ((y - y.mean()) ** 2).mean() ** 1.5 / np.sqrt(len(y))
    assert shape.shape_of(survey.sums(held, both), both).own[0] == pytest.approx(expected, rel=1e-9)


def test_the_bootstrap_of_people_counts_whom_it_leaves_out(people, plain) -> None:
    held = plain(people(300).assign(N=400))
    finite = survey.SurveyDesign(held.frame, weight="w", stratum="h", population="N")
    drawn = survey.bootstrap(finite, "u1", draws=1500).iloc[0]
    assert drawn.se == pytest.approx(survey.mean(finite, "u1").se[0], rel=0.08)
    assert survey.mean(finite, "u1").se[0] < survey.mean(held, "u1").se[0]


def test_reference_distributions_agree_with_scipys() -> None:
    stats = pytest.importorskip("scipy.stats")
    for t, df in ((0.3, 2), (2.5, 17.7), (8.0, 40), (1.96, np.inf), (-3.0, 5)):
        expected = 2 * (stats.norm.sf(abs(t)) if np.isinf(df) else stats.t.sf(abs(t), df))
        assert float(reference.t_two_sided(t, df)) == pytest.approx(expected, rel=1e-9)
    assert float(reference.t_quantile(0.975, np.inf)) == pytest.approx(stats.norm.ppf(0.975), rel=1e-12)
    assert float(reference.t_quantile(0.975, 3)) == pytest.approx(stats.t.ppf(0.975, 3), rel=1e-9)
    assert np.isnan(float(reference.t_quantile(0.975, 0)))
    assert reference.f_upper(2.5, 3, np.inf) == pytest.approx(stats.chi2.sf(7.5, 3), rel=1e-9)


def test_small_integers_with_a_wide_span_do_not_overflow() -> None:
    frame = pd.DataFrame(
        {"y": np.array([-100, -90, -85, -80], dtype=np.int8), "z": np.array([100, 127, 120, 111], np.int8)}
    )
    held = survey.SurveyDesign(frame)
    assert survey.mean(held, ["y", "z"]).estimate.tolist() == [-88.75, 114.5]
    wide = pd.DataFrame({"y": np.array([-128, 127, 0, 1], dtype=np.int8), "z": np.array([0, 255, 1, 2], np.uint8)})
    assert survey.mean(survey.SurveyDesign(wide), ["y", "z"]).estimate.tolist() == [0.0, 64.5]
    assert survey.mean(survey.SurveyDesign(pd.DataFrame({"y": [True, False, True, True]})), "y").estimate[0] == 0.75


def test_trimming_keeps_the_total_and_the_limits(people, plain) -> None:
    held = plain(people())
    cut = survey.weights(survey.trim(held, low=0.7, high=2.5))
    assert cut.sum() == pytest.approx(held.frame.w.sum(), rel=1e-12)
    assert cut.between(0.7 - 1e-12, 2.5 + 1e-12).all()
    with pytest.raises(survey.SurveyError, match="no weights within these limits"):
        survey.trim(held, low=5, high=6)


def test_kishs_effective_size() -> None:
    assert survey.effective_size([1, 1, 1, 1]) == 4
    assert survey.effective_size([1, 3]) == pytest.approx(16 / 10)
    frame = pd.DataFrame({"w": [1.0, 3.0, 1.0, 1.0], "d": list("aabb")})
    table = survey.weight_diagnostics(survey.SurveyDesign(frame, weight="w"), "d")
    assert table.n_effective.tolist() == pytest.approx([1.6, 2.0])
    assert table.deff.tolist() == pytest.approx([1.25, 1.0])


def test_fitted_margins_leave_their_totals_no_error(people, clusters) -> None:
    frame = people().assign(man=lambda held: (held.sex == "m") * 1)
    raked = survey.rake(clusters(frame), {"sex": {"f": 300, "m": 260}, "d": dict.fromkeys("abcde", 112)})
    total = survey.total(raked, "man").iloc[0]
    assert (total.estimate, total.note) == (pytest.approx(260), "constant")
    plain_se, fitted_se = (survey.mean(held, "u1").se[0] for held in (clusters(frame), raked))
    assert fitted_se != pytest.approx(plain_se, rel=1e-3)
    with pytest.raises(survey.SurveyError, match="already fitted to sex, d"):
        survey.rake(raked, {"sex": {"f": 300, "m": 260}})
    with pytest.raises(survey.SurveyError, match="fit first, then take the subset"):
        survey.rake(clusters(frame).subset(frame.d == "a"), {"sex": {"f": 300, "m": 260}})


def test_raking_settles_where_sums_round() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"sex": rng.choice(["f", "m"], 200_000), "w": rng.uniform(1e-3, 1e3, 200_000)})
    fitted = survey.weights(survey.rake(survey.SurveyDesign(frame, weight="w"), {"sex": {"f": 123.0, "m": 456.0}}))
    assert fitted.groupby(frame.sex).sum().tolist() == pytest.approx([123.0, 456.0], rel=1e-9)


def test_post_strata_of_two_columns_are_their_cells(people, plain) -> None:
    frame = people()
    cells = {(d, sex): 50.0 for d in "abcde" for sex in "fm"}
    fitted = survey.weights(survey.poststratify(plain(frame), ["d", "sex"], cells))
    assert fitted.groupby([frame.d, frame.sex]).sum().tolist() == pytest.approx([50.0] * 10)


def test_shares_of_levels_covary_as_means_of_indicators(people, design) -> None:
    frame = people()
    levels = [1, 2, 3, 4]
    for level in levels:
        frame[f"is{level}"] = (frame.u1 == level).astype(float).where(frame.u1.notna())
    held = design(frame)
    shares, joint = linear.level_covariances(survey.sums(held, "u1", "d"), "u1")
    expected = survey.covariance(held, [f"is{level}" for level in levels], "d").to_numpy()
    turned = joint.reshape(6, 4, 6, 4)[:5, :, :5, :].transpose(1, 0, 3, 2).reshape(20, 20)
    assert np.allclose(turned, expected, rtol=1e-9, atol=1e-14)
    assert np.allclose(shares[:5].T.ravel(), survey.mean(held, [f"is{level}" for level in levels], "d").estimate)


def test_halls_transformation_and_its_inverse() -> None:
    t = np.linspace(-6, 6, 25)
    for skewness in (-0.6, -0.1, 0.0, 0.2, 0.5):
        a = np.full(25, skewness)
        assert np.allclose(comparison.unbend(comparison.bend(t, a), a), t)
    # a statistic of a left-skewed estimate is too often far below: it is drawn in there and let out above
    bent = comparison.bend(np.array([-3.0, 3.0]), np.full(2, -0.3))
    assert bent.tolist() == pytest.approx([-3 - 0.9 - 0.09 - 0.05, 3 - 0.9 + 0.09 - 0.05])


def test_superiority_is_the_share_of_pairs() -> None:
    a, b = np.array([1, 2, 3, 4, 4, 3]), np.array([1, 1, 2, 3, 2])
    frame = pd.DataFrame({"y": np.append(a, b), "d": ["a"] * len(a) + ["b"] * len(b)})
    row = survey.pairwise_ranks(survey.SurveyDesign(frame), "y", "d").iloc[0]
    wins = (a[:, None] > b).mean() + (a[:, None] == b).mean() / 2
    assert row.superiority == pytest.approx(wins)
    assert survey.kruskal_wallis(frame.y, frame.d).pairs.superiority[0] == pytest.approx(wins)
    # the same by Brunner & Munzel's variance of placements, up to the design's degrees of freedom
    placements = [
        np.array([((x > b).mean() + (x == b).mean() / 2) for x in a]),
        np.array([((a > x).mean() + (a == x).mean() / 2) for x in b]),
    ]
    se = np.sqrt(placements[0].var() / len(a) + placements[1].var() / len(b)) * np.sqrt(11 / 10)
    middle = np.log(wins / (1 - wins))
    reach = reference.t_quantile(0.975, 10) * se / (wins * (1 - wins))
    assert row.superiority_low == pytest.approx(1 / (1 + np.exp(-(middle - reach))), rel=1e-6)


def test_superiority_counts_that_groups_share_clusters(people, clusters) -> None:
    """The variance of the chance, by its slopes in all shares and their joint covariance."""
    frame = people(400)
    held = clusters(frame)
    row = survey.pairwise_ranks(held, "u1", "d").iloc[0]
    sums = survey.sums(held, "u1", "d")
    shares, joint = linear.level_covariances(sums, "u1")
    size = shares.shape[1]

    def chance(flat: np.ndarray) -> float:
        a, b = flat[:size], flat[size : 2 * size]
        return float(a @ (np.cumsum(b) - b / 2))

    flat = shares[:2].ravel()
    slopes = [(chance(flat + step) - chance(flat - step)) / 2e-6 for step in np.eye(2 * size) * 1e-6]
    theta = chance(flat)
    se = np.sqrt(slopes @ joint[: 2 * size, : 2 * size] @ slopes)
    reach = reference.t_quantile(0.975, row.df) * se / (theta * (1 - theta))
    odds = np.log(theta / (1 - theta))
    assert row.superiority == pytest.approx(theta)
    assert [row.superiority_low, row.superiority_high] == pytest.approx(
        [1 / (1 + np.exp(-(odds + side * reach))) for side in (-1, 1)], rel=1e-6
    )


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_the_likelihood_is_that_of_the_contrasts(method: str) -> None:
    """REML is the density of what is left after the covariates (up to a constant of theirs); ML that of all."""
    y, d, x, _ = areas(5, 12)
    model = small_area.AreaModel(y, d, x, method)
    stats = pytest.importorskip("scipy.stats")
    basis = np.linalg.svd(x)[0][:, 2:] if method == "reml" else np.eye(12)
    for variance in (0.0, 0.3, 2.0):
        spread = np.diag(variance + d)
        _, _, beta = model.fit(variance)
        middle = np.zeros(12) if method == "reml" else x @ beta
        expected = stats.multivariate_normal(basis.T @ middle, basis.T @ spread @ basis).logpdf(basis.T @ y)
        given = 0.5 * np.linalg.slogdet(x.T @ x)[1] if method == "reml" else 0.0
        assert model.log_likelihood(variance) + given == pytest.approx(expected, rel=1e-9)
        ahead, behind = (model.log_likelihood(variance + 1 + step) for step in (1e-5, -1e-5))
        assert model.slope(variance + 1) == pytest.approx((ahead - behind) / 2e-5, rel=1e-5)


def ceiling(cells: int, size: int, p: tuple[float, ...], seed: int = 0) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame({"y": rng.choice([1, 2, 3, 4], cells * size, p=p), "cell": np.repeat(np.arange(cells), size)})


def test_caution_follows_the_answers_of_all_cells_together() -> None:
    """85 % fours at n = 100 cover too little in every cell, also where a cell's own answers look straight."""
    held = survey.SurveyDesign(ceiling(60, 100, (0.01, 0.02, 0.12, 0.85)), stratum="cell")
    own = np.abs(shape.shape_of(survey.sums(held, "y", "cell"), "y").own[:60])
    assert (own < shape.OWN_AT).sum() > 10
    table = survey.mean(held, "y", "cell")
    assert set(table.note) == {"caution"}
    assert table.low.notna().all()
    assert set(survey.verdicts(table.low - 3.8, table.high - 3.8, margin=0.01, note=table.note)) == {"cannot tell"}


def test_caution_of_one_cell_among_straight_ones() -> None:
    frame = ceiling(20, 60, (0.06, 0.24, 0.45, 0.25))
    odd = ceiling(1, 60, (0.02, 0.0, 0.04, 0.94), seed=1).assign(cell=99)
    table = survey.mean(survey.SurveyDesign(pd.concat([frame, odd], ignore_index=True), stratum="cell"), "y", "cell")
    assert table.note.tolist() == [""] * 20 + ["caution"]


def test_typical_items_are_hardly_ever_marked() -> None:
    for p in ((0.06, 0.24, 0.45, 0.25), (0.02, 0.08, 0.55, 0.35), (0.02, 0.08, 0.40, 0.50)):
        table = survey.mean(survey.SurveyDesign(ceiling(300, 30, p), stratum="cell"), "y", "cell")
        assert (table.note == "caution").mean() < 0.1


def test_pairs_with_a_skewed_group_are_marked() -> None:
    straight = ceiling(2, 200, (0.06, 0.24, 0.45, 0.25))
    odd = pd.DataFrame({"y": [4] * 19 + [1], "cell": 2})
    pairs = survey.pairwise(survey.SurveyDesign(pd.concat([straight, odd]), stratum="cell"), "y", "cell")
    assert pairs.note.tolist() == ["", "caution", "caution"]


def sizes(*counts: int) -> pd.DataFrame:
    """Groups of so many people with the same straight answers in each."""
    return pd.concat(
        [pd.DataFrame({"y": np.resize([2, 4, 3, 1, 3, 2], n), "cell": place}) for place, n in enumerate(counts)]
    )


@pytest.mark.parametrize(
    ("counts", "note"),
    [((8, 80), "caution"), ((20, 80), "caution"), ((80, 8), "caution"), ((10, 10), ""), ((30, 90), ""), ((25, 60), "")],
)
def test_pairs_of_a_few_people_against_many_are_marked(counts: tuple[int, int], note: str) -> None:
    """The numbers stay R's: the union's df, the plain standard error and its p."""
    held = survey.SurveyDesign(sizes(*counts), stratum="cell")
    pair = survey.pairwise(held, "y", "cell").iloc[0]
    assert pair.note == survey.pairwise_ranks(held, "y", "cell").note[0] == note
    plain = survey.contrast(held, "y", "cell", pd.Series({0: 1.0, 1: -1.0})).iloc[0]
    assert pair[["se", "low", "high", "df", "p"]].tolist() == pytest.approx(
        plain[["se", "low", "high", "df", "p"]].tolist()
    )
    assert pair.df == sum(counts) - 2
    assert np.isfinite(survey.pairwise_ranks(held, "y", "cell").superiority_low[0])


def test_what_a_pair_rests_on_counts_the_clusters_and_not_a_shared_stratum_twice() -> None:
    many = sizes(90, 90).assign(h=0, day=lambda frame: np.arange(len(frame)) // 3)
    assert survey.pairwise(survey.SurveyDesign(many, stratum="cell", psu="day"), "y", "cell").note[0] == ""
    few = many.assign(day=np.where(many.cell == 0, many.day // 6, many.day))
    assert survey.pairwise(survey.SurveyDesign(few, stratum="cell", psu="day"), "y", "cell").note[0] == "caution"
    # strata of one's own cost a piece each: 20 people in 10 villages
    own = sizes(20, 80).assign(h=lambda frame: frame.cell * 100 + np.arange(len(frame)) // 2)
    assert survey.pairwise(survey.SurveyDesign(own, stratum="h"), "y", "cell").note[0] == "caution"
    # forty people in twenty villages, each village shared with the other group
    villages = sizes(40, 80).assign(h=lambda frame: np.arange(len(frame)) % 20)
    assert survey.mean(survey.SurveyDesign(villages, stratum="h"), "y", "cell").df[0] == 20
    assert survey.pairwise(survey.SurveyDesign(villages, stratum="h"), "y", "cell").note[0] == ""


def test_small_area_diagnostics_find_the_odd_area() -> None:
    y, d, x, _ = areas(3, 20)
    calm = survey.fay_herriot(y, d, x, shares=np.ones(20))
    assert calm.table.leverage.sum() == pytest.approx(2)
    assert calm.direct_share == pytest.approx(calm.table.weight.mean())
    assert calm.benchmark_ratio == pytest.approx(y.sum() / calm.table.eblup.sum())
    assert calm.normality_p > 0.05
    assert np.isnan(survey.fay_herriot(y, d, x).benchmark_ratio)
    odd = y.copy()
    odd[7] += 25
    assert survey.fay_herriot(odd, d, x).normality_p < 0.01
    y[4] += 12
    x[4, 1] = 4.0
    found = survey.fay_herriot(y, d, x)
    assert found.table.cook.idxmax() == found.table.leverage.idxmax() == 4
    # Cook's distance is what leaving the area out does to beta, the variance between areas held
    model = small_area.AreaModel(y, d, x, "reml")
    w, inverse, beta = model.fit(found.variance)
    for area in (0, 4):
        rest = np.arange(20) != area
        moved = beta - small_area.AreaModel(y[rest], d[rest], x[rest], "reml").fit(found.variance)[2]
        assert found.table.cook[area] == pytest.approx(moved @ np.linalg.inv(inverse) @ moved / 2)
    assert w @ x[:, 0] > 0


def test_a_model_no_better_than_nothing_is_refused_with_its_reason() -> None:
    rng = np.random.default_rng(0)
    x = np.column_stack([np.ones(12), rng.normal(size=12)])
    flat = survey.fay_herriot(x @ [1, 1] + rng.normal(0, 0.01, 12), np.full(12, 1.0), x)
    assert (flat.usable, flat.variance) == (False, 0)
    assert "the fitted variance between areas is 0" in flat.reason
    wild = survey.fay_herriot(rng.normal(0, 30, 8), np.full(8, 0.01), np.column_stack([np.ones(8), rng.normal(size=8)]))
    assert wild.direct_share > 0.99
    assert wild.usable == (wild.table.mse.mean() < 0.01)
    with pytest.raises(survey.SurveyError, match="6 areas are too few for 2 covariates; at least 7"):
        survey.fay_herriot(np.arange(6.0), np.ones(6), np.column_stack([np.ones(6), np.arange(6) ** 2]))
