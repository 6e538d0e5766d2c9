"""What a closed answer may be on a form: texts that the decoders of a codebook read back as the listed value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.intake.text import normal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.codebook import Codebook, FieldOf, Instrument, Item, Labelled


def choices_of(book: Codebook, field: FieldOf, unit: str, lang: str) -> tuple[str, ...]:
    """Return the answers that ``field`` is closed to on the form of ``unit``, none where it is open."""
    known = book.unit(unit)
    lists: dict[str, tuple[Labelled, ...]] = {
        "service": known.services if known else (), "channel": book.channels, "village": book.villages,
        "district": book.districts, "service_district": book.districts,
    }  # fmt: skip
    return labels(field.values or lists.get(field.name, ()), lang)


def labels(things: Iterable[Labelled], lang: str) -> tuple[str, ...]:
    """Return one text per thing in ``lang``; where two would read the same, the names."""
    many = tuple(things)
    texts = tuple(one.text(lang) for one in many)
    return texts if len({normal(text) for text in texts}) == len(texts) else tuple(one.name for one in many)


def scores(instrument: Instrument, item: Item) -> tuple[int, int]:
    """Return the lowest and highest score of an item."""
    return (
        item.low if item.low is not None else instrument.low,
        item.high if item.high is not None else instrument.high,
    )


def scale(instrument: Instrument, item: Item) -> dict[int, str]:
    """Return a word per score, as far as the codebook lists any: those that share a stem ("kurang cepat", "cepat").

    Of several stems that reach equally many scores, the one that the question speaks of is taken, else the shortest.
    """
    by_score: dict[int, list[str]] = {}
    for text, score in {**item.answers, **(instrument.answers if not item.answers else {})}.items():
        by_score.setdefault(score, []).append(text)
    words = [text for texts in by_score.values() for text in texts]
    question = normal(" ".join((*item.question.values(), *item.label.values())))
    stems = sorted(
        words, key=lambda stem: (-_reach(stem, by_score), _head(stem) not in question, len(stem), stem)
    )  # fmt: skip
    found = {}
    for score in sorted(by_score):
        alike = [text for text in by_score[score] if stems and stems[0] in text]
        found[score] = min(alike or by_score[score], key=len)
    return found


def _reach(stem: str, by_score: dict[int, list[str]]) -> int:
    return sum(any(stem in text for text in texts) for texts in by_score.values())


def _head(stem: str) -> str:
    return normal(stem).partition(" ")[0]
