"""What a unit sends, before any file exists: workbooks of sheets of cells, and which respondent stands in which row."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from .city import Person
    from .truth import Format

MARK = "DATA REKAAN - CONTOH"
"""Stands in every file, so that no made-up figure is taken for a real one."""
Value = Any
"""A cell: text, number, date, None, or text that begins with ``=`` for a live formula."""


@dataclass(frozen=True)
class Entry:
    """A row to be written: the respondent as the kit should keep it, and what stands in its cells instead.

    ``kind`` is kept, set_aside or blank; ``written`` holds raw values by column name.
    """

    person: Person
    kind: str = "kept"
    written: Mapping[str, Value] = field(default_factory=dict)


@dataclass
class Sheet:
    """A sheet being filled from top to bottom; ``kinds`` says of every row what it is (see ``shapes.ROW_KINDS``)."""

    name: str
    carries: tuple[str, ...] = ()
    rows: list[tuple[Value, ...]] = field(default_factory=list)
    kinds: list[str] = field(default_factory=list)
    entries: dict[int, Entry] = field(default_factory=dict)
    merges: list[str] = field(default_factory=list)
    widths: Mapping[str, float] = field(default_factory=dict)

    def add(self, kind: str, *values: Value, entry: Entry | None = None, merge: str = "") -> int:
        """Write one row and return its 1-based number; ``merge`` names the columns merged in it (``"A:D"``)."""
        self.rows.append(values)
        self.kinds.append(kind)
        number = len(self.rows)
        if entry is not None:
            self.entries[number] = entry
        if merge:
            first, last = merge.split(":")
            self.merges.append(f"{first}{number}:{last}{number}")
        return number


@dataclass(frozen=True)
class Workbook:
    """A file as sent: its path under the folder, its format, its sheets; ``copy_of`` names a file sent once more.

    ``whole`` is the share of its bytes that arrived (under 1: a download that broke off).
    """

    path: str
    format: Format
    sheets: tuple[Sheet, ...]
    copy_of: str = ""
    whole: float = 1.0

    @property
    def counts(self) -> bool:
        """Whether its respondents are read from this file: not from a copy, nor from a broken download."""
        return not self.copy_of and self.whole == 1


def notes(*lines: str) -> Sheet:
    """Return the sheet that says that everything in the file is made up."""
    sheet = Sheet("Catatan")
    sheet.add("note", MARK)
    for line in lines:
        sheet.add("note", line)
    return sheet


def people_rows(sheets: Iterable[Sheet]) -> int:
    """Return how many respondents the sheets hold that the kit should keep."""
    return sum(entry.kind == "kept" for sheet in sheets for entry in sheet.entries.values())
