"""Dates and periods: one order per column, never guessed per cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from analysis.codebook import Codebook

from .grid import Value, blank
from .text import normal
from .vocab import table

_ISO = re.compile(r"^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:\D.*)?$")
_SLASHED = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{2}|\d{4})(?:\D.*)?$")
_WORDED = re.compile(r"^(?:\w+,?\s+)?(\d{1,2})[\s-]+([A-Za-z]+)[\s-]+(\d{4})(?:\D.*)?$")
_YEAR = re.compile(r"(?<!\d)(20[0-4]\d|199\d)(?!\d)")
_HALF = re.compile(r"\b(?:semester|smt|sem)\s*(i{1,2}|[12])\b")
_QUARTER = re.compile(r"\b(?:triwulan|tw|kuartal|quarter|q)\s*(iv|i{1,3}|[1-4])\b")
_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4}
_SERIAL = range(36526, 55153)
_1904 = 1462


@dataclass(frozen=True)
class DateReader:
    """Reads the dates of one column; ``order`` is ``dmy`` or ``mdy``, "" where the column does not tell.

    ``since_1904``: a number counts days from 1904, not from 1900.
    """

    order: str
    sure: bool
    since_1904: bool = False

    def __call__(self, value: Value) -> tuple[str, str]:
        """Return the date as ISO text ("" where there is none) and a code where it is no date."""
        if blank(value):
            return "", ""
        if isinstance(value, datetime):
            return _ranged(value.date())
        if isinstance(value, date):
            return _ranged(value)
        if isinstance(value, int | float) and not isinstance(value, bool):
            days = int(value) + _1904 * self.since_1904 if math.isfinite(value) else 0
            return ((date(1899, 12, 30) + timedelta(days=days)).isoformat(), "") if days in _SERIAL else ("", "E-DATE")
        if not isinstance(value, str):
            return "", "E-DATE"
        return _of_text(value.strip(), self.order)


@lru_cache(maxsize=4096)
def _of_text(text: str, order: str) -> tuple[str, str]:
    if match := _ISO.match(text):
        return _made(int(match[1]), int(match[2]), int(match[3]))
    if match := _SLASHED.match(text):
        first, second, year = (int(part) for part in match.groups())
        year += 2000 if year < 100 else 0
        day, month = (second, first) if order == "mdy" else (first, second)
        return _made(year, month, day) if order else ("", "E-DATE")
    if match := _WORDED.match(text):
        month = table()["months"].get(match[2].lower(), 0)
        return _made(int(match[3]), month, int(match[1]))
    return "", "E-DATE"


def date_reader(values: Iterable[Value], *, since_1904: bool = False) -> DateReader:
    """Return a reader for a column: the order that fits every date; where both fit, day first, and not sure."""
    day_first = month_first = True
    seen = False
    for value in values:
        match = _SLASHED.match(value.strip()) if isinstance(value, str) else None
        if match:
            seen = True
            first, second = int(match[1]), int(match[2])
            day_first &= second <= 12
            month_first &= first <= 12
    if not seen:
        return DateReader("dmy", sure=True, since_1904=since_1904)
    if day_first and month_first:
        return DateReader("dmy", sure=False, since_1904=since_1904)
    return DateReader("dmy" if day_first else "mdy" if month_first else "", sure=True, since_1904=since_1904)


def _made(year: int, month: int, day: int) -> tuple[str, str]:
    try:
        return _ranged(date(year, month, day))
    except ValueError:
        return "", "E-DATE"


def _ranged(found: date) -> tuple[str, str]:
    return (found.isoformat(), "") if 1990 <= found.year <= 2049 else ("", "E-DATE")


def wave_in(text: str, book: Codebook) -> str:
    """Return the wave that a text names: one of the codebook's, else a year with its half or quarter; else nothing."""
    plain = normal(text)
    names = {normal(one.name): one.name for one in book.waves}
    found = [name for key, name in names.items() if f" {key} " in f" {plain} "]
    years: set[str] = set(_YEAR.findall(plain))
    if len(years) > 1:
        return ""
    if years:
        year = years.pop()
        made = year + _part(plain)
        if made in names.values() or not names:
            return made
        return year if year in names.values() or not found else max(found, key=len)
    return max(found, key=len) if found else ""


def _part(plain: str) -> str:
    if match := _HALF.search(plain):
        return f"-S{_ROMAN.get(match[1], match[1])}"
    if match := _QUARTER.search(plain):
        return f"-T{_ROMAN.get(match[1], match[1])}"
    return ""


def wave_of_value(value: Value, book: Codebook) -> str:
    """Return the wave in a cell: a year as number, a date's year, or a text that names one."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, datetime | date):
        return str(value.year)
    if isinstance(value, int | float):
        return str(int(value)) if 1990 <= value <= 2049 and float(value).is_integer() else ""
    return wave_in(value, book) if isinstance(value, str) else ""
