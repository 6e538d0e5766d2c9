"""What a sheet says its bare headings stand for ("U8 = Sarana dan prasarana"): the sender's word overrules order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from analysis.intake.grid import Grid, blank
from analysis.intake.lexicon import Lexicon

from . import Reading

_KEY = re.compile(r"^\s*[uU]\s?(\d{1,2})\s*(?:[:=.\-)]\s*|\s+|$)(.*)$", re.DOTALL)
_FIRST = ("u", "U")
_BARE = ("name", "position")
_TAIL = 60
STATED = "legend"
"""How an item was matched whose meaning a legend on the sheet tells."""


def follow(grid: Grid, reading: Reading, lexicon: Lexicon) -> Reading:
    """Return the reading with its bare items renamed as a legend on the sheet says, if it says anything else."""
    known = set(lexicon.items[reading.instrument].values())
    bare = {
        name: column for name, column in reading.columns.items() if name in known and reading.matched[name] in _BARE
    }
    told = dict(_told(grid, reading, lexicon))
    renamed = {name: told.get(name, name) for name in bare}
    if (
        not told
        or len(set(renamed.values())) < len(renamed)
        or set(renamed.values()) & (set(reading.columns) - set(bare))
    ):
        return reading
    columns = {renamed.get(name, name): column for name, column in reading.columns.items()}
    matched = {renamed.get(name, name): STATED if name in told else how for name, how in reading.matched.items()}
    return replace(reading, columns=columns, matched=matched)


def _told(grid: Grid, reading: Reading, lexicon: Lexicon) -> Iterator[tuple[str, str]]:
    """Yield number and item of each line of a legend above the heading or near the end of the sheet."""
    rows = [*range(reading.heading[0]), *range(max(reading.heading[1] + 1, len(grid.rows) - _TAIL), len(grid.rows))]
    for row in rows:
        for column, value in enumerate(grid.rows[row]):
            # nearly every cell ends at its first letter
            if not (isinstance(value, str) and value.lstrip()[:1] in _FIRST and len(value) < 150):
                continue
            if (match := _KEY.match(value)) is None:
                continue
            text = match[2].strip() or str(grid.at(row, column + 1))
            item = lexicon.meaning(text).items.get(reading.instrument) if not blank(text) else None
            if item is not None:
                yield f"u{int(match[1])}", item[0]
