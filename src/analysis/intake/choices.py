"""A respondent column spread over one column per answer ("L | P", "SD | SMP | SMA"), a mark in the one that applies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from .grid import Grid, Value, blank
from .notes import Change
from .text import letters, normal

if TYPE_CHECKING:
    from .layouts import Reading
    from .part import Env

RULE = "tick column"
"""The rule in ``changes`` of marks that became the answer which heads their column."""
_LOOK = 60
_NO_MARK = frozenset(("", "0", "-", "\N{EN DASH}", "\N{EM DASH}", "tidak", "no", "☐"))
_MARKS = frozenset(("1", "v", "x", "√", "✓", "✔", "☑", "☒", "●", "•", "ü", "y", "ya", "yes", "*", "+", "o"))


@dataclass(frozen=True)
class Choice:
    """A field, the columns of its answers (0-based, in order), and the row that names the answers."""

    name: str
    columns: tuple[int, ...]
    row: int


def gathered(grid: Grid, reading: Reading, env: Env) -> tuple[Grid, Reading]:
    """Return the sheet with each spread answer in the first of its columns, and the reading that finds it there.

    Two marks for one respondent come back as both answers, which the codebook lists as one or not at all.
    """
    choices = _find(grid, reading, env)
    if not choices:
        return grid, reading
    last = max(reading.heading[1], *(one.row for one in choices))
    rows: list[Sequence[Value]] = list(grid.rows)
    columns, matched = dict(reading.columns), dict(reading.matched)
    spread = {column for one in choices for column in one.columns}
    columns = {name: column for name, column in columns.items() if column not in spread}
    for one in choices:
        columns[one.name], matched[one.name] = one.columns[0], RULE
        names = [str(grid.at(one.row, column)) for column in one.columns]
        for at in range(last + 1, len(rows)):
            marked = [at_ for at_, column in enumerate(one.columns) if _mark(grid.at(at, column))]
            cells = list(rows[at])
            for column in one.columns:
                cells[column] = ""
            cells[one.columns[0]] = " / ".join(names[one] for one in marked)
            rows[at] = cells
        _tell(grid, one, last, env)
    return replace(grid, rows=rows), replace(
        reading, columns=columns, matched=matched, heading=(reading.heading[0], last),
        unknown=tuple(one for one in reading.unknown if one not in spread),
        doubled=tuple(one for one in reading.doubled if one[2] not in spread),
        personal=tuple(one for one in reading.personal if one not in spread),
    )  # fmt: skip


def _tell(grid: Grid, one: Choice, last: int, env: Env) -> None:
    rows = [at for at in range(last + 1, len(grid.rows)) if any(_mark(grid.at(at, column)) for column in one.columns)]
    if rows:
        first, end = letters(one.columns[0]), letters(one.columns[-1])
        env.ledger.changes.append(
            Change(grid.name, f"{first}{rows[0] + 1}:{end}{rows[-1] + 1}", first, one.name, RULE, "", "", len(rows))
        )


def _find(grid: Grid, reading: Reading, env: Env) -> list[Choice]:
    items = set(env.lexicon.items[reading.instrument].values())
    taken = {column for name, column in reading.columns.items() if name in items or name == "packed"}
    for row in (reading.heading[1] + 1, reading.heading[1], reading.heading[1] - 1):
        if row < 0 or row >= len(grid.rows) or (row > reading.heading[1] and not _sub_heading(grid, row, taken)):
            continue
        found = [one for group in _groups(grid, row, taken, env) if (one := _choice(grid, row, group, reading))]
        if found:
            return found
    return []


def _sub_heading(grid: Grid, row: int, items: set[int]) -> bool:
    """Return whether a row under the heading only names answers: nothing stands under the items."""
    return all(blank(grid.at(row, column)) for column in items)


def _groups(grid: Grid, row: int, taken: set[int], env: Env) -> list[tuple[str, list[int]]]:
    """Return runs of neighbouring columns that are headed by different answers of one field."""
    texts = [
        (column, cell) for column, cell in enumerate(grid.rows[row])
        if column not in taken and isinstance(cell, str) and cell.strip() and len(cell) <= 60
    ]  # fmt: skip
    meant = {}
    for field in env.book.fields:
        if field.values and not field.open:
            read = [(column, env.lexicon.field_decoder(field.name)(cell)) for column, cell in texts]
            meant[field.name] = {
                column: value for column, value in read
                if value.rule in ("", "listed answer") and value.value and not value.code
            }  # fmt: skip
    groups: list[tuple[str, list[int]]] = []
    for name, columns in meant.items():
        run: list[int] = []
        for column in sorted(columns):
            again = any(columns[one].value == columns[column].value for one in run)
            if run and (column != run[-1] + 1 or again):
                groups.append((name, run))
                run = []
            run.append(column)
        groups.append((name, run))
    return [(name, run) for name, run in groups if len(run) >= 2]


def _choice(grid: Grid, row: int, group: tuple[str, list[int]], reading: Reading) -> Choice | None:
    """Return the group if only marks stand below it, in most rows exactly one."""
    name, columns = group
    start = max(row, reading.heading[1]) + 1
    elsewhere = reading.columns.get(name, columns[0])
    if elsewhere not in columns and grid.at(reading.heading[1], elsewhere) != "":
        return None
    single = rows = 0
    for at in range(start, min(start + _LOOK, len(grid.rows))):
        cells = [grid.at(at, column) for column in columns]
        if any(not _mark(one) and _plain(one) not in _NO_MARK for one in cells):
            if single >= 2 or rows:
                break  # the totals have begun
            return None
        marks = sum(map(_mark, cells))
        rows += marks > 0
        single += marks == 1
    return Choice(name, tuple(columns), row) if rows and single * 10 >= rows * 7 else None


def _plain(value: Value) -> str:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:g}" if number else str(value).strip().casefold()


def _mark(value: Value) -> bool:
    return value is True or _plain(value) in _MARKS or normal(str(value)) in ("v", "x", "ya")
