"""What every block of a file is read with, the respondents it yields, and what all of them make of the file."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .notes import Ledger

if TYPE_CHECKING:
    from collections.abc import Mapping

    # Who only takes answers from a child needs none of what reads.
    from analysis.codebook import Codebook

    from .classify import Sorting
    from .decode import ItemDecoder
    from .layouts import Reading
    from .lexicon import Lexicon
    from .places import Gazetteer
    from .units import Finder


@dataclass
class Env:
    """What every block of a file is read with."""

    book: Codebook
    lexicon: Lexicon
    finder: Finder
    gazetteer: Gazetteer
    ledger: Ledger
    text_file: bool
    key: bytes = b""

    def decoder(
        self, instrument: str, name: str, *, text: bool = False, scored: bool = False,
        initials: Mapping[str, int] | None = None,
    ) -> ItemDecoder:  # fmt: skip
        """Return the decoder of an item; ``scored``: its numbers are scores, whichever way its scale runs."""
        return self.lexicon.decoder(instrument, name, text=self.text_file or text, scored=scored, initials=initials)


@dataclass
class Part:
    """Respondents of one block: ``rows`` are 1-based sheet rows, ``columns`` hold one list per variable."""

    sheet: str
    index: int
    block: int
    instrument: str
    rows: list[int]
    columns: dict[str, list[Any]]
    prints: list[bytes]
    sorting: Sorting
    span: tuple[int, int]
    reading: Reading


@dataclass
class Parsed:
    """What one file holds; ``refused`` is the code of a file that was not opened."""

    format: str = ""
    refused: str = ""
    made_up: bool = False
    parts: list[Part] = field(default_factory=list)
    registers: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    recaps: list[dict[str, Any]] = field(default_factory=list)
    ledger: Ledger = field(default_factory=Ledger)
