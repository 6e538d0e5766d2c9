"""A cleaned survey on disk and back: one folder, a manifest written last, no clock and no path of the machine in it."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis import __version__, codebook
from analysis.errors import CallError, Fault, NothingUsableError
from analysis.shapes import Plan
from analysis.words import say

from .frames import read_csv, read_parquet, write_csv, write_parquet
from .swap import atomic, recover

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
KIT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Study:
    """What the last run knows: cleaned frames, declared registers, the codebook and the publication plan it used.

    Frames are as ``intake.clean`` returned them, with missing text as "" except in ``responses``. ``wave`` is the
    latest wave that has responses ("" if none has), ``waves`` all of them in order.
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

    @property
    def wave(self) -> str:
        """The latest wave."""
        return self.waves[-1] if self.waves else ""

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
    the kit nor the codebook knows, OSError where the disk refuses; the earlier study is untouched then.
    """
    known = book if isinstance(book, codebook.Codebook) else codebook.load(book)
    tables = {**{name: getattr(cleaned, name) for name in TABLES}, **dict(sorted(cleaned.registers.items()))}
    with atomic(folder) as place:
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
            "sha256": {path.name: _sha256(path) for path in written},
        }
        _write_json(place / MANIFEST, manifest)


def open_study(folder: Path | str | None = None) -> Study:
    """Read the study in ``folder``; by default in TILIK_PROCESSED, else in data/processed from anywhere inside the kit.

    Raises NothingUsableError where there is none, CallError where its files are not those that the run wrote.
    """
    place = Path(folder) if folder is not None else _find()
    recover(place.resolve())
    try:
        manifest = json.loads((place / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise NothingUsableError(Fault(place.name, say("store.none", "id"), say("store.none_todo", "id"))) from None
    lang: Language = "en" if manifest["lang"] == "en" else "id"
    altered = [name for name, digest in manifest["sha256"].items() if _sha256(place / name) != digest]
    if altered:
        what, todo = say("store.altered", lang), say("store.none_todo", lang)
        raise CallError(*(Fault(f"{place.name}/{name}", what, todo) for name in altered))
    responses = read_parquet(place / RESPONSES, manifest["frames"][RESPONSES])
    names = (*TABLES, *manifest["registers"])
    tables = {name: read_csv(place / f"{name}.csv", manifest["frames"][f"{name}.csv"]) for name in names}
    book = codebook.Codebook.model_validate_json((place / BOOK).read_bytes())
    return Study(
        responses=responses,
        **{name: tables[name] for name in TABLES},
        registers={name: tables[name] for name in manifest["registers"]},
        book=book,
        plan=_plan(json.loads((place / PLAN).read_text(encoding="utf-8"))),
        lang=lang,
        made_up=manifest["made_up"],
        waves=codebook.wave_order(responses["wave"].unique(), book),
        manifest=manifest,
    )


def _find() -> Path:
    named = os.environ.get(PLACE)
    if named:
        return Path(named)
    here = [folder / "data" / "processed" for folder in (Path.cwd(), *Path.cwd().parents)]
    return next((place for place in here if (place / MANIFEST).is_file()), KIT / "data" / "processed")


def _plain_plan(plan: Plan) -> dict[str, Any]:
    plain = {field.name: getattr(plan, field.name) for field in fields(plan)}
    return {**plain, **{name: sorted([sorted(map(list, cell)), value] for cell, value in plain[name].items())
                        for name in ("counts", "withheld")}}  # fmt: skip


def _plan(plain: dict[str, Any]) -> Plan:
    cells = {name: {frozenset((column, level) for column, level in cell): value for cell, value in plain[name]}
             for name in ("counts", "withheld")}  # fmt: skip
    return Plan(**{**plain, **cells})


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=1)
    path.write_text(text + "\n", encoding="utf-8", newline="\n")


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
