"""What a result asks to bear in mind, in words: its remarks, and what a change leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.publish.look import records

from . import numbers
from .limits import MOST_NAMED, all_undeclared, users_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.oversight import Change
    from analysis.publish.look import Look, Row

SAMPLE_UNDECLARED, USERS_BELOW = "sample undeclared", "sample users below respondents"
REMARKS = (
    "vertical apart",
    "only vertical",
    "items differ",
    "outsiders apart",
    "unknown apart",
    "other rule apart",
    "weights from users",
    "equal weights",
    SAMPLE_UNDECLARED,
    USERS_BELOW,
    "sample census incomplete",
    "free and paid",
    "days wider",
    "not at the same mix",
    "one service",
    "one unit",
    "services unknown",
)
"""What a whole result may be told to bear in mind."""


def remarks(keys: Iterable[str], look: Look) -> tuple[str, ...]:
    """Return the known remarks of a result in words; of what no unit declared, the limits beside them tell."""
    alone = {SAMPLE_UNDECLARED} if all_undeclared(look) else set()
    return tuple(_remark(one, look) for one in keys if one in REMARKS and one not in alone)


def _remark(key: str, look: Look) -> str:
    """Return one remark in words, with the units it is about where it is about some and they are known."""
    units = users_below(look) if key == USERS_BELOW else ""
    if units:
        return look.say("remark_sample_users_below_respondents_at", units=units)
    return look.say(f"remark_{key.replace(' ', '_')}")


def common_items(result: Change, rows: Sequence[Row], look: Look) -> list[str]:
    """Return whose change among ``rows`` leaves out which elements: those that one of the waves alone was asked."""
    judged = [row for row in rows if row["verdict"]]
    names: dict[str, list[str]] = {}
    for row in judged:
        names.setdefault(str(row.get("left_out") or ""), []).append(str(row["level"]))
    texts = []
    for left_out, levels in sorted(names.items()):
        if left_out:
            items = numbers.listing([look.item_short(one) for one in left_out.split()], look.lang)
            who = look.say("index_all_groups") if len(levels) == len(judged) else look.levels(result.by, sorted(levels))
            texts.append(look.say("change_common_items", items=items, names=who))
    return texts


def in_one_wave(result: Change, look: Look) -> list[str]:
    """Return which levels answered in one of the two waves alone: a change of name looks like that."""
    rows = [row for row in records(result.table) if not row["n"] > 0 or not row["n_before"] > 0]
    levels = sorted(str(row["level"]) for row in rows)
    if not levels:
        return []
    names = look.levels(result.by, levels)
    if len(levels) > MOST_NAMED:
        names = look.say("gaps_unsure_part", by=look.column(result.by), count=len(levels))
    return [look.say("change_one_wave" if result.by == "unit" else "change_one_wave_level", names=names)]
