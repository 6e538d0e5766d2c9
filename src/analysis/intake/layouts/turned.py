"""Respondents as columns and items as rows: recognised, so that the sender can be told; never read."""

from __future__ import annotations

from analysis.codebook import Instrument
from analysis.intake.grid import Grid, blank
from analysis.intake.lexicon import EXACT, Lexicon

_ROWS = 100
_COLUMNS = 6
_PEOPLE = 5


def find(grid: Grid, lexicon: Lexicon, instrument: Instrument) -> tuple[int, list[int]] | None:
    """Return the column that holds the items one beneath the other and their rows (0-based), else None."""
    needed = max(3, len(instrument.items) // 2)
    for column in range(min(_COLUMNS, grid.width)):
        rows: dict[str, int] = {}
        for row in range(min(_ROWS, len(grid.rows))):
            value = grid.at(row, column)
            item = lexicon.meaning(value).items.get(instrument.id) if isinstance(value, str) else None
            if item and item[2] >= EXACT:
                rows.setdefault(item[0], row)
        if len(rows) >= needed and all(_scores(grid, row, column, instrument) for row in rows.values()):
            return column, sorted(rows.values())
    return None


def _scores(grid: Grid, row: int, column: int, instrument: Instrument) -> bool:
    cells = [value for value in grid.rows[row][column + 1 :] if not blank(value)]
    good = sum(
        isinstance(value, int | float) and value == int(value) and instrument.low <= value <= instrument.high
        for value in cells
    )
    return good >= _PEOPLE and good >= 0.8 * len(cells)
