"""A dry run that a unit can act on: what each file would give, and what to mend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from analysis.codebook import Codebook
from analysis.words import say

from .clean import What, gather, read_files, resolve
from .fileread import FileRead
from .frames import Frames

_NOT_DATA = ["title", "heading", "blank", "total", "note"]


def check(
    what: What, codebook: Codebook | Path | str | None = None, lang: str = "id", *, jobs: int = 1
) -> list[dict[str, Any]]:
    """Return one record per file: ``file``, ``outcome``, ``code``, ``message``, ``sheets``, ``problems``.

    ``outcome`` is ``read``, ``partly`` (something was set aside), ``refused`` (not opened) or ``nothing`` (readable,
    but no survey in it); ``sheets`` hold name, layout, kept, set_aside (duplicates with them) and not_data;
    ``problems`` the number of cells or rows per code. Made-up and real workbooks may be checked together.
    """
    book = resolve(what, codebook)
    files = read_files(what, book, jobs=jobs, lang=lang)
    frames = gather(files, book, lang)
    return [record(one, frames, lang) for one in files]


def record(one: FileRead, frames: Frames, lang: str) -> dict[str, Any]:
    """Return what is said about one file."""
    sheets = frames.files[frames.files["file"] == one.name]
    problems = frames.problems[frames.problems["file"] == one.name]
    outcome = _outcome(one, sheets, problems)
    code = _code(one, outcome, sheets, problems)
    return {
        "file": one.name,
        "outcome": outcome,
        "code": code,
        "message": _message(one, outcome, code, sheets, problems, lang),
        "sheets": [] if one.result.refused else [_sheet(row) for row in sheets.to_dict("records")],
        "problems": {str(key): int(value) for key, value in problems.groupby("code")["count"].sum().items()},
    }


def _sheet(row: Mapping[Any, Any]) -> dict[str, Any]:
    return {
        "name": row["sheet"], "layout": row["layout"], "kept": int(row["kept"]),
        "set_aside": int(row["set_aside"]) + int(row["duplicate"]),
        "not_data": int(sum(row[kind] for kind in _NOT_DATA)),
    }  # fmt: skip


def _outcome(one: FileRead, sheets: pd.DataFrame, problems: pd.DataFrame) -> str:
    if one.result.refused:
        return "nothing" if one.result.refused == "E-OPENLOCK" else "refused"
    rows = sheets[["kept", "set_aside", "duplicate"]].sum(axis=1)
    useful = sheets["outcome"].isin(["read", "recap", "declarations"]) | (sheets["outcome"].eq("partly") & rows.gt(0))
    if not useful.any():
        return "nothing"
    aside = (sheets["outcome"] == "partly").any() or (problems["severity"] == "set aside").any()
    return "partly" if aside else "read"


def _code(one: FileRead, outcome: str, sheets: pd.DataFrame, problems: pd.DataFrame) -> str:
    if one.result.refused:
        return one.result.refused
    told = [code for code in sheets["code"] if code]
    if told:
        return str(told[0])
    if outcome == "nothing":
        return "E-NOSURVEY"
    aside = problems.loc[problems["severity"] == "set aside", "code"]
    return str(aside.iloc[0]) if outcome == "partly" and len(aside) else ""


def _message(one: FileRead, outcome: str, code: str, sheets: pd.DataFrame, problems: pd.DataFrame, lang: str) -> str:
    said = problems[problems["code"] == code]
    if outcome in ("refused", "nothing") and len(said):
        return f"{_shown(one.name)}: {said['what'].iloc[0]} {said['todo'].iloc[0]}"
    kept, aside = int(sheets["kept"].sum()), int(sheets["set_aside"].sum() + sheets["duplicate"].sum())
    return say("intake.checked", lang, file=_shown(one.name), kept=kept, aside=aside, problems=len(problems))


def _shown(name: str) -> str:
    """Return a file name between quotes, control characters made visible."""
    return '"' + "".join(char if char.isprintable() else "�" for char in name) + '"'


def worst(records: Sequence[Mapping[str, Any]]) -> int:
    """Return the exit code for a check: 0 all read, 1 something set aside or refused, 3 nothing usable."""
    outcomes = {one["outcome"] for one in records}
    if not outcomes & {"read", "partly"}:
        return 3
    return 0 if outcomes <= {"read"} else 1
