"""Small areas: Fay & Herriot's area-level model, fitted to its exact optimum, and when not to use it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import Floats, array_of, by_labels, check_reach
from analysis.survey.faults import SurveyError, one_of, some

METHODS = ("reml", "ml")
# Fewer areas than this beyond the number of covariates leave the between-area variance to chance.
FEWEST_SPARE = 5
# Shapiro & Wilk's p-value is known for up to so many residuals.
MOST_TESTED = 5_000
# A root is looked for in so many sections at once, and so many times: more than the digits there are.
SECTIONS, MOST_STEPS = 64, 30
# Covariates in units of their own length that are nearer to each other than this cannot be told apart.
ALIKE = 1e-6


@dataclass(frozen=True)
class FayHerriot:
    """A fitted area-level model: y = x'β + u + e, var(u) = ``variance``, var(e) known.

    ``table`` has ``name``, ``estimate`` (direct), ``variance`` (direct), ``synthetic``, ``weight`` (share of the
    direct estimate in the EBLUP), ``eblup``, ``mse``, ``benchmarked`` (NaN without a total), ``residual``
    (standardised), ``leverage`` (its sum is the number of covariates) and ``cook`` (how far β moves, in its own
    errors, when the area is left out). ``direct_share`` is the mean of ``weight``; ``normality_p`` is Shapiro &
    Wilk's p-value of the residuals (small: the model's errors are not normal; NaN beyond 5,000 areas);
    ``benchmark_ratio`` is Σ share·direct over Σ share·EBLUP (far from 1: the model moves the total). ``usable`` is
    False where the model says no more than the direct estimates, and ``reason`` says why.
    """

    method: str
    variance: float
    beta: Floats
    beta_se: Floats
    log_likelihood: float
    aic: float
    r_squared: float
    areas: int
    direct_share: float
    normality_p: float
    benchmark_ratio: float
    usable: bool
    reason: str
    table: pd.DataFrame


class AreaModel:
    """The likelihood of the between-area variance, and its slope."""

    def __init__(self, y: Floats, d: Floats, x: Floats, method: str) -> None:
        self.y, self.d, self.x, self.method = y, d, x, method

    def fit(self, variance: float) -> tuple[Floats, Floats, Floats]:
        """Weights 1/(σ² + d), the inverse of X'WX, and generalised least squares β."""
        w = 1 / (variance + self.d)
        inverse = np.asarray(np.linalg.inv(self.x.T @ (w[:, None] * self.x)), dtype=np.float64)
        return w, inverse, inverse @ (self.x.T @ (w * self.y))

    def log_likelihood(self, variance: float) -> float:
        """(Restricted) log-likelihood at the best β."""
        w, inverse, beta = self.fit(variance)
        residual = self.y - self.x @ beta
        free = len(self.y) - (self.x.shape[1] if self.method == "reml" else 0)
        value = -0.5 * (free * np.log(2 * np.pi) - np.log(w).sum() + (w * residual**2).sum())
        if self.method == "reml":
            value += 0.5 * np.linalg.slogdet(inverse)[1]
        return float(value)

    def slope(self, variance: npt.ArrayLike) -> Floats:
        """Return the derivative of the log-likelihood at one variance, or at many."""
        w = 1 / (np.asarray(variance, dtype=np.float64)[..., None] + self.d)
        weighted = w[..., None] * self.x
        inverse = np.linalg.inv(np.swapaxes(weighted, -1, -2) @ self.x)
        beta = ((self.y @ weighted)[..., None, :] @ inverse)[..., 0, :]
        trace = w.sum(axis=-1)
        if self.method == "reml":
            trace = trace - (inverse * (np.swapaxes(weighted, -1, -2) @ weighted)).sum(axis=(-1, -2))
        return np.asarray(0.5 * ((w * (self.y - beta @ self.x.T)) ** 2).sum(axis=-1) - 0.5 * trace, dtype=np.float64)


def _root(slope: Callable[[Floats], Floats], low: float, high: float) -> float:
    """Where the slope changes sign between two points, to the last digit: in ever smaller sections."""
    for _ in range(MOST_STEPS):
        points = np.linspace(low, high, SECTIONS + 1)
        falling = np.flatnonzero(slope(points[1:-1]) <= 0)
        place = int(falling[0]) if len(falling) else SECTIONS - 1
        if (points[place], points[place + 1]) == (low, high):
            break
        low, high = float(points[place]), float(points[place + 1])
    return (low + high) / 2


