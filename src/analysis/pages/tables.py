"""The tables of finished pages, read back from their HTML: what the annex may hold is exactly what the pages show."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

PERCENT = "%"
DASH = " \N{EN DASH} "
"""What stands between the ends of a range."""
_NUMBER = {
    "id": re.compile(r"[+\N{MINUS SIGN}]?(?:\d{1,3}(?:\.\d{3})+|\d{1,3})(?:,\d+)?%?", re.ASCII),
    "en": re.compile(r"[+\N{MINUS SIGN}]?(?:\d{1,3}(?:,\d{3})+|\d{1,3})(?:\.\d+)?%?", re.ASCII),
}


@dataclass(frozen=True)
class Number:
    """A figure of a page: as round as it was printed, with the places it was printed with."""

    value: float
    decimals: int
    percent: bool = False


@dataclass
class Found:
    """One table of a page: caption, headings, rows of texts, the notes that follow it."""

    page: str
    caption: str = ""
    headings: list[str] = field(default_factory=list)
    rows: list[list[str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def tables_of(page: str, html: str) -> list[Found]:
    """Return the tables of a page that have a caption, in order."""
    reader = _Reader(page)
    reader.feed(html)
    return [one for one in reader.found if one.caption and one.headings]


def number(text: str, lang: str) -> Number | None:
    """Return what a printed figure is as a number; None for any other text, an interval among them.

    Figures are printed with separators: four digits in a row, 2025, are no figure.
    """
    if not _NUMBER[lang].fullmatch(text):
        return None
    thousands, decimal = (".", ",") if lang == "id" else (",", ".")
    plain = text.rstrip(PERCENT).replace(thousands, "").replace(decimal, ".").replace("\N{MINUS SIGN}", "-")
    places = len(plain.partition(".")[2])
    percent = text.endswith(PERCENT)
    return Number(float(plain) / (100 if percent else 1), places, percent)


def spread(headings: list[str], rows: list[list[str]], lang: str, ends: tuple[str, str]) -> Found:
    """Return headings and rows in which every range stands in two columns, low and high, each a figure of its own.

    A difference with its range behind it takes three. Words that stand for a range stand in each column; ``ends`` are
    the headings of the two, with ``{head}`` for the column's own.
    """
    made = Found("", headings=[], rows=[[] for _ in rows])
    for at, head in enumerate(headings):
        entries = [row[at] if at < len(row) else "" for row in rows]
        parts = [_parts(entry, lang) if at else [entry] for entry in entries]  # the first column names the rows
        width = max((len(one) for one in parts), default=1)
        own = [head] if width != 2 else []
        made.headings += [*own, *(one.format(head=head) for one in ends)] if width > 1 else [head]
        for row, entry, part in zip(made.rows, entries, parts, strict=True):
            row.extend(part if len(part) == width else [entry] * width)
    return made


def _parts(text: str, lang: str) -> list[str]:
    """Return the figures of a range (two) or of a difference with its range (three); else the text."""
    shown, _, behind = text.partition(" (")
    inside = behind.removesuffix(")") if behind.endswith(")") else shown if not behind else ""
    low, dash, high = inside.partition(DASH)
    figures = [*([shown] if behind else []), low, high]
    return figures if dash and all(number(one, lang) for one in figures) else [text]


class _Reader(HTMLParser):
    """Reads our own clean HTML: every element is closed, no table stands in another."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Found] = []
        self._page = page
        self._text: list[str] | None = None
        self._span = 1
        self._inside = self._after = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self.found.append(Found(self._page))
            self._inside, self._after = True, False
        elif tag == "tr" and self._inside:
            self.found[-1].rows.append([])
        kind = (dict(attrs).get("class") or "").split()[:1]
        if tag in {"h2", "h3", "figure"} or (tag == "p" and kind not in (["note"], ["source"])):
            self._after = False
        if (self._inside and tag in {"caption", "th", "td"}) or (self._after and tag == "p" and kind == ["note"]):
            self._text = []
            self._span = int(dict(attrs).get("colspan") or 1)

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._inside, self._after = False, True
            table = self.found[-1]
            table.headings, *table.rows = table.rows or [[]]
        if self._text is None or tag not in {"caption", "th", "td", "p"}:
            return
        text, self._text = " ".join("".join(self._text).split()), None
        if tag == "caption":
            self.found[-1].caption = text
        elif tag == "p":
            self.found[-1].notes.append(text)
        else:
            self.found[-1].rows[-1] += [text] * self._span
