"""All groups whose number of people a page may tell, and every sum that ties them: what the plan is decided over.

Beside the ways of cutting, three sums matter. A comparison tells its base: all who named a level that is not apart
(outsiders are). A chart over time tells how many gave a date. And whoever knows which unit's form asks for what knows
of which units those who named no level are the sum. What no page tells is here all the same, as unknown: those who
gave no level, and within units how many did.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from analysis.codebook.policy import Policy, load_policy
from analysis.shapes import Cell

from .suppress import REST, WHOLE

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

CITY, DATE, UNIT = "city", "date", "unit"
ABOVE = frozenset({"wave", "owner"})
"""What a comparison is made within."""


@dataclass(frozen=True)
class Printed:
    """Groups with their n, those of them that no page tells, and sums beside what the ways of cutting say."""

    counts: dict[Cell, int]
    unprinted: frozenset[Cell] = frozenset()
    sums: tuple[tuple[Cell, tuple[Cell, ...]], ...] = ()


def dimensions(columns: Iterable[str], policy: Policy | None = None) -> list[tuple[str, ...]]:
    """Return the ways of cutting that may be printed, among those whose ``columns`` the responses have.

    They are what ``oversight.cell_counts`` is asked to count; the policy file lists them. Each stands with the wave and
    without, those by who people are also within owners: ``plan`` keeps what the counted groups call for. Within units
    it is counted how many named a level, for whoever knows which unit's form asks what.
    """
    groups = (policy or load_policy()).groups
    known = set(columns)
    unit = max((one for one in groups.offices if known.issuperset(one)), key=len, default=())
    asked = [(*unit, f"{name}{WHOLE}") for name in (*_single(groups.people), DATE) if UNIT in unit]
    sets = [*groups.offices, *groups.people, *(("owner", *one) for one in groups.people), *asked]
    cuts = dict.fromkeys(tuple(one) for one in (*sets, *(("wave", *one) for one in sets)))
    return [cut for cut in cuts if known.issuperset(name.removesuffix(WHOLE) for name in cut)]


def _single(cuts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(one[0] for one in cuts if len(one) == 1)


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


def printed(frame: pd.DataFrame, policy: Policy, apart: Mapping[str, Collection[str]]) -> Printed:
    """Return what pages may tell of the groups in a frame of counts, with the bases of comparisons added.

    ``apart`` names by column the levels that comparisons leave out of their whole. A base (level ``"*"``) is a group of
    its own where it is fewer than the wave's or owner's number.
    """
    every = wanted(counts_by_cell(frame), policy)
    within = {group: n for group, n in every.items() if UNIT in dict(group) and _asked(group)}
    cells = {group: n for group, n in every.items() if group not in within}
    sums = [*_bases(cells, policy, apart)]
    blanks = _blanks(within, cells)
    sums += blanks.sums
    known = cells | blanks.counts
    known |= {base: sum(known[one] for one in of) for base, of in sums if base not in known}
    silent = {group for group in known if _untold(group)}
    return Printed(known, frozenset(silent | blanks.counts.keys() - blanks.told), tuple(sums))


def _untold(group: Cell) -> bool:
    """Tell whether no page tells of a group: a level is empty, or it lies within agencies that are not the city's."""
    levels = dict(group)
    foreign = levels.get("owner", CITY) != CITY and not levels.keys() <= ABOVE
    return foreign or any(level in {"", REST} for level in levels.values())


def _asked(group: Cell) -> str:
    """Return the column of which a group within a unit holds those who named a level or none."""
    return next((name for name, level in group if level in {"", WHOLE} and name not in {*ABOVE, UNIT, "sector"}), "")


def _bases(
    cells: Mapping[Cell, int], policy: Policy, apart: Mapping[str, Collection[str]]
) -> Iterable[tuple[Cell, tuple[Cell, ...]]]:
    """Yield the bases of comparisons, each with the groups that it is the sum of."""
    columns, found = set(_single(policy.groups.people)), {}  # type: tuple[set[str], dict[Cell, list[Cell]]]
    for group in cells:
        names = {name for name, _ in group} - ABOVE
        if len(names) == 1 and names <= columns:
            (column,) = names
            level = dict(group)[column]
            if level and level not in apart.get(column, ()):
                found.setdefault(group - {(column, level)} | {(column, WHOLE)}, []).append(group)
    for base, of in found.items():
        whole = cells.get(frozenset(pair for pair in base if pair[1] != WHOLE))
        if whole is not None and whole != sum(cells[one] for one in of):
            yield base, tuple(of)


@dataclass(frozen=True)
class _Blanks:
    """Who named no level, by unit: their groups, the sums these make, and which of them a page tells."""

    counts: dict[Cell, int]
    sums: list[tuple[Cell, tuple[Cell, ...]]]
    told: frozenset[Cell]


def _blanks(within: Mapping[Cell, int], cells: Mapping[Cell, int]) -> _Blanks:
    counts: dict[Cell, int] = {}
    sums: list[tuple[Cell, tuple[Cell, ...]]] = []
    missing: dict[Cell, list[Cell]] = {}
    for group, n in within.items():
        column = _asked(group)
        if (column, "") not in group:
            continue
        unit = group - {(column, "")}
        blank, gave = unit | {(column, REST)}, unit | {(column, WHOLE)}
        counts[blank] = n
        if gave in within:
            counts[gave] = within[gave]
        if unit in cells:
            sums.append((unit, tuple(one for one in (blank, gave) if one in counts)))
        above = frozenset(pair for pair in unit if pair[0] in ABOVE)
        missing.setdefault(above | {(column, "")}, []).append(blank)
    told = set()
    for nobody, of in missing.items():
        if nobody in cells:
            sums.append((nobody, tuple(of)))
            continue
        (column,) = (name for name, level in nobody if not level and name not in ABOVE)
        above, none = nobody - {(column, "")}, nobody - {(column, "")} | {(column, REST)}
        sums.append((none, tuple(of)))
        counts[none] = sum(counts[one] for one in of)
        if above in cells:  # no page cuts by the column itself, but one tells how many gave it
            dated = above | {(column, WHOLE)}
            counts[dated] = cells[above] - counts[none]
            told.add(dated)
            sums.append((above, (none, dated)))
    return _Blanks(counts, sums, frozenset(told))
