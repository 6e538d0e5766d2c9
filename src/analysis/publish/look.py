"""What every table, chart and sentence needs: the plan, the codebook, the language, and the labels from them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.codebook import wave_order
from analysis.codebook.policy import load_policy, policy_of
from analysis.oversight.declared.recap import NOTE as RECAP_ONLY
from analysis.oversight.labels import JOIN
from analysis.oversight.measures import LOW_PREFIX
from analysis.words import catalogue, say

from .policy import UNPLANNED, cell, keeps, why_withheld
from .suppress import SMALL
from .wording import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd

    from analysis.codebook import Codebook, Measure
    from analysis.codebook.policy import Policy
    from analysis.shapes import Cell, Plan

PLAIN_DECIMALS = 1
CITY = "city"
EVERY_LEVEL = "*"
"""How the plan names those who told any level of a column."""
EXACT = 1e-9
HIDDEN_CATEGORIES = ("Cc", "Cf", "Cs", "Co")


Row = dict[str, Any]


def records(frame: pd.DataFrame) -> list[Row]:
    """Return the rows of a frame by column name."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def plain(text: object) -> str:
    """Return text from data without control characters or marks that turn the reading direction."""
    return "".join(sign if unicodedata.category(sign) not in HIDDEN_CATEGORIES else " " for sign in str(text)).strip()


class Sampled(NamedTuple):
    """How a unit chose its respondents in a wave, whose unit it is, and whether it said how it chose them.

    A unit that did not is read as one of visitors who were willing to answer. Its number of users is not believed where
    it has more respondents.
    """

    kind: str
    owner: str
    declared: bool = True
    believed: bool = True


