"""Answers in several parts as tables: each part is described by its columns, a new one is a few lines of data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from . import numbers, rounding
from .limits import of_answer
from .look import Row, plain, records
from .markup import Entry, Heading, Table
from .sentences import note_words, remarks, wave_words
from .suppress import protect
from .tables import TONES, absent, base, figure, withheld, withheld_notes

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.oversight import Answer

    from .look import Look

ITEM_DECIMALS = 2


def _points(row: Row, name: str, look: Look) -> Entry:
    return figure(row[name], look, look.main_decimals())


def _signed(row: Row, name: str, look: Look) -> Entry:
    return figure(row[name], look, look.main_decimals(), sign=True)


def _ranged(row: Row, name: str, look: Look) -> Entry:
    """Return a difference with its range behind it."""
    value = row["difference"] if numbers.is_missing(row[name]) else row[name]
    if numbers.is_missing(value):
        return Entry(look.say("no_figure"))
    ends = row["low"], row["high"]
    places = rounding.places(str(row["verdict"]), value, ends, margin=look.book.margin, decimals=look.main_decimals())
    said, low, high = (numbers.signed(one, look.lang, places) for one in (value, row["low"], row["high"]))
    if numbers.is_missing(row["low"]):
        return Entry(said)
    return Entry(look.say("ranged", value=said, range=look.say("range_short", low=low, high=high)))


def _score(row: Row, name: str, look: Look) -> Entry:
    return figure(row[name], look, ITEM_DECIMALS)


def _count(row: Row, name: str, look: Look) -> Entry:
    return base(row[name], look)


def _share(row: Row, name: str, look: Look) -> Entry:
    return Entry(numbers.percent(row[name], look.lang))


def _hundredth(row: Row, name: str, look: Look) -> Entry:
    return Entry(numbers.percent(row[name] / 100, look.lang))


def _ratio(row: Row, name: str, look: Look) -> Entry:
    return figure(row[name], look, 2)


def _verdict(row: Row, name: str, look: Look) -> Entry:
    said = str(row[name])
    if said in TONES:
        return Entry(look.say(f"verdict_{KEYS[said]}"), tone=TONES[said])
    if said in EXPECTED:
        mark = expected_mark(row)
        return Entry(look.say(f"expected_{mark}"), tone=mark)
    return Entry(look.say("verdict_unjudged", why=note_words(row.get("note", ""), look)), tone="unsure")


def expected_mark(row: Row) -> str:
    """Return how a unit stands to its expected range; unsure where it lies outside, but not surely among all units."""
    mark = EXPECTED.get(str(row["verdict"]), "unsure")
    outside = not row["limit_low"] <= row["estimate"] <= row["limit_high"]
    return "unsure" if mark == "same" and outside else mark


def _word(row: Row, name: str, look: Look) -> Entry:
    key = str(row[name])
    return Entry(look.say(f"word_{key.replace(' ', '_').replace('-', '_')}") if key in WORDS else key)


def _text(row: Row, name: str, _: Look) -> Entry:
    return Entry("" if numbers.is_missing(row[name]) else plain(row[name]))


def _items(row: Row, name: str, look: Look) -> Entry:
    return Entry(numbers.listing([look.item_short(one) for one in str(row[name]).split()], look.lang))


def _item(row: Row, name: str, look: Look) -> Entry:
    return Entry(look.item_short(str(row[name])) if row[name] else "")


def _yes(row: Row, name: str, look: Look) -> Entry:
    return Entry(look.say("yes" if row[name] else "no"))


def _note(row: Row, name: str, look: Look) -> Entry:
    return Entry(note_words(row[name], look) if row[name] else "")


KEYS = {"lower": "lower", "higher": "higher", "no difference that matters": "same", "cannot tell": "unsure"}
EXPECTED = {"lower than expected": "lower", "higher than expected": "higher", "as expected": "same"}
WORDS = (
    "one_stop", "online", "technology", "training", "counter", "one-door units", "other units", "trained units",
    "services online", "other services", "concentrate here", "keep up", "low priority", "possible overkill",
)  # fmt: skip


REGISTERS = ("audit", "complaints")
"""Topics that come from a register, not from respondents."""


class Column(NamedTuple):
    """A column of a part: the frame's column, its heading in the catalogue, how an entry is made, whether figures."""

    name: str
    heading: str
    form: Callable[[Row, str, Look], Entry]
    figures: bool = True


class Part(NamedTuple):
    """A part of an answer: its caption, what names a row, its columns, and the group that a row is about."""

    caption: str
    label: Callable[[Row, Look], str]
    columns: tuple[Column, ...]
    group: Callable[[Row], dict[str, object]] | None
    base: tuple[str, ...] = ("n",)
    counted: bool = False
    """Whether its rows count people that add up to the first row (or to all rows): then it is protected by itself."""


