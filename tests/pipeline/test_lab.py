"""``tilik lab`` as its user meets it: a server that answers, the overview, a kernel of this very environment."""

import importlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

KIT = Path(__file__).parents[2]
TOKEN = "for-this-test"  # noqa: S105 (of a server that lives for seconds)
LONG = 90
lab = importlib.import_module("analysis.pipeline.lab")
"""The module: the package names the function so."""


@pytest.fixture
def opened(tmp_path):
    """Start the laboratory without a browser and yield its address; it is stopped at the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = "import sys; from analysis.cli import main; sys.exit(main())"
    call = [sys.executable, "-c", script, "lab", "--no-browser", f"--ServerApp.port={port}", "--allow-root",
            "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}"]  # fmt: skip
    own = {"HOME": str(tmp_path), "JUPYTER_RUNTIME_DIR": str(tmp_path / "run"), "PYTHONPATH": str(KIT / "src")}
    with (tmp_path / "log").open("wb") as log:
        running = subprocess.Popen(call, cwd=KIT, env=os.environ | own, stdout=log, stderr=log, start_new_session=True)
        yield f"http://127.0.0.1:{port}"
        os.killpg(running.pid, signal.SIGTERM)
        try:
            running.wait(timeout=20)
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def asked(address, path, data=None):
    headers = {"Authorization": f"token {TOKEN}", "Content-Type": "application/json"}
    body = None if data is None else json.dumps(data).encode()
    request = urllib.request.Request(f"{address}{path}", data=body, headers=headers)  # noqa: S310 (our own server)
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return answer.geturl(), answer.read()


def waited(address):
    for _ in range(LONG * 2):
        try:
            return json.loads(asked(address, "/api/status")[1])
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    raise AssertionError("the laboratory did not answer")


def test_it_answers_on_the_overview_with_a_kernel_of_this_environment(opened):
    waited(opened)
    address, _ = asked(opened, "/")
    assert address.endswith("/lab/tree/02-gambaran-kota.ipynb")
    found = json.loads(asked(opened, "/api/contents/02-gambaran-kota.ipynb?content=0")[1])
    assert found["type"] == "notebook"
    spec = json.loads(asked(opened, "/api/kernelspecs/python3")[1])["spec"]
    assert Path(spec["argv"][0]).resolve() == Path(sys.executable).resolve() or spec["argv"][0] == "python"
    wanted = {"path": "02-gambaran-kota.ipynb", "name": "", "type": "notebook", "kernel": {"name": "python3"}}
    kernel = json.loads(asked(opened, "/api/sessions", wanted)[1])["kernel"]["id"]
    assert kernel_python(kernel) == Path(sys.prefix).resolve()


def kernel_python(kernel):
    """Return the environment whose Python the kernel's process runs."""
    for _ in range(LONG):
        for process in Path("/proc").glob("[0-9]*"):
            try:
                called = (process / "cmdline").read_bytes().decode().split("\0")
            except OSError:
                continue
            if any(kernel in part for part in called):
                return Path(called[0]).parent.parent.resolve()
        time.sleep(0.5)
    raise AssertionError("no kernel was started")


def test_it_opens_on_the_first_notebook_where_there_is_no_overview(tmp_path):
    assert not any("default_url" in part for part in lab.command(tmp_path, []))
    (tmp_path / "b c.ipynb").write_text("{}")
    assert "--LabApp.default_url=/lab/tree/b%20c.ipynb" in lab.command(tmp_path, [])


def test_its_language_is_indonesian_only_where_the_pack_is_there_and_wanted(tmp_path, monkeypatch):
    monkeypatch.setattr(lab, "version", lambda _: "4.5")
    own = lab.surroundings(tmp_path, "id")
    assert own["JUPYTER_CONFIG_PATH"].split(os.pathsep)[0] == str(tmp_path)
    settings = json.loads((tmp_path / "labconfig" / "default_setting_overrides.json").read_text(encoding="utf-8"))
    assert settings == lab.INDONESIAN
    assert "JUPYTER_CONFIG_PATH" not in set(lab.surroundings(tmp_path, "en")) - set(os.environ)
