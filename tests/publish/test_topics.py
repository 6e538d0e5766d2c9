"""Findings, registers and other answers: words for every kind, nothing small in them."""

# ruff: noqa: RUF001  (the true minus sign is what is tested)

import math
from dataclasses import replace

import pandas as pd
import pytest

from analysis import codebook, words
from analysis.oversight import Answer
from analysis.oversight.hearing.findings import QUESTIONS
from analysis.publish.brief import TOPICS
from analysis.publish.wording import finding_words, topic_sentences


def found(key, **more):
    row = {
        "rank": 1, "key": key, "subject": "Unit A", "beside": "", "unit": "Unit A", "sector": "health", "wave": "2025",
        "where": frozenset({("wave", "2025"), ("unit", "Unit A")}), "n": 120, "estimate": 80.0, "difference": -4.1,
        "low": -6.3, "high": -1.9, "sample": "random", "officer": "", "komisi": "", "example_officer": False,
        "question": QUESTIONS[key],
    }  # fmt: skip
    return row | more


SUBJECTS = {
    "sector": {"subject": "health"}, "district": {"subject": "Singkawang Timur"}, "channel": {"subject": "counter"},
    "cell": {"subject": "Singkawang Timur", "beside": "health"}, "group": {"subject": "yes", "beside": "disability"},
    "element": {"subject": "u3", "difference": -0.31}, "promise": {"beside": "u3"},
    "promise_unseen": {"beside": "u3"},
    "published": {"beside": "0.11 weight", "estimate": 88.39, "difference": 0.88, "published": 87.51,
                  "grade_published": "B", "grade": "A"},
}  # fmt: skip


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("key", sorted(QUESTIONS))
def test_every_kind_of_finding_has_its_sentence_its_certainty_and_its_question(make, key, lang):
    look = make.page({make.cell(unit="Unit A"): 120}, lang).look
    row = found(key, **SUBJECTS.get(key, {}))
    for text in (
        finding_words.finding(row, look),
        finding_words.certainty(row, look, 2.5),
        finding_words.question(row, look),
    ):
        assert text[-1] in ".?"
        assert "{" not in text
    assert key in TOPICS


def test_a_finding_is_told_as_it_is(make):
    look = make.page({make.cell(unit="Unit A"): 120}).look
    assert finding_words.finding(found("unit_fell"), look) == (
        "Unit A turun dari gelombang sebelumnya (selisih 4,1 poin; diperkirakan antara 1,9 dan 6,3; n = 120)."
    )
    assert finding_words.certainty(found("unit_fell"), look, 2.5) == (
        "Hampir pasti berbeda; apakah lebih dari 2,5 poin belum pasti."
    )
    assert finding_words.certainty(found("unit_fell", low=-6.3, high=-2.6), look, 2.5) == (
        "Hampir pasti, dan cukup besar untuk berarti."
    )


def test_of_a_census_no_finding_is_called_almost_sure(make):
    look = make.page({make.cell(unit="Unit A"): 120}).look
    for key in ("district", "element"):
        sure = found(key, **SUBJECTS[key], sample="census", low=-4.0, high=-4.0)
        assert finding_words.certainty(sure, look, 2.5) == "Tidak ada goyangan sampel."
        assert "pasti" in finding_words.certainty(sure | {"low": -5.0}, look, 2.5)


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize(("unheld", "same"), [("", True), ("one service", True), ("not at the same mix", False)])
def test_a_finding_is_told_for_the_same_services_only_where_these_were_held_equal(make, lang, unheld, same):
    counts = {make.cell(district="Singkawang Timur"): 120, make.cell(disability="yes"): 120}
    look, claim = make.page(counts, lang).look, {"id": "layanan yang sama", "en": "the same services"}[lang]
    for key in ("district", "group"):
        row = found(key, **SUBJECTS[key], unheld=unheld, question=QUESTIONS[key])
        for text in (finding_words.finding(row, look), finding_words.question(row, look)):
            assert (claim in text) == same


def test_a_published_figure_is_told_with_what_explains_it_and_its_grades(make):
    look = make.page({make.cell(unit="Unit A"): 120}).look
    assert finding_words.finding(found("published", **SUBJECTS["published"]), look) == (
        "Unit A (2025) mengumumkan 87,51 (bobot 0,11); dengan 1/9 menjadi 88,39. "
        "Mutu yang diumumkan B; menurut hitungan ulang A."
    )
    off = found("published", **SUBJECTS["published"] | {"published": 3.2, "grade_published": ""})
    assert "Mutu yang diumumkan" not in finding_words.finding(off, look)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_table_of_officers_that_names_an_unknown_unit_is_told(make, lang):
    look = make.page({make.cell(unit="Unit A"): 120}, lang).look
    told = Answer("findings", "2025", "random", {"findings": pd.DataFrame([found("unit_low")])})
    assert finding_words.table(told, look).notes == ()
    (note,) = finding_words.table(replace(told, facts={"unknown_officers": ("Dinas Hilang",)}), look).notes
    assert "Dinas Hilang" in note
    assert ("buku kode" if lang == "id" else "codebook") in note


