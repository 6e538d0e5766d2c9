"""Executing notebooks: copies, in this process, two kernels at once, each with its own pinned surroundings.

Nothing of an execution reaches ``notebooks/``. A notebook that fails (an exception, an endless loop, a question to
the keyboard, a dead kernel, a flood of output) is a ``Failure`` naming notebook and cell; the rest run on.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_client.kernelspec import KernelSpec, KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbformat import NotebookNode

AT_ONCE = 2
"""Kernels side by side: more than there are cores is slower."""
CELL_SECONDS = 120
NOTEBOOK_SECONDS = 300
OUTPUT_BYTES = 8_000_000
"""What one notebook may print before it is stopped; a page over 1,000 KB is of no use to a reader anyway."""
UNSET = ("PYTHONDONTWRITEBYTECODE", "MPLBACKEND", "PYTHONSTARTUP", "PYTHONINSPECT", "PYTHONWARNINGS")
"""Settings of the caller's shell that slow a kernel down or change what it draws."""
PINNED = {
    "PYTHONHASHSEED": "0", "TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "SOURCE_DATE_EPOCH": "0",
    "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONUTF8": "1",
}  # fmt: skip
"""What must not differ between two runs for their pages to be the same bytes."""

TRANSPORT: dict[str, Any] = {"transport": "ipc"} if os.name == "posix" else {}
"""Sockets in our own folder where the system has them: no port that another program could listen on or take."""
NOWHERE = subprocess.DEVNULL
"""What a kernel process says beside its outputs reaches neither terminal nor log."""


@dataclass(frozen=True)
class Failure:
    """Why a notebook has no page: ``kind`` is a text of the catalogue (``pages.fail.<kind>``).

    ``cell`` counts code cells from 1 (0: none of them); ``detail`` is a type of error, never its message, which may
    hold what stands in a cell of data.
    """

    notebook: str
    cell: int
    kind: str
    detail: str = ""


@dataclass(frozen=True)
class Limits:
    """How long a cell and a notebook may take, in seconds, and how much it may print, in bytes."""

    cell: float = CELL_SECONDS
    notebook: float = NOTEBOOK_SECONDS
    output: int = OUTPUT_BYTES


@dataclass(frozen=True)
class Job:
    """One notebook to execute: the copy is changed in place."""

    name: str
    node: NotebookNode


class FloodError(Exception):
    """A notebook printed more than it may."""


class _OwnPython(KernelSpecManager):
    """Every kernel is this very Python: a kernel of the same name in the user's home would be another environment."""

    def get_kernel_spec(self, kernel_name: str) -> KernelSpec:
        command = [
            sys.executable,
            "-m",
            "ipykernel_launcher",
            "-f",
            "{connection_file}",
            "--HistoryManager.enabled=False",
        ]
        return KernelSpec(argv=command, display_name=kernel_name, language="python")


class _Client(NotebookClient):
    """A notebook client that knows which cell it is in and stops a flood of output."""

    def __init__(self, job: Job, limits: Limits, kernel: AsyncKernelManager, on_cell: Callable[[str], None]) -> None:
        super().__init__(
            job.node, km=kernel, timeout=limits.cell, record_timing=False, shutdown_kernel="immediate",
            store_widget_state=False, coalesce_streams=True, log=_silent(),
        )  # fmt: skip
        self.left = limits.output
        self.at = 0
        self.on_cell_start = self._enter
        self.on_cell_executed = lambda **_: on_cell(job.name)

    def _enter(self, cell_index: int, **_: object) -> None:
        self.at = sum(one.cell_type == "code" for one in self.nb.cells[: cell_index + 1])

    def output(
        self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int
    ) -> NotebookNode | None:
        self.left -= sum(len(str(part)) for part in msg["content"].values())
        if self.left < 0:
            if self.task_poll_for_reply is not None:
                self.task_poll_for_reply.cancel()  # else a cell that prints for ever is only stopped by its time limit
            raise FloodError
        return super().output(outs, msg, display_id, cell_index)


