"""Design-based rank tests of two or more groups, and pairs of groups after them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import Answers, Floats
from analysis.survey.design import SurveyDesign
from analysis.survey.faults import SurveyError, listed, one_of
from analysis.survey.linear import covariances, degrees, union_degrees
from analysis.survey.linearised import Statistic
from analysis.survey.notes import Note
from analysis.survey.onepass.build import derive, read_answers, row_domains
from analysis.survey.onepass.source import Source, sums_for
from analysis.survey.onepass.sums import Sums, subtotal
from analysis.survey.reference import f_upper, t_two_sided
from analysis.survey.statistic import mean_of, score_of
from analysis.survey.testing.comparison import (
    Domains,
    compared_table,
    domains_of,
    family_of,
    level_labels,
    pair_columns,
)
from analysis.survey.testing.superiority import superiority
from analysis.survey.variables import as_names, one_column

KINDS = ("wilcoxon", "kruskal-wallis", "median", "van-der-waerden")


@dataclass(frozen=True)
class RankTest:
    """Result of a rank test.

    ``statistic`` is t for ``wilcoxon`` (second group less first) and R's chi-square scale (a quadratic form, judged as
    statistic/df on F) for the others; ``ddf`` is the denominator's df (equal to ``df`` for t). ``scores`` are the
    groups' mean rank scores (0 to 1). ``groups`` are those with answers, in order.
    """

    kind: str
    statistic: float
    df: float
    ddf: float
    p: float
    groups: tuple[object, ...]
    scores: tuple[float, ...]
    n: int
    n_missing: int
    note: str


def _scorer(kind: str) -> Callable[[Floats], Floats]:
    """Return the score of a rank given as a share of the population (canonical mid-rank / N)."""
    if kind == "median":
        return lambda share: (share > 0.5).astype(np.float64)
    if kind == "van-der-waerden":
        from scipy import special  # noqa: PLC0415 - slow to import

        return lambda share: np.asarray(special.ndtri(share), dtype=np.float64)
    return lambda share: share


def _ranked(source: Source, y: str, by: tuple[str, ...], kind: str) -> tuple[Sums, Statistic]:
    """Return the groups' mean rank scores with their linearisation, ranked among rows with answer and group."""
    sums = sums_for(source, [y], by)
    score = _scorer(kind)
    made = sums.items[y]
    if made.levels is not None:
        weight = subtotal(sums.cells.domain, made.total, sums.n_domains + 1)[: sums.n_domains].sum(axis=0)
        if weight.sum() == 0:
            return sums, score_of(sums, y, np.zeros(len(weight)))
        below = np.cumsum(weight) - weight / 2
        # a level nobody gave has no rank to score
        share = np.where(weight > 0, below / weight.sum(), 0.5)
        return sums, score_of(sums, y, score(share))
    if not isinstance(source, SurveyDesign):
        raise SurveyError(f"{y!r} has too many values for its ranks to be summed; give the design itself")
    name = derive(source, f"rank score of {y} by {listed(by)} ({kind})", _row_scores(source, y, by, score))
    ranked = sums_for(source, [name], by)
    return ranked, mean_of(ranked, name)


def _row_scores(design: SurveyDesign, y: str, by: tuple[str, ...], score: Callable[[Floats], Floats]) -> Answers:
    """Score every row by its canonical mid-rank: the weight below it, and half the weight of its equals."""
    values = read_answers(design, y).numbers()
    inside = ~np.isnan(values) & (row_domains(design, by)[0] >= 0)
    unique, place = np.unique(values[inside], return_inverse=True)
    weight = np.bincount(place, weights=design.arrays.weight[inside], minlength=len(unique))
    share = (np.cumsum(weight) - weight / 2) / weight.sum()
    out = np.full(len(values), np.nan)
    out[inside] = score(share)[place]
    return Answers(None, None, out)


