"""The draws of the Rao-Wu bootstrap: how often each unit of a design is taken, and what its weight becomes.

In each stratum n - 1 of its n units are drawn with replacement and the weights rescaled, so that the variance of a
total is the design's own, FPC included (Rao, Wu & Yue 1992). A unit is a PSU or, where people are the PSUs, a pattern:
all people alike in stratum, domain, weight and answers, who are drawn by their number. A unit alone in its stratum
cannot be drawn: under ``adjust`` a coin decides whether it weighs more or less, with the variance of that policy.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import Floats, Ints
from analysis.survey.design import SurveyDesign
from analysis.survey.faults import SurveyError, named, some
from analysis.survey.onepass.build import read_answers, row_domains

# Replicates are made this many numbers at a time.
ROOM = 4_000_000
# A binomial number costs as much as this many draws of one person.
BINOMIAL = 4
# A replicate's margins are met this closely (relative); a draw that needs more rounds contradicts them.
CLOSE = 1e-8
MOST_ROUNDS = 200


class Patterns(NamedTuple):
    """Rows alike in domain, stratum, PSU, weight and answers, counted once: all that a statistic of sums needs.

    They are sorted by domain (the last one is "in none"); ``of_row`` is each row's pattern, ``row`` a row of each.
    Under fitted weights rows alike are alike in their margins too.
    """

    domain: Ints
    stratum: Ints
    unit: Ints
    weight: Floats
    times: Ints
    values: Floats
    width: int
    of_row: Ints
    row: Ints


def patterns(design: SurveyDesign, items: Sequence[str], by: tuple[str, ...]) -> Patterns:
    """Collapse the rows of a design to what differs between them."""
    arrays = design.arrays
    domain, width = row_domains(design, by)
    domain = np.where(domain < 0, width, domain)
    unit = arrays.stratum if arrays.psu is None else arrays.psu
    key = _packed(domain, unit)
    for item in items:
        answers = read_answers(design, item)
        part = answers.codes
        if part is None:
            part, _ = pd.factorize(answers.numbers(), use_na_sentinel=False)
        key = _packed(key, np.asarray(part, dtype=np.int64))
    for part in () if design.calibration is None else design.calibration.codes:
        key = _packed(key, part)
    if arrays.weight_of_stratum is None:
        part, _ = pd.factorize(arrays.weight)
        key = _packed(key, np.asarray(part, dtype=np.int64))
    _, first, of_row, count = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    values = np.column_stack([read_answers(design, item).numbers()[first] for item in items])
    return Patterns(
        domain[first], arrays.stratum[first], unit[first], arrays.weight[first], count, values, width, of_row, first
    )


def _packed(key: Ints, part: Ints) -> Ints:
    """Cross two codes; codes are renumbered where the product would not fit."""
    width = int(part.max(initial=0)) + 1
    if int(key.max(initial=0)) > 2**60 // width:
        key = np.unique(key, return_inverse=True)[1]
    crossed: Ints = key * width + part
    return crossed


class Law(NamedTuple):
    """How units are drawn, and how often a unit was taken becomes its multiplier: ``keep + factor * taken``.

    A unit alone in its stratum is taken or not at even chances; where ``factor`` is 0 it keeps its weight.
    ``members`` are the units of all that is drawn from (people or PSUs), stratum after stratum; None where drawing
    each unit's count is the shorter way.
    """

    stratum: Ints
    times: Ints
    sampled: Ints
    keep: Floats
    factor: Floats
    members: Ints | None


def law_of_psus(design: SurveyDesign) -> Law:
    """Return the law of drawing PSUs."""
    arrays = design.arrays
    assert arrays.psu_stratum is not None  # noqa: S101 - the caller has PSUs
    stratum = arrays.psu_stratum
    keep, factor = _scales(design)
    members = np.argsort(stratum, kind="stable")
    return Law(stratum, np.ones(len(stratum), np.int64), arrays.sampled, keep[stratum], factor[stratum], members)


def law_of_people(design: SurveyDesign, held: Patterns) -> Law:
    """Return the law of drawing people, by their patterns."""
    arrays = design.arrays
    keep, factor = _scales(design)
    members = None
    if len(held.of_row) <= BINOMIAL * len(held.times):
        members = held.of_row[np.argsort(arrays.stratum, kind="stable")]
    return Law(held.stratum, held.times, arrays.sampled, keep[held.stratum], factor[held.stratum] / held.times, members)


def _scales(design: SurveyDesign) -> tuple[Floats, Floats]:
    """Per stratum: what a unit keeps of its weight undrawn, and what each time adds."""
    arrays = design.arrays
    n = arrays.sampled.astype(np.float64)
    population = np.where(np.isnan(arrays.population), np.inf, arrays.population)
    # the root of the finite population correction
    shrink = np.sqrt(np.maximum(1 - n / population, 0.0))
    alone = (n == 1) & (shrink > 0)
    if alone.any() and design.lonely not in ("certainty", "adjust"):
        names = some([named(label) for label in arrays.strata[alone].tolist()])
        raise SurveyError(
            f"one PSU only in stratum {names}: for a bootstrap join it with another, or choose lonely='certainty' or "
            "'adjust'"
        )
    if design.lonely == "certainty":
        shrink = np.where(alone, 0.0, shrink)
    # 1 plus or minus the root: mean 1, and the variance of a stratum centred at the mean of all
    return 1 - shrink, shrink * np.where(alone, 2.0, n / np.maximum(n - 1, 1))


def refitted(weights: Floats, design: SurveyDesign, held: Patterns) -> Floats:
    """Fit each replicate's weights (pattern x draw) to the margins anew.

    Raking ends at the same weights from those before the first fit and from those after it.
    A draw that lacks a category, or whose margins contradict each other, has no weights: NaN.
    """
    fitted = design.calibration
    if fitted is None:
        return weights
    margins = []
    for codes, width in zip(fitted.codes, fitted.sizes, strict=True):
        wanted = np.bincount(codes, weights=design.arrays.weight, minlength=width)
        order = np.argsort(codes[held.row], kind="stable")
        margins.append((codes[held.row], wanted[:, None], order, np.searchsorted(codes[held.row][order], range(width))))
    whole = np.ones(weights.shape[1], dtype=bool)
    for _, _, order, starts in margins:
        whole &= (np.add.reduceat(weights[order], starts, axis=0) > 0).all(axis=0)
    inner, worst = weights[:, whole], np.empty(whole.sum())
    for _ in range(MOST_ROUNDS):
        worst[:] = 0.0
        for codes, wanted, order, starts in margins:
            factor = wanted / np.add.reduceat(inner[order], starts, axis=0)
            np.maximum(worst, np.abs(factor - 1).max(axis=0), out=worst)
            inner = inner * factor[codes]
        if len(margins) == 1 or not (worst > CLOSE).any():
            break
    else:
        inner[:, worst > CLOSE] = np.nan
    out = np.full_like(weights, np.nan)
    out[:, whole] = inner
    return out


def times_taken(law: Law, rng: np.random.Generator, size: int) -> Floats:
    """How often each unit is taken in ``size`` replicates (unit x draw)."""
    if law.members is None:
        return _counts_drawn(law, rng, size)
    out = np.zeros((len(law.stratum), size))
    starts = np.cumsum(law.sampled) - law.sampled
    draw = np.arange(size)[:, None]
    for stratum in np.flatnonzero(law.sampled > 1).tolist():
        n = int(law.sampled[stratum])
        held = law.members[starts[stratum] : starts[stratum] + n]
        inside = np.unique(held)
        taken: npt.NDArray[np.integer] = rng.integers(0, n, (size, n - 1), dtype=np.int32)
        if len(inside) < n or not np.array_equal(inside, held):
            taken = np.searchsorted(inside, held)[taken]
        # one stratum at a time: its counters stay near the processor
        counted = np.bincount((taken + draw * len(inside)).ravel(), minlength=size * len(inside))
        out[inside] = counted.reshape(size, len(inside)).T
    return _tossed(law, rng, out)


def _counts_drawn(law: Law, rng: np.random.Generator, size: int) -> Floats:
    out = np.zeros((len(law.stratum), size))
    order = np.argsort(law.stratum, kind="stable")
    bounds = np.searchsorted(law.stratum[order], np.arange(len(law.sampled) + 1))
    for stratum, n in enumerate(law.sampled.tolist()):
        inside = order[bounds[stratum] : bounds[stratum + 1]]
        if n > 1 and len(inside):
            out[inside] = rng.multinomial(n - 1, law.times[inside] / n, size=size).T
    return _tossed(law, rng, out)


def _tossed(law: Law, rng: np.random.Generator, taken: Floats) -> Floats:
    """Toss a coin for units alone in their strata."""
    alone = np.flatnonzero((law.sampled[law.stratum] == 1) & (law.factor > 0))
    taken[alone] = rng.integers(0, 2, (len(alone), taken.shape[1]))
    return taken
