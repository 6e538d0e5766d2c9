"""The algebra of sums: cells joined, moments moved to another centre, domains made coarser."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import Floats, Ints, sort_levels
from analysis.survey.faults import SurveyError, listed, shown, some
from analysis.survey.onepass.sums import Cells, CompositeSums, ItemSums, Joint, Sums, counts, crossed, parted, subtotal
from analysis.survey.variables import as_names


def join_labels(one: pd.Index, other: pd.Index) -> tuple[pd.Index, Ints, Ints]:
    """Labels of both in order, and where each one's own labels went."""
    every = one.append(other[~other.isin(one)])
    # the same labels in the same order (an ordered categorical's) need no sorting
    ordered = one if one.equals(other) else every[sort_levels(every)]
    return ordered, ordered.get_indexer(one).astype(np.int64), ordered.get_indexer(other).astype(np.int64)


Split = tuple[npt.NDArray[Any], npt.NDArray[Any]]


def add_sums(split: Split, tables: tuple[Floats, Floats], size: int) -> Floats:
    """Add two tables of weighted sums into the joined cells."""
    return subtotal(split[0], tables[0], size) + subtotal(split[1], tables[1], size)


def add_counts(split: Split, tables: tuple[Ints, Ints], size: int) -> Ints:
    """Add two tables of counts into the joined cells."""
    return counts(split[0], tables[0], size) + counts(split[1], tables[1], size)


def join_item(one: ItemSums, other: ItemSums, split: Split, size: int) -> ItemSums:
    """Add one item's sums; by level if both parts have levels, else as moments."""
    if one.levels is not None and other.levels is not None:
        return join_levels(one, other, split, size)
    sides = (as_moments(one), as_moments(other))
    weight = [side.total[:, 0].sum() for side in sides]
    centre = sides[0].centre
    if sum(weight) > 0:
        centre = float(np.average([side.centre for side in sides], weights=weight))
    moved = [recentred(side, centre) for side in sides]
    low, high = np.full(size, np.inf), np.full(size, -np.inf)
    for code, side in zip(split, moved, strict=True):
        assert side.low is not None  # noqa: S101 - kept with moments
        assert side.high is not None  # noqa: S101
        np.minimum.at(low, code, side.low)
        np.maximum.at(high, code, side.high)
    a, b = moved
    return ItemSums(
        levels=None,
        centre=centre,
        n=add_counts(split, (a.n, b.n), size),
        missing=add_counts(split, (a.missing, b.missing), size),
        total=add_sums(split, (a.total, b.total), size),
        squared=add_sums(split, (a.squared, b.squared), size),
        square=None if a.square is None or b.square is None else add_sums(split, (a.square, b.square), size),
        low=low,
        high=high,
        powers=None if a.powers is None or b.powers is None else add_sums(split, (a.powers, b.powers), size),
    )


def join_levels(one: ItemSums, other: ItemSums, split: Split, size: int) -> ItemSums:
    """Add one item's sums by level."""
    assert one.levels is not None  # noqa: S101 - the caller checked
    assert other.levels is not None  # noqa: S101
    levels, first, second = join_labels(pd.Index(one.levels.to_numpy()), pd.Index(other.levels.to_numpy()))

    def spread(table: npt.NDArray[Any], place: Ints) -> npt.NDArray[Any]:
        out = np.zeros((len(table), len(levels)), dtype=table.dtype)
        out[:, place] = table
        return out

    tables = ((one, first), (other, second))
    n = add_counts(split, tuple(spread(part.n, place) for part, place in tables), size)  # type: ignore[arg-type]
    total = add_sums(split, tuple(spread(part.total, place) for part, place in tables), size)  # type: ignore[arg-type]
    squared = add_sums(split, (one.squared, other.squared), size)
    square = None
    if one.square is not None and other.square is not None:
        square = add_sums(split, (spread(one.square, first), spread(other.square, second)), size)
    missing = add_counts(split, (one.missing, other.missing), size)
    return ItemSums(levels=levels, centre=0.0, n=n, missing=missing, total=total, squared=squared, square=square)


def as_moments(item: ItemSums) -> ItemSums:
    """Turn sums by level into moments about the middle level; moments stay as they are."""
    if item.levels is None:
        return item
    centre = item.middle
    values = item.values - centre
    seen = item.n > 0
    any_seen = seen.any(axis=1)
    low = np.where(any_seen, np.where(seen, values, np.inf).min(axis=1, initial=np.inf), np.inf) + centre
    high = np.where(any_seen, np.where(seen, values, -np.inf).max(axis=1, initial=-np.inf), -np.inf) + centre
    powers = np.column_stack([np.ones_like(values), values, values**2, values**3])
    total = item.total @ powers
    square = None if item.square is None else item.square @ powers[:, :3]
    return ItemSums(
        levels=None,
        centre=centre,
        n=item.answered,
        missing=item.missing,
        total=total[:, :2],
        squared=item.squared,
        square=square,
        low=low,
        high=high,
        powers=total[:, 2:],
    )


def recentred(item: ItemSums, centre: float) -> ItemSums:
    """Take moments about another centre."""
    shift = item.centre - centre
    w, first = item.total[:, 0], item.total[:, 1]
    assert item.powers is not None  # noqa: S101 - kept with moments
    powers = shifted_powers(np.column_stack([item.total, item.powers]), shift)[:, 2:]
    square = None
    if item.square is not None:
        a, b, c = item.square.T
        square = np.column_stack([a, b + shift * a, c + 2 * shift * b + shift**2 * a])
    total = np.column_stack([w, first + shift * w])
    return replace(item, centre=centre, total=total, square=square, powers=powers)


