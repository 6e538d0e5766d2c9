"""The brief: one printed A4 side that answers what a council asks first, each line with the page of its evidence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import publish
from analysis.words import say

from .shell import Head, page, render

if TYPE_CHECKING:
    from analysis.store import Study

    from .shell import Surroundings


def brief(study: Study, surroundings: Surroundings) -> str:
    """Return the page ``ringkasan.html``."""
    lang = surroundings.lang
    made = publish.brief(study)
    sections = [
        {
            "title": part.title,
            "texts": part.texts,
            "items": [(item.text, *_evidence(item.topic, surroundings)) for item in part.items],
        }
        for part in made.sections
    ]
    inside = render("brief.html.j2", sections=sections, where=say("pages.brief_where", lang))
    return page(inside, surroundings, Head(say("pages.brief_title", lang), "ringkasan.html", "brief", lead=made.lead))


def _evidence(topic: str, surroundings: Surroundings) -> tuple[str, str]:
    """Return the page where a line's figures stand, and what the link to it says."""
    link = surroundings.about(topic)
    if link is None:
        return "laporan.html", say("pages.brief_in_report", surroundings.lang)
    return link.page, say("pages.brief_on_page", surroundings.lang, number=link.number)
