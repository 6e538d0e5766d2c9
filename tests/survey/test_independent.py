"""Numbers computed again by other means: every order of entry, every count, dense likelihoods, steps in plain loops."""

from itertools import permutations
from math import comb

import numpy as np
import pandas as pd
import pytest

from analysis import survey


def gain(y: np.ndarray, x: np.ndarray, w: np.ndarray, chosen: tuple[int, ...]) -> float:
    """R² of a weighted regression on some columns, from its residuals."""
    root = np.sqrt(w)
    table = np.column_stack([np.ones(len(y)), x[:, list(chosen)]]) * root[:, None]
    residual = y * root - table @ np.linalg.lstsq(table, y * root, rcond=None)[0]
    total = (w * (y - np.average(y, weights=w)) ** 2).sum()
    return float(1 - (residual**2).sum() / total)


@pytest.mark.parametrize("seed", range(3))
def test_lmg_is_the_mean_gain_over_every_order_of_entry(seed: int) -> None:
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(60, 4)) @ rng.normal(size=(4, 4)) * [1, 100, 0.01, 1]
    y = x @ [0.5, 0.01, 20, 0.0] + rng.normal(0, 2, 60)
    frame = pd.DataFrame(x, columns=list("abcd")).assign(y=y, w=rng.uniform(0.2, 4, 60))
    own = np.zeros(4)
    for order in permutations(range(4)):
        for place, one in enumerate(order):
            w = frame.w.to_numpy()
            own[one] += gain(y, x, w, order[: place + 1]) - gain(y, x, w, order[:place])
    found = survey.drivers(survey.SurveyDesign(frame, weight="w"), "y", list("abcd"), draws=2).table
    assert found.lmg.tolist() == pytest.approx((own / 24).tolist(), rel=1e-9, abs=1e-12)


def surely_above(
    x: np.ndarray, sigma: np.ndarray, family: set[tuple[int, int]], *, errors: np.ndarray, stretch: float
) -> set[tuple[int, int]]:
    """Mogstad, Romano, Shaikh & Wilhelm's step-down: ordered pairs (j, k) for which j is surely above k.

    ``errors`` are draws of the estimates' errors; ``stretch`` moves the critical value a little.
    """
    se = {(j, k): np.sqrt(sigma[j, j] + sigma[k, k] - 2 * sigma[j, k]) for j, k in family}
    surely: set[tuple[int, int]] = set()
    while rest := sorted(family - surely):
        largest = np.max([(errors[:, j] - errors[:, k]) / se[j, k] for j, k in rest], axis=0)
        critical = np.quantile(largest, 0.95) * stretch
        fresh = {(j, k) for j, k in rest if (x[j] - x[k]) / se[j, k] > critical}
        if not fresh:
            break
        surely |= fresh
    return surely


def places(x: np.ndarray, sigma: np.ndarray, kind: str, *, errors: np.ndarray, stretch: float) -> list[tuple[int, int]]:
    count = range(len(x))
    every = {(j, k) for j in count for k in count if j != k}
    out = []
    for one in count:
        family = every if kind == "simultaneous" else {pair for pair in every if one in pair}
        surely = surely_above(x, sigma, family, errors=errors, stretch=stretch)
        beaten, beating = sum(k == one for _, k in surely), sum(j == one for j, _ in surely)
        out.append((1 + beaten, len(x) - beating))
    return out


@pytest.mark.parametrize("kind", ["simultaneous", "marginal"])
@pytest.mark.parametrize("df", [None, 7])
def test_rank_sets_are_those_of_the_paper_step_by_step(kind: str, df: int | None) -> None:
    """Draws of their own; problems in which a hundredth of the critical value would change a place are left out."""
    rng = np.random.default_rng(4)
    compared = 0
    for _ in range(8):
        root = rng.normal(size=(5, 5)) * rng.uniform(0.1, 0.7, 5)[:, None]
        sigma, x = root @ root.T + 0.02 * np.eye(5), rng.normal(0, 1.6, 5)
        errors = rng.multivariate_normal(np.zeros(5), sigma, 30_000)
        if df:
            errors /= np.sqrt(rng.chisquare(df, 30_000) / df)[:, None]
        low, own, high = (places(x, sigma, kind, errors=errors, stretch=stretch) for stretch in (0.98, 1, 1.02))
        if low == own == high:
            found = survey.rank_sets(x, sigma, kind=kind, df=df, draws=30_000)
            assert list(zip(found.rank_low, found.rank_high, strict=True)) == own
            compared += 1
    assert compared >= 4


