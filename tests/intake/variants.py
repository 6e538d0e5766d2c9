"""The layouts A to I as many hands would write them, each with its truth; made from their description alone."""

# ruff: noqa: E501 - rows of a sheet read best as rows

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import xlwt

OFFICIAL = (
    "Persyaratan", "Sistem, Mekanisme, dan Prosedur", "Waktu Penyelesaian", "Biaya/Tarif",
    "Produk Spesifikasi Jenis Pelayanan", "Kompetensi Pelaksana", "Perilaku Pelaksana",
    "Penanganan Pengaduan, Saran dan Masukan", "Sarana dan Prasarana",
)  # fmt: skip
SHORT = ("Syarat", "Prosedur", "Waktu", "Tarif", "Produk", "Kompetensi", "Perilaku", "Pengaduan", "Sarana")
FILLED = (
    "Persyaratan Pelayanan", "Sistem, Mekanisme & Prosedur", "Waktu Pelayanan", "Biaya / Tarif Pelayanan",
    "Produk Layanan", "Kompetensi Petugas", "Perilaku Petugas", "Pengaduan, Saran & Masukan", "Sarana & Prasarana",
)  # fmt: skip
SLIPS = (
    "Persyartan", "Sistem, Mekanisme dan Prosedure", "Waktu Penyelesain", "Biaya/Tarip",
    "Produk Spesifikasi Jenis Pelayanaan", "Kompetensi Pelaksna", "Prilaku Pelaksana",
    "Penanganan Pengaduaan, Saran dan Masukan", "Sarana dan Prasarna",
)  # fmt: skip
QUESTIONS = (
    "Bagaimana pendapat Saudara tentang kesesuaian persyaratan pelayanan dengan jenis pelayanannya?",
    "Bagaimana pemahaman Saudara tentang kemudahan prosedur pelayanan di unit ini?",
    "Bagaimana pendapat Saudara tentang kecepatan waktu dalam memberikan pelayanan?",
    "Bagaimana pendapat Saudara tentang kewajaran biaya/tarif dalam pelayanan?",
    "Bagaimana pendapat Saudara tentang kesesuaian produk pelayanan dengan hasil yang diberikan?",
    "Bagaimana pendapat Saudara tentang kompetensi/kemampuan petugas dalam pelayanan?",
    "Bagaimana pendapat Saudara tentang perilaku petugas terkait kesopanan dan keramahan?",
    "Bagaimana pendapat Saudara tentang penanganan pengaduan pengguna layanan?",
    "Bagaimana pendapat Saudara tentang kualitas sarana dan prasarana?",
)
ROMAN = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
HEADINGS: dict[str, Callable[[int], str]] = {
    "u1": lambda at: f"u{at + 1}", "U.1": lambda at: f"U.{at + 1}", "(U1)": lambda at: f"(U{at + 1})",
    "UNSUR 1": lambda at: f"UNSUR {at + 1}", "Unsur I": lambda at: f"Unsur {ROMAN[at]}", "UI": lambda at: f"U{ROMAN[at]}",
    "P1": lambda at: f"P{at + 1}", "N1": lambda at: f"N{at + 1}", "X1": lambda at: f"X{at + 1}",
    "Nilai U1": lambda at: f"Nilai U{at + 1}", "official": lambda at: OFFICIAL[at],
    "capitals": lambda at: OFFICIAL[at].upper(), "short": lambda at: SHORT[at], "filled": lambda at: FILLED[at],
    "slips": lambda at: SLIPS[at], "code and name": lambda at: f"U{at + 1}\n{OFFICIAL[at]}",
    "name and code": lambda at: f"{OFFICIAL[at]} (U{at + 1})", "numbered": lambda at: f"{at + 1}. {OFFICIAL[at]}",
    "led in": lambda at: f"Unsur {OFFICIAL[at]}", "grid": lambda at: f"Unsur Pelayanan [{OFFICIAL[at]}]",
    "nbsp": lambda at: OFFICIAL[at].replace(" ", "\u00a0"), "question": lambda at: QUESTIONS[at],
    "numbered question": lambda at: f"{at + 1}. {QUESTIONS[at]}\n", "question and code": lambda at: f"{QUESTIONS[at]} [U{at + 1}]",
}  # fmt: skip
BY_NAME = ("official", "capitals", "short", "filled", "slips", "nbsp", "question")
RATING = ("Tidak baik", "Kurang baik", "Baik", "Sangat baik")
WORDS = (
    ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"), ("Tidak mudah", "Kurang mudah", "Mudah", "Sangat mudah"),
    ("Tidak cepat", "Kurang cepat", "Cepat", "Sangat cepat"), ("Sangat mahal", "Cukup mahal", "Murah", "Gratis"),
    ("Tidak sesuai", "Kurang sesuai", "Sesuai", "Sangat sesuai"),
    ("Tidak kompeten", "Kurang kompeten", "Kompeten", "Sangat kompeten"),
    ("Tidak sopan dan ramah", "Kurang sopan dan ramah", "Sopan dan ramah", "Sangat sopan dan ramah"),
    ("Tidak ada", "Ada tetapi tidak berfungsi", "Berfungsi kurang maksimal", "Dikelola dengan baik"),
    ("Buruk", "Cukup", "Baik", "Sangat baik"),
)  # fmt: skip
ANSWERS: dict[str, Callable[[int, int], Any]] = {
    "number": lambda _, score: score, "float": lambda _, score: float(score), "text": lambda _, score: str(score),
    "letter": lambda _, score: "abcd"[score - 1], "LETTER.": lambda _, score: "ABCD"[score - 1] + ".",
    "letter)": lambda _, score: "abcd"[score - 1] + ")", "(letter)": lambda _, score: f"({'abcd'[score - 1]})",
    "3 (Baik)": lambda _, score: f"{score} ({RATING[score - 1]})", "4=Baik": lambda _, score: f"{score}={RATING[score - 1]}",
    "words": lambda at, score: WORDS[at][score - 1], "3. words": lambda at, score: f"{score}. {WORDS[at][score - 1]}",
    "words (3)": lambda at, score: f"{WORDS[at][score - 1]} ({score})",
}  # fmt: skip
FIELDS: dict[str, tuple[tuple[str, ...], dict[str, tuple[Any, ...]]]] = {
    "sex": (("Jenis Kelamin", "JK", "L/P", "Gender"), {"female": ("P", "Perempuan", "Pr"), "male": ("L", "Laki - laki")}),
    "age": (("Umur", "Usia (tahun)", "Umur (th)"), {"18-24": (20, "18 - 24 tahun", "22 th"), "60+": (72, "> 60")}),
    "education": (
        ("Pendidikan", "Pendidikan Terakhir", "Pend."),
        {"upper secondary": ("SLTA", "SMA / SMK", "SMA/SMK/MA"), "bachelor": ("S-1", "Sarjana (S1)")},
    ),
    "occupation": (("Pekerjaan", "Pekerjaan Utama"), {"civil servant": ("PNS", "ASN"), "student": ("Pelajar/Mahasiswa",)}),
    "district": (
        ("Kecamatan", "Kecamatan Domisili"), {"Singkawang Utara": ("Skw. Utara", "SINGKAWANG UTARA "), "Luar kota": ("luar kota",)},
    ),
}  # fmt: skip
LEGEND = (
    (), ("Keterangan :",), ("Nilai Interval", "Nilai Interval Konversi", "Mutu Pelayanan", "Kinerja Unit Pelayanan"),
    ("1,00 - 2,5996", "25,00 - 64,99", "D", "Tidak Baik"), ("3,5324 - 4,00", "88,31 - 100,00", "A", "Sangat Baik"),
    (), ("", "", "", "", "Singkawang, 30 Juni 2024"), ("", "", "", "", "NIP. 19700101 199003 1 001"),
)  # fmt: skip
Rows = list[list[Any]]
Area = tuple[int, int, int, int]


