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
