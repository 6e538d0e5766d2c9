"""One publication plan per run: which groups may be shown, decided over all of them before anything is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.codebook.policy import Policy, load_policy
from analysis.shapes import Cell, Plan

from .suppress import DOMINATED, SMALL, WHOLE, protect

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

CITY = "city"
UNPLANNED = "unplanned"
"""Why a group is withheld that the plan did not foresee: nobody has checked what it would give away."""


def dimensions(columns: Iterable[str], policy: Policy | None = None) -> list[tuple[str, ...]]:
    """Return the ways of cutting that may be printed, among those whose ``columns`` the responses have.

    They are what ``oversight.cell_counts`` is asked to count; the policy file lists them. Each stands with the wave and
    without, those by who people are also within owners: ``plan`` keeps what the counted groups call for.
    """
    groups = (policy or load_policy()).groups
    sets = [*groups.offices, *groups.people, *(("owner", *one) for one in groups.people)]
    cuts = [*sets, *(("wave", *one) for one in sets)]
    known = set(columns)
    return [cut for cut in dict.fromkeys(tuple(one) for one in cuts) if known.issuperset(cut)]


def wanted(cells: Mapping[Cell, int], policy: Policy) -> dict[Cell, int]:
    """Return the groups that are printed: those of a wave where waves are known, within owners where owners are.

    Everybody stays beside the waves: how many answers came in is told over all of them.
    """
    waved = any(column == "wave" and level for group in cells for column, level in group)
    owned = any(column == "owner" and level for group in cells for column, level in group)
    people = {frozenset(one) for one in policy.groups.people}
    kept = {}
    for group, n in cells.items():
        cut = frozenset(column for column, _ in group)
        if (not cut or waved == ("wave" in cut)) and not (owned and cut - {"wave"} in people):
            kept[group] = n
    return kept


def plan(
    counts: pd.DataFrame | Mapping[Cell, int],
    *,
    lang: str = "id",
    made_up: bool = False,
    policy: Policy | None = None,
    apart: Mapping[str, Collection[str]] | None = None,
) -> Plan:
    """Return what may be shown of the groups in ``counts``.

    ``counts`` is a frame with one row per group: a column for each dimension, missing where the group is not cut by it,
    and ``n``; or what ``oversight.cell_counts`` returns; or a mapping from group to n. ``apart`` names by column the
    levels that comparisons leave out of their whole, such as districts outside the city.

    Withheld are groups under the policy's threshold (``"small"``), groups whose figure would be that of a few in truth
    (``"dominated"``, asked only where the frame tells contributors: ``largest`` and ``share``), and the fewest other
    respondents' groups without which a withheld one could be worked out (``"linked"``). Where the frame counts those
    who gave no level, a reader is taken not to know how many they are; else he is.
    """
    rules = policy or load_policy()
    if isinstance(counts, pd.DataFrame):
        groups, few = printed(counts, rules, apart or {}), dominated(counts, rules)
    else:
        groups, few = Printed(dict(counts)), set()
    withheld = _protected(groups, rules, few & set(groups.counts))
    return Plan(
        policy=rules.name,
        version=rules.version,
        threshold=rules.base.threshold,
        lang=lang,
        made_up=made_up,
        counts={group: n for group, n in groups.counts.items() if group not in groups.unprinted},
        withheld=withheld,
    )


@dataclass(frozen=True)
class Printed:
    """All that pages may tell of how many people: groups with their n, those no page tells, sums that pages print.

    ``unprinted`` are groups of ``counts`` whose level is empty; ``sums`` says of which groups each base (level ``"*"``)
    is the sum.
    """

    counts: dict[Cell, int]
    unprinted: frozenset[Cell] = frozenset()
    sums: Mapping[Cell, tuple[Cell, ...]] = field(default_factory=dict)


def printed(frame: pd.DataFrame, policy: Policy, apart: Mapping[str, Collection[str]]) -> Printed:
    """Return what pages may tell of the groups in a frame of counts, with the bases of comparisons added.

    A comparison tells, per wave, owner and column, how many named a level that is not ``apart``; such a base is a group
    of its own where it is fewer than the wave's or owner's number.
    """
    cells = wanted(counts_by_cell(frame), policy)
    columns = {one[0] for one in policy.groups.people if len(one) == 1}
    parts: dict[Cell, list[Cell]] = {}
    for group in cells:
        names = {name for name, _ in group} - {"wave", "owner"}
        level = dict(group).get(next(iter(names)), "") if len(names) == 1 else ""
        if level and names <= columns and level not in apart.get(next(iter(names)), ()):
            (column,) = names
            parts.setdefault(group - {(column, level)} | {(column, WHOLE)}, []).append(group)
    whole = {base: cells.get(frozenset(pair for pair in base if pair[1] != WHOLE)) for base in parts}
    sums = {base: tuple(of) for base, of in parts.items() if whole[base] not in {None, sum(cells[one] for one in of)}}
    bases = {base: sum(cells[one] for one in of) for base, of in sums.items()}
    unnamed = frozenset(group for group in cells if any(not level for _, level in group))
    return Printed(cells | bases, unnamed, sums)


def _protected(groups: Printed, rules: Policy, few: set[Cell]) -> dict[Cell, str]:
    """Return what is withheld; everybody beside waves ties these together only where a whole wave is withheld."""
    cells = groups.counts
    more: dict[str, Any] = {
        "threshold": rules.base.threshold,
        "spread": rules.linked.spread,
        "also": dict.fromkeys(few, DOMINATED),
        "unprinted": groups.unprinted,
        "sums": groups.sums,
    }
    if any(column == "wave" for group in cells for column, _ in group):
        withheld = protect({group: n for group, n in cells.items() if group}, **more)
        if all({column for column, _ in group} != {"wave"} for group in withheld):
            return withheld
    return protect(cells, **more)


def dominated(frame: pd.DataFrame, policy: Policy) -> set[Cell]:
    """Return the groups whose figure tells of few: one contributor bears most of it, and it or all others are few.

    ``frame`` is what ``oversight.cell_counts`` returns; without its columns ``largest`` and ``share``, none. A group
    of one contributor is that contributor's own figure and stays; groups within agencies that are not the city's are
    told by no page.
    """
    if not {"cell", "largest", "share"} <= set(frame.columns):
        return set()
    least = policy.base.threshold
    others = frame["n"] - frame["largest"]
    few = frame["largest"].lt(least) | others.lt(least)
    rows = frame["n"].ge(least) & others.gt(0) & few & frame["share"].gt(policy.dominance.share)
    found: set[Cell] = set(frame.loc[rows, "cell"])
    return {group for group in found if dict(group).get("owner", CITY) == CITY}


def counts_by_cell(frame: pd.DataFrame) -> dict[Cell, int]:
    """Return the counts of a frame by group, named in its column ``cell`` or by a column per dimension.

    In the second form a missing or empty dimension is one the group is not cut by; in the first an empty level is that
    of those who gave none.
    """
    if "cell" in frame:
        pairs = zip(frame["cell"], frame["n"], strict=True)
        return {group: int(n) for group, n in pairs}
    columns = [name for name in frame.columns if name != "n"]
    cells: dict[Cell, int] = {}
    for row in frame.to_dict("records"):
        cell = frozenset((name, str(row[name])) for name in columns if not pd.isna(row[name]) and row[name] != "")
        cells[cell] = int(row["n"])
    return cells


def cell(wave: str | None = None, **levels: object) -> Cell:
    """Return the group of ``wave`` (all waves where None or empty) with the given levels; missing ones are left out."""
    pairs = [(name, str(level)) for name, level in levels.items() if level is not None and not pd.isna(level)]  # type: ignore[call-overload]
    return frozenset(pairs + ([("wave", str(wave))] if wave else []))


def why_withheld(plan: Plan, group: Cell, n: object) -> str:
    """Return why a figure about ``group`` with base ``n`` is not shown: small, dominated, linked, unplanned, or "".

    ``n`` is the base of the very figure, which can be smaller than the group (a question not everyone answered).
    """
    if pd.isna(n) or int(n) < plan.threshold:  # type: ignore[call-overload]
        return SMALL
    if group not in plan.counts:
        return UNPLANNED
    return plan.withheld.get(group, "")


def may_show(plan: Plan, group: Cell, n: object) -> bool:
    """Tell whether a figure about ``group`` that rests on ``n`` respondents may be shown."""
    return not why_withheld(plan, group, n)
