"""What a codebook holds: who was asked what, where, and under which rule, as frozen models read from TOML."""

from __future__ import annotations

from functools import cached_property
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Text = dict[Literal["id", "en"], str]
"""A label in the two languages; English falls back on Indonesian and the other way round."""
Names = tuple[str, ...]


class Part(BaseModel):
    """Base of everything in a codebook: read once, never changed, unknown keys refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Labelled(Part):
    """A name used in data (``name``), what readers see (``label``), and how senders spell it (``aliases``)."""

    name: str
    label: Text = Field(default_factory=dict)
    aliases: Names = ()

    def text(self, lang: str) -> str:
        """Return the label in ``lang``, else in the other language, else the name."""
        return self.label.get(lang) or next(iter(self.label.values()), self.name)  # type: ignore[call-overload]


class Item(Labelled):
    """A question with a scale: ``element`` is the unsur it belongs to (itself where left out)."""

    element: str = ""
    headings: Names = ()
    answers: dict[str, int] = Field(default_factory=dict)
    question: Text = Field(default_factory=dict)
    low: int | None = None
    high: int | None = None
    reverse: bool = False


class Instrument(Part):
    """A questionnaire: its items in official order, its scale, and the rule its index is graded under (empty: none)."""

    id: str
    rule: str = ""
    low: int = 1
    high: int = 4
    answers: dict[str, int] = Field(default_factory=dict)
    missing: Names = ()
    source: str = ""
    items: tuple[Item, ...] = Field(alias="item")

    @cached_property
    def parts(self) -> tuple[tuple[str, ...], ...]:
        """Item names grouped by unsur, in order."""
        groups: dict[str, list[str]] = {}
        for item in self.items:
            groups.setdefault(item.element or item.name, []).append(item.name)
        return tuple(tuple(names) for names in groups.values())


class Grade(Part):
    """One row of a grade table: the lowest index that earns the grade, after rounding half up."""

    grade: Literal["A", "B", "C", "D"]
    low: float
    label: Text


class Rule(Part):
    """A dated grading rule with its source."""

    id: str
    items: int
    decimals: int = 2
    grades: tuple[Grade, ...]
    from_year: int
    source: str


class Measure(Labelled):
    """What is compared: ``scale`` times the mean over parts of the mean of the items in a part."""

    parts: tuple[tuple[str, ...], ...]
    scale: float = 1.0
    low: float = 1.0
    high: float = 4.0
    margin: float = Field(gt=0, allow_inf_nan=False)
    decimals: int = 1
    rule: str = ""


class Mark(Labelled):
    """A mark of good service (or an aim) and the items that speak of it, by part; none: not measured. Why these."""

    parts: tuple[tuple[str, ...], ...] = ()
    reason: Text = Field(default_factory=dict)


class Complaints(Part):
    """Within how many days a complaint must be closed, where the register says nothing else."""

    days: int = 14
    source: str = ""


class Status(Part):
    """Words of a register's status column that say a thing is done, and words that take it back (``belum selesai``)."""

    done: Names = ("selesai", "tutup", "tuntas", "sesuai", "closed", "done")
    undone: Names = ("belum", "tidak", "proses", "not")


class Ranking(Part):
    """How findings are ranked, and what counts as one; see the reasons in the TOML file.

    ``size``, ``certainty`` and ``people`` are powers; ``missing``, ``grade_changes`` and ``repeats`` are index points
    for what has no size of its own, ``repeated`` and ``overdue`` index points for a share of 1. A unit's complaints
    left open beyond their limit are a finding from ``overdue_share`` of its complaints and ``overdue_least`` of them
    on; so is a share settled in time that surely lies below ``in_time_share``.
    """

    size: float = 1.0
    certainty: float = 1.0
    people: float = 0.5
    missing: float = 2.5
    grade_changes: float = 2.5
    repeats: float = 2.5
    repeated: float = 10.0
    overdue: float = 10.0
    overdue_share: float = 0.1
    overdue_least: int = 3
    in_time_share: float = 0.5


class Officer(Labelled):
    """Who answers for a unit in a hearing, and the council's komisi that oversees it; an example until edited.

    Without ``unit`` it answers for all units of ``sector``, without either for what spans sectors.
    """

    unit: str = ""
    sector: str = ""
    officer: Text = Field(default_factory=dict)
    komisi: str = ""
    example: bool = True


class FieldOf(Labelled):
    """A respondent column (sex, age, district …): headings that announce it and the values it may take.

    ``open`` keeps a value that is not listed (a place, a service) as it was written; else it is a problem row.
    """

    headings: Names = ()
    values: tuple[Labelled, ...] = Field(default=(), alias="value")
    open: bool = False


class Service(Labelled):
    """A service of a unit; ``online_from`` is the first wave in which it could be used online."""

    online_from: str = ""


class Unit(Labelled):
    """A service unit: its sector, who owns it, its services, whether they are free, whether it is a one-door office."""

    sector: str
    owner: Literal["city", "vertical"] = "city"
    district: str = ""
    services: tuple[Service, ...] = Field(default=(), alias="service")
    free: bool = False
    one_stop: bool = False


