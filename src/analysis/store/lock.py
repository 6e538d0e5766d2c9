"""One run at a time per folder: the system's own file lock, which a killed process cannot leave behind."""

from __future__ import annotations

import getpass
import os
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from analysis.errors import BusyError, Fault
from analysis.words import say

from .swap import refusals_told

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.words import Language


@contextmanager
def lock(folder: Path | str, *, lang: Language = "id") -> Iterator[None]:
    """Hold ``folder`` for this process while the block runs; BusyError says who has held it since when.

    The lock lies beside the folder (the folder itself is exchanged as a whole) and ends with the process. Raises
    StoreError where it cannot be made (no permission).
    """
    folder = Path(folder).resolve()
    note = folder.with_name(f".tilik-{folder.name}.who")
    held = FileLock(folder.with_name(f".tilik-{folder.name}.lock"), timeout=0)
    try:
        with refusals_told(folder, lang):
            folder.parent.mkdir(parents=True, exist_ok=True)
            held.acquire()
    except Timeout:
        busy = Fault(folder.name, say("store.busy", lang, who=_who(note, lang)), say("store.busy_todo", lang))
        raise BusyError(busy) from None
    try:
        said = f"{_user()}, {os.getpid()}, {datetime.now().astimezone():%Y-%m-%d %H:%M}"
        with suppress(OSError):  # a courtesy: a full disk is told where it matters
            note.write_text(said, encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
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
