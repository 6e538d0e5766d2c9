"""What a doubt is in the reader's words: neighbouring cells told once, names of elements and columns, numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.words import say

from .text import column_number, letters

if TYPE_CHECKING:
    from analysis.codebook import Codebook

_CELLS = re.compile(r"^([A-Z]{1,3})(\d*)(?::([A-Z]{1,3})(\d*))?$")
_APART = frozenset(("E-DUPCOL", "E-UNIT", "E-LAYOUT", "E-RESUBMIT", "E-REPLACED", "E-HIDDENCOLUMNS"))
"""Codes whose cells belong together already, or whose text is about one cell."""
_LISTS = ("variable", "written", "found", "column")
_NUMBERS = ("written", "found")
_FEW = 3
_SPLIT = "\x1f"
_KINDS = ("sum", "mean", "weighted (1/9)", "weighted (0.11)", "index")
Doubted = dict[str, Any]
"""A doubt as plain values: code, sheet, cell, count, values."""


class _Area(NamedTuple):
    """Columns (from 1) and rows of a range; no rows where it is whole columns."""

    left: int
    right: int
    rows: tuple[str, str]


def neighbours_once(doubts: Sequence[Doubted]) -> list[Doubted]:
    """Return the doubts with those of one kind in the same rows of neighbouring columns put together as one range."""
    groups: dict[tuple[Any, ...], list[tuple[_Area, Doubted]]] = {}
    out: list[Doubted | None] = []
    places: dict[int, int] = {}
    for one in doubts:
        area = None if one["code"] in _APART else _area(one["cell"])
        if area is None:
            out.append(one)
            continue
        same = tuple(sorted((key, text) for key, text in one["values"].items() if key not in _LISTS))
        groups.setdefault((one["code"], one["sheet"], area.rows, same), []).append((area, one))
        places[id(one)] = len(out)
        out.append(None)
    for many in groups.values():
        for run in _runs(sorted(many, key=lambda pair: pair[0][:2])):
            out[min(places[id(one)] for _, one in run)] = _joined(run)
    return [one for one in out if one is not None]


def _area(cell: str) -> _Area | None:
    match = _CELLS.match(cell)
    if not match:
        return None
    left, top, right, bottom = match[1], match[2], match[3] or match[1], match[4] or match[2]
    return _Area(column_number(left), column_number(right), (top, bottom))


def _runs(many: Sequence[tuple[_Area, Doubted]]) -> Iterable[list[tuple[_Area, Doubted]]]:
    run = [many[0]]
    for (before, _), one in pairwise(many):
        if one[0].left == before.right + 1:
            run.append(one)
        else:
            yield run
            run = [one]
    yield run


def _joined(run: Sequence[tuple[_Area, Doubted]]) -> Doubted:
    first, last = run[0], run[-1]
    if first is last:
        return first[1]
    top, bottom = first[0].rows
    columns = f"{letters(first[0].left - 1)}:{letters(last[0].right - 1)}"
    values = dict(first[1]["values"])
    for name in _LISTS:
        if name in values:
            values[name] = _SPLIT.join(dict.fromkeys(str(one["values"][name]) for _, one in run))
    if "column" in values:
        values["column"] = columns
    left, right = columns.split(":")
    return {**first[1], "cell": f"{left}{top}:{right}{bottom}", "count": sum(one["count"] for _, one in run),
            "values": values}  # fmt: skip


def texts(code: str, lang: str, count: int, values: Mapping[str, str], book: Codebook) -> dict[str, str]:
    """Return what is wrong and what to do, in the reader's language; ``hint`` becomes a sentence of its own."""
    filled = {"other": "", "variable": "", "column": "", "unit": "", "error": "", **values}
    if "expected" in filled:
        number = int(float(filled["expected"]))
        filled["expected"] = say(f"intake.chance.{'some' if number else 'none'}", lang, expected=number)
    filled["variable"] = _variables(filled["variable"], book, lang) if filled["variable"] else ""
    for name in _NUMBERS:
        if name in filled:
            filled[name] = "; ".join(_decimal(one, lang) for one in filled[name].split(_SPLIT))
    if filled.get("kind") in _KINDS:
        filled["kind"] = say(f"intake.kind.{filled['kind'].partition(' ')[0]}", lang)
    for name in ("source", "against"):
        if name in filled:
            told = (say(f"intake.source.{one.replace(' ', '_')}", lang) for one in filled[name].split(", ") if one)
            filled[name] = ", ".join(told)
    hint = filled.get("hint", "")
    filled["hint"] = say("intake.hint", lang, hint=hint) if hint else ""
    return {part: " ".join(say(f"intake.{code}.{part}", lang, count, **filled).split()) for part in ("what", "todo")}


def _decimal(text: str, lang: str) -> str:
    return text.replace(".", ",") if lang == "id" else text


def _variables(joined: str, book: Codebook, lang: str) -> str:
    """Return what readers call one or several variables: "unsur U3 Waktu penyelesaian", "jenis kelamin"."""
    names = joined.split(_SPLIT)
    items = [name for name in names if name in book.items]
    numbered = [name for name in items if _numbered(book, name)]
    if len(names) > _FEW and len(numbered) == len(names):
        return say("intake.items", lang, names=", ".join(name.upper() for name in names))
    return ", ".join(variable_in_words(name, book, lang) for name in names)


def _numbered(book: Codebook, item: str) -> bool:
    """Return whether an item belongs to an official index, where readers know it by its number."""
    return any(one.rule and item in {each.name for each in one.items} for one in book.instruments)


def variable_in_words(name: str, book: Codebook, lang: str) -> str:
    """Return what readers call a variable: an element with its number, a question, a column of people or registers."""
    name = name.removeprefix("nrr_")
    if name in book.items:
        label = book.item(name).text(lang)
        if _numbered(book, name):
            within = label[:1].lower() + label[1:] if lang == "en" and label[1:2].islower() else label
            return say("intake.item", lang, name=name.replace("_", ".").upper(), label=within)
        return say("intake.question", lang, label=label) if label != name else name
    field = next((one for one in book.fields if one.name == name), None)
    if field is not None:
        return field.text(lang)
    known = say(f"intake.variable.{name}", lang) if name in VARIABLES else ""
    return known or book.label("variable", name, lang)


VARIABLES = (
    "n", "population", "users", "published", "published_weight", "hours", "deadline_days", "received", "closed",
    "start", "end", "sample", "index",
)  # fmt: skip
"""Columns of registers and recaps that a doubt may name; those of respondents are fields of the codebook."""
