"""pyproject.toml, the two locks and environment.yml say the same; the tools find nothing in the whole tree."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCKS = ("requirements.lock", "requirements-test.lock")
BUILD = PROJECT["dependency-groups"]["build"]
SYSTEMS = ("linux", "darwin", "win32")
PYTHONS = ("3.11", "3.12", "3.13")


def locked(name):
    """Return name → [(version, marker)] of a lock."""
    found: dict[str, list] = {}
    for line in (ROOT / name).read_text(encoding="utf-8").splitlines():
        pinned = re.match(r"([A-Za-z0-9._-]+)==([^ ;]+)(?: ; (.*?))? \\$", line)
        if pinned:
            package, version, marker = pinned.groups()
            found.setdefault(canonicalize_name(package), []).append((version, marker))
    return found


def bounds(requirements):
    return {canonicalize_name(one.name): str(one.specifier) for one in map(Requirement, requirements)}


def conda():
    return yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_holds_hashes_and_no_address(name):
    text = (ROOT / name).read_text(encoding="utf-8")
    assert re.search(r"://|--index|--find-links|@ file|\.whl|\.tar\.gz", text) is None
    entries = re.split(r"\n(?=\S)", text)
    without = [entry for entry in entries if "==" in entry and "--hash=sha256:" not in entry]
    assert without == []


@pytest.mark.parametrize("group", ["dependencies", "build", "test"])
def test_what_the_project_names_is_locked_within_its_bounds(group):
    wanted = PROJECT["project"][group] if group == "dependencies" else PROJECT["dependency-groups"][group]
    lock = locked("requirements-test.lock" if group == "test" else "requirements.lock")
    for one in map(Requirement, wanted):
        versions = [version for version, _ in lock.get(canonicalize_name(one.name), [])]
        assert versions, f"{one.name} is not locked"
        assert all(one.specifier.contains(version) for version in versions), one.name


@pytest.mark.parametrize("system", SYSTEMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_both_locks_agree_on_every_system(system, python):
    here = {
        "sys_platform": system, "python_version": python, "python_full_version": f"{python}.9",
        "platform_system": {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}[system],
        "os_name": "nt" if system == "win32" else "posix", "implementation_name": "cpython",
        "platform_python_implementation": "CPython", "platform_machine": "x86_64",
    }  # fmt: skip

    def chosen(name):
        return {
            package: version
            for package, versions in locked(name).items()
            for version, marker in versions
            if marker is None or Marker(marker).evaluate(here)
        }

    run, tests = chosen("requirements.lock"), chosen("requirements-test.lock")
    assert {name: version for name, version in tests.items() if name in run and run[name] != version} == {}


def test_conda_users_get_the_same_names_and_bounds():
    packages = [one for one in conda()["dependencies"] if isinstance(one, str) and one != "pip"]
    python = PROJECT["project"]["requires-python"]
    assert bounds(packages) == {**bounds(PROJECT["project"]["dependencies"]), **bounds(BUILD), "python": python}


def test_conda_users_get_the_package_itself():
    environment = conda()
    assert (environment["name"], environment["channels"]) == (PROJECT["project"]["name"], ["conda-forge"])
    assert environment["dependencies"][-1] == {"pip": ["-e ."]}


def test_what_builds_the_package_is_locked_with_it():
    assert bounds(PROJECT["build-system"]["requires"]) == bounds(BUILD)


def test_the_version_stands_in_one_place_more_and_agrees():
    from analysis import __version__  # noqa: PLC0415

    assert PROJECT["project"]["version"] == __version__


def test_continuous_integration_updates_lists_before_it_installs():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert script.index("apt-get update") < script.index("apt-get install") < script.index("kit.py test")
    assert subprocess.run(["bash", "-n", str(ROOT / ".ci" / "run")], check=False).returncode == 0


def test_hooks_need_no_network():
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert [repo["repo"] for repo in hooks["repos"]] == ["local"]


@pytest.mark.parametrize("arguments", [["check"], ["format", "--check"]])
def test_ruff_finds_nothing(arguments):
    ruff = shutil.which("ruff", path=str(Path(sys.executable).parent)) or "ruff"
    seen = subprocess.run([ruff, *arguments, "--no-cache", "."], cwd=ROOT, capture_output=True, text=True, check=False)
    assert seen.returncode == 0, seen.stdout[-3000:] + seen.stderr


def test_the_type_checker_finds_nothing(tmp_path):
    seen = subprocess.run(
        [sys.executable, "-m", "mypy", "--cache-dir", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert seen.returncode == 0, seen.stdout[-3000:] + seen.stderr
