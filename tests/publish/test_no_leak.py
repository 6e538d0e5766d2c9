"""Whatever the figures of a withheld group are, every form of every result is the same to the byte."""

import math
import re
from dataclasses import replace

import pandas as pd
import pytest

from analysis import words
from analysis.oversight import Answer
from analysis.publish import guard, markup
from analysis.publish import show as forms
from analysis.publish.look import Look
from analysis.publish.wording import sentences

FIGURES = (
    "estimate", "se", "low", "high", "difference", "difference_low", "difference_high", "p", "p_adjusted",
    "mix_difference", "mix_low", "mix_high", "before", "index", "index_011", "low_share", "published", "recomputed",
    "same_share", "repeated_share", "users", "needed", "value",
)  # fmt: skip
ELSEWHERE = {"topic", "arrived", "problems"}
"""Answers in several parts ask one function (test_topics); what arrived is counted by sheet (test_tables)."""
OF_NO_RESULT = {"note"}
"""What a page shows that is made from no result."""
SMALL = "Unit C"
SIZES = {"Unit A": 120, "Unit B": 80, SMALL: 7, "Unit D": 300}


def units(**columns):
    """Return a plain frame of four units, one of them small and, by that, a second withheld."""
    rest = {"wave": "2025", "n": list(SIZES.values()), "sample": "random", "low": 70.0, "high": 90.0}
    return pd.DataFrame({"unit": list(SIZES), **rest, **columns})


PLAIN = {
    "coverage": units(must=True, surveyed=True, users=900.0, needed=270.0),
    "reconcile": units(
        published=81.0, recomputed=82.0, index_011=81.9, explained="not explained", grade_published="B", grade="B"
    ),
    "index": units(
        index=[81.0, 82.0, 83.0, 84.0], index_011=80.0, grade="B", rule="2017", p_a=0.0, p_b=1.0, p_c=0.0, p_d=0.0
    ),
    "integrity": units(
        same_share=0.1, same_expected=0.1, repeated_share=0.1, repeated_expected=0.1, signs=["", "", "same", ""]
    ),
    "plain": units(value=1.0),
}  # fmt: skip


def disturbed(table, hidden):
    """Return a table in which the figures of the rows called ``hidden`` are others."""
    held = [name for name in FIGURES if name in table]
    changed = table.copy()
    changed[held] = changed[held].astype(float)
    changed.loc[hidden, held] = changed.loc[hidden, held] * 0.83 - 0.01
    return changed


def every_form(show, kind, result, **more):
    """Return all that a page can print of a result."""
    made = [
        getattr(show, name)(result, **(more if name not in OF_COMPARISONS else {}))
        for name in makers()
        if kind in forms_of(name) and (name != "map" or result.by == "district")
    ]
    assert made
    return [
        one._repr_html_() + repr(one) + (one.svg.decode() if isinstance(one, markup.Figure) else "") for one in made
    ]


OF_COMPARISONS = {"ranks", "map"}


def makers():
    """Return the names of all that ``Show`` can make of a result, read from the class itself."""
    shown = {"Sentences", "Table", "Figure"}
    return [
        name
        for name, made in vars(forms.Show).items()
        if callable(made) and getattr(made, "__annotations__", {}).get("return") in shown and name not in OF_NO_RESULT
    ]


def forms_of(name):
    """Return the makers by kind of result that a method of ``Show`` chooses from."""
    asked = []

    class Gate(forms.Show):
        def _made(self, makers, *_, **__):
            asked.append(makers)

    getattr(Gate(None), name)(None)
    (chosen,) = asked
    return chosen


