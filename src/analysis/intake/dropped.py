"""Columns whose contents go no further: said to hold personal data, or not to be known."""

from __future__ import annotations

import re
from collections.abc import Sequence

from .grid import Grid, Value, blank, count_filled
from .layouts import Reading
from .notes import ColumnFound
from .part import Env
from .privacy import looks_named, looks_personal
from .text import letters, normal

_SUBITEM = re.compile(r"^(?:unsur )?([up]) ?(\d{1,2}) ?(?:[a-e]|\d{1,2})$")
_LOOK = 200
_LONG = 1e8
_GAPS = 10


def tell_dropped(grid: Grid, reading: Reading, env: Env, people: Sequence[Sequence[Value]]) -> None:
    """Say which columns hold personal data or are not known; their contents go no further."""
    for column in reading.personal:
        filled = count_filled([cells[column] for cells in people])
        env.ledger.doubt("E-PII", grid.name, letters(column), filled, column=letters(column))
        env.ledger.columns.append(
            ColumnFound(grid.name, "personal", letters(column), "", reading.heading[1] + 1, "personal")
        )
    for column in reading.unknown:
        values = [cells[column] for cells in people if column < len(cells)]
        filled = count_filled(values)
        heading = str(grid.at(reading.heading[1], column))
        personal = looks_personal(values) or looks_named(values)
        code = "E-PII" if personal else "E-SUBITEM" if _is_subitem(heading, env) else "E-COLUMN"
        hint = env.lexicon.near(heading) if code == "E-COLUMN" else ""
        env.ledger.doubt(code, grid.name, letters(column), filled, column=letters(column), hint=hint)
    for column in _unsaid(grid, reading):
        values = [cells[column] for cells in people if column < len(cells)]
        if _personal(values, numbered=column == reading.columns.get("serial")):
            env.ledger.doubt("E-PII", grid.name, letters(column), count_filled(values), column=letters(column))
    for name in ("service", "unit", "overall", "wave"):
        column = reading.columns.get(name, -1)
        if column >= 0 and looks_personal(cells[column] for cells in people):
            env.ledger.doubt("E-PII", grid.name, letters(column), len(people), column=letters(column))


def _is_subitem(heading: str, env: Env) -> bool:
    """Return whether a heading numbers a further question of one element ("U3.2", "u3b")."""
    match = _SUBITEM.match(normal(heading))
    return match is not None and f"{match[1]}{match[2]}" in env.book.items


def _unsaid(grid: Grid, reading: Reading) -> list[int]:
    """Return the columns of a block that nothing is taken from or said of: no heading, a serial number, a sum."""
    heading = grid.rows[reading.heading[1]]
    right = reading.right if any(not blank(one) for one in heading[reading.right + 1 :]) else len(heading) - 1
    said = {column for name, column in reading.columns.items() if name != "serial"}
    said.update(reading.personal, reading.unknown, (column for _, _, column in reading.doubled))
    return [column for column in range(reading.left, min(right, len(heading) - 1) + 1) if column not in said]


def _personal(values: Sequence[Value], *, numbered: bool) -> bool:
    """Return whether a column is personal data; long numbers that only count respondents are none."""
    known = set(values[:_LOOK])
    if not any(isinstance(one, str) or (isinstance(one, float | int) and one >= _LONG) for one in known):
        return False
    return looks_named(values) or (looks_personal(values) and not (numbered and _counts_up(values)))


def _counts_up(values: Sequence[Value]) -> bool:
    """Return whether the numbers of a column lie as close together as its cells, some left out ("2025060001" …)."""
    texts = {f"{one:.0f}" if isinstance(one, int | float) else str(one).strip() for one in values if not blank(one)}
    numbers = [int(one) for one in texts if one.isdecimal()]
    return len(numbers) == len(texts) > 1 and max(numbers) - min(numbers) <= _GAPS * len(numbers)
