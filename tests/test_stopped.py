"""The command itself, stopped and doubled: killed while it writes, interrupted, and started twice."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from analysis import store

RAW = Path(__file__).parents[1] / "data" / "raw" / "contoh"
TILIK = [sys.executable, "-c", "import sys; from analysis.cli import main; sys.exit(main())"]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")


def start(*arguments):
    return subprocess.Popen([*TILIK, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def code_of(*arguments):
    run = start(*arguments)
    run.communicate()
    return run.returncode


def files(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def wait_for(path):
    until = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < until, f"{path.name} never came"
        time.sleep(0.0005)


@pytest.fixture(scope="module")
def raw(tmp_path_factory):
    """Return a folder with two workbooks and their codebook: enough to be stopped in."""
    folder = tmp_path_factory.mktemp("raw")
    for path in [*sorted(RAW.rglob("*2025.xlsx"))[:2], RAW / "codebook.toml"]:
        shutil.copy(path, folder)
    return folder


@pytest.fixture(scope="module")
def finished(raw, tmp_path_factory):
    """Return a study that an undisturbed run made."""
    out = tmp_path_factory.mktemp("finished") / "processed"
    assert code_of("clean", raw, "--out", out) in (0, 1)
    return out


def test_a_kill_while_the_set_is_written_leaves_the_study_before(raw, finished, tmp_path):
    out = tmp_path / "processed"
    shutil.copytree(finished, out)
    (out / "mine.txt").write_text("a note")
    before = files(out)
    run = start("clean", raw, "--out", out, "--lang", "en")
    wait_for(tmp_path / ".tilik-processed-new" / "responses.parquet")
    run.send_signal(signal.SIGKILL)
    run.communicate()
    assert files(out) == before
    assert (tmp_path / ".tilik-processed-new").exists(), "killed too late to tell anything"
    assert code_of("clean", raw, "--out", out) in (0, 1)
    assert files(out) == {**files(finished), "mine.txt": b"a note"}
    assert not (tmp_path / ".tilik-processed-new").exists()


def test_control_c_is_one_sentence_and_changes_nothing(raw, finished, tmp_path):
    out = tmp_path / "processed"
    shutil.copytree(finished, out)
    before = files(out)
    run = start("clean", raw, "--out", out, "--lang", "en")
    wait_for(tmp_path / ".tilik-processed.who")
    run.send_signal(signal.SIGINT)
    told, said = run.communicate()
    assert (run.returncode, told, said) == (130, "", "Stopped. Saved results are whole.\n")
    assert files(out) == before


def test_a_second_run_is_told_and_ends_with_5(raw, tmp_path):
    out = tmp_path / "processed"
    with store.lock(out):
        second = start("clean", raw, "--out", out, "--lang", "en")
        told, said = second.communicate()
    assert (second.returncode, told) == (5, "")
    assert said.startswith("processed: another run is going in this folder (user ")
    assert not out.exists()


def test_a_bare_environment_and_an_odd_folder_give_the_same_study(raw, finished, tmp_path):
    """No HOME, no stdin, the locale C, another time zone, a folder with spaces and letters beyond ASCII."""
    place = tmp_path / "data é 中 & 'x'"
    shutil.copytree(raw, place / "buku kerja")
    bare = {name: os.environ[name] for name in ("PATH", "PYTHONPATH") if name in os.environ}
    run = subprocess.run(
        [*TILIK, "clean", str(place / "buku kerja"), "--out", str(place / "hasil bersih")],
        env=bare | {"LC_ALL": "C", "TZ": "Asia/Jayapura"}, stdin=subprocess.DEVNULL, capture_output=True, check=False,
        preexec_fn=lambda: os.close(0),
    )  # fmt: skip
    assert (run.returncode, run.stderr) == (code_of("clean", raw, "--out", tmp_path / "again"), b"")
    assert files(place / "hasil bersih") == files(finished)


def test_a_disk_that_may_only_be_read_is_told_and_left(raw, tmp_path):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "ro,size=100k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount a small disk")
    try:
        run = start("clean", raw, "--out", disk / "hasil", "--lang", "en")
        told, said = run.communicate()
    finally:
        subprocess.run(["umount", str(disk)], check=True)
    assert (run.returncode, told) == (4, "")
    assert said.startswith("hasil: cannot be written: no permission, or open in another program; close that program")
