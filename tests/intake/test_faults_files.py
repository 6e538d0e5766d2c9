"""Sections A and D of the fault catalogue: containers and files. Each test's name begins with the id of its fault."""

from __future__ import annotations

import io
import os
import shutil
import zipfile
from typing import TYPE_CHECKING, Any

import pytest

from analysis import intake
from analysis.intake.process.limits import Limits
from analysis.intake.source import stable_bytes

from .conftest import HEADS, HERE, SHARED, answers, codes, people

if TYPE_CHECKING:
    from pathlib import Path

ROWS = people(12)
SCORES = [row[1:] for row in ROWS]
GOOD = [["SKM Puskesmas Uji 2025"], HEADS, *ROWS]


def _put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def refused(clean: Any, path: Path, code: str) -> None:
    """Check that a file is refused with ``code`` and a remedy, and left as it was."""
    before = path.read_bytes()
    found = clean(path)
    assert found.files["code"].tolist() == [code]
    assert found.files["outcome"].tolist() == ["refused"]
    problem = found.problems[found.problems["severity"] == "refused"].iloc[0]
    assert problem["what"]
    assert problem["todo"]
    assert found.responses.empty
    assert path.read_bytes() == before


def test_a01_empty_file(tmp_path: Path, clean: Any) -> None:
    refused(clean, _put(tmp_path, "a.xlsx", b""), "E-EMPTY")


@pytest.mark.parametrize("keep", [0.5, 0.9])
def test_a02_truncated_workbook(write: Any, clean: Any, keep: float) -> None:
    path = write(GOOD)
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * keep)])
    refused(clean, path, "E-TRUNC")


def test_a02_last_thirty_bytes_missing(write: Any, clean: Any) -> None:
    path = write(GOOD)
    path.write_bytes(path.read_bytes()[:-30])
    refused(clean, path, "E-TRUNC")


def _csv(rows: list[list[Any]], separator: str = ",") -> str:
    return "\n".join(separator.join(map(str, row)) for row in rows) + "\n"


def test_a03_unbalanced_quote_is_refused_with_its_line(tmp_path: Path, clean: Any) -> None:
    path = _put(tmp_path, "Puskesmas Uji 2025.csv", (_csv([HEADS, *ROWS]) + '13,"4,3').encode())
    refused(clean, path, "E-QUOTE")


def test_a03_cut_last_row_is_said(tmp_path: Path, clean: Any) -> None:
    path = _put(tmp_path, "Puskesmas Uji 2025.csv", _csv([HEADS, *ROWS]).encode()[:-8])
    found = clean(path)
    assert "E-RAGGED" in codes(found)
    assert answers(found)[:-1] == SCORES[:-1]


@pytest.mark.parametrize("where", ["before", "after"])
def test_a04_bytes_around_the_container(write: Any, clean: Any, where: str) -> None:
    path = write(GOOD)
    extra = b"%!PS garbage " * 40
    path.write_bytes(extra + path.read_bytes() if where == "before" else path.read_bytes() + extra)
    refused(clean, path, "E-ODD")


def test_a05_wrong_extension_is_read_and_said(write: Any, clean: Any) -> None:
    path = write(GOOD)
    found = clean(path.rename(path.with_suffix(".xls")))
    assert answers(found) == SCORES
    assert "E-EXT" in codes(found)


def test_a06_web_page_named_xls(tmp_path: Path, clean: Any) -> None:
    refused(clean, _put(tmp_path, "a.xls", b"<html><table><tr><td>U1</td></tr></table></html>"), "E-HTML")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_a07_text_named_xls(tmp_path: Path, clean: Any, encoding: str) -> None:
    path = _put(tmp_path, "Puskesmas Uji 2025.xls", _csv([HEADS, *ROWS], "\t").encode(encoding))
    found = clean(path)
    assert answers(found) == SCORES
    assert "E-EXT" in codes(found)


