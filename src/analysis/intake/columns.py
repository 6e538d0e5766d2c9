"""Whole columns decoded at once: each distinct value is looked at once, each doubt is written with its cells."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from typing import Protocol, TypeVar

from .grid import Value
from .notes import Change, Ledger
from .text import letters, span

_RUNS = 40
_NAMED = ("E-PLACE", "E-AGEBAND")
_ONCE = ("E-AGEBAND", "E-BIRTHYEAR")


class Decoded(Protocol):
    """What decoders return: a rule where the value was changed, a code where it was not understood."""

    @property
    def value(self) -> int | str | None: ...  # noqa: D102
    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def code(self) -> str: ...  # noqa: D102
    @property
    def old(self) -> str: ...  # noqa: D102


T = TypeVar("T", bound=Decoded)


def decode_all(values: Sequence[Value], decode: Callable[[Value], T]) -> list[T]:
    """Return the decoded ``values``; equal values of one type are decoded once."""
    if not {bool}.isdisjoint(map(type, values)):
        known: dict[Hashable, T] = {}
        out = []
        for value in values:
            key = (type(value), value)
            if key not in known:
                known[key] = decode(value)
            out.append(known[key])
        return out
    of = {value: decode(value) for value in set(values)}
    return list(map(of.__getitem__, values))


def runs(rows: Sequence[int]) -> list[list[int]]:
    """Return sorted row numbers as runs of neighbours."""
    found: list[list[int]] = []
    for row in rows:
        if found and row == found[-1][-1] + 1:
            found[-1].append(row)
        else:
            found.append([row])
    return found


def doubts_by_run(ledger: Ledger, code: str, sheet: str, column: int, rows: Sequence[int], **values: object) -> None:
    """Note a doubt per run of neighbouring cells; beyond a screenful the rest is one range with its count."""
    if not rows:
        return
    found = runs(rows)
    for run in found[:_RUNS]:
        ledger.doubt(code, sheet, span(run, column), len(run), column=letters(column), **values)
    rest = [row for run in found[_RUNS:] for row in run]
    if rest:
        ledger.doubt(code, sheet, span(rest, column), len(rest), column=letters(column), **values)


class ColumnLog:
    """Collects what happened to the cells of one column and writes it to the ledger."""

    def __init__(self, ledger: Ledger, sheet: str, column: int, variable: str) -> None:
        self.ledger, self.sheet, self.column, self.variable = ledger, sheet, column, variable

    def write(self, rows: Sequence[int], found: Sequence[Decoded]) -> None:
        """Write the changes and doubts of the kept cells; ``rows`` are their 0-based sheet rows.

        What a cell became is empty where a listed code means no answer.
        """
        # Equal cells share one decoded object, so that only the distinct ones are looked at.
        told = dict(zip(map(id, found), found, strict=True))
        told = {key: one for key, one in told.items() if one.rule or one.code}
        if not told:
            return
        changed: dict[tuple[str, str, str], list[int]] = {}
        doubted: dict[tuple[str, str], list[int]] = {}
        for key, here in _rows_of(rows, list(map(id, found)), told).items():
            one = told[key]
            if one.rule:
                changed.setdefault((one.rule, one.old, "" if one.value is None else str(one.value)), []).extend(here)
            if one.code:
                doubted.setdefault((one.code, one.old if one.code in _NAMED else ""), []).extend(here)
        for (rule, old, new), cells in changed.items():
            self.ledger.changes.append(
                Change(
                    self.sheet,
                    span(cells, self.column),
                    letters(self.column),
                    self.variable,
                    rule,
                    old,
                    new,
                    len(cells),
                )
            )
        for (code, hint), cells in doubted.items():
            cells.sort()
            if code in _ONCE:
                self._once(code, cells, hint)
                continue
            doubts_by_run(self.ledger, code, self.sheet, self.column, cells, variable=self.variable, hint=hint)

    def _once(self, code: str, rows: list[int], band: str) -> None:
        """Say a way to write ages once, wherever it stands: it is the form that has to change, not a cell."""
        where = span(rows, self.column)
        column = letters(self.column)
        self.ledger.doubt(code, self.sheet, where, len(rows), column=column, variable=self.variable, band=band)


def _rows_of(rows: Sequence[int], keys: Sequence[int], wanted: Collection[int]) -> dict[int, list[int]]:
    """Return the rows of each wanted key, keys by their first row."""
    found: dict[int, list[int]] = {}
    for row, key in zip(rows, keys, strict=True):
        if key in wanted:
            if key in found:
                found[key].append(row)
            else:
                found[key] = [row]
    return found
