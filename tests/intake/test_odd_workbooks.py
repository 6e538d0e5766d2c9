"""228 odd workbooks that nobody here wrote: one typed outcome each, every hazard that another look at the XML finds."""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from analysis import codebook
from analysis.intake.check import record
from analysis.intake.clean import gather, read_files

from .conftest import SHARED

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.intake.fileread import FileRead

FOLDER = SHARED / "workbooks"
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="the odd workbooks are not on this machine")
LOCKED = {
    "calamine/pass_protected.ods", "excelize/encryptAES.xlsx", "excelize/encryptSHA1.xlsx",
    "msoffcrypto/example_password.xlsx", "oletools/dde-test-encrypt-standardpassword.xls",
    "oletools/dde-test-encrypt-standardpassword.xlsx", "oletools/encrypted.xls", "oletools/encrypted.xlsm",
    "oletools/encrypted.xlsx", "poi/58616.xlsx", "poi/crash-9bf3cd4bd6f50a8a9339d363c2c7af14b536865c.xlsx",
    "poi/extenxls_pwd123.xlsx", "poi/password.xls", "poi/protected_passtika.xlsb", "poi/protected_sha512.xlsx",
    "python-calamine/password.xls", "sheetjs/password_2002_128_enhanced.xls",
}  # fmt: skip


@pytest.fixture(scope="module")
def run() -> tuple[list[FileRead], list[dict[str, Any]]]:
    names = [row["path"] for row in csv.DictReader((FOLDER / "INDEX.csv").read_text(encoding="utf-8").splitlines())]
    book = codebook.load()
    files = read_files([FOLDER / name for name in names], book, jobs=2)
    frames = gather(files, book, "id")
    return files, [record(one, frames, "id") for one in files]


def test_one_typed_outcome_each(run: Any) -> None:
    files, records = run
    assert len(records) == 228
    assert {one["outcome"] for one in records} <= {"read", "partly", "refused", "nothing"}
    assert all(one["message"] and one["code"] for one in records if one["outcome"] == "refused")
    assert not any("Traceback" in one["message"] for one in records)
    assert not [one.name for one in files if one.result.refused == "E-TIME"]


def test_the_locked_ones_and_only_they_are_said_to_be_locked(run: Any) -> None:
    _, records = run
    assert {one["file"] for one in records if one["code"] == "E-ENC"} == LOCKED
    assert all("kata sandi" in one["message"] for one in records if one["code"] == "E-ENC")


def test_every_row_is_accounted_for(run: Any) -> None:
    _, records = run
    for one in records:
        for sheet in one["sheets"]:
            assert sheet["kept"] >= 0
            assert sheet["set_aside"] >= 0


def test_hazards_found_by_another_look_are_all_reported(run: Any) -> None:
    """Every xlsx that opens: error cells, formulas without a value, what is hidden (sheets too), merges, per sheet."""
    files, _ = run
    missed = []
    for one in files:
        if one.result.refused or not one.name.endswith((".xlsx", ".xlsm")):
            continue
        said: Counter[tuple[str, str]] = Counter()
        for doubt in one.result.doubts:
            said[doubt["sheet"], doubt["code"]] += doubt["count"]
        for (sheet, code), count in _hazards(FOLDER / one.name).items():
            if count and said[sheet, code] < (count if code in ("E-ERR", "E-NOCACHE") else 1):
                missed.append((one.name, sheet, code, count, said[sheet, code]))
    assert missed == []


def _tag(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]


def _hazards(path: Path) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        parts = {name.lower().lstrip("/"): name for name in archive.namelist()}
        book = next((name for name in parts if name.endswith("xl/workbook.xml") or name == "workbook.xml"), None)
        rels = next((name for name in parts if name.endswith("workbook.xml.rels")), None)
        if book is None or rels is None:
            return found
        targets = {one.get("Id"): one.get("Target", "") for one in ET.fromstring(archive.read(parts[rels]))}  # noqa: S314 - DOCTYPEs were refused
        for one in ET.fromstring(archive.read(parts[book])).iter():  # noqa: S314
            if _tag(one) != "sheet":
                continue
            relation = next((value for key, value in one.attrib.items() if key.endswith("}id")), "")
            target = targets.get(relation, "").lstrip("/").lower()
            part = parts.get(target) or parts.get(f"xl/{target}")
            if part is not None:
                found[one.get("name", ""), "E-HIDDENSHEET"] += one.get("state", "visible") != "visible"
                _of_sheet(ET.fromstring(archive.read(part)), one.get("name", ""), found)  # noqa: S314
    return found


def _of_sheet(root: ET.Element, name: str, found: Counter[tuple[str, str]]) -> None:
    for one in root.iter():
        kind = _tag(one)
        hidden = one.get("hidden") in ("1", "true")
        if kind == "c":
            children = {_tag(child): child for child in one}
            if one.get("t") == "e":
                found[name, "E-ERR"] += 1
            elif "f" in children and "v" not in children and "is" not in children:
                found[name, "E-NOCACHE"] += 1
        elif kind == "row" and hidden:
            found[name, "E-HIDDENROWS"] += 1
        elif kind == "col" and hidden:
            found[name, "E-HIDDENCOLUMNS"] += 1
        elif kind == "mergeCell":
            found[name, "E-MERGES"] += 1