class District(Labelled):
    """A kecamatan with its Kemendagri code."""

    code: str = ""


class Village(District):
    """A kelurahan and the kecamatan it lies in."""

    district: str


class Wave(Part):
    """A round of the survey; ``files`` are name patterns (``Round_3*``) that tell it where nothing else does."""

    name: str
    start: str = ""
    end: str = ""
    files: Names = ()


class Codebook(Part):
    """Everything the kit knows of a survey before a workbook is opened."""

    id: str
    version: str
    title: Text
    source: str = ""
    extends: str = ""
    made_up: bool = False
    margin: float = Field(default=2.5, gt=0, allow_inf_nan=False)
    strata: Names = ("unit", "wave")
    terms: dict[str, Text] = Field(default_factory=dict)
    instruments: tuple[Instrument, ...] = Field(alias="instrument")
    rules: tuple[Rule, ...] = Field(default=(), alias="rule")
    measures: tuple[Measure, ...] = Field(default=(), alias="measure")
    marks: tuple[Mark, ...] = Field(default=(), alias="mark")
    aims: tuple[Mark, ...] = Field(default=(), alias="aim")
    officers: tuple[Officer, ...] = Field(default=(), alias="officer")
    complaints: Complaints = Field(default_factory=Complaints)
    findings: Ranking = Field(default_factory=Ranking)
    status: Status = Field(default_factory=Status)
    fields: tuple[FieldOf, ...] = Field(default=(), alias="field")
    sectors: tuple[Labelled, ...] = Field(default=(), alias="sector")
    owners: tuple[Labelled, ...] = Field(default=(), alias="owner")
    channels: tuple[Labelled, ...] = Field(default=(), alias="channel")
    samples: tuple[Labelled, ...] = Field(default=(), alias="sample")
    units: tuple[Unit, ...] = Field(default=(), alias="unit")
    districts: tuple[District, ...] = Field(default=(), alias="district")
    villages: tuple[Village, ...] = Field(default=(), alias="village")
    waves: tuple[Wave, ...] = Field(default=(), alias="wave")
    missing: Names = ()
    personal: Names = ()

    @cached_property
    def items(self) -> tuple[str, ...]:
        """Names of all items, each once, in order of the instruments."""
        return tuple(dict.fromkeys(item.name for instrument in self.instruments for item in instrument.items))

    @cached_property
    def measure(self) -> Measure:
        """The main measure: the first declared one, else the index of the first instrument."""
        if self.measures:
            return self.measures[0]
        return index_of(self.instruments[0], self.margin, self.term("index"))

    def measure_of(self, rule: str) -> Measure:
        """Return the index of the instrument under ``rule``, else the main measure."""
        found = [
            index_of(one, self.margin, self.term("index")) for one in self.instruments if rule and one.rule == rule
        ]
        return found[0] if found else self.measure

    def instrument(self, name: str) -> Instrument:
        """Return the instrument called ``name``; KeyError where there is none."""
        return {one.id: one for one in self.instruments}[name]

    def item(self, name: str) -> Item:
        """Return the item called ``name``; KeyError where there is none."""
        return {item.name: item for one in self.instruments for item in one.items}[name]

    def unit(self, name: str) -> Unit | None:
        """Return the unit called ``name``, or None for one the codebook does not know."""
        return next((unit for unit in self.units if unit.name == name), None)

    def rule(self, name: str) -> Rule:
        """Return the grading rule called ``name``; KeyError where there is none."""
        return {rule.id: rule for rule in self.rules}[name]

    def term(self, name: str) -> Text:
        """Return what readers call a thing (``index``, ``district``, ``unit``), its own name where nothing is said."""
        return self.terms.get(name, {"id": name, "en": name})

    def label(self, column: str, name: str, lang: str) -> str:
        """Return what readers call the level ``name`` of ``column`` (a sector, unit, item …), else ``name`` itself."""
        found = next((one for one in self._levels(column) if one.name == name), None)
        return found.text(lang) if found else name

    def _levels(self, column: str) -> tuple[Labelled, ...]:
        lists: dict[str, tuple[Labelled, ...]] = {
            "sector": self.sectors, "owner": self.owners, "channel": self.channels, "sample": self.samples,
            "unit": self.units, "district": self.districts, "service_district": self.districts,
            "village": self.villages,
            "variable": tuple(item for one in self.instruments for item in one.items) + self.measures,
            "mark": self.marks, "aim": self.aims,
        }  # fmt: skip
        of_field = next((one.values for one in self.fields if one.name == column), ())
        return (*lists.get(column, ()), *of_field)


def index_of(instrument: Instrument, margin: float, label: Text) -> Measure:
    """Return the SKM index of an instrument: every unsur weighs the same, on a scale that ends at 100."""
    return Measure(
        name="index", label=label, parts=instrument.parts, scale=100 / instrument.high,
        low=100 * instrument.low / instrument.high, high=100.0, margin=margin, decimals=2, rule=instrument.rule,
    )  # fmt: skip
