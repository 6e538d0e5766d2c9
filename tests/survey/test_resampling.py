"""The Rao-Wu bootstrap: its law of drawing, unit by unit, and what follows from it."""

import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.survey.replicates import resampling
from analysis.survey.replicates.bootstrap import Replicates, summary


def laws(frame: pd.DataFrame) -> dict[str, resampling.Law]:
    """The same sample drawn by clusters, person by person, and by the counts of people alike."""
    by_person = survey.SurveyDesign(frame, weight="w", stratum="h")
    people = resampling.law_of_people(by_person, resampling.patterns(by_person, ["u1"], ("d",)))
    clusters = survey.SurveyDesign(frame, weight="w", stratum="h", psu="c")
    return {
        "clusters": resampling.law_of_psus(clusters),
        "people": people,
        "counts": people._replace(members=None),
    }


@pytest.fixture
def uneven(people) -> pd.DataFrame:
    """Strata of different sizes, and few different rows."""
    frame = people(240)
    frame = frame[(frame.h > 0) | (frame.index < 60)].reset_index(drop=True)
    return frame.assign(w=frame.h + 1.0, N=(frame.h + 4) * 40)


@pytest.mark.parametrize("way", ["clusters", "people", "counts"])
def test_one_less_than_all_are_drawn_in_every_stratum(uneven, way: str) -> None:
    law = laws(uneven)[way]
    taken = resampling.times_taken(law, np.random.default_rng(0), 6000)
    for stratum, n in enumerate(law.sampled):
        assert (taken[law.stratum == stratum].sum(axis=0) == n - 1).all()
    n = law.sampled[law.stratum]
    chance = law.times / n
    error = np.sqrt(chance / 6000)
    assert (np.abs(taken.mean(axis=1) / (n - 1) - chance) < 5 * error / np.sqrt(n - 1)).all()
    assert (taken.var(axis=1) / ((n - 1) * chance * (1 - chance))) == pytest.approx(np.ones(len(n)), abs=0.2)
    multiplier = law.keep + law.factor * taken.mean(axis=1)
    assert multiplier == pytest.approx(np.ones(len(n)), abs=0.1)


@pytest.mark.parametrize("population", [None, "N"])
@pytest.mark.parametrize("psu", [None, "c"])
def test_a_totals_variance_is_the_designs_own(uneven, psu: str | None, population: str | None) -> None:
    frame = uneven.assign(N=(uneven.h + 2) * 8) if psu else uneven
    held = survey.SurveyDesign(frame, weight="w", stratum="h", psu=psu, population=population)

    def total(weights, values, domain):
        return weights @ np.nan_to_num(values[:, 0])

    drawn = survey.bootstrap(held, "u1", statistic=total, draws=4000).iloc[0]
    straight = survey.total(held, "u1").iloc[0]
    assert drawn.estimate == pytest.approx(straight.estimate, rel=1e-12)
    assert drawn.se == pytest.approx(straight.se, rel=0.05)


def test_people_and_their_counts_are_one_law(uneven) -> None:
    laid = laws(uneven)
    one, other = (resampling.times_taken(laid[way], np.random.default_rng(1), 4000) for way in ("people", "counts"))
    weight = np.arange(len(one)) % 7
    assert (weight @ one).mean() == pytest.approx((weight @ other).mean(), rel=0.005)
    assert (weight @ one).std() == pytest.approx((weight @ other).std(), rel=0.06)


def test_means_are_those_of_the_general_way(people, design) -> None:
    """The product of draws and sums gives what a statistic of the weights gives, in every domain and with blanks."""
    held = design(people(200))

    def means(weights, values, domain):
        out = [
            np.where(here := (domain == place) & ~np.isnan(values[:, 0]), weights, 0.0)
            @ np.where(here, values[:, 0], 0)
            / np.where(here, weights, 0.0).sum(axis=1)
            for place in range(5)
        ]
        return np.column_stack(out)

    quick = survey.bootstrap(held, "u1", "d", draws=300, seed=5)
    general = survey.bootstrap(held, "u1", "d", statistic=means, draws=300, seed=5)
    for column in ("estimate", "se", "low", "high"):
        assert quick[column].tolist() == pytest.approx(general[column].tolist(), rel=1e-10)