@pytest.mark.parametrize(
    ("more", "asked"), [({}, "belum disebut di buku kode"), ({"unit": "", "sector": ""}, "semua unit")]
)
def test_whom_to_ask_is_never_an_empty_cell(make, more, asked):
    """Nobody is named for a finding about all units, nor for a unit that the codebook does not know yet."""
    look = make.page({make.cell(unit="Unit A"): 120}).look
    rows = [found("unit_low", officer="transport", komisi="Komisi I"), found("unit_fell", **{"officer": "", **more})]
    told = finding_words.table(Answer("findings", "2025", "random", {"findings": pd.DataFrame(rows)}), look)
    assert [row[-1].text for row in told.rows] == ["Kepala dinas perhubungan", asked]


def test_of_a_codebook_without_officers_no_column_is_left_for_them(make):
    book = codebook.load().model_copy(update={"officers": ()})
    look = make.page({make.cell(unit="Unit A"): 120}, book=book).look
    rows = pd.DataFrame([found("unit_low", officer="", komisi="")])
    told = finding_words.table(Answer("findings", "2025", "random", {"findings": rows}), look)
    assert [one.text for one in told.headings] == ["tentang", "pertanyaan"]


def test_a_finding_about_a_withheld_group_is_not_told(make):
    look = make.page({make.cell(unit="Unit A"): 120, make.cell(unit="Unit B"): 9}).look
    small = found("unit_fell", subject="Unit B", where=frozenset({("wave", "2025"), ("unit", "Unit B")}), n=9)
    table = pd.DataFrame([small, found("unit_low"), found("missing", n=0)])
    assert [row["key"] for row in finding_words.seen(table, look)] == ["unit_low", "missing"]


def register(**counts):
    rows = [{"unit": "", "n": sum(counts.values())}, *({"unit": name, "n": n} for name, n in counts.items())]
    rest = {"per_thousand": 1.0, "closed": 1, "late": 2, "open": 0, "overdue": 1, "in_time": 0.5, "median_days": 12.0}
    rest["left_out"] = 0
    units = pd.DataFrame([rest | {"closed": row["n"], "note": ""} | row for row in rows])
    curve = pd.DataFrame({"days": [1.0, 5.0], "open_share": [0.8, 0.4]})
    facts = {"last_day": "2025-10-27", "limit_days": 14}
    return Answer("complaints", "2025", "census", {"units": units, "curve": curve}, (), facts)


def test_a_small_count_of_complaints_takes_a_second_one_with_it(make):
    table = make.page({}).table(register(a=60, b=40, c=4), "units")
    assert [row[0].text for row in table.rows if row[1].withheld] == ["b", "c"]


def test_a_column_of_remarks_without_any_is_left_out(make):
    answer = register(a=60, b=40, c=4)
    bare = make.page({}).table(answer, "units")
    assert [one.text for one in bare.headings][-1] == "hari sampai selesai (separuh)"
    assert {len(row) for row in bare.rows} == {len(bare.headings)}
    units = answer.tables["units"].assign(note=["", "not asked", "", ""])
    noted = make.page({}).table(replace(answer, tables=dict(answer.tables) | {"units": units}), "units")
    assert [one.text for one in noted.headings] == [*(one.text for one in bare.headings), "catatan"]


def test_complaints_are_told_in_numbers_a_council_knows(make):
    texts = make.page({}).sentence(register(a=60, b=40)).texts
    assert texts[0] == (
        "100 pengaduan diterima, 100 selesai (2 di antaranya sesudah batas waktu), 0 masih terbuka "
        "(1 sudah lewat batas), sampai 27 Oktober 2025."
    )
    assert texts[1] == "Separuh pengaduan selesai dalam 12 hari."


