"""Before a second release is handed out: what it and the first would give away together."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from analysis import publish, store
from analysis.errors import Exit
from analysis.publish import releases
from analysis.words import say

from .outcome import Outcome

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.shapes import Cell
    from analysis.words import Language

SHOWN = 40
"""Groups told by name; more of them mean the same thing: do not hand it out as it is."""
RISKS = {
    releases.FEW_CAME: "releases.few_came",
    releases.FEW_WITHIN: "releases.few_within",
    releases.SHOWN_SINCE: "releases.shown_since",
    releases.WORKED_OUT: "releases.worked_out",
}


def release_diff(old: Path | str, new: Path | str, *, lang: Language = "id") -> Outcome:
    """Say which groups the studies in ``old`` and ``new`` (folders of cleaned data) give away together.

    Exit 0 where there is none, 1 where there are some. The lines name groups and how many people came or went, so
    they are for whoever decides about the release, not for its readers. Raises what ``store.open_study`` raises.
    """
    before, after = store.open_study(Path(old)), store.open_study(Path(new))
    found = publish.release_diff(before.plan, after.plan)
    if found.empty:
        return Outcome(Exit.DONE, (say("releases.none", lang),))
    told = found.head(SHOWN)
    lines = [
        say(RISKS[risk], lang, group=_named(group, after.book, lang))
        for group, risk in zip(told["group"], told["risk"], strict=True)
    ]
    rest = [say("releases.more", lang, len(found) - len(told))] if len(found) > len(told) else []
    return Outcome(Exit.WARNINGS, (say("releases.some", lang, len(found)), *lines, *rest))


def _named(group: Cell, book: Codebook, lang: Language) -> str:
    if not group:
        return say("releases.everybody", lang)
    return ", ".join(
        f"{book.term(name).get(lang, name)} {book.label(name, level, lang)}" for name, level in sorted(group)
    )