def _own_level(row: Row, _: Look) -> str:
    return plain(row["level"])


def _unit_or_all(row: Row, look: Look) -> str:
    return look.level("unit", row["unit"]) if row["unit"] else look.say("all_units")


def _of_group(row: Row, look: Look) -> str:
    return look.say("group_of", by=look.column(row["by"]), level=look.level(row["by"], row["level"]))


def _by_level(row: Row) -> dict[str, object]:
    return {row["by"]: row["level"]}


def _unit_name(row: Row, look: Look) -> str:
    return look.level("unit", row["unit"])


def _unit(row: Row) -> dict[str, object]:
    return {"unit": row["unit"]}


def _initiative(row: Row, look: Look) -> str:
    return _word(row, "initiative", look).text


def _mark(row: Row, look: Look) -> str:
    return look.mark(str(row["mark"]))


def _of_item(row: Row, look: Look) -> str:
    return look.item_short(str(row["variable"]))


N = Column("n", "head_n", _count)
LOW, HIGH = Column("low", "head_low", _points), Column("high", "head_high", _points)
VERDICT = Column("verdict", "head_verdict", _verdict, figures=False)

PARTS: dict[tuple[str, str], Part] = {
    ("equity", "gaps"): Part(
        "caption_gaps", _of_group,
        (N, Column("estimate", "head_value", _points), Column("difference", "head_raw_difference", _signed),
         Column("mix_difference", "head_same_mix", _ranged, figures=False),
         Column("low_answers", "head_low_share", _hundredth), VERDICT),
        _by_level,
    ),
    ("equity", "concentration"): Part(
        "caption_concentration", _of_group,
        (N, Column("share_people", "head_share_people", _share), Column("share_low", "head_share_low", _share),
         Column("ratio", "head_ratio", _ratio)),
        _by_level,
    ),
    ("equity", "heard"): Part(
        "caption_heard", _of_group,
        (N, Column("share", "head_share_people", _share), Column("population_share", "head_share_population", _share),
         Column("ratio", "head_ratio", _ratio)),
        _by_level,
    ),
    ("equity", "not_asked"): Part(
        "caption_not_asked", lambda row, look: look.column(row["by"]),
        (Column("known", "head_known", _share), Column("note", "head_note", _note, figures=False)), None, (),
    ),
    ("initiatives", "summary"): Part(
        "caption_initiatives", _initiative,
        (Column("a", "head_side_a", _word, figures=False), Column("n_a", "head_n", _count),
         Column("b", "head_side_b", _word, figures=False), Column("n_b", "head_n", _count),
         Column("difference", "head_difference_ranged", _ranged, figures=False), VERDICT),
        None, (),
    ),
    ("training", "units"): Part(
        "caption_training", _unit_name,
        (Column("trained", "head_trained", _yes, figures=False), Column("n_before", "head_n_before", _count), N,
         Column("before", "head_before", _points), Column("estimate", "head_value", _points),
         Column("difference", "head_change", _signed), Column("note", "head_note", _note, figures=False)),
        _unit, ("n", "n_before"),
    ),
    ("marks", "marks"): Part(
        "caption_marks", _mark,
        (Column("items", "head_items", _items, figures=False), N, Column("estimate", "head_mean", _score),
         Column("low", "head_low", _score), Column("high", "head_high", _score),
         Column("low_answers", "head_low_share", _hundredth), Column("note", "head_note", _note, figures=False)),
        lambda _: {}, (),
    ),
    ("drivers", "unsur"): Part(
        "caption_drivers", _of_item,
        (N, Column("performance", "head_mean", _score), Column("importance", "head_importance", _ratio),
         Column("quadrant", "head_quadrant", _word, figures=False)),
        lambda _: {},
    ),
    ("expected_range", "units"): Part(
        "caption_expected", _unit_name,
        (N, Column("estimate", "head_value", _points), Column("expected", "head_expected", _points),
         Column("difference", "head_difference", _signed), Column("limit_low", "head_low", _points),
         Column("limit_high", "head_high", _points), VERDICT),
        _unit,
    ),
}  # fmt: skip
PARTS |= {
    ("complaints", "units"): Part(
        "caption_complaints", _unit_or_all,
        (Column("n", "head_complaints", _count), Column("per_thousand", "head_per_thousand", _points),
         Column("closed", "head_closed", _count), Column("open", "head_open", _count),
         Column("overdue", "head_overdue", _count), Column("in_time", "head_in_time", _share),
         Column("median_days", "head_median_days", _points), Column("note", "head_note", _note, figures=False)),
        None, ("n",), counted=True,
    ),
    ("complaints", "topics"): Part(
        "caption_complaint_topics", _own_level, (Column("n", "head_complaints", _count),), None, ("n",), counted=True,
    ),
    ("complaints", "channels"): Part(
        "caption_complaint_channels", _own_level, (Column("n", "head_complaints", _count),), None, ("n",), counted=True,
    ),
    ("follow_up", "promises"): Part(
        "caption_promises", _unit_name,
        (Column("item", "head_item", _item, figures=False), Column("wave", "head_promised", _text, figures=False),
         Column("before", "head_before", _score), Column("estimate", "head_value", _score),
         Column("difference", "head_change", _score), Column("low", "head_low", _score),
         Column("high", "head_high", _score), VERDICT),
        _unit, ("n",),
    ),
    ("audit", "units"): Part(
        "caption_audit", _unit_name,
        (Column("source", "head_source", _text, figures=False), Column("n", "head_count", _count),
         Column("settled", "head_settled", _count), Column("open", "head_open", _count)),
        None, (),
    ),
    ("run_chart", "points"): Part(
        "caption_run_chart", lambda row, _: str(row["period"]),
        (N, Column("estimate", "head_value", _points), LOW, HIGH,
         Column("outside", "head_outside", _yes, figures=False)),
        None, ("n",), counted=True,
    ),
}  # fmt: skip
PARTS["marks", "aims"] = PARTS["marks", "marks"]._replace(caption="caption_aims")
PARTS["initiatives", "units"] = PARTS["training", "units"]


