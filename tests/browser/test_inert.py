"""Nothing from a workbook, codebook or notebook runs in a page: escaping alone holds, and so does the policy alone."""

import html
import json
import shutil
from pathlib import Path

import nbformat
import openpyxl
import pytest

from analysis import codebook, oversight, pages, pipeline, publish, store
from analysis.pages import inert, shell
from analysis.publish import Entry, Figure, Heading, Sentences, Table
from analysis.shapes import Cleaned

pytestmark = pytest.mark.browser
LINES = (Path(__file__).parent / "payloads.txt").read_text(encoding="ascii").splitlines()
PAYLOADS = [line.encode().decode("unicode_escape") for line in LINES]
"""What an attacker would write; each sets ``window.ran``."""
ATTRIBUTES = "[...document.querySelectorAll('*')].flatMap(element => [...element.attributes])"
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SHOWN = (
    "01-data-yang-masuk", "02-gambaran-kota", "04-kecamatan", "05-kecamatan-per-sektor", "06-unsur-satu-unit",
    "07-lima-ciri", "08-pemerataan", "10-teknologi", "11-pelatihan", "12-pengaduan-dan-tindak-lanjut", "15-temuan",
)  # fmt: skip
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'


def slots(text):
    """Return every way in which a text of data, codebook or catalogue gets into the body of a page."""
    rows = ((Entry(text), Entry(text)),)
    table = Table(text, (Heading(text, unit=text), Heading(text, unit=text)), rows, notes=(text,))
    figure = Figure(SVG, alt=text, caption=text, notes=(text,))
    said = Sentences((text, text), (text,))
    return "".join(made._repr_html_() for made in (table, figure, said))


EVENTS = "['mouseover', 'focus', 'toggle', 'error', 'load', 'animationstart', 'begin']"


def ran(page):
    """Tell whether anything ran or spoke, after every element was touched in the ways that attacks wait for."""
    page.wait_for_timeout(300)
    page.evaluate(
        f"document.querySelectorAll('*').forEach(one => {EVENTS}.forEach(kind => one.dispatchEvent(new Event(kind))))"
    )
    links = page.eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))")
    assert not [link for link in links if ":" in link]
    page.wait_for_timeout(100)
    return page.evaluate("window.ran") or page.said


def whole(path, body):
    around = shell.Surroundings(
        "id", PAYLOADS[0], PAYLOADS[:9], [shell.Link("a.html", text) for text in PAYLOADS], made_up=True
    )
    head = shell.Head(PAYLOADS[49], "x.html", lead=PAYLOADS[47], notice=PAYLOADS[4])
    path.write_text(shell.page(body, around, head), encoding="utf-8")
    return path


def test_there_are_enough_payloads_and_each_would_run_where_nothing_guards(tmp_path, tab):
    assert len(set(PAYLOADS)) >= 60
    path = tmp_path / "bare.html"
    path.write_text("<!DOCTYPE html><title>x</title><main>" + "".join(PAYLOADS[4:12]), encoding="utf-8")
    assert ran(tab(path))


def test_escaping_alone_holds(tmp_path, tab):
    body = inert.clean("".join(slots(text) for text in PAYLOADS))
    page = tab(whole(tmp_path / "a.html", body), bypass_csp=True)
    assert not ran(page)
    assert page.locator("main :is(script, iframe, svg, style, form, input, object)").count() == 0
    assert page.locator("main caption").count() == len(PAYLOADS)


def test_the_allow_list_alone_holds_where_somebody_forgot_to_escape(tmp_path, tab):
    body = inert.clean("".join(f"<p>{text}</p><div title='{text}'>{text}</div>" for text in PAYLOADS))
    assert not ran(tab(whole(tmp_path / "a.html", body), bypass_csp=True))


def test_the_policy_alone_holds_where_nothing_is_escaped_or_cleaned(tmp_path, tab):
    for number, text in enumerate(PAYLOADS):
        if "http-equiv=refresh" in text:
            continue
        page = tab(whole(tmp_path / f"{number}.html", f"<p>{text}</p>"))
        assert not page.evaluate("window.ran"), text


