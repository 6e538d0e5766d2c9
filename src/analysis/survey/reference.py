"""Quantiles and tail areas of the reference distributions, from scipy.special alone (scipy.stats is slow to import)."""

import numpy as np
import numpy.typing as npt

from analysis.survey.columns import Floats


def t_quantile(probability: npt.ArrayLike, df: npt.ArrayLike) -> Floats:
    """Quantile of Student's t, NaN where df is missing or not above 0; infinite df is the normal."""
    from scipy import special  # noqa: PLC0415 - slow to import

    p, nu = np.broadcast_arrays(np.asarray(probability, dtype=np.float64), np.asarray(df, dtype=np.float64))
    usable = nu > 0
    safe = np.where(usable & np.isfinite(nu), nu, 1.0)
    out = np.where(np.isinf(nu), special.ndtri(p), special.stdtrit(safe, p))
    result: Floats = np.where(usable, out, np.nan)
    return result


def t_two_sided(statistic: npt.ArrayLike, df: npt.ArrayLike) -> Floats:
    """Two-sided tail area of Student's t, NaN where df is not above 0."""
    from scipy import special  # noqa: PLC0415 - slow to import

    t, nu = np.broadcast_arrays(np.abs(np.asarray(statistic, dtype=np.float64)), np.asarray(df, dtype=np.float64))
    usable = nu > 0
    safe = np.where(usable & np.isfinite(nu), nu, 1.0)
    # the tail through the incomplete beta function keeps its digits where 1 - cdf would lose them
    tail = np.where(
        np.isinf(nu),
        2 * special.ndtr(-t),
        special.betainc(safe / 2, 0.5, safe / (safe + np.where(np.isnan(t), 0, t) ** 2)),
    )
    result: Floats = np.where(usable & ~np.isnan(t), tail, np.nan)
    return result


def f_upper(statistic: float, df: float, ddf: float) -> float:
    """Upper tail area of F; NaN where a df is not above 0."""
    from scipy import special  # noqa: PLC0415 - slow to import

    if not (df > 0 and ddf > 0) or np.isnan(statistic):
        return float("nan")
    if np.isinf(ddf):
        return float(special.chdtrc(df, statistic * df))
    return float(special.fdtrc(df, ddf, max(statistic, 0.0)))
