"""Pages of one unit or one district: which were asked for, and whether the publication plan lets them hold figures."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from analysis.errors import CallError, Fault
from analysis.publish import Look
from analysis.publish.wording import numbers
from analysis.publish.wording.sentences import capital
from analysis.words import say

from .notebook import PER, of_level
from .shell import Head, page, render
from .study import levels, meets

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.store import Study

    from .notebook import Notebook
    from .shell import Surroundings

ALL = frozenset({"all", "semua"})
NAMED = 5
"""How many names an error lists where none is near."""


def asked(study: Study, notebooks: Sequence[Notebook], names: Mapping[str, Sequence[str]]) -> list[Notebook]:
    """Return a notebook for each level that is asked for of each column that notebooks make pages per.

    ``names`` are names, labels or other spellings of the codebook by column, or ``"all"``. Raises CallError for a name
    that the study does not know, with the nearest one it knows.
    """
    wanted = {column: _chosen(study, column, names.get(column, ())) for column in PER}
    return [
        of_level(one, level, capital(study.book.label(one.per, level, study.lang)))
        for one in notebooks
        if one.per and meets(study, one)
        for level in wanted[one.per]
    ]


def withheld(study: Study, one: Notebook) -> str:
    """Return in the reader's words why the page of a level holds no figures; nothing where it may."""
    look, lang = Look(study.plan, study.book, study.lang), study.lang
    here = study.responses[study.responses[one.per].eq(one.level) & study.responses["wave"].eq(study.wave)]
    values = {"name": one.label, "wave": study.wave}
    if here.empty:
        return say("pages.each_nobody", lang, None, **values)
    if not look.hidden_of_city(len(here), study.wave, {one.per: one.level}):
        return ""
    return say("pages.each_withheld", lang, None, threshold=numbers.count(study.plan.threshold, lang), **values)


def without_figures(one: Notebook, why: str, around: Surroundings) -> str:
    """Return the page of a level of which no figure may be shown, or none is there: it says so, and nothing more."""
    inside = render("failed.html.j2", lead=why, reasons=())
    return page(inside, around, Head(one.heading(around.lang), one.page, "withheld"))


def _chosen(study: Study, column: str, names: Sequence[str]) -> list[str]:
    if not names:
        return []
    known = _known(study, column)
    if any(name.lower() in ALL for name in names):
        return list(known)
    spelt = {spelling.casefold(): level for level, spellings in known.items() for spelling in spellings}
    strangers = [name for name in names if name.strip().casefold() not in spelt]
    if strangers:
        raise CallError(*(_unknown(name, column, known, study.lang) for name in strangers))
    chosen = {spelt[name.strip().casefold()] for name in names}
    return [level for level in known if level in chosen]


def _known(study: Study, column: str) -> dict[str, tuple[str, ...]]:
    """Return every level that answered or was to survey, with the ways to write it."""
    declared = study.units["unit"] if column == "unit" and "unit" in study.units else ()
    answered = levels(study.responses, column)
    named = {level: level for level in (*answered, *sorted({str(one) for one in declared if one}))}
    listed = {one.name: one for one in (study.book.units if column == "unit" else study.book.districts)}
    return {
        level: (level, *((listed[level].text(study.lang), *listed[level].aliases) if level in listed else ()))
        for level in sorted(named)
    }


def _unknown(name: str, column: str, known: Mapping[str, Sequence[str]], lang: str) -> Fault:
    near = difflib.get_close_matches(name, list(known), n=1, cutoff=0.3)
    key = "near" if near else "some" if known else "none"
    hint = say(f"pages.each_{key}", lang, None, near=near[0] if near else "", some="; ".join(list(known)[:NAMED]))
    return Fault(f"--{column}", say("pages.each_unknown", lang, name=name), hint)