def test_several_items_are_drawn_together_or_alone_with_the_same_errors(people, plain) -> None:
    """Many people alike are drawn by their counts, item by item; few are drawn one by one."""
    many = pd.concat([people(300).assign(w=1.0)] * 30, ignore_index=True)
    held = survey.SurveyDesign(many, stratum="h")
    table = survey.bootstrap(held, ["u1", "u2"], "d", draws=1500)
    straight = survey.mean(held, ["u1", "u2"], "d")
    assert table.estimate.tolist() == pytest.approx(straight.estimate.tolist(), rel=1e-12)
    assert (table.se / straight.se).tolist() == pytest.approx([1.0] * 10, abs=0.08)


def test_a_domain_nobody_answered_in_and_one_outside_the_subset(people, design) -> None:
    frame = people(200)
    frame.loc[frame.d == "b", "u1"] = np.nan
    table = survey.bootstrap(design(frame).subset(frame.d != "c"), "u1", "d", draws=50).set_index("d")
    assert table.draws[["a", "b", "c"]].tolist() == [50, 0, 0]
    assert table.loc[["b", "c"], ["estimate", "se", "low", "high"]].isna().all(axis=None)


def test_limits_and_error_are_of_the_replicates_that_are_defined() -> None:
    """Percentiles are numpy's (R's type 7), whatever the order of draws and wherever a statistic is undefined."""
    rng = np.random.default_rng(0)
    drawn = rng.normal(size=(201, 3))
    drawn[rng.permutation(201)[:60], 1] = np.nan
    drawn[1:, 2] = np.nan
    told = summary(Replicates(np.array([0.1, 0.2, 0.3]), drawn), 0.9)
    assert told["draws"].tolist() == [201, 141, 1]
    for place in (0, 1):
        own = drawn[np.isfinite(drawn[:, place]), place]
        assert [told["low"][place], told["high"][place]] == pytest.approx(np.quantile(own, [0.05, 0.95]), rel=1e-14)
        assert told["se"][place] == pytest.approx(np.sqrt(np.mean((own - [0.1, 0.2][place]) ** 2)), rel=1e-13)
    assert np.isnan([told["low"][2], told["high"][2], told["se"][2]]).all()


def margins_of(frame: pd.DataFrame) -> dict[str, dict[object, float]]:
    """Totals of two columns, far from the sample's own."""
    total = frame.w.sum()
    return {
        "sex": {"f": 0.6 * total, "m": 0.4 * total},
        "g": dict(zip("pqr", np.array([0.5, 0.2, 0.3]) * total, strict=True)),
    }


@pytest.fixture
def explained(people) -> pd.DataFrame:
    """Answers that the margins say much of."""
    frame = people(360)
    rng = np.random.default_rng(5)
    frame["g"] = rng.choice(list("pqr"), len(frame))
    frame["y"] = (frame.sex == "f") * 3.0 + frame.g.map({"p": 0.0, "q": 2.0, "r": 5.0}) + rng.normal(0, 1, len(frame))
    frame.loc[::8, "y"] = np.nan
    return frame


