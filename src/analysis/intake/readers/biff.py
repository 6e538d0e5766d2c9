"""What an xls says beside its values: error cells, hidden rows and columns, filters."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.intake.grid import Hazards, Place

from .ooxml import LITERALS
from .sniff import OLE

ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}
_BOUNDSHEET, _EOF, _FORMULA, _BOOLERR, _ROW, _COLINFO, _FILTER = 0x85, 0x0A, 0x06, 0x205, 0x208, 0x7D, 0x9B
_FORMULA3, _FORMULA4, _NUMBER, _RK, _MULRK, _XF, _FORMAT, _DATEMODE = (
    0x206,
    0x406,
    0x203,
    0x27E,
    0xBD,
    0xE0,
    0x41E,
    0x22,
)


def scan(data: bytes) -> Iterator[tuple[str, Hazards, int]]:
    """Yield name, hazards and dense size (not known: 0) of each sheet."""
    stream = _stream(data)
    head = [(kind, body) for kind, body, _ in records(stream, 0) if kind in (_BOUNDSHEET, _XF, _FORMAT, _DATEMODE)]
    percents = _percents(head)
    old = any(kind == _DATEMODE and body[:1] == b"\1" for kind, body in head)
    for name, at in (one for kind, body in head if kind == _BOUNDSHEET for one in _sheet(body)):
        yield name, replace(_hazards(stream, at, percents), since_1904=old), 0


def _percents(head: Sequence[tuple[int, bytes]]) -> frozenset[int]:
    """Return the cell styles whose numbers are shown as percent."""
    formats = {9, 10}
    for kind, body in head:
        if kind == _FORMAT and "%" in LITERALS.sub("", body[3:].replace(b"\0", b"").decode("latin-1")):
            formats.add(int.from_bytes(body[:2], "little"))
    styles = [int.from_bytes(body[2:4], "little") for kind, body in head if kind == _XF]
    return frozenset(at for at, one in enumerate(styles) if one in formats)


def _stream(data: bytes) -> bytes:
    if data[:8] != OLE:
        return data
    import olefile  # noqa: PLC0415 - as where the bytes are told apart

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


def _hazards(stream: bytes, at: int, percents: frozenset[int]) -> Hazards:
    errors: dict[Place, str] = {}
    rows: set[int] = set()
    columns: set[int] = set()
    percent: set[Place] = set()
    filtered = False
    for kind, body, _ in records(stream, at):
        if percents and kind in (_NUMBER, _RK, _MULRK, _FORMULA, _FORMULA3, _FORMULA4):
            percent.update(_shown(kind, body, percents))
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
    return Hazards(errors, hidden_rows=frozenset(rows), hidden_columns=frozenset(columns), filtered=filtered,
                   percent=frozenset(percent))  # fmt: skip


def _shown(kind: int, body: bytes, percents: frozenset[int]) -> Iterator[Place]:
    """Yield the cells of a record of numbers that have one of the styles."""
    row, column = _place(body)
    starts = range(4, len(body) - 5, 6) if kind == _MULRK else (4,)
    for at, start in enumerate(starts):
        if int.from_bytes(body[start : start + 2], "little") in percents:
            yield row, column + at


def _place(body: bytes) -> Place:
    row, column = struct.unpack_from("<HH", body)
    return row, column