@pytest.fixture
def cases(make, sectors, cells, cell_counts, moves):
    """Results by kind, each with the page that shows it and which of its rows the plan withholds."""
    by_unit = {make.cell(): sum(SIZES.values())} | {make.cell(unit=name): n for name, n in SIZES.items()}
    show = make.page(by_unit)
    small = {name for group in show.look.plan.withheld for column, name in group if column == "unit"}
    assert SMALL in small
    assert len(small) > 1
    found = {kind: (show, frame, frame["unit"].isin(small)) for kind, frame in PLAIN.items()}
    compared = make.for_comparison(sectors)
    named = [sectors.table["level"].eq(name) for name in ("security",)]
    found["comparison"] = (compared, sectors, named[0])
    squares = make.page(cell_counts)
    hidden = [
        make.cell(district=row["row"], sector=row["column"]) in squares.look.plan.withheld
        for row in cells.table.to_dict("records")
    ]
    assert sum(hidden) > 1
    found["matrix"] = (squares, cells, pd.Series(hidden))
    levels = dict.fromkeys(moves.table["level"], 120) | {"Unit C": 7}
    both = [make.cell(unit=name) for name in levels] + [
        frozenset({("wave", "2024"), ("unit", name)}) for name in levels
    ]
    counts = dict(zip(both, [*levels.values()] * 2, strict=True))
    small_move = moves.table["level"].eq("Unit C")
    moved = replace(moves, table=moves.table.assign(n=[levels[one] for one in moves.table["level"]]))
    found["change"] = (make.page(counts), moved, small_move)
    five = ["Singkawang Tengah", "Singkawang Barat", "Singkawang Timur", "Singkawang Utara", "Singkawang Selatan"]
    places = make.compared(
        "district",
        [
            make.row(name, n, 81.0 + n / 100, n / 50 - 4, (-1.0, 1.0), "lower")
            for name, n in zip(five, (90, 80, 7, 8, 200), strict=True)
        ],
    )
    found["map"] = (make.for_comparison(places), places, places.table["n"].lt(10))
    items = (
        pd.DataFrame({"variable": ["u1", "u2"], "n": [120, 7], "estimate": [3.1, 3.2], "low_share": [0.1, 0.2]})
        .assign(low=3.0, high=3.4, note="", sample="random")
        .assign(share_1=0.1, share_2=0.1, share_3=0.4, share_4=0.4)
    )
    found["unsur"] = (show, items, items["n"] < 10)
    printed = pd.DataFrame({"unit": ["Unit X", "Unit Y"], "wave": "2025", "n": [120, 7]}).assign(
        published=[81.0, 80.0],
        index=[82.0, 83.0], grade=["B", "A"], grade_published="B", grade_changes=False, explained="not explained",
        missing="", rule="2017", nrr_u1=[3.1, 3.3], nrr_u2=[3.4, 3.2],
    )  # fmt: skip
    found["recaps"] = (show, printed, printed["n"] < 10)
    return found


def with_other_figures(result, rows):
    """Return a result in which the figures of ``rows`` are others."""
    if isinstance(result, pd.DataFrame):
        return disturbed(result, rows.to_numpy())
    return replace(result, table=disturbed(result.table, rows.to_numpy()))


def forms_before_and_after(kind, show, result, rows):
    more, kind = ({"unit": "Unit A"} if kind == "unsur" else {}), {"map": "comparison"}.get(kind, kind)
    return [every_form(show, kind, one, **more) for one in (result, with_other_figures(result, rows))]


def test_no_form_of_any_result_depends_on_the_figures_of_a_withheld_group(cases):
    known = {kind for name in makers() for kind in forms_of(name)}
    assert set(cases) - {"map"} | ELSEWHERE == known
    for kind, (show, result, hidden) in cases.items():
        assert hidden.any(), kind
        before, after = forms_before_and_after(kind, show, result, hidden)
        assert before == after, kind


def test_every_maker_goes_through_the_gate(make, sectors):
    assert set(makers()) == {"sentence", "table", "chart", "ranks", "map"}
    assert all(forms_of(name) for name in makers())


