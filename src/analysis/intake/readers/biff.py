"""What an xls says beside its values: error cells, hidden rows and columns, filters."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile

from analysis.intake.grid import Hazards, Place

from .sniff import OLE

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BOUNDSHEET, _EOF, _FORMULA, _BOOLERR, _ROW, _COLINFO, _FILTER = 0x85, 0x0A, 0x06, 0x205, 0x208, 0x7D, 0x9B
_FORMULA3, _FORMULA4 = 0x206, 0x406


def scan(data: bytes) -> Iterator[tuple[str, Hazards, int]]:
    """Yield name, hazards and dense size (not known: 0) of each sheet."""
    stream = _stream(data)
    sheets = [(name, at) for kind, body, _ in records(stream, 0) if kind == _BOUNDSHEET for name, at in _sheet(body)]
    for name, at in sheets:
        yield name, _hazards(stream, at), 0


def _stream(data: bytes) -> bytes:
    if data[:8] != OLE:
        return data
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        name = next((one for one in ole.listdir() if len(one) == 1 and one[0].lower() in ("workbook", "book")), None)
        return ole.openstream(name).read() if name else b""


def records(stream: bytes, at: int) -> Iterator[tuple[int, bytes, int]]:
    """Yield kind, body and position of the records from ``at`` on, to the end of the substream."""
    depth = 0
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        body = stream[at + 4 : at + 4 + size]
        depth += kind in (0x809, 0x409, 0x209, 0x009)
        yield kind, body, at
        if kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        at += 4 + size


def _sheet(body: bytes) -> list[tuple[str, int]]:
    if len(body) < 8:
        return []
    at = int.from_bytes(body[:4], "little")
    count, flags = body[6], body[7]
    wide = flags & 1 and len(body) >= 8 + 2 * count
    if len(body) == 7 + count and not wide:  # BIFF5: no flag byte
        return [(body[7:].decode("cp1252", "replace"), at)]
    text = body[8 : 8 + (2 * count if wide else count)]
    return [(text.decode("utf-16-le" if wide else "latin-1", "replace"), at)]


def _hazards(stream: bytes, at: int) -> Hazards:
    errors: dict[Place, str] = {}
    rows: set[int] = set()
    columns: set[int] = set()
    filtered = False
    for kind, body, _ in records(stream, at):
        if kind == _BOOLERR and len(body) >= 8 and body[7]:
            errors[_place(body)] = ERRORS.get(body[6], "#ERROR")
        elif (
            kind in (_FORMULA, _FORMULA3, _FORMULA4) and len(body) >= 14 and body[12:14] == b"\xff\xff" and body[6] == 2
        ):
            errors[_place(body)] = ERRORS.get(body[8], "#ERROR")
        elif kind == _ROW and len(body) >= 14 and body[12] & 0x20:
            rows.add(int.from_bytes(body[:2], "little"))
        elif kind == _COLINFO and len(body) >= 10 and body[8] & 1:
            first, last = struct.unpack_from("<HH", body)
            columns.update(range(first, min(last, 255) + 1))
        elif kind == _FILTER:
            filtered = True
    return Hazards(errors, hidden_rows=frozenset(rows), hidden_columns=frozenset(columns), filtered=filtered)


def _place(body: bytes) -> Place:
    row, column = struct.unpack_from("<HH", body)
    return row, column
