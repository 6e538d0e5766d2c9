"""What the sheet "Kiriman ulang" declares: which of several copies counts, by unit and wave."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.intake.text import normal
from analysis.intake.vocab import words

from .overlap import Copy
from .pairing import Pair
from .resubmit import Settled, Table, counts, differing, shown, write_changes

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.intake.fileread import FileRead
    from analysis.intake.notes import Ledger

REGISTER = "resubmissions"
_ENDING = re.compile(r"\.[a-z]{3,5}$")


def declared(files: Sequence[FileRead], known: Settled, ledger: Mapping[str, Ledger], book: Codebook) -> None:
    """Set aside in ``known`` the tables that a declaration replaces; one that cannot be followed is a doubt."""
    for one in files:
        for line in () if one.copy_of else one.result.registers.get(REGISTER, ()):
            meant = [at for at, table in enumerate(known.tables) if _in_scope(table, line)]
            pairs = list(_pairs(known, line, meant))
            if not pairs:
                row = f"{line['row']}:{line['row']}"
                ledger[one.name].doubt("E-VERSIONFILE", str(line["sheet"]), row, 1)
            for old, fresh in pairs:
                _replace(known, old, fresh, line, ledger, book)


def _in_scope(table: Table, line: Mapping[str, Any]) -> bool:
    wave = line.get("wave", "")
    return any(unit == line["unit"] and wave in ("", of) for unit, of, _ in table.scope)


def _pairs(known: Settled, line: Mapping[str, Any], meant: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield replaced and used tables; nothing where the line names no file that came or no earlier copy of it."""
    if normal(str(line.get("used", ""))) in words("newest"):
        yield from _newest(known, meant)
        return
    sheet = normal(str(line.get("used_sheet", "")))
    used = [at for at in meant if _named(known.tables[at], str(line.get("used", "")))
            and sheet in ("", normal(known.tables[at].block.sheet))]  # fmt: skip
    older = [name for name in re.split(r"[;\n]", str(line.get("replaces", ""))) if name.strip()]
    for at in meant:
        if at in used or not used:
            continue
        if older:
            if any(_named(known.tables[at], name) for name in older):
                yield at, used[0]
        else:
            fresh = next((one for one in used if (at, one) in known.related or (one, at) in known.related), None)
            if fresh is not None:
                yield at, fresh


def _newest(known: Settled, meant: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield every table with a related one whose names say that it is later, and the latest of these."""
    for at in meant:
        later = [one for one in meant if ((at, one) in known.related or (one, at) in known.related)
                 and known.tables[one].rank > known.tables[at].rank]  # fmt: skip
        if later:
            yield at, max(later, key=lambda one: known.tables[one].rank)


def _named(table: Table, text: str) -> bool:
    """Return whether a text names the file of a table, with or without its folder and ending."""
    wanted = text.strip().casefold()
    name = table.file.name.casefold()
    short = name.rpartition("/")[2]
    return bool(wanted) and wanted in (name, short, _ENDING.sub("", name), _ENDING.sub("", short))


def _replace(
    known: Settled, old: int, fresh: int, line: Mapping[str, Any], ledger: Mapping[str, Ledger], book: Codebook
) -> None:  # fmt: skip
    one, other = known.tables[old], known.tables[fresh]
    units, waves = one.block.series("unit"), one.block.series("wave")
    mask = np.array([unit == line["unit"] and line.get("wave", "") in ("", wave)
                     for unit, wave in zip(units, waves, strict=True)], dtype=bool)  # fmt: skip
    if old in known.gone:
        mask &= ~known.gone[old]
    if not mask.any():
        return
    known.gone[old] = known.gone.get(old, np.zeros(len(mask), dtype=bool)) | mask
    known.replaced[old] = fresh
    copy = known.related.get((old, fresh)) or _turned(known.related.get((fresh, old)))
    told = counts(one, other, copy or Copy(old, fresh, (), ()))
    cells = differing(one, other, copy.changed, book) if copy else []
    write_changes(one, cells, ledger[one.file.name])
    one.file.reasons[one.at] = "E-REPLACED"
    rows = one.block.rows[mask]
    ledger[one.file.name].doubt(
        "E-REPLACED", one.block.sheet, f"{rows.min()}:{rows.max()}", len(rows), other=other.file.name,
        other_sheet=other.block.sheet, **told, cells=shown(cells),
    )  # fmt: skip


def _turned(copy: Copy | None) -> Copy | None:
    if copy is None:
        return None
    equal, changed = (tuple(Pair(one.there, one.here) for one in pairs) for pairs in (copy.equal, copy.changed))
    return Copy(copy.of, copy.block, equal, changed)
