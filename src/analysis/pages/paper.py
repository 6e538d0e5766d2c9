"""Pages as PDF, printed by the browser that is there: our own print rules, A4, numbered sides; no clock in the file."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
ELSEWHERE = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
"""Where browsers lie that no search path names."""
QUIET = ("--headless", "--disable-gpu", "--no-first-run", "--disable-extensions", "--disable-background-networking",
         "--disable-sync", "--no-pdf-header-footer")  # fmt: skip
AT_ONCE = 2
SECONDS = 90
"""A page that is not printed by then never will be."""
_CLOCK = re.compile(rb"(/(?:CreationDate|ModDate) \(D:)\d{14}")


def browser() -> str | None:
    """Return the browser that can print, None where there is none."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    return found or next((one for one in ELSEWHERE if Path(one).is_file()), None)


def printed(folder: Path, names: Sequence[str], program: str) -> list[str]:
    """Write ``a.pdf`` beside each ``a.html`` of ``folder`` and return the names of pages that were not printed."""
    with (
        tempfile.TemporaryDirectory(prefix="tilik-", ignore_cleanup_errors=True) as own,
        ThreadPoolExecutor(AT_ONCE) as hands,
    ):
        done = list(hands.map(partial(_print, folder=folder, program=program, own=Path(own)), names))
    return [name for name, well in zip(names, done, strict=True) if not well]


def _print(name: str, *, folder: Path, program: str, own: Path) -> bool:
    paper = (folder / name).with_suffix(".pdf")
    place = own / paper.stem
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    call = [program, *QUIET, *as_root, f"--user-data-dir={place}", f"--print-to-pdf={paper}"]
    try:
        subprocess.run(  # noqa: S603 - a browser of this machine, a page of our own
            [*call, (folder / name).resolve().as_uri()], check=True, timeout=SECONDS,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        made = paper.read_bytes()
    except (OSError, subprocess.SubprocessError):
        return False
    paper.write_bytes(_CLOCK.sub(rb"\g<1>19800101000000", made))
    return made.startswith(b"%PDF")
