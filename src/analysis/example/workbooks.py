"""The folder as it arrives: one workbook per unit and wave (some send all years together), recaps, declarations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis import codebook

from .companions import codebook_text, log_text
from .declarations import declarations, recap
from .dirt import entries
from .files import content
from .layouts import sheets_of
from .paper import Workbook, notes

if TYPE_CHECKING:
    from pathlib import Path

    from .city import City, Person
    from .paper import Entry, Sheet
    from .truth import Truth, Unit

COPY = ("Dinas Pendidikan Contoh", "2024")
"""The unit and wave whose workbook arrives twice under two names."""


def workbooks(city: City) -> list[Workbook]:
    """Return everything the city's units send, in order of path, before any byte is written."""
    truth, rows, kept = city.truth, _rows(city), kept_people(city)
    books: list[Workbook] = []
    for unit in truth.units:
        by_wave = [
            (wave.name, sheets_of(truth, unit, wave, rows[unit.name, wave.name]))
            for wave in truth.waves if (unit.name, wave.name) in rows
        ]  # fmt: skip
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
    if unit.layout in {"packed list", "report", "template", "form"}:
        return sheets
    return [*sheets, notes(f"Data survei {unit.name}")]


def kept_people(city: City) -> dict[tuple[str, str], list[Person]]:
    """Return the respondents that the kit should keep, by unit and wave."""
    found: dict[tuple[str, str], list[Person]] = {}
    for (unit, wave), rows in _rows(city).items():
        found[unit, wave] = [one.person for one in rows if one.kind == "kept"]
    return found


def _rows(city: City) -> dict[tuple[str, str], list[Entry]]:
    """Return the rows of every sheet with their dirt, by unit and wave; units that kept silent are left out."""
    people: dict[tuple[str, str], list[Person]] = {}
    for one in city.people:
        people.setdefault((one.unit, one.wave), []).append(one)
    return {(unit, wave): entries(city.truth, unit, wave, many) for (unit, wave), many in people.items()}


def write(city: City, folder: Path) -> list[Path]:
    """Write the workbooks, the codebook and the data log of ``city`` into ``folder`` and return their paths.

    A file of the same name is written over, other files stay.
    """
    books = workbooks(city)
    bytes_of = {one.path: content(one) for one in books}
    texts = {"codebook.toml": codebook_text(city.truth, codebook.load()), "README.md": log_text(city.truth, books)}
    everything = {**bytes_of, **{name: text.encode() for name, text in texts.items()}}
    for name, data in everything.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [folder / name for name in sorted(everything)]
