"""Who came twice: which reading counts, what the declarations say of it, and what is told of the rest.

Nobody is counted twice, and nothing newer counts unless it was declared: the earlier table stands (fewer marks of a
version in its name, else the fuller one, else the first by name), rows of the other are set aside as duplicates, and
every cell that differs is told. A line in the sheet "Kiriman ulang" turns that round for a unit and wave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from .overlap import Copy
from .redeclared import declared
from .resubmit import Settled, counts, differing, relate, shown, tables_of, write_changes

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.intake.fileread import FileRead
    from analysis.intake.notes import Ledger


def settle(files: Sequence[FileRead], ledger: Mapping[str, Ledger], book: Codebook) -> None:
    """Mark in ``files`` the rows that are not counted, and write into ``ledger`` why and what differs."""
    tables = tables_of(files)
    order = sorted(range(len(tables)), key=lambda at: (*tables[at].place, at))
    known = Settled(tables, relate(tables, order))
    declared(files, known, ledger, book)
    if known.replaced:
        used = set(known.replaced.values())
        order.sort(key=lambda at: (at in known.replaced, at not in used))
        known.related = relate(tables, order)
    masks = {at: mask.copy() for at, mask in known.gone.items()}
    for (later, earlier), copy in sorted(known.related.items(), key=lambda one: tuple(map(order.index, one[0]))):
        if copy is None:
            if later not in known.replaced and earlier not in known.replaced:
                _only_named(known, later, earlier, ledger)
            continue
        mask = masks.setdefault(later, np.zeros(len(tables[later].block), dtype=bool))
        fresh = [pair.here for pair in (*copy.equal, *copy.changed) if not mask[pair.here]]
        if fresh:
            mask[fresh] = True
            _say(known, copy, ledger, book)
    for at, mask in masks.items():
        if mask.any():
            tables[at].file.dropped[tables[at].at] = mask


def _only_named(known: Settled, later: int, earlier: int, ledger: Mapping[str, Ledger]) -> None:
    one, other = known.tables[later], known.tables[earlier]
    ledger[one.file.name].doubt(
        "E-VERSION", one.block.sheet, "", len(one.block), other=other.file.name, other_sheet=other.block.sheet,
        used=one.file.name,
    )  # fmt: skip


def _say(known: Settled, copy: Copy, ledger: Mapping[str, Ledger], book: Codebook) -> None:
    one, other = known.tables[copy.block], known.tables[copy.of]
    places = [pair.here for pair in (*copy.equal, *copy.changed)]
    rows = one.block.rows[places]
    where = f"{rows.min()}:{rows.max()}"
    named = {"other": other.file.name, "other_sheet": other.block.sheet}
    if not copy.changed:
        one.file.reasons[one.at] = "E-OVERLAP"
        ledger[one.file.name].doubt("E-OVERLAP", one.block.sheet, where, len(places), **named)
        return
    one.file.reasons[one.at] = "E-RESUBMIT"
    cells = differing(one, other, copy.changed, book)
    write_changes(one, cells, ledger[one.file.name])
    ledger[one.file.name].doubt(
        "E-RESUBMIT", one.block.sheet, where, len(places), **named, used=one.file.name, **counts(one, other, copy),
        cells=shown(cells),
    )  # fmt: skip
