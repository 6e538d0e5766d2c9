"""The Rao-Wu bootstrap: any statistic of the sums, with the design's own resampling."""

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.algebra import single_threaded
from analysis.survey.columns import Floats, Ints, array_of
from analysis.survey.design import SurveyDesign, check_design
from analysis.survey.faults import SurveyError, check_draws, check_level, check_names, shown
from analysis.survey.linear import degrees, moment_totals
from analysis.survey.notes import Note
from analysis.survey.onepass.build import row_domains
from analysis.survey.onepass.source import sums_for
from analysis.survey.onepass.sums import Sums
from analysis.survey.replicates.resampling import (
    BINOMIAL,
    ROOM,
    Law,
    Patterns,
    law_of_people,
    law_of_psus,
    patterns,
    refitted,
    times_taken,
)
from analysis.survey.statistic import mean_of
from analysis.survey.table import mark, note_array, notes_of
from analysis.survey.variables import as_names, columns_only

# Replicates nearer to each other than this (relative) differ by rounding only.
STILL = 1e-12
# A table of all units by all domains is worth its zeros up to this many times the lines that hold something.
DENSE = 6


@dataclass(frozen=True)
class Replicates:
    """Estimates and their bootstrap replicates: ``estimate`` (statistic), ``replicates`` (draw x statistic)."""

    estimate: Floats
    replicates: Floats


Statistic = Callable[[Floats, Floats, Ints], npt.ArrayLike]


