"""What the child sends back: a JSON head and packed columns; nothing in it is ever executed or unpickled."""

from __future__ import annotations

import json
import zlib
from array import array
from collections.abc import Sequence
from typing import Any

from analysis.intake.part import Parsed, Part

MAGIC = b"TLK1"


def encode(parsed: Parsed) -> bytes:
    """Return ``parsed`` as bytes."""
    blobs: list[bytes] = []
    head = {
        "format": parsed.format, "refused": parsed.refused, "made_up": parsed.made_up,
        "sheets": [one.as_dict() for one in parsed.ledger.sheets],
        "doubts": [vars(one) | {"values": dict(one.values)} for one in parsed.ledger.doubts],
        "changes": [vars(one) for one in parsed.ledger.changes],
        "columns": [vars(one) for one in parsed.ledger.columns],
        "registers": parsed.registers, "recaps": parsed.recaps,
        "blocks": [_block(part, blobs) for part in parsed.parts],
    }  # fmt: skip
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
    body = len(text).to_bytes(4, "little") + text + b"".join(blobs)
    return MAGIC + zlib.compress(body, 1)


def _block(part: Part, blobs: list[bytes]) -> dict[str, Any]:
    columns = {name: _column(values, blobs) for name, values in part.columns.items()}
    rows = array("i", part.rows).tobytes()
    prints = b"".join(part.prints)
    blobs += [rows, prints]
    return {
        "sheet": part.sheet, "index": part.index, "block": part.block, "count": len(part.rows), "columns": columns,
        "rows": len(rows), "prints": len(prints),
    }  # fmt: skip


def _column(values: Sequence[Any], blobs: list[bytes]) -> dict[str, Any]:
    levels = list(dict.fromkeys(values))
    if len(levels) == 1:
        return {"levels": levels, "bytes": 0, "kind": ""}
    kind = "B" if len(levels) < 256 else "H" if len(levels) < 65536 else "I"
    code = {level: at for at, level in enumerate(levels)}
    packed = array(kind, list(map(code.__getitem__, values))).tobytes()
    blobs.append(packed)
    return {"levels": levels, "bytes": len(packed), "kind": kind}
