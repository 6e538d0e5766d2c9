"""Results do not hang on the units that answers, variances and covariates come in."""

import numpy as np
import pandas as pd
import pytest

from analysis import survey


@pytest.mark.parametrize("units", [(1e-6, 1e-6, 1e-6), (1e9, 1e9, 1e9), (1.0, 1e-5, 1e5)])
def test_drivers_in_any_unit(units: tuple[float, float, float]) -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(150, 3)), columns=["y", "a", "b"])
    frame["y"] += frame.a + 0.3 * frame.b
    one = survey.drivers(survey.SurveyDesign(frame), "y", ["a", "b"], draws=80)
    other = survey.drivers(survey.SurveyDesign(frame * list(units)), "y", ["a", "b"], draws=80)
    for column in ("lmg", "low", "high", "correlation"):
        assert other.table[column].tolist() == pytest.approx(one.table[column].tolist(), rel=1e-7)


def test_drivers_that_follow_from_each_other_have_no_shares() -> None:
    rng = np.random.default_rng(1)
    frame = pd.DataFrame(rng.normal(size=(60, 2)), columns=["y", "a"]).assign(b=lambda held: 3 * held.a + 2)
    assert survey.drivers(survey.SurveyDesign(frame), "y", ["a", "b"], draws=20).note == "constant"


def height(y: np.ndarray, d: np.ndarray, x: np.ndarray, variance: float, method: str) -> float:
    """The (restricted) log-likelihood, written out."""
    v = np.diag(1 / (variance + d))
    inner = x.T @ v @ x
    residual = y - x @ np.linalg.solve(inner, x.T @ v @ y)
    value = -0.5 * (np.log(variance + d).sum() + residual @ v @ residual)
    return float(value - 0.5 * np.linalg.slogdet(inner)[1] if method == "reml" else value)


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("seed", range(13))
def test_no_variance_is_likelier_than_the_fitted_one(seed: int, method: str) -> None:
    """Sampling variances of twelve orders of magnitude, few areas, effects of none to large."""
    rng = np.random.default_rng(seed)
    count = int(rng.integers(7, 30))
    x = np.column_stack([np.ones(count), rng.normal(size=count) * 10.0 ** rng.integers(-3, 4)])
    d = 10.0 ** rng.uniform(-6, 6, count)
    between = 10.0 ** rng.uniform(-6, 2) if seed % 3 else 0.0
    y = x @ rng.normal(size=2) + rng.normal(size=count) * np.sqrt(between + d)
    found = survey.fay_herriot(y, d, x, method=method)
    tried = [height(y, d, x, variance, method) for variance in (0.0, *np.geomspace(1e-12, 1e8, 2_000))]
    assert height(y, d, x, found.variance, method) >= max(tried) - 1e-9 * abs(max(tried))
    assert np.isfinite(found.table[["eblup", "mse", "weight", "leverage"]].to_numpy()).all()


def test_covariates_that_nearly_repeat_each_other_are_refused_in_any_unit() -> None:
    rng = np.random.default_rng(2)
    y, d = rng.normal(size=20), np.full(20, 0.3)
    x = np.column_stack([np.ones(20), rng.normal(size=20)])
    near = np.column_stack([x, 2e8 * (x[:, 1] + 1e-9 * rng.normal(size=20))])
    with pytest.raises(survey.SurveyError, match="a covariate repeats what the others say"):
        survey.fay_herriot(y, d, near)
    apart = np.column_stack([x, 1e9 * rng.normal(size=20)])
    rescaled = apart / [1, 1, 1e9]
    assert survey.fay_herriot(y, d, apart).variance == pytest.approx(survey.fay_herriot(y, d, rescaled).variance)
