"""The brief: one printed A4 side that answers what a council asks first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.words import say

from .shell import Head, page, render

if TYPE_CHECKING:
    from analysis.store import Study

    from .shell import Surroundings


def brief(study: Study, surroundings: Surroundings) -> str:
    """Return the page ``ringkasan.html``."""
    lang = surroundings.lang
    inside = render("brief.html.j2", sections=[])
    return page(inside, surroundings, Head(title=say("pages.brief_title", lang), kind="brief", name="ringkasan.html"))
