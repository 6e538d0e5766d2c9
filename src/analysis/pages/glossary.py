"""The words of the pages explained once: a page of terms, and a quiet link to it where a page first uses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from analysis.words import say

from .names import GLOSSARY
from .shell import Head, page, render
from .study import SKM, has

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.store import Study

    from .shell import Surroundings

OF_ANY = ("respondent", "random", "census", "quota", "walk_in", "range", "difference", "unsure", "same", "mix", "rank",
          "withheld", "low_answer", "wave", "noise", "repeated", "importance")  # fmt: skip
"""Terms of every survey."""
OF_SKM = ("skm", "ikm", "element", "grade", "weight", "average", "expected", "vertical", "one_door", "rtl", "rdp",
          "recomputed", "needed")  # fmt: skip
"""Terms of the official index and of a council."""


class Term(NamedTuple):
    """A word of the pages: its anchor, what it is called, the spellings to look for, its sense."""

    anchor: str
    name: str
    spellings: tuple[str, ...]
    sense: str


def terms(study: Study) -> list[Term]:
    """Return the terms that pages of this study may use, in the order of the alphabet."""
    names = (*OF_ANY, *OF_SKM) if has(study, SKM) else OF_ANY
    made = [
        Term(
            f"i-{name.replace('_', '-')}", _say(name, "name", study.lang),
            tuple(_say(name, "spellings", study.lang).split("|")), _say(name, "sense", study.lang),
        )
        for name in names
    ]  # fmt: skip
    return sorted(made, key=lambda term: term.name.casefold())


def glossary(words: Sequence[Term], around: Surroundings) -> str:
    """Return the page ``istilah.html``."""
    inside = render("glossary.html.j2", words=words)
    title, lead = say("pages.glossary_title", around.lang), say("pages.glossary_lead", around.lang)
    return page(inside, around, Head(title, GLOSSARY, "glossary", lead=lead))


def links(words: Sequence[Term]) -> dict[str, str]:
    """Return where each spelling is explained, by spelling."""
    return {spelling: f"{GLOSSARY}#{term.anchor}" for term in words for spelling in term.spellings}


def _say(name: str, part: str, lang: str) -> str:
    return say(f"glossary.{name}.{part}", lang)
