"""One publication plan per run: which groups may be shown, decided over all of them before anything is printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.codebook.policy import Policy, load_policy
from analysis.shapes import Cell, Plan

from .suppress import SMALL, protect

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

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
    """Return the groups that are printed: those of a wave where waves are known, within owners where owners are."""
    waved = any(column == "wave" for group in cells for column, _ in group)
    owned = any(column == "owner" for group in cells for column, _ in group)
    people = {frozenset(one) for one in policy.groups.people}
    kept = {}
    for group, n in cells.items():
        cut = frozenset(column for column, _ in group)
        if waved == ("wave" in cut) and not (owned and cut - {"wave"} in people):
            kept[group] = n
    return kept


def plan(
    counts: pd.DataFrame | Mapping[Cell, int],
    *,
    lang: str = "id",
    made_up: bool = False,
    policy: Policy | None = None,
) -> Plan:
    """Return what may be shown of the groups in ``counts``.

    ``counts`` is a frame with one row per group: a column for each dimension, missing where the group is not cut by it,
    and ``n``; or the same as a mapping. A group under the policy's threshold is withheld (``"small"``), and so are the
    fewest other respondents' groups without which a withheld one could be worked out (``"linked"``).
    """
    rules = policy or load_policy()
    cells = wanted(counts_by_cell(counts), rules) if isinstance(counts, pd.DataFrame) else dict(counts)
    withheld = protect(cells, threshold=rules.base.threshold, spread=rules.linked.spread)
    return Plan(
        policy=rules.name,
        version=rules.version,
        threshold=rules.base.threshold,
        lang=lang,
        made_up=made_up,
        counts=cells,
        withheld=withheld,
    )


def counts_by_cell(frame: pd.DataFrame) -> dict[Cell, int]:
    """Return the counts of a frame by group, named in its column ``cell`` or by a column per dimension.

    In the second form a missing or empty dimension is one the group is not cut by. Groups of those who gave no level
    (an empty one) are nobody's group and left out.
    """
    if "cell" in frame:
        pairs = zip(frame["cell"], frame["n"], strict=True)
        return {group: int(n) for group, n in pairs if all(level for _, level in group)}
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
    """Return why a figure about ``group`` with base ``n`` is not shown: small, linked, unplanned, or the empty text.

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
