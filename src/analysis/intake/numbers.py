"""Numbers as senders write them."""

from __future__ import annotations

import re

from .grid import Value

_GROUPED = re.compile(r"^\d{1,3}(?:\.\d{3})+$")


def plain_number(value: Value, *, count: bool = False) -> float | None:
    """Return a number from a cell: numbers as they are, texts with a decimal comma or point.

    A point before three digits groups thousands where a ``count`` is meant ("1.234 pengguna"), and is a decimal point
    in a mean ("3.125"); with a comma beside it it always groups.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return float(value)
    if not isinstance(value, str):
        return None
    text = value.strip().replace(" ", "")
    if "," in text or (count and _GROUPED.match(text)):
        text = text.replace(".", "").replace(",", ".")
    return float(text) if re.fullmatch(r"[+-]?\d+(?:\.\d+)?", text) else None
