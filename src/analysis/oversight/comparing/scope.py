"""Who is compared with whom: one wave, one rule, the council's own units, residents; everybody else stands apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import codebook
from analysis.errors import CallError, Fault
from analysis.oversight.design import USERS_KNOWN, USERS_UNKNOWN
from analysis.oversight.labels import distinct, text
from analysis.oversight.measures import rule_in

from .views import of_waves, remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

Bools = npt.NDArray[np.bool_]
CITY, VERTICAL = "city", "vertical"
UNPLACED = ("", "unknown")
"""Levels that name nothing: they are shown, not judged."""
ALL = "all"
"""The one level of the whole city."""
PLACES = {"district": "districts", "village": "villages", "service_district": "districts"}


class Scope(NamedTuple):
    """The rows of a comparison: the design of its wave, the rule, masks of rows compared and apart, keys of notes."""

    design: SurveyDesign
    wave: str
    rule: str
    rows: Bools
    vertical: Bools
    notes: tuple[str, ...]


def column(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a text column with the empty text for missing; CallError where the frame lacks it."""
    if name not in frame:
        raise CallError(Fault("by", f"the responses have no column {name!r}"))
    return text(frame, name)


def coded(design: SurveyDesign, name: str) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return a column's levels as text and each row's place among them, read once per design."""
    slot = ("oversight codes", name)
    if slot not in design.cache:
        codes, levels = pd.factorize(column(design.frame, name))
        design.cache[slot] = np.asarray(codes, dtype=np.int64), [str(level) for level in levels]
    found: tuple[npt.NDArray[np.int64], list[str]] = design.cache[slot]
    return found


def rows_of(design: SurveyDesign, name: str, level: str) -> Bools:
    """Return which rows have one level of a column."""
    codes, levels = coded(design, name)
    rows: Bools = codes == levels.index(level) if level in levels else np.zeros(len(codes), dtype=bool)
    return rows


def levelled(design: SurveyDesign, by: str | None) -> SurveyDesign:
    """Return the design with ``_level``: the named levels of ``by`` (None: one, the whole city), and waves as texts.

    The whole city, districts and groups rest on the city's own units. Once per design and column.
    """
    slot = ("oversight level", by)
    if slot not in design.cache:
        frame = design.frame
        rows = np.ones(len(frame), dtype=bool) if by in {"unit", "owner"} else of_city(frame)
        code, levels = coded(design, by) if by else (np.zeros(len(frame), dtype=np.int64), [ALL])
        named = [place for place, level in enumerate(levels) if level not in UNPLACED]
        kept = np.full(len(levels), -1)
        kept[named] = np.arange(len(named))
        named_levels = pd.Index([levels[place] for place in named], dtype=object)
        level = pd.Categorical.from_codes(np.where(rows, kept[code], -1), named_levels)
        told: dict[str, object] = {"_level": level}
        if "wave" in frame:
            of_wave, waves = coded(design, "wave")
            told["wave"] = pd.Categorical.from_codes(of_wave, pd.Index(waves, dtype=object))
        design.cache[slot] = design.with_columns(told)
    found: SurveyDesign = design.cache[slot]
    return found


def waves_of(frame: pd.DataFrame, book: Codebook) -> tuple[str, ...]:
    """Return the waves, oldest first."""
    return codebook.wave_order(frame["wave"].unique(), book) if "wave" in frame else ()


def earlier(waves: Sequence[str], than: str, book: Codebook) -> list[str]:
    """Return those of the ordered ``waves`` that come before a wave, which need not be among them."""
    return [one for one in waves if codebook.wave_place(one, book) < codebook.wave_place(than, book)]


@remembered
def scope(design: SurveyDesign, book: Codebook, wave: str | None = None, *, owners: bool = False) -> Scope:
    """Choose the rows of one wave (the latest) under its main rule, the city's units; vertical ones apart.

    ``owners`` keeps both owners together. CallError for a wave that is not there.
    """
    waves = waves_of(design.frame if design.mask is None else design.frame[design.mask], book)
    chosen = wave if wave is not None else (waves[-1] if waves else "")
    if waves and chosen not in waves:
        raise CallError(Fault("wave", f"no wave {chosen!r}", f"there are {', '.join(waves)}"))
    design = of_waves(design, chosen) if waves else design
    frame = design.frame
    rows = np.ones(len(frame), dtype=bool) if design.mask is None else design.mask.copy()
    if waves:
        rows &= column(frame, "wave").eq(chosen).to_numpy()
    notes: list[str] = []
    rule = rule_in(frame[rows], book)
    if rule and "rule" in frame:
        of_rule = column(frame, "rule").isin([rule, ""]).to_numpy()
        if not of_rule[rows].all():
            notes.append("other rule apart")
        rows &= of_rule
    vertical = np.zeros(len(frame), dtype=bool)
    if "owner" in frame and not owners:
        of_city = ~column(frame, "owner").eq(VERTICAL).to_numpy()
        if (rows & of_city).any():
            vertical = rows & ~of_city
            rows &= of_city
        elif rows.any():
            notes.append("only vertical")
        if vertical.any():
            notes.append("vertical apart")
    return Scope(design, chosen, rule, rows, vertical, (*notes, *_weights(frame, rows), *_free(frame, rows, book)))


def _weights(frame: pd.DataFrame, rows: Bools) -> list[str]:
    notes = []
    if "weighted" in frame:
        notes.append(USERS_KNOWN if frame.loc[rows, "weighted"].all() else USERS_UNKNOWN)
    if "design_note" in frame:
        notes += [f"sample {note}" for note in sorted(set(frame.loc[rows, "design_note"]) - {""})]
    return notes


def _free(frame: pd.DataFrame, rows: Bools, book: Codebook) -> list[str]:
    """U4 asks about the price: a free service scores 4 by construction, so free beside paid must be said."""
    if "unit" not in frame:
        return []
    known = {unit.name: unit.free for unit in book.units}
    kinds = {known[name] for name in set(column(frame, "unit")[rows].unique()) if name in known}
    return ["free and paid"] if len(kinds) == 2 else []


def of_city(frame: pd.DataFrame) -> Bools:
    """Return which rows are of the city's own units; all of them where there are no others."""
    if "owner" not in frame:
        return np.ones(len(frame), dtype=bool)
    mine: Bools = ~column(frame, "owner").eq(VERTICAL).to_numpy()
    return mine if mine.any() else ~mine


def outsiders(book: Codebook, by: str) -> set[str]:
    """Return the levels of a place column that lie outside the city: listed without a code where others have one."""
    listed = {"district": book.districts, "village": book.villages, "service_district": book.districts}.get(by, ())
    coded = [one for one in listed if one.code]
    outside = {one.name for one in listed if not one.code} if coded else set()
    if by == "village":
        outside |= outsiders(book, "district")
    return outside


def owners_of(frame: pd.DataFrame, by: str) -> dict[str, str]:
    """Return the owner of each level's rows; the empty text where mixed or unknown."""
    if "owner" not in frame:
        return {}
    known = distinct(frame, list(dict.fromkeys([by, "owner"])))
    known = pd.DataFrame({"level": column(known, by), "owner": column(known, "owner")}).drop_duplicates()
    single = known[known["owner"].ne("")].drop_duplicates("level", keep=False)
    return dict(zip(single["level"], single["owner"], strict=True))
