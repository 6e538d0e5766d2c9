"""Make Tilik's environment beside this file once, then run it: ``python3 kit.py run`` is ``tilik run``.

``kit.py test [pytest arguments]`` and ``kit.py bench NAME [arguments]`` are its own; every other verb is tilik's.
Standard library only, and readable for Python 3.6, so that an old Python gets a sentence and not a syntax error.
"""

import os
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
STAMP = VENV / "made-by-kit"
WINDOWS = os.name == "nt"
WRONG_CALL, SETUP_FAILED, STOPPED = 2, 4, 130
OLDEST = (3, 11)
LOCK, PROJECT, TEST_LOCK = "requirements.lock", "pyproject.toml", "requirements-test.lock"
SIGNS = (
    "newconnectionerror", "name resolution", "connection refused", "network is unreachable", "dns error", "timed out",
    "error sending request", "client error (connect)", "no matching distribution", "connection error", "proxyerror",
)  # fmt: skip

# fmt: off
SAYS = {  # a phrase book: Indonesian, then English
    "old": ("Python {0} terlalu tua: perlu {1} atau lebih baru.", "Python {0} is too old: {1} or newer is needed."),
    "venv": ("Python ini tidak punya modul venv dan uv tidak ada. Pasang dengan: sudo apt install python3-venv",
             "This Python has no venv module and there is no uv. Install it with: sudo apt install python3-venv"),
    "make": ("menyiapkan lingkungan .venv dengan {0} (sekali saja) …", "making .venv with {0} (only once) …"),
    "remake": (".venv belum selesai atau sudah usang: dibuat ulang.", ".venv is half made or out of date: made again."),
    LOCK: ("memasang paket dari {0} …", "installing packages from {0} …"),
    PROJECT: ("memasang tilik …", "installing tilik …"),
    TEST_LOCK: ("memasang paket penguji dari {0} …", "installing the tests' packages from {0} …"),
    "ready": ("siap ({0:.0f} detik).", "ready ({0:.0f} seconds)."),
    "wait": ("menunggu kit.py lain yang sedang menyiapkan .venv …", "waiting for another kit.py that makes .venv …"),
    "failed": ("Penyiapan berhenti pada: {0}", "Set-up stopped at: {0}"),
    "offline": ("Paket tidak dapat diambil: periksa internet (atau proksi), lalu jalankan perintah yang sama lagi.",
                "Packages could not be fetched: check the network (or proxy), then give the same command again."),
    "full": ("Diska penuh: kosongkan sekitar 1 GB, lalu coba lagi.", "Disk full: free about 1 GB, then try again."),
    "stopped": ("Dihentikan; .venv dibuat ulang pada kali berikutnya.", "Stopped; .venv is made again next time."),
    "bench": ("Pakai: kit.py bench NAMA, NAMA salah satu dari: {0}", "Use: kit.py bench NAME, NAME one of: {0}"),
    "chromium": ("chromium tidak ada, uji halaman dilewati. Pasang dengan: sudo apt install chromium",
                 "no chromium, tests of the pages are skipped. Install it with: sudo apt install chromium"),
}
# fmt: on


class SetupError(Exception):
    """Set-up cannot go on; holds the sentence for the reader."""


def text(key: str, *values: object) -> str:
    """Return a sentence, Indonesian unless the last ``--lang`` before a ``--`` asks for English, as tilik has it."""
    options = "\0".join(["", *sys.argv[1:], "--", ""]).split("\0--\0")[0]
    return SAYS[key][re.findall("\0--lang[=\0]([^\0]*)", options)[-1:] == ["en"]].format(*values)


def tell(line: str) -> None:
    """Say one line on stderr, so that what tilik prints stays alone on stdout."""
    sys.stderr.write("kit: " + line + "\n")


def program(name: str) -> str:
    """Return the path of a program inside the environment."""
    return str(VENV / "Scripts" / (name + ".exe") if WINDOWS else VENV / "bin" / name)


def wanted(parts: "list[str]") -> "dict[str, str]":
    """Return what the stamp of a finished environment says about itself and about these files."""
    import hashlib  # noqa: PLC0415 (kit.py starts before every command: imports only where used)

    hashes = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in parts}
    return {"python": ".".join(map(str, sys.version_info[:2])), "place": str(ROOT), **hashes}


def stamped() -> "dict[str, str]":
    """Return what the stamp says; nothing where it is missing or the environment's Python is gone."""
    try:
        said = dict(line.split("=", 1) for line in STAMP.read_text(encoding="utf-8").splitlines())
    except (OSError, ValueError):
        return {}
    return said if os.path.exists(program("python")) else {}  # noqa: PTH110 (a link to a removed Python counts as gone)


def missing(parts: "list[str]") -> "list[str]":
    """Return what still has to be made: everything if the ground (Python, place, first lock) is another."""
    said, needed = stamped(), wanted(parts)
    anew = any(said.get(part) != needed[part] for part in ("python", "place", LOCK))
    return [part for part in needed if anew or said.get(part) != needed[part]]


