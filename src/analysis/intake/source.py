"""Which files there are, and one stable reading of each: regular files only, read once into memory, never written."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import CallError, Fault
from analysis.words import say

from .grid import RefusedError
from .process.limits import Limits

ENDINGS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv", ".tsv", ".xltx", ".xlt", ".sav", ".zsav", ".dta")
ASIDE = (".toml", ".md", ".txt", ".py", ".json", ".ipynb", ".html", ".gitkeep", ".gitignore", ".ini", ".db")
_TRIES = 3


@dataclass(frozen=True)
class Source:
    """A file: its name as frames show it (relative, posix), and its path."""

    name: str
    path: Path


def sources(what: Path | str | Sequence[Path | str], leave_out: Iterable[str] = (), lang: str = "id") -> list[Source]:
    """Return the files to read, sorted by name: those in a folder and below, one file, or the files of a list.

    Raises CallError, in ``lang``, where nothing has the one name given; a name of a list that nothing has stays.
    """
    if isinstance(what, str | Path):
        path = Path(what)
        if path.is_dir():
            return _below(path, frozenset(leave_out))
        if not path.exists() and not path.is_symlink():
            raise CallError(
                Fault(as_text(path.name), say("intake.no_such_path", lang), say("intake.no_such_path_todo", lang))
            )
        return [Source(as_text(path.name), path)]
    paths = [Path(one) for one in what]
    names = [as_text(one.name) for one in paths]
    if len(set(names)) == len(names):
        return sorted(map(Source, names, paths), key=lambda one: one.name)
    # Two files of one name: told apart by their folders, without what all paths begin with.
    shared = Path(os.path.commonpath([one.absolute().parent for one in paths]))
    return sorted(
        {Source(as_text(one.absolute().relative_to(shared).as_posix()), one) for one in paths}, key=lambda one: one.name
    )


def _below(folder: Path, leave_out: frozenset[str]) -> list[Source]:
    found = []
    for root, folders, files in os.walk(folder, followlinks=False):
        here = Path(root)
        relative = here.relative_to(folder).as_posix()
        folders[:] = sorted(
            one for one in folders
            if not one.startswith(".") and (f"{relative}/{one}" if relative != "." else one) not in leave_out
        )  # fmt: skip
        for name in files:
            shown = name if relative == "." else f"{relative}/{name}"
            if name.startswith(".") or shown in leave_out or name.lower().endswith(ASIDE):
                continue
            found.append(Source(as_text(shown), here / name))
    return sorted(found, key=lambda one: one.name)


def as_text(name: str) -> str:
    """Return a file name that frames can hold: bytes that are no UTF-8 are written out, in hexadecimal."""
    return name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_lock_file(name: str) -> bool:
    """Return whether a name is that of Excel's owner file, which holds a person's name and no data."""
    base = name.rpartition("/")[2]
    return base.startswith(("~$", ".~lock."))


def stable_bytes(path: Path, limits: Limits) -> tuple[bytes, str]:
    """Return the bytes of a file and their sha256, read once; a file that changes meanwhile is tried again."""
    for _ in range(_TRIES):
        try:
            before, data, after = _read(path, limits)
        except FileNotFoundError:
            raise RefusedError("E-GONE") from None
        except PermissionError:
            raise RefusedError("E-LOCKED") from None
        except OSError:
            raise RefusedError("E-NOFILE") from None
        if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns) and len(data) == before.st_size:
            return data, hashlib.sha256(data).hexdigest()
    raise RefusedError("E-BUSY")


def _read(path: Path, limits: Limits) -> tuple[os.stat_result, bytes, os.stat_result]:
    if path.is_symlink():
        raise RefusedError("E-LINKFILE")
    handle = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    )
    with os.fdopen(handle, "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise RefusedError("E-NOFILE")
        if before.st_size > limits.file_bytes:
            raise RefusedError("E-BIG", limit=f"{limits.file_bytes // 2**20} MB")
        return before, file.read(), os.fstat(file.fileno())
