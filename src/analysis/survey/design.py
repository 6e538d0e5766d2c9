"""The sample design: who stands for how many, drawn from which stratum, in which cluster, out of how many."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import Bools, Floats, Ints, by_labels, column, labels
from analysis.survey.faults import SurveyError, named, one_of, shown, some
from analysis.survey.weights.calibration import Calibration

# Weights further apart than this are lost in each other's sums.
WIDEST = 1e15
LONELY = ("refuse", "certainty", "adjust", "average", "later")
# What the cache keeps that depends on nothing but the columns that its keys name, and on the mask.
SUMMED = ("answers", "scores", "domain", "layout", "item", "joint", "composite")
# What of it depends on no mask either.
READ = ("answers", "scores", "domain")


class DesignArrays(NamedTuple):
    """A checked design as arrays: per row the weight and the codes, per stratum the sample and the population."""

    weight: Floats
    stratum: Ints
    strata: pd.Index
    psu: Ints | None
    psus: pd.Index | None
    psu_stratum: Ints | None
    sampled: Ints
    population: Floats
    weight_of_stratum: Floats | None


@dataclass(frozen=True, eq=False)
class SurveyDesign:
    """A stratified, one-stage cluster sample with weights; the only thing that estimates are made from.

    Parameters
    ----------
    frame
        One row per respondent. Kept as it is (``.frame``); later changes to the caller's frame are not seen.
    weight
        Column of weights (how many people a row stands for), above 0. Left out: 1 for everybody.
    stratum, psu
        Columns of labels. Left out: one stratum; every row its own PSU. A PSU lies in one stratum.
    population
        Column with the number of PSUs (of people, where no ``psu`` is given) in the row's stratum; the same for all
        rows of a stratum. Missing for a whole stratum: no finite population correction there. Equal to the sample: the
        stratum was asked in full and adds nothing to a variance. A fraction or a count below the sample is refused.
    lonely
        What to do about a stratum with one PSU that was not taken in full: ``refuse`` (names it), ``certainty`` (adds
        nothing), ``adjust`` (centred at the mean of all), ``average`` (the mean of the other strata). ``later`` is
        for parts of a file whose sums will be merged: refused only if it is still alone when something is estimated.

    Raises
    ------
    SurveyError
        With every fault found and its rows (positions counted from 0).

    Notes
    -----
    Shape: a row per respondent; ``subset`` keeps all rows. Units: weights count people, ``population`` PSUs or people.
    Missing: refused in weights, strata and PSUs; in answers each estimate tells its own rule.
    Binder (1983). R: ``svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, fpc = ~population)`` and
    ``options(survey.lonely.psu = "fail")``.
    """

    frame: pd.DataFrame
    weight: str | None = None
    stratum: str | None = None
    psu: str | None = None
    population: str | None = None
    lonely: str = "refuse"
    mask: Bools | None = field(default=None, repr=False)
    calibration: Calibration | None = field(default=None, repr=False)
    fitted: Floats | None = field(default=None, repr=False)
    cache: dict[Any, Any] = field(default_factory=dict, repr=False, init=False)

    def __post_init__(self) -> None:
        if not isinstance(self.frame, pd.DataFrame):
            raise SurveyError(f"frame must be a DataFrame, not {shown(self.frame)}")
        if len(self.frame) == 0:
            raise SurveyError("the frame has no rows")
        one_of("lonely", self.lonely, LONELY)
        size = len(self.frame)
        faults = []
        for given, kind, what, remedy in (
            (self.fitted, "f", "fitted weights", "fit them to the frame that is used"),
            (self.mask, "b", "mask", "take the subset of the frame that is used"),
        ):
            if given is not None and not (isinstance(given, np.ndarray) and given.dtype.kind == kind):
                faults.append(f"{what} cannot be {shown(given)}; {remedy}")
            elif given is not None and given.shape != (size,):
                faults.append(f"{what} of shape {given.shape} cannot serve a frame of {size} rows; {remedy}")
        if not isinstance(self.calibration, Calibration | None):
            faults.append(f"calibration cannot be {shown(self.calibration)}; rake and poststratify make it")
        if faults:
            raise SurveyError(faults)
        # copy-on-write: the shallow copy does not follow later changes to the caller's frame
        object.__setattr__(self, "frame", self.frame.copy(deep=False))
        self.cache["arrays"] = _read(self)

    @property
    def arrays(self) -> DesignArrays:
        """The checked design as arrays."""
        arrays: DesignArrays = self.cache["arrays"]
        return arrays

    def subset(self, mask: npt.ArrayLike) -> "SurveyDesign":
        """Restrict to a domain: all strata and PSUs stay in the design, rows outside contribute zero.

        ``mask`` is one truth value per row (missing counts as False). A Series is matched by its labels, and refused
        where they are not the frame's. R: ``subset(design, mask)``.
        """
        mask = by_labels(mask, self.frame.index, "the mask's labels are not those of the frame's rows")
        try:
            keep = pd.Series(np.asarray(mask)).astype("boolean").fillna(value=False).to_numpy(dtype=bool)
        except (TypeError, ValueError) as fault:
            raise SurveyError("mask must be one truth value per row") from fault
        if keep.shape != (len(self.frame),):
            raise SurveyError(f"mask has {keep.size} values for {len(self.frame)} rows")
        part = copy.copy(self)
        object.__setattr__(part, "mask", keep if self.mask is None else keep & self.mask)
        # what does not depend on the mask need not be read again
        shared = {
            slot: kept
            for slot, kept in self.cache.items()
            if slot == "arrays" or (slot[0] in READ and not _mentions(slot[1:], set()))
        }
        object.__setattr__(part, "cache", shared)
        return part

    def with_columns(self, columns: Mapping[str, object]) -> "SurveyDesign":
        """Return the same sample with more (or other) columns in its frame; weights, strata and rows stay.

        ``columns`` are values by name: one for all rows, or one per row (a Series is matched by its labels, and refused
        where they are not the frame's). Fitted weights and their margins are kept, and so is the domain. The design's
        own columns cannot be changed.
        """
        if not isinstance(columns, Mapping):
            raise SurveyError(f"columns must be values by name, not {shown(columns)}")
        own = [name for name in (self.weight, self.stratum, self.psu, self.population) if name in columns]
        if own:
            raise SurveyError(f"the design is made from {some(own)}; make a design of the changed frame")
        made = copy.copy(self)
        frame = self.frame.copy(deep=False)
        for name, values in columns.items():
            told = by_labels(values, frame.index, f"the labels of {shown(name)} are not those of the frame's rows")
            try:
                frame[name] = told
            except (TypeError, ValueError) as fault:
                raise SurveyError(f"column {shown(name)} must have one value for each of {len(frame)} rows") from fault
        object.__setattr__(made, "frame", frame)
        kept = {
            slot: held
            for slot, held in self.cache.items()
            if slot == "arrays" or (slot[0] in SUMMED and not _mentions(slot[1:], set(columns)))
        }
        object.__setattr__(made, "cache", kept)
        return made


def check_design(design: object) -> None:
    """Refuse what is no design."""
    if not isinstance(design, SurveyDesign):
        raise SurveyError(f"design must be a SurveyDesign, not {shown(design)}")


def _mentions(slot: object, names: set[str]) -> bool:
    """Whether what is kept under a key was made from one of some columns."""
    named_itself = slot in names or _derived(slot)
    return named_itself or (isinstance(slot, tuple) and any(_mentions(part, names) for part in slot))


def _derived(name: object) -> bool:
    """Whether a variable was made from columns, under a name no column has."""
    return isinstance(name, str) and name.startswith("derived: ")


def _rows(bad: Bools) -> str:
    return some(np.flatnonzero(bad).tolist())


def _weights(design: SurveyDesign, faults: list[str]) -> Floats:
    size = len(design.frame)
    if design.fitted is not None:
        return design.fitted
    if design.weight is None:
        return np.ones(size)
    series = column(design.frame, design.weight)
    if not _counts(series):
        raise SurveyError(f"weight column {design.weight!r} holds {series.dtype} values where numbers are needed")
    weight = series.to_numpy(dtype=np.float64, na_value=np.nan)
    for bad, what in (
        (np.isnan(weight), "missing"),
        (np.isinf(weight), "infinite"),
        (weight <= 0, "zero or negative"),
        ((weight > 0) & np.isfinite(weight) & ((weight < 1e-100) | (weight > 1e100)), "outside 1e-100 to 1e100"),
    ):
        if bad.any():
            faults.append(f"weight {design.weight!r} is {what} in rows {_rows(bad)}")
    # the sum of all would not notice the smallest
    if not faults and (far := weight * WIDEST < weight.max()).any():
        faults.append(f"weight {design.weight!r} is less than a part in {WIDEST:g} of the largest in rows {_rows(far)}")
    return weight


def _counts(series: pd.Series) -> bool:
    """Whether a column holds real numbers, or nothing."""
    kinds = pd.api.types
    real = kinds.is_any_real_numeric_dtype(series.dtype) or kinds.is_bool_dtype(series.dtype)
    return bool(real or series.isna().all())


def _codes(design: SurveyDesign, name: str | None, what: str, faults: list[str]) -> tuple[Ints, pd.Index]:
    if name is None:
        return np.zeros(len(design.frame), dtype=np.int64), pd.Index(["all"])
    read = labels(design.frame, name)
    bad = read.codes < 0
    if bad.any():
        faults.append(f"{what} {name!r} is missing in rows {_rows(bad)}")
        return np.where(bad, 0, read.codes), read.levels if len(read.levels) else pd.Index(["all"])
    if len(read.levels) and np.bincount(read.codes, minlength=len(read.levels)).min() == 0:
        used, codes = np.unique(read.codes, return_inverse=True)
        return codes.astype(np.int64), read.levels[used]
    return read.codes, read.levels


def _population(design: SurveyDesign, stratum: Ints, strata: pd.Index, sampled: Ints, faults: list[str]) -> Floats:
    """Return one population count per stratum, NaN where there is none."""
    if design.population is None:
        return np.full(len(strata), np.nan)
    series = column(design.frame, design.population)
    if not _counts(series):
        raise SurveyError(
            f"population column {design.population!r} holds {series.dtype} values where counts are needed"
        )
    per_row = series.to_numpy(dtype=np.float64, na_value=np.nan)
    first = np.empty(len(strata))
    first[stratum[::-1]] = per_row[::-1]
    same = (per_row == first[stratum]) | (np.isnan(per_row) & np.isnan(first[stratum]))
    for code in np.unique(stratum[~same]):
        rows = _rows((stratum == code) & ~same)
        faults.append(f"population {design.population!r} varies in stratum {named(strata[code])} (rows {rows})")
    units = "people" if design.psu is None else "PSUs"
    for code in np.flatnonzero(first < sampled).tolist():
        hint = "; a count is needed, not a fraction" if 0 < first[code] <= 1 else ""
        faults.append(
            f"population {design.population!r} is {first[code]:g} in stratum {named(strata[code])}, "
            f"below the {sampled[code]} {units} sampled{hint}"
        )
    if np.isinf(first).any():
        first = np.where(np.isinf(first), np.nan, first)
    return first


def _read(design: SurveyDesign) -> DesignArrays:
    """Read and check the whole design, all faults at once."""
    faults: list[str] = []
    weight = _weights(design, faults)
    stratum, strata = _codes(design, design.stratum, "stratum", faults)
    psu: Ints | None = None
    psus: pd.Index | None = None
    psu_stratum: Ints | None = None
    if design.psu is None:
        sampled = np.bincount(stratum, minlength=len(strata))
    else:
        psu, psus = _codes(design, design.psu, "psu", faults)
        psu_stratum = np.zeros(len(psus), dtype=np.int64)
        psu_stratum[psu[::-1]] = stratum[::-1]
        astray = psu_stratum[psu] != stratum
        faults.extend(
            f"psu {named(psus[code])} lies in several strata (rows {_rows(astray & (psu == code))})"
            for code in np.unique(psu[astray])
        )
        sampled = np.bincount(psu_stratum, minlength=len(strata))
    population = _population(design, stratum, strata, sampled, faults)
    lonely = (sampled == 1) & (population != 1)
    if design.lonely == "refuse" and lonely.any():
        names = some([named(name) for name in strata[lonely].tolist()])
        faults.append(
            f"one PSU only in stratum {names}: join it with another, or choose lonely='certainty', "
            "'adjust' or 'average'"
        )
    if faults:
        raise SurveyError(faults)
    first = np.empty(len(strata))
    first[stratum] = weight
    equal = bool((first[stratum] == weight).all())
    return DesignArrays(weight, stratum, strata, psu, psus, psu_stratum, sampled, population, first if equal else None)
