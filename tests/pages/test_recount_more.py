"""The pages of one unit or district are counted again like the others; English pages tell the Indonesian ones' figures.

An English page is made by the same notebook from the same answers, so that its figures, read as English, must be those
of its Indonesian twin, text by text; those are counted again in ``test_recount``.
"""

import importlib.util
import re
import shutil
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from analysis import pages, pipeline, store
from analysis.pages import Wishes

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
UNITS = ("RSUD Contoh", "SD Contoh 3", "Satpol PP Contoh", "Kantor Bea Cukai Contoh")
"""Drawn at random, a census, walk-in visitors, and one that the plan withholds."""
DISTRICTS = ("Singkawang Timur", "Luar kota")


def beside(name):
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


recount = beside("test_recount")
reading, facts = recount.reading, recount.facts


@pytest.fixture(scope="module")
def fresh(city):
    return recount.tables.Fresh(store.open_study(city.processed))


@pytest.fixture(scope="module")
def each(city, tmp_path_factory):
    """Return the read pages of some units and districts, beside those of everybody that name what is shown."""
    home = tmp_path_factory.mktemp("each")
    (home / "notebooks").mkdir()
    for name in ("16-satu-unit", "17-satu-kecamatan"):
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", home / "notebooks")
    wishes = Wishes({"unit": list(UNITS), "district": list(DISTRICTS)})
    made = pages.export(city.processed, home / "notebooks", home / "reports", wishes=wishes)
    assert made.failed == ()
    return {path.name: reading.read(path.read_text(encoding="utf-8")) for path in (home / "reports").glob("1*.html")}


def test_every_figure_of_the_pages_of_one_unit_or_district_is_found_again(each, fresh, city):
    assert len(each) == len(UNITS) + len(DISTRICTS)
    whole = {path.name: reading.read(path.read_text(encoding="utf-8")) for path in city.reports.glob("*.html")}
    known, names = recount.known_facts(whole, fresh), facts.names(fresh)
    seen = recount.Seen(names)
    lost, found = [], 0
    for name, (tables_of, texts) in each.items():
        for table in tables_of:
            recount.check_table(table, recount.expected_table(table.caption, fresh, set()), seen)
        for plain, figures in recount.told(texts, names):
            own = rest_of_row(plain, figures, tables_of) or of_own_rows(plain, figures, tables_of)
            if own or recount.is_said(plain, figures, known):
                found += len(figures)
            else:
                lost.append((name, plain, figures))
    assert lost == [], lost
    assert seen.found == seen.total > 150
    assert found > 60


def rest_of_row(text, figures, tables_of):
    """The cells of a district that do not stand out are counted in its printed row."""
    if not text.startswith("Sel lain"):
        return False
    (row,) = [row for one in tables_of for row in one.rows if one.caption.startswith("IKM menurut kecamatan dan")]
    signs = (" = (", " ? (", " \N{MIDDLE DOT} (", recount.WITHHELD)
    counts = [sum(sign in entry for entry in row[1:]) for sign in signs]
    return [int(one) for one in figures] == [len(row) - 1, *(one for one in counts if one)]


def of_own_rows(text, figures, tables_of):
    """What agrees is counted over the unit's own rows; that answers do not repeat is told with who gave them."""
    rows = {one.caption: one.rows for one in tables_of}
    if text.startswith("Angka yang diumumkan cocok"):
        return figures == [str(sum(row[-1] == "cocok" for row in rows["Angka yang diumumkan dan hitungan ulang"]))]
    return "jawaban tidak berulang" in text and any(
        text.startswith(f"{unit} ({wave})") and figures in ([n], [wave, n])
        for unit, wave, n, *_ in rows["Bagaimana kuesioner diisi"]
    )


@pytest.fixture(scope="module")
def english(city, tmp_path_factory):
    """Return the folder of the pages of the same workbooks in English."""
    home = tmp_path_factory.mktemp("english")
    shutil.copytree(city.home / ".tilik-processed-read", home / ".tilik-processed-read")
    pipeline.run(city.raw, home / "processed", home / "reports", lang="en", progress=False)
    return home / "reports"


SWAP = str.maketrans(".,", ",.")
NO_FIGURE = re.compile(
    r"\((?:halaman|page|bagian|section) \d+\)|Tilik [\d.]+|0[.,]11|1/9|1 (?:atau|or) (?:a )?2(?: (?:dari|of) 4)?"
)


@pytest.fixture(scope="module")
def count(fresh):
    """Return what counts how often each figure stands in a text of a language, as an Indonesian reader would see it."""
    book = fresh.book
    parts = [value for field in book.fields for value in field.values]
    items = [item for one in book.instruments for item in one.items]
    names = facts.names(fresh)
    twins = {one.text("en") for one in (*parts, *items)}
    known = {"id": names, "en": [*names, *(one for one in twins if re.search(r"\d", one))]}

    def counted(text, lang):
        if not re.search(r"\d", text):
            return Counter()
        plain = NO_FIGURE.sub("#", facts.masked(text, known[lang]))
        return Counter(one.lstrip("+") for one in reading.figures(plain.translate(SWAP) if lang == "en" else plain))

    return counted


def test_every_english_page_tells_the_figures_of_its_indonesian_twin(english, city, count):
    own = {path.name: reading.read(path.read_text(encoding="utf-8")) for path in city.reports.glob("*.html")}
    twins = {path.name: reading.read(path.read_text(encoding="utf-8")) for path in english.glob("*.html")}
    assert set(twins) == set(own)
    compared, different = 0, []
    for name, (tables_of, texts) in own.items():
        twin_tables, twin_texts = twins[name]
        assert len(tables_of) == len(twin_tables), name
        for table, twin in zip(tables_of, twin_tables, strict=True):
            rows = [sorted_rows(one.rows, count, lang) for one, lang in ((table, "id"), (twin, "en"))]
            compared += sum(sum(figures.values()) for row in rows[0] for figures in row)
            if rows[0] != rows[1]:
                different.append((name, table.caption))
        told = [whole(one, count, lang) for one, lang in ((texts, "id"), (twin_texts, "en"))]
        compared += sum(told[0].values())
        if told[0] != told[1]:
            different.append((name, told[0] - told[1], told[1] - told[0]))
    assert different == []
    assert compared > 3000


def test_every_english_page_is_made_for_reading(english):
    for path in sorted(english.glob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert '<html lang="en">' in text
        assert text.count("<h1") == 1
        levels = [int(one) for one in re.findall(r"<h([1-6])\b", text)]
        assert all(after <= before + 1 for before, after in pairwise(levels)), path.name
        assert not re.search(r"<th(?![^>]*scope=)[ >]", text), path.name
        assert len(re.findall("<table", text)) == len(re.findall("<caption", text)), path.name
        assert re.search(r'<body[^>]*>\s*<a class="skip" href="#isi">', text), path.name
        assert all(len(alt) > 40 for alt in re.findall(r'<img[^>]* alt="([^"]*)"', text)), path.name
        words = re.sub(r"<(pre|style|footer)\b.*?</\1>|<[^>]*lang=.id.[^>]*>[^<]*|<[^>]*>", " ", text, flags=re.DOTALL)
        assert re.findall(r"\b(?:yang|dan|tidak|responden|selisih|antara|gelombang|belum)\b", words) == [], path.name


def sorted_rows(rows, count, lang):
    """Return the figures of each entry, in an order that no name decides."""
    counted = [[count(entry, lang) for entry in row[1:]] for row in rows]
    return sorted(counted, key=repr)


def whole(texts, count, lang):
    """Return how often each figure stands in all texts of a page."""
    return sum((count(text, lang) for text in texts), Counter())
