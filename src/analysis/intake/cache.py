"""What readers answered, kept by content: the same bytes under the same name, codebook and kit are not opened again.

An entry holds what ``clean`` would give out and nothing more: no names, numbers or comments as they were written. The
fingerprints of respondents in it are keyed by a secret of this folder alone, so that nobody elsewhere can try names.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
from collections.abc import MutableMapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from .process.worker import KEY_BYTES

_PACKAGE = Path(__file__).parents[1]
_ROOMS = ("intake", "codebook", "shapes.py", "errors.py")
_LIBRARIES = ("tilik", "python-calamine", "charset-normalizer", "olefile", "phonenumbers", "python-stdnum", "rapidfuzz")
_SEAL = 32
SECRET = "0" * 64
"""Under which the secret of a folder of results is kept."""
_PASSING = frozenset(("E-TIME", "E-BUSY", "E-CORRUPT"))
"""Refusals that may be the machine's fault and not the file's: asked again in the next run."""


class Kept:
    """The entries that one codebook and this kit may use; ``entries`` is any mapping, None keeps nothing."""

    def __init__(self, entries: MutableMapping[str, bytes] | None, book_json: bytes) -> None:
        self.entries = entries
        self.secret = _secret(entries)
        self.readers = "" if entries is None else _hash(readers_key().encode(), self.secret, book_json)

    def key(self, digest: str, name: str) -> str:
        """Return the key of a file by its sha256 and its name, which may tell the unit and the wave."""
        return _hash(self.readers.encode(), digest.encode(), name.encode("utf-8", "surrogatepass"))

    def get(self, key: str) -> bytes | None:
        """Return the answer under a key; None where there is none, or it is damaged or another's."""
        entry = None if self.entries is None else self.entries.get(key)
        if entry is None or entry[:_SEAL] != _seal(key, entry[_SEAL:]):
            return None
        return entry[_SEAL:]

    def put(self, key: str, answer: bytes, refused: str) -> None:
        """Keep an answer, unless another run may answer differently."""
        if self.entries is not None and refused not in _PASSING:
            self.entries[key] = _seal(key, answer) + answer


@lru_cache(maxsize=1)
def readers_key() -> str:
    """Return a hash of all that decides how bytes are read: the source of these rooms and the libraries they use."""
    parts = [sys.version]
    for name in _LIBRARIES:
        try:
            parts.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            parts.append(name)
    homes = [_PACKAGE / one for one in _ROOMS]
    files = [one for home in homes for one in ([home] if home.is_file() else home.rglob("*"))]
    files = [one for one in files if one.suffix in (".py", ".toml")]
    found = [one.relative_to(_PACKAGE).as_posix().encode() + b"\0" + one.read_bytes() for one in sorted(files)]
    return _hash("\n".join(parts).encode(), *found)


def _secret(entries: MutableMapping[str, bytes] | None) -> bytes:
    """Return the secret kept with the entries, made at random where there is none (or a damaged one)."""
    found = None if entries is None else entries.get(SECRET)
    if found is None or len(found) != KEY_BYTES:
        found = secrets.token_bytes(KEY_BYTES)
        if entries is not None:
            entries[SECRET] = found
    return found


def _hash(*parts: bytes) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "little") + part)
    return found.hexdigest()


def _seal(key: str, answer: bytes) -> bytes:
    return hashlib.sha256(key.encode() + answer).digest()
