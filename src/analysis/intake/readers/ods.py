"""OpenDocument sheets from their XML: hazards for every file, values where calamine does not open it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from xml.parsers import expat

from analysis.intake.grid import Area, Hazards, Place, RefusedError, Value
from analysis.intake.process.limits import Limits

from .ooxml import Package, dense, local

_ERRORS = ("#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#N/A", "#NULL!", "Err:")
_FAR = 2**20


class _Walk:
    """Walks content.xml: every sheet with sparse values, errors, hidden rows and columns, merges."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str]] = []
        self.cells: list[dict[Place, Value]] = []
        self.hazards: list[tuple[dict[Place, str], set[Place], set[int], set[int], list[Area], set[Place]]] = []
        self.hidden_styles: set[str] = set()
        self.style = ""
        self.row = self.column = self.header = 0
        self.repeat = self.again = 1
        self.attrs: dict[str, str] = {}
        self.text: list[str] = []
        self.depth = self.inside = 0

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        tag, attrs = local(tag), {local(key): value for key, value in attrs.items()}
        if tag == "style":
            self.style = attrs.get("name", "")
        elif tag == "table-properties" and attrs.get("display") == "false":
            self.hidden_styles.add(self.style)
        elif tag == "table":
            self.sheets.append((attrs.get("name", ""), attrs.get("style-name", "")))
            self.cells.append({})
            self.hazards.append(({}, set(), set(), set(), [], set()))
            self.row = self.header = 0
        elif tag == "table-column" and self.hazards:
            count = int(attrs.get("number-columns-repeated", "1"))
            if attrs.get("visibility") in ("collapse", "filter"):
                self.hazards[-1][3].update(range(self.header, min(self.header + count, 16384)))
            self.header += count
        elif tag == "table-row" and self.hazards:
            self.column = 0
            self.repeat = int(attrs.get("number-rows-repeated", "1"))
            if attrs.get("visibility") in ("collapse", "filter"):
                self.hazards[-1][2].update(range(self.row, min(self.row + self.repeat, _FAR)))
        elif tag in ("table-cell", "covered-table-cell") and self.cells:
            self.attrs, self.text, self.inside = attrs, [], 1
            self.again = int(attrs.get("number-columns-repeated", "1"))
        elif tag in ("annotation", "tracked-changes"):
            self.depth += 1
        elif tag == "p" and self.text and self.inside:
            self.text.append("\n")
        elif tag == "s" and self.inside:
            self.text.append(" " * int(attrs.get("c", "1")))

    def end(self, tag: str) -> None:
        tag = local(tag)
        if tag in ("annotation", "tracked-changes"):
            self.depth -= 1
        elif tag in ("table-cell", "covered-table-cell") and self.cells:
            self.keep()
            self.column += self.again
            self.inside = 0
        elif tag == "table-row":
            self.row += self.repeat

    def chars(self, text: str) -> None:
        if self.inside and not self.depth:
            self.text.append(text)

    def keep(self) -> None:
        text = "".join(self.text)
        errors, uncached, _, _, merged, percent = self.hazards[-1]
        here = (self.row, self.column)
        down, right = (
            int(self.attrs.get("number-rows-spanned", "1")),
            int(self.attrs.get("number-columns-spanned", "1")),
        )
        if down * right > 1:
            merged.append((self.row, self.column, self.row + down - 1, self.column + right - 1))
        if self.attrs.get("value-type") == "error" or (self.attrs.get("formula") and text.startswith(_ERRORS)):
            errors[here] = text.strip() or "#ERROR"
            return
        kind = self.attrs.get("value-type", "")
        if self.attrs.get("formula") and not kind and not text:
            uncached.add(here)
        value = _value(kind, self.attrs, text)
        if value == "" or self.repeat * self.again > 100_000:
            return
        for row in range(self.row, self.row + self.repeat):
            for column in range(self.column, self.column + self.again):
                self.cells[-1][row, column] = value
                if kind == "percentage":
                    percent.add((row, column))


def _value(kind: str, attrs: dict[str, str], text: str) -> Value:
    try:
        if kind in ("float", "percentage", "currency"):
            return float(attrs["value"])
        if kind == "date":
            return datetime.fromisoformat(attrs["date-value"])
        if kind == "boolean":
            return attrs.get("boolean-value") == "true"
    except (KeyError, ValueError):
        return text
    return text


def _walk(data: bytes) -> _Walk:
    walk = _Walk()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _no_entities
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = walk.start, walk.end, walk.chars
    parser.Parse(Package(data).part("content.xml"), True)  # noqa: FBT003 - expat takes it by position
    return walk


def _no_entities(*_: object) -> None:
    raise RefusedError("E-DTD")


def scan(data: bytes) -> Iterator[tuple[str, Hazards, int]]:
    """Yield name, hazards and dense size of each sheet."""
    walk = _walk(data)
    for (name, _), (errors, uncached, rows, columns, merged, percent), cells in zip(
        walk.sheets, walk.hazards, walk.cells, strict=True
    ):
        height = max((row for row, _ in cells), default=-1) + 1
        width = max((column for _, column in cells), default=-1) + 1
        inner = frozenset(row for row in rows if row < height), frozenset(one for one in columns if one < width)
        found = Hazards(
            errors, frozenset(uncached), inner[0], inner[1], tuple(merged), percent=frozenset(percent)
        )  # fmt: skip
        yield name, found, height * width


def values(data: bytes, limits: Limits) -> list[tuple[str, list[list[Value]], bool]]:
    """Return name, rows and visibility of each sheet."""
    walk = _walk(data)
    return [
        (name, dense(cells, limits), style not in walk.hidden_styles)
        for (name, style), cells in zip(walk.sheets, walk.cells, strict=True)
    ]
