import os
import threading
import time
from pathlib import Path

import nbformat
import pytest

from analysis.pages import runner
from analysis.pages.runner import Failure, Job, Limits

SHORT = Limits(cell=10, notebook=20, output=200_000)
"""Long enough for a busy machine to start a kernel in."""


def job(name, *cells):
    node = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    return Job(name, node)


def test_each_kind_of_bad_notebook_is_a_named_failure_and_the_others_go_on():
    jobs = [
        job("good", "1 + 1", "print('halo')"),
        job("error", "1", "1 / 0"),
        job("asks", "input()"),
        job("killed", "import os; os._exit(3)"),
        job("flood", "1", "print('x' * 50_000_000)"),
        job("endless flood", "while True: print('x' * 1000)"),
        job("long", *["import time; time.sleep(8)"] * 4),
    ]
    failures = runner.execute(jobs, env={}, limits=SHORT)
    assert failures.pop("long").kind == "slow"
    assert failures == {
        "good": None,
        "error": Failure("error", 2, "error", "ZeroDivisionError"),
        "asks": Failure("asks", 1, "input"),
        "killed": Failure("killed", 1, "dead"),
        "flood": Failure("flood", 2, "flood"),
        "endless flood": Failure("endless flood", 1, "flood"),
    }
    assert jobs[0].node.cells[1].outputs[0].text == "halo\n"


def test_kernels_do_not_share_state_and_run_in_a_folder_of_their_own():
    jobs = [
        job("one", "x = 1; open('left.txt', 'w').close()"),
        job("two", "'x' in globals()", "import os; print(os.listdir())"),
    ]
    assert runner.execute(jobs, env={}) == {"one": None, "two": None}
    assert jobs[1].node.cells[0].outputs[0].data["text/plain"] == "False"
    assert "left.txt" not in jobs[1].node.cells[1].outputs[0].text


def test_the_surroundings_are_pinned_and_added_to(monkeypatch):
    monkeypatch.setenv("PYTHONHASHSEED", "7")
    monkeypatch.setenv("LC_ALL", "tr_TR.UTF-8")
    monkeypatch.setenv("MPLBACKEND", "agg")
    looked = job(
        "env", "import os; [os.environ.get(k) for k in ('PYTHONHASHSEED', 'LC_ALL', 'TZ', 'MPLBACKEND', 'OWN')]"
    )
    runner.execute([looked], env={"OWN": "yes"})
    pinned = looked.node.cells[0].outputs[0].data["text/plain"]
    assert "'0', 'C.UTF-8', 'UTC'" in pinned
    assert "'agg'" not in pinned
    assert "'yes'" in pinned


def test_a_kernel_says_nothing_on_the_terminal(capfd):
    runner.execute([job("loud", "import os; os.write(2, b'secret of the kernel'); os.write(1, b'another')")], env={})
    assert capfd.readouterr() == ("", "")


def test_progress_is_told_after_each_cell():
    told = []
    runner.execute([job("a", "1", "2"), job("b", "3")], env={}, on_cell=told.append)
    assert sorted(told) == ["a", "a", "b"]


def test_an_interrupt_reaches_the_caller_and_leaves_no_kernel_behind(tmp_path: Path):
    mark = tmp_path / "pid"
    slow = job(
        "slow", f"import os, pathlib; pathlib.Path({str(mark)!r}).write_text(str(os.getpid()))", "while True: pass"
    )

    def interrupt():
        while not (mark.exists() and mark.read_text()):
            time.sleep(0.05)
        os.kill(os.getpid(), 2)

    threading.Thread(target=interrupt, daemon=True).start()
    with pytest.raises(KeyboardInterrupt):
        runner.execute([slow], env={})
    assert gone(int(mark.read_text()))


def gone(process: int) -> bool:
    for _ in range(100):
        try:
            os.kill(process, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False
