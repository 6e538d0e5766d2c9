"""The planted truth: ``truth.toml`` read into frozen models, all faults at once, unknown keys refused."""

from __future__ import annotations

import datetime as dt
import tomllib
from functools import cached_property
from pathlib import Path
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from analysis.errors import CodebookError, Fault

SHIPPED = Path(__file__).with_name("truth.toml")
ITEMS = tuple(f"u{number}" for number in range(1, 10))
Layout = Literal["bare list", "packed list", "list", "report", "template", "form", "blocks"]
Scores = Literal["digits", "letters", "digit and word", "words"]
Format = Literal["xlsx", "xls", "ods", "csv"]
Dirty = Literal["test row", "sent twice", "out of range", "unlisted answer", "place misspelt", "empty row"]


class Fact(BaseModel):
    """Base of everything in the truth file: read once, never changed, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Wave(Fact):
    """A yearly wave: when it ran, and how many points the whole city stood from the latest one."""

    name: str
    start: dt.date
    end: dt.date
    drift: float = 0.0


class District(Fact):
    """Where respondents live: share of them, people living there, and how often they use a sector (1 = as others)."""

    name: str
    share: float = Field(gt=0, lt=1)
    population: int = 0
    use: dict[str, float] = Field(default_factory=dict)


class DistrictInSector(Fact):
    """Points for the people of one district at the units of one sector."""

    district: str
    sector: str
    points: float


class ChannelEffect(Fact):
    """Points for those who came by this channel, and their share, at the units that offer it."""

    units: tuple[str, ...]
    channel: Literal["online"] = "online"
    share: float = Field(gt=0, lt=1)
    points: float


class Rise(Fact):
    """Points for a unit from a wave on."""

    unit: str
    wave: str
    points: float


class Training(Fact):
    """Points for the trained units from a wave on, and the hours they were given."""

    wave: str
    points: float
    hours: dict[str, int]


class Group(Fact):
    """Points for a group of people wherever they go."""

    column: Literal["disability"] = "disability"
    level: Literal["yes"] = "yes"
    share: float = Field(gt=0, lt=1)
    points: float


class Anchored(Fact):
    """The index that a unit's respondents of one wave give exactly, up to one whole answer."""

    unit: str
    wave: str
    index: float = Field(ge=25, le=100)


class Published(Fact):
    """What a unit announced: its index with another weight, or a figure of its own."""

    unit: str
    wave: str
    weight: Literal["1/9", "0.11"] = "1/9"
    index: float | None = None


class Copied(Fact):
    """Answers pasted from a few rows over a share of the sheet."""

    unit: str
    wave: str
    share: float = Field(gt=0, lt=1)
    patterns: int = Field(ge=1)


class Silent(Fact):
    """A unit that had to survey and did not."""

    unit: str
    wave: str


class Technology(Fact):
    """A service that could be used online from a wave on, and the points that this gave its users."""

    unit: str
    service: str
    wave: str
    points: float


class Promise(Fact):
    """A promise (RTL) of a wave for one element; ``kept``: what it gave in the next wave, on the answers' scale."""

    unit: str
    wave: str
    item: str
    kept: float = 0.0
    program: str
    due: str
    owner: str
    status: str = ""


class Finding(Fact):
    """A finding of inspectors or auditors, as the register of findings holds it."""

    unit: str
    wave: str
    source: str
    finding: str
    recommendation: str
    status: str


class Complaints(Fact):
    """The register of complaints: when, how many per 1,000 users, the median days to close, who is slow.

    ``often`` is the rate of units that get more of them; ``faults`` rows have a fault that registers have: closed
    before it came in, or said to be done without a date.
    """

    wave: str
    start: dt.date
    end: dt.date
    per_thousand: float = Field(gt=0)
    days: float = Field(gt=0)
    limit: int = 14
    slow: dict[str, float] = Field(default_factory=dict)
    often: dict[str, float] = Field(default_factory=dict)
    faults: int = 0


class Overlapping(Fact):
    """A workbook whose respondents stand on one sheet, and again on a sheet per area."""

    unit: str
    wave: str


class Resent(Fact):
    """A workbook sent before with other answers in some rows, and once more with them mended."""

    unit: str
    wave: str
    mended: int = Field(ge=1)


