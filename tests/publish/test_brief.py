"""The brief of the made-up city: short, every finding allowed to be shown, nothing said that the plan withholds."""

import copy
import dataclasses
import re
from functools import partial
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
    findings, also, questions = brief.sections[1:4]
    assert len(" ".join(texts_of(brief)).split()) <= 560
    assert {"change", "unit"} <= {item.topic for item in (*findings.items, *also.items)}
    assert 3 <= len(findings.items) <= 5
    assert 1 <= len(questions.items) <= 3
    assert all(item.topic for one in brief.sections for item in one.items)
    assert len(brief.sections[-1].texts) >= 3


def test_a_finding_is_told_with_its_base_and_how_sure_it_is(briefs):
    findings = briefs["id"].sections[1].items
    compared = [item.text for item in findings if item.topic in {"sector", "district", "change", "matrix"}]
    assert compared
    assert all("n = " in text for text in compared)
    sure = " ".join((*briefs["id"].sections[1].texts, *compared))
    assert "hampir pasti" in sure.lower()
    assert sure.count("cukup besar untuk berarti") <= 1


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_brief_says_what_changed_by_which_rule(briefs, lang):
    (told,) = [item.text for item in briefs[lang].sections[2].items if item.topic == "change"]
    assert told.startswith({"id": "Dari 2024 ke 2025, ", "en": "From 2024 to 2025, "}[lang])
    assert told.endswith({"id": "; aturan sama (2017).", "en": "; the same rule (2017)."}[lang])


def test_a_register_gives_the_brief_a_line_and_its_lack_takes_it_away(study):
    complaints = pd.DataFrame({
        "unit": ["Bapenda Contoh"] * 12, "received": ["2025-01-02"] * 12, "closed": ["2025-01-05"] * 11 + [""],
        "channel": "loket", "topic": "antrean", "status": ["selesai"] * 11 + [""], "deadline_days": 5,
    })  # fmt: skip
    with_one = publish.brief(SimpleNamespace(**{**vars(study), "registers": {"complaints": complaints}}))
    lines = {item.topic: item.text for one in with_one.sections for item in one.items}
    assert lines["complaints"].startswith("12 pengaduan diterima, 11 selesai")
    assert "tidak dapat dihitung" not in lines["complaints"]
    complaints.loc[0, "closed"] = "2024-12-05"  # before it came in
    with_doubt = publish.brief(SimpleNamespace(**{**vars(study), "registers": {"complaints": complaints}}))
    lines = {item.topic: item.text for one in with_doubt.sections for item in one.items}
    assert lines["complaints"].startswith("12 pengaduan diterima, 10 selesai")
    assert "1 masih terbuka" in lines["complaints"]
    assert "1 pengaduan tidak dapat dihitung" in lines["complaints"]
    without = publish.brief(study)
    assert not [item for one in without.sections for item in one.items if item.topic in {"complaints", "training"}]


def test_what_the_plan_withholds_is_not_in_the_brief(study, briefs):
    hidden = {level for group in study.plan.withheld for column, level in group if column == "unit" and len(group) == 2}
    everything = " ".join(item.text for one in briefs["id"].sections[1:4] for item in one.items)
    assert hidden
    assert [unit for unit in hidden if unit in everything] == []


def test_a_study_without_sectors_and_rules_still_has_a_brief(study):
    bare = study.responses.drop(columns=["sector", "channel", "service"])
    counts = oversight.cell_counts(bare, publish.dimensions(bare.columns))
    brief = publish.brief(SimpleNamespace(**{**vars(study), "responses": bare, "plan": publish.plan(counts)}))
    assert brief.sections[0].items or brief.sections[1].items
    assert not any(item.topic == "sector" for one in brief.sections for item in one.items)


def test_the_brief_tells_of_the_one_door_and_of_online_and_counter(study):
    book = study.book.model_copy(update={"units": (
        *study.book.units,
        codebook.Unit(name="Mal Pelayanan Contoh", sector="licensing", one_stop=True),
    )})  # fmt: skip
    brief = publish.brief(SimpleNamespace(**{**vars(study), "book": book}))
    told = [item.text for one in brief.sections[1:3] for item in one.items if item.topic == "channel"]
    (one_door,) = [text for text in told if text.startswith("Pelayanan satu pintu: ")]
    assert "untuk layanan yang sama" in one_door
    assert len(told) == 2


@pytest.mark.parametrize(("lang", "clause"), [("id", "bila yang mengisi"), ("en", "if they are like other")])
def test_the_condition_of_a_range_is_told_once_among_findings_and_lines(briefs, lang, clause):
    everything = " ".join(item.text for one in briefs[lang].sections[1:3] for item in one.items)
    assert everything.count(clause) <= 1


