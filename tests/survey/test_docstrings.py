"""Every public statistic says what comes out, in which units and shape, what becomes of missing answers, its degrees
of freedom, what may go wrong, where it comes from, and what R calls it."""

import inspect
import re

import pytest

from analysis import survey

FUNCTIONS = [name for name in survey.__all__ if inspect.isfunction(getattr(survey, name))]
# Functions that keep books, and what is made by hand: nothing is estimated, so there is no df and no paper.
BOOKS = {"collapse", "merge_sums", "questions", "sums", "weights"}
MADE = {"Composite", "SurveyDesign"}
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
    "R": r"R: (``|none|the column)",
}


@pytest.mark.parametrize("name", survey.__all__)
def test_everything_public_is_documented(name: str) -> None:
    thing = getattr(survey, name)
    if callable(thing):
        assert inspect.getdoc(thing)


@pytest.mark.parametrize("name", [*FUNCTIONS, *sorted(MADE)])
def test_everything_that_can_be_asked_owes_its_reader_the_same_sections(name: str) -> None:
    told = inspect.getdoc(getattr(survey, name)) or ""
    spared = {"df", "source"} if name in BOOKS | MADE else set()
    spared |= {"returns"} if name in MADE else set()
    lacking = {part for part, sign in OWED.items() if not re.search(sign, told, re.MULTILINE)}
    assert lacking <= spared


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_parameter_is_told(name: str) -> None:
    function = getattr(survey, name)
    told = (inspect.getdoc(function) or "").partition("Parameters\n")[2].partition("\nReturns\n")[0]
    named = set(re.findall(r"\w+", " ".join(re.findall(r"^\w[\w, ]*$", told, re.MULTILINE))))
    assert set(inspect.signature(function).parameters) <= named