class Cut(Fact):
    """A workbook of which a second, half downloaded file arrived: it cannot be opened."""

    unit: str
    wave: str


class Planted(Fact):
    """What the kit should find: the comparison, the level, the verdict, and the sentence in both languages."""

    name: str
    by: str
    level: str
    verdict: str
    basis: Literal["", "as answered", "same mix"] = ""
    wave: str = ""
    before: str = ""
    id: str
    en: str


class Unit(Fact):
    """A made-up unit: what it is, where it stands, whom it asks per wave, how it sends its workbooks."""

    name: str
    sector: str
    owner: Literal["city", "vertical"] = "city"
    free: bool = False
    points: float = 0.0
    services: dict[str, float]
    n: tuple[int, ...]
    users: tuple[int, ...]
    sample: Literal["census", "random", "quota", "walk-in"] = "walk-in"
    layout: Layout
    scores: Scores = "digits"
    formats: tuple[Format, ...] = ()
    together: bool = False
    formulas: bool = False
    aliases: tuple[str, ...] = ()


class Dirt(Fact):
    """What is wrong in a unit's sheet of one wave, and how many rows have it."""

    unit: str
    wave: str
    kind: Dirty
    count: int = Field(ge=1)


class Truth(Fact):
    """Everything that drives the draw of the city and of its workbooks."""

    seed: int
    mean: float
    person_sd: float = Field(gt=0)
    answer_sd: float = Field(gt=0)
    wobble: float = Field(ge=0)
    blank: float = Field(ge=0, lt=0.5)
    elements: dict[str, float]
    sectors: dict[str, float] = Field(default_factory=dict)
    training: Training | None = None
    waves: tuple[Wave, ...] = Field(alias="wave", min_length=1)
    districts: tuple[District, ...] = Field(alias="district", min_length=1)
    districts_in_sectors: tuple[DistrictInSector, ...] = Field(default=(), alias="district_in_sector")
    channels: tuple[ChannelEffect, ...] = Field(default=(), alias="channel")
    rises: tuple[Rise, ...] = Field(default=(), alias="rise")
    groups: tuple[Group, ...] = Field(default=(), alias="group", max_length=1)
    anchored: tuple[Anchored, ...] = ()
    published: tuple[Published, ...] = ()
    copied: tuple[Copied, ...] = ()
    silent: tuple[Silent, ...] = ()
    one_stop: dict[str, float] = Field(default_factory=dict)
    technologies: tuple[Technology, ...] = Field(default=(), alias="technology")
    promises: tuple[Promise, ...] = Field(default=(), alias="promise")
    findings: tuple[Finding, ...] = Field(default=(), alias="finding")
    complaints: Complaints | None = None
    overlapping: tuple[Overlapping, ...] = ()
    resent: tuple[Resent, ...] = ()
    cut: tuple[Cut, ...] = ()
    planted: tuple[Planted, ...] = ()
    service_names: dict[str, str] = Field(default_factory=dict)
    register_words: dict[str, str] = Field(default_factory=dict)
    units: tuple[Unit, ...] = Field(alias="unit", min_length=1)
    dirt: tuple[Dirt, ...] = ()

    @cached_property
    def wave_names(self) -> tuple[str, ...]:
        """Names of the waves, oldest first."""
        return tuple(wave.name for wave in self.waves)

    def unit(self, name: str) -> Unit:
        """Return the unit called ``name``; KeyError where there is none."""
        return {unit.name: unit for unit in self.units}[name]

    def asked(self, unit: Unit, wave: str) -> int:
        """Return how many people ``unit`` asked in ``wave``: 0 where it kept silent."""
        if any((one.unit, one.wave) == (unit.name, wave) for one in self.silent):
            return 0
        return unit.n[self.wave_names.index(wave)]

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        units = {unit.name for unit in self.units}
        named = [
            *((f"{kind} names", one.unit, one.wave) for kind, many in (
                ("rise", self.rises), ("anchored", self.anchored), ("published", self.published),
                ("copied", self.copied), ("silent", self.silent), ("dirt", self.dirt),
                ("technology", self.technologies), ("promise", self.promises), ("finding", self.findings),
                ("overlapping", self.overlapping), ("resent", self.resent), ("cut", self.cut)) for one in many),
            *(("training names", unit, one.wave) for one in (self.training,) if one for unit in one.hours),
            *(("channel names", unit, self.wave_names[-1]) for one in self.channels for unit in one.units),
            *(("one_stop names", unit, self.wave_names[-1]) for unit in self.one_stop),
            *(("complaints names", unit, one.wave) for one in (self.complaints,) if one for unit in one.slow),
        ]  # fmt: skip
        faults = [
            *(f"{kind} unit {unit!r}, which is not among the units" for kind, unit, _ in named if unit not in units),
            *(f"{kind} wave {wave!r}, which is not among the waves" for kind, _, wave in named
              if wave not in self.wave_names),
            *(f"unit {unit.name!r}: {what} needs one number per wave ({len(self.waves)})" for unit in self.units
              for what, many in (("n", unit.n), ("users", unit.users)) if len(many) != len(self.waves)),
            *(f"elements: {name!r} is not one of {', '.join(ITEMS)}" for name in self.elements if name not in ITEMS),
            *(f"promise item {one.item!r} is not one of {', '.join(ITEMS)}" for one in self.promises
              if one.item not in ITEMS),
            *(f"technology service {one.service!r} is not among those of {one.unit!r}" for one in self.technologies
              if one.unit in units and one.service not in self.unit(one.unit).services),
        ]  # fmt: skip
        if abs(sum(one.share for one in self.districts) - 1) > 1e-9:
            faults.append("the shares of the districts do not add up to 1")
        if faults:
            raise ValueError("\n".join(faults))
        return self


