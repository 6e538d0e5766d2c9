"""Published indices against the same answers: every practice named right, by figures computed here by hand."""

from decimal import ROUND_HALF_UP, Decimal

import numpy as np
import pandas as pd
import pytest

from analysis.oversight import design, grade, reconcile, skm_index

from .small import ITEMS, people

# Ten people, nine unsur; one answer of U3 and two of U9 are blank; the first seven used one service, three another.
COLUMNS = {
    "u1": "4433344343", "u2": "3343434333", "u3": "3332233.32", "u4": "4444444444", "u5": "3434343433",
    "u6": "4433444344", "u7": "4444344434", "u8": "3323332323", "u9": "333.43233.",
}  # fmt: skip


def half_up(value, decimals):
    return float(Decimal(f"{value:.10f}").quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


@pytest.fixture(scope="module")
def answers():
    return pd.DataFrame(
        {name: [np.nan if one == "." else float(one) for one in told] for name, told in COLUMNS.items()}
    )


def nrr(frame):
    return [frame[item].mean() for item in ITEMS]


def rounded(frame, decimals):
    return [half_up(one, decimals) for one in nrr(frame)]


PRACTICES = {
    "agrees": lambda a: sum(nrr(a)) / 9 * 25,
    "0.11 weight": lambda a: sum(nrr(a)) * 0.11 * 25,
    "rounded unsur": lambda a: sum(rounded(a, 2)) / 9 * 25,
    "mean rounded": lambda a: half_up(sum(nrr(a)) / 9, 2) * 25,
    "blank answers counted as zero": lambda a: sum(a.sum()) / 90 * 25,
    "incomplete rows left out": lambda a: sum(nrr(a.dropna())) / 9 * 25,
    "services counted equally": lambda a: (sum(nrr(a.head(7))) + sum(nrr(a.tail(3)))) / 18 * 25,
    "mean of respondents": lambda a: a.mean(axis=1).mean() * 25,
    "scale of five": lambda a: sum(nrr(a)) / 9 * 20,
    "scale of four": lambda a: sum(nrr(a)) / 9,
    "0.11 weight, scale of four": lambda a: sum(nrr(a)) * 0.11,
    "0.11 weight, rounded unsur": lambda a: sum(rounded(a, 2)) * 0.11 * 25,
    "0.11 weight, weighted unsur rounded": lambda a: sum(half_up(one * 0.11, 3) for one in nrr(a)) * 25,
    "0.11 weight, mean rounded": lambda a: half_up(sum(nrr(a)) * 0.11, 2) * 25,
    "0.11 weight, blank answers counted as zero": lambda a: sum(a.sum()) / 10 * 0.11 * 25,
    "0.11 weight, incomplete rows left out": lambda a: sum(nrr(a.dropna())) * 0.11 * 25,
}  # fmt: skip


def told(frame, published, weight=""):
    rows = frame.assign(unit="A", wave="2025", rule="2017", service=["x"] * 7 + ["y"] * (len(frame) - 7))
    surveys = pd.DataFrame({"unit": ["A"], "wave": "2025", "published": published, "published_weight": weight})
    return reconcile(skm_index(rows, ["unit", "wave"]), surveys, responses=rows).iloc[0]


NEAR = {
    "mean rounded": ("one decimal", "mean rounded"),
    "0.11 weight": ("0.11 weight", "0.11 weight, weighted unsur rounded"),
    "0.11 weight, rounded unsur": ("0.11 weight", "0.11 weight, rounded unsur"),
    "0.11 weight, weighted unsur rounded": ("0.11 weight", "0.11 weight, weighted unsur rounded"),
}
"""Where two practices lie within 0.01 of each other: what is named, and what beside it."""


@pytest.mark.parametrize("practice", PRACTICES)
def test_each_practice_is_named(answers, practice):
    row = told(answers, half_up(PRACTICES[practice](answers), 2))
    assert (row["explained"], row["also"]) == NEAR.get(practice, (practice, ""))


def test_what_no_practice_gives_is_not_explained(answers):
    assert told(answers, 61.07)["explained"] == "not explained"


def test_answers_that_were_not_weighted_are_told(book):
    frame = people(n=60, waves=("2025",), units={"Klinik": "health"}, shift=lambda row: 0.4 * (row.sex == "male"))
    frame["channel"] = frame["sex"].map({"male": "online", "female": "counter"})
    surveys = pd.DataFrame({
        "unit": "Klinik", "wave": "2025", "channel": ["online", "counter"], "sample": "random", "users": [1000, 100],
        "published": half_up(frame[list(ITEMS)].astype(float).mean().mean() * 25, 2),
    })  # fmt: skip
    made = design(frame, book, surveys)
    row = reconcile(skm_index(made, ["unit", "wave"], book=book), surveys, book=book, responses=frame).iloc[0]
    assert row["explained"] == "respondents not weighted"
    assert row["difference"] > 1


def test_blanks_and_empty_rows_counted_as_zero_are_said_together(answers):
    more = pd.concat([answers, pd.DataFrame(np.nan, index=[0, 1], columns=list(ITEMS))], ignore_index=True)
    row = told(more, half_up(sum(answers.sum()) / (9 * 12) * 25, 2))
    assert row["explained"] == "blank answers counted as zero, empty rows counted as zero"


def test_the_weight_that_a_unit_declares_comes_first(answers):
    figure = half_up(sum(nrr(answers)) * 0.11 * 25, 2)
    assert told(answers, figure, weight="0,11")["explained"] == "0.11 weight"


def test_fourteen_unsur_of_the_old_rule_have_their_own_printed_weight():
    frame = pd.DataFrame({f"p{number}": [3, 3, 2, 4, 3] for number in range(1, 15)}).assign(
        unit="A", wave="2012", rule="2004"
    )
    surveys = pd.DataFrame({"unit": ["A"], "wave": "2012", "published": half_up(3 * 14 * 0.071 * 25, 2)})
    row = reconcile(skm_index(frame, ["unit", "wave"]), surveys).iloc[0]
    assert (row["explained"], row["published"]) == ("0.071 weight", 74.55)


def test_the_forms_of_a_published_report_give_both_its_figures():
    """GASPUL: 29 forms, column sums 105 101 100 116 102 105 106 105 115."""
    sums = (105, 101, 100, 116, 102, 105, 106, 105, 115)
    forms = pd.DataFrame({
        item: [total // 29 + 1] * (total % 29) + [total // 29] * (29 - total % 29)
        for item, total in zip(ITEMS, sums, strict=True)
    }).assign(unit="A", wave="2025", rule="2017")  # fmt: skip
    for figure, reason in ((91.48, "agrees"), (90.56, "0.11 weight"), (90.5603, "0.11 weight"), (91.5, "one decimal")):
        surveys = pd.DataFrame({"unit": ["A"], "wave": "2025", "published": [figure]})
        row = reconcile(skm_index(forms, ["unit", "wave"]), surveys, responses=forms).iloc[0]
        assert row["explained"] == reason
        assert row["recomputed"] == pytest.approx(91.4751, abs=5e-5)


@pytest.mark.parametrize(
    ("index", "expected"),
    [(76.604, "C"), (76.605, "B"), (76.61, "B"), (76.6049999, "C"), (88.304, "B"), (88.305, "A"), (64.994, "D"),
     (64.995, "C")],
)  # fmt: skip
def test_grades_at_their_borders_are_rounded_half_up(index, expected):
    assert grade(index) == expected
