"""The sheets of respondents that units send: lists of three kinds, report, template, web form export, five blocks."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from .figures import index, means, shown
from .paper import MARK, Entry, Sheet, Value, notes
from .spelling import ANSWERS, ELEMENTS, QUESTIONS, scores, spell
from .truth import ITEMS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from .truth import Scores, Truth, Unit, Wave

HEADINGS = {
    "no": "No", "date": "Tanggal", "time": "Jam", "name": "Nama Responden", "nik": "NIK", "phone": "No. HP",
    "sex": "Jenis Kelamin", "age": "Kelompok Umur", "years": "Umur", "education": "Pendidikan",
    "occupation": "Pekerjaan", "district": "Kecamatan", "village": "Kelurahan", "service": "Jenis Layanan",
    "disability": "Penyandang Disabilitas", "comment": "Saran", "average": "Rata-rata",
    "packed": "Jawaban U1-U9",
}  # fmt: skip
FORM_HEADINGS = {
    "timestamp": "Timestamp", "email": "Email Address", "name": "Nama Lengkap", "sex": "Jenis Kelamin",
    "age": "Kelompok Usia", "education": "Pendidikan Terakhir", "occupation": "Pekerjaan Utama",
    "district": "Kecamatan tempat tinggal", "village": "Kelurahan tempat tinggal",
    "service": "Jenis layanan yang diterima", "channel": "Saluran layanan",
    "disability": "Penyandang disabilitas", "comment": "Saran perbaikan",
}  # fmt: skip
LIST = ("no", "date", "sex", "years", "education", "occupation", "district", "service", "disability")
REPORT = ("no", "name", "nik", "phone", "sex", "years", "education", "occupation", "district", "village", "service")
TEMPLATE = ("no", "date", "time", "sex", "age", "education", "occupation", "disability", "district", "service")
BLOCK = ("no", "sex", "years", "education", "district", "service", "disability")
FORM = tuple(name for name in FORM_HEADINGS if name != "comment")
KEPT = (
    "date", "time", "service", "channel", "district", "village", "sex", "age", "education", "occupation", "disability",
)  # fmt: skip
"""Columns of a respondent that may come back from a sheet (besides unit, wave and the items)."""
COUNTED = ("kept", "duplicate")
"""Rows that a sender counts as respondents, whether or not they stand in another sheet too."""
LEGEND = (
    ("88,31 - 100,00", "A", "Sangat baik"), ("76,61 - 88,30", "B", "Baik"),
    ("65,00 - 76,60", "C", "Kurang baik"), ("25,00 - 64,99", "D", "Tidak baik"),
)  # fmt: skip


def sheets_of(truth: Truth, unit: Unit, wave: Wave, entries: Sequence[Entry]) -> list[Sheet]:
    """Return the sheets that ``unit`` sends for ``wave``, filled with ``entries``."""
    make = {
        "bare list": _list, "packed list": _packed, "list": _list, "report": _report, "template": _template,
        "form": _form, "blocks": _blocks,
    }  # fmt: skip
    return make[unit.layout](truth, unit, wave, entries)


def row(truth: Truth, unit: Unit, entry: Entry, style: Scores) -> dict[str, Value]:
    """Return all cells of a respondent by column, as this sender spells them; what is written by dirt comes last."""
    one = entry.person
    # A row sent twice is spelt the same twice, so the spelling hangs on the person alone.
    rng = Random(f"{truth.seed}/spelling/{one.unit}/{one.wave}/{one.number}")  # noqa: S311 - no secret
    spelt = {
        name: spell(name, one, rng)
        for name in ("sex", "education", "occupation", "channel", "district", "village", "age", "disability")
    }
    answered = [score for score in one.scores if score is not None]
    answers = scores(one, style, unit)
    if style == "letters" and one.number % 4 == 0:
        answers = {item: letter.upper() if isinstance(letter, str) else letter for item, letter in answers.items()}
    return {
        **spelt, "no": one.number, "date": one.when.date(), "timestamp": one.when,
        "time": {"08-12": "08.00-12.00", "13-17": "13.00-17.00"}[one.time], "years": one.years,
        "service": one.service, "comment": one.comment or None, "name": one.identity.name, "nik": one.identity.nik,
        "phone": one.identity.phone, "email": one.identity.email,
        "average": shown(Fraction(sum(answered), len(answered) or 1)),
        "packed": ",".join("" if score is None else str(score) for score in one.scores),
        **answers, **entry.written,
    }  # fmt: skip


def _fill(sheet: Sheet, columns: Sequence[str], rows: Sequence[tuple[Entry, Mapping[str, Value]]]) -> None:
    for entry, cells in rows:
        if entry.kind == "blank":
            sheet.add("blank")
        else:
            sheet.add(entry.kind, *(cells[name] for name in columns), entry=entry)


def _carried(columns: Sequence[str]) -> tuple[str, ...]:
    held = {{"years": "age", "timestamp": "date"}.get(name, name) for name in columns}
    return tuple(name for name in KEPT if name in held)


def _list(truth: Truth, unit: Unit, wave: Wave, entries: Sequence[Entry]) -> list[Sheet]:
    """Lay out respondents from the first row on, the unit's own totals below, a legend of the elements last."""
    csv = _format(truth, unit, wave) == "csv"
    columns = ("no", *ITEMS) if unit.layout == "bare list" else (*LIST, *ITEMS, *(("average",) if csv else ()))
    sheet = Sheet(wave.name if unit.together else "Data", _carried(columns))
    if csv:
        sheet.add("title", MARK)
    sheet.add("heading", *(HEADINGS.get(name, name.upper()) for name in columns))
    _fill(sheet, columns, [(one, row(truth, unit, one, unit.scores)) for one in entries])
    before = len(columns) - len(ITEMS) - csv
    if not csv:
        _totals(sheet, unit, entries, before)
    sheet.add("blank")
    sheet.add("note", "Keterangan:")
    for item in ITEMS:
        sheet.add("note", f"{item.upper()} = {ELEMENTS[item]}")
    return [sheet]


