"""Pages that need not be made again: their insides, kept under a mark of everything they were made from.

A mark covers the notebook's cells, every file of the study, the kit's own files and the libraries that draw.
What else a notebook reads (a file of its own) it does not cover: ``--fresh`` makes all pages anew.
"""

from __future__ import annotations

import hashlib
import json
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from analysis.store import Study

KIT = Path(__file__).parents[1]
OURS = (".py", ".po", ".toml", ".j2", ".css")
LIBRARIES = ("pandas", "numpy", "scipy", "seaborn", "matplotlib", "babel", "nbconvert", "nh3", "jinja2")


class Shelf:
    """The insides of pages of earlier runs, in a hidden folder beside the reports; None keeps nothing.

    What this run neither took nor put is removed when it ends (``tidy``).
    """

    def __init__(self, folder: Path | None, study: Study) -> None:
        self._folder = folder
        self._base = json.dumps([study.manifest["sha256"], study.lang, kit_mark()], sort_keys=True)
        self._used: set[str] = set()

    def mark(self, *parts: str) -> str:
        """Return the mark of what is made of ``parts`` and the study."""
        return hashlib.sha256("\0".join((self._base, *parts)).encode("utf-8", "surrogatepass")).hexdigest()

    def take(self, mark: str) -> str | None:
        """Return what lies under ``mark``, or None."""
        self._used.add(mark)
        try:
            return (self._folder / mark).read_text(encoding="utf-8") if self._folder else None
        except (OSError, ValueError):
            return None

    def put(self, mark: str, text: str) -> None:
        """Lay ``text`` under ``mark``; a shelf that cannot be written is no shelf, and no fault."""
        self._used.add(mark)
        if self._folder is None:
            return
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            unfinished = self._folder / f".{mark}"
            unfinished.write_text(text, encoding="utf-8", newline="\n")
            unfinished.replace(self._folder / mark)
        except OSError:
            self._folder = None

    def tidy(self) -> None:
        """Remove what this run had no use for."""
        if self._folder is None or not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.name not in self._used:
                path.unlink(missing_ok=True)


def beside(reports: Path) -> Path:
    """Return the hidden folder of a folder of reports."""
    return reports.with_name(f".tilik-{reports.name}-pages")


def cells_of(node: NotebookNode) -> str:
    """Return everything in a copied notebook that its page depends on."""
    return json.dumps([[cell.cell_type, cell.source] for cell in node.cells])


@cache
def kit_mark() -> str:
    """Return a mark of the kit's own files and of the libraries that compute and draw."""
    files = sorted(path for path in KIT.rglob("*") if path.suffix in OURS)
    sums = [(path.relative_to(KIT).as_posix(), hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]
    return hashlib.sha256(json.dumps([sums, sys.version, [version(name) for name in LIBRARIES]]).encode()).hexdigest()
