"""Confidence sets for ranks: which places a domain may hold, given how uncertain all the estimates are."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import ROUNDING, Bools, Floats, Ints, array_of, check_reach
from analysis.survey.faults import SurveyError, check_draws, check_flag, check_level, one_of, real, shown, some
from analysis.survey.notes import Note
from analysis.survey.table import note_array
from analysis.survey.testing.multiplicity import square_root

KINDS = ("simultaneous", "marginal")
DRAWS = 100_000
# Draws are worked through this many at a time, so that all places of a block stay in the processor's cache.
BLOCK = 2_048
# Differences surer than this, against the least sure place, are certain.
SUREST = 1e30


@single_threaded
def rank_sets(
    estimates: pd.Series | npt.ArrayLike,
    covariance: pd.DataFrame | npt.ArrayLike,
    *,
    level: float = 0.95,
    df: float | None = None,
    kind: str = "simultaneous",
    seed: int = 0,
    draws: int = DRAWS,
    step_down: bool = True,
) -> pd.DataFrame:
    """Confidence sets for ranks (1 = highest) from estimates and their covariance.

    A place may rank as low as those it is not surely below allow, and as high as those it is not surely above allow;
    "surely" holds over all pairs at once (``simultaneous``: all sets cover together with probability ``level``) or
    over the pairs of one place (``marginal``: each set by itself). Pairs found different leave the family and the
    rest are judged anew (step-down).

    Parameters
    ----------
    estimates
        By name (a plain array: numbered from 1). NaN stays out of the ranking, with the note ``undefined``.
    covariance
        With the same names on both axes, in any order (a plain array: in the order of ``estimates``).
    df
        Degrees of freedom of the covariance; None is the normal. Finite df: multivariate t. Where the estimates have
        different df, the smallest is the careful choice.
    level, kind
        Confidence level, and whether it holds for all places together or for each by itself.
    step_down
        False: what was found different stays in the family (wider sets).
    seed, draws
        The critical values are drawn; the same seed gives the same sets, and with 100,000 draws two seeds nearly
        always do.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``estimate``, ``rank`` (equal estimates share the best), ``rank_low``, ``rank_high``, ``note``.

    Raises
    ------
    SurveyError
        Names that do not match or are doubled, a covariance that is not one.

    Notes
    -----
    Shape: one row per name. Units: places, 1 the highest. Missing: ranked in no place.
    Mogstad, Romano, Shaikh & Wilhelm (2024). R: ``csranks::csranks(x, Sigma, R = 100000)``.
    """
    check_level(level)
    check_draws(draws, seed)
    one_of("kind", kind, KINDS)
    check_flag("step_down", step_down)
    estimates, covariance = _named(estimates, covariance)
    theta, sigma = _checked(estimates, covariance)
    if df is not None and not real(df) > 0:
        raise SurveyError(f"df must be above 0, not {shown(df)}; without degrees of freedom nothing can be ranked")
    known = ~np.isnan(theta)
    x, v = theta[known], sigma[np.ix_(known, known)]
    rank = 1 + (x[None, :] > x[:, None]).sum(axis=1)
    low, high = np.ones(len(x), dtype=np.int64), np.full(len(x), len(x), dtype=np.int64)
    if len(x) > 1:
        # in a unit near the widest error's, by a power of two so that no digit moves: draws have single precision
        unit = np.ldexp(1.0, int(np.frexp(np.diag(v).max())[1]) // 2)
        x = x / unit
        drawn = _Draws(v / unit**2, None if df is None else real(df), seed, draws)
        if kind == "simultaneous":
            above = _above(x, drawn, np.ones((len(x), len(x)), dtype=bool), level, step_down=step_down)
            low, high = 1 + above.sum(axis=0), len(x) - above.sum(axis=1)
        else:
            for place in range(len(x)):
                family = np.zeros((len(x), len(x)), dtype=bool)
                family[place, :] = family[:, place] = True
                above = _above(x, drawn, family, level, step_down=step_down)
                low[place], high[place] = 1 + above[:, place].sum(), len(x) - above[place, :].sum()
    return _table(estimates.index, theta, known, (rank, low, high))


def _table(index: pd.Index, theta: Floats, known: Bools, ranks: tuple[Ints, Ints, Ints]) -> pd.DataFrame:
    notes = note_array(len(theta))
    notes[~known] = str(Note.UNDEFINED)
    columns: dict[str, object] = {"name": list(index), "estimate": theta}
    for name, values in zip(("rank", "rank_low", "rank_high"), ranks, strict=True):
        if known.all():
            columns[name] = values.astype(np.int64)
        else:
            held = pd.array([pd.NA] * len(theta), dtype="Int64")
            held[known] = values
            columns[name] = held
    return pd.DataFrame(columns | {"note": pd.Series(notes.tolist(), dtype="str")})


def _named(
    estimates: pd.Series | npt.ArrayLike, covariance: pd.DataFrame | npt.ArrayLike
) -> tuple[pd.Series, pd.DataFrame]:
    """Give names to plain arrays."""
    if not isinstance(estimates, pd.Series):
        values = array_of(estimates, "estimates")
        if values.ndim != 1:
            raise SurveyError(f"estimates must be one number per place, not an array of shape {values.shape}")
        named = covariance.index if isinstance(covariance, pd.DataFrame) and len(covariance) == len(values) else None
        estimates = pd.Series(values, index=pd.RangeIndex(1, len(values) + 1) if named is None else named)
    if not isinstance(covariance, pd.DataFrame):
        table = array_of(covariance, "covariance")
        if table.shape != (len(estimates), len(estimates)):
            raise SurveyError(f"covariance of shape {table.shape} does not fit {len(estimates)} estimates")
        covariance = pd.DataFrame(table, index=estimates.index, columns=estimates.index)
    return estimates, covariance


def _checked(estimates: pd.Series, covariance: pd.DataFrame) -> tuple[Floats, Floats]:
    faults = []
    index = estimates.index
    if index.has_duplicates:
        faults.append(f"estimates name a place twice: {some(list(index[index.duplicated()]))}")
    elif covariance.index.has_duplicates or covariance.columns.has_duplicates:
        faults.append("covariance names a place twice")
    else:
        lost = [name for name in index if name not in covariance.index or name not in covariance.columns]
        if lost:
            faults.append(f"covariance has no row or column for {some(lost)}")
    if faults:
        raise SurveyError(faults)
    theta = array_of(estimates, "estimates")
    sigma = array_of(covariance.loc[index, index], "covariance")
    known = ~np.isnan(theta)
    inner = sigma[np.ix_(known, known)]
    if np.isinf(theta).any() or not np.isfinite(inner).all():
        raise SurveyError("estimates and covariance must be finite; set an estimate to NaN to leave its place out")
    check_reach(np.append(theta[known], np.diag(inner)), "estimates or covariance hold values")
    size = np.abs(inner).max(initial=0.0)
    if not np.allclose(inner, inner.T, rtol=0, atol=1e-9 * size):
        raise SurveyError("covariance is not symmetric")
    if len(inner) and np.linalg.eigvalsh(inner).min() < -1e-8 * max(size, 1e-300):
        raise SurveyError("covariance has negative variances in some direction")
    return theta, sigma


class _Draws:
    """Draws of the estimates' errors (place x draw), the standard errors of all differences, and the t divisor."""

    def __init__(self, covariance: Floats, df: float | None, seed: int, draws: int) -> None:
        rng = np.random.default_rng(seed)
        root = square_root(covariance)
        normal = rng.standard_normal((root.shape[1], draws))
        # single precision halves the work; a critical value needs five digits
        self.errors: npt.NDArray[np.float32] = (root @ normal).astype(np.float32)
        variance = np.diag(covariance)[:, None] + np.diag(covariance)[None, :] - 2 * covariance
        scale = np.diag(covariance)[:, None] + np.diag(covariance)[None, :]
        self.se: Floats = np.sqrt(np.where(variance <= ROUNDING * scale, 0.0, variance))
        self.divisor = None if df is None or np.isinf(df) else np.sqrt(rng.chisquare(df, draws) / df)

    def critical(self, family: Bools, level: float) -> float:
        """Quantile of the largest standardised difference over the ordered pairs of the family."""
        places, draws = self.errors.shape
        inverse = np.zeros_like(self.se)
        np.divide(1.0, self.se, out=inverse, where=self.se > 0)
        single = np.minimum(inverse, SUREST).astype(np.float32)
        largest = np.zeros(draws, dtype=np.float32)
        plans = [_plan(family, single, place) for place in range(places - 1)]
        for start in range(0, draws, BLOCK):
            block = self.errors[:, start : start + BLOCK]
            top = largest[start : start + BLOCK]
            for place, (partners, factor, both) in enumerate(plans):
                if len(partners):
                    gap = block[partners] - block[place]
                    gap *= factor
                    np.maximum(top, gap.max(axis=0), out=top)
                    if both:
                        np.maximum(top, -gap[:both].min(axis=0), out=top)
        spread = largest.astype(np.float64)
        if self.divisor is not None:
            spread /= self.divisor
        return float(np.quantile(spread, level))


