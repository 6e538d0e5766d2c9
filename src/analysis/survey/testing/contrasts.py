"""Differences between domains: every pair, each against the whole, and any linear combination."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import Floats, check_reach
from analysis.survey.estimates import domain_index
from analysis.survey.faults import SurveyError, check_level, check_names, shown, some
from analysis.survey.linear import MOST_STATISTICS, covariances, degrees, union_degrees
from analysis.survey.notes import Note
from analysis.survey.onepass.source import Source, sums_for
from analysis.survey.onepass.sums import Sums
from analysis.survey.shape import OWN_AT, shape_of
from analysis.survey.statistic import answered_weight, divided, mean_of
from analysis.survey.table import mark, note_array, stack
from analysis.survey.testing.comparison import (
    Domains,
    Family,
    compared,
    compared_table,
    domains_of,
    family_of,
    pair_columns,
    pairs_of,
    text_column,
    third_cumulants,
    without_rounding,
)
from analysis.survey.testing.multiplicity import square_root
from analysis.survey.variables import Variable, Variables, as_names, as_variables, name_of


@single_threaded
def pairwise(
    source: Source,
    y: Variables,
    by: str | Sequence[str],
    *,
    within: str | Sequence[str] | None = None,
    adjust: str = "holm",
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Difference of the means of every two domains (a - b, a before b in the order of levels).

    The variance comes from the joint covariance of all domain means, so domains that share PSUs or strata are compared
    rightly. p-values are adjusted over all pairs of one variable (the family). ``low_sim`` and ``high_sim`` hold for
    the whole family at once: Bonferroni's under ``holm`` (they leave out 0 only where Holm rejects), the largest
    statistic's under ``max-t`` (the same verdict as its adjusted p).

    Parameters
    ----------
    source, y, by, level
        As in ``mean``; ``by`` is needed.
    within
        Columns whose levels are taken one by one: only domains of one of them are compared (the waves of each unit).
    adjust
        ``holm``, ``max-t``, ``bonferroni``, ``hochberg``, ``bh``, ``by`` or ``none``.
    seed
        For ``max-t``, whose critical value is drawn (multivariate t; the family's largest df where they differ).

    Returns
    -------
    pandas.DataFrame
        ``variable``, the columns of ``within``, ``a``, ``b``, ``n_a``, ``n_b``, ``difference``, ``se``, ``low``,
        ``high``, ``low_sim``, ``high_sim``, ``t``, ``df``, ``p``, ``p_adjusted``, ``note``. A pair with a domain of
        constant answers or of one respondent has a difference and its note, and stays out of the family. Two domains
        asked in full have no test either.

    Raises
    ------
    SurveyError
        As ``mean``; ``by`` of fewer than two levels (within every level of ``within``), an unknown ``adjust``, more
        domains than a table of all pairs holds.

    Notes
    -----
    Shape: one row per pair, k(k - 1)/2 for k domains (of each level of ``within``). Units: those of ``y``; p are
    probabilities. Missing: as in ``mean``. df: PSUs - strata of the two domains' union.
    "The overall test rejects but no pair does" and the reverse are both possible: they ask different questions. A few
    people against many: the union's df are many though the few people's variance rules; where Welch & Satterthwaite's
    df would leave out more than 5.5 % of the union's 95 % interval, the note is ``caution``.
    Binder (1983), Holm (1979). R: ``svycontrast(svyby(~y, ~by, design, svymean, covmat = TRUE), list(c(a = 1, b =
    -1)))`` and ``p.adjust``.
    """
    family = family_of(level, adjust, seed)
    variables, names, apart = as_variables(y), as_names(by), as_names(within, "within")
    sums = sums_for(source, variables, (*apart, *names))
    if not names or not len(pairs_of(sums, len(apart))[0]):
        raise SurveyError("pairwise needs a column with at least two levels in by")
    columns = []
    for variable in variables:
        held = domains_of(sums, mean_of(sums, variable))
        shape = shape_of(sums, variable)
        thirds = (third_cumulants(held, shape.own), third_cumulants(held, shape.pooled))
        columns.append(pair_columns(sums, held, name_of(variable), family, thirds=thirds, within=len(apart)))
    return compared_table(columns)


