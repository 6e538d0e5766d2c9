"""Units of which a recap is all that came: printed values held to their own elements, nothing compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .look import records
from .markup import Entry, Heading, Sentences, Table
from .tables import base, figure, withheld, withheld_notes
from .wording import numbers
from .wording.answers import differs, reasons
from .wording.sentences import said

if TYPE_CHECKING:
    import pandas as pd

    from .look import Look, Row

PREFIX = "nrr_"
HEADS = ("unit", "wave", "n", "published", "grade_published", "recomputed", "grade", "explained", "lowest")
WORDS = ("unit", "wave", "grade_published", "grade", "explained", "lowest")


def hidden(row: Row, look: Look) -> bool:
    """Tell whether a row of recaps is withheld."""
    return bool(look.hidden_recap(row["n"], str(row["wave"]), unit=row["unit"]))


def sentences(table: pd.DataFrame, look: Look) -> Sentences:
    """Return how many units sent a recap alone, then where a printed value does not follow from its elements."""
    rows = [row for row in records(table) if not hidden(row, look)]
    if table.empty:
        return said([look.say("recaps_none")], (), look)
    texts = [look.say("recaps_alone", count=len(table.drop_duplicates("unit")))]
    both = [row for row in rows if not (numbers.is_missing(row["published"]) or numbers.is_missing(row["index"]))]
    agree = [row for row in both if row["explained"] == "agrees"]
    if both:
        texts.append(look.say("recaps_agree", count=len(agree), total=len(both)))
    texts += [differs({**row, "recomputed": row["index"]}, look) for row in both if row["explained"] != "agrees"]
    return said(texts, (look.say("recaps_limit"),), look)


def table(rows: pd.DataFrame, look: Look) -> Table:
    """Return printed and recomputed values side by side, in the order of names: a recap alone ranks nobody."""
    heads = tuple(Heading(look.say(f"head_{name}"), figures=name not in WORDS) for name in HEADS)
    ordered = sorted(records(rows), key=lambda row: (str(row["wave"]), look.level("unit", row["unit"])))
    body = tuple(_entries(row, look) for row in ordered)
    notes = (look.say("recaps_limit"), *withheld_notes(body, look)) if body else (look.say("recaps_none"),)
    return Table(look.say("caption_recaps"), heads, body, notes)


def _entries(row: Row, look: Look) -> tuple[Entry, ...]:
    name, when = Entry(look.level("unit", row["unit"])), Entry(str(row["wave"]))
    if hidden(row, look):
        return (name, when, *withheld(look, len(HEADS) - 2))
    return (
        name,
        when,
        base(row["n"], look),
        figure(row["published"], look, 2),
        _word(row["grade_published"]),
        figure(row["index"], look, look.book.rule(str(row["rule"])).decimals),
        _word(row["grade"]),
        Entry("" if numbers.is_missing(row["explained"]) else reasons(row["explained"], look)),
        Entry(_lowest(row, look)),
    )


def _word(value: object) -> Entry:
    return Entry("" if numbers.is_missing(value) else str(value))


def _lowest(row: Row, look: Look) -> str:
    """Return the element, or elements, with the lowest printed mean; nothing where all are alike."""
    means = {
        name.removeprefix(PREFIX): float(value)
        for name, value in row.items()
        if name.startswith(PREFIX) and not numbers.is_missing(value)
    }
    lowest = [look.item_short(name) for name, mean in means.items() if mean == min(means.values())]
    return numbers.listing(lowest, look.lang) if len(lowest) < len(means) else ""