def _plan(family: Bools, inverse: npt.NDArray[np.float32], place: int) -> tuple[Ints, npt.NDArray[np.float32], int]:
    """Partners after a place, those wanted in both directions first, each with its signed 1/se."""
    later = np.arange(place + 1, len(family))
    forth, back = family[later, place], family[place, later]
    both, single = later[forth & back], later[forth ^ back]
    sign = np.where(family[single, place], 1.0, -1.0).astype(np.float32)
    partners = np.concatenate([both, single])
    factor = np.concatenate([inverse[both, place], inverse[single, place] * sign]).astype(np.float32)
    return partners, factor[:, None], len(both)


def _above(x: Floats, drawn: _Draws, family: Bools, level: float, *, step_down: bool) -> Bools:
    """Ordered pairs (j, k) with j surely above k."""
    rest = family.copy()
    np.fill_diagonal(rest, val=False)
    gap = x[:, None] - x[None, :]
    found = np.zeros_like(rest)
    while rest.any():
        critical = drawn.critical(rest, level)
        fresh = rest & (gap > drawn.se * critical)
        found |= fresh
        rest &= ~fresh
        if not fresh.any() or not step_down:
            break
    return found


def rank_sets_counts(
    counts: pd.Series | Mapping[str, int] | Sequence[int], *, level: float = 0.95, kind: str = "simultaneous"
) -> pd.DataFrame:
    """Confidence sets for the ranks of categories by how often they were named, from exact binomial pairs.

    Two categories' counts, given their sum, are binomial with chance one half if equally frequent; p-values of all
    ordered pairs are judged by Holm's steps (``simultaneous``) or, for each category, those of its own pairs
    (``marginal``).

    Parameters
    ----------
    counts
        Whole numbers by name (a Series or a mapping) or in order.
    level, kind
        As in ``rank_sets``.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``estimate`` (share of all), ``rank``, ``rank_low``, ``rank_high``, ``note``.

    Raises
    ------
    SurveyError
        What is not a whole number of 0 or more, doubled names.

    Notes
    -----
    Shape: one row per category. Units: places, 1 the highest. Missing: refused. df: none, tests are exact.
    Bazylik, Mogstad, Romano, Shaikh & Wilhelm (2021). R: ``csranks_multinom(x, multcorr = "Holm")``.
    """
    from scipy import special  # noqa: PLC0415 - slow to import

    check_level(level)
    one_of("kind", kind, KINDS)
    if isinstance(counts, Mapping):
        counts = pd.Series(dict(counts))
    told = "rank_sets_counts needs whole numbers of 0 or more, none missing"
    try:
        x = array_of(counts, "counts")
    except SurveyError as fault:
        raise SurveyError(told) from fault
    if x.ndim != 1 or not np.isfinite(x).all() or (x < 0).any() or (x != np.rint(x)).any():
        raise SurveyError(told)
    if not len(x):
        raise SurveyError("rank_sets_counts needs at least one count")
    index = counts.index if isinstance(counts, pd.Series) else pd.RangeIndex(1, len(x) + 1)
    if index.has_duplicates:
        raise SurveyError(f"counts name a category twice: {some(list(index[index.duplicated()]))}")
    both = x[:, None] + x[None, :]
    # P(X >= x) for X binomial(both, 1/2); certain where x is 0
    beaten = both - x[:, None] + 1
    p = np.where(x[:, None] > 0, special.betainc(np.maximum(x[:, None], 1), beaten, 0.5), 1.0)
    family = ~np.eye(len(x), dtype=bool)
    if kind == "simultaneous":
        found = _holm(p, family, 1 - level)
        low, high = 1 + found.sum(axis=0), len(x) - found.sum(axis=1)
    else:
        low, high = np.empty(len(x), np.int64), np.empty(len(x), np.int64)
        for place in range(len(x)):
            own = np.zeros_like(family)
            own[place, :] = own[:, place] = True
            found = _holm(p, own & family, 1 - level)
            low[place], high[place] = 1 + found[:, place].sum(), len(x) - found[place, :].sum()
    rank = 1 + (x[None, :] > x[:, None]).sum(axis=1)
    share = x / max(x.sum(), 1.0)
    return _table(index, share, np.ones(len(x), dtype=bool), (rank, low, high))


def _holm(p: Floats, family: Bools, alpha: float) -> Bools:
    """Ordered pairs rejected by Holm's steps."""
    values = p[family]
    order = np.argsort(values, kind="stable")
    passed = values[order] <= alpha / (len(values) - np.arange(len(values)))
    until = len(values) if passed.all() else int(np.argmin(passed))
    rejected = np.zeros(len(values), dtype=bool)
    rejected[order[:until]] = True
    out = np.zeros_like(family)
    out[family] = rejected
    return out
