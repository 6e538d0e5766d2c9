"""The frames of ``shapes`` from the files as read, each column made once from packed levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from analysis.codebook import Codebook
from analysis.shapes import AFTER_ITEMS, CHANGES, COLUMNS, FILES, PROBLEMS, RECAPS, ROW_KINDS, WHO

from .notes import Ledger, severity
from .process.codec import Block
from .register_rows import NAMES, columns_of, declared_first, kind_of
from .saying import neighbours_once, texts

if TYPE_CHECKING:
    from .fileread import FileRead

_COUNTED = ("rows", *ROW_KINDS)
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
        _responses(files, book), _recaps(files, book), _problems(files, ledger, book, lang), _changes(files, ledger),
        _files(files), _columns(files), _registers(files),
    )  # fmt: skip


class _Piece(NamedTuple):
    """The respondents of a block that stay: which rows, and how many."""

    file: FileRead
    block: Block
    keep: Any
    size: int

    def levels(self, name: str) -> tuple[Sequence[Any], Any]:
        """Return the distinct values of a column and which each respondent has; no codes: all have the first."""
        if name == "file":
            return [self.file.name], None
        if name == "sheet":
            return [self.block.sheet], None
        levels, codes = self.block.columns.get(name, ([None], None))
        return levels, None if codes is None else codes[self.keep]


def _responses(files: Sequence[FileRead], book: Codebook) -> pd.DataFrame:
    items = _items_seen(files, book)
    pieces = []
    for one in files:
        for at, block in enumerate(one.result.blocks):
            if at in one.dropped and one.dropped[at] is None:
                continue
            keep = ~one.dropped[at] if at in one.dropped else slice(None)
            pieces.append(_Piece(one, block, keep, len(block.rows[keep])))
    rows = [piece.block.rows[piece.keep] for piece in pieces]
    data = {}
    for name in (*WHO, *items, *AFTER_ITEMS):
        if name == "respondent":
            data[name] = _respondents(pieces, rows)
        elif name == "row":
            data[name] = pd.Series(np.concatenate(rows) if rows else [], dtype="int64")
        else:
            data[name] = _scores(pieces, name) if name in book.items else _words(pieces, name)
    return pd.DataFrame(data)


def _items_seen(files: Sequence[FileRead], book: Codebook) -> tuple[str, ...]:
    """Return the items of the instruments that occur, in the codebook's order; of the first one where none does."""
    seen = {level for one in files for block in one.result.blocks for level in block.columns["instrument"][0]}
    found = [one for one in book.instruments if one.id in seen] or book.instruments[:1]
    named = {item.name for one in found for item in one.items}
    return tuple(name for name in book.items if name in named)


def _respondents(pieces: Sequence[_Piece], rows: Sequence[Any]) -> pd.Series:
    """Return who each row is: file, sheet and row ("B-001/1/17"), from the second block of a sheet on that too."""
    sizes = [piece.size for piece in pieces]
    heads = [f"{piece.file.number}/{piece.block.index + 1}/" for piece in pieces]
    tails = [f"-{piece.block.block + 1}" if piece.block.block else "" for piece in pieces]
    numbers, at = np.unique(np.concatenate([np.zeros(0, dtype=np.int32), *rows]), return_inverse=True)
    return _repeated(heads, sizes) + _taken(list(map(str, numbers.tolist())), at) + _repeated(tails, sizes)


def _repeated(texts: Sequence[str], times: Sequence[int]) -> pd.Series:
    return _taken(texts, np.repeat(np.arange(len(texts)), np.array(times, dtype=np.intp)))


def _taken(texts: Sequence[str], at: Any) -> pd.Series:  # noqa: ANN401 - an array of whole numbers
    return pd.Series(pd.array(texts, dtype="str").take(at))