def test_complaints_whose_dates_cannot_be_right_are_counted_apart(make):
    answer = register(a=60, b=40)
    units = answer.tables["units"].assign(closed=lambda frame: frame["n"] - 3, left_out=3)
    problems = pd.DataFrame({"what": ["no date in", "closed before received"], "n": [1, 2]})
    made = replace(answer, tables=dict(answer.tables) | {"units": units, "problems": problems})
    texts = make.page({}).sentence(made).texts
    assert texts[1] == ("3 pengaduan tidak dapat dihitung lamanya: tanggalnya tidak ada atau tidak masuk akal.")
    assert texts[2] == "Dari yang tanggalnya dapat dipakai, separuh selesai dalam 12 hari."
    faults = "1 tanpa tanggal masuk dan 2 selesai sebelum tanggal masuk"
    assert texts[3] == f"Tanggal yang tidak dapat dipakai: {faults}. Mintalah unit melengkapi tanggalnya."


def test_how_long_complaints_took_is_not_told_from_a_few_of_many(make):
    answer = register(a=60, b=40)
    units = answer.tables["units"].assign(closed=[44, 40, 4], left_out=[56, 20, 36])
    table = make.page({}).table(replace(answer, tables=dict(answer.tables) | {"units": units}), "units")
    told = {one.text: at for at, one in enumerate(table.headings)}
    rows = [
        [row[told[name]].text for name in ("tanggal tidak dapat dipakai", "selesai tepat waktu")] for row in table.rows
    ]
    assert rows == [["56", "50%"], ["20", "50%"], ["36", "terlalu sedikit tanggal"]]
    few = make.page({}).sentence(replace(answer, tables={"units": units.assign(closed=4, left_out=96)})).texts
    assert few[2] == "Lamanya tidak disebut: tanggal yang dapat dipakai kurang dari 10."


def test_too_few_complaints_are_not_drawn(make):
    show = make.page({})
    few, none = register(a=9), register(a=8)
    assert show.chart(few).svg == show.chart(none).svg


def test_training_is_told_with_its_range_and_verdict(make):
    facts = {
        "difference": 3.0,
        "low": -0.4,
        "high": 6.4,
        "n_trained": 4,
        "n_others": 10,
        "verdict": "cannot tell",
        "note": "",
    }
    answer = Answer("training", "2025", "random", {"units": pd.DataFrame(), "past": pd.DataFrame()}, (), facts)
    assert make.page({}).sentence(answer).texts[0] == (
        "4 unit yang dilatih berubah 3,0 poin lebih banyak daripada 10 unit yang tidak dilatih "
        "(antara −0,4 dan 6,4); belum dapat dipastikan."
    )


@pytest.fixture
def periods():
    """A run chart of nine quarters: one of four respondents, so that a second one goes with it; two beyond limits."""
    n = [40, 40, 12, 40, 40, 40, 40, 4, 40]
    rows = [
        {"period": f"202{at // 4 + 3}-TW{at % 4 + 1}", "n": count, "estimate": 80.0 + at, "se": 1.0, "low": 78.0,
         "high": 82.0, "centre": 84.0, "limit_low": 79.0, "limit_high": 87.0, "outside": count in {4, 12}, "note": ""}
        for at, count in enumerate(n)
    ]  # fmt: skip
    facts = {"points": 9, "step": rows[2]["period"], "step_size": 4.0, "step_p": 0.001, "note": ""}
    return Answer("run_chart", "", "random", {"points": pd.DataFrame(rows)}, (), facts)


def test_a_run_chart_names_and_draws_no_period_that_its_table_withholds(make, periods):
    show = make.page({})
    table = show.table(periods, "points")
    hidden = [row[0].text for row in table.rows if row[1].withheld]
    assert hidden == ["2023-TW3", "2024-TW4"]
    figure, said = show.chart(periods), str(show.sentence(periods))
    assert [name for name in hidden if name in said + figure.alt] == []
    points = periods.tables["points"]
    without = points[~points["period"].isin(hidden)]
    assert figure.svg == show.chart(replace(periods, tables={"points": without})).svg


def test_a_mark_of_few_respondents_is_not_told(make):
    rows = [
        {"mark": "m1", "items": "u1", "n": n, "estimate": 3.1, "low": 3.0, "high": 3.3, "low_answers": 9.0,
         "note": note}
        for n, note in ((120, ""), (8, ""), (0, "not asked"))
    ]  # fmt: skip
    answer = Answer("marks", "2025", "random", {"marks": pd.DataFrame(rows)}, ())
    table = make.page({make.cell(): 120}).table(answer, "marks")
    assert [row[1].withheld for row in table.rows] == [False, True, False]


@pytest.mark.parametrize("lang", ["id", "en"])
def test_training_of_too_few_units_for_a_range_is_told_without_one(make, lang):
    facts = {
        "n_trained": 1, "n_others": 2, "difference": -1.24, "low": -math.inf, "high": math.inf,
        "verdict": "cannot tell", "past_difference": math.nan,
    }  # fmt: skip
    answer = Answer("training", "2025", "census", {"units": pd.DataFrame()}, (), facts)
    text = make.page({}, lang=lang).sentence(answer).texts[0]
    assert ("1,2 poin lebih sedikit" if lang == "id" else "1.2 points less") in text
    assert ("belum dapat dipastikan" if lang == "id" else "cannot be told yet") in text


