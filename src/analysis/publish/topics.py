"""Answers in several parts as tables: each part is described by its columns, a new one is a few lines of data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.oversight.labels import JOIN

from . import form
from .look import CITY, EVERY_LEVEL, Row, records
from .markup import Entry, Heading, Table
from .suppress import protect
from .tables import absent, withheld, withheld_notes, without_blank
from .wording import numbers
from .wording.limits import of_answer
from .wording.remarks import remarks
from .wording.sentences import wave_words

if TYPE_CHECKING:
    from collections.abc import Callable

    from analysis.oversight import Answer

    from .look import Look

NOT_ASKED = ("not measured", "not asked")
"""Remarks of a row that rests on nobody: there is nothing to withhold."""
REGISTERS = ("audit", "complaints")
"""Topics that come from a register, not from respondents."""


CHANNELS = {"n_a": "online", "n_b": "counter"}
"""Whom the two sides of online beside counter are of."""


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


def _own_level(row: Row, look: Look) -> str:
    return form.registered(row["level"], look).text


def _unit_or_all(row: Row, look: Look) -> str:
    return look.level("unit", row["unit"]) if row["unit"] else look.say("all_units")


def _of_group(row: Row, look: Look) -> str:
    return look.level_of(str(row["by"]), row["level"])


def _level_alone(row: Row, look: Look) -> str:
    return look.level(row["by"], row["level"])


def _by_level(row: Row) -> dict[str, object]:
    return {row["by"]: row["level"]}


def _unit_name(row: Row, look: Look) -> str:
    return look.level("unit", row["unit"])


def _unit(row: Row) -> dict[str, object]:
    return {"unit": row["unit"]}


def _initiative(row: Row, look: Look) -> str:
    return look.say("online_or_counter") if row["initiative"] == "online" else form.word(row["initiative"], look)


def _mark(row: Row, look: Look) -> str:
    return look.mark(str(row["mark"]))


def _of_item(row: Row, look: Look) -> str:
    return look.item_short(str(row["variable"]))


N = Column("n", "head_n", form.count)
VERDICT = Column("verdict", "head_verdict", form.verdict, figures=False)

PARTS: dict[tuple[str, str], Part] = {
    ("equity", "gaps"): Part(
        "caption_gaps", _of_group,
        (N, Column("estimate", "head_value", form.points), Column("difference", "head_raw_difference", form.signed),
         Column("mix_difference", "head_same_mix", form.ranged, figures=False),
         Column("low_answers", "head_low_share", form.low_percent), VERDICT),
        _by_level,
    ),
    ("equity", "concentration"): Part(
        "caption_concentration", _of_group,
        (N, Column("share_people", "head_share_people", form.of_whole(form.share)),
         Column("share_low", "head_share_low", form.share),
         Column("ratio", "head_ratio", form.of_whole(form.ratio))),
        _by_level,
    ),
    ("equity", "heard"): Part(
        "caption_heard", _level_alone,
        (N, Column("share", "head_share_people", form.of_whole(form.share)),
         Column("population_share", "head_share_population", form.share),
         Column("ratio", "head_ratio", form.of_whole(form.ratio))),
        _by_level,
    ),
    ("equity", "not_asked"): Part(
        "caption_not_asked", lambda row, look: look.column(row["by"]),
        (Column("known", "head_known", form.share), Column("note", "head_note", form.note, figures=False)), None, (),
    ),
    ("initiatives", "summary"): Part(
        "caption_initiatives", _initiative,
        (Column("a", "head_side_a", form.word_entry, figures=False), Column("n_a", "head_n", form.answered),
         Column("b", "head_side_b", form.word_entry, figures=False), Column("n_b", "head_n", form.answered),
         Column("difference", "head_difference_ranged", form.ranged, figures=False),
         Column("verdict", "head_verdict", form.initiative_verdict, figures=False)),
        None, (),
    ),
    ("training", "units"): Part(
        "caption_training", _unit_name,
        (Column("trained", "head_trained", form.yes_or_no, figures=False),
         Column("n_before", "head_n_before", form.count), N,
         Column("before", "head_before", form.points), Column("estimate", "head_value", form.points),
         Column("difference", "head_change", form.signed), Column("note", "head_note", form.note, figures=False)),
        _unit, ("n", "n_before"),
    ),
    ("marks", "marks"): Part(
        "caption_marks", _mark,
        (Column("items", "head_items", form.item_list, figures=False), N, Column("estimate", "head_mean", form.score),
         Column("low", "head_range", form.item_range(form.range_of("low", "high", form.ITEM_DECIMALS))),
         Column("low_answers", "head_low_share", form.low_percent),
         Column("note", "head_note", form.note, figures=False)),
        lambda _: {},
    ),
    ("drivers", "unsur"): Part(
        "caption_drivers", _of_item,
        (N, Column("performance", "head_mean", form.with_range),
         Column("importance", "head_importance", form.unless_few(form.with_range)),
         Column("quadrant", "head_quadrant", form.quadrant, figures=False),
         Column("note", "head_note", form.note, figures=False)),
        lambda _: {},
    ),
    ("expected_range", "units"): Part(
        "caption_expected", _unit_name,
        (N, Column("estimate", "head_value", form.points), Column("expected", "head_expected", form.points),
         Column("difference", "head_difference", form.signed),
         Column("limit_low", "head_expected_range", form.range_of("limit_low", "limit_high")), VERDICT),
        _unit,
    ),
}  # fmt: skip
PARTS |= {
    ("complaints", "units"): Part(
        "caption_complaints", _unit_or_all,
        (Column("n", "head_complaints", form.count), Column("per_thousand", "head_per_thousand", form.points),
         Column("closed", "head_closed", form.count), Column("late", "head_late", form.count),
         Column("open", "head_open", form.count), Column("overdue", "head_overdue", form.count),
         Column("left_out", "head_left_out", form.count),
         Column("in_time", "head_in_time", form.of_dated(form.share)),
         Column("median_days", "head_median_days", form.of_dated(form.days)),
         Column("note", "head_note", form.note, figures=False)),
        None, ("n",), counted=True,
    ),
    ("complaints", "topics"): Part(
        "caption_complaint_topics", _own_level, (Column("n", "head_complaints", form.count),), None, ("n",),
         counted=True,
    ),
    ("complaints", "channels"): Part(
        "caption_complaint_channels", _own_level, (Column("n", "head_complaints", form.count),), None, ("n",),
         counted=True,
    ),
    ("follow_up", "promises"): Part(
        "caption_promises", _unit_name,
        (Column("item", "head_item", form.promised, figures=False),
         Column("wave", "head_promised", form.plain_text, figures=False),
         Column("before", "head_before", form.score), Column("estimate", "head_value", form.score),
         Column("difference", "head_change", form.moved),
         Column("low", "head_difference_range", form.range_of("low", "high", form.ITEM_DECIMALS)), VERDICT),
        _unit, ("n",),
    ),
    ("audit", "units"): Part(
        "caption_audit", _unit_name,
        (Column("source", "head_source", form.written, figures=False), Column("n", "head_count", form.count),
         Column("settled", "head_settled", form.count), Column("open", "head_open", form.count)),
        None, (),
    ),
    ("run_chart", "points"): Part(
        "caption_run_chart", lambda row, look: numbers.month(row["period"], look.lang),
        (N, Column("estimate", "head_value", form.points), Column("low", "head_range", form.range_of("low", "high")),
         Column("outside", "head_outside", form.outside, figures=False)),
        None, ("n",), counted=True,
    ),
}  # fmt: skip
PARTS["marks", "aims"] = PARTS["marks", "marks"]._replace(caption="caption_aims")
PARTS["initiatives", "units"] = PARTS["training", "units"]
OF_WHOLE = {("equity", "concentration"): ("share_people", "ratio"), ("equity", "heard"): ("share", "ratio")}
"""What is a share of all who named a level: with the shown numbers it tells how many these are."""


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
    unrounded = (look.say("note_rounding"),) if _subtracts(spec) else ()
    notes = (*withheld_notes(body, look), *unrounded, *remarks(answer.notes, look), *asked)
    caption = look.say(spec.caption, wave=wave_words(answer.wave, look))
    return without_blank(Table(caption, heads, tuple(body), notes))


def _subtracts(spec: Part) -> bool:
    """Tell whether a part's table shows a difference beside both figures that it lies between."""
    names = {one.name for one in spec.columns}
    return {"difference", "estimate"} <= names and bool(names & {"before", "expected"})