def _optimum(model: AreaModel) -> float:
    """Return the variance (0 or more) with the highest likelihood, among all the slope's downward roots."""
    spread = max(float(np.var(model.y, ddof=1)), float(model.d.max())) * 100
    # the best variance may lie near the surest area's own, however large the others' are: twenty points a decade
    least = min(spread * 1e-12, float(model.d.min()) * 1e-3)
    grid = np.concatenate([[0.0], np.geomspace(least, spread, int(20 * np.log10(spread / least)) + 1)])
    slopes = model.slope(grid)
    best, height = 0.0, model.log_likelihood(0.0)
    for place in np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0)):
        found = _root(model.slope, grid[place], grid[place + 1])
        reached = model.log_likelihood(found)
        if reached > height:
            best, height = found, reached
    return best


@single_threaded
def fay_herriot(
    estimate: npt.ArrayLike,
    variance: npt.ArrayLike,
    covariates: npt.ArrayLike,
    *,
    method: str = "reml",
    shares: npt.ArrayLike | None = None,
) -> FayHerriot:
    """Steady noisy estimates of many areas by what their covariates predict (Fay & Herriot 1979).

    The between-area variance maximises the (restricted) likelihood exactly: every root of its slope is found and
    compared with 0. EBLUP = weight x direct + (1 - weight) x synthetic, weight = σ²/(σ² + d). The MSE is Prasad &
    Rao's g1 + g2 + 2·g3 (with Datta & Lahiri's correction under ``ml``).

    Parameters
    ----------
    estimate, variance
        Direct estimates and their sampling variances (above 0), one per area. Leave out areas with constant answers:
        their variance of 0 is not one. Where ``estimate`` is a Series with names, all else is matched by them.
    covariates
        Area x covariate; no intercept is added, so give a column of ones.
    method
        ``reml`` or ``ml``.
    shares
        Shares of the population, to benchmark: a common shift makes Σ share·EBLUP equal Σ share·direct.

    Returns
    -------
    FayHerriot
        ``usable`` is False with a ``reason`` where the fitted variance is 0 (the model believes its covariates alone)
        or where the model's MSE is on average no better than the direct variances.

    Raises
    ------
    SurveyError
        Missing values, variances of 0 or less, too few areas, covariates that repeat each other.

    Notes
    -----
    Shape: one row per area, in the order given. Units: those of ``estimate``, squared for variances. Missing: refused.
    df: none, the likelihood is normal. Fay & Herriot (1979), Prasad & Rao (1990).
    R: ``sae::mseFH(estimate ~ 0 + x, variance, method = "REML")``, which stops when a step is below 1e-4: fit with
    ``PRECISION = 1e-12`` to see these numbers. Leverage and Cook's distance are those of ``lm(estimate ~ 0 + x,
    weights = 1 / (variance + fitted variance))`` up to its residual scale, which is 1 here.
    """
    method = method.lower() if isinstance(method, str) else method
    one_of("method", method, METHODS)
    names, y, d, x, shares = _checked(estimate, variance, covariates, shares)
    model = AreaModel(y, d, x, method)
    between = _optimum(model)
    w, inverse, beta = model.fit(between)
    synthetic = x @ beta
    weight = between * w
    eblup = weight * y + (1 - weight) * synthetic
    mse = _mse(model, between, w, inverse)
    benchmarked, ratio = _benchmarked(y, eblup, shares)
    height = model.log_likelihood(between)
    flat = y - np.average(y, weights=w)
    explained = 1 - float((w * (y - synthetic) ** 2).sum() / (w * flat**2).sum()) if (flat != 0).any() else float("nan")
    usable, reason = _worth(between, mse, d)
    residual = (y - synthetic) * np.sqrt(w)
    leverage = w * np.einsum("af,fg,ag->a", x, inverse, x)
    table = pd.DataFrame(
        {
            "name": names,
            "estimate": y,
            "variance": d,
            "synthetic": synthetic,
            "weight": weight,
            "eblup": eblup,
            "mse": mse,
            "benchmarked": benchmarked,
            "residual": residual,
            "leverage": leverage,
            "cook": residual**2 * leverage / (x.shape[1] * np.maximum(1 - leverage, 1e-12) ** 2),
        }
    )
    aic = -2 * height + 2 * (x.shape[1] + 1)
    beta_se = np.sqrt(np.diag(inverse))
    return FayHerriot(
        method=method,
        variance=float(between),
        beta=beta,
        beta_se=beta_se,
        log_likelihood=height,
        aic=aic,
        r_squared=explained,
        areas=len(y),
        direct_share=float(weight.mean()),
        normality_p=_normality(residual),
        benchmark_ratio=ratio,
        usable=usable,
        reason=reason,
        table=table,
    )


