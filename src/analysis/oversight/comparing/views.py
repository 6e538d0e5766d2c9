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
from analysis.oversight.labels import OF_PERSONS, text

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Hashable

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

Bools = npt.NDArray[np.bool_]
Asked = ParamSpec("Asked")
Told = TypeVar("Told")


def with_rows(design: SurveyDesign, rows: Bools) -> SurveyDesign:
    """Return the design with ``rows`` as its domain in place of what its domain was."""
    whole = copy.copy(design)
    object.__setattr__(whole, "mask", None)
    return whole.subset(rows)


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
    # What was read of the columns may hold the categories that go.
    object.__setattr__(made, "cache", {"arrays": design.arrays})
    for name in frame:
        if isinstance(frame[name].dtype, pd.CategoricalDtype):
            codes, levels = frame[name].cat.codes.to_numpy(), frame[name].cat.categories
            seen = np.bincount(codes[codes >= 0], minlength=len(levels)) > 0
            if not seen.all():
                frame[name] = frame[name].cat.set_categories(levels[seen])
    object.__setattr__(made, "frame", frame)
    return made


def of_strata(design: SurveyDesign, rows: Bools, *, columns: Collection[Hashable]) -> SurveyDesign:
    """Return the design without the strata that lie outside ``rows``; itself where a stratum lies on both sides.

    A stratum outside adds nothing to an estimate inside, its variance or its df. Of the frame's columns only
    ``columns`` and the design's own are kept.
    """
    stratum = design.arrays.stratum
    if rows.all() or design.calibration is not None or np.isin(np.unique(stratum[rows]), stratum[~rows]).any():
        return design
    mask = None if design.mask is None else design.mask[rows]
    wanted = {*columns, design.weight, design.stratum, design.psu, design.population}
    frame = design.frame[[name for name in design.frame if name in wanted]]
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
