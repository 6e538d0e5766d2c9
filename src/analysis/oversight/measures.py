"""What is compared: the index of a rule, one unsur, the share of answers 1 and 2: as variables of the survey room."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import expit, logit, stdtrit

from analysis.codebook import Measure
from analysis.errors import CallError, Fault
from analysis.survey import Composite, SurveyDesign

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook

Floats = npt.NDArray[np.float64]
ITEM = {"2017": re.compile(r"^u(\d+)(_\d+)?$"), "2004": re.compile(r"^p(\d+)(_\d+)?$")}
"""How the items of each rule are called, sub-items behind an underscore."""
LOW_ANSWERS = "low_answers"
"""Measure: of a hundred answers, how many were among the lower half of the scale (1 or 2 of four)."""
LOW_MARGIN = 5.0
"""Points of a hundred by which shares of low answers may differ without it mattering."""
LOW_PREFIX = "low_"


class Chosen(NamedTuple):
    """A measure ready to be estimated: its description, the variable, and the design that holds its columns."""

    measure: Measure
    variable: Composite
    design: SurveyDesign


def parts_of(frame: pd.DataFrame, rule: str, book: Codebook | None = None) -> tuple[tuple[str, ...], ...]:
    """Return the item columns of ``frame`` under ``rule``, grouped by unsur in official order.

    From the codebook's instruments of that rule where there is one, else by name: ``u1 … u9`` and ``u3_1`` (2017),
    ``p1 … p14`` (2004). Empty where the frame has none.
    """
    parts: dict[str, list[str]] = {}
    for instrument in book.instruments if book else ():
        if instrument.rule == rule and rule:
            for item in instrument.items:
                if item.name in frame:
                    parts.setdefault(item.element or item.name, []).append(item.name)
    if parts:
        return tuple(tuple(dict.fromkeys(names)) for names in parts.values())
    pattern = ITEM.get(rule)
    found: dict[int, list[tuple[str, str]]] = {}
    for name in map(str, frame.columns) if pattern else ():
        matched = pattern.match(name) if pattern else None
        if matched:
            found.setdefault(int(matched[1]), []).append((matched[2] or "", name))
    return tuple(_with_sub_items(found[number]) for number in sorted(found))


def _with_sub_items(names: list[tuple[str, str]]) -> tuple[str, ...]:
    return tuple(name for _, name in sorted(names, key=lambda one: int(one[0].lstrip("_") or 0)))


def rule_in(frame: pd.DataFrame, book: Codebook) -> str:
    """Return the rule that most rows were answered under; the codebook's own where rows name none."""
    if "rule" in frame:
        known = frame["rule"].astype(object)
        counted = known[known.notna() & known.ne("")].value_counts()
        if len(counted):
            return str(max(counted[counted.eq(counted.max())].index))
    return book.measure.rule


def choose(design: SurveyDesign, book: Codebook, name: str | None = None, *, rule: str = "") -> Chosen:
    """Return the measure called ``name`` and the design to estimate it from.

    None: the main measure (the index of ``rule``, or the codebook's declared one). Else a declared measure, an unsur or
    item, ``"low_answers"`` (percent of answers in the lower half of the scale) or ``"low_<item>"``. CallError for an
    unknown name.
    """
    main = book.measure_of(rule)
    present = tuple(part for part in (_present(design.frame, names) for names in main.parts) if part)
    if name is None or name == main.name:
        return _chosen(main, present, design)
    declared = {one.name: one for one in book.measures}
    if name in declared:
        wanted = declared[name]
        return _chosen(wanted, tuple(filter(None, (_present(design.frame, one) for one in wanted.parts))), design)
    if name == LOW_ANSWERS:
        return _low(design, book, main, present, name)
    bare = name.removeprefix(LOW_PREFIX)
    parts = tuple(part for part in present if element_of(book, part) == bare) or tuple(
        (item,) for part in present for item in part if item == bare
    )
    if not parts and bare in book.items and bare in design.frame:
        parts = ((bare,),)
    if not parts:
        raise CallError(Fault("measure", f"no measure or item {name!r}", f"try {main.name}, {LOW_ANSWERS} or an item"))
    if name.startswith(LOW_PREFIX):
        return _low(design, book, main, parts, name)
    single = Measure(
        name=name, parts=parts, low=main.low / main.scale, high=main.high / main.scale, margin=main.margin / main.scale,
        decimals=2, rule=main.rule,
    )  # fmt: skip
    return _chosen(single, parts, design)


