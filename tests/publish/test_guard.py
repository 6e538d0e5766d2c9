"""What the gate hands on of answers in several parts: nothing beside a table tells what the table withholds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.oversight import Answer
from analysis.publish.guard import guarded
from analysis.publish.wording import finding_words

SMALL = "Unit C"
SIZES = {"Unit A": 120, "Unit B": 80, SMALL: 7, "Unit D": 300}


@pytest.fixture
def show(make):
    waves = [make.cell(), frozenset({("wave", "2024")})]
    counts = {wave: sum(SIZES.values()) for wave in waves}
    return make.page(counts | {wave | {("unit", name)}: n for wave in waves for name, n in SIZES.items()})


def promises(*verdicts):
    rows = pd.DataFrame({
        "unit": [*SIZES], "wave": "2024", "item": "u3", "variable": "u3", "program": "", "checked": "2025",
        "n": [*SIZES.values()], "before": 3.0, "estimate": 3.2, "difference": 0.2, "low": 0.1, "high": 0.3,
        "verdict": verdicts, "note": "",
    })  # fmt: skip
    facts = {"promises": 4, **{name: verdicts.count(said) for name, said in (("risen", "higher"), ("fallen", "lower"))}}
    return Answer("follow_up", "2025", "random", {"promises": rows}, (), facts | {"unknown": 0, "margin": 0.1})


def test_verdicts_on_promises_are_counted_among_those_that_are_shown(show):
    shown = ["higher" if not show.look.hidden(n, "2025", {"unit": name}) else None for name, n in SIZES.items()]
    assert shown.count("higher") == 2
    told = {repr(show.sentence(promises("higher", "higher", verdict, "higher"))) for verdict in ("lower", "higher")}
    assert len(told) == 1
    assert "2 unsur naik, 0 turun" in told.pop()


def trained(hidden, **more):
    """Return a training answer in which the units called ``hidden`` count, and the small one was left out or not."""
    rows = pd.DataFrame({
        "unit": [*SIZES], "trained": [True, False, True, False], "n": [*SIZES.values()], "n_before": [*SIZES.values()],
        "before": 80.0, "estimate": 83.7, "difference": 3.7,
        "note": ["" if name in hidden else "few respondents" for name in SIZES],
    })  # fmt: skip
    facts = {
        "before": "2024", "n_trained": 2, "n_others": 2, "difference": 3.71, "low": 1.13, "high": 6.17, "p": 0.01,
        "verdict": "higher", "note": "", "past_difference": 0.59, "past_p": 0.5, "margin": 2.5,
    }  # fmt: skip
    return Answer("training", "2025", "random", {"units": rows, **more}, (), facts)


@pytest.mark.parametrize(
    ("used", "told"), [(("Unit A", "Unit B"), False), (("Unit A", "Unit B", SMALL), True), (("Unit A", "Unit D"), True)]
)
def test_trained_units_and_others_are_not_told_of_where_one_alone_of_them_is_withheld(show, used, told):
    withheld = {name for name, n in SIZES.items() if show.look.hidden(n, "2025", {"unit": name})}
    assert withheld == {"Unit B", SMALL}
    said = repr(show.sentence(trained(used)))
    assert ("3,7" in said) == told
    assert any(figure in said for figure in ("1,1", "6,2", "0,6")) == told
    assert ("satu unit yang tidak ditampilkan" in said) != told


def test_the_row_on_training_among_the_initiatives_is_withheld_with_its_sentence(show):
    summary = pd.DataFrame([{
        "initiative": "training", "a": "trained units", "b": "other units", "n_a": 2.0, "n_b": 2.0,
        "difference": 3.71, "low": 1.13, "high": 6.17, "verdict": "higher", "note": "", "share": 1.0,
    }])  # fmt: skip
    answer = trained(("Unit A", "Unit B"))
    both = Answer("initiatives", "2025", "random", answer.tables | {"summary": summary}, (), answer.facts)
    row = guarded("topic", both, show.look).tables["summary"].iloc[0]
    assert np.isnan(row["difference"])
    assert not row["verdict"]
    assert row["note"] == "lone unit withheld"
    open_ = Answer("initiatives", "2025", "random", {"summary": summary}, (), {})
    assert guarded("topic", open_, show.look).tables["summary"]["difference"].iloc[0] == 3.71


def test_a_square_whose_few_gave_all_one_answer_is_told_in_no_form(make, cells, cell_counts):
    at = cells.table["verdict"].eq("lower") & cells.table["n"].gt(20)
    table = cells.table.assign(n=cells.table["n"].mask(at, 12), estimate=cells.table["estimate"].mask(at, 1.0))
    table["difference"] = table["difference"].mask(at, -1.77)
    alike = replace(cells, measure="u3", table=table)
    page = make.page(cell_counts)
    open_ = replace(page, look=replace(page.look, plan=replace(page.look.plan, withheld={})))
    forms = (open_.sentence(alike), open_.table(alike), open_.chart(alike))
    assert at.any()
    assert not any("1,77" in one._repr_html_() or "1,8 poin" in one._repr_html_() for one in forms)
    assert "1,8 poin" in open_.sentence(replace(alike, table=table.assign(estimate=2.0)))._repr_html_()


CHANNELS = {"online": 24, "counter": 38}


def channels(make, *, withheld=(), n_a=24):
    """Return the page of a city with two channels, and online beside counter among its initiatives."""
    rows = pd.DataFrame([{
        "initiative": "online", "a": "online", "b": "counter", "n_a": n_a, "n_b": 38.0, "difference": 10.23,
        "low": 5.91, "high": 14.55, "verdict": "higher", "note": "", "share": 1.0, "basis": "same unit and service",
        "sample": "random",
    }])  # fmt: skip
    groups = {make.cell(owner="city", channel=name): n for name, n in CHANNELS.items()}
    page = make.page({make.cell(): 423, make.cell(owner="city"): 423} | groups)
    held = {group: "linked" for group in groups if dict(group)["channel"] in withheld}
    page = replace(page, look=replace(page.look, plan=replace(page.look.plan, withheld=held)))
    return page, Answer("initiatives", "2025", "random", {"summary": rows}, (), {})


@pytest.mark.parametrize(
    ("withheld", "n_a", "told"), [((), 24, True), (("online",), 24, False), (("counter",), 24, False), ((), 19, False)]
)
def test_online_beside_counter_is_not_told_where_a_channel_is_withheld_or_a_few_of_it_are_left_out(
    make, withheld, n_a, told
):
    page, answer = channels(make, withheld=withheld, n_a=n_a)
    for form in (page.sentence(answer), page.table(answer, "summary")):
        assert ("10,2" in repr(form)) == told
        assert ("38" in repr(form)) == told


def test_a_finding_on_a_channel_is_withheld_with_either_channel(make):
    row = {"key": "channel", "subject": "counter", "where": make.cell(channel="counter"), "n": 62, "wave": "2025"}
    for withheld, why in (((), ""), (("online",), "linked"), (("counter",), "linked")):
        page, _ = channels(make, withheld=withheld)
        assert finding_words.hidden(row, page.look) == why


AGES = {"18-24": 77, "25-34": 118, "35-59": 174, "60+": 44, "under 18": 6}


def shares_of_ages(make, *, base_withheld):
    """Return the page of a city in which few are young, and how answers are shared among ages, everybody alike."""
    groups = {make.cell(owner="city", age=name): n for name, n in AGES.items()}
    base = make.cell(owner="city", age="*")
    page = make.page({make.cell(): 423, make.cell(owner="city"): 423, base: 419} | groups)
    held = {make.cell(owner="city", age="under 18"): "small"} | ({base: "linked"} if base_withheld else {})
    page = replace(page, look=replace(page.look, plan=replace(page.look.plan, withheld=held)))
    people = pd.DataFrame({"by": "age", "level": list(AGES), "n": list(AGES.values())})
    share = people["n"] / people["n"].sum()
    shared = people.assign(share_people=share, share_low=share * 1.13, ratio=1.13)
    heard = people.assign(share=share, population_share=share * 1.21, ratio=1 / 1.21)
    none = pd.DataFrame({"by": [], "known": [], "note": []})
    tables = {"gaps": people.head(0), "concentration": shared, "heard": heard, "not_asked": none}
    return page, Answer("equity", "2025", "random", tables)


def how_many(table):
    """Return how many of all may be left beside the shown levels, by shown numbers and shares of everybody."""
    rows = [row for row in table.rows if not row[1].withheld]
    shown, low, high = sum(row[1].value for row in rows), 0.0, 423.0
    for row in rows:
        if not row[2].withheld:
            share = float(row[2].text.rstrip("%"))
            low, high = max(low, 100 * row[1].value / (share + 0.5)), min(high, 100 * row[1].value / (share - 0.5))
    return low - shown, high - shown


@pytest.mark.parametrize("part", ["concentration", "heard"])
def test_shares_of_all_who_told_a_level_do_not_tell_how_many_these_are_where_that_is_withheld(make, part):
    page, answer = shares_of_ages(make, base_withheld=True)
    table = page.table(answer, part)
    least, most = how_many(table)
    assert least < 3
    assert most >= 10
    assert all(row[-1].withheld for row in table.rows)
    assert "dari penduduk" not in repr(page.sentence(answer))
    open_page, _ = shares_of_ages(make, base_withheld=False)
    assert how_many(open_page.table(answer, part))[1] < 10
    assert "dari penduduk" in repr(open_page.sentence(answer))


@pytest.mark.parametrize("kind", ["unit_fell", "promise", "promise_unseen"])
def test_a_finding_against_a_wave_whose_group_is_withheld_is_withheld(make, kind):
    row = {
        "key": kind, "subject": "Unit A", "unit": "Unit A", "beside": "u3", "wave": "2025", "n": 120, "estimate": 80.0,
        "difference": -5.0, "where": make.cell(unit="Unit A"),
    }  # fmt: skip

    def hidden(before, old=300):
        sizes = {"2025": (120, 300), "2024": (before, 300), "2023": (old, 300)}
        counts = {frozenset({("wave", wave)}): sum(both) for wave, both in sizes.items()}
        for wave, both in sizes.items():
            for unit, n in zip(("Unit A", "Unit B"), both, strict=True):
                counts[frozenset({("wave", wave), ("unit", unit)})] = n
        return finding_words.hidden(row, make.page(counts).look)

    assert not hidden(150)
    assert hidden(7) == "small"
    assert bool(hidden(150, old=7)) == (kind != "unit_fell")


def test_the_lowest_unit_is_the_lowest_of_those_that_may_be_shown(make):
    sizes = {"Unit A": (120, 80.0), "Unit B": (9, 60.0), "Unit C": (200, 78.0), "Unit D": (250, 85.0)}
    rows = [make.row(name, n, value, -1.0, (-2.0, 0.0), "lower") for name, (n, value) in sizes.items()]
    result = make.compared("unit", rows)
    assert make.for_comparison(result).lowest(result) == "Unit C"
    silent = make.compared("unit", [row | {"verdict": ""} if row["level"] == "Unit C" else row for row in rows])
    assert make.for_comparison(silent).lowest(silent) == "Unit D"
    few = make.compared("unit", [rows[1] | {"level": "Unit Z", "estimate": 50.0}, rows[1] | {"estimate": 80.0}])
    assert make.for_comparison(few).lowest(few) == "Unit B"
