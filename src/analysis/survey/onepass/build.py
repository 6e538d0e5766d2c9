"""One pass over the rows of a design: from columns to the additive sums."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

import numpy as np
import pandas as pd

from analysis.survey.columns import Answers, Bools, Floats, Ints, Labels, categories, labels, numbers
from analysis.survey.design import DesignArrays, SurveyDesign, check_design
from analysis.survey.faults import SurveyError, listed
from analysis.survey.onepass.products import CHUNK, grams
from analysis.survey.onepass.sums import Cells, CompositeSums, ItemSums, Joint, Strata, Sums, crossed, parted
from analysis.survey.weights.calibration import Calibration, Rows


class Layout(NamedTuple):
    """Where every row goes: ``key`` per row, and which of the ``size`` keys hold rows of the domain."""

    key: Ints
    size: int
    present: Bools
    cells: Cells
    levels: tuple[pd.Index, ...]
    codes: tuple[Ints, ...]


def _combine(read: Sequence[Labels]) -> tuple[Ints, list[Ints]]:
    """Cross several label columns: one code per row (-1 where any is missing), and each combination's own codes."""
    sizes = [len(one.levels) for one in read]
    inside = np.all([one.codes >= 0 for one in read], axis=0)
    key = np.where(inside, crossed([one.codes for one in read], sizes), -1)
    span = int(np.prod(sizes, dtype=np.float64).clip(max=2**62))
    if span <= max(4 * len(key), CHUNK):
        seen = np.flatnonzero(np.bincount(key[inside], minlength=span))
        place = np.full(span + 1, -1, dtype=np.int64)
        place[seen] = np.arange(len(seen))
        codes = place[key]
    else:
        seen, packed = np.unique(key[inside], return_inverse=True)
        codes = np.full(len(key), -1, dtype=np.int64)
        codes[inside] = packed
    return codes, list(parted(seen, sizes))


def domain_codes(
    design: SurveyDesign, by: tuple[str, ...]
) -> tuple[Ints | None, tuple[pd.Index, ...], tuple[Ints, ...]]:
    """Return each row's domain, the labels and each domain's own codes; one column keeps its empty categories."""
    if not by:
        return None, (), ()
    known = design.cache.get(("domain", by))
    if known is None:
        read = [labels(design.frame, name) for name in by]
        if len(read) == 1:
            codes, own = read[0].codes, [np.arange(len(read[0].levels), dtype=np.int64)]
        else:
            codes, own = _combine(read)
        if len(own[0]) == 0:
            raise SurveyError(f"no row has a value in {listed(by)}")
        known = (codes, tuple(one.levels for one in read), tuple(own))
        design.cache[("domain", by)] = known
    result: tuple[Ints | None, tuple[pd.Index, ...], tuple[Ints, ...]] = known
    return result


def row_domains(design: SurveyDesign, by: tuple[str, ...]) -> tuple[Ints, int]:
    """Return each row's domain, -1 where it is in none or outside the design's mask, and the number of domains."""
    codes, _, own = domain_codes(design, by)
    domain = np.zeros(len(design.frame), dtype=np.int64) if codes is None else codes
    return domain if design.mask is None else np.where(design.mask, domain, -1), len(own[0]) if own else 1


