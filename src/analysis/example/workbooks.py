"""The folder as it arrives: one workbook per unit and wave (some send all years together), recaps, declarations."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from analysis import codebook

from .companions import codebook_text, left_over, list_text, log_text
from .declarations import declarations, recap
from .dirt import before_mending, entries
from .files import content
from .layouts import sheets_of
from .paper import Workbook, notes
from .supervision import registers_sent

if TYPE_CHECKING:
    from pathlib import Path

    from .city import City, Person
    from .paper import Entry, Sheet
    from .truth import Truth, Unit, Wave

COPY = ("Dinas Pendidikan Contoh", "2024")
"""The unit and wave whose workbook arrives twice under two names."""


AREAS = {"Perkotaan": True, "Pinggiran": False}
"""Sheets by area of residence, and whether they hold those who live in the centre."""
CENTRE = ("Singkawang Barat", "Singkawang Tengah")
BROKEN = 0.6
"""The share of a file that arrives when a download breaks off."""


def workbooks(city: City) -> list[Workbook]:
    """Return everything the city's units send, in order of path, before any byte is written."""
    truth, rows, kept = city.truth, _rows(city), kept_people(city)
    books: list[Workbook] = []
    for unit in truth.units:
        by_wave = [
            (wave.name, _by_area(truth, unit, wave, rows[unit.name, wave.name]))
            for wave in truth.waves if (unit.name, wave.name) in rows
        ]  # fmt: skip
        books += _sent(truth, unit, by_wave)
    books += [
        Workbook(f"{wave}/Rekap IKM Kota Contoh {wave}.xlsx", "xlsx", (recap(truth, wave, kept),))
        for wave in truth.wave_names[1:]
    ]
    books.append(Workbook("keterangan.xlsx", "xlsx", tuple(declarations(truth, kept))))
    books += registers_sent(truth)
    books += _again(truth, rows, books)
    return sorted(books, key=lambda one: one.path)


def _by_area(truth: Truth, unit: Unit, wave: Wave, entries: list[Entry]) -> list[Sheet]:
    """Return the sheets of a unit; where it counts its people once more by area, the areas' sheets come after."""
    sheets = sheets_of(truth, unit, wave, entries)
    if not any((one.unit, one.wave) == (unit.name, wave.name) for one in truth.overlapping):
        return sheets
    made = [replace(sheets[0], name="Semua"), *sheets[1:]]
    for name, inside in AREAS.items():
        again = [replace(one, kind="duplicate") for one in entries if (one.person.district in CENTRE) == inside]
        made.append(replace(sheets_of(truth, unit, wave, again)[0], name=name))
    return made


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


def _again(truth: Truth, rows: dict[tuple[str, str], list[Entry]], books: list[Workbook]) -> list[Workbook]:
    """Return what arrives once more: a copy, a workbook sent before with other answers, a download that broke off."""
    made = []
    by_path = {one.path: one for one in books}
    for wave in truth.waves:
        for one in truth.resent:
            if one.wave == wave.name:
                sheets = sheets_of(
                    truth, truth.unit(one.unit), wave, before_mending(rows[one.unit, one.wave], one.mended)
                )
                path = f"{wave.name}/{one.unit} {wave.name}_lama.xlsx"
                made.append(Workbook(path, "xlsx", tuple(_marked(truth.unit(one.unit), sheets))))
    for cut in truth.cut:
        name = f"{cut.wave}/{cut.unit} {cut.wave}"
        made.append(replace(by_path[f"{name}.xlsx"], path=f"{name}_terpotong.xlsx", whole=BROKEN))
    made += [
        replace(one, path=f"{COPY[1]}/Salinan {one.path.removeprefix(f'{COPY[1]}/')}", copy_of=one.path)
        for one in books if one.path.startswith(f"{COPY[1]}/{COPY[0]} {COPY[1]}.")
    ]  # fmt: skip
    return made


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

    A file of the same name is written over. Files that an earlier version wrote here and nobody changed since (its
    data log lists them) are removed where they are not written any more; all other files stay.
    """
    books = workbooks(city)
    everything = {one.path: content(one) for one in books}
    everything["codebook.toml"] = codebook_text(city.truth, codebook.load()).encode()
    for path in left_over(folder, everything):
        path.unlink()
    everything["README.md"] = (log_text(city.truth, books) + list_text(everything)).encode()
    for name, data in everything.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return [folder / name for name in sorted(everything)]
