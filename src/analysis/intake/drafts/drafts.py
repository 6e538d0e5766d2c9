"""Codebook drafts from the headings of a workbook, for the user to finish; and the check of a codebook.

A survey that the base codebook knows (its items are found) becomes an extension that names what was new: units, answer
words, values. Any other table becomes a codebook of its own. What cannot be known is marked, never guessed in silence.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import codebook as books
from analysis.codebook import Codebook
from analysis.errors import CallError, CodebookError, Fault
from analysis.intake.decode import FieldDecoder, ItemDecoder
from analysis.intake.grid import RefusedError, Workbook
from analysis.intake.parse import Parser
from analysis.intake.privacy import redact
from analysis.intake.process.apart import apart
from analysis.intake.process.child import codebook_json
from analysis.intake.process.limits import DEFAULT
from analysis.intake.readers import open_workbook
from analysis.intake.source import stable_bytes
from analysis.intake.text import normal, tidy
from analysis.words import say

from .headings import Seen, columns_of
from .standalone import standalone
from .toml import MARK, Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.codebook import FieldOf, Item
    from analysis.intake.part import Part

_MOST_WORDS = 40
_LONGEST = 60


@dataclass(frozen=True)
class Draft:
    """A drafted codebook: its TOML text, how many places are marked for the user, what it extends ("" for nothing)."""

    text: str
    marks: int
    extends: str


def draft(files: Sequence[Path | str], *, lang: str = "id", base: Codebook | None = None) -> Draft:
    """Return a codebook draft for the workbooks ``files``; comments and marks are in ``lang``.

    ``base`` is the codebook whose units, items and fields are tried first, the shipped one by default. Raises
    CallError with every file that could not be opened, and where no file holds a table.
    """
    book = base if base is not None else books.load()
    found, faults = [], []
    for path in map(Path, files):
        try:
            found.append(apart(look, stable_bytes(path, DEFAULT)[0], path.name, codebook_json(book).decode()))
        except RefusedError as refusal:
            values = {"limit": "", "kind": "", "part": "", **refusal.values}
            faults.append(Fault(path.name, _intake(refusal.code, "what", lang, values),
                                _intake(refusal.code, "todo", lang, values)))  # fmt: skip
    if faults:
        raise CallError(*faults)
    surveys = [one["survey"] for one in found if one["survey"]]
    if surveys:
        return _extension(surveys, book, lang)
    seen = [Seen(**one) for many in found for one in many["columns"]]
    if not seen:
        raise CallError(Fault(", ".join(Path(one).name for one in files), say("forms.no_table", lang),
                              say("forms.no_table_todo", lang)))  # fmt: skip
    lines = standalone(seen, book, lang)
    return Draft(lines.text(), lines.marks, "")


def _intake(code: str, part: str, lang: str, values: dict[str, Any]) -> str:
    return say(f"intake.{code}.{part}", lang, **values)


def look(data: bytes, name: str, book_json: str) -> dict[str, Any]:
    """Return what a draft needs of one file, as plain values: its columns, and the survey the codebook knows in it."""
    book = Codebook.model_validate_json(book_json)
    workbook = open_workbook(data, name, DEFAULT)
    columns = [vars(one) for grid in workbook.grids if grid.visible for one in columns_of(grid, name)]
    parts = [part for part in Parser(book).parse(data, name).parts if book.instrument(part.instrument).rule]
    return {"columns": columns, "survey": _survey(parts, workbook, book) if parts else None}


def _survey(parts: Sequence[Part], workbook: Workbook, book: Codebook) -> dict[str, Any]:
    """Return the units with their services, and the words that the codebook does not list, by item and field."""
    units: dict[str, list[str]] = {}
    words: dict[str, dict[str, list[str]]] = {}
    values: dict[str, list[str]] = {}
    headings = []
    for part in parts:
        grid = workbook.grids[part.index]
        services = part.columns.get("service", [""] * len(part.rows))
        for unit, service in zip(part.columns["unit"], services, strict=True):
            units.setdefault(unit, []).append(service)
        instrument = book.instrument(part.instrument)
        for item in instrument.items:
            if item.name in part.reading.columns:
                cells = [grid.at(row - 1, part.reading.columns[item.name]) for row in part.rows]
                decode = ItemDecoder(book, instrument, item, text_file=True)
                unlisted = _recurring(one for one in cells if isinstance(one, str) and decode(one).code == "E-LABEL")
                _extend(words.setdefault(part.instrument, {}).setdefault(item.name, []), unlisted)
        for field in book.fields:
            if field.name in part.reading.columns and field.values:
                cells = [grid.at(row - 1, part.reading.columns[field.name]) for row in part.rows]
                read = FieldDecoder(book, field)
                unlisted = _recurring(one for one in cells if isinstance(one, str) and read(one).code == "E-VALUE")
                _extend(values.setdefault(field.name, []), unlisted)
        headings += [tidy(str(grid.at(part.reading.heading[1], column))) for column in part.reading.unknown]
    shown = {unit: _recurring(one for one in many if one) for unit, many in units.items()}
    return {"units": shown, "words": words, "values": values, "headings": headings}


def _recurring(texts: Iterable[str]) -> list[str]:
    """Return texts that stand in more than one row, short and free of anything that looks like a person's data."""
    counts = Counter(tidy(text) for text in texts)
    usual = sorted(text for text, count in counts.items() if count > 1 and 0 < len(text) <= _LONGEST)
    return [text for text in usual if not redact(text)[1]][:_MOST_WORDS]


