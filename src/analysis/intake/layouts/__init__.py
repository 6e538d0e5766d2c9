"""How respondents may stand on a sheet: one module per layout, each finding readings with a score and its reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Reading:
    """One way to read a block of cells.

    ``reasons`` are what led to the score, by name (``items``, ``of``, ``people``, ``fits``, ``looked``).
    ``heading`` holds the first and last heading row, ``left`` and ``right`` the columns of the block, ``columns``
    variable → column, ``matched`` variable → how its heading was matched; rows and columns count from 0.
    """

    layout: str
    score: float
    reasons: Mapping[str, str | int]
    heading: tuple[int, int]
    left: int
    right: int
    instrument: str
    columns: dict[str, int]
    matched: dict[str, str]
    personal: tuple[int, ...] = ()
    unknown: tuple[int, ...] = ()
    doubled: tuple[tuple[str, int, int], ...] = ()
    bottom: int = field(default=-1)
