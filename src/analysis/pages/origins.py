"""Which rows of the page of sources a text's figures come from, by the names, waves and words in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Origins:
    """The anchors of that page: of answers by unit and wave, of published figures alike, of registers by a word.

    Units go by what readers call them. ``announces`` is the verb of sentences that quote a published figure; the words
    of registers are in small letters.
    """

    answers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    published: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    registers: Mapping[str, str] = field(default_factory=dict)
    announces: str = ""

    def of(self, text: str) -> str:
        """Return the anchor of a text's figures: a register's, else those of the one unit it names, else ``""``."""
        small = text.casefold()
        register = next((anchor for word, anchor in self.registers.items() if word in small), "")
        return register or _one(text, self.answers)

    def quoted(self, text: str) -> str:
        """Return the anchor of the published figure that a text quotes, ``""`` where it quotes none."""
        return _one(text, self.published) if self.announces and self.announces in text else ""


def _one(text: str, units: Mapping[str, Mapping[str, str]]) -> str:
    """Return the anchor of the one unit that is named, in the first of the waves that are named (none: the last).

    ``""`` where several units are named, or none.
    """
    named = []
    for name in sorted(units, key=len, reverse=True):
        if name in text:
            text = text.replace(name, " ")
            named.append(units[name])
    if len(named) != 1:
        return ""
    waves = sorted(wave for wave in named[0] if wave and wave in text) or [max(named[0])]
    return named[0][waves[0]]