def element_of(book: Codebook, part: Sequence[str]) -> str:
    """Return the unsur that the items of a part belong to."""
    try:
        return book.item(part[0]).element or part[0]
    except KeyError:
        return part[0].split("_")[0]


def _present(frame: pd.DataFrame, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name in frame)


def _chosen(measure: Measure, parts: tuple[tuple[str, ...], ...], design: SurveyDesign) -> Chosen:
    if not parts:
        raise CallError(Fault("measure", f"none of the items of {measure.name!r} were asked"))
    return Chosen(measure, Composite(measure.name, parts, measure.scale), design)


def _low(design: SurveyDesign, book: Codebook, main: Measure, parts: tuple[tuple[str, ...], ...], name: str) -> Chosen:
    """Percent of answers in the lower half of the scale: per item 0 or 1, then as the index is built."""
    items = [item for part in parts for item in part]
    middle = {item: _middle(book, item) for item in items}
    slot = ("oversight low", tuple(items))
    if slot not in design.cache:
        lows = {f"{LOW_PREFIX}{item}": low_answer(design.frame[item], middle[item]) for item in items}
        design.cache[slot] = design.with_columns(lows)
    extended = design.cache[slot]
    low_parts = tuple(tuple(f"{LOW_PREFIX}{item}" for item in part) for part in parts)
    measure = Measure(
        name=name, parts=low_parts, scale=100.0, low=0.0, high=100.0, margin=LOW_MARGIN, decimals=0, rule=main.rule
    )
    return Chosen(measure, Composite(name, low_parts, 100.0), extended)


def _middle(book: Codebook, item: str) -> float:
    return sum(scale_of(book, item)) / 2


def scale_of(book: Codebook, item: str) -> tuple[int, int]:
    """Return the lowest and highest answer of an item, 1 and 4 where the codebook does not know it."""
    for instrument in book.instruments:
        for one in instrument.items:
            if one.name == item:
                low = one.low if one.low is not None else instrument.low
                return low, one.high if one.high is not None else instrument.high
    return 1, 4


def low_answer(answers: pd.Series, middle: float) -> pd.Series:
    """Return 1 for an answer below the middle of its scale, 0 above, missing where missing."""
    values = answers.to_numpy(dtype=float, na_value=np.nan)
    return pd.Series(np.where(np.isnan(values), np.nan, values < middle), index=answers.index)


def low_limits(found: pd.DataFrame, *, level: float) -> tuple[Floats, Floats, Floats]:
    """Return shares of low answers (0 to 1) and the ends of their intervals on the logit's scale, inside 0 and 1.

    ``found`` has the estimate, se and df of each. No interval where nobody or everybody gave one, or without an error.
    """
    share, se, df = (found[name].to_numpy(dtype=float) for name in ("estimate", "se", "df"))
    told = (share > 0) & (share < 1) & ~np.isnan(se) & (df > 0)
    middle, free = np.where(told, share, 0.5), np.where(told, df, 1.0)
    reach = np.where(told, stdtrit(free, 0.5 + level / 2) * se / (middle * (1 - middle)), np.nan)
    return share, expit(logit(middle) - reach), expit(logit(middle) + reach)


def scaled(responses: pd.DataFrame, book: Codebook) -> pd.DataFrame:
    """Return each respondent's answers between 0 (the low end of the scale) and 1 (its high end), row by row.

    A column for every item and element that ``responses`` have (an element's is the mean of its items), and one called
    ``""``: the mean of all answers. Missing where nothing was answered. For the publication plan, which must know which
    groups answered all alike.
    """
    found: dict[str, pd.Series] = {}
    elements: dict[str, list[str]] = {}
    for instrument in book.instruments:
        for item in instrument.items:
            if item.name in responses and item.name not in found:
                low = instrument.low if item.low is None else item.low
                high = instrument.high if item.high is None else item.high
                found[item.name] = (responses[item.name].astype(float) - low) / (high - low)
                elements.setdefault(item.element or item.name, []).append(item.name)
    items = pd.DataFrame(found, index=responses.index)
    more = {name: items[of].mean(axis=1) for name, of in elements.items() if name not in found}
    return items.assign(**more, **{"": items.mean(axis=1) if found else np.nan})
