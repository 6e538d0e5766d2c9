"""Every figure printed on the example's pages is found again in a fresh computation that does not go through publish.

A figure of a table is found by caption, row and heading; a sentence by whom it is about, all its figures in order. What
names something is no figure: years of waves, numbers of files, elements, units, ages and sections, the rule's 1/9 and
0,11, the scale's answers, the policy's constants that a note repeats. Digits drawn in pictures are letters' outlines:
their figures stand in the table beside and in the alt text, which is read here.
"""

import importlib.util
import re
from pathlib import Path

import pytest

from analysis import store


def beside(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


reading, tables, registers, facts = (
    beside(name) for name in ("recount_reading", "recount_tables", "recount_registers", "recount_facts")
)
WITHHELD = "tidak ditampilkan"
ONE_WAVE = "hanya menyurvei pada satu gelombang"
VAGUE = "terlalu tidak pasti untuk ditampilkan"
CENSUS = "semua ditanya"
FINER = 3
"""How many more places a difference may be told with where its verdict needs them."""


@pytest.fixture(scope="module")
def pages(city):
    return {path.name: reading.read(path.read_text(encoding="utf-8")) for path in sorted(city.reports.glob("*.html"))}


@pytest.fixture(scope="module")
def fresh(city):
    return tables.Fresh(store.open_study(city.processed))


def expected_table(caption, fresh, hidden):
    """Return the rows that a table must have, by its caption; None for a table without figures about the study."""
    year = rf"(?:gelombang )?{fresh.wave}"
    by = {"sektor": "sector", "kecamatan": "district", "saluran": "channel", "unit": "unit"}
    makers = (
        (rf"IKM menurut (sektor|kecamatan|saluran|unit), {year}", lambda m: tables.compared(fresh, by[m[1]])),
        (rf"Perubahan IKM menurut (unit|sektor|kecamatan), {fresh.before} ke {fresh.wave}",
         lambda m: tables.changed(fresh, by[m[1]])),
        (rf"IKM menurut kecamatan dan sektor, {year}", lambda _: tables.matrix(fresh)),
        (rf"IKM dan mutu, {year}", lambda _: tables.index(fresh)),
        (rf"Nilai tiap unsur, semua responden, {year}", lambda _: tables.unsur(fresh, None)),
        (rf"Nilai tiap unsur, (.+), {year}", lambda m: tables.unsur(fresh, m[1])),
        (rf"Lima ciri pelayanan yang baik, {year}", lambda _: tables.marked(fresh, "marks")),
        (rf"Tujuan pelayanan publik, {year}", lambda _: tables.marked(fresh, "aims")),
        (rf"Kelompok responden dibandingkan untuk layanan yang sama, {year}", lambda _: tables.gaps(fresh)),
        (rf"Dari siapa jawaban rendah datang, {year}", lambda _: tables.shared(fresh, "concentration")),
        (rf"Siapa yang terdengar dibandingkan jumlah penduduk, {year}", lambda _: tables.shared(fresh, "heard")),
        (rf"Unit yang dilatih dan yang tidak, {year}", lambda _: tables.trained(fresh)),
        ("Siapa yang menyurvei, dengan berapa responden", lambda _: registers.coverage(fresh, tables)),
        ("Angka yang diumumkan dan hitungan ulang", lambda _: registers.reconcile(fresh, tables)),
        (rf"Unit dibandingkan dengan rentang harapannya, {year}", lambda _: registers.expected(fresh, tables)),
        ("Bagaimana kuesioner diisi", lambda _: registers.integrity(fresh, tables)),
        (rf"Upaya yang dinilai, {year}", lambda _: registers.initiatives(fresh, tables)),
        (rf"Kinerja dan kepentingan tiap pertanyaan, {year}", lambda _: registers.drivers(fresh, tables)),
        ("Pengaduan tiap unit", lambda _: registers.complaints(fresh, tables)),
        ("Pengaduan menurut saluran", lambda _: registers.counted(fresh, "channel")),
        ("Pengaduan menurut pokok", lambda _: registers.counted(fresh, "topic")),
        (r"Janji tindak lanjut \(RTL\) dan angka sesudahnya", lambda _: registers.promises(fresh, tables)),
        ("Temuan pengawasan tiap unit", lambda _: registers.audit(fresh, tables)),
        ("Nilai menurut waktu", lambda _: registers.runs(fresh, tables)),
        ("Apa yang diterima: setiap baris setiap lembar", lambda _: registers.arrived(fresh, tables)),
        ("Yang perlu dikembalikan ke unit", lambda _: registers.doubts(fresh, hidden)),
        ("Yang perlu dikembalikan ke tiap unit, menurut berkas", lambda _: registers.doubts_by_file(fresh, tables)),
    )  # fmt: skip
    for pattern, make in makers:
        found = re.fullmatch(pattern, caption)
        if found:
            return make(found)
    raise AssertionError(f"no fresh count for the table {caption!r}")


WORDS_ONLY = (
    "Lembar yang memuat", "Formulir rencana tindak lanjut", "Yang ditanyakan karena tiap temuan",
)  # fmt: skip
"""Tables of names, columns of workbooks and questions; the questions' figures are read as sentences."""


def check_table(table, rows, seen):
    """Compare a printed table with a fresh one, entry by entry; count the figures that agree."""
    by_name = rows if isinstance(rows, dict) else None
    ordered = None if by_name is not None else list(rows)
    for at, (name, *entries) in enumerate(table.rows):
        if by_name is None:
            expected_name, expected = ordered[at]
            assert name == expected_name, (table.caption, name)
        else:
            key = name if name in by_name else (name, entries[0])
            assert key in by_name, (table.caption, name)
            expected = by_name[key]
        for heading, text, wanted in zip(table.headings[1:], entries, standing(expected, len(entries)), strict=True):
            if wanted is None or text in {WITHHELD, ONE_WAVE, VAGUE} or text.startswith(f"{WITHHELD} ("):
                continue
            if text == CENSUS and len({value for value, _ in wanted}) <= 1:  # no range where everybody was asked
                continue
            seen.total += len(told := reading.figures(facts.masked(text, seen.names)))
            where = (table.caption, name, heading, text, wanted)
            assert len(told) == len(wanted), where
            for figure, (value, decimals) in zip(told, wanted, strict=True):
                assert reading.agrees(figure, value, decimals, FINER), where
                seen.found += 1


def standing(expected, columns):
    """Return what to expect of the columns that stand: the last ones of words are left out where no row has any."""
    gone = [at for at, wanted in enumerate(expected) if wanted == ()][::-1][: len(expected) - columns]
    return [wanted for at, wanted in enumerate(expected) if at not in gone]


class Seen:
    """How many figures were printed, and how many were found again."""

    def __init__(self, names):
        self.total = self.found = 0
        self.names = names


def test_every_figure_of_every_table_is_found_again(pages, fresh):
    seen = Seen(facts.names(fresh))
    hidden = {
        row[0] for tables_of, _ in pages.values() for table in tables_of for row in table.rows
        if table.caption.startswith("Apa yang diterima") and WITHHELD in row
    }  # fmt: skip
    assert hidden
    for name, (tables_of, _) in pages.items():
        for table in tables_of:
            if table.caption.startswith(WORDS_ONLY):
                continue
            assert table.rows, (name, table.caption)
            check_table(table, expected_table(table.caption, fresh, hidden), seen)
    assert seen.found == seen.total > 2500


def shown_of(pages, caption):
    """Return the names of a table's rows whose figures are shown."""
    return {
        row[0] for tables_of, _ in pages.values() for table in tables_of for row in table.rows
        if table.caption.startswith(caption) and WITHHELD not in row
    }  # fmt: skip


def is_said(text, figures, known):
    """Tell whether some fact is about the sentence and has exactly its figures."""
    lower = text.lower()
    for about, wanted in known:
        if len(wanted) != len(figures) or not all(one.lower() in lower for one in about):
            continue
        if all(reading.agrees(told, *one, FINER) for told, one in zip(figures, wanted, strict=True)):
            return True
    return False


def known_facts(pages, fresh):
    """Return what sentences may say of the study whose ``pages`` show which groups, changes, units and files."""
    fresh.shown_groups = shown_of(pages, "Kelompok responden dibandingkan")
    fresh.shown_changes = shown_of(pages, "Perubahan IKM menurut unit")
    fresh.shown_units = shown_of(pages, "Siapa yang menyurvei")
    numbers = dict(zip(fresh.study.files["file"], fresh.study.files["number"], strict=True))
    assert shown_of(pages, "Apa yang diterima")
    hidden = {
        row[0] for tables_of, _ in pages.values() for table in tables_of for row in table.rows
        if table.caption.startswith("Apa yang diterima") and WITHHELD in row
    }  # fmt: skip
    fresh.hidden_files = {file for file, number in numbers.items() if number in hidden}
    return facts.facts(fresh, tables, registers)


def told(texts, names):
    """Yield each sentence that bears figures about the study, with them."""
    for text in (one for whole in texts for one in facts.sentences(whole)):
        plain = facts.PAGE.sub("", text)
        figures = reading.figures(facts.masked(plain, names))
        if figures and not any(one in plain for one in facts.CONSTANTS) and not numbered(plain):
            yield plain, figures


def test_every_figure_of_every_sentence_note_and_alt_text_is_found_again(pages, fresh):
    known, names = known_facts(pages, fresh), facts.names(fresh)
    cells = [
        entry for tables_of, _ in pages.values() for table in tables_of
        if table.caption.startswith("Yang ditanyakan") for row in table.rows for entry in row
    ]  # fmt: skip
    total = found = 0
    lost = []
    for name, texts in (*((name, texts) for name, (_, texts) in pages.items()), ("questions", cells)):
        for plain, figures in told(texts, names):
            total += len(figures)
            if is_said(plain, figures, known) or said_by_cells(plain, figures, pages):
                found += len(figures)
            else:
                lost.append((name, plain, figures))
    assert lost == []
    assert found == total > 500


def numbered(text):
    """Tell whether a text is a title that bears the number of its section, or a list of waves."""
    return bool(re.fullmatch(r"\d+\. [^\d]+|[\d, ]+;? ?.*halaman-halaman ini tentang \d+\.", text))


def said_by_cells(text, figures, pages):
    """The cells of the matrix that do not stand out are counted in the printed table itself."""
    if not text.startswith("Sel lain"):
        return False
    (table,) = [one for one, _ in pages.values() for one in one if one.caption.startswith("IKM menurut kecamatan dan")]
    cells = [entry for row in table.rows for entry in row[1:]]
    counts = [sum(sign in entry for entry in cells) for sign in (" = (", " ? (", " \N{MIDDLE DOT} (", WITHHELD)]
    return [int(one) for one in figures] == [len(cells), *(one for one in counts if one)]