def working_uv() -> str:
    """Return the uv on PATH if it truly answers (a version manager's shim may stand there with nothing behind it)."""
    import shutil  # noqa: PLC0415
    import subprocess  # noqa: PLC0415

    uv = shutil.which("uv") or ""
    return uv if uv and subprocess.run([uv, "--version"], capture_output=True, check=False).returncode == 0 else ""


def call(step: str, command: "list[str]") -> None:
    """Run one step; a terminal shows its last line meanwhile, and its end is kept for the message if it fails."""
    import subprocess  # noqa: PLC0415

    tail: list[str] = []
    quiet = dict(os.environ, PIP_USER="0", PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "close_fds": False}  # it holds the lock too
    with subprocess.Popen(command, cwd=ROOT, env=quiet, **pipes) as work:  # type: ignore[call-overload]
        for raw in work.stdout or ():
            tail = [*tail[-11:], raw.decode("utf-8", "replace").rstrip()]
            sys.stderr.write("\r     " + tail[-1][:70].ljust(70) + "\r" if sys.stderr.isatty() else "")
    if work.returncode:
        seen = " ".join(tail).lower()
        why = ["full"] if "no space left" in seen else ["offline"] if any(sign in seen for sign in SIGNS) else []
        raise SetupError("\n     ".join([text("failed", step), *(tail[-1:] if why else tail), *map(text, why)]))


def make(parts: "list[str]") -> None:
    """Make the missing parts; the stamp goes first and comes last, so nothing half made is taken for whole."""
    import importlib.util  # noqa: PLC0415
    import shutil  # noqa: PLC0415
    import time  # noqa: PLC0415

    started, uv = time.monotonic(), working_uv()
    files = [part for part in parts if part in SAYS]
    stamp = {**({} if "python" in parts else stamped()), **wanted(files)}
    if "python" in parts:
        if not uv and not all(importlib.util.find_spec(name) for name in ("venv", "ensurepip")):
            raise SetupError(text("venv"))
        if VENV.exists():
            tell(text("remake"))
            shutil.rmtree(VENV)
        tell(text("make", "uv" if uv else "pip"))
        maker = [uv, "venv", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        call(".venv", [*maker, str(VENV)])
    else:
        STAMP.unlink()
    python = program("python")
    installer = [uv, "pip", "install", "--python", python] if uv else [python, "-m", "pip", "install", "--no-compile"]
    for part in files:
        tell(text(part, part))
        this = ["--no-build-isolation", "-e", "."] if part == PROJECT else ["--require-hashes", "-r", part]
        call(text(part, part), [*installer, "--no-deps", *this])
    STAMP.write_text("".join("=".join(item) + "\n" for item in stamp.items()), encoding="utf-8")
    tell(text("ready", time.monotonic() - started))


def set_up(parts: "list[str]") -> None:
    """Make what is missing; where the system can lock a file, two kit.py (or what a killed one left going) wait."""
    with Path(__file__).open("rb") as lock:
        if not WINDOWS:
            import fcntl  # noqa: PLC0415

            os.set_inheritable(lock.fileno(), True)  # noqa: FBT003
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                tell(text("wait"))
                fcntl.flock(lock, fcntl.LOCK_EX)
        if missing(parts):
            make(missing(parts))


def main(arguments: "list[str]") -> int:
    """Set up, then become the command; returns only where there is nothing to become."""
    if sys.version_info < OLDEST:
        raise SetupError(text("old", sys.version.split()[0], ".".join(map(str, OLDEST))))
    verb, command = "".join(arguments[:1]), [program("tilik"), *arguments]
    needed = [LOCK, PROJECT] + [TEST_LOCK] * (verb == "test")
    if verb == "test":
        command = [program("python"), "-m", "pytest", "-n2", "--dist=loadfile", *arguments[1:]]
        if not any(Path(folder, "chromium").exists() for folder in os.get_exec_path()):
            tell(text("chromium"))
        os.chdir(ROOT)
    if verb == "bench":
        scripts = {path.stem: str(path) for path in sorted((ROOT / "benchmarks").glob("[!_]*.py"))}
        if "".join(arguments[1:2]) not in scripts:
            tell(text("bench", ", ".join(scripts)))
            return WRONG_CALL
        command = [program("python"), scripts[arguments[1]], *arguments[2:]]
    if missing(needed):
        set_up(needed)
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # .venv comes uncompiled: each start would compile it anew
    if WINDOWS:
        import subprocess  # noqa: PLC0415

        return subprocess.call(command)
    return os.execv(command[0], command)  # noqa: S606 (a list, no shell)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except (SetupError, OSError) as stop:
        tell(str(stop))
        sys.exit(SETUP_FAILED)
    except KeyboardInterrupt:
        tell(text("stopped"))
        sys.exit(STOPPED)
