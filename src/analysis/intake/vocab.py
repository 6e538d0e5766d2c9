"""The words of ``vocab.toml`` and ``people.toml``, ready for look-up in normal form."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from .text import normal


@cache
def table() -> dict[str, Any]:
    """Return the whole vocabulary."""
    return tomllib.loads((Path(__file__).parent / "vocab.toml").read_text(encoding="utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """Return the list called ``name`` in normal form."""
    return frozenset(normal(word) for word in table()[name])


@cache
def people(name: str) -> frozenset[str]:
    """Return the list of ``people.toml`` called ``name``: single words about the names of people."""
    return frozenset(_people()[name])


@cache
def _people() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "people.toml").read_text(encoding="utf-8"))


@cache
def starts(name: str) -> tuple[str, ...]:
    """Return the list called ``name`` as beginnings."""
    return tuple(table()[name])


def is_total(plain: str) -> bool:
    """Return whether a row that begins with this text sums up others."""
    plain = plain.removeprefix("\N{GREEK SMALL LETTER SIGMA} ")
    return plain in words("total") or plain.startswith(starts("total_starts"))


def is_note(plain: str) -> bool:
    """Return whether a row that begins with this text explains or signs."""
    return plain.startswith(starts("note_starts"))
