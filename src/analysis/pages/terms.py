"""The first use of a term on a page leads to where it is explained."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import escape

if TYPE_CHECKING:
    from collections.abc import Mapping

LEFT_ALONE = frozenset(
    {"a", "h1", "h2", "h3", "h4", "h5", "h6", "table", "code", "pre", "details", "summary", "dt", "dl"}
)
"""Elements in which no term is linked."""
_TAG = re.compile(r"(<[^>]*>)")
_NAME = re.compile(r"<(/?)([a-z][a-z0-9]*)")


def linked(markup: str, where: Mapping[str, str]) -> str:
    """Return clean HTML in which the first use of each term in running text is a link; ``where`` is by spelling.

    Headings, tables, links, code and what is folded away stay as they are; a term of several spellings is linked once.
    """
    if not where:
        return markup
    spellings = "|".join(_either_case(one) for one in sorted(where, key=len, reverse=True))
    found = re.compile(rf"(?<![\w-])(?:{spellings})(?![\w-])")
    addresses = {spelling.casefold(): address for spelling, address in where.items()}
    told: set[str] = set()

    def once(match: re.Match[str]) -> str:
        address = addresses[match[0].casefold()]
        if address in told:
            return match[0]
        told.add(address)
        return f'<a class="term" href="{escape(address)}">{match[0]}</a>'

    pieces = _TAG.split(markup)
    closed: list[str] = []
    for at, piece in enumerate(pieces):
        tag = _NAME.match(piece) if at % 2 else None
        if tag and tag[2] in LEFT_ALONE:
            closed = closed[:-1] if tag[1] else [*closed, tag[2]]
        elif not at % 2 and not closed:
            pieces[at] = found.sub(once, piece)
    return "".join(pieces)


def _either_case(spelling: str) -> str:
    first = spelling[0]
    return f"[{first.lower()}{first.upper()}]{re.escape(spelling[1:])}" if first.isalpha() else re.escape(spelling)
