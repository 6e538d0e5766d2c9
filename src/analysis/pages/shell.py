"""What every page has around its body: head, policy, banner, contents, footer; one file, no script, no request."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from analysis.words import say

from .inert import Names, Section, clean, outline
from .names import SOURCES
from .origins import Origins
from .terms import linked

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

TEMPLATES = Path(__file__).parent / "templates"
EVIDENCED = ("notebook", "report", "brief")
"""Kinds of page whose figures lead to their sources."""
EXPLAINED = (*EVIDENCED, "index")
"""Kinds of page that lead to the terms."""
POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
"""Content-Security-Policy of every page."""


@dataclass(frozen=True)
class Link:
    """A page of the set: its file, its title, one line on what it answers, its number among the questions (0: none).

    ``per`` is the column (``"unit"``) whose one level it is about; such pages are listed on the first page alone.
    """

    page: str
    title: str
    line: str = ""
    number: int = 0
    topics: tuple[str, ...] = ()
    per: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What all pages of a run share: the study in words, the other pages, whether the data are made up.

    ``origins`` tell where the figures of a text come from; ``terms`` where a term is explained, by spelling.
    """

    lang: str
    study: str
    stamp: Sequence[str]
    links: Sequence[Link] = ()
    made_up: bool = False
    origins: Origins = field(default_factory=Origins)
    terms: Mapping[str, str] = field(default_factory=dict)

    def origin(self, text: str, anchor: str = "") -> Mapping[str, str]:
        """Return the addresses where the figures of a text come from, each with what its link is called.

        What names neither one unit nor a register leads to ``anchor`` of that page.
        Nothing where the set has no such page.
        """
        if not any(link.page == SOURCES for link in self.links):
            return {}
        quoted = self.origins.quoted(text)
        found = {f"{SOURCES}{self.origins.of(text) or anchor}": say("pages.source", self.lang)}
        return {**found, f"{SOURCES}{quoted}": say("pages.source_published", self.lang)} if quoted else found

    def about(self, topic: str) -> Link | None:
        """Return the first page that holds the evidence on ``topic``."""
        return next((link for link in self.links if topic in link.topics), None)


@dataclass(frozen=True)
class Head:
    """What is a page's own: its title, its file ``name``, a first line, a warning on top.

    ``kind`` chooses the layout: ``brief`` fills one printed A4 side. ``origin`` is the anchor on the page of sources
    where the figures of texts come from that name no unit.
    """

    title: str
    name: str
    kind: str = "notebook"
    lead: str = ""
    notice: str = ""
    origin: str = ""


def loader() -> FileSystemLoader:
    """Return the loader of our templates; nbconvert's own are never found."""
    return FileSystemLoader(TEMPLATES)


@cache
def environment() -> Environment:
    """Return the Jinja environment of all pages: everything is escaped that is not marked as markup."""
    return Environment(
        loader=loader(), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )


def render(template: str, **values: object) -> str:
    """Return the clean body that ``template`` makes of ``values``."""
    return clean(environment().get_template(template).render(**values))


def page(body: str, around: Surroundings, head: Head) -> str:
    """Return a whole page around a clean ``body``."""
    say_here = {key: say(f"pages.{key}", around.lang) for key in _TEXTS}
    told = head.kind in EVIDENCED and head.name != SOURCES
    origin = partial(around.origin, anchor=head.origin) if told else _nowhere
    folded = say_here["rows"] if head.name != SOURCES else ""
    names = Names(
        say_here["table"], say_here["picture"], folded, say_here["sideways"], origin, head.kind != "notebook",
    )  # fmt: skip
    inside = outline(body, names)
    explained = around.terms if head.kind in EXPLAINED else {}
    number = next((link.number for link in around.links if link.page == head.name), 0)
    values: Mapping[str, object] = {
        "on_page": say("pages.on_page", around.lang, number=number) if number else "",
        "around": around, "head": head, "sections": _listed(inside.sections, head.kind), "say": say_here,
        "policy": POLICY,
        "body": Markup(linked(inside.html, explained)),  # noqa: S704 - what the allow-list let through
        "style": Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our own file
    }  # fmt: skip
    return environment().get_template("page.html.j2").render(values) + "\n"


def _nowhere(_: str) -> Mapping[str, str]:
    return {}


_TEXTS = ("skip", "contents", "pages", "made_up", "made_up_short", "table", "picture", "rows", "home", "sideways")


def _listed(sections: Sequence[Section], kind: str) -> Sequence[Section]:
    """Contents serve a long page; on the brief and the index they would only be in the way."""
    return sections if kind in {"notebook", "report"} and len(sections) > 2 else ()
