"""Small groups that answered all alike: a mean at an end of its scale tells what each of them answered.

Who answered everything alike is withheld as a whole, with what it could be worked out from. Where it is one item, that
item's figures alone are kept back, and those of as many other groups as a subtraction would need. A large group may be
alike in the open (the policy's ``extreme_under``); small ones within it are then no secret any more.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from .suppress import protect_figures

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import pandas as pd

    from analysis.codebook.policy import Policy
    from analysis.shapes import Cell

    from .groups import Printed

ALL = ""
"""How a frame of counts calls all answers together."""
STEPS = 3
"""Answers on a usual scale lie this many steps apart: by a step a person's answer must stay open."""
SLIGHT = 1e-9


@dataclass(frozen=True)
class Answers:
    """Of each group how many answered, and the sum of their answers between 0 and 1."""

    answered: Mapping[Cell, float]
    sums: Mapping[Cell, float]

    def room(self, cell: Cell, n: int) -> tuple[float, float]:
        """Return by how much the sum could be less and more; that of a group nobody summed is taken in the middle."""
        if cell not in self.sums:
            return n / 2, n / 2
        return self.sums[cell], self.answered[cell] - self.sums[cell]

    def end(self, cell: Cell) -> int | None:
        """Return at which end of the scale all of a group's answers lie: 0, 1, or none."""
        n, total = self.answered.get(cell, 0), self.sums.get(cell, 0.0)
        if not n:
            return None
        return 0 if total < SLIGHT else 1 if total > n - SLIGHT else None


def answers_in(frame: pd.DataFrame, groups: Printed) -> dict[str, Answers]:
    """Return the answers of each group by item (``""``: all items), from a frame of counts that has them."""
    named = [one[1] for one in frame.columns if isinstance(one, tuple) and one[0] == "sum"]
    found = {}
    for name in named:
        answered = dict(zip(frame["cell"], frame["answered", name].astype(float), strict=True))
        sums = dict(zip(frame["cell"], frame["sum", name].astype(float), strict=True))
        for whole, of in groups.sums:
            if whole not in sums and all(one in sums for one in of):
                answered[whole], sums[whole] = sum(answered[one] for one in of), sum(sums[one] for one in of)
        found[name] = Answers(answered, sums)
    return found


def alike(answers: Answers, groups: Printed, policy: Policy) -> set[Cell]:
    """Return the small groups that answered all alike, but for those within a large one that did so too."""
    ends = {cell: answers.end(cell) for cell in groups.counts}
    large = policy.answers.extreme_under
    known = {cell for cell, end in ends.items() if end is not None and answers.answered[cell] >= large}
    small = {cell for cell, end in ends.items() if end is not None and 0 < answers.answered[cell] < large}
    return small - _within(known, groups) if small else set()


def _within(known: set[Cell], groups: Printed) -> set[Cell]:
    """Return the groups that lie within ``known``, and those that are the same people by another name."""
    found, size = set(known), -1
    while len(found) > size:
        size = len(found)
        for cell, n in groups.counts.items():
            if cell not in found and any(
                (above < cell) or (cell < above and groups.counts[above] == n) for above in found
            ):
                found.add(cell)
    return found


def kept(
    answers: Mapping[str, Answers], groups: Printed, policy: Policy, withheld: Collection[Cell]
) -> dict[str, frozenset[Cell]]:
    """Return by item the groups of which only that item's figures are kept back, beside the ``withheld`` ones.

    These are groups that gave all one end of the scale, groups of which too few answered the item, and those from which
    either could be worked out.
    """
    found = {}
    for name, of in answers.items():
        few = {cell for cell in groups.counts if 0 < of.answered.get(cell, 0) < policy.base.threshold}
        first = (alike(of, groups, policy) | few) - groups.unprinted - set(withheld) if name != ALL else set()
        if first:
            found[name] = frozenset(linked(of, groups, policy, first=first, withheld=withheld))
    return found


def linked(
    answers: Answers, groups: Printed, policy: Policy, *, first: Collection[Cell], withheld: Collection[Cell]
) -> set[Cell]:
    """Return ``first`` and the groups whose figures would give theirs away."""
    return protect_figures(
        groups.counts,
        {cell: answers.room(cell, n) for cell, n in groups.counts.items()},
        first=first,
        withheld=withheld,
        need=policy.linked.spread / STEPS,
        unprinted=groups.unprinted,
        sums=groups.sums,
    )
