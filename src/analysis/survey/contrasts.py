"""Differences between domains: every pair, each against the whole, and any linear combination."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import Bools, Floats, Ints
from analysis.survey.estimates import domain_index
from analysis.survey.faults import SurveyError, check_level, one_of, some
from analysis.survey.linear import covariances, degrees, pair_degrees, union_degrees
from analysis.survey.linearised import Statistic
from analysis.survey.multiplicity import ADJUSTMENTS, simultaneous, square_root
from analysis.survey.notes import Note
from analysis.survey.reference import t_quantile, t_two_sided
from analysis.survey.shape import CAUTION_AT, shape_of
from analysis.survey.source import Source, sums_for
from analysis.survey.statistic import answered_weight, divided, mean_of
from analysis.survey.sums import Sums, counts
from analysis.survey.table import mark, note_array, notes_of, stack
from analysis.survey.variables import Variable, Variables, as_names, as_variables, name_of

# Domains that say nothing about their own variation cannot be compared by a test.
_UNTESTABLE = (Note.NO_RESPONDENTS, Note.UNDEFINED, Note.ONE_RESPONDENT, Note.CONSTANT)


class Family(NamedTuple):
    """How a set of questions is judged together."""

    level: float
    adjust: str
    seed: int


class Domains:
    """What a comparison needs of every domain: counts, estimates, covariance and the notes that bar it from a test."""

    def __init__(self, sums: Sums, statistic: Statistic, covariance: Floats) -> None:
        width = sums.n_domains
        self.statistic = statistic
        self.n: Ints = counts(sums.cells.domain, statistic.answered, width + 1)[:width]
        self.estimate: Floats = statistic.estimate[:width]
        self.covariance: Floats = covariance
        self.held = degrees(sums, statistic.answered).head(width)
        self.census: Bools = self.held.census
        self.notes = notes_of(self.n, statistic.constant[:width], self.held, self.estimate)

    @property
    def barred(self) -> npt.NDArray[np.object_]:
        """The note that keeps a domain out of tests, or the empty note."""
        return np.where(np.isin(self.notes, [str(note) for note in _UNTESTABLE]), self.notes, "").astype(object)


def _domains(sums: Sums, statistic: Statistic) -> Domains:
    width = sums.n_domains
    return Domains(sums, statistic, covariances(sums, [statistic])[:width, :width])


def level_labels(sums: Sums) -> npt.NDArray[np.object_]:
    """One label per domain; a tuple where several columns make the domain."""
    held = sums.domain_labels()
    out = np.empty(sums.n_domains, dtype=object)
    out[:] = list(held[0]) if len(held) == 1 else list(zip(*held, strict=True))
    return out


def compared(
    difference: Floats,
    variance: Floats,
    df: Floats,
    notes: npt.NDArray[np.object_],
    *,
    family: Family,
    root: Floats | None = None,
    skewness: Floats | None = None,
    caution: Bools | None = None,
) -> dict[str, object]:
    """Return the columns that every table of differences shares, from se to note.

    ``skewness`` is that of the difference's estimate: p-values and limits are then those of Hall's transformed t.
    """
    se = np.sqrt(np.maximum(variance, 0.0))
    mark(notes, df <= 0, Note.NO_DF)
    mark(notes, (se == 0) & (notes == ""), Note.CONSTANT)
    told = notes == ""
    t = divided(difference, np.where(told, se, 0.0))
    usable = np.where(told, df, np.nan)
    bent = np.zeros(len(t)) if skewness is None else skewness
    p = t_two_sided(bend(t, bent), usable)
    together = simultaneous(p, usable, family.adjust, family.level, root=root, seed=family.seed)
    reach = t_quantile(0.5 + family.level / 2, usable)
    if caution is not None:
        mark(notes, caution & told, Note.CAUTION)
    shown = np.where(told, se, np.where(notes == str(Note.CENSUS), 0.0, np.nan))
    return {
        "se": shown,
        "low": difference - unbend(reach, bent) * se,
        "high": difference - unbend(-reach, bent) * se,
        "low_sim": difference - unbend(together.reach, bent) * se,
        "high_sim": difference - unbend(-together.reach, bent) * se,
        "t": t,
        "df": df,
        "p": p,
        "p_adjusted": together.p_adjusted,
        "note": pd.Series(notes.tolist(), dtype="str"),
    }


def bend(t: Floats, skewness: Floats) -> Floats:
    """Transform the t statistic of a skewed estimate (Hall 1992): monotone, and t itself without skewness."""
    a = np.where(np.abs(skewness) < 1e-12, 1.0, skewness)
    return np.where(np.abs(skewness) < 1e-12, t, ((1 + a * t / 3) ** 3 - 1) / a + a / 6)


def unbend(x: Floats, skewness: Floats) -> Floats:
    """Return the t statistic that Hall's transformation takes to ``x``."""
    a = np.where(np.abs(skewness) < 1e-12, 1.0, skewness)
    return np.where(np.abs(skewness) < 1e-12, x, 3 / a * (np.cbrt(1 + a * (x - a / 6)) - 1))


