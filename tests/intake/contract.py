"""What every faulty file has to end in, whatever its fault: the eight points that the fault catalogue begins with.

1 no traceback, no hang, bounded memory; 2 one typed outcome per file, told in both languages with code, place and
remedy; 3 a good file beside it reads as if alone; 4 files stay as they were; 5 every row has one kind; 6 nothing is
written; 7 nothing of a cell is told; 8 the exit code tells the outcome.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import stat
import sys
import tempfile
import time
from typing import TYPE_CHECKING, Any
from unittest import mock

import pandas as pd

from analysis import cli, intake
from analysis.intake.check import worst
from analysis.shapes import ROW_KINDS
from analysis.words import say

from . import faulty
from .conftest import HERE, MADE_UP

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

GOOD = "baik.xlsx"
GOOD_ROWS = [["SKM Dinas Uji 2025"], *faulty.table(15, 500)]
SECONDS = 30.0
MEGABYTES = 900
OUTCOMES = {"read", "partly", "refused", "nothing"}
_CRASH = re.compile(r"Traceback|Exception|NoneType|\w+Error\b|object at 0x|\{\w*\}|<class")
_LANGS = ("id", "en")


def prepare(folder: Path) -> None:
    """Put the codebook and the good file into the folder."""
    (folder / "codebook.toml").write_text(MADE_UP, encoding="utf-8")
    faulty.xlsx(folder, GOOD_ROWS, GOOD)


def hold(folder: Path, secrets: Sequence[str] = faulty.SECRETS, *, child: bool = False) -> list[dict[str, Any]]:
    """Check all eight points over a prepared folder; return the records of the faulty files.

    Files are read in this process, so that no child hides an exception, or with ``child`` where the limits of the
    child are what holds.
    """
    before = _state(folder)
    scratch = folder.with_name(f"{folder.name}-scratch")
    scratch.mkdir(exist_ok=True)
    start = time.monotonic()
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(tempfile, "tempdir", str(scratch)))
        if not child:
            stack.enter_context(mock.patch("analysis.intake.clean.Readers", return_value=_Stays()))
            peak = _peak()
        told = {lang: _call(folder, lang, "--json") for lang in _LANGS}
        shown = {lang: _call(folder, lang) for lang in _LANGS}
        frames = {lang: intake.clean(folder, None, lang, executor=None if child else HERE) for lang in _LANGS}
    assert time.monotonic() - start < 6 * SECONDS
    assert child or _peak() - peak < MEGABYTES
    assert _state(folder) == before, "a file was written, changed or removed"
    assert not list(scratch.iterdir()), "something was left behind"
    records = [json.loads(line) for line in told["en"][1].splitlines()]
    _records(records, [json.loads(line) for line in told["id"][1].splitlines()], {told[one][0] for one in _LANGS})
    _printed(shown, records)
    _frames(frames)
    _private(secrets, [*(one[1] for one in (*told.values(), *shown.values()))], frames)
    _good_unaffected(folder, records, frames["en"])
    return [one for one in records if not one["file"].endswith(GOOD)]


class _Stays(type(HERE)):  # type: ignore[misc]
    """The executor of the tests, not shut down between calls."""

    def __init__(self) -> None:
        self.parsers = HERE.parsers


def _peak() -> int:
    if sys.platform == "win32":
        return 0
    import resource  # noqa: PLC0415

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _state(folder: Path) -> dict[str, tuple[Any, ...]]:
    """Return every file below a folder with kind, size, time and hash."""
    found = {}
    for path in sorted(folder.rglob("*")):
        seen = path.lstat()
        plain = stat.S_ISREG(seen.st_mode)
        digest = hashlib.sha256(path.read_bytes()).hexdigest() if plain and os.access(path, os.R_OK) else ""
        found[str(path)] = (seen.st_mode, seen.st_size if plain else 0, seen.st_mtime_ns if plain else 0, digest)
    return found


def _call(folder: Path, lang: str, *more: str) -> tuple[int, str]:
    """Return exit code and what the command prints; nothing on the other stream."""
    out, err = io.StringIO(), io.StringIO()
    call = ["tilik", "check", str(folder), "--lang", lang, *more]
    with mock.patch.object(sys, "argv", call), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = cli.main()
    assert err.getvalue() == ""
    assert not _CRASH.search(out.getvalue()), _CRASH.search(out.getvalue())
    return code, out.getvalue()


def _records(english: list[dict[str, Any]], indonesian: list[dict[str, Any]], ends: set[int]) -> None:
    assert len({one["file"] for one in english}) == len(english)
    for one, twin in zip(english, indonesian, strict=True):
        assert one["outcome"] in OUTCOMES
        assert bool(one["code"]) == (one["outcome"] != "read") or one["outcome"] == "partly"
        assert {**one, "message": ""} == {**twin, "message": ""}
        for record in (one, twin):
            assert json.dumps(record["message"]).strip('"')
            assert _name(record["file"]) in record["message"]
        if one["outcome"] in ("refused", "nothing"):
            assert one["code"] in one["problems"]
            assert one["message"] != twin["message"]
            for lang, record in (("en", one), ("id", twin)):
                _has_remedy(record, lang)
    assert ends == {worst(english)}


def _has_remedy(record: dict[str, Any], lang: str) -> None:
    """Check that a message has a sentence on what is wrong, then one on what to do."""
    todo = say(f"intake.{record['code']}.todo", lang, **dict.fromkeys(("limit", "kind", "part", "other", "line"), "x"))
    assert todo.split()[0] in record["message"]
    assert len(record["message"].split(": ", 1)[1]) > len(todo)


def _name(given: str) -> str:
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in given.rpartition("/")[2])


def _printed(shown: dict[str, tuple[int, str]], records: list[dict[str, Any]]) -> None:
    for _, text in shown.values():
        for one in records:
            assert _name(one["file"]) in text
    assert shown["id"][1] != shown["en"][1]


def _frames(frames: dict[str, Any]) -> None:
    english, indonesian = frames["en"], frames["id"]
    kinds = english.files[list(ROW_KINDS)].sum(axis=1)
    assert english.files["rows"].tolist() == kinds.tolist()
    places = ["code", "severity", "file", "sheet", "cell", "count"]
    pd.testing.assert_frame_equal(english.problems[places], indonesian.problems[places])
    for one, twin in zip(english.problems.to_dict("records"), indonesian.problems.to_dict("records"), strict=True):
        assert one["code"].startswith("E-")
        assert one["file"]
        assert one["what"] != twin["what"], one["code"]
        for part in (one["what"], one["todo"], twin["what"], twin["todo"]):
            assert part[-1:] in ".?!", one["code"]
            assert not _CRASH.search(part), part


def _private(secrets: Sequence[str], texts: list[str], frames: dict[str, Any]) -> None:
    for one in frames.values():
        texts += [frame.to_csv() for frame in (one.problems, one.changes, one.files, one.columns)]
    for secret in secrets:
        assert not any(secret.lower() in text.lower() for text in texts), secret


def _good_unaffected(folder: Path, records: list[dict[str, Any]], found: Any) -> None:
    """Check that the good file gives the same record and respondents as alone."""
    alone = intake.clean(folder / GOOD, None, "en", executor=HERE)
    (record,) = [one for one in records if one["file"].endswith(GOOD)]
    assert (record["outcome"], record["sheets"][0]["kept"]) == ("read", 15)
    own = found.responses[found.responses["file"] == GOOD].drop(columns="respondent").reset_index(drop=True)
    both = [one for one in own.columns if one in alone.responses.columns]
    pd.testing.assert_frame_equal(own[both], alone.responses[both])
    assert len(own) == 15
