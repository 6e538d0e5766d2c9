"""Units that no codebook lists, written with other capitals, blanks or signs: one unit, as first written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.codebook import Codebook
from analysis.intake.notes import Change, Ledger
from analysis.intake.text import normal

if TYPE_CHECKING:
    from analysis.intake.fileread import FileRead

RULE = "name of a unit"


def one_spelling(files: Sequence[FileRead], ledger: Mapping[str, Ledger], book: Codebook) -> None:
    """Give each unlisted unit the spelling that the first file has for it, in respondents, recaps and registers."""
    listed = {unit.name for unit in book.units}
    first: dict[str, str] = {}
    for name in (name for one in files for name in _names(one)):
        if name and name not in listed:
            first.setdefault(normal(name), name)
    for one in files:
        _rename(one, first, ledger[one.name], listed)


def _names(one: FileRead) -> Iterator[str]:
    for block in one.result.blocks:
        yield from (str(level) for level in block.columns.get("unit", ([], None))[0] if level)
    yield from (str(row["unit"]) for row in _rows(one))


def _rows(one: FileRead) -> Iterator[dict[str, Any]]:
    """Yield the rows of recaps and registers that name a unit."""
    registers = (row for rows in one.result.registers.values() for row in rows)
    yield from (row for row in (*one.result.recaps, *registers) if row.get("unit"))


def _rename(one: FileRead, first: Mapping[str, str], ledger: Ledger, listed: set[str]) -> None:
    def told(name: str) -> str:
        return name if name in listed else first.get(normal(name), name)

    for block in one.result.blocks:
        levels, codes = block.columns.get("unit", ([], None))
        for at, level in enumerate(levels):
            if level and (new := told(str(level))) != level:
                count = len(block) if codes is None else int(np.count_nonzero(codes == at))
                ledger.changes.append(Change(block.sheet, "", "", "unit", RULE, "", new, count))
        if levels:
            block.columns["unit"] = ([told(str(level)) if level else level for level in levels], codes)
    for row in _rows(one):
        row["unit"] = told(str(row["unit"]))
    for sheet in one.result.sheets:
        sheet["unit"] = told(str(sheet["unit"]))