@pytest.mark.parametrize("kind", ["simultaneous", "marginal"])
def test_rank_sets_of_counts_are_holms_steps_over_exact_binomials(kind: str) -> None:
    rng = np.random.default_rng(5)
    for _ in range(6):
        counts = rng.integers(0, 30, 6).tolist()
        chance = {
            (j, k): sum(comb(counts[j] + counts[k], one) for one in range(counts[j], counts[j] + counts[k] + 1))
            / 2 ** (counts[j] + counts[k])
            for j in range(6)
            for k in range(6)
            if j != k
        }
        own = []
        for one in range(6):
            family = [pair for pair in chance if kind == "simultaneous" or one in pair]
            surely = set()
            for step, pair in enumerate(sorted(family, key=chance.__getitem__)):
                if chance[pair] > 0.05 / (len(family) - step):
                    break
                surely.add(pair)
            own.append((1 + sum(k == one for _, k in surely), 6 - sum(j == one for j, _ in surely)))
        found = survey.rank_sets_counts(counts, kind=kind)
        assert list(zip(found.rank_low, found.rank_high, strict=True)) == own


def dense(y: np.ndarray, d: np.ndarray, x: np.ndarray, *, variances: np.ndarray, method: str) -> np.ndarray:
    """(Restricted) log-likelihood at many variances between areas, from whole covariance matrices."""
    out = []
    for variance in variances:
        spread = np.diag(variance + d)
        inverse = np.linalg.inv(spread)
        inner = x.T @ inverse @ x
        residual = y - x @ np.linalg.solve(inner, x.T @ inverse @ y)
        free = len(y) - (x.shape[1] if method == "reml" else 0)
        value = free * np.log(2 * np.pi) + np.linalg.slogdet(spread)[1] + residual @ inverse @ residual
        out.append(-0.5 * (value + (np.linalg.slogdet(inner)[1] if method == "reml" else 0.0)))
    return np.array(out)


def hard_areas(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Few areas; variances up to a million times apart; covariates nearly alike; between-area variances near 0."""
    rng = np.random.default_rng(seed)
    count, width = int(rng.integers(8, 16)), int(rng.integers(1, 4))
    d = np.exp(rng.normal(0, rng.choice([0.3, 1.5, 3.5]), count))
    x = np.column_stack([np.ones(count), rng.normal(size=(count, width - 1))])
    if width == 3 and seed % 2:
        x[:, 2] = x[:, 1] + 1e-3 * x[:, 2]
    between = rng.choice([0.0, 0.1, 1.0, 30.0]) * np.median(d)
    return x @ rng.normal(size=width) + rng.normal(0, np.sqrt(between + d)), d, x


@pytest.mark.parametrize("method", ["reml", "ml"])
@pytest.mark.parametrize("part", range(4))
def test_the_fitted_variance_is_the_highest_point_of_a_dense_likelihood(method: str, part: int) -> None:
    """A grid over twelve decades, refined by scipy around its best points; at 0 in some, above it in others."""
    optimize = pytest.importorskip("scipy.optimize")
    found = []
    for seed in range(part * 5, part * 5 + 5):
        y, d, x = hard_areas(seed)
        fitted = survey.fay_herriot(y, d, x, method=method)
        grid = np.append(0.0, np.geomspace(d.min() * 1e-4, max(d.max(), y.var()) * 1e2, 160))
        heights = dense(y, d, x, variances=grid, method=method)
        best = heights.max()

        def below(variance: float, y=y, d=d, x=x) -> float:
            return -dense(y, d, x, variances=np.array([variance]), method=method)[0]

        for place in np.argsort(heights)[-2:]:
            ends = grid[max(place - 1, 0)], grid[min(place + 1, 160)]
            best = max(best, -optimize.minimize_scalar(below, bounds=ends, method="bounded").fun)
        assert fitted.log_likelihood >= best - 1e-9 * max(1.0, abs(best))
        assert fitted.log_likelihood == pytest.approx(-below(fitted.variance), rel=1e-7, abs=1e-7)
        table = fitted.table
        assert fitted.usable == (fitted.variance > 0 and table.mse.mean() < table.variance.mean())
        found.append(fitted.variance)
    assert max(found) > 0 == min(found)


@pytest.mark.parametrize("method", ["reml", "ml"])
def test_the_mse_is_prasad_and_raos_with_datta_and_lahiris_bias(method: str) -> None:
    """Area by area as ``sae::mseFH`` writes it: g1 + g2 + 2·g3, under ML less the bias of the variance times B²."""
    y, d, x = hard_areas(4)
    fitted = survey.fay_herriot(y, d, x, method=method)
    a = fitted.variance
    assert a > 0
    inner = np.linalg.inv(sum(np.outer(row, row) / (a + one) for row, one in zip(x, d, strict=True)))
    information = sum(1 / (a + one) ** 2 for one in d)
    squares = sum(np.outer(row, row) / (a + one) ** 2 for row, one in zip(x, d, strict=True))
    bias = -np.trace(inner @ squares) / information if method == "ml" else 0.0
    for row, one, told in zip(x, d, fitted.table.mse, strict=True):
        b = one / (a + one)
        mse = a * b + b**2 * (row @ inner @ row) + 2 * b**2 / (a + one) * 2 / information - bias * b**2
        assert told == pytest.approx(mse, rel=1e-10)
