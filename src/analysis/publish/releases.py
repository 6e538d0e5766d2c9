"""What two releases together would give away: asked before the second one is handed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .suppress import bounds

if TYPE_CHECKING:
    from analysis.shapes import Cell, Plan

DIFF = ("group", "old", "new", "risk")
FEW_CAME, SHOWN_SINCE, WORKED_OUT = "few came or went", "withheld before, shown now", "worked out from both"


def release_diff(old: Plan, new: Plan) -> pd.DataFrame:
    """Return the groups about which two releases together tell what neither may: group, old and new n, risk.

    Risks: ``"few came or went"``: both releases show the group, and fewer people than the threshold came or went, so
    the two figures give theirs; ``"withheld before, shown now"`` (or the other way round) with as few between; and
    ``"worked out from both"``: a group withheld in the new release whose count is bounded under the threshold, or to
    less than the policy's spread, once the counts of the old one are known for groups that did not change. Missing
    counts are groups that a release did not know.
    """
    found: list[dict[str, object]] = []
    for group in sorted(set(old.counts) | set(new.counts), key=lambda one: (len(one), sorted(one))):
        before, after = old.counts.get(group), new.counts.get(group)
        risk = _risk(group, old, new)
        if risk:
            found.append({"group": group, "old": before, "new": after, "risk": risk})
    known = {row["group"] for row in found}
    found += [
        {"group": group, "old": old.counts.get(group), "new": new.counts[group], "risk": WORKED_OUT}
        for group in _worked_out(old, new) if group not in known
    ]  # fmt: skip
    return pd.DataFrame(found, columns=list(DIFF))


def _risk(group: Cell, old: Plan, new: Plan) -> str:
    before, after = old.counts.get(group), new.counts.get(group)
    if before is None or after is None:
        return ""
    hidden_before, hidden_after = group in old.withheld, group in new.withheld
    few = abs(after - before) < new.threshold
    if not hidden_before and not hidden_after:
        return FEW_CAME if few and after != before else ""
    if hidden_before != hidden_after and few:
        return SHOWN_SINCE
    return ""


def _worked_out(old: Plan, new: Plan) -> list[Cell]:
    """Return groups withheld now that the old release's shown and unchanged counts pin or show to be small."""
    same = {group for group, n in new.counts.items() if old.counts.get(group) == n and group not in old.withheld}
    still = {group: why for group, why in new.withheld.items() if group not in same}
    told = [group for group in new.withheld if group in same and new.counts[group] > 0]
    pinned = [
        group for group, (low, high) in bounds(new.counts, still).items()
        if high - low < 1 or (new.counts[group] < new.threshold and high < new.threshold)
    ] if told else []  # fmt: skip
    return [*told, *pinned]