def judged(answer: Answer, part: str, look: Look) -> list[tuple[Row, bool]]:
    """Return the rows of a part, each with whether its figures are withheld: the one place where that is decided."""
    spec = PARTS[answer.topic, part]
    rows = records(answer.tables[part])
    small = own_small(rows, look) | _over_time(rows, answer, look) if spec.counted else set()
    return [(row, place in small or hidden(row, spec, answer, look)) for place, row in enumerate(rows)]


def unseen(answer: Answer, part: str, look: Look) -> list[bool]:
    """Return of each row of a part whether the plan withholds its group, whatever its figures are."""
    spec = PARTS[answer.topic, part]
    rows = records(answer.tables[part])
    small = own_small(rows, look) | _over_time(rows, answer, look) if spec.counted else set()
    return [place in small or _group_hidden(row, spec, answer, look) for place, row in enumerate(rows)]


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


def _over_time(rows: list[Row], answer: Answer, look: Look) -> set[int]:
    """Return which periods of a chart over time are withheld: they add up to a unit, a wave or all who gave a date.

    Of one unit none is told where a wave of it is withheld. Where the number who gave a date would tell a unit's, the
    smallest period of each year is left out: without it nobody has the sum.
    """
    if answer.topic != "run_chart":
        return set()
    unit, held = str(answer.facts.get("unit", "")), look.plan.withheld
    if unit and any(dict(group).get("unit") == unit for group in held):
        return set(range(len(rows)))
    waves = {at for at, row in enumerate(rows) if look.group(str(row["period"]), owner=CITY) in held}
    if unit or not any(("date", EVERY_LEVEL) in group for group in held):
        return waves
    years: dict[str, list[int]] = {}
    for at, row in enumerate(rows):
        years.setdefault(str(row["period"])[:4], []).append(at)
    return waves | {min(of, key=lambda at: (rows[at]["n"], at)) for of in years.values()}


