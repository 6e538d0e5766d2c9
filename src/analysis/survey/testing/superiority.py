"""The chance that one group's answer is above another's, half of the ties counted, with its interval."""

import numpy as np

from analysis.survey.columns import ROUNDING, Answers, Floats, Ints
from analysis.survey.design import SurveyDesign
from analysis.survey.faults import listed
from analysis.survey.linear import covariances, degrees, level_covariances
from analysis.survey.linearised import Statistic
from analysis.survey.onepass.build import derive, read_answers, row_domains
from analysis.survey.onepass.source import Source, sums_for
from analysis.survey.onepass.sums import Sums, subtotal
from analysis.survey.proportions import log_odds_limits, wilson_limits
from analysis.survey.reference import t_quantile
from analysis.survey.statistic import divided, mean_of

Pairs = tuple[Ints, Ints]


def superiority(
    source: Source, sums: Sums, statistic: Statistic, y: str, *, df: Floats, level: float
) -> dict[str, Floats]:
    """Return the chance of every two domains of ``by`` (first of a pair above second) and its limits.

    ``statistic`` holds the mean ranks after which it is asked; ``df`` is each pair's, NaN where the pair is not to be
    judged. A pair without answers on both sides has no chance.
    """
    pairs = np.triu_indices(sums.n_domains, k=1)
    made = sums.items.get(y)
    if made is not None and made.levels is not None:
        theta, variance = _by_level(sums, y, pairs)
    else:
        assert isinstance(source, SurveyDesign)  # noqa: S101 - the ranks were read from it
        theta, variance = _by_row(source, y, sums.by, pairs)
    # shares add to 1 but for their rounding, which is neither a chance nor a variance
    theta = np.where(theta <= ROUNDING, 0.0, np.where(theta >= 1 - ROUNDING, 1.0, theta))
    inner = variance > ROUNDING * theta * (1 - theta)
    inner &= (theta > 0) & (theta < 1)
    t = t_quantile(0.5 + level / 2, np.where(np.isnan(theta), np.nan, df))
    usual = log_odds_limits(np.where(inner, theta, 0.5), np.sqrt(np.where(inner, variance, 0.0)), t)
    size = _independent(sums, statistic)
    # by the largest variance a chance can have, chance·(1 - chance)/size (Birnbaum & Klose)
    widest = wilson_limits(theta, np.minimum(size[pairs[0]], size[pairs[1]]), t)
    low, high = (np.where(inner, one, np.clip(other, 0.0, 1.0)) for one, other in zip(usual, widest, strict=True))
    return {"superiority": theta, "superiority_low": low, "superiority_high": high}


def _independent(sums: Sums, statistic: Statistic) -> Floats:
    """How many equal independent answers each domain's are worth at least: its PSUs, or Kish's effective n if fewer."""
    made, width = sums.items[statistic.name], sums.n_domains
    weight = made.total.sum(axis=1) if made.levels is not None else made.total[:, 0]
    total, squared = (subtotal(sums.cells.domain, one, width + 1)[:width] for one in (weight, made.squared))
    return np.fmin(degrees(sums, statistic.answered).psus[:width], divided(total**2, squared))


def _form(left: Floats, covariance: Floats, right: Floats) -> Floats:
    return np.asarray(np.einsum("rk,rkl,rl->r", left, covariance, right, optimize=True), dtype=np.float64)


def _by_level(sums: Sums, y: str, pairs: Pairs) -> tuple[Floats, Floats]:
    """Chances and their variances from the shares by level and their joint covariance."""
    first, second = pairs
    shares, covariance = level_covariances(sums, y)
    size, width = shares.shape[1], sums.n_domains
    p = shares[:width]
    joint = covariance.reshape(width + 1, size, width + 1, size)[:width, :, :width, :]
    middle = np.cumsum(p, axis=1) - p / 2
    up, down = middle[second], 1 - middle[first]
    theta = np.einsum("rl,rl->r", p[first], up)
    variance = (
        _form(up, joint[first, :, first, :], up)
        + _form(down, joint[second, :, second, :], down)
        + 2 * _form(up, joint[first, :, second, :], down)
    )
    empty = p.sum(axis=1) == 0
    return np.where(empty[first] | empty[second], np.nan, theta), variance


def _by_row(design: SurveyDesign, y: str, by: tuple[str, ...], pairs: Pairs) -> tuple[Floats, Floats]:
    """Return the same for a variable of many values: every answer placed among the other group's, one pair at a time.

    The mean place of a's answers in b, and that of b's in a turned over, are both the chance; its linearisation is the
    sum of theirs.
    """
    values = read_answers(design, y).numbers()
    domain, _ = row_domains(design, by)
    inside = ~np.isnan(values) & (domain >= 0)
    unique, place = np.unique(values[inside], return_inverse=True)
    group, weight = domain[inside], design.arrays.weight[inside]

    def placed(domain: int) -> Floats:
        """Share of a group's weight below each value, half of what equals it included."""
        chosen = group == domain
        held = np.bincount(place[chosen], weights=weight[chosen], minlength=len(unique))
        return divided(np.cumsum(held) - held / 2, np.full(len(unique), held.sum()))

    theta, variance = np.full(len(pairs[0]), np.nan), np.full(len(pairs[0]), np.nan)
    for row, (a, b) in enumerate(zip(*pairs, strict=True)):
        among = np.where(group == a, placed(b)[place], np.where(group == b, 1 - placed(a)[place], np.nan))
        scores = np.full(len(values), np.nan)
        scores[inside] = among
        name = derive(design, f"place of {y} in the other of two of {listed(by)}", Answers(None, None, scores))
        sums = sums_for(design, [name], by)
        mean = mean_of(sums, name)
        joint = covariances(sums, [mean])
        theta[row] = mean.estimate[a]
        variance[row] = joint[a, a] + joint[b, b] + 2 * joint[a, b]
    return theta, variance
