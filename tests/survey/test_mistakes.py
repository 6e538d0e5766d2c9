"""One test for each mistake that well-known packages made with survey statistics, classical tests and weights."""

import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.survey import reference
from analysis.survey.linear import covariances
from analysis.survey.onepass.source import sums_for
from analysis.survey.statistic import mean_of

LIKERT = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4]


def test_a_psu_whose_answers_are_all_missing_stays_in_the_design(people, clusters) -> None:
    frame = people()
    empty = frame.assign(u1=frame.u1.where(frame.c != 3))
    kept = survey.mean(clusters(empty), "u1").iloc[0]
    subset = survey.mean(clusters(empty).subset(empty.u1.notna()), "u1").iloc[0]
    assert kept.se == pytest.approx(subset.se, rel=1e-12)
    dropped = survey.mean(clusters(empty[empty.u1.notna()]), "u1").iloc[0]
    assert kept.estimate == pytest.approx(dropped.estimate, rel=1e-12)
    assert kept.se != pytest.approx(dropped.se, rel=1e-6)
    assert kept.n_missing == empty.u1.isna().sum()


def test_a_domain_has_its_own_df_not_the_designs(people, clusters) -> None:
    frame = people()
    frame.loc[frame.d == "e", "d"] = np.where(frame[frame.d == "e"].h < 2, "e", "a")
    table = survey.mean(clusters(frame), "u1", "d").set_index("d")
    answered = frame[(frame.d == "e") & frame.u1.notna()]
    assert table.df["e"] == answered.c.nunique() - answered.h.nunique()
    assert table.df["e"] < survey.mean(clusters(frame), "u1").df[0]


def test_no_df_means_no_interval() -> None:
    frame = pd.DataFrame({"y": [1, 2, 3, 4, 2, 3], "c": [1, 1, 1, 2, 3, 3], "d": list("aaabbb")})
    row = survey.mean(survey.SurveyDesign(frame, psu="c"), "y", "d").iloc[0]
    assert (row.df, row.note) == (0, "no degrees of freedom")
    assert np.isnan([row.low, row.high]).all()


@pytest.mark.parametrize(
    ("answers", "note"), [([4, 4, 4, 4], "constant"), ([3], "one respondent"), ([np.nan, np.nan], "no respondents")]
)
def test_nothing_to_judge_by_is_said_and_never_a_zero_width_interval(answers: list[float], note: str) -> None:
    frame = pd.DataFrame({"y": [*answers, 1, 2, 3, 4], "d": ["a"] * len(answers) + ["b"] * 4})
    row = survey.mean(survey.SurveyDesign(frame), "y", "d").iloc[0]
    assert row.note == note
    assert np.isnan([row.low, row.high, row.se]).all()
    assert np.isnan(row.estimate) == (note == "no respondents")
    pair = survey.pairwise(survey.SurveyDesign(frame), "y", "d").iloc[0]
    assert (pair.note, np.isnan(pair.p), np.isnan(pair.low)) == (note, True, True)


def test_a_stratum_with_one_psu_is_refused_by_name(people) -> None:
    frame = people()
    alone = pd.concat([frame, frame.head(3).assign(h=9, c=99)])
    with pytest.raises(survey.SurveyError) as told:
        survey.SurveyDesign(alone, stratum="h", psu="c")
    assert str(told.value) == (
        "one PSU only in stratum 9: join it with another, or choose lonely='certainty', 'adjust' or 'average'"
    )
    for policy in ("certainty", "adjust", "average"):
        table = survey.mean(survey.SurveyDesign(alone, stratum="h", psu="c", lonely=policy), "u1")
        assert table.n[0] == alone.u1.notna().sum()


def test_a_lonely_psu_that_is_the_whole_stratum_is_a_census_of_it(people) -> None:
    frame = people().assign(N=20)
    alone = pd.concat([frame, frame.head(3).assign(h=9, c=99, N=1)])
    assert survey.mean(survey.SurveyDesign(alone, stratum="h", psu="c", population="N"), "u1").note[0] == ""


