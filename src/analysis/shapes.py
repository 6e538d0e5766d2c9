"""The shapes that pass from room to room: the columns of every frame, and the few small types that rooms share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

WHO = (
    "respondent", "wave", "date", "time", "instrument", "rule", "unit", "sector", "owner", "service", "channel",
    "district", "village", "service_district", "sex", "age", "education", "occupation", "disability",
)  # fmt: skip
"""Columns of ``responses`` before the items."""
AFTER_ITEMS = ("overall", "comment", "flags", "file", "sheet", "row")
"""Columns of ``responses`` after the items; ``file``, ``sheet`` and ``row`` (1-based) lead back to the workbook."""
PROBLEMS = ("code", "severity", "file", "sheet", "cell", "count", "what", "todo")
"""A doubt or fault: ``severity`` is refused, set aside, warning or note; ``cell`` an A1 address or range.

``what`` and ``todo`` are texts in the run's language.
"""
CHANGES = ("file", "sheet", "cell", "column", "variable", "rule", "old", "new", "count")
"""A change: ``rule`` names why; ``cell`` is one cell or the range of a listed decoding, ``count`` how many cells.

``old`` is filled only for text that the codebook lists.
"""
COLUMNS = ("file", "sheet", "variable", "column", "heading", "row", "matched")
"""Where a variable stands: column letter, heading row (1-based), and how the heading was matched."""
ROW_KINDS = ("title", "heading", "blank", "total", "note", "kept", "set_aside", "duplicate")
"""Every physical row of a sheet is exactly one of these."""
FILES = ("number", "file", "sheet", "sha256", "format", "layout", "outcome", "code", "unit", "wave", "rows", *ROW_KINDS)
"""One row per sheet (per file where it was refused): ``rows`` is the sum of the row kinds.

``number`` ("B-014") is what pages call the file.
"""
RECAPS = ("wave", "rule", "unit", "sector", "owner", "n", "population", "index", "grade", "file", "sheet", "row")
"""A city recap row (no respondents); the columns ``nrr_<item>`` follow."""

Cell = frozenset[tuple[str, str]]
"""A group of respondents, as (column, level) pairs: ``{("wave", "2025"), ("sector", "health")}``."""


@dataclass(frozen=True)
class Plan:
    """What may leave the building: decided once per run over all groups that may be printed.

    ``counts`` holds the respondents of every planned group, ``withheld`` those that must not be shown and why
    (``"small"`` under the threshold, ``"dominated"``, ``"alike"`` where few answered all alike, ``"linked"`` because it
    would give another away). ``kept`` names by item the groups of which only that item's figures are kept back.
    ``rules`` is the policy that decided it, as its TOML file has it; empty where none is known.
    """

    policy: str
    version: str
    threshold: int
    lang: str = "id"
    made_up: bool = False
    counts: Mapping[Cell, int] = field(default_factory=dict)
    withheld: Mapping[Cell, str] = field(default_factory=dict)
    kept: Mapping[str, frozenset[Cell]] = field(default_factory=dict)
    rules: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Cleaned:
    """What came out of the workbooks: the frames named above, the registers by name, the language of the messages."""

    responses: pd.DataFrame
    recaps: pd.DataFrame
    problems: pd.DataFrame
    changes: pd.DataFrame
    files: pd.DataFrame
    columns: pd.DataFrame
    registers: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    lang: str = "id"
    made_up: bool = False


def row_counts(files: pd.DataFrame, used: int) -> dict[str, int]:
    """Return what became of all rows of ``files``, in numbers that add up.

    ``rows`` are ``used`` as answers, ``declared`` (rows of registers and recaps), set ``aside`` or ``other`` (no data).
    """
    rows = {kind: int(files[kind].sum()) for kind in ("rows", "kept", "set_aside", "duplicate")}
    aside = rows["set_aside"] + rows["duplicate"]
    other = rows["rows"] - rows["kept"] - aside
    return {"rows": rows["rows"], "used": used, "declared": rows["kept"] - used, "aside": aside, "other": other}