def execute(
    jobs: Sequence[Job], *, env: Mapping[str, str], limits: Limits | None = None, at_once: int = AT_ONCE,
    on_cell: Callable[[str], None] = lambda _: None,
) -> dict[str, Failure | None]:  # fmt: skip
    """Execute every job's copy in place and return by name why it failed, None where it did not.

    ``env`` is added to the kernels' surroundings; ``on_cell`` is told the notebook's name after each code cell. The
    work is done in a thread of its own, so that Ctrl-C reaches the caller at once; the kernels are stopped first.
    """
    with tempfile.TemporaryDirectory(prefix="tilik-", ignore_cleanup_errors=True) as folder:
        surroundings = _surroundings(env, Path(folder))
        work = _Work(jobs, surroundings, limits or Limits(), at_once, on_cell, Path(folder))
        work.start()
        try:
            while work.is_alive():
                work.join(timeout=0.2)
        except BaseException:
            work.stop()
            raise
    if work.fault is not None:
        raise work.fault
    return work.failures


class _Work(threading.Thread):
    def __init__(
        self, jobs: Sequence[Job], env: dict[str, str], limits: Limits, at_once: int,
        on_cell: Callable[[str], None], folder: Path,
    ) -> None:  # fmt: skip
        super().__init__(name="notebooks", daemon=True)
        self._jobs, self._env, self._limits, self._at_once = jobs, env, limits, at_once
        self._on_cell, self._folder = on_cell, folder
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self.failures: dict[str, Failure | None] = {}
        self.fault: BaseException | None = None

    def run(self) -> None:
        try:
            asyncio.run(self._all())
        except asyncio.CancelledError:
            pass
        except BaseException as fault:
            self.fault = fault

    def stop(self) -> None:
        """Cancel what runs and wait until the kernels are gone."""
        if self._loop is not None and self._task is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._task.cancel)
        self.join(timeout=10)

    async def _all(self) -> None:
        self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        self._loop.set_exception_handler(lambda *_: None)  # leftovers of a kernel stopped half-way
        gate = asyncio.Semaphore(self._at_once)
        found = await asyncio.gather(*(self._one(number, job, gate) for number, job in enumerate(self._jobs)))
        self.failures = {job.name: failure for job, failure in zip(self._jobs, found, strict=True)}

    async def _one(self, number: int, job: Job, gate: asyncio.Semaphore) -> Failure | None:
        async with gate:
            place = self._folder / f"{number:03}"
            place.mkdir()
            kernel = AsyncKernelManager(
                kernel_spec_manager=_OwnPython(), connection_file=str(place / "k.json"), log=_silent(), **TRANSPORT
            )
            client = _Client(job, self._limits, kernel, self._on_cell)
            began = time.monotonic()
            try:
                run = client.async_execute(
                    env=self._env, cwd=str(place), cleanup_kc=True, stdout=NOWHERE, stderr=NOWHERE
                )
                await asyncio.wait_for(run, self._limits.notebook)
            except Exception as fault:
                over = time.monotonic() - began >= self._limits.notebook
                kind = "flood" if client.left < 0 else "slow" if over else ""
                return Failure(job.name, client.at, kind) if kind else _failure(job.name, client.at, fault)
            return None


def _failure(name: str, cell: int, fault: Exception) -> Failure:
    if isinstance(fault, CellTimeoutError):
        return Failure(name, cell, "slow")
    if isinstance(fault, CellExecutionError):
        kind = "input" if fault.ename == "StdinNotImplementedError" else "error"
        return Failure(name, cell, kind, fault.ename if kind == "error" else "")
    if isinstance(fault, DeadKernelError) or cell:
        return Failure(name, cell, "dead")
    return Failure(name, 0, "start", type(fault).__name__)


def _silent() -> logging.Logger:
    """Return a logger that says nothing: what went wrong is told by ``Failure``, once, in the reader's words."""
    log = logging.getLogger("analysis.pages.kernels")
    log.addHandler(logging.NullHandler())
    log.propagate = False
    return log


def _surroundings(env: Mapping[str, str], folder: Path) -> dict[str, str]:
    own = {key: value for key, value in os.environ.items() if key not in UNSET}
    places = {"IPYTHONDIR": folder / "ipython", "JUPYTER_RUNTIME_DIR": folder, "MPLCONFIGDIR": _chart_cache(folder)}
    return own | PINNED | {key: str(value) for key, value in places.items()} | dict(env)


def _chart_cache(folder: Path) -> Path:
    """Keep matplotlib's list of fonts where it is: building it anew in each kernel costs seconds."""
    import matplotlib as mpl  # noqa: PLC0415 - only to ask where its cache lies

    try:
        return Path(mpl.get_cachedir())
    except OSError:
        return folder / "matplotlib"
