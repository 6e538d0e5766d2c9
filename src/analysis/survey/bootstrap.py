"""The Rao-Wu bootstrap: any statistic of the sums, with the design's own resampling."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.build import domain_codes, read_answers
from analysis.survey.columns import Floats, Ints
from analysis.survey.design import DesignArrays, SurveyDesign
from analysis.survey.faults import SurveyError, check_level
from analysis.survey.linear import moment_totals
from analysis.survey.source import sums_for
from analysis.survey.variables import as_names

# Replicates are made this many numbers at a time.
ROOM = 4_000_000


class Patterns(NamedTuple):
    """Rows alike in stratum, PSU, domain, weight and answers, counted once: all that a statistic of sums needs."""

    stratum: Ints
    unit: Ints
    domain: Ints
    weight: Floats
    times: Ints
    values: Floats
    width: int


@dataclass(frozen=True)
class Replicates:
    """Estimates and their bootstrap replicates: ``estimate`` (statistic), ``replicates`` (draw x statistic)."""

    estimate: Floats
    replicates: Floats

    @property
    def covariance(self) -> Floats:
        """Covariance of the statistics over the replicates, about the estimate."""
        known = self.replicates[np.isfinite(self.replicates).all(axis=1)] - self.estimate
        return np.asarray(known.T @ known / max(len(known), 1), dtype=np.float64)


def patterns(design: SurveyDesign, items: Sequence[str], by: tuple[str, ...]) -> Patterns:
    """Collapse the rows of a design to what differs between them."""
    arrays = design.arrays
    codes, _, own = domain_codes(design, by)
    width = len(own[0]) if own else 1
    domain = np.zeros(len(arrays.weight), dtype=np.int64) if codes is None else np.where(codes < 0, width, codes)
    if design.mask is not None:
        domain = np.where(design.mask, domain, width)
    unit = arrays.stratum if arrays.psu is None else arrays.psu
    key = unit * (width + 1) + domain
    for item in items:
        answers = read_answers(design, item)
        part = answers.codes
        if part is None:
            part, _ = pd.factorize(answers.numbers(), use_na_sentinel=False)
        key = _packed(key, np.asarray(part, dtype=np.int64))
    if arrays.weight_of_stratum is None:
        part, _ = pd.factorize(arrays.weight)
        key = _packed(key, np.asarray(part, dtype=np.int64))
    _, first, count = np.unique(key, return_index=True, return_counts=True)
    values = np.column_stack([read_answers(design, item).numbers()[first] for item in items])
    stratum = arrays.stratum[first]
    return Patterns(stratum, unit[first], domain[first], arrays.weight[first], count, values, width)


def _packed(key: Ints, part: Ints) -> Ints:
    """Cross two codes; codes are renumbered where the product would not fit."""
    width = int(part.max(initial=0)) + 1
    if int(key.max(initial=0)) > 2**60 // width:
        key = np.unique(key, return_inverse=True)[1]
    crossed: Ints = key * width + part
    return crossed


def multipliers(design: SurveyDesign, held: Patterns, rng: np.random.Generator, size: int) -> Floats:
    """Weight multipliers of ``size`` replicates (draw x pattern).

    In each stratum n - 1 of its n PSUs are drawn with replacement and the weights rescaled, so that the variance of a
    total is the design's own, FPC included (Rao, Wu & Yue 1992). Where people are the PSUs, patterns are drawn by
    their counts.
    """
    arrays = design.arrays
    if arrays.psu is not None:
        return _cluster_multipliers(design, rng, size)[:, held.unit]
    shrink = _shrink(arrays)
    out = np.ones((size, len(held.stratum)))
    for stratum in range(len(arrays.strata)):
        n = int(arrays.sampled[stratum])
        inside = np.flatnonzero(held.stratum == stratum)
        if n >= 2 and len(inside):
            drawn = rng.multinomial(n - 1, held.times[inside] / n, size=size) / held.times[inside]
            out[:, inside] = 1 - shrink[stratum] + shrink[stratum] * drawn * (n / (n - 1))
    return out


Statistic = Callable[[Floats, Floats, Ints], npt.ArrayLike]


def replicate(
    design: SurveyDesign,
    items: Sequence[str],
    by: tuple[str, ...],
    statistic: Statistic,
    *,
    draws: int,
    seed: int,
) -> Replicates:
    """Compute a statistic on the sample and on each replicate.

    ``statistic(weights, values, domain)`` gets weights (draw x pattern), values (pattern x item, NaN where missing)
    and each pattern's domain, and returns draw x result.
    """
    held = patterns(design, items, by)
    base = held.weight * held.times
    estimate = np.atleast_2d(np.asarray(statistic(base[None, :], held.values, held.domain), dtype=np.float64))[0]
    rng = np.random.default_rng(seed)
    step = max(1, ROOM // max(len(base), 1))
    parts = []
    for start in range(0, draws, step):
        size = min(step, draws - start)
        weights = multipliers(design, held, rng, size)
        weights *= base
        parts.append(np.asarray(statistic(weights, held.values, held.domain), dtype=np.float64).reshape(size, -1))
    return Replicates(estimate, np.vstack(parts))


def _cluster_means(
    design: SurveyDesign, items: Sequence[str], by: tuple[str, ...], *, draws: int, seed: int
) -> Replicates:
    """Replicates of domain means from the PSUs' sums: a draw is a weighting of PSUs."""
    from scipy import sparse  # noqa: PLC0415 - slow to import

    sums = sums_for(design, items, by)
    width, count = sums.n_domains + 1, len(sums.psu_stratum) if sums.psu_stratum is not None else 0
    rng = np.random.default_rng(seed)
    weights = _cluster_multipliers(design, rng, draws)
    estimates: list[Floats] = []
    replicates: list[Floats] = []
    for item in items:
        centre = sums.items[item].middle
        totals = moment_totals(sums, item, centre)
        place = (sums.cells.unit, sums.cells.domain)
        below, above = (sparse.coo_array((side, place), shape=(count, width)) for side in totals.T)
        # a dense product is many times faster as long as it fits
        below, above = (side.toarray() if count * width <= ROOM else side.tocsr() for side in (below, above))
        base = np.ones((1, count))
        for held, out in ((base, estimates), (weights, replicates)):
            under = np.asarray(held @ below)[:, : width - 1]
            mean = np.full(under.shape, np.nan)
            np.divide(np.asarray(held @ above)[:, : width - 1], under, out=mean, where=under > 0)
            out.append(mean + centre)
    return Replicates(np.hstack(estimates)[0], np.hstack(replicates))


