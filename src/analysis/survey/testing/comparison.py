"""What every comparison of domains shares: which may be tested, and the columns from se to note."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import ROUNDING, Bools, Floats, Ints
from analysis.survey.faults import check_level, check_names, check_seed, one_of
from analysis.survey.linear import covariances, degrees, pair_degrees, steady_degrees
from analysis.survey.linearised import Statistic
from analysis.survey.notes import Note
from analysis.survey.onepass.sums import Sums, counts
from analysis.survey.reference import t_quantile, t_two_sided
from analysis.survey.shape import in_doubt
from analysis.survey.statistic import divided
from analysis.survey.table import mark, note_array, notes_of
from analysis.survey.testing.multiplicity import ADJUSTMENTS, simultaneous, square_root

# The union's 95 % interval of a pair may leave out this much under Welch & Satterthwaite's df. Read off the rows "false
# family: uneven" of the simulation in ``benchmarks/coverage.py``.
LEFT_OUT = 0.055
# Domains that say nothing about their own variation cannot be compared by a test.
_UNTESTABLE = (Note.NO_RESPONDENTS, Note.UNDEFINED, Note.ONE_RESPONDENT, Note.CONSTANT)


class Family(NamedTuple):
    """How a set of questions is judged together."""

    level: float
    adjust: str
    seed: int


def family_of(level: float, adjust: str, seed: int) -> Family:
    """Check how a set of questions is to be judged together."""
    check_level(level)
    one_of("adjust", adjust, ADJUSTMENTS)
    check_seed(seed)
    return Family(level, adjust, seed)


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


def domains_of(sums: Sums, statistic: Statistic) -> Domains:
    """Return the domains of one statistic with their own covariance."""
    width = sums.n_domains
    return Domains(sums, statistic, covariances(sums, [statistic])[:width, :width])


def level_labels(sums: Sums, beyond: int = 0) -> npt.NDArray[np.object_]:
    """One label per domain, of the columns ``beyond`` the first so many; a tuple where several make it."""
    slot = ("labels", beyond)
    if slot not in sums.known:
        held = sums.domain_labels()[beyond:]
        out = np.empty(sums.n_domains, dtype=object)
        out[:] = list(held[0]) if len(held) == 1 else list(zip(*held, strict=True))
        sums.known[slot] = out
    known: npt.NDArray[np.object_] = sums.known[slot]
    return known


def pairs_of(sums: Sums, within: int = 0) -> tuple[Ints, Ints]:
    """Every two domains, the first before the second; of those only that agree in the first ``within`` columns."""
    if not within:
        return np.triu_indices(sums.n_domains, k=1)
    _, group = np.unique(np.column_stack(sums.domain_codes[:within]), axis=0, return_inverse=True)
    order = np.argsort(group.ravel(), kind="stable")
    members = np.split(order, np.cumsum(np.bincount(group.ravel()))[:-1])
    pairs = [np.stack([one[side] for side in np.triu_indices(len(one), k=1)]) for one in members]
    first, second = np.concatenate(pairs, axis=1)
    along = np.lexsort((second, first))
    return first[along], second[along]


def label_column(labels: npt.NDArray[np.object_]) -> pd.Series:
    """Labels with the narrowest type that holds them; tuples stay as they are."""
    series = pd.Series(labels)
    return series if len(labels) and isinstance(labels[0], tuple) else series.infer_objects()


def text_column(texts: npt.NDArray[np.object_]) -> pd.Series:
    """Names or notes as text, also where there is none."""
    return pd.Series(texts.tolist(), dtype="str")


def without_rounding(variance: Floats, scale: Floats) -> Floats:
    """Set to 0 what is left of a difference of equal variances."""
    out: Floats = np.where(variance <= ROUNDING * scale, 0.0, variance)
    return out


def compared_table(columns: Sequence[Mapping[str, npt.NDArray[Any]]]) -> pd.DataFrame:
    """Put the columns of all variables' comparisons below each other, in one table."""
    joined = {name: np.concatenate([one[name] for one in columns]) for name in columns[0]}
    texts = {name: text_column(joined[name]) for name in ("variable", "note")}
    labels = {name: label_column(one) for name, one in joined.items() if one.dtype == object and name not in texts}
    return pd.DataFrame(joined | texts | labels)


