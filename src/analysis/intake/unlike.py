"""Rows with values under the items that are nobody's answers: statistics beneath, counts of answers, units in a row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from .classify import Answers, Sorting
from .decode import ItemDecoder
from .grid import Grid, Value, blank
from .layouts import Reading
from .numbers import plain_number
from .text import normal
from .vocab import is_total, starts, table, words

_NUMBERED = 3
_MOSTLY = 0.6
_UNITS = 4
_PARTED = 0.8
_PLACES = ("serial", "unit", "sector", "wave", "service")
_LAST_DIGIT = re.compile(r"(?:^|\D)(\d)$")
_CODE = re.compile(r"^\s*[A-Za-z]{1,2}[-. ]?\d+[a-z]?\s*$")
_BODY = ("kept", "set_aside", "note")


def set_unlike_aside(
    grid: Grid, reading: Reading, start: int, sorting: Sorting, answers: Mapping[str, Answers], decoder: ItemDecoder
) -> None:
    """Take rows for totals, or set them aside, that are unlike the respondents of their block (from row ``start``)."""
    if _is_tally(grid, reading, start, sorting, answers, decoder):
        _aside(sorting, [at for at, kind in enumerate(sorting.kinds) if kind == "kept"], "E-TALLY")
        return
    kept = [at for at, kind in enumerate(sorting.kinds) if kind == "kept"]
    if _more_fields(grid, reading, start, kept, answers):
        _aside(sorting, kept, "E-FIELDS")
    elif _each_its_unit(grid, reading, start, kept, answers):
        _aside(sorting, kept, "E-NOTPERSON")
    elif "serial" in reading.columns:
        _unnumbered(grid, reading, start, sorting, answers)
    else:
        _aside(sorting, [at for at in kept if _holds_means(grid, reading, start + at, answers)], "E-NOTPERSON")


def _aside(sorting: Sorting, rows: Sequence[int], code: str) -> None:
    for at in rows:
        sorting.kinds[at], sorting.codes[at] = "set_aside", code


def _more_fields(grid: Grid, reading: Reading, start: int, kept: Sequence[int], answers: Mapping[str, Answers]) -> bool:
    """Return whether most rows run on beyond the heading by a field for most items, as where commas also part decimals.

    Beside the answers may stand as many figures made of them; what a comma parts are whole numbers, half of them 0.
    """
    last = max((at for at, value in enumerate(grid.rows[reading.heading[1]]) if not blank(value)), default=0)
    if last + len(answers) // 2 >= grid.width:
        return False
    parted = 0
    for at in kept:
        cells = [value.strip() for value in grid.rows[start + at] if isinstance(value, str) and value.strip()]
        beyond = sum(not blank(value) for value in grid.rows[start + at][last + 1 :])
        parted += beyond * 2 > len(answers) and sum(not value.strip("0") for value in cells) >= beyond
    return bool(kept) and parted >= _PARTED * len(kept)


def _unnumbered(grid: Grid, reading: Reading, start: int, sorting: Sorting, answers: Mapping[str, Answers]) -> None:
    """Settle what stands among numbered respondents under a label, or beneath them without a number."""
    serial = reading.columns["serial"]
    kept = [at for at, kind in enumerate(sorting.kinds) if kind == "kept"]
    numbered = [at for at in kept if _counts(grid.rows[start + at][serial])]
    if len(numbered) == len(kept) or len(numbered) < max(_NUMBERED, _MOSTLY * len(kept)):
        return
    people, comment = _people(reading, answers), reading.columns.get("comment")
    for at in sorted(set(kept) - set(numbered)):
        cells = grid.rows[start + at]
        if _sums_up(cells[serial]):
            sorting.kinds[at] = "total"
            continue
        means = all(_near_mean(one.scores, numbered, at) for one in answers.values())
        bare = at > numbered[-1] and all(blank(cells[one]) for one in people)
        labelled = any(_sums_up(cells[one]) for one in range(reading.left, reading.right + 1) if one != comment)
        if not blank(cells[serial]) or labelled or (bare and means):
            _aside(sorting, [at], "E-NOTPERSON")


def _counts(value: Value) -> bool:
    return not isinstance(value, str) or value.strip()[:1].isdecimal() or bool(_CODE.match(value))


def _sums_up(value: Value) -> bool:
    text = normal(value) if isinstance(value, str) else ""
    return is_total(text) or text in words("statistic") or text.startswith(starts("statistic_starts"))


def _near_mean(scores: Sequence[int | None], others: Sequence[int], at: int) -> bool:
    """Return whether a score may be the mean of others, rounded in any way."""
    known = [score for one in others if (score := scores[one]) is not None]
    score = scores[at]
    return score is not None and bool(known) and abs(score - sum(known) / len(known)) < 1


def _holds_means(grid: Grid, reading: Reading, row: int, answers: Mapping[str, Answers]) -> bool:
    """Return whether a row says nothing of a person and has fractions under half of the items or more."""
    cells = grid.rows[row]
    fractions = [number for one in answers.values() if (number := plain_number(cells[one.column])) is not None
                 and not number.is_integer()]  # fmt: skip
    return len(fractions) * 2 >= len(answers) and all(blank(cells[one]) for one in _people(reading, answers))


def _people(reading: Reading, answers: Mapping[str, Answers]) -> list[int]:
    named = [column for name, column in reading.columns.items() if name not in answers and name not in _PLACES]
    return [*named, *reading.personal]


def _each_its_unit(
    grid: Grid, reading: Reading, start: int, kept: Sequence[int], answers: Mapping[str, Answers]
) -> bool:
    """Return whether every row names another unit and says nothing of a person: rounded means of units."""
    if "unit" not in reading.columns or len(kept) < _UNITS or _people(reading, answers):
        return False
    units = [normal(str(grid.rows[start + at][reading.columns["unit"]])) for at in kept]
    return "" not in units and len(set(units)) == len(units)


def _is_tally(
    grid: Grid, reading: Reading, start: int, sorting: Sorting, answers: Mapping[str, Answers], decoder: ItemDecoder
) -> bool:
    """Return whether the rows of a block are the answers themselves, and under the items how often each was given."""
    columns = [one.column for one in answers.values()]
    levels = decoder.high - decoder.low + 1
    body = list(islice(_rows_of_numbers(grid, start, sorting, columns), levels + 1))
    if len(body) != levels:
        return False
    filled = ([grid.rows[row][column] for row in body] for column in range(reading.left, min(columns)))
    labels = next((cells for cells in filled if not any(map(blank, cells))), [])
    scale = [*range(decoder.low, decoder.high + 1)]
    if [_meant(label, decoder) for label in labels] not in (scale, scale[::-1]):
        return False
    if all(isinstance(label, str) and not label.strip().isdecimal() for label in labels):
        return True
    counts = [[plain_number(grid.rows[row][column]) or 0 for column in columns] for row in body]
    return len({sum(one) for one in zip(*counts, strict=True)}) == 1 and len({tuple(one) for one in counts}) > 1


def _rows_of_numbers(grid: Grid, start: int, sorting: Sorting, columns: Sequence[int]) -> Iterator[int]:
    """Yield the rows of a block with numbers in more than half of some columns."""
    for row, kind in enumerate(sorting.kinds, start):
        if kind in _BODY:
            cells = grid.rows[row]
            if sum(plain_number(cells[one]) is not None for one in columns) * 2 > len(columns):
                yield row


def _meant(label: Value, decoder: ItemDecoder) -> int | None:
    """Return the answer that a label names: a number, its word, or a word and its number ("Skor 4")."""
    found = decoder(label).value
    if found is None and isinstance(label, str) and (digit := _LAST_DIGIT.search(label.strip())):
        found = int(digit[1])
    return table()["rating"].get(normal(str(label))) if found is None else found
