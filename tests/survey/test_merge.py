"""Sums add up: any split, any order, counts to the bit and weighted sums to 1e-12."""

import pickle

import numpy as np
import pandas as pd
import pytest

from analysis import survey

INDEX = survey.Composite("index", (("u1",), ("u2", "x")), scale=25)
VARIABLES = ["u1", "u2", "x", INDEX]


def part(frame: pd.DataFrame, *, psu: bool, lonely: str = "later") -> survey.SurveyDesign:
    return survey.SurveyDesign(
        frame, weight="w", stratum="h", psu="c" if psu else None, population="N" if psu else None, lonely=lonely
    )


@pytest.fixture(params=[True, False], ids=["clusters", "people"])
def halves(request, people):
    frame = people(400)
    rng = np.random.default_rng(11)
    held = [part(piece, psu=request.param) for _, piece in frame.groupby(rng.integers(0, 9, len(frame)))]
    return part(frame, psu=request.param, lonely="refuse"), held, rng


@pytest.mark.parametrize("by", [None, "d", ["d", "sex"]])
def test_parts_in_any_order_give_the_whole(halves, by) -> None:
    whole, parts, rng = halves
    made = [survey.sums(one, VARIABLES, by, joint=True) for one in parts]
    for _ in range(3):
        rng.shuffle(made)
        merged = survey.merge_sums(made)
        pd.testing.assert_frame_equal(survey.mean(merged, VARIABLES, by), survey.mean(whole, VARIABLES, by), rtol=1e-10)
        one, other = survey.covariance(merged, VARIABLES, by), survey.covariance(whole, VARIABLES, by)
        pd.testing.assert_frame_equal(one, other, rtol=1e-8, atol=1e-14)


def test_counts_agree_to_the_bit_and_sums_to_1e_12(halves) -> None:
    whole, parts, _ = halves
    merged = survey.merge_sums([survey.sums(one, VARIABLES, "d") for one in parts])
    direct = survey.sums(whole, VARIABLES, "d")
    assert (merged.cells.rows == direct.cells.rows).all()
    assert (merged.items["u1"].n == direct.items["u1"].n).all()
    assert (merged.items["u1"].missing == direct.items["u1"].missing).all()
    assert np.allclose(merged.items["u1"].total, direct.items["u1"].total, rtol=1e-12, atol=0)
    assert np.allclose(merged.cells.weight, direct.cells.weight, rtol=1e-12, atol=0)


def test_everything_by_level_works_from_merged_sums(halves) -> None:
    whole, parts, _ = halves
    merged = survey.merge_sums([survey.sums(one, VARIABLES, "d") for one in parts])
    for function in (survey.pairwise, survey.against_whole):
        pd.testing.assert_frame_equal(function(merged, INDEX, "d"), function(whole, INDEX, "d"), rtol=1e-8)
    pd.testing.assert_frame_equal(
        survey.proportion(merged, "u1", [1, 2], "d"), survey.proportion(whole, "u1", [1, 2], "d"), rtol=1e-9
    )
    one, other = survey.rank_test(merged, "u1", "d"), survey.rank_test(whole, "u1", "d")
    assert one.statistic == pytest.approx(other.statistic, rel=1e-9)
    pd.testing.assert_frame_equal(
        survey.pairwise_ranks(merged, "u1", "d"), survey.pairwise_ranks(whole, "u1", "d"), rtol=1e-8
    )


def test_sums_travel_between_machines(halves) -> None:
    whole, parts, _ = halves
    sent = [pickle.loads(pickle.dumps(survey.sums(one, VARIABLES, "d"))) for one in parts]  # noqa: S301 - our own
    merged = survey.merge_sums(sent)
    pd.testing.assert_frame_equal(survey.mean(merged, INDEX, "d"), survey.mean(whole, INDEX, "d"), rtol=1e-10)