def layout(design: SurveyDesign, by: tuple[str, ...]) -> Layout:
    """Give every row its cell; rows outside the design's mask go to a last cell that is dropped."""
    known = design.cache.get(("layout", by))
    if known is not None:
        made: Layout = known
        return made
    arrays = design.arrays
    domain, levels, own = domain_codes(design, by)
    n_domains = len(own[0]) if own else 1
    width = n_domains + 1
    unit = arrays.stratum if arrays.psu is None else arrays.psu
    n_units = len(arrays.strata) if arrays.psus is None else len(arrays.psus)
    if domain is None:
        key = unit * width
    else:
        key = unit * width + domain
        if domain.size and domain.min() < 0:
            key[domain < 0] += width
    size = n_units * width
    if size > max(2 * len(key), CHUNK):
        pairs, key = np.unique(key, return_inverse=True)
        size = len(pairs)
    else:
        pairs = np.arange(size)
    if design.mask is not None:
        key = np.where(design.mask, key, size)
        size += 1
        pairs = np.append(pairs, 0)
    rows = np.bincount(key, minlength=size)
    present = rows > 0
    if design.mask is not None:
        present[-1] = False
    weight = _weight_sums(key, size, rows, arrays, pairs // width)
    where = pairs[present]
    units = where // width
    stratum = units if arrays.psu_stratum is None else arrays.psu_stratum[units]
    cells = Cells(stratum, units, where % width, rows[present], weight[present])
    made = Layout(key, size, present, cells, levels, own)
    design.cache[("layout", by)] = made
    return made


def _weight_sums(key: Ints, size: int, rows: Ints, arrays: DesignArrays, unit: Ints) -> Floats:
    """Σw per key; from the counts alone where a stratum's weights are all the same."""
    if arrays.weight_of_stratum is not None:
        of_unit = unit if arrays.psu_stratum is None else arrays.psu_stratum[unit]
        per_key = arrays.weight_of_stratum[of_unit]
        return np.asarray(rows * per_key, dtype=np.float64)
    return _summed(key, arrays.weight, size)


def _summed(key: Ints, weights: Floats, size: int) -> Floats:
    added: Floats = np.bincount(key, weights=weights, minlength=size).astype(np.float64, copy=False)
    return added


def read_answers(design: SurveyDesign, name: str, *, as_categories: bool = False) -> Answers:
    """Read a variable once per design."""
    check_design(design)
    slot = ("answers", name, as_categories)
    known: Answers | None = design.cache.get(slot)
    if known is None:
        known = categories(design.frame, name) if as_categories else numbers(design.frame, name)
        design.cache[slot] = known
    return known


def derive(design: SurveyDesign, name: str, answers: Answers) -> str:
    """Keep a variable made from columns under a name no column has, to be summed like a column; return that name."""
    name = f"derived: {name}"
    design.cache[("answers", name, False)] = answers
    for slot in [slot for slot in design.cache if slot[:2] == ("item", name) or _scores_of(slot, name)]:
        del design.cache[slot]
    return name


def _scores_of(slot: Sequence[object], name: str) -> bool:
    """Whether a place of the cache holds scores that were made from a variable."""
    return slot[0] in ("scores", "composite") and any(
        name in part for part in cast("tuple[Sequence[str], ...]", slot[1])
    )


def _stratum_weight(arrays: DesignArrays, cells: Cells) -> Floats | None:
    return None if arrays.weight_of_stratum is None else arrays.weight_of_stratum[cells.stratum]


def _level_sums(answers: Answers, placed: Layout, arrays: DesignArrays) -> ItemSums:
    """Count an item's answers by level; weighted sums follow from the counts where weights are equal in a stratum."""
    assert answers.levels is not None  # noqa: S101 - the caller chose this form
    assert answers.codes is not None  # noqa: S101
    width = len(answers.levels) + 1
    flat = placed.key * width
    flat += answers.codes

    def table(weights: Floats) -> Floats:
        return _summed(flat, weights, placed.size * width).reshape(placed.size, width)[placed.present]

    n = np.bincount(flat, minlength=placed.size * width).reshape(placed.size, width)[placed.present]
    persons = arrays.psu is None
    per_cell = _stratum_weight(arrays, placed.cells)
    if per_cell is not None:
        total = np.asarray(n * per_cell[:, None], dtype=np.float64)
        square = total * per_cell[:, None] if persons else None
        squared = total[:, :-1].sum(axis=1) * per_cell
    else:
        total = table(arrays.weight)
        square = table(arrays.weight**2) if persons else None
        squared = _answered_squares(answers, placed, arrays) if square is None else square[:, :-1].sum(axis=1)
    return ItemSums(
        levels=answers.levels,
        centre=0.0,
        n=n[:, :-1].astype(np.int64),
        missing=n[:, -1].astype(np.int64),
        total=total[:, :-1],
        squared=squared,
        square=None if square is None else square[:, :-1],
    )


def _answered_squares(answers: Answers, placed: Layout, arrays: DesignArrays) -> Floats:
    """Σw² of the answers per cell."""
    valid = answers.valid()
    return _summed(placed.key[valid], arrays.weight[valid] ** 2, placed.size)[placed.present]


def _moment_sums(answers: Answers, placed: Layout, arrays: DesignArrays) -> ItemSums:
    """Sum a wide-valued item's first and second moments about a centre near its mean."""
    values = answers.values
    assert values is not None  # noqa: S101 - the caller chose this form
    valid = ~np.isnan(values)
    seen = values if valid.all() else values[valid]
    weight = arrays.weight if seen is values else arrays.weight[valid]
    key = placed.key if seen is values else placed.key[valid]
    centre = float(seen.mean()) if seen.size else 0.0
    shifted = seen - centre

    def table(weights: Floats) -> Floats:
        return _summed(key, weights, placed.size)[placed.present]

    n = np.bincount(key, minlength=placed.size)[placed.present].astype(np.int64)
    weighted = weight * shifted
    total = np.column_stack([table(weight), table(weighted)])
    square = None
    squared = table(weight * weight)
    if arrays.psu is None:
        square = np.column_stack([squared, table(weight * weighted), table(weighted * weighted)])
    low, high = np.full(placed.size, np.inf), np.full(placed.size, -np.inf)
    np.minimum.at(low, key, seen)
    np.maximum.at(high, key, seen)
    missing = placed.cells.rows - n
    powers = np.column_stack([table(weighted * shifted), table(weighted * shifted**2)])
    return ItemSums(
        levels=None,
        centre=centre,
        n=n,
        missing=missing,
        total=total,
        squared=squared,
        square=square,
        low=low[placed.present],
        high=high[placed.present],
        powers=powers,
    )


def _joint(design: SurveyDesign, items: tuple[str, ...], placed: Layout, made: dict[str, ItemSums]) -> Joint:
    centre = np.array([made[item].middle for item in items])
    columns = [read_answers(design, item) for item in items]
    return Joint(items, centre, grams(columns, centre, design.arrays.weight, placed.key, placed.size)[placed.present])


def _scores(design: SurveyDesign, parts: tuple[tuple[str, ...], ...]) -> tuple[Bools, Floats]:
    """Which rows answered any item, and the score of each of those: the mean of its parts' means."""
    slot = ("scores", parts)
    if slot not in design.cache:
        design.cache[slot] = _scored(design, parts)
    known: tuple[Bools, Floats] = design.cache[slot]
    return known


def _scored(design: SurveyDesign, parts: tuple[tuple[str, ...], ...]) -> tuple[Bools, Floats]:
    size = len(design.frame)
    score, parts_answered = np.zeros(size), np.zeros(size)
    for part in parts:
        read = [read_answers(design, item) for item in part]
        added, answered = read[0].numbers(missing=0.0), read[0].valid()
        if len(read) > 1:
            count = np.sum([one.valid() for one in read], axis=0)
            answered = count > 0
            total = np.sum([one.numbers(missing=0.0) for one in read], axis=0)
            added = np.divide(total, count, out=np.zeros(size), where=answered)
        score += added
        parts_answered += answered
    any_row = parts_answered > 0
    return any_row, score[any_row] / parts_answered[any_row]


def _composite(design: SurveyDesign, parts: tuple[tuple[str, ...], ...], placed: Layout) -> CompositeSums:
    """Count rows that answered any item, and sum the powers of their own score."""
    any_row, score = _scores(design, parts)
    key = placed.key[any_row]
    centre = float(score.mean()) if len(score) else 0.0
    centred = score - centre
    counted = np.bincount(key, minlength=placed.size)[placed.present].astype(np.int64)
    weight = design.arrays.weight[any_row]
    squares = weight * centred * centred
    scores = (weight, weight * centred, squares, squares * centred)
    powers = [_summed(key, one, placed.size)[placed.present] for one in scores]
    squared = _summed(key, weight**2, placed.size)[placed.present]
    return CompositeSums(centre, counted, np.column_stack(powers), squared)


def _composite_once(
    design: SurveyDesign, parts: tuple[tuple[str, ...], ...], placed: Layout, by: tuple[str, ...]
) -> CompositeSums:
    slot = ("composite", parts, by)
    if slot not in design.cache:
        design.cache[slot] = _composite(design, parts, placed)
    made: CompositeSums = design.cache[slot]
    return made


def build(
    design: SurveyDesign,
    items: Sequence[str],
    by: tuple[str, ...] = (),
    *,
    joints: Iterable[tuple[str, ...]] = (),
    composites: Iterable[tuple[tuple[str, ...], ...]] = (),
    as_categories: bool = False,
) -> Sums:
    """Make the sums of some items by some domains.

    ``joints`` are sets of items whose products are needed (covariances across items), ``composites`` the parts of
    variables made of several items.
    """
    placed = layout(design, by)
    arrays = design.arrays
    made: dict[str, ItemSums] = {}
    for item in items:
        slot = ("item", item, by, as_categories)
        known: ItemSums | None = design.cache.get(slot)
        if known is None:
            answers = read_answers(design, item, as_categories=as_categories)
            by_level = answers.levels is not None
            known = _level_sums(answers, placed, arrays) if by_level else _moment_sums(answers, placed, arrays)
            design.cache[slot] = known
        made[item] = known
    products: dict[tuple[str, ...], Joint] = {}
    rows = None
    if design.calibration is not None:
        rows = _rows_of(design, design.calibration, made, by, as_categories=as_categories)
    elif arrays.psu is None:
        for joint in joints:
            slot_joint = ("joint", joint, by)
            if slot_joint not in design.cache:
                design.cache[slot_joint] = _joint(design, joint, placed, made)
            products[joint] = design.cache[slot_joint]
    return Sums(
        by=by,
        strata=Strata(arrays.strata, arrays.sampled, arrays.population),
        psus=arrays.psus,
        psu_stratum=arrays.psu_stratum,
        domains=placed.levels,
        domain_codes=placed.codes,
        cells=placed.cells,
        items=made,
        joints=products,
        composites={parts: _composite_once(design, parts, placed, by) for parts in composites},
        lonely=design.lonely,
        rows=rows,
    )


def _rows_of(
    design: SurveyDesign,
    calibration: Calibration,
    made: dict[str, ItemSums],
    by: tuple[str, ...],
    *,
    as_categories: bool,
) -> Rows:
    """Keep hold of the rows, which calibrated weights need again; a row in no domain has the last code."""
    arrays = design.arrays
    codes, _, own = domain_codes(design, by)
    width = len(own[0]) if own else 1
    domain = np.zeros(len(arrays.weight), dtype=np.int64) if codes is None else np.where(codes < 0, width, codes)
    if design.mask is not None:
        domain = np.where(design.mask, domain, -1)
    answers = {item: read_answers(design, item, as_categories=as_categories) for item in made}
    return Rows(arrays.stratum, arrays.psu, domain, arrays.weight, answers, calibration)
