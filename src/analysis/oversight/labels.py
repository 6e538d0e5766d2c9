"""Columns of labels as answers are cut by them: as texts, as codes, crossed with each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

Bools = npt.NDArray[np.bool_]
Codes = npt.NDArray[np.int64]
OF_PERSONS = ("respondent", "comment", "flags", "row")
"""Columns that nothing is cut by: each row has its own."""
JOIN = " | "
WIDEST = 2**40
"""Codes are crossed as they are up to this many combinations; beyond, only those that occur are numbered."""
SMALL = 65_536
"""A table of so many codes costs nothing."""


def text(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as text, the empty text where missing."""
    values = frame[name]
    if isinstance(values.dtype, pd.StringDtype):
        return values.fillna("")
    if isinstance(values.dtype, pd.CategoricalDtype):
        levels = np.array([*(str(one) for one in values.cat.categories), ""], dtype=object)
        return pd.Series(levels[values.cat.codes.to_numpy()], index=frame.index, dtype=object)
    values = values.astype(object)
    return values.where(values.notna(), "").astype(str)


def has_level(frame: pd.DataFrame, name: str, levels: Collection[str]) -> Bools:
    """Return which rows have one of ``levels``, as ``text(frame, name)`` writes them; of a category by its code."""
    values = frame[name]
    if isinstance(values.dtype, pd.CategoricalDtype):
        wanted = np.array([*(str(one) in levels for one in values.cat.categories), "" in levels])
        found: Bools = wanted[values.cat.codes.to_numpy()]
        return found
    return text(frame, name).isin(levels).to_numpy(dtype=bool)


def as_codes(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame with the texts that people share as categories: they are cut many times, and take less room."""
    texts = [
        name for name in frame
        if name not in OF_PERSONS
        and (isinstance(frame[name].dtype, pd.StringDtype)
             or (frame[name].dtype == object and pd.api.types.infer_dtype(frame[name], skipna=True) == "string"))
    ]  # fmt: skip
    return frame.astype(dict.fromkeys(texts, "category"))


def crossed(frame: pd.DataFrame, names: Sequence[str]) -> Codes:
    """Give a number, from 0 on, to the rows that agree in all of some columns; a blank is a label too."""
    cell, span = np.zeros(len(frame), dtype=np.int64), 1
    for name in names:
        code = _codes(frame[name])
        width = int(code.max(initial=0)) + 2
        if span * width > WIDEST:
            cell, span = _numbered(cell, span), len(frame)
        cell, span = cell * width + code + 1, span * width
    return _numbered(cell, span) if len(names) > 1 else cell


def _codes(values: pd.Series) -> npt.NDArray[np.integer]:
    """Return each row's place among the labels, -1 where there is none: missing, or the empty text."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        code, levels = values.cat.codes.to_numpy(), values.cat.categories
    else:
        code, levels = pd.factorize(values)
    return np.where(code == levels.get_loc(""), -1, code) if "" in levels else code


def _numbered(cell: Codes, span: int) -> Codes:
    """Give the codes that occur numbers close together."""
    if span > max(4 * len(cell), SMALL):
        return pd.factorize(cell)[0].astype(np.int64)
    seen = np.bincount(cell, minlength=span) > 0
    return (np.cumsum(seen) - 1)[cell]


def distinct(frame: pd.DataFrame, names: Sequence[str], rows: Bools | None = None) -> pd.DataFrame:
    """Return one row for each set of labels that ``rows`` (by default all) have in some columns, as they first come."""
    inside = np.arange(len(frame)) if rows is None else np.flatnonzero(rows)
    return frame[list(names)].iloc[np.sort(inside[_first(crossed(frame, names)[inside])])]


def joined(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    """Return the texts of some columns as one, parted by a bar."""
    code = crossed(frame, columns)
    first = _first(code)
    rows = zip(*(text(frame.iloc[first], name) for name in columns), strict=True)
    names = np.empty(int(code.max(initial=-1)) + 1, dtype=object)
    names[code[first]] = [JOIN.join(row) for row in rows]
    return pd.Series(names[code], index=frame.index, dtype=object)


def _first(code: Codes) -> Codes:
    """Return where each code first stands, in the order of the codes that occur."""
    place = np.full(int(code.max(initial=-1)) + 1, -1, dtype=np.int64)
    place[code[::-1]] = np.arange(len(code))[::-1]
    return place[place >= 0]
