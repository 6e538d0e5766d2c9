"""Two sides of one question (online or counter, one-door or elsewhere) at the same mix of services."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import survey
from analysis.oversight.design import by_day
from analysis.oversight.labels import crossed

from .cells import LEAST, Cells, Passes, contrast, group_codes, wider
from .scope import Bools, column
from .verdicts import CAUTION
from .views import with_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.oversight.measures import Chosen

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
    passes = Passes(designs, chosen.variable)
    cells = passes.cells(columns)
    made = [pd.DataFrame([_pair(held, list(mix))]) for held in cells]
    table = wider(made[0], made[1] if len(made) > 1 else None, level=level)
    found = {str(name): float(value) for name, value in table.drop(columns="by_day").iloc[0].items()}
    compared = in_both(chosen.design.frame, side, rows, mix=mix)
    told = survey.mean(with_rows(passes.designs[0], compared), chosen.variable, "_side") if compared.any() else None
    return found | {"doubtful": float(told is not None and told["note"].eq(CAUTION).any())}


def in_both(frame: pd.DataFrame, side: pd.Series, rows: Bools, *, mix: Sequence[str]) -> Bools:
    """Return which of ``rows`` lie in mix cells in which both sides have enough people: who is compared."""
    cell = crossed(frame, mix)
    held = np.ones(int(cell.max(initial=0)) + 1, dtype=bool)
    sides = [side.eq(one).to_numpy() & rows for one in SIDES]
    for one in sides:
        held &= np.bincount(cell[one], minlength=len(held)) >= LEAST
    found: Bools = (sides[0] | sides[1]) & held[cell]
    return found


def _pair(cells: Cells, mix: list[str]) -> dict[str, float]:
    of_a, of_b = (cells.keys["_side"].eq(one).to_numpy() for one in SIDES)
    cell = group_codes(cells, mix)
    size = int(cell.max(initial=0)) + 1
    enough = cells.n >= LEAST
    shared = np.bincount(cell[of_a & enough], minlength=size) * np.bincount(cell[of_b & enough], minlength=size) > 0
    counts = {"n_a": 0.0, "n_b": 0.0, "share": 0.0, "cells": float(shared.sum())}
    if not shared.any():
        empty = ("estimate_a", "estimate_b", "difference", "se", "df")
        return counts | dict.fromkeys(empty, np.nan)
    inside = shared[cell]
    weight = np.where(inside, np.bincount(cell, weights=cells.weight)[cell], 0.0)
    mine, theirs = np.where(of_a, weight, 0.0), np.where(of_b, weight, 0.0)
    mine, theirs = mine / mine.sum(), theirs / theirs.sum()
    n_a, n_b = cells.n[inside & of_a].sum(), cells.n[inside & of_b].sum()
    return {
        "n_a": n_a, "n_b": n_b, "share": (n_a + n_b) / cells.n.sum(), "cells": counts["cells"],
        "estimate_a": float(mine @ cells.estimate), "estimate_b": float(theirs @ cells.estimate),
    } | contrast(cells, mine - theirs, alike=mix or ["_side"])  # fmt: skip
