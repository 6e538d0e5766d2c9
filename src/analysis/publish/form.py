"""How an entry of an answer's table is made of its row: one small function a form, all under the same call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .look import Row, plain
from .markup import Entry
from .tables import TONES, base, figure
from .wording import numbers, rounding
from .wording.answers import as_item, low_share_of
from .wording.sentences import note_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from .look import Look

ITEM_DECIMALS = 2


def points(row: Row, name: str, look: Look) -> Entry:
    """Return a figure of the main measure."""
    return figure(row[name], look, look.main_decimals())


def signed(row: Row, name: str, look: Look) -> Entry:
    """Return a difference in points of the main measure, with its sign."""
    return figure(row[name], look, look.main_decimals(), sign=True)


def no_use(row: Row, look: Look) -> bool:
    """Tell whether a difference says nothing: its range is wider than the scale, or it was judged and has none.

    Too few of a group may have asked for services that others asked for too, so that no range can be given.
    """
    if numbers.is_missing(row["low"]):
        return bool(row["verdict"] == "cannot tell")
    measure = look.book.measure
    return bool(row["high"] - row["low"] > measure.high - measure.low)


def ranged(row: Row, name: str, look: Look) -> Entry:
    """Return a difference with its range behind it; words where the range is of no use."""
    if no_use(row, look):
        return Entry(look.say("too_vague"))
    value = row["difference"] if numbers.is_missing(row[name]) else row[name]
    if numbers.is_missing(value):
        return Entry(look.say("no_figure"))
    ends = row["low"], row["high"]
    places = rounding.places(str(row["verdict"]), value, ends, margin=look.book.margin, decimals=look.main_decimals())
    said = numbers.signed(value, look.lang, places)
    if numbers.is_missing(row["low"]):
        return Entry(said)
    low, high = (numbers.number(one, look.lang, places) for one in ends)
    return Entry(look.say("ranged", value=said, range=look.say("range_short", low=low, high=high)))


def range_of(low: str, high: str, decimals: int | None = None) -> Callable[[Row, str, Look], Entry]:
    """Return the form of an interval between two columns, in one entry."""

    def form(row: Row, _: str, look: Look) -> Entry:
        if numbers.is_missing(row[low]) or numbers.is_missing(row[high]):
            return Entry(look.say("no_range"))
        places = look.main_decimals() if decimals is None else decimals
        start, end = (look.number(row[one], places) for one in (low, high))
        return Entry(look.say("range_short", low=start, high=end))

    return form


def with_range(row: Row, name: str, look: Look) -> Entry:
    """Return a score of an item or a figure like it with its range behind it; without where none may be told."""
    value, ends = figure(row[name], look, ITEM_DECIMALS), (row[f"{name}_low"], row[f"{name}_high"])
    if few(row, look) or any(map(numbers.is_missing, ends)):
        return value
    low, high = (look.number(one, ITEM_DECIMALS) for one in ends)
    return Entry(look.say("ranged", value=value.text, range=look.say("range_short", low=low, high=high)), value.value)


def few(row: Row, look: Look) -> bool:
    """Tell whether a row rests on so few people that neither the spread of an item nor an order of items is told."""
    return bool(row["n"] < look.rules.spread.no_sd_under)


def unless_few(form: Callable[[Row, str, Look], Entry]) -> Callable[[Row, str, Look], Entry]:
    """Return the form of what is told of enough people only: what goes along with what."""

    def told(row: Row, name: str, look: Look) -> Entry:
        return _of_few(look) if few(row, look) and not numbers.is_missing(row[name]) else form(row, name, look)

    return told


def item_range(form: Callable[[Row, str, Look], Entry]) -> Callable[[Row, str, Look], Entry]:
    """Return the form of the range of one item or of several: of few people none of one item alone is told.

    With n and the mean it would give back their answers, on this page as on that of the items.
    """

    def told(row: Row, name: str, look: Look) -> Entry:
        alone = len(str(row["items"]).split()) == 1 and row["note"] != "constant"
        return _of_few(look) if alone and few(row, look) else form(row, name, look)

    return told


def _of_few(look: Look) -> Entry:
    return Entry(look.say("no_range_few", few=look.rules.spread.no_sd_under))


def quadrant(row: Row, name: str, look: Look) -> Entry:
    """Return where an item stands by importance and score; nothing of few people, for whom no order is told."""
    if few(row, look) and row[name]:
        return Entry("")
    return verdict(row, name, look) if row[name] in TONES else word_entry(row, name, look)


def outside(row: Row, name: str, look: Look) -> Entry:
    """Return whether a point lies beyond the limits; nothing where there are none."""
    return Entry("") if numbers.is_missing(row["limit_low"]) else yes_or_no(row, name, look)


def moved(row: Row, name: str, look: Look) -> Entry:
    """Return a difference between scores of an item, with its sign."""
    return figure(row[name], look, ITEM_DECIMALS, sign=True)


def days(row: Row, name: str, look: Look) -> Entry:
    """Return days, whole unless half a day is meant."""
    return figure(row[name], look, day_places(row[name]))


def of_dated(form: Callable[[Row, str, Look], Entry]) -> Callable[[Row, str, Look], Entry]:
    """Return the form of what only complaints with usable dates tell: words where these are few."""

    def told(row: Row, name: str, look: Look) -> Entry:
        few = row["closed"] + row["open"] < look.plan.threshold
        return Entry(look.say("too_few_dated")) if few else form(row, name, look)

    return told


def day_places(days: Any) -> int:  # noqa: ANN401
    """Return the places that a number of days needs."""
    return 0 if numbers.is_missing(days) or float(days).is_integer() else 1


def answered(row: Row, name: str, look: Look) -> Entry:
    """Return a number of respondents, or of units where units are compared."""
    if row["initiative"] == "training" and not numbers.is_missing(row[name]):
        return Entry(look.say("units_count", count=int(row[name])))
    if numbers.is_missing(row[name]) and not numbers.is_missing(row["n_a"]):
        return Entry(look.say("withheld_short"), withheld=True)
    return figure(row[name], look, 0)


def initiative_verdict(row: Row, name: str, look: Look) -> Entry:
    """Return a verdict; of changes it is told as one of changes."""
    said = str(row[name])
    if of_change(row) and said in {"lower", "higher"}:
        return Entry(look.say(f"verdict_change_{KEYS[said]}"), tone=TONES[said])
    return verdict(row, name, look)


def of_change(row: Row) -> bool:
    """Tell whether an initiative is judged by how much its sides changed."""
    return str(row.get("basis", "")).startswith("change")


def score(row: Row, name: str, look: Look) -> Entry:
    """Return a score of an item."""
    return figure(row[name], look, ITEM_DECIMALS)


def count(row: Row, name: str, look: Look) -> Entry:
    """Return a number of respondents or cases."""
    return base(row[name], look)


def share(row: Row, name: str, look: Look) -> Entry:
    """Return a share as a whole percentage."""
    return Entry(numbers.percent(row[name], look.lang))


def of_whole(form: Callable[[Row, str, Look], Entry]) -> Callable[[Row, str, Look], Entry]:
    """Return the form of a share of all who named a level, which is withheld where their number is."""

    def told(row: Row, name: str, look: Look) -> Entry:
        if numbers.is_missing(row[name]):
            return Entry(look.say("withheld_short"), withheld=True)
        return form(row, name, look)

    return told


def low_percent(row: Row, name: str, look: Look) -> Entry:
    """Return a percentage of low answers as a whole one; words where its range is too wide to be of use."""
    return Entry(low_share_of(as_item(row, name), look, brief=False))


def ratio(row: Row, name: str, look: Look) -> Entry:
    """Return a ratio."""
    return figure(row[name], look, 2)


def verdict(row: Row, name: str, look: Look) -> Entry:
    """Return a verdict in words, or why there is none."""
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
    return "unsure" if mark == "same" and outside_expected(row) else mark


def outside_expected(row: Row) -> bool:
    """Tell whether a unit lies outside its own expected range, whatever can be said among all units."""
    return not row["limit_low"] <= row["estimate"] <= row["limit_high"]


def word_entry(row: Row, name: str, look: Look) -> Entry:
    """Return a word of ours, or a unit's service; that there is none where nothing could be told."""
    return Entry(look.say("nothing_told")) if not row[name] else Entry(word(row[name], look))


