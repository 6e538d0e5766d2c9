"""The frames of ``shapes`` from the files as read, each column made once from packed levels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.codebook import Codebook
from analysis.shapes import AFTER_ITEMS, CHANGES, COLUMNS, FILES, PROBLEMS, RECAPS, ROW_KINDS, WHO
from analysis.words import say

from .codec import Block
from .notes import Ledger, severity
from .registers import NAMES, columns_of
from .stated import declared_first

if TYPE_CHECKING:
    from .clean import FileRead

_ORDER = {"refused": 0, "set aside": 1, "warning": 2, "note": 3}


@dataclass(frozen=True)
class Frames:
    """All frames of one cleaning."""

    responses: pd.DataFrame
    recaps: pd.DataFrame
    problems: pd.DataFrame
    changes: pd.DataFrame
    files: pd.DataFrame
    columns: pd.DataFrame
    registers: dict[str, pd.DataFrame]


def assemble(files: Sequence[FileRead], ledger: Mapping[str, Ledger], book: Codebook, lang: str) -> Frames:
    """Return the frames, in file order."""
    return Frames(
        _responses(files, book), _recaps(files, book), _problems(files, ledger, lang), _changes(files), _files(files),
        _columns(files), _registers(files),
    )  # fmt: skip


def _responses(files: Sequence[FileRead], book: Codebook) -> pd.DataFrame:
    items = _items_seen(files, book)
    names = (*WHO, *items, *AFTER_ITEMS)
    pieces: dict[str, list[Any]] = {name: [] for name in names}
    for one in files:
        for at, block in enumerate(one.result.blocks):
            if at in one.dropped and one.dropped[at] is None:
                continue
            keep = ~one.dropped[at] if at in one.dropped else slice(None)
            _add(pieces, one, block, keep, book)
    data = {name: _joined(pieces[name], item=name in book.items, number=name == "row") for name in names}
    return pd.DataFrame(data)


def _items_seen(files: Sequence[FileRead], book: Codebook) -> tuple[str, ...]:
    """Return the items of the instruments that occur, in the codebook's order; of the first one where none does."""
    seen = {level for one in files for block in one.result.blocks for level in block.columns["instrument"][0]}
    found = [one for one in book.instruments if one.id in seen] or book.instruments[:1]
    named = {item.name for one in found for item in one.items}
    return tuple(name for name in book.items if name in named)


def _add(pieces: dict[str, list[Any]], one: FileRead, block: Block, keep: Any, book: Codebook) -> None:  # noqa: ANN401
    rows = block.rows[keep]
    tail = f"-{block.block + 1}" if block.block else ""
    count = len(rows)
    made = {
        "respondent": np.array([f"{one.number}/{block.index + 1}/{row}{tail}" for row in rows], dtype=object),
        "file": np.full(count, one.name, dtype=object), "sheet": np.full(count, block.sheet, dtype=object), "row": rows,
    }  # fmt: skip
    for name, parts in pieces.items():
        if name in made:
            parts.append(made[name])
        elif name in block.columns:
            parts.append(block.series(name, text=name not in book.items)[keep])
        else:
            parts.append(np.full(count, None if name in book.items else "", dtype=object))


def _joined(parts: list[Any], *, item: bool, number: bool) -> pd.Series:
    if number:
        return pd.Series(np.concatenate(parts) if parts else [], dtype="int64")
    values = np.concatenate(parts) if parts else np.array([], dtype=object)
    if item:
        return pd.Series(pd.array(values, dtype="Int8"))
    return pd.Series(values, dtype="str")


def _recaps(files: Sequence[FileRead], book: Codebook) -> pd.DataFrame:
    columns = (*RECAPS, *(f"nrr_{name}" for name in book.items))
    rows = [{**row, "file": one.name} for one in files if not one.copy_of for row in one.result.recaps]
    frame = pd.DataFrame(rows, columns=list(columns))
    for name in ("n", "population"):
        frame[name] = pd.array([None if pd.isna(one) else int(one) for one in frame[name]], dtype="Int64")
    for name in ("index", *(one for one in columns if one.startswith("nrr_"))):
        frame[name] = frame[name].astype("float64")
    frame["row"] = frame["row"].astype("int64")
    return _texts(frame, ("wave", "rule", "unit", "sector", "owner", "grade", "file", "sheet"))


