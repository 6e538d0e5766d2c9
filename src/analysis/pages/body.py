"""An executed notebook as the inside of a page: nbconvert's HTMLExporter with our own template, then the allow-list."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from nbconvert.exporters import HTMLExporter

from analysis.words import say

from .gate import chosen
from .inert import clean
from .shell import TEMPLATES, loader

if TYPE_CHECKING:
    from jinja2 import Environment
    from nbformat import NotebookNode

_TITLE = re.compile(r"\A\s*#\s+[^\n]*\n?")


class _Exporter(HTMLExporter):
    """HTMLExporter with our own templates only, and everything escaped that is not marked as markup."""

    def _create_environment(self) -> Environment:
        environment: Environment = super()._create_environment()  # type: ignore[no-untyped-call]
        environment.autoescape = True
        environment.loader = loader()
        return environment

    def _load_template(self) -> Any:  # noqa: ANN401 - nbconvert's own signature
        return self.environment.get_template("notebook.html.j2")


@cache
def _exporter() -> _Exporter:
    return _Exporter(template_paths=[str(TEMPLATES)], template_file="notebook.html.j2", exclude_anchor_links=True)  # type: ignore[no-untyped-call]


def body(node: NotebookNode, lang: str, *, line: str = "") -> str:
    """Return the clean HTML of an executed notebook: prose and results in order, its code folded at the end.

    The first heading, and ``line`` where it follows, are left out: the page has them in its head.
    """
    exporter = _exporter()
    blocks: list[dict[str, str]] = []
    code: list[str] = []
    for cell in node.cells:
        if cell.cell_type == "markdown":
            source = cell.source if blocks else _TITLE.sub("", cell.source).strip()
            source = "" if source == line else source
            blocks.append({"kind": "prose", "text": source})
        elif cell.cell_type == "code" and cell.source.strip():
            code.append(cell.source)
            blocks += [block for output in cell.outputs if (block := _block(output))]
    resources = {"tilik": {"blocks": blocks, "code": code, "code_title": say("pages.code", lang)}}
    markup, _ = exporter.from_notebook_node(node, resources=resources)
    return clean(markup)


def _block(output: NotebookNode) -> dict[str, str]:
    kind, content = chosen(output)
    if not content.strip():
        return {}
    if kind == "text/html":
        return {"kind": "markup", "text": content}
    if kind == "text/markdown":
        return {"kind": "prose", "text": content}
    # nothing else comes here: the gate lets no notebook by that shows a picture of its own
    return {"kind": "plain", "text": content}
