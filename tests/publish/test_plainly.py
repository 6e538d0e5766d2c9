"""Where there is little to tell: no empty table, no empty picture, no fact that nobody declared."""

# ruff: noqa: RUF001  (the dash of a range is what is tested)

import math
from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import oversight, words
from analysis.oversight import Answer
from analysis.pages import gate
from analysis.publish.look import Sampled
from analysis.publish.wording import coverage, limits, remarks

FOUND = (
    "rank", "key", "subject", "beside", "unit", "sector", "wave", "where", "n", "estimate", "difference", "low",
    "high", "sample", "officer", "komisi", "example_officer", "question", "supports",
)  # fmt: skip


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("rows", [[], [{"n": 4, "key": "unit_low", "where": frozenset(), "example_officer": False}]])
def test_without_findings_sentence_and_table_say_so_whether_none_was_found_or_none_may_be_shown(make, lang, rows):
    answer = Answer("findings", "2025", "random", {"findings": pd.DataFrame(rows, columns=list(FOUND))})
    show = make.page({make.cell(): 60}, lang)
    none = words.say("publish.brief_no_findings", lang)
    assert show.sentence(answer).texts == (none,)
    table = show.table(answer)
    assert [{entry.text for entry in row[1:]} for row in table.rows] == [{none}]
    assert f'colspan="{len(table.headings) - 1}"' in table._repr_html_()