def _texts(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    for name in names:
        values = frame[name].to_numpy(dtype=object)
        values = np.where(pd.isna(values), "", values)
        frame[name] = pd.Series(list(map(str, values)), dtype="str", index=frame.index)
    return frame


def _problems(files: Sequence[FileRead], ledger: Mapping[str, Ledger], lang: str) -> pd.DataFrame:
    rows = []
    for one in files:
        later = [
            {
                "code": doubt.code,
                "sheet": doubt.sheet,
                "cell": doubt.cell,
                "count": doubt.count,
                "values": dict(doubt.values),
            }
            for doubt in ledger[one.name].doubts
        ]
        own = [doubt for doubt in one.result.doubts if not one.copy_of or severity(doubt["code"]) == "refused"]
        for doubt in [*own, *later]:
            values = {"file": one.name, "sheet": doubt["sheet"], "cell": doubt["cell"], **doubt["values"]}
            rows.append({
                "code": doubt["code"], "severity": severity(doubt["code"], doubt["values"]), "file": one.name,
                "sheet": doubt["sheet"], "cell": doubt["cell"], "count": doubt["count"],
                **texts(doubt["code"], lang, doubt["count"], values),
            })  # fmt: skip
    rows.sort(key=lambda row: (row["file"], _ORDER[row["severity"]]))
    frame = pd.DataFrame(rows, columns=list(PROBLEMS))
    frame["count"] = frame["count"].astype("int64")
    return _texts(frame, [name for name in PROBLEMS if name != "count"])


def texts(code: str, lang: str, count: int, values: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong and what to do, in the reader's language; ``hint`` becomes a sentence of its own."""
    filled = dict(values)
    if "expected" in filled:
        number = round(float(filled["expected"]))
        filled["expected"] = say(f"intake.chance.{'some' if number else 'none'}", lang, expected=number)
    hint = filled.get("hint", "")
    filled["hint"] = say("intake.hint", lang, hint=hint) if hint else ""
    filled = {"other": "", "variable": "", "column": "", "unit": "", "error": "", **filled}
    return {part: " ".join(say(f"intake.{code}.{part}", lang, count, **filled).split()) for part in ("what", "todo")}


def _changes(files: Sequence[FileRead]) -> pd.DataFrame:
    rows = [{**row, "file": one.name} for one in files if not one.copy_of for row in one.result.changes]
    frame = pd.DataFrame(rows, columns=list(CHANGES))
    frame["count"] = frame["count"].astype("int64")
    return _texts(frame, [name for name in CHANGES if name != "count"])


def _columns(files: Sequence[FileRead]) -> pd.DataFrame:
    rows = [{**row, "file": one.name} for one in files if not one.copy_of for row in one.result.columns]
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    frame["row"] = frame["row"].astype("int64")
    return _texts(frame, [name for name in COLUMNS if name != "row"])


def _files(files: Sequence[FileRead]) -> pd.DataFrame:
    rows = []
    for one in files:
        head = {"number": one.number, "file": one.name, "sha256": one.sha256, "format": one.result.format}
        if one.result.refused or not one.result.sheets:
            code = one.result.refused
            rows.append(
                {**head, "outcome": "refused" if code else "nothing", "code": code, **dict.fromkeys(ROW_KINDS, 0)}
            )
        rows += [{**head, **_sheet(one, sheet)} for sheet in one.result.sheets]
    frame = pd.DataFrame(rows, columns=[name for name in FILES if name != "rows"])
    for name in ROW_KINDS:
        frame[name] = frame[name].astype("int64")
    frame.insert(FILES.index("rows"), "rows", frame[list(ROW_KINDS)].sum(axis=1).astype("int64"))
    return _texts(frame, [name for name in FILES if name != "rows" and name not in ROW_KINDS])


def _sheet(one: FileRead, sheet: dict[str, Any]) -> dict[str, Any]:
    sheet = {key: value for key, value in sheet.items() if key != "candidates"}
    if one.copy_of:
        sheet["duplicate"] += sheet["kept"]
        sheet["kept"] = 0
        sheet["outcome"], sheet["code"] = "partly", "E-DUPFILE"
        return sheet
    for at, block in enumerate(one.result.blocks):
        if block.sheet == sheet["sheet"] and at in one.dropped:
            dropped = int(one.dropped[at].sum())
            sheet["duplicate"] += dropped
            sheet["kept"] -= dropped
            sheet["outcome"], sheet["code"] = "partly", "E-OVERLAP"
    return sheet


_NUMBERS = {
    "users": "Int64",
    "population": "Int64",
    "published": "float64",
    "hours": "float64",
    "deadline_days": "Int64",
}


def _registers(files: Sequence[FileRead]) -> dict[str, pd.DataFrame]:
    found = {}
    for name in NAMES:
        rows = [
            {**row, "file": one.name} for one in files if not one.copy_of for row in one.result.registers.get(name, [])
        ]
        frame = pd.DataFrame(declared_first(rows) if name == "surveys" else rows, columns=list(columns_of(name)))
        for column in frame.columns:
            if column in _NUMBERS:
                values = [None if pd.isna(one) or one == "" else one for one in frame[column]]
                if _NUMBERS[column] == "Int64":
                    values = [None if one is None else int(one) for one in values]
                frame[column] = pd.Series(values, dtype=_NUMBERS[column], index=frame.index)
            elif column == "row":
                frame[column] = frame[column].astype("int64")
            else:
                frame = _texts(frame, (column,))
        found[name] = frame
    return found


def as_lines(records: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return records as JSON, one a line."""
    return [json.dumps(record, ensure_ascii=False, sort_keys=True) for record in records]
