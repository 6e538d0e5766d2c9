"""An estimate per domain together with its linearisation: what variances and covariances are made from."""

from dataclasses import dataclass
from typing import NamedTuple

from analysis.survey.columns import Bools, Floats, Ints


class Term(NamedTuple):
    """One item's part of a statistic: coefficients (domain x feature); ``moments`` says over which features."""

    item: str
    coefficients: Floats
    moments: bool


@dataclass(frozen=True)
class Statistic:
    """An estimate per domain (the last entry is the rows in no domain) with its linearisation and its counts.

    ``of_whole`` says that it is the whole sample's, its linearisation cut into the domains' rows.
    """

    name: str
    estimate: Floats
    terms: tuple[Term, ...]
    answered: Ints
    constant: Bools
    of_whole: bool = False
