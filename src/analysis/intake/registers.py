"""Declaration sheets and registers: known by their sheet names or headings, validated cell by cell."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from typing import Any

from .dates import date_reader, wave_of_value
from .grid import Grid, Value, blank
from .layouts.headings import merged_text
from .notes import ColumnFound, SheetRecord
from .numbers import plain_number
from .part import Env
from .privacy import redact
from .register_rows import NAMES, kind_of
from .surroundings import say_source
from .text import address, letters, normal, tidy
from .units import Surroundings, find_wave, unit_told
from .vocab import is_note, is_total, table

_DEPTH = 30
_LONGEST = 100
_LEAST = 3
_MARKS = {
    "complaints": {"received"}, "plans": {"program", "item"}, "findings": {"finding", "recommendation"},
    "training": {"hours"}, "surveys": {"sample"},
}  # fmt: skip
"""Columns without which a sheet is no such register, whatever else it names."""
_OF_A_YEAR = ("plans", "findings", "training")
"""Registers whose rows belong to a wave that their title may name; a complaint has its own date."""
_WEIGHTS = {"1/9": "1/9", "0,11": "0.11", "0.11": "0.11", "0,111": "1/9", "0.111": "1/9"}


@dataclass(frozen=True)
class RegisterReading:
    """A sheet taken for a register: its name, heading row, and column of each variable (0-based)."""

    name: str
    heading: int
    columns: dict[str, int]
    by_name: bool


def find_register(grid: Grid) -> RegisterReading | None:
    """Return the register that a sheet holds: announced by the sheet's name, or by its headings.

    Headings have to name a unit or, in a register that one unit keeps of itself, to stand under a title that names the
    register.
    """
    best: RegisterReading | None = None
    rows = [[_plain(value) for value in row] for row in grid.rows[:_DEPTH]]
    for name in NAMES:
        of = table()["register"][name]
        announced = is_announced(grid, name)
        for row in range(len(rows)):
            columns = _match(grid, rows, row, _headings(name))
            if not announced and not _told_by_headings(name, columns, rows[:row]):
                continue
            if announced and (len(columns) < 2 and len(columns) < len(of["columns"])):
                continue
            one = RegisterReading(name, row, columns, announced)
            if best is None or (one.by_name, len(one.columns)) > (best.by_name, len(best.columns)):
                best = one
    return best


def _told_by_headings(name: str, columns: dict[str, int], above: list[list[str]]) -> bool:
    if name not in _MARKS or not _MARKS[name] <= set(columns):
        return False
    if "unit" in columns:
        return len(columns) > _LEAST
    names = [normal(one) for one in table()["register"][name]["sheets"]]
    return len(columns) >= _LEAST and any(f" {one} " in f" {text} " for row in above for text in row for one in names)


def is_announced(grid: Grid, name: str) -> bool:
    """Return whether the sheet bears the name of a register."""
    sheet = normal(grid.name)
    return any(sheet == one or sheet.startswith(f"{one} ") for one in map(normal, table()["register"][name]["sheets"]))


@cache
def _headings(name: str) -> dict[str, str]:
    known: dict[str, str] = {}
    for variable, texts in table()["register"][name]["columns"].items():
        for text in (*texts, variable):
            known.setdefault(text, variable)
    for variable in {"unit", "wave"} & set(table()["register"][name]["columns"]):
        for text in table()[f"{variable}_keys"]:
            known.setdefault(text, variable)
    return known


def _plain(value: Value) -> str:
    if not isinstance(value, str) or len(value) > _LONGEST or blank(value):
        return ""
    return normal(re.sub(r"\(.*?\)|\*", " ", value)) or normal(value)


def _match(grid: Grid, rows: list[list[str]], row: int, known: dict[str, str]) -> dict[str, int]:
    """Return variable → column of a heading row; a heading may be spread over this row and the one above."""
    found: dict[str, int] = {}
    for column, text in enumerate(rows[row]):
        above = _plain(merged_text(grid, row - 1, column)[0]) if row else ""
        for one in (text, f"{above} {text}", "" if text else above):
            if one in known:
                found.setdefault(known[one], column)
                break
    return found


def read_register(
    grid: Grid, reading: RegisterReading, around: Surroundings, env: Env, record: SheetRecord
) -> list[dict[str, Any]]:
    """Return the rows of a register; a cell that cannot be read is left empty with a doubt, never guessed.

    Unit and, of plans, findings and training, wave hold for all rows where no column but what stands ``around`` does.
    """
    rows: list[dict[str, Any]] = []
    whole = _for_all_rows(grid, reading, around, env)
    below, old = grid.rows[reading.heading + 1 :], grid.hazards.since_1904
    readers = {name: date_reader((row[column] for row in below), since_1904=old)
               for name, column in reading.columns.items() if kind_of(name) == "date"}  # fmt: skip
    for at, cells in enumerate(grid.rows):
        kind = _kind(cells, at, reading)
        if kind != "kept":
            record.kinds[kind] += 1
            continue
        row: dict[str, Any] = dict(whole)
        for name, column in reading.columns.items():
            value = cells[column]
            row[name], code = _value(name, value, env, readers)
            if code:
                env.ledger.doubt(code, grid.name, address(at, column), 1, variable=name, column=letters(column))
        required = "district" if reading.name == "population" else "unit"
        if not row.get(required):
            record.kinds["set_aside"] += 1
            env.ledger.doubt("E-REGISTERROW", grid.name, f"{at + 1}:{at + 1}", 1, register=reading.name)
            continue
        record.kinds["kept"] += 1
        rows.append({**row, "sheet": grid.name, "row": at + 1})
    for name, column in reading.columns.items():
        heading = tidy(str(grid.at(reading.heading, column)))[:200]
        env.ledger.columns.append(
            ColumnFound(grid.name, name, letters(column), heading, reading.heading + 1, "register")
        )
    return rows


def _for_all_rows(grid: Grid, reading: RegisterReading, around: Surroundings, env: Env) -> dict[str, Any]:
    whole: dict[str, Any] = {}
    if "unit" in _headings(reading.name).values() and "unit" not in reading.columns:
        unit = unit_told(around, env.finder)
        if unit.value:
            whole["unit"] = unit.value
            say_source(grid, env, "unit", unit.source, unit.cell)
            if not unit.listed and env.finder.units:
                env.ledger.doubt("E-UNITLIST", grid.name, unit.cell, 1, variable="unit", column="")
    if reading.name in _OF_A_YEAR and "wave" not in reading.columns:
        wave = find_wave(around, env.book)
        if wave.value:
            whole["wave"] = wave.value
            say_source(grid, env, "wave", wave.source, wave.cell)
    return whole


def _kind(cells: Any, at: int, reading: RegisterReading) -> str:  # noqa: ANN401 - a row of cells
    full = [value for value in cells if not blank(value)]
    if not full:
        return "blank"
    if at < reading.heading:
        return "title"
    if at == reading.heading:
        return "heading"
    label = next((normal(value) for value in cells if isinstance(value, str) and not blank(value)), "")
    if is_total(label):
        return "total"
    filled = sum(not blank(cells[column]) for column in reading.columns.values())
    return (
        "note"
        if not filled
        or (is_note(label) and filled < 2)
        or (len(full) == 1 and filled <= 1 and len(reading.columns) > 2)
        else "kept"
    )


def _value(  # noqa: PLR0911 - one return per kind of column
    name: str, value: Value, env: Env, readers: dict[str, Any]
) -> tuple[Any, str]:
    if blank(value):
        return "", ""
    kind = kind_of(name)
    if kind == "date":
        found, code = readers[name](value)
        return found, code
    if name == "unit":
        text = tidy(str(value))
        unit = env.finder.unit(text) or env.finder.unit_inside(text)
        return unit or text, "" if unit or not env.finder.units else "E-UNITLIST"
    if name == "wave":
        wave = wave_of_value(value, env.book)
        return wave, "" if wave else "E-WAVE"
    if name == "district":
        word = env.gazetteer.district(value)
        return word.value, word.code
    if name == "sample":
        return sample_of(value, env)
    if name == "published_weight":
        return _weight(value)
    if kind in ("count", "number"):
        number = plain_number(value, count=kind == "count")
        if number is None or number < 0:
            return "", "E-COUNT"
        return number, ""
    text = tidy(str(value.date() if isinstance(value, datetime) else value))
    return redact(text)[0] if kind == "free" else text, ""


def sample_of(value: Value, env: Env) -> tuple[str, str]:
    """Return the kind of sample that a cell names, and a code where the codebook lists none such."""
    plain = normal(str(value))
    for one in env.book.samples:
        if plain in {normal(text) for text in (one.name, *one.aliases, *one.label.values())}:
            return one.name, ""
    inside = {one.name for one in env.book.samples for text in one.aliases if f" {normal(text)} " in f" {plain} "}
    return (inside.pop(), "") if len(inside) == 1 else ("", "E-VALUE")


def _weight(value: Value) -> tuple[str, str]:
    if isinstance(value, datetime | date):
        # "1/9" typed into a cell becomes the first of September, or the ninth of January.
        return ("1/9", "") if {value.day, value.month} == {1, 9} else ("", "E-AUTODATE")
    if isinstance(value, int | float):
        return (
            ("0.11", "")
            if abs(value - 0.11) < 5e-4
            else ("1/9", "")
            if abs(value - 1 / 9) < 1.5e-3
            else ("", "E-VALUE")
        )
    text = str(value).strip()
    return (_WEIGHTS[text], "") if text in _WEIGHTS else ("", "E-VALUE")
