"""Files of statistics programs (``.sav``, ``.zsav``, ``.dta``) as one sheet: labels, names, then one row per case."""

from __future__ import annotations

import io
from typing import Any

from analysis.intake.grid import Grid, RefusedError, Value, Workbook
from analysis.intake.process.limits import Limits
from analysis.intake.text import normal, tidy
from analysis.intake.vocab import table

_SPSS = (b"$FL2", b"$FL3")
_STATA = b"<stata_dta>"
_OLD_STATA = range(0x69, 0x74)
"""The first byte of older Stata files is the version of their format, 105 to 115."""
_SCALE = range(3, 12)


def kind(data: bytes, name: str) -> str:
    """Return ``sav`` or ``dta`` for a file of such a program, told by its bytes, "" for any other."""
    if data[:4] in _SPSS:
        return "sav"
    old = name.lower().endswith(".dta") and data[:1] and data[0] in _OLD_STATA
    return "dta" if data.startswith(_STATA) or old else ""


def read(data: bytes, of: str, limits: Limits) -> Workbook:
    """Return the cases of a file: row 1 has the labels of the variables, row 2 their names, case 1 stands in row 3.

    A code of a scale stays a code, beside its word where that contradicts it ("1=Sangat baik"); any other code with a
    word becomes the word. A code that the file declares to mean no answer is left empty, with a doubt.
    """
    import pyreadstat  # noqa: PLC0415 - only where such a file comes

    reader = pyreadstat.read_dta if of == "dta" else pyreadstat.read_sav
    try:
        frame, meta = reader(io.BytesIO(data), user_missing=True)
    except Exception as fault:
        raise RefusedError("E-CORRUPT") from fault
    if len(frame) > limits.rows or frame.shape[1] > limits.columns:
        raise RefusedError("E-BIG", limit=str(limits.rows if len(frame) > limits.rows else limits.columns))
    columns, blanked = [], 0
    for variable in frame.columns:
        cells = [_plain(value) for value in frame[variable]]
        missing = _missing(meta, variable)
        gone = [at for at, value in enumerate(cells) if value != "" and missing(value)]
        blanked += len(gone)
        for at in gone:
            cells[at] = ""
        columns.append([_labelled(value, meta, variable, missing) for value in cells])
    titles: list[Value] = [tidy(str(meta.column_names_to_labels.get(one) or "")) for one in frame.columns]
    names: list[Value] = [str(one) for one in frame.columns]
    rows = [titles, names, *map(list, zip(*columns, strict=True))]
    doubts = (("E-USERMISSING", {"cells": str(blanked)}),) if blanked else ()
    return Workbook(of, (Grid("", 0, rows),), doubts)


def _plain(value: Any) -> Value:  # noqa: ANN401 - a cell of any file
    if value is None or value != value:  # noqa: PLR0124 - NaN is not itself
        return ""
    if isinstance(value, float | int) and not isinstance(value, bool):
        return float(value)
    return value.isoformat() if hasattr(value, "isoformat") else tidy(str(value))


def _missing(meta: Any, variable: str) -> Any:  # noqa: ANN401 - what pyreadstat hands over, and a test of a value
    spans = [(one["lo"], one["hi"]) for one in meta.missing_ranges.get(variable, ())]
    letters = {str(one) for one in (getattr(meta, "missing_user_values", None) or {}).get(variable, ())}

    def missing(value: Value) -> bool:
        if isinstance(value, float):
            return any(isinstance(low, float | int) and low <= value <= high for low, high in spans)
        return value in letters or any(value in (low, high) for low, high in spans)

    return missing


def _labelled(value: Value, meta: Any, variable: str, missing: Any) -> Value:  # noqa: ANN401
    words = meta.variable_value_labels.get(variable, {})
    word = words.get(value)
    if value == "" or word is None:
        return value
    told = [code for code in words if isinstance(code, float | int) and not missing(float(code))]
    scale = len(told) in _SCALE and all(float(code).is_integer() for code in told)
    if not scale or meta.variable_measure.get(variable) == "nominal" or not isinstance(value, float):
        return tidy(str(word))
    rated = table()["rating"].get(normal(str(word)))
    return f"{value:g}={tidy(str(word))}" if rated not in (None, value) else value