@pytest.mark.parametrize("way", ["raked", "post-stratified"])
def test_fitted_weights_are_fitted_anew_in_every_replicate(explained, design, way: str) -> None:
    """The error is the linearised one of residuals about the margins, not that of weights taken as given."""
    wanted = margins_of(explained)
    held = design(explained)
    fitted = survey.rake(held, wanted) if way == "raked" else survey.poststratify(held, "g", wanted["g"])
    for source, by in ((fitted, None), (fitted.subset(explained.d != "c"), "d")):
        drawn = survey.bootstrap(source, "y", by, draws=1500)
        straight = survey.mean(source, "y", by)
        told = (straight.n > 0).to_numpy()
        assert drawn.estimate[told].tolist() == pytest.approx(straight.estimate[told].tolist(), rel=1e-12)
        assert (drawn.se / straight.se)[told].tolist() == pytest.approx([1.0] * told.sum(), abs=0.14)
    whole = survey.bootstrap(fitted, "y", draws=1500).se[0]
    assert whole < (0.75 if way == "raked" else 1.0) * survey.bootstrap(held, "y", draws=1500).se[0]


def test_a_replicates_weights_are_those_raked_from_its_own(explained, design) -> None:
    fitted = survey.rake(design(explained), margins_of(explained))
    held = resampling.patterns(fitted, ["u1", "x"], ("d",))
    rng = np.random.default_rng(2)
    multiplier = rng.uniform(0.2, 3, (len(explained), 4))[held.row]
    assert fitted.calibration is not None
    before = fitted.calibration.before[held.row] * held.times
    found = resampling.refitted(before[:, None] * multiplier, fitted, held)
    for place in range(4):
        rows = explained.iloc[held.row].assign(w=before * multiplier[:, place])
        again = survey.weights(survey.rake(survey.SurveyDesign(rows, weight="w"), margins_of(explained)))
        assert found[:, place] == pytest.approx(again.to_numpy(), rel=1e-6)


def test_a_replicate_without_a_category_is_not_defined() -> None:
    frame = pd.DataFrame({"y": np.arange(12) % 4 + 1, "x": np.arange(12) % 3, "g": ["p"] * 11 + ["q"]})
    fitted = survey.poststratify(survey.SurveyDesign(frame), "g", {"p": 60, "q": 40})
    table = survey.bootstrap(fitted, "y", draws=400)
    # one of twelve is drawn in 1 - (11/12)^11 of the draws
    assert table.draws[0] / 400 == pytest.approx(1 - (11 / 12) ** 11, abs=0.07)
    assert np.isfinite(table[["se", "low", "high"]].to_numpy(dtype=float)).all()
    assert survey.drivers(fitted, "y", ["x"], draws=50).table.low.notna().all()


@pytest.fixture
def alone() -> pd.DataFrame:
    """Two strata of four clusters and one of a single cluster, out of five."""
    rng = np.random.default_rng(3)
    frame = pd.DataFrame({"c": np.repeat(np.arange(9), 5), "h": np.repeat([0] * 4 + [1] * 4 + [2], 5)})
    frame["y"] = rng.integers(1, 5, len(frame)) + (frame.h == 2) * 2.0
    return frame.assign(N=frame.h.map({0: 9, 1: 9, 2: 5}), d=np.arange(45) % 2)


@pytest.mark.parametrize("psu", ["c", None])
@pytest.mark.parametrize("lonely", ["certainty", "adjust"])
@pytest.mark.parametrize("population", ["N", None])
def test_a_unit_alone_varies_as_its_policy_says(alone, psu: str | None, lonely: str, population: str | None) -> None:
    frame = alone if psu else alone.iloc[[*range(0, 40, 2), 40]]
    frame = frame if psu else frame.assign(N=frame.N.where(frame.h == 2, 20))
    held = survey.SurveyDesign(frame, stratum="h", psu=psu, population=population, lonely=lonely)
    drawn, straight = survey.bootstrap(held, "y", draws=3000).iloc[0], survey.mean(held, "y").iloc[0]
    assert drawn.se == pytest.approx(straight.se, rel=0.06)
    assert (drawn.n, drawn.n_missing, drawn.note) == (len(frame), 0, "")