def test_rank_tests_know_the_finite_population(people, clusters) -> None:
    frame = people()
    without = survey.SurveyDesign(frame, weight="w", stratum="h", psu="c")
    for kind, ratio in (("kruskal-wallis", 2), ("wilcoxon", np.sqrt(2))):
        by = "d" if kind == "kruskal-wallis" else "sex"
        # six of twelve clusters in every stratum: the variance is halved
        assert frame.groupby("h").c.nunique().tolist() == [6, 6, 6, 6]
        known, blind = (survey.rank_test(held, "u1", by, kind=kind) for held in (clusters(frame), without))
        assert known.statistic == pytest.approx(blind.statistic * ratio, rel=1e-9)


def test_the_sign_of_wilcoxon_does_not_come_from_rows_outside_the_domain(people, plain) -> None:
    frame = people()
    frame.loc[frame.sex == "m", "u1"] = 1
    frame.loc[(frame.sex == "m") & (frame.d == "a"), "u1"] = 4
    frame.loc[(frame.sex == "f") & (frame.d == "a") & frame.u1.notna(), "u1"] = 2
    frame.iloc[0, frame.columns.get_loc("sex")] = "zz"
    frame.iloc[0, frame.columns.get_loc("d")] = "b"
    frame.loc[(frame.d == "a").idxmax(), "u1"] = 3
    found = survey.rank_test(plain(frame).subset(frame.d == "a"), "u1", "sex", kind="wilcoxon")
    assert found.groups == ("f", "m")
    assert found.statistic > 0
    assert found.scores[1] > found.scores[0]


def test_a_population_that_is_a_fraction_is_refused(people) -> None:
    frame = people().assign(N=0.25)
    with pytest.raises(survey.SurveyError, match=r"is 0\.25 in stratum 0, below the 6 PSUs sampled; a count is needed"):
        survey.SurveyDesign(frame, stratum="h", psu="c", population="N")


def test_shares_have_a_centred_variance() -> None:
    frame = pd.DataFrame({"y": LIKERT * 10})
    row = survey.proportion(survey.SurveyDesign(frame), "y", 4).iloc[0]
    assert row.se == pytest.approx(np.sqrt(0.4 * 0.6 / 99), rel=1e-12)


@pytest.mark.parametrize("method", ["auto", "logit", "beta", "wilson"])
def test_no_interval_of_a_rare_answer_leaves_0_to_1(method: str) -> None:
    frame = pd.DataFrame({"y": [1, *([4] * 39)]})
    for answer, share in ((1, 0.025), (4, 0.975)):
        row = survey.proportion(survey.SurveyDesign(frame), "y", answer, method=method).iloc[0]
        assert row.estimate == pytest.approx(share)
        assert 0 < row.low < row.estimate < row.high < 1


