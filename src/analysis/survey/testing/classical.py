"""Tests for plain samples without a design: ranks and means, overall and by pairs.

Missing answers are left out once, at the door, and counted. Pairs are always adjusted unless told otherwise, and every
p-value is two-sided.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import Floats, Ints, check_reach, labels, plain_numbers, plain_row
from analysis.survey.faults import SurveyError, check_level, one_of
from analysis.survey.notes import Note
from analysis.survey.reference import f_upper, t_quantile, t_two_sided
from analysis.survey.statistic import divided
from analysis.survey.table import mark, note_array
from analysis.survey.testing.multiplicity import OF_P, adjust_p

# Every pair is tested: more groups would be millions of pairs.
MOST_GROUPS = 1_000


@dataclass(frozen=True)
class GroupTest:
    """An overall test of several groups and its pairs.

    ``statistic``, ``df`` (and ``ddf`` for F), ``p``; ``pairs`` as described by the test; ``n`` and ``n_missing``.
    "The overall test rejects but no pair does", and the reverse, can happen: they are different questions.
    """

    statistic: float
    df: float
    ddf: float
    p: float
    pairs: pd.DataFrame
    n: int
    n_missing: int
    note: str


def _groups(values: npt.ArrayLike, groups: npt.ArrayLike) -> tuple[Floats, Ints, list[object], int]:
    """Return answers, group codes, the groups in order and how many rows were left out."""
    y = plain_numbers(values, "values")
    read = labels(pd.DataFrame({"groups": plain_row(groups, "groups", "labels")}), "groups")
    if len(y) != len(read.codes):
        raise SurveyError(f"{len(y)} values for {len(read.codes)} groups")
    keep = ~np.isnan(y) & (read.codes >= 0)
    used, group = np.unique(read.codes[keep], return_inverse=True)
    if not 2 <= len(used) <= MOST_GROUPS:
        raise SurveyError(
            f"at least two groups with answers are needed, and at most {MOST_GROUPS}; here are {len(used)}"
        )
    return y[keep], group.astype(np.int64), read.levels[used].tolist(), int((~keep).sum())


def _mid_ranks(y: Floats) -> tuple[Floats, Ints]:
    """Mid-ranks and the sizes of the ties."""
    _, place, times = np.unique(y, return_inverse=True, return_counts=True)
    upto = np.cumsum(times)
    return (upto - (times - 1) / 2)[place], times


def _pair_frame(levels: Sequence[object], n: Ints) -> tuple[Ints, Ints, dict[str, object]]:
    first, second = np.triu_indices(len(levels), k=1)
    columns: dict[str, object] = {
        "a": [levels[i] for i in first.tolist()],
        "b": [levels[i] for i in second.tolist()],
        "n_a": n[first],
        "n_b": n[second],
    }
    return first, second, columns


def kruskal_wallis(values: npt.ArrayLike, groups: npt.ArrayLike, *, adjust: str = "holm") -> GroupTest:
    """Kruskal & Wallis's rank test of several independent groups, and Dunn's test of every pair after it.

    H with the tie correction. Dunn (1964): z of the difference of mean ranks (a - b) with the same ties' variance;
    ``pairs``: ``a``, ``b``, ``n_a``, ``n_b``, ``difference`` (of mean ranks), ``z``, ``p``, ``p_adjusted``,
    ``superiority`` (chance that a's answer is above b's, half of ties counted), ``note``.

    Parameters
    ----------
    values, groups
        Answers and their groups, row by row (by position). Groups come in order; an ordered categorical keeps its own.
    adjust
        As in ``adjust_p``.

    Returns
    -------
    GroupTest
        ``statistic`` is H, on the chi-square scale.

    Raises
    ------
    SurveyError
        Text or infinite values, lengths that differ, fewer than two groups with answers.

    Notes
    -----
    Shape: one test, and one row per pair of groups. Units: ranks. Missing: a row without an answer or a group is left
    out and counted in ``n_missing``. df: groups - 1.
    Kruskal & Wallis (1952). R: ``kruskal.test``, ``rstatix::dunn_test`` (``FSA::dunnTest``).
    """
    from scipy import special  # noqa: PLC0415 - slow to import

    one_of("adjust", adjust, OF_P)
    y, group, levels, missing = _groups(values, groups)
    rank, ties = _mid_ranks(y)
    n = np.bincount(group)
    total = len(y)
    mean = np.bincount(group, weights=rank) / n
    tied = float((ties.astype(np.float64) ** 3 - ties).sum())
    unit = total * (total + 1) / 12 - tied / (12 * (total - 1)) if total > 1 else 0.0
    constant = len(ties) == 1
    blank = float("nan")
    # (N - 1)·(sum of squares between groups) / (sum of squares of all ranks), which is N·unit
    h = blank if constant else float((n * (mean - (total + 1) / 2) ** 2).sum() / unit)
    first, second, columns = _pair_frame(levels, n)
    notes = note_array(len(first))
    if constant:
        mark(notes, np.ones(len(first), dtype=bool), Note.CONSTANT)
    difference = mean[first] - mean[second]
    z = divided(difference, np.sqrt(unit * (1 / n[first] + 1 / n[second])))
    z = np.where(notes == "", z, np.nan)
    p = np.asarray(2 * special.ndtr(-np.abs(z)), dtype=np.float64)
    columns |= {"difference": difference, "z": z, "p": p, "p_adjusted": adjust_p(p, adjust)}
    columns |= {"superiority": _superiority(y, group, first, second), "note": pd.Series(notes.tolist(), dtype="str")}
    df = float(len(levels) - 1)
    tail = blank if constant else float(special.chdtrc(df, h))
    note = str(Note.CONSTANT if constant else Note.NONE)
    return GroupTest(h, df, blank, tail, pd.DataFrame(columns), total, missing, note)


def _superiority(y: Floats, group: Ints, first: Ints, second: Ints) -> Floats:
    held = [np.sort(y[group == place]) for place in range(int(group.max()) + 1)]
    out = []
    for a, b in zip(first, second, strict=True):
        below = np.searchsorted(held[b], held[a], side="left")
        upto = np.searchsorted(held[b], held[a], side="right")
        out.append(float((below + upto).sum() / 2 / (len(held[a]) * len(held[b]))))
    return np.array(out)


def welch(values: npt.ArrayLike, groups: npt.ArrayLike, *, level: float = 0.95) -> GroupTest:
    """Welch's F for means of groups with unequal variances, and Games & Howell's test of every pair.

    ``pairs``: ``a``, ``b``, ``n_a``, ``n_b``, ``difference`` (a - b, in the scale's own points), ``se``, ``low_sim``,
    ``high_sim``, ``t``, ``df`` (Welch), ``p_adjusted`` (studentized range: adjusted for all pairs in itself),
    ``note``. A group of one, or with constant answers, stays out of the tests and has its note.

    Parameters
    ----------
    values, groups
        As in ``kruskal_wallis``.
    level
        Of the intervals, which hold for all pairs at once.

    Returns
    -------
    GroupTest
        ``statistic`` is F with ``df`` and ``ddf``.

    Raises
    ------
    SurveyError
        As ``kruskal_wallis``.

    Notes
    -----
    Shape: one test, and one row per pair of groups. Units: those of ``values``. Missing: as in ``kruskal_wallis``.
    df: groups - 1 and Welch's; Welch & Satterthwaite's for a pair.
    Welch (1951), Games & Howell (1976). R: ``oneway.test(y ~ g)``, ``rstatix::games_howell_test``
    (``PMCMRplus::gamesHowellTest``).
    """
    from scipy import stats  # noqa: PLC0415 - slow to import

    check_level(level)
    y, group, levels, missing = _groups(values, groups)
    check_reach(y, "values hold numbers")
    n = np.bincount(group)
    mean = np.bincount(group, weights=y) / n
    spread = np.asarray(np.bincount(group, weights=(y - mean[group]) ** 2), dtype=np.float64)
    variance = divided(spread, np.asarray(n - 1, dtype=np.float64))
    flat = np.array([np.ptp(y[group == place]) == 0 for place in range(len(levels))])
    usable = (n > 1) & ~flat
    statistic, df, ddf = _welch_f(mean[usable], variance[usable] / n[usable], n[usable])
    first, second, columns = _pair_frame(levels, n)
    notes = note_array(len(first))
    mark(notes, (n[first] == 1) | (n[second] == 1), Note.ONE_RESPONDENT)
    mark(notes, flat[first] | flat[second], Note.CONSTANT)
    told = notes == ""
    part = np.where(usable, variance / n, np.nan)
    se = np.sqrt(part[first] + part[second])
    difference = mean[first] - mean[second]
    single = np.maximum(n - 1, 1)
    free = (part[first] + part[second]) ** 2 / (part[first] ** 2 / single[first] + part[second] ** 2 / single[second])
    t = divided(difference, np.where(told, se, 0.0))
    count = int(usable.sum())
    p, reach = np.full(len(t), np.nan), np.full(len(t), np.nan)
    if told.any():
        p[told] = stats.studentized_range.sf(np.abs(t[told]) * np.sqrt(2), count, free[told])
        reach[told] = stats.studentized_range.ppf(level, count, free[told]) / np.sqrt(2)
    columns |= {
        "difference": difference,
        "se": se,
        "low_sim": difference - reach * se,
        "high_sim": difference + reach * se,
    }
    columns |= {"t": t, "df": free, "p_adjusted": p, "note": pd.Series(notes.tolist(), dtype="str")}
    note = Note.NONE if np.isfinite(statistic) else Note.CONSTANT
    return GroupTest(statistic, df, ddf, f_upper(statistic, df, ddf), pd.DataFrame(columns), len(y), missing, str(note))


def _welch_f(mean: Floats, squared_error: Floats, n: Ints) -> tuple[float, float, float]:
    count = len(mean)
    if count < 2:
        return float("nan"), float("nan"), float("nan")
    w = 1 / squared_error
    centre = float((w * mean).sum() / w.sum())
    loss = float(((1 - w / w.sum()) ** 2 / (n - 1)).sum())
    shrink = 1 + 2 * (count - 2) / (count**2 - 1) * loss
    statistic = float((w * (mean - centre) ** 2).sum() / (count - 1) / shrink)
    return statistic, float(count - 1), (count**2 - 1) / (3 * loss)


@dataclass(frozen=True)
class BrunnerMunzel:
    """Result of Brunner & Munzel's test.

    ``superiority`` is P(x < y) + P(x = y)/2 with ``low`` and ``high``; ``statistic`` (t), ``df``, ``p``; ``n``,
    ``n_missing``.
    """

    statistic: float
    df: float
    p: float
    superiority: float
    low: float
    high: float
    n: int
    n_missing: int
    note: str


def brunner_munzel(x: npt.ArrayLike, y: npt.ArrayLike, *, level: float = 0.95) -> BrunnerMunzel:
    """Compare two independent samples whose spreads may differ: is ``y`` the likelier one to be higher.

    Samples that do not overlap at all have no variance to judge by: the note is ``constant``.

    Parameters
    ----------
    x, y
        The two samples.
    level
        Of the interval of the superiority.

    Returns
    -------
    BrunnerMunzel
        ``statistic`` is t, above 0 where ``y`` tends to be higher.

    Raises
    ------
    SurveyError
        Text or infinite values, fewer than two answers in a sample.

    Notes
    -----
    Shape: one result. Units: none (the superiority is a chance). Missing: left out and counted. df: Satterthwaite's.
    Brunner & Munzel (2000). R: ``lawstat::brunner.munzel.test(x, y)``.
    """
    check_level(level)
    raw = [plain_numbers(side, name) for side, name in ((x, "x"), (y, "y"))]
    one, other = (side[~np.isnan(side)] for side in raw)
    missing = sum(len(side) for side in raw) - len(one) - len(other)
    n, m = len(one), len(other)
    if min(n, m) < 2:
        raise SurveyError(f"brunner_munzel needs at least two answers in each sample, not {n} and {m}")
    joint, _ = _mid_ranks(np.concatenate([one, other]))
    inner_one, inner_other = _mid_ranks(one)[0], _mid_ranks(other)[0]
    placed_one, placed_other = joint[:n] - inner_one, joint[n:] - inner_other
    chance = float((joint[n:].mean() - (m + 1) / 2) / n)
    spread_one, spread_other = float(placed_one.var(ddof=1)), float(placed_other.var(ddof=1))
    pooled = n * spread_one + m * spread_other
    blank = float("nan")
    if pooled <= 0:
        return BrunnerMunzel(blank, blank, blank, chance, blank, blank, n + m, missing, str(Note.CONSTANT))
    gap = float(joint[n:].mean() - joint[:n].mean())
    statistic = n * m * gap / ((n + m) * np.sqrt(pooled))
    df = pooled**2 / ((n * spread_one) ** 2 / (n - 1) + (m * spread_other) ** 2 / (m - 1))
    se = np.sqrt(spread_one / (n * m**2) + spread_other / (m * n**2))
    reach = float(t_quantile(0.5 + level / 2, df)) * se
    p = float(t_two_sided(statistic, df))
    return BrunnerMunzel(
        float(statistic),
        float(df),
        p,
        chance,
        float(chance - reach),
        float(chance + reach),
        n + m,
        missing,
        str(Note.NONE),
    )