@pytest.mark.parametrize("lonely", ["later", "average"])
def test_a_unit_alone_that_no_draws_can_vary_is_refused(alone, lonely: str) -> None:
    held = survey.SurveyDesign(alone, stratum="h", psu="c", lonely=lonely)
    told = "one PSU only in stratum 2: for a bootstrap join it with another, or choose lonely='certainty' or 'adjust'"
    for work in (lambda: survey.bootstrap(held, "y"), lambda: survey.drivers(held, "y", ["d"])):
        with pytest.raises(survey.SurveyError, match=told):
            work()


def test_domains_without_an_interval_say_why() -> None:
    """As in ``mean``: no interval of no width, none from a few of the draws without a word."""
    frame = pd.DataFrame({"y": [1.0, 2, 4, 4, 4, 3, 1, 2, 4, 3], "d": list("aabbbcdddd")})
    frame = pd.concat([frame, frame.assign(y=np.nan, d="e")[:2]], ignore_index=True)
    table = survey.bootstrap(survey.SurveyDesign(frame), "y", "d", draws=400).set_index("d")
    assert table.note.to_dict() == {
        "a": "caution",
        "b": "constant",
        "c": "one respondent",
        "d": "",
        "e": "no respondents",
    }
    assert table.n_missing.tolist() == [0, 0, 0, 0, 2]
    assert table.loc[["b", "c", "e"], ["se", "low", "high"]].isna().all(axis=None)
    assert table.loc[["a", "d"], ["se", "low", "high"]].notna().all(axis=None)
    # a domain of two of twelve is in none of the draws of (10/12)^11
    assert table.draws["a"] / 400 == pytest.approx(1 - (10 / 12) ** 11, abs=0.07)
    whole = survey.SurveyDesign(frame.assign(N=12), population="N")
    census = survey.bootstrap(whole, "y", draws=20).iloc[0]
    assert (census.note, census.se) == ("census", 0.0)
    assert np.isnan(census.low)


def test_a_statistic_that_does_not_vary_and_one_of_the_wrong_shape() -> None:
    held = survey.SurveyDesign(pd.DataFrame({"y": [1.0, 2, 3, 4]}))

    def never(weights, values, domain):
        total = weights.sum(axis=1)
        return np.column_stack([total, total * np.nan])

    table = survey.bootstrap(held, "y", statistic=never, draws=20)
    assert table.note.tolist() == ["constant", "undefined"]
    assert table[["se", "low", "high"]].isna().all(axis=None)
    with pytest.raises(survey.SurveyError, match=r"returned shape \(4,\) for 1 draws; it must give a row per draw"):
        survey.bootstrap(held, "y", statistic=lambda weights, *_: weights.sum(axis=0))
    with pytest.raises(survey.SurveyError, match="bootstrap takes columns, not the composite 'i'"):
        survey.bootstrap(held, survey.Composite("i", (("y",),)))


def test_a_draw_that_lacks_a_category_or_cannot_be_raked_has_no_weights_at_all(explained, design) -> None:
    """Also those of rows whose own categories are there, and only of that draw."""
    frame = explained[~((explained.sex == "m") & (explained.g == "p"))].reset_index(drop=True)
    total = frame.w.sum()
    wanted = {
        "sex": {"f": 0.6 * total, "m": 0.4 * total},
        "g": dict(zip("pqr", np.array([0.4, 0.3, 0.3]) * total, strict=True)),
    }
    fitted = survey.rake(design(frame), wanted)
    held = resampling.patterns(fitted, ["u1"], ())
    weights = np.repeat((held.weight * held.times)[:, None], 4, axis=1)
    kind = frame.iloc[held.row]
    weights[kind.g == "q", 1] = 0.0
    # without women in q or r, those in p would have to be 60 and 40 in a hundred at once
    weights[(kind.sex == "f") & (kind.g != "p"), 2] = 0.0
    found = resampling.refitted(weights, fitted, held)
    assert np.isnan(found[:, 1]).all()
    assert np.isnan(found[:, 2]).all()
    assert found[:, [0, 3]] == pytest.approx(weights[:, [0, 3]], rel=1e-6)
