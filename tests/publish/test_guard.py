"""What the gate hands on of answers in several parts: nothing beside a table tells what the table withholds."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from analysis.oversight import Answer
from analysis.publish.guard import guarded

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
