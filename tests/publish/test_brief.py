"""The brief of the made-up city: short, every finding allowed to be shown, nothing said that the plan withholds."""

import dataclasses
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import codebook, example, oversight, publish, words


@pytest.fixture(scope="module")
def study():
    """The respondents of the example as they come back from the workbooks, without opening any."""
    responses = example.expected(example.city.draw(example.truth.load()))
    responses = responses.assign(rule="2017", respondent=range(len(responses)))
    counts = oversight.cell_counts(responses, publish.dimensions(responses.columns))
    return SimpleNamespace(
        responses=responses, recaps=pd.DataFrame(), registers={}, files=pd.DataFrame({"file": [], "number": []}),
        book=codebook.load("singkawang"), plan=publish.plan(counts, made_up=True), lang="id", wave="2025",
        waves=("2023", "2024", "2025"),
    )  # fmt: skip


def in_language(study, lang):
    return SimpleNamespace(**{**vars(study), "lang": lang, "plan": dataclasses.replace(study.plan, lang=lang)})


def texts_of(brief):
    return [
        brief.lead,
        *(text for one in brief.sections for text in (one.title, *one.texts, *(item.text for item in one.items))),
    ]


@pytest.fixture(scope="module")
def briefs(study):
    """The brief in both languages, made once."""
    return {lang: publish.brief(in_language(study, lang)) for lang in words.LANGUAGES}


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_brief_fits_a_page_and_holds_what_a_council_asks(briefs, lang):
    brief = briefs[lang]
    findings, questions = brief.sections[1], brief.sections[2]
    assert len(" ".join(texts_of(brief)).split()) <= 450
    assert 3 <= len(findings.items) <= 5
    assert 1 <= len(questions.items) <= 3
    assert all(item.topic for one in brief.sections for item in one.items)
    assert len(brief.sections[-1].texts) >= 4


def test_a_finding_is_told_with_its_base_and_how_sure_it_is(briefs):
    findings = briefs["id"].sections[1].items
    compared = [item.text for item in findings if item.topic in {"sector", "district", "change", "matrix"}]
    assert compared
    assert all("n = " in text and ("Hampir pasti" in text or "Tidak ada" in text) for text in compared)


def test_what_the_plan_withholds_is_not_in_the_brief(study, briefs):
    hidden = {level for group in study.plan.withheld for column, level in group if column == "unit" and len(group) == 2}
    everything = " ".join(item.text for one in briefs["id"].sections[1:3] for item in one.items)
    assert hidden
    assert [unit for unit in hidden if unit in everything] == []


def test_a_study_without_sectors_and_rules_still_has_a_brief(study):
    bare = study.responses.drop(columns=["sector", "channel", "service"])
    counts = oversight.cell_counts(bare, publish.dimensions(bare.columns))
    brief = publish.brief(SimpleNamespace(**{**vars(study), "responses": bare, "plan": publish.plan(counts)}))
    assert brief.sections[0].items or brief.sections[1].items
    assert not any(item.topic == "sector" for one in brief.sections for item in one.items)
