"""The brief: one printed A4 side that answers what a council asks first, each line with the page of its evidence."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import TYPE_CHECKING

from analysis import oversight, publish
from analysis.publish.wording import numbers
from analysis.words import say

from .names import BRIEF, REPORT
from .shell import Head, page, render
from .study import RECAPS

MOST_OF_RECAPS = 6
"""How many sentences on recaps one side tells; the page has them all."""

if TYPE_CHECKING:
    from analysis.store import Study

    from .shelf import Shelf
    from .shell import Surroundings


def brief(study: Study, around: Surroundings, kept: Shelf) -> str:
    """Return the page ``ringkasan.html``."""
    lang, made = around.lang, told(study, kept)
    sections = [
        {
            "title": part.title, "texts": part.texts,
            "items": [(item.text, *_evidence(item.topic, around)) for item in part.items],
        }
        for part in made.sections
    ]  # fmt: skip
    inside = render("brief.html.j2", sections=sections, where=say("pages.brief_where", lang))
    return page(inside, around, Head(say("pages.brief_title", lang), BRIEF, "brief", lead=made.lead))


def told(study: Study, kept: Shelf) -> publish.Brief:
    """Return what the brief says, from the run before where nothing changed; the report's end says it too."""
    mark = kept.mark("told")
    text = kept.take(mark)
    if text is None:
        made = publish.brief(study) if len(study.responses) else _without_answers(study)
        kept.put(mark, json.dumps(asdict(made)))
        return made
    lead, sections = (json.loads(text)[key] for key in ("lead", "sections"))
    return publish.Brief(lead, tuple(
        publish.Section(one["title"], tuple(one["texts"]), tuple(publish.Item(**item) for item in one["items"]))
        for one in sections
    ))  # fmt: skip


def _without_answers(study: Study) -> publish.Brief:
    """Return the brief of a study that holds recaps only: nobody's answers, so nothing to compare."""
    text = say("pages.brief_recaps_only", study.lang, rows=numbers.count(len(study.recaps), study.lang))
    title = say("pages.report_collection", study.lang)
    printed = publish.open_page(study).sentence(oversight.recaps_alone(study)).texts
    items = tuple(publish.Item(one, RECAPS) for one in printed[1 : 1 + MOST_OF_RECAPS])
    return publish.Brief(say("pages.brief_nothing", study.lang), (publish.Section(title, (text,), items),))


def _evidence(topic: str, around: Surroundings) -> tuple[str, str]:
    """Return the page where a line's figures stand, and what the link to it says."""
    link = around.about(topic)
    if link is None:
        return REPORT, say("pages.brief_in_report", around.lang)
    return link.page, say("pages.on_page", around.lang, number=link.number)