def word(name: object, look: Look) -> str:
    """Return what readers call a side of a comparison: a word of ours, or a unit's service."""
    key = str(name)
    return look.say(f"word_{key.replace(' ', '_').replace('-', '_')}") if key in WORDS else look.service(key)


def plain_text(row: Row, name: str, _: Look) -> Entry:
    """Return text from data."""
    return Entry("" if numbers.is_missing(row[name]) else plain(row[name]))


def written(row: Row, name: str, look: Look) -> Entry:
    """Return a register's own word."""
    return Entry("") if numbers.is_missing(row[name]) else registered(row[name], look)


def registered(text: object, look: Look) -> Entry:
    """Return a register's own word in the reader's language where the codebook has a term for it, else as written."""
    known = plain(text).casefold()
    if known in look.book.terms:
        return Entry(look.column(known))
    return Entry(plain(text), lang=OFFICIAL if look.graded and look.lang != OFFICIAL else "")


OFFICIAL = "id"
"""In what language the registers beside a graded survey are kept."""


def item_list(row: Row, name: str, look: Look) -> Entry:
    """Return several items by number and name."""
    return Entry(numbers.listing([look.item_short(one) for one in str(row[name]).split()], look.lang))


def item(row: Row, name: str, look: Look) -> Entry:
    """Return an item by number and name."""
    return Entry(look.item_short(str(row[name])) if row[name] else "")


def promised(row: Row, name: str, look: Look) -> Entry:
    """Return the item that a promise names, as the codebook calls it where it is one of its items."""
    return item(row, "variable", look) if row["variable"] else written(row, name, look)


def yes_or_no(row: Row, name: str, look: Look) -> Entry:
    """Return yes or no."""
    return Entry(look.say("yes" if row[name] else "no"))


def note(row: Row, name: str, look: Look) -> Entry:
    """Return a remark in words."""
    return Entry(note_words(row[name], look) if row[name] else "")


KEYS = {"lower": "lower", "higher": "higher", "no difference that matters": "same", "cannot tell": "unsure"}
EXPECTED = {"lower than expected": "lower", "higher than expected": "higher", "as expected": "same"}
WORDS = (
    "one_stop", "online", "technology", "training", "counter", "one-door units", "other units", "trained units",
    "services online", "other services", "concentrate here", "keep up", "low priority", "possible overkill",
    "low score", "high score", "important", "less important",
)  # fmt: skip
