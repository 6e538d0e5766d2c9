"""Which way the numbers of a file run where it tells so: by the labels of a statistics program, or as handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from .decode import ItemDecoder
from .grid import Grid, Value
from .layouts import Reading
from .part import Env
from .poles import backward
from .text import letters, normal

_OWN = frozenset(("respondent", "instrument", "rule", "flags", "file", "sheet", "row"))


def by_word(grid: Grid, reading: Reading, env: Env) -> Grid:
    """Return the sheet with the codes of a scale as its words, where these are listed and the numbers run against them.

    So is a scale that the file labels from best to worst, and one whose numbers were turned round before it was
    written. A scale that runs from best to worst in words that the codebook does not list keeps its numbers. Both are
    asked about, unless the codebook says that the item is reversed.
    """
    items = set(env.lexicon.items[reading.instrument].values())
    rows = [list(row) for row in grid.rows] if grid.hazards.scales else grid.rows
    for name, column in reading.columns.items():
        scale = grid.hazards.scales.get(column, {}) if name in items else {}
        decode = env.decoder(reading.instrument, name) if scale else None
        if decode is None:
            continue
        turned = _against(scale, decode)
        for row in rows[reading.heading[1] + 1 :] if turned else ():
            row[column] = _word(row[column], scale)  # type: ignore[index]
        if backward(scale) and not decode.reverse and turned is not False:
            code = "E-BACKWARD" if turned else "E-BACKNUMBERS"
            env.ledger.doubt(code, grid.name, f"{letters(column)}:{letters(column)}")
    return replace(grid, rows=rows) if grid.hazards.scales else grid


def handed_out(grid: Grid, reading: Reading) -> bool:
    """Return whether a table is one that the kit itself wrote of cleaned respondents: its numbers are scores.

    Those of a question whose scale runs the other way were turned round when they were first read.
    """
    return _OWN.issubset(map(str, grid.rows[reading.heading[1]]))


def _against(scale: Mapping[float, str], decode: ItemDecoder) -> bool | None:
    """Return whether every word of a scale is listed with the score at the other end; None: a word is not listed."""
    listed = {code: decode.labels.get(normal(word)) for code, word in scale.items()}
    if None in listed.values():
        return None
    numbers = {code: decode(code).value for code in scale}
    ends = decode.low + decode.high
    return listed != numbers and all(score == ends - (numbers[code] or 0) for code, score in listed.items() if score)


def _word(value: Value, scale: Mapping[float, str]) -> Value:
    return scale.get(value, value) if isinstance(value, float) else value
