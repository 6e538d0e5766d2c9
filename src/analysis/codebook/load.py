"""Reading a codebook: TOML, what it extends first, all faults at once with file and key."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from analysis.errors import CodebookError, Fault

from .model import Codebook

DATA = Path(__file__).parent / "data"
SHIPPED = tuple(sorted(path.stem for path in DATA.glob("*.toml")))
"""Names of the codebooks that come with the kit."""
DEFAULT = "singkawang"
FOLDER_NAMES = ("codebook.toml", "buku_kode.toml")
"""What a codebook is called when it lies beside the workbooks."""
ADDED_UP = {"aliases", "headings", "missing", "personal", "answers"}
"""What an extending codebook adds to rather than replaces."""


def load(source: str | Path | None = None) -> Codebook:
    """Return the codebook in the file ``source``, or the shipped one of that name; by default Kota Singkawang's.

    A codebook that ``extends`` another (a shipped name, or a file beside it) adds to it: tables of the same name are
    merged, others appended, single values replaced. Raises CodebookError with every fault, each with file and key.
    """
    path = _locate(source if source is not None else DEFAULT, Path())
    table = _with_base(path, seen=())
    try:
        return Codebook.model_validate(table)
    except ValidationError as faults:
        raise CodebookError(*_faults(path, faults)) from None


def find_codebook(folder: Path) -> Path | None:
    """Return the codebook that lies in ``folder``, or None."""
    return next((folder / name for name in FOLDER_NAMES if (folder / name).is_file()), None)


def _locate(source: str | Path, beside: Path) -> Path:
    if str(source) in SHIPPED:
        return DATA / f"{source}.toml"
    path = beside / source
    if not path.is_file():
        raise CodebookError(Fault(str(source), "no codebook by this name", f"shipped ones are {', '.join(SHIPPED)}"))
    return path


def _with_base(path: Path, seen: tuple[Path, ...]) -> dict[str, Any]:
    if path in seen:
        raise CodebookError(Fault(path.name, "extends itself", "take `extends` out of one of the files"))
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise CodebookError(Fault(path.name, f"is not valid TOML: {fault}")) from None
    base = table.get("extends")
    if not isinstance(base, str) or not base:
        return table
    return merge(_with_base(_locate(base, path.parent), (*seen, path)), table)


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


def _faults(path: Path, faults: ValidationError) -> list[Fault]:
    found = []
    for fault in faults.errors(include_url=False, include_input=False):
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in fault["loc"])
        found += [
            Fault(f"{path.name}, {key}" if key else path.name, line)
            for line in fault["msg"].removeprefix("Value error, ").splitlines()
        ]
    return found
