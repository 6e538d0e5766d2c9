"""What reading a file leaves behind beside the answers: doubts and changes, by cell, without any person's text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from analysis.shapes import ROW_KINDS

SEVERITY = {
    "refused": [
        "E-EMPTY",
        "E-TRUNC",
        "E-ODD",
        "E-HTML",
        "E-OLDXML",
        "E-NOTWB",
        "E-ENC",
        "E-BIG",
        "E-CORRUPT",
        "E-DTD",
        "E-DUPPART",
        "E-CRC",
        "E-QUOTE",
        "E-BUSY",
        "E-LOCKED",
        "E-TIME",
        "E-NOFILE",
        "E-LINKFILE",
        "E-GONE",
    ],
    "set aside": [
        "E-ERR",
        "E-NOCACHE",
        "E-AUTODATE",
        "E-DUPCOL",
        "E-LABEL",
        "E-RANGE",
        "E-PLACE",
        "E-VALUE",
        "E-AGEBAND",
        "E-BIRTHYEAR",
        "E-DUPFILE",
        "E-OVERLAP",
        "E-RESUBMIT",
        "E-TESTROW",
        "E-HIDDEN",
        "E-SCALE",
        "E-HOPES",
        "E-LAYOUT",
        "E-TRANSPOSED",
        "E-TALLY",
        "E-STACKED",
        "E-ONEFORM",
        "E-UNFIT",
        "E-NOTPERSON",
        "E-FIELDS",
        "E-NOANSWER",
        "E-MERGED",
        "E-CONFLICT",
        "E-DATE",
        "E-COUNT",
        "E-WAVE",
        "E-PACKED",
        "E-RECAPROW",
        "E-HUNDRED",
    ],
    "note": [
        "E-COLUMN",
        "E-SUBITEM",
        "E-PII",
        "E-CUT",
        "E-MACRO",
        "E-LINK",
        "E-EXT",
        "E-ENCODING",
        "E-NUL",
        "E-NOSURVEY",
        "E-REDACTED",
        "E-USERMISSING",
        "E-SCORES",
        "E-HIDDENROWS",
        "E-HIDDENCOLUMNS",
        "E-FILTER",
        "E-RESIDENCE",
        "E-OPENLOCK",
        "E-REPLACED",
    ],
}
"""Codes by severity; every other code is a warning."""
_OF = {code: severity for severity, codes in SEVERITY.items() for code in codes}


def severity(code: str, values: Mapping[str, str] | None = None) -> str:
    """Return how grave a code is: refused, set aside, warning or note; a cell beside the data sets nothing aside."""
    if values and values.get("place") == "beside":
        return "warning"
    return _OF.get(code, "warning")


@dataclass(frozen=True)
class Doubt:
    """A code, where it stands, how many cells or rows it is about, and plain values for its message."""

    code: str
    sheet: str = ""
    cell: str = ""
    count: int = 1
    values: tuple[tuple[str, str], ...] = ()


def plain_doubt(code: str, values: Mapping[str, str]) -> Doubt:
    """Return a doubt about a whole file."""
    return Doubt(code, values=tuple(sorted(values.items())))


@dataclass(frozen=True)
class Change:
    """One row of ``changes``; see ``shapes.CHANGES``."""

    sheet: str
    cell: str
    column: str
    variable: str
    rule: str
    old: str
    new: str
    count: int = 1


@dataclass(frozen=True)
class ColumnFound:
    """One row of ``columns``: ``row`` is that of the heading, 1-based."""

    sheet: str
    variable: str
    column: str
    heading: str
    row: int
    matched: str


@dataclass
class SheetRecord:
    """One row of ``files`` while it is being made, and the rows that were candidates for its headings.

    ``looked`` counts the physical rows, where blocks stand side by side those of each; the kinds must add up to it.
    ``unfit`` is the first cell beneath headings that name every item where what stands there is no answer.
    """

    sheet: str
    layout: str = ""
    outcome: str = "nothing"
    code: str = ""
    unit: str = ""
    wave: str = ""
    looked: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    candidates: Sequence[Mapping[str, Any]] = ()
    unfit: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the record for the wire."""
        return {
            "sheet": self.sheet, "layout": self.layout, "outcome": self.outcome, "code": self.code, "unit": self.unit,
            "wave": self.wave, "rows": self.looked, "candidates": list(self.candidates),
            **{kind: self.kinds[kind] for kind in ROW_KINDS},
        }  # fmt: skip


@dataclass
class Ledger:
    """Everything said about one file."""

    doubts: list[Doubt] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    columns: list[ColumnFound] = field(default_factory=list)
    sheets: list[SheetRecord] = field(default_factory=list)

    def doubt(self, code: str, sheet: str = "", cell: str = "", count: int = 1, **values: object) -> None:
        """Note a doubt; ``values`` are counts, names of the codebook and addresses, never a person's text."""
        shown = tuple(sorted((key, str(value)) for key, value in values.items()))
        self.doubts.append(Doubt(code, sheet, cell, count, shown))
