"""What can stand as ``y``: a column, or several columns made into one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from analysis.survey.faults import SurveyError


@dataclass(frozen=True)
class Composite:
    """A variable made of several items: ``scale`` x the mean over parts of the mean over a part's items.

    The domain value is built from the items' weighted means, so each item counts the same however many answered it.
    Items nobody answered in a domain are left out there, then parts without an item, and the rest weigh equally.
    A respondent counts (``n``) who answered any of the items.

    Parameters
    ----------
    name
        What the result calls it.
    parts
        Tuples of item columns: ``(("u1",), ("u2",), ("u3_1", "u3_2"))``.
    scale
        A factor, such as 25 for an index from four-point answers.
    """

    name: str
    parts: tuple[tuple[str, ...], ...]
    scale: float = 1.0

    def __post_init__(self) -> None:
        items = self.items
        if not self.parts or any(not part for part in self.parts):
            raise SurveyError(f"composite {self.name!r} has an empty part")
        if len(set(items)) != len(items):
            raise SurveyError(f"composite {self.name!r} names an item twice")

    @property
    def items(self) -> tuple[str, ...]:
        """All item columns, in order."""
        return tuple(item for part in self.parts for item in part)


Variable: TypeAlias = str | Composite
Variables: TypeAlias = Variable | Sequence[Variable]


def name_of(variable: Variable) -> str:
    """Return the name that results carry."""
    return variable.name if isinstance(variable, Composite) else variable


def items_of(variable: Variable) -> tuple[str, ...]:
    """Return the columns that a variable is made of."""
    return variable.items if isinstance(variable, Composite) else (variable,)


def as_variables(y: Variables) -> tuple[Variable, ...]:
    """One or many variables as a tuple; names must differ."""
    if y is None:
        raise SurveyError("no variable was named")
    chosen = (y,) if isinstance(y, str | Composite) or not isinstance(y, Iterable) else tuple(y)
    names = [name_of(variable) for variable in chosen]
    if not chosen:
        raise SurveyError("no variable was named")
    if len(set(names)) != len(names):
        raise SurveyError(f"a variable is named twice among {', '.join(map(str, names))}")
    return chosen


def as_names(by: str | Sequence[str] | None) -> tuple[str, ...]:
    """One, many or no column names as a tuple."""
    if by is None:
        return ()
    # a column's name need not be text
    names = (by,) if isinstance(by, str) or not isinstance(by, Iterable) else tuple(by)
    if len(set(names)) != len(names):
        raise SurveyError(f"a column is named twice in by: {', '.join(map(str, names))}")
    return names
