"""What a table leaves to its surroundings, settled: unit, wave, service, channel; contradictions are said."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from .grid import Grid
from .notes import ColumnFound, SheetRecord
from .part import Env, Part
from .privacy import redact
from .text import address, letters, normal
from .units import Found, Surroundings, find_one, find_unit, find_wave

_MOSTLY = 0.9
_REVERSED = re.compile(
    r"\b[1a] (?:adalah |berarti |artinya )?sangat (?:baik|puas|sesuai|mudah|setuju|good|satisfied)\b"
)
_GRADES = re.compile(r"\d{2}[.,]\d|\d{2} ?[-\N{EN DASH}] ?\d{2}")


def settle(grid: Grid, part: Part, around: Surroundings, env: Env, record: SheetRecord) -> None:
    """Fill unit, sector, owner, wave, rule, service and channel of a block, row by row where columns tell them."""
    count = len(part.rows)
    unit = find_unit(around, env.finder)
    own = part.columns.get("unit")
    if own is None or not all(own):
        _say_unit(grid, unit, env, count)
    units = [one or unit.value for one in own] if own else [unit.value] * count
    part.columns["unit"] = units
    known = {name: env.book.unit(name) for name in set(units)}
    part.columns["sector"] = [
        found.sector if (found := known[one]) else ("unknown" if env.finder.asks else "") for one in units
    ]
    part.columns["owner"] = [
        found.owner if (found := known[one]) else ("city" if env.finder.asks else "") for one in units
    ]
    part.columns["wave"] = _waves(grid, part, around, env)
    rule = env.book.instrument(part.instrument).rule
    part.columns["rule"], part.columns["instrument"] = [rule] * count, [part.instrument] * count
    _services(part, around, env, units)
    record.unit = record.unit or _common(units)
    record.wave = record.wave or _common(part.columns["wave"])


def _common(values: list[Any]) -> str:
    found = sorted({str(one) for one in values if one})
    return found[0] if len(found) == 1 else "; ".join(found)[:200]


def _say_unit(grid: Grid, unit: Found, env: Env, count: int) -> None:
    if not env.finder.asks or not count:
        return
    if not unit.listed:
        env.ledger.doubt("E-UNIT", grid.name, unit.cell, count, unit=unit.value, hint=env.finder.near(unit.value))
    if unit.against:
        env.ledger.doubt(
            "E-UNITCLASH", grid.name, unit.cell, count, source=unit.source, against=", ".join(unit.against)
        )
    if unit.value:
        say_source(grid, env, "unit", unit.source, unit.cell)


def say_source(grid: Grid, env: Env, variable: str, source: str, cell: str) -> None:
    """Write into ``columns`` where a value that holds for the whole table was found."""
    letter = cell.rstrip("0123456789")
    row = int(cell[len(letter) :] or 0)
    env.ledger.columns.append(ColumnFound(grid.name, variable, letter, "", row, source))


def _waves(grid: Grid, part: Part, around: Surroundings, env: Env) -> list[str]:
    count = len(part.rows)
    found = find_wave(around, env.book)
    dates = part.columns.get("date", [])
    told = _by_dates(dates, env)
    own = part.columns.get("wave")
    if own and all(own):
        waves = own
    elif found.value:
        waves = [one or found.value for one in own] if own else [found.value] * count
        if found.against and count:
            env.ledger.doubt(
                "E-WAVECLASH", grid.name, found.cell, count, source=found.source, against=", ".join(found.against)
            )
        if count:
            say_source(grid, env, "wave", found.source, found.cell)
    elif told:
        waves = [told] * count
        if count:
            say_source(grid, env, "wave", "date column", "")
    else:
        waves = [""] * count
        if count:
            env.ledger.doubt("E-NOWAVE", grid.name, "", count)
    _against_dates(grid, part, waves, dates, env)
    return waves


def _by_dates(dates: list[str], env: Env) -> str:
    windows = [one for one in env.book.waves if one.start and one.end]
    told = [
        next((one.name for one in windows if one.start <= day <= one.end), "" if windows else day[:4])
        for day in dates
        if day
    ]
    if not told:
        return ""
    best, times = Counter(told).most_common(1)[0]
    names = {one.name for one in env.book.waves}
    return best if times >= _MOSTLY * len(told) and (not names or best in names) else ""


def _against_dates(grid: Grid, part: Part, waves: list[str], dates: list[str], env: Env) -> None:
    windows = {one.name: one for one in env.book.waves if one.start and one.end}
    bad = []
    for row, wave, day in zip(part.rows, waves, dates, strict=False):
        if not day or not wave:
            continue
        window = windows.get(wave)
        outside = not window.start <= day <= window.end if window else wave[:4].isdecimal() and day[:4] != wave[:4]
        if outside:
            bad.append(row)
    if bad and "date" in part.reading.columns:
        column = part.reading.columns["date"]
        where = (
            f"{letters(column)}{bad[0]}" if len(bad) == 1 else f"{letters(column)}{bad[0]}:{letters(column)}{bad[-1]}"
        )
        env.ledger.doubt("E-PERIOD", grid.name, where, len(bad))


def _services(part: Part, around: Surroundings, env: Env, units: list[str]) -> None:
    services = part.columns.get("service")
    if services is None and (fact := find_one(around, "service")) and isinstance(fact.value, str):
        services = [redact(fact.value)[0]] * len(units)
    if services is not None:
        pairs = list(zip(units, services, strict=True))
        names = {(unit, one): env.finder.service(unit, one) if one else "" for unit, one in set(pairs)}
        part.columns["service"] = [names[pair] for pair in pairs]
    if "channel" not in part.columns and (fact := find_one(around, "channel")):
        channel = env.finder.channel(str(fact.value))
        if channel:
            part.columns["channel"] = [channel] * len(units)
    if "service_district" not in part.columns:
        fact = find_one(around, "district")
        word = env.gazetteer.district(fact.value) if fact else None
        homes = {name: env.book.unit(name) for name in set(units)}
        part.columns["service_district"] = [
            word.value if word and word.value else (home.district if (home := homes[one]) else "") for one in units
        ]


def legend(grid: Grid, part: Part, env: Env) -> None:
    """Say when a note on the sheet speaks of a scale that runs the other way; nothing is turned round for it."""
    if any(item.reverse for item in env.book.instrument(part.instrument).items):
        return
    rows = [row for row in range(len(grid.rows)) if row < part.reading.heading[0]]
    rows += [part.span[0] + at for at, kind in enumerate(part.sorting.kinds) if kind in ("note", "title")]
    for row in rows:
        # "A (Sangat baik): 88,31 - 100,00" is a grade of the index, no answer.
        if any(isinstance(value, str) and _GRADES.search(value) for value in grid.rows[row]):
            continue
        for column, value in enumerate(grid.rows[row]):
            if isinstance(value, str) and len(value) < 400 and _REVERSED.search(normal(value)):
                env.ledger.doubt("E-REVERSED", grid.name, address(row, column))
                return
