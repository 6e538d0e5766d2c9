"""Made-up samples that the tests share; fixtures hand out the functions, so that a test can make its own."""

from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

from analysis import survey

ITEMS = ["u1", "u2", "u3"]


def make_people(rows: int = 240, seed: int = 7) -> pd.DataFrame:
    """Four strata, some clusters in each, five districts, Likert items with blanks, one wide-valued column."""
    rng = np.random.default_rng(seed)
    h = np.arange(rows) % 4
    frame = pd.DataFrame({"h": h, "c": h * 10 + rng.integers(0, 6, rows), "d": rng.choice(list("abcde"), rows)})
    frame["sex"] = rng.choice(["f", "m"], rows)
    shift = (frame.c % 10 - 2) / 6 + (frame.d == "e") * 0.5
    for item in ITEMS:
        answers = np.clip(np.rint(2.8 + shift + rng.normal(0, 0.8, rows)), 1, 4)
        answers[rng.random(rows) < 0.08] = np.nan
        frame[item] = answers
    frame["x"] = np.round(rng.gamma(2, 10, rows), 2)
    frame["w"] = np.round(rng.uniform(0.5, 3, rows), 3)
    frame["N"] = 12
    return frame


def by_clusters(frame: pd.DataFrame) -> survey.SurveyDesign:
    """Weights, strata, clusters and a finite population of clusters."""
    return survey.SurveyDesign(frame, weight="w", stratum="h", psu="c", population="N")


def by_people(frame: pd.DataFrame) -> survey.SurveyDesign:
    """Weights and strata; people are the sampling units."""
    return survey.SurveyDesign(frame, weight="w", stratum="h")


@pytest.fixture
def people() -> Callable[..., pd.DataFrame]:
    return make_people


@pytest.fixture
def clusters() -> Callable[[pd.DataFrame], survey.SurveyDesign]:
    return by_clusters


@pytest.fixture
def plain() -> Callable[[pd.DataFrame], survey.SurveyDesign]:
    return by_people


@pytest.fixture(params=[by_clusters, by_people], ids=["clusters", "people"])
def design(request: pytest.FixtureRequest) -> Callable[[pd.DataFrame], survey.SurveyDesign]:
    """Make a design of either kind: a test with this runs for both."""
    made: Callable[[pd.DataFrame], survey.SurveyDesign] = request.param
    return made
