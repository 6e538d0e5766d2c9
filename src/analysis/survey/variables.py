"""What can stand as ``y``: a column, or several columns made into one."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeGuard

import numpy as np
import pandas as pd

from analysis.survey.columns import check_reach
from analysis.survey.faults import SurveyError, real, shown, some


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
        A factor, such as 25 for an index from four-point answers; not 0.

    Raises
    ------
    SurveyError
        A name that is no text, parts that are not made of columns, an item named twice, a scale that is no number.

    Notes
    -----
    Shape: one value per domain. Units: the items' own, times ``scale``. Missing: as above; blanks are never 0.
    R: ``svycontrast`` of ``svymean`` of the items, with ``scale`` over the parts and their items as coefficients.
    """

    name: str
    parts: tuple[tuple[str, ...], ...]
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not isinstance(self.name, str):
            raise SurveyError(f"name of a composite must be text, not {shown(self.name)}")
        what = f"composite {self.name!r}"
        if isinstance(self.parts, str) or not isinstance(self.parts, Sequence):
            raise SurveyError(f"{what}: parts must be tuples of columns, not {shown(self.parts)}")
        # lists would do as well, but what is kept is kept by its parts
        object.__setattr__(self, "parts", tuple(_listed(part, f"{what}, parts") for part in self.parts))
        if not self.parts or not all(self.parts):
            raise SurveyError(f"{what} has an empty part")
        if len(set(self.items)) != len(self.items):
            raise SurveyError(f"{what} names an item twice")
        scale = real(self.scale)
        if not np.isfinite(scale) or scale == 0:
            raise SurveyError(f"{what}: scale must be a finite number other than 0, not {shown(self.scale)}")
        check_reach(np.array([scale]), f"{what} has a scale")
        object.__setattr__(self, "scale", scale)

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


def of_several(variable: Variable) -> TypeGuard[Composite]:
    """Whether a variable has a score of its own: a composite of one item is that item."""
    return isinstance(variable, Composite) and len(variable.items) > 1


def _listed(given: Any, what: str) -> tuple[Any, ...]:  # noqa: ANN401 - whatever was given
    """One name or several as a tuple: a name need not be text, but columns themselves are not their names."""
    several = isinstance(given, Iterable) and not isinstance(given, str | bytes | Composite)
    columns = isinstance(given, pd.Series | pd.DataFrame | Mapping | Set)
    try:
        names = () if columns else tuple(given) if several else (given,)
        twice = [shown(name) for name, times in Counter(map(name_of, names)).items() if times > 1]
    except TypeError:  # what cannot be gone through, or cannot name a column
        columns = True
    if columns:
        raise SurveyError(f"{what} must be names of columns, in order, not {shown(given)}")
    if twice:
        raise SurveyError(f"{what} names a column twice: {some(twice)}")
    return names


def as_variables(y: Variables, what: str = "y") -> tuple[Variable, ...]:
    """One or many variables as a tuple; names must differ."""
    chosen = () if y is None else _listed(y, what)
    if not chosen:
        raise SurveyError(f"no variable was named in {what}")
    return chosen


def as_names(by: str | Sequence[str] | None, what: str = "by") -> tuple[str, ...]:
    """One, many or no column names as a tuple."""
    return () if by is None else _listed(by, what)


def columns_only(y: Variables, function: str, what: str = "y") -> list[str]:
    """Return the columns named, refusing composites."""
    names = []
    for variable in as_variables(y, what):
        if isinstance(variable, Composite):
            raise SurveyError(f"{function} takes columns, not the composite {variable.name!r}")
        names.append(variable)
    return names


def one_column(name: str, what: str) -> str:
    """Return one column's name, refusing lists and composites."""
    names = () if name is None else _listed(name, what)
    if isinstance(name, Composite) or len(names) != 1 or names[0] is not name:
        raise SurveyError(f"{what} must be the name of one column, not {shown(name)}")
    return name
