"""Bytes → workbook: every container format, refused with a code where it cannot or must not be opened."""

from __future__ import annotations

from analysis.intake.grid import RefusedError, Workbook
from analysis.intake.process.limits import Limits

from . import delimited, sheets, statistics
from .sniff import sniff


def open_workbook(data: bytes, name: str, limits: Limits) -> Workbook:
    """Return the workbook in ``data``; ``name`` only serves to notice a wrong extension.

    Raises RefusedError with a code for a file that is empty, locked, cut short, of another kind, too big, or broken.
    """
    try:
        return _opened(data, name, limits)
    except (RefusedError, MemoryError, RecursionError):
        raise
    except Exception:  # parsers of XML and archives fail in their own ways; the child need not die of each
        raise RefusedError("E-CORRUPT") from None


def _opened(data: bytes, name: str, limits: Limits) -> Workbook:
    if (of := statistics.kind(data, name)) and len(data) <= limits.file_bytes:
        return statistics.read(data, of, limits)
    found = sniff(data, name, limits)
    book = (delimited if found.format == "csv" else sheets).read(data, found, limits)
    ending = name.rpartition(".")[2].lower()
    doubts = list(book.doubts)
    if ending != found.format and {ending, found.format} not in (
        {"xlsm", "xlsx"},
        {"xltx", "xlsx"},
        {"tsv", "csv"},
        {"txt", "csv"},
    ):
        doubts.append(("E-EXT", {"format": found.format}))
    if len(book.grids) > limits.sheets:
        raise RefusedError("E-BIG", limit=str(limits.sheets))
    return Workbook(book.format, book.grids, tuple(doubts))
