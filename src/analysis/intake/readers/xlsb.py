"""What an xlsb says beside its values: error cells, hidden rows and columns, merges, filters."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from analysis.intake.grid import Area, Hazards, Place

from .biff import ERRORS
from .ooxml import Package

_ROW, _CELL_ERROR, _FORMULA_ERROR, _COLUMN, _SHEET, _MERGE, _FILTER_COLUMN = 0, 3, 11, 60, 156, 176, 163


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of each record of a binary part."""
    at = 0
    while at < len(data):
        kind, at = data[at], at + 1
        if kind & 0x80 and at < len(data):
            kind, at = (kind & 0x7F) | (data[at] & 0x7F) << 7, at + 1
        size = 0
        for shift in range(0, 28, 7):
            if at >= len(data):
                return
            byte, at = data[at], at + 1
            size |= (byte & 0x7F) << shift
            if not byte & 0x80:
                break
        yield kind, data[at : at + size]
        at += size


def scan(data: bytes) -> Iterator[tuple[str, Hazards, int]]:
    """Yield name, hazards and dense size (not known: 0) of each sheet."""
    package = Package(data)
    book = package.workbook
    targets = package.targets(book)
    for kind, body in records(package.part(book)):
        if kind == _SHEET and len(body) > 12:
            relation, at = _text(body, 8)
            name, _ = _text(body, at)
            yield name, _hazards(package.part(targets.get(relation, ""))), 0


def _text(body: bytes, at: int) -> tuple[str, int]:
    count = int.from_bytes(body[at : at + 4], "little")
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _hazards(part: bytes) -> Hazards:
    errors: dict[Place, str] = {}
    rows: set[int] = set()
    columns: set[int] = set()
    merged: list[Area] = []
    row, filtered = 0, False
    for kind, body in records(part):
        if kind == _ROW and len(body) >= 12:
            row = int.from_bytes(body[:4], "little")
            if body[11] & 0x10:
                rows.add(row)
        elif kind in (_CELL_ERROR, _FORMULA_ERROR) and len(body) >= 9:
            errors[row, int.from_bytes(body[:4], "little")] = ERRORS.get(body[8], "#ERROR")
        elif kind == _COLUMN and len(body) >= 18 and body[16] & 1:
            first, last = struct.unpack_from("<II", body)
            columns.update(range(first, min(last, 16383) + 1))
        elif kind == _MERGE and len(body) >= 16:
            top, bottom, left, right = struct.unpack_from("<IIII", body)
            merged.append((top, left, bottom, right))
        elif kind == _FILTER_COLUMN:
            filtered = True
    return Hazards(
        errors, hidden_rows=frozenset(rows), hidden_columns=frozenset(columns), merged=tuple(merged), filtered=filtered
    )
