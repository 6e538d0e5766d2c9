"""What one pass keeps, counted again row by row; parts that hold blanks, everybody asked, or many people."""

import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.survey.columns import numbers
from analysis.survey.onepass import products


@pytest.mark.parametrize("psu", [None, "c"])
@pytest.mark.parametrize("weight", ["w", "of_stratum"])
@pytest.mark.parametrize("item", ["u1", "x"])
def test_squared_weights_are_those_of_the_answers_alone(people, psu, weight: str, item: str) -> None:
    frame = people(400).assign(of_stratum=lambda held: held.h + 1.5)
    frame.loc[::7, "x"] = np.nan
    held = survey.SurveyDesign(frame, weight=weight, stratum="h", psu=psu)
    made = survey.sums(held, item, "d")
    answered = frame[frame[item].notna()]
    by_domain = np.bincount(made.cells.domain, weights=made.items[item].squared)[:5]
    assert by_domain.tolist() == pytest.approx((answered[weight] ** 2).groupby(answered.d).sum().tolist(), rel=1e-12)
    assert np.bincount(made.cells.domain, weights=made.items[item].answered)[:5].tolist() == (
        answered.groupby("d").size().tolist()
    )


def test_a_cell_may_hold_more_people_than_a_byte_counts() -> None:
    frame = pd.DataFrame({"y": [3] * 300 + [4] * 200, "h": 1, "d": "a"})
    parts = [survey.sums(survey.SurveyDesign(frame[place::2], stratum="h"), "y", "d") for place in (0, 1)]
    merged = survey.merge_sums(parts)
    assert parts[0].items["y"].n.tolist() == [[150, 100]]
    assert (merged.strata.sampled.tolist(), merged.items["y"].n.tolist()) == ([500], [[300, 200]])
    pd.testing.assert_frame_equal(survey.mean(merged, "y", "d"), survey.mean(survey.SurveyDesign(frame), "y", "d"))


@pytest.mark.parametrize("psu", [None, "c"])
def test_a_subset_under_fitted_weights_is_blanks_outside_it(people, psu) -> None:
    """Rows in no domain count for the whole, rows outside the subset for nothing."""
    frame = people(300)
    frame.loc[::9, "d"] = None
    design = survey.SurveyDesign(frame, weight="w", stratum="h", psu=psu)
    raked = survey.rake(design, {"sex": {"f": 900, "m": 800}})
    inside = (frame.x > 15).to_numpy()
    blank = raked.with_columns({"u1": frame.u1.where(inside)})
    one, other = survey.against_whole(raked.subset(inside), "u1", "d"), survey.against_whole(blank, "u1", "d")
    pd.testing.assert_frame_equal(one, other, rtol=1e-10)


def test_parts_of_a_census_and_with_blank_labels_are_the_whole(people) -> None:
    frame = people(400)
    frame.loc[::9, "d"] = None
    frame["N"] = frame.groupby("h").h.transform("size")

    def made(part: pd.DataFrame) -> survey.Sums:
        return survey.sums(
            survey.SurveyDesign(part, weight="w", stratum="h", population="N", lonely="later"), "u1", "d"
        )

    merged = survey.merge_sums([made(frame[place::3]) for place in range(3)])
    whole = made(frame)
    assert (merged.strata.population == merged.strata.sampled).all()
    assert (survey.mean(merged, "u1", "d").note == "census").all()
    pd.testing.assert_frame_equal(survey.mean(merged, "u1", "d"), survey.mean(whole, "u1", "d"), rtol=1e-12)
    pd.testing.assert_frame_equal(
        survey.against_whole(merged, "u1", "d"), survey.against_whole(whole, "u1", "d"), rtol=1e-9
    )


def test_a_cluster_of_the_first_stratum_is_refused_in_another() -> None:
    def made(stratum: str) -> survey.Sums:
        frame = pd.DataFrame({"y": [1, 2, 3], "h": [stratum, stratum, "b"], "c": [1, 2, 3]})
        return survey.sums(survey.SurveyDesign(frame, stratum="h", psu="c", lonely="later"), "y")

    with pytest.raises(survey.SurveyError, match="psu 1, 2 lies in different strata in different parts"):
        survey.merge_sums([made("a"), made("c")])


@pytest.mark.parametrize("chunk", [40, 65_536])
def test_products_are_those_of_every_row(people, chunk: int, monkeypatch) -> None:
    """Cells of many rows and of few, cells cut by a chunk's end, answers by level and by value, blanks."""
    monkeypatch.setattr(products, "CHUNK", chunk)
    frame = people(600)
    frame.loc[::11, "x"] = np.nan
    rng = np.random.default_rng(4)
    key = np.where(rng.random(600) < 0.5, rng.integers(0, 3, 600), rng.integers(4, 60, 600))
    columns, centre = [numbers(frame, name) for name in ("u1", "x", "u2")], np.array([2.0, 17.5, 3.0])
    weight = frame.w.to_numpy()
    found = products.grams(columns, centre, weight, key, 60)
    features = np.zeros((600, 6))
    for place, name in enumerate(("u1", "x", "u2")):
        features[:, 2 * place] = frame[name].notna()
        features[:, 2 * place + 1] = (frame[name] - centre[place]).fillna(0)
    features *= weight[:, None]
    expected = np.zeros((60, 6, 6))
    np.add.at(expected, key, features[:, :, None] * features[:, None, :])
    assert found == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert found[3].any() == np.False_
