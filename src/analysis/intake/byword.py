"""Answers of a scale that a statistics program's file labels from best to worst."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .grid import Grid, Value
from .layouts import Reading
from .part import Env
from .text import letters, normal


def by_word(grid: Grid, reading: Reading, env: Env) -> Grid:
    """Return the sheet with each code of a scale that runs backward as its word, where the codebook lists the words.

    The words are the file's own; a scale of which the codebook does not list every word keeps its numbers. Both are
    asked about; nothing is done or asked where the codebook says that the item is reversed.
    """
    items = set(env.lexicon.items[reading.instrument].values())
    turned = {
        column: name for name, column in reading.columns.items()
        if name in items and column in grid.hazards.backward and not env.decoder(reading.instrument, name).reverse
    }  # fmt: skip
    if not turned:
        return grid
    rows = [list(row) for row in grid.rows]
    for column, name in turned.items():
        scale = grid.hazards.backward[column]
        listed = env.decoder(reading.instrument, name).labels
        known = all(normal(word) in listed for word in scale.values())
        for row in rows[reading.heading[1] + 1 :] if known else ():
            row[column] = _word(row[column], scale)
        env.ledger.doubt("E-BACKWARD" if known else "E-BACKNUMBERS", grid.name, f"{letters(column)}:{letters(column)}")
    return replace(grid, rows=rows)


def _word(value: Value, scale: Mapping[float, str]) -> Value:
    return scale.get(value, value) if isinstance(value, float) else value
