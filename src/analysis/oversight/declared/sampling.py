"""How many to ask, how to spread them, and whom to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.errors import CallError, Fault

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

CHI_SQUARE, SHARE, ERROR = 3.841, 0.5, 0.05
"""Constants of Krejcie and Morgan: chi-square at 95 %, the most careful share, the error allowed."""


def sample_size(population: int) -> int:
    """Return how many of ``population`` users a unit must ask, by Krejcie and Morgan's formula: 500 → 217.

    n = X²·N·P(1 - P) / (d²(N - 1) + X²·P(1 - P)), rounded to the nearest whole number, as their table is. It holds for
    one unit under simple random sampling. CallError for a population below 0 or not whole. Source: R. V. Krejcie and
    D. W. Morgan (1970), Determining sample size for research activities.
    """
    try:
        whole = int(population)
    except (TypeError, ValueError, OverflowError):
        whole = -1
    if whole < 0 or whole != population:
        raise CallError(Fault("population", f"must be a whole number of users, not {population!r}"))
    if whole == 0:
        return 0
    spread = CHI_SQUARE * SHARE * (1 - SHARE)
    return int(spread * whole / (ERROR**2 * (whole - 1) + spread) + 0.5)


def allocate(total: int, populations: Mapping[str, int], *, least: int = 0) -> dict[str, int]:
    """Spread ``total`` interviews over units or districts in proportion to their users, at least ``least`` in each.

    Largest remainders, so that the parts add up to ``total``; nobody gets more than its population. Names are served in
    sorted order where remainders tie. CallError where the populations hold fewer than
    ``total``, or the minimum more.
    """
    sizes = {name: int(populations[name]) for name in sorted(populations)}
    floors = {name: min(least, size) for name, size in sizes.items()}
    if any(size < 0 for size in sizes.values()) or total < sum(floors.values()) or total > sum(sizes.values()):
        raise CallError(
            Fault("total", f"{total} cannot be spread", f"between {sum(floors.values())} and {sum(sizes.values())} fit")
        )
    # Whose share lies below its floor gets the floor; what is left is shared again among the others.
    fixed: dict[str, int] = {}
    while True:
        free = {name: size for name, size in sizes.items() if name not in fixed}
        left = total - sum(fixed.values())
        shares = {name: left * size / sum(free.values()) for name, size in free.items()}
        below = {name: floors[name] for name, share in shares.items() if share < floors[name]}
        if not below:
            break
        fixed |= below
    given = fixed | {name: int(share) for name, share in shares.items()}
    by_remainder = sorted(shares, key=lambda name: (-(shares[name] % 1), name))
    for name in by_remainder[: total - sum(given.values())]:
        given[name] += 1
    return {name: given[name] for name in sizes}


def draw_sample(identifiers: Sequence[str], size: int, *, seed: int) -> list[str]:
    """Draw ``size`` of the list at random without replacement, the same for the same list and ``seed``, in list order.

    The order of the list decides nothing but the order of the answer. CallError for doubles or a size beyond the list.
    """
    names = sorted(identifiers)
    if len(set(names)) != len(names):
        raise CallError(Fault("identifiers", "an entry stands twice in the list"))
    if not 0 <= size <= len(names):
        raise CallError(Fault("size", f"{size} of {len(names)} cannot be drawn"))
    drawn = set(np.random.default_rng(seed).permutation(np.array(names, dtype=object))[:size].tolist())
    return [name for name in identifiers if name in drawn]
