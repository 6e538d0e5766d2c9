"""Workbooks of every spreadsheet format through calamine, with a second reader where it fails."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace

from python_calamine import CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from analysis.intake.grid import Grid, Hazards, RefusedError, Value, Workbook, trimmed
from analysis.intake.process.limits import Limits

from . import biff, ods, ooxml, xlsb
from .sniff import Sniffed


def read(data: bytes, found: Sniffed, limits: Limits) -> Workbook:
    """Return all sheets with their hazards; a chart or dialog sheet comes back empty."""
    hazards = _hazards(data, found, limits)
    found.inflated.clear()
    vast = [name for name, size in hazards.sizes.items() if size > limits.cells]
    if vast or (found.strange and found.format != "xlsb"):
        return Workbook(found.format, tuple(_second(data, found.format, hazards, limits)), found.doubts)
    try:
        grids = list(_calamine(data, found.format, hazards, limits))
    except _VastError:
        return Workbook(found.format, tuple(_second(data, found.format, hazards, limits)), found.doubts)
    except RefusedError:
        raise
    except BaseException as fault:
        if isinstance(fault, MemoryError | KeyboardInterrupt | SystemExit):
            raise
        grids = list(_second(data, found.format, hazards, limits))
    if not grids and hazards.names:
        grids = list(_second(data, found.format, hazards, limits))
    if not any(grid.rows for grid in grids) and found.format in ("xlsx", "xlsm") and _torn(data):
        raise RefusedError("E-CORRUPT")
    return Workbook(found.format, tuple(grids), found.doubts)


class Facts:
    """Per sheet name: hazards, whether it is shown, and how many cells a dense reader would make of it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.of: dict[str, Hazards] = {}
        self.sizes: dict[str, int] = {}


class _VastError(Exception):
    """A sheet whose cells lie so far apart that only the sparse reader may read it."""


def _hazards(data: bytes, found: Sniffed, limits: Limits) -> Facts:
    facts = Facts()
    scan = {"xls": biff.scan, "xlsb": xlsb.scan, "ods": ods.scan}.get(found.format)
    try:
        own = scan(data) if scan else ooxml.scan(data, careful=limits.careful, inflated=found.inflated)
        for name, hazards, size in own:
            facts.names.append(name)
            facts.of[name] = hazards
            facts.sizes[name] = size
    except RefusedError:
        raise
    except Exception:
        return facts
    return facts


def _torn(data: bytes) -> bool:
    try:
        return ooxml.torn(data)
    except RefusedError:
        raise
    except Exception:
        return False


def _calamine(data: bytes, kind: str, facts: Facts, limits: Limits) -> list[Grid]:
    grids = []
    cells = 0
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        metadata = list(book.sheets_metadata)
        if len(metadata) > limits.sheets:
            raise RefusedError("E-BIG", limit=str(limits.sheets))
        for index, sheet in enumerate(metadata):
            visible = sheet.visible == SheetVisibleEnum.Visible
            rows: Sequence[Sequence[Value]] = []
            merged: tuple[tuple[int, int, int, int], ...] = ()
            if sheet.typ == SheetTypeEnum.WorkSheet:
                one = book.get_sheet_by_index(index)
                cells += one.total_height * one.total_width if one.start else 0
                if one.height * one.width > limits.cells and kind in ("xlsx", "xlsm", "ods"):
                    raise _VastError
                if one.width > limits.columns or one.height > limits.rows or cells > limits.cells:
                    rows = _bounded(one.to_python(), limits) if one.height * one.width <= limits.cells else ()
                    if not rows and one.height * one.width > limits.cells:
                        raise RefusedError("E-BIG", limit=str(limits.cells))
                else:
                    rows = trimmed(one.to_python())
                rows = _shifted(rows, one.start or (0, 0))
                merged = tuple((*first, *last) for first, last in one.merged_cell_ranges or ())
            hazards = _with(facts.of.get(sheet.name), merged)
            grids.append(Grid(sheet.name, index, _as_shown(rows, hazards), visible, hazards))
    return grids


def _bounded(rows: Sequence[Sequence[Value]], limits: Limits) -> Sequence[Sequence[Value]]:
    rows = trimmed(rows)
    width = max((at + 1 for row in rows for at, value in enumerate(row) if value != ""), default=0)
    if len(rows) > limits.rows:
        raise RefusedError("E-BIG", limit=str(limits.rows))
    if width > limits.columns:
        raise RefusedError("E-BIG", limit=str(limits.columns))
    return [row[:width] for row in rows]


def _with(hazards: Hazards | None, merged: tuple[tuple[int, int, int, int], ...]) -> Hazards:
    if hazards is None:
        return Hazards(merged=merged)
    if hazards.merged or not merged:
        return hazards
    return replace(hazards, merged=merged)


def _as_shown(rows: Sequence[Sequence[Value]], hazards: Hazards) -> Sequence[Sequence[Value]]:
    """Return the rows with each number that is shown as percent as the text a reader of the sheet sees ("75%")."""
    if not hazards.percent:
        return rows
    shown = [list(row) for row in rows]
    for row, column in hazards.percent:
        value = shown[row][column] if row < len(shown) and column < len(shown[row]) else ""
        if isinstance(value, int | float) and not isinstance(value, bool):
            shown[row][column] = f"{value * 100:.10g}%"
    return shown


def _shifted(rows: Sequence[Sequence[Value]], start: tuple[int, int]) -> Sequence[Sequence[Value]]:
    down, right = start
    if right:
        pad: list[Value] = [""] * right
        rows = [[*pad, *row] for row in rows]
    if down and rows:
        width = len(rows[0])
        rows = [*([""] * width for _ in range(down)), *rows]
    return rows


def _second(data: bytes, kind: str, facts: Facts, limits: Limits) -> list[Grid]:
    if kind in ("xlsx", "xlsm"):
        found = ooxml.values(data, limits)
    elif kind == "ods":
        found = ods.values(data, limits)
    else:
        raise RefusedError("E-CORRUPT")
    grids = []
    for index, (name, rows, visible) in enumerate(found):
        hazards = facts.of.get(name, Hazards())
        grids.append(Grid(name, index, _as_shown(trimmed(rows), hazards), visible, hazards))
    if not grids:
        raise RefusedError("E-CORRUPT")
    return grids


def members(data: bytes) -> zipfile.ZipFile:
    """Return the parts of a zipped workbook."""
    return zipfile.ZipFile(io.BytesIO(data))
