from __future__ import annotations

import shutil
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from analysis import intake, store
from analysis.intake import cache as caches
from analysis.intake.process.child import Readers

from .conftest import HEADS, people

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.shapes import Cleaned

NIK = "6172014501900001"
HEAD = [*HEADS, "Nama", "NIK", "Saran"]


def equal(one: Cleaned, other: Cleaned) -> None:
    for name in ("responses", "recaps", "problems", "changes", "files", "columns"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))
    assert one.registers.keys() == other.registers.keys()
    for name, frame in one.registers.items():
        pd.testing.assert_frame_equal(frame, other.registers[name])
    assert one.made_up == other.made_up


@pytest.fixture
def folder(tmp_path: Path, write: Any) -> Path:
    write(
        [HEAD, *[[*row, f"Nama {row[0]}", NIK, "baik, hubungi 081234567890"] for row in people(12)]],
        "PKM Uji 2025.xlsx",
    )
    write([HEADS, *people(9)[::-1]], "Dinas Uji 2025.xlsx")
    (tmp_path / "rusak.xlsx").write_bytes(b"PK\x03\x04 cut")
    (tmp_path / "kosong.csv").write_bytes(b"")
    return tmp_path


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that are handed to a child."""
    names: list[str] = []
    real = Readers.submit

    def submit(pool: Any, fn: Any, task: Any) -> Any:
        names.append(task[1])
        return real(pool, fn, task)

    monkeypatch.setattr(Readers, "submit", submit)
    return names


def test_an_unchanged_folder_is_not_opened_again_and_comes_out_the_same(
    folder: Path, book: Codebook, read: list[str]
) -> None:
    plain = intake.clean(folder, book)
    assert len(plain.responses) == 21
    assert len(read) == 4
    read.clear()
    known: dict[str, bytes] = {}
    equal(intake.clean(folder, book, cache=known), plain)
    assert len(read) == 4
    read.clear()
    equal(intake.clean(folder, book, cache=known), plain)
    assert read == []


def test_changed_bytes_names_and_codebooks_are_read_anew(
    folder: Path, book: Codebook, read: list[str], write: Any
) -> None:
    known: dict[str, bytes] = {}
    intake.clean(folder, book, cache=known)
    read.clear()
    write([HEADS, *people(10)[::-1]], "Dinas Uji 2025.xlsx")
    (folder / "PKM Uji 2025.xlsx").rename(folder / "PKM Uji 2024.xlsx")
    again = intake.clean(folder, book, cache=known)
    assert read == ["Dinas Uji 2025.xlsx", "PKM Uji 2024.xlsx"]
    equal(again, intake.clean(folder, book))
    read.clear()
    intake.clean(folder, book.model_copy(update={"version": "other"}), cache=known)
    assert len(read) == 4


def test_another_kit_reads_anew(folder: Path, book: Codebook, read: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    known: dict[str, bytes] = {}
    intake.clean(folder, book, cache=known)
    read.clear()
    monkeypatch.setattr(caches, "readers_key", lambda: "another")
    intake.clean(folder, book, cache=known)
    assert len(read) == 4


@pytest.mark.parametrize(
    "damage", [lambda entry: entry[:-1], lambda entry: entry[:0], lambda entry: entry[:40] + b"\xff" + entry[41:]]
)
def test_a_damaged_entry_is_read_anew(folder: Path, book: Codebook, read: list[str], damage: Any) -> None:
    known: dict[str, bytes] = {}
    plain = intake.clean(folder, book, cache=known)
    read.clear()
    known.update({key: damage(entry) for key, entry in known.items()})
    equal(intake.clean(folder, book, cache=known), plain)
    assert len(read) == 4
    read.clear()
    equal(intake.clean(folder, book, cache=known), plain)
    assert read == []


def test_an_entry_under_another_key_is_not_believed(folder: Path, book: Codebook) -> None:
    known: dict[str, bytes] = {}
    plain = intake.clean(folder, book, cache=known)
    keys = list(known)
    moved = {key: known[keys[at - 1]] for at, key in enumerate(keys)}
    equal(intake.clean(folder, book, cache=moved), plain)


def test_a_child_that_died_is_asked_again_in_the_next_run(folder: Path, book: Codebook) -> None:
    kept = caches.Kept({}, b"{}")
    for code in ("E-CORRUPT", "E-TIME", "E-BUSY"):
        kept.put("a", b"answer", code)
    assert kept.get("a") is None
    kept.put("a", b"answer", "")
    assert kept.get("a") == b"answer"


def test_no_identity_is_kept(folder: Path, book: Codebook) -> None:
    known: dict[str, bytes] = {}
    intake.clean(folder, book, cache=known)
    for key, entry in known.items():
        if key == caches.SECRET:
            continue
        text = zlib.decompress(entry[36:]) + entry
        for secret in (NIK.encode(), b"Nama 1", b"081234567890", b"PKM Uji 2025.xlsx"):
            assert secret not in text
    assert not any("Uji" in key for key in known)


def test_the_folder_of_results_forgets_what_is_gone(
    folder: Path, book: Codebook, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    with store.results(home / "processed") as kept:
        plain = intake.clean(folder, book, cache=kept)
    assert [one.name for one in home.iterdir()] == [".tilik-processed-read"]
    assert len(kept) == 4 + 1
    (folder / "Dinas Uji 2025.xlsx").unlink()
    with store.results(home / "processed") as kept:
        intake.clean(folder, book, cache=kept)
    assert len(kept) == 3 + 1
    with pytest.raises(RuntimeError), store.results(home / "processed") as kept:
        raise RuntimeError
    assert len(kept) == 3 + 1
    assert len(plain.responses) == 21


def test_a_folder_that_cannot_be_written_stops_nothing(
    folder: Path, book: Codebook, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".tilik-processed-read").write_text("a file where the folder would be")
    with store.results(home / "processed") as kept:
        equal(intake.clean(folder, book, cache=kept), intake.clean(folder, book))
    shutil.rmtree(home)


def test_each_folder_of_results_has_a_secret_of_its_own_and_gives_the_same_frames(
    folder: Path, book: Codebook, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Fingerprints made with one secret are none of another; what they are compared for stays the same."""
    homes = [tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("home")]
    shutil.copy(folder / "PKM Uji 2025.xlsx", folder / "PKM Uji 2025 (salinan).xlsx")
    made = []
    for home in homes:
        with store.results(home / "processed") as kept:
            made.append(intake.clean(folder, book, cache=kept))
    files = [home / ".tilik-processed-read" / caches.SECRET for home in homes]
    assert files[0].read_bytes() != files[1].read_bytes()
    assert [file.stat().st_mode & 0o777 for file in files] == [0o600, 0o600]
    equal(*made)
    names = [{one.name for one in file.parent.iterdir()} - {caches.SECRET} for file in files]
    assert not names[0] & names[1]


def test_the_key_moves_with_the_kinds_of_rows(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every entry is spelled with the kinds of rows of ``shapes``: another list of them is another kit."""
    package = tmp_path / "analysis"
    shutil.copytree(Path(caches.__file__).parents[1], package, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(caches, "_PACKAGE", package)
    before = caches.readers_key.__wrapped__()
    (package / "shapes.py").write_text("ROW_KINDS = ()", encoding="utf-8")
    assert caches.readers_key.__wrapped__() != before