def _cluster_multipliers(design: SurveyDesign, rng: np.random.Generator, size: int) -> Floats:
    """Weight multiplier of every PSU in every draw."""
    arrays = design.arrays
    assert arrays.psu_stratum is not None  # noqa: S101 - the caller has PSUs
    shrink = _shrink(arrays)
    out = np.ones((size, len(arrays.psu_stratum)))
    for stratum in range(len(arrays.strata)):
        n = int(arrays.sampled[stratum])
        if n >= 2:
            units = np.flatnonzero(arrays.psu_stratum == stratum)
            times = rng.multinomial(n - 1, np.full(n, 1 / n), size=size)
            out[:, units] = 1 - shrink[stratum] + shrink[stratum] * times * (n / (n - 1))
    return out


def _shrink(arrays: DesignArrays) -> Floats:
    """Root of each stratum's finite population correction."""
    population = np.where(np.isnan(arrays.population), np.inf, arrays.population)
    return np.sqrt(np.maximum(1 - arrays.sampled / population, 0.0))


def domain_means(weights: Floats, values: Floats, domain: Ints, width: int) -> Floats:
    """Weighted means of every item in every domain, for every draw (draw x (item, domain))."""
    from scipy import sparse  # noqa: PLC0415 - slow to import

    valid = ~np.isnan(values)
    filled = np.where(valid, values, 0.0)
    place = sparse.csr_array((np.ones(len(domain)), (domain, np.arange(len(domain)))), shape=(width + 1, len(domain)))
    out = []
    for item in range(values.shape[1]):
        above = place @ (weights * filled[:, item]).T
        below = place @ (weights * valid[:, item]).T
        mean = np.full(above.shape, np.nan)
        np.divide(above, below, out=mean, where=below > 0)
        out.append(mean[:width].T)
    return np.hstack(out)


