"""Parts of a design that are asked for again and again (one wave, some rows), kept with the design they come from."""

from __future__ import annotations

import copy
import inspect
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar, cast

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.codebook import wave_order
from analysis.oversight.design import OF_PERSONS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable, Sequence

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

Bools = npt.NDArray[np.bool_]
Asked = ParamSpec("Asked")
Told = TypeVar("Told")


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


def crossed(frame: pd.DataFrame, names: Sequence[str]) -> npt.NDArray[np.int64]:
    """Give a number, counted from 0, to the rows that agree in all of some columns; blanks are a label too."""
    cell = np.zeros(len(frame), dtype=np.int64)
    for name in names:
        coded = isinstance(frame[name].dtype, pd.CategoricalDtype)
        code = frame[name].cat.codes.to_numpy() if coded else pd.factorize(frame[name])[0]
        cell = cell * (int(code.max(initial=0)) + 2) + code + 1
        if len(names) > 1:
            cell = pd.factorize(cell)[0]
    return cell


def distinct(frame: pd.DataFrame, names: Sequence[str], rows: Bools | None = None) -> pd.DataFrame:
    """Return one row for each set of labels that ``rows`` (by default all) have in some columns, as they first come."""
    inside = np.arange(len(frame)) if rows is None else np.flatnonzero(rows)
    _, first = np.unique(crossed(frame, names)[inside], return_index=True)
    return frame[list(names)].iloc[inside[np.sort(first)]]


def with_rows(design: SurveyDesign, rows: Bools) -> SurveyDesign:
    """Return the design with ``rows`` as its domain in place of what its domain was."""
    made = copy.copy(design)
    object.__setattr__(made, "mask", rows)
    # what was read of columns depends on no mask
    kept = {
        slot: held for slot, held in design.cache.items()
        if slot == "arrays" or slot[0] == "domain" or (slot[0] == "answers" and not slot[1].startswith("derived: "))
    }  # fmt: skip
    object.__setattr__(made, "cache", kept)
    return made


def of_waves(design: SurveyDesign, *waves: str) -> SurveyDesign:
    """Return the design of one or some waves alone, once per design.

    Where every stratum lies in one wave, leaving out the other strata changes nothing, and all that follows is smaller;
    where a stratum spans waves, the design itself is returned and the wave stays a domain of it.
    """
    slot = ("oversight waves", waves)
    if slot not in design.cache:
        rows = np.ones(len(design.frame), dtype=bool)
        if "wave" in design.frame:
            rows = text(design.frame, "wave").isin(waves).to_numpy()
        # Of a person only what may be cut by stays.
        columns = [name for name in design.frame if name not in OF_PERSONS]
        design.cache[slot] = _but_unseen(of_strata(design, rows, columns=columns))
    found: SurveyDesign = design.cache[slot]
    return found


def _but_unseen(design: SurveyDesign) -> SurveyDesign:
    """Return the design without the categories that none of its rows has."""
    frame, made = design.frame.copy(deep=False), design.with_columns({})
    for name in frame:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            frame[name] = frame[name].cat.remove_unused_categories()
    object.__setattr__(made, "frame", frame)
    return made


def of_strata(design: SurveyDesign, rows: Bools, *, columns: Collection[Hashable] | None = None) -> SurveyDesign:
    """Return the design without the strata that lie outside ``rows``; itself where a stratum lies on both sides.

    A stratum outside adds nothing to an estimate inside, its variance or its df. Of the frame's columns only
    ``columns`` (by default all) and the design's own are kept.
    """
    stratum = design.arrays.stratum
    if rows.all() or design.calibration is not None or np.isin(np.unique(stratum[rows]), stratum[~rows]).any():
        return design
    mask = None if design.mask is None else design.mask[rows]
    frame = design.frame
    if columns is not None:
        wanted = {*columns, design.weight, design.stratum, design.psu, design.population}
        frame = frame[[name for name in frame if name in wanted]]
    return replace(design, frame=frame[rows].reset_index(drop=True), mask=mask)


def only(design: SurveyDesign, rows: Bools) -> SurveyDesign:
    """Return the design with ``rows`` as its domain, once per design and set of rows."""
    if design.mask is None and rows.all():
        return design
    slot = ("oversight rows", np.packbits(rows).tobytes())
    if slot not in design.cache:
        design.cache[slot] = design.subset(rows)
    found: SurveyDesign = design.cache[slot]
    return found


def with_text(design: SurveyDesign, columns: list[str]) -> SurveyDesign:
    """Return the design with blanks of text columns as a label of their own, so that no row leaves its cell."""
    blank = tuple(name for name in columns if design.frame[name].isna().any())
    return design.with_columns({name: text(design.frame, name) for name in blank}) if blank else design


def remembered(ask: Callable[Asked, Told]) -> Callable[Asked, Told]:
    """Keep the answers of a question with the design it is asked of: findings ask what the tables asked before.

    The first argument is the design, and the answer depends on nothing but the arguments; one left out is asked like
    its default, no ``wave`` like the latest. Tables are handed out as copies (on write), so that nobody changes what
    is kept.
    """
    signature = inspect.signature(ask)

    @wraps(ask)
    def asked(*args: Asked.args, **named: Asked.kwargs) -> Told:
        bound = signature.bind(*args, **named)
        bound.apply_defaults()
        design, *given = bound.arguments.values()
        if "wave" in bound.arguments and bound.arguments["wave"] is None:
            bound.arguments["wave"] = _latest(design, bound.arguments["book"])
            given = list(bound.arguments.values())[1:]
        slot = ("oversight answer", ask.__name__, *(_key(one) for one in given))
        if slot not in design.cache:
            # what was asked is kept too: an id belongs to one thing only as long as that thing lives
            design.cache[slot] = (ask(*bound.args, **bound.kwargs), given)
        return cast("Told", _copied(design.cache[slot][0]))

    return asked


def _latest(design: SurveyDesign, book: Codebook) -> str | None:
    """Return the latest wave of a whole design; of a part of one that is the question's to say."""
    if design.mask is not None or "wave" not in design.frame:
        return None
    slot = ("oversight latest wave", id(book))
    if slot not in design.cache:
        design.cache[slot] = (wave_order(design.frame["wave"].unique(), book), book)
    waves = design.cache[slot][0]
    return str(waves[-1]) if waves else None


def _key(one: object) -> object:
    if isinstance(one, list | tuple):
        return tuple(_key(part) for part in one)
    return one if isinstance(one, str | float | int | bool | None) else ("id", id(one))


def _copied(told: Any) -> Any:  # noqa: ANN401 - whatever a question answers with
    if isinstance(told, pd.DataFrame):
        return told.copy(deep=False)
    if isinstance(told, dict):
        return {name: _copied(one) for name, one in told.items()}
    if is_dataclass(told) and not isinstance(told, type):
        return replace(told, **{one.name: _copied(getattr(told, one.name)) for one in fields(told)})
    return told
