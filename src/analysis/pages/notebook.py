"""A notebook as the pages room sees it: its file, its title in two languages, what it needs, and a copy to execute."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import nbformat

from analysis.words import translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from nbformat import NotebookNode

RESERVED = frozenset({"index", "ringkasan", "laporan", "lampiran", "asal-angka"})
"""Names of pages that no notebook may take."""
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Notebook:
    """One notebook of the folder: ``needs`` are columns with two known levels, registers with rows, or ``"skm"``.

    ``topics`` are what the brief finds evidence for here (``"sector"``, ``"published"``).

    ``node`` is None for a file that is no notebook; its page then says so.
    """

    path: Path
    page: str
    title: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)
    node: NotebookNode | None = None

    @property
    def name(self) -> str:
        """Return the file name."""
        return self.path.name

    @property
    def steps(self) -> int:
        """Return how many code cells an execution will run."""
        return (
            sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in self.node.cells) if self.node else 0
        )

    def heading(self, lang: str) -> str:
        """Return the title in ``lang``, else in the other language, else the file's own name."""
        return self.title.get(lang) or next(iter(self.title.values()), self.path.stem)

    def line(self, lang: str) -> str:
        """Return what the page answers, in one line; nothing where the notebook does not say."""
        return self.lines.get(lang, "")


def find(folder: Path) -> list[Notebook]:
    """Return the notebooks of ``folder`` in order of their names; one dropped in needs no registration."""
    paths = sorted(path for path in folder.glob("*.ipynb") if path.is_file() and not path.name.startswith("."))
    return [open_notebook(path) for path in paths]


def open_notebook(path: Path) -> Notebook:
    """Read one notebook; what is no notebook comes back without a ``node``."""
    page = f"{slug(path.stem)}.html"
    try:
        node = nbformat.reads(path.read_text(encoding="utf-8"), as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(node)
    except (ValueError, KeyError, AttributeError, TypeError, nbformat.ValidationError):
        return Notebook(path, page)
    own: Any = node.metadata.get("tilik", {})
    own = own if isinstance(own, dict) else {}
    titles = _texts(own, "title") or _first_heading(node)
    return Notebook(path, page, titles, _names(own, "needs"), _names(own, "topics"), _texts(own, "line"), node)


def slug(name: str) -> str:
    """Return a page name of ``[a-z0-9-]``, with a mark of the full name where that lost something."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    if short == name and short not in RESERVED:
        return short
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{short or 'halaman'}-{mark}"


def copy_to_run(node: NotebookNode, lang: str, meets: Callable[[str], bool] = lambda _: True) -> NotebookNode:
    """Return a copy without outputs, its prose in ``lang``; the notebook itself is never written.

    A cell with a need that ``meets`` denies is left out.
    """
    cells = []
    for number, cell in enumerate(node.cells):
        if not all(meets(need) for need in _needs(cell)):
            continue
        fresh = {"id": f"cell-{number}", "cell_type": cell.cell_type, "metadata": {}, "source": cell.source}
        if cell.cell_type == "code":
            fresh |= {"outputs": [], "execution_count": None}
        elif cell.cell_type == "markdown":
            fresh["source"] = translate(cell.source, lang)
        cells.append(fresh)
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    whole = {"nbformat": 4, "nbformat_minor": 5, "cells": cells, "metadata": kernel}
    copy: NotebookNode = nbformat.from_dict(whole)  # type: ignore[no-untyped-call]
    return copy


def _needs(cell: NotebookNode) -> tuple[str, ...]:
    own: Any = cell.metadata.get("tilik", {})
    return _names(own, "needs") if isinstance(own, dict) else ()


def _names(own: dict[str, Any], key: str) -> tuple[str, ...]:
    names = own.get(key)
    return tuple(one for one in names if isinstance(one, str)) if isinstance(names, list) else ()


def _texts(own: dict[str, Any], key: str) -> dict[str, str]:
    texts = own.get(key)
    return {str(lang): str(text) for lang, text in texts.items()} if isinstance(texts, dict) else {}


def _first_heading(node: NotebookNode) -> dict[str, str]:
    prose = (cell.source for cell in node.cells if cell.cell_type == "markdown")
    found = next((match for match in map(_TITLE.search, prose) if match), None)
    return {"id": found.group(1)} if found else {}
