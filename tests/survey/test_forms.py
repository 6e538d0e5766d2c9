import numpy as np
import pandas as pd
import pytest

from analysis import survey
from analysis.survey import Composite, SurveyDesign

PARTS = (("u1",), ("u2", "u3"), ("u4",))


def people(n=400, seed=0):
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame({
        "h": rng.choice(["a", "b", "c"], n), "place": rng.choice(["n", "s", "e", "w"], n),
        "kind": rng.choice(["x", "y"], n),
    })  # fmt: skip
    frame["day"] = frame["h"] + rng.integers(0, 12, n).astype(str)
    frame["w"] = frame["h"].map({"a": 1.5, "b": 2.0, "c": 4.0})
    frame["size"] = frame["h"].map({"a": 300.0, "b": np.nan, "c": 1000.0})
    for item in ("u1", "u2", "u3", "u4"):
        frame[item] = pd.array(rng.integers(1, 5, n), dtype="Int8")
        frame.loc[rng.random(n) < 0.1, item] = pd.NA
    frame.loc[frame["place"].eq("e"), "u4"] = pd.NA
    frame.loc[::17, "place"] = None
    return frame


def designs(frame, mask=None):
    made = [
        SurveyDesign(frame, weight="w", stratum="h", population="size"),
        SurveyDesign(frame, weight="w", stratum="h", psu="day"),
    ]
    return made if mask is None else [one.subset(mask) for one in made]


@pytest.mark.parametrize("y", [Composite("index", PARTS, 25.0), "u1", Composite("one", (("u2",),))])
@pytest.mark.parametrize("by", ["place", ["place", "kind"], ["kind"]])
def test_combinations_have_the_covariance_of_the_whole_table(y, by):
    frame = people()
    made = designs(frame, mask=np.arange(len(frame)) % 5 > 0)
    weights = np.random.default_rng(1).normal(size=(3, 8))
    for design, form in zip(made, survey.forms(made, y, by), strict=True):
        told = survey.mean(design, y, by)
        table = np.asarray(survey.covariance(design, y, by), dtype=float)
        chosen = weights[:, : len(form.n)]
        np.testing.assert_allclose(form.estimate, told["estimate"], rtol=1e-12)
        np.testing.assert_array_equal(form.n, told["n"])
        np.testing.assert_allclose(form.variance, np.diag(table), rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(form.covariance(chosen), chosen @ table @ chosen.T, rtol=1e-9, atol=1e-10)
        np.testing.assert_allclose(form.variances(chosen), np.diag(chosen @ table @ chosen.T), rtol=1e-9, atol=1e-10)


def test_weight_is_that_of_those_who_answered():
    frame = people()
    form = survey.forms(designs(frame), Composite("index", PARTS), "kind")[0]
    answered = frame[["u1", "u2", "u3", "u4"]].notna().any(axis=1)
    np.testing.assert_allclose(form.weight, frame[answered].groupby("kind")["w"].sum())


def test_wide_values_are_combined_too():
    frame = people().assign(minutes=np.random.default_rng(2).gamma(2.0, 30.0, 400))
    design = designs(frame)[0]
    form = survey.forms([design], "minutes", "place")[0]
    np.testing.assert_allclose(form.variance, np.diag(survey.covariance(design, "minutes", "place")), rtol=1e-9)


def test_fitted_weights_keep_their_own_covariance():
    frame = people().dropna(subset=["place"]).reset_index(drop=True)
    raked = survey.rake(SurveyDesign(frame, weight="w", stratum="h"), {"kind": {"x": 500.0, "y": 300.0}})
    form = survey.forms([raked], "u1", "place")[0]
    table = np.asarray(survey.covariance(raked, "u1", "place"), dtype=float)
    np.testing.assert_allclose(form.covariance(np.eye(4)), table, rtol=1e-9)


def test_designs_of_other_rows_are_refused():
    frame = people()
    with pytest.raises(survey.SurveyError, match="different rows"):
        survey.forms([designs(frame)[0], designs(frame.head(100))[0]], "u1", "kind")
