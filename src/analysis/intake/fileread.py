"""One file as it came back from the child, on its way into the frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .codec import Result


@dataclass
class FileRead:
    """A file: its number and name, its hash, what it holds, whose copy it is, and the rows that are copies by block."""

    number: str
    name: str
    sha256: str
    result: Result
    copy_of: str = ""
    dropped: dict[int, Any] = field(default_factory=dict)
