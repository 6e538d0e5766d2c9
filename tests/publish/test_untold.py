"""What cannot be computed says why, and what to do, in both languages; no sentence is told of nothing."""

from dataclasses import replace
from functools import partial
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import codebook, oversight, publish, words
from analysis.oversight import Answer
from analysis.publish import listings
from analysis.publish.look import Sampled
from analysis.publish.wording import answers, finding_words, limits, numbers, topic_sentences

WHY = ("too few answers", "constant", "others constant", "overall constant", "tied answers")


def priorities(notes, why=""):
    rows = [
        {"variable": f"u{place}", "n": 0 if note == "not asked" else 120,
         "performance": np.nan if note == "not asked" else 3.2, "importance": np.nan if note else 0.4,
         "performance_low": np.nan, "performance_high": np.nan, "importance_low": np.nan, "importance_high": np.nan,
         "quadrant": "" if note else "keep up", "note": note}
        for place, note in enumerate(notes, start=1)
    ]  # fmt: skip
    facts = {"basis": "derived", "note": why, "needed": 11}
    return Answer("drivers", "2025", "random", {"unsur": pd.DataFrame(rows)}, (), facts)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_change_over_common_items_says_what_it_leaves_out_and_of_whom(make, moves, lang):
    say = partial(words.say, lang=lang)
    units = list(moves.table["level"])
    sizes = {make.cell(unit=unit): 120 for unit in units}
    sizes |= {frozenset({("wave", "2024"), ("unit", unit)}): 110 for unit in units}
    show = make.page(sizes, lang)
    judged = [level for level, verdict in zip(units, moves.table["verdict"], strict=True) if verdict]

    def told(*left_out):
        table = moves.table.assign(left_out=[*left_out, *[""] * (len(units) - len(left_out))])
        changed = replace(moves, table=table)
        return show.sentence(changed).texts, show.table(changed).notes

    u8 = show.look.item_short("u8")
    one = say("publish.change_common_items", items=u8, names=judged[0])
    every = say("publish.change_common_items", items=u8, names=say("publish.index_all_groups"))
    assert all(one in texts for texts in told("u8"))
    assert all(every in texts for texts in told(*["u8"] * len(units)))
    assert not any("U8" in text for texts in told("") for text in texts)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_units_that_surveyed_in_one_wave_only_are_named_and_not_called_too_small(make, moves, lang):
    look = make.page({}, lang).look
    once = moves.table.head(2).assign(n=[np.nan, 60], n_before=[60, np.nan], verdict="", note="one wave only")
    units = numbers.listing(sorted(once["level"]), lang)
    told = words.say("publish.change_one_wave", lang, names=units)
    counts = {make.cell(unit=name): 120 for name in moves.table["level"]}
    counts |= {frozenset({("wave", "2024"), ("unit", name)}): 110 for name in moves.table["level"]}
    show = make.page(counts, lang)
    assert show.sentence(replace(moves, table=once)).texts == (told,)
    both = pd.concat([once, moves.table.iloc[2:]])
    assert told in show.sentence(replace(moves, table=both)).texts
    assert told not in show.sentence(replace(moves, by="sector", table=both)).texts
    assert words.say("publish.nothing_to_show", lang) not in str(show.sentence(replace(moves, by="sector", table=once)))
    many = pd.concat([once.iloc[[0]].assign(level=f"Unit {at}") for at in range(6)])
    count = words.say("publish.gaps_unsure_part", lang, by=look.column("unit"), count=6)
    assert count in show.sentence(replace(moves, table=many)).texts[0]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_random_samples_beside_censuses_are_not_told_as_random_alone(make, lang):
    look = make.page({}, lang).look
    kinds = {"a": Sampled("random", "city"), "b": Sampled("census", "city")}
    told = limits.of_waves("random", replace(look, samples={"2025": kinds}), ["2025"])
    assert told == (words.say("publish.sample_limit_random_and_census", lang),)
    alone = limits.of_waves("random", replace(look, samples={"2025": {"a": kinds["a"]}}), ["2025"])
    assert alone == (words.say("publish.sample_limit_random", lang),)


def test_a_change_that_leaves_out_an_item_kept_back_is_withheld(make, moves):
    units = list(moves.table["level"])
    sizes = {make.cell(unit=unit): 120 for unit in units}
    sizes |= {frozenset({("wave", "2024"), ("unit", unit)}): 110 for unit in units}
    show = make.page(sizes)
    kept = replace(show.look.plan, kept={"u8": frozenset({make.cell(unit=units[0])})})
    show = replace(show, look=replace(show.look, plan=kept))
    changed = replace(moves, table=moves.table.assign(left_out="u8"))
    hidden = {row[0].text for row in show.table(changed).rows if row[-1].withheld}
    assert hidden == {units[0]}
    assert not any(text.startswith(units[0]) for text in show.sentence(changed).texts)
    fell = {"key": "unit_fell", "beside": "u8", "where": make.cell(unit=units[0]), "wave": "2025", "n": 120}
    assert finding_words.hidden(fell, show.look) == "kept"
    assert not finding_words.hidden(fell | {"beside": "u7"}, show.look)


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("why", WHY)
def test_priorities_that_cannot_be_computed_say_why(make, lang, why):
    show = make.page({make.cell(): 120}, lang)
    answer = priorities([why, why], why)
    told = show.sentence(answer).texts
    assert len(told) == 1
    assert told[0] == words.say(f"publish.drivers_{why.replace(' ', '_')}", lang, needed=11)
    assert show.table(answer, "unsur").rows[0][-1].text == words.say(f"publish.note_{why.replace(' ', '_')}", lang)


