"""Each page as its readers meet it: on a desk, a phone, in the dark, on paper, by keyboard, by screen reader."""

import re
from itertools import pairwise

import pytest
from axe_playwright_python.sync_playwright import Axe

pytestmark = pytest.mark.browser

EVERYTHING = {"resultTypes": ["violations"]}
CONTRAST = EVERYTHING | {"runOnly": ["color-contrast"]}
WHOLE, FIRST_ROWS = {"include": [["html"]]}, {"exclude": [["tbody tr:nth-child(n+9)"]]}
LOOKS = [
    (1280, "light", WHOLE, EVERYTHING), (360, "light", WHOLE, EVERYTHING),
    (1280, "dark", FIRST_ROWS, CONTRAST), (360, "dark", FIRST_ROWS, CONTRAST),
]  # fmt: skip
"""In the dark only colours are others, and those of a table's rows come again in each."""


def test_axe_finds_nothing(pages, tab):
    found = {}
    for path in pages:
        page = tab(path)
        page.evaluate(Axe().axe_script)
        for width, scheme, part, rules in LOOKS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            told = page.evaluate("([part, rules]) => axe.run(part, rules)", [part, rules])
            for one in told["violations"]:
                found[path.name, width, scheme, one["id"]] = one["nodes"][0]["html"][:120]
    assert found == {}


def test_no_page_asks_for_anything_or_runs_anything(pages, tab):
    for path in pages:
        page = tab(path)
        assert [url for url in page.requests if not url.startswith(("file:", "data:"))] == []
        assert page.requests[0].startswith("file:")
        assert len([url for url in page.requests if url.startswith("file:")]) == 1
        assert page.said == []
        assert page.locator("script, iframe, object, embed, link, form, input, base").count() == 0
        assert page.evaluate(
            "[...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
            ".filter(a => a.name.startsWith('on') || /^\\s*(javascript|https?):/i.test(a.value)).length"
        ) == 0  # fmt: skip


@pytest.mark.parametrize("width", [360, 1280])
def test_nothing_scrolls_sideways(pages, tab, width):
    wide = {path.name: tab(path, width=width).evaluate("document.documentElement.scrollWidth") for path in pages}
    assert {name: found for name, found in wide.items() if found > width} == {}


def test_each_page_is_made_for_reading(pages, tab):
    for path in pages:
        page = tab(path)
        assert page.locator("html").get_attribute("lang") == "id"
        assert page.title()
        assert page.locator("h1").count() == 1
        assert page.locator("meta[http-equiv=Content-Security-Policy]").count() == 1
        assert "DATA REKAAN" in page.locator(".made-up").inner_text()
        levels = page.eval_on_selector_all("h1, h2, h3, h4", "all => all.map(one => Number(one.tagName[1]))")
        assert all(after <= before + 1 for before, after in pairwise(levels))
        alts = page.eval_on_selector_all("img", "all => all.map(one => one.alt)")
        assert all(len(alt) > 40 for alt in alts)
        assert page.locator("table:not(:has(caption))").count() == 0
        assert page.locator("th:not([scope])").count() == 0


def test_every_link_leads_somewhere(pages, tab, reports):
    for path in pages:
        for target in tab(path).eval_on_selector_all("a[href]", "all => all.map(one => one.getAttribute('href'))"):
            name, _, anchor = target.partition("#")
            aim = reports / name if name else path
            assert aim.is_file(), f"{path.name}: {target}"
            assert not anchor or f'id="{anchor}"' in aim.read_text(encoding="utf-8"), f"{path.name}: {target}"


def test_every_page_is_two_clicks_from_the_first(pages, reports, tab):
    first = tab(reports / "index.html").eval_on_selector_all(
        "a[href]", "all => all.map(one => one.getAttribute('href'))"
    )
    assert {path.name for path in pages} - {"index.html"} <= {target.partition("#")[0] for target in first}


def test_the_keyboard_gets_to_the_content_first(pages, tab):
    for path in pages:
        page = tab(path)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        assert page.evaluate("document.activeElement.id") == "isi"


def sides(page):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(prefer_css_page_size=True, print_background=True)))


def test_the_brief_is_one_printed_side(reports, tab):
    assert sides(tab(reports / "ringkasan.html")) == 1


def test_on_paper_a_short_table_stays_whole_beside_a_tall_picture_and_nothing_stays_folded(pages, tab):
    short = 0
    for path in pages:
        page = tab(path)
        page.emulate_media(media="print")
        kept = page.eval_on_selector_all(
            ".tall + div",
            "all => all.map(one => [one.querySelectorAll('tbody tr').length, getComputedStyle(one).breakInside])",
        )
        assert all((told == "avoid") is (rows <= 12) for rows, told in kept), path.name
        short += sum(rows <= 12 for rows, _ in kept)
        folded = page.locator("details:not(.code):not([open]) > :nth-child(2)")
        assert all(one.bounding_box()["height"] > 0 for one in folded.all()), path.name
    assert short


def test_print_is_dark_on_white_even_for_who_reads_in_the_dark(pages, tab):
    page = tab(pages[0], scheme="dark")
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_a_chart_keeps_its_words_when_it_is_made_to_fit_and_only_a_wide_one_is_scrolled(pages, tab):
    for path in pages:
        page = tab(path, width=360)
        sizes = page.eval_on_selector_all(
            "figure img", "all => all.map(one => one.getBoundingClientRect().width / one.naturalWidth)"
        )
        assert all(size >= 0.7 for size in sizes), path.name  # letters of nearly 9 pixels
        scrolled = page.eval_on_selector_all(
            "figure .scroll",
            "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel)",
        )
        assert all("kecamatan dan sektor" in name for name in scrolled), path.name


def test_only_a_phone_is_told_to_go_on_sideways(pages, tab):
    for width, media, shown in ((360, "screen", True), (1280, "screen", False), (360, "print", False)):
        page = tab(next(path for path in pages if path.name.startswith("13-")), width=width)
        page.emulate_media(media=media)
        hints = page.locator(".sideways")
        assert hints.count() > 2
        assert hints.first.is_visible() is shown


def test_on_a_phone_name_and_verdict_are_in_sight_before_anything_is_moved(pages, tab):
    seen = 0
    for path in pages:
        page = tab(path, width=360)
        ends = page.eval_on_selector_all(
            "td:is(.lower, .higher, .same, .unsure):not(.num):last-child",
            "all => all.filter(one => one.checkVisibility())"
            ".map(one => [one.parentElement.firstElementChild.getBoundingClientRect(), one.getBoundingClientRect()])"
            ".map(([name, told]) => [name.left, name.right, told.left, told.right])",
        )
        seen += len(ends)
        assert all(left >= 0 and name < verdict < right <= 360 for left, name, verdict, right in ends), path.name
    assert seen > 30


def test_what_came_in_is_no_book_on_paper(pages, tab):
    assert sides(tab(next(path for path in pages if path.name.startswith("01-")))) <= 9


def test_on_a_desk_every_table_is_seen_whole(pages, tab):
    for path in pages:
        hidden = tab(path, width=1280).eval_on_selector_all(
            ".scroll", "all => all.filter(one => one.scrollWidth > one.clientWidth + 1).map(one => one.ariaLabel)"
        )
        assert hidden == [], path.name
