"""Tables of plain answers: coverage, what arrived, doubts, the index, a unit's items, published figures."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .look import records
from .markup import Entry, Heading, Table
from .tables import base, figure, span, withheld, withheld_notes, without_blank
from .wording import numbers
from .wording.answers import (
    BY,
    grade_words,
    index_caption,
    index_kept_back,
    item_hidden,
    low_share_of,
    many_waves,
    name_of,
    others,
    reasons,
    signs,
    where,
)
from .wording.limits import UNDECLARED, of_table, told_kind

if TYPE_CHECKING:
    from .look import Look, Row

MANY = 200
"""How many rows of a plain table are printed; the rest are counted."""


def _heads(look: Look, *names: str, words: tuple[str, ...] = ()) -> tuple[Heading, ...]:
    return tuple(Heading(look.say(f"head_{name}"), figures=name not in words) for name in names)


def _text(value: object) -> Entry:
    return Entry("" if numbers.is_missing(value) else str(value))


def _yes(value: object, look: Look) -> Entry:
    if numbers.is_missing(value):
        return Entry(look.say("not_declared"))
    return Entry(look.say("yes" if value else "no"))


def coverage(table: pd.DataFrame, look: Look) -> Table:
    """Return who surveyed, of how many users, chosen how, against the number needed; without what nobody declared."""
    known = [name for name in ("must", "users", "needed") if table[name].notna().any()]
    names = [
        name
        for name in ("must", "surveyed", "n", "users", "needed", "sample")
        if name in {*known, "surveyed", "n", "sample"}
    ]
    heads = (
        Heading(look.column("unit").capitalize(), figures=False),
        Heading(look.column("wave").capitalize(), figures=False),
        *_heads(look, *names, words=("must", "surveyed", "sample")),
    )
    body = tuple(
        (Entry(look.level("unit", row["unit"])), _text(row["wave"]), *(_covered(name, row, look) for name in names))
        for row in records(table)
    )
    notes = (look.say("note_needed"),) if "needed" in names else ()
    return Table(look.say("caption_coverage"), heads, body, (*notes, *withheld_notes(body, look)))


def _covered(name: str, row: Row, look: Look) -> Entry:
    """Return one entry of the coverage table; a withheld unit's respondents are not counted, nor what tells of them."""
    if name in {"must", "surveyed"}:
        return _yes(row[name], look)
    if name == "sample":
        if told_kind(row, look) == UNDECLARED:
            return Entry(look.say("not_declared"))
        return Entry(look.level("sample", row["sample"]) if row["sample"] else look.say("not_surveyed"))
    if name in {"n", "users", "needed"} and bool(row["surveyed"]) and look.hidden_survey(row):
        return Entry(look.say("withheld_short"), withheld=True)
    if name == "needed" and numbers.is_missing(row["needed"]) and not numbers.is_missing(row["users"]):
        return Entry(look.say("no_figure"))  # fewer users than respondents: of so few none are needed
    return base(row[name], look) if not numbers.is_missing(row[name]) else Entry(look.say("not_declared"))


def _unit_wave(row: Row) -> tuple[str, dict[str, object]]:
    return str(row["wave"]), {"unit": row["unit"]}


def index(table: pd.DataFrame, look: Look) -> Table:
    """Return the index of each group with its range and how sure its grade is, highest first."""
    levels = [name for name in BY if name in table]
    named = look.column(levels[0]) if len(levels) == 1 else look.say("head_group")
    rest = _heads(look, "n", "index", "range", "grade", "index_011", words=("grade",))
    heads = (Heading(named, figures=False), *rest)
    shown, hidden_rows = [], []
    for row in records(table.sort_values("index", ascending=False, kind="stable")):
        name = Entry(name_of(row, look, waves=many_waves(table)))
        hidden = look.hidden(row["n"], *where(table, row))
        if hidden:
            hidden_rows.append((name, *withheld(look, len(heads) - 1)))
            continue
        places = look.book.rule(str(row["rule"])).decimals
        if index_kept_back(table, row, look):
            shown.append((name, base(row["n"], look), *withheld(look, len(heads) - 2)))
            continue
        shown.append(
            (
                name,
                base(row["n"], look),
                figure(row["index"], look, places),
                span(row["low"], row["high"], row, look, 1),
                Entry(grade_words(row, look)),
                figure(row["index_011"], look, places),
            )
        )
    notes = (
        look.say("note_rule", rule=", ".join(sorted(set(map(str, table["rule"]))))),
        look.say("note_weight"),
        *_not_asked(table, look),
        *withheld_notes((*shown, *hidden_rows), look),
        *of_table(table, look),
    )
    return Table(
        index_caption(table, look),
        heads,
        (*shown, *sorted(hidden_rows, key=lambda row: row[0].text)),
        notes,
    )


def _not_asked(table: pd.DataFrame, look: Look) -> list[str]:
    """Return which elements nobody was asked, and in which of the groups shown: their index rests on the others."""
    names: dict[str, list[str]] = {}
    seen = [row for row in records(table) if not look.hidden(row["n"], *where(table, row))]
    for row in seen:
        names.setdefault(str(row.get("missing") or ""), []).append(name_of(row, look, waves=many_waves(table)))
    told = []
    for missing, groups in sorted(names.items()):
        if missing:
            items = numbers.listing([look.item_short(one) for one in missing.split()], look.lang)
            of_all = len(groups) == len(seen)
            who = look.say("index_all_groups") if of_all else numbers.listing(sorted(groups), look.lang)
            told.append(look.say("note_index_not_asked", items=items, names=who))
    return told