@dataclass(frozen=True)
class Look:
    """The plan that decides what is shown, the codebook that names things, and the reader's language."""

    plan: Plan
    book: Codebook
    lang: str
    samples: Mapping[str, Mapping[str, Sampled]] = field(default_factory=dict)
    """By wave and unit how respondents were chosen; empty where that is not known."""

    @property
    def graded(self) -> bool:
        """Whether the codebook has grading rules: a survey of public services, with their users, units and hearings."""
        return bool(self.book.rules)

    def say(self, key: str, count: int | None = None, **values: object) -> str:
        """Return a text of this room's catalogue; for a survey without grading rules its plain form, if it has one.

        A ``wave`` without a name is told as all of them.
        """
        if values.get("wave") == "":
            values["wave"] = self.say("of_all_waves")
        full = f"publish.{key}"
        if not self.graded and self.knows(f"{key}_plain"):
            full = f"{full}_plain"
        return say(full, self.lang, count, **values)

    def caption(self, key: str, **values: object) -> str:
        """Return what stands over a table or picture, with a capital though the name of a measure comes first."""
        text = self.say(f"caption_{key}", None, **values)
        return f"{text[:1].upper()}{text[1:]}"

    def knows(self, key: str) -> bool:
        """Tell whether this room's catalogue has a text by that key."""
        return ("", f"publish.{key}") in catalogue(self.lang)

    def margin(self, margin: float, decimals: int) -> str:
        """Return a margin with as many places as it needs, so that 0.25 is not told as 0.3."""
        places = next(
            (one for one in range(decimals, 4) if abs(float(numbers.rounded(margin, one)) - margin) < EXACT), 4
        )
        return self.number(margin, places)

    def margin_of(self, facts: Mapping[str, object]) -> float:
        """Return the margin that an answer was judged by, the codebook's where the answer tells none."""
        told: Any = facts.get("margin", self.book.margin)
        return float(told)

    def main_decimals(self) -> int:
        """Return the places of the main measure where it bears no grade."""
        return self.decimals(self.book.measure.name)

    def officer(self, name: str) -> str:
        """Return who answers for a unit or sector in a hearing, by the codebook's table; else nothing."""
        found = next((one for one in self.book.officers if one.name == name), None)
        return self._text(found.officer) if found and found.officer else ""

    def mark(self, name: str) -> str:
        """Return what readers call a mark of good service or an aim."""
        found = next((one for one in (*self.book.marks, *self.book.aims) if one.name == name), None)
        return plain(found.text(self.lang)) if found else plain(name)

    def level(self, column: str, name: object) -> str:
        """Return what readers call a level: a sector, a unit, an answer."""
        return plain(self.book.label(column, str(name), self.lang))

    def tells_everyone(self, value: object, n: object, low: float, high: float) -> bool:
        """Tell whether a mean at an end of its scale gives away what each of a small group answered."""
        if numbers.is_missing(value) or numbers.is_missing(n):
            return False
        at_end = min(abs(float(value) - low), abs(float(value) - high)) < EXACT  # type: ignore[arg-type]
        return bool(at_end and int(n) < self.rules.answers.extreme_under)  # type: ignore[call-overload]

    def keeps_back(
        self, row: Row, measure: str, wave: str, levels: Mapping[str, object], *, value: str = "estimate", n: str = "n"
    ) -> bool:
        """Tell whether a measure of a group that is shown is kept back: few gave all one answer, or it would tell so.

        What the plan knows of the group's answers is asked first; then the figure itself.
        """
        groups = (cell(wave, owner=CITY, **levels), cell(wave, **levels))
        planned = any(keeps(self.plan, measure, one) for one in groups)
        return planned or self.tells_everyone(row[value], row[n], *self.ends(measure))

    def keeps_left_out(self, row: Row, waves: Sequence[str], levels: Mapping[str, object]) -> bool:
        """Tell whether a change leaves out an item whose figures are kept back: beside the index it would tell them."""
        items = str(row.get("left_out") or "").split()
        groups = [one for wave in waves for one in (cell(wave, owner=CITY, **levels), cell(wave, **levels))]
        return any(keeps(self.plan, item, one) for item in items for one in groups)

    def ends(self, measure: str) -> tuple[float, float]:
        """Return the ends of what is compared: a declared measure's, an item's, or those of a percentage."""
        found = self.measure(measure)
        if found.name != measure and measure.startswith(LOW_PREFIX):
            return 0.0, 100.0
        asked = {name for one in self.book.instruments for item in one.items for name in (item.name, item.element)}
        return self.item_ends(measure) if found.name != measure and measure in asked else (found.low, found.high)

    def item_ends(self, name: str) -> tuple[float, float]:
        """Return the ends of an item's scale, the main instrument's where the item is not known."""
        both = [(one, item) for one in self.book.instruments for item in one.items if item.name == name]
        whole, item = both[0] if both else (self.book.instruments[0], None)
        low, high = (item.low, item.high) if item else (None, None)
        return float(whole.low if low is None else low), float(whole.high if high is None else high)

    def level_of(self, column: str, name: object) -> str:
        """Return a level with the column it is one of, unless the level says so itself."""
        level, by = self.level(column, name), self.column(column)
        return level if by in level else self.say("group_of", by=by, level=level)

    def service(self, name: str) -> str:
        """Return what readers call a unit's service, which oversight names by both."""
        unit, joined, service = name.partition(JOIN)
        if not joined:
            return plain(name)
        known = self.book.unit(unit)
        labels = {one.name: one.text(self.lang) for one in known.services} if known else {}
        return self.say("service_of", service=plain(labels.get(service, service)), unit=self.level("unit", unit))

    def levels(self, column: str, names: Sequence[object]) -> str:
        """Return several levels as a list in words."""
        return numbers.listing([self.level(column, name) for name in names], self.lang)

    def column(self, name: str) -> str:
        """Return what readers call a column: sector, district, sex."""
        if name in self.book.terms:
            return self._text(self.book.term(name))
        field = next((one for one in self.book.fields if one.name == name), None)
        return plain(field.text(self.lang)) if field else plain(name)

    def item(self, name: str) -> str:
        """Return what readers call an item in a sentence: its official number and name where it bears a number."""
        label, number = self._item(name)
        return self.say("item_numbered", term=self.column("item"), number=number, label=label) if number else label

    def item_short(self, name: str) -> str:
        """Return what readers call an item in a table, a picture or a list."""
        label, number = self._item(name)
        return self.say("item_listed", number=number, label=label) if number else label

    def _item(self, name: str) -> tuple[str, str]:
        label = plain(self.book.label("variable", name, self.lang))
        numbered = name[:1] in {"u", "p"} and name[1:].isdigit() and label != name
        return label, name.upper() if numbered else ""

    @cached_property
    def waves(self) -> tuple[str, ...]:
        """The waves that the plan knows, oldest first."""
        return wave_order((level for group in self.plan.counts for name, level in group if name == "wave"), self.book)

    @cached_property
    def rules(self) -> Policy:
        """The rules on answers and weak figures of the policy that the plan was made under."""
        return policy_of(self.plan.rules) if self.plan.rules else load_policy()

    def measure(self, name: str) -> Measure:
        """Return the measure called ``name``, the codebook's main one where it declares none by that name."""
        return next((one for one in self.book.measures if one.name == name), self.book.measure)

    def measure_name(self, name: str) -> str:
        """Return what readers call a measure or an item."""
        known = self.book.label("variable", name, self.lang)
        return plain(known) if known != name else plain(self.measure(name).text(self.lang))

    def title(self) -> str:
        """Return the survey's title."""
        return self._text(self.book.title)

    def whole(self, by: str = "", wave: str = "") -> str:
        """Return what readers call all respondents' figure: the city average; that of both channels between them.

        Of a wave (of all, where none is named) in which one unit of the city's surveyed it is that unit's own; of
        vertical agencies alone it is no city's.
        """
        if by == "channel":
            return self.say("whole_channel")
        waves = [wave] if wave in self.samples else list(self.samples)
        known = {(name, one.owner) for when in waves for name, one in self.samples[when].items()}
        mine = {name for name, owner in known if owner == CITY}
        units = mine or {name for name, _ in known}
        if len(units) == 1:
            return self.say("whole_of_unit", unit=self.level("unit", units.pop()))
        if units and not mine:
            return self.say("whole")
        return self._text(self.book.terms["whole"]) if "whole" in self.book.terms else self.say("whole")

    def decimals(self, measure: str) -> int:
        """Return the places of a figure that bears no grade."""
        found = self.measure(measure)
        return PLAIN_DECIMALS if found.rule else found.decimals

    def number(self, value: object, decimals: int = PLAIN_DECIMALS) -> str:
        """Return a number in the reader's language."""
        return numbers.number(value, self.lang, decimals)

    def n(self, n: object) -> str:
        """Return the base of a figure."""
        return numbers.sample(n, self.lang)

    def span(self, low: object, high: object, *, sample: str, decimals: int) -> str:
        """Return an interval in words, as the kind of sample allows; a census has none."""
        if sample == "census":
            return self.say("range_census")
        if numbers.is_missing(low) or numbers.is_missing(high):
            return self.say("range_none")
        return self.say(
            f"range_{sample.replace('-', '_')}", low=self.number(low, decimals), high=self.number(high, decimals)
        )

    def hidden(self, n: object, wave: str = "", levels: Mapping[str, object] | None = None) -> str:
        """Return why a figure about a group is withheld, or the empty text."""
        return why_withheld(self.plan, cell(wave, **(levels or {})), n)

    def hidden_of_city(self, n: object, wave: str, levels: Mapping[str, object]) -> str:
        """Return the same for a group among the city's own agencies, to which comparisons keep.

        Where the plan knows no such group, owners are not told apart (or one agency is the group).
        """
        return why_withheld(self.plan, self.city_group(wave, **levels), n)

    def hidden_recap(self, n: object, wave: str, *, unit: object) -> str:
        """Return why a recap's figure of a unit is withheld: few or unsaid respondents, or its answers are known too.

        The plan knows groups of answers only; a recap of a unit without any stands in no sum with them.
        """
        if numbers.is_missing(n) or int(n) < self.plan.threshold:  # type: ignore[call-overload]
            return SMALL
        return UNPLANNED if cell(wave, unit=unit) in self.plan.counts else ""

    def hidden_survey(self, row: Row) -> str:
        """Return why the respondents of a row of coverage are not counted; a recap's where no answers came."""
        wave, unit = str(row["wave"]), row["unit"]
        if row.get("note") == RECAP_ONLY:
            return self.hidden_recap(row["n"], wave, unit=unit)
        return self.hidden(row["n"], wave, {"unit": unit})

    def city_group(self, wave: str, **levels: object) -> Cell:
        """Return a group among the city's own agencies as the plan knows it."""
        owned = cell(wave, **{"owner": CITY, **levels})
        return owned if owned in self.plan.counts else cell(wave, **levels)

    def may_count_whole(self, by: str, wave: str) -> bool:
        """Tell whether the number of all who are compared by a column may be told beside those of its levels."""
        wholes = (cell(wave, owner=CITY, **{by: EVERY_LEVEL}), cell(wave, **{by: EVERY_LEVEL}))
        return not any(one in self.plan.withheld for one in wholes)

    def group(self, wave: str = "", **levels: object) -> Cell:
        """Return the group that a figure is about."""
        return cell(wave, **levels)

    def _text(self, text: Mapping[Any, str]) -> str:
        return plain(text.get(self.lang) or next(iter(text.values()), ""))
