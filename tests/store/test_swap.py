"""Whatever happens while a set is written, the folder holds the set before or the set after, whole."""

import errno
import itertools
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis.store import StoreError, atomic, lock, swap, write_beside

BEFORE = {"a.html": "old a", "gone.html": "old", "deep/b.txt": "old b"}
AFTER = {"a.html": "new a", "fresh.html": "new", "deep/b.txt": "new b"}
WRITER = """
import os, sys
from analysis.store import atomic, swap

if sys.argv[2] == "two renames":
    swap._exchange = lambda one, other: False


def write_for_ever():
    turn = 0
    while True:
        turn += 1
        with atomic(sys.argv[1]) as place:
            for name in ("a", "b", "c", "d"):
                (place / name).write_text(str(turn) * 50000)


for line in sys.stdin:
    child = os.fork()
    if child == 0:
        write_for_ever()
    print(child, flush=True)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""
"""Imports once, then forks a writer for every line it is given, and says when that has been killed."""


@contextmanager
def writers(folder, how):
    """Give a function that starts a writer and returns its process number."""
    command = [sys.executable, "-c", WRITER, str(folder), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1) as parent:

        @contextmanager
        def start():
            parent.stdin.write("go\n")
            process = int(parent.stdout.readline())
            try:
                yield
            finally:
                os.kill(process, signal.SIGKILL)
                assert parent.stdout.readline() == "gone\n"

        yield start
        parent.stdin.close()


def put(folder, files):
    with atomic(folder) as place:
        for name, text in files.items():
            (place / name).parent.mkdir(exist_ok=True)
            (place / name).write_text(text)


def found(folder):
    return {path.relative_to(folder).as_posix(): path.read_text() for path in folder.rglob("[!.]*") if path.is_file()}


def test_a_set_replaces_the_set_before_and_nothing_else(tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "README.md").write_text("mine")
    put(folder, BEFORE)
    (folder / "notes.txt").write_text("mine too")
    put(folder, AFTER)
    assert found(folder) == {**AFTER, "README.md": "mine", "notes.txt": "mine too"}
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_failing_block_leaves_the_set_before(tmp_path):
    folder = tmp_path / "reports"
    put(folder, BEFORE)
    with pytest.raises(TypeError):
        put(folder, {"a.html": "half", "b.html": None})
    assert found(folder) == BEFORE
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_without_exchange_two_renames_do_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(swap, "_exchange", lambda _one, _other: False)
    folder = tmp_path / "reports"
    put(folder, BEFORE)
    put(folder, AFTER)
    assert found(folder) == AFTER
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_gap_left_by_a_kill_between_two_renames_is_mended(tmp_path):
    folder = tmp_path / "reports"
    put(folder, BEFORE)
    folder.rename(tmp_path / ".tilik-reports-old")
    swap._recover(folder)
    assert found(folder) == BEFORE


def test_a_reader_between_two_renames_is_shown_the_set_before_and_puts_nothing_back(tmp_path):
    folder = tmp_path / "reports"
    put(folder, BEFORE)
    folder.rename(tmp_path / ".tilik-reports-old")
    assert found(swap.standing(folder)) == BEFORE
    assert not folder.exists()


def test_a_second_rename_that_fails_puts_the_set_before_back(tmp_path, monkeypatch):
    folder = tmp_path / "reports"
    put(folder, BEFORE)
    rename = Path.rename

    def in_use(one, other):
        if one.name == ".tilik-reports-new":
            raise PermissionError(errno.EACCES, "in use", str(one))
        return rename(one, other)

    monkeypatch.setattr(swap, "_exchange", lambda _one, _other: False)
    monkeypatch.setattr(Path, "rename", in_use)
    with pytest.raises(StoreError) as refused:
        put(folder, AFTER)
    assert str(refused.value) == (
        "reports: tidak dapat ditulis: tidak ada izin, atau sedang dibuka di program lain; "
        "tutup program itu, atau pilih folder lain (--processed, --reports, --out)"
    )
    assert found(folder) == BEFORE
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_file_of_somebody_where_the_folder_should_be_is_left_alone(tmp_path):
    mine = tmp_path / "reports"
    mine.write_text("a list of mine")
    with (
        pytest.raises(StoreError, match=r"^reports: is no folder, .*; choose another folder$"),
        atomic(mine, lang="en"),
    ):
        pass
    assert mine.read_text() == "a list of mine"
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_one_more_file_is_written_beside_a_set_and_stays_when_the_set_goes(tmp_path):
    folder = tmp_path / "processed"
    put(folder, BEFORE)
    write_beside(folder, "key.html", b"first")
    write_beside(folder, "key.html", b"second")
    put(folder, AFTER)
    assert found(folder) == AFTER | {"key.html": "second"}


def test_one_more_file_that_cannot_be_written_leaves_the_one_before(tmp_path, monkeypatch):
    folder = tmp_path / "processed"
    put(folder, BEFORE)
    write_beside(folder, "key.html", b"first")

    def full(_path):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(swap, "_sync_file", full)
    with pytest.raises(StoreError, match=r"^processed: the disk is full; free some space"):
        write_beside(folder, "key.html", b"second", lang="en")
    assert found(folder) == BEFORE | {"key.html": "first"}
    assert not list(folder.glob(".key*"))


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator may write everywhere")
def test_a_folder_without_permission_is_told_with_what_to_do(tmp_path):
    above = tmp_path / "locked"
    above.mkdir(mode=0o500)
    for door in (atomic, lock):
        with (
            pytest.raises(StoreError, match=r"^reports: cannot be written: no permission"),
            door(above / "reports", lang="en"),
        ):
            pass


def test_a_name_too_long_for_the_disk_is_told(tmp_path):
    with pytest.raises(StoreError, match="its name is too long for this disk"), lock(tmp_path / ("x" * 255), lang="en"):
        pass


def test_leftovers_of_a_killed_run_are_removed(tmp_path):
    folder = tmp_path / "reports"
    (tmp_path / ".tilik-reports-new").mkdir()
    (tmp_path / ".tilik-reports-new" / "half.html").write_text("half")
    put(folder, AFTER)
    assert found(folder) == AFTER
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_folder_behind_a_link_stays_behind_it(tmp_path):
    (tmp_path / "disk").mkdir()
    link = tmp_path / "reports"
    link.symlink_to(tmp_path / "disk", target_is_directory=True)
    put(link, AFTER)
    assert link.is_symlink()
    assert found(tmp_path / "disk") == AFTER


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is not a thing of Windows")
@pytest.mark.parametrize("how", ["exchange", "two renames"])
def test_kill_at_any_moment_leaves_one_whole_set(tmp_path, how):
    folder = tmp_path / "reports"
    with writers(folder, how) as writer:
        for turn in range(40):
            with writer():
                while not folder.exists():
                    time.sleep(0.001)
                time.sleep(0.0007 * turn)
            if how == "two renames":
                swap._recover(folder)
            seen = found(folder)
            assert sorted(seen) == ["a", "b", "c", "d"]
            assert len(set(seen.values())) == 1


@pytest.mark.skipif(not sys.platform.startswith(("linux", "darwin")), reason="other systems rename twice")
def test_a_page_is_there_at_every_moment_of_a_run(tmp_path):
    folder = tmp_path / "reports"
    put(folder, {"a": "", "b": ""})
    with writers(folder, "exchange") as writer, writer():
        until = time.monotonic() + 1.0
        while time.monotonic() < until:
            assert (folder / "a").exists()


@pytest.mark.parametrize("step", ["_finish", "_carry_over", "_sync", "_exchange"])
def test_a_disk_that_refuses_at_any_step_leaves_the_set_before(tmp_path, monkeypatch, step):
    folder = tmp_path / "reports"
    put(folder, BEFORE)

    def full(*_arguments):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(swap, step, full)
    with pytest.raises(StoreError, match=r"^reports: diska penuh; kosongkan ruang"):
        put(folder, AFTER)
    assert found(folder) == BEFORE
    assert [path.name for path in tmp_path.iterdir()] == ["reports"]


def test_a_truly_full_disk_leaves_the_set_before(tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        put(disk / "reports", BEFORE)
        with pytest.raises(StoreError, match=r"^reports: diska penuh; kosongkan ruang"):
            put(disk / "reports", {f"{n}.html": "x" * 50_000 for n in itertools.islice(itertools.count(), 9)})
        assert found(disk / "reports") == BEFORE
        assert [path.name for path in Path(disk).iterdir()] == ["reports"]
    finally:
        subprocess.run(["umount", str(disk)], check=True)
