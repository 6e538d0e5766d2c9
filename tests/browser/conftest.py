"""Debian's chromium, to look at the example's pages as readers do."""

import pytest
from playwright.sync_api import sync_playwright

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
]  # fmt: skip


@pytest.fixture(scope="session")
def browser(chromium):
    with sync_playwright() as player:
        opened = player.chromium.launch(executable_path=chromium, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def reports(chromium, city):
    """Return the folder of the example's pages; not even begun where there is no chromium to look at them."""
    return city.reports


@pytest.fixture(scope="session")
def pages(reports):
    found = sorted(reports.glob("*.html"))
    assert len(found) >= 7
    return found


@pytest.fixture
def tab(browser):
    """Open a page at a given width and colour scheme, one after the other in the same tab; closed as the test ends."""
    tabs = {}

    def opened(path, *, width=1280, scheme="light", **options):
        kind = tuple(sorted(options.items()))
        if kind not in tabs:
            tabs[kind] = listened(browser.new_context(**options).new_page())
        page = tabs[kind]
        page.requests, page.said = [], []
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="null", color_scheme=scheme)
        page.goto(path.resolve().as_uri())
        return page

    yield opened
    for page in tabs.values():
        page.context.close()


def listened(page):
    """Return a tab that notes what is asked for and what speaks."""
    page.requests, page.said = [], []
    page.on("request", lambda request: page.requests.append(request.url))
    page.on("console", lambda message: page.said.append(message.text))
    page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
    return page