def _words(pieces: Sequence[_Piece], name: str) -> pd.Series:
    """Return a text column, each distinct text made once; missing is ""."""
    known: dict[str, int] = {"": 0}
    parts = [np.zeros(0, dtype=np.int32)]
    for piece in pieces:
        levels, codes = piece.levels(name)
        of = [known.setdefault("" if one is None else str(one), len(known)) for one in levels]
        parts.append(
            np.full(piece.size, of[0] if of else 0, dtype=np.int32)
            if codes is None
            else np.array(of, dtype=np.int32)[codes]
        )
    return _taken(list(known), np.concatenate(parts))


def _scores(pieces: Sequence[_Piece], name: str) -> pd.Series:
    """Return an item as nullable small integers."""
    values, missing = [np.zeros(0, dtype=np.int8)], [np.zeros(0, dtype=bool)]
    for piece in pieces:
        levels, codes = piece.levels(name)
        of = np.array([one or 0 for one in levels] or [0], dtype=np.int8)
        gone = np.array([one is None for one in levels] or [True])
        codes = np.zeros(piece.size, dtype=np.intp) if codes is None else codes
        values.append(of[codes])
        missing.append(gone[codes])
    return pd.Series(pd.arrays.IntegerArray(np.concatenate(values), np.concatenate(missing)))


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


def _problems(files: Sequence[FileRead], ledger: Mapping[str, Ledger], book: Codebook, lang: str) -> pd.DataFrame:
    rows = []
    for one in files:
        later = [vars(doubt) | {"values": dict(doubt.values)} for doubt in ledger[one.name].doubts]
        own = [doubt for doubt in one.result.doubts if not one.copy_of or severity(doubt["code"]) == "refused"]
        for doubt in neighbours_once([*own, *later]):
            values = {"file": one.name, "sheet": doubt["sheet"], "cell": doubt["cell"], **doubt["values"]}
            rows.append({
                "code": doubt["code"], "severity": severity(doubt["code"], doubt["values"]), "file": one.name,
                "sheet": doubt["sheet"], "cell": doubt["cell"], "count": doubt["count"],
                **texts(doubt["code"], lang, doubt["count"], values, book),
            })  # fmt: skip
    rows.sort(key=lambda row: (row["file"], _ORDER[row["severity"]]))
    frame = pd.DataFrame(rows, columns=list(PROBLEMS))
    frame["count"] = frame["count"].astype("int64")
    return _texts(frame, [name for name in PROBLEMS if name != "count"])


def _changes(files: Sequence[FileRead], ledger: Mapping[str, Ledger]) -> pd.DataFrame:
    rows = [
        {**row, "file": one.name}
        for one in files if not one.copy_of for row in (*one.result.changes, *map(vars, ledger[one.name].changes))
    ]  # fmt: skip
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
                {**head, "outcome": "refused" if code else "nothing", "code": code, **dict.fromkeys(_COUNTED, 0)}
            )
        rows += [{**head, **_sheet(one, sheet)} for sheet in one.result.sheets]
    frame = pd.DataFrame(rows, columns=list(FILES))
    frame = frame.astype(dict.fromkeys(_COUNTED, "int64"))
    return _texts(frame, [name for name in FILES if name not in _COUNTED])


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
            sheet["outcome"], sheet["code"] = "partly", one.reasons.get(at, "E-OVERLAP")
    return sheet


_DTYPES = {"count": "Int64", "number": "float64"}


def _registers(files: Sequence[FileRead]) -> dict[str, pd.DataFrame]:
    found = {}
    for name in NAMES:
        rows = [
            {**row, "file": one.name} for one in files if not one.copy_of for row in one.result.registers.get(name, [])
        ]
        frame = pd.DataFrame(declared_first(rows) if name == "surveys" else rows, columns=list(columns_of(name)))
        for column in frame.columns:
            if dtype := _DTYPES.get(kind_of(column)):
                values = [None if pd.isna(one) or one == "" else one for one in frame[column]]
                if dtype == "Int64":
                    values = [None if one is None else int(one) for one in values]
                frame[column] = pd.Series(values, dtype=dtype, index=frame.index)
            elif column == "row":
                frame[column] = frame[column].astype("int64")
            else:
                frame = _texts(frame, (column,))
        found[name] = frame
    return found
