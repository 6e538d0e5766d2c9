"""Reading a codebook: TOML, what it extends first, all faults at once with file and key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.errors import CodebookError, Fault
from analysis.words import say

from .checks import form_faults, name_faults
from .model import Codebook

DATA = Path(__file__).parent / "data"
SHIPPED = tuple(sorted(path.stem for path in DATA.glob("*.toml")))
"""Names of the codebooks that come with the kit."""
DEFAULT = "singkawang"
FOLDER_NAMES = ("codebook.toml", "buku_kode.toml")
"""What a codebook is called when it lies beside the workbooks."""
ADDED_UP = {"aliases", "headings", "missing", "personal", "answers"}
"""What an extending codebook adds to rather than replaces."""


def load(source: str | Path | None = None, *, lang: str = "id") -> Codebook:
    """Return the codebook in the file ``source``, or the shipped one of that name; by default Kota Singkawang's.

    A codebook that ``extends`` another (a shipped name, or a file beside it) adds to it: tables of the same name are
    merged, others appended, single values replaced. Raises CodebookError with every fault, each with file and key, in
    the language ``lang``.
    """
    path = _locate(source if source is not None else DEFAULT, Path(), lang)
    table = _with_base(path, (), lang)
    try:
        book = Codebook.model_validate(table)
    except ValidationError as faults:
        raise CodebookError(*form_faults(path.name, table, faults, lang)) from None
    if wrong := name_faults(path.name, book, lang):
        raise CodebookError(*wrong)
    return book


def find_codebook(folder: Path) -> Path | None:
    """Return the codebook that lies in ``folder``, or None."""
    return next((folder / name for name in FOLDER_NAMES if (folder / name).is_file()), None)


def _locate(source: str | Path, beside: Path, lang: str) -> Path:
    if str(source) in SHIPPED:
        return DATA / f"{source}.toml"
    path = beside / source
    if not path.is_file():
        todo = say("codebook.shipped", lang, names=", ".join(SHIPPED))
        raise CodebookError(Fault(str(source), say("codebook.no_file", lang), todo))
    return path


def _with_base(path: Path, seen: tuple[Path, ...], lang: str) -> dict[str, Any]:
    if path in seen:
        raise CodebookError(Fault(path.name, say("codebook.circle", lang), say("codebook.circle_todo", lang)))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise CodebookError(Fault(path.name, say("codebook.no_toml", lang, fault=fault))) from None
    base = table.get("extends")
    if not isinstance(base, str) or not base:
        return table
    return merge(_with_base(_locate(base, path.parent, lang), (*seen, path), lang), table)


def merge(base: dict[str, Any], extra: dict[str, Any]) -> dict[str, Any]:
    """Return ``base`` with ``extra`` over it: lists of tables by name, word lists added up, other values replaced."""
    merged = dict(base)
    for key, value in extra.items():
        old = base.get(key)
        if isinstance(old, list) and isinstance(value, list) and all(isinstance(one, dict) for one in (*old, *value)):
            merged[key] = _merge_tables(old, value)
        elif isinstance(old, list) and isinstance(value, list) and key in ADDED_UP:
            merged[key] = [*old, *(one for one in value if one not in old)]
        elif isinstance(old, dict) and isinstance(value, dict):
            merged[key] = merge(old, value)
        else:
            merged[key] = value
    return merged


def _merge_tables(old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_name = {_name(one): one for one in old}
    for one in new:
        by_name[_name(one)] = merge(by_name[_name(one)], one) if _name(one) in by_name else one
    return list(by_name.values())


def _name(table: dict[str, Any]) -> object:
    return table.get("name", table.get("id", table.get("grade", id(table))))
