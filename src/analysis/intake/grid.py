"""A sheet as addressed cells, and what a workbook tells beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

Value = str | float | int | bool | datetime | date | time | timedelta
"""What a cell may hold; an empty cell is ``""``."""
Place = tuple[int, int]
"""Row and column, both counted from 0."""
Area = tuple[int, int, int, int]
"""First row, first column, last row, last column, counted from 0."""


@dataclass(frozen=True)
class Hazards:
    """What a reader of values alone does not see: error cells, formulas never computed, what is hidden, merges."""

    errors: dict[Place, str] = field(default_factory=dict)
    uncached: frozenset[Place] = frozenset()
    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    merged: tuple[Area, ...] = ()
    filtered: bool = False
    percent: frozenset[Place] = frozenset()
    """Numbers that are shown as percent: 0.75 as 75 %."""
    since_1904: bool = False
    """Whether a day's number counts from 1904, as in workbooks of old Macintosh programs."""
    scales: Mapping[int, Mapping[float, str]] = field(default_factory=dict)
    """Column → code → word, of the scales that a file of a statistics program labels."""


@dataclass(frozen=True)
class Grid:
    """One sheet: ``rows[r][c]`` is the cell in row r + 1, column c + 1; trailing blank rows are left out."""

    name: str
    index: int
    rows: Sequence[Sequence[Value]]
    visible: bool = True
    hazards: Hazards = Hazards()

    @property
    def width(self) -> int:
        """Number of columns."""
        return max((len(row) for row in self.rows), default=0)

    def at(self, row: int, column: int) -> Value:
        """Return the cell, empty outside the sheet."""
        if 0 <= row < len(self.rows) and 0 <= column < len(self.rows[row]):
            return self.rows[row][column]
        return ""


@dataclass(frozen=True)
class Workbook:
    """A file that could be opened: its format, its sheets, and doubts about the container (code, values)."""

    format: str
    grids: tuple[Grid, ...]
    doubts: tuple[tuple[str, dict[str, str]], ...] = ()


class RefusedError(Exception):
    """A file that is not opened: the code of the reason and values for its message."""

    def __init__(self, code: str, **values: str) -> None:
        super().__init__(code)
        self.code = code
        self.values = values


def blank(value: Value) -> bool:
    """Return whether a cell counts as empty: nothing, or only spaces."""
    return isinstance(value, str) and not value.strip()


def texts(values: Sequence[Value]) -> list[str]:
    """Return the texts among cells, those of nothing but spaces left out."""
    return [value for value in values if isinstance(value, str) and value.strip()]


def count_filled(values: Sequence[Value]) -> int:
    """Return how many cells are not empty."""
    spaces = {value for value in values if isinstance(value, str) and not value.strip()}
    return len(values) - sum(map(values.count, spaces))


def trimmed(rows: Sequence[Sequence[Value]]) -> Sequence[Sequence[Value]]:
    """Return ``rows`` without the blank ones at the end."""
    last = len(rows)
    while last and all(blank(value) for value in rows[last - 1]):
        last -= 1
    return rows[:last]