def test_numbers_do_not_depend_on_hash_seeds() -> None:
    code = (
        "import pandas as pd, numpy as np; from analysis import survey; r = np.random.default_rng(0);"
        "h, d = r.choice(list('pqrs'), 300), r.choice(list('xyz'), 300);"
        "f = pd.DataFrame({'h': h, 'd': d, 'y': r.normal(size=300)});"
        "t = survey.mean(survey.SurveyDesign(f, stratum='h'), 'y', 'd');"
        "print([x.hex() for x in t.se], [x.hex() for x in t.estimate])"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(told) == 1


def test_two_waves_of_the_same_psus_are_not_independent() -> None:
    rng = np.random.default_rng(1)
    level = rng.normal(500, 100, 30)
    waves = [
        pd.DataFrame({"y": level + 10 * wave + rng.normal(0, 3, 30), "c": range(30), "wave": wave}) for wave in (0, 1)
    ]
    held = survey.SurveyDesign(pd.concat(waves, ignore_index=True), psu="c")
    pair = survey.pairwise(held, "y", "wave").iloc[0]
    apart = np.sqrt((survey.mean(held, "y", "wave").se ** 2).sum())
    paired = (waves[1].y - waves[0].y).std() / np.sqrt(30)
    assert pair.se == pytest.approx(paired, rel=1e-9)
    assert pair.se < apart / 10


def test_dunn_on_likert_items_is_a_number_and_corrects_ties() -> None:
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(2)
    y, g = rng.choice([2, 3, 4], 90), np.repeat(list("abc"), 30)
    found = survey.kruskal_wallis(y, g)
    expected = stats.kruskal(*(y[g == one] for one in "abc"))
    assert found.statistic == pytest.approx(expected.statistic, rel=1e-12)
    assert found.pairs.p.notna().all()
    posthocs = pytest.importorskip("scikit_posthocs")
    matrix = posthocs.posthoc_dunn([y[g == one] for one in "abc"], p_adjust="holm").to_numpy()
    assert found.pairs.p_adjusted.tolist() == pytest.approx(matrix[np.triu_indices(3, 1)].tolist(), rel=1e-9)


def test_missing_rows_do_not_inflate_n_in_classical_tests() -> None:
    rng = np.random.default_rng(3)
    y, g = rng.normal(size=60), np.repeat(list("ab"), 30)
    more, groups = np.append(y, [np.nan] * 500), np.append(g, ["a"] * 500)
    for function in (survey.kruskal_wallis, survey.welch):
        one, other = function(y, g), function(more, groups)
        assert (other.n, other.n_missing) == (60, 500)
        assert one.p == pytest.approx(other.p, rel=1e-12)
        pd.testing.assert_frame_equal(one.pairs, other.pairs)


def test_pairwise_p_values_are_two_sided() -> None:
    y, g = [1, 2, 3, 4, 5, 6, 7, 8], list("aaaabbbb")
    one = survey.kruskal_wallis(y, g, adjust="none")
    # with two groups Dunn's z² is H, so the two-sided p is H's own
    assert one.pairs.p[0] == pytest.approx(one.p, rel=1e-12)


def test_games_howell_does_not_depend_on_the_order_of_levels() -> None:
    rng = np.random.default_rng(4)
    y, g = rng.normal(size=90), np.repeat(list("abc"), 30)
    one = survey.welch(y, g).pairs.set_index(["a", "b"])
    renamed = survey.welch(y, np.array([{"a": "z", "b": "b", "c": "a"}[x] for x in g])).pairs.set_index(["a", "b"])
    assert one.p_adjusted[("a", "c")] == pytest.approx(renamed.p_adjusted[("a", "z")], rel=1e-10)
    assert one.p_adjusted[("b", "c")] == pytest.approx(renamed.p_adjusted[("a", "b")], rel=1e-10)


def test_holm_is_holm_and_not_holm_sidak() -> None:
    assert survey.adjust_p([0.01, 0.02, 0.03], "holm").tolist() == pytest.approx([0.03, 0.04, 0.04], rel=1e-12)
    with pytest.raises(survey.SurveyError, match="method must be one of"):
        survey.adjust_p([0.01], "holm-sidak")


def test_pairs_are_adjusted_unless_told_otherwise(people, plain) -> None:
    pairs = survey.pairwise(plain(people()), "u1", "d")
    assert pairs.p_adjusted.tolist() == pytest.approx(survey.adjust_p(pairs.p, "holm").tolist())
    assert (pairs.p_adjusted >= pairs.p).all()
    dunn = survey.kruskal_wallis(people().x, people().d).pairs
    assert dunn.p_adjusted.tolist() == pytest.approx(survey.adjust_p(dunn.p, "holm").tolist())


def test_readers_are_told_about_equal_holm_values_and_disagreeing_tests() -> None:
    assert "Equal adjusted values are no fault" in (survey.adjust_p.__doc__ or "")
    assert "the overall test rejects but no pair does" in (survey.pairwise.__doc__ or "").lower()


def test_a_missing_margin_is_refused_and_never_weighted_1(people, plain) -> None:
    frame = people()
    frame.loc[5, "sex"] = None
    with pytest.raises(survey.SurveyError, match=r"margin 'sex' is missing in rows 5$"):
        survey.rake(plain(frame), {"sex": {"f": 100, "m": 100}})


def test_raking_starts_from_the_designs_weights(people, plain) -> None:
    frame = people()
    raked = survey.weights(survey.rake(plain(frame), {"sex": {"f": 300, "m": 200}}))
    ratio = raked / frame.w
    for sex, total in (("f", 300), ("m", 200)):
        inside = frame.sex == sex
        assert raked[inside].sum() == pytest.approx(total)
        assert np.ptp(ratio[inside]) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("method", ["ml", "reml"])
def test_fay_herriot_is_at_the_top_of_its_likelihood(method: str) -> None:
    rng = np.random.default_rng(5)
    x = np.column_stack([np.ones(20), rng.normal(size=20)])
    d = rng.uniform(0.3, 3, 20)
    y = x @ [1, 2] + rng.normal(0, 1, 20) + rng.normal(0, np.sqrt(d))
    found = survey.fay_herriot(y, d, x, method=method)

    def likelihood(variance: float) -> float:
        w = 1 / (variance + d)
        inner = x.T @ (w[:, None] * x)
        residual = y - x @ np.linalg.solve(inner, x.T @ (w * y))
        value = 0.5 * np.log(w).sum() - 0.5 * (w * residual**2).sum()
        return value - (0.5 * np.linalg.slogdet(inner)[1] if method == "reml" else 0.0)

    top = likelihood(found.variance)
    for step in (1e-3, 1e-2, 0.1):
        assert likelihood(found.variance + step) < top
        assert likelihood(max(found.variance - step, 0.0)) < top
    # a flat top hides digits from the likelihood, not from its slope
    e = 1e-6
    assert (likelihood(found.variance + e) - likelihood(found.variance - e)) / (2 * e) == pytest.approx(0, abs=1e-6)


def test_a_total_of_one_respondent_has_its_error_and_a_mean_of_one_has_none() -> None:
    """R: ``svyby(~y, ~d, design, svytotal)``: whether that one person is drawn varies."""
    frame = pd.DataFrame({"y": [2.5, 3.5, 7.0, 1.0], "d": list("aaab")})
    total = survey.total(survey.SurveyDesign(frame), "y", "d").set_index("d").loc["b"]
    assert (total.estimate, total.note) == (1.0, "one respondent")
    assert total.se == pytest.approx(1.0)
    assert np.isnan(total.low)
    mean = survey.mean(survey.SurveyDesign(frame), "y", "d").set_index("d").loc["b"]
    assert (mean.estimate, mean.note) == (1.0, "one respondent")
    assert np.isnan(mean.se)


def test_one_answer_far_from_the_others_has_no_error_made_of_rounding() -> None:
    """Moments are taken about the middle of all answers: what cancels there is no variation."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"x": rng.gamma(2, 10, 60).round(2), "z": rng.gamma(2, 10, 60).round(2), "d": "many"})
    frame["w"] = rng.uniform(0.5, 6, 60).round(4)
    frame.loc[0, ["x", "z", "d"]] = 0.37, 0.11, "one"
    frame.loc[[1, 2], ["x", "z", "d"]] = 0.31, 0.07, "alike"
    held = survey.SurveyDesign(frame, weight="w")
    both = survey.Composite("both", (("x",), ("z",)))
    for variable in ("x", both):
        table = survey.mean(held, variable, "d").set_index("d")
        assert table.note.to_dict() == {"alike": "constant", "many": "", "one": "one respondent"}
        assert table.se[["alike", "one"]].isna().all()
        within = survey.covariance(held, variable, "d")
        assert within.loc["one", "one"] == within.loc["alike", "alike"] == 0
    shares = survey.ratio(held, "x", "z", "d").set_index("d")
    assert shares.se[["alike", "one"]].isna().all()


def test_a_stratum_whose_answers_in_a_domain_are_all_blank_is_none_of_those_averaged() -> None:
    """Blank answers and no rows at all say the same of a domain; R counts the strata with answers too."""
    rng = np.random.default_rng(1)
    frame = pd.DataFrame({"h": np.append(np.arange(30) % 5, 9), "y": np.append(rng.integers(1, 5, 30), 3.0)})
    frame["d"] = np.where(np.arange(31) % 3 == 1, "b", "a")
    last = (frame.h == 4) & (frame.d == "a")
    blank = survey.SurveyDesign(frame.assign(y=frame.y.mask(last)), stratum="h", lonely="average")
    absent = survey.SurveyDesign(frame.assign(d=frame.d.mask(last)), stratum="h", lonely="average")
    one, other = (survey.mean(held, "y", "d") for held in (blank, absent))
    assert one.se.tolist() == pytest.approx(other.se.tolist(), rel=1e-12)
    pairs = [survey.pairwise(held, "y", "d").se[0] for held in (blank, absent)]
    assert pairs[0] == pytest.approx(pairs[1], rel=1e-12)


def test_a_wilcoxon_test_without_degrees_of_freedom_says_so() -> None:
    frame = pd.DataFrame({"y": [1, 2, 3, 4, 2, 3], "c": [0, 0, 0, 1, 1, 1], "d": list("ababab")})
    test = survey.rank_test(survey.SurveyDesign(frame, psu="c"), "y", "d", kind="wilcoxon")
    assert (test.df, test.ddf, test.note) == (0.0, 0.0, "no degrees of freedom")


def test_ranks_of_wide_values_are_compared_in_pairs() -> None:
    """The numbers of the test of two groups, and the chance of being higher by its own definition."""
    rng = np.random.default_rng(2)
    frame = pd.DataFrame({"y": rng.normal(size=40).round(3), "w": rng.uniform(1, 3, 40), "d": list("ab") * 20})
    held = survey.SurveyDesign(frame, weight="w")
    pair, test = survey.pairwise_ranks(held, "y", "d").iloc[0], survey.rank_test(held, "y", "d", kind="wilcoxon")
    assert abs(pair.t) == pytest.approx(abs(test.statistic))
    assert pair.difference == pytest.approx(test.scores[0] - test.scores[1])
    (a, of_a), (b, of_b) = ((part.y.to_numpy(), part.w.to_numpy()) for _, part in frame.groupby("d"))
    wins = (a[:, None] > b) + (a[:, None] == b) / 2
    assert pair.superiority == pytest.approx(of_a @ wins @ of_b / of_a.sum() / of_b.sum())
    assert 0 < pair.superiority_low < pair.superiority < pair.superiority_high < 1


@pytest.mark.parametrize("told", [{}, {"psu": "c"}, {"stratum": "s", "psu": "c", "weight": "w"}])
def test_the_chance_of_being_higher_does_not_depend_on_how_its_values_are_read(told: dict[str, str]) -> None:
    """By shares of levels, or row by row where there are too many values: one number, one variance."""
    rng = np.random.default_rng(5)
    frame = pd.DataFrame({"y": rng.integers(1, 5, 200).astype(float), "d": rng.choice(list("abcd"), 200)})
    frame = frame.assign(w=rng.uniform(1, 3, 200), s=np.repeat([0, 1], 100), c=np.arange(200) // 5)
    frame.loc[::7, "y"], frame.loc[::11, "d"] = np.nan, None
    # the same order of answers; the fifth group's own many values make the variable a wide one
    more = frame[:100].assign(d="e", y=10 + rng.uniform(size=100))
    few, many = (
        survey.pairwise_ranks(survey.SurveyDesign(part, **told), "y", "d").set_index(["a", "b"])
        for part in (frame, pd.concat([frame, more.assign(w=1e-9)], ignore_index=True))
    )
    columns = ["superiority", "superiority_low", "superiority_high"]
    theta, low, high = (few[name].to_numpy() for name in columns)
    again = many.loc[few.index]
    assert again["superiority"].to_numpy() == pytest.approx(theta, rel=1e-12)
    # limits differ by their t alone
    t = [np.log(high / low * (1 - low) / (1 - high)) / reference.t_quantile(0.975, few["df"].to_numpy())]
    low, high = again["superiority_low"].to_numpy(), again["superiority_high"].to_numpy()
    t += [np.log(high / low * (1 - low) / (1 - high)) / reference.t_quantile(0.975, again["df"].to_numpy())]
    assert t[0] == pytest.approx(t[1], rel=1e-2)


@pytest.mark.parametrize("step", [1, 0.37])
def test_groups_that_do_not_overlap_have_a_chance_with_the_widest_limits(step: float) -> None:
    """No variance is left to go by: Wilson's limits with the largest one, 1 to m/(m + t²)."""
    frame = pd.DataFrame({"y": np.arange(50) * step + np.repeat([0, 100], [30, 20]), "d": ["b"] * 30 + ["a"] * 20})
    pair = survey.pairwise_ranks(survey.SurveyDesign(frame), "y", "d").iloc[0]
    t = reference.t_quantile(0.975, 49)
    assert (pair.superiority, pair.note) == (1, "")
    assert [pair.superiority_low, pair.superiority_high] == pytest.approx([20 / (20 + t**2), 1])
    # weights that leave few people to speak, and fewer clusters, widen them
    heavy = survey.SurveyDesign(frame.assign(w=np.where(np.arange(50) == 40, 19, 1)), weight="w")
    few = survey.SurveyDesign(frame.assign(c=np.arange(50) // 2), psu="c")
    for held, size in ((heavy, 38**2 / (19**2 + 19)), (few, 10)):
        pair = survey.pairwise_ranks(held, "y", "d").iloc[0]
        t = reference.t_quantile(0.975, pair.df)
        assert pair.superiority_low == pytest.approx(size / (size + t**2))


@pytest.mark.parametrize("told", [{}, {"psu": "c"}])
def test_groups_that_do_not_overlap_under_any_weights_have_no_interval_made_of_rounding(told: dict[str, str]) -> None:
    """Shares of unequal weights add to 1 but for their last digit: what is left is no chance and no variance."""
    for seed in range(24):
        rng = np.random.default_rng(seed)
        frame = pd.DataFrame({"d": rng.choice(list("ab"), 20), "w": rng.uniform(0.1, 9, 20), "y": rng.uniform(size=20)})
        frame = frame.assign(y=frame.y + 2 * (frame.d == "b"), c=np.arange(20) // 2, s=np.arange(20) % 2)
        held = survey.SurveyDesign(frame, weight="w", **told)
        for part in (held, survey.rake(held, {"s": {0: 31, 1: 42}})):
            pair = survey.pairwise_ranks(part, "y", "d").iloc[0]
            assert pair.superiority == 0
            assert pair.superiority_low == pytest.approx(0, abs=1e-15)
            assert pair.superiority_high > 0.05


def test_a_group_without_answers_has_no_chance_of_being_higher() -> None:
    frame = pd.DataFrame({"y": [1, 2, 3, 4, np.nan, np.nan], "d": list("aabbcc")})
    pairs = survey.pairwise_ranks(survey.SurveyDesign(frame), "y", "d")
    assert pairs["superiority"].isna().tolist() == [False, True, True]
    assert pairs["note"].tolist()[1:] == ["no respondents"] * 2


def test_a_median_whose_share_is_the_same_in_every_psu_has_no_interval_without_width() -> None:
    frame = pd.DataFrame({"y": [1.0, 2, 3, 4, 1, 2, 3, 4], "c": [0, 0, 0, 0, 1, 1, 1, 1]})
    row = survey.quantile(survey.SurveyDesign(frame, psu="c"), "y", 0.5).iloc[0]
    assert (row.estimate, row.df, row.note) == (2.0, 1.0, "undefined")
    assert np.isnan([row.se, row.low, row.high]).all()


def test_a_group_in_strata_of_one_psu_alone_has_no_test_under_average() -> None:
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"y": rng.normal(size=31), "h": np.append(np.arange(30) % 5, 9), "d": ["a", "b"] * 15 + ["c"]})
    held = survey.SurveyDesign(frame, stratum="h", lonely="average")
    test = survey.rank_test(held, "y", "d")
    assert test.note == "no degrees of freedom"
    assert np.isnan([test.statistic, test.p]).all()
    assert survey.pairwise_ranks(held, "y", "d").set_index("b").loc["c", "p"].isna().all()
    means = survey.contrast(held, "y", "d", pd.DataFrame({"a": [1.0, 1.0], "b": [-1.0, 0.0], "c": [0.0, -1.0]}))
    pair = survey.pairwise(held, "y", "d", adjust="none").iloc[0]
    assert means.se[0] == pytest.approx(pair.se)
    assert (means.note.tolist(), np.isnan(means.se[1])) == (["", "undefined"], True)
    for adjust in ("holm", "max-t"):
        assert survey.pairwise(held, "y", "d", adjust=adjust).note.tolist() == ["", "one respondent", "one respondent"]
        assert survey.against_whole(held, "y", "d", adjust=adjust).note.tolist() == ["", "", "one respondent"]


def test_what_domains_are_held_against_has_the_error_of_the_whole_under_average() -> None:
    """Its parts lie in the domains, whose own strata are others than the sample's; R's svymean counts the sample's."""
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"y": rng.integers(1, 5, 32), "h": np.append(np.arange(30) % 5, [8, 9])})
    frame["d"] = np.where(frame.h < 2, "a", "b")
    held = survey.SurveyDesign(frame, stratum="h", lonely="average")
    sums = sums_for(held, ["y"], ("d",))
    spread = covariances(sums, [mean_of(sums, "y", of_whole=True)]).sum()
    assert np.sqrt(spread) == pytest.approx(survey.mean(held, "y").se[0], rel=1e-12)


