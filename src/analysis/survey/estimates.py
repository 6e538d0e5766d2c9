"""Estimates by domain: mean, total, ratio, and the covariance of means."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.survey.columns import Answers, Bools
from analysis.survey.design import SurveyDesign
from analysis.survey.faults import check_level
from analysis.survey.linear import covariances
from analysis.survey.linearised import Statistic
from analysis.survey.notes import Note
from analysis.survey.onepass.build import derive, read_answers
from analysis.survey.onepass.source import Source, sums_for
from analysis.survey.onepass.sums import Sums
from analysis.survey.shape import shape_of
from analysis.survey.statistic import mean_of, ratio_of, total_of
from analysis.survey.table import Found, Rows, estimates_table, interval, mark
from analysis.survey.variables import Variables, as_names, as_variables, columns_only, name_of, one_column


def _tabulate(
    sums: Sums, statistics: Sequence[Statistic], level: float, *, skewed: Sequence[Bools] = ()
) -> pd.DataFrame:
    found = []
    for place, statistic in enumerate(statistics):
        rows = Rows(sums, statistic)
        if skewed:
            mark(rows.notes, skewed[place][: sums.n_domains], Note.CAUTION)
        found.append(Found(statistic.name, rows, *interval(rows, level)))
    return estimates_table(sums, found)


def mean(source: Source, y: Variables, by: str | Sequence[str] | None = None, *, level: float = 0.95) -> pd.DataFrame:
    """Mean of each variable in each domain, with its t interval.

    Estimand: the population mean of the domain. Σwy/Σw over those who answered; se by Taylor linearisation with PSUs
    centred in their strata.

    Parameters
    ----------
    source
        A SurveyDesign, or Sums made from one.
    y
        A column, a ``Composite``, or a list of them.
    by
        A column, a list of columns, or None for the whole sample. Rows without a label are in no domain.
    level
        Confidence level.

    Returns
    -------
    pandas.DataFrame
        ``variable``, the columns of ``by``, ``n`` (answers), ``n_missing``, ``estimate``, ``se``, ``low``, ``high``,
        ``df``, ``note``. A row whose note is not empty or ``caution`` has no interval.

    Raises
    ------
    SurveyError
        Unknown or doubled columns, text or infinite values where numbers are needed.

    Notes
    -----
    Shape: one row per variable and domain, domains in order. Units: those of ``y``. Missing: such answers contribute
    zero, their PSU stays in the design. df: PSUs - strata in which the domain has answers.
    Binder (1983). R: ``svyby(~y, ~by, subset(design, !is.na(y)), svymean)``; ``confint(…, df = degf(subset))``.
    """
    check_level(level)
    variables = as_variables(y)
    sums = sums_for(source, variables, as_names(by))
    statistics = [mean_of(sums, variable) for variable in variables]
    skewed = [shape_of(sums, variable).doubtful for variable in variables]
    return _tabulate(sums, statistics, level, skewed=skewed)


def total(
    source: Source, y: str | Sequence[str], by: str | Sequence[str] | None = None, *, level: float = 0.95
) -> pd.DataFrame:
    """Weighted total of each column in each domain: Σwy over those who answered.

    Parameters
    ----------
    source, by, level
        As in ``mean``.
    y
        A column or a list of columns.

    Returns
    -------
    pandas.DataFrame
        Columns as in ``mean``.

    Raises
    ------
    SurveyError
        As ``mean``; a composite, which has no total.

    Notes
    -----
    Shape: one row per variable and domain. Units: those of ``y``, times people. Missing: such an answer adds nothing,
    so a total with blanks is a total of what was answered. df: as in ``mean``.
    Cochran (1977). R: ``svyby(~y, ~by, design, svytotal, na.rm = TRUE)``.
    """
    check_level(level)
    names = columns_only(y, "total")
    sums = sums_for(source, names, as_names(by))
    return _tabulate(sums, [total_of(sums, name) for name in names], level)


def ratio(
    design: SurveyDesign,
    numerator: str,
    denominator: str,
    by: str | Sequence[str] | None = None,
    *,
    level: float = 0.95,
) -> pd.DataFrame:
    """Total of ``numerator`` over the total of ``denominator`` in each domain.

    Parameters
    ----------
    design
        A SurveyDesign: the rows are read again.
    numerator, denominator
        Two columns.
    by, level
        As in ``mean``.

    Returns
    -------
    pandas.DataFrame
        Columns as in ``mean``; ``variable`` is "numerator/denominator". A denominator of zero gives the note
        ``undefined``.

    Raises
    ------
    SurveyError
        As ``mean``.

    Notes
    -----
    Shape: one row per domain. Units: the numerator's per unit of the denominator. Missing: rows that did not answer
    both contribute zero. df: as in ``mean``, over rows that answered both.
    Cochran (1977). R: ``svyby(~numerator, by = ~by, denominator = ~denominator, design, svyratio)``.
    """
    check_level(level)
    name = f"{one_column(numerator, 'numerator')}/{one_column(denominator, 'denominator')}"
    items = _pair(design, numerator, denominator)
    sums = sums_for(design, items, as_names(by), joint=True)
    return _tabulate(sums, [ratio_of(sums, items[0], items[1], name)], level)


def _pair(design: SurveyDesign, numerator: str, denominator: str) -> tuple[str, str]:
    """Two columns blanked where either is blank, under names of their own."""
    values = [read_answers(design, name).numbers() for name in (numerator, denominator)]
    blank = np.isnan(values[0]) | np.isnan(values[1])
    top, bottom = (Answers(None, None, np.where(blank, np.nan, value)) for value in values)
    name = f"{numerator}/{denominator}"
    return derive(design, f"{name} above", top), derive(design, f"{name} below", bottom)


def covariance(source: Source, y: Variables, by: str | Sequence[str] | None = None) -> pd.DataFrame:
    """Covariance matrix of all domain means, also across variables, from the joint linearisation.

    Domains that share PSUs covary, and so do domains of one stratum.

    Parameters
    ----------
    source, y, by
        As in ``mean``; Sums of several variables must be made with ``joint=True`` where people are the PSUs.

    Returns
    -------
    pandas.DataFrame
        Index and columns are alike: the domain's label for one variable by one column, the variable's name without
        ``by``, else a MultiIndex of (variable, by…). A domain with constant answers has zeros (note in ``mean``).

    Raises
    ------
    SurveyError
        As ``mean``; more domains than a table of all by all holds.

    Notes
    -----
    Shape: (variables x domains) twice. Units: the product of two variables' own. Missing: as in ``mean``; a domain
    without answers has NaN. df: none, those of ``mean`` or ``contrast``.
    Binder (1983). R: ``vcov(svyby(~y, ~by, design, svymean, covmat = TRUE, na.rm = TRUE))``.
    """
    variables = as_variables(y)
    names = as_names(by)
    sums = sums_for(source, variables, names, joint=True)
    statistics = [mean_of(sums, variable, moments=len(variables) > 1) for variable in variables]
    width = sums.n_domains
    keep = np.concatenate([np.arange(width) + (width + 1) * place for place in range(len(variables))])
    table = covariances(sums, statistics)[np.ix_(keep, keep)]
    empty = np.isnan(np.concatenate([one.estimate[:width] for one in statistics]))
    table[empty, :] = np.nan
    table[:, empty] = np.nan
    index = domain_index(sums, [name_of(variable) for variable in variables])
    return pd.DataFrame(table, index=index, columns=index)


def domain_index(sums: Sums, variables: Sequence[str]) -> pd.Index:
    """Return the index of a covariance matrix."""
    labels = sums.domain_labels()
    if not labels:
        return pd.Index(list(variables), name="variable")
    if len(variables) == 1 and len(labels) == 1:
        index: pd.Index = labels[0].rename(sums.by[0])
        return index
    columns = [np.repeat(np.array(variables, dtype=object), sums.n_domains)]
    columns += [np.tile(np.asarray(one, dtype=object), len(variables)) for one in labels]
    return pd.MultiIndex.from_arrays(columns, names=["variable", *sums.by])
