"""The one gate before every maker: figures that the plan withholds are taken out of a result before it is shown.

What makes a sentence, a table or a picture asks the plan too, for the words that stand instead. But what it was never
handed it cannot tell, so a maker that forgot to ask would show a gap and no figure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.oversight import Answer, Change, Comparison, Matrix

from .look import records
from .topics import PARTS, others_uncounted, unseen
from .wording import finding_words
from .wording.answers import item_hidden, where

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .look import Look, Row

BASES = frozenset({"n", "n_before", "n_a", "n_b"})
"""What a maker asks the plan with; it prints none of a group that is withheld."""
TOLD = ("verdict", "grade", "grade_published", "explained", "signs", "note")
"""Texts that tell what the figures of a row come to."""
OF_UNITS = ("one_stop", "technology")
"""Initiatives whose other side is the sum of units."""
RANKS = ("rank", "rank_low", "rank_high")


def guarded(kind: str, result: Any, look: Look, *, unit: str = "", wave: str = "") -> Any:  # noqa: ANN401
    """Return a result without the figures that are withheld; ``unit`` and ``wave`` where a frame does not say them."""
    if isinstance(result, Comparison):
        hidden = [bool(look.hidden_of_city(row["n"], result.wave, {result.by: row["level"]})) for row in _rows(result)]
        return replace(result, table=without(_ranked(result, hidden), hidden))
    if isinstance(result, Matrix):
        groups = [{result.rows: row["row"], result.columns: row["column"]} for row in _rows(result)]
        hidden = [
            bool(look.hidden_of_city(row["n"], result.wave, group))
            for row, group in zip(_rows(result), groups, strict=True)
        ]
        return replace(result, table=without(result.table, hidden))
    if isinstance(result, Change):
        return replace(result, table=without(result.table, [_moved(row, result, look) for row in _rows(result)]))
    if isinstance(result, Answer):
        return replace(result, tables={part: _part(result, part, look) for part in result.tables})
    if isinstance(result, pd.DataFrame):
        return without(result, _plain(kind, result, look, unit=unit, wave=wave))
    return result


def without(table: pd.DataFrame, hidden: Sequence[bool]) -> pd.DataFrame:
    """Return a table in which the rows that are ``hidden`` have no figure but their base, and no word made of any."""
    rows = np.array(hidden, dtype=bool)
    if not rows.any():
        return table
    changed = table.copy()
    for name in table.columns:
        values = table[name]
        if name in TOLD:
            changed[name] = values.mask(rows, "")
        elif name not in BASES and pd.api.types.is_numeric_dtype(values) and not pd.api.types.is_bool_dtype(values):
            changed[name] = values.astype(float).mask(rows)
    return changed


def _rows(result: Comparison | Matrix | Change) -> list[Row]:
    return records(result.table)


def _moved(row: Row, result: Change, look: Look) -> bool:
    group = {result.by: row["level"]}
    now = look.hidden_of_city(row["n"], result.wave, group)
    return bool(now or look.hidden_of_city(row["n_before"], result.before, group))


def _part(answer: Answer, part: str, look: Look) -> pd.DataFrame:
    table = answer.tables[part]
    if (answer.topic, part) in PARTS:
        table = without(table, unseen(answer, part, look))
        told = "n_b" not in table or not others_uncounted(answer, look)
        return table if told else table.assign(n_b=table["n_b"].mask(table["initiative"].isin(OF_UNITS)))
    if answer.topic == "findings" and {"key", "where", "n"} <= set(table.columns):
        return without(table, [bool(finding_words.hidden(row, look)) for row in records(table)])
    return table


def _plain(kind: str, table: pd.DataFrame, look: Look, *, unit: str, wave: str) -> list[bool]:
    """Return which rows of a plain frame are withheld; none of what arrived, which is about files."""
    if kind in {"arrived", "problems"}:
        return [False] * len(table)
    if kind == "unsur":
        return [item_hidden(row, table, look, unit=unit, wave=wave, planned=True) for row in records(table)]
    if "n" not in table and kind != "reconcile":
        return [False] * len(table)
    return [_group_hidden(kind, row, table, look, wave=wave) for row in records(table)]


def _group_hidden(kind: str, row: Row, table: pd.DataFrame, look: Look, *, wave: str) -> bool:
    if kind == "coverage" and not row["surveyed"]:
        return False
    named, levels = where(table, row)
    n = row["n"] if "n" in table else look.plan.counts.get(look.group(named, unit=row["unit"]), 0)
    asked: Mapping[str, object] = {"unit": row["unit"]} if kind in {"coverage", "reconcile", "integrity"} else levels
    return bool(look.hidden(n, named or wave, asked))


def _ranked(result: Comparison, hidden: Sequence[bool]) -> pd.DataFrame:
    """Return the table with ranks among those that are shown: a gap in them would tell where a withheld one stands.

    A level's range is counted from the pairs of those shown, each judged over all pairs at once; none without pairs.
    """
    table, rows = result.table, np.array(hidden, dtype=bool)
    known = [name for name in RANKS if name in table]
    if not known or not (rows & table["rank_low"].notna()).any():
        return table
    changed = table.copy()
    names = [str(one) for one in table["level"]]
    ranked = {
        name for name, out, low in zip(names, rows, table["rank_low"], strict=True) if not out and not np.isnan(low)
    }
    if not {"a", "b", "low_sim", "high_sim"} <= set(result.pairs.columns):
        return changed.assign(**dict.fromkeys(known, np.nan))
    pairs = result.pairs[result.pairs["a"].isin(ranked) & result.pairs["b"].isin(ranked)]
    up, down = pairs["low_sim"].gt(0), pairs["high_sim"].lt(0)
    above = pd.concat([pairs.loc[up, "b"], pairs.loc[down, "a"]]).value_counts()
    below = pd.concat([pairs.loc[up, "a"], pairs.loc[down, "b"]]).value_counts()
    changed["rank_low"] = [1 + above.get(name, 0) if name in ranked else np.nan for name in names]
    changed["rank_high"] = [len(ranked) - below.get(name, 0) if name in ranked else np.nan for name in names]
    return changed