def test_an_element_that_nobody_was_asked_is_not_called_withheld(make):
    table = make.page({make.cell(): 120}).table(priorities(["", "not asked"]), "unsur")
    assert [row[-1].text for row in table.rows] == ["", "tidak ditanyakan"]
    assert table.rows[1][-2].text == "tidak ada"
    assert not table.rows[1][1].withheld


def filled(n):
    row = {"unit": "Unit A", "wave": "2025", "n": n, "signs": "", "note": "constant", "same_share": 1.0}
    nothing = dict.fromkeys(("same_expected", "repeated_share", "repeated_expected"), np.nan)
    return pd.DataFrame([row | nothing])


def test_rows_that_are_all_the_same_are_told_and_not_called_usual(make):
    look = make.page({make.cell(unit="Unit A"): 60}).look
    said = answers.integrity(filled(60), look).texts
    assert said == ("Unit A (2025): semua menjawab persis sama; tidak ada ragam untuk diuji (n = 60).",)
    assert listings.integrity(filled(60), look).rows[0][-1].text == "semua menjawab persis sama"
    few = make.page({make.cell(unit="Unit A"): 25}).look
    assert "persis sama" not in str(listings.integrity(filled(25), few).rows)


def test_promises_that_cannot_be_judged_are_counted(make):
    facts = {"promises": 4, "risen": 0, "fallen": 0, "same": 1, "unknown": 0, "unjudged": 3}
    answer = Answer("follow_up", "2025", "random", {"promises": pd.DataFrame()}, (), facts)
    (told,) = topic_sentences.follow_up(answer, make.page({}).look).texts
    assert told.startswith("4 janji tindak lanjut (RTL): 0 unsur naik, 0 turun, 0 belum dapat dipastikan. 1 tidak")
    assert "3 tidak dapat dinilai" in told


def test_a_brief_of_a_city_where_all_answer_alike_says_that(brief_of_fours):
    told = {item.topic: item.text for item in brief_of_fours.sections[2].items}
    assert told["unit"].startswith("Paling dikeluhkan: tidak ada; tidak seorang pun memberi nilai 1 atau 2")
    assert told["integrity"].startswith("Semua orang menjawab persis sama pada Unit 0, Unit 1")
    assert not any("0,0 dan 0,0" in text for text in told.values())


@pytest.fixture(scope="module")
def brief_of_fours():
    rows = [
        {"unit": f"Unit {unit}", "wave": "2025", "sector": "health", "owner": "city", "rule": "2017",
         "channel": ("online", "counter")[place % 2], "service": "Surat", "respondent": f"{unit}/{place}"}
        for unit in range(5) for place in range(60)
    ]  # fmt: skip
    responses = pd.DataFrame(rows).assign(**{f"u{number}": 4 for number in range(1, 10)})
    counts = oversight.cell_counts(responses, publish.dimensions(responses.columns))
    study = SimpleNamespace(
        responses=responses, recaps=pd.DataFrame(), registers={}, files=pd.DataFrame(), book=codebook.load(),
        plan=publish.plan(counts, made_up=True), lang="id", wave="2025", waves=("2025",),
    )  # fmt: skip
    return publish.brief(study)


def test_what_else_gives_a_published_figure_is_told_unless_the_unit_declared_its_weight(make):
    look = make.page({make.cell(unit="A"): 100}).look
    row = {"unit": "A", "wave": "2025", "n": 100, "published": 77.64, "published_weight": "1/9", "recomputed": 80.88,
           "index_011": 80.07, "explained": "mean rounded", "also": "rounded unsur; one decimal; scale of five",
           "grade": "B", "grade_published": "B"}  # fmt: skip
    others = "nilai unsur dibulatkan lebih dulu; diumumkan dengan satu angka desimal"
    assert answers.differs(row, look).endswith(
        f"Angka yang sama juga diperoleh dengan: {others}; jawabannya saja tidak dapat membedakan."
    )
    told = listings.reconcile(pd.DataFrame([row]), look).rows[0][-1].text
    assert told == f"rata-rata unsur dibulatkan sebelum dikalikan; atau {others}"
    declared = row | {"published_weight": "0.11", "explained": "0.11 weight", "also": "mean rounded"}
    assert "juga diperoleh" not in answers.differs(declared, look)