def null(truth: Truth | None = None, *, seed: int | None = None) -> Truth:
    """Return the same city with nothing planted: same units, people, forms and faults in the sheets, no difference.

    Every unit surveys every wave. Nobody's service is free: a price always scored 4 is a difference between questions.
    """
    base = truth if truth is not None else load()
    changes: dict[str, object] = {
        "seed": base.seed if seed is None else seed, "wobble": 0.0, "elements": {}, "sectors": {},
        "waves": tuple(one.model_copy(update={"drift": 0.0}) for one in base.waves),
        "units": tuple(one.model_copy(update={
            "points": 0.0, "free": False, "n": tuple(n or max(one.n) for n in one.n),
            "users": tuple(users or max(one.users) for users in one.users),
        }) for one in base.units),
        "districts_in_sectors": (), "rises": (), "anchored": (), "published": (), "copied": (), "silent": (),
        "planted": (), "one_stop": dict.fromkeys(base.one_stop, 0.0),
        "training": base.training and base.training.model_copy(update={"points": 0.0}),
        "complaints": base.complaints and base.complaints.model_copy(update={"slow": {}}),
        "channels": tuple(one.model_copy(update={"points": 0.0}) for one in base.channels),
        "groups": tuple(one.model_copy(update={"points": 0.0}) for one in base.groups),
        "technologies": tuple(one.model_copy(update={"points": 0.0}) for one in base.technologies),
        "promises": tuple(one.model_copy(update={"kept": 0.0, "status": ""}) for one in base.promises),
    }  # fmt: skip
    return base.model_copy(update=changes)


def load(path: str | Path | None = None, *, seed: int | None = None) -> Truth:
    """Return the truth in the TOML file ``path`` (None: the shipped one), drawn with ``seed`` where one is given.

    Raises CodebookError with every fault, each with file and key.
    """
    source = SHIPPED if path is None else Path(path)
    try:
        table = tomllib.loads(source.read_text(encoding="utf-8"))
        return Truth.model_validate(table if seed is None else {**table, "seed": seed})
    except FileNotFoundError:
        raise CodebookError(Fault(str(path), "there is no truth file here")) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise CodebookError(Fault(source.name, f"is not valid TOML: {fault}")) from None
    except ValidationError as faults:
        raise CodebookError(*_faults(source.name, faults)) from None


def _faults(name: str, faults: ValidationError) -> list[Fault]:
    return [
        Fault(", ".join((name, ".".join(map(str, one["loc"])))) if one["loc"] else name, line)
        for one in faults.errors(include_url=False, include_input=False)
        for line in one["msg"].splitlines()
    ]
