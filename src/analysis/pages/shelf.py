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
    from collections.abc import MutableMapping

    from nbformat import NotebookNode

    from analysis.store import Study

KIT = Path(__file__).parents[1]
OURS = (".py", ".po", ".toml", ".j2", ".css")
LIBRARIES = ("pandas", "numpy", "scipy", "seaborn", "matplotlib", "babel", "nbconvert", "nh3", "jinja2")


class Shelf:
    """The insides of pages of earlier runs, in what ``held`` keeps beside the reports (``store.results``)."""

    def __init__(self, held: MutableMapping[str, bytes], study: Study) -> None:
        self._held = held
        self._base = json.dumps([study.manifest["sha256"], study.lang, kit_mark()], sort_keys=True)

    def mark(self, *parts: str) -> str:
        """Return the mark of what is made of ``parts`` and the study."""
        return _sha256("\0".join((self._base, *parts)).encode("utf-8", "surrogatepass"))

    def take(self, mark: str) -> str | None:
        """Return what lies under ``mark``, or None; a stopped machine may leave half of it, which is nothing."""
        digest, _, text = self._held.get(mark, b"").partition(b"\n")
        return text.decode() if digest.decode("ascii", "replace") == _sha256(text) else None

    def put(self, mark: str, text: str) -> None:
        """Lay ``text`` under ``mark``."""
        content = text.encode()
        self._held[mark] = _sha256(content).encode() + b"\n" + content


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def cells_of(node: NotebookNode) -> str:
    """Return everything in a copied notebook that its page depends on."""
    return json.dumps([[cell.cell_type, cell.source] for cell in node.cells])


@cache
def kit_mark() -> str:
    """Return a mark of the kit's own files and of the libraries that compute and draw."""
    files = sorted(path for path in KIT.rglob("*") if path.suffix in OURS)
    sums = [(path.relative_to(KIT).as_posix(), _sha256(path.read_bytes())) for path in files]
    return _sha256(json.dumps([sums, sys.version, [version(name) for name in LIBRARIES]]).encode())
