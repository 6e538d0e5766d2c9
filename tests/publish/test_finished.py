"""An attack on what a whole run hands out, files alone: pages, pictures, alt texts, the annex; never the plan's word.

What the plan withholds is granted to nobody here: the plan is read only to know what to look for. Tables are read back
from HTML, letters and places of pictures from their SVG, the annex part by part; then everything told of one wave goes
into one system of sums, from which a withheld number or mean must not follow.
"""

import base64
import html
import importlib.util
import json
import re
import zipfile
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from analysis import oversight, publish, store


def beside(name):
    spec = importlib.util.spec_from_file_location(Path(name).stem, Path(__file__).parent / name)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


attacker, reading = beside("attacker.py"), beside("../pages/recount_reading.py")
single = beside("single_pages.py")
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
FIGURE = re.compile(r"\d")
NAMED = re.compile(r"B-\d{3}|\b20\d\d\b|\((?:\d+ dari \d+) unit\)|\b(?:SD|SMP|SMA|SMK) Contoh \d+|\bU\d\b")
"""What names something, or counts units: no figure of a group."""
REGISTERS = ("Pengaduan", "Temuan pengawasan", "Lembar yang memuat")
"""Tables of registers and of where things stand: they tell of no respondents."""
MARK = re.compile(r'<use xlink:href="#m[0-9a-f]+" x="([-\d.]+)" y="([-\d.]+)"')
TICK = re.compile(r'<g id="xtick_\d+">(.*?)</g></g></g>', re.DOTALL)
GLYPH = re.compile(r'xlink:href="#DejaVuSans(?:-Bold)?-([0-9a-f]+)"')
MINUS = 0xC9C


@pytest.fixture(scope="module")
def handed(city):
    """What was handed out, with the pages of every unit and district that may be asked for, and what to look for."""
    study = store.open_study(city.processed)
    apart = single.said(study)
    assert len(apart) > 25
    pages = {one.name: one.read_text(encoding="utf-8") for one in sorted(city.reports.glob("*.html"))}
    return SimpleNamespace(
        study=study, book=study.book, wave=study.wave, plan=study.plan, reports=city.reports, pages=pages,
        read={name: reading.read(text) for name, text in {**pages, **apart}.items()}, show=publish.open_page(study),
    )  # fmt: skip


def label(handed, column, level):
    return handed.book.label(column, level, "id")


def withheld(handed, *columns):
    """Return the names, as readers know them, of the levels that the latest wave withholds of the given columns."""
    found = set()
    for cell in handed.plan.withheld:
        levels = {name: level for name, level in cell if name not in {"wave", "owner"}}
        if ("wave", handed.wave) in cell and set(levels) == set(columns) and "*" not in levels.values():
            found.add(tuple(label(handed, name, levels[name]) for name in columns))
    return found


def told_figures(text):
    return FIGURE.findall(NAMED.sub(" ", text))


def test_something_is_withheld(handed):
    assert withheld(handed, "unit")
    assert withheld(handed, "sector", "district")


def rows_about(tables, names):
    for table in tables:
        for row in table.rows:
            if row and row[0] in names and not table.caption.startswith(REGISTERS):
                yield table.caption, row


def test_no_row_about_a_withheld_unit_or_village_bears_a_figure(handed):
    names = {one for (one,) in withheld(handed, "unit") | withheld(handed, "village")}
    seen = [found for tables, _ in handed.read.values() for found in rows_about(tables, names)]
    assert len(seen) > 5
    assert [found for found in seen if told_figures(" ".join(found[1][1:]))] == []


def test_no_square_of_a_withheld_district_and_sector_bears_a_figure(handed):
    hidden, seen = withheld(handed, "sector", "district"), set()
    for tables, _ in handed.read.values():
        for table in tables:
            for row in table.rows if table.caption.startswith("IKM menurut kecamatan dan sektor") else ():
                for head, entry in zip(table.headings[1:], row[1:], strict=True):
                    if (head, row[0]) in hidden:
                        seen.add((head, row[0]))
                        assert not told_figures(entry), (head, row[0])
    assert seen >= {one for one in hidden if one[1] != "luar kota"}