def test_a_maker_that_forgets_to_ask_the_plan_was_handed_no_figure(cases):
    def forgetful(result, *_):
        return (result if isinstance(result, pd.DataFrame) else result.table).to_csv()

    for kind, (show, result, hidden) in cases.items():
        makers_of = {{"map": "comparison"}.get(kind, kind): forgetful}
        unit = "Unit A" if kind == "unsur" else ""
        tables = [show._made(makers_of, one, unit) for one in (result, with_other_figures(result, hidden))]
        assert tables[0] == tables[1], kind
        shown = [show._made(makers_of, one, unit) for one in (result, with_other_figures(result, ~hidden))]
        assert shown[0] != shown[1], kind


def test_a_part_of_an_answer_is_handed_on_without_the_figures_of_a_withheld_group(make):
    units = pd.DataFrame(
        {"unit": ["Unit A", SMALL], "trained": True, "n_before": [120, 90], "n": [120, 7], "before": [80.0, 61.5],
         "estimate": [81.0, 62.5], "difference": [1.0, 1.0], "note": ["", "constant"]}
    )  # fmt: skip
    show = make.page({make.cell(): 127, make.cell(unit="Unit A"): 120, make.cell(unit=SMALL): 7})
    answer = Answer("training", "2025", "random", {"units": units}, (), {"before": "2024"})
    seen = show._made({"topic": lambda result, *_: result.tables["units"]}, answer, part="units")
    assert seen.loc[1, ["before", "estimate", "difference"]].isna().all()
    assert seen.loc[1, "note"] == ""


def test_findings_are_handed_on_without_the_figures_of_a_withheld_group_and_what_lies_beside_them_as_it_is(make):
    table = pd.DataFrame(
        {"key": "unit_low", "where": [make.cell(unit="Unit A"), make.cell(unit=SMALL)], "n": [120, 7],
         "difference": [-4.1, -9.3], "low": -12.0, "high": -1.0}
    )  # fmt: skip
    show = make.page({make.cell(): 127, make.cell(unit="Unit A"): 120, make.cell(unit=SMALL): 7})
    beside = pd.DataFrame({"kind": ["x"], "tested": [40]})
    answer = Answer("findings", "2025", "random", {"findings": table, "families": beside})
    safe = guard.guarded("topic", answer, show.look)
    assert safe.tables["findings"].loc[1, ["difference", "low", "high"]].isna().all()
    assert safe.tables["families"].equals(beside)


def initiative(kind, a, n_a, n_b):
    return {"initiative": kind, "a": a, "b": "other services", "n_a": n_a, "n_b": n_b, "difference": 5.0, "low": 3.0,
            "high": 7.0, "verdict": "higher", "share": 1.0, "note": "", "basis": "change across the start",
            "since": "2024", "sample": "random"}  # fmt: skip


@pytest.mark.parametrize(("small", "n_a", "hidden", "told"), [
    (7, 60, False, False), (40, 60, False, True), (40, 115, True, True), (40, 120, False, True),
])  # fmt: skip
def test_the_other_side_of_an_initiative_gives_no_unit_away_nor_the_rest_of_its_own(make, small, n_a, hidden, told):
    sizes = {"Unit A": 120, "Unit B": 80, SMALL: small, "Unit D": 300}
    owned = {make.cell(owner="city"): sum(sizes.values())}
    owned |= {make.cell(owner="city", sector="health", unit=name): n for name, n in sizes.items()}
    show = make.page(
        {make.cell(): sum(sizes.values())} | owned | {make.cell(unit=name): n for name, n in sizes.items()}
    )
    rows = pd.DataFrame([initiative("technology", "Unit A | KTP", n_a, 413.0)])
    answer = Answer("initiatives", "2025", "random", {"summary": rows})
    table, said = show.table(answer, "summary"), show.sentence(answer)
    assert ("413" in repr(table) + repr(said)) == (told and not hidden)
    why = words.say("publish.initiative_hidden", "id", name=words.say("publish.word_technology", "id"))
    assert (sentences.capital(why) in said.texts) == hidden
    assert (f"n = {n_a}" in repr(said)) == (not hidden)


