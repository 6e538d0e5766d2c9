"""How a number looks to a reader: the only place where anything is rounded.

Every function takes full precision and the language, and returns text. A value that is missing gives the catalogue's
"no figure"; nothing gives an empty text. Rounding is half up in decimal arithmetic, as the grading rule has it.
"""

from __future__ import annotations

from datetime import date as calendar_date
from typing import TYPE_CHECKING

import pandas as pd
from babel.dates import format_date
from babel.numbers import format_decimal

from analysis.codebook import half_up
from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Hashable
    from decimal import Decimal

MINUS = "\N{MINUS SIGN}"
ALMOST_NONE = 1e-6
"""The least probability that is told apart from none: less is an artefact of floating point."""


def is_missing(value: object) -> bool:
    """Tell whether ``value`` is None, NaN or NA."""
    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]


def rounded(value: float, decimals: int) -> Decimal:
    """Return ``value`` rounded as the grading rule rounds; zero never bears a sign."""
    told = half_up(float(value), decimals)
    return abs(told) if told == 0 else told


def number(value: object, lang: str, decimals: int = 1) -> str:
    """Return a number with the language's separators, ``decimals`` places and a true minus sign."""
    if is_missing(value):
        return say("publish.no_figure", lang)
    places = "." + "0" * decimals if decimals else ""
    text = format_decimal(rounded(float(value), decimals), format=f"#,##0{places}", locale=lang)  # type: ignore[arg-type]
    return text.replace("-", MINUS)


def signed(value: object, lang: str, decimals: int = 1) -> str:
    """Return a number with its sign, plus too; zero has none."""
    text = number(value, lang, decimals)
    return text if is_missing(value) or rounded(float(value), decimals) <= 0 else f"+{text}"  # type: ignore[arg-type]


def count(value: object, lang: str) -> str:
    """Return a whole number with the language's thousands separator."""
    return number(value, lang, 0)


def sample(n: object, lang: str) -> str:
    """Return the base of a figure: ``n = 1.234``."""
    return f"n = {count(n, lang)}"


def percent(share: object, lang: str) -> str:
    """Return a share (0 to 1) as a whole percentage; what would round to none or all without being so is bounded."""
    return _whole_share(share, lang, "publish.percent")


def of_hundred(share: object, lang: str) -> str:
    """Return a share (0 to 1) as people out of a hundred, whole."""
    return _whole_share(share, lang, "publish.of_hundred")


def chance(probability: object, lang: str) -> str:
    """Return a probability as chances out of a hundred, whole: what was estimated is never quite none or all."""
    if is_missing(probability):
        return say("publish.no_figure", lang)
    return of_hundred(min(max(float(probability), ALMOST_NONE), 1 - ALMOST_NONE), lang)  # type: ignore[arg-type]


def _whole_share(share: object, lang: str, key: str) -> str:
    if is_missing(share):
        return say("publish.no_figure", lang)
    value = float(share)  # type: ignore[arg-type]
    whole = int(rounded(100 * value, 0))
    if whole == 0 and value > 0:
        return say(f"{key}_under", lang, value=1)
    if whole == 100 and value < 1:
        return say(f"{key}_over", lang, value=99)
    return say(key, lang, value=whole)


def date(value: object, lang: str) -> str:
    """Return a day given as ISO text or a date in words: ``24 November 2026``."""
    if is_missing(value) or value == "":
        return say("publish.no_figure", lang)
    day = value if isinstance(value, calendar_date) else calendar_date.fromisoformat(str(value)[:10])
    return format_date(day, "d MMMM y", locale=lang)


def month(period: object, lang: str, form: str = "MMMM y") -> str:
    """Return a month given as ``2025-03`` in words, ``Maret 2025``; any other period as it is."""
    text = str(period)
    if len(text) != len("2025-03") or text[4] != "-" or not (text[:4] + text[5:]).isdigit():
        return text
    return format_date(calendar_date(int(text[:4]), int(text[5:]), 1), form, locale=lang)


def month_short(period: object, lang: str) -> str:
    """Return the same in few letters, for an axis: ``Mar 2025``."""
    return month(period, lang, "MMM y")


def listing(names: list[str] | tuple[str, ...], lang: str) -> str:
    """Return names as a list in words: ``a, b dan c``."""
    if len(names) < 2:
        return "".join(names)
    return say("publish.and", lang, before=", ".join(names[:-1]), last=names[-1])


def ordered(values: list[Hashable]) -> list[str]:
    """Return levels as text, in the order given, without the missing ones."""
    return [str(value) for value in values if not is_missing(value)]