def test_one_trained_unit_is_told_in_the_singular(make):
    facts = {
        "n_trained": 1, "n_others": 1, "difference": 2.0, "low": 1.0, "high": 3.0, "verdict": "higher",
        "past_difference": math.nan,
    }  # fmt: skip
    answer = Answer("training", "2025", "random", {"units": pd.DataFrame()}, (), facts)
    text = make.page({}, lang="en").sentence(answer).texts[0]
    assert text.startswith("1 trained unit changed 2.0 points more than the 1 unit that was not trained (")


def promise(**values):
    row = {
        "unit": "A", "wave": "2024", "item": "Waktu Penyelesaian", "variable": "u3", "checked": "2025", "n": 90,
        "before": 2.9, "estimate": 3.1, "difference": 0.2, "low": 0.1, "high": 0.3, "verdict": "higher", "note": "",
    } | values  # fmt: skip
    return Answer("follow_up", "2025", "random", {"promises": pd.DataFrame([row])}, (), {})


def test_a_promise_names_its_item_as_the_codebook_does(make):
    show = make.page({make.cell(unit="A"): 90, frozenset({("wave", "2024"), ("unit", "A")}): 90}, lang="en")
    assert show.table(promise(), "promises").rows[0][1].text == "U3 (Time to complete)"
    assert show.table(promise(variable="", item="Ruang tunggu"), "promises").rows[0][1].text == "Ruang tunggu"


@pytest.mark.parametrize(("lang", "topic", "source"), [("id", "Waktu", "Inspektorat"), ("en", "Time", "Inspectorate")])
def test_a_word_of_a_register_that_the_codebook_knows_has_its_twin(make, lang, topic, source):
    show = make.page({}, lang=lang)
    counted = Answer("complaints", "", "", {"topics": pd.DataFrame({"level": ["Waktu", "Parkir"], "n": [30, 20]})}, ())
    assert [row[0].text for row in show.table(counted, "topics").rows] == [topic, "Parkir"]
    found = pd.DataFrame({"unit": ["A"], "source": ["Inspektorat"], "n": [1], "settled": [1], "open": [0]})
    assert show.table(Answer("audit", "", "census", {"units": found}, ()), "units").rows[0][1].text == source
    own = show.table(counted, "topics")._repr_html_()
    assert ('<th scope="row" lang="id">Parkir</th>' in own) is (lang == "en")
    assert f'<th scope="row">{topic}</th>' in own


@pytest.mark.parametrize("lang", ["id", "en"])
def test_of_two_sides_held_against_one_another_both_numbers_of_respondents_are_told(make, lang):
    rows = [
        {"initiative": "online", "a": "online", "b": "counter", "n_a": 141, "n_b": 1212, "difference": 6.6, "low": 5.2,
         "high": 8.0, "verdict": "higher", "note": "", "basis": "same unit and service", "sample": "random"}
    ]  # fmt: skip
    answer = Answer("initiatives", "2025", "random", {"summary": pd.DataFrame(rows)}, ())
    show = make.page({}, lang=lang)
    told, start = {
        "id": ("n = 141 dan 1.212", "Daring atau loket: daring lebih tinggi daripada loket untuk layanan yang sama ("),
        "en": ("n = 141 and 1,212", "Online or counter: online higher than counter for the same services ("),
    }[lang]
    text = show.sentence(answer).texts[0]
    assert told in text
    assert text.startswith(start)
    assert show.table(answer, "summary").rows[0][0].text.lower() == start.partition(":")[0].lower()


@pytest.mark.parametrize(
    ("counts", "told"), [((30, 20, 12), ["WhatsApp (30)"]), ((30, 30, 12), ["WhatsApp (30) dan Kotak saran (30)"])]
)
def test_the_channels_of_most_complaints_are_named(make, counts, told):
    look = make.page({make.cell(unit="Unit A"): 120}).look
    levels = pd.DataFrame({"level": ["WhatsApp", "Kotak saran", "LAPOR!"], "n": counts})
    units = pd.DataFrame([{"unit": "", "n": sum(counts)}])
    answer = Answer("complaints", "2025", "random", {"units": units, "channels": levels})
    texts = topic_sentences.of_part(answer, "channels", look).texts
    assert [text.partition(": ")[2].rstrip(".") for text in texts] == told
