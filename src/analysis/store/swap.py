"""Replacing a whole folder of results at once: whoever looks, or kills us, finds the set before or the set after."""

from __future__ import annotations

import ctypes
import errno
import os
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from analysis.words import Language

LISTING = ".tilik-set"
"""Inside a finished set: the names of its files; the next set replaces these and carries over what is not ours."""
NOT_POSSIBLE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EXDEV, errno.EPERM}
"""How a system says that it, or this disk, cannot exchange two folders in one step."""


@contextmanager
def atomic(folder: Path | str, *, lang: Language = "id") -> Iterator[Path]:
    """Yield an empty folder to write a set of files into; when the block ends well, it becomes ``folder`` in one step.

    Files that were in ``folder`` without belonging to the earlier set (a README, a person's own notes) stay. When the
    block raises, or the process is killed at any moment, ``folder`` is what it was. What a killed run left is removed.
    Linux and macOS exchange the two folders in one system call; elsewhere two renames stand in, and the gap between
    them is mended by whoever writes next. Only for who holds the lock of ``folder``. Raises StoreError in ``lang``
    where the system refuses (disk full, no permission).
    """
    folder = Path(folder).resolve()
    with refusals_told(folder, lang), _staging(folder) as staging:
        yield staging


@contextmanager
def _staging(folder: Path) -> Iterator[Path]:
    folder.parent.mkdir(parents=True, exist_ok=True)
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(folder))
    _recover(folder)
    staging = _beside(folder, "new")
    shutil.rmtree(staging, ignore_errors=True)
    staging.mkdir()
    try:
        yield staging
        _finish(staging)
        if folder.exists():
            _carry_over(folder, staging)
            shutil.copymode(folder, staging)
        _sync(staging)
        _swap(staging, folder)
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def write_beside(folder: Path | str, name: str, content: bytes, *, lang: Language = "id") -> None:
    """Write one more file into the set in ``folder``, in one step; it is none of the set's, and stays when that goes.

    Only for who holds the lock of ``folder``. Raises StoreError as ``atomic`` does.
    """
    folder = Path(folder).resolve()
    unfinished = folder / f".{name}"
    with refusals_told(folder, lang):
        try:
            unfinished.write_bytes(content)
            _sync_file(unfinished)
            unfinished.replace(folder / name)
        finally:
            unfinished.unlink(missing_ok=True)


def standing(folder: Path) -> Path:
    """Return where the set of ``folder`` stands: there, or beside it for the moment between two renames."""
    old = _beside(folder, "old")
    return old if not folder.exists() and old.is_dir() else folder


@contextmanager
def refusals_told(folder: Path, lang: Language) -> Iterator[None]:
    """Tell a reader what it means where the system will not write to ``folder``."""
    try:
        yield
    except OSError as fault:
        told = refusal(fault, lang, folder.name)
        if told is None:
            raise
        raise told from fault


def _recover(folder: Path) -> None:
    """Put the earlier set back where a kill between two renames left nothing; harmless everywhere else."""
    old = _beside(folder, "old")
    if old.is_dir():
        if folder.exists():
            shutil.rmtree(old)
        else:
            old.rename(folder)


def _beside(folder: Path, what: str) -> Path:
    return folder.with_name(f".tilik-{folder.name}-{what}")


def _finish(staging: Path) -> None:
    names = sorted(path.relative_to(staging).as_posix() for path in staging.rglob("*") if path.is_file())
    (staging / LISTING).write_text("".join(f"{name}\n" for name in names), encoding="utf-8", newline="\n")


def _carry_over(folder: Path, staging: Path) -> None:
    ours = {LISTING, *_listed(folder)}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder)
        if path.is_dir() or name.as_posix() in ours or (staging / name).exists():
            continue
        (staging / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, staging / name, follow_symlinks=False)


def _listed(folder: Path) -> list[str]:
    try:
        return (folder / LISTING).read_text(encoding="utf-8").splitlines()
    except OSError:
        return []


def _sync(staging: Path) -> None:
    """Have the disk hold every file before any of them can be seen under its name."""
    for path in staging.rglob("*"):
        if path.is_file() and not path.is_symlink():
            _sync_file(path)
    for path in (*(path for path in staging.rglob("*") if path.is_dir()), staging):
        _sync_folder(path)


def _sync_file(path: Path) -> None:
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _swap(staging: Path, folder: Path) -> None:
    if not folder.exists():
        staging.rename(folder)
    elif not _exchange(staging, folder):
        old = _beside(folder, "old")
        folder.rename(old)
        try:
            staging.rename(folder)
        except OSError:
            old.rename(folder)
            raise
        shutil.rmtree(old, ignore_errors=True)
    _sync_folder(folder.parent)


def _exchange(one: Path, other: Path) -> bool:
    """Swap two folders in one system call; False where this system or disk has none."""
    names = (os.fsencode(one), os.fsencode(other))
    if os.name != "posix":
        return False
    library = ctypes.CDLL(None, use_errno=True)
    if sys.platform == "darwin" and hasattr(library, "renamex_np"):
        failed = library.renamex_np(*names, 2)  # RENAME_SWAP
    elif hasattr(library, "renameat2"):
        here = -100  # AT_FDCWD: names are absolute, so this is never used
        failed = library.renameat2(here, names[0], here, names[1], 2)  # RENAME_EXCHANGE
    else:
        return False
    if failed and ctypes.get_errno() not in NOT_POSSIBLE:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), str(other))
    return not failed
