"""Designs: what is refused, word for word, and what a domain keeps."""

import dataclasses

import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.errors import CallError


def refused(frame: pd.DataFrame, **columns: str) -> list[str]:
    with pytest.raises(survey.SurveyError) as told:
        survey.SurveyDesign(frame, **columns)
    return [str(fault) for fault in told.value.faults]


def test_all_faults_at_once_with_their_rows() -> None:
    frame = pd.DataFrame(
        {
            "w": [1, 0, -1, np.nan, 2, np.inf, 1, 1],
            "h": ["a", "a", "a", "a", "b", "b", "b", "b"],
            "c": [1, 1, 2, 2, 3, 4, 4, 2],
            "N": [9, 9, 9, 8, 1, 1, 1, 1],
        }
    )
    assert refused(frame, weight="w", stratum="h", psu="c", population="N") == [
        "weight 'w' is missing in rows 3",
        "weight 'w' is infinite in rows 5",
        "weight 'w' is zero or negative in rows 1, 2",
        "psu 2 lies in several strata (rows 7)",
        "population 'N' varies in stratum 'a' (rows 3)",
        "population 'N' is 1 in stratum 'b', below the 2 PSUs sampled; a count is needed, not a fraction",
    ]


def test_missing_labels_are_refused() -> None:
    frame = pd.DataFrame({"h": ["a", None, "a", "a"], "c": [1, 2, None, 4], "w": [1.0, 1, 1, 1]})
    assert refused(frame, stratum="h", psu="c") == [
        "stratum 'h' is missing in rows 1",
        "psu 'c' is missing in rows 2",
    ]


@pytest.mark.parametrize(
    ("frame", "columns", "message"),
    [
        (pd.DataFrame({"y": []}), {}, "the frame has no rows"),
        (pd.DataFrame({"y": [1]}), {"weight": "w"}, "no column 'w'; the columns are y"),
        (
            pd.DataFrame([[1, 2], [3, 4]], columns=["w", "w"]),
            {"weight": "w"},
            "2 columns are called 'w'; rename all but one",
        ),
        (
            pd.DataFrame({"w": ["x", "y"]}),
            {"weight": "w"},
            "weight column 'w' holds str values where numbers are needed",
        ),
        (
            pd.DataFrame({"y": [1, 2]}),
            {"lonely": "drop"},
            "lonely must be one of refuse, certainty, adjust, average, later, not 'drop'",
        ),
    ],
)
def test_what_cannot_be_a_design(frame: pd.DataFrame, columns: dict[str, str], message: str) -> None:
    assert refused(frame, **columns) == [message]


def test_a_survey_error_is_a_value_error_and_a_call_error() -> None:
    assert issubclass(survey.SurveyError, ValueError)
    assert issubclass(survey.SurveyError, CallError)


def test_no_population_means_no_correction_in_that_stratum_alone() -> None:
    frame = pd.DataFrame({"y": [1, 2, 4, 3, 5, 9], "h": list("aaabbb"), "N": [3, 3, 3] + [np.nan] * 3, "w": [1.0] * 6})
    table = survey.mean(survey.SurveyDesign(frame, stratum="h", population="N"), "y")
    only_b = frame.y[3:].var() / 3 * 0.25
    assert table.se[0] == pytest.approx(np.sqrt(only_b), rel=1e-12)


def test_a_census_has_no_error_and_no_interval() -> None:
    frame = pd.DataFrame({"y": [1, 2, 4, 3, 5, 9], "d": list("ababab"), "N": 6})
    held = survey.SurveyDesign(frame, population="N")
    table = survey.mean(held, "y", "d")
    assert table.se.tolist() == [0.0, 0.0]
    assert table.note.tolist() == ["census", "census"]
    assert table.low.isna().all()
    pair = survey.pairwise(held, "y", "d").iloc[0]
    assert (pair.note, pair.se, np.isnan(pair.p)) == ("census", 0.0, True)


