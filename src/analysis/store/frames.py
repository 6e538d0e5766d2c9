"""A frame as bytes and back: parquet for respondents, CSV for what people open; both the same on every run."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Literal

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.shapes import AFTER_ITEMS, WHO
from analysis.spreadsheet import shielded, unshielded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

Kind = Literal["text", "int", "float", "bool"]
DTYPES: Mapping[Kind, str] = {"text": "str", "int": "Int64", "float": "float64", "bool": "boolean"}


def kinds(frame: pd.DataFrame) -> dict[str, Kind]:
    """Return what each column holds: whole numbers, numbers, yes/no, else text."""
    return {str(name): _kind(frame[name]) for name in frame.columns}


def as_kinds(frame: pd.DataFrame, of: Mapping[str, Kind]) -> pd.DataFrame:
    """Return a fresh frame with pandas' own types for these kinds and a plain index; missing text is missing."""
    columns = {
        name: frame[name].astype("object").where(frame[name].notna(), None).astype(DTYPES[kind])  # type: ignore[call-overload]
        for name, kind in of.items()
    }
    return pd.DataFrame(columns, index=frame.index).reset_index(drop=True)


def write_parquet(responses: pd.DataFrame, items: Iterable[str], path: Path) -> dict[str, Kind]:
    """Write respondents: only columns the codebook knows, no pandas index or notes, no statistics of text columns.

    A column outside the list raises ValueError: it could hold what must not leave the received file.
    """
    allowed = [*WHO, *items, *AFTER_ITEMS]
    strangers = [str(name) for name in responses.columns if name not in allowed]
    if strangers:
        message = f"columns that a set of responses must not hold: {', '.join(strangers)}"
        raise ValueError(message)
    of = kinds(responses)
    of |= {name: "int" for name in items if name in of}
    table = pa.Table.from_pandas(as_kinds(responses, of), preserve_index=False).replace_schema_metadata(None)
    numbers = [name for name, kind in of.items() if kind != "text"]
    pq.write_table(table, path, compression="zstd", write_statistics=numbers, store_schema=False)
    return of


def read_parquet(content: bytes, of: Mapping[str, Kind]) -> pd.DataFrame:
    """Read respondents back from a file's bytes as they were written."""
    return as_kinds(pq.read_table(io.BytesIO(content)).to_pandas(integer_object_nulls=True), of)


def write_csv(frame: pd.DataFrame, path: Path) -> dict[str, Kind]:
    """Write a table that people open in a spreadsheet: no cell of it can run as a formula. Missing is empty."""
    of = kinds(frame)
    columns = [_cells(frame[name], kind) for name, kind in of.items()]
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([shielded(name) for name in of])
        writer.writerows(zip(*columns, strict=True))
    return of


def read_csv(content: bytes, of: Mapping[str, Kind]) -> pd.DataFrame:
    """Read such a table back from a file's bytes, shields taken off; an empty cell is ``""`` in text, else missing."""
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    cells = list(zip(*rows, strict=True)) if rows else [()] * len(of)
    columns = {name: _values(column, kind) for (name, kind), column in zip(of.items(), cells, strict=True)}
    return pd.DataFrame(columns, columns=list(of))


def _kind(column: pd.Series) -> Kind:
    if pd.api.types.is_bool_dtype(column.dtype):
        return "bool"
    if pd.api.types.is_integer_dtype(column.dtype):
        return "int"
    return "float" if pd.api.types.is_float_dtype(column.dtype) else "text"


def _cells(column: pd.Series, kind: Kind) -> list[str]:
    return ["" if missing else _cell(value, kind) for value, missing in zip(column, column.isna(), strict=True)]


def _cell(value: object, kind: Kind) -> str:
    if kind == "text":
        return shielded(str(value))
    number = float(value)  # type: ignore[arg-type]  # the kind says that it is one
    return repr(number) if kind == "float" else str(bool(number)) if kind == "bool" else str(int(value))  # type: ignore[call-overload]


def _values(cells: Iterable[str], kind: Kind) -> pd.Series:
    if kind == "text":
        return pd.Series([unshielded(cell) for cell in cells], dtype="str")
    return pd.Series([_value(cell, kind) if cell else None for cell in cells], dtype=DTYPES[kind])


def _value(cell: str, kind: Kind) -> float | bool:
    if kind == "bool":
        return cell == "True"
    return int(cell) if kind == "int" else float(cell)
