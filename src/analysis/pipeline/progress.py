"""How far a run is: a line that moves on a terminal, nothing in a pipe."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from tqdm import tqdm

from analysis.pages import Progress
from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator


def wanted(*, progress: bool | None) -> bool:
    """Tell whether to show progress: as asked, else only where somebody watches."""
    return sys.stderr.isatty() if progress is None else progress


@contextmanager
def shown(lang: str, *, progress: bool | None = None) -> Iterator[Progress]:
    """Yield whom the pages room tells how far it is; the line is gone when the block ends."""
    if not wanted(progress=progress):
        yield Progress()
        return
    with tqdm(
        desc=say("pipeline.making_pages", lang), unit="", leave=False, file=sys.stderr, dynamic_ncols=True
    ) as line:

        def begin(total: int) -> None:
            line.reset(total=total)

        def step(name: str) -> None:
            line.set_postfix_str(name, refresh=False)
            line.update()

        yield Progress(begin, step)