def _blocks(draws: int, width: int) -> Iterator[slice]:
    step = max(1, ROOM // max(width, 1))
    for start in range(0, draws, step):
        yield slice(start, min(start + step, draws))


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
    estimate = _by_draw(statistic(base[None, :], held.values, held.domain), 1)[0]
    rng = np.random.default_rng(seed)
    by_people = design.arrays.psu is None
    law = law_of_people(design, held) if by_people else law_of_psus(design)
    parts = []
    for block in _blocks(draws, max(len(base), len(law.members) if law.members is not None else 0)):
        size = block.stop - block.start
        weights = times_taken(law, rng, size)
        weights *= law.factor[:, None]
        weights += law.keep[:, None]
        weights = weights if by_people else weights[held.unit]
        weights *= base[:, None]
        weights = refitted(weights, design, held)
        fits = np.isfinite(weights[0])
        part = np.full((size, len(estimate)), np.nan)
        if fits.any():
            part[fits] = _by_draw(statistic(weights[:, fits].T, held.values, held.domain), int(fits.sum()))
        parts.append(part)
    return Replicates(estimate, np.vstack(parts))


def _by_draw(result: npt.ArrayLike, draws: int) -> Floats:
    """Return what a statistic gave as draw x result."""
    found = array_of(result, "what the statistic returns")
    if found.ndim not in (1, 2) or len(found) != draws:
        raise SurveyError(f"the statistic returned shape {found.shape} for {draws} draws; it must give a row per draw")
    return found.reshape(draws, -1)


class Table(NamedTuple):
    """What domain means are made of, sorted by domain: each line's unit, and its sums.

    ``below`` holds Σw of those who answered, ``above`` Σw(value - centre), a column per item.
    """

    domain: Ints
    unit: Ints
    below: Floats
    above: Floats
    centre: Floats
    width: int


def _table_of_people(held: Patterns) -> Table:
    valid = ~np.isnan(held.values)
    weight = (held.weight * held.times)[:, None]
    answered = np.maximum((valid * weight).sum(axis=0), 1e-300)
    filled = np.where(valid, held.values, 0.0)
    centre = (filled * weight).sum(axis=0) / answered
    above = np.where(valid, held.values - centre, 0.0) * weight
    return Table(held.domain, np.arange(len(held.times)), valid * weight, above, centre, held.width)


def _table_of_psus(design: SurveyDesign, items: Sequence[str], by: tuple[str, ...]) -> Table:
    sums = sums_for(design, items, by)
    centre = np.array([sums.items[item].middle for item in items])
    totals = [moment_totals(sums, item, middle) for item, middle in zip(items, centre, strict=True)]
    order = np.argsort(sums.cells.domain, kind="stable")
    below = np.column_stack([total[:, 0] for total in totals])[order]
    above = np.column_stack([total[:, 1] for total in totals])[order]
    return Table(sums.cells.domain[order], sums.cells.unit[order], below, above, centre, sums.n_domains)


def _once(columns: Floats) -> tuple[list[int], list[int]]:
    """Which columns differ, and for each column its place among those: items answered by all share a denominator."""
    first: list[int] = []
    place: list[int] = []
    for column in range(columns.shape[1]):
        alike = [known for known, other in enumerate(first) if np.array_equal(columns[:, other], columns[:, column])]
        if not alike:
            first.append(column)
        place.append(alike[0] if alike else len(first) - 1)
    return first, place


def _means(table: Table, law: Law, *, draws: int, seed: int) -> Replicates:
    """Replicates of domain means: a draw weighs the units, so its sums are a product of draws and the units' sums."""
    first, place = _once(table.below)
    sums = np.hstack([table.below[:, first], table.above])
    bounds = np.searchsorted(table.domain, np.arange(table.width + 1))
    inside = [slice(start, stop) for start, stop in itertools.pairwise(bounds)]
    kept = np.array([law.keep[table.unit[own]] @ sums[own] for own in inside])
    drawn = sums * law.factor[table.unit][:, None]

    def divided(totals: Floats) -> Floats:
        """Domain x column x draw to item by domain x draw."""
        mean = np.empty((len(place), table.width, totals.shape[-1]))
        for item, column in enumerate(place):
            under = totals[:, column]
            held = under > 0
            every = bool(held.all())
            np.divide(totals[:, len(first) + item], under, out=mean[item], where=True if every else held)
            mean[item] += table.centre[item]
            if not every:
                mean[item][~held] = np.nan
        return mean.reshape(-1, totals.shape[-1])

    units, size = len(law.stratum), len(law.stratum) if law.members is None else len(law.members)
    by_unit = bool(np.array_equal(table.unit, np.arange(units)))
    dense = None
    if not by_unit and len(table.unit) * DENSE >= units * table.width:
        dense = np.zeros((units, table.width + 1, sums.shape[1]))
        dense[table.unit, table.domain] = drawn
        dense = dense[:, :-1].reshape(units, -1)
    rng = np.random.default_rng(seed)
    parts = []
    for block in _blocks(draws, size):
        taken = times_taken(law, rng, block.stop - block.start)
        # a statistic's replicates side by side: the shorter way to their quantiles
        if dense is not None:
            added = (dense.T @ taken).reshape(table.width, -1, taken.shape[1])
        else:
            # a line per unit, sorted by domain: a domain's units stand side by side
            mine = [drawn[own].T @ taken[own if by_unit else table.unit[own]] for own in inside]
            added = np.stack(mine)
        added += kept[:, :, None]
        parts.append(divided(added))
    whole = np.array([sums[own].sum(axis=0) for own in inside])
    return Replicates(divided(whole[:, :, None])[:, 0], (parts[0] if len(parts) == 1 else np.hstack(parts)).T)


def _means_of_weights(weights: Floats, values: Floats, domain: Ints, width: int) -> Floats:
    """Means by item and domain of each draw's weights; patterns are sorted by domain."""
    valid = ~np.isnan(values)
    filled = np.where(valid, values, 0.0)
    bounds = np.searchsorted(domain, np.arange(width + 1))
    out = np.full((len(weights), values.shape[1], width), np.nan)
    for place, (start, stop) in enumerate(itertools.pairwise(bounds)):
        own = weights[:, start:stop]
        below = own @ valid[start:stop].astype(np.float64)
        np.divide(own @ filled[start:stop], below, out=out[:, :, place], where=below > 0)
    return out.reshape(len(weights), -1)


def _domain_means(
    design: SurveyDesign, items: Sequence[str], by: tuple[str, ...], *, draws: int, seed: int
) -> Replicates:
    if design.calibration is not None:
        _, width = row_domains(design, by)
        statistic = partial(_means_of_weights, width=width)
        return replicate(design, items, by, statistic, draws=draws, seed=seed)
    if design.arrays.psu is not None:
        return _means(_table_of_psus(design, items, by), law_of_psus(design), draws=draws, seed=seed)
    alone = [patterns(design, [item], by) for item in items]
    if len(design.frame) <= BINOMIAL * sum(len(held.times) for held in alone):
        held = patterns(design, items, by)
        return _means(_table_of_people(held), law_of_people(design, held), draws=draws, seed=seed)
    # one item at a time: like rows are far fewer than like combinations of answers
    parts = [
        _means(_table_of_people(held), law_of_people(design, held), draws=draws, seed=seed + place)
        for place, held in enumerate(alone)
    ]
    return Replicates(np.concatenate([part.estimate for part in parts]), np.hstack([part.replicates for part in parts]))


@single_threaded
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

    The same seed gives the same numbers.

    Parameters
    ----------
    design, y, by, level
        As in ``mean``, columns only.
    statistic
        ``f(weights, values, domain)``: weights (draw x pattern of like rows), values (pattern x item, NaN where
        missing), domain (code per pattern; the last code is "in none"); returns draw x result. None: the means of
        ``y`` by domain.
    draws, seed
        Number of replicates and where they start.

    Returns
    -------
    pandas.DataFrame
        ``variable``, the columns of ``by``, ``n`` and ``n_missing`` (for a statistic of your own ``result``, numbered,
        instead), ``estimate``, ``se`` (root mean square about the estimate), ``low``, ``high`` (percentiles), ``draws``
        (replicates in which it was defined), ``note`` as in ``mean``; ``caution`` where more replicates are undefined
        than should lie beyond a limit.

    Raises
    ------
    SurveyError
        As ``mean``; fewer than two draws; a stratum with one PSU under a policy that no draws can follow.

    Notes
    -----
    In each stratum n - 1 of its n PSUs (or people) are drawn with replacement; a replicate's sums are those draws'
    product with the units' sums. Weights fitted to margins are fitted anew in every replicate; a replicate that
    lacks a category, or whose margins contradict each other, is not defined. A stratum of one PSU adds nothing under
    ``certainty``; under ``adjust`` its weight is less or more at even chances, with that policy's variance.
    Shape: one row per variable and domain, or per result. Units: those of ``y``, or of the statistic. Missing: such
    answers contribute zero in every replicate. df: none, limits are percentiles.
    Rao, Wu & Yue (1992). R: ``as.svrepdesign(design, type = "subbootstrap")``, then ``calibrate`` of it.
    """
    check_design(design)
    check_level(level)
    check_draws(draws, seed)
    if not (statistic is None or callable(statistic)):
        raise SurveyError(f"statistic must be a function f(weights, values, domain), not {shown(statistic)}")
    items, names = columns_only(y, "bootstrap"), as_names(by)
    if statistic is not None:
        made = replicate(design, items, names, statistic, draws=draws, seed=seed)
        return pd.DataFrame({"result": np.arange(len(made.estimate))} | summary(made, level))
    made = _domain_means(design, items, names, draws=draws, seed=seed)
    return _table(sums_for(design, items, names), items, summary(made, level))


def _table(sums: Sums, items: Sequence[str], told: dict[str, Floats | Ints | pd.Series]) -> pd.DataFrame:
    """Name the rows, count their answers, and let what the design says of a domain go before what its draws say."""
    width = sums.n_domains
    check_names(sums.by, ["variable", "n", "n_missing", *told])
    columns: dict[str, object] = {"variable": np.repeat(np.array(items, dtype=object), width)}
    for name, labels in zip(sums.by, sums.domain_labels(), strict=True):
        columns[name] = np.tile(np.asarray(labels, dtype=object), len(items))
    n, missing, notes = [], [], []
    for place, item in enumerate(items):
        held = mean_of(sums, item)
        answered = sums.answers_by_domain(held.answered)[:width]
        n.append(answered)
        missing.append(sums.rows_by_domain[:width] - answered)
        estimate = np.asarray(told["estimate"])[place * width : (place + 1) * width]
        notes.append(notes_of(answered, held.constant[:width], degrees(sums, held.answered).head(width), estimate))
    note = np.concatenate(notes)
    note = np.where(note == "", np.asarray(told["note"], dtype=object), note)
    silent = ~np.isin(note, ["", str(Note.CAUTION)])
    columns |= {"n": np.concatenate(n), "n_missing": np.concatenate(missing), **told}
    columns["se"] = np.where(note == str(Note.CENSUS), 0.0, told["se"])
    columns |= {side: np.where(silent, np.nan, told[side]) for side in ("low", "high")}
    columns["note"] = pd.array(note, dtype="str")
    return pd.DataFrame(columns).infer_objects()


def summary(made: Replicates, level: float) -> dict[str, Floats | Ints | pd.Series]:
    """Estimate, standard error and percentile limits of each statistic, the draws it was defined in, and its note."""
    drawn = np.ascontiguousarray(made.replicates.T)
    count = np.isfinite(drawn).sum(axis=1)
    undefined = None if (count == drawn.shape[1]).all() else ~np.isfinite(drawn)
    away = drawn - made.estimate[:, None]
    if undefined is not None:
        away[undefined] = 0.0
    se = np.sqrt(np.einsum("sd,sd->s", away, away) / np.maximum(count, 1))
    notes = note_array(len(count))
    mark(notes, ~np.isfinite(made.estimate) | (count < 2), Note.UNDEFINED)
    mark(notes, se <= STILL * np.abs(made.estimate), Note.CONSTANT)
    told = notes == ""
    mark(notes, drawn.shape[1] - count > (1 - level) / 2 * drawn.shape[1], Note.CAUTION)
    ordered = np.sort(drawn if undefined is None else np.where(undefined, np.inf, drawn), axis=1)
    low, high = (np.where(told, side, np.nan) for side in _limits(ordered, count, level))
    return {
        "estimate": made.estimate,
        "se": np.where(told, se, np.nan),
        "low": low,
        "high": high,
        "draws": count,
        "note": pd.Series(notes.tolist(), dtype="str"),
    }


def _limits(drawn: Floats, count: Ints, level: float) -> tuple[Floats, Floats]:
    """Percentile limits of each sorted row's first numbers, straight between neighbours (R's type 7); NaN under two."""
    rows, limits = np.arange(len(drawn)), []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        place = np.maximum(count - 1, 0) * tail
        below = np.floor(place).astype(np.int64)
        above = np.minimum(below + 1, np.maximum(count - 1, 0))
        start, stop = drawn[rows, below], drawn[rows, above]
        known = count > 1
        step = np.where(known, stop, 0.0) - np.where(known, start, 0.0)
        limits.append(np.where(known, start + step * (place - below), np.nan))
    return limits[0], limits[1]
