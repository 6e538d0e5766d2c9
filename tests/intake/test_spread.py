from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from analysis import intake
from analysis.errors import CallError
from analysis.intake.cache import SECRET
from analysis.intake.process import spread
from analysis.intake.process.child import read_one, settings_of
from analysis.intake.process.codec import decode

from .conftest import HEADS, people

if TYPE_CHECKING:
    from pathlib import Path

    from analysis.codebook import Codebook
    from analysis.shapes import Cleaned

FILES = 16
KEY = b"k" * 32


@pytest.fixture
def folder(tmp_path: Path, write: Any) -> Path:
    for at in range(FILES):
        write([HEADS, *people(8, start=20 * at + 1)], f"Puskesmas Uji {2010 + at}.xlsx")
    (tmp_path / "kosong.csv").write_bytes(b"")
    return tmp_path


def equal(one: Cleaned, other: Cleaned) -> None:
    for name in ("responses", "recaps", "problems", "changes", "files", "columns"):
        pd.testing.assert_frame_equal(getattr(one, name), getattr(other, name))


def test_two_processes_read_the_same(folder: Path, book: Codebook) -> None:
    one = intake.clean(folder, book)
    assert len(one.responses) == 8 * FILES
    equal(intake.clean(folder, book, jobs=2), one)


def test_the_bytes_of_an_answer_are_the_same_in_every_child(folder: Path, book: Codebook) -> None:
    path = folder / "Puskesmas Uji 2010.xlsx"
    task = (path.read_bytes(), path.name, settings_of(book, KEY))
    known: list[dict[str, bytes]] = [{SECRET: KEY}, {SECRET: KEY}]
    intake.clean(folder, book, cache=known[0])
    intake.clean(folder, book, cache=known[1], jobs=2)
    assert known[0] == known[1]
    assert read_one(task) in {entry[32:] for entry in known[0].values()}


def test_a_text_that_many_files_say_is_held_once(folder: Path, book: Codebook) -> None:
    settings = settings_of(book, KEY)
    answers = [read_one((path.read_bytes(), path.name, settings)) for path in sorted(folder.glob("*.xlsx"))[:2]]
    first, second = (decode(one, 2**20) for one in answers)
    for name in ("variable", "column", "heading"):
        assert [one[name] for one in first.columns] == [one[name] for one in second.columns]
        assert all(a[name] is b[name] for a, b in zip(first.columns, second.columns, strict=True))
    instruments = [one.blocks[0].columns["instrument"][0] for one in (first, second)]
    assert instruments[0][0] is instruments[1][0]


def test_who_only_takes_answers_loads_nothing_that_reads() -> None:
    readers = ("python_calamine", "phonenumbers", "rapidfuzz", "stdnum", "analysis.intake.parse")
    code = f"import sys, analysis.intake; print([one for one in {readers} if one in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert found.stdout.strip() == "[]"


def test_a_cluster_that_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    monkeypatch.setattr(spread, "_PATIENCE", "1s")
    with pytest.raises(CallError) as told, intake.cluster("tcp://127.0.0.1:1", "en"):
        pass
    assert str(told.value) == (
        "No Dask cluster answers at tcp://127.0.0.1:1. "
        "Check the address (like tcp://10.0.0.5:8786), or run without --scheduler."
    )


def test_without_dask_the_call_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(CallError) as told, intake.cluster("tcp://127.0.0.1:1"):
        pass
    assert str(told.value) == (
        'Untuk --scheduler diperlukan Dask, yang belum terpasang. Pasang dengan: pip install "dask[distributed]"'
    )


@pytest.mark.filterwarnings("ignore")
def test_a_cluster_that_loses_a_worker_reads_the_same(
    folder: Path, book: Codebook, monkeypatch: pytest.MonkeyPatch
) -> None:
    distributed = pytest.importorskip("distributed", reason="dask[distributed] is not installed")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    here: dict[str, bytes] = {SECRET: KEY}
    alone = intake.clean(folder, book, cache=here)
    there: dict[str, bytes] = {SECRET: KEY}
    killed: list[int] = []
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None, silence_logs=50) as local,
        distributed.Client(local) as watcher,
        intake.cluster(local.scheduler_address) as (executor, width),
    ):
        assert width == 2
        workers = list(watcher.run(os.getpid).values())

        def half_way(done: int, of: int) -> None:
            if done >= of // 2 and not killed:
                os.kill(workers[0], signal.SIGKILL)
                killed.append(workers[0])

        found = intake.clean(folder, book, executor=executor, jobs=width, cache=there, progress=half_way)
    assert killed
    equal(found, alone)
    assert there == here
