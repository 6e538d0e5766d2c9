"""What each row below a heading is: a respondent, a total, a note, a blank, another heading, or set aside."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from operator import itemgetter

from .grid import Grid, Value, blank
from .layouts import Reading
from .text import normal
from .vocab import is_note, is_total, words

_LABEL_CELLS = 4
_NUMERAL = re.compile(r"^[+-]?\d+(?:[.,]\d+)*$")


@dataclass(frozen=True)
class Answers:
    """Per item of a block: its column, and per row the score (None: none) and whether the cell was filled at all."""

    column: int
    scores: Sequence[int | None]
    filled: Sequence[bool]


@dataclass(frozen=True)
class Sorting:
    """The kind of each row of a block (as in ``shapes.ROW_KINDS``), and the code of those set aside."""

    kinds: list[str]
    codes: dict[int, str]


def sort_rows(grid: Grid, reading: Reading, span: tuple[int, int], answers: dict[str, Answers]) -> Sorting:
    """Return the kind of each row in ``span`` (first, one past the last; 0-based)."""
    start, end = span
    scored = ([score is not None for score in one.scores] for one in answers.values())
    counts = [sum(row) for row in zip(*scored, strict=True)]
    filled = [sum(row) for row in zip(*(one.filled for one in answers.values()), strict=True)]
    people = [
        column
        for name, column in reading.columns.items()
        if name not in answers and name not in ("serial", "unit", "wave")
    ]
    people += reading.personal
    state = _State(grid, reading, people, len(answers), [*(one.column for one in answers.values())])
    state.trials = _trials(grid, reading, span)
    kinds, codes = [], {}
    for at in range(end - start):
        kind, code = state.kind(start + at, counts[at], filled[at])
        kinds.append(kind)
        if code:
            codes[at] = code
    _unlabelled_totals(kinds, codes, answers, grid.rows[start:end], people)
    return Sorting(kinds, codes)


def _trials(grid: Grid, reading: Reading, span: tuple[int, int]) -> set[int]:
    """Return the rows whose name or comment is a trial entry ("tes", "coba")."""
    columns = [*reading.personal, *(reading.columns[one] for one in ("comment",) if one in reading.columns)]
    trial = words("test")
    found: set[int] = set()
    for column in columns:
        values = list(map(itemgetter(column), grid.rows[span[0] : span[1]]))
        texts = {value for value in set(values) if isinstance(value, str) and value.strip(" .!-").casefold() in trial}
        if texts:
            found.update(span[0] + at for at, value in enumerate(values) if value in texts)
    return found


class _State:
    """Remembers whether the totals have begun while rows are looked at from the top."""

    def __init__(self, grid: Grid, reading: Reading, people: list[int], items: int, columns: list[int]) -> None:
        self.grid, self.reading, self.people, self.items = grid, reading, people, items
        self.item_columns = columns
        self.neighbours = [(one, one + 1) for one in columns if one + 1 in columns]
        self.after = self.counted = False
        self.first = min(columns)
        self.trials: set[int] = set()
        self.labels: dict[str, tuple[str, bool]] = {}
        self.serial = reading.columns.get("serial", -1)
        self.heading = {normal(value) for value in grid.rows[reading.heading[1]] if isinstance(value, str)} - {""}

    def kind(self, row: int, valid: int, filled: int) -> tuple[str, str]:
        cells = self.grid.rows[row]
        label, total = self._label(cells)
        if total:
            self.after = True
            return "total", ""
        if valid == 0 and filled == 0:
            return self._without_answers(cells, label)
        if valid * 2 < self.items:
            return self._few(row, cells, label, (valid, filled))
        if self._is_numbering(cells):
            return "heading", ""
        if row in self.trials:
            return "set_aside", "E-TESTROW"
        self.after = False
        self.counted = self.counted or (self.serial >= 0 and _number(cells[self.serial]))
        return "kept", ""

    def _label(self, cells: Sequence[Value]) -> tuple[str, bool]:
        """Return the text that a row begins with, wherever the table stands, and whether it is that of a total.

        It is looked for in the first filled cells.
        """
        left = self.reading.left
        while left < self.first and blank(cells[left]):
            left += 1
        for value in cells[left : max(left + 1, min(self.first, left + _LABEL_CELLS))]:
            if isinstance(value, str):
                known = self.labels.get(value)
                if known is None and not blank(value):
                    label = normal(value)
                    known = self.labels[value] = label, bool(label) and is_total(label)
                if known is not None:
                    return known
        return "", False

    def _without_answers(self, cells: Sequence[Value], label: str) -> tuple[str, str]:
        block = cells[self.reading.left : self.reading.right + 1]
        full = [value for value in block if not blank(value)]
        if not full or (len(full) == 1 and self.serial >= 0 and not blank(cells[self.serial]) and not label):
            return "blank", ""
        number = cells[self.serial] if self.serial >= 0 else ""
        if not blank(number) and (self._other_table(number) or not any(map(str.isdigit, str(number)))):
            return "note", ""
        if (label and is_note(label)) or self.after or not any(not blank(cells[one]) for one in self.people):
            return "note", ""
        if sum(not blank(cells[one]) for one in self.people) == 1 and self.serial >= 0 and blank(cells[self.serial]):
            return "note", ""
        return "set_aside", "E-NOANSWER"

    def _few(  # noqa: PLR0911 - one return per kind of row
        self, row: int, cells: Sequence[Value], label: str, found: tuple[int, int]
    ) -> tuple[str, str]:
        """Return the kind of a row with answers (valid, filled) to less than half of the items."""
        valid, filled = found
        texts = {normal(value) for value in cells if isinstance(value, str)} - {""}
        if len(texts & self.heading) >= max(2, len(self.heading) // 2):
            return "heading", ""
        if self._is_numbering(cells):
            return "heading", ""
        number = cells[self.serial] if self.serial >= 0 else ""
        if (label and is_note(label)) or self._other_table(number):
            return "note", ""
        numbered = self.serial >= 0 and not blank(cells[self.serial])
        known = any(not blank(cells[one]) for one in self.people)
        if self.after or not (numbered or known or (valid and self.serial < 0)):
            return "note", ""
        errors = self.grid.hazards.errors, self.grid.hazards.uncached
        if valid == 0 and any((row, one) in errors[0] or (row, one) in errors[1] for one in self.item_columns):
            code = "E-NOCACHE" if any((row, one) in errors[1] for one in self.item_columns) else "E-ERR"
            return "set_aside", code
        if valid == 0 and filled * 2 < self.items and not numbered:
            return "set_aside", "E-NOANSWER"
        return "kept", ""

    def _other_table(self, number: Value) -> bool:
        """Return whether a row among numbered respondents begins with a word or a code ("U1"): not one of them."""
        return self.counted and not blank(number) and not _number(number)

    def _is_numbering(self, cells: Sequence[Value]) -> bool:
        """Return whether a row only numbers the columns: 1, 2, 3 … from left to right."""
        for left, right in self.neighbours:
            if type(before := cells[left]) is type(after := cells[right]) is float and after - before != 1:
                return False
        found = []
        for value in cells[self.reading.left : self.reading.right + 1]:
            if blank(value):
                continue
            text = f"{value:g}" if isinstance(value, int | float) else str(value).strip(" ()")
            if not text.isdecimal():
                return False
            found.append(int(text))
        return len(found) >= 5 and all(after - before == 1 for before, after in pairwise(found))


def _unlabelled_totals(
    kinds: list[str], codes: dict[int, str], answers: dict[str, Answers], rows: Sequence[Sequence[Value]],
    people: Sequence[int],
) -> None:  # fmt: skip
    """Turn rows at the end into totals that hold a number under every item, none in scale, and say nothing of a person.

    Sums without a label; a respondent whose answers are unlisted words stays, and so does anyone with a sex or an age.
    """
    for at in range(len(kinds) - 1, -1, -1):
        if kinds[at] == "kept":
            cells = rows[at]
            if any(not blank(cells[one]) for one in people) or not all(
                one.scores[at] is None and _number(cells[one.column]) for one in answers.values()
            ):
                return
            kinds[at] = "total"
            codes.pop(at, None)


def _number(value: Value) -> bool:
    if isinstance(value, str):
        return bool(_NUMERAL.match(value.strip()))
    return isinstance(value, int | float) and not isinstance(value, bool)
