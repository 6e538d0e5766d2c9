"""One step on one received file in a process of its own, under the limits of the reading child, then gone."""

from __future__ import annotations

import json
import multiprocessing
from typing import TYPE_CHECKING, Any

from analysis.intake.grid import RefusedError

from .limits import DEFAULT
from .worker import confine, more_time

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection


def apart(step: Callable[[bytes, str, str], dict[str, Any]], data: bytes, name: str, extra: str = "") -> dict[str, Any]:
    """Return ``step(data, name, extra)``, run in a child; the answer travels as JSON, never as a pickle.

    Raises RefusedError: with the step's own code, E-TIME after the limit of seconds, E-CORRUPT where the child dies.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_serve, args=(step, data, name, extra, theirs), daemon=True)
    child.start()
    theirs.close()
    try:
        if not ours.poll(DEFAULT.wall_seconds):
            raise RefusedError("E-TIME")
        answer: dict[str, Any] = json.loads(ours.recv_bytes(DEFAULT.answer_bytes))
    except (EOFError, OSError):
        raise RefusedError("E-CORRUPT") from None
    finally:
        child.kill()
        child.join()
        ours.close()
    if "refused" in answer:
        raise RefusedError(answer["refused"], **answer.get("values", {}))
    return answer


def _serve(
    step: Callable[[bytes, str, str], dict[str, Any]], data: bytes, name: str, extra: str, pipe: Connection
) -> None:
    confine(DEFAULT)
    more_time(DEFAULT)
    try:
        answer = step(data, name, extra)
    except RefusedError as refusal:
        answer = {"refused": refusal.code, "values": refusal.values}
    except MemoryError:
        answer = {"refused": "E-BIG", "values": {"limit": DEFAULT.memory}}
    except Exception:  # whatever a file makes of a reader is a refusal of the file
        answer = {"refused": "E-CORRUPT"}
    pipe.send_bytes(json.dumps(answer).encode())
    pipe.close()