@single_threaded
def against_whole(
    source: Source,
    y: Variables,
    by: str | Sequence[str],
    *,
    adjust: str = "holm",
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Each domain's mean less the mean of the whole sample (rows in no domain included).

    The domain is part of the whole, and their covariance is counted. Answers piled up at one end of a scale make small
    domains' means skewed, and a plain t then finds too much (with half of the answers at the top, 12 % of false
    families where 5 % were allowed); p and all limits are therefore those of Hall's (1992) transformed t, with the
    skewness of all domains' answers together, under which at most 5 % are left (``benchmarks/results/coverage.csv``).
    ``t`` is the plain ratio. Adjustment, intervals and notes as in ``pairwise``; the family is all domains of one
    variable.

    Parameters
    ----------
    source, y, by, adjust, level, seed
        As in ``pairwise``.

    Returns
    -------
    pandas.DataFrame
        ``variable``, the columns of ``by``, ``n``, ``estimate``, ``whole``, ``difference``, ``se``, ``low``, ``high``,
        ``low_sim``, ``high_sim``, ``t``, ``df``, ``p``, ``p_adjusted``, ``note``.

    Raises
    ------
    SurveyError
        As ``pairwise``, but one domain is enough.

    Notes
    -----
    Shape: one row per domain. Units: those of ``y``. Missing: as in ``mean``. df: the domain's own, since the domain
    carries nearly all of the difference's variance.
    R: ``svycontrast`` of a domain mean and the overall mean taken from one joint ``svymean`` of ratios.
    """
    family = family_of(level, adjust, seed)
    variables, names = as_variables(y), as_names(by)
    if not names:
        raise SurveyError("against_whole needs at least one column in by")
    sums = sums_for(source, variables, names)
    width = sums.n_domains
    if 2 * (width + 1) > MOST_STATISTICS:
        raise SurveyError(
            f"against_whole takes up to {MOST_STATISTICS // 2 - 1} domains, not {width}. Give the domains that are not "
            "asked about one label together (the whole stays the same), or take a coarser column in by"
        )
    tables = []
    for variable in variables:
        own, entire = mean_of(sums, variable), mean_of(sums, variable, of_whole=True)
        joint = covariances(sums, [own, entire])
        cross = joint[: width + 1, width + 1 :].sum(axis=1)[:width]
        cov = joint[:width, :width] - cross[:, None] - cross[None, :] + joint[width + 1 :, width + 1 :].sum()
        held = Domains(sums, own, joint[:width, :width])
        notes = held.barred
        mark(notes, held.census, Note.CENSUS)
        variance = without_rounding(np.diag(cov), np.diag(joint)[:width])
        root = None
        if adjust == "max-t":
            root = (
                square_root(np.where(np.isnan(cov), 0.0, cov)) / np.where(variance > 0, np.sqrt(variance), 1.0)[:, None]
            )
        overall = entire.estimate[:width]
        difference = held.estimate - overall
        columns: dict[str, object] = {"variable": pd.Series([name_of(variable)] * width, dtype="str")}
        labels = dict(zip(sums.by, sums.domain_labels(), strict=True))
        figures: dict[str, object] = {
            "n": held.n,
            "estimate": held.estimate,
            "whole": overall,
            "difference": difference,
        }
        own_bend, pooled_bend = _skewness(sums, variable, held, variance)
        figures |= compared(
            difference,
            variance,
            held.held.df,
            notes,
            family=family,
            root=root,
            skewness=pooled_bend,
            caution=np.abs(own_bend - pooled_bend) > OWN_AT,
        )
        check_names(sums.by, [*columns, *figures])
        tables.append(pd.DataFrame(columns | labels | figures | {"note": text_column(notes)}))
    return stack(tables)


def _skewness(sums: Sums, variable: Variable, held: Domains, variance: Floats) -> tuple[Floats, Floats]:
    """Skewness of each difference from the whole: by the domains' own answers, and by all answers' common shape."""
    width = sums.n_domains
    shape = shape_of(sums, variable)
    weight = np.bincount(sums.cells.domain, weights=answered_weight(sums, variable), minlength=width + 1)
    share = weight[:width] / max(weight.sum(), 1e-300)
    out = []
    for skewness in (shape.own, shape.pooled):
        third = third_cumulants(held, skewness)
        rest = np.nansum(share**3 * third) - share**3 * third
        out.append(divided((1 - share) ** 3 * third - rest, np.maximum(variance, 0.0) ** 1.5))
    return np.nan_to_num(out[0]), np.nan_to_num(out[1])


def contrast(
    source: Source,
    y: Variables,
    by: str | Sequence[str],
    weights: pd.DataFrame | pd.Series,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Linear combinations of domain means, such as directly standardised means and their differences.

    Parameters
    ----------
    source, y, by, level
        As in ``covariance``.
    weights
        One combination per row, named by the index; columns are domains as in ``covariance``'s index, and those left
        out weigh 0. A Series is one combination.

    Returns
    -------
    pandas.DataFrame
        ``name``, ``estimate``, ``se``, ``low``, ``high``, ``df``, ``p`` (two-sided, against 0), ``note``. A combination
        that needs a domain nobody answered in is ``no respondents``.

    Raises
    ------
    SurveyError
        As ``covariance``; domains that do not exist or are named twice, weights that are no table or not finite.

    Notes
    -----
    Shape: one row per combination. Units: those of ``y`` times the weights'. Missing: as in ``mean``. df: PSUs - strata
    of the union of the domains that weigh.
    Binder (1983). R: ``svycontrast(svyby(..., covmat = TRUE), list(name = weights))``.
    """
    check_level(level)
    variables, names = as_variables(y), as_names(by)
    sums = sums_for(source, variables, names, joint=True)
    statistics = [mean_of(sums, variable, moments=len(variables) > 1) for variable in variables]
    width = sums.n_domains
    rows = _combinations(weights)
    factors = _aligned(rows, domain_index(sums, [name_of(variable) for variable in variables]))
    keep = np.concatenate([np.arange(width) + (width + 1) * place for place in range(len(variables))])
    cov = covariances(sums, statistics)[np.ix_(keep, keep)]
    means = np.concatenate([one.estimate[:width] for one in statistics])
    empty = np.isnan(means)
    estimate = factors @ np.where(empty, 0.0, means)
    uses, unknown = factors != 0, np.isnan(np.diag(cov))
    cov = np.where(unknown[:, None] | unknown[None, :], 0.0, cov)
    raw = np.einsum("rf,fg,rg->r", factors, cov, factors, optimize=True)
    variance = without_rounding(raw, (factors**2) @ np.diag(cov))
    variance[(uses & unknown).any(axis=1)] = np.nan
    notes = note_array(len(rows))
    mark(notes, (uses & empty).any(axis=1), Note.NO_RESPONDENTS)
    estimate = np.where(notes == "", estimate, np.nan)
    answered = np.max([one.answered for one in statistics], axis=0)
    members = np.zeros((len(rows), width + 1), dtype=bool)
    for place in range(len(variables)):
        members[:, :width] |= uses[:, place * width : (place + 1) * width]
    df = union_degrees(sums, answered, members)
    census = degrees(sums, answered).census
    mark(notes, np.array([bool(census[chosen].all()) for chosen in members]), Note.CENSUS)
    told = compared(estimate, variance, df, notes, family=Family(level, "none", 0))
    shown = ("se", "low", "high", "df", "p", "note")
    columns = {column: told[column] for column in shown} | {"note": text_column(told["note"])}
    return pd.DataFrame({"name": list(rows.index), "estimate": estimate, **columns})