def test_a08_old_xml(tmp_path: Path, clean: Any) -> None:
    data = b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    refused(clean, _put(tmp_path, "a.xls", data), "E-OLDXML")


@pytest.mark.parametrize(
    ("magic", "kind"), [(b"%PDF-1.4", "PDF"), (b"\xff\xd8\xff\xe0", "JPEG"), (b"\x89PNG\r\n", "PNG")]
)
def test_a09_another_kind_of_file(tmp_path: Path, clean: Any, magic: bytes, kind: str) -> None:
    path = _put(tmp_path, "a.xlsx", magic + bytes(range(256)) * 8)
    refused(clean, path, "E-NOTWB")
    assert kind in clean(path).problems["what"].iloc[0]


def test_a09_word_document_named_xlsx(tmp_path: Path, clean: Any) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<document/>")
    refused(clean, _put(tmp_path, "a.xlsx", stream.getvalue()), "E-NOTWB")


def test_a10_lock_file_is_not_opened(tmp_path: Path, clean: Any, write: Any) -> None:
    write(GOOD, "Puskesmas Uji 2025.xlsx")
    _put(tmp_path, "~$Puskesmas Uji 2025.xlsx", b"\x05Siti Aminah" + bytes(100))
    found = clean(tmp_path)
    assert answers(found) == SCORES
    assert "E-OPENLOCK" in codes(found)
    assert "Aminah" not in found.problems.to_csv()


@pytest.mark.skipif(not SHARED.is_dir(), reason="the odd workbooks are not on this machine")
@pytest.mark.parametrize(
    "name", ["calamine/pass_protected.ods", "oletools/encrypted.xls", "oletools/dde-test-encrypt-standardpassword.xlsx",
             "poi/protected_passtika.xlsb", "sheetjs/password_2002_128_enhanced.xls", "poi/password.xls"],
)  # fmt: skip
def test_a11_locked_files_are_said_to_be_locked(name: str, clean: Any, book: Any) -> None:
    path = SHARED / "workbooks" / name
    refused(clean, path, "E-ENC")
    for lang, word in (("id", "kata sandi"), ("en", "password")):
        found = intake.clean(path, book, lang, executor=HERE)
        assert word in found.problems["what"].iloc[0]


def test_a12_a_locked_structure_is_read(write: Any, clean: Any) -> None:
    def lock(made: Any) -> None:
        made.security.lockStructure = True
        made["Data"].protection.enable()

    assert answers(clean(write(GOOD, touch=lock))) == SCORES


def _with_part(path: Path, name: str, data: bytes) -> Path:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, data)
    return path


def test_a13_macros_are_not_run_and_said(write: Any, clean: Any) -> None:
    found = clean(_with_part(write(GOOD, "Puskesmas Uji 2025.xlsm"), "xl/vbaProject.bin", b"macro"))
    assert answers(found) == SCORES
    assert "E-MACRO" in codes(found)


def test_a14_external_links_are_not_followed_and_said(write: Any, clean: Any) -> None:
    found = clean(_with_part(write(GOOD), "xl/externalLinks/externalLink1.xml", b"<externalLink/>"))
    assert answers(found) == SCORES
    assert "E-LINK" in codes(found)


def test_a15_zip_bomb(write: Any, clean: Any) -> None:
    path = write(GOOD)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.xml", b" " * (30 * 2**20))
    refused(clean, path, "E-BIG")


def test_a16_too_many_rows(tmp_path: Path, clean: Any) -> None:
    path = _put(tmp_path, "a.csv", b"1,2\n" * (Limits().rows + 1))
    refused(clean, path, "E-BIG")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the odd workbooks are not on this machine")
