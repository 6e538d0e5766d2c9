"""What can go wrong with the folders the kit writes."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.errors import Exit, Fault, TilikError
from analysis.words import say

if TYPE_CHECKING:
    from analysis.words import Language

REFUSALS = {
    errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EACCES: "denied", errno.EPERM: "denied", errno.EROFS: "denied",
    errno.EBUSY: "denied", errno.ENAMETOOLONG: "long", errno.EIO: "broken", errno.ENOTDIR: "no_folder",
    errno.EEXIST: "no_folder", errno.EISDIR: "no_folder",
}  # fmt: skip
"""How a system says that it will not write, by the text that tells it (``store.<text>``)."""


class StoreError(TilikError):
    """A set could not be written or swapped (disk full, no permission, folder in use); what was there still is."""

    exit_code = Exit.INTERNAL


def refusal(fault: OSError, lang: Language, where: str = "") -> StoreError | None:
    """Return what a system's refusal means and what to do about it; None where it is no matter of writing.

    ``where`` names the folder; without it the last part of the path that the system names.
    """
    kind = REFUSALS.get(fault.errno or 0)
    if kind is None:
        return None
    place = where or (Path(os.fsdecode(fault.filename)).name if isinstance(fault.filename, str | bytes) else "")
    return StoreError(Fault(place, say(f"store.{kind}", lang), say(f"store.{kind}_todo", lang)))
