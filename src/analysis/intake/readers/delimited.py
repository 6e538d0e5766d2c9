"""Text files: encoding, separator and quoting found from the bytes; every cell stays text."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Sequence

from analysis.intake.grid import Grid, RefusedError, Value, Workbook, trimmed
from analysis.intake.process.limits import Limits

from .sniff import Sniffed

SEPARATORS = (";", ",", "\t", "|")
_SAMPLE = 60
_LINE = 10_000
_NO_HEADING = 0.2
Doubts = list[tuple[str, dict[str, str]]]


def read(data: bytes, found: Sniffed, limits: Limits) -> Workbook:
    """Return the one sheet of a text file; its name is empty."""
    text, encoding = decode(data)
    doubts: Doubts = list(found.doubts)
    if encoding not in ("utf-8", "utf-8-sig", "ascii"):
        doubts.append(("E-ENCODING", {"encoding": encoding}))
    if "\0" in text:
        text = text.replace("\0", "")
        doubts.append(("E-NUL", {}))
    declared = text[:5].lower().startswith("sep=") and text[4:5]
    if declared:
        # The line is emptied, not removed: the addresses of the rows below stay what the sender sees.
        text = text[5:]
    separator = declared or _separator(text)
    rows = _rows(text, separator, limits)
    ragged = _ragged(rows)
    if ragged:
        doubts.append(("E-RAGGED", {"row": str(ragged)}))
    width = max((len(row) for row in rows), default=0)
    filled = [row + [""] * (width - len(row)) for row in rows]
    return Workbook("csv", (Grid("", 0, trimmed(filled)),), tuple(doubts))


def decode(data: bytes) -> tuple[str, str]:
    """Return the text and the name of its encoding."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace"), name
    half = max(1, len(data) // 2)
    for first, name in ((1, "utf-16-le"), (0, "utf-16-be")):
        if data[first::2].count(0) > 0.6 * half:
            return data.decode(name, "replace"), name
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        import charset_normalizer  # noqa: PLC0415 - only a text in an old encoding needs it, and loading takes its time

        best = charset_normalizer.from_bytes(data[:200_000]).best()
        name = best.encoding if best is not None else "cp1252"
    western = sum(byte >= 0x80 for byte in data) * 20 < len(data)
    return data.decode("cp1252" if western else name, "replace"), "cp1252" if western else name


def _separator(text: str) -> str:
    """Return the separator that cuts most lines, into most fields of about one width, from one that looks a heading.

    Lines need not be equally long: a table beside the answers ends earlier than these.
    """
    head = "\n".join(line[:_LINE] for line in text.splitlines()[:_SAMPLE])
    best, best_score = ",", 0.0
    for separator in SEPARATORS:
        rows = [row for row in csv.reader(io.StringIO(head), delimiter=separator) if any(row)]
        widths = sorted(len(row) for row in rows if len(row) > 1)
        if not widths:
            continue
        width = widths[len(widths) // 2]
        alike = widths.count(width) / len(widths)
        first = next(row for row in rows if len(row) >= width)
        score = len(widths) / len(rows) * min(width, 12) * (1 + alike) * (1 if _like_heading(first) else _NO_HEADING)
        if score > best_score:
            best, best_score = separator, score
    return best


def _like_heading(cells: Sequence[str]) -> bool:
    """Return whether most filled cells hold a word: where "3,4,3" is one answer, the comma splits no heading."""
    full = [one for one in cells if one.strip()]
    return sum(len(one.strip()) > 1 and any(char.isalpha() for char in one) for one in full) * 2 > len(full)


def _rows(text: str, separator: str, limits: Limits) -> list[list[Value]]:
    rows: list[list[Value]] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    csv.field_size_limit(2**20)
    cells = 0
    try:
        for row in reader:
            cells += len(row)
            if cells > limits.cells or len(rows) >= limits.rows or len(row) > limits.columns:
                raise RefusedError("E-BIG", limit=str(limits.cells))
            rows.append(list(row))
    except csv.Error as fault:
        if "field larger" in str(fault):
            raise RefusedError("E-BIG", limit=str(2**20)) from None
        if "unexpected end" in str(fault):
            raise RefusedError("E-QUOTE", line=str(reader.line_num)) from None
        return _loose(text, separator, limits)
    return rows


def _loose(text: str, separator: str, limits: Limits) -> list[list[Value]]:
    """Read a text whose quotes do not follow the rule: quotes then are plain characters where they do not open."""
    rows: list[list[Value]] = []
    for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator):
        if len(rows) >= limits.rows or len(row) > limits.columns:
            raise RefusedError("E-BIG", limit=str(limits.rows))
        rows.append(list(row))
    return rows


def _ragged(rows: Sequence[Sequence[Value]]) -> int:
    """Return the number (1-based) of the first row that is wider than the usual one, or a cut last row; else 0."""
    widths = Counter(len(row) for row in rows if any(row))
    if not widths:
        return 0
    usual = widths.most_common(1)[0][0]
    if usual < 3:
        return 0
    return next(
        (at for at, row in enumerate(rows, 1) if len(row) > usual or (at == len(rows) and 1 < len(row) < usual)), 0
    )
