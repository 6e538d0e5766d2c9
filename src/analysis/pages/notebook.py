"""A notebook as the pages room sees it: its file, its title in two languages, what it needs, and a copy to execute."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import nbformat

from analysis.words import translate

from .names import RESERVED

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from nbformat import NotebookNode

PER = ("unit", "district")
"""Columns of each level of which a notebook may make a page."""
PARAMETERS = "parameters"
"""The tag of the cell that sets what a notebook is about; a page of a level sets it anew right after."""
NOTHING: Mapping[str, str] = MappingProxyType({})
_TITLE = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Notebook:
    """One notebook of the folder, with what it needs and tells of.

    ``needs`` are columns with two known levels, registers with rows, ``"skm"`` or ``"recaps"``.
    ``topics`` are what the brief finds evidence for here (``"sector"``, ``"published"``). ``per`` is the column
    (``"unit"``, ``"district"``) of each level of which it makes a page, and ``level`` the one it is about then, called
    ``label`` by readers. ``node`` is None for a file that is no notebook; its page then says so.
    """

    path: Path
    page: str
    title: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    lines: Mapping[str, str] = field(default_factory=dict)
    node: NotebookNode | None = None
    per: str = ""
    level: str = ""
    label: str = ""

    @property
    def name(self) -> str:
        """Return the file name, and which level it is about."""
        return f"{self.path.name} [{self.label}]" if self.label else self.path.name

    @property
    def steps(self) -> int:
        """Return how many code cells an execution will run."""
        return (
            sum(cell.cell_type == "code" and bool(cell.source.strip()) for cell in self.node.cells) if self.node else 0
        )

    def heading(self, lang: str) -> str:
        """Return the level's name, else the title in ``lang``, else in the other language, else the file's own name."""
        return self.label or self.title.get(lang) or next(iter(self.title.values()), self.path.stem)

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
    needs, topics, lines = _names(own, "needs"), _names(own, "topics"), _texts(own, "line")
    return Notebook(path, page, titles, needs, topics, lines, node, _per(own))


def of_level(one: Notebook, level: str, label: str) -> Notebook:
    """Return a notebook ``per`` some column as the one about ``level``, with a page of its own."""
    plain = slug(level.lower().replace(" ", "-"))
    return replace(one, level=level, label=label, page=f"{slug(one.path.stem)}-{plain}.html")


def slug(name: str) -> str:
    """Return a page name of ``[a-z0-9-]``, with a mark of the full name where that lost something."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    short = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-")
    if short == name and short not in RESERVED:
        return short
    mark = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return f"{short or 'halaman'}-{mark}"


def copy_to_run(
    node: NotebookNode, lang: str, meets: Callable[[str], bool] = lambda _: True, *, given: Mapping[str, str] = NOTHING
) -> NotebookNode:
    """Return a copy without outputs, its prose in ``lang``; the notebook itself is never written.

    A cell with a need that ``meets`` denies is left out. The names ``given`` are set after the cell tagged
    ``parameters``, in a cell of their own.
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
        if given and PARAMETERS in cell.metadata.get("tags", []):
            source = "\n".join(f"{name} = {value!a}" for name, value in given.items())
            cells.append({**fresh, "id": f"given-{number}", "source": source})
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
    whole = {"nbformat": 4, "nbformat_minor": 5, "cells": cells, "metadata": kernel}
    copy: NotebookNode = nbformat.from_dict(whole)  # type: ignore[no-untyped-call]
    return copy


def _needs(cell: NotebookNode) -> tuple[str, ...]:
    own: Any = cell.metadata.get("tilik", {})
    return _names(own, "needs") if isinstance(own, dict) else ()


def _per(own: dict[str, Any]) -> str:
    return str(own["per"]) if own.get("per") in PER else ""


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
