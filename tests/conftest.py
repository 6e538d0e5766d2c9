"""What every room's tests share: slow tests wait to be asked for, and no test touches the kit's own data."""

import os
import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
from filelock import FileLock
from hypothesis import settings

# How long an example takes is the machine's affair: no test is a timed one.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A suite started in the background inherits an ignored Ctrl-C, and would hand it down to the programs it stops.
signal.signal(signal.SIGINT, signal.default_int_handler)

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


LONG = (
    "tests/test_notebooks.py", "example/test_planted.py", "pages/test_recount_more.py", "pipeline/test_round_trip.py",
    "pipeline/test_work.py", "tests/test_kit.py", "pages/test_site.py", "tests/test_stopped.py",
    "browser/test_inert.py", "pipeline/test_truths.py", "browser/test_pages.py", "tests/test_nepal.py",
    "pages/test_each.py", "pipeline/test_lab.py", "oversight/test_questions.py",
)  # fmt: skip
"""Files that take long for the few tests in them: begun last, one would keep a single process waiting for the other.

Every second one needs ``city``, so that one process makes it while the other does without.
"""


def pytest_configure(config):
    """Let two processes take the files in the order of ``pytest_collection_modifyitems``, not by number of tests."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(config, items):
    """Begin with the long files; skip what takes minutes unless the caller chose marks herself (``-m slow``)."""
    items.sort(key=_turn)
    if config.getoption("markexpr"):
        return
    wait = pytest.mark.skip(reason="takes minutes; asked for with: -m slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(wait)


def _turn(item):
    file = item.nodeid.partition("::")[0]
    return next((at for at, name in enumerate(LONG) if file.endswith(name)), len(LONG))


@pytest.fixture(scope="session", autouse=True)
def _own_data_is_out_of_reach(tmp_path_factory):
    """Point the default study at an empty folder, so that no test reads or writes data/processed."""
    before = os.environ.get("TILIK_PROCESSED")
    os.environ["TILIK_PROCESSED"] = str(tmp_path_factory.mktemp("nowhere") / "processed")
    yield
    if before is None:
        del os.environ["TILIK_PROCESSED"]
    else:
        os.environ["TILIK_PROCESSED"] = before


@pytest.fixture(scope="session")
def city(tmp_path_factory):
    """Return the folders in which the example went the whole way, and its exit code.

    It takes a minute: of several processes that run tests, one makes it for all, and each has its own copy, since pages
    made from a study leave their key beside it. ``first`` holds it as it was made.
    """
    from analysis import example, pipeline  # noqa: PLC0415 (most tests need neither)

    base = tmp_path_factory.getbasetemp()
    first = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "city"
    ended = first / "ended"
    with FileLock(first.with_suffix(".lock")):
        if not ended.exists():
            example.write(first / "raw")
            outcome = pipeline.run(first / "raw", first / "processed", first / "reports", progress=False)
            ended.write_text(str(int(outcome.exit_code)), encoding="ascii")
    home = shutil.copytree(first, base / "city-copy")
    return SimpleNamespace(
        first=first, home=home, raw=home / "raw", processed=home / "processed", reports=home / "reports",
        exit_code=int(ended.read_text(encoding="ascii")),
    )  # fmt: skip


@pytest.fixture(scope="session")
def chromium():
    """Return Debian's chromium; tests that need it are reported as skipped where it is missing."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium: sudo apt install chromium")
    return CHROMIUM
