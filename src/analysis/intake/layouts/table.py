"""One row per respondent: items and respondent columns under one or two heading rows (layouts A, B, C, D, F, H, I)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from operator import itemgetter

from analysis.intake.decode import ItemDecoder
from analysis.intake.grid import Grid, blank, texts
from analysis.intake.lexicon import Lexicon, Meaning
from analysis.intake.text import normal
from analysis.intake.vocab import is_total, words

from . import Reading
from .headings import Head, blocks, heads_at, item_columns, within
from .numbering import numbered, only_count

NAME = "table"
_TOP = 40
_DEEPER = 250
_BELOW = 40
_LEAST = 3
_LEADING = 4
_HALF = 0.5
_SCORES = 0.7
_MANY = 45
_TITLE = 200
_DAYS = Meaning(column="date", how="contents", weight=1, known=True)


def find(grid: Grid, lexicon: Lexicon, seen: list[Reading]) -> list[Reading]:
    """Return every block that reads as respondents, best heading first within overlapping ones.

    ``seen`` is given every row that names an item, the ones that fell through too (score 0).
    """
    first = _readings(grid, lexicon, range(min(_TOP, len(grid.rows))), seen)
    if not first:
        first = _readings(grid, lexicon, range(_TOP, min(_DEEPER, len(grid.rows))), seen)
    if not first:
        return []
    columns = sorted(
        {
            column
            for one in first
            for name, column in one.columns.items()
            if name in lexicon.items[one.instrument].values()
        }
    )
    lower = _rows_with_headings(grid, lexicon, columns, start=max(one.heading[1] for one in first) + 1)
    return [*first, *_readings(grid, lexicon, lower, seen)] if lower else first


def _rows_with_headings(grid: Grid, lexicon: Lexicon, columns: list[int], *, start: int) -> list[int]:
    """Return later rows in which several of the item columns hold the heading of an item."""
    hits: dict[int, int] = {}
    below = grid.rows[start:]
    for column in columns:
        values = list(map(itemgetter(column), below))
        texts = [value for value in set(values) if isinstance(value, str)]
        named = {value for value in texts if _names_item(value, lexicon)}
        if named:
            for at, value in enumerate(values):
                if value in named:
                    hits[start + at] = hits.get(start + at, 0) + 1
    return sorted(row for row, count in hits.items() if count >= _LEAST and row >= _TOP)


def _names_item(value: str, lexicon: Lexicon) -> bool:
    if len(value) >= 300:
        return False
    return bool(lexicon.meaning(value).best_item() or lexicon.meaning(lexicon.near(value)).best_item())


def _readings(grid: Grid, lexicon: Lexicon, rows: Iterable[int], seen: list[Reading]) -> list[Reading]:
    found = []
    for row in rows:
        if len(texts(numbered(grid, row, lexicon))) < 2:
            continue
        for head in heads_at(grid, row, lexicon):
            found += _of_head(grid, head, lexicon, seen)
    return found


def _of_head(grid: Grid, head: Head, lexicon: Lexicon, seen: list[Reading]) -> list[Reading]:
    best: list[Reading] = []
    if not any(meaning.items for meaning in head.meanings.values()):
        return best  # as nearly every row of answers does
    for instrument in lexicon.book.instruments:
        needed = min(_LEAST, len(instrument.items))
        spans = blocks(head, instrument.id)
        found = []
        for left, right in spans:
            part = within(head, left, right)
            items = len({item for _, item, _, _ in item_columns(part, instrument.id)})
            if items >= needed:
                found.append(_reading(grid, part, lexicon, instrument.id, (left, right)))
            elif items:
                few: dict[str, str | int] = {"items": items, "of": len(instrument.items), "needed": needed}
                seen.append(Reading(NAME, 0, few, (head.top, head.row), left, right, instrument.id, {}, {}))
        seen += found
        kept = [one for one in found if one.score > 0]
        if sum(one.score for one in kept) > sum(one.score for one in best):
            best = kept
    return best


def _reading(grid: Grid, head: Head, lexicon: Lexicon, instrument: str, span: tuple[int, int]) -> Reading:
    columns: dict[str, int] = {}
    matched: dict[str, str] = {}
    weights: dict[str, int] = {}
    doubled = []
    head, candidates = _by_contents(grid, head, lexicon, instrument)
    for column, item, how, weight in candidates:
        if item in columns and weight <= weights[item]:
            if weight == weights[item]:
                doubled.append((item, columns[item], column))
            continue
        columns[item], matched[item], weights[item] = column, how, weight
    personal, taken = [], set(columns.values())
    for column, meaning in sorted(head.meanings.items()):
        name = meaning.column
        if not name or column in taken:
            continue
        if name == "personal":
            personal.append(column)
        elif name in columns and name != "serial":
            doubled.append((name, columns[name], column))
        else:
            columns[name], matched[name] = column, meaning.how
    _take_near(head, lexicon, instrument, columns, matched)
    used = {*columns.values(), *personal, *(one for _, _, one in doubled)}
    unknown = tuple(one for one in sorted(head.meanings) if one not in used and not head.meanings[one].known)
    known = lexicon.items[instrument].values()
    named = {name: column for name, column in columns.items() if name in known}
    items = len(named)
    fits, looked = _evidence(grid, head, lexicon, instrument, named)
    if fits and all(matched[name] == "position" for name in named) and only_count(grid, head.row, named, lexicon):
        fits = _as_scores(grid, head, lexicon, instrument, named)
    # "Q3" to "Q11" behind "Q1 sex" and "Q2 age" number the questions of a form, not the items.
    if all(how == "position" for how in map(matched.get, named)) and _first(lexicon, instrument) not in named:
        fits = 0.0
    if _holds_answers(grid, head, lexicon, instrument, named):
        fits = 0.0
    complete = items / len(lexicon.book.instrument(instrument).items)
    score = (3 * items * complete + (len(columns) - items) + 8 * fits) if fits >= 0.5 or not looked else 0.0
    reasons: dict[str, str | int] = {
        "items": items, "of": len(lexicon.book.instrument(instrument).items), "people": len(columns) - items,
        "fits": f"{fits:.0%}", "looked": looked,
    }  # fmt: skip
    return Reading(
        NAME, score, reasons, (head.top, head.row), span[0], max(span[1], *columns.values()), instrument, columns,
        matched, tuple(personal), unknown, tuple(doubled),
    )  # fmt: skip


def _first(lexicon: Lexicon, instrument: str) -> str:
    return lexicon.book.instrument(instrument).items[0].name


def _by_contents(
    grid: Grid, head: Head, lexicon: Lexicon, instrument: str
) -> tuple[Head, list[tuple[int, str, str, int]]]:
    """Return the columns of items; of two that claim one item, the one without answers is none (free text, a sum)."""
    found = item_columns(head, instrument)
    claims = Counter(item for _, item, _, _ in found)
    fits = {
        column: _understood(grid, head, lexicon.decoder(instrument, item, text=True), column)
        for column, item, _, _ in found
        if claims[item] > 1
    }
    best: dict[str, int] = {}
    for column, item, _, _ in found:
        best[item] = max(best.get(item, 0), fits.get(column, 0))
    lost = {column for column, item, _, _ in found if column in fits and fits[column] <= _HALF * best[item] > 0}
    if not lost:
        return head, found
    other = {
        column: _DAYS if _dates(grid, head, column) else lexicon.respondent_column(head.texts.get(column, ""))
        for column in lost
    }
    meanings = head.meanings | {column: other[column] for column in lost}
    return replace(head, meanings=meanings), [one for one in found if one[0] not in lost]


def _understood(grid: Grid, head: Head, decoder: ItemDecoder, column: int) -> int:
    """Return how many cells under a heading are answers."""
    cells = (grid.at(row, column) for row in range(head.row + 1, min(head.row + 1 + _BELOW, len(grid.rows))))
    return sum(decoder(one).value is not None for one in cells)


def _dates(grid: Grid, head: Head, column: int) -> bool:
    """Return whether every filled cell under a heading is a date, as under "Waktu" of a form."""
    cells = (grid.at(row, column) for row in range(head.row + 1, min(head.row + 1 + _BELOW, len(grid.rows))))
    filled = [one for one in cells if not blank(one)]
    return bool(filled) and all(isinstance(one, date) for one in filled)


def _holds_answers(grid: Grid, head: Head, lexicon: Lexicon, instrument: str, items: dict[str, int]) -> bool:
    """Return whether a row of a heading is a respondent: most of its cells under items are answers."""
    return any(
        sum(lexicon.decoder(instrument, item, text=True)(grid.at(row, column)).value is not None
            for item, column in items.items()) > _HALF * len(items)
        for row in range(head.top, head.row + 1)
    )  # fmt: skip


def _take_near(head: Head, lexicon: Lexicon, instrument: str, columns: dict[str, int], matched: dict[str, str]) -> None:
    """Take a misspelt heading for the item it resembles, if no other column bears that name; said as a doubt later."""
    for column, text in sorted(head.texts.items()):
        if column in columns.values() or head.meanings[column].known or not (near := lexicon.near(text)):
            continue
        item = lexicon.meaning(near).items.get(instrument)
        name = item[0] if item else lexicon.meaning(near).column
        if name and name not in columns:
            columns[name], matched[name] = column, "near"


def _evidence(grid: Grid, head: Head, lexicon: Lexicon, instrument: str, items: dict[str, int]) -> tuple[float, int]:
    """Return the share of filled cells below that read as answers, and how many were looked at."""
    decoders = {name: lexicon.decoder(instrument, name, text=True) for name in items}
    good, looked = 0.0, 0
    for row in range(head.row + 1, min(head.row + 1 + _BELOW, len(grid.rows))):
        if good and _sums_up(grid, row):
            break
        for item, column in items.items():
            value = grid.at(row, column)
            if blank(value):
                continue
            answer = decoders[item](value)
            if answer.rule == "missing code":
                continue
            looked += 1
            # A word that is no listed answer may still be one in its place; a number out of scale is none.
            good += 1 if answer.value is not None else 0.6 if answer.code in ("E-LABEL", "E-AUTODATE") else 0
    return (good / looked if looked else 0.0), looked


def _as_scores(grid: Grid, head: Head, lexicon: Lexicon, instrument: str, items: dict[str, int]) -> float:
    """Return the share of filled cells that are scores, where headings only count: they may be days or rounds.

    Marks of who was there are none (0 and 1, ticks, a letter), nor are shifts: many and various, never the best answer.
    A scale of one answer more is, and said later.
    """
    if _is_rota(grid, head):
        return 0.0
    good = looked = 0
    above = best = False
    seen = set()
    decoders = {name: lexicon.decoder(instrument, name, text=True) for name in items}
    for row in range(head.row + 1, min(head.row + 1 + _BELOW, len(grid.rows))):
        if good and _sums_up(grid, row):
            break
        for item, column in items.items():
            decode = decoders[item]
            if blank(value := grid.at(row, column)) or (answer := decode(value)).rule == "missing code":
                continue
            looked += 1
            beyond = answer.code == "E-RANGE" and value in (decode.high + 1, str(decode.high + 1))
            word = answer.code == "E-LABEL" and len(str(value).strip()) > 1
            good += answer.value is not None or beyond or word
            above |= beyond or (answer.value is not None and answer.value > decode.low)
            best |= beyond or word or answer.value == decode.high
            seen.add(answer.value)
    answers = above and (best or len(seen) == 1 or looked < _MANY)
    return good / looked if answers and good >= _SCORES * looked else 0.0


def _is_rota(grid: Grid, head: Head) -> bool:
    """Return whether the sheet's name or a text over a heading says that it holds shifts or who came."""
    over = (value for row in grid.rows[: head.row] for value in row if isinstance(value, str) and len(value) < _TITLE)
    return any(words("rota").intersection(normal(text).split()) for text in (grid.name, *over))


def _sums_up(grid: Grid, row: int) -> bool:
    """Return whether a row is one of totals, by the text it begins with."""
    label = next((value for value in grid.rows[row][:_LEADING] if isinstance(value, str) and not blank(value)), "")
    return is_total(normal(str(label)))
