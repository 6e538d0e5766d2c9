"""All answers of a respondent in one cell: "3,4,3,4,…" in official order (layout G)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from analysis.codebook import Instrument
from analysis.intake.grid import Grid, Value, blank
from analysis.intake.lexicon import Lexicon
from analysis.intake.text import normal
from analysis.intake.vocab import words

from . import Reading
from .headings import heads_at

NAME = "packed"
_TOP = 40
_BELOW = 40
_LONGEST = 200
_SPLIT = re.compile(r"\s*[,;|/. \-]\s*|\s+")


def split(value: Value, instrument: Instrument) -> list[str] | None:
    """Return the answers in one cell, None where it does not hold exactly one per item."""
    count = len(instrument.items)
    if isinstance(value, float | int) and not isinstance(value, bool):
        text = f"{value:.0f}" if float(value).is_integer() else ""
    else:
        text = value.strip().strip("[](){}") if isinstance(value, str) and len(value) <= _LONGEST else ""
    parts = [one.strip() for one in re.split(r"[,;|]", text)]
    if len(parts) != count:
        parts = [one for one in _SPLIT.split(text) if one]
    if len(parts) == 1 and len(parts[0]) == count and _one_by_one(parts[0], instrument):
        parts = list(parts[0])
    fits = len(parts) == count and all(len(one) <= 2 for one in parts)
    return parts if fits else None


def _one_by_one(text: str, instrument: Instrument) -> bool:
    return text.isdecimal() or all(one in instrument.answers for one in text.lower())


def find(grid: Grid, lexicon: Lexicon) -> list[Reading]:
    """Return the readings in which one column holds all answers."""
    found = []
    for row in range(min(_TOP, len(grid.rows))):
        if sum(isinstance(value, str) and not blank(value) for value in grid.rows[row]) < 1:
            continue
        for column, value in enumerate(grid.rows[row]):
            if not isinstance(value, str) or len(value) > _LONGEST or blank(value) or not _may_head(value):
                continue
            if any(split(value, one) and _in_scale(value, one) for one in lexicon.book.instruments):
                continue
            for instrument in lexicon.book.instruments:
                share, looked = _share(grid, row, column, instrument)
                if looked >= 1 and share >= 0.6:
                    found.append(_reading(grid, row, column, lexicon, instrument, share, looked))
    return found


def _may_head(value: str) -> bool:
    return normal(value) in words("packed") or any(char.isalpha() for char in value)


def _share(grid: Grid, row: int, column: int, instrument: Instrument) -> tuple[float, int]:
    cells = [grid.at(at, column) for at in range(row + 1, min(row + 1 + _BELOW, len(grid.rows)))]
    full = [one for one in cells if not blank(one)]
    if not any(split(one, instrument) for one in full[:3]):
        return 0.0, 0
    good = sum(split(one, instrument) is not None and _in_scale(one, instrument) for one in full)
    return (good / len(full) if full else 0.0), good


def _in_scale(value: Value, instrument: Instrument) -> bool:
    parts = split(value, instrument) or []
    return sum(
        (one.isdecimal() and instrument.low <= int(one) <= instrument.high) or one.lower() in instrument.answers
        for one in parts
    ) >= 0.8 * len(parts)


def _reading(
    grid: Grid, row: int, column: int, lexicon: Lexicon, instrument: Instrument, share: float, looked: int
) -> Reading:
    head = heads_at(grid, row, lexicon)[0]
    columns: dict[str, int] = {"packed": column}
    matched: dict[str, str] = {"packed": "packed"}
    personal = []
    for at, meaning in sorted(head.meanings.items()):
        if at == column:
            continue
        if meaning.column == "personal":
            personal.append(at)
        elif meaning.column and meaning.column not in columns:
            columns[meaning.column], matched[meaning.column] = at, meaning.how
    used = {*columns.values(), *personal}
    unknown = tuple(at for at in sorted(head.meanings) if at not in used and not head.meanings[at].known)
    items = len(instrument.items)
    reasons: dict[str, str | int] = {
        "items": items,
        "people": len(columns) - 1,
        "fits": f"{share:.0%}",
        "looked": looked,
    }
    score = 3 * items * share + len(columns) + (3 if normal(str(grid.at(row, column))) in words("packed") else 0)
    return Reading(
        NAME,
        score,
        reasons,
        (row, row),
        0,
        max(head.meanings),
        instrument.id,
        columns,
        matched,
        tuple(personal),
        unknown,
    )


def unpack(grid: Grid, reading: Reading, instrument: Instrument) -> tuple[Grid, Reading]:
    """Return the sheet with one made column per item at its right, and the reading that uses them."""
    width = grid.width
    column = reading.columns["packed"]
    names = [item.name for item in instrument.items]
    rows: list[Sequence[Value]] = []
    for at, cells in enumerate(grid.rows):
        parts = split(cells[column], instrument) if at > reading.heading[1] and column < len(cells) else None
        rows.append([*cells, *[""] * (width - len(cells)), *(parts or [""] * len(names))])
    columns = {name: at for name, at in reading.columns.items() if name != "packed"}
    columns |= {name: width + at for at, name in enumerate(names)}
    matched = {name: how for name, how in reading.matched.items() if name != "packed"} | dict.fromkeys(names, "packed")
    return replace(grid, rows=rows), replace(reading, columns=columns, matched=matched, right=width + len(names) - 1)
