"""The publication policy as data: which numbers may leave the building, each with its source."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import Field, ValidationError

from analysis.errors import CodebookError, Fault

from .model import Part

if TYPE_CHECKING:
    from collections.abc import Mapping

SHIPPED_POLICY = Path(__file__).parent / "policy.toml"


class Threshold(Part):
    """The least number of respondents a shown group has."""

    threshold: int = Field(ge=1)
    source: str


class LinkedCounts(Part):
    """How uncertain a withheld count must stay."""

    spread: int = Field(ge=1)
    source: str


class Dominance(Part):
    """When a group's figure is in truth one contributor's: which column names contributors, from which share on."""

    contributor: str
    share: float = Field(gt=0, lt=1)
    source: str


class LowAnswers(Part):
    """When low answers are merged and when a share of none or all is only bounded."""

    merge_under: int = Field(ge=0)
    extreme_under: int = Field(ge=0)
    source: str


class SpreadShown(Part):
    """Under how many respondents no standard deviation is shown."""

    no_sd_under: int = Field(ge=0)
    source: str


class WeakFigures(Part):
    """When an estimate is called weak, and when a share is too vague to show."""

    respondents: int = Field(ge=0)
    margins: float = Field(gt=0)
    share_width: float = Field(gt=0, le=1)
    source: str


class Cuts(Part):
    """The columns that may cut the respondents of a wave.

    ``offices`` cut by what served them; ``people`` by who they are, within owners where owners are known, since city
    and vertical agencies are compared apart.
    """

    offices: tuple[tuple[str, ...], ...]
    people: tuple[tuple[str, ...], ...]
    source: str


class Policy(Part):
    """A named, dated set of rules on what may be shown."""

    name: str
    version: str
    base: Threshold
    linked: LinkedCounts
    dominance: Dominance
    answers: LowAnswers
    spread: SpreadShown
    weak: WeakFigures
    groups: Cuts


def policy_of(rules: Mapping[str, object]) -> Policy:
    """Return the policy whose rules are given as its TOML file has them; pydantic's ValidationError names a fault."""
    return Policy.model_validate(rules)


@cache
def load_policy(path: Path = SHIPPED_POLICY) -> Policy:
    """Return the policy in the TOML file ``path``, by default the shipped one.

    Raises CodebookError, naming every value at fault, where the file is not TOML or breaks a rule.
    """
    try:
        return policy_of(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as broken:
        raise CodebookError(Fault(path.name, f"is not TOML: {broken}")) from None
    except ValidationError as wrong:
        faults = [Fault(f"{path.name}: {'.'.join(map(str, one['loc']))}", one["msg"]) for one in wrong.errors()]
        raise CodebookError(*faults) from None
