"""The child process: reads files it is handed as bytes, under limits it sets itself before it sees the first.

It opens no file and no socket; whatever a workbook makes of a reader stays in here.
"""

from __future__ import annotations

import gc
import os
import struct
import sys
from dataclasses import replace
from typing import IO

from .limits import Limits

HEAD = struct.Struct("<QQ")
KEY_BYTES = 32
"""Before the codebook comes the key of the fingerprints, of this length."""
_LEFT = 50_000
"""Objects that outlive their file before cycles among them are looked for."""
CAREFUL = 1 << 63
"""Set in the size of a name: look out for far-off cells first."""


def confine(limits: Limits) -> None:
    """Limit memory, forbid writing files and leave the network, as far as the platform can."""
    try:
        import resource  # noqa: PLC0415 - not on Windows
    except ImportError:
        return
    for kind, value in (
        (resource.RLIMIT_AS, limits.address_space),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        try:
            _, hard = resource.getrlimit(kind)
            ceiling = value if hard == resource.RLIM_INFINITY else min(value, hard)
            resource.setrlimit(kind, (ceiling, ceiling))
        except (ValueError, OSError):
            continue
    _leave_network()


def _leave_network() -> None:
    if not sys.platform.startswith("linux"):
        return
    try:
        import ctypes  # noqa: PLC0415

        ctypes.CDLL(None, use_errno=True).unshare(0x40000000)
    except (OSError, AttributeError):
        return


def more_time(limits: Limits) -> None:
    """Grant the CPU seconds of one more file."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return
    usage = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    soft = int(usage.ru_utime + usage.ru_stime) + limits.cpu_seconds + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, hard))


def read_exact(pipe: IO[bytes], size: int) -> bytes:
    """Return ``size`` bytes, fewer only where the other end has closed."""
    parts = []
    while size:
        part = pipe.read(size)
        if not part:
            break
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def peak_bytes() -> int:
    """Return the most memory this process has held, 0 where the platform does not tell."""
    try:
        import resource  # noqa: PLC0415
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def main() -> None:
    """Serve files until the other end closes: name and bytes in, a packed result out."""
    pipe_in, pipe_out = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    careful = Limits()
    # Where memory is not limited a far-off cell would not stop the child but fill the machine.
    limits = replace(careful, careful=not sys.platform.startswith("linux"))
    from analysis.codebook import Codebook  # noqa: PLC0415 - after the pipes are safe from stray prints
    from analysis.intake.parse import Parser  # noqa: PLC0415
    from analysis.intake.part import Parsed  # noqa: PLC0415

    from .wire import encode  # noqa: PLC0415

    # The modules are loaded, compiled for the next child where they were not; nothing is written from here on.
    sys.dont_write_bytecode = True
    (size,) = struct.unpack("<Q", read_exact(pipe_in, 8))
    settings = read_exact(pipe_in, size)
    parser = Parser(Codebook.model_validate_json(settings[KEY_BYTES:]), limits, settings[:KEY_BYTES])
    confine(limits)
    # Millions of short-lived cells and no cycles among them: looking for some costs a third of the reading.
    gc.freeze()
    gc.disable()
    while len(head := read_exact(pipe_in, HEAD.size)) == HEAD.size:
        name_size, data_size = HEAD.unpack(head)
        parser.limits = careful if name_size & CAREFUL else limits
        name = read_exact(pipe_in, name_size & ~CAREFUL).decode("utf-8", "surrogatepass")
        data = read_exact(pipe_in, data_size)
        more_time(limits)
        try:
            answer = encode(parser.parse(data, name))
        except MemoryError:
            del data
            failed = Parsed(refused="E-BIG")
            failed.ledger.doubt("E-BIG", limit=limits.memory)
            answer = encode(failed)
        except RecursionError:
            failed = Parsed(refused="E-CORRUPT")
            failed.ledger.doubt("E-CORRUPT")
            answer = encode(failed)
        pipe_out.write(HEAD.pack(len(answer), peak_bytes()) + answer)
        pipe_out.flush()
        del data, answer
        if gc.get_count()[0] > _LEFT:
            gc.collect()


if __name__ == "__main__":
    main()
