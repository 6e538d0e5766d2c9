"""City recap: one row per unit with means and counts, no respondents (layout E)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from analysis.codebook import Instrument

from .grid import Grid, Value, blank
from .layouts.headings import merged_text
from .lexicon import Lexicon
from .notes import ColumnFound, SheetRecord
from .numbers import plain_number
from .part import Env
from .text import address, letters, normal, tidy
from .units import Fact, Surroundings, find_wave
from .vocab import is_note, is_total, table

_TOP = 40
_BELOW = 30
_HUNDRED = 100
_ITEM_NOISE = ("nilai rata rata ", "rata rata ", "nrr ", "nilai ", "unsur ", "skor ")


@dataclass(frozen=True)
class RecapReading:
    """Columns (0-based) of a recap: ``unit``, ``n``, ``population``, ``index``, ``grade``, and items by name."""

    score: float
    reasons: Mapping[str, str | int]
    heading: tuple[int, int]
    instrument: str
    columns: dict[str, int]
    items: dict[str, int]


def find_recap(grid: Grid, lexicon: Lexicon) -> RecapReading | None:
    """Return the reading of a sheet as a recap: a unit column, item means that are no whole answers, counts."""
    found = [
        reading
        for row in range(min(_TOP, len(grid.rows)))
        for top in (row, row - 1)
        if top >= 0 and (reading := _reading(grid, top, row, lexicon))
    ]
    return max(found, key=lambda one: (one.score, one.heading), default=None)


def _reading(grid: Grid, top: int, row: int, lexicon: Lexicon) -> RecapReading | None:
    known = table()["recap"]
    columns: dict[str, int] = {}
    of: dict[str, dict[str, int]] = {one.id: {} for one in lexicon.book.instruments}
    for column in range(len(grid.rows[row])):
        texts = _texts(grid, top, row, column)
        for text in texts:
            plain = normal(text)
            name = next((key for key, headings in known.items() if plain in headings), "")
            if name:
                columns.setdefault(name, column)
                break
            if named := _items(plain, lexicon):
                for key, item in named.items():
                    of[key].setdefault(item, column)
                break
    instrument = max(of, key=lambda one: len(of[one]) / len(lexicon.book.instrument(one).items) if of[one] else 0)
    items = of[instrument]
    if "unit" not in columns or len(items) < 3:
        return None
    means, looked, units = _evidence(grid, row, columns["unit"], items, lexicon, instrument)
    extra = [name for name in ("n", "population", "index", "grade") if name in columns]
    if not looked or (means < 0.5 and not (extra and means > 0.2)) or units < 0.8:
        return None
    score = 3 * len(items) + 3 * len(extra) + 10 * means
    reasons: dict[str, str | int] = {
        "items": len(items), "of": len(lexicon.book.instrument(instrument).items), "fits": f"{means:.0%}",
        "looked": looked,
    }  # fmt: skip
    return RecapReading(score, reasons, (top, row), instrument, columns, items)


def _texts(grid: Grid, top: int, row: int, column: int) -> list[str]:
    texts = []
    below = grid.at(row, column)
    if isinstance(below, str) and not blank(below):
        texts.append(below)
    if top < row:
        above, wide = merged_text(grid, top, column)
        if isinstance(above, str) and not blank(above):
            texts += [f"{above} {texts[0]}"] if texts else [] if wide else [above]
    return texts


def _items(plain: str, lexicon: Lexicon) -> dict[str, str]:
    if "tertimbang" in plain:
        return {}
    for noise in _ITEM_NOISE:
        plain = plain.removeprefix(noise)
    meaning = lexicon.meaning(plain)
    return {key: item for key, (item, _, weight) in meaning.items.items() if weight > meaning.weight}


def _evidence(
    grid: Grid, row: int, unit: int, items: dict[str, int], lexicon: Lexicon, instrument: str
) -> tuple[float, int, float]:
    of = lexicon.book.instrument(instrument)
    means = looked = 0
    names = []
    for at in range(row + 1, min(row + 1 + _BELOW, len(grid.rows))):
        name = grid.at(at, unit)
        if not isinstance(name, str) or blank(name) or is_total(normal(name)):
            continue
        values = [cell for column in items.values() if _figures(cell := grid.at(at, column))]
        if not values:
            continue
        names.append(normal(name))
        looked += len(values)
        means += sum(_is_mean(value, of) for value in values)
    distinct = len(set(names)) / len(names) if names else 0.0
    return (means / looked if looked else 0.0), looked, distinct


def _out_of_hundred(value: Value) -> float | None:
    """Return the number of a cell that is written or shown as percent ("81,25%"), None for any other."""
    text = value.strip() if isinstance(value, str) else ""
    return plain_number(text.removesuffix("%")) if text.endswith("%") else None


def _figures(value: Value) -> bool:
    return plain_number(value) is not None or _out_of_hundred(value) is not None


def _is_mean(value: Value, of: Instrument) -> bool:
    """Return whether a cell holds a mean: a fraction on the scale, or out of a hundred, which is asked about."""
    number = plain_number(value)
    if number is None:
        return _out_of_hundred(value) is not None
    return of.low <= number <= _HUNDRED and not number.is_integer()


def read_recap(
    grid: Grid, reading: RecapReading, file: str, far: Sequence[Fact], env: Env, record: SheetRecord
) -> list[dict[str, Any]]:
    """Return one row per unit; means outside the scale, totals and notes stay out, each row counted."""
    titles = tuple(
        (row, column, value) for row in range(reading.heading[0]) for column, value in enumerate(grid.rows[row])
        if isinstance(value, str) and not blank(value)
    )  # fmt: skip
    wave = find_wave(Surroundings(titles, (), tuple(far), grid.name, file), env.book)
    rule = env.book.instrument(reading.instrument).rule
    rows = []
    for at, cells in enumerate(grid.rows):
        kind = _kind(cells, at, reading)
        if kind == "kept":
            rows.append(
                _row(grid, at, cells, reading, env)
                | {"wave": wave.value, "rule": rule, "sheet": grid.name, "row": at + 1}
            )
        if kind == "set_aside":
            env.ledger.doubt("E-RECAPROW", grid.name, address(at, reading.columns["unit"]))
        record.kinds[kind] += 1
    for name, column in (reading.columns | {f"nrr_{key}": value for key, value in reading.items.items()}).items():
        heading = tidy(str(grid.at(reading.heading[1], column) or grid.at(reading.heading[0], column)))[:200]
        env.ledger.columns.append(
            ColumnFound(grid.name, name, letters(column), heading, reading.heading[1] + 1, "recap")
        )
    if not wave.value:
        env.ledger.doubt("E-NOWAVE", grid.name, "", len(rows))
    record.wave = wave.value
    return rows


def _kind(cells: Sequence[Value], at: int, reading: RecapReading) -> str:  # noqa: PLR0911 - one return per kind of row
    if all(blank(value) for value in cells):
        return "blank"
    if at < reading.heading[0]:
        return "title"
    if at <= reading.heading[1]:
        return "heading"
    labels = [
        normal(value) for value in cells[: reading.columns["unit"] + 1] if isinstance(value, str) and not blank(value)
    ]
    if any(is_total(one) for one in labels):
        return "total"
    numbers = [one for column in reading.items.values() if (one := plain_number(cells[column])) is not None]
    unit = cells[reading.columns["unit"]]
    if numbers and len(numbers) >= 5 and all(after - before == 1 for before, after in pairwise(numbers)):
        return "heading"
    figures = any(_figures(cells[column]) for column in reading.items.values())
    if isinstance(unit, str) and not blank(unit) and figures and not is_note(normal(unit)):
        return "kept"
    if isinstance(unit, str) and not blank(unit) and not figures and not is_note(normal(unit)):
        filled = sum(not blank(cells[column]) for column in reading.items.values())
        return "set_aside" if filled * 2 >= len(reading.items) else "note"
    return "total" if numbers and not labels else "note"


def _figure(value: Value, name: str) -> float | None:
    """Return a count or an index; an index may be written or shown as percent ("76,54%")."""
    if name == "index":
        return plain_number(value.strip().removesuffix("%") if isinstance(value, str) else value)
    return plain_number(value, count=True)


def _row(grid: Grid, at: int, cells: Sequence[Value], reading: RecapReading, env: Env) -> dict[str, Any]:
    text = tidy(str(cells[reading.columns["unit"]]))
    unit = env.finder.unit(text) or env.finder.unit_inside(text)
    if not unit:
        env.ledger.doubt(
            "E-UNIT", grid.name, address(at, reading.columns["unit"]), 1, unit=text[:80], hint=env.finder.near(text)
        )
    known = env.book.unit(unit) if unit else None
    row: dict[str, Any] = {
        "unit": unit or text,
        "sector": known.sector if known else "unknown",
        "owner": known.owner if known else "city",
    }
    for name in ("n", "population", "index"):
        column = reading.columns.get(name, -1)
        number = _figure(cells[column], name) if column >= 0 else None
        if column >= 0 and number is None and not blank(cells[column]):
            env.ledger.doubt("E-COUNT", grid.name, address(at, column), 1, variable=name, column=letters(column))
        row[name] = number
    column = reading.columns.get("grade", -1)
    grade = normal(str(cells[column])) if column >= 0 else ""
    words_of = {normal(one.label.get("id", "")): one.grade for rule in env.book.rules for one in rule.grades}
    row["grade"] = grade.upper() if grade.upper() in ("A", "B", "C", "D") else words_of.get(grade, "")
    of = env.book.instrument(reading.instrument)
    for item, place in reading.items.items():
        number = plain_number(cells[place])
        if _out_of_hundred(cells[place]) is not None or (number is not None and of.high < number <= _HUNDRED):
            number = None
            env.ledger.doubt("E-HUNDRED", grid.name, address(at, place), 1, variable=item, column=letters(place))
        elif number is not None and not of.low <= number <= of.high:
            env.ledger.doubt("E-RANGE", grid.name, address(at, place), 1, variable=item, column=letters(place))
            number = None
        row[f"nrr_{item}"] = number
    return row
