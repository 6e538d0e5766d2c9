"""Texts as senders write them, and the addresses of cells: normal forms used for matching only."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

ZERO_WIDTH = dict.fromkeys(
    [0x00AD, 0x200B, 0x200C, 0x200D, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
_NUMBERING = re.compile(
    r"^(?:(?:pertanyaan|soal|question|unsur|no|q)\s+)?"
    r"(?:[up]?\d{1,2}[a-z]?|u(?:nsur)? ?(?:i{1,3}|i?v|vi{1,3}|i?x))\s+(?=\S)"
)
_BRACKETED = re.compile(r"[(\[][^()\[\]]*[)\]]")
_LOOKED_UP = 1000
_ESCAPED_BREAK = re.compile(r"_x000[dD]_")
_ASCII_WORDS = "".join(char if char.isalnum() else " " for char in map(chr, range(128)))
"""What each ASCII character becomes in a normal text: most texts hold nothing else, and this way is the fastest."""


def normal(text: str) -> str:
    """Return ``text`` for matching: NFKC, casefolded, without zero-width marks, punctuation and runs of space.

    Only the first thousand characters count: nothing that is looked up is longer.
    """
    return _normal(text if len(text) <= _LOOKED_UP else text[:_LOOKED_UP])


@lru_cache(maxsize=65536)
def _normal(text: str) -> str:
    plain = _ESCAPED_BREAK.sub(" ", text)
    if plain.isascii():
        return " ".join(plain.lower().translate(_ASCII_WORDS).split())
    plain = unicodedata.normalize("NFKC", plain).translate(ZERO_WIDTH).casefold()
    return " ".join("".join(char if char.isalnum() else " " for char in plain).split())


def unnumbered(plain: str) -> str:
    """Return a normal text without the numbering before it ("1", "u1", "pertanyaan 1"), if anything else remains."""
    return _NUMBERING.sub("", plain)


def unbracketed(text: str) -> str:
    """Return a text without what stands in brackets ("Umur (tahun)", "Biaya (U4)"), whole if nothing else remains."""
    return _BRACKETED.sub(" ", text) if normal(_BRACKETED.sub(" ", text)) else text


def tidy(text: str) -> str:
    """Return ``text`` as it may be shown: one line, no invisible or control characters, at most 32,767 long."""
    plain = _ESCAPED_BREAK.sub(" ", text)
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", plain).translate(ZERO_WIDTH)
    if not plain.isprintable():
        plain = "".join(char if char.isprintable() else " " for char in plain)
    return " ".join(plain.split())[:32767]


@lru_cache(maxsize=1024)
def letters(column: int) -> str:
    """Return the letters of a column counted from 0."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


def column_number(name: str) -> int:
    """Return the number of a column, counted from 1, by its letters; 0 for none."""
    found = 0
    for letter in name:
        found = 26 * found + ord(letter) - 64
    return found


def address(row: int, column: int) -> str:
    """Return the A1 address of a cell whose row and column are counted from 0."""
    return f"{letters(column)}{row + 1}"


def span(rows: list[int], column: int) -> str:
    """Return the range of one column that holds all ``rows`` (counted from 0), or the one cell."""
    first, last = min(rows), max(rows)
    return address(first, column) if first == last else f"{address(first, column)}:{address(last, column)}"
