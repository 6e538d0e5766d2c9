"""Files of statistics programs: ``.sav`` and ``.dta`` in, as a table and a codebook draft; the study out again."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from analysis import codebook as books
from analysis.errors import CallError, Fault
from analysis.intake.grid import RefusedError
from analysis.intake.privacy import looks_personal
from analysis.intake.process.apart import apart
from analysis.intake.process.limits import DEFAULT
from analysis.intake.source import stable_bytes
from analysis.intake.text import tidy
from analysis.spreadsheet import shielded
from analysis.words import say

from .drafts import Draft
from .headings import MOST_ANSWERS, Seen
from .standalone import is_personal_heading, standalone

if TYPE_CHECKING:
    from analysis.codebook import Codebook

ENDINGS = (".sav", ".zsav", ".dta")
OUT = (".csv", ".parquet", ".sav")
_LABELS_OF_SCALE = range(3, 12)
_SAV_DATE = slice(92, 109)  # of the header: the day and the hour of writing
_WRITTEN = b"02 Jan 2608:00:00"


@dataclass(frozen=True)
class Received:
    """A file of a statistics program: its table with codes as they stand, its codebook draft, columns left out.

    Columns that hold personal data are not in ``frame``; their names are in ``dropped``.
    """

    frame: pd.DataFrame
    draft: Draft
    dropped: tuple[str, ...]


def receive(path: Path | str, *, lang: str = "id", base: Codebook | None = None) -> Received:
    """Return what a ``.sav`` or ``.dta`` file holds, read in a child process under the limits of every received file.

    Variable labels become labels of the draft, value labels its answers, user-defined missing codes its missing codes.
    A code stays a code: the draft tells what it means. Raises CallError for a file that cannot be read.
    """
    file = Path(path)
    book = base if base is not None else books.load()
    try:
        found = apart(read, stable_bytes(file, DEFAULT)[0], file.name)
    except RefusedError as refusal:
        known: dict[str, Any] = {"limit": "", "kind": "", "part": "", **refusal.values}
        what, todo = (say(f"intake.{refusal.code}.{part}", lang, **known) for part in ("what", "todo"))
        raise CallError(Fault(file.name, what, todo)) from None
    seen = [Seen(**{**one, "missing": tuple(one["missing"])}) for one in found["columns"]]
    if not seen:
        raise CallError(Fault(file.name, say("forms.no_table", lang), say("forms.no_table_todo", lang)))
    lines = standalone(seen, book, lang)
    return Received(pd.DataFrame(found["data"]), Draft(lines.text(), lines.marks, ""), tuple(found["dropped"]))


def read(data: bytes, name: str, extra: str = "") -> dict[str, Any]:  # noqa: ARG001 - the shape of every step
    """Return columns, data and dropped names of a file as plain values; runs in the child."""
    import pyreadstat  # noqa: PLC0415 - only where such a file comes

    stata = name.lower().endswith(".dta")
    reader = pyreadstat.read_dta if stata else pyreadstat.read_sav
    try:
        frame, meta = reader(io.BytesIO(data), user_missing=True)
    except Exception as fault:
        raise RefusedError("E-CORRUPT") from fault
    columns, values, dropped = [], {}, []
    for variable in frame.columns:
        cells = [_plain(value) for value in frame[variable]]
        filled = [value for value in cells if value is not None]
        title = tidy(str(meta.column_names_to_labels.get(variable) or ""))
        if looks_personal(filled) or is_personal_heading(variable) or is_personal_heading(title):
            dropped.append(str(variable))
            continue
        values[str(variable)] = cells
        columns.append(vars(_seen(name, str(variable), title, filled, meta)))
    return {"columns": columns, "data": values, "dropped": dropped}


def _plain(value: Any) -> Any:  # noqa: ANN401 - a cell of any file
    if value is None or value != value or value in ("", pd.NaT):  # noqa: PLR0124 - NaN is not itself
        return None
    if isinstance(value, float | int):
        return int(value) if float(value).is_integer() else float(value)
    return value.isoformat() if hasattr(value, "isoformat") else tidy(str(value))


def _seen(file: str, variable: str, title: str, filled: list[Any], meta: Any) -> Seen:  # noqa: ANN401
    numbers = [one for one in filled if isinstance(one, int | float)]
    words = meta.variable_value_labels.get(variable, {})
    codes = {float(code): tidy(str(text)) for code, text in words.items()
             if isinstance(code, int | float)}  # fmt: skip
    missing = _missing(meta.missing_ranges.get(variable, ()), {*codes, *map(float, numbers)})
    missing += [str(one) for one in (getattr(meta, "missing_user_values", None) or {}).get(variable, ())]
    told = {text: code for code, text in codes.items() if f"{code:g}" not in missing}
    counts: dict[str, int] = {}
    for one in filled:
        text = f"{one:g}" if isinstance(one, int | float) else str(one)
        counts[text] = counts.get(text, 0) + 1
    usual = {text: count for text, count in counts.items() if count > 1 and text not in missing}
    whole = all(code.is_integer() for code in told.values())
    scale = whole and len(told) in _LABELS_OF_SCALE and meta.variable_measure.get(variable) != "nominal"
    return Seen(
        file, "", variable, variable, len(filled), usual if len(usual) <= MOST_ANSWERS else {},
        len(numbers) == len(filled), all(float(one).is_integer() for one in numbers), title=title, labels=told,
        scale=scale, missing=tuple(missing),
    )  # fmt: skip


def _missing(ranges: Any, known: set[float]) -> list[str]:  # noqa: ANN401 - what pyreadstat hands over
    """Return the codes in use that lie in a range of missing codes."""
    spans = [(one["lo"], one["hi"]) for one in ranges if isinstance(one["lo"], int | float)]
    return sorted({f"{code:g}" for code in known for low, high in spans if low <= code <= high}, key=float)


def frame_bytes(frame: pd.DataFrame, book: Codebook, ending: str, *, lang: str = "id") -> bytes:
    """Return ``frame`` (columns of ``responses``) as ``.csv``, ``.parquet`` or ``.sav``, the same bytes each time.

    Text that is missing is empty, a missing score blank (system-missing in ``.sav``, whose variables carry the labels
    of the codebook in ``lang``). Raises CallError for another ending.
    """
    if ending == ".csv":
        return csv_bytes(frame)
    if ending == ".parquet":
        stream = io.BytesIO()
        frame.to_parquet(stream, index=False)
        return stream.getvalue()
    if ending == ".sav":
        return _sav(frame, book, lang)
    raise CallError(Fault(ending, say("forms.no_format", lang), ", ".join(OUT)))


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """Return ``frame`` as UTF-8 csv; a text that a spreadsheet would run as a formula gets a quote before it."""
    texts = [name for name in frame.columns if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
    return frame.assign(**{name: frame[name].map(_harmless) for name in texts}).to_csv(
        index=False, lineterminator="\n"
    ).encode("utf-8")  # fmt: skip


def _harmless(value: object) -> object:
    return shielded(value) if isinstance(value, str) else value


def _sav(frame: pd.DataFrame, book: Codebook, lang: str) -> bytes:
    import tempfile  # noqa: PLC0415

    import pyreadstat  # noqa: PLC0415

    plain = pd.DataFrame({name: _for_sav(frame[name]) for name in frame.columns})
    items = [name for name in frame.columns if name in book.items]
    with tempfile.TemporaryDirectory(prefix="tilik-") as folder:
        path = Path(folder) / "responses.sav"
        pyreadstat.write_sav(
            plain, str(path), column_labels=[_label(book, name, lang) for name in plain.columns],
            variable_value_labels={name: _words(book, name) for name in items if _words(book, name)},
            variable_measure=dict.fromkeys(items, "ordinal"),
        )  # fmt: skip
        data = bytearray(path.read_bytes())
    data[_SAV_DATE] = _WRITTEN
    return bytes(data)


def _for_sav(column: pd.Series) -> pd.Series:
    if pd.api.types.is_numeric_dtype(column.dtype):
        return column.astype("Float64").astype("float64")
    return column.astype(object).where(column.notna(), "").astype(str)


def _label(book: Codebook, name: str, lang: str) -> str:
    if name in book.items:
        return book.item(name).text(lang)
    return next((one.text(lang) for one in book.fields if one.name == name), name)


def _words(book: Codebook, name: str) -> dict[float, str]:
    """Return one word per score of an item, the first that the codebook lists: for the item, else for all of them."""
    found: dict[float, str] = {}
    asked = next(one for one in book.instruments if any(item.name == name for item in one.items))
    own = book.item(name).answers
    for word, score in (*own.items(), *(one for one in asked.answers.items() if one[0] not in own)):
        found.setdefault(float(score), word)
    return found