def over_time(unit=""):
    periods = ["2024-03", "2024-06", "2025-03", "2025-06"]
    points = pd.DataFrame(
        {"period": periods, "n": [40, 60, 45, 72], "estimate": [81.1, 82.2, 83.3, 84.4], "low": 80.0, "high": 85.0,
         "same_mix": 82.0, "mix_share": 1.0, "centre": 82.0, "limit_low": 78.0, "limit_high": 86.0, "outside": False,
         "note": ""}
    )  # fmt: skip
    facts = {"unit": unit, "points": 4, "basis": "as answered", "mix": (), "step": "", "note": "too few points"}
    return Answer("run_chart", "", "random", {"points": points}, (), facts)


def test_periods_of_a_withheld_unit_are_not_told_since_they_add_up_to_it(make):
    counts = {make.cell(): 117} | {make.cell(unit=name): n for name, n in (("Unit A", 117), (SMALL, 60))}
    show = make.page(counts)
    held = replace(show.look.plan, withheld={make.cell(unit=SMALL): "linked"})
    shown = replace(show, look=replace(show.look, plan=held))
    assert "72" in repr(shown.table(over_time("Unit A")))
    for form in (shown.table, shown.sentence, shown.chart):
        told = repr(form(over_time(SMALL)))
        assert not any(figure in told for figure in ("72", "84,4", "81,1"))


def test_periods_do_not_add_up_to_how_many_gave_a_date_where_that_is_withheld(make):
    show = make.page({make.cell(): 5000})
    dated = frozenset({("wave", "2025"), ("owner", "city"), ("date", "*")})
    held = replace(show, look=replace(show.look, plan=replace(show.look.plan, withheld={dated: "linked"})))
    rows = {row[0].text: row[1].value for row in held.table(over_time()).rows}
    assert list(rows.values()) == [None, 60, None, 72]
    assert all(row[1].value for row in show.table(over_time()).rows)


def test_of_all_waves_together_only_everybody_is_counted(make):
    sizes = {"health": 60, "education": 80}
    counts = {frozenset({("wave", wave)}): 140 for wave in ("2024", "2025")} | {frozenset(): 280}
    counts |= {frozenset({("wave", wave), ("sector", s)}): n for wave in ("2024", "2025") for s, n in sizes.items()}
    look = make.page(counts).look
    assert look.hidden(280, "", {}) == ""
    assert look.hidden(120, "", {"sector": "health"}) == "unplanned"


def test_the_ranks_of_those_shown_leave_no_gap_where_a_withheld_one_stands(make, sectors):
    show = make.for_comparison(sectors)
    moved = sectors.table.copy()
    shown = ~moved["level"].isin(["security", "population_administration"]) & moved["rank_low"].notna()
    moved.loc[shown, ["rank_low", "rank_high"]] += 2.0
    other = replace(sectors, table=moved)
    assert every_form(show, "comparison", sectors) == every_form(show, "comparison", other)
    ranks = {row[0].text: row[6].text for row in show.table(sectors).rows if len(row) > 6}
    assert ranks["kesehatan"] == "1 \u2013 3 dari 4"
    bare = replace(sectors, pairs=pd.DataFrame())
    assert "dari 6" not in repr(show.table(bare)) + show.ranks(bare).alt


def test_every_form_depends_on_the_figures_of_groups_that_are_shown(cases):
    for kind, (show, result, hidden) in cases.items():
        before, after = forms_before_and_after(kind, show, result, ~hidden)
        assert before != after, kind