ASKED = ("findings", "unsur", "coverage", "change", "initiatives", "training", "complaints", "follow_up", "integrity")
BASES = ("n", "n_before", "n_a", "n_b")


def groups_of(row, result):
    """Return what groups a row of any result is about, one for each wave that it holds side by side."""
    if "where" in row:
        return [row["where"]]
    unit = row.get("unit", row.get("level"))
    waves = {row.get("wave"), row.get("checked")}
    if not isinstance(result, pd.DataFrame):
        facts = getattr(result, "facts", {})
        waves |= {result.wave, getattr(result, "before", None), facts.get("before")}
    return [frozenset({("unit", str(unit)), ("wave", str(one))}) for one in waves if one]


def disturbed(result, plan, *, shown):
    """Return a result of oversight with other figures and verdicts of the groups that are withheld, or ``shown``."""

    def other(table):
        if not {"where", "unit", "level"} & set(table.columns):
            return table
        rows = [
            any(one in plan.withheld for one in groups_of(row, result)) != shown for row in table.to_dict("records")
        ]
        changed = table.copy()
        for name in table.columns:
            if name not in BASES and pd.api.types.is_float_dtype(table[name]):
                changed.loc[rows, name] = table.loc[rows, name] * 0.83 - 0.37
            elif name in {"verdict", "signs"}:
                changed.loc[rows, name] = {"verdict": "higher", "signs": "repeated"}[name]
        return changed

    if isinstance(result, pd.DataFrame):
        return other(result)
    changed = copy.copy(result)
    for name in {"table", "tables"} & set(vars(result)):
        held = getattr(result, name)
        new = {part: other(one) for part, one in held.items()} if name == "tables" else other(held)
        object.__setattr__(changed, name, new)
    return changed


@pytest.fixture
def small(study):
    """The study with registers, in which a unit that was trained, promised and got complaints is small."""
    few, lone = "Puskesmas Contoh Selatan", "Dishub Contoh"
    rows = study.responses
    drop = [rows.index[rows["unit"].eq(unit) & rows["wave"].eq("2025")][8:] for unit in (few, lone)]
    rows = rows.drop(index=drop[0].union(drop[1])).reset_index(drop=True)
    counts = oversight.cell_counts(rows, publish.dimensions(rows.columns))
    named = ["Kantor Camat Contoh", "Dinas Pendidikan Contoh", few, lone]
    registers = {
        "training": pd.DataFrame({"unit": named, "wave": "2025", "hours": [24, 32, 40, 16]}),
        "plans": pd.DataFrame({"unit": [*named, "RSUD Contoh"], "wave": "2024", "item": "u3", "program": "loket",
                               "due": "", "owner": "", "status": "Selesai"}),
        "complaints": pd.DataFrame({"unit": [few] * 4 + ["RSUD Contoh"] * 20, "received": "2025-01-02",
                                    "closed": "2025-02-05", "channel": "loket", "topic": "antrean",
                                    "status": "selesai", "deadline_days": 5}),
    }  # fmt: skip
    door = codebook.Unit(name="Mal Pelayanan Contoh", sector="licensing", one_stop=True)
    book = study.book.model_copy(update={"units": (*study.book.units, door)})
    plan = publish.plan(counts, made_up=True)
    assert {one for group in plan.withheld for name, one in group if name == "unit"} >= {few, lone}
    return SimpleNamespace(**{**vars(study), "responses": rows, "registers": registers, "plan": plan, "book": book})


def test_no_byte_of_the_brief_moves_with_the_figures_of_withheld_groups_and_some_do_with_others(small, monkeypatch):
    real, answered, told = {name: getattr(oversight, name) for name in ASKED}, {}, []
    for change in (None, False, True):  # nothing, what is withheld, what is shown

        def ask(*args, _name, _change=change, **more):
            if _name not in answered:  # oversight is asked once: it takes most of the time
                answered[_name] = real[_name](*args, **more)
            result = answered[_name]
            return result if _change is None else disturbed(result, small.plan, shown=_change)

        for name in ASKED:
            monkeypatch.setattr(oversight, name, partial(ask, _name=name))
        told.append(publish.brief(small))
    as_it_is, others, other_shown = map(texts_of, told)
    assert {"change", "training", "complaints"} <= {item.topic for item in told[0].sections[2].items}
    assert others == as_it_is
    (one_door,) = [text for text in as_it_is if text.startswith("Pelayanan satu pintu: ")]
    assert re.search(r"n = \d+\)", one_door)  # of the other side, which adds up units, none is told
    assert sum(a != b for a, b in zip(other_shown, as_it_is, strict=False)) > 5
