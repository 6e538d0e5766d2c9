"""Many machines: the one function that reads a file, handed to a Dask cluster as to any executor."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Executor
from contextlib import contextmanager
from importlib import import_module
from typing import Any

from analysis.errors import CallError, Fault
from analysis.words import say

_TRIES = 3
_PATIENCE = "20s"


@contextmanager
def cluster(address: str, lang: str = "id") -> Iterator[tuple[Executor, int]]:
    """Yield an executor on the Dask cluster at ``address`` ("tcp://host:8786") and how many files it reads at once.

    A worker that dies is replaced by the others: its files are read again, up to three times. The workers need the
    kit, but neither the files nor a shared folder: they are handed bytes and hand back what ``clean`` may know.

    Raises
    ------
    CallError
        Where ``dask[distributed]`` is not installed, or nobody answers at the address.
    """
    try:
        distributed: Any = import_module("distributed")
    except ImportError:
        raise CallError(Fault("", say("intake.nodask", lang), say("intake.nodask_todo", lang))) from None
    try:
        client = distributed.Client(address, timeout=_PATIENCE, set_as_default=False)
    except (OSError, ValueError, TypeError):
        what = say("intake.nocluster", lang, address=address)
        raise CallError(Fault("", what, say("intake.nocluster_todo", lang))) from None
    with client:
        width = max(1, sum(client.nthreads().values()))
        # The same bytes may be two files: each is read, so that results do not depend on who is first.
        yield client.get_executor(pure=False, retries=_TRIES), width