def pair_columns(
    sums: Sums,
    held: Domains,
    name: str,
    family: Family,
    *,
    thirds: tuple[Floats, Floats] | None = None,
    within: int = 0,
) -> dict[str, npt.NDArray[Any]]:
    """Return the columns of a table of all pairs (a before b in the order of levels), for ``compared_table``.

    ``thirds`` are the third cumulants of the domains' estimates, by their own answers and by all answers' common
    shape: pairs too skewed for their interval are marked, and so are pairs too uneven for their df. Only domains that
    agree in the first ``within`` columns are paired.
    """
    first, second = pairs_of(sums, within)
    notes = note_array(len(first))
    for side in (first, second):
        notes = np.where(notes == "", held.barred[side], notes)
    mark(notes, held.census[first] & held.census[second], Note.CENSUS)
    cov = held.covariance
    own = np.diag(cov)
    variance = own[first] + own[second] - 2 * cov[first, second]
    variance = without_rounding(variance, own[first] + own[second])
    root = None
    if family.adjust == "max-t":
        halves = square_root(np.where(np.isnan(cov), 0.0, cov))
        root = (halves[first] - halves[second]) / np.where(variance > 0, np.sqrt(variance), 1.0)[:, None]
    difference = held.estimate[first] - held.estimate[second]
    doubtful = None
    if thirds is not None:
        cubed = np.maximum(variance, 0.0) ** 1.5
        doubtful = in_doubt(*(np.nan_to_num(divided(third[first] - third[second], cubed)) for third in thirds))
    labels = level_labels(sums, within)
    apart = zip(sums.by[:within], sums.domain_labels(), strict=False)
    df = pair_degrees(sums, held.statistic.answered)[first, second]
    lopsided = uneven(held.n, steady_degrees(sums, held.statistic.answered)[: len(held.n)], df, (first, second))
    doubtful = lopsided if doubtful is None else doubtful | lopsided
    figures = {
        "a": labels[first],
        "b": labels[second],
        "n_a": held.n[first],
        "n_b": held.n[second],
        "difference": difference,
    } | compared(difference, variance, df, notes, family=family, root=root, caution=doubtful)
    check_names(sums.by[:within], ["variable", *figures])
    names = np.array([name] * len(first), dtype=object)
    return {"variable": names} | {by: one.to_numpy(dtype=object)[first] for by, one in apart} | figures


def uneven(n: Ints, free: Floats, df: Floats, pair: tuple[Ints, Ints]) -> Bools:
    """Whether a few people's variance rules a pair whose df count the many: the union's df then promise too much.

    Welch & Satterthwaite's df, at one spread for all answers, say what the union's interval really leaves out. (The
    cells' own spreads would not do: the small cell that by chance looks steady is the one that finds too much.)
    """
    share = 1 / np.maximum(n, 1)
    pieces = share**2 / np.maximum(free, 1e-9)
    first, second = pair
    steady = (share[first] + share[second]) ** 2 / (pieces[first] + pieces[second])
    left_out = t_two_sided(t_quantile(0.975, df), np.minimum(steady, df))
    lopsided: Bools = left_out > LEFT_OUT
    return lopsided


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
) -> dict[str, npt.NDArray[Any]]:
    """Return the columns that every table of differences shares, from se to note.

    ``skewness`` is that of the difference's estimate: p-values and limits are then those of Hall's transformed t.
    """
    se = np.sqrt(np.maximum(variance, 0.0))
    mark(notes, df <= 0, Note.NO_DF)
    mark(notes, (se == 0) & (notes == ""), Note.CONSTANT)
    mark(notes, np.isnan(se), Note.UNDEFINED)
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
        "note": notes,
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
    spread = np.diag(held.covariance)
    return skewness[: len(spread)] * np.maximum(spread, 0.0) ** 1.5
