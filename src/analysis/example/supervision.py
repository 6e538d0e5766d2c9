"""The registers of supervision as a city keeps them: complaints, promises (RTL), findings; rows first, then sheets."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from math import log
from random import Random
from typing import TYPE_CHECKING

from .answers import FIRST_NAMES, pick
from .paper import MARK, Sheet, Value, Workbook
from .spelling import ELEMENTS, written_date

if TYPE_CHECKING:
    from .truth import Complaints, Truth, Unit

CHANNELS = ("LAPOR!", "WhatsApp", "Kotak saran", "Datang langsung")
TOPICS = ("Waktu", "Biaya", "Petugas", "Sarana", "Prosedur")
DONE, IN_WORK = "Selesai", "Dalam proses"


@dataclass(frozen=True)
class Complaint:
    """A complaint: ``closed`` is None while it is open; ``status`` is what the register says."""

    unit: str
    received: dt.date
    closed: dt.date | None
    channel: str
    topic: str
    status: str


def complaints(truth: Truth) -> list[Complaint]:
    """Return the complaints of the register in order of arrival, the faulty rows among them.

    The time to close is exponential with the planted median; who has not been served on the last day is open.
    """
    facts = truth.complaints
    if facts is None:
        return []
    rng = Random(f"{truth.seed}/complaints")  # noqa: S311 - a made-up city keeps no secret
    rows = [
        _complaint(facts, unit, rng)
        for unit in truth.units if unit.owner == "city"
        for _ in range(_count(truth, facts, unit))
    ]  # fmt: skip
    rows.sort(key=lambda one: (one.received, one.unit, one.topic))
    closed = [place for place, one in enumerate(rows) if one.closed and one.unit not in facts.slow]
    for number in range(min(facts.faults, len(closed))):
        place = pick(rng, closed)
        one = rows[place]
        # Every other fault: closed before it came in; else said to be done, on a day nobody wrote down.
        wrong = one.received - dt.timedelta(days=3 + number) if number % 2 == 0 else None
        rows[place] = replace(one, closed=wrong)
    return rows


def _count(truth: Truth, facts: Complaints, unit: Unit) -> int:
    users = unit.users[truth.wave_names.index(facts.wave)]
    return round(users * facts.often.get(unit.name, facts.per_thousand) / 1000)


def _complaint(facts: Complaints, unit: Unit, rng: Random) -> Complaint:
    received = facts.start + dt.timedelta(days=int(rng.random() * ((facts.end - facts.start).days + 1)))
    median = facts.slow.get(unit.name, facts.days)
    closed = received + dt.timedelta(days=int(-log(max(rng.random(), 1e-12)) * median / log(2)))
    done = closed <= facts.end
    return Complaint(
        unit.name, received, closed if done else None, pick(rng, CHANNELS), pick(rng, TOPICS), DONE if done else IN_WORK
    )


def registers_sent(truth: Truth) -> list[Workbook]:
    """Return the workbooks of the three registers, as far as the truth has them."""
    made = [
        (f"{one.wave}/Register Pengaduan Kota Contoh {one.wave}", _complaints(truth, one))
        for one in (truth.complaints,) if one
    ]  # fmt: skip
    made += [
        (f"{wave}/Rencana Tindak Lanjut {wave}", _promises(truth, wave))
        for wave in sorted({one.wave for one in truth.promises})
    ]
    made += [
        (f"{wave}/Temuan Pemeriksaan {wave}", _findings(truth, wave))
        for wave in sorted({one.wave for one in truth.findings})
    ]
    return [Workbook(f"{name}.xlsx", "xlsx", (sheet,)) for name, sheet in made]


def _complaints(truth: Truth, facts: Complaints) -> Sheet:
    """Lay out the register as a clerk keeps it: names in it, dates typed in three ways, a count at the end."""
    rng = Random(f"{truth.seed}/register")  # noqa: S311 - a made-up city keeps no secret
    sheet = Sheet("Buku Pengaduan")
    sheet.add("title", f"REGISTER PENGADUAN MASYARAKAT KOTA CONTOH {facts.wave}", merge="A:J")
    sheet.add("title", MARK, merge="A:J")
    sheet.add("blank")
    sheet.add(
        "heading", "No.", "Tgl. Aduan", "Nama Pelapor", "No. HP", "Instansi Tujuan", "Media Pengaduan",
        "Jenis Pengaduan", "Batas Waktu (hari)", "Tgl Selesai", "Status",
    )  # fmt: skip
    rows = complaints(truth)
    for number, one in enumerate(rows, start=1):
        name, closed = f"{pick(rng, FIRST_NAMES)} Rekaan {number}", one.closed
        phone = f"0812-0000-{int(rng.random() * 10000):04d}"
        sheet.add(
            "kept", number, written_date(one.received, number, rng), name, phone, pick(rng, _names(truth, one.unit)),
            one.channel, one.topic, facts.limit, written_date(closed, number, rng) if closed else None, one.status,
        )  # fmt: skip
    sheet.add("total", "Jumlah", len(rows))
    return sheet


def _names(truth: Truth, unit: str) -> tuple[str, ...]:
    return (unit, unit, *truth.unit(unit).aliases[:1])


def _promises(truth: Truth, wave: str) -> Sheet:
    sheet = Sheet("RTL")
    sheet.add("title", f"RENCANA TINDAK LANJUT HASIL SURVEI {wave}", merge="A:H")
    sheet.add("title", MARK, merge="A:H")
    sheet.add(
        "heading", "No", "OPD", "Tahun Survei", "Prioritas Unsur", "Program / Kegiatan", "Waktu Pelaksanaan",
        "Penanggung Jawab", "Realisasi",
    )  # fmt: skip
    for number, one in enumerate((one for one in truth.promises if one.wave == wave), start=1):
        cells: tuple[Value, ...] = (
            number, one.unit, int(wave), ELEMENTS[one.item], one.program, one.due, one.owner, one.status,
        )  # fmt: skip
        sheet.add("kept", *cells)
    return sheet


def _findings(truth: Truth, wave: str) -> Sheet:
    sheet = Sheet("Daftar Temuan")
    sheet.add("title", f"DAFTAR TEMUAN PEMERIKSAAN TAHUN {wave}", merge="A:G")
    sheet.add("title", MARK, merge="A:G")
    sheet.add(
        "heading", "No", "Obyek", "Tahun Pemeriksaan", "Pemeriksa", "Uraian Temuan", "Rekomendasi",
        "Status Tindak Lanjut",
    )  # fmt: skip
    for number, one in enumerate((one for one in truth.findings if one.wave == wave), start=1):
        cells = (number, one.unit, int(wave), one.source, one.finding, one.recommendation, one.status)
        sheet.add("kept", *cells)
    return sheet
