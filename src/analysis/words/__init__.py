"""Everything a reader sees, in one gettext catalogue per language: ``words/<language>/*.po``, a file per room.

Sentences made by code are looked up by a key (``say``); the prose of a notebook by its Indonesian text (``translate``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from babel.messages.pofile import read_po

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

Language = Literal["id", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
PROSE = "prose"
"""The message context of notebook prose: its key is the Indonesian text itself."""


class MissingWordsError(LookupError):
    """A text that the catalogue of a language does not have; a test keeps this from reaching a reader."""


@cache
def catalogue(lang: str) -> dict[tuple[str, str], tuple[str, ...]]:
    """Return the texts of one language by (context, key); a key that two files share is refused."""
    texts: dict[tuple[str, str], tuple[str, ...]] = {}
    for path in sorted((Path(__file__).parent / lang).glob("*.po")):
        for entry, forms in _entries(_read(path, lang)):
            if entry in texts:
                message = f"{path.name}: {entry[1]!r} stands in two files of {lang!r}"
                raise ValueError(message)
            texts[entry] = forms
    return texts


def say(key: str, lang: str, count: int | None = None, **values: object) -> str:
    """Return the text of ``key`` with ``values`` filled in; ``count`` chooses singular or plural and is a value too."""
    forms = catalogue(lang).get(("", key))
    if forms is None:
        message = f"no text for {key!r} in {lang!r}"
        raise MissingWordsError(message)
    form = forms[0] if count is None or count == 1 else forms[-1]
    return form.format(**values) if count is None else form.format(count=count, **values)


def translate(prose: str, lang: str) -> str:
    """Return the prose of a notebook in ``lang``; Indonesian is the text itself, as is one without a twin."""
    if lang == "id":
        return prose
    forms = catalogue(lang).get((PROSE, prose.strip()))
    return forms[0] if forms else prose


def _read(path: Path, lang: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=lang, abort_invalid=True)


def _entries(texts: Catalog) -> list[tuple[tuple[str, str], tuple[str, ...]]]:
    found = []
    for message in texts:
        key = message.id if isinstance(message.id, str) else message.id[0]
        forms = tuple(message.string or ()) if not isinstance(message.string, str) else (message.string,)
        if key and all(forms) and not message.fuzzy:
            found.append(((message.context or "", key), forms))
    return found
