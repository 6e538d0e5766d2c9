"""Numbers as senders write them."""

from __future__ import annotations

import math
import re

from .grid import Value
from .vocab import words

_GROUPED = re.compile(r"^\d{1,3}([.,])\d{3}(?:\1\d{3})*$")
_WITH_WORD = re.compile(r"^([\d., ]*\d)\s*([^\W\d_]+)\.?$")


def plain_number(value: Value, *, count: bool = False) -> float | None:
    """Return a number from a cell: numbers as they are, texts with a decimal comma or point.

    A point or comma before three digits groups thousands where a ``count`` is meant ("1.234", "1,234 orang"), and is
    a decimal sign in a mean ("3.125"); with the other one beside it a point always groups. A count is whole, or none.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        number: float | None = float(value) if math.isfinite(value) else None
    elif isinstance(value, str):
        number = _of_text(value.strip(), count=count)
    else:
        return None
    return None if count and number is not None and not number.is_integer() else number


def _of_text(text: str, *, count: bool) -> float | None:
    named = _WITH_WORD.match(text) if count else None
    if named and named[2].casefold() in words("counted"):
        text = named[1]
    text = "".join(text.split())
    if count and _GROUPED.match(text):
        text = text.replace(".", "").replace(",", "")
    elif "," in text:
        text = text.replace(".", "").replace(",", ".")
    return float(text) if re.fullmatch(r"[+-]?\d+(?:\.\d+)?", text) else None
