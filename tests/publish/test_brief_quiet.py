"""The brief of a city without any difference: what a council asks is answered there too, and nothing is made up."""

import math
from dataclasses import replace
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import codebook, example, oversight, publish, words
from analysis.oversight import Answer
from analysis.publish import also
from analysis.publish.wording import finding_words, topic_sentences

UNITS = ("Disdukcapil Contoh", "Puskesmas Contoh Utara", "RSUD Contoh", "Dinas PU Contoh", "Perumdam Contoh")


@pytest.fixture(scope="module")
def study():
    """Five units of the city with nothing planted, in one wave, each announcing what its answers give."""
    responses = example.expected(example.city.draw(example.null(seed=77)))
    responses = responses[responses["unit"].isin(UNITS) & responses["wave"].eq("2025")].reset_index(drop=True)
    responses = responses.drop(columns=["village", "occupation", "education", "age", "time_band"], errors="ignore")
    responses = responses.assign(rule="2017", respondent=range(len(responses)))
    book, counts = codebook.load("singkawang"), oversight.cell_counts(responses, publish.dimensions(responses.columns))
    index = oversight.skm_index(oversight.design(responses, book), ["unit", "wave"], book=book)
    surveys = index[["unit", "wave"]].assign(published=index["index"].round(2), sample="random", users=2000)
    return SimpleNamespace(
        responses=responses, recaps=pd.DataFrame(), registers={"surveys": surveys}, files=pd.DataFrame(), book=book,
        plan=publish.plan(counts, made_up=True), lang="id", wave="2025", waves=("2025",),
    )  # fmt: skip


def test_where_nothing_differs_the_brief_says_so_of_each_question(study):
    brief = publish.brief(study)
    findings, more = brief.sections[1:3]
    assert not findings.items
    assert findings.texts[0] == "Tidak ada temuan yang dapat dipastikan dari data ini."
    by = "Menurut sektor, kecamatan, kecamatan di tiap sektor dan kelompok orang, dari yang ditampilkan tidak ada"
    assert findings.texts[1].startswith(by)
    told = {item.topic: item.text for item in more.items}
    assert told["published"] == "Angka yang diumumkan cocok dengan hitungan ulang pada 5 unit."
    assert told["unit"].startswith("Unsur yang paling dikeluhkan belum dapat dipastikan; nilai 1 atau 2 terbanyak pada")
    assert told["integrity"].startswith("Dari unit yang ditampilkan, tidak ada yang jawabannya berulang")


def test_without_a_finding_the_kind_of_sample_is_told_as_declared(study):
    told = {}
    for kind in ("random", "census", "walk-in", "quota"):
        surveys = study.registers["surveys"].assign(sample=kind, users=study.responses.groupby("unit").size().max())
        last = publish.brief(SimpleNamespace(**vars(study) | {"registers": {"surveys": surveys}})).sections[-1]
        told[kind] = last.texts[0]
    assert "goyangan sampel" in told["random"]
    assert "datang dan mau mengisi" not in told["random"]
    assert "datang dan mau mengisi" in told["walk-in"]
    assert "kuota" in told["quota"]


def items_of(study):
    return oversight.unsur(oversight.design(study.responses, study.book), None, book=study.book, wave=study.wave)


def with_kept(study, item, *groups):
    plan = replace(study.plan, kept={item: frozenset(map(frozenset, groups))})
    return SimpleNamespace(**{**vars(study), "plan": plan})


CITY = {("owner", "city"), ("wave", "2025")}


def test_the_share_of_an_element_that_is_kept_back_is_not_told(study):
    items = items_of(study).set_index("variable")["low_share"]
    told = {item.topic: item.text for item in publish.brief(with_kept(study, items.idxmax(), CITY)).sections[2].items}
    assert "unit" not in told
    told = {item.topic: item.text for item in publish.brief(with_kept(study, items.idxmin(), CITY)).sections[2].items}
    assert items.idxmax().upper() in told["unit"]


def test_a_share_that_is_too_uncertain_for_its_page_is_not_told(study):
    few = study.responses[study.responses["unit"].eq(UNITS[1])].head(16).reset_index(drop=True)
    plan = publish.plan(oversight.cell_counts(few, publish.dimensions(few.columns)), made_up=True)
    small = SimpleNamespace(**{**vars(study), "responses": few, "plan": plan, "registers": {}})
    page = publish.open_page(small)
    assert any("terlalu tidak pasti" in text for text in page.sentence(items_of(small), wave="2025").texts)
    told = [item.topic for section in publish.brief(small).sections for item in section.items]
    assert "unit" not in told


def element(variable, **more):
    return {
        "key": "element", "subject": variable, "beside": "", "wave": "2025", "n": 800, "estimate": 3.2,
        "difference": -0.1, "low": -0.15, "high": -0.05, "sample": "random", "where": frozenset({("wave", "2025")}),
        "question": "element_lowest", "officer": "", "komisi": "",
    } | more  # fmt: skip


def test_most_complained_about_is_said_of_the_element_with_most_low_answers_alone(study):
    look, items = publish.open_page(study).look, items_of(study)
    shares = items.set_index("variable")["low_share"]
    most, other = shares.idxmax(), shares.idxmin()
    assert "paling banyak dikeluhkan" in finding_words.finding(element(most), look, items)
    assert "lebih rendah daripada unsur lain" in finding_words.finding(element(other), look, items)
    assert "jawaban rendah oleh" in finding_words.asked(element(other), look, items)


