"""Two sides of one question (online or counter, one-door or elsewhere) at the same mix of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import survey
from analysis.oversight.design import by_day, sample_of

from .cells import LEAST, Cells, Passes, contrast, wider
from .scope import Bools, column
from .verdicts import CAUTION
from .views import with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.oversight.measures import Chosen
    from analysis.survey import SurveyDesign

SIDES = ("a", "b")


def side_by_side(
    chosen: Chosen, side: pd.Series, rows: Bools, *, mix: Sequence[str], level: float = 0.95
) -> dict[str, float]:
    """Compare side ``"a"`` with side ``"b"`` of ``rows`` at the same mix: a minus b.

    ``side`` holds ``"a"``, ``"b"`` or the empty text per row. Over the mix cells where both sides have at least two
    respondents, weighted by the respondents of both: direct standardisation to their joint mix. Returns n_a, n_b (of
    those cells), share (of all respondents on either side), cells, estimate_a, estimate_b, difference, se, df; missing
    numbers where no cell holds both. ``doubtful`` is 1 where the survey room doubts the interval of either side in
    those cells (note ``caution``), else 0.
    """
    sided = side.isin(SIDES)
    names = {name: column(chosen.design.frame, name) for name in mix} | {"_side": side.where(sided, None)}
    inside = rows & sided.to_numpy()
    designs = [
        with_rows(one.with_columns(names), inside)
        for one in (chosen.design, by_day(chosen.design)) if one is not None
    ]  # fmt: skip
    columns = ["_side", *mix]
    cells = Passes(designs, chosen.variable).cells(columns)
    made = [pd.DataFrame([_pair(held, list(mix))]) for held in cells]
    table = wider(made[0], made[1] if len(made) > 1 else None, level=level)
    found = {str(name): float(value) for name, value in table.drop(columns="by_day").iloc[0].items()}
    return found | {"doubtful": float(_doubtful(designs[0], inside, chosen, cells[0], mix=mix))}


def _doubtful(design: SurveyDesign, rows: Bools, chosen: Chosen, cells: Cells, *, mix: Sequence[str]) -> bool:
    """Whether the mean of either side, over the cells that both have, is too skewed for its interval."""
    shared = _shared(cells, mix)
    inside: Bools = _joined(design.frame, mix).isin(shared).to_numpy() & rows
    if not inside.any():
        return False
    return bool(survey.mean(with_rows(design, inside), chosen.variable, "_side")["note"].eq(CAUTION).any())


def _joined(keys: pd.DataFrame, mix: Sequence[str]) -> pd.Series:
    joined = pd.Series("", index=keys.index)
    for name in mix:
        joined = joined + "|" + keys[name].astype(str)
    return joined


def _shared(cells: Cells, mix: Sequence[str]) -> list[str]:
    """Name the mix cells in which both sides have enough respondents."""
    key, enough = _joined(cells.keys, mix), cells.n >= LEAST
    sides = [set(key[cells.keys["_side"].eq(one).to_numpy() & enough]) for one in SIDES]
    return sorted(sides[0] & sides[1])


def sample_of_both(frame: pd.DataFrame, side: pd.Series, rows: Bools, *, mix: Sequence[str]) -> str:
    """Return the worst kind of sample among the people of mix cells that both sides have; the empty text if none."""
    people = frame.assign(**{name: column(frame, name) for name in mix}, _side=side)[rows & side.isin(SIDES).to_numpy()]
    enough = people.groupby([*mix, "_side"])["_side"].transform("size").ge(LEAST)
    people = people[enough]
    both = people.groupby(list(mix))["_side"].transform("nunique").eq(len(SIDES)) if mix else people["_side"].ne("")
    return sample_of(people[both]) if both.any() else ""


def _pair(cells: Cells, mix: list[str]) -> dict[str, float]:
    of_a, of_b = (cells.keys["_side"].eq(one).to_numpy() for one in SIDES)
    key, shared = _joined(cells.keys, mix), _shared(cells, mix)
    counts = {"n_a": 0.0, "n_b": 0.0, "share": 0.0, "cells": float(len(shared))}
    if not shared:
        empty = ("estimate_a", "estimate_b", "difference", "se", "df")
        return counts | dict.fromkeys(empty, np.nan)
    inside = key.isin(shared).to_numpy()
    mine, theirs = np.zeros(len(key)), np.zeros(len(key))
    for one in shared:
        here = key.eq(one).to_numpy()
        weight = cells.weight[here].sum()
        mine[here & of_a], theirs[here & of_b] = weight, weight
    mine, theirs = mine / mine.sum(), theirs / theirs.sum()
    n_a, n_b = cells.n[inside & of_a].sum(), cells.n[inside & of_b].sum()
    return {
        "n_a": n_a, "n_b": n_b, "share": (n_a + n_b) / cells.n.sum(), "cells": float(len(shared)),
        "estimate_a": float(mine @ cells.estimate), "estimate_b": float(theirs @ cells.estimate),
    } | contrast(cells, mine - theirs, alike=mix or ["_side"])  # fmt: skip
