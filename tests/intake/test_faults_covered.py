"""Which fault is tested where: every id of the catalogue (container A, layout B, cells C, across files D)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

HOME = Path(__file__).parent
LAST = {"a": 30, "b": 16, "c": 24, "d": 7}
IDS = [f"{letter}{number:02d}" for letter, last in LAST.items() for number in range(1, last + 1)]
_TEST = re.compile(r"^def (test_\w+)", re.MULTILINE)
_ID = re.compile(r"(?:^|_)([a-d]\d\d)(?=_)")


def coverage() -> dict[str, list[str]]:
    """Return fault id → the tests whose names bear it."""
    found: dict[str, list[str]] = {one: [] for one in IDS}
    for path in sorted(HOME.glob("test_*.py")):
        for name in _TEST.findall(path.read_text(encoding="utf-8")):
            for fault in _ID.findall(name):
                found.setdefault(fault, []).append(f"{path.name}::{name}")
    return found


@pytest.mark.parametrize("fault", IDS)
def test_every_fault_has_a_test_that_bears_its_id(fault: str) -> None:
    assert coverage()[fault], f"no test is called test_{fault}_…"


def test_no_test_bears_an_id_that_is_none() -> None:
    assert set(coverage()) == set(IDS)


if __name__ == "__main__":
    for one, tests in coverage().items():
        print(one.upper(), *tests)  # noqa: T201 - the table, for whoever asks for it
