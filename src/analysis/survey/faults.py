"""How the survey room refuses: one error, all faults at once."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from numbers import Real
from typing import TypeGuard

import numpy as np

from analysis.errors import CallError

# Beyond this, draws are no better and would not end.
MOST_DRAWS = 10_000_000
# More of an argument is not shown.
LONGEST = 60


class SurveyError(CallError, ValueError):
    """A design, a variable or an argument that cannot be used; ``faults`` lists everything found wrong."""

    def __init__(self, faults: str | Iterable[str]) -> None:
        super().__init__(*((faults,) if isinstance(faults, str) else tuple(faults)))


def named(label: object) -> str:
    """Show a label as it was written, without its numpy type."""
    return repr(label.item() if isinstance(label, np.generic) else label)


def some(values: Sequence[object], limit: int = 5) -> str:
    """Name the first few of many, and how many more there are."""
    shown = ", ".join(str(value) for value in values[:limit])
    return shown if len(values) <= limit else f"{shown} and {len(values) - limit} more"


def listed(names: Iterable[object]) -> str:
    """Name them all; a column's name need not be text."""
    return ", ".join(map(str, names))


def shown(value: object) -> str:
    """Show a word or a number as it was given, and of anything else its kind alone: it may hold people's answers."""
    if isinstance(value, int) and value.bit_length() > LONGEST:
        return "a number so large"
    if value is None or isinstance(value, str | bytes | Real | complex | Decimal | np.generic):
        told = named(value)
        return told if len(told) <= LONGEST else f"{told[:LONGEST]}…"
    return type(value).__name__


def one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    """Refuse a word outside a closed list."""
    if not (isinstance(value, str) and value in allowed):
        raise SurveyError(f"{name} must be one of {', '.join(allowed)}, not {shown(value)}")


def check_flag(name: str, value: object) -> None:
    """Refuse what is neither true nor false."""
    if not isinstance(value, bool | np.bool_):
        raise SurveyError(f"{name} must be True or False, not {shown(value)}")


def real(value: object) -> float:
    """Return any real number as a float; NaN for what is none, so that no limit holds for it."""
    if not isinstance(value, Real | Decimal):
        return float("nan")
    try:
        return float(value)
    except OverflowError:  # a whole number of Python's may be longer than a float
        return float("inf") if value > 0 else float("-inf")  # type: ignore[operator]
    except ValueError:  # a signalling NaN
        return float("nan")


def check_level(level: object) -> None:
    """Refuse a confidence level outside (0, 1); 95 for 0.95 is the usual slip."""
    if not (isinstance(level, int | float | np.floating) and 0 < level < 1):
        raise SurveyError(f"level must lie between 0 and 1 (0.95 for 95 %), not {shown(level)}")


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int | np.integer) and not isinstance(value, bool)


def check_draws(draws: object, seed: object) -> None:
    """Refuse what cannot be a number of draws, or a seed of them."""
    if not (_whole(draws) and 2 <= draws <= MOST_DRAWS):
        raise SurveyError(f"draws must be a whole number, at least two and at most {MOST_DRAWS}, not {shown(draws)}")
    check_seed(seed)


def check_seed(seed: object) -> None:
    """Refuse what numpy takes for no seed."""
    if not (_whole(seed) and seed >= 0):
        raise SurveyError(f"seed must be a whole number of 0 or more, not {shown(seed)}")


def check_names(by: Sequence[object], columns: Iterable[str]) -> None:
    """Refuse a column of labels that is called like a figure beside it: one of the two would be lost."""
    for name in columns:
        if name in by:
            raise SurveyError(f"the result has a column {name!r} of its own; rename that of by")