def _packed(truth: Truth, unit: Unit, wave: Wave, entries: Sequence[Entry]) -> list[Sheet]:
    """Lay out a list whose nine answers stand in one cell, and the empty sheets that a new workbook comes with."""
    columns = ("no", "date", "sex", "district", "service", "packed")
    sheet = Sheet("Sheet1", _carried(columns))
    sheet.add("title", f"DATA SURVEI {unit.aliases[0]} {wave.name}")
    sheet.add("title", MARK)
    sheet.add("heading", *(HEADINGS[name] for name in columns))
    _fill(sheet, columns, [(one, row(truth, unit, one, unit.scores)) for one in entries])
    return [sheet, Sheet("Sheet2"), Sheet("Sheet3")]


def _format(truth: Truth, unit: Unit, wave: Wave) -> str:
    return unit.formats[truth.wave_names.index(wave.name)] if unit.formats else "xlsx"


def _totals(sheet: Sheet, unit: Unit, entries: Sequence[Entry], before: int) -> None:
    people = [one.person for one in entries if one.kind in COUNTED]
    first, last = min(sheet.entries), max(sheet.entries)
    pad = (None,) * (before - 1)
    letters = [get_column_letter(before + place) for place in range(1, 10)]
    spans = [f"{letter}{first}:{letter}{last}" for letter in letters]
    nrr = [shown(one, 3) for one in means(people)]
    if unit.formulas:
        total: list[Value] = [f"=SUM({span})" for span in spans]
        average: list[Value] = [f"=AVERAGE({span})" for span in spans]
        weighted: list[Value] = [f"=AVERAGE({span})/9" for span in spans]
        result: Value = f"=SUM({letters[0]}{last + 3}:{letters[-1]}{last + 3})*25"
    else:
        total = [sum(one.scores[place] or 0 for one in people) for place in range(9)]
        average, weighted = list(nrr), [shown(one / 9, 3) for one in means(people)]
        result = shown(index(people))
    sheet.add("total", "Nilai per unsur", *pad, *total)
    sheet.add("total", "NRR per unsur", *pad, *average)
    sheet.add("total", "NRR tertimbang", *pad, *weighted)
    sheet.add("blank")
    sheet.add("total", "IKM", *pad, result)


def _report(truth: Truth, unit: Unit, wave: Wave, entries: Sequence[Entry]) -> list[Sheet]:
    """Lay out merged titles, headings in row 4, totals merged over the first four columns, the grade table."""
    columns = (*REPORT, *ITEMS, "comment")
    end = get_column_letter(len(columns))
    sheet = Sheet(wave.name if unit.together else "SKM", _carried(columns))
    sheet.add("title", "REKAPITULASI HASIL SURVEI KEPUASAN MASYARAKAT", merge=f"A:{end}")
    sheet.add("title", f"{unit.aliases[0]} TAHUN {wave.name}", merge=f"A:{end}")
    sheet.add("title", MARK, merge=f"A:{end}")
    names = {**HEADINGS, **{item: f"{item.upper()} {ELEMENTS[item]}" for item in ITEMS}}
    sheet.add("heading", *(names[name] for name in columns))
    _fill(sheet, columns, [(one, row(truth, unit, one, unit.scores)) for one in entries])
    people = [one.person for one in entries if one.kind in COUNTED]
    pad = (None,) * (len(REPORT) - 1)
    sheet.add("total", "Jumlah", *pad, *(sum(one.scores[place] or 0 for one in people) for place in range(9)),
              merge="A:D")  # fmt: skip
    sheet.add("total", "NRR", *pad, *(shown(one, 3) for one in means(people)), merge="A:D")
    sheet.add("total", "NRR Tertimbang", *pad, *(shown(one / 9, 3) for one in means(people)), merge="A:D")
    sheet.add("total", "IKM Unit Pelayanan", *pad, shown(index(people)), merge="A:D")
    sheet.add("blank")
    sheet.add("note", "Nilai Interval Konversi", None, "Mutu Pelayanan", "Kinerja Unit Pelayanan")
    for interval, grade, words in LEGEND:
        sheet.add("note", interval, None, grade, words)
    return [sheet]