def table(answer: Answer, part: str, look: Look) -> Table:
    """Return one part of an answer as a table; rows about a withheld group show no figure."""
    spec = PARTS[answer.topic, part]
    body = [_row(row, spec, look, withheld_row=unseen) for row, unseen in judged(answer, part, look)]
    heads = (
        Heading(look.say(f"{spec.caption}_rows"), figures=False),
        *(Heading(look.say(one.heading), figures=one.figures) for one in spec.columns),
    )
    registers = spec.counted or answer.topic in REGISTERS
    asked = () if registers else of_answer(answer, look)
    notes = (*withheld_notes(body, look), *remarks(answer.notes, look), *asked)
    return Table(look.say(spec.caption, wave=wave_words(answer.wave, look)), heads, tuple(body), notes)


def judged(answer: Answer, part: str, look: Look) -> list[tuple[Row, bool]]:
    """Return the rows of a part, each with whether its figures are withheld: the one place where that is decided."""
    spec = PARTS[answer.topic, part]
    rows = records(answer.tables[part])
    small = own_small(rows, look) if spec.counted else set()
    return [(row, place in small or hidden(row, spec, answer.wave, look)) for place, row in enumerate(rows)]


def seen_rows(answer: Answer, part: str, look: Look) -> list[Row]:
    """Return the rows of a part whose figures may be shown; none where the answer lacks the part."""
    if part not in answer.tables:
        return []
    return [row for row, unseen in judged(answer, part, look) if not unseen]


def own_small(rows: list[Row], look: Look) -> set[int]:
    """Return which rows of a part that counts people are withheld: the small ones and what would give them away."""
    whole = next((int(row["n"]) for row in rows if row.get("unit") == ""), sum(int(row["n"]) for row in rows))
    counts: dict[frozenset[tuple[str, str]], int] = {frozenset(): whole}
    counts |= {frozenset({("row", str(at))}): int(row["n"]) for at, row in enumerate(rows) if row.get("unit") != ""}
    withheld = protect(counts, threshold=look.plan.threshold, spread=look.rules.linked.spread)
    return {int(level) for group in withheld for _, level in group}


def _row(row: Row, spec: Part, look: Look, *, withheld_row: bool) -> tuple[Entry, ...]:
    name = Entry(spec.label(row, look))
    if "n_before" in row and spec.group is _unit and not (row["n"] > 0 and row["n_before"] > 0):
        return (name, *absent(look, len(spec.columns)))
    if withheld_row:
        return (name, *withheld(look, len(spec.columns)))
    return (name, *(one.form(row, one.name, look) for one in spec.columns))


def hidden(row: Row, spec: Part, wave: str, look: Look) -> bool:
    """Tell whether a row's figures are withheld: any of its bases is too small, or its group is withheld."""
    bases: list[Any] = [row[name] for name in spec.base if not numbers.is_missing(row[name])]
    bases += [row[name] for name in ("n_a", "n_b") if name in row and not numbers.is_missing(row[name])]
    if row.get("initiative") != "training" and any(n < look.plan.threshold for n in bases):
        return True
    if spec.group is None or not bases:
        return False
    return bool(look.hidden_of_city(bases[0], str(row.get("checked") or wave), spec.group(row)))
