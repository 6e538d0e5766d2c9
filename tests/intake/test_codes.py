"""Every code of a problem has its texts, is raised by the code, and is raised by a test."""

from __future__ import annotations

import importlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from analysis import intake
from analysis.errors import CallError
from analysis.intake.notes import SEVERITY
from analysis.words import catalogue, say

from .conftest import HEADS, ROOT, people

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CODE = re.compile(r"E-[A-Z0-9]+")
GOOD = [["SKM Puskesmas Uji 2025"], HEADS, *people(9)]
REGISTER = ["Unit", "Tahun", "Cara memilih responden", "Jumlah pengguna"]


def _sources(folder: Path, *, without: str) -> str:
    return "\n".join(one.read_text(encoding="utf-8") for one in sorted(folder.rglob("*.py")) if one.name != without)


def with_texts() -> set[str]:
    return {found[0] for _, key in catalogue("id") if key.startswith("intake.E-") and (found := CODE.findall(key))}


def test_codes_are_raised_have_texts_and_stand_in_a_test() -> None:
    raised = set(CODE.findall(_sources(ROOT / "src" / "analysis" / "intake", without="notes.py")))
    listed = {code for codes in SEVERITY.values() for code in codes}
    tested = set(CODE.findall(_sources(ROOT / "tests", without="")))
    assert with_texts() == raised
    assert listed <= raised
    assert raised <= tested


@pytest.mark.parametrize("lang", ["id", "en"])
@pytest.mark.parametrize("code", sorted(with_texts()))
def test_what_and_what_to_do_stand_in_both_languages(code: str, lang: str) -> None:
    names = ("file", "sheet", "cell", "other", "other_sheet", "variable", "column", "unit", "error", "hint", "limit",
             "kind", "part", "line", "row", "format", "encoding", "items", "first", "second", "source", "against",
             "written", "found", "aside", "equal", "changed", "only", "missing", "cells", "used", "seen",
             "expected", "band", "low", "high", "instrument", "base", "told")  # fmt: skip
    for part in ("what", "todo"):
        assert say(f"intake.{code}.{part}", lang, 2, **dict.fromkeys(names, "x")).strip()


def _register(*rows: list[Any]) -> dict[str, Any]:
    return {"Survei": [REGISTER, *rows]}


CASES: dict[str, Callable[[], Any]] = {
    "E-NOWAVE": lambda: ([["SKM Puskesmas Uji"], *GOOD[1:]], "Puskesmas Uji.xlsx"),
    "E-WAVE": lambda: (_register(["Puskesmas Uji", "tahun lalu", "acak", 900]), "keterangan.xlsx"),
    "E-UNITLIST": lambda: (_register(["Dinas Antah", 2025, "acak", 900]), "keterangan.xlsx"),
    "E-REGISTERROW": lambda: (_register(["", 2025, "acak", 900]), "keterangan.xlsx"),
    "E-COUNT": lambda: (_register(["Puskesmas Uji", 2025, "acak", "banyak"]), "keterangan.xlsx"),
    "E-UNITCLASH": lambda: ([["SKM Puskesmas Uji 2025"], *GOOD[1:]], "Dinas Uji 2025.xlsx"),
    "E-RESIDENCE": lambda: (
        [GOOD[0], [*HEADS, "Kecamatan"], *([*row, "Singkawang Utara"] for row in people(9))], "Puskesmas Uji 2025.xlsx"
    ),
    "E-SUBITEM": lambda: (
        [GOOD[0], [*HEADS, "U3.2"], *([*row, 3] for row in people(9))], "Puskesmas Uji 2025.xlsx"
    ),
    "E-PACKED": lambda: (
        [GOOD[0], ["No", "Jawaban"], *([at, "3,4,3,4,3,3,4,4,3"] for at in range(1, 9)), [9, "3,4,3"]],
        "Puskesmas Uji 2025.xlsx",
    ),
    "E-RECAPROW": lambda: (
        [["REKAP IKM 2025"], ["No", "Unit", *HEADS[1:], "Sampel", "IKM"],
         *([at, f"Dinas {at}", *(3.1 + at / 100 + item / 50 for item in range(9)), 50, 82.1] for at in range(1, 6)),
         [6, "Puskesmas Uji", *["belum ada"] * 9, "", ""]],
        "Rekap 2025.xlsx",
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", CASES)
def test_a_workbook_that_raises_it(code: str, write: Any, clean: Any) -> None:
    sheets, name = CASES[code]()
    found = clean(write(sheets, name))
    assert code in set(found.problems["code"])


def test_no_person_is_a_note_where_the_one_cell_is_short(write: Any, clean: Any) -> None:
    sheets, name = CASES["E-PACKED"]()
    found = clean(write(sheets, name))
    assert found.files[["kept", "set_aside", "note"]].to_numpy().tolist() == [[8, 1, 0]]
    assert found.problems.loc[found.problems["code"] == "E-PACKED", "cell"].tolist() == ["B11"]


@pytest.mark.parametrize(("code", "data"), [
    ("E-ENCODING", "No;U1;U2;U3;Saran\n1;3;4;3;café\n2;4;4;3;-\n".encode("cp1252")),
    ("E-NUL", b"No;U1;U2;U3\n" + b"1;3;4;3\n" * 40 + b"\0"),
])  # fmt: skip
def test_a_text_file_that_raises_it(code: str, data: bytes, tmp_path: Path, clean: Any) -> None:
    path = tmp_path / "Puskesmas Uji 2025.csv"
    path.write_bytes(data)
    assert code in set(clean(path).problems["code"])


def test_a_file_that_goes_away_while_the_folder_is_read(
    tmp_path: Path, write: Any, clean: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = importlib.import_module("analysis.intake.clean")
    write(GOOD)
    find = room.sources

    def and_gone(*given: Any) -> Any:
        found = find(*given)
        for one in found:
            one.path.unlink()
        return found

    monkeypatch.setattr(room, "sources", and_gone)
    assert clean(tmp_path).files["code"].tolist() == ["E-GONE"]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("id", "tiada: berkas atau folder ini tidak ada. Periksa ejaan nama dan foldernya."),
        ("en", "tiada: there is no such file or folder. Check the spelling of the name and the folder."),
    ],
)
def test_a_path_that_nothing_has_is_told_in_the_language_asked_for(lang: str, words: str, tmp_path: Path) -> None:
    for ask in (intake.clean, intake.check):
        with pytest.raises(CallError) as refused:
            ask(tmp_path / "tiada", lang=lang)
        assert str(refused.value) == words
