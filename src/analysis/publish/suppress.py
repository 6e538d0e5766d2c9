"""Which groups are withheld so that nobody can work out a small one from what is shown.

Groups are linked wherever one is the sum of others: a sector is the sum of its districts, a wave of its sectors. An
attacker knows every shown count, every such sum and that no count is negative. A withheld group is safe when, for all
he knows, it could have at least ``threshold`` respondents, and its count could differ by at least ``spread``.

The way: each small group is given a witness, another set of counts that agrees with everything shown and makes the
group large enough. The witness of least loss is a linear programme (Kelly, Golden and Assad 1992); what it changes is
withheld. Then each linked group is shown again if every witness that used it can be replaced. Whatever remains has a
witness for each of its withheld groups, so it is safe by construction. Witnesses are whole people, so that an attacker
who knows that counts are whole learns no more. Groups without respondents are public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_array, csr_array, hstack
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from analysis.shapes import Cell

SMALL, LINKED = "small", "linked"
WIDER = 3.0
"""How much dearer a group is to withhold than one that is cut once more: totals are the last to go."""
NOTHING = 1e-7


@dataclass(frozen=True)
class Linked:
    """Groups that sums tie together: ``relations`` times any set of counts that agrees with them is constant."""

    cells: tuple[Cell, ...]
    counts: NDArray[np.float64]
    relations: csr_array

    def part(self, where: NDArray[np.intp]) -> Linked:
        """Return the groups at ``where`` with the sums among them."""
        rows = np.flatnonzero(np.diff(self.relations[:, where].indptr))
        return Linked(tuple(self.cells[one] for one in where), self.counts[where], self.relations[rows][:, where])


def link(counts: Mapping[Cell, int]) -> Linked:
    """Return all groups that have respondents, with every sum that holds between two planned ways of cutting.

    A respondent whose level is missing is in the whole and in none of its parts; how many there are is taken as known.
    """
    cells = tuple(sorted((cell for cell, n in counts.items() if n > 0), key=lambda cell: (len(cell), sorted(cell))))
    place = {cell: number for number, cell in enumerate(cells)}
    by_cut: dict[frozenset[str], list[Cell]] = {}
    for cell in cells:
        by_cut.setdefault(frozenset(column for column, _ in cell), []).append(cell)
    rows: list[dict[int, float]] = []
    for whole, part in _steps(list(by_cut)):
        sums: dict[Cell, dict[int, float]] = {cell: {place[cell]: -1.0} for cell in by_cut[whole]}
        for cell in by_cut[part]:
            above = frozenset(pair for pair in cell if pair[0] in whole)
            if above in sums:
                sums[above][place[cell]] = 1.0
        rows += [terms for terms in sums.values() if len(terms) > 1]
    return Linked(cells, np.array([counts[cell] for cell in cells], float), _matrix(rows, len(cells)))


def _steps(cuts: list[frozenset[str]]) -> list[tuple[frozenset[str], frozenset[str]]]:
    """Return pairs of cuts of which one refines the other with no planned cut between."""
    return [
        (whole, part)
        for whole in cuts
        for part in cuts
        if whole < part and not any(whole < between < part for between in cuts)
    ]


def _matrix(rows: list[dict[int, float]], width: int) -> csr_array:
    entries = [(number, column, value) for number, terms in enumerate(rows) for column, value in terms.items()]
    if not entries:
        return csr_array((0, width))
    at, column, value = (np.array(part) for part in zip(*entries, strict=True))
    return csr_array(coo_array((value, (at, column)), shape=(len(rows), width)))


def families(linked: Linked) -> list[Linked]:
    """Return the groups in families that no sum ties together."""
    ties = linked.relations.T @ linked.relations
    _, label = connected_components(ties, directed=False)
    return [linked.part(np.flatnonzero(label == one)) for one in range(label.max() + 1)] if label.size else []


def bounds(counts: Mapping[Cell, int], withheld: Collection[Cell]) -> dict[Cell, tuple[float, float]]:
    """Return the least and most that each withheld count can be for an attacker who knows all others and the sums."""
    known = link(counts)
    hidden = np.array([cell in withheld for cell in known.cells], dtype=bool)
    left = known.relations[:, hidden]
    right = known.relations @ known.counts - known.relations[:, ~hidden] @ known.counts[~hidden]
    found = {}
    for place, at in enumerate(np.flatnonzero(hidden)):
        aim = np.zeros(int(hidden.sum()))
        aim[place] = 1.0
        ends = [linprog(way * aim, A_eq=left, b_eq=right, bounds=(0, None), method="highs") for way in (1.0, -1.0)]
        low, high = (float(one.fun) if one.success else -np.inf for one in ends)
        found[known.cells[at]] = (low, -high)
    return found


def protect(counts: Mapping[Cell, int], *, threshold: int, spread: int) -> dict[Cell, str]:
    """Return the groups to withhold, each ``"small"`` or ``"linked"``; deterministic, whatever the order of counts."""
    withheld: dict[Cell, str] = {}
    for family in families(link(counts)):
        small = family.counts < threshold
        if small.any():
            hidden = _Search(family, threshold=threshold, spread=spread).run()
            withheld |= {family.cells[at]: SMALL if small[at] else LINKED for at in np.flatnonzero(hidden)}
    return withheld


class _Search:
    """The search in one family: ``hidden`` grows until each withheld group has a witness, then shrinks as it can."""

    def __init__(self, family: Linked, *, threshold: int, spread: int) -> None:
        counts = family.counts
        cut = np.array([len(cell) for cell in family.cells])
        self.family = family
        self.small = counts < threshold
        self.hidden = self.small.copy()
        self.need = np.where(self.small, np.maximum(threshold - counts, spread), spread)
        self.loss = counts * WIDER ** (cut.max(initial=0) - cut)
        self.both = hstack([family.relations, -family.relations], format="csr")
        self.zero = np.zeros(self.both.shape[0])
        self.witness: dict[int, NDArray[np.bool_]] = {}

    def run(self) -> NDArray[np.bool_]:
        """Return which groups are withheld."""
        waiting = [int(place) for place in np.flatnonzero(self.small)]
        while waiting:
            at = waiting.pop(0)
            if at not in self.witness:
                change = self._cheapest(at, closed=np.zeros_like(self.hidden))
                used = self._keep(at, change)
                waiting += [int(place) for place in np.flatnonzero(used & ~self.hidden)]
                self.hidden |= used
        for place in sorted(np.flatnonzero(self.hidden & ~self.small), key=lambda one: -self.loss[one]):
            self._show_again(int(place))
        return self.hidden

    def _keep(self, at: int, change: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Keep a witness for ``at``, and for each linked group that it changes by enough; return what it changes."""
        used: NDArray[np.bool_] = np.abs(change) > NOTHING
        self.witness[at] = used
        for place in np.flatnonzero((np.abs(change) >= self.need - NOTHING) & ~self.small):
            self.witness.setdefault(int(place), used)
        return used

    def _show_again(self, at: int) -> None:
        """Show the linked group ``at`` again if every witness that changes it can be replaced by one that does not."""
        self.hidden[at] = False
        replaced: dict[int, NDArray[np.bool_]] = {}
        for other, used in self.witness.items():
            if other != at and used[at]:
                change = self._cheapest(other, closed=~self.hidden)
                if not change.any():
                    self.hidden[at] = True
                    return
                replaced[other] = np.abs(change) > NOTHING
        self.witness |= replaced
        self.witness.pop(at, None)

    def _cheapest(self, at: int, closed: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the cheapest change that is a witness of ``at``: more people, or for a linked group also fewer."""
        ways = (1, -1) if not self.small[at] and self.family.counts[at] >= self.need[at] else (1,)
        found = [self._change(at, way, closed) for way in ways]
        return min(found, key=lambda one: one[0])[1]

    def _change(self, at: int, way: int, closed: NDArray[np.bool_]) -> tuple[float, NDArray[np.float64]]:
        """Return the loss of the cheapest change of ``at`` one way, and that change; all zero where there is none."""
        counts, size = self.family.counts, len(self.family.counts)
        cost = np.where(self.hidden, 1e-3, 1.0 + self.loss)
        more, less = np.where(closed, 0.0, np.inf), np.where(closed, 0.0, counts)
        fixed = np.zeros(2 * size)
        high = np.concatenate([more, less])
        up, down = (at, size + at) if way > 0 else (size + at, at)
        fixed[up] = high[up] = self.need[at]
        high[down] = 0.0
        # HiGHS wants bounds as pairs; the second half are the decreases, which stop at zero respondents.
        bounds, costs = np.column_stack([fixed, high]), np.concatenate([cost, cost])
        for whole in (0, 1):
            found = linprog(
                costs,
                A_eq=self.both,
                b_eq=self.zero,
                bounds=bounds,
                method="highs",
                integrality=np.full(2 * size, whole),
            )
            if not found.success:
                break
            change = found.x[:size] - found.x[size:]
            if np.abs(change - np.round(change)).max() < NOTHING * 10:
                return float(found.fun), np.round(change)
        return np.inf, np.zeros(size)