def _row(row: Row, spec: Part, look: Look, *, withheld_row: bool) -> tuple[Entry, ...]:
    name = form.registered(row["level"], look) if spec.label is _own_level else Entry(spec.label(row, look))
    if "n_before" in row and spec.group is _unit and not (row["n"] > 0 and row["n_before"] > 0):
        return (name, *absent(look, len(spec.columns)))
    if withheld_row:
        return (name, *withheld(look, len(spec.columns)))
    return (name, *(one.form(row, one.name, look) for one in spec.columns))


def hidden(row: Row, spec: Part, answer: Answer, look: Look) -> bool:
    """Tell whether a row's figures are withheld: its group is, or they would tell what each of a few answered."""
    return _group_hidden(row, spec, answer, look) or _kept_back(row, spec, answer, look)


def _group_hidden(row: Row, spec: Part, answer: Answer, look: Look) -> bool:
    """Tell whether any base of a row is too small, or its group is withheld, in either wave."""
    bases: list[Any] = [row[name] for name in spec.base if not numbers.is_missing(row[name])]
    bases += [row[name] for name in ("n_a", "n_b") if name in row and not numbers.is_missing(row[name])]
    if row.get("initiative") == "training" or row.get("note") in NOT_ASKED:
        return False
    if any(n < look.plan.threshold for n in bases) or _side_withheld(row, answer, look):
        return True
    if spec.group is None or not bases:
        return False
    wave, group = str(row.get("checked") or answer.wave), spec.group(row)
    return bool(look.hidden_of_city(bases[0], wave, group)) or _hidden_before(row, answer, group, look)


def _kept_back(row: Row, spec: Part, answer: Answer, look: Look) -> bool:
    """Tell whether a row tells, of either wave, a figure that gives away what each of a few answered."""
    if spec.group is None or numbers.is_missing(row.get("estimate")):
        return False
    wave, group = str(row.get("checked") or answer.wave), spec.group(row)
    measure = str(row.get("variable") or look.book.measure.name)
    before = str(row["wave"] if row.get("checked") else answer.facts.get("before", ""))
    then = (
        row
        if numbers.is_missing(row.get("before"))
        else {"estimate": row["before"], "n": row.get("n_before", row["n"])}
    )
    kept = look.keeps_back(row, measure, wave, group) or look.keeps_back(then, measure, before or wave, group)
    return kept or look.keeps_left_out(row, (before or wave, wave), group)


def _side_withheld(row: Row, answer: Answer, look: Look) -> bool:
    """Tell whether a side of an initiative is of groups of which one is withheld, or is all but a few of theirs."""
    initiative = row.get("initiative")
    if initiative == "online":
        sides = [(row[n], [look.city_group(answer.wave, channel=level)]) for n, level in CHANNELS.items()]
    elif initiative in {"one_stop", "technology"}:
        units = (
            [str(row["a"]).partition(JOIN)[0]]
            if initiative == "technology"
            else [unit.name for unit in look.book.units if unit.one_stop]
        )
        sides = [(row["n_a"], [look.group(answer.wave, unit=unit) for unit in units])]
    else:
        return False
    rests = [sum(look.plan.counts.get(group, 0) for group in groups) - n for n, groups in sides]
    withheld = any(group in look.plan.withheld for _, groups in sides for group in groups)
    return withheld or any(0 < rest < look.plan.threshold for rest in rests)


def others_uncounted(answer: Answer, look: Look) -> bool:
    """Tell whether the number on the other side of an initiative, which adds up units, would give one of them away."""
    city = {("owner", CITY), ("wave", answer.wave)}
    return any(city <= group and "unit" in dict(group) for group in look.plan.withheld)


def _hidden_before(row: Row, answer: Answer, group: dict[str, object], look: Look) -> bool:
    """Tell whether the earlier wave that a row is held against is withheld."""
    wave = str(row["wave"] if row.get("checked") else answer.facts.get("before", ""))
    if not wave or numbers.is_missing(row.get("before")):
        return False
    n = row.get("n_before", look.plan.counts.get(look.group(wave, **group), 0))
    return bool(look.hidden_of_city(n, wave, group))
