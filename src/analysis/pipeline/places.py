"""Where things lie: the kit's own folders, and which workbooks a plain run means."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import store
from analysis.errors import CallError, Fault
from analysis.intake.source import ENDINGS
from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.words import Language

EXAMPLE = "contoh"
"""The folder under data/raw with the made-up example."""


@dataclass(frozen=True)
class Places:
    """The folders of one kit."""

    home: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Places:
        """Return the kit that ``start`` (the current folder) lies in, else the one this package was installed from."""
        return cls(store.home(start))

    @property
    def raw(self) -> Path:
        """Return the folder for workbooks as received."""
        return self.home / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Return the folder for cleaned data."""
        return self.home / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """Return the folder of notebooks."""
        return self.home / "notebooks"

    @property
    def reports(self) -> Path:
        """Return the folder for pages."""
        return self.home / "reports"


@dataclass(frozen=True)
class Source:
    """Which workbooks a run reads: ``path`` with ``leave_out`` (folders under it), and how that came about.

    ``why`` is a text of the catalogue (``pipeline.source_<why>``): "named", "example", or "own" where the user's
    workbooks stand in data/raw and the example is left out.
    """

    path: Path
    leave_out: tuple[str, ...] = ()
    why: str = "named"


def source(raw: Path | None, places: Places) -> Source:
    """Return the workbooks a run means: the named ones, else the user's own in data/raw, else the example."""
    if raw is not None:
        return Source(raw)
    own = any(
        _is_workbook(path) and EXAMPLE not in path.relative_to(places.raw).parts[:1] for path in places.raw.rglob("*")
    )
    if own:
        return Source(places.raw, (EXAMPLE,), "own")
    return Source(places.raw / EXAMPLE, (), "example")


def kept_apart(found: Source, written: Sequence[Path], lang: Language) -> Source:
    """Return the source without what is written below it; a written folder is replaced as a whole.

    Raises CallError for one that holds the workbooks or the current folder (and is no set of ours), and for two that
    are the same.
    """
    raw, here = found.path.resolve(), Path.cwd().resolve()
    folders = [one.resolve() for one in written]
    for place, folder in enumerate(folders):
        around = folder in (here, *here.parents) and not (folder / store.swap.LISTING).is_file()
        if around or folder in (raw, *raw.parents) or folder in folders[:place]:
            what, todo = say("pipeline.not_apart", lang), say("pipeline.not_apart_todo", lang)
            raise CallError(Fault(written[place].name or str(written[place]), what, todo))
    below = tuple(one.relative_to(raw).as_posix() for one in folders if raw in one.parents)
    return replace(found, leave_out=(*found.leave_out, *below))


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS and not path.name.startswith((".", "~$")) and path.is_file()
