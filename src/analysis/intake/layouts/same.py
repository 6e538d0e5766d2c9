"""Whether blocks may hold the same people's answers twice: hopes beside experience, a second entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.intake.grid import Grid, Value, blank
from analysis.intake.numbers import plain_number
from analysis.intake.text import normal
from analysis.intake.vocab import is_total, words

from . import Reading

if TYPE_CHECKING:
    from analysis.intake.lexicon import Lexicon

_OVER = 6
_FEW = 4


def same_people(grid: Grid, one: Reading, other: Reading, lexicon: Lexicon) -> bool:
    """Return whether the ``other`` block may be the people of ``one`` again.

    It has nothing of its own to tell them by; or what stands over one of the two speaks of hopes; or both number the
    same respondents and nothing else, not what stands over them, tells two groups apart.
    """
    if one.instrument != other.instrument:
        return False
    items = {*lexicon.items[one.instrument].values()}
    if one.heading == other.heading and _leads(one, items) and not _leads(other, items):
        return True
    over = [_texts_over(grid, each) for each in (one, other)]
    if any(_are_hopes(text) for texts in over for text in texts):
        return True
    if not all(over) or over[0] == over[1]:
        return _numbered_alike(grid, one, other) and not _told_apart(grid, one, other, items)
    return False


def holds_hopes(grid: Grid, one: Reading) -> bool:
    """Return whether the sheet's name or a text over a block says that its answers are hopes, not what people met."""
    return any(map(_are_hopes, (normal(grid.name), *_texts_over(grid, one))))


def _are_hopes(text: str) -> bool:
    """Return whether a normal text begins with a word for hopes ("tingkat kepentingan"); a unit may be called so."""
    leading = [word for word in text.split() if len(word) > 1 and word not in words("hopes_of")]
    return bool(leading) and leading[0] in words("hopes")


def _leads(one: Reading, items: set[str]) -> bool:
    """Return whether a number or something else of a respondent stands before the first item of a block."""
    first = min((column for name, column in one.columns.items() if name in items), default=0)
    others = [column for name, column in one.columns.items() if name not in items]
    return any(column < first for column in (*others, *one.personal, *one.unknown))


def _texts_over(grid: Grid, one: Reading) -> list[str]:
    """Return what stands over the row of headings of a block: few cells a row, up to the totals of another block."""
    found: list[str] = []
    for row in range(one.heading[1] - 1, max(-1, one.heading[1] - 1 - _OVER), -1):
        texts = [normal(str(value)) for value in grid.rows[row][one.left : one.right + 1] if not blank(value)]
        if len(texts) > _FEW or any(is_total(text) for text in texts[:1]):
            break
        found += texts
    return found


def _numbers(grid: Grid, one: Reading) -> list[float]:
    """Return the numbers of the respondents of a block, down to where they start over."""
    found: list[float] = []
    for cells in grid.rows[one.heading[1] + 1 :]:
        number = plain_number(cells[one.columns["serial"]])
        if number is not None and found and number <= found[-1]:
            break
        if number is not None:
            found.append(number)
    return found


def _numbered_alike(grid: Grid, one: Reading, other: Reading) -> bool:
    if not all("serial" in each.columns for each in (one, other)):
        return False
    numbers = _numbers(grid, one)
    return len(numbers) > 1 and numbers == _numbers(grid, other)


def _told_apart(grid: Grid, one: Reading, other: Reading, items: set[str]) -> bool:
    """Return whether the blocks say something else of respondents of the same number."""
    names = [name for name in one.columns if name in other.columns and name not in items and name != "serial"]
    pairs = [(one.columns[name], other.columns[name]) for name in names]
    pairs += zip(one.personal, other.personal, strict=False)
    count = len(_numbers(grid, one))
    return any(_cells(grid, one, here, count) != _cells(grid, other, there, count) for here, there in pairs)


def _cells(grid: Grid, one: Reading, column: int, count: int) -> list[Value]:
    return [cells[column] for cells in grid.rows[one.heading[1] + 1 : one.heading[1] + 1 + count]]
