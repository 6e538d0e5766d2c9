"""What spreadsheet programs are handed: text that none of them runs as a formula, workbooks without a clock."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from datetime import datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

WRITTEN = datetime(2026, 1, 2, 8)  # noqa: DTZ001 - file properties hold local time without a zone
"""When every workbook of ours says that it was made."""
SIGNS = frozenset("=+-@|%")
"""What a formula, or a call of another program, begins with."""
_SIGNS_AND_TWINS = "".join(
    sorted({chr(code) for code in range(0x10000) if unicodedata.normalize("NFKC", chr(code)) in SIGNS})
)
# Full-width, small and raised twins run as formulas too; blanks, quotes and invisible marks before one are no shield.
_BEFORE = "[\\s\"'\\x00-\\x1f\\u00ad\\u200b-\\u200f\\u2060\\ufeff]*"
_RUNS = re.compile(f"{_BEFORE}[{re.escape(_SIGNS_AND_TWINS)}]|[\\x00-\\x1f]")
# Where the list separator is a semicolon (Indonesia), a program cuts the text of a comma file there.
_CUT = re.compile(f"(?<=;)(?={_BEFORE}[{re.escape(_SIGNS_AND_TWINS)}])")
_SHIELD = re.compile(f"(?<=;)'(?={_BEFORE}[{re.escape(_SIGNS_AND_TWINS)}])")
_CORE_TIME = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def runs(text: str) -> bool:
    """Tell whether a spreadsheet could run this text instead of showing it."""
    return _RUNS.match(text) is not None


def shielded(text: str) -> str:
    """Return the text for a cell of a csv file, an apostrophe before whatever a spreadsheet could run.

    A text that begins with an apostrophe gets one too, so that ``unshielded`` gives every text back.
    """
    inside = _CUT.sub("'", text)
    return f"'{inside}" if runs(text) or text.startswith("'") else inside


def unshielded(text: str) -> str:
    """Return the text that was shielded."""
    return _SHIELD.sub("", text.removeprefix("'"))


def without_clock(book: Any) -> bytes:  # noqa: ANN401 - openpyxl's stubs are not everywhere
    """Return the bytes of an openpyxl workbook, the same on every run.

    openpyxl stamps the hour of writing on the properties and on every member of the zip.
    """
    stamp = WRITTEN.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    saved = io.BytesIO()
    book.save(saved)
    with zipfile.ZipFile(saved) as old:
        members = [(one.filename, old.read(one)) for one in old.infolist()]
    return packed(
        (name, _CORE_TIME.sub(rb"\g<1>" + stamp, body) if name == "docProps/core.xml" else body)
        for name, body in members
    )


def packed(members: Iterable[tuple[str, bytes]]) -> bytes:
    """Return a zip of (name, bytes) that bears no clock; a ``mimetype`` (ods) is stored as it is, as its rule says."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as zipped:
        for name, body in members:
            entry = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o644 << 16
            zipped.writestr(entry, body)
    return stream.getvalue()
