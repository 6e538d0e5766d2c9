"""What an xlsb says beside its values: error cells, hidden rows and columns, merges, filters."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace

from analysis.intake.grid import Area, Hazards, Place

from .biff import ERRORS
from .ooxml import LITERALS, Package

_ROW, _CELL_ERROR, _FORMULA_ERROR, _COLUMN, _SHEET, _MERGE, _FILTER_COLUMN = 0, 3, 11, 60, 156, 176, 163
_NUMBERS = (2, 5, 9)
_BOOK, _FORMAT, _STYLE, _STYLES, _END_STYLES = 153, 44, 47, 617, 618


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
    styles = next((part for part in targets.values() if "styles" in part.lower()), "")
    percents = _percents(package.part(styles))
    old = False
    for kind, body in records(package.part(book)):
        if kind == _BOOK:
            old = bool(body[:1] and body[0] & 1)
        if kind == _SHEET and len(body) > 12:
            relation, at = _text(body, 8)
            name, _ = _text(body, at)
            hazards = _hazards(package.part(targets.get(relation, "")), percents)
            yield name, replace(hazards, since_1904=old), 0


def _text(body: bytes, at: int) -> tuple[str, int]:
    count = int.from_bytes(body[at : at + 4], "little")
    if count == 0xFFFFFFFF:
        return "", at + 4
    end = at + 4 + 2 * count
    return body[at + 4 : end].decode("utf-16-le", "replace"), end


def _percents(part: bytes) -> frozenset[int]:
    """Return the cell styles whose numbers are shown as percent."""
    formats, styles, inside = {9, 10}, [], False
    for kind, body in records(part):
        if kind == _FORMAT and "%" in LITERALS.sub("", _text(body, 2)[0]):
            formats.add(int.from_bytes(body[:2], "little"))
        elif kind in (_STYLES, _END_STYLES):
            inside = kind == _STYLES
        elif kind == _STYLE and inside:
            styles.append(int.from_bytes(body[2:4], "little"))
    return frozenset(at for at, one in enumerate(styles) if one in formats)


def _hazards(part: bytes, percents: frozenset[int]) -> Hazards:
    errors: dict[Place, str] = {}
    rows: set[int] = set()
    columns: set[int] = set()
    merged: list[Area] = []
    percent: set[Place] = set()
    row, filtered = 0, False
    for kind, body in records(part):
        if kind == _ROW and len(body) >= 12:
            row = int.from_bytes(body[:4], "little")
            if body[11] & 0x10:
                rows.add(row)
        elif kind in _NUMBERS:
            if percents and int.from_bytes(body[4:7], "little") in percents:
                percent.add((row, int.from_bytes(body[:4], "little")))
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
        errors,
        hidden_rows=frozenset(rows),
        hidden_columns=frozenset(columns),
        merged=tuple(merged),
        filtered=filtered,
        percent=frozenset(percent),
    )
