"""Declarations of one unit and wave, or district and year, that say two things: told, since only the last counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from analysis.intake.notes import Ledger
from analysis.intake.register_rows import STATED

if TYPE_CHECKING:
    from analysis.intake.fileread import FileRead

_KEYS = {"surveys": ("unit", "wave"), "population": ("district", "wave")}
_PLACE = ("file", "sheet", "row")


def tell_twice(files: Sequence[FileRead], ledger: Mapping[str, Ledger]) -> None:
    """Note every row that a later one of the same unit or district and wave contradicts."""
    for name, key in _KEYS.items():
        last: dict[tuple[Any, ...], tuple[FileRead, dict[str, Any]]] = {}
        for one in files:
            for row in () if one.copy_of else one.result.registers.get(name, ()):
                if row.get(STATED):
                    continue
                of = tuple(row.get(part, "") for part in key)
                if of in last and _says(last[of][1]) != _says(row):
                    file, before = last[of]
                    where = f"{before['row']}:{before['row']}"
                    ledger[file.name].doubt(
                        "E-TWICE", before["sheet"], where, 1, other=one.name, other_sheet=row["sheet"], row=row["row"]
                    )
                last[of] = one, row


def _says(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _PLACE and value != ""}