@pytest.mark.parametrize("fitted", [False, True])
def test_clusters_that_are_all_alike_leave_no_error_made_of_rounding(*, fitted: bool) -> None:
    """What cancels within every cluster but for its last digit is no variation: no interval, no test."""
    rng = np.random.default_rng(0)
    for _ in range(12):
        one = pd.DataFrame({"y": rng.integers(1, 5, 12), "x": rng.normal(size=12), "d": list("ab") * 6})
        one = one.assign(e=list("pqr") * 4, w=rng.uniform(0.3, 4, 12))
        five = pd.concat([one.assign(c=place) for place in range(5)]).sample(frac=1, random_state=0)
        held = survey.SurveyDesign(five, weight="w", psu="c")
        held = survey.rake(held, {"d": {"a": 33, "b": 44}}) if fitted else held
        for table in (
            survey.mean(held, ["y", "x"], "e"),
            survey.ratio(held, "y", "x", "e"),
            survey.proportion(held, "y", [1, 2], "e"),
            survey.quantile(held, "x", 0.4, "e"),
            survey.pairwise(held, ["y", "x"], "e"),
            survey.against_whole(held, ["y", "x"], "e"),
            survey.contrast(held, ["y", "x"], "e", pd.Series({("y", "p"): 1.0, ("x", "q"): 1.0})),
            survey.pairwise_ranks(held, "y", "e"),
            survey.pairwise_ranks(held, "x", "e"),
        ):
            assert not np.isin(table["note"], ["", "caution"]).any()
            assert np.isnan(table[["low", "high"]].to_numpy()).all()
        for kind, by in (("wilcoxon", "d"), ("kruskal-wallis", "e"), ("median", "d")):
            assert {survey.rank_test(held, item, by, kind=kind).note for item in "yx"} == {"constant"}
        assert survey.chi_square(held, "y", "e").note == "constant"
        assert survey.alpha(held, ["y", "x"]).note == "constant"


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e6])
@pytest.mark.parametrize("told", [{}, {"psu": "c"}])
def test_a_ratio_far_from_zero_keeps_its_standard_error(offset: float, told: dict[str, str]) -> None:
    """Rupiah over Rupiah: what lies far out in both columns is no variation, and hides none."""
    rng = np.random.default_rng(3)
    a, b, w, c = rng.uniform(size=60), rng.uniform(size=60), rng.uniform(0.5, 3, 60), np.arange(60) // 3
    frame = pd.DataFrame({"x": offset + a, "z": offset + b, "w": w, "c": c})
    # x - ratio·z without subtracting large numbers from each other
    residual = a - b - (w * (a - b)).sum() / (w * frame.z).sum() * frame.z
    scores = (w * residual / (w * frame.z).sum()).groupby(c if told else np.arange(60)).sum()
    se = np.sqrt(len(scores) * scores.var())
    row = survey.ratio(survey.SurveyDesign(frame, weight="w", **told), "x", "z").iloc[0]
    assert (row.note, row.se) == ("", pytest.approx(se, rel=1e-8))
