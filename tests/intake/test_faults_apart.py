"""Faults that need another user, several files or a child that lives on: A18, A28, B02, B03, B14, B16."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from .conftest import HEADS, answers, people

if TYPE_CHECKING:
    from pathlib import Path

NOBODY = 65534
READ_AS_NOBODY = f"""
import os, sys
from pathlib import Path
from analysis.intake.grid import RefusedError
from analysis.intake.process.limits import DEFAULT
from analysis.intake.source import stable_bytes
if os.geteuid() == 0:
    os.setgroups([])
    os.setgid({NOBODY})
    os.setuid({NOBODY})
try:
    stable_bytes(Path(sys.argv[1]), DEFAULT)
except RefusedError as refusal:
    print(refusal.code)
"""


@pytest.mark.skipif(os.name == "nt", reason="permissions are others there")
def test_a28_a_file_that_may_not_be_read_whoever_runs_the_test(write: Any, tmp_path: Path) -> None:
    """As root everything may be read: the reading then is done as nobody."""
    path = write([HEADS, *people(3)])
    path.chmod(0)
    run = subprocess.run(
        [sys.executable, "-c", READ_AS_NOBODY, str(path)], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.split() == ["E-LOCKED"]


def test_b02_titles_above_and_notes_below_are_counted_and_no_respondents(write: Any, clean: Any) -> None:
    rows = [["SURVEI KEPUASAN MASYARAKAT"], ["Puskesmas Uji"], [], HEADS, *people(4), [], ["Catatan: data sementara"]]
    found = clean(write(rows))
    assert answers(found) == [row[1:] for row in people(4)]
    kinds = found.files.iloc[0]
    assert (kinds["title"], kinds["heading"], kinds["blank"], kinds["note"]) == (2, 1, 2, 1)


@pytest.mark.parametrize("merged", [True, False])
def test_b03_a_group_heading_over_the_headings(write: Any, clean: Any, merged: bool) -> None:  # noqa: FBT001
    rows = [
        ["No", "JK", "Pelayanan / skor", *[""] * 8],
        ["", "", *HEADS[1:]],
        *([at, "P", *one] for at, *one in people(5)),
    ]

    def merge(book: Any) -> None:
        for area in ("A1:A2", "B1:B2", "C1:K1") if merged else ():
            book["Data"].merge_cells(area)

    found = clean(write(rows, touch=merge))
    assert answers(found) == [row[1:] for row in people(5)]
    assert set(found.responses["sex"]) == {"female"}
    assert found.files["heading"].tolist() == [2]


def test_b14_respondents_as_columns_are_set_aside_with_their_headings_named(write: Any, clean: Any) -> None:
    turned = [["Unsur", "R1", "R2", "R3", "R4"], *([f"U{at}", 3, 4, 3, 2] for at in range(1, 10))]
    found = clean(write(turned))
    problem = found.problems[found.problems["code"] == "E-TRANSPOSED"].iloc[0]
    assert (problem["severity"], problem["cell"], problem["count"]) == ("set aside", "A2:A10", 9)
    assert found.responses.empty


def test_b16_another_number_of_sheets_in_another_wave(write: Any, clean: Any, tmp_path: Path) -> None:
    sheets = {"PKM Uji": [HEADS, *people(4)], "DPM Uji": [HEADS, *people(4, 9)]}
    write(sheets, "Data 2024.xlsx")
    write(sheets | {"Dinas Baru": [HEADS, *people(4, 20)]}, "Data 2025.xlsx")
    found = clean(tmp_path)
    told = found.files[["wave", "unit"]].to_numpy().tolist()
    assert told == [["2024", "Puskesmas Uji"], ["2024", "Dinas Uji"], ["2025", "Puskesmas Uji"], ["2025", "Dinas Uji"],
                    ["2025", "Dinas Baru"]]  # fmt: skip
    assert found.responses.groupby(["wave", "unit"]).size().tolist() == [4] * 5


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
@pytest.mark.parametrize("body", [b"", b"<a><b></a>", b"<a/>x", b'<?xml version="1.0" encoding="R1C1"?><a/>'])
def test_a18_broken_xml_is_a_refusal_or_read_and_no_end_of_the_child(
    write: Any, clean: Any, tmp_path: Path, part: str, body: bytes
) -> None:
    """Read in this process: an exception that would end the child ends the test."""
    whole, broken = write([HEADS, *people(3)], "utuh.xlsx"), tmp_path / "Puskesmas Uji 2025.xlsx"
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            new.writestr(name, body if name == part else old.read(name))
    found = clean(broken)
    assert found.files["code"].tolist() == ["E-CORRUPT"] or len(found.responses) in (0, 3)
