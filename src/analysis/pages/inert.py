"""Making HTML inert: an allow-list over everything a notebook puts into a page, then the outline of what is left.

What is not listed (scripts, styles, frames, forms, event handlers, addresses outside the page) is gone, not escaped:
text from data reaches us escaped already, so a tag here was meant as a tag by a notebook or by an attacker.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import nh3

TEXT = {
    "p",
    "br",
    "hr",
    "strong",
    "em",
    "b",
    "i",
    "u",
    "s",
    "sub",
    "sup",
    "small",
    "code",
    "pre",
    "kbd",
    "samp",
    "blockquote",
    "abbr",
    "mark",
    "time",
    "q",
    "cite",
}
BLOCKS = {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "div",
    "span",
    "section",
    "details",
    "summary",
    "ul",
    "ol",
    "li",
    "dl",
    "dt",
    "dd",
    "figure",
    "figcaption",
    "a",
    "img",
}
TABLES = {"table", "caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr", "th", "td"}
EMPTIED = {
    "script",
    "style",
    "iframe",
    "frame",
    "object",
    "embed",
    "svg",
    "math",
    "template",
    "noscript",
    "title",
    "textarea",
    "select",
    "button",
    "xmp",
    "noembed",
    "plaintext",
}
"""Elements that go together with what they hold."""
ATTRIBUTES = {
    "*": {"class", "id", "lang", "dir", "aria-label", "aria-describedby", "aria-labelledby", "aria-hidden"},
    "a": {"href"}, "img": {"src", "alt", "width", "height"}, "abbr": {"title"}, "time": {"datetime"},
    "th": {"scope", "colspan", "rowspan", "headers"}, "td": {"colspan", "rowspan", "headers", "data-head"},
    "col": {"span"}, "colgroup": {"span"}, "ol": {"start"}, "li": {"value"}, "details": {"open"},
}  # fmt: skip
LONG = 40
"""Rows: a longer table is folded on the screen."""
NARROW = 3
"""Columns: a table of more does not fit a phone."""
FITS = 400
"""Points: the letters of a drawing that is wider are too small on a phone, where it is scrolled."""
TALL = 1.25
"""Times its width: a drawing that is taller needs a side's height on paper, and its notes go where it goes."""
_HREF = re.compile(r"(?:[a-z0-9][a-z0-9-]*\.(?:html|xlsx))?(?:#[A-Za-z][\w-]*)?", re.ASCII)
_IMAGE = re.compile(r"data:image/(?:png|jpeg|svg\+xml);base64,[A-Za-z0-9+/=\s]+", re.ASCII)
_NAME = re.compile(r"[A-Za-z][\w-]*", re.ASCII)
_CLASSES = re.compile(r"[a-z][\w-]*(?: [a-z][\w-]*)*", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_RULES = {
    "href": _HREF, "src": _IMAGE, "id": _NAME, "class": _CLASSES, "width": _NUMBER, "height": _NUMBER,
    "colspan": _NUMBER, "rowspan": _NUMBER, "span": _NUMBER, "start": _NUMBER,
    "scope": re.compile("col|row|colgroup|rowgroup"), "dir": re.compile("ltr|rtl|auto"),
}  # fmt: skip
_HEADING = re.compile(r"<h([1-6])((?: [^>]*)?)>(.*?)</h\1>", re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_LOST_IMAGE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")
_TABLE = re.compile(r"<table\b.*?</table>", re.DOTALL)
_CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
_FIGURE = re.compile(r'(<figure\b.*?</figure>)((?:\s*<p class="note">[^<]*</p>)*)', re.DOTALL)
"""A picture, and the notes below it."""
_FIGCAPTION = re.compile(r"<figcaption[^>]*>(.*?)</figcaption>", re.DOTALL)
_DRAWN = re.compile(r'<img\b[^>]*\ssrc="data:image/svg\+xml;base64,([^"]*)"')
_SIZE = re.compile(r'<svg[^>]*\sviewBox="[\d.-]+ [\d.-]+ ([\d.]+) ([\d.]+)"')
_IMAGE_TAG = re.compile(r"<img\b[^>]*>")
_NOTE = re.compile(r'<h2[^>]*>|<p class="note">.*?</p>', re.DOTALL)
_TEXT_NODE = re.compile(r"(?<=>)[^<>]+(?=<)")
_UNBROKEN = re.compile(r"\(n = [\d.,]*\d\)|\bn = [\d.,]*\d|\bB-\d+\b")
_SAID = re.compile(r'(<p class="(?:answer|said)">.*?)(</p>)', re.DOTALL)
_LISTED = re.compile(r'<ul class="answers">.*?</ul>', re.DOTALL)
_ITEM = re.compile(r"(<li>.*?)(</li>)", re.DOTALL)
_DIGIT = re.compile(r"\d")
_IDENTITY = re.compile(r' id="([^"]*)"')


@dataclass(frozen=True)
class Section:
    """A heading of the page that its table of contents leads to."""

    anchor: str
    text: str


@dataclass(frozen=True)
class Outline:
    """Clean HTML whose headings have anchors, and the sections in order."""

    html: str
    sections: tuple[Section, ...]


@dataclass(frozen=True)
class Names:
    """What a table or a picture without a caption is called, how many rows are folded (``{count}``; "": no table is).

    ``origin`` tells where the figures of a text come from (addresses in the set, each with the name of its link):
    tables and pictures bear those links below them, sentences a mark for each that says no more. ``sideways`` stands
    above what a phone shows a part of. A note is shown once a section, else once a page.
    """

    table: str
    picture: str
    rows: str
    sideways: str = ""
    origin: Callable[[str], Mapping[str, str]] = lambda _: {}
    by_section: bool = True

    def below(self, text: str) -> str:
        """Return the link under a table or picture that holds ``text``."""
        links = [f'<a href="{html.escape(to)}">{html.escape(name)}</a>' for to, name in self.origin(text).items()]
        return f'<p class="source">{" ".join(links)}</p>' if links else ""

    def after(self, text: str) -> str:
        """Return the mark at the end of a sentence with figures; it has no text of its own, so nothing reads it out."""
        found = self.origin(text) if _DIGIT.search(text) else {}
        return "".join(
            f'&nbsp;<a class="from" href="{html.escape(to)}" aria-label="{html.escape(name)}"></a>'
            for to, name in found.items()
        )


def clean(markup: str) -> str:
    """Return ``markup`` with nothing in it but the listed elements, attributes and addresses inside the page."""
    safe = nh3.clean(
        markup, tags=TEXT | BLOCKS | TABLES, clean_content_tags=EMPTIED, attributes=ATTRIBUTES,
        attribute_filter=_allowed, url_schemes={"data"}, strip_comments=True, link_rel=None,
    )  # fmt: skip
    return _LOST_IMAGE.sub("", safe)


def outline(markup: str, names: Names) -> Outline:
    """Return clean HTML as one level of sections: no second h1, anchors on headings.

    What is wide can be scrolled by itself, a long table is folded (paper shows it whole).
    """
    sections: list[Section] = []
    taken: set[str] = {"isi", *_IDENTITY.findall(_HEADING.sub("", markup))}

    def heading(match: re.Match[str]) -> str:
        level, attributes, inner = max(int(match[1]), 2), match[2], match[3]
        text = text_of(inner)
        anchor = _anchor(text, taken)
        taken.add(anchor)
        if level == 2:
            sections.append(Section(anchor, text))
        return f'<h{level}{_IDENTITY.sub("", attributes)} id="{anchor}">{inner}</h{level}>'

    def scroll(label: str, inner: str, *, wide: bool = True) -> str:
        hint = f'<p class="sideways">{html.escape(names.sideways)}</p>' if wide and names.sideways else ""
        return _scroll(label, hint + inner)

    def scrolling(match: re.Match[str]) -> str:
        caption = _CAPTION.search(match[0])
        label = html.escape(text_of(caption[1]) if caption else names.table)
        rows = match[0].count("<tr") - 1
        table = _CAPTION.sub(_in_sight, match[0])
        if rows <= LONG or not names.rows:
            return scroll(label, table, wide=_columns(table) > NARROW) + names.below(text_of(match[0]))
        summary = html.escape(names.rows.format(count=rows))
        folded = f'<details class="long"><summary>{label}: {summary}</summary>{scroll(label, table)}</details>'
        return folded + names.below(text_of(match[0]))

    def picture(match: re.Match[str]) -> str:
        caption = _FIGCAPTION.search(match[0])
        label = html.escape(text_of(caption[1]) if caption else names.picture)
        width, height = _drawn(match[1])
        figure = _IMAGE_TAG.sub(lambda image: scroll(label, image[0], wide=width > FITS), match[1])
        if width > FITS:
            figure = figure.replace("<figure>", '<figure class="wide">', 1)
        whole = f"{figure}{names.below(label)}{match[2]}"
        return f'<div class="tall">{whole}</div>' if height > TALL * width else whole

    def sentence(match: re.Match[str]) -> str:
        return f"{match[1]}{names.after(text_of(match[1]))}{match[2]}"

    def sentences(match: re.Match[str]) -> str:
        return _ITEM.sub(sentence, match[0])

    markup = _SAID.sub(sentence, _LISTED.sub(sentences, markup))
    inside = _FIGURE.sub(picture, _TABLE.sub(scrolling, _HEADING.sub(heading, markup)))
    return Outline(_TEXT_NODE.sub(_kept_together, _said_once(inside, by_section=names.by_section)), tuple(sections))


def text_of(markup: str) -> str:
    """Return the words of ``markup``, without tags, entities resolved, spaces made single."""
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())


def _said_once(markup: str, *, by_section: bool) -> str:
    """Return ``markup`` in which a note that its page or section has already given, word for word, is not shown again.

    It stays in the page, since the annex takes each table with its notes.
    """
    told: set[str] = set()

    def once(match: re.Match[str]) -> str:
        if match[0].startswith("<h2"):
            told.difference_update(told if by_section else ())
        elif match[0] in told:
            return match[0].replace('class="note"', 'class="note again"', 1)
        told.add(match[0])
        return match[0]

    return _NOTE.sub(once, markup)


def _kept_together(match: re.Match[str]) -> str:
    """Return a text in which a base (n = 160), with brackets of its own, and a file number (B-017) are not broken."""
    return _UNBROKEN.sub(r'<span class="kept">\g<0></span>', match[0])


def _in_sight(match: re.Match[str]) -> str:
    """Return a caption whose words stay in sight while a wide table is scrolled."""
    return match[0].replace(f">{match[1]}</caption>", f"><span>{match[1]}</span></caption>")


def _scroll(label: str, inner: str) -> str:
    return f'<div class="scroll" role="group" tabindex="0" aria-label="{label}">{inner}</div>'


def _columns(table: str) -> int:
    """Return how many columns the first row of a table has."""
    return len(re.findall(r"<t[hd]\b", table.partition("</tr>")[0]))


def _drawn(figure: str) -> tuple[float, float]:
    """Return how wide and how tall a figure's drawing is, in points; nothing where it is not known."""
    drawn = _DRAWN.search(figure)
    size = _SIZE.search(base64.b64decode(drawn[1]).decode("utf-8", "replace")) if drawn else None
    return (float(size[1]), float(size[2])) if size else (0.0, 0.0)


def _allowed(tag: str, name: str, value: str) -> str | None:  # noqa: ARG001 - the signature is nh3's
    rule = _RULES.get(name)
    return value if rule is None or rule.fullmatch(value) else None


def _anchor(text: str, taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:50].strip("-")
    base = base if base[:1].isalpha() else f"b-{base}".strip("-")
    return next(name for name in (base, *(f"{base}-{n}" for n in range(2, 1000))) if name not in taken)