def covered(**notes):
    """Return coverage of units, each a walk-in sample, with the remark that oversight leaves on each."""
    rows = [
        {"unit": name, "wave": "2025", "must": None, "surveyed": True, "n": 60, "users": math.nan, "needed": math.nan,
         "sample": "walk-in", "note": note}
        for name, note in notes.items()
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.mark.parametrize(("lang", "told"), [("id", "tidak dinyatakan di 2 unit"), ("en", "not declared in 2 units")])
def test_how_respondents_were_chosen_is_not_told_as_a_fact_where_nobody_declared_it(make, lang, told):
    show = make.page({make.cell(unit=name): 60 for name in "abc"}, lang)
    table = covered(a="", b="undeclared", c="undeclared")
    chosen = show.sentence(table).texts[-1]
    assert told in chosen
    assert show.look.say("coverage_kind", 1, kind=show.look.level("sample", "walk-in")) in chosen
    assert [row[-1].text for row in show.table(table).rows] == [
        show.look.level("sample", "walk-in"), *[words.say("publish.not_declared", lang)] * 2
    ]  # fmt: skip


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_wave_without_a_name_is_called_all_waves(make, lang):
    show, every = make.page({frozenset({("unit", "a")}): 60}, lang), words.say("publish.of_all_waves", lang)
    table = covered(a="").assign(wave="")
    assert all(every in text for text in show.sentence(table).texts)
    assert every in show.chart(table).caption


SURVEYS = pd.DataFrame({"unit": ["a", "b"], "wave": ["2025", "2025"], "sample": ["walk-in", ""]})


def test_what_the_register_does_not_say_of_a_unit_is_known_of_it_whatever_else_is_remarked(make, monkeypatch):
    table = covered(a="recap only", b="recap only", c="users below respondents").assign(owner="city")
    monkeypatch.setattr(oversight, "coverage", lambda _: table)
    study = SimpleNamespace(responses=table, registers={"surveys": SURVEYS})
    declared = {name: one.declared for name, one in limits.sampled(study)["2025"].items()}
    assert declared == {"a": True, "b": False, "c": False}
    look = replace(make.page({}).look, samples=limits.sampled(study))
    assert "tidak dinyatakan di 2 unit" in coverage.coverage(table, look).texts[-1]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_units_that_declared_fewer_users_than_respondents_are_named_with_their_waves(make, monkeypatch, lang):
    table = pd.concat([covered(a="", b="", c="").assign(owner="city", wave=wave, users=users)
                       for wave, users in (("2024", [40, 60, 59]), ("2025", [40, 61, math.nan]))])  # fmt: skip
    monkeypatch.setattr(oversight, "coverage", lambda _: table)
    study = SimpleNamespace(responses=table, registers={})
    counts = {make.cell(unit=name): 60 for name in "abc"}
    counts |= {frozenset({("wave", "2024"), ("unit", name)}): n for name, n in (("a", 60), ("b", 60), ("c", 4))}
    show = make.page(counts, lang)
    look, key = replace(show.look, samples=limits.sampled(study)), "sample users below respondents"
    both = "a (2024 dan 2025)" if lang == "id" else "a (2024 and 2025)"
    name = "publish.remark_sample_users_below_respondents"
    assert remarks.remarks([key], look) == (words.say(f"{name}_at", lang, units=both),)
    assert remarks.remarks([key], show.look) == (words.say(name, lang),)
    now = table[table["wave"].eq("2025")]
    below = words.say("publish.coverage_below", lang, wave="2025", names="a")
    assert coverage.coverage(now, look).texts[-1] == below
    row = replace(show, look=look).table(now.assign(needed=[math.nan, 53, math.nan])).rows[0]
    assert [one.text for one in row[4:6]] == ["40", words.say("publish.no_figure", lang)]


def looks(make, lang="id", **declared):
    samples = {"2025": {name: Sampled("walk-in", "city", told) for name, told in declared.items()}}
    return replace(make.page({}, lang).look, samples=samples)


def test_limits_say_that_nobody_declared_how_respondents_were_chosen_once(make):
    look, silent = looks(make, a=False, b=False), "Cara memilih responden tidak dinyatakan; dibaca"
    assert [text.startswith(silent) for text in limits.of_waves("walk-in", look, ["2025"])] == [True]
    table = pd.DataFrame({"sector": ["health"], "wave": ["2025"], "sample": ["walk-in"]})
    assert [text.startswith(silent) for text in limits.of_table(table, look)] == [True]
    assert remarks.remarks(["sample undeclared"], look) == ()
    some = looks(make, a=False, b=True)
    kinds = limits.of_waves("walk-in", some, ["2025"])
    assert [text.partition(" (1 dari 2 unit")[0] for text in kinds] == ["Pada a", "Pada b"]
    assert "cara memilih responden tidak dinyatakan" in kinds[0]
    assert remarks.remarks(["sample undeclared"], some)[0].startswith("Tidak setiap unit menyatakan")
    assert not limits.of_waves("walk-in", looks(make, a=True), ["2025"])[0].startswith(silent)


def test_one_unit_is_told_of_in_the_singular(make):
    samples = {
        "2025": {"a": Sampled("walk-in", "city"), "b": Sampled("random", "city"), "c": Sampled("random", "city")}
    }
    look = replace(make.page({}, "en").look, samples=samples)
    assert "figures that include this unit hold" in limits.of_waves("walk-in", look, ["2025"])[0]
    samples["2025"]["b"] = Sampled("walk-in", "city")
    assert "figures that include these units hold" in limits.of_waves("walk-in", look, ["2025"])[0]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_of_one_unit_the_average_is_its_own_and_not_the_citys(make, sectors, lang):
    page = make.for_comparison(sectors, lang)
    city, own = page.look.whole(), words.say("publish.whole_of_unit", lang, unit="Dinas A")
    both = {"2025": {"Dinas A": Sampled("random", "city"), "Polres": Sampled("random", "vertical")}, "2024": {
        "Dinas A": Sampled("random", "city"), "Dinas B": Sampled("random", "city")}}  # fmt: skip
    look = replace(page.look, samples=both)
    assert [look.whole("sector", "2025"), look.whole(wave="2024"), look.whole("sector")] == [own, city, city]
    assert look.whole("channel", "2025") == page.look.whole("channel")
    agencies = {"2025": {name: Sampled("random", "vertical") for name in ("Polres", "BPN")}}
    assert replace(page.look, samples=agencies).whole("sector", "2025") == words.say("publish.whole", lang)
    show = replace(page, look=look)
    assert own in str(show.sentence(sectors))
    assert city not in str(show.sentence(sectors)) + str(show.table(sectors).notes) + show.chart(sectors).alt


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize(("note", "said"), [("not at the same mix", True), ("one service", False)])
def test_groups_that_could_not_be_held_at_the_same_services_are_told_as_answered(make, districts, lang, note, said):
    apart = replace(districts, basis="as answered", mix=(), notes=(note,))
    texts = make.for_comparison(apart, lang).sentence(apart).texts
    answered = words.say("publish.basis_as_answered", lang)
    assert any(text.endswith(f"{answered}.") for text in texts) == said


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_column_at_the_same_mix_is_headed_by_what_was_held_equal(make, districts, moves, lang):
    show = make.for_comparison(districts, lang)
    say = partial(words.say, lang=lang)
    assert say("publish.head_same_mix") in [one.text for one in show.table(districts).headings]
    sector = show.look.column("sector")
    told = [one.text for one in show.table(replace(districts, mix=("sector",))).headings]
    assert say("publish.head_same_mix_of", mix=sector) in told
    changed = replace(moves, basis="same mix", mix=("channel",), table=moves.table.assign(mix_low=0.0, mix_high=1.0))
    told = [one.text for one in show.table(changed).headings]
    assert say("publish.head_change_mix_of", mix=show.look.column("channel")) in told


def mark(name, items, n, note=""):
    return {"mark": name, "items": items, "n": n, "estimate": 3.1, "low": 2.9, "high": 3.3, "low_answers": 9.0,
            "note": note}  # fmt: skip


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_share_of_low_answers_that_is_too_uncertain_is_told_of_no_mark_and_of_no_group(make, lang):
    rows = [mark(name, "u9", 40) | {"estimate": at, "low_answers_low": 4.0, "low_answers_high": high}
            for name, at, high in (("m1", 3.0, 34.5), ("m2", 3.2, 33.5))]  # fmt: skip
    answer = Answer("marks", "2025", "random", {"marks": pd.DataFrame(rows)})
    show, vague = make.page({make.cell(): 40}, lang), words.say("publish.too_vague", lang)
    told = [row[-1].text for row in show.table(answer, "marks").rows]
    assert told == [vague, "9%"]
    lowest, highest = show.sentence(answer).texts
    assert words.say("publish.low_answers_vague", lang) in lowest
    assert "9" in highest
    group = {"by": "sex", "level": "female", "n": 40, "estimate": 80.0, "difference": 0.1, "mix_difference": np.nan,
             "low": -3.0, "high": 3.0, "verdict": "", "note": ""} | {
        name: rows[0][name] for name in rows[0] if name.startswith("low_answers")
    }  # fmt: skip
    tables = {"gaps": pd.DataFrame([group])}
    gaps = make.page({make.cell(sex="female"): 40}, lang).table(Answer("equity", "2025", "random", tables), "gaps")
    assert vague in [one.text for one in gaps.rows[0]]


@pytest.mark.parametrize("part", ["marks", "aims"])
@pytest.mark.parametrize(("n", "told"), [(29, ["tidak ditampilkan (di bawah 30 orang)", "2,90 – 3,30"]),
                                         (30, ["2,90 – 3,30", "2,90 – 3,30"])])  # fmt: skip
def test_the_range_of_a_mark_of_one_item_is_hidden_of_as_few_people_as_that_of_the_item(make, part, n, told):
    rows = [mark("m1", "u9", n, "one item"), mark("m2", "u2 u3", n)]
    answer = Answer("marks", "2025", "random", {part: pd.DataFrame(rows)})
    table = make.page({make.cell(): n}).table(answer, part)
    at = [one.text for one in table.headings].index("rentang")
    assert [row[at].text for row in table.rows] == told


def priorities(n):
    rows = [
        {"variable": name, "n": n, "performance": 3.1, "performance_low": 3.05, "performance_high": 3.15,
         "importance": 0.46, "importance_low": 0.41, "importance_high": 0.5, "quadrant": quadrant, "note": ""}
        for name, quadrant in (("u3", "concentrate here"), ("u6", "keep up"))
    ]  # fmt: skip
    facts = {"basis": "derived", "note": "", "needed": 11}
    return Answer("drivers", "2025", "random", {"unsur": pd.DataFrame(rows)}, (), facts)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_of_few_people_it_is_not_told_what_comes_first_but_why(make, lang):
    show = make.page({make.cell(): 29}, lang)
    assert show.sentence(priorities(29)).texts == (words.say("publish.drivers_few", lang, few=30),)
    table = show.table(priorities(29), "unsur")
    assert words.say("publish.head_quadrant", lang) not in [one.text for one in table.headings]
    assert {row[-1].text for row in table.rows} == {words.say("publish.no_range_few", lang, few=30)}
    enough = make.page({make.cell(): 30}, lang)
    assert "U3" in enough.sentence(priorities(30)).texts[0]
    assert [one.text for one in enough.table(priorities(30), "unsur").headings][-1] == words.say(
        "publish.head_quadrant", lang
    )


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_importance_is_told_with_its_range_and_an_order_as_far_as_ranges_allow(make, lang):
    show, answer = make.page({make.cell(): 120}, lang), priorities(120)
    said = answer.table.assign(quadrant="cannot tell")
    doubtful = replace(answer, tables={"unsur": said})
    row = [one.text for one in show.table(answer, "unsur").rows[0]]
    told = ("3,10 (3,05 – 3,15)", "0,46 (0,41 – 0,50)") if lang == "id" else (
        "3.10 (3.05 – 3.15)", "0.46 (0.41 – 0.50)")  # fmt: skip
    assert told == (row[2], row[3])
    unsure = words.say("publish.drivers_unsure", lang)
    assert unsure not in show.sentence(answer).texts
    assert show.sentence(doubtful).texts[0] == unsure
    assert show.table(doubtful, "unsur").rows[0][4].text == words.say("publish.verdict_unsure", lang)
    low = replace(answer, tables={"unsur": answer.table.assign(quadrant=["low score", "cannot tell"])})
    assert "U3" in show.sentence(low).texts[1]
    assert show.table(low, "unsur").rows[0][4].text == words.say("publish.word_low_score", lang)
    few = make.page({make.cell(): 29}, lang).table(priorities(29), "unsur").rows[0]
    assert few[2].text == ("3,10" if lang == "id" else "3.10")


def course(limit):
    rows = [
        {"period": f"2025-0{month}", "n": 40, "estimate": 80.0, "low": 78.0, "high": 82.0, "centre": limit,
         "limit_low": limit, "limit_high": limit, "outside": False, "note": ""}
        for month in range(1, 4)
    ]  # fmt: skip
    facts = {"points": 3, "step": "", "step_size": math.nan, "note": "too few points" if math.isnan(limit) else ""}
    return Answer("run_chart", "", "random", {"points": pd.DataFrame(rows)}, (), facts)


def test_without_limits_nothing_is_said_of_what_lies_beyond_them(make):
    show = make.page({})
    table, figure = show.table(course(math.nan), "points"), show.chart(course(math.nan))
    assert [one.text for one in table.headings][-1] == "rentang"
    assert figure.notes == ()
    assert "batas" not in figure.alt
    assert [one.text for one in show.table(course(80.0), "points").headings][-1] == "di luar batas"
    assert show.chart(course(80.0)).notes


def withheld_of_each_kind(make, sectors, cells, moves):
    """Return results of which the plan withholds every group, one of each kind that is drawn."""
    gap = {"by": "sex", "level": "male", "n": 4, "estimate": 80.0, "difference": 1.0, "mix_difference": 1.0,
           "low": 0.0, "high": 2.0, "verdict": "cannot tell", "note": ""}  # fmt: skip
    unit = {"unit": "Unit A", "n": 4, "estimate": 80.0, "expected": 80.0, "difference": 0.0, "limit_low": 78.0,
            "limit_high": 82.0, "verdict": "as expected", "note": ""}  # fmt: skip
    index = {"unit": "Unit A", "wave": "2025", "n": 4, "index": 80.0, "index_011": 79.0, "low": 78.0, "high": 82.0,
             "grade": "B", "rule": "2017", "sample": "walk-in"}  # fmt: skip
    item = {"variable": "u1", "n": 4, "estimate": 3.0, "low": 2.9, "high": 3.1, "low_share": 0.1, "note": ""}
    complaints = {
        "units": pd.DataFrame([{"unit": "", "n": 4, "closed": 4, "late": 0, "open": 0, "overdue": 0, "left_out": 0}]),
        "curve": pd.DataFrame({"days": [1.0], "open_share": [0.5]}),
    }
    few = replace(course(80.0), tables={"points": course(80.0).table.assign(n=4)})
    return {
        "comparison": replace(sectors, table=sectors.table.assign(n=4)),
        "matrix": replace(cells, table=cells.table.assign(n=4)),
        "change": replace(moves, table=moves.table.assign(n=4)),
        "coverage": covered(a="").assign(n=4),
        "index": pd.DataFrame([index]),
        "unsur": pd.DataFrame([item]),
        "gaps": Answer("equity", "2025", "random", {"gaps": pd.DataFrame([gap]), "not_asked": pd.DataFrame()}),
        "expected": Answer("expected_range", "2025", "random", {"units": pd.DataFrame([unit])}, (), {"units": 1}),
        "run_chart": few,
        "complaints": Answer("complaints", "2025", "census", complaints, (), {"last_day": "2025-10-27"}),
    }


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_where_every_value_is_withheld_no_picture_is_drawn_but_that_is_said(make, sectors, cells, moves, lang):
    show = make.page({}, lang)
    none = words.say("publish.nothing_to_show", lang)
    results = withheld_of_each_kind(make, sectors, cells, moves)
    figures = {name: show.chart(one, unit="Unit A") for name, one in results.items()}
    figures["ranks"] = show.ranks(results["comparison"])
    figures["map"] = show.map(replace(results["comparison"], by="district"))
    assert {name: (one.svg, one.alt) for name, one in figures.items()} == dict.fromkeys(figures, (b"", none))
    for one in figures.values():
        assert one._repr_html_() == f'<p class="note">{one.caption}. {none}</p>'
        assert not gate._in_markup(one._repr_html_())


def test_what_is_shown_but_cannot_be_drawn_is_not_called_withheld(make, sectors):
    rows = [make.row("health", 300, 100.0, math.nan, (math.nan, math.nan), "", note="constant")]
    result = make.compared("sector", rows)
    figure = make.for_comparison(result).chart(result)
    assert (figure.svg, figure.alt) == (b"", words.say("publish.nothing_to_draw", "id"))


def test_a_caption_has_a_capital_though_the_name_of_a_measure_comes_first(make, sectors, cells, cell_counts):
    index = pd.DataFrame(columns=["unit", "wave", "n", "index", "index_011", "low", "high", "grade", "rule", "sample"])
    made = (make.for_comparison(sectors, "en"), sectors), (make.page(cell_counts, "en"), cells)
    shown = [form(one) for show, one in made for form in (show.table, show.chart)]
    shown += [make.page({}, "en").table(index)]
    assert {one.caption[:4] for one in shown} == {"User"}


def test_of_one_units_table_no_other_unit_is_told_how_it_chose_respondents(make):
    samples = {"2025": {"a": Sampled("random", "city"), "b": Sampled("census", "city")}}
    look = replace(make.page({}).look, samples=samples)
    one = pd.DataFrame({"unit": ["a"], "wave": ["2025"], "sample": ["random"]})
    assert limits.of_table(one, look) == ("Responden dipilih acak; rentang menunjukkan goyangan sampel.",)
    every = one.drop(columns="unit").assign(sector="health")
    assert "semua pengguna ditanya" in limits.of_table(every, look)[0]
