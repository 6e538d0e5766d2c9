"""What no sheet of respondents can say: who must survey, how people were chosen, what was announced; and the recap."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import TYPE_CHECKING

from .figures import grade, index, means, shown
from .paper import MARK, Sheet, notes
from .truth import ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .city import Person
    from .truth import Truth

SAMPLES = {"census": "Sensus", "random": "Acak", "quota": "Kuota", "walk-in": "Pengunjung yang datang"}
SCHOOLS = {
    "primary": "SD", "lower secondary": "SMP", "upper secondary": "SMA", "diploma": "D3", "bachelor": "S1",
    "postgraduate": "S2",
}  # fmt: skip
JOBS = {
    "civil servant": "PNS", "armed forces or police": "TNI/POLRI", "private employee": "SWASTA",
    "self-employed": "WIRAUSAHA",
}  # fmt: skip
Kept = "Mapping[tuple[str, str], Sequence[Person]]"


def published(truth: Truth, kept: Mapping[tuple[str, str], Sequence[Person]]) -> dict[tuple[str, str], float]:
    """Return the index that every unit announced per wave, from the respondents it should have kept."""
    said = {(one.unit, one.wave): one for one in truth.published}
    figures = {}
    for key, people in kept.items():
        fact = said.get(key)
        weight = Fraction(11, 100) if fact and fact.weight == "0.11" else Fraction(1, 9)
        own = fact.index if fact and fact.index is not None else None
        figures[key] = own if own is not None else shown(index(people, weight=weight))
    return figures


def declarations(truth: Truth, kept: Mapping[tuple[str, str], Sequence[Person]]) -> list[Sheet]:
    """Return the sheets of ``keterangan.xlsx``."""
    roster = Sheet("Unit wajib survei")
    roster.add("heading", "Unit", "Tahun")
    for unit in truth.units:
        roster.add("note", unit.name, None)
    surveys = Sheet("Survei")
    surveys.add(
        "heading", "Unit", "Tahun", "Cara memilih responden", "Jumlah pengguna", "Mulai", "Selesai", "IKM diumumkan",
        "Bobot",
    )  # fmt: skip
    weights = {(one.unit, one.wave): one.weight for one in truth.published}
    announced = published(truth, kept)
    for unit in truth.units:
        for place, wave in enumerate(truth.waves):
            key = (unit.name, wave.name)
            if key in announced:
                surveys.add(
                    "note", unit.name, int(wave.name), SAMPLES[unit.sample], unit.users[place], wave.start, wave.end,
                    announced[key], weights.get(key, "1/9"),
                )  # fmt: skip
    people = Sheet("Penduduk")
    people.add("heading", "Kecamatan", "Tahun", "Jumlah penduduk")
    for wave in truth.waves:
        for district in truth.districts:
            if district.population:
                people.add("note", district.name, int(wave.name), district.population)
    return [roster, surveys, people, *_training(truth), notes("Semua angka di berkas ini rekaan.")]


def _training(truth: Truth) -> list[Sheet]:
    if truth.training is None:
        return []
    sheet = Sheet("Pelatihan")
    sheet.add("heading", "Unit", "Tahun", "Jam pelatihan")
    for unit, hours in truth.training.hours.items():
        sheet.add("note", unit, int(truth.training.wave), hours)
    return [sheet]


def recap(truth: Truth, wave: str, kept: Mapping[tuple[str, str], Sequence[Person]]) -> Sheet:
    """Return the city recap of a wave: one row per unit, two heading rows, a total row, no respondents."""
    sheet = Sheet("Rekap")
    sheet.add("title", f"REKAPITULASI INDEKS KEPUASAN MASYARAKAT PERANGKAT DAERAH TAHUN {wave}", merge="A:AA")
    sheet.add("title", MARK, merge="A:AA")
    schools, jobs = list(SCHOOLS.values()), [*JOBS.values(), "LAINNYA"]
    groups = (
        ["NRR UNSUR", *[None] * 8], ["JENIS KELAMIN", None], ["PENDIDIKAN", *[None] * (len(schools) - 1)],
        ["PEKERJAAN", *[None] * (len(jobs) - 1)],
    )  # fmt: skip
    top = sheet.add("heading", "NO", "NAMA UNIT", *(cell for group in groups for cell in group), "POPULASI", "SAMPEL",
                    "NRR TERTIMBANG", "IKM", "KATEGORI")  # fmt: skip
    sheet.add("heading", None, None, *(item.upper() for item in ITEMS), "L", "P", *schools, *jobs)
    sheet.merges += [f"A{top}:A{top + 1}", f"B{top}:B{top + 1}", f"C{top}:K{top}", f"L{top}:M{top}",
                     f"N{top}:S{top}", f"T{top}:X{top}"]  # fmt: skip
    announced = published(truth, kept)
    rows = [(unit, kept[unit.name, wave]) for unit in truth.units if kept.get((unit.name, wave))]
    place = truth.wave_names.index(wave)
    for number, (unit, people) in enumerate(rows, start=1):
        figure = announced[unit.name, wave]
        sheet.add(
            "kept", number, unit.name, *(shown(one, 3) for one in means(people)), *_counts(people),
            unit.users[place], len(people), round(figure / 25, 3), figure, grade(figure),
        )  # fmt: skip
    sheet.add("total", None, "Jumlah", *[None] * 9, *_counts([one for _, people in rows for one in people]),
              sum(unit.users[place] for unit, _ in rows), sum(len(people) for _, people in rows))  # fmt: skip
    return sheet


def _counts(people: Sequence[Person]) -> list[int]:
    sexes, schools = Counter(one.sex for one in people), Counter(one.education for one in people)
    jobs = Counter(JOBS.get(one.occupation, "LAINNYA") for one in people)
    return [
        sexes["male"], sexes["female"], *(schools[name] for name in SCHOOLS),
        *(jobs[name] for name in (*JOBS.values(), "LAINNYA")),
    ]  # fmt: skip
