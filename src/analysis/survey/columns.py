"""Columns of a frame as the arrays the formulas see: codes for labels, small integers for answers, floats else."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.faults import SurveyError, real, shown, some

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

# An integer answer with at most this many values is counted by value; wider ones are summed as moments.
MOST_LEVELS = 32
# What a column of Python objects may hold to be read as numbers.
NUMBERS = ("integer", "floating", "mixed-integer-float", "boolean", "decimal")
# Answers are cubed, weighted and divided by: beyond this, or nearer to 0 than its inverse, no number would be left.
LARGEST = 1e75
# What is left of parts that cancel, below this share of them, is rounding: no variation and no chance.
ROUNDING = 1e-13


@dataclass(frozen=True)
class Labels:
    """A column of labels: ``codes`` point into ``levels`` (in order), -1 where the label is missing."""

    codes: Ints
    levels: pd.Index


@dataclass(frozen=True)
class Answers:
    """A variable as read: by level (``codes``, the last code is "missing") or by value (``values``, NaN is missing)."""

    levels: pd.Index | None
    codes: npt.NDArray[np.integer[Any]] | None
    values: Floats | None

    def valid(self) -> Bools:
        """Which rows were answered."""
        if self.codes is not None and self.levels is not None:
            return self.codes < len(self.levels)
        assert self.values is not None  # noqa: S101 - one of the two forms is always there
        return ~np.isnan(self.values)

    def numbers(self, missing: float = np.nan) -> Floats:
        """Return the answers as floats, ``missing`` (or NaN) where missing."""
        if self.values is not None:
            return self.values if np.isnan(missing) else np.where(np.isnan(self.values), missing, self.values)
        assert self.codes is not None  # noqa: S101
        assert self.levels is not None  # noqa: S101
        table = np.append(self.levels.to_numpy(dtype=np.float64), missing)
        taken: Floats = table[self.codes]
        return taken


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return one column, refusing unknown and doubled names."""
    try:
        known = name in frame.columns
    except TypeError as fault:
        raise SurveyError(f"a column is asked for by its name, not by {shown(name)}") from fault
    if not known:
        raise SurveyError(f"no column {shown(name)}; the columns are {some(list(frame.columns), 12)}")
    found = frame[name]
    if isinstance(found, pd.DataFrame):
        raise SurveyError(f"{found.shape[1]} columns are called {name!r}; rename all but one")
    return found


def sort_levels(levels: pd.Index) -> npt.NDArray[np.intp]:
    """Order labels by value, or as text where they cannot be compared, so that no run depends on the order of rows."""
    try:
        return np.asarray(levels.argsort(), dtype=np.intp)
    except TypeError:
        return np.asarray(pd.Index([str(level) for level in levels]).argsort(), dtype=np.intp)


def labels(frame: pd.DataFrame, name: str) -> Labels:
    """Read a column of labels in order; an ordered categorical keeps its own."""
    series = column(frame, name)
    if isinstance(series.dtype, pd.CategoricalDtype):
        codes = np.asarray(series.cat.codes)
        levels = pd.Index(series.cat.categories)
        if series.cat.ordered:
            return Labels(codes.astype(np.int64), levels)
    else:
        try:
            codes, unique = pd.factorize(series, use_na_sentinel=True)
        except TypeError as fault:
            raise SurveyError(f"column {name!r} holds lists or the like, which cannot be labels") from fault
        levels = pd.Index(unique)
    order = sort_levels(levels)
    place = np.empty(len(order) + 1, dtype=np.int64)
    place[order] = np.arange(len(order))
    place[-1] = -1  # code -1 points at the last place
    return Labels(place[codes], pd.Index(levels[order]))


def _by_level(values: npt.NDArray[Any], missing: Bools | None) -> Answers | None:
    """Code whole numbers by level where they span few values; None where they do not."""
    seen = values if missing is None else values[~missing]
    if seen.size == 0:
        return Answers(pd.Index([], dtype=np.int64), np.zeros(len(values), np.int16), None)
    low, high = int(seen.min()), int(seen.max())
    if high - low >= MOST_LEVELS:
        return None
    codes = values - values.dtype.type(low)
    if missing is not None:
        codes[missing] = high - low + 1
    return Answers(pd.RangeIndex(low, high + 1), codes, None)


def _floats(values: Floats, name: str) -> Answers:
    missing = np.isnan(values)
    filled = np.where(missing, 0.0, values) if missing.any() else values
    if np.isinf(filled).any():
        rows = np.flatnonzero(np.isinf(filled))
        raise SurveyError(f"column {name!r} holds infinite values (rows {some(rows.tolist())}, counted from 0)")
    check_reach(filled, f"column {name!r} holds values")
    whole = filled.size > 0 and bool(np.abs(filled).max() < 2**31) and bool((filled == np.rint(filled)).all())
    if whole:
        coded = _by_level(filled.astype(np.int32), missing if missing.any() else None)
        if coded is not None:
            return coded
    return Answers(None, None, np.asarray(values, dtype=np.float64))


def _whole(raw: npt.NDArray[np.integer[Any]]) -> Answers:
    if raw.size and int(raw.min()) > -(2**31) and int(raw.max()) < 2**31:
        # int16 at least: int8 codes would overflow on negative values
        kind = np.int16 if raw.dtype.itemsize == 1 else np.int32
        coded = _by_level(raw.astype(kind, copy=False) if raw.dtype != kind else raw, None)
        if coded is not None:
            return coded
    return Answers(None, None, raw.astype(np.float64))


