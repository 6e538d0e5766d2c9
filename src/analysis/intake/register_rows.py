"""Which registers there are, what their columns hold, and which of their rows hold good."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .vocab import table

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMES: tuple[str, ...] = (
    "units", "surveys", "resubmissions", "population", "training", "complaints", "plans", "findings",
)  # fmt: skip
"""The registers, in the order in which a secretariat fills them in."""
STATED = "stated"
"""Marks a row of ``surveys`` that stood beside the answers, not in the declarations."""


def kind_of(name: str) -> str:
    """Return what a register column holds: ``date``, ``count``, ``number``, ``free`` (redacted) or "" (a text)."""
    return str(table()["register_kinds"].get(name, ""))


def columns_of(name: str) -> tuple[str, ...]:
    """Return the columns of a register, with where each row came from."""
    return (*table()["register"][name]["columns"], "file", "sheet", "row")


def declared_first(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return one stated row per unit and wave, and only where the declarations have none; declared rows all stay."""
    declared = {(one["unit"], one.get("wave", "")) for one in rows if not one.get(STATED)}
    kept, seen = [], set(declared)
    for one in rows:
        key = (one["unit"], one.get("wave", ""))
        if not one.get(STATED):
            kept.append(one)
        elif key not in seen:
            seen.add(key)
            kept.append(one)
    return kept