def third_cumulants(held: Domains, skewness: Floats) -> Floats:
    """Third cumulant of each domain's estimate."""
    return skewness * np.maximum(np.diag(held.covariance), 0.0) ** 1.5


@single_threaded
def pairwise(
    source: Source,
    y: Variables,
    by: str | Sequence[str],
    *,
    adjust: str = "holm",
    level: float = 0.95,
    seed: int = 0,
) -> pd.DataFrame:
    """Difference of the means of every two domains (a - b, a before b in the order of levels).

    The variance comes from the joint covariance of all domain means, so domains that share PSUs or strata are compared
    rightly; df = PSUs - strata of the two domains' union. p-values are adjusted over all pairs of one variable (the
    family). ``low_sim`` and ``high_sim`` hold for the whole family at once: Bonferroni's under ``holm`` (they leave
    out 0 only where Holm rejects), the largest statistic's under ``max-t`` (the same verdict as its adjusted p).

    Parameters
    ----------
    source, y, by, level
        As in ``mean``; ``by`` is needed.
    adjust
        ``holm``, ``max-t``, ``bonferroni``, ``hochberg``, ``bh``, ``by`` or ``none``.
    seed
        For ``max-t``, whose critical value is drawn.

    Returns
    -------
    pandas.DataFrame
        ``variable``, ``a``, ``b``, ``n_a``, ``n_b``, ``difference``, ``se``, ``low``, ``high``, ``low_sim``,
        ``high_sim``, ``t``, ``df``, ``p``, ``p_adjusted``, ``note``. A pair with a domain of constant answers or of
        one respondent has a difference and its note, and stays out of the family. Two domains asked in full have no
        test either.

    Notes
    -----
    "The overall test rejects but no pair does" and the reverse are both possible: they ask different questions.
    R: ``svycontrast(svyby(~y, ~by, design, svymean, covmat = TRUE), list(c(a = 1, b = -1)))`` and ``p.adjust``.
    """
    check_level(level)
    one_of("adjust", adjust, ADJUSTMENTS)
    variables, names = as_variables(y), as_names(by)
    sums = sums_for(source, variables, names)
    if not names or sums.n_domains < 2:
        raise SurveyError("pairwise needs a column with at least two levels in by")
    labels = level_labels(sums)
    first, second = np.triu_indices(sums.n_domains, k=1)
    tables = []
    for variable in variables:
        held = _domains(sums, mean_of(sums, variable))
        notes = note_array(len(first))
        for side in (first, second):
            notes = np.where(notes == "", held.barred[side], notes)
        mark(notes, held.census[first] & held.census[second], Note.CENSUS)
        cov = held.covariance
        variance = np.diag(cov)[first] + np.diag(cov)[second] - 2 * cov[first, second]
        variance = np.where(variance <= 1e-13 * (np.diag(cov)[first] + np.diag(cov)[second]), 0.0, variance)
        df = pair_degrees(sums, held.statistic.answered)[first, second]
        root = None
        if adjust == "max-t":
            halves = square_root(cov)
            root = (halves[first] - halves[second]) / np.where(variance > 0, np.sqrt(variance), 1.0)[:, None]
        difference = held.estimate[first] - held.estimate[second]
        columns = {
            "variable": pd.Series([name_of(variable)] * len(first), dtype="str"),
            "a": _label_column(labels[first]),
            "b": _label_column(labels[second]),
            "n_a": held.n[first],
            "n_b": held.n[second],
            "difference": difference,
        }
        third = third_cumulants(held, shape_of(sums, variable).own[: sums.n_domains])
        skewed = np.abs(third[first] - third[second]) > CAUTION_AT * np.maximum(variance, 0.0) ** 1.5
        columns |= compared(
            difference, variance, df, notes, family=Family(level, adjust, seed), root=root, caution=skewed
        )
        tables.append(pd.DataFrame(columns))
    return stack(tables)