def _benchmarked(y: Floats, eblup: Floats, shares: npt.ArrayLike | None) -> tuple[Floats, float]:
    """Shift the EBLUPs to the direct total, and give the ratio of the two totals; NaN without shares."""
    if shares is None:
        return np.full(len(y), np.nan), float("nan")
    part = array_of(shares, "shares")
    if part.shape != y.shape or not np.isfinite(part).all() or (part < 0).any() or part.sum() <= 0:
        raise SurveyError("shares must be one number of 0 or more per area")
    check_reach(part, "shares hold values")
    part = part / part.sum()
    return eblup + part @ (y - eblup), float(part @ y / (part @ eblup)) if part @ eblup != 0 else float("nan")


def _normality(residual: Floats) -> float:
    """Shapiro & Wilk's p-value; NaN where the residuals do not vary, and for more areas than it is known for."""
    from scipy import stats  # noqa: PLC0415 - slow to import

    told = np.ptp(residual) > 1e-12 and len(residual) <= MOST_TESTED
    return float(stats.shapiro(residual).pvalue) if told else float("nan")


def _worth(between: float, mse: Floats, d: Floats) -> tuple[bool, str]:
    """Whether the model says more than the direct estimates do."""
    if between == 0:
        return False, "the fitted variance between areas is 0: the model would replace every area by its covariates"
    if mse.mean() >= d.mean():
        return False, "the model's error is on average no smaller than the direct estimates'"
    return True, ""


def _mse(model: AreaModel, between: float, w: Floats, inverse: Floats) -> Floats:
    """Prasad & Rao's mean squared error of each EBLUP."""
    shrunk = model.d * w
    first = between * shrunk
    second = shrunk**2 * np.einsum("af,fg,ag->a", model.x, inverse, model.x)
    uncertainty = 2 / (w**2).sum()
    third = model.d**2 * w**3 * uncertainty
    mse = first + second + 2 * third
    if model.method == "ml":
        weighted = w[:, None] * model.x
        bias = -np.trace(inverse @ (weighted.T @ weighted)) / (w**2).sum()
        mse = mse - bias * shrunk**2
    return np.asarray(mse, dtype=np.float64)


def _matched(given: Any, index: pd.Index) -> Any:  # noqa: ANN401 - whatever was given, as it was given
    """Bring what is named to the order of the areas; what is numbered or plain goes by position."""
    numbered = isinstance(getattr(given, "index", None), pd.RangeIndex) or isinstance(index, pd.RangeIndex)
    told = "estimate, variance, covariates and shares name different areas"
    return given if numbered else by_labels(given, index, told)


def _checked(
    estimate: npt.ArrayLike, variance: npt.ArrayLike, covariates: npt.ArrayLike, shares: npt.ArrayLike | None
) -> tuple[list[object], Floats, Floats, Floats, npt.ArrayLike | None]:
    if isinstance(estimate, pd.Series):
        variance, covariates, shares = (_matched(one, estimate.index) for one in (variance, covariates, shares))
    y = array_of(estimate, "estimate")
    names = list(estimate.index) if isinstance(estimate, pd.Series) else list(range(y.size))
    d = array_of(variance, "variance")
    x = array_of(covariates, "covariates")
    x = x[:, None] if x.ndim == 1 else x
    faults = []
    if y.ndim != 1 or d.shape != y.shape or x.ndim != 2 or len(x) != len(y):
        raise SurveyError(f"estimate {y.shape}, variance {d.shape} and covariates {x.shape} must have one row per area")
    for values, what in ((y, "estimate"), (d, "variance"), (x, "covariates")):
        bad = ~np.isfinite(values if values.ndim == 1 else values.sum(axis=1))
        if bad.any():
            faults.append(f"{what} is missing or infinite for areas {some([names[i] for i in np.flatnonzero(bad)])}")
    if (d <= 0).any():
        faults.append(f"variance is not above 0 for areas {some([names[i] for i in np.flatnonzero(d <= 0)])}")
    if len(y) < x.shape[1] + FEWEST_SPARE:
        faults.append(f"{len(y)} areas are too few for {x.shape[1]} covariates; at least {x.shape[1] + FEWEST_SPARE}")
    if faults:
        raise SurveyError(faults)
    for values, what in ((y, "estimate holds"), (d, "variance holds"), (x, "covariates hold")):
        check_reach(values, f"{what} values")
    if not _apart(x):
        raise SurveyError("a covariate repeats what the others say; leave it out")
    return names, y, d, x, shares


def _apart(x: Floats) -> bool:
    """Whether every covariate says something that the others, each in its own unit, do not."""
    size = np.sqrt((x**2).sum(axis=0))
    return bool((size > 0).all()) and int(np.linalg.matrix_rank(x / np.where(size > 0, size, 1.0), tol=ALIKE)) == len(
        size
    )