@dataclass
class Written:
    """Sheets (name, rows, merged areas counted from 0) and who answered what in them, in order."""

    sheets: list[tuple[str, Rows, list[Area]]] = field(default_factory=list)
    scores: list[list[int | None]] = field(default_factory=list)
    people: list[dict[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Style:
    """How one unit writes: headings, answers, columns of respondents, heading rows, order of the elements."""

    headings: str
    answers: str
    fields: tuple[str, ...]
    order: tuple[int, ...]
    heading_rows: int
    merged: bool
    numbered: str
    serial: bool
    tail: tuple[str, ...]


def style(draw: random.Random, **fixed: Any) -> Style:
    headings = fixed.get("headings") or draw.choice(sorted(HEADINGS))
    swapped = headings in BY_NAME and draw.random() < 0.4
    made = {
        "headings": headings, "answers": draw.choice(sorted(ANSWERS)),
        "fields": tuple(draw.sample([*FIELDS, "name"], draw.randint(0, 5))),
        "order": tuple(draw.sample(range(9), 9) if swapped else range(9)), "heading_rows": 1, "merged": False,
        "numbered": "", "serial": True, "tail": tuple(one for one in ("Jumlah", "Rata-rata", "Saran/Masukan") if draw.random() < 0.3),
    }  # fmt: skip
    return Style(**(made | fixed))


def block(draw: random.Random, made: Written, how: Style, count: int) -> tuple[Rows, list[Area]]:
    """Return heading and respondents of one table, and add these to the truth."""
    before = (["No"] if how.serial else []) + [FIELDS[one][0][draw.randrange(len(FIELDS[one][0]))] if one in FIELDS else "Nama" for one in how.fields]  # fmt: skip
    names = [HEADINGS[how.headings](at) for at in how.order]
    left, wide = len(before), len(before) + 9 + len(how.tail)
    rows: Rows = [[*before, *names, *how.tail]]
    merged: list[Area] = []
    if how.heading_rows > 1:
        rows = [[*before, "Nilai Unsur Pelayanan", *[""] * 8, *how.tail], [*[""] * left, *names]]
        if how.heading_rows == 3:
            rows[1:] = [
                [*[""] * left, *(OFFICIAL[at] for at in how.order)],
                [*[""] * left, *(f"U{at + 1}" for at in how.order)],
            ]
        merged = [(0, left, 0, left + 8)]
        merged += [(0, at, len(rows) - 1, at) for at in range(wide) if not left <= at < left + 9]
    if how.numbered:
        rows.append([how.numbered.format(at) for at in range(1, wide + 1)])
    for number in range(1, count + 1):
        level = draw.choice((2, 3, 3, 4))
        scores = [
            None if draw.random() < 0.03 else min(4, max(1, level + draw.choice((-1, 0, 0, 1)))) for _ in range(9)
        ]
        person = {one: draw.choice(sorted(FIELDS[one][1])) for one in how.fields if one in FIELDS}
        told = [draw.choice(FIELDS[one][1][person[one]]) if one in FIELDS else "Siti Aminah" for one in how.fields]
        ended = {"Jumlah": sum(one or 0 for one in scores), "Rata-rata": 3.11, "Saran/Masukan": draw.choice(("", "-", "tidak ada", "Sudah baik"))}  # fmt: skip
        cells = [ANSWERS[how.answers](at, score) if (score := scores[at]) else "" for at in how.order]
        rows.append([*([number] if how.serial else []), *told, *cells, *(ended[one] for one in how.tail)])
        made.scores.append(scores)
        made.people.append(person)
    return rows, merged if how.merged else []


def totals(draw: random.Random, scores: Sequence[Sequence[int | None]], how: Style) -> Rows:
    """Return the rows that units write below their respondents."""
    gap = [""] * (int(how.serial) + len(how.fields) - 1)
    sums = [sum(one[at] or 0 for one in scores) for at in how.order]
    means = [one / len(scores) for one in sums]
    index = sum(means) / 9 * 25
    return draw.choice((
        [["Nilai per unsur", *gap, *sums], ["NRR per unsur", *gap, *means], ["NRR tertimbang", *gap, *(one / 9 for one in means)], [], ["IKM", round(index, 2)]],
        [["\u03a3 Nilai Per Unsur", *gap, *sums], ["NRR Per Unsur = \u03a3 Nilai per unsur : \u03a3 kuesioner", *gap, *means], ["*)IKM Unit pelayanan", *gap, *[""] * 8, round(index, 2)], ["Keterangan"], ["- U1 s.d. U9 = Unsur-Unsur pelayanan"]],
        [[], ["Total", *gap, *sums], ["Rata - Rata", *gap, *means], ["Mutu Pelayanan", *gap, *["B"] * 9]],
        [],
    ))  # fmt: skip


def titles(draw: random.Random) -> Rows:
    return draw.choice((
        [["PENGOLAHAN SURVEI KEPUASAN MASYARAKAT PER RESPONDEN"], ["PUSKESMAS UJI"], ["TAHUN 2024"], []],
        [["Unit Pelayanan : Puskesmas Uji"], ["Periode : Januari - Juni 2024"]],
        [["Unit Pelayanan", "", ":", "Puskesmas Uji"], ["Alamat", "", ":", "Jl. Firdaus No. 1"], ["Tahun", "", ":", 2024], []],
        [],
    ))  # fmt: skip


def one_sheet(draw: random.Random, how: Style, name: str = "Data", *, ends: bool = True, count: int = 0) -> Written:
    """Return titles, heading, respondents, totals and legend on one sheet, from any cell on."""
    made = Written()
    above = titles(draw)
    rows, merged = block(draw, made, how, count or draw.choice((5, 12, 25)))
    if ends and (how.serial or how.fields):
        rows += totals(draw, made.scores, how) + draw.choice(([], [list(row) for row in LEGEND]))
    down, right = draw.choice(((0, 0), (0, 0), (3, 2), (5, 4)))
    top = len(above) + down
    placed = [[], *[[]] * (down - 1)] if down else []
    placed += [[*[""] * right, *row] if row else [] for row in above + rows]
    areas = [(top + first, right + left, top + last, right + end) for first, left, last, end in merged]
    made.sheets = [(name, placed, areas)]
    return made


def together(parts: Sequence[Written]) -> Written:
    return Written(*([*chain(*(getattr(one, name) for one in parts))] for name in ("sheets", "scores", "people")))


def packed(draw: random.Random) -> Written:
    made = Written()
    how = style(draw, answers=draw.choice(("number", "letter")), headings="u1", tail=(), order=tuple(range(9)))
    rows, _ = block(draw, made, how, 12)
    made.scores = [[one or 3 for one in scores] for scores in made.scores]
    apart = draw.choice((",", ", ", ";", " ", "-", "/", "|", "", " , ", ".", ". "))
    left = 1 + len(how.fields)
    cells = [apart.join(str(ANSWERS[how.answers](0, one)) for one in scores) for scores in made.scores]
    head = draw.choice(("Jawaban", "Nilai U1-U9", "Skor", "Hasil Kuesioner", "Nilai Unsur"))
    made.sheets = [("Data", [[*rows[0][:left], head], *([*row[:left], cell] for row, cell in zip(rows[1:], cells, strict=True))], [])]  # fmt: skip
    return made


def beside(draw: random.Random) -> Written:
    """Return two tables side by side."""
    first, second, how = Written(), Written(), style(draw)
    left, right = block(draw, first, how, 9)[0], block(draw, second, how, 7)[0]
    wide = max(map(len, left))
    rows = [
        [*row, *[""] * (wide - len(row) + 1), *(right[at] if at < len(right) else [])] for at, row in enumerate(left)
    ]
    both = together((first, second))
    both.sheets = [("Data", rows, [])]
    return both


def beneath(draw: random.Random) -> Written:
    """Return three tables beneath each other, each with its own heading and totals."""
    rows: Rows = []
    parts, how = [], style(draw)
    for month in ("Januari", "Februari", "Maret"):
        part = Written()
        rows += [[f"Bulan {month}"], *block(draw, part, how, 6)[0], *totals(draw, part.scores, how)[:2], []]
        parts.append(part)
    made = together(parts)
    made.sheets = [("Data", rows, [])]
    return made


def written(layout: str, draw: random.Random) -> Written:
    """Return one way to write a layout."""
    info = ("Info_Umum", [["Nama Unit", "Puskesmas Uji"], ["Tahun", 2024], ["Populasi (N)", 500]], [])
    made = {
        "A": lambda: one_sheet(draw, style(draw, answers=draw.choice(("number", "float", "text")))),
        "B": lambda: one_sheet(draw, style(draw, heading_rows=draw.choice((2, 3)), merged=draw.random() < 0.7, numbered=draw.choice(("", "{}", "({})")))),
        "C": lambda: recapped(one_sheet(draw, style(draw), ends=False)),
        "D": lambda: one_sheet(draw, style(draw), "Data_Survei_Mentah", ends=False),
        "F": lambda: one_sheet(draw, style(draw, headings=draw.choice(("question", "numbered question", "question and code")), serial=False), ends=False),
        "G": lambda: packed(draw),
        "H": lambda: one_sheet(draw, style(draw, answers=draw.choice(("letter", "LETTER.", "letter)", "(letter)")))),
        "I": lambda: together([one_sheet(draw, style(draw), month) for month in ("Januari", "Februari 2024", "Mar")]),
        "beside": lambda: beside(draw), "beneath": lambda: beneath(draw),
    }[layout]()  # fmt: skip
    if layout == "D":
        made.sheets.insert(0, info)
    return made


def recapped(made: Written) -> Written:
    """Put a table of means and one of counts beneath the respondents."""
    made.sheets[0][1].extend([
        [], ["REKAPITULASI"], ["Unsur", "Nilai", "Mutu"], *([f"U{at}", 3.25, "B"] for at in range(1, 10)), [],
        ["KARAKTERISTIK RESPONDEN"], ["Jenis Kelamin", "Jumlah", "%"], ["Laki-laki", 6, 50], ["Perempuan", 6, 50], [],
        ["IKM", 81.25], ["Mutu", "B"],
    ])  # fmt: skip
    return made


def save(made: Written, path: Path, draw: random.Random) -> Path:
    """Write the sheets in the format of the ending; a text file in any usual encoding and separator."""
    {".xlsx": _xlsx, ".xls": _xls, ".ods": _ods, ".csv": _csv}[path.suffix](made, path, draw)
    return path


def _xlsx(made: Written, path: Path, _: random.Random) -> None:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows, merged in made.sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([None if value == "" else value for value in row])
        for first, left, last, right in merged:
            sheet.merge_cells(start_row=first + 1, start_column=left + 1, end_row=last + 1, end_column=right + 1)
    book.save(path)


def _xls(made: Written, path: Path, _: random.Random) -> None:
    book = xlwt.Workbook()
    for name, rows, merged in made.sheets:
        sheet = book.add_sheet(name)
        inside = {(at, to) for one in merged for at in range(one[0], one[2] + 1) for to in range(one[1], one[3] + 1)}
        for first, left, last, right in merged:
            sheet.write_merge(first, last, left, right, rows[first][left])
        for at, row in enumerate(rows):
            for to, value in enumerate(row):
                if value != "" and (at, to) not in inside:
                    sheet.write(at, to, value)
    book.save(str(path))


def _ods(made: Written, path: Path, _: random.Random) -> None:
    document = odf.opendocument.OpenDocumentSpreadsheet()
    for name, rows, merged in made.sheets:
        spans = {(first, left): (last - first + 1, right - left + 1) for first, left, last, right in merged}
        sheet = odf.table.Table(name=name)
        for at, row in enumerate(rows):
            line = odf.table.TableRow()
            for to, value in enumerate(row):
                down, across = spans.get((at, to), (1, 1))
                span = {"numberrowsspanned": down, "numbercolumnsspanned": across} if (at, to) in spans else {}
                kind = (
                    {"valuetype": "float", "value": value}
                    if isinstance(value, int | float)
                    else {"valuetype": "string"}
                )
                cell = odf.table.TableCell(**span, **(kind if value != "" else {}))
                for text in str(value).split("\n") if value != "" else ():
                    cell.addElement(odf.text.P(text=text))
                line.addElement(cell)
            sheet.addElement(line)
        document.spreadsheet.addElement(sheet)
    document.save(str(path))


def _csv(made: Written, path: Path, draw: random.Random) -> None:
    separator = draw.choice((";", ",", "\t"))
    point = "." if separator == "," else draw.choice(",.")
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=separator, lineterminator=draw.choice(("\r\n", "\n")))
    for _, rows, _ in made.sheets:
        writer.writerows(
            [str(one).replace(".", point) if isinstance(one, float) else one for one in row] for row in rows
        )
    path.write_bytes(stream.getvalue().encode(draw.choice(("utf-8", "utf-8-sig", "utf-16", "cp1252")), "replace"))