@pytest.fixture(scope="module")
def attacked(chromium, city, tmp_path_factory):
    """Return the pages of a city whose units, places, periods, files, sheets, comments, labels, registers attack."""
    home = tmp_path_factory.mktemp("attacked")
    study = store.open_study(city.processed)
    names = {}

    def attack(value):
        if not isinstance(value, str) or not value:
            return value
        return names.setdefault(value, f"{PAYLOADS[len(names) % len(PAYLOADS)]} {len(names)}")

    def attacks(frame, columns):
        return frame.assign(**{name: frame[name].map(attack) for name in columns if name in frame})

    columns = ("unit", "wave", "district", "village", "service", "file", "sheet", "comment", "heading", "what", "todo")
    written = ("topic", "channel", "source", "program", "owner", "item", "finding", "recommendation")
    tables = {
        name: attacks(getattr(study, name), columns)
        for name in ("responses", "recaps", "problems", "changes", "files", "columns")
    }
    registers = {name: attacks(frame, (*columns, *written)) for name, frame in study.registers.items()}
    cleaned = Cleaned(**tables, registers=registers, lang="id", made_up=True)
    plain = study.book.model_dump(mode="json", by_alias=True)
    for part in ("unit", "district", "village"):
        plain[part] = [{**one, "name": attack(one["name"]), "label": {}} for one in plain[part]]
        if part != "district":
            plain[part] = [{**one, "district": attack(one.get("district", ""))} for one in plain[part]]
    plain["unit"] = [{**one, "aliases": [attack(text) for text in one["aliases"]]} for one in plain["unit"]]
    plain["wave"] = [{**one, "name": attack(one["name"])} for one in plain["wave"]]
    for sector, text in zip(plain["sector"], PAYLOADS[20:], strict=False):
        sector["label"] = {"id": text, "en": text}
    labelled = [*plain["mark"], *plain["aim"], *plain["field"], *plain["channel"], *plain["sample"]]
    labelled += [one for part in plain["instrument"] for one in part["item"]]
    labelled += [value for one in plain["field"] for value in one["value"]]
    for place, one in enumerate(labelled):
        text = f"{PAYLOADS[place % len(PAYLOADS)]} label {place}"
        one["label"] = {"id": text, "en": text}
    for place, one in enumerate(plain["officer"]):
        one["unit"] = attack(one["unit"])
        one["officer"] = {"id": f"{PAYLOADS[place]} officer", "en": f"{PAYLOADS[place]} officer"}
        one["komisi"] = f"{PAYLOADS[place + 9]} komisi"
    plain["title"] = {"id": PAYLOADS[50], "en": PAYLOADS[51]}
    book = codebook.Codebook.model_validate(plain)
    counts = oversight.cell_counts(cleaned.responses, publish.dimensions(cleaned.responses.columns))
    store.write_study(cleaned, publish.plan(counts, lang="id", made_up=True), book, home / "processed")
    (home / "notebooks").mkdir()
    for name in SHOWN:
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", home / "notebooks")
    cells = [
        nbformat.v4.new_markdown_cell(f"# {PAYLOADS[0]}"),
        *(nbformat.v4.new_markdown_cell(text) for text in PAYLOADS),
    ]
    node = nbformat.v4.new_notebook(
        cells=cells, metadata={"tilik": {"title": {"id": PAYLOADS[47]}, "line": {"id": PAYLOADS[4]}}}
    )
    (home / "notebooks" / "serang.ipynb").write_text(nbformat.writes(node), encoding="utf-8")
    made = pages.export(home / "processed", home / "notebooks", home / "reports")
    registered = {
        f"{name}.{column}": set(frame[column].dropna()) for name, frame in registers.items() for column in written
        if column in frame
    }  # fmt: skip
    registered["wave.name"] = {one["name"] for one in plain["wave"]}
    return made, home / "reports", registered


def test_an_attacked_city_gives_whole_pages_in_which_nothing_runs(attacked, tab):
    made, reports, registered = attacked
    assert [one for one in made.failed if one.notebook != "serang.ipynb"] == []
    for path in (*sorted(reports.glob("*.html")), reports.parent / "processed" / "kunci.html"):
        page = tab(path, bypass_csp=True)
        assert not ran(page), path.name
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
        assert page.evaluate(f"{ATTRIBUTES}.filter(one => one.name.startsWith('on')).length") == 0
    told = "".join(path.read_text(encoding="utf-8") for path in reports.glob("*.html"))
    assert sum(html.escape(text, quote=False) in told for text in PAYLOADS) >= 10
    for slot in ("complaints.topic", "complaints.channel", "findings.source", "plans.item", "wave.name"):
        assert any(html.escape(one, quote=False) in told for one in registered[slot]), slot
    for slot in ("label", "officer", "komisi"):
        escaped = [html.escape(f"{text} {slot}", quote=False) for text in PAYLOADS]
        assert sum(one in told for one in escaped) >= 2, slot


def test_without_escaping_the_policy_stops_an_attacked_city(attacked, tab, tmp_path):
    _, reports, _ = attacked
    for path in (*sorted(reports.glob("[01]*.html")), reports.parent / "processed" / "kunci.html"):
        head, body = path.read_text(encoding="utf-8").split("<body", 1)
        bare = tmp_path / path.name
        bare.write_text(f"{head}<body{html.unescape(body)}".replace("http-equiv=refresh", "x"), encoding="utf-8")
        assert not tab(bare).evaluate("window.ran"), path.name


@pytest.mark.parametrize("number", [0, 4, 11])
def test_a_page_of_a_checked_file_runs_nothing_of_a_units_aliases_or_a_periods_name(tmp_path, tab, number):
    alias, period = f"{PAYLOADS[number]} Dinas Uji", f"{PAYLOADS[number + 1]} 2025"
    (tmp_path / "codebook.toml").write_text(
        f"""id = "uji"
extends = "singkawang"
unit = [{{name = {json.dumps(alias)}, aliases = [{json.dumps(alias.upper())}], sector = "health", owner = "city"}}]
wave = [{{name = {json.dumps(period)}, start = "2025-01-01", end = "2025-12-31"}}]
""",
        encoding="utf-8",
    )
    for name, spelt in (("sama", alias.upper()), ("mirip", f"{alias[:-3]}Ujj")):
        book = openpyxl.Workbook()
        for line in (["Unit", spelt], ["Periode", period], ["No", *(f"U{item}" for item in range(1, 10))]):
            book.active.append(line)
        for row in range(12):
            book.active.append([row + 1, *(3 + (row * 7 + item) % 2 for item in range(9))])
        book.save(tmp_path / f"{name}.xlsx")
    pipeline.check([tmp_path / "sama.xlsx", tmp_path / "mirip.xlsx"], tmp_path / "hasil")
    path = tmp_path / "hasil" / "periksa.html"
    assert html.escape(alias, quote=False) in path.read_text(encoding="utf-8")
    page = tab(path, bypass_csp=True)
    assert not ran(page)
    assert page.locator("main :is(script, img, iframe, svg)").count() == 0
