"""Every public statistic says what comes out, in which units and shape, what becomes of missing answers, its degrees
of freedom, what may go wrong, where it comes from, and what R calls it."""

import inspect
import re

import pytest

from analysis import survey

# Functions that keep books and state no statistic; whatever is added to the room must speak for itself.
BOOKS = {"collapse", "merge_sums", "questions", "sums", "weights"}
STATISTICS = [name for name in survey.__all__ if inspect.isfunction(getattr(survey, name)) and name not in BOOKS]
OWED = {
    "parameters": r"^Parameters\n-+$",
    "returns": r"^Returns\n-+$",
    "raises": r"^Raises\n-+\nSurveyError\n +\S",
    "notes": r"^Notes\n-+$",
    "shape": r"Shape: ",
    "units": r"Units: ",
    "missing": r"Missing: ",
    "df": r"\bdf: ",
    "source": r"\((1[89]|20)\d\d\)",
    "R": r"R: ``",
}


@pytest.mark.parametrize("name", survey.__all__)
def test_everything_public_is_documented(name: str) -> None:
    thing = getattr(survey, name)
    if callable(thing):
        assert inspect.getdoc(thing)


@pytest.mark.parametrize("name", STATISTICS)
def test_every_statistic_owes_its_reader_the_same_sections(name: str) -> None:
    told = inspect.getdoc(getattr(survey, name)) or ""
    assert [part for part, sign in OWED.items() if not re.search(sign, told, re.MULTILINE)] == []


@pytest.mark.parametrize("name", STATISTICS)
def test_every_parameter_is_told(name: str) -> None:
    function = getattr(survey, name)
    told = (inspect.getdoc(function) or "").partition("Parameters\n")[2].partition("\nReturns\n")[0]
    named = set(re.findall(r"\w+", " ".join(re.findall(r"^\w[\w, ]*$", told, re.MULTILINE))))
    assert set(inspect.signature(function).parameters) <= named
