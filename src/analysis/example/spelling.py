"""How senders write what the codebook calls by one name: places, answers, schooling, work, and headings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from .answers import pick
from .truth import ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from .city import Person
    from .truth import Scores, Unit

Spellings = dict[str, tuple[str, ...]]
"""A codebook value and how senders write it."""
ELEMENTS = {
    "u1": "Persyaratan", "u2": "Sistem, Mekanisme, dan Prosedur", "u3": "Waktu Penyelesaian", "u4": "Biaya/Tarif",
    "u5": "Produk Spesifikasi Jenis Pelayanan", "u6": "Kompetensi Pelaksana", "u7": "Perilaku Pelaksana",
    "u8": "Penanganan Pengaduan, Saran dan Masukan", "u9": "Sarana dan Prasarana",
}  # fmt: skip
QUESTIONS = {
    "u1": "1. Bagaimana pendapat Saudara tentang kesesuaian persyaratan\npelayanan dengan jenis pelayanannya?",
    "u2": "2. Bagaimana pemahaman Saudara tentang kemudahan prosedur\npelayanan di unit ini?",
    "u3": "3. Bagaimana pendapat Saudara tentang kecepatan waktu\ndalam memberikan pelayanan?",
    "u4": "4. Bagaimana pendapat Saudara tentang kewajaran biaya/tarif\ndalam pelayanan?",
    "u5": "5. Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan\nantara yang tercantum dan hasilnya?",
    "u6": "6. Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas\ndalam pelayanan?",
    "u7": "7. Bagaimana pendapat Saudara tentang perilaku petugas\nterkait kesopanan dan keramahan?",
    "u9": "8. Bagaimana pendapat Saudara tentang kualitas\nsarana dan prasarana?",
    "u8": "9. Bagaimana pendapat Saudara tentang penanganan pengaduan\npengguna layanan?",
}  # fmt: skip
"""On the printed questionnaire the eighth question is about facilities, the ninth about complaints."""
ANSWERS = {
    "u1": ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    "u2": ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    "u3": ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"),
    "u4": ("Sangat mahal", "Cukup mahal", "Murah", "Gratis"),
    "u5": ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    "u6": ("Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"),
    "u7": ("Tidak sopan dan ramah", "Kurang sopan dan ramah", "Sopan dan ramah", "Sangat sopan dan ramah"),
    "u8": ("Tidak ada", "Ada tetapi tidak berfungsi", "Berfungsi kurang maksimal", "Dikelola dengan baik"),
    "u9": ("Buruk", "Cukup", "Baik", "Sangat baik"),
}  # fmt: skip
PAID = ("Tidak wajar", "Kurang wajar", "Wajar", "Sangat wajar")
"""The answers to the price question where there is a price."""
SEX: Spellings = {"female": ("Perempuan", "P", "perempuan"), "male": ("Laki-laki", "L", "Laki - laki")}
EDUCATION: Spellings = {
    "primary": ("SD",), "lower secondary": ("SMP", "SLTP"), "upper secondary": ("SMA", "SLTA", "SMA / SMK", "SMK"),
    "diploma": ("D3", "Diploma"), "bachelor": ("S1", "S-1", "Sarjana (S1)"), "postgraduate": ("S2", "S2 ke atas"),
}  # fmt: skip
OCCUPATION: Spellings = {
    "civil servant": ("PNS", "ASN"), "armed forces or police": ("TNI", "Polri", "TNI / POLRI"),
    "private employee": ("Swasta", "Karyawan Swasta"), "self-employed": ("Wirausaha", "Wiraswasta"),
    "farmer or fisher": ("Petani", "Nelayan"), "student": ("Pelajar / Mahasiswa", "Mahasiswa"),
    "homemaker": ("Ibu Rumah Tangga", "IRT"), "other": ("Lainnya", "Lain - lain"),
}  # fmt: skip
CHANNEL: Spellings = {"counter": ("Loket", "Datang langsung"), "online": ("Online", "Aplikasi")}
DISABILITY: Spellings = {"yes": ("Ya",), "no": ("Tidak",)}
AGE = {
    "under 18": "Dibawah 18 tahun", "18-24": "18 - 24 tahun", "25-34": "25 - 34 tahun", "35-59": "35 - 59 tahun",
    "60+": "60 tahun keatas",
}  # fmt: skip
DISTRICT = ("{0}", "{0}", "{0}", "{1}", "Skw. {2}", "Kec. {0}", "{1} ", "{3}")
VILLAGE = ("{0}", "{0}", "{1}", "Kel. {0}")
SPELT: dict[str, Spellings] = {
    "sex": SEX, "education": EDUCATION, "occupation": OCCUPATION, "channel": CHANNEL, "disability": DISABILITY,
}  # fmt: skip
MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip
MISSPELT = {
    "Singkawang Utara": "Singkawang Utra", "Singkawang Barat": "Singkawang Brat",
    "Singkawang Tengah": "Singkawang Tenggah", "Singkawang Timur": "Singkawang Timr",
    "Singkawang Selatan": "Singkawang Selatn",
}  # fmt: skip


def spell(column: str, person: Person, rng: Random) -> str:
    """Return how this sender writes the person's value of ``column`` this time."""
    value = str(getattr(person, column))
    if column in SPELT:
        return pick(rng, SPELT[column][value])
    if column == "age":
        return AGE[value]
    if column in {"district", "village"} and value:
        return place(column, value, rng)
    return value


def place(column: str, value: str, rng: Random) -> str:
    """Return one of the spellings of a district or village that are seen in real sheets."""
    if value == "Luar kota":
        return pick(rng, ("Luar kota", "luar kota", "Luar Singkawang"))
    if column == "village":
        return pick(rng, VILLAGE).format(value, value.upper())
    return pick(rng, DISTRICT).format(value, value.upper(), value.removeprefix("Singkawang "), value.lower())


def written_date(day: dt.date, number: int, rng: Random) -> dt.date | str:
    """Return a date as a clerk types it: mostly a true date, now and then a text of one of two kinds."""
    if number % 7 == 3:
        return f"{day:%d/%m/%Y}"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if rng.random() < 0.1 else day


def score(item: str, value: int | None, style: Scores, unit: Unit) -> str | int | None:
    """Return an answer as this sender writes it: a digit, a letter, ``3 (Sesuai)`` or words."""
    if value is None:
        return None
    words = (PAID if item == "u4" and not unit.free else ANSWERS[item])[value - 1]
    written: dict[str, str | int] = {
        "digits": value, "letters": "abcd"[value - 1], "digit and word": f"{value} ({words})", "words": words,
    }  # fmt: skip
    return written[style]


def scores(person: Person, style: Scores, unit: Unit) -> Mapping[str, str | int | None]:
    """Return all nine answers of a person as this sender writes them, by item."""
    return {item: score(item, value, style, unit) for item, value in zip(ITEMS, person.scores, strict=True)}
