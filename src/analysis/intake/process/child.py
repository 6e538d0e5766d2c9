"""Handing files to child processes: one is started, reads many files, and is started again when it dies or swells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

from analysis.codebook import Codebook
from analysis.intake.part import Parsed

from .limits import DEFAULT, Limits
from .wire import encode
from .worker import CAREFUL, HEAD, KEY_BYTES, read_exact

_PACKAGE = Path(__file__).parents[3]
_OUT_OF_TIME = (-getattr(signal, "SIGXCPU", 24), 128 + getattr(signal, "SIGXCPU", 24))
"""How a child ends that has used up its seconds: by the signal, as Python or as a shell tells it."""
_SOON = 0.3
"""The share of the seconds of a file after which a dead child is not followed by another attempt."""


class Reader:
    """One child process that reads files under limits; not shared between threads."""

    def __init__(self, settings: bytes, limits: Limits = DEFAULT) -> None:
        self.settings, self.limits = settings, limits
        self.process: subprocess.Popen[bytes] | None = None
        self.peak = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the child."""
        if self.process is not None:
            process, self.process = self.process, None
            process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout):
                if pipe is not None:
                    try:
                        pipe.close()
                    except OSError:
                        continue

    def read(self, data: bytes, name: str) -> bytes:
        """Return the packed result for one file; a child that dies, hangs or talks nonsense refuses the file.

        A child that dies soon has met a far-off cell, perhaps: the next one is asked to look out for those.
        """
        start = time.monotonic()
        answer, code = self._attempt(data, name, careful=False)
        if not answer and code == "E-CORRUPT" and time.monotonic() - start < _SOON * self.limits.wall_seconds:
            answer, code = self._attempt(data, name, careful=True)
        return answer or _refusal(code)

    def _attempt(self, data: bytes, name: str, *, careful: bool) -> tuple[bytes, str]:
        """Return the answer, or nothing and the code of why."""
        process = self._started()
        timed_out = threading.Event()

        def stop() -> None:
            timed_out.set()
            process.kill()

        watch = threading.Timer(self.limits.wall_seconds, stop)
        watch.start()
        try:
            answer = self._ask(process, data, name, CAREFUL if careful else 0)
        except (OSError, ValueError):
            answer = b""
        finally:
            watch.cancel()
        if answer:
            if self.peak > self.limits.resident:
                self.close()
            return answer, ""
        code = process.wait()
        self.close()
        return b"", "E-TIME" if timed_out.is_set() or code in _OUT_OF_TIME else "E-CORRUPT"

    def _ask(self, process: subprocess.Popen[bytes], data: bytes, name: str, mark: int) -> bytes:
        pipe_in, pipe_out = cast("IO[bytes]", process.stdin), cast("IO[bytes]", process.stdout)
        called = name.encode("utf-8", "surrogatepass")
        pipe_in.write(HEAD.pack(len(called) | mark, len(data)))
        pipe_in.write(called)
        pipe_in.write(data)
        pipe_in.flush()
        head = read_exact(pipe_out, HEAD.size)
        if len(head) < HEAD.size:
            return b""
        size, self.peak = HEAD.unpack(head)
        if size > self.limits.answer_bytes:
            process.kill()
            return b""
        answer = read_exact(pipe_out, size)
        return answer if len(answer) == size else b""

    def _started(self) -> subprocess.Popen[bytes]:
        if self.process is not None and self.process.poll() is None:
            return self.process
        self.close()
        here = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(_PACKAGE), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep),
        }
        here |= {
            "OMP_NUM_THREADS": "1",
            "OPENBLAS_NUM_THREADS": "1",
            "PYTHONHASHSEED": "0",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-X", "utf8", "-m", "analysis.intake.process.worker"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=here,
        )  # fmt: skip
        pipe = cast("IO[bytes]", self.process.stdin)
        pipe.write(len(self.settings).to_bytes(8, "little") + self.settings)
        pipe.flush()
        return self.process


def _refusal(code: str) -> bytes:
    parsed = Parsed(refused=code)
    parsed.ledger.doubt(code)
    return encode(parsed)


def settings_of(book: Codebook, key: bytes) -> bytes:
    """Return what a child is started with: the key of the fingerprints, then the codebook."""
    return key.ljust(KEY_BYTES, b"\0")[:KEY_BYTES] + codebook_json(book)


def codebook_json(book: Codebook) -> bytes:
    """Return a codebook as a child takes it."""
    return book.model_dump_json(by_alias=True).encode("utf-8")


_LOCAL = threading.local()


def read_one(task: tuple[bytes, str, bytes]) -> bytes:
    """Return the packed result for (bytes, name, settings): the one function that every scheduler runs."""
    data, name, settings = task
    reader: Reader | None = getattr(_LOCAL, "reader", None)
    if reader is None or reader.settings != settings:
        if reader is not None:
            reader.close()
        reader = _LOCAL.reader = Reader(settings)
    return reader.read(data, name)


class Readers(Executor):
    """An executor of ``jobs`` threads with one child each, closed together."""

    def __init__(self, jobs: int) -> None:
        self.pool = ThreadPoolExecutor(max_workers=jobs)
        self.made: list[Reader] = []
        self.lock = threading.Lock()
        self.local = threading.local()

    def submit(self, fn, /, *args, **kwargs):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN002, ANN003, ANN201
        """Run ``read_one`` with the child of the thread it lands in."""
        return self.pool.submit(self._run, fn, *args, **kwargs)

    def _run(self, fn, task):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202
        if fn is not read_one:
            return fn(task)
        data, name, settings = task
        reader = getattr(self.local, "reader", None)
        if reader is None:
            reader = self.local.reader = Reader(settings)
            with self.lock:
                self.made.append(reader)
        return reader.read(data, name)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - Executor's own
        """Stop the threads and end the children."""
        self.pool.shutdown(wait=wait, cancel_futures=cancel_futures)
        for reader in self.made:
            reader.close()
