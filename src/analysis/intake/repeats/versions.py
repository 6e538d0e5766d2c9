"""Names that call a file or sheet a later version of another ("… revisi", "… v2", "… (1)", "… final")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analysis.intake.text import normal
from analysis.intake.vocab import words

_COUNTED = re.compile(r"^(?:v|ver|versi|version|rev|revisi|revision|r|ke|kiriman)?\s?(\d{1,2})$")
_LONGEST_STEM = 200


@dataclass(frozen=True)
class Version:
    """A name without its marks of a version, and how late these say it is.

    0 stands for no mark at all, a negative rank for a name that calls itself old.
    """

    stem: str
    rank: int


def version_of(name: str) -> Version:
    """Return what the name of a file or sheet says; marks count from its end on.

    "final" and "revisi" without a number are later than no mark, a number is later the higher it is. A year or a month
    is no mark: only one or two digits after a word for versions, or alone in brackets.
    """
    file = name.rpartition("/")[2]
    ending = re.search(r"\.[A-Za-z]{3,5}$", file)
    shown = file[: ending.start()] if ending else file
    rank = 0
    if bracketed := re.search(r"\s*\((\d{1,2})\)\s*$", shown):
        rank, shown = int(bracketed[1]) + 1, shown[: bracketed.start()]
    tokens = normal(shown).split()[:_LONGEST_STEM]
    while len(tokens) > 1:
        pair = " ".join(tokens[-2:])
        marked = len(tokens) > 2 and (tokens[-2] == "v" or tokens[-2] in words("version"))
        if marked and tokens[-1].isdecimal() and _COUNTED.match(pair):
            rank, tokens = max(rank, int(tokens[-1]) + 1), tokens[:-2]
        elif tokens[-1] in words("version"):
            rank, tokens = rank + (1 if rank < 2 else 0), tokens[:-1]
        elif (counted := _COUNTED.match(tokens[-1])) and not tokens[-1].isdecimal():
            rank, tokens = max(rank, int(counted[1]) + 1), tokens[:-1]
        elif tokens[-1] in words("older"):
            return Version(" ".join(tokens[:-1]), -1)
        else:
            break
    return Version(" ".join(tokens), rank)
