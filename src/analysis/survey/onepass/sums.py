"""The small table that everything else is computed from: sums per stratum, PSU, domain, item and level.

One pass over the rows makes it; after that, cost depends on the number of cells only. The sums add up (``merge.py``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.survey.columns import Bools, Floats, Ints
from analysis.survey.faults import SurveyError
from analysis.survey.weights.calibration import Rows


class Strata(NamedTuple):
    """Per stratum: label, PSUs sampled (people where no PSUs are given), population count (NaN: none)."""

    labels: pd.Index
    sampled: Ints
    population: Floats


class Cells(NamedTuple):
    """Where each cell lies, and how many rows and how much weight it holds.

    ``unit`` is the PSU's code, or the stratum's where people are the PSUs; ``domain`` may be the last code, "in no
    domain".
    """

    stratum: Ints
    unit: Ints
    domain: Ints
    rows: Ints
    weight: Floats


@dataclass(frozen=True)
class ItemSums:
    """One item's sums per cell, over features: an indicator per level, or (answered, value - centre) for wide values.

    ``n`` counts answers per cell (per level where there are levels), ``missing`` the blanks, ``total`` is Σw·feature,
    ``squared`` Σw², ``square`` is Σw²·feature·feature (diagonal for levels; the three entries 11, 12, 22 for moments;
    None where PSUs make it needless), ``low`` and ``high`` are the smallest and largest value, ``powers`` Σw(value -
    centre)² and ³ (all three for moments only).
    """

    levels: pd.Index | None
    centre: float
    n: Ints
    missing: Ints
    total: Floats
    squared: Floats
    square: Floats | None
    low: Floats | None = None
    high: Floats | None = None
    powers: Floats | None = None

    @cached_property
    def values(self) -> Floats:
        """The levels as numbers, refused where they are none: sums by category hold texts too."""
        assert self.levels is not None  # noqa: S101 - the caller chose this form
        try:
            return np.asarray(self.levels, dtype=np.float64)
        except (TypeError, ValueError) as fault:
            raise SurveyError("these sums hold answers that are no numbers; give shares with proportion()") from fault

    @cached_property
    def middle(self) -> float:
        """The value that moments are taken about: the centre, or the middle level."""
        if self.levels is None:
            return self.centre
        return float(self.values[len(self.values) // 2]) if len(self.values) else 0.0

    @property
    def answered(self) -> Ints:
        """Answers per cell."""
        return self.n.sum(axis=1) if self.n.ndim > 1 else self.n


class CompositeSums(NamedTuple):
    """How many of a cell's rows answered any of a composite's items, and Σw·s^0…s^3 of their own score s.

    Scores are taken about ``centre``; ``squared`` is Σw².
    """

    centre: float
    answered: Ints
    powers: Floats
    squared: Floats


@dataclass(frozen=True)
class Joint:
    """Several items together, where people are the PSUs.

    ``gram`` is Σw²·f·f' per cell over f = (answered, value - centre) of each item in turn.
    """

    items: tuple[str, ...]
    centre: Floats
    gram: Floats


@dataclass(frozen=True)
class Sums:
    """The additive sums of a design: a public type, so that parts of a file or other machines can return them.

    ``merge_sums([a, b])`` gives the sums of all rows of both, in any order: counts to the bit, weighted sums to 1e-12.
    Accepted wherever a design is, for the variables and the ``by`` (or fewer) that they were made for.
    """

    by: tuple[str, ...]
    strata: Strata
    psus: pd.Index | None
    psu_stratum: Ints | None
    domains: tuple[pd.Index, ...]
    domain_codes: tuple[Ints, ...]
    cells: Cells
    items: dict[str, ItemSums]
    joints: dict[tuple[str, ...], Joint]
    composites: dict[tuple[tuple[str, ...], ...], CompositeSums]
    lonely: str
    rows: Rows | None = None

    @property
    def n_domains(self) -> int:
        """Number of domains, without the rows that lie in none."""
        return len(self.domain_codes[0]) if self.domain_codes else 1

    @cached_property
    def known(self) -> dict[object, Any]:
        """What was already computed from these sums, such as degrees of freedom by the answers that were counted."""
        return {}

    @cached_property
    def rows_by_domain(self) -> Ints:
        """Rows of each domain ("no domain" last)."""
        return counts(self.cells.domain, self.cells.rows, self.n_domains + 1)

    def answers_by_domain(self, answered: Ints) -> Ints:
        """Answers of each domain ("no domain" last); items that the same people answered are counted once."""
        slot = ("answers", answered.tobytes())
        if slot not in self.known:
            self.known[slot] = counts(self.cells.domain, answered, self.n_domains + 1)
        made: Ints = self.known[slot]
        return made

    def totals_by_domain(self, item: str) -> Floats:
        """Weighted sums of an item by domain ("no domain" last): of its levels, or its moments."""
        slot = ("totals", item)
        if slot not in self.known:
            self.known[slot] = subtotal(self.cells.domain, self.items[item].total, self.n_domains + 1)
        made: Floats = self.known[slot]
        return made

    @cached_property
    def strata_pairs(self) -> tuple[Ints, Ints, Ints]:
        """Return the (stratum, domain) pairs that hold rows: a number per cell, and each pair's stratum and domain."""
        width = self.n_domains + 1
        pairs, code = np.unique(self.cells.stratum * width + self.cells.domain, return_inverse=True)
        return code, pairs // width, pairs % width

    def domain_labels(self) -> list[pd.Index]:
        """Return one label per domain for each column of ``by``."""
        return [levels[codes] for levels, codes in zip(self.domains, self.domain_codes, strict=True)]


def crossed(codes: Sequence[Ints], sizes: Sequence[int]) -> Ints:
    """Cross several columns of codes into one key; codes must not be below 0."""
    key = codes[0]
    for code, size in zip(codes[1:], sizes[1:], strict=True):
        key = key * size + code
    return key


def parted(key: Ints, sizes: Sequence[int]) -> tuple[Ints, ...]:
    """Return the codes that were crossed into a key."""
    out: list[Ints] = []
    for size in reversed(sizes[1:]):
        out.insert(0, key % size)
        key = key // size
    return (key, *out)


def subtotal(codes: Ints, values: Floats | Ints, size: int) -> Floats:
    """Sum rows of a small table by code; a 2-D table keeps its columns."""
    if values.ndim == 1:
        return np.bincount(codes, weights=values, minlength=size).astype(np.float64, copy=False)
    width = values.shape[1]
    flat = (codes[:, None] * width + np.arange(width)).ravel()
    added: Floats = np.bincount(flat, weights=values.ravel(), minlength=size * width).astype(np.float64, copy=False)
    return added.reshape(size, width)


def counts(codes: Ints, values: Ints, size: int) -> Ints:
    """Sum whole numbers by code, exactly (floats hold them up to 2**53)."""
    return subtotal(codes, values, size).astype(np.int64)


__all__: Sequence[str] = (
    "Bools",
    "Cells",
    "CompositeSums",
    "ItemSums",
    "Joint",
    "Strata",
    "Sums",
    "counts",
    "crossed",
    "parted",
    "subtotal",
)
