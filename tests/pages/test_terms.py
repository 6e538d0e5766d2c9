"""Quiet links: a term to where it is explained, a figure to where it comes from."""

import re

import pytest

from analysis.pages import glossary, inert, shell, terms
from analysis.pages.origins import Origins
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
    around = shell.Surroundings("id", "Kota X", (), links, origins=origins or Origins())
    return shell.page(inert.clean(body), around, shell.Head("Judul", "a.html", **head))


SAID = '<p class="answer">Nilai 3 (n = 20).</p><ul class="answers"><li>Dinas A: 4</li><li>tanpa angka</li></ul>'


FROM = Origins(
    answers={"Dinas A": {"2023": "#a--2023", "2025": "#a--2025"}, "Dinas A Utara": {"2025": "#n--2025"}},
    published={"Dinas A": {"2023": "#s-b-001", "2025": "#s-b-002"}},
    registers={"(rtl)": "#r-plans"},
    announces="mengumumkan",
)


def test_each_sentence_with_a_figure_has_a_mark_that_leads_to_its_sheets():
    made = whole(SAID, FROM, origin="#r-training")
    marks = re.findall(r'<a class="from" href="([^"]*)" aria-label="asal angka"></a>', made)
    assert marks == ["asal-angka.html#r-training", "asal-angka.html#a--2025"]


@pytest.mark.parametrize(
    ("text", "anchor"),
    [
        ("Dinas A Utara: 4", "#n--2025"),
        ("Dinas A dan Dinas A Utara", ""),
        ("Dinas A (2023): 4", "#a--2023"),
        ("Dinas A naik dari 3 (2023) menjadi 4 (2025)", "#a--2023"),
        ("4 janji tindak lanjut (RTL) Dinas A", "#r-plans"),
    ],
)
def test_a_text_leads_to_the_row_of_the_unit_and_wave_or_register_it_names(text, anchor):
    assert FROM.of(text) == anchor


def test_a_sentence_on_a_published_index_leads_to_what_was_published_too():
    made = whole('<p class="said">Dinas A (2023) mengumumkan 84,10; hitungan ulang 73,60.</p>', FROM)
    assert re.findall(r'class="from" href="asal-angka.html([^"]*)" aria-label="([^"]*)"', made) == [
        ("#a--2023", "asal angka"), ("#s-b-001", "asal angka yang diumumkan")
    ]  # fmt: skip


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_words_that_tell_a_register_are_those_of_its_sentences_and_tables(lang):
    forms = {key: forms for (_, key), forms in catalogue(lang).items()}
    for name, texts in {"plans": ("caption_promises", "promises_all"), "findings": ("caption_audit",)}.items():
        words = forms[f"pages.sources_word_{name}"][0].split("|")
        told = [form.casefold() for text in texts for form in forms[f"publish.{text}"]]
        assert all(any(word in form for word in words) for form in told)


def test_a_set_without_a_page_of_sources_has_no_link_there():
    table = "<table><caption>A</caption><tr><th>1</th></tr></table>"
    assert "asal-angka.html" not in whole(SAID + table, links=())
    assert whole(SAID + table).count('href="asal-angka.html"') == 3 + 1


TECHNICAL = {
    "id": ("goyangan", "baris berulang", "kepentingan", "hitungan ulang", "diperlukan", "rentang", "gelombang", "mutu",
           "RTL", "RDP", "jawaban rendah", "peringkat", "bobot 0,11", "kuota", "instansi vertikal",
           "tidak ditampilkan"),
    "en": ("sampling noise", "repeated rows", "importance", "recomputed", "needed", "range", "wave", "grade",
           "follow-up plan", "hearing", "low answer", "rank", "weight 0.11", "quota", "vertical agenc", "not shown"),
}  # fmt: skip


@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_technical_word_of_the_catalogue_is_explained(lang):
    texts = {key: forms for (_, key), forms in catalogue(lang).items() if not key.startswith("glossary.")}
    said = " ".join(form for forms in texts.values() for form in forms).casefold()
    spelled = " ".join(
        form for (_, key), forms in catalogue(lang).items() if key.endswith(".spellings") for form in forms
    ).casefold()
    assert [word for word in TECHNICAL[lang] if word.casefold() not in said] == []
    assert [word for word in TECHNICAL[lang] if word.casefold() not in spelled] == []
