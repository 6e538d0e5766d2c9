"""A respondent column whose value stands once for several rows: in a merged cell, or above blank ones."""

from __future__ import annotations

from collections.abc import Sequence

from .grid import Grid, Value, blank
from .notes import Change
from .part import Env
from .text import address, letters, span

_HEADS = ("unit", "wave")
"""What a table is grouped by; of a person's own columns a blank cell is a missing answer."""
_MOSTLY = 0.5


def filled_down(
    grid: Grid, column: int, rows: Sequence[int], values: Sequence[Value], env: Env, name: str
) -> list[Value]:
    """Return the ``values`` of a column, one per row, with those that stand for further rows in each of them."""
    merged = _merged(grid, column, rows, values, env, name)
    return _written_once(grid, column, rows, merged, env, name) if name in _HEADS else merged


def _merged(grid: Grid, column: int, rows: Sequence[int], values: Sequence[Value], env: Env, name: str) -> list[Value]:
    """Fill the value of a vertically merged respondent cell into the rows it spans, and say so."""
    values = list(values)
    at_row = {row: at for at, row in enumerate(rows)} if grid.hazards.merged else {}
    for top, left, bottom, right in grid.hazards.merged:
        if left <= column <= right and bottom > top:
            inside = [at_row[row] for row in range(top, bottom + 1) if row in at_row]
            if len(inside) > 1 and not blank(grid.at(top, left)):
                for at in inside:
                    values[at] = grid.at(top, left)
                env.ledger.changes.append(
                    Change(grid.name, f"{address(top, column)}:{address(bottom, column)}", letters(column), name,
                           "merged cell filled", "", "", len(inside))
                )  # fmt: skip
    return values


def _written_once(
    grid: Grid, column: int, rows: Sequence[int], values: list[Value], env: Env, name: str
) -> list[Value]:
    """Let a value hold for the blank rows beneath it where a column is filled at the head of groups only; asked about.

    A column that is blank at its top or blank only here and there is left as it is.
    """
    empty = [at for at, value in enumerate(values) if blank(value)]
    if not empty or empty[0] == 0 or len(empty) <= _MOSTLY * len(values):
        return values
    out = list(values)
    for at in empty:
        out[at] = out[at - 1]
    where = [rows[at] for at in empty]
    env.ledger.doubt("E-FILLDOWN", grid.name, span(where, column), len(where), column=letters(column))
    env.ledger.changes.append(
        Change(grid.name, span(where, column), letters(column), name, "taken from above", "", "", len(where))
    )
    return out
