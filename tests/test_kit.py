"""kit.py: one environment, made once and whole; every reason to stop is said, in both languages."""

import ast
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FILES = ("kit.py", "requirements.lock", "requirements-test.lock", "pyproject.toml")
UV = """#!{python}
import os, pathlib, shutil, sys, time
arguments = sys.argv[1:]
with open({log!r}, "a") as log:
    log.write(" ".join(arguments) + "\\n")
if arguments == ["--version"]:
    sys.exit()
if os.environ.get("UV_SAYS"):
    print(os.environ["UV_SAYS"])
    sys.exit(1)
if arguments[0] == "venv":
    place = pathlib.Path(arguments[-1], "bin")
    place.mkdir(parents=True)
    (place / "python").symlink_to(sys.executable)
    (place / "tilik").write_text("#!/bin/sh\\necho tilik $*\\n")
    (place / "tilik").chmod(0o755)
time.sleep(float(os.environ.get("UV_SLEEPS", 0)))
"""
"""A stand-in for uv that makes an empty environment, keeps a log, and can be told to fail or to take long."""

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the stand-in for uv is a POSIX script")


class Kit:
    """A folder with kit.py and what it reads, and a PATH with nothing but the stand-in for uv."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.tools, self.log = folder / "kit", folder / "tools", folder / "log"
        self.folder.mkdir()
        self.tools.mkdir()
        (self.folder / "benchmarks").mkdir()
        (self.folder / "benchmarks" / "speed.py").write_text("import sys; print('bench', *sys.argv[1:])\n")
        for name in FILES:
            shutil.copy(ROOT / name, self.folder)
        self.venv = self.folder / ".venv"
        (self.tools / "uv").write_text(UV.format(python=sys.executable, log=str(self.log)))
        (self.tools / "uv").chmod(0o755)

    def start(self, *arguments, **environment):
        clean = {"PATH": str(self.tools), "HOME": str(self.folder), **environment}
        return subprocess.Popen(
            [sys.executable, str(self.folder / "kit.py"), *arguments],
            env=clean, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def __call__(self, *arguments, **environment):
        process = self.start(*arguments, **environment)
        out, said = process.communicate()
        return process.returncode, out, said

    def calls(self):
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.unlink(missing_ok=True)
        return [line.replace(str(self.folder), "KIT").replace(sys.executable, "PYTHON") for line in lines]


@pytest.fixture
def kit(tmp_path):
    return Kit(tmp_path)


MAKE = ["--version", "venv --python PYTHON KIT/.venv"]
INSTALL = "pip install --python KIT/.venv/bin/python --no-deps"
LOCKED, EDITABLE = f"{INSTALL} --require-hashes -r requirements.lock", f"{INSTALL} --no-build-isolation -e ."
TESTERS = f"{INSTALL} --require-hashes -r requirements-test.lock"


def test_kit_is_short_and_needs_nothing_installed():
    source = (ROOT / "kit.py").read_text(encoding="utf-8")
    assert len(source.splitlines()) <= 200
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(source))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert imported <= sys.stdlib_module_names


def test_an_old_python_can_read_kit_and_is_told(kit):
    source = (kit.folder / "kit.py").read_text(encoding="utf-8")
    ast.parse(source, feature_version=(3, 6))
    (kit.folder / "kit.py").write_text(source.replace("OLDEST = (3, 11)", "OLDEST = (99, 0)"), encoding="utf-8")
    version = sys.version.split()[0]
    assert kit("run") == (4, "", f"kit: Python {version} terlalu tua: perlu 99.0 atau lebih baru.\n")
    assert kit("run", "--lang", "en") == (4, "", f"kit: Python {version} is too old: 99.0 or newer is needed.\n")


def test_the_first_start_makes_all_and_the_second_nothing(kit):
    code, out, said = kit("run", "folder", "--lang=en")
    assert (code, out) == (0, "tilik run folder --lang=en\n")
    assert re.fullmatch(
        r"kit: making \.venv with uv \(only once\) …\nkit: installing packages from requirements\.lock …\n"
        r"kit: installing tilik …\nkit: ready \(\d+ seconds\)\.\n", said
    )  # fmt: skip
    assert kit.calls() == [*MAKE, LOCKED, EDITABLE]
    assert kit("--version") == (0, "tilik --version\n", "")
    assert kit.calls() == []


def test_tests_are_added_to_the_same_environment(kit):
    kit("run")
    kit.calls()
    code, _, said = kit("test", "--no-such-option")
    assert "kit: chromium tidak ada, uji halaman dilewati. Pasang dengan: sudo apt install chromium" in said
    assert code == 4 or "pytest" in said  # pytest's own answer to a wrong option
    assert kit.calls() == ["--version", TESTERS]
    kit("test", "--no-such-option")
    kit("run")
    assert kit.calls() == []


def test_a_changed_lock_is_made_anew_and_a_changed_project_installed_again(kit):
    kit("run")
    kit.calls()
    (kit.folder / "pyproject.toml").write_text((kit.folder / "pyproject.toml").read_text() + "\n")
    kit("run")
    assert kit.calls() == ["--version", EDITABLE]
    (kit.folder / "requirements.lock").write_text("")
    assert "kit: .venv belum selesai atau sudah usang: dibuat ulang.\n" in kit("run")[2]
    assert kit.calls() == [*MAKE, LOCKED, EDITABLE]


@pytest.mark.parametrize("harm", ["no stamp", "half a stamp", "no python", "moved"])
def test_an_environment_that_is_not_whole_is_made_again(kit, harm):
    kit("run")
    kit.calls()
    stamp = kit.venv / "made-by-kit"
    if harm == "no stamp":
        stamp.unlink()
    elif harm == "half a stamp":
        stamp.write_text(stamp.read_text()[:-70])
    elif harm == "no python":
        (kit.venv / "bin" / "python").unlink()
        (kit.venv / "bin" / "python").symlink_to("/gone/python3")
    else:
        kit.folder = kit.folder.rename(kit.folder.with_name("elsewhere"))
        kit.venv = kit.folder / ".venv"
    assert kit("run")[:2] == (0, "tilik run\n")
    assert kit.calls() == [*MAKE, LOCKED, EDITABLE]


@pytest.mark.parametrize("steps", [2, 3, 4])
def test_a_kill_while_it_is_made_is_noticed(kit, steps):
    process = kit.start("run", UV_SLEEPS="0.5")
    while not kit.log.exists() or len(kit.log.read_text().splitlines()) < steps:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.communicate()
    kit.calls()
    code, out, said = kit("run")
    assert (code, out) == (0, "tilik run\n")
    assert "kit: menunggu kit.py lain yang sedang menyiapkan .venv …\n" in said, "the installer it left is waited for"
    assert kit.calls() == [*MAKE, LOCKED, EDITABLE]


def test_control_c_says_what_is_left(kit):
    process = kit.start("run", "--lang", "en", UV_SLEEPS="1")
    time.sleep(0.6)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate()
    assert process.returncode == 130
    assert said.endswith("kit: Stopped; .venv is made again next time.\n")
    assert "Traceback" not in said


def test_two_started_together_make_one(kit):
    first = kit.start("run", UV_SLEEPS="0.3")
    time.sleep(0.3)
    second = kit.start("run")
    assert (first.wait(), second.wait()) == (0, 0)
    assert "kit: menunggu kit.py lain yang sedang menyiapkan .venv …\n" in second.communicate()[1]
    first.communicate()
    assert [call for call in kit.calls() if call.startswith("venv")] == MAKE[1:]


OFFLINE = "Packages could not be fetched: check the network (or proxy), then give the same command again."
FULL = "Disk full: free about 1 GB, then try again."
NO_VENV = "Python ini tidak punya modul venv dan uv tidak ada. Pasang dengan: sudo apt install python3-venv"


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("error: client error (Connect): dns error", OFFLINE),
        ("OSError: [Errno 28] No space left on device", FULL),
        ("hash mismatch for pandas", ""),
    ],
)
def test_why_it_stopped_is_told(kit, fault, told):
    code, out, said = kit("run", "--lang", "en", UV_SAYS=fault)
    assert (code, out) == (4, "")
    assert said.endswith(f"kit: Set-up stopped at: .venv\n     {fault}\n" + (f"     {told}\n" if told else ""))
    assert not (kit.venv / "made-by-kit").exists()


def test_no_uv_and_no_ensurepip_names_the_one_package(kit):
    (kit.tools / "uv").unlink()
    source = (kit.folder / "kit.py").read_text(encoding="utf-8")
    (kit.folder / "kit.py").write_text(source.replace('"ensurepip"', '"ensurepip_of_debian"'), encoding="utf-8")
    assert kit("run") == (4, "", f"kit: {NO_VENV}\n")
    assert not kit.venv.exists()


def test_a_shim_that_leads_nowhere_is_not_uv(kit):
    (kit.tools / "uv").write_text("#!/bin/sh\nexit 127\n")
    source = (kit.folder / "kit.py").read_text(encoding="utf-8")
    (kit.folder / "kit.py").write_text(source.replace('"ensurepip"', '"ensurepip_of_debian"'), encoding="utf-8")
    assert kit("run")[0] == 4


def test_benchmarks_are_run_by_name(kit):
    assert kit("bench", "speed", "--n", "3")[:2] == (0, "bench --n 3\n")
    assert kit("bench", "nothing") == (2, "", "kit: Pakai: kit.py bench NAMA, NAMA salah satu dari: speed\n")
    assert kit("bench", "--lang", "en") == (2, "", "kit: Use: kit.py bench NAME, NAME one of: speed\n")


def test_the_second_start_costs_little(kit):
    kit("run")

    def seconds(command):
        spent = []
        for _ in range(5):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True)
            spent.append(time.perf_counter() - started)
        return min(spent)

    through = seconds([sys.executable, str(kit.folder / "kit.py"), "x"])
    assert through - seconds([str(kit.venv / "bin" / "tilik"), "x"]) < 0.3


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["uv", "pip"])
def test_a_real_environment_within_the_promised_time(tmp_path, tool):
    folder, home, path = tmp_path / "a kit", tmp_path / "home", [str(Path(sys.executable).parent), "/usr/bin", "/bin"]
    uv = shutil.which("uv")
    if tool == "uv" and not uv:
        pytest.skip("no uv on this machine")
    shutil.copytree(
        ROOT,
        folder,
        ignore=lambda at, names: {".venv", ".git", "data", "reports"} & set(names) if at == str(ROOT) else set(),
    )
    home.mkdir()
    tools = tmp_path / "tools"
    tools.mkdir()
    if tool == "uv":
        (tools / "uv").symlink_to(uv)
    python = getattr(sys, "_base_executable", sys.executable)
    environment = {**os.environ, "HOME": str(home), "PATH": os.pathsep.join([str(tools), *path[1:]])}
    for name in [name for name in environment if name.startswith(("PYTHON", "VIRTUAL_ENV", "UV_", "XDG_"))]:
        del environment[name]
    started = time.monotonic()
    made = subprocess.run(
        [python, str(folder / "kit.py"), "--version"], env=environment, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    assert re.fullmatch(r"tilik \d+\.\d+\.\d+\n", made.stdout)
    assert time.monotonic() - started < {"uv": 10, "pip": 60}[tool]


def test_what_is_compiled_once_is_kept(kit):
    (kit.folder / "benchmarks" / "speed.py").write_text("import sys; print(sys.dont_write_bytecode)\n")
    assert kit("bench", "speed", PYTHONDONTWRITEBYTECODE="1")[:2] == (0, "False\n")
