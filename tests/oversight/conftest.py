import pytest

from analysis import codebook


@pytest.fixture(scope="session")
def book():
    return codebook.load()
