"""The made-up city: people with a planted truth, and the workbooks their units would send."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from . import city, truth, workbooks
from .workbooks import expected

if TYPE_CHECKING:
    from .truth import Truth

__all__ = ["city", "expected", "truth", "workbooks", "write"]


def write(folder: str | Path, planted: Truth | None = None, *, seed: int | None = None, lang: str = "id") -> list[Path]:
    """Draw the city of the ``planted`` truth (None: the shipped one) and write its workbooks into ``folder``.

    ``seed`` draws the same city anew. Returns the paths written; raises CallError in ``lang`` where an old format
    cannot be written.
    """
    facts = planted if planted is not None else truth.load()
    if seed is not None:
        facts = facts.model_copy(update={"seed": seed})
    return workbooks.write(city.draw(facts), Path(folder), lang)
