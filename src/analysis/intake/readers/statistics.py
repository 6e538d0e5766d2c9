"""Files of statistics programs (``.sav``, ``.zsav``, ``.dta``) as one sheet: labels, names, then one row per case."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

from analysis.intake.grid import Grid, Hazards, RefusedError, Value, Workbook
from analysis.intake.poles import backward
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

    A code of a scale stays a code, beside its word where that contradicts it ("3=Sangat baik") unless the whole scale
    runs the other way; any other code with a word becomes the word. The words of scales are told in the hazards. A
    code that the file declares to mean no answer is left empty, with a doubt.
    """
    import pyreadstat  # noqa: PLC0415 - only where such a file comes

    reader = pyreadstat.read_dta if of == "dta" else pyreadstat.read_sav
    try:
        frame, meta = reader(io.BytesIO(data), user_missing=True)
    except Exception as fault:
        raise RefusedError("E-CORRUPT") from fault
    if len(frame) > limits.rows or frame.shape[1] > limits.columns:
        raise RefusedError("E-BIG", limit=str(limits.rows if len(frame) > limits.rows else limits.columns))
    columns, blanked, scales = [], 0, {}
    for at, variable in enumerate(frame.columns):
        cells = [_plain(value) for value in frame[variable]]
        missing = _missing(meta, variable)
        gone = [row for row, value in enumerate(cells) if value != "" and missing(value)]
        blanked += len(gone)
        for row in gone:
            cells[row] = ""
        scale = _scale(meta, variable, missing)
        if scale:
            scales[at] = scale
        columns.append([_labelled(value, meta, variable, scale) for value in cells])
    titles: list[Value] = [tidy(str(meta.column_names_to_labels.get(one) or "")) for one in frame.columns]
    names: list[Value] = [str(one) for one in frame.columns]
    rows = [titles, names, *map(list, zip(*columns, strict=True))]
    doubts = (("E-USERMISSING", {"cells": str(blanked)}),) if blanked else ()
    return Workbook(of, (Grid("", 0, rows, hazards=Hazards(scales=scales)),), doubts)


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


def _scale(meta: Any, variable: str, missing: Any) -> dict[float, str]:  # noqa: ANN401
    """Return the words of the codes of a scale, nothing for a variable that is none."""
    words = meta.variable_value_labels.get(variable, {})
    told = {code: tidy(str(word)) for code, word in words.items()
            if isinstance(code, float | int) and not missing(float(code))}  # fmt: skip
    whole = len(told) in _SCALE and all(float(code).is_integer() for code in told)
    return told if whole and meta.variable_measure.get(variable) != "nominal" else {}


def _labelled(value: Value, meta: Any, variable: str, scale: Mapping[float, str]) -> Value:  # noqa: ANN401
    word = meta.variable_value_labels.get(variable, {}).get(value)
    if value == "" or word is None:
        return value
    if not scale or not isinstance(value, float):
        return tidy(str(word))
    if backward(scale):
        return value
    rated = table()["rating"].get(normal(str(word)))
    return f"{value:g}={tidy(str(word))}" if rated not in (None, value) else value