def test_a_plan_that_is_not_asked_is_seen_at_every_kind(cases, monkeypatch):
    monkeypatch.setattr(Look, "hidden", lambda *_: "")
    monkeypatch.setattr(Look, "hidden_of_city", lambda *_: "")
    monkeypatch.setattr(Look, "hidden_recap", lambda *_, **__: "")
    for kind, (show, result, hidden) in cases.items():
        before, after = forms_before_and_after(kind, show, result, hidden)
        assert before != after, kind


def test_the_whole_is_not_told_where_it_is_of_few(make):
    lone = make.compared("sector", [make.row("health", 8, 88.1, 0.0, (-1.0, 1.0), "cannot tell")])
    few = replace(lone, whole={**lone.whole, "n": 8.0})
    table = make.page({make.cell(): 8, make.cell(sector="health"): 8}).table(few)
    assert all(row[1].withheld for row in table.rows)
    assert "82,3" not in repr(table)
    assert "n = 8" not in repr(table)


def test_an_index_at_an_end_of_its_scale_is_told_of_a_small_group_in_no_form(make):
    table = pd.DataFrame(
        {
            "unit": ["Unit A", "Unit B"], "wave": "2025", "n": [12, 120], "sample": "random", "index": [100.0, 87.31],
            "index_011": [99.0, 86.4], "grade": ["A", "B"], "rule": "2017", "low": [math.nan, 85.0],
            "high": [math.nan, 90.0], "p_a": [1.0, 0.3], "p_b": [0.0, 0.7], "p_c": 0.0, "p_d": 0.0,
        }
    )  # fmt: skip
    show = make.page({make.cell(): 132, make.cell(unit="Unit A"): 12, make.cell(unit="Unit B"): 120})
    said, drawn = show.sentence(table)._repr_html_(), show.chart(table)._repr_html_()
    listed = show.table(table)._repr_html_()
    for form in (said, drawn, listed):
        assert "87,31" in form
        assert "100,00" not in form
    assert "Unit A" not in said
    assert "Unit A" not in drawn
    row = next(part for part in listed.split("<tr") if "Unit A" in part)
    assert "99,00" not in row
    assert re.search(r"<td[^>]*>A\b", row) is None


def alike(result, measure, end):
    """Return a result whose first level is of twelve people who all gave the answers at one end of the scale."""
    at = result.table["level"].eq(result.table["level"].iloc[0])
    ends = {"n": 12, "estimate": end, "difference": -47.77}
    changed = {one: result.table[one].mask(at, to) for one, to in ends.items()}
    return replace(result, measure=measure, table=result.table.assign(**changed))


@pytest.mark.parametrize(
    ("measure", "end", "told"), [("index", 25.0, "25,0"), ("u3", 4.0, "4,0"), ("low_u3", 0.0, ">0,0")]
)
def test_a_small_group_at_an_end_of_the_scale_is_told_by_no_form_of_a_comparison_or_a_change(
    make, sectors, moves, measure, end, told
):
    waves = [frozenset({("wave", wave)}) for wave in ("2024", "2025")]
    counts = dict.fromkeys([make.cell(), *waves], 900)
    counts |= {wave | {("unit", name)}: 12 for wave in waves for name in moves.table["level"]}
    compared, moved = alike(sectors, measure, end), alike(moves, measure, end)
    for kind, show, result in (
        ("comparison", make.for_comparison(compared), compared), ("change", make.page(counts), moved)
    ):  # fmt: skip
        for form in every_form(show, kind, result):
            assert told not in form
            assert "47,8" not in form


def test_the_head_of_a_column_names_the_ends_of_what_is_compared(make, sectors):
    heads = {
        measure: make.for_comparison(sectors).table(replace(sectors, measure=measure))._repr_html_()
        for measure in ("index", "u3", "low_answers")
    }
    # blanks that do not break keep the ends on one line
    assert "25\u00a0\u2013\u00a0100" in heads["index"]
    assert "1\u00a0\u2013\u00a04" in heads["u3"]
    assert "0\u00a0\u2013\u00a0100" in heads["low_answers"]
