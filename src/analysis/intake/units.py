"""Which unit, wave, service, channel and place a table is about, and where each was found."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from rapidfuzz import fuzz, process

from analysis.codebook import Codebook, Labelled

from .dates import wave_in, wave_of_value
from .grid import Grid, Value, blank
from .text import address, normal, tidy
from .vocab import table, words

_DEPTH = 60
_KEYS = ("unit", "wave", "population", "service", "channel", "district", "sample", "order", "scale")
_YEAR_ON = re.compile(r"\b(?:tahun|semester|triwulan|periode|bulan|th|smt|tw|20\d\d)\b.*$", re.IGNORECASE)
_MAX_NAME = 80


@dataclass(frozen=True)
class Fact:
    """Something a cell says about a whole table: what kind of thing, its value, and the cell."""

    kind: str
    value: Value
    sheet: str
    cell: str


def facts_in(grid: Grid, rows: Iterable[int]) -> list[Fact]:
    """Return what key and value cells in ``rows`` say: the key left of its value, or before a colon."""
    found = []
    for row in rows:
        cells = [(at, value) for at, value in enumerate(grid.rows[row]) if not blank(value)]
        for position, (column, key) in enumerate(cells):
            if not isinstance(key, str) or len(key) > 200:
                continue
            name, colon, rest = key.partition(":")
            kind = _kind(normal(name))
            if not kind:
                continue
            if colon and rest.strip():
                found.append(Fact(kind, rest.strip(), grid.name, address(row, column)))
                continue
            value = _next_value(cells, position)
            if value is not None:
                found.append(Fact(kind, value[1], grid.name, address(row, value[0])))
    return found


def _kind(plain: str) -> str:
    return next((kind for kind in _KEYS if plain in words(f"{kind}_keys")), "")


def _next_value(cells: list[tuple[int, Value]], position: int) -> tuple[int, Value] | None:
    for column, value in cells[position + 1 : position + 3]:
        if not isinstance(value, str):
            return column, value
        text = value.strip().lstrip(":").strip()
        if text:
            return None if _kind(normal(text)) else (column, text)
    return None


def is_key_value(grid: Grid) -> bool:
    """Return whether a sheet is a list of keys and values rather than a table."""
    rows = [row for row in grid.rows[:_DEPTH] if any(not blank(value) for value in row)]
    if not rows or len(grid.rows) > 200:
        return False
    narrow = sum(sum(not blank(value) for value in row) <= 3 for row in rows)
    return (
        narrow >= 0.7 * len(rows)
        and len({fact.kind for fact in facts_in(grid, range(min(_DEPTH, len(grid.rows))))}) >= 1
    )


class Finder:
    """Looks up units, services and channels of one codebook by name and alias."""

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self.asks = any(one.name == "unit" for one in book.fields)
        self.units = _known(book.units)
        self.channels = _known(book.channels)
        self.services = {unit.name: _known(unit.services) for unit in book.units}

    def unit(self, text: str) -> str:
        """Return the listed unit that ``text`` names exactly, else nothing."""
        return self.units.get(normal(text), "")

    def unit_inside(self, text: str) -> str:
        """Return the one listed unit whose name stands in ``text``; the longest name where one holds another."""
        padded = f" {normal(text)} "
        found = [name for name in self.units if len(name) > 2 and f" {name} " in padded]
        top = [one for one in found if not any(one != other and f" {one} " in f" {other} " for other in found)]
        named = {self.units[one] for one in top}
        return named.pop() if len(named) == 1 else ""

    def near(self, text: str) -> str:
        """Return a listed unit that ``text`` resembles, to offer it in a message."""
        found = process.extractOne(normal(text), list(self.units), scorer=fuzz.token_sort_ratio, score_cutoff=85)
        return self.units[found[0]] if found else ""

    def channel(self, text: str) -> str:
        """Return the channel that ``text`` names."""
        return self.channels.get(normal(text), "")

    def service(self, unit: str, text: str) -> str:
        """Return the listed service of ``unit`` for ``text``, else the text itself."""
        return self.services.get(unit, {}).get(normal(text), tidy(text))


def _known(things: Iterable[Labelled]) -> dict[str, str]:
    known: dict[str, str] = {}
    for one in things:
        for text in (one.name, *one.aliases, *one.label.values()):
            known.setdefault(normal(text), one.name)
    return known


@dataclass(frozen=True)
class Found:
    """A value for a whole table, where it came from, and other sources that say otherwise."""

    value: str = ""
    source: str = ""
    cell: str = ""
    against: tuple[str, ...] = ()
    listed: bool = True


@dataclass(frozen=True)
class Surroundings:
    """What stands around a table: its titles (row, column, text), facts beside it and in key/value sheets, names."""

    titles: tuple[tuple[int, int, str], ...]
    near: tuple[Fact, ...]
    far: tuple[Fact, ...]
    sheet: str
    file: str


@dataclass(frozen=True)
class _Candidate:
    """A name for a unit: listed in the codebook or not, said outright by a key ("Unit: …") or only inside a text."""

    name: str
    source: str
    cell: str
    listed: bool
    outright: bool = False


def find_unit(around: Surroundings, finder: Finder) -> Found:
    """Return the unit of a table: the first listed one in order of sources, else what the workbook calls itself.

    A name that a key says outright stands before listed ones of later sources; one inside a title does not.
    """
    if not finder.asks:
        return Found()
    if (told := unit_told(around, finder)).value:
        return told
    stem = _stem(around.file)
    # "SKM 2024.xlsx" names no unit, its sheets "Dukcapil" and "Perizinan" do; "Januari" and "Data" do not.
    if not (name := _stripped(stem)) and (sheet := _stripped(around.sheet)):
        return Found(sheet, "sheet name", listed=False)
    return Found(name or stem[:_MAX_NAME], "file name", listed=False)


def unit_told(around: Surroundings, finder: Finder) -> Found:
    """Return the unit that something around a table names as one, else nothing."""
    told = list(_units_told(around, finder))
    best = next((one for one in told if one.listed or one.outright), None) or next(iter(told), None)
    if best is None:
        return Found()
    others = dict.fromkeys(one.source for one in told if one.listed and best.listed and one.name != best.name)
    return Found(best.name, best.source, best.cell, tuple(others), best.listed)


def _units_told(around: Surroundings, finder: Finder) -> Iterator[_Candidate]:
    yield from _by_keys(around.near, "title", finder)
    for row, column, text in around.titles:
        yield from _inside(text, "title", address(row, column), finder)
    yield from _by_keys(around.far, "key and value", finder)
    yield from _inside(around.sheet, "sheet name", "", finder)
    yield from _inside(_stem(around.file).replace("_", " ").replace("-", " "), "file name", "", finder)
    folder = around.file.rpartition("/")[0].rpartition("/")[2]
    if unit := finder.unit_inside(folder):
        yield _Candidate(unit, "folder name", "", listed=True)


def _by_keys(facts: Iterable[Fact], source: str, finder: Finder) -> Iterator[_Candidate]:
    for fact in facts:
        if fact.kind == "unit" and isinstance(fact.value, str):
            unit = finder.unit(fact.value) or finder.unit_inside(fact.value)
            name = unit or tidy(fact.value)[:_MAX_NAME]
            yield _Candidate(name, source, fact.cell, listed=bool(unit), outright=True)


def _inside(text: str, source: str, cell: str, finder: Finder) -> Iterator[_Candidate]:
    if unit := finder.unit_inside(text):
        yield _Candidate(unit, source, cell, listed=True)
    elif name := _self_name(text):
        yield _Candidate(name, source, cell, listed=False)


def _stem(file: str) -> str:
    name = file.rpartition("/")[2]
    return name.rpartition(".")[0] or name


def _self_name(text: str) -> str:
    """Return the name in a title that begins with a word for offices ("Puskesmas …"), up to its year."""
    found = [text.casefold().find(prefix) for prefix in words("unit_prefixes")]
    starts = [at for at in found if at >= 0 and (at == 0 or not text[at - 1].isalnum())]
    if not starts:
        return ""
    name = _YEAR_ON.sub("", text[min(starts) :]).strip(" -\u2013,.:;()")
    return tidy(name)[:_MAX_NAME] if len(name.split()) > 1 else ""


def _stripped(stem: str) -> str:
    noise = words("title_noise") | set(table()["months"])
    kept = [word for word in re.split(r"[\s_\-.]+", stem) if normal(word) not in noise]
    return tidy(" ".join(word for word in kept if not re.fullmatch(r"(?:19|20)\d\d|v?\d+|\(\d+\)", word)))[:_MAX_NAME]


def find_wave(around: Surroundings, book: Codebook) -> Found:
    """Return the wave of a table from titles, key/value sheets, sheet name, file name, or the codebook's patterns."""
    found = [(wave, source, cell) for wave, source, cell in _waves_told(around, book) if wave]
    if not found:
        folder = wave_in(around.file.rpartition("/")[0], book)
        return Found(folder, "folder name") if folder else Found()
    best = _finest(found)
    others = tuple(dict.fromkeys(source for wave, source, _ in found if wave[:4] != best[0][:4]))
    return Found(*best, against=others)


def _waves_told(around: Surroundings, book: Codebook) -> Iterator[tuple[str, str, str]]:
    for fact in around.near:
        if fact.kind == "wave":
            yield wave_of_value(fact.value, book), "title", fact.cell
    for row, column, text in around.titles:
        yield wave_in(text, book), "title", address(row, column)
    for fact in around.far:
        if fact.kind == "wave":
            yield wave_of_value(fact.value, book), "key and value", fact.cell
    yield wave_in(around.sheet, book), "sheet name", ""
    yield wave_in(_stem(around.file), book), "file name", ""
    name = around.file.rpartition("/")[2]
    for one in book.waves:
        if any(fnmatch(name, pattern) for pattern in one.files):
            yield one.name, "file name", ""


def _finest(found: list[tuple[str, str, str]]) -> tuple[str, str, str]:
    """Return the first wave; a later source that only adds the half or quarter makes it finer."""
    first = found[0]
    return next((one for one in found if one[0].startswith(first[0] + "-")), first)


def find_one(around: Surroundings, kind: str) -> Fact | None:
    """Return the first fact of a kind: beside the table, else in a key/value sheet."""
    return next((fact for fact in (*around.near, *around.far) if fact.kind == kind), None)