def join_joint(one: Joint, other: Joint, items: dict[str, ItemSums], split: Split, size: int) -> Joint:
    """Add the products of several items, brought to the joined items' centres."""
    centre = np.array([items[name].middle for name in one.items])
    width = 2 * len(one.items)
    added = np.zeros((size, width, width))
    for code, part in zip(split, (one, other), strict=True):
        turn = np.eye(width)
        for place, (old, fresh) in enumerate(zip(part.centre, centre, strict=True)):
            turn[2 * place + 1, 2 * place] = old - fresh
        np.add.at(added, code, turn @ part.gram @ turn.T)
    return Joint(one.items, centre, added)


def join_composite(one: CompositeSums, other: CompositeSums, split: Split, size: int) -> CompositeSums:
    """Add a composite's counts and score powers."""
    moved = shifted_powers(other.powers, other.centre - one.centre)
    return CompositeSums(
        one.centre,
        add_counts(split, (one.answered, other.answered), size),
        add_sums(split, (one.powers, moved), size),
        add_sums(split, (one.squared, other.squared), size),
    )


def shifted_powers(powers: Floats, shift: float) -> Floats:
    """Turn Σw·s^0…s^3 into those of s + shift."""
    w, first, second, third = powers.T
    return np.column_stack(
        [
            w,
            first + shift * w,
            second + 2 * shift * first + shift**2 * w,
            third + 3 * shift * second + 3 * shift**2 * first + shift**3 * w,
        ]
    )


def collapse(held: Sums, by: str | Sequence[str] | None = None) -> Sums:
    """Add sums up to fewer columns of ``by``, or to none.

    Parameters
    ----------
    held
        Sums, as ``sums`` and ``merge_sums`` make them.
    by
        Some of their columns, in any order, or None for the whole sample.

    Returns
    -------
    Sums
        The sums that ``sums`` makes of the same rows by these columns.

    Raises
    ------
    SurveyError
        A column that the sums are not by; rows that lack a label (see below).

    Notes
    -----
    Shape: a cell per stratum, PSU and domain that remain. Units: as held. Missing: rows that lacked a label in any
    column are in no domain and cannot be told apart any more; where there are such rows only ``by=None`` can be made
    (make the sums by the column itself). R: none, ``svyby`` reads the rows again.
    """
    if not isinstance(held, Sums):
        raise SurveyError(f"held must be Sums, not {shown(held)}")
    names, known = as_names(by), set(held.by)
    unknown = [shown(name) for name in names if name not in known]
    if unknown:
        raise SurveyError(f"these sums are by {listed(held.by) or 'nothing'}, not by {some(unknown)}")
    if names == held.by:
        return held
    outside = held.cells.domain == held.n_domains
    if names and outside.any():
        raise SurveyError(f"some rows lack a label in {listed(held.by)}; make the sums by {listed(names)} alone")
    kept = [held.by.index(name) for name in names]
    labels = tuple(held.domains[place] for place in kept)
    sizes = [len(levels) for levels in labels]
    whole = np.zeros(held.n_domains, dtype=np.int64)
    key = crossed([held.domain_codes[place] for place in kept], sizes) if kept else whole
    every = np.unique(key)
    moved = np.append(np.searchsorted(every, key), 0 if not names else len(every))
    width = len(every) + 1
    pairs, code = np.unique(held.cells.unit * width + moved[held.cells.domain], return_inverse=True)
    return _gathered(held, names, labels, parted(every, sizes) if kept else (), pairs // width, pairs % width, code)


def _gathered(
    held: Sums,
    by: tuple[str, ...],
    labels: tuple[pd.Index, ...],
    codes: tuple[Ints, ...],
    unit: Ints,
    domain: Ints,
    code: npt.NDArray[Any],
) -> Sums:
    size = len(unit)
    cells = Cells(
        unit if held.psu_stratum is None else held.psu_stratum[unit],
        unit,
        domain,
        counts(code, held.cells.rows, size),
        subtotal(code, held.cells.weight, size),
    )
    nothing = np.zeros(0, dtype=np.int64)
    split = (code, nothing)
    items = {name: join_item(item, _empty(item), split, size) for name, item in held.items.items()}
    joints = {}
    for names, joint in held.joints.items():
        gram = np.zeros((size, *joint.gram.shape[1:]))
        np.add.at(gram, code, joint.gram)
        centre = np.array([items[name].middle for name in names])
        joints[names] = join_joint(
            Joint(names, joint.centre, gram), Joint(names, centre, gram[:0]), items, (np.arange(size), nothing), size
        )
    composites = {
        parts: CompositeSums(
            one.centre,
            counts(code, one.answered, size),
            subtotal(code, one.powers, size),
            subtotal(code, one.squared, size),
        )
        for parts, one in held.composites.items()
    }
    return replace(
        held, by=by, domains=labels, domain_codes=codes, cells=cells, items=items, joints=joints, composites=composites
    )


def _empty(item: ItemSums) -> ItemSums:
    """Return the same item over no cells."""
    return replace(
        item,
        n=item.n[:0],
        missing=item.missing[:0],
        total=item.total[:0],
        squared=item.squared[:0],
        square=None if item.square is None else item.square[:0],
        low=None if item.low is None else item.low[:0],
        high=None if item.high is None else item.high[:0],
        powers=None if item.powers is None else item.powers[:0],
    )
