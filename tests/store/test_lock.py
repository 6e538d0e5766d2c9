"""One run at a time: the second is told who is there, and a killed one leaves no lock."""

import re
import signal
import subprocess
import sys

import pytest

from analysis.errors import BusyError, Exit
from analysis.store import lock

HOLDER = """
import sys, time
from analysis.store import lock
with lock(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path):
    command = [sys.executable, "-c", HOLDER, str(tmp_path / "processed")]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


SAID = {
    "id": r"processed: proses lain sedang berjalan di folder ini \(pengguna \S+, proses {pid}, sejak {when}\); "
    r"tunggu sampai selesai, lalu jalankan lagi",
    "en": r"processed: another run is going in this folder \(user \S+, process {pid}, since {when}\); "
    r"wait until it has ended, then start again",
}


@pytest.mark.parametrize("lang", ["id", "en"])
def test_the_second_is_told_who_is_there(tmp_path, holder, lang):
    with pytest.raises(BusyError) as refused, lock(tmp_path / "processed", lang=lang):
        pass
    pattern = SAID[lang].format(pid=holder.pid, when=r"\d{4}-\d\d-\d\d \d\d:\d\d")
    assert re.fullmatch(pattern, str(refused.value))
    assert refused.value.exit_code is Exit.BUSY


def test_a_killed_run_leaves_no_lock(tmp_path, holder):
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    with lock(tmp_path / "processed"):
        assert not (tmp_path / "processed").exists()


def test_nothing_but_dot_files_is_left(tmp_path):
    with lock(tmp_path / "processed"):
        pass
    assert all(path.name.startswith(".tilik-processed.") for path in tmp_path.iterdir())
    assert not (tmp_path / ".tilik-processed.who").exists()