def _label_column(labels: npt.NDArray[np.object_]) -> pd.Series:
    """Labels with the narrowest type that holds them; tuples stay as they are."""
    series = pd.Series(labels)
    return series if len(labels) and isinstance(labels[0], tuple) else series.infer_objects()


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

    The domain is part of the whole, and their covariance is counted. df is the domain's own, since the domain carries
    nearly all of the difference's variance. Answers piled up at one end of a scale make small domains' means skewed,
    and a plain t then finds too much (with half of the answers at the top, 12 % of false families where 5 % were
    allowed); p and all limits are therefore those of Hall's transformed t, with the skewness of all domains' answers
    together, under which at most 5 % are left (``benchmarks/coverage.csv``). ``t`` is the plain ratio. Adjustment,
    intervals and notes as in ``pairwise``; the family is all domains of one variable.

    Returns
    -------
    pandas.DataFrame
        ``variable``, the columns of ``by``, ``n``, ``estimate``, ``whole``, ``difference``, ``se``, ``low``, ``high``,
        ``low_sim``, ``high_sim``, ``t``, ``df``, ``p``, ``p_adjusted``, ``note``.

    Notes
    -----
    R: ``svycontrast`` of a domain mean and the overall mean taken from one joint ``svymean`` of ratios.
    """
    check_level(level)
    one_of("adjust", adjust, ADJUSTMENTS)
    variables, names = as_variables(y), as_names(by)
    if not names:
        raise SurveyError("against_whole needs at least one column in by")
    sums = sums_for(source, variables, names)
    width = sums.n_domains
    tables = []
    for variable in variables:
        own, entire = mean_of(sums, variable), mean_of(sums, variable, of_whole=True)
        joint = covariances(sums, [own, entire])
        cross = joint[: width + 1, width + 1 :].sum(axis=1)[:width]
        cov = joint[:width, :width] - cross[:, None] - cross[None, :] + joint[width + 1 :, width + 1 :].sum()
        held = Domains(sums, own, joint[:width, :width])
        notes = held.barred
        mark(notes, held.census, Note.CENSUS)
        variance = np.diag(cov).copy()
        variance[variance <= 1e-13 * np.diag(joint)[:width]] = 0.0
        root = None
        if adjust == "max-t":
            root = square_root(cov) / np.where(variance > 0, np.sqrt(variance), 1.0)[:, None]
        overall = entire.estimate[:width]
        difference = held.estimate - overall
        columns: dict[str, object] = {"variable": pd.Series([name_of(variable)] * width, dtype="str")}
        columns |= dict(zip(sums.by, sums.domain_labels(), strict=True))
        columns |= {"n": held.n, "estimate": held.estimate, "whole": overall, "difference": difference}
        own_bend, pooled_bend = _skewness(sums, variable, held, variance)
        columns |= compared(
            difference,
            variance,
            held.held.df,
            notes,
            family=Family(level, adjust, seed),
            root=root,
            skewness=pooled_bend,
            caution=np.abs(own_bend - pooled_bend) > CAUTION_AT,
        )
        tables.append(pd.DataFrame(columns))
    return stack(tables)


def _skewness(sums: Sums, variable: Variable, held: Domains, variance: Floats) -> tuple[Floats, Floats]:
    """Skewness of each difference from the whole: by the domains' own answers, and by all answers' common shape."""
    width = sums.n_domains
    shape = shape_of(sums, variable)
    weight = np.bincount(sums.cells.domain, weights=answered_weight(sums, variable), minlength=width + 1)
    share = weight[:width] / max(weight.sum(), 1e-300)
    out = []
    for skewness in (shape.own, shape.pooled):
        third = third_cumulants(held, skewness[:width])
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
        ``name``, ``estimate``, ``se``, ``low``, ``high``, ``df`` (PSUs - strata of the union of the domains that
        weigh), ``p`` (two-sided, against 0), ``note``. A combination that needs a domain nobody answered in is ``no
        respondents``.

    Notes
    -----
    R: ``svycontrast(svyby(..., covmat = TRUE), list(name = weights))``.
    """
    check_level(level)
    variables, names = as_variables(y), as_names(by)
    sums = sums_for(source, variables, names, joint=True)
    statistics = [mean_of(sums, variable, moments=len(variables) > 1) for variable in variables]
    width = sums.n_domains
    rows = pd.DataFrame([weights]) if isinstance(weights, pd.Series) else weights
    factors = _aligned(rows, domain_index(sums, [name_of(variable) for variable in variables]))
    keep = np.concatenate([np.arange(width) + (width + 1) * place for place in range(len(variables))])
    cov = covariances(sums, statistics)[np.ix_(keep, keep)]
    means = np.concatenate([one.estimate[:width] for one in statistics])
    empty = np.isnan(means)
    estimate = factors @ np.where(empty, 0.0, means)
    variance = np.einsum("rf,fg,rg->r", factors, cov, factors, optimize=True)
    scale = (factors**2) @ np.diag(cov)
    variance = np.where(variance <= 1e-13 * scale, 0.0, variance)
    uses = factors != 0
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
    return pd.DataFrame({"name": list(rows.index), "estimate": estimate, **{column: told[column] for column in shown}})


def _aligned(rows: pd.DataFrame, index: pd.Index) -> Floats:
    """Return the weights in the covariance's own order, refusing domains that do not exist."""
    if rows.columns.has_duplicates:
        raise SurveyError("weights name a domain twice")
    places = index.get_indexer(rows.columns)
    if (places < 0).any():
        unknown = [repr(label) for label, place in zip(rows.columns, places, strict=True) if place < 0]
        raise SurveyError(f"weights name domains that do not exist: {some(unknown)}")
    values = rows.to_numpy(dtype=np.float64)
    if not np.isfinite(values).all():
        raise SurveyError("weights of a combination must be finite numbers; 0 leaves a domain out")
    out = np.zeros((len(rows), len(index)))
    out[:, places] = values
    return out
