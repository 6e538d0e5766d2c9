"""What every room's tests share: slow tests wait to be asked for, and no test touches the kit's own data."""

import os
import shutil
import signal
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import settings

# How long an example takes is the machine's affair: no test is a timed one.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# A suite started in the background inherits an ignored Ctrl-C, and would hand it down to the programs it stops.
signal.signal(signal.SIGINT, signal.default_int_handler)

CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


def pytest_collection_modifyitems(config, items):
    """Skip what takes minutes unless the caller chose marks herself (``-m slow``)."""
    if config.getoption("markexpr"):
        return
    wait = pytest.mark.skip(reason="takes minutes; asked for with: -m slow")
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(wait)


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
    """Return the folders in which the example went the whole way once, and the outcome."""
    from analysis import example, pipeline  # noqa: PLC0415 (most tests need neither)

    home = tmp_path_factory.mktemp("city")
    example.write(home / "raw")
    outcome = pipeline.run(home / "raw", home / "processed", home / "reports", progress=False)
    return SimpleNamespace(
        home=home, raw=home / "raw", processed=home / "processed", reports=home / "reports", outcome=outcome
    )


@pytest.fixture(scope="session")
def chromium():
    """Return Debian's chromium; tests that need it are reported as skipped where it is missing."""
    if not Path(CHROMIUM).exists():
        pytest.skip("no chromium: sudo apt install chromium")
    return CHROMIUM
