"""One publication plan per run: which groups may be shown, decided over all of them before anything is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis.codebook.policy import Policy, load_policy
from analysis.shapes import Cell, Plan

from .alike import ALL, alike, answers_in, kept, linked
from .groups import Printed, printed
from .suppress import ALIKE, DOMINATED, LINKED, SMALL, protect

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from .alike import Answers

UNPLANNED = "unplanned"
"""Why a group is withheld that the plan did not foresee: nobody has checked what it would give away."""


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
    (``"dominated"``, asked only where the frame tells contributors: ``largest`` and ``share``), small ones that
    answered all alike (``"alike"``, where it tells answers), and the fewest other groups without which a withheld one
    could be worked out (``"linked"``). Where the frame counts those who gave no level, a reader is taken not to know
    how many they are; else he is.
    """
    rules = policy or load_policy()
    if isinstance(counts, pd.DataFrame):
        groups, few = printed(counts, rules, apart or {}), dominated(counts, rules)
        answers = answers_in(counts, groups)
    else:
        groups, few, answers = Printed(dict(counts)), set(), {}
    withheld = _withheld(groups, rules, few & set(groups.counts), answers.get(ALL))
    return Plan(
        policy=rules.name,
        version=rules.version,
        threshold=rules.base.threshold,
        lang=lang,
        made_up=made_up,
        counts={group: n for group, n in groups.counts.items() if group not in groups.unprinted},
        withheld=withheld,
        kept=kept(answers, groups, rules, withheld),
        rules=rules.model_dump(mode="json"),
    )


def _withheld(groups: Printed, rules: Policy, few: set[Cell], answers: Answers | None) -> dict[Cell, str]:
    """Return what is withheld: whole groups that are alike too, and those from whose figures theirs would follow."""
    own = dict.fromkeys(few, DOMINATED)
    first = alike(answers, groups, rules) - groups.unprinted if answers else set()
    own |= dict.fromkeys(first, ALIKE)
    withheld = _protected(groups, rules, own)
    while answers and first:
        more = linked(answers, groups, rules, first=first, withheld=withheld) - set(withheld)
        if not more:
            break
        own |= dict.fromkeys(more, LINKED)
        withheld = _protected(groups, rules, own)
    return withheld


def _protected(groups: Printed, rules: Policy, own: Mapping[Cell, str]) -> dict[Cell, str]:
    """Return what is withheld; everybody beside waves ties these together only where a whole wave is withheld."""
    cells = groups.counts
    more: dict[str, Any] = {
        "threshold": rules.base.threshold,
        "spread": rules.linked.spread,
        "also": own,
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
    of one contributor is that contributor's own figure and stays.
    """
    if not {"cell", "largest", "share"} <= set(frame.columns):
        return set()
    least = policy.base.threshold
    others = frame["n"] - frame["largest"]
    few = frame["largest"].lt(least) | others.lt(least)
    rows = frame["n"].ge(least) & others.gt(0) & few & frame["share"].gt(policy.dominance.share)
    return set(frame.loc[rows, "cell"])


def cell(wave: str | None = None, **levels: object) -> Cell:
    """Return the group of ``wave`` (all waves where None or empty) with the given levels; missing ones are left out."""
    pairs = [(name, str(level)) for name, level in levels.items() if level is not None and not pd.isna(level)]  # type: ignore[call-overload]
    return frozenset(pairs + ([("wave", str(wave))] if wave else []))


def why_withheld(plan: Plan, group: Cell, n: object) -> str:
    """Return why a figure about ``group`` with base ``n`` is not shown: "small", "alike" and so on; "" where it is.

    ``n`` is the base of the very figure, which can be smaller than the group (a question not everyone answered).
    """
    if pd.isna(n) or int(n) < plan.threshold:  # type: ignore[call-overload]
        return SMALL
    if group not in plan.counts:
        return UNPLANNED
    return plan.withheld.get(group, "")


def keeps(plan: Plan, item: str, group: Cell) -> bool:
    """Tell whether an item's figures about ``group`` are kept back though the group is shown."""
    return group in plan.kept.get(item, frozenset())


def may_show(plan: Plan, group: Cell, n: object) -> bool:
    """Tell whether a figure about ``group`` that rests on ``n`` respondents may be shown."""
    return not why_withheld(plan, group, n)
