"""A column per answer and a mark in one of them: under each item 1, 2, 3, 4 and a tick in the one that was chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from analysis.codebook import Instrument
from analysis.intake.grid import Grid, Value, texts
from analysis.intake.lexicon import Lexicon
from analysis.intake.text import normal

from . import Reading
from .headings import Head, heads_at, item_columns
from .table import NAME

TICKED = "ticks"
"""How an item of this layout was matched; the columns of its reading are the first of each item's answers."""
_TOP = 40
_LEAST = 3
_NO_MARK = ("", "0", "-")


def find(grid: Grid, lexicon: Lexicon) -> list[Reading]:
    """Return the reading of a sheet whose items each span one column per answer; at most one."""
    for row in range(min(_TOP, len(grid.rows) - 2)):
        if len(texts(grid.rows[row])) < _LEAST:
            continue
        # Nearly every row ends here, for few have the answers named below; its headings are not looked up.
        below = list(map(_plain, grid.rows[row + 1]))
        named = {one.id: _answers_in(below, one) for one in lexicon.book.instruments}
        if not any(named.values()):
            continue
        head = heads_at(grid, row, lexicon)[0]
        for instrument in lexicon.book.instruments:
            items = item_columns(head, instrument.id)
            enough = len({item for _, item, _, _ in items}) >= min(_LEAST, len(instrument.items))
            if enough and named[instrument.id].issuperset(column for column, _, _, _ in items):
                return [_reading(grid, head, row, instrument, {item: column for column, item, _, _ in items})]
    return []


@lru_cache(maxsize=4096, typed=True)
def _plain(value: Value) -> str:
    return f"{value:g}" if isinstance(value, int | float) else normal(str(value))


def _answers_in(plain: Sequence[str], instrument: Instrument) -> set[int]:
    """Return the columns from which on cells name all answers of an item in order, as numbers or letters."""
    numbers = [str(score) for score in range(instrument.low, instrument.high + 1)]
    ways = numbers, [chr(97 + at) for at in range(len(numbers))]
    return {
        at for way in ways for at, one in enumerate(plain) if one == way[0] and plain[at : at + len(way)] == way
    }  # fmt: skip


def _reading(grid: Grid, head: Head, row: int, instrument: Instrument, items: dict[str, int]) -> Reading:
    columns = dict(items)
    matched = dict.fromkeys(items, TICKED)
    personal = []
    for column, meaning in sorted(head.meanings.items()):
        if meaning.column == "personal":
            personal.append(column)
        elif meaning.column and meaning.column not in columns and column not in items.values():
            columns[meaning.column], matched[meaning.column] = column, meaning.how
    width = instrument.high - instrument.low + 1
    taken = {one + at for one in items.values() for at in range(width)} | {*columns.values(), *personal}
    unknown = tuple(one for one in sorted(head.meanings) if one not in taken and not head.meanings[one].known)
    reasons: dict[str, str | int] = {
        "items": len(items), "of": len(instrument.items), "people": len(columns) - len(items), "fits": "100%",
        "looked": width * len(items),
    }  # fmt: skip
    score = 4.0 * len(items) + len(columns)
    right = max(grid.width - 1, max(items.values()) + width - 1)
    return Reading(
        NAME, score, reasons, (row, row + 1), 0, right, instrument.id, columns, matched, tuple(personal), unknown
    )  # fmt: skip


def is_ticked(reading: Reading) -> bool:
    """Return whether a reading is of this layout."""
    return TICKED in reading.matched.values()


def unpack(grid: Grid, reading: Reading, instrument: Instrument) -> tuple[Grid, Reading]:
    """Return the sheet with one made column per item at its right, and the reading that uses them."""
    width, count = grid.width, instrument.high - instrument.low + 1
    items = {name: column for name, column in reading.columns.items() if reading.matched[name] == TICKED}
    rows: list[Sequence[Value]] = []
    for at, cells in enumerate(grid.rows):
        padded = [*cells, *[""] * (width - len(cells))]
        below = at > reading.heading[1]
        rows.append(
            [*padded, *(_ticked(padded[one : one + count], instrument) if below else "" for one in items.values())]
        )
    columns = reading.columns | {name: width + at for at, name in enumerate(items)}
    return replace(grid, rows=rows), replace(reading, columns=columns, right=width + len(items) - 1)


def _ticked(cells: Sequence[Value], instrument: Instrument) -> Value:
    """Return the answer whose cell is marked; two marks come back as a text that no answer is."""
    marked = [at for at, value in enumerate(cells) if str(value).strip() not in _NO_MARK]
    if not marked:
        return ""
    return instrument.low + marked[0] if len(marked) == 1 else "? ?"