@single_threaded
def rank_test(source: Source, y: str, by: str | Sequence[str], *, kind: str = "kruskal-wallis") -> RankTest:
    """Compare the distribution of ``y`` between groups by ranks, for a complex sample.

    Every row gets its estimated population rank (canonical mid-rank: weight below + half the weight of equals, so the
    order of rows is irrelevant), the groups' mean scores are compared with the design's own covariance (FPC
    included).

    Parameters
    ----------
    source, y, by
        As in ``mean``; ``by`` makes the groups.
    kind
        ``wilcoxon`` (two groups), ``kruskal-wallis`` (any number), ``median``, ``van-der-waerden``.

    Returns
    -------
    RankTest
        With ``statistic``, ``df``, ``ddf``, ``p``, ``n``, ``n_missing``, ``note``.

    Raises
    ------
    SurveyError
        Fewer than two groups with answers, or ``wilcoxon`` with more than two.

    Notes
    -----
    Shape: one test. Units: shares of the ranking. Missing: rows without answer or group are left out of ranks and
    counted; groups nobody answered in are left out. df: groups - 1, and PSUs - strata less that (t under ``wilcoxon``).
    Lumley & Scott (2013). R: ``svyranktest(y ~ by, subset(design, !is.na(y)), test = "wilcoxon")``. R averages
    cumulative weights over equals without their weights, so its numbers move with the order of rows when weights
    differ among equals; where they don't, these agree, and elsewhere they agree with R's own steps on canonical
    scores.
    """
    one_of("kind", kind, KINDS)
    names = _asked(y, by)
    sums, statistic = _ranked(source, y, names, kind)
    width = sums.n_domains
    held = Domains(sums, statistic, covariances(sums, [statistic])[:width, :width])
    used = np.flatnonzero(held.n > 0)
    labels = level_labels(sums)
    if len(used) < 2:
        raise SurveyError(f"a rank test of {y!r} needs answers in at least two groups of {listed(names)}")
    if kind == "wilcoxon" and len(used) > 2:
        raise SurveyError(f"wilcoxon compares two groups and {listed(names)} has {len(used)}; use kruskal-wallis")
    members = np.zeros((1, width + 1), dtype=bool)
    members[0, used] = True
    free = float(union_degrees(sums, statistic.answered, members)[0])
    total = int(sums.cells.rows.sum())
    n = int(held.n[used].sum())
    means = held.estimate[used]
    covariance = held.covariance[np.ix_(used, used)]
    figures, note = _judge(kind, means, covariance, free)
    if degrees(sums, statistic.answered).census[used].all():
        note = Note.CENSUS
    return RankTest(
        kind,
        *figures,
        groups=tuple(labels[used]),
        scores=tuple(means.tolist()),
        n=n,
        n_missing=total - n,
        note=str(note),
    )


def _asked(y: str, by: str | Sequence[str]) -> tuple[str, ...]:
    """Return the columns of groups, refusing what is no question of ranks."""
    one_column(y, "y")
    names = as_names(by)
    if not names:
        raise SurveyError("a rank test needs a column of groups in by")
    return names


def _judge(kind: str, means: Floats, covariance: Floats, free: float) -> tuple[tuple[float, float, float, float], Note]:
    """Return (statistic, df, ddf, p) and the note that says why there is none."""
    blank = float("nan")
    apart = len(means) - 1
    ddf = free - apart
    step = np.hstack([-np.ones((apart, 1)), np.eye(apart)])
    delta, spread = step @ means, step @ covariance @ step.T
    df = ddf if kind == "wilcoxon" else float(apart)
    if np.isnan(spread).any():  # under ``average`` a group that lies in strata of one PSU alone has no variance
        return (blank, df, ddf, blank), Note.NO_DF
    if np.linalg.matrix_rank(spread, hermitian=True) != apart:
        return (blank, df, ddf, blank), Note.CONSTANT
    if ddf <= 0:
        return (blank, df, ddf, blank), Note.NO_DF
    if kind == "wilcoxon":
        t = float(delta[0] / np.sqrt(spread[0, 0]))
        return (t, df, ddf, float(t_two_sided(t, ddf))), Note.NONE
    chi_square = float(delta @ np.linalg.solve(spread, delta))
    return (chi_square, df, ddf, f_upper(chi_square / apart, apart, ddf)), Note.NONE


@single_threaded
def pairwise_ranks(
    source: Source, y: str, by: str | Sequence[str], *, adjust: str = "holm", level: float = 0.95, seed: int = 0
) -> pd.DataFrame:
    """Differences of mean rank scores of every two groups, after ``rank_test``; one family, all pairs.

    The ranks are the common ones of all groups (as in Dunn's test), the covariance is the design's. ``superiority``
    is the chance that a person of ``a`` gives a higher answer than one of ``b``, half of the ties counted, with its
    interval on the log-odds scale, or where every answer of one is above all of the other's (no variance is left) by
    the largest variance such a chance can have. Variables of many values are read again for each pair.

    Parameters
    ----------
    source, y, by, adjust, level, seed
        As in ``pairwise``, with one column ``y``.

    Returns
    -------
    pandas.DataFrame
        Columns as in ``pairwise``, then ``superiority``, ``superiority_low``, ``superiority_high``.

    Raises
    ------
    SurveyError
        As ``rank_test``; an unknown ``adjust``.

    Notes
    -----
    Shape: one row per pair. Units: ``difference`` in shares of the ranking, the superiority is a chance. Missing: as in
    ``rank_test``. df: as in ``pairwise``.
    Lumley & Scott (2013); Birnbaum & Klose (1957) for the largest variance. R: ``svycontrast`` on ``svyglm(score ~ 0 +
    factor(by))`` with canonical scores; the superiority's is that of the difference of ``svymean`` of both sides'
    placements among the other (``svyby(~placement, ~by, design, svymean, covmat = TRUE)``).
    """
    family = family_of(level, adjust, seed)
    names = _asked(y, by)
    sums, statistic = _ranked(source, y, names, "kruskal-wallis")
    if sums.n_domains < 2:
        raise SurveyError("pairwise_ranks needs a column with at least two levels in by")
    columns = pair_columns(sums, domains_of(sums, statistic), y, family)
    note = columns.pop("note")
    told = np.isin(note, ("", str(Note.CAUTION)))
    df = np.where(told, columns["df"], np.nan)
    columns |= superiority(source, sums, statistic, y, df=df, level=level)
    return compared_table([columns | {"note": note}])
