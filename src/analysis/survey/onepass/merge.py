"""Sums add up: parts of a file, many files or many machines, in any order, give the whole.

Counts add to the bit. Weighted sums add to rounding; moments about different centres are brought to one centre exactly.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analysis.survey.columns import Floats, Ints
from analysis.survey.design import SurveyDesign, check_design
from analysis.survey.faults import SurveyError, check_flag, shown, some
from analysis.survey.onepass.gather import add_counts, add_sums, join_composite, join_item, join_joint, join_labels
from analysis.survey.onepass.source import sums_for
from analysis.survey.onepass.sums import Cells, Strata, Sums, counts, crossed, parted
from analysis.survey.variables import Variables, as_names, as_variables


def sums(
    design: SurveyDesign,
    y: Variables,
    by: str | Sequence[str] | None = None,
    *,
    joint: bool = False,
    as_categories: bool = False,
) -> Sums:
    """Make the additive sums of some variables by some domains: all that estimates and tests of them need.

    Build each part's with ``SurveyDesign(part, ..., lonely="later")`` (a stratum may have one PSU in a part), merge
    with ``merge_sums``, and give the result to ``mean``, ``pairwise``, ``rank_test``… in place of a design. PSUs with
    the same label are the same PSU in every part; ``population`` is the whole stratum's in every part.

    Parameters
    ----------
    design
        A SurveyDesign, or a subset of one.
    y, by
        As in ``mean``.
    joint
        Keep products across items, which ``covariance`` of several variables needs where people are the PSUs.
    as_categories
        Read variables by answer, whatever their type (for ``proportion`` of texts).

    Returns
    -------
    Sums
        Counts, Σw and Σwy of every cell, and what variances are made from.

    Raises
    ------
    SurveyError
        As ``mean``; calibrated weights, whose residuals need all rows at once.

    Notes
    -----
    Shape: a cell per stratum, PSU and domain that holds rows; it does not grow with the rows. Units: people, and those
    of ``y`` times people. Missing: blanks are counted per cell; rows that lack a label of ``by`` are in no domain but
    stay in the design. R: none, ``svydesign`` keeps the rows.
    """
    check_design(design)
    check_flag("joint", joint)
    check_flag("as_categories", as_categories)
    made = sums_for(design, as_variables(y), as_names(by), joint=joint, as_categories=as_categories)
    if made.rows is not None:
        raise SurveyError("calibrated weights have no additive sums: fit the weights to the whole sample")
    return made


def merge_sums(parts: Sequence[Sums]) -> Sums:
    """Add the sums of several parts: those of all their rows together. Order and grouping are irrelevant.

    Parameters
    ----------
    parts
        Sums of the same variables by the same columns.

    Returns
    -------
    Sums
        Strata, PSUs and domains of the same label are the same ones.

    Raises
    ------
    SurveyError
        No parts; parts by different columns, of different variables or designs; a PSU in two strata, a population that
        differs between parts or is below the sample.

    Notes
    -----
    Shape: a cell per stratum, PSU and domain of any part. Units: as in the parts. Missing: blanks add up. Counts add to
    the bit, weighted sums to rounding. R: none; ``svydesign(rbind(a, b), …)`` reads all rows again.
    """
    if not isinstance(parts, Sequence) or not parts or not all(isinstance(part, Sums) for part in parts):
        raise SurveyError(f"parts must be a list of Sums, at least one, not {shown(parts)}")
    held = list(parts)
    # neighbours first: each part's labels are then sorted again only as often as the number of parts doubles
    while len(held) > 1:
        held = [
            _merge(*held[place : place + 2]) if place + 1 < len(held) else held[place]
            for place in range(0, len(held), 2)
        ]
    return held[0]


def _merge(one: Sums, other: Sums) -> Sums:
    _check(one, other)
    strata, stratum_one, stratum_other = join_labels(one.strata.labels, other.strata.labels)
    population = _population(one, other, strata, (stratum_one, stratum_other))
    psus, psu_stratum, places, sampled = _units(one, other, strata, (stratum_one, stratum_other))
    if (sampled > population).any():
        bad = strata[sampled > population]
        raise SurveyError(f"population is below the sample in stratum {some([repr(name) for name in bad.tolist()])}")
    domains, codes, moved = _domains(one, other)
    width = (len(codes[0]) if codes else 1) + 1
    units = [place[part.cells.unit] for place, part in zip(places, (one, other), strict=True)]
    keys = [unit * width + move[part.cells.domain] for unit, move, part in zip(units, moved, (one, other), strict=True)]
    held, code = np.unique(np.concatenate(keys), return_inverse=True)
    split = (code[: len(keys[0])], code[len(keys[0]) :])
    size = len(held)
    unit = held // width
    cells = Cells(
        unit if psu_stratum is None else psu_stratum[unit],
        unit,
        held % width,
        add_counts(split, (one.cells.rows, other.cells.rows), size),
        add_sums(split, (one.cells.weight, other.cells.weight), size),
    )
    items = {name: join_item(one.items[name], other.items[name], split, size) for name in one.items}
    joints = {
        names: join_joint(one.joints[names], other.joints[names], items, split, size)
        for names in one.joints
        if names in other.joints
    }
    composites = {
        parts: join_composite(one.composites[parts], other.composites[parts], split, size) for parts in one.composites
    }
    return Sums(
        by=one.by,
        strata=Strata(strata, sampled, population),
        psus=psus,
        psu_stratum=psu_stratum,
        domains=domains,
        domain_codes=codes,
        cells=cells,
        items=items,
        joints=joints,
        composites=composites,
        lonely=one.lonely,
    )


def _check(one: Sums, other: Sums) -> None:
    faults = []
    if one.by != other.by:
        faults.append(f"one part is by {one.by}, the other by {other.by}")
    if set(one.items) != set(other.items) or set(one.composites) != set(other.composites):
        faults.append(f"one part has {some(list(one.items))}, the other {some(list(other.items))}")
    if (one.psus is None) != (other.psus is None):
        faults.append("one part has PSUs, the other has none")
    if one.lonely != other.lonely:
        faults.append(f"one part treats lonely PSUs as {one.lonely!r}, the other as {other.lonely!r}")
    if one.rows is not None or other.rows is not None:
        faults.append("calibrated weights have no additive sums")
    if faults:
        raise SurveyError(faults)


def _population(one: Sums, other: Sums, strata: pd.Index, places: tuple[Ints, Ints]) -> Floats:
    told = np.full((2, len(strata)), np.nan)
    known = np.zeros((2, len(strata)), dtype=bool)
    for side, (part, place) in enumerate(zip((one, other), places, strict=True)):
        told[side, place] = part.strata.population
        known[side, place] = True
    both = known.all(axis=0)
    differ = both & ~((told[0] == told[1]) | (np.isnan(told[0]) & np.isnan(told[1])))
    if differ.any():
        names = some([repr(name) for name in strata[differ].tolist()])
        raise SurveyError(f"the parts give different populations for stratum {names}")
    population: Floats = np.where(known[0], told[0], told[1])
    return population


def _units(
    one: Sums, other: Sums, strata: pd.Index, places: tuple[Ints, Ints]
) -> tuple[pd.Index | None, Ints | None, tuple[Ints, Ints], Ints]:
    """Join the PSUs (or, where people are the PSUs, the strata), and count what each stratum now holds."""
    size = len(strata)
    if one.psus is None or other.psus is None:
        sampled = sum(
            counts(place, part.strata.sampled.astype(np.int64), size)
            for part, place in zip((one, other), places, strict=True)
        )
        return None, None, places, np.asarray(sampled, dtype=np.int64)
    psus, first, second = join_labels(one.psus, other.psus)
    stratum = np.full(len(psus), -1, dtype=np.int64)
    for part, place, moved in zip((one, other), (first, second), places, strict=True):
        assert part.psu_stratum is not None  # noqa: S101 - PSUs have strata
        own = moved[part.psu_stratum]
        astray = (stratum[place] >= 0) & (stratum[place] != own)
        if astray.any():
            names = some([repr(name) for name in psus[place[astray]].tolist()])
            raise SurveyError(f"psu {names} lies in different strata in different parts")
        stratum[place] = own
    return psus, stratum, (first, second), np.bincount(stratum, minlength=size)


def _domains(one: Sums, other: Sums) -> tuple[tuple[pd.Index, ...], tuple[Ints, ...], tuple[Ints, Ints]]:
    """Join the domains; return labels, codes and where each part's domains (and its "no domain") went."""
    if not one.by:
        return (), (), (np.arange(2), np.arange(2))
    joined = [join_labels(a, b) for a, b in zip(one.domains, other.domains, strict=True)]
    labels = tuple(levels for levels, _, _ in joined)
    sizes = [len(levels) for levels in labels]
    keys = [
        crossed([moved[side][own] for (_, *moved), own in zip(joined, part.domain_codes, strict=True)], sizes)
        for side, part in enumerate((one, other))
    ]
    every = np.unique(np.concatenate(keys))
    moved_all = tuple(np.append(np.searchsorted(every, key), len(every)) for key in keys)
    return labels, parted(every, sizes), (moved_all[0], moved_all[1])
