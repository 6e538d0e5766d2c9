"""Who surveyed, out of whom, and how respondents were chosen, in words."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from analysis.publish.look import records

from . import numbers
from .limits import MOST_NAMED, UNDECLARED, told_kind
from .sentences import said

if TYPE_CHECKING:
    import pandas as pd

    from analysis.publish.look import Look
    from analysis.publish.markup import Sentences


def coverage(table: pd.DataFrame, look: Look) -> Sentences:
    """Return how many units surveyed of those that must, who did not, how they chose people, who fell short."""
    texts: list[str] = []
    for wave, part in table.groupby("wave", sort=True):
        texts += _coverage_of(str(wave), part, look)
    return said(texts, (), look)


def _coverage_of(wave: str, part: pd.DataFrame, look: Look) -> list[str]:
    must = part["must"].fillna(value=False).astype(bool)
    surveyed = part["surveyed"].astype(bool)
    if part["must"].isna().all():
        texts = [look.say("coverage_undeclared", wave=wave, count=int(surveyed.sum()))]
    else:
        done, due = int((must & surveyed).sum()), int(must.sum())
        texts = [look.say("coverage_of", wave=wave, surveyed=done, must=due)]
        missing = [*part.loc[must & ~surveyed, "unit"]]
        if missing:
            texts.append(look.say("coverage_missing", wave=wave, names=look.levels("unit", missing)))
    kinds = Counter(told_kind(row, look) for row in records(part[surveyed]))
    if kinds:
        each = [_chosen(kind, kinds[kind], look) for kind in sorted(kinds, key=lambda one: (one == UNDECLARED, one))]
        texts.append(look.say("coverage_kinds", wave=wave, kinds=numbers.listing(each, look.lang)))
    short = [
        row["unit"] for row in records(part[surveyed & (part["n"] < part["needed"])])
        if not look.hidden_survey(row)
    ]  # fmt: skip
    if short:
        many = len(short) > MOST_NAMED
        names = "" if many else look.levels("unit", short)
        texts.append(
            look.say("coverage_short_many" if many else "coverage_short", wave=wave, names=names, count=len(short))
        )
    fewer = part[surveyed & (part["users"] < part["n"])]
    below = [row["unit"] for row in records(fewer) if not look.hidden_survey(row)]
    if below:
        names = look.levels("unit", below) if len(below) <= MOST_NAMED else look.say("units_count", len(below))
        texts.append(look.say("coverage_below", wave=wave, names=names))
    return texts


def _chosen(kind: str, count: int, look: Look) -> str:
    """Return at how many units respondents were chosen in one way, or of how many nobody said in which."""
    if kind == UNDECLARED:
        return look.say("coverage_kind_undeclared", count)
    return look.say("coverage_kind", count, kind=look.level("sample", kind))
