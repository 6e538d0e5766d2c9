"""Items as rows, under them respondents or mere counts: recognised, so that the sender can be told; never read."""

from __future__ import annotations

from analysis.codebook import Instrument
from analysis.intake.grid import Grid, blank
from analysis.intake.lexicon import EXACT, Lexicon
from analysis.intake.text import normal

_ROWS = 100
_COLUMNS = 6
_PEOPLE = 5
_ABOVE = 4
_WORDS = 3


def find(grid: Grid, lexicon: Lexicon, instrument: Instrument) -> tuple[int, list[int]] | None:
    """Return the column that holds the items one beneath the other and their rows (0-based), else None."""
    needed = max(3, len(instrument.items) // 2)
    for column in range(min(_COLUMNS, grid.width)):
        rows = _items(grid, column, lexicon, instrument, EXACT)
        if len(rows) >= needed and all(_scores(grid, row, column, instrument) for row in rows.values()):
            return column, sorted(rows.values())
    return None


def counted(grid: Grid, lexicon: Lexicon, instrument: Instrument) -> tuple[int, list[int]] | None:
    """Return the column of items and their rows where beside it each answer has a column that counts it, else None."""
    needed = max(3, len(instrument.items) // 2)
    answers = {
        normal(text) for text in (*instrument.answers, *(key for one in instrument.items for key in one.answers))
    }
    for column in range(min(_COLUMNS, grid.width)):
        rows = _items(grid, column, lexicon, instrument, 1)
        if len(rows) < needed:
            continue
        first = min(rows.values())
        for above in range(max(0, first - _ABOVE), first):
            texts = {normal(value) for value in grid.rows[above][column + 1 :] if isinstance(value, str)}
            if len(texts & answers) >= _WORDS and all(_numbers(grid, row, column) >= _WORDS for row in rows.values()):
                return column, sorted(rows.values())
    return None


def _items(grid: Grid, column: int, lexicon: Lexicon, instrument: Instrument, weight: int) -> dict[str, int]:
    rows: dict[str, int] = {}
    for row in range(min(_ROWS, len(grid.rows))):
        value = grid.at(row, column)
        item = lexicon.meaning(value).items.get(instrument.id) if isinstance(value, str) else None
        if item and item[2] >= weight:
            rows.setdefault(item[0], row)
    return rows


def _numbers(grid: Grid, row: int, column: int) -> int:
    return sum(isinstance(value, int | float) for value in grid.rows[row][column + 1 :])


def _scores(grid: Grid, row: int, column: int, instrument: Instrument) -> bool:
    cells = [value for value in grid.rows[row][column + 1 :] if not blank(value)]
    good = sum(
        isinstance(value, int | float) and value == int(value) and instrument.low <= value <= instrument.high
        for value in cells
    )
    return good >= _PEOPLE and good >= 0.8 * len(cells)
