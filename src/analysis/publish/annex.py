"""What goes into the annex workbook: every published table as plain sheets, for pages to write.

The layout follows the checklist of the UK Government Analysis Function for accessible spreadsheets: a cover, a list of
tables, a sheet of notes, one table a sheet from its first cell on, no merged cells, no empty rows or columns in it.
A figure is a number rounded as on the page; what is withheld is the word, so no hidden value travels in the file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from .look import Look
    from .markup import Entry, Table

NAME_LENGTH = 31
Value = str | float
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet may take for a formula at the start of a text, full-width forms too."""


@dataclass(frozen=True)
class Sheet:
    """One sheet: its short name, its title, lines of text above the table, the heads and rows of the table.

    ``formats`` holds a number format per column; texts are to be written as texts, whatever they begin with.
    """

    name: str
    title: str
    lines: tuple[str, ...] = ()
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[Value, ...], ...] = ()
    formats: tuple[str, ...] = ()


def sheets(tables: Sequence[Table], look: Look) -> tuple[Sheet, ...]:
    """Return cover, list of tables, notes, then a sheet per table, numbered in the order given."""
    numbered = [(look.say("annex_table", number=at), table) for at, table in enumerate(tables, start=1)]
    notes, notes_name = _notes(tables), look.say("annex_notes")
    listed = tuple((name, risky_free(table.caption)) for name, table in numbered)
    cover = (
        look.title(),
        look.say("annex_policy", policy=look.plan.policy, version=look.plan.version, threshold=look.plan.threshold),
        *((look.say("annex_made_up"),) if look.plan.made_up else ()),
        look.say("annex_how"),
    )
    return (
        Sheet(look.say("annex_cover"), look.say("annex_title"), cover),
        Sheet(look.say("annex_contents"), look.say("annex_contents"), (), _heads(look, "sheet", "title"), listed),
        Sheet(notes_name, notes_name, (), _heads(look, "number", "note"), tuple(enumerate(notes, start=1))),
        *(_sheet(name, table, notes, look) for name, table in numbered),
    )


def risky_free(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: an apostrophe before what could be one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def _heads(look: Look, *names: str) -> tuple[str, ...]:
    return tuple(look.say(f"annex_head_{name}") for name in names)


def _notes(tables: Iterable[Table]) -> tuple[str, ...]:
    """Return every note once, in the order of the tables."""
    return tuple(dict.fromkeys(risky_free(note) for table in tables for note in table.notes))


def _sheet(name: str, table: Table, notes: tuple[str, ...], look: Look) -> Sheet:
    numbers = sorted(notes.index(risky_free(note)) + 1 for note in table.notes)
    lines = (look.say("annex_see", notes=", ".join(map(str, numbers))),) if numbers else ()
    heads = tuple(risky_free(f"{one.text} ({one.unit})" if one.unit else one.text) for one in table.headings)
    rows = tuple(tuple(_value(entry) for entry in row) for row in table.rows)
    return Sheet(
        name[:NAME_LENGTH],
        risky_free(table.caption),
        lines,
        heads,
        rows,
        tuple(map(_format, zip(*table.rows, strict=True))),
    )


def _value(entry: Entry) -> Value:
    return entry.value if entry.value is not None and not entry.withheld else risky_free(entry.text)


def _format(column: Iterable[Entry]) -> str:
    """Return the number format of a column: as many places as its figures have on the page."""
    places = 0
    for entry in column:
        if entry.value is not None:
            tail = f"{entry.value:.4f}".rstrip("0").partition(".")[2]
            places = max(places, len(tail))
    return f"#,##0.{'0' * places}" if places else "#,##0"