def test_a17_a18_amplification_and_broken_ole_leave_the_parent_alive(book: Any) -> None:
    names = ["poi/poc-shared-strings.xlsx", "poi/Simple.xlsb", "sheetjs/crlf__CRLFX5_3.XLS"]
    fuzz = sorted((SHARED / "workbooks" / "poi").glob("clusterfuzz*.xls"))
    found = intake.check([*(SHARED / "workbooks" / one for one in names), *fuzz], book, "id", jobs=2)
    assert len(found) == len(names) + len(fuzz)
    assert {one["outcome"] for one in found} <= {"refused", "nothing"}


def test_a19_doctype_is_refused(write: Any, clean: Any) -> None:
    path = write(GOOD)
    bomb = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'
    refused(clean, _with_part(path, "xl/custom.xml", bomb), "E-DTD")


@pytest.mark.parametrize("name", ["xl/workbook.xml", "xl/WORKBOOK.xml"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a20_two_parts_of_one_name(write: Any, clean: Any, name: str) -> None:
    refused(clean, _with_part(write(GOOD), name, b"<workbook/>"), "E-DUPPART")


def test_a21_parts_that_point_upwards(write: Any, clean: Any) -> None:
    refused(clean, _with_part(write(GOOD), "../../evil.xml", b"<a/>"), "E-ODD")


def test_a22_a_damaged_data_part(write: Any, clean: Any) -> None:
    path = write(GOOD)
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    at = info.header_offset + 30 + len(info.filename) + info.compress_size // 2
    data[at] ^= 0xFF
    path.write_bytes(bytes(data))
    refused(clean, path, "E-CRC")


@pytest.mark.skipif(not SHARED.is_dir(), reason="the odd workbooks are not on this machine")
@pytest.mark.parametrize(
    "name", ["phpspreadsheet/utf16be.xlsx", "phpspreadsheet/namespacenonstd.xlsx", "poi/sample.strict.xlsx",
             "phpspreadsheet/nomimetype.ods", "roo/implicit_coordinates.xlsx"],
)  # fmt: skip
def test_a23_a24_unusual_but_right_files_are_opened(name: str, clean: Any) -> None:
    found = clean(SHARED / "workbooks" / name)
    assert "refused" not in set(found.files["outcome"])
    assert found.files["rows"].sum() > 0


def test_a25_the_sheet_is_chosen_by_content(write: Any, clean: Any) -> None:
    def chart_first(made: Any) -> None:
        made.create_chartsheet("Grafik", 0)

    found = clean(write(GOOD, touch=chart_first))
    assert answers(found) == SCORES
    assert found.files["sheet"].tolist() == ["Grafik", "Data"]


def test_a26_too_many_sheets(write: Any, clean: Any) -> None:
    refused(clean, write({f"s{at}": [["a"]] for at in range(201)}), "E-BIG")


def test_a27_a_file_that_keeps_changing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clean: Any) -> None:
    path = _put(tmp_path, "a.csv", b"U1,U2\n1,2\n")
    real = os.fstat
    seen = iter(range(1000))

    def restless(handle: int) -> Any:
        found = real(handle)
        return os.stat_result((*found[:8], next(seen), *found[9:]), {"st_mtime_ns": next(seen)})

    monkeypatch.setattr(os, "fstat", restless)
    refused(clean, path, "E-BUSY")


@pytest.mark.skipif(os.name == "nt", reason="no such files there")
def test_a29_only_ordinary_files(tmp_path: Path, write: Any, clean: Any) -> None:
    good = write(GOOD)
    (tmp_path / "link.xlsx").symlink_to(good)
    os.mkfifo(tmp_path / "pipe.xlsx")
    found = clean(tmp_path)
    assert answers(found) == SCORES
    assert {"E-LINKFILE", "E-NOFILE"} <= codes(found)


@pytest.mark.skipif(os.name == "nt", reason="names that cannot be there")
@pytest.mark.parametrize(
    "name", ["a;|&$ b.xlsx", "😀.xlsx", "[tabel].xlsx", "octo#thorpe.xlsx", "baris\nbaru.xlsx", "n" * 240 + ".xlsx"]
)
def test_a30_names_of_files(tmp_path: Path, write: Any, clean: Any, name: str) -> None:
    write(GOOD).rename(tmp_path / name)
    found = clean(tmp_path)
    assert answers(found) == SCORES
    assert set(found.responses["file"]) == {name}


def test_d01_the_same_bytes_count_once(tmp_path: Path, write: Any, clean: Any) -> None:
    path = write(GOOD)
    shutil.copy(path, tmp_path / "salinan.xlsx")
    found = clean(tmp_path)
    assert answers(found) == SCORES
    assert found.files["duplicate"].tolist() == [0, 12]
    assert found.files["code"].tolist() == ["", "E-DUPFILE"]


def test_d03_a_sheet_that_holds_part_of_another(write: Any, clean: Any) -> None:
    all_of, urban = people(30), people(14)
    found = clean(write({"Semua": [HEADS, *all_of], "Kota": [HEADS, *urban], "Desa": [HEADS, *all_of[14:]]}))
    assert answers(found) == [row[1:] for row in all_of]
    assert found.files["duplicate"].tolist() == [0, 14, 16]
    assert "E-OVERLAP" in codes(found)


def test_d03_people_who_answer_alike_are_no_copies(write: Any, clean: Any, tmp_path: Path) -> None:
    write([HEADS, *([at, *[4] * 9] for at in range(1, 30))], "Puskesmas Uji 2025 loket.xlsx")
    write([HEADS, *([at, *[4] * 9] for at in range(1, 20))], "Puskesmas Uji 2025 daring.xlsx")
    assert len(clean(tmp_path).responses) == 29 + 19


def test_d04_instruments_are_told_apart_between_waves(write: Any, clean: Any, tmp_path: Path) -> None:
    write(GOOD, "Puskesmas Uji 2025.xlsx")
    write(
        [
            ["No", *(f"P{at}" for at in range(1, 15))],
            *([at, *((at + item) % 4 + 1 for item in range(14))] for at in range(9)),
        ],
        "Puskesmas Uji 2013.xlsx",
    )
    found = clean(tmp_path)
    assert found.responses.groupby("wave")["rule"].first().to_dict() == {"2013": "2004", "2025": "2017"}


def test_d05_dates_outside_the_wave(write: Any, clean: Any) -> None:
    rows = [["2025-03-01", *row[1:]] for row in people(9)] + [["2021-03-01", *row[1:]] for row in people(3, 10)]
    found = clean(write([["Tanggal", *HEADS[1:]], *rows]))
    problem = found.problems[found.problems["code"] == "E-PERIOD"].iloc[0]
    assert (problem["cell"], problem["count"]) == ("A11:A13", 3)


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-be", "cp1252", "latin-1"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_d07_text_files(tmp_path: Path, clean: Any, separator: str, encoding: str, ending: str) -> None:
    rows = [[*HEADS, "Saran"], *([*row, "café"] for row in ROWS)]
    path = _put(tmp_path, "Puskesmas Uji 2025.csv", _csv(rows, separator).replace("\n", ending).encode(encoding))
    found = clean(path)
    assert answers(found) == SCORES
    assert set(found.responses["comment"]) == {"café"}


def test_d07_declared_separator_decimal_commas_and_nul(tmp_path: Path, clean: Any) -> None:
    text = "sep=;\n" + _csv([HEADS, *ROWS], ";") + "Rata-rata" + ";3,25" * 9 + "\n\0"
    found = clean(_put(tmp_path, "Puskesmas Uji 2025.csv", text.encode()))
    assert answers(found) == SCORES
    assert found.responses["row"].iloc[0] == 3
    assert found.files.iloc[0]["total"] == 1


def test_reading_changes_nothing(write: Any) -> None:
    path = write(GOOD)
    before = path.stat()
    data, digest = stable_bytes(path, Limits())
    assert (path.stat().st_mtime_ns, path.read_bytes()) == (before.st_mtime_ns, data)
    assert len(digest) == 64