def test_no_text_nor_alt_text_that_names_a_withheld_unit_or_village_bears_a_figure_of_it(handed):
    names = {one for (one,) in withheld(handed, "unit") | withheld(handed, "village")}
    lost = [
        (name, sentence)
        for name, (_, texts) in handed.read.items()
        for text in texts
        for sentence in re.split(r"(?<=[.;]) ", text)
        if any(one in sentence for one in names) and told_figures(sentence)
    ]
    assert lost == []


def test_no_attribute_but_an_address_or_an_alt_text_bears_more_than_the_text(handed):
    names = {one for (one,) in withheld(handed, "unit")}
    for page in handed.pages.values():
        for attribute in re.findall(r'\s(?:title|aria-label|data-[\w-]+|summary|value|content)="([^"]*)"', page):
            text = html.unescape(attribute)
            assert not (any(name in text for name in names) and told_figures(text)), text


def pictures(handed):
    """Yield every picture of every page as SVG, once."""
    seen = set()
    for name, page in handed.pages.items():
        for coded in re.findall(r'src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)"', page):
            if coded not in seen:
                seen.add(coded)
                yield name, base64.b64decode(coded).decode()


def letters(drawn):
    """Return what the letters of a drawn text say: glyphs of the font are numbered as ASCII is, 29 less."""
    found = ""
    for part in GLYPH.findall(drawn):
        code = int(part, 16)
        found += "-" if code == MINUS else chr(code + 29) if code < 98 else "?"
    return found


def axis(svg):
    """Return how places along the axis of a picture are turned back into figures; None where it bears no numbers."""
    at, values = [], []
    for tick in TICK.findall(svg):
        place, told = (
            re.search(r'<g id="line2d_\d+"><path d="M ([\d.]+) [\d.]+ L', tick),
            letters(tick).replace(".", "").replace(",", "."),
        )
        if place and re.fullmatch(r"-?\d+(\.\d+)?", told):
            at.append(float(place[1]))
            values.append(float(told))
    if len(set(values)) < 3:
        return None
    slope, start = np.polyfit(at, values, 1)
    assert np.abs(np.polyval([slope, start], at) - values).max() < abs(slope) * 0.02
    return slope, start


def test_the_places_of_dots_give_back_no_figure_finer_than_the_words(handed):
    checked = 0
    for name, svg in pictures(handed):
        scale, dots = axis(svg), svg.partition('<g id="legend')[0]
        marks = [float(x) for x, _ in MARK.findall(dots)]
        if scale is None or not marks or name.startswith("02"):
            continue
        slope, start = scale
        values = np.array(marks) * slope + start
        finest = 0.01 if np.ptp(values) < 3 else 0.1
        if abs(slope) * 0.011 * 2 < finest / 4:
            off = np.abs(values / finest - np.round(values / finest)) * finest
            assert off.max() <= abs(slope) * 0.02 + 1e-9, (name, values[off.argmax()])
            checked += len(values)
    assert checked > 20


def test_no_picture_names_what_is_withheld_beside_a_figure(handed):
    names = {one.replace(" ", "") for (one,) in withheld(handed, "unit") | withheld(handed, "village")}
    lines = 0
    for page, svg in pictures(handed):
        for drawn in re.findall(r'<g id="text_\d+">(.*?)</g></g>', svg, re.DOTALL):
            said = letters(drawn).replace(" ", "")
            lines += bool(said)
            assert not any(name in said for name in names), (page, said)
        assert not re.search(r"<(?:title|desc|metadata|text|script|a)\b", svg)
    assert lines > 300


def number(text):
    found = re.fullmatch(r"[+\N{MINUS SIGN}]?[\d.]+(?:,\d+)?", text)
    return float(text.replace(".", "").replace(",", ".").replace("\N{MINUS SIGN}", "-")) if found else None


