"""Means of a measure in crossed cells, and differences between weighted sets of cells."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import stdtrit

from analysis import survey

from .views import with_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.survey import Composite, SurveyDesign

Floats = npt.NDArray[np.float64]
LEAST = 2
"""A cell with fewer respondents cannot be standardised: it has no spread of its own."""
FEW = 5
"""A cell with fewer respondents says too little of its own spread: two who answered alike would have none at all."""


Cells = survey.Form
"""Crossed cells: ``keys`` (a column per crossed column), and per cell n, weight, mean; what their covariance needs."""


class Passes:
    """A measure by people and (where dates are known) by unit x day, in cells of any columns, each read once.

    Blanks in the crossed columns are a label of their own. Everything is let go of with this object.
    """

    def __init__(self, designs: Sequence[SurveyDesign | None], variable: Composite) -> None:
        # Copies of the designs, so that what is kept of their rows goes with them.
        self.designs = [one.with_columns({}) for one in designs if one is not None]
        self.variable = variable
        self.kept: dict[tuple[str, ...], list[Cells]] = {}

    def cells(self, columns: Sequence[str]) -> list[Cells]:
        """Return the cells of ``columns``, from people and from days."""
        names = tuple(dict.fromkeys(columns))
        if names not in self.kept:
            first = with_text(self.designs[0], list(names))
            self.kept[names] = survey.forms([first, *self.designs[1:]], self.variable, names)
        return self.kept[names]


def group_codes(cells: Cells, columns: Sequence[str]) -> npt.NDArray[np.int64]:
    """Give a number to the groups of cells that agree in ``columns``: a code per cell, in the order of the labels."""
    code = np.zeros(len(cells.keys), dtype=np.int64)
    for name in columns:
        values = cells.keys[name].cat
        code = code * len(values.categories) + values.codes.to_numpy()
    return np.unique(code, return_inverse=True)[1] if columns else code


def _labels(cells: Cells, columns: Sequence[str], code: npt.NDArray[np.int64]) -> pd.DataFrame:
    """Return a row of labels per group that ``group_codes`` numbered."""
    _, first = np.unique(code, return_index=True)
    return cells.keys.iloc[first][list(columns)].reset_index(drop=True)


def against_reference(
    cells: Cells, level: Sequence[str], *, reference: Sequence[str] = (), mix: Sequence[str] = ()
) -> pd.DataFrame:
    """Compare each level with all respondents of its reference group, at the same mix.

    A level is a combination of the columns ``level``; its reference group is everybody who agrees with it in the
    columns ``reference`` (none: everybody). Over the mix cells u (combinations of ``mix``) where the level has at least
    two respondents and another level has any, difference = Σ w_u (mean of the level in u - mean of the group in u),
    w_u the group's weight in u: direct standardisation to the group's own mix. Without ``mix`` it is the plain
    difference.

    Returns the level's columns, n, share (of the level's respondents that could be standardised), estimate, whole
    (both at that mix), difference, se, df (Satterthwaite's over the cells), one row per level; where nothing can be
    standardised they are missing. Conditional on how many fell in each cell; variances as in ``contrasts``.
    """
    found = level_weights(cells, level, reference=reference, mix=mix)
    told = _contrasts(cells, found.mine - found.whole, (*reference, *mix) if mix else ())
    told |= {"estimate": found.mine @ cells.estimate, "whole": found.whole @ cells.estimate}
    bare = ~found.whole.any(axis=1)
    columns: dict[str, object] = {str(name): found.labels[name] for name in found.labels}
    columns |= {name: np.where(bare, np.nan, one) for name, one in told.items()}
    return pd.DataFrame({**columns, "n": found.n, "share": found.share}, index=found.labels.index)


class Weighed(NamedTuple):
    """Levels as weights over cells: labels, n, share standardised, the level's weights and its group's."""

    labels: pd.DataFrame
    n: Floats
    share: Floats
    mine: Floats
    whole: Floats


def level_weights(
    cells: Cells, level: Sequence[str], *, reference: Sequence[str] = (), mix: Sequence[str] = ()
) -> Weighed:
    """Return how much each cell weighs in each level's mean and in its reference group's, at the same mix."""
    level_code, reference_code, mix_code = (group_codes(cells, columns) for columns in (level, reference, mix))
    labels = _labels(cells, level, level_code)
    mine = np.zeros((len(labels), len(cells.n)))
    whole = np.zeros_like(mine)
    share, answered = np.zeros(len(labels)), np.zeros(len(labels))
    for code in range(len(labels)):
        own = np.flatnonzero(level_code == code)
        group = np.flatnonzero(reference_code == reference_code[own[0]])
        answered[code] = cells.n[own].sum()
        mine[code], whole[code], share[code] = _coefficients(cells, own, group, mix_code)
    return Weighed(labels, answered, share, mine, whole)


def _coefficients(
    cells: Cells, own: npt.NDArray[np.int64], group: npt.NDArray[np.int64], mix: npt.NDArray[np.int64]
) -> tuple[Floats, Floats, float]:
    """Return the weights of the cells in the level's and in the group's standardised mean, and the share covered."""
    size = int(mix.max()) + 1
    of_own, of_group = mix[own], mix[group]
    own_n = np.bincount(of_own, weights=cells.n[own], minlength=size)
    group_n = np.bincount(of_group, weights=cells.n[group], minlength=size)
    usable = (own_n >= LEAST) & (group_n > own_n)
    if (group_n > 0).sum() == 1:
        usable = own_n > 0
    group_weight = np.bincount(of_group, weights=cells.weight[group], minlength=size)
    own_weight = np.bincount(of_own, weights=cells.weight[own], minlength=size)
    mine, whole = np.zeros(len(cells.n)), np.zeros(len(cells.n))
    ratio = np.divide(group_weight, own_weight, out=np.zeros(size), where=usable)
    mine[own] = cells.weight[own] * ratio[of_own]
    whole[group] = cells.weight[group] * usable[of_group]
    total = whole.sum()
    if total > 0:
        mine, whole = mine / total, whole / total
    return mine, whole, float(own_n[usable].sum() / own_n.sum())


def contrasts(cells: Cells, coefficients: Floats, *, alike: Sequence[str] = ()) -> pd.DataFrame:
    """Return linear contrasts of cells (one per row): difference, se, and Satterthwaite's df from the cells in each.

    ``alike`` (for small cells; none: as they are) names columns within which people spread alike: the variance of a
    cell is scaled by n / (n - 1), because residuals about its own mean are too small, and that of a cell with few
    people is at least what all people of the cells that agree in these columns tell.
    """
    return pd.DataFrame(_contrasts(cells, coefficients, alike))


def _contrasts(cells: Cells, coefficients: Floats, alike: Sequence[str]) -> dict[str, Floats]:
    weights, spread = small_cells(cells, coefficients, alike)
    variance = np.maximum(cells.variances(weights), 0.0) + coefficients**2 @ spread.short
    own = weights**2 * np.maximum(cells.variance, 0.0) + coefficients**2 * spread.short
    below = (own**2 / spread.df).sum(axis=1)
    df = np.divide(own.sum(axis=1) ** 2, below, out=np.full(len(below), np.inf), where=below > 0)
    return {"difference": coefficients @ cells.estimate, "se": np.sqrt(variance), "df": df}


def contrast(cells: Cells, coefficients: Floats, *, alike: Sequence[str] = ()) -> dict[str, float]:
    """Return one linear contrast of cells as in ``contrasts``."""
    return {name: float(one[0]) for name, one in _contrasts(cells, coefficients[None, :], alike).items()}


class Spread(NamedTuple):
    """Per cell: what its own variance falls short of its neighbours', and the df of what is used."""

    short: Floats
    df: Floats


def small_cells(cells: Cells, coefficients: Floats, alike: Sequence[str]) -> tuple[Floats, Spread]:
    """Return the coefficients scaled for small cells, and the spread that small cells borrow from those ``alike``."""
    df = np.maximum(cells.n - 1, 1.0)
    if not alike:
        return coefficients, Spread(np.zeros(len(df)), df)
    own = np.maximum(cells.variance, 0.0) * cells.n / df
    code = group_codes(cells, alike)
    free = np.bincount(code, weights=cells.n - 1)
    # A person's variance, from every cell by its degrees of freedom.
    person = np.bincount(code, weights=(cells.n - 1) * cells.n * own) / np.maximum(free, 1.0)
    short = np.maximum(person[code] / cells.n - own, 0.0) * (cells.n < FEW)
    return coefficients * np.sqrt(cells.n / df), Spread(short, np.where(short > 0, np.maximum(free[code], 1.0), df))


def wider(people: pd.DataFrame, days: pd.DataFrame | None, *, level: float = 0.95) -> pd.DataFrame:
    """Return ``people`` with, row by row, the se and df of whichever of the two has the wider interval.

    ``days`` holds the same rows estimated with unit x day as PSU. ``by_day`` says where the days were wider.
    """
    if days is None:
        return people.assign(by_day=False)
    (se, df), (day_se, day_df) = ([one[name].to_numpy(dtype=float) for name in ("se", "df")] for one in (people, days))
    wide = _reach(day_se, day_df, level) > _reach(se, df, level)
    return people.assign(se=np.where(wide, day_se, se), df=np.where(wide, day_df, df), by_day=wide)


def _reach(se: Floats, df: Floats, level: float) -> Floats:
    free = np.where(np.isnan(df), 1.0, np.clip(df, 1, 1e9))
    return np.asarray(se * stdtrit(free, 0.5 + level / 2), dtype=np.float64)
