"""The made-up city: people with a planted truth, and the workbooks their units would send.

``draw`` the city, ``write`` its workbooks, and compare what comes back with ``expected`` and ``registers``.
"""

from __future__ import annotations

from pathlib import Path

from .city import City, draw
from .returned import expected, registers
from .truth import Truth, load, null
from .workbooks import write as _write

__all__ = ["City", "Truth", "draw", "expected", "load", "null", "registers", "write"]


def write(folder: str | Path, truth: Truth | None = None, *, seed: int | None = None) -> list[Path]:
    """Draw the city of ``truth`` (None: the shipped one) and write its workbooks into ``folder``; return their paths.

    ``seed`` draws the same city anew. The same truth and seed give the same bytes. A file of the same name is written
    over; unchanged files of an earlier version that are not written any more are removed, other files stay.
    """
    facts = truth if truth is not None else load()
    if seed is not None:
        facts = facts.model_copy(update={"seed": seed})
    return _write(draw(facts), Path(folder))
