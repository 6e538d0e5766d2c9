"""Results kept between runs beside a folder of ours: one small file per key, written whole or not at all."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path

_KEY = re.compile(r"[0-9a-f]{16,128}")


class Results(MutableMapping[str, bytes]):
    """A folder as a mapping of hexadecimal keys to bytes; ``used`` are the keys that were read or written.

    Whoever reads checks what is in an entry: a disk that fills or a stopped machine may leave a short one. Nothing
    here stops a run: what cannot be read is not there, what cannot be written is not kept.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.used: set[str] = set()

    def __getitem__(self, key: str) -> bytes:
        try:
            found = self._path(key).read_bytes()
        except OSError:
            raise KeyError(key) from None
        self.used.add(key)
        return found

    def __setitem__(self, key: str, value: bytes) -> None:
        path = self._path(key)
        self.used.add(key)
        with suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self.folder, prefix=".new-", delete=False) as file:
                file.write(value)
            Path(file.name).replace(path)

    def __delitem__(self, key: str) -> None:
        try:
            self._path(key).unlink()
        except OSError:
            raise KeyError(key) from None

    def __iter__(self) -> Iterator[str]:
        names = sorted(one.name for one in self.folder.iterdir()) if self.folder.is_dir() else []
        return (name for name in names if _KEY.fullmatch(name))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def tidy(self) -> None:
        """Forget what was neither read nor written."""
        for path in self.folder.iterdir() if self.folder.is_dir() else ():
            if path.name not in self.used and (_KEY.fullmatch(path.name) or path.name.startswith(".new-")):
                with suppress(OSError):
                    path.unlink()

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):
            raise KeyError(key)
        return self.folder / key


@contextmanager
def results(folder: Path | str, what: str = "read") -> Iterator[Results]:
    """Yield what was kept for ``folder``; when the block ends well, what it did not use is forgotten.

    So the results do not grow, and a workbook that was taken away leaves nothing behind. ``what`` names them; the lock
    of ``folder`` covers them.
    """
    folder = Path(folder).resolve()
    kept = Results(folder.with_name(f".tilik-{folder.name}-{what}"))
    yield kept
    kept.tidy()