def bootstrap(
    design: SurveyDesign,
    y: str | Sequence[str],
    by: str | Sequence[str] | None = None,
    *,
    statistic: Statistic | None = None,
    draws: int = 2_000,
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Rao-Wu bootstrap of domain means, or of any statistic of the weighted sums.

    Missing answers contribute zero in every replicate. The same seed gives the same numbers.

    Parameters
    ----------
    design, y, by
        As in ``mean``.
    statistic
        ``f(weights, values, domain)``: weights (draw x pattern of like rows), values (pattern x item, NaN where
        missing), domain (code per pattern; the last code is "in none"); returns draw x result. None: the means of
        ``y`` by domain.
    draws, seed
        Number of replicates and where they start.

    Returns
    -------
    pandas.DataFrame
        ``variable`` and the columns of ``by`` (or ``result``, numbered, for a statistic of your own), ``estimate``,
        ``se`` (root mean square about the estimate), ``low``, ``high`` (percentiles), ``draws`` (replicates in which
        it was defined).

    Notes
    -----
    Rao, Wu & Yue (1992). R: ``as.svrepdesign(design, type = "subbootstrap")``.
    """
    check_level(level)
    if draws < 2:
        raise SurveyError("a bootstrap needs at least two draws")
    items = [y] if isinstance(y, str) else list(y)
    names = as_names(by)
    codes, levels, own = domain_codes(design, names)
    width = len(own[0]) if codes is not None else 1
    if statistic is not None:
        made = replicate(design, items, names, statistic, draws=draws, seed=seed)
    elif design.arrays.psu is not None:
        made = _cluster_means(design, items, names, draws=draws, seed=seed)
    else:

        def means(weights: Floats, values: Floats, domain: Ints) -> Floats:
            return domain_means(weights, values, domain, width)

        # one item at a time: like rows are far fewer than like combinations of answers
        parts = [replicate(design, [item], names, means, draws=draws, seed=seed) for item in items]
        made = Replicates(
            np.concatenate([part.estimate for part in parts]), np.hstack([part.replicates for part in parts])
        )
    columns: dict[str, object]
    if statistic is None:
        columns = {"variable": np.repeat(np.array(items, dtype=object), width)}
        for name, labels, code in zip(names, levels, own, strict=True):
            columns[name] = np.tile(np.asarray(labels[code], dtype=object), len(items))
    else:
        columns = {"result": np.arange(len(made.estimate))}
    return pd.DataFrame(columns | summary(made, level)).infer_objects()


def summary(made: Replicates, level: float) -> dict[str, Floats | Ints]:
    """Estimate, standard error and percentile limits of each statistic."""
    defined = np.isfinite(made.replicates)
    count = defined.sum(axis=0)
    away = np.where(defined, made.replicates - made.estimate, 0.0)
    se = np.sqrt((away**2).sum(axis=0) / np.maximum(count, 1))
    low, high = np.full(len(count), np.nan), np.full(len(count), np.nan)
    tails = [(1 - level) / 2, (1 + level) / 2]
    whole = defined.all(axis=0)
    low[whole], high[whole] = np.quantile(made.replicates[:, whole], tails, axis=0)
    for place in np.flatnonzero((count > 1) & ~whole):
        low[place], high[place] = np.quantile(made.replicates[defined[:, place], place], tails)
    return {"estimate": made.estimate, "se": np.where(count > 1, se, np.nan), "low": low, "high": high, "draws": count}
