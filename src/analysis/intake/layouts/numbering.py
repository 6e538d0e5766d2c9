"""Headings that only count: U1 … U9 under any letter, in Roman numerals, or bare numbers under a common heading."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from analysis.intake.grid import Grid, Value, blank
from analysis.intake.lexicon import EXACT, Lexicon, Meaning
from analysis.intake.text import normal

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv")
_COUNTED = re.compile(rf"^(.*?) ?(\d{{1,2}}|{'|'.join(sorted(_ROMAN, key=len, reverse=True))})$")
_LONGEST = 20
_COLUMNS = 6
_ROWS = 3


def numbered(grid: Grid, row: int, lexicon: Lexicon) -> Sequence[Value]:
    """Return the cells of a row, as item numbers those bare numbers that count from 1 to the number of items.

    They must stand beside or under some text, and not under headings of items: there they number the columns.
    """
    cells = grid.rows[row]
    if 1 not in cells and "1" not in cells:
        return cells
    for count in sorted({len(one.items) for one in lexicon.book.instruments if len(one.items) > 2}, reverse=True):
        wanted = [str(number) for number in range(1, count + 1)]
        for left in range(len(cells) - count + 1):
            right = left + count
            if [_digits(value) for value in cells[left:right]] == wanted and _is_heading(
                grid, row, (left, right), lexicon
            ):
                return [*cells[:left], *(f"unsur {number}" for number in wanted), *cells[right:]]
    return cells


def _digits(value: Value) -> str:
    if isinstance(value, str):
        return value.strip()
    return f"{value:g}" if isinstance(value, int | float) else ""


def _is_heading(grid: Grid, row: int, area: tuple[int, int], lexicon: Lexicon) -> bool:
    left, right = area
    beside = [value for at, value in enumerate(grid.rows[row]) if not left <= at < right]
    if any(_digits(value).isdecimal() for value in beside):
        return False
    over = enumerate(grid.rows[row - 1] if row else [])
    above = {at: value for at, value in over if isinstance(value, str) and not blank(value)}
    if sum(bool(lexicon.meaning(value).best_item()) for value in above.values()) > 1 or family(above, lexicon):
        return False
    return bool(above) or any(isinstance(value, str) and not blank(value) for value in beside)


@lru_cache(maxsize=20_000)
def _counts(text: str) -> tuple[str, int] | None:
    """Return what a heading counts and its number ("Unsur IV" is "unsur", 4), None where it does not count."""
    match = _COUNTED.match(normal(text)) if len(text) <= _LONGEST else None
    # Numbers alone number the columns; ``numbered`` knows when they do not.
    if not match or not (match[1] or not match[2].isdecimal()):
        return None
    return match[1], int(match[2]) if match[2].isdecimal() else _ROMAN.index(match[2]) + 1


def family(texts: Mapping[int, str], lexicon: Lexicon) -> dict[int, Meaning]:
    """Return the columns whose headings share a beginning and count from 1 to the number of items, in any order."""
    groups: dict[str, list[list[tuple[int, int]]]] = {}
    for column, text in sorted(texts.items()):
        if counts := _counts(text):
            name, number = counts
            runs = groups.setdefault(name, [])
            # In any order: a block beside another begins where a number comes again.
            if not runs or number in {one for _, one in runs[-1]}:
                runs.append([])
            runs[-1].append((column, number))
    found: dict[int, Meaning] = {}
    for members in (run for runs in groups.values() for run in runs):
        if sorted(number for _, number in members) != list(range(1, len(members) + 1)):
            continue
        for column, number in members:
            items = {
                key: (named[str(number)], "position", EXACT)
                for key, named in lexicon.numbered.items()
                if len(named) == len(members) == len(lexicon.book.instrument(key).items)
            }
            if items:
                found[column] = Meaning(items=items, known=True)
    return found


def stand_as_rows(grid: Grid, row: int, left: int, lexicon: Lexicon) -> bool:
    """Return whether the rows just under a heading each name an item, left of ``left``: then what counts is people."""
    for column in range(min(_COLUMNS, left)):
        below = [grid.at(at, column) for at in range(row + 1, row + 1 + _ROWS)]
        if all(isinstance(value, str) and lexicon.meaning(value).best_item() for value in below):
            return True
    return False


def only_count(grid: Grid, row: int, items: Mapping[str, int], lexicon: Lexicon) -> bool:
    """Return whether the headings of items are numbers alone, or count under a name that no item bears ("Hari 1")."""
    texts = [grid.at(row, column) for column in items.values()]
    return not any(isinstance(text, str) and lexicon.meaning(text).items for text in texts)
