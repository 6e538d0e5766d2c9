"""The last look before a page: what a notebook must not put out beside the publication plan, cell by cell."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, Any

from .inert import clean, text_of
from .runner import Failure

if TYPE_CHECKING:
    from nbformat import NotebookNode

SHORTEST_ALT = 15
"""Characters: under this no picture is described."""
PAGE_BYTES = 1_000_000
FILLER = "No description has been provided for this image"
"""What nbconvert would write as an alt text."""
_FRAME = re.compile(r'<table[^>]*class="[^"]*\bdataframe\b', re.IGNORECASE)
_IMAGE = re.compile(r"<img\b[^>]*>")
_ALT = re.compile(r'\balt="([^"]*)"')
_YEAR = re.compile(r"\b(?:19|20)\d\d\b", re.ASCII)
_OURS = re.compile(
    r'<figure>.*?</figure>|<div class="wide".*?</div>|<(p|ul) class="(?:answer|answers|note)">.*?</\1>', re.DOTALL
)
"""What ``publish`` makes: its figures have asked the plan."""
_DRAWN = re.compile(r'<figure><img alt="[^"]*" src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)"><figcaption>')
_BY_HAND = b"<metadata"
"""What a program's own way to SVG writes and ``publish`` takes out."""
_PICTURES = ("image/svg+xml", "image/png", "image/jpeg")
_SHOWN = ("text/html", *_PICTURES, "text/markdown", "text/plain")


def refusals(name: str, node: NotebookNode) -> list[Failure]:
    """Return what keeps an executed notebook from becoming a page: pictures without words, raw tables, raw numbers.

    What ``publish`` makes comes as HTML of its own; a frame of pandas, a printed figure or markup written by hand with
    a figure in it has not asked the plan. A year alone is no figure. A picture drawn by hand has not asked it either,
    whatever its words say: the places of its points are figures.
    """
    found, code = [], 0
    for cell in node.cells:
        if cell.cell_type != "code":
            continue
        code += 1
        kinds = [kind for output in cell.outputs for kind in _faults(output)]
        found += [Failure(name, code, kind) for kind in dict.fromkeys(kinds)]
    return found


def whole(name: str, inside: str, page: str) -> list[Failure]:
    """Return what keeps a page from being handed out that only the whole of it shows: pictures in prose, its size."""
    found = [Failure(name, 0, "alt")] if FILLER in inside else []
    return [*found, Failure(name, 0, "size")] if len(page.encode()) > PAGE_BYTES else found


def chosen(output: NotebookNode) -> tuple[str, str]:
    """Return the kind and the content of what a page shows of one output; ("", "") where it shows nothing."""
    if output.output_type == "stream":
        return ("text/plain", _text(output.text)) if output.name == "stdout" else ("", "")
    if output.output_type not in {"display_data", "execute_result"}:
        return "", ""
    data: Any = output.data
    kind = next((kind for kind in _SHOWN if kind in data), "")
    return kind, _text(data.get(kind, ""))


def alt_of(output: NotebookNode, kind: str) -> str:
    """Return the alt text a notebook gave to its picture in the output's metadata."""
    own: Any = output.metadata.get(kind, {})
    return str(own.get("alt", "")) if isinstance(own, dict) else ""


def _faults(output: NotebookNode) -> list[str]:
    kind, content = chosen(output)
    if kind in _PICTURES:
        return ["picture" if _described(alt_of(output, kind)) else "alt"]
    if kind in {"text/html", "text/markdown"}:
        return _in_markup(content)
    if kind == "text/plain":
        return ["raw"] if _raw(content) else []
    return ["unshowable"] if output.output_type in {"display_data", "execute_result"} else []


def _in_markup(content: str) -> list[str]:
    safe = clean(content)
    kinds = ["raw"] if _FRAME.search(content) or _raw(text_of(clean(_OURS.sub(" ", content)))) else []
    alts = [_ALT.search(image) for image in _IMAGE.findall(safe)]
    if any(alt is None or not _described(alt[1]) for alt in alts):
        kinds.append("alt")
    elif _drawn_by_hand(content, len(alts)):
        kinds.append("picture")
    empty = bool(content.strip()) and not text_of(safe) and not alts
    return [*kinds, "unshowable"] if empty else kinds


def _drawn_by_hand(content: str, pictures: int) -> bool:
    """Tell whether any picture of a markup is not one of ``publish``: a drawing in a figure, stripped."""
    drawn = _DRAWN.findall(content)
    return len(drawn) < pictures or any(_BY_HAND in base64.b64decode(one) for one in drawn)


def _described(alt: str) -> bool:
    return len(alt.strip()) >= SHORTEST_ALT and alt.strip() != FILLER


def _raw(content: str) -> bool:
    return "dtype:" in content or any(sign.isdigit() for sign in _YEAR.sub("", content))


def _text(value: object) -> str:
    return "".join(str(line) for line in value) if isinstance(value, list) else str(value)