def numbers(frame: pd.DataFrame, name: str) -> Answers:
    """Read a numeric variable; text, dates and infinite values are refused by name."""
    series = column(frame, name)
    dtype = series.dtype
    if isinstance(dtype, np.dtype) and dtype.kind in "iu":
        return _whole(series.to_numpy())
    if isinstance(dtype, pd.CategoricalDtype):
        if not pd.api.types.is_numeric_dtype(series.cat.categories.dtype):
            raise SurveyError(f"column {name!r} holds text; give its share with proportion(), or decode it to numbers")
        series = series.astype("float64")
        dtype = series.dtype
    if pd.api.types.is_object_dtype(dtype) and (known := _real(series)) is not None:
        return _floats(known, name)
    if not (pd.api.types.is_numeric_dtype(dtype) or pd.api.types.is_bool_dtype(dtype)):
        if series.isna().all():
            return Answers(pd.Index([], dtype=np.int64), np.zeros(len(series), np.int16), None)
        raise SurveyError(f"column {name!r} holds {dtype} values where numbers are needed")
    if pd.api.types.is_complex_dtype(dtype):
        raise SurveyError(f"column {name!r} holds complex numbers")
    if pd.api.types.is_bool_dtype(dtype) and not series.isna().any():
        return Answers(pd.RangeIndex(0, 2), series.to_numpy(dtype=np.int16), None)
    return _floats(series.to_numpy(dtype=np.float64, na_value=np.nan), name)


def categories(frame: pd.DataFrame, name: str) -> Answers:
    """Read a variable by its answers, whatever their type; the levels are the answers in order."""
    series = column(frame, name)
    if pd.api.types.is_numeric_dtype(series.dtype) and not isinstance(series.dtype, pd.CategoricalDtype):
        read = numbers(frame, name)
        if read.levels is not None:
            return read
    coded = labels(frame, name)
    codes = np.where(coded.codes < 0, len(coded.levels), coded.codes)
    return Answers(coded.levels, codes, None)


def _real(series: pd.Series) -> Floats | None:
    """Return the numbers of a series, NaN where missing; None where it holds anything else."""
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(object)
    kinds = pd.api.types
    if kinds.is_object_dtype(series.dtype):
        known = kinds.infer_dtype(series, skipna=True) in (*NUMBERS, "empty")
    else:
        known = kinds.is_any_real_numeric_dtype(series.dtype) or kinds.is_bool_dtype(series.dtype)
    if not known:
        return np.full(len(series), np.nan) if series.isna().all() else None
    try:
        return np.asarray(series.to_numpy(dtype=np.float64, na_value=np.nan), dtype=np.float64)
    except OverflowError:
        return np.asarray([real(one) for one in series], dtype=np.float64)


def plain_row(values: Any, what: str, of: str) -> pd.Series:  # noqa: ANN401 - whatever was given
    """Return what was given as a plain row of values, numbered from 0."""
    try:
        if values is not None:
            return pd.Series(values).reset_index(drop=True)
    except (TypeError, ValueError):
        pass
    raise SurveyError(f"{what} must be one plain row of {of}, not {shown(values)}")


def plain_numbers(values: npt.ArrayLike, what: str) -> Floats:
    """Return what was given as a plain row of numbers: floats, NaN where missing; text and infinite values refused."""
    y = _real(plain_row(values, what, "numbers"))
    if y is None:
        raise SurveyError(f"{what} hold text where numbers are needed; decode the answers first")
    if np.isinf(y).any():
        raise SurveyError(f"{what} are infinite in rows {some(np.flatnonzero(np.isinf(y)).tolist())}, counted from 0")
    return y


def array_of(values: npt.ArrayLike, what: str) -> Floats:
    """Return an array of floats of whatever shape, NaN where missing; text refused."""
    try:
        raw = np.asarray(values)
    except (TypeError, ValueError) as fault:
        raise SurveyError(f"{what} must be numbers, not {shown(values)}") from fault
    if raw.dtype.kind in "biuf":
        return raw.astype(np.float64)
    made = _real(pd.Series(np.asarray(values, dtype=object).ravel()))
    if made is None:
        raise SurveyError(f"{what} must be numbers, not {shown(values)}")
    return made.reshape(raw.shape)


def by_labels(given: Any, index: pd.Index, what: str) -> Any:  # noqa: ANN401 - whatever was given, as it was given
    """Bring what has labels to the order of ``index``; labels that are not the same are refused, arrays left alone."""
    if not isinstance(given, pd.Series | pd.DataFrame) or given.index.equals(index):
        return given
    if given.index.has_duplicates or index.has_duplicates or set(given.index) != set(index):
        raise SurveyError(f"{what}; give an array to go by position")
    return given.reindex(index)


def check_reach(values: Floats, what: str) -> None:
    """Refuse numbers whose squares and cubes, weighted, would not be numbers any more; 0 and NaN are none of them."""
    size = np.abs(values)
    for bad, told in ((size > LARGEST, f"beyond {LARGEST:g}"), ((size > 0) & (size < 1 / LARGEST), "too near to 0")):
        if bad.any():
            raise SurveyError(f"{what} {told}; give it in another unit")
