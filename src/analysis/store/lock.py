"""One run at a time per folder: the system's own file lock, which a killed process cannot leave behind."""

from __future__ import annotations

import getpass
import os
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from analysis.errors import BusyError, Fault
from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.words import Language


@contextmanager
def lock(folder: Path | str, *, lang: Language = "id") -> Iterator[None]:
    """Hold ``folder`` for this process while the block runs; BusyError says who has held it since when.

    The lock lies beside the folder (the folder itself is exchanged as a whole) and ends with the process.
    """
    folder = Path(folder).resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    note = folder.with_name(f".tilik-{folder.name}.who")
    held = FileLock(folder.with_name(f".tilik-{folder.name}.lock"), timeout=0)
    try:
        held.acquire()
    except Timeout:
        busy = Fault(folder.name, say("store.busy", lang, who=_who(note, lang)), say("store.busy_todo", lang))
        raise BusyError(busy) from None
    try:
        note.write_text(f"{_user()}, {os.getpid()}, {datetime.now().astimezone():%Y-%m-%d %H:%M}", encoding="utf-8")
        yield
    finally:
        note.unlink(missing_ok=True)
        held.release()


def _who(note: Path, lang: Language) -> str:
    try:
        user, process, since = note.read_text(encoding="utf-8").split(", ")
    except (OSError, ValueError):
        return say("store.somebody", lang)
    return say("store.who", lang, user=user, process=process, since=since)


def _user() -> str:
    try:
        return getpass.getuser().replace(",", " ")
    except (OSError, KeyError):
        return "?"