def unsur(table: pd.DataFrame, look: Look, *, unit: str, wave: str) -> Table:
    """Return a unit's items in official order: mean, range, how many of a hundred gave a low answer."""
    heads = _heads(look, "item", "n", "mean", "range", "low_share", words=("item",))
    body = []
    for row in records(table):
        name = Entry(look.item_short(row["variable"]))
        if item_hidden(row, table, look, unit=unit, wave=wave):
            body.append((name, *withheld(look, len(heads) - 1)))
            continue
        body.append(
            (
                name,
                base(row["n"], look),
                figure(row["estimate"], look, 2),
                _item_span(row, look),
                Entry(low_share_of(row, look, brief=False)),
            )
        )
    caption = look.say(
        "caption_unsur",
        item=look.column("item"),
        name=look.level("unit", unit) if unit else look.say("everybody"),
        wave=wave,
    )
    return Table(caption, heads, tuple(body), (look.say("note_low_share"), *withheld_notes(body, look)))


def _item_span(row: Row, look: Look) -> Entry:
    """Return an item's range; none for a small group, whose answers it would give back with n and the mean."""
    if row["n"] < look.rules.spread.no_sd_under and row["note"] != "constant":
        return Entry(look.say("no_range_few", few=look.rules.spread.no_sd_under))
    return span(row["low"], row["high"], row, look, 2)


def reconcile(table: pd.DataFrame, look: Look) -> Table:
    """Return published and recomputed indices side by side with what explains a difference."""
    heads = _heads(
        look, "unit", "wave", "published", "recomputed", "index_011", "explained", words=("unit", "wave", "explained")
    )
    body = []
    for row in records(table):
        name, when = Entry(look.level("unit", row["unit"])), _text(row["wave"])
        group = look.group(*_first(_unit_wave(row)), unit=row["unit"])
        hidden = look.hidden(row.get("n", look.plan.counts.get(group, 0)), *_unit_wave(row))
        if hidden:
            body.append((name, when, *withheld(look, len(heads) - 2)))
            continue
        body.append(
            (
                name,
                when,
                figure(row["published"], look, 2),
                figure(row["recomputed"], look, 2),
                figure(row["index_011"], look, 2),
                Entry(_explained(row, look)),
            )
        )
    if not body:
        told = Entry(look.say("not_declared"), whole_row=True)
        body.append((Entry(look.say("all_units")), *(told,) * (len(heads) - 1)))
    return Table(
        look.say("caption_reconcile"), heads, tuple(body), (look.say("note_weight"), *withheld_notes(body, look))
    )


def _explained(row: Row, look: Look) -> str:
    """Return what explains a published figure, and what else would."""
    more = others(row, look)
    told = reasons(row["explained"], look)
    return look.say("reconcile_or", reasons=told, others=more) if more else told


def _first(pair: tuple[str, object]) -> tuple[str]:
    return (pair[0],)


def integrity(table: pd.DataFrame, look: Look) -> Table:
    """Return how each unit's answers repeat beside what honest filling would give."""
    names = ("unit", "wave", "n", "same", "same_expected", "repeated", "repeated_expected", "signs")
    heads = _heads(look, *names, words=("unit", "wave", "signs"))
    shares = ("same_share", "same_expected", "repeated_share", "repeated_expected")
    body = []
    for row in records(table):
        name, when = Entry(look.level("unit", row["unit"])), _text(row["wave"])
        if look.hidden(row["n"], *_unit_wave(row)):
            body.append((name, when, *withheld(look, len(heads) - 2)))
            continue
        told = [Entry(numbers.percent(row[share], look.lang)) for share in shares]
        body.append((name, when, base(row["n"], look), *told, Entry(signs(row, look))))
    notes = (look.say("integrity_limit"), *withheld_notes(body, look))
    return without_blank(Table(look.say("caption_integrity"), heads, tuple(body), notes))


def plain(table: pd.DataFrame, look: Look, *, caption: str = "", wave: str = "") -> Table:
    """Return any other frame: words as they are, numbers rounded, rows of a withheld group left empty.

    A row is asked for under the plan by its columns that name a group; a frame without ``n`` shows no figure.
    """
    columns = [str(name) for name in table.columns]
    figures = [
        pd.api.types.is_numeric_dtype(table[name]) and not pd.api.types.is_bool_dtype(table[name]) for name in columns
    ]
    heads = tuple(Heading(look.column(name), figures=kind) for name, kind in zip(columns, figures, strict=True))
    body = [_plain_row(row, table, look, figures=figures, wave=wave) for row in records(table.head(MANY))]
    rest = len(table) - len(body)
    return Table(
        caption or look.say("caption_plain"),
        heads,
        tuple(body),
        (*((look.say("note_more", count=rest),) if rest else ()), *withheld_notes(body, look)),
    )


def _plain_row(row: Row, table: pd.DataFrame, look: Look, *, figures: list[bool], wave: str) -> tuple[Entry, ...]:
    named_wave, levels = where(table, row)
    hidden = look.hidden(row.get("n"), named_wave or wave, levels)
    entries: list[Entry] = []
    for name, kind in zip(table.columns, figures, strict=True):
        value = row[name]
        if kind and hidden:
            entries.append(Entry(look.say("withheld_short"), withheld=True))
        elif kind:
            places = 0 if pd.api.types.is_integer_dtype(table[name]) else 1
            entries.append(figure(value, look, places))
        else:
            entries.append(Entry("" if numbers.is_missing(value) else look.level(str(name), value)))
    return tuple(entries)
