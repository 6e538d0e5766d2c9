"""What stands under the headings of any table: kinds of answers and their texts, for the draft of a codebook."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analysis.intake.grid import Grid, Value, blank
from analysis.intake.privacy import looks_personal
from analysis.intake.text import letters, normal, tidy

if TYPE_CHECKING:
    from collections.abc import Sequence

_TOP = 40
_LOOK = 60
MOST_ANSWERS = 40
_LONG = 80
_DIGITS = re.compile(r"^[+-]?\d{1,9}(?:\.\d+)?$")
_LED = re.compile(r"^\s*(\d{1,2})\s*[_\-=.:)(\s]+\s*\D")


@dataclass(frozen=True)
class Seen:
    """A column of a table: where it stands, its heading, how many cells are filled, what they hold.

    ``answers`` are the texts (or whole numbers) that recur, by how often; empty where they are too many, too long, or
    look like identities (``personal``). ``numbers`` tells that all of them are numbers, ``whole`` that these are whole.
    A file of a statistics program adds its label as ``title``, the words of its codes as ``labels``, whether these
    make a ``scale``, and the codes that mean no answer.
    """

    file: str
    sheet: str
    column: str
    heading: str
    filled: int
    answers: dict[str, int] = field(default_factory=dict)
    numbers: bool = False
    whole: bool = False
    dates: bool = False
    personal: bool = False
    title: str = ""
    labels: dict[str, float] = field(default_factory=dict)
    scale: bool = False
    missing: tuple[str, ...] = ()


def columns_of(grid: Grid, file: str) -> list[Seen]:
    """Return what stands under the heading row of a sheet, none where no row looks like one."""
    head = heading_row(grid)
    if head is None:
        return []
    found = []
    for column, value in enumerate(grid.rows[head]):
        if isinstance(value, str) and not blank(value):
            values = [grid.at(row, column) for row in range(head + 1, len(grid.rows))]
            found.append(_seen(file, grid.name, column, tidy(value), [one for one in values if not blank(one)]))
    return [one for one in found if one.filled]


def heading_row(grid: Grid) -> int | None:
    """Return the row (from 0) with most distinct texts above columns that are filled below it, None for no such row."""
    best, best_score = None, 1.0
    for row in range(min(_TOP, len(grid.rows) - 1)):
        texts = {column: normal(value) for column, value in enumerate(grid.rows[row]) if isinstance(value, str)}
        full = {column: text for column, text in texts.items() if text}
        below = grid.rows[row + 1 : row + 1 + _LOOK]
        carried = sum(
            sum(column < len(one) and not blank(one[column]) for one in below) * 2 >= len(below) for column in full
        )
        score = len(set(full.values())) + carried
        if len(set(full.values())) >= 2 and score > best_score and not _alike(full, grid.rows[row + 1]):
            best, best_score = row, float(score)
    return best


def _alike(texts: dict[int, str], below: Sequence[Value]) -> bool:
    """Return whether the next row repeats several of the texts: then these are answers, not headings."""
    same = sum(column < len(below) and isinstance(below[column], str) and normal(str(below[column])) == text
               for column, text in texts.items())  # fmt: skip
    return same >= 3


def _seen(file: str, sheet: str, column: int, heading: str, values: Sequence[Value]) -> Seen:
    where = (file, sheet, letters(column), heading, len(values))
    if looks_personal(values):
        return Seen(*where, personal=True)
    numbers = [number for one in values if (number := _number(one)) is not None]
    plain = [one for one in values if isinstance(one, int | float | str) and not isinstance(one, bool)]
    if len(plain) * 2 < len(values):
        return Seen(*where, dates=True)
    counts = Counter(f"{one:g}" if isinstance(one, int | float) else tidy(one) for one in plain)
    usual = {text: count for text, count in sorted(counts.items()) if count > 1}
    return Seen(
        *where, answers=usual if len(usual) <= MOST_ANSWERS and all(len(text) <= _LONG for text in usual) else {},
        numbers=len(numbers) == len(values), whole=all(float(one).is_integer() for one in numbers if abs(one) < 1e9),
    )  # fmt: skip


def _number(value: Value) -> float | None:
    """Return a number, also one that a text file holds as text."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return float(value) if isinstance(value, str) and _DIGITS.match(value.strip()) else None


def led_score(text: str) -> int | None:
    """Return the score that a text begins with ("1___not_at_all", "4 = Sangat baik"), None for another text."""
    match = _LED.match(text)
    return int(match[1]) if match else None
