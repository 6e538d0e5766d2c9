"""Heading rows: what each column of a candidate row (or two) is taken for, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.intake.grid import Grid, Value, blank
from analysis.intake.lexicon import EXACT, Lexicon, Meaning


@dataclass(frozen=True)
class Head:
    """Meanings by column of one candidate heading, and how many rows it spans."""

    top: int
    row: int
    meanings: dict[int, Meaning]
    texts: dict[int, str]


def merged_text(grid: Grid, row: int, column: int) -> tuple[Value, bool]:
    """Return the value of a cell or of the merged area it lies in, and whether that area spans several columns."""
    for top, left, bottom, right in grid.hazards.merged:
        if top <= row <= bottom and left <= column <= right:
            return grid.at(top, left), right > left
    return grid.at(row, column), False


def heads_at(grid: Grid, row: int, lexicon: Lexicon) -> list[Head]:
    """Return the ways to read ``row`` as a heading: by itself, and with the row above it."""
    plain = _single(grid, row, lexicon)
    heads = [plain]
    # A row of answers under a heading is no second heading row: it must name something by itself.
    named = sum(one.known for one in plain.meanings.values())
    if row > 0 and named >= 2 and any(not blank(value) for value in grid.rows[row - 1]):
        double = _double(grid, row, lexicon, plain)
        if double.meanings != plain.meanings:
            heads.append(double)
    return heads


def _single(grid: Grid, row: int, lexicon: Lexicon) -> Head:
    meanings, texts = {}, {}
    for column, value in enumerate(numbered(grid, row)):
        if isinstance(value, str) and not blank(value):
            meanings[column], texts[column] = lexicon.meaning(value), value
    return Head(row, row, meanings, texts)


def numbered(grid: Grid, row: int) -> Sequence[Value]:
    """Return the cells of a row, bare numbers that count up under one wide heading ("Nilai unsur") as item numbers."""
    cells = grid.rows[row]
    if row == 0 or not any(isinstance(value, int | float) for value in cells):
        return cells
    counted = list(cells)
    for top, left, bottom, right in grid.hazards.merged:
        group = grid.at(top, left)
        if bottom != row - 1 or right - left < 4 or not isinstance(group, str):
            continue
        numbers = [grid.at(row, column) for column in range(left, right + 1)]
        if numbers == list(range(1, len(numbers) + 1)):
            counted[left : right + 1] = [f"unsur {number:.0f}" for number in range(1, len(numbers) + 1)]
    return counted


def _double(grid: Grid, row: int, lexicon: Lexicon, plain: Head) -> Head:
    meanings, texts = dict(plain.meanings), dict(plain.texts)
    for column in range(len(grid.rows[row])):
        above, wide = merged_text(grid, row - 1, column)
        if not isinstance(above, str) or blank(above) or len(above) > 300:
            continue
        below = texts.get(column)
        if below is None:
            if not wide:
                meanings[column], texts[column] = lexicon.meaning(above), above
        elif not meanings[column].known:
            joined = lexicon.meaning(f"{above} {below}")
            upper = lexicon.meaning(above)
            if joined.known:
                meanings[column] = joined
            elif not wide and upper.known:
                meanings[column] = upper
    return Head(row - 1, row, meanings, texts)


def item_columns(head: Head, instrument: str) -> list[tuple[int, str, str, int]]:
    """Return column, item, how and weight of every column that the instrument knows, the field meanings set aside."""
    found = []
    for column, meaning in sorted(head.meanings.items()):
        if instrument in meaning.items and meaning.weight < meaning.items[instrument][2]:
            found.append((column, *meaning.items[instrument]))
    return found


def blocks(head: Head, instrument: str) -> list[tuple[int, int]]:
    """Return the column spans of blocks side by side: a new one begins where the items start over."""
    found = item_columns(head, instrument)
    if not found:
        return []
    seen: set[str] = set()
    starts = []
    for column, item, _, weight in found:
        if item in seen and weight >= EXACT and len(seen) >= 3:
            starts.append(column)
            seen = set()
        seen.add(item)
    last = max(head.meanings)
    if not starts or len(seen) < 3:
        return [(0, last)]
    edges = [_edge(head, column, instrument) for column in starts]
    return list(zip([0, *edges], [*(edge - 1 for edge in edges), last], strict=True))


def _edge(head: Head, column: int, instrument: str) -> int:
    """Return where the block begins whose first item stands in ``column``: its serial number or respondent columns."""
    edge = column
    while edge - 1 in head.meanings:
        meaning = head.meanings[edge - 1]
        if instrument in meaning.items or not meaning.column or meaning.column == "comment":
            break
        edge -= 1
    return edge


def within(head: Head, left: int, right: int) -> Head:
    """Return the part of a heading that lies in a block."""
    keep: Sequence[int] = [column for column in head.meanings if left <= column <= right]
    return replace(
        head,
        meanings={one: head.meanings[one] for one in keep},
        texts={one: head.texts[one] for one in keep if one in head.texts},
    )
