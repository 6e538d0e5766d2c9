"""The one gate before every maker: figures that the plan withholds are taken out of a result before it is shown.

What makes a sentence, a table or a picture asks the plan too, for the words that stand instead. But what it was never
handed it cannot tell, so a maker that forgot to ask would show a gap and no figure.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar, cast

import numpy as np
import pandas as pd

from analysis.oversight import Answer, Change, Comparison, Matrix

from . import recaps
from .look import records
from .topics import OF_WHOLE, PARTS, judged, others_uncounted, unseen
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
OVER_UNITS = ("difference", "low", "high", "p", "past_difference", "past_p", "dose", "dose_p")
"""What is told of trained units beside the others, summed over both."""
TRAINED = (("training", "units"), ("initiatives", "units"))
PROMISED = {
    "risen": "higher", "fallen": "lower", "same": "no difference that matters", "unknown": "cannot tell",
    "unjudged": "",
}  # fmt: skip
LONE = "lone unit withheld"
T = TypeVar("T")


def guarded(kind: str, result: T, look: Look, *, unit: str = "", wave: str = "") -> T:
    """Return a result without the figures that are withheld; ``unit`` and ``wave`` where a frame does not say them."""
    return cast("T", _guarded(kind, result, look, unit=unit, wave=wave))


def _guarded(kind: str, result: object, look: Look, *, unit: str, wave: str) -> object:
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
        tables = {part: _part(result, part, look) for part in result.tables}
        return replace(result, tables=tables, facts=dict(result.facts) | _facts(result, look))
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
        if "n_b" in table and others_uncounted(answer, look):
            table = table.assign(n_b=table["n_b"].mask(table["initiative"].isin(OF_UNITS)))
        for name in OF_WHOLE.get((answer.topic, part), ()):
            told = table["by"].map(lambda by: look.may_count_whole(by, answer.wave)).astype(bool)
            table = table.assign(**{name: table[name].where(told)})
        if part == "summary" and _lone(answer, look):
            trained = table["initiative"].eq("training")
            table = without(table, trained.tolist()).assign(note=table["note"].mask(trained, LONE))
        return table
    if answer.topic == "findings" and {"key", "where", "n"} <= set(table.columns):
        return without(table, [bool(finding_words.hidden(row, look)) for row in records(table)])
    return table


def _facts(answer: Answer, look: Look) -> dict[str, object]:
    """Return the facts that would tell of one row what its table withholds, as they are told instead.

    Verdicts on promises are counted among those shown. How trained units and the others changed is not told where one
    of them alone is withheld: with all other changes known, its own would follow.
    """
    if answer.topic == "follow_up" and "promises" in answer.tables:
        said = [row["verdict"] for row, hidden in judged(answer, "promises", look) if not hidden]
        return {name: said.count(verdict) for name, verdict in PROMISED.items() if name in answer.facts}
    return dict.fromkeys(OVER_UNITS, np.nan) | {"verdict": "", "note": LONE} if _lone(answer, look) else {}


def _lone(answer: Answer, look: Look) -> bool:
    """Tell whether of the units whose changes are held against one another exactly one is withheld."""
    if "units" not in answer.tables or (answer.topic, "units") not in TRAINED:
        return False
    return sum(hidden and not row["note"] for row, hidden in judged(answer, "units", look)) == 1


def _plain(kind: str, table: pd.DataFrame, look: Look, *, unit: str, wave: str) -> list[bool]:
    """Return which rows of a plain frame are withheld; none of what arrived, which is about files."""
    if kind in {"arrived", "problems"}:
        return [False] * len(table)
    if kind == "recaps":
        return [recaps.hidden(row, look) for row in records(table)]
    if kind == "unsur":
        return [item_hidden(row, table, look, unit=unit, wave=wave, planned=True) for row in records(table)]
    if "n" not in table and kind != "reconcile":
        return [False] * len(table)
    return [_group_hidden(kind, row, table, look, wave=wave) for row in records(table)]


def _group_hidden(kind: str, row: Row, table: pd.DataFrame, look: Look, *, wave: str) -> bool:
    if kind == "coverage":
        return bool(row["surveyed"] and look.hidden_survey(row))
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
