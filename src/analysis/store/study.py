"""A cleaned survey on disk and back: one folder, a manifest written last, no clock and no path of the machine in it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, fields
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__, codebook
from analysis.errors import CallError, Fault, NothingUsableError
from analysis.shapes import Plan
from analysis.words import say

from .frames import read_csv, read_parquet, write_csv, write_parquet
from .home import home
from .swap import atomic, standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.codebook import Codebook
    from analysis.shapes import Cleaned
    from analysis.words import Language

MANIFEST, BOOK, PLAN, RESPONSES = "manifest.json", "codebook.json", "plan.json", "responses.parquet"
TABLES = ("recaps", "problems", "changes", "columns", "files")
"""Frames that every study has as CSV; each register is one more."""
PLACE = "TILIK_PROCESSED"
"""The variable of the environment that names another folder than ``data/processed``."""
ATTEMPTS = 3
"""How often a study is read that is being replaced meanwhile."""


@dataclass(frozen=True)
class Study:
    """What the last run knows: cleaned frames, declared registers, the codebook and the publication plan it used.

    Frames are as ``intake.clean`` returned them, with missing text as "" except in ``responses``. ``waves`` are
    all waves that have responses, in order, ``wave`` is the one that pages tell of ("" if none has).
    """

    responses: pd.DataFrame
    recaps: pd.DataFrame
    problems: pd.DataFrame
    changes: pd.DataFrame
    columns: pd.DataFrame
    files: pd.DataFrame
    registers: Mapping[str, pd.DataFrame]
    book: Codebook
    plan: Plan
    lang: Language
    made_up: bool
    waves: tuple[str, ...]
    manifest: Mapping[str, Any]

    @cached_property
    def wave(self) -> str:
        """Return the latest wave that has come in: sent by half as many units as the fullest, else it has only begun.

        A few units that write "2025-T3" where the others write "2025" are no later wave of the city.
        """
        units = self.responses["unit"].where(self.responses["unit"].ne(""))
        sent = units.groupby(self.responses["wave"], observed=True).nunique().reindex(list(self.waves), fill_value=0)
        return next((str(wave) for wave, count in sent[::-1].items() if 2 * count >= sent.max()), "")

    @property
    def surveys(self) -> pd.DataFrame:
        """Declared surveys: sample kind, users served, dates and published index per unit and wave."""
        return self.registers["surveys"]

    @property
    def units(self) -> pd.DataFrame:
        """Declared units that must survey."""
        return self.registers["units"]


def write_study(cleaned: Cleaned, plan: Plan, book: Codebook | Path | str | None, folder: Path | str) -> None:
    """Replace the study in ``folder`` as a whole: parquet, tables, codebook and plan, and the manifest last.

    Two runs over the same workbooks write the same bytes. Raises ValueError for a column of responses that neither
    the kit nor the codebook knows, StoreError where the disk refuses; the earlier study is untouched then.
    """
    known = book if isinstance(book, codebook.Codebook) else codebook.load(book)
    tables = {**{name: getattr(cleaned, name) for name in TABLES}, **dict(sorted(cleaned.registers.items()))}
    with atomic(folder, lang="en" if cleaned.lang == "en" else "id") as place:
        frames = {RESPONSES: write_parquet(cleaned.responses, known.items, place / RESPONSES)}
        frames |= {f"{name}.csv": write_csv(table, place / f"{name}.csv") for name, table in tables.items()}
        _write_json(place / BOOK, known.model_dump(mode="json", by_alias=True))
        _write_json(place / PLAN, _plain_plan(plan))
        written = sorted(path for path in place.iterdir() if path.is_file())
        manifest = {
            "tilik": __version__,
            "codebook": {"id": known.id, "version": known.version},
            "lang": cleaned.lang,
            "made_up": cleaned.made_up,
            "respondents": len(cleaned.responses),
            "registers": sorted(cleaned.registers),
            "frames": frames,
            "sha256": {path.name: _sha256(path.read_bytes()) for path in written},
        }
        _write_json(place / MANIFEST, manifest)


def open_study(folder: Path | str | None = None, *, lang: Language = "id") -> Study:
    """Read the study in ``folder``; by default in TILIK_PROCESSED, else in data/processed from anywhere inside the kit.

    A study that is replaced meanwhile is read as it was before or as it is after. Raises NothingUsableError (told in
    ``lang``) where there is none, CallError where its files are not those that the run wrote.
    """
    named = (Path(folder) if folder is not None else _find()).resolve()
    manifest, files = _read(named, lang, ATTEMPTS)
    spoken = _language(manifest)
    altered = _altered(manifest, files)
    if altered:
        what, todo = say("store.altered", spoken), say("store.none_todo", spoken)
        raise CallError(*(Fault(f"{named.name}/{name}", what, todo) for name in altered))
    try:
        return _study(manifest, files)
    except (KeyError, ValueError, TypeError) as fault:
        old = Fault(named.name, say("store.other_version", spoken), say("store.none_todo", spoken))
        raise CallError(old) from fault


def language(folder: Path | str) -> Language | None:
    """Return the language that the study in ``folder`` was cleaned in; None where there is no study."""
    manifest = _manifest(_bytes(standing(Path(folder).resolve()) / MANIFEST))
    return None if manifest is None else _language(manifest)


def _language(manifest: Mapping[str, Any]) -> Language:
    return "en" if manifest.get("lang") == "en" else "id"


def _read(folder: Path, lang: Language, attempts: int) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Return the manifest of a study and its files; read again where another study took its place meanwhile."""
    place = standing(folder)
    written = _bytes(place / MANIFEST)
    manifest = _manifest(written)
    if manifest is None:
        raise NothingUsableError(Fault(folder.name, say("store.none", lang), say("store.none_todo", lang)))
    files = {name: _bytes(place / name) for name in manifest["sha256"]}
    replaced = _altered(manifest, files) and _bytes(standing(folder) / MANIFEST) != written
    return _read(folder, lang, attempts - 1) if replaced and attempts > 1 else (manifest, files)