def test_a_subset_keeps_strata_and_psus(people, clusters) -> None:
    frame = people()
    domain = survey.mean(clusters(frame), ["u1", "x"], "d")
    alone = survey.mean(clusters(frame).subset(frame.d == "b"), ["u1", "x"])
    same = domain[domain.d == "b"].drop(columns="d").reset_index(drop=True)
    pd.testing.assert_frame_equal(alone, same, rtol=1e-12)
    twice = clusters(frame).subset(frame.d == "b").subset(frame.sex == "f")
    once = clusters(frame).subset((frame.d == "b") & (frame.sex == "f"))
    pd.testing.assert_frame_equal(survey.mean(twice, "u1"), survey.mean(once, "u1"))


def test_a_mask_of_another_length_is_refused(people, plain) -> None:
    with pytest.raises(survey.SurveyError, match="mask has 3 values for 240 rows"):
        plain(people()).subset([True, False, True])


def test_later_changes_to_the_callers_frame_are_not_seen(people, plain) -> None:
    frame = people()
    held = plain(frame)
    before = survey.mean(held, "u1").estimate[0]
    frame["u1"] = 1.0
    assert survey.mean(held, "u1").estimate[0] == before
    assert survey.mean(held, "x").estimate[0] > 0
    assert (held.frame.u1 != 1.0).any()


def test_fitted_weights_go_with_the_design(people, clusters) -> None:
    frame = people()
    raked = survey.rake(clusters(frame), {"sex": {"f": 300, "m": 260}})
    fitted = survey.weights(raked)
    other = dataclasses.replace(raked, frame=raked.frame.assign(note="x"))
    assert survey.weights(other).tolist() == fitted.tolist()
    more = raked.with_columns({"high": (frame.u1 >= 3) * 1.0})
    assert survey.weights(more).sum() == pytest.approx(560)
    pd.testing.assert_frame_equal(survey.mean(more, "u1", "d"), survey.mean(raked, "u1", "d"))
    assert survey.mean(more, "high").note[0] == ""
    with pytest.raises(survey.SurveyError, match=r"fitted weights of shape \(240,\) cannot serve a frame of 100 rows"):
        dataclasses.replace(raked, frame=frame.head(100))


def test_columns_are_added_and_changed_without_reading_the_design_again(people, design) -> None:
    held = design(people())
    part = held.subset(held.frame.sex == "f")
    before = survey.mean(part, ["u1", "u2"], "d")
    turned = part.with_columns({"u1": 5 - held.frame.u1})
    after = survey.mean(turned, ["u1", "u2"], "d")
    assert after.estimate[:5].tolist() == pytest.approx((5 - before.estimate[:5]).tolist())
    pd.testing.assert_frame_equal(after[5:], before[5:])
    pd.testing.assert_frame_equal(survey.mean(part, ["u1", "u2"], "d"), before)
    with pytest.raises(survey.SurveyError, match="the design is made from w, h"):
        held.with_columns({"h": 1, "w": 2.0})


def test_a_mask_with_labels_is_matched_by_them(people, plain) -> None:
    frame = people().sample(frac=1, random_state=1)
    held = plain(frame)
    expected = survey.mean(held.subset((frame.sex == "f").to_numpy()), "u1")
    pd.testing.assert_frame_equal(survey.mean(held.subset(frame.sex.sort_index() == "f"), "u1"), expected)
    pd.testing.assert_frame_equal(survey.mean(held.subset(frame.sex == "f"), "u1"), expected)
    with pytest.raises(survey.SurveyError, match="the mask's labels are not those of the frame's rows"):
        held.subset((frame.sex == "f").rename(lambda label: label + 1))
    doubled = plain(frame.rename(lambda label: label // 2))
    with pytest.raises(survey.SurveyError, match="give an array to go by position"):
        doubled.subset(frame.sex == "f")
