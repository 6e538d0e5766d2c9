"""The eight points that hold for every fault, over one file or more for each id of the catalogue."""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any

import pytest

from analysis import intake, pipeline

from . import contract, faulty, nasty

if TYPE_CHECKING:
    from pathlib import Path

LIMITED = {"a17", "a18"}
"""Faults that the limits of the child hold, not the reading itself."""
UNUSED = {
    *(f"a{at:02}" for at in (1, 2, 3, 4, 6, 8, 9, 11, 15, 16, 17, 18, 19, 20, 21, 22, 26, 27)), "a02-tail", "a04-after",
    "a09-word", "a11-ods", "b01", "b01-empty", "b13", "b14", "c18", "d06",
}  # fmt: skip
"""Faults with which no respondent is taken in; with every other, respondents are."""


def restless(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the file of that name look as if somebody wrote to it all the time."""
    real, times = os.fstat, itertools.count()

    def changed(handle: int) -> Any:
        found = real(handle)
        if not os.path.realpath(f"/proc/self/fd/{handle}").endswith(name):
            return found
        return os.stat_result((*found[:8], next(times), *found[9:]), {"st_mtime_ns": next(times)})

    monkeypatch.setattr(os, "fstat", changed)


@pytest.mark.parametrize("fault", faulty.MAKERS)
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_every_fault_ends_as_the_contract_says(fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    contract.prepare(tmp_path)
    faulty.MAKERS[fault](tmp_path)
    if fault == "a27":
        restless(monkeypatch, faulty.NAME)
    records = contract.hold(tmp_path, child=fault in LIMITED)
    assert records
    assert any(sheet["kept"] for one in records for sheet in one["sheets"]) is (fault not in UNUSED)


@pytest.mark.parametrize("case", nasty.NASTY)
def test_a_nasty_file_ends_as_the_contract_says(case: str, tmp_path: Path) -> None:
    make, end = nasty.NASTY[case]
    contract.prepare(tmp_path)
    make(tmp_path)
    (record,) = contract.hold(tmp_path, child=case in nasty.VAST)
    if isinstance(end, int):
        assert sum(sheet["kept"] for sheet in record["sheets"]) == end, record
    else:
        assert record["code"] == end


def _litter(folder: Path) -> None:
    (folder / "kicau.txt").write_text("x", encoding="utf-8")


def test_what_the_contract_forbids_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A told cell, a crash, a good file that its neighbour takes with it, a file written."""
    contract.prepare(tmp_path)
    faulty.MAKERS["c07"](tmp_path)
    with pytest.raises(AssertionError, match="u9"):
        contract.hold(tmp_path, secrets=["u9"])
    monkeypatch.setattr(pipeline, "check", lambda *_, **__: 1 / 0)
    with pytest.raises(AssertionError):
        contract.hold(tmp_path)
    monkeypatch.undo()
    faulty.xlsx(tmp_path, contract.GOOD_ROWS, "a.xlsx")
    with pytest.raises(AssertionError):
        contract.hold(tmp_path)
    (tmp_path / "a.xlsx").unlink()
    monkeypatch.setattr(intake, "clean", lambda *_, **__: _litter(tmp_path))
    with pytest.raises(AssertionError, match="a file was written"):
        contract.hold(tmp_path)
