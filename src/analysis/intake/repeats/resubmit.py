"""Tables of respondents that came twice: how they relate, and the cells in which two readings differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.intake.notes import Change
from analysis.intake.process.codec import Block
from analysis.intake.text import column_number

from .overlap import Copy, Scope, copies
from .pairing import Pair, codes_of
from .versions import Version, version_of

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.intake.fileread import FileRead
    from analysis.intake.notes import Ledger

RULE = "another copy counts"
"""The rule in ``changes`` of a cell whose row is not counted because another copy of it is."""
_SHOWN = 12
_BY_CELL = 300


@dataclass(frozen=True)
class Table:
    """A block of respondents: the file, its place among the blocks of that file, whom it is about, its version."""

    file: FileRead
    at: int
    block: Block
    scope: Scope
    version: Version
    sheet: Version

    @property
    def place(self) -> tuple[bool, tuple[int, int], int]:
        """By what it is sorted so that the first reading counts: what calls itself old comes last."""
        return min(self.rank) < 0, self.rank, -len(self.block)

    @property
    def rank(self) -> tuple[int, int]:
        """How late its names say it is."""
        return self.version.rank, self.sheet.rank


@dataclass
class Settled:
    """What is known of all tables: replaced tables with the one that counts, and rows not counted by table."""

    tables: list[Table]
    related: dict[tuple[int, int], Copy | None]
    replaced: dict[int, int] = field(default_factory=dict)
    gone: dict[int, Any] = field(default_factory=dict)


def tables_of(files: Sequence[FileRead]) -> list[Table]:
    """Return the tables of all files that are no copies byte by byte."""
    return [
        Table(one, at, block, _scope(block), version_of(one.name), version_of(block.sheet))
        for one in files if not one.copy_of for at, block in enumerate(one.result.blocks)
    ]  # fmt: skip


def _scope(block: Block) -> Scope:
    names = ("unit", "wave", "instrument")
    if all(block.columns[name][1] is None for name in names):
        return frozenset([tuple(str(block.columns[name][0][0]) for name in names)])
    return frozenset(zip(*(map(str, block.series(name)) for name in names), strict=True))


def relate(tables: Sequence[Table], order: Sequence[int]) -> dict[tuple[int, int], Copy | None]:
    """Return (later, earlier) → copy for tables with common rows, and None where only their names speak of versions."""
    found: dict[tuple[int, int], Copy | None] = {
        (one.block, one.of): one for one in copies([one.block for one in tables], [one.scope for one in tables], order)
    }
    stems: dict[tuple[str, str], list[int]] = {}
    for at in order:
        stems.setdefault((tables[at].version.stem, tables[at].sheet.stem), []).append(at)
    for same in stems.values():
        for position, later in enumerate(same):
            for earlier in same[:position]:
                if (
                    (later, earlier) not in found
                    and tables[later].rank != tables[earlier].rank
                    and tables[later].scope & tables[earlier].scope
                ):
                    found[later, earlier] = None
    return found


def counts(one: Table, other: Table, copy: Copy) -> dict[str, int]:
    """Return how many rows are equal, changed, only in the one table, only in the other."""
    told = len(copy.equal) + len(copy.changed)
    return {"equal": len(copy.equal), "changed": len(copy.changed), "only": len(one.block) - told,
            "missing": len(other.block) - told}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """A cell that says something else in the copy that counts; texts only where the codebook lists such answers."""

    column: str
    row: int
    variable: str
    old: str
    new: str

    @property
    def address(self) -> str:
        """Its A1 address; the row where the column is not known."""
        return f"{self.column}{self.row}" if self.column else f"{self.row}:{self.row}"


def differing(one: Table, other: Table, pairs: Sequence[Pair], book: Codebook) -> list[Cell]:
    """Return the cells of ``one`` whose answers differ from those of ``other``, by row."""
    names, here, there = codes_of(one.block, other.block)
    letters = {found["variable"]: found["column"] for found in reversed(one.file.result.columns)
               if found["sheet"] == one.block.sheet}  # fmt: skip
    open_ = {field.name for field in book.fields if field.open} | {"comment", "date", "overall"}
    listed = {name for name in names if name in book.items or name not in open_}
    mine, theirs = ({name: block.series(name) for name in names} for block in (one.block, other.block))
    found = []
    for pair in sorted(pairs):
        for at in np.flatnonzero(here[pair.here] != there[pair.there]).tolist():
            name = names[at]
            old = _text(mine[name][pair.here]) if name in listed else ""
            new = _text(theirs[name][pair.there]) if name in listed else ""
            found.append(Cell(letters.get(name, ""), int(one.block.rows[pair.here]), name, old, new))
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)


def shown(cells: Sequence[Cell]) -> str:
    """Return the addresses of the first cells, neighbours in a row as one range; "-" where there are none."""
    ranges: list[list[Cell]] = []
    for one in cells:
        last = ranges[-1][-1] if ranges else None
        if last and last.column and last.row == one.row and column_number(one.column) == column_number(last.column) + 1:
            ranges[-1].append(one)
        else:
            ranges.append([one])
    told = [run[0].address if len(run) == 1 else f"{run[0].address}:{run[-1].address}" for run in ranges[:_SHOWN]]
    return ", ".join(told or ["-"]) + (", \N{HORIZONTAL ELLIPSIS}" if len(ranges) > _SHOWN else "")


def write_changes(one: Table, cells: Sequence[Cell], ledger: Ledger) -> None:
    """Write one change per cell; where they are too many to read, one per column."""
    if len(cells) <= _BY_CELL:
        ledger.changes += [
            Change(one.block.sheet, at.address, at.column, at.variable, RULE, at.old, at.new) for at in cells
        ]
        return
    for column, variable, rows in _by_column(cells):
        where = f"{column}{min(rows)}:{column}{max(rows)}"
        ledger.changes.append(Change(one.block.sheet, where, column, variable, RULE, "", "", len(rows)))


def _by_column(cells: Sequence[Cell]) -> Iterator[tuple[str, str, list[int]]]:
    groups: dict[tuple[str, str], list[int]] = {}
    for one in cells:
        groups.setdefault((one.column, one.variable), []).append(one.row)
    for (column, variable), rows in groups.items():
        yield column, variable, rows
