import base64
from dataclasses import replace

import pytest

from analysis.pages import inert

NAMES = inert.Names("Tabel", "Gambar", "{count} baris")
ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)><text>t</text></svg>",
    '<a href="javascript:alert(1)">x</a>',
    '<a href="JaVa&#x73;cript:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="//example.org/x">x</a>',
    '<a href="https://example.org/">x</a>',
    '<img alt="gambar" src="https://example.org/x.png">',
    '<img alt="gambar" src="data:text/html;base64,PHNjcmlwdD4=">',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<form action=x><input autofocus onfocus=alert(1)><button formaction=javascript:alert(1)>x</button></form>",
    "<math><mtext></mtext><mglyph><style></math><img src onerror=alert(1)>",
    "<style>@import 'https://example.org';body{display:none}</style>",
    '<p style="background:url(https://example.org)">x</p>',
    '<base href="https://example.org/"><meta http-equiv=refresh content="0;url=https://example.org">',
    "<details ontoggle=alert(1) open>x</details>",
    '<object data="x.swf"></object><embed src="x">',
    '<table background="https://example.org"><tr><td onclick=alert(1)>1</td></tr></table>',
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    '<p class="a" id="x y" onmouseover=alert(1)>x</p>',
    "<!--><img src=x onerror=alert(1)>-->",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'></xmp>",
    '<a id="b" name="getElementById" ping="https://example.org" target="_blank" href="#c">x</a>',
    '<link rel=stylesheet href="https://example.org/x.css">',
    "<template><script>alert(1)</script></template>",
    '<video poster="https://example.org/x"><source onerror=alert(1)></video>',
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_is_left_that_runs_or_calls(attack):
    safe = inert.clean(attack).lower()
    for word in (
        "script",
        " on",
        "example.org",
        "style",
        "<iframe",
        "<form",
        "<svg",
        "<object",
        "<base",
        "<meta",
        "ping",
        "srcdoc",
    ):
        assert word not in safe


def test_what_publish_makes_comes_through_whole():
    table = (
        '<table><caption>A</caption><thead><tr><th scope="col" class="num">n <span class="unit">(x)</span></th></tr>'
        "</thead>"
        '<tbody><tr><th scope="row">Kesehatan</th></tr><tr><td class="num withheld">1</td></tr></tbody></table>'
    )
    image = '<img alt="Sektor terendah" src="data:image/svg+xml;base64,PHN2Zy8+">'
    figure = f"<figure>{image}<figcaption>K</figcaption></figure>"
    links = '<a href="laporan.html#b-1">x</a><a href="#bukti">y</a><a href="lampiran.xlsx">z</a>'
    assert inert.clean(table + figure + links) == table + figure + links


def test_text_that_was_escaped_stays_text():
    assert inert.clean("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>") == "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"


def test_headings_get_one_level_down_and_anchors_of_their_own():
    made = inert.outline("<h1>Satu</h1>" + "<h2>Dua &amp; tiga</h2>" * 2 + "<h3>2025</h3><h2>isi</h2>", NAMES)
    assert [(one.anchor, one.text) for one in made.sections] == [
        ("satu", "Satu"), ("dua-tiga", "Dua & tiga"), ("dua-tiga-2", "Dua & tiga"), ("isi-2", "isi"),
    ]  # fmt: skip
    assert "<h1" not in made.html
    assert '<h3 id="b-2025">' in made.html


def test_a_wide_table_can_be_scrolled_with_the_keyboard():
    made = inert.outline("<table><caption>A &lt;b&gt;</caption><tbody></tbody></table>", NAMES)
    assert made.html.startswith('<div class="scroll" role="group" tabindex="0" aria-label="A &lt;b&gt;"><table>')
    assert "<caption><span>A &lt;b&gt;</span></caption>" in made.html


def test_a_long_table_is_folded_and_a_picture_can_be_scrolled():
    rows = "<tr><th>n</th></tr>" + "<tr><td>1</td></tr>" * (inert.LONG + 1)
    made = inert.outline(f"<table><caption>A</caption>{rows}</table><figure><img src='x' alt='y'></figure>", NAMES)
    assert made.html.startswith(
        f'<details class="long"><summary>A: {inert.LONG + 1} baris</summary><div class="scroll"'
    )
    assert '<figure><div class="scroll" role="group" tabindex="0" aria-label="Gambar"><img' in made.html


def test_a_note_is_given_once_a_section_and_a_base_is_not_broken():
    note = '<p class="note">Responden dipilih acak.</p>'
    made = inert.outline(f"<h2>A</h2>{note}<p>x (n = 1.234)</p>{note}<h2>B</h2>{note}<pre>B-017, B-1</pre>", NAMES)
    assert made.html.count('<p class="note">Responden dipilih acak.') == 2
    assert made.html.count('<p class="note again">Responden dipilih acak.') == 1
    short = inert.outline(f"<h2>A</h2>{note}<h2>B</h2>{note}", replace(NAMES, by_section=False))
    assert short.html.count('<p class="note">') == short.html.count('<p class="note again">') == 1
    assert '<span class="kept">(n = 1.234)</span>' in made.html
    assert '<span class="kept">B-017</span>, <span class="kept">B-1</span>' in made.html


def drawing(width, height):
    svg = f'<svg width="{width}pt" height="{height}pt" viewBox="0 0 {width} {height}"></svg>'
    return f'<figure><img src="data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}" alt="a"></figure>'


def test_a_drawing_taller_than_wide_says_so_for_paper_and_takes_its_notes_along():
    notes = '<p class="note">Garis tegak: yang diperlukan.</p><p class="note">Data rekaan.</p>'
    made = inert.outline(f"{drawing('374.4', '600.48')}{notes}<p>Lalu.</p>", NAMES).html
    assert made.startswith('<div class="tall"><figure>')
    assert made.endswith(f"</figure>{notes}</div><p>Lalu.</p>")
    assert "tall" not in inert.outline(drawing("374.4", "400"), NAMES).html


@pytest.mark.parametrize(("columns", "hints"), [(3, 0), (4, 1)])
def test_what_a_phone_shows_a_part_of_says_that_it_goes_on_sideways(columns, hints):
    names = inert.Names("Tabel", "Gambar", "{count} baris", sideways="geser")
    table = f"<table><caption>A</caption><tr>{'<th>x</th>' * columns}</tr></table>"
    assert inert.outline(table, names).html.count('aria-label="A"><p class="sideways">geser</p><table>') == hints
    assert "geser" not in inert.outline(drawing("374.4", "270"), names).html
    wide = inert.outline(drawing("601.2", "270"), names).html
    assert (
        '<figure class="wide"><div class="scroll" role="group" tabindex="0" aria-label="Gambar"><p class="sideways">'
        in wide
    )


def test_the_base_of_a_cell_keeps_its_brackets_and_one_among_others_stands_without():
    shown = inert.outline("<table><tr><td>85,9 ? (n = 1.093)</td><td>(antara 1 dan 3; n = 42)</td></tr></table>", NAMES)
    assert '85,9 ? <span class="kept">(n = 1.093)</span>' in shown.html
    assert 'dan 3; <span class="kept">n = 42</span>)' in shown.html
