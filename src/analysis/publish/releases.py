"""What two releases together would give away: asked before the second one is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .suppress import REST, WHOLE, bounds, link

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from analysis.shapes import Cell, Plan

DIFF = ("group", "old", "new", "risk")
FEW_CAME, SHOWN_SINCE, WORKED_OUT = "few came or went", "withheld before, shown now", "worked out from both"
FEW_WITHIN = "few came or went among those withheld"


def release_diff(old: Plan, new: Plan) -> pd.DataFrame:
    """Return the groups about which two releases together tell what neither may: group, old and new n, risk.

    Risks: ``"few came or went"``: both releases show the group, and fewer people than the threshold came or went, so
    the two figures give theirs; ``"withheld before, shown now"`` (or the other way round) with as few between; and
    ``"worked out from both"``: a group withheld in the new release whose count is bounded under the threshold, or to
    less than the policy's spread, once the counts of the old one are known for groups that did not change. Missing
    counts are groups that a release did not know.
    """
    found: list[dict[str, object]] = []
    groups = {group for group in {*old.counts, *new.counts} if all(level != WHOLE for _, level in group)}
    for group in sorted(groups, key=_order):
        before, after = old.counts.get(group), new.counts.get(group)
        risk = _risk(group, old, new)
        if risk:
            found.append({"group": group, "old": before, "new": after, "risk": risk})
    known = {row["group"] for row in found}
    found += [
        {"group": group, "old": old.counts.get(group), "new": new.counts.get(group), "risk": FEW_WITHIN}
        for group in sorted(set(_few_within(old, new)) - known, key=_order)
    ]
    known = {row["group"] for row in found}
    out = {*_worked_out(old, new), *_worked_out(new, old)} & groups - known
    found += [
        {"group": group, "old": old.counts.get(group), "new": new.counts.get(group), "risk": WORKED_OUT}
        for group in sorted(out, key=_order)
    ]
    return pd.DataFrame(found, columns=list(DIFF))


def _order(group: Cell) -> tuple[int, list[tuple[str, str]]]:
    return len(group), sorted(group)


def _risk(group: Cell, old: Plan, new: Plan) -> str:
    before, after = old.counts.get(group), new.counts.get(group)
    if before is None or after is None:
        return ""
    hidden_before, hidden_after = group in old.withheld, group in new.withheld
    few = abs(after - before) < new.threshold
    if not hidden_before and not hidden_after and few and after != before:
        return FEW_CAME
    items = any((group in old.kept.get(one, ())) != (group in new.kept.get(one, ())) for one in {*old.kept, *new.kept})
    return SHOWN_SINCE if few and (hidden_before != hidden_after or (items and not hidden_after)) else ""


def _few_within(old: Plan, new: Plan) -> Iterator[Cell]:
    """Yield groups that both releases show, of whose withheld parts fewer people than the threshold came or went.

    A part without respondents in one release is known to have had none.
    """
    counts = {
        group: max(old.counts.get(group, 0), new.counts.get(group, 0))
        for group in {*old.counts, *new.counts}
        if all(level not in {WHOLE, REST} for _, level in group)
    }
    linked = link(counts)
    moved = [new.counts.get(group, 0) - old.counts.get(group, 0) for group in linked.cells]
    unseen = [group in old.withheld or group in new.withheld for group in linked.cells]
    for row in range(linked.relations.shape[0]):
        start, end = linked.relations.indptr[row : row + 2]
        members = dict(zip(linked.relations.indices[start:end], linked.relations.data[start:end], strict=True))
        whole = next(at for at, sign in members.items() if sign < 0)
        left = moved[whole] - sum(moved[at] for at in members if at != whole and not unseen[at])
        group = linked.cells[whole]
        both = group in old.counts and group in new.counts and not unseen[whole]
        if both and any(unseen[at] for at in members) and 0 < abs(left) < new.threshold:
            yield group


def _worked_out(known: Plan, told: Plan) -> list[Cell]:
    """Return groups that ``told`` withholds and the shown, unchanged counts of ``known`` pin or show to be small."""
    same = {group for group, n in told.counts.items() if known.counts.get(group) == n and group not in known.withheld}
    found = [group for group in told.withheld if group in same and told.counts[group] > 0]
    if not found:
        return []
    still = {group for group in told.withheld if group not in same}
    alone = _pinned(told, told.withheld)
    return [*found, *(group for group in _pinned(told, still) if group not in alone)]


def _pinned(plan: Plan, withheld: Collection[Cell]) -> list[Cell]:
    """Return which of ``withheld`` are pinned or shown to be small for whoever knows all other counts."""
    return [
        group for group, (low, high) in bounds(plan.counts, withheld).items()
        if high - low < 1 or (plan.counts[group] < plan.threshold and high < plan.threshold)
    ]  # fmt: skip