def _altered(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> list[str]:
    return [name for name, digest in manifest["sha256"].items() if _sha256(files[name]) != digest]


def _manifest(written: bytes) -> dict[str, Any] | None:
    try:
        manifest = json.loads(written)
    except ValueError:
        return None
    return manifest if isinstance(manifest, dict) and isinstance(manifest.get("sha256"), dict) else None


def _study(manifest: Mapping[str, Any], files: Mapping[str, bytes]) -> Study:
    responses = read_parquet(files[RESPONSES], manifest["frames"][RESPONSES])
    names = (*TABLES, *manifest["registers"])
    tables = {name: read_csv(files[f"{name}.csv"], manifest["frames"][f"{name}.csv"]) for name in names}
    book = codebook.Codebook.model_validate_json(files[BOOK])
    return Study(
        responses=responses,
        **{name: tables[name] for name in TABLES},
        registers={name: tables[name] for name in manifest["registers"]},
        book=book,
        plan=_plan(json.loads(files[PLAN])),
        lang=_language(manifest),
        made_up=manifest["made_up"],
        waves=codebook.wave_order(responses["wave"].unique(), book),
        manifest=manifest,
    )


def _find() -> Path:
    named = os.environ.get(PLACE)
    return Path(named) if named else home() / "data" / "processed"


def _plain_plan(plan: Plan) -> dict[str, Any]:
    plain = {field.name: getattr(plan, field.name) for field in fields(plan)}
    cells = {name: sorted([sorted(map(list, cell)), value] for cell, value in plain[name].items())
             for name in ("counts", "withheld")}  # fmt: skip
    kept = {item: sorted(sorted(map(list, cell)) for cell in groups) for item, groups in sorted(plan.kept.items())}
    return {**plain, **cells, "kept": kept}


def _plan(plain: dict[str, Any]) -> Plan:
    cells = {name: {frozenset((column, level) for column, level in cell): value for cell, value in plain[name]}
             for name in ("counts", "withheld")}  # fmt: skip
    kept = {item: frozenset(frozenset(map(tuple, cell)) for cell in groups)
            for item, groups in plain.get("kept", {}).items()}  # fmt: skip
    return Plan(**{**plain, **cells, "kept": kept})


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _bytes(path: Path) -> bytes:
    """Return what is in a file, nothing where it cannot be read."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
