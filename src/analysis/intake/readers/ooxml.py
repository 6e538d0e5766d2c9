"""What an xlsx says beside its values: error cells, formulas never computed, hidden rows and columns, merges.

Also the second reader, for files that calamine does not open (parts in UTF-16, unusual names, vast used ranges).
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any
from xml.parsers import expat

from analysis.intake.grid import Area, Hazards, Place, RefusedError, Value, blank
from analysis.intake.process.limits import Limits

_FAR = re.compile(rb'r="(?:[A-Z]{3,}\d+|[A-Z]+(?:[2-9]\d{5}|\d{7,})|\d{7,})"')
# A pattern without a choice is found as fast as with `in` or faster, and a choice of four many times slower.
_SIGNS = tuple(re.compile(one) for one in (rb't="e"', rb"hidden=", rb"<f"))
_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})$")
_DATE_FORMAT = re.compile(r"(?<![\\\"])[dmyhs]", re.IGNORECASE)
LITERALS = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]')
_PERCENT_IDS = {9: "0%", 10: "0.00%"}
_LONGEST = 2**20
_MOST_TEXT = 2**27
_DATE_IDS = {*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)}


def local(name: str) -> str:
    """Return a tag or attribute without its prefix."""
    return name.rpartition(":")[2]


def place(reference: str) -> Place | None:
    """Return row and column of an A1 reference, counted from 0."""
    match = _CELL.match(reference)
    if not match:
        return None
    column = 0
    for char in match[1].upper():
        column = column * 26 + ord(char) - 64
    return int(match[2]) - 1, column - 1


def _area(reference: str) -> Area | None:
    first, _, last = reference.partition(":")
    start, end = place(first), place(last or first)
    return (*start, *end) if start and end else None


class Package:
    """The parts of a workbook by name, case and leading slashes set aside."""

    def __init__(self, data: bytes, inflated: Mapping[str, bytes] | None = None) -> None:
        self.archive = zipfile.ZipFile(io.BytesIO(data))
        self.inflated = inflated or {}
        self._targets: dict[str, dict[str, str]] = {}
        self.names = {one.replace("\\", "/").lstrip("/").lower(): one for one in self.archive.namelist()}

    def part(self, name: str) -> bytes:
        """Return a part, empty where there is none."""
        found = self.names.get(name.lower(), "")
        if found in self.inflated:
            return self.inflated[found]
        return self.archive.read(found) if found else b""

    @cached_property
    def workbook(self) -> str:
        """The name of the workbook part, by the package's relations, else as it is usually called."""
        for _, kind, target in relations(self.part("_rels/.rels")):
            if kind.endswith("/officeDocument"):
                return target.lstrip("/")
        return next((one for one in self.names if one.endswith(("workbook.xml", "workbook.bin"))), "xl/workbook.xml")

    def targets(self, part: str) -> dict[str, str]:
        """Return relation id → part name of ``part``; read once."""
        if part not in self._targets:
            folder, _, name = part.rpartition("/")
            found = relations(self.part(f"{folder}/_rels/{name}.rels".lstrip("/")))
            self._targets[part] = {
                key: target.lstrip("/")
                if target.startswith("/")
                else posixpath.normpath(posixpath.join(folder, target))
                for key, _, target in found
            }
        return self._targets[part]


