"""Items as rows, under them respondents or mere counts: recognised, so that the sender can be told; never read."""

from __future__ import annotations

from analysis.codebook import Instrument
from analysis.intake.grid import Grid, Place, blank
from analysis.intake.lexicon import Lexicon
from analysis.intake.text import normal

from .numbering import family

_ROWS = 100
_COLUMNS = 6
_PEOPLE = 3
_MOSTLY = 0.8
_ABOVE = 4
_WORDS = 3


def find(grid: Grid, lexicon: Lexicon, instrument: Instrument) -> tuple[int, list[int]] | None:
    """Return the column that holds the items one beneath the other and their rows (0-based), else None."""
    needed = max(3, len(instrument.items) // 2)
    for column in range(min(_COLUMNS, grid.width)):
        rows = _items(grid, column, lexicon, instrument, 1)
        scored = (_scores(grid, (row, column), lexicon, instrument, item) for item, row in rows.items())
        if len(rows) >= needed and all(scored):
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
    texts = {row: value for row in range(min(_ROWS, len(grid.rows))) if isinstance(value := grid.at(row, column), str)}
    counting = family(texts, lexicon)
    rows: dict[str, int] = {}
    for row, value in texts.items():
        meaning = lexicon.meaning(value)
        if not meaning.known:
            meaning = counting.get(row) or lexicon.meaning(lexicon.near(value))
        item = meaning.items.get(instrument.id)
        if item and item[2] >= weight:
            rows.setdefault(item[0], row)
    return rows


def _numbers(grid: Grid, row: int, column: int) -> int:
    return sum(isinstance(value, int | float) for value in grid.rows[row][column + 1 :])


def _scores(grid: Grid, place: Place, lexicon: Lexicon, instrument: Instrument, item: str) -> bool:
    """Return whether nearly all filled cells beside the heading of an item are answers to it."""
    row, column = place
    decoder = lexicon.decoder(instrument.id, item, text=True)
    answers = [decoder(value) for value in grid.rows[row][column + 1 :] if not blank(value)]
    answers = [one for one in answers if one.rule != "missing code"]
    good = sum(one.value is not None for one in answers)
    return good >= _PEOPLE and good >= _MOSTLY * len(answers)
