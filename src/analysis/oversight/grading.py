"""The grade rule, as dated data: an index, rounded half up in decimals, looked up in the table of its rule."""

from __future__ import annotations

import math
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import stdtr

from analysis import codebook
from analysis.errors import CallError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.codebook import Codebook, Rule


@cache
def _shipped() -> Codebook:
    return codebook.load("skm")


def rule_of(rule: str, book: Codebook | None = None) -> Rule:
    """Return the grading rule called ``rule`` from ``book``, else from the shipped SKM codebook; CallError if none."""
    known = {one.id: one for one in (*_shipped().rules, *(book.rules if book else ()))}
    if rule not in known:
        raise CallError(Fault("rule", f"no grading rule {rule!r}", f"known are {', '.join(sorted(known))}"))
    return known[rule]


def grade(index: object, rule: str = "2017", *, book: Codebook | None = None) -> str:
    """Return the grade of an index: ``grade(89.2) == "A"``.

    The index is rounded half up to the rule's decimals (decimal arithmetic), then the highest lower bound that it
    reaches gives the grade. A missing index has no grade (empty text); one outside 25 to 100 raises CallError.
    Source: the dated tables of the codebook (Permenpan RB 14/2017; Kepmenpan 25/2004).
    """
    table = rule_of(str(rule), book)
    if index is None or index is pd.NA:
        return ""
    try:
        value = float(index)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise CallError(Fault("index", f"a number is needed, not {index!r}")) from None
    if math.isnan(value):
        return ""
    shown = float(codebook.half_up(value, table.decimals))
    lowest = min(one.low for one in table.grades)
    if not lowest <= shown <= 100:
        raise CallError(Fault("index", f"an index lies between {lowest:g} and 100, not at {index!r}"))
    return max((one for one in table.grades if one.low <= shown), key=lambda one: one.low).grade


def grade_probabilities(
    estimate: float, se: float, df: float, *, rule: str = "2017", book: Codebook | None = None
) -> Mapping[str, float]:
    """Return how probable each grade is for the true index, given its estimate, standard error and df.

    The true index is taken as t-distributed about the estimate; a grade begins half a last decimal under its printed
    bound, because it is rounded half up. A standard error of 0 (a census) makes its grade certain; a missing standard
    error leaves all probabilities missing. What lies beyond 25 or 100 counts for the outermost grade.
    """
    table = sorted(rule_of(rule, book).grades, key=lambda one: one.low)
    names = [one.grade for one in table]
    if math.isnan(estimate) or math.isnan(se):
        return dict.fromkeys(names, math.nan)
    if se == 0:
        sure = grade(estimate, rule, book=book)
        return {name: float(name == sure) for name in names}
    half = 0.5 * 10.0 ** -rule_of(rule, book).decimals
    bounds = np.array([one.low - half for one in table[1:]])
    freedom = 1e9 if math.isnan(df) or math.isinf(df) else max(df, 1.0)
    below = np.concatenate([[0.0], stdtr(freedom, (bounds - estimate) / se), [1.0]])
    return dict(zip(names, np.diff(below).tolist(), strict=True))