def _extend(known: list[str], more: Iterable[str]) -> None:
    known += [one for one in more if normal(one) not in {normal(old) for old in known}]


def _extension(surveys: Sequence[dict[str, Any]], book: Codebook, lang: str) -> Draft:
    lines = Lines(lang)
    lines.comment(say("forms.draft_extends", lang, mark=MARK[lang], base=book.id))
    lines.put(id="draft", version="1", extends=book.id)
    lines.mark(title={"id": book.title.get("id", book.id), "en": book.title.get("en", book.id)})
    units: dict[str, list[str]] = {}
    for one in surveys:
        for unit, services in one["units"].items():
            _extend(units.setdefault(unit, []), services)
    for unit, services in units.items():
        known = book.unit(unit)
        listed = {normal(one.name) for one in known.services} if known else set()
        fresh = [one for one in services if normal(one) not in listed]
        if known is None or (known.services and fresh):
            lines.table("unit", name=unit)
            if known is None:
                lines.comment(say("forms.draft_sectors", lang, sectors=", ".join(one.name for one in book.sectors)))
                lines.mark(sector="?")
                lines.put(owner="city", aliases=[])
            for service in fresh:
                lines.table("unit.service", name=service)
    _words(lines, surveys)
    _values(lines, surveys, book)
    unknown = sorted({text for one in surveys for text in one["headings"]})
    if unknown:
        lines.comment(say("forms.draft_headings", lang))
        for text in unknown:
            lines.comment(f"  {text}")
    return Draft(lines.text(), lines.marks, book.id)


def _words(lines: Lines, surveys: Sequence[dict[str, Any]]) -> None:
    merged: dict[str, dict[str, list[str]]] = {}
    for one in surveys:
        for instrument, items in one["words"].items():
            for item, words in items.items():
                _extend(merged.setdefault(instrument, {}).setdefault(item, []), words)
    for instrument, items in merged.items():
        if any(items.values()):
            lines.table("instrument", id=instrument)
            for item, words in items.items():
                if words:
                    lines.table("instrument.item", name=item)
                    lines.answers("instrument.item.answers", dict.fromkeys(map(normal, words), "?"))


def _values(lines: Lines, surveys: Sequence[dict[str, Any]], book: Codebook) -> None:
    merged: dict[str, list[str]] = {}
    for one in surveys:
        for field, words in one["values"].items():
            _extend(merged.setdefault(field, []), words)
    for field in book.fields:
        if words := merged.get(field.name):
            lines.table("field", name=field.name)
            lines.comment(say("forms.draft_values", lines.lang, names=", ".join(one.name for one in field.values)))
            for word in words:
                lines.table("field.value")
                lines.mark(name="?")
                lines.put(aliases=[word])


def check(path: Path | str, *, lang: str = "id") -> list[Fault]:
    """Return everything that is wrong with the codebook at ``path``, each with file and key; nothing where it is sound.

    Beside what ``codebook.load`` refuses: marks that were not filled in, headings that mean two things.
    """
    file = Path(path)
    if not file.is_file():
        return [Fault(file.name, say("forms.no_codebook", lang), say("forms.no_codebook_todo", lang))]
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        return [Fault(file.name, say("forms.no_toml", lang, fault=str(fault)))]
    open_marks = [books.key_of(table, path) for path in _unfilled(table, ())]
    faults = [Fault(f"{file.name}, {key}", say("forms.unfilled", lang), say("forms.unfilled_todo", lang))
              for key in open_marks]  # fmt: skip
    try:
        book = books.load(file, lang=lang)
    except CodebookError as refused:
        marked = {_unnumbered(f"{file.name}, {key}") for key in open_marks}
        return faults + [one for one in refused.faults
                         if _unnumbered(one.where) not in marked and '"?"' not in one.what]  # fmt: skip
    return faults + [Fault(f"{file.name}, {where}", say("forms.twice", lang, heading=heading, first=first))
                     for where, heading, first in _twice(book)]  # fmt: skip


def _unnumbered(where: str) -> str:
    """Return a key without the places in its lists: what is extended comes first and shifts them."""
    return re.sub(r"\.\d+(?=\.|$)", "", where)


def _unfilled(value: object, path: tuple[str | int, ...]) -> Iterable[tuple[str | int, ...]]:
    if value == "?":
        yield path
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _unfilled(one, (*path, str(name)))
    elif isinstance(value, list):
        for place, one in enumerate(value):
            yield from _unfilled(one, (*path, place))


def _twice(book: Codebook) -> Iterable[tuple[str, str, str]]:
    """Yield the headings that one questionnaire gives to two items, or two respondent columns share."""
    groups: list[tuple[str, Sequence[Item | FieldOf]]] = [
        (f"instrument {one.id}", one.items) for one in book.instruments
    ]
    groups.append(("field", book.fields))
    for where, things in groups:
        known: dict[str, str] = {}
        for thing in things:
            for heading in thing.headings:
                first = known.setdefault(normal(heading), thing.name)
                if first != thing.name:
                    yield f"{where}, {thing.name}", heading, first
