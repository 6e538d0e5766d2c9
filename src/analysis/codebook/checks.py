"""What is wrong with a codebook, told in the reader's language: by file and key, all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.errors import Fault
from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pydantic import ValidationError

    from .model import Codebook, Labelled, Wave

KINDS = {
    "missing": "codebook.missing",
    "extra_forbidden": "codebook.extra",
    "string_type": "codebook.text",
    "int_type": "codebook.whole_number",
    "int_parsing": "codebook.whole_number",
    "int_from_float": "codebook.whole_number",
    "float_type": "codebook.number",
    "float_parsing": "codebook.number",
    "greater_than": "codebook.above_nought",
    "finite_number": "codebook.above_nought",
    "bool_type": "codebook.yes_or_no",
    "bool_parsing": "codebook.yes_or_no",
    "tuple_type": "codebook.list",
    "list_type": "codebook.list",
    "dict_type": "codebook.table",
    "model_type": "codebook.table",
    "model_attributes_type": "codebook.table",
    "literal_error": "codebook.one_of",
}
"""What the reader of TOML calls a fault, and the sentence for it; any other kind is told in general words."""


LEAST_SCORE, HIGHEST_SCORE = -128, 127
"""What an answer's integer of eight bits can hold."""
Wrong = tuple[str, str, str]
"""Where in the file, which sentence tells it, and the name or number at fault."""


def key_of(table: object, path: Sequence[str | int]) -> str:
    """Return where ``path`` leads in ``table``: list entries by their name where they have one, else by their place."""
    words = []
    for step in path:
        table = _inner(table, step)
        words.append(step if isinstance(step, str) else _name(table) or str(step + 1))
    return ".".join(words)


def form_faults(file: str, table: dict[str, Any], found: ValidationError, lang: str) -> list[Fault]:
    """Return what does not have the form of a codebook: keys missing, unknown, or of the wrong kind."""
    faults = []
    for fault in found.errors(include_url=False, include_input=False):
        key = KINDS.get(fault["type"], "codebook.unusable")
        expected = str(fault.get("ctx", {}).get("expected", ""))
        faults.append(Fault(f"{file}, {key_of(table, fault['loc'])}", say(key, lang, expected=expected)))
    return faults


def name_faults(file: str, book: Codebook, lang: str) -> list[Fault]:
    """Return names that lead nowhere or stand twice, scales no answer fits, and questionnaires without a question."""
    return [Fault(f"{file}, {where}", say(key, lang, name=name)) for where, key, name in _names(book)]


def _names(book: Codebook) -> Iterator[Wrong]:
    if not book.instruments:
        yield "instrument", "codebook.no_instrument", ""
    yield from ((f"instrument.{one.id}", "codebook.no_item", "") for one in book.instruments if not one.items)
    yield from _twice(book)
    yield from _astray(book)
    yield from _scales(book)


def _twice(book: Codebook) -> Iterator[Wrong]:
    named: dict[str, tuple[Labelled | Wave, ...]] = {
        "unit": book.units, "sector": book.sectors, "district": book.districts, "wave": book.waves,
        "field": book.fields, "measure": book.measures, "mark": book.marks, "aim": book.aims,
        **{f"instrument.{one.id}.item": one.items for one in book.instruments},
    }  # fmt: skip
    lists = {"instrument": [one.id for one in book.instruments], "rule": [one.id for one in book.rules]}
    lists |= {kind: [one.name for one in entries] for kind, entries in named.items()}
    for kind, names in lists.items():
        yield from ((kind, "codebook.twice", name) for name in dict.fromkeys(names) if names.count(name) > 1)
    # A spelling that two units claim would send respondents to whichever stands first.
    claimed = [
        (one.name, name) for one in book.units for name in {spelt.casefold() for spelt in (one.name, *one.aliases)}
    ]
    spellings = [name for _, name in claimed]
    yield from (
        (f"unit.{unit}.aliases", "codebook.claimed", name) for unit, name in claimed if spellings.count(name) > 1
    )


def _astray(book: Codebook) -> Iterator[Wrong]:
    sectors, districts = {one.name for one in book.sectors}, {one.name for one in book.districts}
    rules, items = {one.id for one in book.rules}, set(book.items)
    yield from (
        (f"unit.{one.name}.sector", "codebook.no_sector", one.sector) for one in book.units if one.sector not in sectors
    )
    yield from (
        (f"officer.{one.name}.sector", "codebook.no_sector", one.sector)
        for one in book.officers
        if one.sector and one.sector not in sectors
    )
    yield from (
        (f"village.{one.name}.district", "codebook.no_district", one.district)
        for one in book.villages
        if one.district not in districts
    )
    yield from (
        (f"{kind}.{one.name}.parts", "codebook.no_such_item", name)
        for kind, entries in (("measure", book.measures), ("mark", book.marks), ("aim", book.aims))
        for one in entries
        for part in one.parts
        for name in part
        if name not in items
    )
    yield from (
        (f"instrument.{one.id}.rule", "codebook.no_rule", one.rule)
        for one in book.instruments
        if one.rule and one.rule not in rules
    )


def _scales(book: Codebook) -> Iterator[Wrong]:
    """Scores are kept as small integers, so a scale outside them, or one that does not rise, cannot be read."""
    for one in book.instruments:
        ends = {f"instrument.{one.id}": (one.low, one.high)}
        for item in one.items:
            low, high = (own if own is not None else of for own, of in ((item.low, one.low), (item.high, one.high)))
            ends[f"instrument.{one.id}.item.{item.name}"] = (low, high)
        yield from (
            (where, "codebook.scale", f"{low}-{high}")
            for where, (low, high) in ends.items()
            if low >= high or low < LEAST_SCORE or high > HIGHEST_SCORE
        )


def _name(entry: object) -> str:
    names = [entry.get(key) for key in ("name", "id", "grade")] if isinstance(entry, dict) else []
    return next((name for name in names if isinstance(name, str) and name != "?"), "")


def _inner(table: object, step: str | int) -> object:
    if isinstance(table, dict):
        return table.get(step)
    if isinstance(table, list) and isinstance(step, int) and step < len(table):
        return table[step]
    return None
