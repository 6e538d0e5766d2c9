"""Shares of an answer, with intervals that stay inside 0 and 1."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from analysis.survey.columns import Bools, Floats, Ints
from analysis.survey.faults import SurveyError, check_level, one_of, real, some
from analysis.survey.onepass.source import Source, sums_for
from analysis.survey.onepass.sums import counts
from analysis.survey.reference import t_quantile
from analysis.survey.statistic import share_of
from analysis.survey.table import Found, Rows, estimates_table
from analysis.survey.variables import as_names, columns_only

METHODS = ("auto", "logit", "beta", "wilson")
# Fewer people than this on one side of a share make it rare: its log-odds are too skewed for a symmetric interval.
RARE = 5


def proportion(
    source: Source,
    y: str | Sequence[str],
    answer: object,
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
    method: str = "auto",
) -> pd.DataFrame:
    """Share of the answered weight that gave ``answer``, by domain.

    The interval is symmetric on the log-odds scale, with the domain's df (``logit``); where fewer than five people
    gave the answer, or did not, it is Korn & Graubard's with the effective sample size (``beta``). All stay inside 0
    and 1. A share of exactly 0 or 1 has no interval: ``constant``.

    Parameters
    ----------
    source, by, level
        As in ``mean``.
    y
        A column or a list of columns.
    answer
        A value, or a list of values.
    method
        ``auto`` chooses between ``logit`` and ``beta`` row by row; ``wilson`` is Wilson's with the effective sample
        size.

    Returns
    -------
    pandas.DataFrame
        Columns as in ``mean``. An answer nobody gave has a share of 0.

    Raises
    ------
    SurveyError
        As ``mean``; what cannot be an answer (nothing, a missing value, a text where answers are numbers).

    Notes
    -----
    Shape: one row per variable and domain. Units: a share, 0 to 1. Missing: as in ``mean``. df: as in ``mean``.
    Korn & Graubard (1998). R: ``svyciprop(~I(y %in% answer), subset(design, ...), method = "logit", df =
    degf(subset))``, ``method = "beta"``.
    """
    check_level(level)
    one_of("method", method, METHODS)
    names = columns_only(y, "proportion")
    sums = sums_for(source, names, as_names(by), as_categories=True)
    found = []
    for name in names:
        levels = sums.items[name].levels
        if levels is None:
            raise SurveyError(
                f"column {name!r} has too many values to ask for the share of one; cut it into classes first"
            )
        wanted = wanted_levels(levels, answer, name)
        rows = Rows(sums, share_of(sums, name, wanted))
        chosen = counts(sums.cells.domain, sums.items[name].n[:, wanted].sum(axis=1), sums.n_domains + 1)[
            : sums.n_domains
        ]
        found.append(Found(name, rows, *_limits(rows, chosen, level, method)))
    return estimates_table(sums, found)


def wanted_levels(levels: pd.Index, answer: object, name: str) -> Bools:
    """Mark the levels that count as the asked answer, refusing an answer nobody could have given."""
    listed = isinstance(answer, list | tuple | set | frozenset | pd.Series | pd.Index | range)
    listed = listed or (isinstance(answer, np.ndarray) and answer.ndim == 1)
    answers: list[Any] = list(answer) if listed else [answer]  # type: ignore[call-overload]
    if not answers or not all(pd.api.types.is_scalar(one) and not pd.isna(one) for one in answers):
        raise SurveyError("answer must be a value or a list of values, none of them missing")
    answers = [_as_kept(levels, one) for one in answers]
    wanted = np.array([level in answers for level in levels.tolist()], dtype=bool)
    if not wanted.any() and len(levels):
        texts = isinstance(levels[0], str)
        if any(isinstance(one, str) != texts for one in answers):
            raise SurveyError(
                f"{name!r} has answers like {levels[0]!r}; none can be {some([repr(a) for a in answers])}"
            )
    return wanted


def _as_kept(levels: pd.Index, answer: Any) -> Any:  # noqa: ANN401 - whatever was asked for
    """Bring a number to the precision of the column: 0.1 in single precision is another number than in double."""
    kept = getattr(levels.dtype, "numpy_dtype", levels.dtype)
    if not (isinstance(kept, np.dtype) and kept.kind == "f") or np.isnan(real(answer)):
        return answer
    with np.errstate(over="ignore"):
        return kept.type(real(answer)).item()


def _limits(rows: Rows, chosen: Ints, level: float, method: str) -> tuple[Floats, Floats]:
    if method == "wilson":
        return wilson_interval(rows, level)
    if method == "beta":
        return beta_interval(rows, level)
    logit = logit_interval(rows, level)
    if method == "logit":
        return logit
    rare = np.minimum(chosen, rows.n - chosen) < RARE
    exact = beta_interval(rows, level)
    return np.where(rare, exact[0], logit[0]), np.where(rare, exact[1], logit[1])


def _inner(rows: Rows) -> tuple[Bools, Floats, Floats]:
    """Rows with an interval, their share and their df, with harmless values elsewhere."""
    inner = (rows.estimate > 0) & (rows.estimate < 1) & ~rows.silent & (rows.variance > 0)
    return inner, np.where(inner, rows.estimate, 0.5), np.where(inner, rows.held.df, np.nan)


def logit_interval(rows: Rows, level: float) -> tuple[Floats, Floats]:
    """T interval for the log-odds, taken back to shares."""
    inner, share, df = _inner(rows)
    low, high = log_odds_limits(share, np.sqrt(np.where(inner, rows.variance, 0.0)), t_quantile(0.5 + level / 2, df))
    return np.where(inner, low, np.nan), np.where(inner, high, np.nan)


def _effective(rows: Rows, level: float) -> tuple[Bools, Floats, Floats, Floats]:
    """Effective sample size p(1 - p)/variance, brought from the sample's t to the design's."""
    inner, share, df = _inner(rows)
    plain = t_quantile(0.5 + level / 2, np.where(inner, rows.n - 1.0, np.nan))
    size = share * (1 - share) / np.where(inner, rows.variance, 1.0) * (plain / t_quantile(0.5 + level / 2, df)) ** 2
    return inner, share, df, np.where(inner, size, 1.0)


def beta_interval(rows: Rows, level: float) -> tuple[Floats, Floats]:
    """Clopper & Pearson's limits with the effective sample size."""
    from scipy import special  # noqa: PLC0415 - slow to import

    inner, share, _, size = _effective(rows, level)
    tail = (1 - level) / 2
    low = special.betaincinv(size * share, size * (1 - share) + 1, tail)
    high = special.betaincinv(size * share + 1, size * (1 - share), 1 - tail)
    return np.where(inner, low, np.nan), np.where(inner, high, np.nan)


def wilson_interval(rows: Rows, level: float) -> tuple[Floats, Floats]:
    """Wilson's score limits with the effective sample size and the design's t."""
    inner, share, df = _inner(rows)
    size = share * (1 - share) / np.where(inner, rows.variance, 1.0)
    low, high = wilson_limits(share, size, t_quantile(0.5 + level / 2, df))
    return np.where(inner, low, np.nan), np.where(inner, high, np.nan)


def log_odds_limits(share: Floats, se: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Limits symmetric on the log-odds scale, of shares above 0 and below 1."""
    centre, reach = np.log(share / (1 - share)), t * se / (share * (1 - share))
    low, high = (1 / (1 + np.exp(-np.clip(side, -700, 700))) for side in (centre - reach, centre + reach))
    return low, high


def wilson_limits(share: Floats, size: Floats, t: Floats) -> tuple[Floats, Floats]:
    """Wilson's score limits of shares of so many equal answers."""
    room = 1 + t**2 / size
    centre = (share + t**2 / (2 * size)) / room
    reach = t / room * np.sqrt(share * (1 - share) / size + t**2 / (4 * size**2))
    return centre - reach, centre + reach
