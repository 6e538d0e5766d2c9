"""Items as rows (respondents, counts or one answer beside them): recognised, so the sender can be told; never read."""

from __future__ import annotations

from collections import Counter

from analysis.codebook import Instrument
from analysis.intake.grid import Grid, Place, blank
from analysis.intake.lexicon import Lexicon
from analysis.intake.text import normal

from .numbering import family

_ROWS = 100
_COLUMNS = 6
_BEFORE = 30
_PEOPLE = 3
_MOSTLY = 0.8
_ABOVE = 4
_WORDS = 3


def find(grid: Grid, lexicon: Lexicon, instrument: Instrument) -> tuple[int, list[int]] | None:
    """Return the column that holds the items one beneath the other and their rows (0-based), else None."""
    needed = max(3, len(instrument.items) // 2)
    for column in range(min(_COLUMNS, grid.width)):
        rows = _first(_items(grid, column, lexicon, instrument))
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
        rows = _first(_items(grid, column, lexicon, instrument))
        if len(rows) < needed:
            continue
        first = min(rows.values())
        for above in range(max(0, first - _ABOVE), first):
            texts = {normal(value) for value in grid.rows[above][column + 1 :] if isinstance(value, str)}
            if len(texts & answers) >= _WORDS and all(_numbers(grid, row, column) >= _WORDS for row in rows.values()):
                return column, sorted(rows.values())
    return None


def stacked(grid: Grid, lexicon: Lexicon, instrument: Instrument) -> tuple[int, list[int]] | None:
    """Return the column that names the items and its rows where each row holds one answer of one person, else None."""
    needed = max(3, len(instrument.items) // 2)
    for column in range(min(_BEFORE, grid.width)):
        first = _items(grid, column, lexicon, instrument)
        often = Counter(first.values())
        if len(often) < needed or any(times < 2 for _, times in often.most_common(needed)):
            continue
        # The same few headings come again further down: none is looked up twice.
        named = {grid.at(row, column): item for row, item in first.items()}
        items = {row: named[text] for row in range(len(grid.rows)) if (text := grid.at(row, column)) in named}
        if _answered(grid, column, items, lexicon, instrument):
            return column, sorted(items)
    return None


def alone(grid: Grid, lexicon: Lexicon, instrument: Instrument) -> tuple[int, list[int]] | None:
    """Return the column that names the items and its rows where one answer stands beside each, else None."""
    needed = max(3, len(instrument.items) // 2)
    for column in range(min(_COLUMNS, grid.width)):
        items = _items(grid, column, lexicon, instrument)
        once = len(items) == len(set(items.values())) >= needed
        if once and _answered(grid, column, items, lexicon, instrument):
            return column, sorted(items)
    return None


def _items(grid: Grid, column: int, lexicon: Lexicon, instrument: Instrument) -> dict[int, str]:
    texts = {row: value for row in range(min(_ROWS, len(grid.rows))) if isinstance(value := grid.at(row, column), str)}
    counting = family(texts, lexicon)
    rows: dict[int, str] = {}
    for row, value in texts.items():
        meaning = lexicon.meaning(value)
        if not meaning.known:
            meaning = counting.get(row) or lexicon.meaning(lexicon.near(value))
        if item := meaning.items.get(instrument.id):
            rows[row] = item[0]
    return rows


def _first(items: dict[int, str]) -> dict[str, int]:
    return {item: row for row, item in reversed(items.items())}


def _answered(grid: Grid, column: int, items: dict[int, str], lexicon: Lexicon, instrument: Instrument) -> bool:
    """Return whether some one column to the right holds an answer to nearly every item named in ``column``."""
    decoders = {item: lexicon.decoder(instrument.id, item, text=True) for item in set(items.values())}
    return any(
        sum(decoders[item](grid.at(row, beside)).value is not None for row, item in items.items())
        >= _MOSTLY * len(items)
        for beside in range(column + 1, grid.width)
    )


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