def test_levels_that_one_part_never_saw() -> None:
    frame = pd.DataFrame({"u1": [1, 2, 3, 4, 2, 3], "d": list("aabbcc"), "w": 1.0, "h": 1})
    halves = [survey.sums(survey.SurveyDesign(piece, lonely="later"), "u1", "d") for piece in (frame[:3], frame[3:])]
    merged = survey.merge_sums(halves)
    pd.testing.assert_frame_equal(survey.mean(merged, "u1", "d"), survey.mean(survey.SurveyDesign(frame), "u1", "d"))


def test_sums_by_two_columns_give_those_by_one(halves) -> None:
    whole, _, _ = halves
    held = survey.sums(whole, VARIABLES, ["d", "sex"])
    for by in ("d", "sex", None):
        pd.testing.assert_frame_equal(survey.mean(held, VARIABLES, by), survey.mean(whole, VARIABLES, by), rtol=1e-10)


def test_rows_without_a_label_cannot_be_given_back(people, plain) -> None:
    frame = people()
    frame.loc[3, "sex"] = None
    held = survey.sums(plain(frame), "u1", ["d", "sex"])
    with pytest.raises(survey.SurveyError, match="some rows lack a label in d, sex; make the sums by d alone"):
        survey.mean(held, "u1", "d")
    pd.testing.assert_frame_equal(survey.mean(held, "u1"), survey.mean(plain(frame), "u1"), rtol=1e-12)


def test_a_psu_alone_is_refused_when_estimated_not_when_summed() -> None:
    frame = pd.DataFrame({"y": [1, 2, 3], "h": ["a", "a", "b"], "c": [1, 2, 3]})
    held = survey.sums(survey.SurveyDesign(frame, stratum="h", psu="c", lonely="later"), "y")
    with pytest.raises(survey.SurveyError, match="one PSU only in stratum 'b'"):
        survey.mean(held, "y")


def test_parts_that_contradict_each_other_are_refused(people) -> None:
    one = survey.sums(part(people(), psu=True), "u1")
    with pytest.raises(survey.SurveyError, match="the parts give different populations for stratum 0, 1, 2, 3"):
        survey.merge_sums([one, survey.sums(part(people().assign(N=13), psu=True), "u1")])
    moved = people().assign(h=lambda frame: (frame.h + 1) % 4)
    with pytest.raises(survey.SurveyError, match="lies in different strata in different parts"):
        survey.merge_sums([one, survey.sums(part(moved, psu=True), "u1")])
    with pytest.raises(survey.SurveyError, match="one part has u1, the other u2"):
        survey.merge_sums([one, survey.sums(part(people(), psu=True), "u2")])
    with pytest.raises(survey.SurveyError, match="these sums hold u1; they lack u2"):
        survey.mean(one, "u2")
    with pytest.raises(survey.SurveyError, match="calibrated weights have no additive sums"):
        survey.sums(survey.rake(part(people(), psu=True), {"sex": {"f": 10, "m": 10}}), "u1")


def test_many_parts_are_joined_as_a_tree(people, design) -> None:
    """Forty parts with labels of their own: in any order and grouping the same."""
    frame = people(400)
    whole = survey.mean(design(frame), ["u1", "x"], "d")
    kind = design(frame)
    parts = [
        survey.sums(
            survey.SurveyDesign(
                frame.iloc[place::40], weight="w", stratum="h", psu=kind.psu, population=kind.population, lonely="later"
            ),
            ["u1", "x"],
            "d",
        )
        for place in range(40)
    ]
    for order in (parts, parts[::-1], [survey.merge_sums(parts[:13]), *parts[13:]]):
        merged = survey.mean(survey.merge_sums(order), ["u1", "x"], "d")
        assert merged[["n", "n_missing", "df"]].equals(whole[["n", "n_missing", "df"]])
        for column in ("estimate", "se", "low", "high"):
            assert merged[column].tolist() == pytest.approx(whole[column].tolist(), rel=1e-12, nan_ok=True)
