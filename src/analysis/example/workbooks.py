"""The folder as it arrives: one workbook per unit and wave (some send all years together), recaps, declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import codebook

from .city import City, Person
from .companions import codebook_text, log_text
from .declarations import declarations, recap
from .dirt import entries
from .files import content
from .layouts import KEPT, sheets_of
from .paper import Entry, Sheet, Workbook, notes
from .truth import ITEMS

if TYPE_CHECKING:
    from pathlib import Path

    from .truth import Truth, Unit

COPY = ("Dinas Pendidikan Contoh", "2024")
"""The unit and wave whose workbook arrives twice under two names."""
EXPECTED = ("file", "sheet", "row", "unit", "wave", *KEPT, *ITEMS)
"""Columns of ``expected``."""


def workbooks(city: City) -> list[Workbook]:
    """Return everything the city's units send, in order of path, before any byte is written."""
    truth = city.truth
    kept: dict[tuple[str, str], list[Person]] = {}
    books: list[Workbook] = []
    for unit in truth.units:
        by_wave = []
        for wave in truth.waves:
            people = city.of(unit.name, wave.name)
            if people:
                rows = entries(truth, unit.name, wave.name, people)
                kept[unit.name, wave.name] = [one.person for one in rows if one.kind == "kept"]
                by_wave.append((wave.name, sheets_of(truth, unit, wave, rows)))
        books += _sent(truth, unit, by_wave)
    books += [
        Workbook(f"{wave}/Rekap IKM Kota Contoh {wave}.xlsx", "xlsx", (recap(truth, wave, kept),))
        for wave in truth.wave_names[1:]
    ]
    books.append(Workbook("keterangan.xlsx", "xlsx", tuple(declarations(truth, kept))))
    books += [
        Workbook(f"{COPY[1]}/Salinan {one.path.removeprefix(f'{COPY[1]}/')}", one.format, one.sheets, copy_of=one.path)
        for one in books if one.path.startswith(f"{COPY[1]}/{COPY[0]}")
    ]  # fmt: skip
    return sorted(books, key=lambda one: one.path)


def _sent(truth: Truth, unit: Unit, by_wave: list[tuple[str, list[Sheet]]]) -> list[Workbook]:
    if not by_wave:
        return []
    if unit.together:
        form = unit.formats[0] if unit.formats else "xlsx"
        sheets = [sheet for _, many in by_wave for sheet in many]
        years = f"{by_wave[0][0]}-{by_wave[-1][0]}"
        return [Workbook(f"{unit.name} {years}.{form}", form, tuple(_marked(unit, sheets)))]
    books = []
    for wave, sheets in by_wave:
        form = unit.formats[truth.wave_names.index(wave)] if unit.formats else "xlsx"
        one = tuple(sheets if form == "csv" else _marked(unit, sheets))
        books.append(Workbook(f"{wave}/{unit.name} {wave}.{form}", form, one))
    return books


def _marked(unit: Unit, sheets: list[Sheet]) -> list[Sheet]:
    """Add the sheet with the mark where no sheet of the workbook holds it."""
    if unit.layout in {"report", "template", "form"}:
        return sheets
    return [*sheets, notes(f"Data survei {unit.name}")]


def expected(city: City) -> pd.DataFrame:
    """Return the respondents as they should come back from the workbooks, one row each, in order of file and row.

    Columns are ``EXPECTED``: codebook values, "" where a sheet does not carry the column, the date as ISO text, items
    as Int8 with missing answers. Rows set aside, duplicates and files sent twice are not among them.
    """
    rows = [
        (book.path, sheet.name, number, *_values(sheet, entry))
        for book in workbooks(city) if not book.copy_of
        for sheet in book.sheets
        for number, entry in sheet.entries.items() if entry.kind == "kept"
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(EXPECTED))
    return frame.astype({"row": "int64", **dict.fromkeys(ITEMS, "Int8")})


def _values(sheet: Sheet, entry: Entry) -> tuple[object, ...]:
    one = entry.person
    facts = {name: getattr(one, name) for name in KEPT if name != "date"} | {"date": one.when.date().isoformat()}
    return (one.unit, one.wave, *(facts[name] if name in sheet.carries else "" for name in KEPT), *one.scores)


def write(city: City, folder: Path, lang: str = "id") -> list[Path]:
    """Write the workbooks, the codebook and the data log of ``city`` into ``folder`` and return their paths.

    A file that is there is written over. Raises CallError in ``lang`` where the library for an old format is missing.
    """
    books = workbooks(city)
    bytes_of = {one.path: content(one, lang) for one in books}
    texts = {"codebook.toml": codebook_text(city.truth, codebook.load()), "README.md": log_text(city.truth, books)}
    everything = {**bytes_of, **{name: text.encode() for name, text in texts.items()}}
    for name, data in everything.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [folder / name for name in sorted(everything)]
