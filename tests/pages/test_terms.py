"""Quiet links: a term to where it is explained, a figure to where it comes from."""

import re

import pytest

from analysis.pages import glossary, inert, shell, terms
from analysis.words import catalogue

WHERE = {"IKM": "istilah.html#i-ikm", "rentang": "istilah.html#i-range", "rentang peringkat": "istilah.html#i-rank"}
LINKS = (shell.Link("asal-angka.html", "Asal"), shell.Link("a.html", "A"))


def test_the_first_use_of_a_term_is_linked_and_no_other():
    made = terms.linked("<h2>IKM</h2><p>Rentang IKM, rentang, IKM-nya.</p><table><td>IKM</td></table><p>IKM</p>", WHERE)
    assert made.count('<a class="term" href="istilah.html#i-ikm">IKM</a>') == 1
    assert '<p><a class="term" href="istilah.html#i-range">Rentang</a> <a' in made
    assert made.count("<a ") == 2
    assert (
        re.sub(r"</?a\b[^>]*>", "", made)
        == "<h2>IKM</h2><p>Rentang IKM, rentang, IKM-nya.</p><table><td>IKM</td></table><p>IKM</p>"
    )


@pytest.mark.parametrize(
    "text", ["<p>rentangan, direntang</p>", "<pre>IKM</pre>", '<a href="a.html">IKM</a>', "<dl><dt>IKM</dt></dl>"]
)
def test_parts_of_words_code_and_links_are_left_alone(text):
    assert terms.linked(text, WHERE) == text


def test_the_longest_spelling_wins():
    assert "i-rank" in terms.linked("<p>rentang peringkat</p>", WHERE)


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_term_has_name_sense_and_spellings_that_no_other_has(lang):
    texts = {key: forms[0] for (context, key), forms in catalogue(lang).items() if key.startswith("glossary.")}
    names = {key.split(".")[1] for key in texts}
    assert names == {*glossary.OF_ANY, *glossary.OF_SKM}
    spellings = [one for name in names for one in texts[f"glossary.{name}.spellings"].casefold().split("|")]
    assert len(spellings) == len(set(spellings))
    assert all(texts[f"glossary.{name}.{part}"] for name in names for part in ("name", "sense"))


def whole(body, origins=None, links=LINKS, **head):
    around = shell.Surroundings("id", "Kota X", (), links, origins=origins or {})
    return shell.page(inert.clean(body), around, shell.Head("Judul", "a.html", **head))


SAID = '<p class="answer">Nilai 3 (n = 20).</p><ul class="answers"><li>Dinas A: 4</li><li>tanpa angka</li></ul>'


def test_each_sentence_with_a_figure_has_a_mark_that_leads_to_its_sheets():
    made = whole(SAID, {"Dinas A": "asal-angka.html#u-dinas-a"}, origin="#r-training")
    marks = re.findall(r'<a class="from" href="([^"]*)" aria-label="asal angka"></a>', made)
    assert marks == ["asal-angka.html#r-training", "asal-angka.html#u-dinas-a"]


def test_a_unit_whose_name_holds_another_ones_is_not_taken_for_both():
    around = shell.Surroundings("id", "X", (), LINKS, origins={"Dinas A": "x#1", "Dinas A Utara": "x#2"})
    assert around.origin("Dinas A Utara: 4") == "x#2"
    assert around.origin("Dinas A dan Dinas A Utara") == "asal-angka.html"


def test_a_set_without_a_page_of_sources_has_no_link_there():
    table = "<table><caption>A</caption><tr><th>1</th></tr></table>"
    assert "asal-angka.html" not in whole(SAID + table, links=())
    assert whole(SAID + table).count('href="asal-angka.html"') == 3 + 1
