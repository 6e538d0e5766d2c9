"""What the child sent, unpacked and checked."""

from __future__ import annotations

import json
import sys
import zlib
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from .wire import MAGIC

_PRINT = 8


@dataclass(frozen=True)
class Block:
    """Respondents of one block as they come over the wire; ``columns`` hold levels and codes."""

    sheet: str
    index: int
    block: int
    rows: np.ndarray[Any, np.dtype[np.int32]]
    prints: bytes
    columns: dict[str, tuple[list[Any], np.ndarray[Any, Any] | None]]

    def __len__(self) -> int:
        return len(self.rows)

    def series(self, name: str) -> np.ndarray[Any, Any]:
        """Return a column as an object array; missing answers are None."""
        levels, codes = self.columns[name]
        of = np.array([*levels, None], dtype=object)
        return np.repeat(of[:1], len(self)) if codes is None else of[codes]


@dataclass
class Result:
    """One file as decoded: head fields as in the head of the wire, and its blocks."""

    format: str
    refused: str
    made_up: bool
    sheets: list[dict[str, Any]]
    doubts: list[dict[str, Any]]
    changes: list[dict[str, Any]]
    columns: list[dict[str, Any]]
    registers: dict[str, list[dict[str, Any]]]
    recaps: list[dict[str, Any]]
    blocks: list[Block] = field(default_factory=list)


def decode(data: bytes, limit: int) -> Result:
    """Return what ``data`` holds; ValueError where it is no message of ours or unpacks beyond ``limit`` bytes."""
    if data[:4] != MAGIC:
        raise ValueError("not a message of the reader")
    unpacker = zlib.decompressobj()
    body = unpacker.decompress(data[4:], limit)
    if not unpacker.eof:
        raise ValueError("the message of the reader is cut or too long")
    size = int.from_bytes(body[:4], "little")
    head = json.loads(body[4 : 4 + size].decode("utf-8"), object_hook=_shared)
    packed = body[4 + size :]
    blocks, at = [], 0
    for one in head.pop("blocks"):
        block, at = _read_block(one, packed, at)
        blocks.append(block)
    return Result(**head, blocks=blocks)


def _shared(found: dict[str, Any]) -> dict[str, Any]:
    """Hold a text in an object of JSON, which hundreds of files say alike, once for all of them."""
    for key, value in found.items():
        if type(value) is str:
            found[key] = sys.intern(value)
        elif type(value) is list:
            found[key] = [sys.intern(one) if type(one) is str else one for one in value]
    return found


def _read_block(head: dict[str, Any], body: bytes, at: int) -> tuple[Block, int]:
    columns: dict[str, tuple[list[Any], np.ndarray[Any, Any] | None]] = {}
    for name, column in head["columns"].items():
        codes = None
        if column["kind"]:
            dtype = {"B": np.uint8, "H": np.uint16, "I": np.uint32}[column["kind"]]
            codes = np.frombuffer(body, dtype, column["bytes"] // np.dtype(dtype).itemsize, at)
            at += column["bytes"]
        columns[name] = (column["levels"], codes)
    rows = np.frombuffer(body, np.int32, head["count"], at)
    at += head["rows"]
    prints = body[at : at + head["prints"]]
    at += head["prints"]
    if len(prints) != _PRINT * head["count"]:
        raise ValueError("the message of the reader does not add up")
    return Block(head["sheet"], head["index"], head["block"], rows, prints, columns), at
