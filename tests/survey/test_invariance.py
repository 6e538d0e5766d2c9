"""Four promises of every statistic: blanks change only n_missing, swapped groups flip the sign, rows may come in any
order."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import survey

INDEX = survey.Composite("index", (("u1",), ("u2", "u3")), scale=25)
MARGINS = {"sex": {"f": 300.0, "m": 260.0}}
Found = Any
STATISTICS: dict[str, Callable[[survey.SurveyDesign], Found]] = {
    "mean": lambda d: survey.mean(d, ["u1", "x"], "d"),
    "composite": lambda d: survey.mean(d, INDEX, "d"),
    "total": lambda d: survey.total(d, ["u1", "x"], "d"),
    "ratio": lambda d: survey.ratio(d, "x", "u1", "d"),
    "proportion": lambda d: survey.proportion(d, "u1", [1, 2], "d"),
    "quantile": lambda d: survey.quantile(d, "x", [0.3, 0.5], "d"),
    "pairwise": lambda d: survey.pairwise(d, ["u1", INDEX], "d"),
    "pairwise max-t": lambda d: survey.pairwise(d, "u1", "d", adjust="max-t"),
    "against_whole": lambda d: survey.against_whole(d, ["u1", INDEX], "d"),
    "covariance": lambda d: survey.covariance(d, ["u1", "u2"], "d"),
    "rank_test": lambda d: vars(survey.rank_test(d, "u1", "d")),
    "rank_test wide": lambda d: vars(survey.rank_test(d, "x", "d")),
    "pairwise_ranks": lambda d: survey.pairwise_ranks(d, "u1", "d"),
    "chi_square": lambda d: vars(survey.chi_square(d, "u1", "d")),
    "alpha": lambda d: {k: v for k, v in vars(survey.alpha(d, ["u1", "u2", "u3"])).items() if k != "items"},
    "raked mean": lambda d: survey.mean(survey.rake(d, MARGINS), ["u1", INDEX], "d"),
}


def same(one: Found, other: Found, rel: float, leave: tuple[str, ...] = ()) -> None:
    if isinstance(one, pd.DataFrame):
        a, b = (part.drop(columns=[name for name in leave if name in part.columns]) for part in (one, other))
        pd.testing.assert_frame_equal(a, b, rtol=rel, atol=1e-13, check_exact=False)
        return
    for key in one:
        if key in leave:
            continue
        if isinstance(one[key], str | tuple) and not isinstance(one[key], float):
            assert one[key] == other[key] or np.allclose(
                np.array(one[key], float), np.array(other[key], float), rtol=rel
            )
        else:
            assert one[key] == pytest.approx(other[key], rel=rel, abs=1e-13, nan_ok=True), key


@pytest.mark.parametrize("name", STATISTICS)
def test_order_of_rows_is_irrelevant(name: str, design, people) -> None:
    frame = people()
    shuffled = frame.sample(frac=1, random_state=3)
    one, other = (STATISTICS[name](design(part)) for part in (frame, shuffled))
    same(one, other, rel=1e-8 if "max-t" in name else 1e-11)


@pytest.mark.parametrize("name", [name for name in STATISTICS if name not in ("raked mean", "composite", "covariance")])
def test_blank_rows_change_only_n_missing(name: str, people, clusters) -> None:
    """People who answered nothing, in PSUs that are there anyway, change no number but the count of the missing."""
    frame = people()
    silent = frame.groupby("c", as_index=False).head(1).assign(u1=np.nan, u2=np.nan, u3=np.nan, x=np.nan)
    more = pd.concat([frame, silent], ignore_index=True)
    one, other = STATISTICS[name](clusters(frame)), STATISTICS[name](clusters(more))
    same(one, other, rel=1e-11, leave=("n_missing", "whole") if name == "against_whole" else ("n_missing",))
    if isinstance(one, pd.DataFrame) and "n_missing" in one:
        assert (other.n_missing >= one.n_missing).all()
        assert other.n_missing.sum() > one.n_missing.sum()
    elif isinstance(one, dict):
        assert other["n_missing"] == one["n_missing"] + len(silent)


def test_swapping_groups_flips_the_sign(design, people) -> None:
    frame = people()
    names = {"a": "z", "e": "a", "z": "e"}
    swapped = frame.assign(d=frame.d.map(lambda one: names.get(one, one)))
    for function in (survey.pairwise, survey.pairwise_ranks):
        one = function(design(frame), "u1", "d").set_index(["a", "b"]).loc[("a", "e")]
        other = function(design(swapped), "u1", "d").set_index(["a", "b"]).loc[("a", "z")]
        for column in ("difference", "t"):
            assert one[column] == pytest.approx(-other[column], rel=1e-11)
        for column in ("low", "low_sim"):
            assert one[column] == pytest.approx(-other[column.replace("low", "high")], rel=1e-11)
        assert one.p == pytest.approx(other.p, rel=1e-11)


def test_pairs_within_a_level_are_those_of_its_subset(people, clusters) -> None:
    frame = people()
    held = clusters(frame.assign(of=np.where(frame["u2"].fillna(1) > 2, "a", "b")))
    together = survey.pairwise(held, ["u1", INDEX], "d", within="of")
    for level in ("a", "b"):
        alone = survey.pairwise(held.subset(held.frame["of"] == level), ["u1", INDEX], "d")
        shown = ["variable", "a", "b", "n_a", "n_b", "difference", "se", "low", "high", "t", "df", "p"]
        pd.testing.assert_frame_equal(together[together["of"] == level].reset_index(drop=True)[shown], alone[shown])
    # one family: every pair of a variable, whichever level it lies in
    family = together[together["variable"] == "u1"]
    np.testing.assert_allclose(family["p_adjusted"], survey.adjust_p(family["p"].to_numpy(), "holm"))


def test_swapping_groups_flips_the_sign_of_wilcoxons_t(design, people) -> None:
    frame = people()
    one = survey.rank_test(design(frame), "u1", "sex", kind="wilcoxon")
    flipped = frame.assign(sex=frame.sex.map({"f": "m", "m": "f"}))
    other = survey.rank_test(design(flipped), "u1", "sex", kind="wilcoxon")
    assert one.statistic == pytest.approx(-other.statistic, rel=1e-11)
    # the sign says that the second group ranks higher where it does
    assert np.sign(one.statistic) == np.sign(one.scores[1] - one.scores[0])


def test_the_scale_of_weights_is_irrelevant_to_means(people, plain) -> None:
    frame = people()
    one = survey.mean(plain(frame), ["u1", "x", INDEX], "d")
    other = survey.mean(plain(frame.assign(w=frame.w * 1e12)), ["u1", "x", INDEX], "d")
    same(one, other, rel=1e-9)


def test_a_composite_of_one_item_is_that_item(design, people) -> None:
    one = survey.mean(design(people()), "u1", "d")
    other = survey.mean(design(people()), survey.Composite("u1", (("u1",),)), "d")
    same(one, other, rel=1e-12)


def test_variance_of_a_composite_is_that_of_the_sum_of_its_items(design, people) -> None:
    held = design(people())
    joint = survey.covariance(held, ["u1", "u2", "u3"], "d")
    for place, domain in enumerate("abcde"):
        block = joint.xs(domain, level="d").T.xs(domain, level="d").T
        share = np.array([0.5, 0.25, 0.25]) * 25
        assert survey.mean(held, INDEX, "d").se[place] ** 2 == pytest.approx(share @ block.to_numpy() @ share, rel=1e-9)


def test_errors_are_the_roots_of_the_covariances_diagonal(design, people) -> None:
    held = design(people())
    diagonal = np.sqrt(np.diag(survey.covariance(held, ["u1", "x"], "d")))
    assert survey.mean(held, ["u1", "x"], "d").se.tolist() == pytest.approx(diagonal.tolist(), rel=1e-9)


def test_a_contrast_of_two_domains_is_their_pair(design, people) -> None:
    held = design(people())
    pair = survey.pairwise(held, INDEX, "d", adjust="none").iloc[0]
    mixed = survey.contrast(held, INDEX, "d", pd.Series({"a": 1.0, "b": -1.0})).iloc[0]
    assert [mixed.estimate, mixed.se, mixed.df, mixed.p] == pytest.approx(
        [pair.difference, pair.se, pair.df, pair.p], rel=1e-9
    )
