"""One file as it came back from the child, on its way into the frames."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .process.codec import Result


@dataclass
class FileRead:
    """A file: number, name, hash, what it holds, whose copy it is, and by block which rows are copies and why."""

    number: str
    name: str
    sha256: str
    result: Result
    copy_of: str = ""
    dropped: dict[int, Any] = field(default_factory=dict)
    reasons: dict[int, str] = field(default_factory=dict)