def _template(truth: Truth, unit: Unit, wave: Wave, entries: Sequence[Entry]) -> list[Sheet]:
    """Lay out three sheets: what the unit is, when it asked, what people answered."""
    users = unit.users[truth.wave_names.index(wave.name)]
    info = Sheet("Info_Umum")
    info.add("title", MARK)
    for key, value in (
        ("Nama Unit Layanan", unit.name), ("Tahun Survei", int(wave.name)), ("Jumlah Populasi", users),
        ("Jumlah Responden", len(entries)), ("Penanggung Jawab", "Petugas Rekaan"),
    ):  # fmt: skip
        info.add("note", key, value)
    when = Sheet("Waktu_Pelaksanaan")
    when.add("note", "Kegiatan", "Mulai", "Selesai")
    when.add("note", "Pengumpulan data", wave.start, wave.end)
    columns = (*TEMPLATE, *ITEMS)
    data = Sheet("Data_Survei_Mentah", _carried(columns))
    names = {**HEADINGS, **{item: f"{item.upper()} - {ELEMENTS[item]}" for item in ITEMS}}
    data.add("heading", *(names[name] for name in columns))
    _fill(data, columns, [(one, row(truth, unit, one, unit.scores)) for one in entries])
    return [info, when, data]


def _form(truth: Truth, unit: Unit, wave: Wave, entries: Sequence[Entry]) -> list[Sheet]:
    """Lay out a web form export: whole questions as headings, answers in words, facilities before complaints."""
    columns = (*FORM, *QUESTIONS, "comment")
    names = {**FORM_HEADINGS, **QUESTIONS}
    data = Sheet("Form Responses 1", _carried(columns))
    data.add("heading", *(names[name] for name in columns))
    _fill(data, columns, [(one, row(truth, unit, one, "words")) for one in entries])
    scale = ["Skala tiap pertanyaan, dari 1 sampai 4:", *(" < ".join(ANSWERS[item]) for item in QUESTIONS)]
    return [data, notes(f"Ekspor formulir {unit.name}, {wave.name}", *scale)]


def _blocks(truth: Truth, unit: Unit, wave: Wave, entries: Sequence[Entry]) -> list[Sheet]:
    """Lay out five blocks beneath each other: what the unit is, answers, sums per element, who answered, the index.

    The sums are formulas without stored values, as a web tool writes them.
    """
    columns = (*BLOCK, *ITEMS)
    sheet = Sheet(wave.name if unit.together else "Laporan", _carried(columns))
    sheet.add("title", "[logo]", "LAPORAN SURVEI KEPUASAN MASYARAKAT", merge="B:P")
    sheet.add("title", None, MARK, merge="B:P")
    for key, value in (
        ("Nama Unit", unit.name), ("Tahun", int(wave.name)),
        ("Jumlah Populasi", unit.users[truth.wave_names.index(wave.name)]),
    ):  # fmt: skip
        sheet.add("note", key, value)
    sheet.add("blank")
    sheet.add("title", "A. JAWABAN RESPONDEN")
    sheet.add("heading", *(HEADINGS.get(name, name.upper()) for name in columns))
    _fill(sheet, columns, [(one, row(truth, unit, one, unit.scores)) for one in entries])
    first, last, before = min(sheet.entries), max(sheet.entries), len(BLOCK)
    letters = [get_column_letter(before + place) for place in range(1, 10)]
    spans = [f"{letter}{first}:{letter}{last}" for letter in letters]
    sheet.add("blank")
    sheet.add("title", "B. REKAP NILAI PER UNSUR")
    sheet.add("note", "Unsur", "Jumlah nilai", "NRR", "NRR tertimbang")
    top = len(sheet.rows) + 1
    for item, span in zip(ITEMS, spans, strict=True):
        here = len(sheet.rows) + 1
        sheet.add("note", ELEMENTS[item], f"=SUM({span})", f"=AVERAGE({span})", f"=C{here}/9")
    sheet.add("blank")
    sheet.add("title", "C. KARAKTERISTIK RESPONDEN")
    for words, value in (("Laki-laki", "male"), ("Perempuan", "female")):
        sheet.add("note", words, sum(one.person.sex == value for one in entries if one.kind in COUNTED))
    sheet.add("blank")
    sheet.add("title", "D. INDEKS")
    sheet.add("total", "IKM", f"=SUM(D{top}:D{top + 8})*25")
    sheet.add("blank")
    sheet.add("title", "E. KETERANGAN MUTU")
    for interval, grade, words in LEGEND:
        sheet.add("note", interval, grade, words)
    return [sheet]
