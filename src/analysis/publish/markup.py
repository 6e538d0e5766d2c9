"""The three things a notebook shows: sentences, a table, a figure. Each knows its HTML, all text in it escaped.

Their plain text (``repr``) says the same, so that a notebook reads in a terminal and can be compared as text.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from html import escape


@dataclass(frozen=True)
class Sentences:
    """Sentences, the answer first; what limits it stands in ``limits``."""

    texts: tuple[str, ...]
    limits: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join((*self.texts, *self.limits))

    def __repr__(self) -> str:
        return "\n".join((*self.texts, *self.limits))

    def _repr_html_(self) -> str:
        lead, *rest = self.texts or ("",)
        html = f'<p class="answer">{escape(lead)}</p>' if lead else ""
        if rest:
            html += f'<ul class="answers">{"".join(f"<li>{escape(one)}</li>" for one in rest)}</ul>'
        return html + _notes(self.limits)


@dataclass(frozen=True)
class Heading:
    """The head of a column: its name, its unit in brackets, and whether its figures stand to the right."""

    text: str
    unit: str = ""
    figures: bool = True


@dataclass(frozen=True)
class Entry:
    """What stands in one place of a table: its text, and the value behind it where it may be shown as a number.

    ``whole_row`` says that it stands for every entry of its row, which shows it once; ``lang`` is the language of text
    from data where it is not the reader's.
    """

    text: str
    value: float | None = None
    withheld: bool = False
    tone: str = ""
    whole_row: bool = False
    lang: str = ""


@dataclass(frozen=True)
class Table:
    """A table as readers see it; the first entry of each row names the row."""

    caption: str
    headings: tuple[Heading, ...]
    rows: tuple[tuple[Entry, ...], ...]
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        lines = [[_head(one) for one in self.headings], *([entry.text for entry in row] for row in self.rows)]
        widths = [max(len(line[at]) for line in lines) for at in range(len(self.headings))]
        body = [
            "  ".join(
                text.rjust(width) if head.figures and at else text.ljust(width)
                for at, (text, width, head) in enumerate(zip(line, widths, self.headings, strict=True))
            ).rstrip()
            for line in lines
        ]
        return "\n".join([self.caption, *body, *self.notes])

    def _repr_html_(self) -> str:
        head = "".join(_heading_html(one) for one in self.headings)
        body = "".join(f"<tr>{self._row_html(row)}</tr>" for row in self.rows)
        return (
            f'<div class="wide" role="region" tabindex="0" aria-label="{escape(self.caption)}">'
            f"<table><caption>{escape(self.caption)}</caption><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
            f"</div>{_notes(self.notes)}"
        )

    def _row_html(self, row: tuple[Entry, ...]) -> str:
        name, *entries = row
        cells = [f'<th scope="row"{_tongue(name)}>{escape(name.text)}</th>']
        if len(entries) > 1 and entries[0].whole_row:
            return f'{cells[0]}<td class="withheld" colspan="{len(entries)}">{escape(entries[0].text)}</td>'
        for entry, head in zip(entries, self.headings[1:], strict=True):
            kinds = [
                kind
                for kind in ("num" if head.figures else "", "withheld" if entry.withheld else "", entry.tone)
                if kind
            ]
            mark = f' class="{escape(" ".join(kinds))}"' if kinds else ""
            cells.append(f"<td{mark}{_tongue(entry)}>{escape(entry.text)}</td>")
        return "".join(cells)


@dataclass(frozen=True)
class Figure:
    """A picture with the text that tells what it shows, for those who cannot see it and for print.

    Without a picture (``svg`` is empty) caption and text stand as a sentence: there was nothing to draw.
    """

    svg: bytes
    alt: str
    caption: str
    notes: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "\n".join((self.caption, self.alt, *self.notes))

    def _repr_html_(self) -> str:
        if not self.svg:
            return _notes((f"{self.caption}. {self.alt}",))
        data = base64.b64encode(self.svg).decode("ascii")
        return (
            f'<figure><img alt="{escape(self.alt)}" src="data:image/svg+xml;base64,{data}">'
            f"<figcaption>{escape(self.caption)}</figcaption></figure>{_notes(self.notes)}"
        )


def _tongue(entry: Entry) -> str:
    return f' lang="{escape(entry.lang)}"' if entry.lang else ""


def _head(heading: Heading) -> str:
    return f"{heading.text} ({heading.unit})" if heading.unit else heading.text


def _heading_html(heading: Heading) -> str:
    unit = f' <span class="unit">({escape(heading.unit)})</span>' if heading.unit else ""
    mark = ' class="num"' if heading.figures else ""
    return f'<th scope="col"{mark}>{escape(heading.text)}{unit}</th>'


def _notes(notes: tuple[str, ...]) -> str:
    return "".join(f'<p class="note">{escape(one)}</p>' for one in notes)
