"""A page read back as its reader meets it: tables with their rows, sentences, notes, alt texts; and its figures."""

import re
from decimal import ROUND_HALF_UP, Decimal
from html.parser import HTMLParser

MINUS = "\N{MINUS SIGN}"
FIGURE = re.compile(rf"(?<![\w.,])[+{MINUS}]?\d{{1,3}}(?:\.\d{{3}})+(?:,\d+)?|(?<![\w.,])[+{MINUS}]?\d+(?:,\d+)?")
TEXTS = ("p", "li", "dt", "dd", "figcaption", "h1", "h2", "h3", "td", "th", "caption", "summary", "a", "title")
SKIPPED = ("style", "script", "nav", "footer", "pre")
"""What is no statement about the study: addresses of other pages, the stamp, the code that counted."""


class Table:
    """A table: its caption, its headings, its rows of texts; an entry that spans a row stands once for each place."""

    def __init__(self):
        self.caption, self.headings, self.rows = "", [], []


class Reader(HTMLParser):
    """Reads tables and texts; the page is clean HTML, every element closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables, self.texts, self._open = [], [], []
        self._span = 1
        self._skip = 0

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in SKIPPED or (tag == "details" and given.get("class") == "code"):
            self._skip += 1
        if tag == "table":
            self.tables.append(Table())
        if tag == "tr":
            self.tables[-1].rows.append([])
        if tag == "img":
            self.texts.append(given["alt"])
        if tag in {"p", "li", "dd", "dt", "figcaption", "td", "th", "caption"}:
            self._open.append([])
            self._span = int(given.get("colspan") or 1)

    def handle_data(self, data):
        if self._open and not self._skip:
            self._open[-1].append(data)

    def handle_endtag(self, tag):
        if tag in SKIPPED or (tag == "details" and self._skip):
            self._skip -= 1
        if tag == "table":
            table = self.tables[-1]
            table.headings, *table.rows = table.rows or [[]]
        if tag not in {"p", "li", "dd", "dt", "figcaption", "td", "th", "caption"}:
            return
        text = " ".join("".join(self._open.pop()).split())
        if tag in {"td", "th"}:
            self.tables[-1].rows[-1] += [text] * self._span
        elif tag == "caption":
            self.tables[-1].caption = text
        elif text:
            self.texts.append(text)


def read(html):
    """Return a page's tables and its texts outside them, alt texts among these."""
    reader = Reader()
    reader.feed(html)
    return reader.tables, reader.texts


def figures(text):
    """Return the figures of a text as they stand there."""
    return FIGURE.findall(text)


def printed(value, decimals):
    """Return how a figure looks to an Indonesian reader: half up, decimal comma, thousands dot, a true minus."""
    exact = Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_UP)
    whole, _, part = f"{abs(exact):,f}".partition(".")
    sign = MINUS if exact < 0 else ""
    return sign + whole.replace(",", ".") + (f",{part}" if part else "")


def agrees(told, value, decimals, most=0):
    """Tell whether a printed figure is ``value``; it may bear up to ``most`` more places than ``decimals``."""
    places = len(told.partition(",")[2])
    return decimals <= places <= decimals + most and told.lstrip("+") == printed(value, places)
