"""Two rules that every room shares: in which order waves come, and how a figure is rounded."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .model import Codebook

NOISE = 9
"""Decimals beyond which a computed figure is noise, which must not decide where it is rounded to."""
YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
NO_YEAR = 9999
Place = tuple[int, int, list[tuple[bool, int, str]]]


def wave_place(wave: str, book: Codebook | None = None) -> Place:
    """Return a key that orders waves: as the codebook lists them, others after those by year, then by their numbers.

    "Round 9" comes before "Round 10", "Semester 2 2024" before "Semester 1 2025", "2025-S1" before "2025-S2".
    """
    declared = [one.name for one in book.waves] if book else []
    parts = [part for part in re.split(r"([0-9]+)", wave) if part]
    natural = [(False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts]
    year = YEAR.search(wave)
    return declared.index(wave) if wave in declared else len(declared), int(year[0]) if year else NO_YEAR, natural


def wave_order(waves: Iterable[object], book: Codebook | None = None) -> tuple[str, ...]:
    """Return the named waves, each once, oldest first; what is missing or empty is left out."""
    named = {str(one) for one in waves if one is not None and one == one and str(one)}  # noqa: PLR0124 - NaN is no wave
    return tuple(sorted(named, key=lambda one: wave_place(one, book)))


def half_up(value: float, decimals: int) -> Decimal:
    """Return ``value`` rounded half up to ``decimals`` places; a figure within noise of a half is that half."""
    exact = Decimal(repr(round(float(value), max(NOISE, decimals))))
    return exact.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
