"""Heading rows: what each column of a candidate row (or two) is taken for, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from analysis.intake.grid import Grid, Value, blank
from analysis.intake.lexicon import EXACT, Lexicon, Meaning
from analysis.intake.text import normal

from .numbering import family, numbered, stand_as_rows

_DEPTH = 2
_ALIKE = 5
_TITLE = 2
_AGAIN = 3
NEAR = 6
"""Weight of a misspelt heading: under every other one."""


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
    """Return the ways to read ``row`` as a heading: by itself, with the row above it, and with the two above."""
    plain = _single(grid, row, lexicon)
    heads = [plain]
    # A row of answers under a heading is no second heading row: it must name something by itself.
    named = sum(one.known for one in plain.meanings.values())
    for depth in range(1, _DEPTH + 1):
        if row < depth or named < 2 or all(blank(value) for value in grid.rows[row - depth]):
            break
        stacked = _stacked(grid, heads[-1], row - depth, lexicon)
        if stacked.meanings != heads[-1].meanings:
            heads.append(stacked)
    return heads


def _single(grid: Grid, row: int, lexicon: Lexicon) -> Head:
    texts = {
        column: value
        for column, value in enumerate(numbered(grid, row, lexicon))
        if isinstance(value, str) and value.strip()
    }
    meanings = {column: lexicon.meaning(value) for column, value in texts.items()}
    # Most texts of most rows name no item, and are then in no list of items.
    listed = [one for one, meaning in meanings.items() if meaning.items and _in_list(grid, row, one, lexicon)]
    meanings |= dict.fromkeys(listed, Meaning())
    counting = family({one: text for one, text in texts.items() if not meanings[one].known}, lexicon)
    if counting and not stand_as_rows(grid, row, min(counting), lexicon):
        meanings |= counting
    return Head(row, row, _slips(meanings, texts, lexicon), texts)


def _in_list(grid: Grid, row: int, column: int, lexicon: Lexicon) -> bool:
    """Return whether a cell is one of several items beneath each other (a table of means beside the answers)."""
    named: set[str] = set()
    for at in range(row, row + 3):
        value = grid.at(at, column)
        items = lexicon.meaning(value).items if isinstance(value, str) else None
        if not items:
            return False
        named.add(str(sorted(items.items())))
    return len(named) == 3


def _slips(meanings: dict[int, Meaning], texts: dict[int, str], lexicon: Lexicon) -> dict[int, Meaning]:
    """Return the meanings with misspelt headings of items, where enough headings of a row are one or nearly one."""
    taken = {item for one in meanings.values() for item, _, _ in one.items.values()}
    near: dict[int, Meaning] = {}
    for column, meaning in meanings.items():
        if meaning.known or not (heading := lexicon.near(texts[column])):
            continue
        items = {
            key: (item, "near", NEAR)
            for key, (item, _, _) in lexicon.meaning(heading).items.items()
            if item not in taken
        }
        if items:
            near[column] = Meaning(items=items)
    return meanings | near if len(near) + len(taken) >= _ALIKE else meanings


def _stacked(grid: Grid, head: Head, above_row: int, lexicon: Lexicon) -> Head:
    """Return a heading with the row above it: its texts where a column has none yet, or only a number or code."""
    meanings, texts = dict(head.meanings), dict(head.texts)
    # A title, or a key and its value, stands over the first column with little beside it: no part of that heading.
    first = min(texts, default=0)
    lone = sum(not blank(value) for value in grid.rows[above_row]) <= _TITLE
    for column in range(max(len(grid.rows[head.row]), len(grid.rows[above_row]))):
        above, wide = merged_text(grid, above_row, column)
        if not isinstance(above, str) or blank(above) or len(above) > 300:
            continue
        below = texts.get(column)
        upper = lexicon.meaning(above)
        if below is None:
            if not wide and (upper.known or head.top == head.row):
                meanings[column], texts[column] = upper, above
        elif not meanings[column].known:
            if column == first and lone:
                continue
            joined = lexicon.meaning(f"{above} {below}")
            if joined.known:
                meanings[column] = joined
            elif not wide and upper.known:
                meanings[column] = upper
        elif _only_counts(meanings[column]) and upper.items and not wide and not _only_counts(upper):
            meanings[column] = upper
    return Head(above_row, head.row, meanings, texts)


def _only_counts(meaning: Meaning) -> bool:
    return bool(meaning.items) and all(how in ("name", "position") for _, how, _ in meaning.items.values())


def item_columns(head: Head, instrument: str) -> list[tuple[int, str, str, int]]:
    """Return column, item, how and weight of every column that the instrument knows, the field meanings set aside."""
    found = []
    for column, meaning in sorted(head.meanings.items()):
        if instrument in meaning.items and meaning.weight < meaning.items[instrument][2]:
            found.append((column, *meaning.items[instrument]))
    return found


def blocks(head: Head, instrument: str) -> list[tuple[int, int]]:
    """Return the column spans of blocks side by side: a new one begins where the items start over.

    One item that two columns claim ("Waktu" of day and of service) starts none: several have to come again.
    """
    found = item_columns(head, instrument)
    if not found:
        return []
    seen: dict[str, str] = {}
    starts, groups = [], [seen]
    for column, item, _, weight in found:
        text = normal(head.texts.get(column, ""))
        if item in seen and (weight >= EXACT or seen[item] == text) and len(seen) >= _AGAIN:
            starts.append(column)
            seen = {}
            groups.append(seen)
        seen.setdefault(item, text)
    last = max(head.meanings)
    again = [len(own.keys() & before.keys()) >= _AGAIN for before, own in pairwise(groups)]
    if not starts or not all(again):
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
