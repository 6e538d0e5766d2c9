"""What is wrong in a sheet: test rows, rows sent twice, answers out of range. The truth file says where, how often."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

from .answers import pick
from .paper import Entry
from .spelling import MISSPELT
from .truth import ITEMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from .city import Person
    from .truth import Dirt, Truth

TEST_WORDS = ("tes", "test", "tt")
OUT_OF_RANGE = (5, 33, 0)
UNLISTED = "Lumayan"


def entries(truth: Truth, unit: str, wave: str, people: Sequence[Person]) -> list[Entry]:
    """Return the rows of a sheet in order: everybody who answered, with the dirt of that unit and wave worked in."""
    rows = [Entry(one) for one in people]
    rng = Random(f"{truth.seed}/dirt/{unit}/{wave}")  # noqa: S311 - a made-up city keeps no secret
    for dirt in truth.dirt:
        if (dirt.unit, dirt.wave) == (unit, wave) and people:
            rows = _worked_in(rows, dirt, rng)
    return rows


def before_mending(entries: Sequence[Entry], mended: int) -> list[Entry]:
    """Return the rows as they were first sent: other answers where they were mended later.

    Nobody counts twice: without a declaration the other workbook stands, and all rows of this one are duplicates.
    """
    other = set(range(0, len(entries), max(len(entries) // mended, 1))[:mended])
    return [replace(_first_sent(one) if place in other else one, kind="duplicate") for place, one in enumerate(entries)]


def _first_sent(entry: Entry) -> Entry:
    scores = tuple(5 - score if score in {1, 2, 3} else 1 if score else None for score in entry.person.scores[:3])
    return Entry(replace(entry.person, scores=(*scores, *entry.person.scores[3:])))


def _worked_in(rows: list[Entry], dirt: Dirt, rng: Random) -> list[Entry]:
    for number in range(dirt.count):
        plain = [
            place for place, row in enumerate(rows)
            if row.kind == "kept" and not row.written and row.person.district in MISSPELT
        ]  # fmt: skip
        place = pick(rng, plain)
        row = rows[place]
        if dirt.kind == "test row":
            rows = [*rows[:place], _test_row(row.person, number), *rows[place:]]
        elif dirt.kind == "sent twice":
            # A repeated row may be two people who agree: the kit keeps both and flags them, it does not drop one.
            again = Entry(row.person, "kept", {"flags": "repeat"})
            rows = [*rows[:place], again, again, *rows[place + 1 :]]
        elif dirt.kind == "empty row":
            rows = [*rows[:place], Entry(row.person, "blank"), *rows[place:]]
        elif dirt.kind == "place misspelt":
            # Nearly a place is not that place: the kit asks instead of guessing, and keeps the person without it.
            unplaced = replace(row.person, district="")
            rows[place] = Entry(unplaced, "kept", {"district": MISSPELT[row.person.district]})
        else:
            raw = OUT_OF_RANGE[number % len(OUT_OF_RANGE)] if dirt.kind == "out of range" else UNLISTED
            rows[place] = _spoilt(row.person, pick(rng, ITEMS), raw)
    return rows


def _spoilt(person: Person, item: str, raw: int | str) -> Entry:
    """Return a row with an answer that cannot be one: the kit should keep the person without it."""
    kept = tuple(None if name == item else score for name, score in zip(ITEMS, person.scores, strict=True))
    return Entry(replace(person, scores=kept), "kept", {item: raw})


def _test_row(person: Person, number: int) -> Entry:
    word = TEST_WORDS[number % len(TEST_WORDS)]
    nobody = replace(person.identity, name=word, nik="", phone="", email=f"{word}@contoh.invalid")
    tester = replace(person, comment=word, identity=nobody, scores=(4,) * len(ITEMS))
    return Entry(tester, "set_aside", {"name": word, "comment": word})