BY = {"Sektor": "sector", "Kecamatan": "district", "Saluran": "channel"}


def squares(table, groups):
    """Yield group, n and mean of each cell of the matrix."""
    for row in table.rows:
        for head, entry in zip(table.headings[1:], row[1:], strict=True):
            found = re.fullmatch(r"([\d,]+) .* ?\(n = ([\d.]+)\)", entry)
            if found:
                yield groups["district", row[0]] | groups["sector", head], found[2], found[1], 0.05


def levels(table, groups, handed):
    """Yield group, n and mean of each row of a table about groups, the mean empty where it stands elsewhere too."""
    caption, head, wave = table.caption, table.headings[0], handed.wave
    for row in table.rows:
        if head in BY and caption == f"IKM menurut {head.lower()}, gelombang {wave}":
            yield groups[BY[head], row[0]], row[1], "" if head == "Saluran" else row[2], 0.05
        elif caption.startswith("Siapa yang menyurvei"):
            yield groups.get(("unit", row[0])), row[4], "", 0
        elif caption == f"IKM dan mutu, gelombang {wave}":
            yield groups.get(("unit", row[0])), row[1], row[2], 0.005
        elif caption.startswith("Kelompok responden dibandingkan"):
            name, _, kind = row[0].partition(" (")
            column = next((one for one in attacker.PEOPLE if handed.show.look.column(one) == kind[:-1]), "")
            yield groups.get((column, name)), row[1], "", 0


def told_of(handed):
    """Return n and mean (with half its last place) of every group of the latest wave, as finished tables tell them."""
    base, told, means, groups = frozenset({("wave", handed.wave)}), {}, {}, {}
    for column in ("unit", "sector", "district", "channel", *attacker.PEOPLE):
        for one in set(handed.study.responses[column].dropna()):
            owned = frozenset() if column == "unit" else frozenset({("owner", "city")})
            groups[column, label(handed, column, one)] = base | owned | {(column, one)}
    for table in (table for tables, _ in handed.read.values() for table in tables):
        matrix = table.caption.startswith("IKM menurut kecamatan dan sektor")
        for group, n, mean, half in squares(table, groups) if matrix else levels(table, groups, handed):
            if group is not None and number(n):
                assert told.setdefault(group, number(n)) == number(n)
                if number(mean) is not None:
                    means[group] = (number(mean), half)
    city = base | {("owner", "city")}
    texts = [text for _, texts in handed.read.values() for text in texts]
    assert any(f"n = {handed.plan.counts[city]:,}".replace(",", ".") in text for text in texts)
    return told | {city: handed.plan.counts[city]}, means


def test_finished_tables_tell_of_no_group_that_is_withheld(handed):
    told, means = told_of(handed)
    assert len(told) > 70
    assert len(means) > 45
    assert not set(told) & set(handed.plan.withheld)
    assert all(handed.plan.counts[cell] == n for cell, n in told.items())


def mind_of(handed, told, means):
    """Return who knows all that is told of the latest wave, and the people with their weights."""
    here = handed.study.responses[handed.study.responses["wave"].eq(handed.wave)]
    kinds = attacker.kinds_of(here)
    design = oversight.design(handed.study.responses, handed.book, handed.study.registers["surveys"])
    frame = design.frame[design.frame["wave"].eq(handed.wave)]
    weights = frame.groupby("unit")["weight"].first()
    weight = kinds["unit"].map(weights).fillna(1.0).to_numpy()
    # A blank item here and there moves a mean a little from that of people's own means: he allows for it.
    mind = attacker.Points(
        kinds, told, means={cell: mean for cell, (mean, _) in means.items()}, half=0.25, weight=weight
    )
    assert mind.consistent()
    return mind, frame


def looked_for(handed):
    """Return n of each withheld group of the latest wave; of villages no table tells."""
    cells = attacker.of_wave(handed.plan.withheld, handed.wave)
    return {cell: handed.plan.counts[cell] for cell in cells if "village" not in dict(cell)}


