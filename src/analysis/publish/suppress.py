"""Which groups are withheld so that nobody can work out a small one from what is shown.

Groups are linked wherever one is the sum of others: a sector is the sum of its districts, a wave of its sectors. An
attacker knows every shown count, every such sum and that no count is negative. A withheld group is safe when, for all
he knows, it could have at least ``threshold`` respondents, and its count could differ by at least ``spread``.

The way: each small group is given a witness, another set of counts that agrees with everything shown and makes the
group large enough. The witness of least loss is a linear programme (Kelly, Golden and Assad 1992); what it changes is
withheld. Then each linked group is shown again if every witness that used it can be replaced. At the end every witness
is gone over once more: it is the proof that its group is safe. Witnesses are whole people wherever these can be found
soon, so that an attacker who knows that counts are whole learns no more. Groups without respondents are public.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import coo_array, csr_array, hstack
from scipy.sparse.csgraph import connected_components

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from numpy.typing import NDArray

    from analysis.shapes import Cell

SMALL, LINKED, DOMINATED, ALIKE = "small", "linked", "dominated", "alike"
WHOLE = "*"
"""The level of all that a comparison rests on: who named a level and is not apart from the whole."""
REST = "*-"
"""The level of a unit's respondents who named none, where it is counted how many did."""
ASIDE = 1.0
"""What a number that is told once, in passing, costs to withhold."""
WIDER = 3.0
"""How much dearer a group is to withhold than one that is cut once more: totals are the last to go."""
NOTHING = 1e-7
SLIGHT = 1e-5
MOST_WHOLE = 150
"""Groups in a family up to which whole people are looked for; in larger ones that can take minutes."""
MOST_NODES = 20
"""How far the search for whole people goes before parts of people are taken."""


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


def link(counts: Mapping[Cell, int], sums: Collection[tuple[Cell, Collection[Cell]]] = ()) -> Linked:
    """Return all groups that have respondents, with every sum that holds between two planned ways of cutting.

    A respondent whose level is missing is in the whole and in none of its parts, unless ``counts`` has groups with an
    empty level: how many there are is taken as known. ``sums`` are pairs of a group and those that it is the sum of,
    beside these; groups with a level ``"*"`` or ``"*-"`` are tied by them alone.
    """
    cells = tuple(sorted((cell for cell, n in counts.items() if n > 0), key=lambda cell: (len(cell), sorted(cell))))
    place = {cell: number for number, cell in enumerate(cells)}
    by_cut: dict[frozenset[str], list[Cell]] = {}
    for cell in cells:
        if all(level not in {WHOLE, REST} for _, level in cell):
            by_cut.setdefault(frozenset(column for column, _ in cell), []).append(cell)
    rows: list[dict[int, float]] = []
    for whole, part in _steps(list(by_cut)):
        totals: dict[Cell, dict[int, float]] = {cell: {place[cell]: -1.0} for cell in by_cut[whole]}
        for cell in by_cut[part]:
            above = frozenset(pair for pair in cell if pair[0] in whole)
            if above in totals:
                totals[above][place[cell]] = 1.0
        rows += [terms for terms in totals.values() if len(terms) > 1]
    for whole_cell, of in sums:
        if whole_cell in place:
            rows.append({place[whole_cell]: -1.0} | {place[one]: 1.0 for one in of if one in place})
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


def _loss(family: Linked) -> NDArray[np.float64]:
    """Return how much is lost with each group: its respondents, the more the fewer ways it is cut.

    The base of a comparison and, beside waves, everybody are told once in passing and cost next to nothing.
    """
    cut = np.array([len(cell) for cell in family.cells])
    aside = np.array([any(level == WHOLE for _, level in cell) for cell in family.cells])
    loss: NDArray[np.float64] = family.counts * WIDER ** (cut.max(initial=0) - cut)
    waved = any(column == "wave" for cell in family.cells for column, _ in cell)
    return np.where(aside | (waved & (cut == 0)), ASIDE, loss)


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


