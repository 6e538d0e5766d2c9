"""What pages ask of a study before any number is shown: what it is called, what it holds, which notebooks fit it."""

from __future__ import annotations

import hashlib
import json
import re
from itertools import count
from typing import TYPE_CHECKING

from analysis import __version__
from analysis.codebook.outlines import outlines
from analysis.oversight import recaps_alone
from analysis.words import say

from .names import BRIEF, GLOSSARY, REPORT, SOURCES
from .shell import Link, Surroundings

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from analysis.store import Study

    from .notebook import Notebook

SKM = "skm"
"""The need of a notebook that speaks of the official index."""
MAP = "map"
"""The need of a map: a codebook whose districts have outlines."""
RECAPS = "recaps"
"""The need of units of which a recap is all that came."""
_NUMBERED = re.compile(r"([1-9]|0[1-9]|[1-9]\d)-")
UNKNOWN = frozenset({"", "unknown"})


def levels(people: pd.DataFrame, column: str) -> list[str]:
    """Return the known levels of a column that any respondent has."""
    if column not in people:
        return []
    return sorted({str(level) for level in people[column].dropna().unique()} - UNKNOWN)


def lacking(study: Study, notebook: Notebook) -> list[str]:
    """Return the needs of a notebook that the study does not meet."""
    return [need for need in notebook.needs if not has(study, need)]


def meets(study: Study, notebook: Notebook) -> bool:
    """Tell whether the study holds what a notebook is about."""
    return not lacking(study, notebook)


def has(study: Study, need: str) -> bool:
    """Tell whether a column has two known levels in the wave that pages tell of, or a register rows.

    ``"wave"``: whether there are two; ``"skm"``: whether an official rule was used; ``"map"``: whether the codebook's
    districts have outlines; ``"recaps"``: whether a recap is all that came of any unit.
    """
    if need == RECAPS:
        return len(recaps_alone(study)) > 0
    if need == SKM:
        return bool(levels(study.responses, "rule"))
    if need == MAP:
        return bool(outlines(study.book))
    if need in study.registers:
        return len(study.registers[need]) > 0
    people = study.responses
    told = people[people["wave"].eq(study.wave)] if study.wave and need != "wave" else people
    return len(levels(told, need)) > 1


def surroundings(study: Study, notebooks: Sequence[Notebook], of_levels: Sequence[Notebook] = ()) -> Surroundings:
    """Return what all pages of the study share; pages of one level are reached from the first page."""
    lang = study.lang
    first = [
        Link(BRIEF, say("pages.brief_title", lang), say("pages.brief_line", lang)),
        Link(REPORT, say("pages.report_title", lang), say("pages.report_line", lang)),
    ]
    last = [
        Link(SOURCES, say("pages.sources_title", lang), say("pages.sources_line", lang)),
        Link(GLOSSARY, say("pages.glossary_title", lang), say("pages.glossary_line", lang)),
    ]
    numbered = zip(page_numbers([one.page for one in notebooks]), notebooks, strict=True)
    asked = [Link(one.page, one.heading(lang), "", number, one.topics) for number, one in numbered]
    levels = [Link(one.page, one.heading(lang), per=one.per) for one in of_levels]
    links = [*first, *asked, *levels, *last]
    title = study.book.title.get(lang) or next(iter(study.book.title.values()))
    stamp = (
        *([say("pages.stamp_waves", lang, waves=", ".join(study.waves))] if study.waves else []),
        say("pages.stamp_policy", lang, policy=study.plan.policy, version=study.plan.version),
        say("pages.made_by", lang, version=__version__),
        say("pages.stamp_data", lang, mark=data_mark(study)),
    )
    return Surroundings(lang, title, stamp, links, study.made_up)


def page_numbers(names: Sequence[str]) -> list[int]:
    """Return each page's number: the one its file begins with; where it has none, or another's, one after the last."""
    given = [int(found[1]) if (found := _NUMBERED.match(one)) else 0 for one in names]
    further = count(max(given, default=0) + 1)
    return [one if one and one not in given[:place] else next(further) for place, one in enumerate(given)]


def data_mark(study: Study) -> str:
    """Return eight signs that change whenever any file of the study does."""
    return hashlib.sha256(json.dumps(study.manifest["sha256"], sort_keys=True).encode()).hexdigest()[:8]