def elements(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the tags of a small part with their attributes, prefixes removed; the text is left out."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda tag, attrs: found.append((local(tag), {local(k): v for k, v in attrs.items()}))
    parser.EntityDeclHandler = _no_entities
    parser.Parse(data, True)  # noqa: FBT003 - expat takes it by position
    return iter(found)


def _no_entities(*_: object) -> None:
    raise RefusedError("E-DTD")


def relations(data: bytes) -> list[tuple[str, str, str]]:
    """Return id, type and target of each relation in a ``.rels`` part."""
    if not data:
        return []
    return [
        (attrs.get("Id", ""), attrs.get("Type", ""), attrs.get("Target", ""))
        for tag, attrs in elements(data)
        if tag == "Relationship" and attrs.get("TargetMode") != "External"
    ]


def sheet_parts(package: Package) -> list[tuple[str, str, bool]]:
    """Return name, part and visibility of each sheet."""
    book = package.workbook
    targets = package.targets(book)
    return [
        (attrs.get("name", ""), targets.get(attrs.get("id", ""), ""), attrs.get("state", "visible") == "visible")
        for tag, attrs in elements(package.part(book))
        if tag == "sheet"
    ]


def torn(data: bytes) -> bool:
    """Return whether the workbook names a sheet that is not in the file."""
    package = Package(data)
    return any(part.lower() not in package.names for _, part, _ in sheet_parts(package))


class _Scan:
    """Walks one sheet and notes hazards; keeps no values."""

    def __init__(self, percents: frozenset[str] = frozenset()) -> None:
        self.percents = percents
        self.percent: set[Place] = set()
        self.errors: dict[Place, str] = {}
        self.uncached: set[Place] = set()
        self.rows: set[int] = set()
        self.columns: set[int] = set()
        self.merged: list[Area] = []
        self.filtered = False
        self.row, self.column = -1, -1
        self.kind, self.formula, self.value, self.text = "", False, False, ""
        self.reading = False
        self.bottom = self.right = -1

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        tag = local(tag)
        if tag == "row":
            self.row = int(attrs["r"]) - 1 if attrs.get("r", "").isdecimal() else self.row + 1
            self.column = -1
            if attrs.get("hidden") in ("1", "true"):
                self.rows.add(self.row)
        elif tag == "c":
            found = place(attrs.get("r", ""))
            self.row, self.column = found or (self.row, self.column + 1)
            self.bottom, self.right = max(self.bottom, self.row), max(self.right, self.column)
            self.kind, self.formula, self.value, self.text = attrs.get("t", "n"), False, False, ""
            if self.kind == "n" and attrs.get("s") in self.percents:
                self.percent.add((self.row, self.column))
        elif tag == "f":
            self.formula = True
        elif tag in ("v", "is"):
            self.value = self.reading = True
        elif tag == "col" and attrs.get("hidden") in ("1", "true"):
            first, last = int(attrs.get("min", "1")) - 1, int(attrs.get("max", "1"))
            self.columns.update(range(first, min(last, 16384)))
        elif tag == "mergeCell" and (area := _area(attrs.get("ref", ""))):
            self.merged.append(area)
        elif tag == "filterColumn":
            self.filtered = True

    def end(self, tag: str) -> None:
        tag = local(tag)
        if tag in ("v", "is"):
            self.reading = False
        elif tag == "c":
            here = (self.row, self.column)
            if self.kind == "e":
                self.errors[here] = self.text.strip() or "#ERROR"
            if self.formula and not self.text.strip() and not (self.value and self.kind == "str"):
                self.uncached.add(here)

    def chars(self, text: str) -> None:
        if self.reading:
            self.text += text

    def hazards(self) -> Hazards:
        return Hazards(
            self.errors, frozenset(self.uncached), frozenset(self.rows), frozenset(self.columns),
            tuple(self.merged), self.filtered, frozenset(self.percent),
        )  # fmt: skip


def _plain(xml: bytes) -> bool:
    """Return whether nothing in a sheet can be a hazard: a few fast searches, none that slows on millions of cells."""
    head, tail = xml[:8192], xml[max(0, xml.rfind(b"sheetData")) :]
    usual = b"<sheetData" in head and b"<row" in head and b" r=" in head and b"\0" not in xml[:200] and b"'" not in xml
    return (
        usual and b"utoFilter" not in tail and b"ergeCell " not in tail and not any(sign.search(xml) for sign in _SIGNS)
    )


def scan(
    data: bytes, *, careful: bool = True, inflated: Mapping[str, bytes] | None = None
) -> Iterator[tuple[str, Hazards, int]]:
    """Yield name, hazards and dense size of each sheet; a sheet without any sign of one is not walked.

    ``careful`` walks every sheet with a cell so far out that a dense reader could run out of memory.
    """
    package = Package(data, inflated)
    percents = _percents(package.part(_part_of(package, "styles")))
    shown = [f's="{one}"'.encode() for one in percents]
    old = _since_1904(package.part(package.workbook))
    for name, part, _ in sheet_parts(package):
        xml = package.part(part)
        if _plain(xml) and not any(one in xml for one in shown) and not (careful and _FAR.search(xml)):
            yield name, Hazards(since_1904=old), 0
            continue
        walk = _Scan(percents)
        _walk(xml, walk)
        yield name, replace(walk.hazards(), since_1904=old), (walk.bottom + 1) * (walk.right + 1)


def _walk(xml: bytes, walk: Any) -> None:  # noqa: ANN401 - any handler with start, end and chars
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.EntityDeclHandler = _no_entities
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = walk.start, walk.end, walk.chars
    if xml:
        parser.Parse(xml, True)  # noqa: FBT003


class _Values:
    """Walks one sheet and keeps its values, sparsely."""

    def __init__(self, strings: list[str], dates: list[bool], epoch: datetime) -> None:
        self.cells: dict[Place, Value] = {}
        self.strings, self.dates, self.epoch = strings, dates, epoch
        self.row, self.column = -1, -1
        self.kind, self.style, self.text, self.reading = "n", 0, "", False

    def start(self, tag: str, attrs: dict[str, str]) -> None:
        tag = local(tag)
        if tag == "row":
            self.row = int(attrs["r"]) - 1 if attrs.get("r", "").isdecimal() else self.row + 1
            self.column = -1
        elif tag == "c":
            self.row, self.column = place(attrs.get("r", "")) or (self.row, self.column + 1)
            self.kind, self.text = attrs.get("t", "n"), ""
            self.style = int(attrs["s"]) if attrs.get("s", "").isdecimal() else 0
        elif tag in ("v", "t"):
            self.reading = True

    def end(self, tag: str) -> None:
        tag = local(tag)
        if tag in ("v", "t"):
            self.reading = False
        elif tag == "c" and self.text:
            self.cells[self.row, self.column] = self.value()

    def chars(self, text: str) -> None:
        if self.reading:
            self.text += text

    def value(self) -> Value:  # noqa: PLR0911 - one return per kind of cell
        if self.kind == "s":
            index = int(self.text) if self.text.strip().isdecimal() else -1
            return self.strings[index] if 0 <= index < len(self.strings) else ""
        if self.kind in ("str", "inlineStr"):
            return self.text
        if self.kind == "b":
            return self.text.strip() == "1"
        if self.kind == "e":
            return ""
        try:
            if self.kind == "d":
                return datetime.fromisoformat(self.text)
            number = float(self.text)
            if self.style < len(self.dates) and self.dates[self.style] and 0 <= number < 2958466:
                return self.epoch + timedelta(days=number)
        except (ValueError, OverflowError):
            return self.text
        return number


class _Strings:
    """Collects the shared strings; ever longer ones are refused before they fill the memory."""

    def __init__(self) -> None:
        self.size = 0
        self.found: list[str] = []
        self.text: list[str] = []
        self.reading = self.phonetic = False

    def start(self, tag: str, _: dict[str, str]) -> None:
        tag = local(tag)
        if tag == "si":
            self.text = []
        self.phonetic = self.phonetic or tag == "rPh"
        self.reading = tag == "t" and not self.phonetic

    def end(self, tag: str) -> None:
        tag = local(tag)
        if tag == "si":
            text = "".join(self.text)
            self.size += len(text)
            if self.size > _MOST_TEXT or len(text) > _LONGEST:
                raise RefusedError("E-BIG", limit=str(_LONGEST))
            self.found.append(text)
        if tag == "rPh":
            self.phonetic = False
        if tag == "t":
            self.reading = False

    def chars(self, text: str) -> None:
        if self.reading:
            self.text.append(text)


def _formats(styles: bytes) -> list[str]:
    """Return the number format of each cell style, literals left out; "d" for the dates that come with the program."""
    custom: dict[int, str] = {}
    found: list[str] = []
    inside = False
    for tag, attrs in elements(styles) if styles else ():
        if tag == "numFmt" and attrs.get("numFmtId", "").isdecimal():
            custom[int(attrs["numFmtId"])] = LITERALS.sub("", attrs.get("formatCode", ""))
        elif tag in ("cellXfs", "cellStyles", "dxfs"):
            inside = tag == "cellXfs"
        elif tag == "xf" and inside:
            number = int(attrs["numFmtId"]) if attrs.get("numFmtId", "").isdecimal() else 0
            found.append(custom.get(number, "d" if number in _DATE_IDS else _PERCENT_IDS.get(number, "")))
    return found


def _percents(styles: bytes) -> frozenset[str]:
    """Return the cell styles whose numbers are shown as percent; a part without a sign of one is not parsed."""
    # A zero byte: letters of two bytes; &#: a sign written by its number.
    if not any(sign in styles for sign in (b"%", b'"9"', b'"10"', b"'", b"\0", b"&#")):
        return frozenset()
    return frozenset(str(at) for at, code in enumerate(_formats(styles)) if "%" in code)


def _part_of(package: Package, kind: str) -> str:
    targets = package.targets(package.workbook)
    return next((part for part in targets.values() if kind in part.lower()), f"xl/{kind}.xml")


def _since_1904(book: bytes) -> bool:
    told = elements(book) if b"1904" in book or b"\0" in book else ()
    return any(tag == "workbookPr" and attrs.get("date1904") in ("1", "true") for tag, attrs in told)


def values(data: bytes, limits: Limits) -> list[tuple[str, list[list[Value]], bool]]:
    """Return name, rows and visibility of each sheet, read from the XML itself."""
    package = Package(data)
    strings = _Strings()
    _walk(package.part(_part_of(package, "sharedstrings")), strings)
    dates = [bool(_DATE_FORMAT.search(code)) for code in _formats(package.part(_part_of(package, "styles")))]
    old = _since_1904(package.part(package.workbook))
    epoch = datetime(1904, 1, 1) if old else datetime(1899, 12, 30)  # noqa: DTZ001 - a workbook knows no time zone
    found = []
    for name, part, visible in sheet_parts(package):
        walk = _Values(strings.found, dates, epoch)
        _walk(package.part(part), walk)
        found.append((name, dense(walk.cells, limits), visible))
    return found


def dense(cells: dict[Place, Value], limits: Limits) -> list[list[Value]]:
    """Return sparse cells as rows; what lies beyond the limits of a sheet is refused."""
    full = {at: value for at, value in cells.items() if not blank(value)}
    height = max((row for row, _ in full), default=-1) + 1
    width = max((column for _, column in full), default=-1) + 1
    if height * width > limits.cells or width > limits.columns or height > limits.rows:
        raise RefusedError("E-BIG", limit=str(limits.cells))
    rows: list[list[Value]] = [[""] * width for _ in range(height)]
    for (row, column), value in full.items():
        rows[row][column] = value
    return rows
