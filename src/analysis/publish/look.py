"""What every table, chart and sentence needs to know: the plan, the codebook, the language; and the labels from them."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.codebook.policy import load_policy
from analysis.words import say

from . import numbers
from .policy import cell, why_withheld

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.codebook import Codebook, Measure
    from analysis.codebook.policy import Policy
    from analysis.shapes import Cell, Plan

GRADED_DECIMALS, PLAIN_DECIMALS = 2, 1
HIDDEN_CATEGORIES = ("Cc", "Cf", "Cs", "Co")


def plain(text: object) -> str:
    """Return text from data without control characters or marks that turn the reading direction."""
    return "".join(sign if unicodedata.category(sign) not in HIDDEN_CATEGORIES else " " for sign in str(text)).strip()


@dataclass(frozen=True)
class Look:
    """The plan that decides what is shown, the codebook that names things, and the reader's language."""

    plan: Plan
    book: Codebook
    lang: str

    def say(self, key: str, count: int | None = None, **values: object) -> str:
        """Return a text of this room's catalogue."""
        return say(f"publish.{key}", self.lang, count, **values)

    def level(self, column: str, name: object) -> str:
        """Return what readers call a level: a sector, a unit, an answer."""
        return plain(self.book.label(column, str(name), self.lang))

    def levels(self, column: str, names: list[object]) -> str:
        """Return several levels as a list in words."""
        return numbers.listing([self.level(column, name) for name in names], self.lang)

    def column(self, name: str) -> str:
        """Return what readers call a column: sector, district, sex."""
        if name in self.book.terms:
            return self._text(self.book.term(name))
        field = next((one for one in self.book.fields if one.name == name), None)
        return plain(field.text(self.lang)) if field else plain(name)

    def item(self, name: str) -> str:
        """Return what readers call an item: its official number and name where it bears a rule's number."""
        label = plain(self.book.label("variable", name, self.lang))
        numbered = name[:1] in {"u", "p"} and name[1:].isdigit() and label != name
        return (
            self.say("item_numbered", term=self.column("item"), number=name.upper(), label=label) if numbered else label
        )

    @property
    def rules(self) -> Policy:
        """The policy's rules on answers and weak figures."""
        return load_policy()

    def measure(self, name: str) -> Measure:
        """Return the measure called ``name``, the codebook's main one where it declares none by that name."""
        return next((one for one in self.book.measures if one.name == name), self.book.measure)

    def measure_name(self, name: str) -> str:
        """Return what readers call a measure or an item."""
        known = self.book.label("variable", name, self.lang)
        return plain(known) if known != name else plain(self.measure(name).text(self.lang))

    def whole(self) -> str:
        """Return what readers call all respondents' figure: the city average."""
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
        """Return why a figure about a group is withheld, or ""."""
        return why_withheld(self.plan, cell(wave, **(levels or {})), n)

    def group(self, wave: str = "", **levels: object) -> Cell:
        """Return the group that a figure is about."""
        return cell(wave, **levels)

    def _text(self, text: Mapping[str, str]) -> str:  # type: ignore[type-arg,unused-ignore]
        return plain(text.get(self.lang) or next(iter(text.values()), ""))
