"""How much of a file the kit is willing to take in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Limits per file: bytes, unpacked bytes, sheets, rows and columns per sheet, cells, seconds, memory.

    ``careful``: look for far-off cells first, which a reader of values would fill up to (the child does without at
    first, for it may die of them).
    """

    file_bytes: int = 50 * 2**20
    members: int = 5000
    member_bytes: int = 200 * 2**20
    unpacked_bytes: int = 300 * 2**20
    ratio: int = 200
    sheets: int = 200
    rows: int = 200_000
    columns: int = 500
    cells: int = 5_000_000
    answer_bytes: int = 256 * 2**20
    cpu_seconds: int = 20
    wall_seconds: float = 30.0
    address_space: int = 5 * 2**28
    resident: int = 2**29
    careful: bool = True

    @property
    def memory(self) -> str:
        """The limit of memory as it is told: what a child may address, less what it needs before it reads."""
        return f"{self.address_space // 2**30} GB"


DEFAULT = Limits()
