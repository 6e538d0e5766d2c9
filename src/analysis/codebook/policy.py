"""The publication policy as data: which numbers may leave the building, each with its source."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path

from pydantic import Field

from .model import Part

SHIPPED_POLICY = Path(__file__).parent / "policy.toml"


class Base(Part):
    """The least number of respondents a shown group has."""

    threshold: int = Field(ge=1)
    source: str


class Linked(Part):
    """How uncertain a withheld count must stay."""

    spread: int = Field(ge=1)
    source: str


class Answers(Part):
    """When low answers are merged and when a share of none or all is only bounded."""

    merge_under: int = Field(ge=0)
    extreme_under: int = Field(ge=0)
    source: str


class Spread(Part):
    """Under how many respondents no standard deviation is shown."""

    no_sd_under: int = Field(ge=0)
    source: str


class Weak(Part):
    """When an estimate is called weak, and when a share is too vague to show."""

    respondents: int = Field(ge=0)
    margins: float = Field(gt=0)
    share_width: float = Field(gt=0, le=1)
    source: str


class Groups(Part):
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
    base: Base
    linked: Linked
    answers: Answers
    spread: Spread
    weak: Weak
    groups: Groups


@cache
def load_policy(path: Path = SHIPPED_POLICY) -> Policy:
    """Return the policy in the TOML file ``path``, by default the shipped one; raises pydantic's ValidationError."""
    return Policy.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
