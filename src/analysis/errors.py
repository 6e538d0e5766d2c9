"""What can go wrong, as types that carry a code and an address, never the contents of a person's cell."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """What the command tells the shell that called it."""

    DONE = 0
    WARNINGS = 1
    WRONG_CALL = 2
    NOTHING_USABLE = 3
    INTERNAL = 4
    BUSY = 5


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: where it stands (file, sheet, cell or key), what it is, what to do."""

    where: str
    what: str
    todo: str = ""

    def __str__(self) -> str:
        said = ": ".join(part for part in (self.where, self.what) if part)
        link = ". " if self.todo[:1].isupper() and not said.endswith(".") else " " if said.endswith(".") else "; "
        return f"{said}{link}{self.todo}" if self.todo else said


class TilikError(Exception):
    """Base of the kit's own errors: all faults at once, and the exit code they lead to."""

    exit_code = Exit.WRONG_CALL

    def __init__(self, *faults: Fault | str) -> None:
        self.faults = tuple(fault if isinstance(fault, Fault) else Fault("", fault) for fault in faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))


class CodebookError(TilikError):
    """A codebook that cannot be used, with every fault found in it."""


class CallError(TilikError):
    """A call that asks for something that does not exist or does not go together."""


class NothingUsableError(TilikError):
    """Nothing in the folder could be read as a survey; earlier results stay as they are."""

    exit_code = Exit.NOTHING_USABLE


class BusyError(TilikError):
    """Another run holds the lock."""

    exit_code = Exit.BUSY
