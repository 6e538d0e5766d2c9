"""While a file is read no socket is opened, nothing is written and no program started: seen from inside and outside."""

from __future__ import annotations

import json
import os
import re
import shutil
import struct
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import odf.opendocument
import odf.table
import odf.text
import openpyxl
import pytest
import xlwt

from analysis.intake.process.child import Reader, settings_of
from analysis.intake.process.limits import DEFAULT

from .conftest import HEADS, SHARED, people

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.codebook import Codebook

BINARY = SHARED / "workbooks" / "calamine" / "date.xlsb"
WATCHED = """
import json, os, sys
seen, writes = [], os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
ALWAYS = ("socket.", "subprocess.", "os.exec", "os.system", "os.fork", "os.posix_spawn", "os.spawn", "os.remove",
          "os.rename", "os.mkdir", "os.rmdir", "os.truncate", "os.link", "os.symlink", "shutil.", "tempfile.",
          "urllib.", "ftplib.", "http.client.", "smtplib.", "webbrowser.")
def watch(event, arguments):
    if event.startswith(ALWAYS):
        seen.append([event, ""])
    elif event == "open":
        path, mode, flags = arguments
        if not isinstance(path, int) and isinstance(flags, int) and flags & writes and path != os.devnull:
            seen.append([event, str(path)])
sys.addaudithook(watch)
from analysis.intake.process import worker
worker.main()
sys.stderr.flush()
os.write(int(sys.argv[1]), json.dumps(seen).encode())
"""


def kinds(folder: Path) -> list[Path]:
    """Write one file of each kind, some of them with what would tempt a reader to reach out."""
    rows = [HEADS, *people(4)]
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.active["A9"] = '=WEBSERVICE("http://127.0.0.1:9/x")'
    book.active["A10"] = "=[http://127.0.0.1:9/other.xlsx]Data!A1"
    book.active["A11"].hyperlink = "http://127.0.0.1:9/link"
    book.save(folder / "a.xlsx")
    shutil.copy(folder / "a.xlsx", folder / "b.xlsm")
    old = xlwt.Workbook()
    sheet = old.add_sheet("Data")
    for at, row in enumerate(rows):
        for to, value in enumerate(row):
            sheet.write(at, to, value)
    old.save(str(folder / "c.xls"))
    document = odf.opendocument.OpenDocumentSpreadsheet()
    table = odf.table.Table(name="Data")
    for row in rows:
        line = odf.table.TableRow()
        for value in row:
            cell = odf.table.TableCell(valuetype="string")
            cell.addElement(odf.text.P(text=str(value)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    document.save(str(folder / "d.ods"))
    (folder / "e.csv").write_text("\n".join(";".join(map(str, row)) for row in rows), encoding="utf-8")
    (folder / "f.xls").write_text("<html><img src='http://127.0.0.1:9/i.png'><table><tr><td>1</td></tr></table></html>")
    with zipfile.ZipFile(folder / "g.xlsx", "w") as archive:
        archive.writestr("[Content_Types].xml", '<!DOCTYPE x [<!ENTITY e SYSTEM "http://127.0.0.1:9/e">]><x>&e;</x>')
    if BINARY.exists():
        shutil.copy(BINARY, folder / "h.xlsb")
    return sorted(folder.iterdir())


def asked(files: Iterable[Path], book: Codebook) -> bytes:
    """Return what the parent would write to the child for these files."""
    settings = settings_of(book, b"k")
    told = struct.pack("<Q", len(settings)) + settings
    for path in files:
        data, name = path.read_bytes(), path.name.encode()
        told += struct.pack("<QQ", len(name), len(data)) + name + data
    return told


def answers_in(output: bytes) -> int:
    """Return how many answers the child gave."""
    at = count = 0
    while at < len(output):
        size, _ = struct.unpack_from("<QQ", output, at)
        at += struct.calcsize("<QQ") + size
        count += 1
    return count


def test_no_socket_no_writing_no_program_seen_from_inside(tmp_path: Path, book: Any) -> None:
    files = kinds(tmp_path)
    theirs, ours = os.pipe()
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-B", "-c", WATCHED, str(ours)], input=asked(files, book), capture_output=True,
        timeout=120, check=True, pass_fds=[ours],
    )  # fmt: skip
    os.close(ours)
    with os.fdopen(theirs, "rb") as pipe:
        assert json.loads(pipe.read()) == []
    assert answers_in(run.stdout) == len(files)


def test_the_hook_would_see_it(tmp_path: Path) -> None:
    """The same hook, over a child that does reach out."""
    theirs, ours = os.pipe()
    guilty = WATCHED.replace(
        "worker.main()", f"import socket; socket.socket(); open({str(tmp_path / 'x')!r}, 'w').close()"
    )
    subprocess.run([sys.executable, "-c", guilty, str(ours)], timeout=120, check=True, pass_fds=[ours])
    os.close(ours)
    with os.fdopen(theirs, "rb") as pipe:
        assert {event for event, _ in json.loads(pipe.read())} == {"socket.__new__", "open"}


def test_what_a_child_loads_is_compiled_for_the_next(
    tmp_path: Path, book: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not while a file is looked at: then nothing may be written."""
    monkeypatch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path))
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    with Reader(settings_of(book, b"k")) as reader:
        assert reader.read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "a.xls")
    assert list(tmp_path.rglob("parse.*.pyc"))
    assert not list(tmp_path.rglob("olefile*"))


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_socket_no_writing_no_program_seen_from_outside(tmp_path: Path, book: Any) -> None:
    """Every system call of the child that could reach out, also from compiled readers that no hook sees."""
    inside = tmp_path / "in"
    inside.mkdir()
    files, log = kinds(inside), tmp_path / "calls"
    calls = "socket,connect,execve,openat,open,creat,rename,unlink,mkdir,truncate,ftruncate,link,symlink"
    run = subprocess.run(
        ["strace", "-f", "-qq", "-o", str(log), "-e", f"trace={calls}",
         sys.executable, "-X", "utf8", "-B", "-m", "analysis.intake.process.worker"],
        input=asked(files, book), capture_output=True, timeout=300, check=False,
    )  # fmt: skip
    told = log.read_text(encoding="utf-8", errors="replace").splitlines()
    if run.returncode and not told:
        pytest.skip("strace may not trace here")
    assert answers_in(run.stdout) == len(files)
    assert sum("execve(" in one for one in told) == 1
    bad = [
        one
        for one in told
        if re.search(r"\b(?:socket|connect|creat|rename|unlink|mkdir|f?truncate|link|symlink)\(", one)
    ]
    bad += [one for one in told if re.search(r"O_(?:WRONLY|RDWR|CREAT)", one) and "/dev/null" not in one]
    assert bad == []


def test_the_document_tells_the_limits_that_hold() -> None:
    text = (Path(__file__).parents[2] / "docs" / "limits.md").read_text(encoding="utf-8")
    megabytes = (DEFAULT.file_bytes, DEFAULT.member_bytes, DEFAULT.unpacked_bytes, DEFAULT.answer_bytes)
    told = [*(f"{one // 2**20} MB" for one in megabytes), f"{DEFAULT.address_space / 2**30:g} GB", DEFAULT.memory]
    told += [f"{one:,}" for one in (DEFAULT.members, DEFAULT.sheets, DEFAULT.rows, DEFAULT.columns)]
    told += [f"{DEFAULT.cells // 10**6} million", f"{DEFAULT.ratio} to 1"]
    told += [f"{DEFAULT.cpu_seconds} s", f"{DEFAULT.wall_seconds:g} s"]
    assert [one for one in told if one not in text] == []
