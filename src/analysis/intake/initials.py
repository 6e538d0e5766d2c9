"""Answers written in initials ("SB", "B", "KB", "TB"): read where all of a table's texts are steps of one set."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter

from .decode import ItemDecoder
from .grid import Grid
from .layouts import Reading
from .part import Env
from .text import letters, normal
from .vocab import table

_LONGEST = 3


def read_initials(
    grid: Grid, reading: Reading, names: Sequence[str], span: tuple[int, int], env: Env
) -> Mapping[str, int]:
    """Return the initials that the answers of a block are written in, with their scores, and ask about them."""
    columns = [reading.columns[name] for name in names]
    data = grid.rows[span[0] : span[1]]
    values = {value for column in columns for value in set(map(itemgetter(column), data)) if isinstance(value, str)}
    found = initials_of(values, env.decoder(reading.instrument, names[0])) if values else {}
    if found:
        first, last = letters(min(columns)), letters(max(columns))
        told = ", ".join(f"{text.upper()} = {score}" for text, score in sorted(found.items(), key=itemgetter(1)))
        env.ledger.doubt("E-INITIALS", grid.name, f"{first}:{last}", len(columns), told=told)
    return found


def initials_of(values: Iterable[str], decode: ItemDecoder) -> Mapping[str, int]:
    """Return initials → score for the texts of a block, empty where they are not written so.

    "B" by itself is the letter b as well as "Baik": some initials of two letters have to be there, and sets of which
    all short texts could be (with or without a middle step left out) have to agree on what each is worth.
    """
    texts = {plain for one in values if (plain := normal(one)).isalpha() and len(plain) <= _LONGEST}
    texts -= decode.missing
    if all(len(one) == 1 for one in texts):
        return {}
    fitting = [
        dict(zip(steps, range(1, len(steps) + 1), strict=True))
        for steps in (one["steps"] for one in table()["initials"])
        if texts.issubset(steps) and (decode.low, decode.high) == (1, len(steps))
    ]
    agreed = {text: {scores[text] for scores in fitting} for text in texts}
    if not fitting or any(len(scores) > 1 for scores in agreed.values()):
        return {}
    return {text: scores.pop() for text, scores in agreed.items()}
