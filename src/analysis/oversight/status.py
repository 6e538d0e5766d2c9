"""What a register says of a thing: done, or not yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.codebook import Status

from .comparing.scope import column

if TYPE_CHECKING:
    import pandas as pd

    from analysis.codebook import Codebook


def says_done(register: pd.DataFrame, book: Codebook | None = None) -> pd.Series:
    """Return which rows' ``status`` says done, in the codebook's words; an empty status does not."""
    words = book.status if book else Status()
    told = column(register, "status").str.casefold()
    done, undone = ("|".join(map(re.escape, many)) or "(?!)" for many in (words.done, words.undone))
    return told.str.contains(done, regex=True) & ~told.str.contains(undone, regex=True)