def test_an_index_without_an_element_names_it(make):
    row = {"wave": "2025", "n": 120, "index": 80.0, "index_011": np.nan, "low": 78.0, "high": 82.0, "grade": "B",
           "p_a": 0.0, "p_b": 1.0, "p_c": 0.0, "p_d": 0.0, "certainty": "sure", "rule": "2017", "sample": "random",
           "note": ""}  # fmt: skip
    look = make.page({make.cell(unit="A"): 120, make.cell(unit="B"): 120}).look

    def notes(*missing):
        rows = [row | {"unit": unit, "missing": one} for unit, one in zip("AB", missing, strict=True)]
        return [note for note in listings.index(pd.DataFrame(rows), look).notes if note.startswith("Tidak ditanyakan")]

    rest = "U3 (Waktu penyelesaian). Indeksnya dari unsur lain, yang tetap sama berat."
    assert notes("", "u3") == [f"Tidak ditanyakan pada B: {rest}"]
    assert notes("u3", "u3") == [f"Tidak ditanyakan pada semua yang ditampilkan: {rest}"]
    assert notes("", "") == []


def test_figures_that_nobody_declared_are_not_called_withheld(make):
    look = make.page({make.cell(unit="A"): 120}).look
    empty = pd.DataFrame(columns=["unit", "wave", "published", "recomputed", "explained"])
    assert answers.reconcile(empty, look).texts[0].startswith("Tidak ada unit yang menyatakan angka")
    (row,) = listings.reconcile(empty, look).rows
    assert [entry.text for entry in row[:2]] == ["semua unit", "tidak dinyatakan"]


def test_of_groups_that_are_all_equal_none_is_the_lowest(make):
    rows = [make.row(name, 300, 100.0, 0.0, (np.nan, np.nan), "", note="constant") for name in ("health", "education")]
    told = make.for_comparison(make.compared("sector", rows)).sentence(make.compared("sector", rows)).texts
    assert not any("angka terendah" in text for text in told)


def test_too_few_units_for_a_usual_one_are_not_said_to_lie_in_their_range(make):
    row = {"unit": "A", "n": 120, "verdict": "cannot tell", "note": "too few units", "estimate": 80.0}
    facts = {"units": 3, "needed": 5, "left_out": ""}
    answer = Answer("expected_range", "2025", "random", {"units": pd.DataFrame([row])}, (), facts)
    (told,) = topic_sentences.expected_range(answer, make.page({make.cell(unit="A"): 120}).look).texts
    assert told.startswith("Belum dapat dipastikan untuk unit mana pun: unit dengan cukup responden kurang dari 5")


@pytest.mark.parametrize(("estimate", "named"), [(74.0, True), (83.0, False)])
def test_a_unit_drawn_outside_its_range_without_a_verdict_is_named_and_the_reader_told_why(make, estimate, named):
    row = {"unit": "A", "n": 120, "verdict": "as expected", "note": "", "estimate": estimate, "limit_low": 78.0,
           "limit_high": 88.0}  # fmt: skip
    facts = {"units": 16, "needed": 5, "left_out": ""}
    answer = Answer("expected_range", "2025", "random", {"units": pd.DataFrame([row])}, (), facts)
    told = topic_sentences.expected_range(answer, make.page({make.cell(unit="A"): 120}).look)
    assert told.texts[0] == "Tidak ada unit yang dapat dipastikan berada di luar rentang harapannya."
    assert ("Di luar rentangnya, tetapi belum dapat dipastikan: A." in told.texts) is named
    assert any("setelah semua unit diperiksa sekaligus" in one and "2,5 poin" in one for one in told.limits) is named


def test_promises_of_withheld_units_are_in_no_count_but_their_own(make):
    rows = [
        {"unit": unit, "wave": "2024", "item": "u3", "variable": "u3", "checked": "2025", "n": n, "before": 2.9,
         "estimate": 2.9, "difference": 0.0, "low": -0.1, "high": 0.1, "verdict": verdict, "note": ""}
        for unit, n, verdict in (("A", 90, "no difference that matters"), ("B", 6, "no difference that matters"))
    ]  # fmt: skip
    facts = {"promises": 2, "risen": 0, "fallen": 0, "same": 2, "unknown": 0, "unjudged": 0}
    answer = Answer("follow_up", "2025", "random", {"promises": pd.DataFrame(rows)}, (), facts)
    counts = {make.cell(unit="A"): 90, make.cell(unit="B"): 6, frozenset({("wave", "2024"), ("unit", "A")}): 90}
    (told,) = make.page(counts).sentence(answer).texts
    assert "1 tidak berubah secara berarti. 1 tidak ditampilkan, karena unitnya tidak ditampilkan." in told
