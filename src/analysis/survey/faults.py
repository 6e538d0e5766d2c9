"""How the survey room refuses: one error, all faults at once."""

from collections.abc import Iterable, Sequence

import numpy as np

from analysis.errors import CallError


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


def one_of(name: str, value: object, allowed: Sequence[str]) -> None:
    """Refuse a word outside a closed list."""
    if value not in allowed:
        raise SurveyError(f"{name} must be one of {', '.join(allowed)}, not {value!r}")


def check_level(level: float) -> None:
    """Refuse a confidence level outside (0, 1); 95 for 0.95 is the usual slip."""
    if not (isinstance(level, int | float | np.floating) and 0 < level < 1):
        raise SurveyError(f"level must lie between 0 and 1 (0.95 for 95 %), not {level!r}")


def check_draws(draws: int, seed: int) -> None:
    """Refuse what cannot be a number of draws, or a seed of them."""
    if not (isinstance(draws, int | np.integer) and draws >= 2):
        raise SurveyError(f"draws must be a whole number, at least two, not {draws!r}")
    check_seed(seed)


def check_seed(seed: int) -> None:
    """Refuse what numpy takes for no seed."""
    if not (isinstance(seed, int | np.integer) and seed >= 0):
        raise SurveyError(f"seed must be a whole number of 0 or more, not {seed!r}")


def check_names(by: Sequence[object], columns: Iterable[str]) -> None:
    """Refuse a column of labels that is called like a figure beside it: one of the two would be lost."""
    for name in columns:
        if name in by:
            raise SurveyError(f"the result has a column {name!r} of its own; rename that of by")