def _combinations(weights: pd.DataFrame | pd.Series) -> pd.DataFrame:
    if isinstance(weights, pd.Series):
        return weights.to_frame().T
    if isinstance(weights, pd.DataFrame):
        return weights
    raise SurveyError(
        f"weights must be a pandas Series (one combination) or DataFrame whose labels are domains, not {shown(weights)}"
    )


def _aligned(rows: pd.DataFrame, index: pd.Index) -> Floats:
    """Return the weights in the covariance's own order, refusing domains that do not exist."""
    if rows.columns.has_duplicates:
        raise SurveyError("weights name a domain twice")
    places = index.get_indexer(rows.columns)
    if (places < 0).any():
        unknown = [repr(label) for label, place in zip(rows.columns, places, strict=True) if place < 0]
        raise SurveyError(f"weights name domains that do not exist: {some(unknown)}")
    try:
        values = rows.to_numpy(dtype=np.float64)
    except (TypeError, ValueError):
        values = np.full(rows.shape, np.nan)
    if not np.isfinite(values).all():
        raise SurveyError("weights of a combination must be finite numbers; 0 leaves a domain out")
    if not rows.size or not (values != 0).any(axis=1).all():
        raise SurveyError("a combination must weigh one domain at least")
    check_reach(values, "weights of a combination hold values")
    out = np.zeros((len(rows), len(index)))
    out[:, places] = values
    return out
