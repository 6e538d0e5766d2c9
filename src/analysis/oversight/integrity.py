"""Signs that a survey was filled without asking, each beside what honest filling would give. No word of blame."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from analysis.codebook import Codebook


def integrity(responses: pd.DataFrame, book: Codebook) -> pd.DataFrame:
    """Return one row per unit and wave: n, and how its rows repeat.

    Columns: unit, wave, n (rows with at least half of the items they were asked), same_share (all answers alike),
    top_share (all answers the highest), patterns (different rows), repeated_share (rows whose whole pattern another row
    has, constant rows apart), longest_run (most equal rows one after another).
    """
    items = [name for name in book.items if name in responses]
    rows = []
    for (unit, wave), part in responses.groupby(["unit", "wave"], observed=True, sort=True):
        answers = part[items].dropna(axis=1, how="all").to_numpy(dtype=float, na_value=np.nan)
        rows.append({"unit": unit, "wave": wave} | describe(answers))
    return pd.DataFrame(rows, columns=["unit", "wave", *describe(np.zeros((0, 1)))])


def describe(answers: np.ndarray) -> dict[str, float]:
    """Count how rows of answers repeat; rows with fewer than half of the items are left out."""
    if answers.size:
        answers = answers[(~np.isnan(answers)).mean(axis=1) >= 0.5]
    n = len(answers)
    if n == 0 or answers.shape[1] == 0:
        empty = dict.fromkeys(("same_share", "top_share", "patterns", "repeated_share", "longest_run"), np.nan)
        return {"n": float(n)} | empty
    filled = np.where(np.isnan(answers), -1.0, answers)
    low, high = np.nanmin(answers, axis=1), np.nanmax(answers, axis=1)
    same = low == high
    _, code, count = np.unique(filled, axis=0, return_inverse=True, return_counts=True)
    code = code.reshape(-1)
    varied = ~same
    repeated = varied & (count[code] > 1)
    starts = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]]))
    return {
        "n": float(n),
        "same_share": float(same.mean()),
        "top_share": float((same & (high == np.nanmax(answers))).mean()),
        "patterns": float(len(count)),
        "repeated_share": float(repeated.sum() / varied.sum()) if varied.any() else 0.0,
        "longest_run": float(np.diff(np.append(starts, n)).max()),
    }
