"""What a window of any width cannot show whole says that it goes on; on a phone no word is torn apart."""

import pytest

pytestmark = pytest.mark.browser

MISLED = """async () => {
    await new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    return [...document.querySelectorAll('.scroll')].filter(one => one.checkVisibility()).map(one => {
        const hint = one.querySelector(':scope > .sideways');
        const told = Boolean(hint && hint.checkVisibility());
        return [one.scrollWidth - one.clientWidth, told, one.ariaLabel];
    }).filter(([over, told]) => told ? over < 1 : over > 1);
}"""
"""The boxes that are cut off without a word, or that say so though they are whole."""

TORN = """() => [...document.querySelectorAll('td, th')].filter(one => one.checkVisibility()).flatMap(cell => {
    const range = document.createRange();
    return [...cell.childNodes].filter(one => one.nodeType === 3).flatMap(node =>
        [...node.data.matchAll(/[A-Za-z]{2,}/g)].filter(word => {
            range.setStart(node, word.index);
            range.setEnd(node, word.index + word[0].length);
            const parts = [...range.getClientRects()];
            return parts.at(-1).top - parts[0].top > parts[0].height / 2;
        }).map(word => word[0]));
})"""
"""The words of tables that are broken across lines without a hyphen."""


WIDTHS = (360, 545, 700, 900, 1100, 1280)


def found(pages, tab, script, widths):
    """Return what a script finds on each page in windows of these widths, where it finds anything."""
    page = tab(pages[0])
    told = {}
    for path in pages:
        page.goto(path.as_uri())
        for width in widths:
            page.set_viewport_size({"width": width, "height": 900})
            told[path.name, width] = page.evaluate(script)
    return {where: one for where, one in told.items() if one}


def test_what_goes_on_beyond_its_box_says_so_and_nothing_else_does(pages, tab):
    assert found(pages, tab, MISLED, WIDTHS) == {}


def test_a_browser_that_cannot_ask_guesses_by_width(pages, tab):
    page = tab(next(path for path in pages if path.name.startswith("13-")), width=360)
    page.evaluate("""() => { const style = document.querySelector('style');
        style.textContent = style.textContent.replaceAll('animation-timeline: scroll()', 'not-there: yes'); }""")
    assert page.locator(".scroll:has(th:nth-child(7)) > .sideways").first.is_visible()
    page.set_viewport_size({"width": 900, "height": 900})
    assert page.locator(".scroll:has(th:nth-child(7)) > .sideways").first.is_visible()
    assert not page.locator("figure .sideways").first.is_visible()


def test_on_a_phone_no_word_of_a_table_is_torn_apart(pages, tab):
    assert found(pages, tab, TORN, (360,)) == {}