def protect(
    counts: Mapping[Cell, int],
    *,
    threshold: int,
    spread: int,
    also: Mapping[Cell, str] | None = None,
    unprinted: Collection[Cell] = (),
    sums: Collection[tuple[Cell, Collection[Cell]]] = (),
) -> dict[Cell, str]:
    """Return the groups to withhold, each with why; deterministic, whatever the order of counts.

    ``"small"`` are those under the threshold, ``"linked"`` those that would give another away; ``also`` holds groups
    that are withheld for a reason of their own, whatever their count. ``unprinted`` are groups that sums hold and no
    page tells, such as those who gave no level: unknown to a reader, and of no concern by themselves. ``sums`` as for
    ``link``.
    """
    own, never = also or {}, frozenset(unprinted)
    withheld: dict[Cell, str] = {}
    for family in families(link(counts, sums)):
        silent = np.array([cell in never for cell in family.cells])
        small = (family.counts < threshold) & ~silent
        first = (small | np.array([cell in own for cell in family.cells])) & ~silent
        if first.any():
            search = _Search(family, first, silent=silent, threshold=threshold, spread=spread)
            for at in np.flatnonzero(search.run()):
                cell = family.cells[at]
                withheld[cell] = SMALL if small[at] else own.get(cell, LINKED)
    return withheld


def protect_figures(
    counts: Mapping[Cell, int],
    room: Mapping[Cell, tuple[float, float]],
    *,
    first: Collection[Cell],
    withheld: Collection[Cell],
    need: float,
    unprinted: Collection[Cell] = (),
    sums: Collection[tuple[Cell, Collection[Cell]]] = (),
) -> set[Cell]:
    """Return of which groups a figure is kept back beside ``withheld``: ``first``, and what would give theirs away.

    A figure times its base adds up as counts do. ``room`` says by how much that product of a group could be less or
    more (in people who gave the low end instead of the high); of each of ``first`` it stays open by ``need`` at least.
    """
    kept: set[Cell] = set()
    for family in families(link(counts, sums)):
        own = np.array([cell in first for cell in family.cells])
        if own.any():
            less, more = np.array([room[cell] for cell in family.cells]).T
            silent = np.array([cell in unprinted for cell in family.cells])
            given = np.array([cell in withheld for cell in family.cells])
            search = _Search(
                family, own, silent=silent, threshold=0, spread=need, figures=_Room(less=less, more=more, given=given)
            )
            kept |= {family.cells[at] for at in np.flatnonzero(search.run() & ~given)}
    return kept


class _Room(NamedTuple):
    """How far a figure times its base can go down and up in each group, and in which it is withheld anyway."""

    less: NDArray[np.float64]
    more: NDArray[np.float64]
    given: NDArray[np.bool_]


