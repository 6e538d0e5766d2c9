"""The shipped city, drawn once for all tests of this room."""

import pytest

from analysis import example


@pytest.fixture(scope="session")
def truth():
    return example.load()


@pytest.fixture(scope="session")
def city(truth):
    return example.draw(truth)