def test_who_is_told_all_but_one_of_what_is_withheld_finds_that_one(handed):
    told, means = told_of(handed)
    hidden = looked_for(handed)
    aim = next(cell for cell in sorted(hidden, key=sorted) if {"sector", "district"} <= set(dict(cell)))
    mind, _ = mind_of(handed, told | {cell: n for cell, n in hidden.items() if cell != aim}, means)
    bad, _ = mind.findings({aim: hidden[aim]})
    assert bad


def test_no_withheld_number_or_mean_follows_from_all_finished_tables_together(handed):
    mind, frame = mind_of(handed, *told_of(handed))
    hidden = looked_for(handed)
    bad, tried = mind.findings(hidden)
    assert bad == []
    assert tried > 10
    scores = frame[list(attacker.example.truth.ITEMS)].astype(float).mean(axis=1) * 25
    for cell in hidden:
        inside = np.logical_and.reduce([frame[name].eq(level) for name, level in cell])
        mean = float(np.average(scores[inside], weights=frame.loc[inside, "weight"]))
        assert mind.open_mean(cell, mean, 2.0), sorted(cell)


def test_the_annex_holds_nothing_beside_its_tables(handed):
    names = {one for (one,) in withheld(handed, "unit") | withheld(handed, "village")}
    with zipfile.ZipFile(handed.reports / "lampiran.xlsx") as annex:
        parts = annex.namelist()
        known = re.compile(
            r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml|xl/(workbook|styles|theme/theme1)\.xml"
            r"|xl/_rels/workbook\.xml\.rels|xl/worksheets/(_rels/)?sheet\d+\.xml(\.rels)?|xl/tables/table\d+\.xml"
        )
        assert [part for part in parts if not known.fullmatch(part)] == []
        assert annex.comment == b""
        assert all(not one.extra and not one.comment for one in annex.infolist())
        book = annex.read("xl/workbook.xml").decode()
        assert not re.search(r"<definedName\b", book)
        assert not re.search(r'state="(hidden|veryHidden)"', book)
        for part in parts:
            text = annex.read(part).decode()
            assert "<f>" not in text, part
            assert 'hidden="1"' not in text, part
            assert "mergeCell" not in text, part
            if "/worksheets/sheet" in part and not any(word in text for word in REGISTERS):
                for row in re.findall(r"<row\b.*?</row>", text, re.DOTALL):
                    cells = re.findall(r"<t[^>]*>([^<]*)</t>|<v>([^<]*)</v>", row)
                    if cells and html.unescape(cells[0][0]) in names:
                        assert not told_figures(" ".join(a or b for a, b in cells[1:])), (part, cells)


def test_nothing_lies_beside_the_pages_that_a_reader_was_not_meant_to_open(handed):
    beside_pages = {one.name for one in handed.reports.iterdir()} - set(handed.pages)
    assert beside_pages <= {"lampiran.xlsx", ".tilik-set", ".tilik.lock"}
    assert not any(one.is_dir() for one in handed.reports.iterdir())
    assert set((handed.reports / ".tilik-set").read_text().split()) <= {*handed.pages, "lampiran.xlsx"}


def test_stored_notebooks_bear_no_figure_of_what_is_withheld_and_no_word_beside_their_outputs(handed):
    names = {one for (one,) in withheld(handed, "unit") | withheld(handed, "village")}
    seen = 0
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        book = json.loads(path.read_text(encoding="utf-8"))
        for cell in book["cells"]:
            assert set(cell["metadata"]) <= {"tags", "tilik"}, path.name
            assert not any(name in json.dumps(cell["metadata"], ensure_ascii=False) for name in names), path.name
            for output in cell.get("outputs", ()):
                assert output.get("metadata", {}) == {}, path.name
                content = "".join(output.get("data", {}).get("text/html", ""))
                tables, _ = reading.read(content)
                for caption, row in rows_about(tables, names):
                    seen += 1
                    assert not told_figures(" ".join(row[1:])), (path.name, caption, row)
    assert seen > 3