class _Search:
    """The search in one family: ``hidden`` grows until each withheld group has a witness, then shrinks as it can.

    ``first`` are the groups that are withheld for themselves, ``silent`` those that no page tells. With ``figures`` it
    is figures that are kept back, not counts, and only those of ``first`` need a witness.
    """

    def __init__(
        self, family: Linked, first: NDArray[np.bool_], *, silent: NDArray[np.bool_], threshold: int, spread: float,
        figures: _Room | None = None,
    ) -> None:  # fmt: skip
        counts = family.counts
        self.family, self.first, self.silent, self.figures = family, first, silent, figures
        self.small = (counts < threshold) & ~silent
        self.given = figures.given if figures else np.zeros_like(first)
        self.hidden = first | silent | self.given
        self.need = np.where(self.small, np.maximum(threshold - counts, spread), spread)
        self.less, self.more = counts, np.full(len(counts), np.inf)
        if figures:  # what can lie no further away needs to lie no further away
            self.less, self.more = figures.less, figures.more
            self.need = np.minimum(self.need, np.maximum(self.less, self.more))
        self.loss = _loss(family)
        self.both = hstack([family.relations, -family.relations], format="csr")
        self.zero = np.zeros(self.both.shape[0])
        self.witness: dict[int, NDArray[np.float64]] = {}

    def run(self, *, tidy: bool = True) -> NDArray[np.bool_]:
        """Return which groups that a page would tell are withheld; without ``tidy`` none is shown again."""
        waiting = [int(place) for place in np.flatnonzero(self.first)]
        while waiting:
            at = waiting.pop(0)
            if at not in self.witness:
                used = self._keep(at, self._cheapest(at, closed=np.zeros_like(self.hidden)))
                waiting += [int(place) for place in np.flatnonzero(used & ~self.hidden)] if not self.figures else []
                self.hidden |= used
        if tidy:
            for place in sorted(
                np.flatnonzero(self.hidden & ~self.first & ~self.silent & ~self.given),
                key=lambda one: -self.loss[one],
            ):
                self._show_again(int(place))
        asked = self.first if self.figures else self.hidden
        if not all(self._proved(int(place)) for place in np.flatnonzero(asked & ~self.silent)):
            self.hidden[:] = True  # nothing can be proved: the most careful answer is to show nothing of the family
        return self.hidden & ~self.silent

    def _keep(self, at: int, change: NDArray[np.float64]) -> NDArray[np.bool_]:
        """Keep a witness for ``at``, and for each other group that it changes by enough; return what it changes."""
        self.witness[at] = change
        moved = np.where(self.small, change, np.abs(change))
        for place in np.flatnonzero((moved >= self.need - NOTHING) & ~self.silent):
            self.witness.setdefault(int(place), change)
        used: NDArray[np.bool_] = np.abs(change) > NOTHING
        return used

    def _proved(self, at: int) -> bool:
        """Tell whether the witness of ``at`` agrees with all that is shown and moves its count by enough."""
        change = self.witness.get(at)
        if change is None:
            return False
        moved = change[at] if self.small[at] else abs(change[at])
        within = not (np.abs(change) > NOTHING)[~self.hidden].any() and bool(
            (change >= -self.less - SLIGHT).all() and (change <= self.more + SLIGHT).all()
        )
        kept = np.abs(self.family.relations @ change).max(initial=0) < SLIGHT
        return bool(within and moved >= self.need[at] - SLIGHT and kept)

    def _show_again(self, at: int) -> None:
        """Show the linked group ``at`` again if every witness that changes it can be replaced by one that does not."""
        self.hidden[at] = False
        replaced: dict[int, NDArray[np.float64]] = {}
        for other, used in self.witness.items():
            if other != at and abs(used[at]) > NOTHING:
                change = self._cheapest(other, closed=~self.hidden)
                if not change.any():
                    self.hidden[at] = True
                    return
                replaced[other] = change
        self.witness |= replaced
        self.witness.pop(at, None)

    def _cheapest(self, at: int, closed: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Return the cheapest change that is a witness of ``at``: more people, or where it is not small also fewer."""
        up, down = self.more[at] >= self.need[at], self.less[at] >= self.need[at] and not self.small[at]
        ways = [way for way, open_ in ((1, up), (-1, down)) if open_]
        found = [self._change(at, way, closed) for way in ways] or [(np.inf, np.zeros_like(self.less))]
        return min(found, key=lambda one: one[0])[1]

    def _change(self, at: int, way: int, closed: NDArray[np.bool_]) -> tuple[float, NDArray[np.float64]]:
        """Return the loss of the cheapest change of ``at`` one way, and that change; all zero where there is none."""
        size = len(self.family.counts)
        cost = np.where(self.hidden, 1e-3, 1.0 + self.loss)
        more, less = np.where(closed, 0.0, self.more), np.where(closed, 0.0, self.less)
        fixed = np.zeros(2 * size)
        high = np.concatenate([more, less])
        up, down = (at, size + at) if way > 0 else (size + at, at)
        fixed[up] = high[up] = self.need[at]
        high[down] = 0.0
        # HiGHS wants bounds as pairs; the second half are the decreases: counts stop at zero respondents.
        found = linprog(
            np.concatenate([cost, cost]),
            A_eq=self.both,
            b_eq=self.zero,
            bounds=np.column_stack([fixed, high]),
            method="highs",
        )
        if not found.success:
            return np.inf, np.zeros(size)
        change = found.x[:size] - found.x[size:]
        if self.figures:
            return float(found.fun), change
        if np.abs(change - np.round(change)).max() < NOTHING * 10:
            return float(found.fun), np.round(change)
        if size > MOST_WHOLE:
            return float(found.fun), change
        # Parts of people: where the family is small enough try whole ones, for a while that depends on no clock. Else
        # parts will do: they hold against all sums, and only a search as hard as this one could tell.
        whole = milp(
            np.concatenate([cost, cost]),
            constraints=LinearConstraint(self.both, self.zero, self.zero),
            bounds=Bounds(fixed, high),
            integrality=np.ones(2 * size),
            options={"node_limit": MOST_NODES, "mip_rel_gap": 0.2},
        )
        if whole.x is None:
            return float(found.fun), change
        return float(whole.fun), np.round(whole.x[:size] - whole.x[size:])