@pytest.mark.parametrize(
    ("kind", "name"), [("element", "subject"), ("promise", "beside"), ("promise_unseen", "beside")]
)
def test_findings_on_an_item_whose_figures_are_kept_back_are_withheld(study, kind, name):
    unit = {("unit", UNITS[0])} if kind != "element" else set()
    about = element("u3", key=kind, where=frozenset({("wave", "2025"), *unit})) | {name: "u3"}
    assert not finding_words.hidden(about, publish.open_page(study).look)
    kept = CITY if kind == "element" else {("wave", "2024"), *unit}
    assert finding_words.hidden(about, publish.open_page(with_kept(study, "u3", kept)).look) == "kept"
    assert not finding_words.hidden(about, publish.open_page(with_kept(study, "u4", kept)).look)


def test_nothing_is_said_of_announced_figures_where_all_units_are_withheld(study):
    withheld = dict.fromkeys((frozenset({("wave", "2025"), ("unit", unit)}) for unit in UNITS), "linked")
    quiet = SimpleNamespace(**{**vars(study), "plan": replace(study.plan, withheld=withheld)})
    assert "published" not in {item.topic for item in publish.brief(quiet).sections[2].items}


ONLINE = {
    "initiative": "online", "a": "online", "b": "counter", "n_a": 141, "n_b": 212, "difference": 6.6, "low": 5.2,
    "high": 8.0, "verdict": "higher", "note": "", "basis": "same unit and service",
}  # fmt: skip


@pytest.mark.parametrize(("sample", "range_"), [("random", "; diperkirakan antara"), ("walk-in", "; di antara yang")])
def test_a_comparison_is_told_under_the_sample_of_the_groups_compared(make, sample, range_):
    look = make.page({make.cell(unit="Unit A"): 353}).look
    answer = Answer("initiatives", "2025", "walk-in", {"summary": pd.DataFrame([ONLINE | {"sample": sample}])})
    said = topic_sentences.initiatives(answer, look)
    assert range_ in said.texts[0]
    assert any("dipilih acak" in note for note in said.limits) == (sample == "random")


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_services_gone_online_are_told_with_years_range_and_numbers(study, make, lang):
    nan, kept = math.nan, {"initiative": "technology", "b": "other services", "basis": "change across the start",
                           "note": "", "sample": "random"}  # fmt: skip
    rows = [
        {"a": "Unit A | KTP", "since": "2024", "n_a": 40, "n_b": 413.0, "difference": 5.0, "low": 3.1, "high": 7.2,
         "verdict": "higher"},
        {"a": "Unit B | KK", "since": "2024", "n_a": 55, "n_b": nan, "difference": 1.0, "low": -3.0, "high": 5.0,
         "verdict": "cannot tell"},
        {"a": "Unit B | SIM", "since": "2023", "n_a": 50, "n_b": 300.0, "difference": -4.0, "low": -6.5, "high": -1.2,
         "verdict": "lower"},
    ]  # fmt: skip
    answer = Answer("initiatives", "2025", "random", {"summary": pd.DataFrame([kept | row for row in rows])})
    sizes = {make.cell(unit=name): 200 for name in ("Unit A", "Unit B")}
    look = make.page({make.cell(): 400} | sizes, lang).look
    asked = SimpleNamespace(look=look, initiatives=answer, study=study)
    first, second = also.LINES["technology"](asked)
    if lang == "id":
        assert second == (
            "Layanan yang didaringkan, perubahan dari 2024 ke 2025 dibandingkan dengan layanan lain: lebih besar pada "
            "KTP di Unit A (selisih 5,0 poin; diperkirakan antara 3,1 dan 7,2; n = 40 dan 413); belum dapat dipastikan "
            "pada 1 layanan."
        )
    assert "2023" in first
    assert all(one in first for one in (("4,0", "1,2", "6,5") if lang == "id" else ("4.0", "1.2", "6.5")))


def of_units(study, *units):
    """Return the study with the answers of some of its units alone."""
    responses = study.responses[study.responses["unit"].isin(units)].reset_index(drop=True)
    counts = oversight.cell_counts(responses, publish.dimensions(responses.columns))
    surveys = study.registers["surveys"]
    plan = publish.plan(counts, made_up=True)
    registers = {"surveys": surveys[surveys["unit"].isin(units)]}
    return SimpleNamespace(**{**vars(study), "responses": responses, "plan": plan, "registers": registers})


def who(study):
    return [item.text for item in publish.brief(study).sections[0].items]


def test_where_few_units_surveyed_the_brief_tells_each_ones_index_and_grade(study):
    few = of_units(study, *UNITS[:2])
    told = [text for text in who(few) if "mutu" in text]
    assert [text.split(":")[0] for text in told] == sorted(UNITS[:2])
    assert all("IKM" in text and "antara" in text for text in told)
    assert len(" ".join(item.text for one in publish.brief(few).sections for item in one.items).split()) <= 480
    assert not [text for text in who(study) if "mutu" in text]


def test_of_a_withheld_unit_the_brief_tells_no_index(study):
    few = of_units(study, *UNITS[:2])
    withheld = dict.fromkeys((frozenset({("wave", "2025"), ("unit", unit)}) for unit in UNITS[:1]), "linked")
    kept = SimpleNamespace(**{**vars(few), "plan": replace(few.plan, withheld=withheld)})
    assert [text.split(":")[0] for text in who(kept) if "mutu" in text] == [UNITS[1]]
    all_withheld = dict.fromkeys((frozenset({("wave", "2025"), ("unit", unit)}) for unit in UNITS[:2]), "linked")
    none = SimpleNamespace(**{**vars(few), "plan": replace(few.plan, withheld=all_withheld)})
    assert not [text for text in who(none) if "mutu" in text or "ditampilkan" in text]
