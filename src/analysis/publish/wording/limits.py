"""What the kinds of sample take away from a figure, and at which units: a few walk-ins are not told of all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis import oversight
from analysis.oversight import Change, Comparison
from analysis.oversight.results import SAMPLES, worst_sample
from analysis.publish.look import CITY, Sampled, records

from . import numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    import pandas as pd

    from analysis.oversight import Answer, Matrix
    from analysis.publish.look import Look, Row
    from analysis.publish.study import StudyLike

DRAWN = ("random", "census")
UNDECLARED = "undeclared"
"""What stands for a kind of sample that nobody declared: it is read as the kind that says least, not told as it."""
TOLD = (UNDECLARED, *SAMPLES)
MOST_NAMED = 5
"""How many units a note names; more are counted."""


def sampled(study: StudyLike) -> Mapping[str, Mapping[str, Sampled]]:
    """Return by wave and unit how respondents were chosen, of the units that surveyed."""
    responses = getattr(study, "responses", None)
    if responses is None or "unit" not in responses:
        return {}
    found: dict[str, dict[str, Sampled]] = {}
    declared = _declared(study.registers.get("surveys"))
    for row in records(oversight.coverage(study)):
        if row["surveyed"]:
            wave, unit = str(row["wave"]), str(row["unit"])
            believed = not row["users"] < row["n"]
            found.setdefault(wave, {})[unit] = Sampled(row["sample"], row["owner"], (wave, unit) in declared, believed)
    return found


def _declared(surveys: pd.DataFrame | None) -> set[tuple[str, str]]:
    """Return the waves and units of which the register says how respondents were chosen."""
    if surveys is None or not {"unit", "wave", "sample"} <= set(surveys.columns):
        return set()
    last = surveys.drop_duplicates(["unit", "wave"], keep="last")  # as oversight.coverage takes them
    known = last[last["sample"].isin(SAMPLES)]
    return {(str(wave), str(unit)) for wave, unit in zip(known["wave"], known["unit"], strict=True)}


def told_kind(row: Row, look: Look) -> str:
    """Return how a unit of a table chose its respondents, as readers are told: ``UNDECLARED`` where it did not say."""
    waves = [str(row["wave"])] if "wave" in row else list(look.samples)
    known = [one for wave in waves if (one := look.samples.get(wave, {}).get(str(row["unit"])))]
    silent = row.get("note") == UNDECLARED or (known and not any(one.declared for one in known))
    return UNDECLARED if row["sample"] == SAMPLES[0] and silent else str(row["sample"])


def _worst(ones: Iterable[Sampled]) -> str:
    """Return the kind that says least, ``UNDECLARED`` where no unit that it was taken of said so."""
    found = list(ones)
    kind = worst_sample([one.kind for one in found])
    return UNDECLARED if kind == SAMPLES[0] and none_declared(found) else kind


def none_declared(ones: Iterable[Sampled]) -> bool:
    """Tell whether all who are read as visitors willing to answer are so because nobody said how they were chosen."""
    walk_in = [one for one in ones if one.kind == SAMPLES[0]]
    return bool(walk_in) and not any(one.declared for one in walk_in)


def all_undeclared(look: Look) -> bool:
    """Tell whether no unit of the study is known to have said how it chose respondents, and some are known."""
    ones = every_one(look)
    return bool(ones) and not any(one.declared for one in ones)


def every_one(look: Look, waves: Iterable[str] = (), units: Collection[str] = ()) -> list[Sampled]:
    """Return how respondents were chosen at ``units`` (none named: at every unit) in ``waves``.

    Of all waves where none of them is known.
    """
    known = [wave for wave in waves if wave in look.samples] or list(look.samples)
    return [one for wave in known for name, one in look.samples[wave].items() if not units or name in units]


def users_below(look: Look) -> str:
    """Return which units declared fewer users than they have respondents, with the waves; nothing where none is known.

    A withheld unit is not named: its users would tell how few its respondents are.
    """
    waves: dict[str, list[str]] = {}
    for wave, units in look.samples.items():
        for unit, one in units.items():
            n = look.plan.counts.get(look.group(wave, unit=unit), 0)
            if not one.believed and not look.hidden(n, wave, {"unit": unit}):
                waves.setdefault(unit, []).append(wave)
    if len(waves) > MOST_NAMED:
        return look.say("units_count", len(waves))
    told = [
        look.say("name_in_wave", name=look.level("unit", unit), wave=numbers.listing(of, look.lang))
        for unit, of in sorted(waves.items())
    ]
    return "; ".join(told)


def kind(result: Comparison | Matrix | Change) -> str:
    """Return the kind of sample that lets a result say least, over the whole and the groups that are judged in it."""
    judged = result.table.loc[result.table["verdict"].ne(""), "sample"]
    return worst_sample([*judged, result.sample])


def of_result(result: Comparison | Matrix | Change, look: Look) -> tuple[str, ...]:
    """Return what the kinds of sample take away from a comparison, a matrix or a change."""
    waves = (result.before, result.wave) if isinstance(result, Change) else (result.wave,)
    units = None
    if isinstance(result, Change) and result.by == "unit":
        units = [str(one) for one in result.table.loc[result.table["verdict"].ne(""), "level"]]
    return of_waves(kind(result), look, waves, units)


def of_answer(answer: Answer, look: Look) -> tuple[str, ...]:
    """Return what the kinds of sample take away from any other answer about respondents."""
    before: Any = answer.facts.get("before", "")
    now = look.samples.get(answer.wave, {})
    units = [name for name, one in now.items() if one.owner == CITY] if now else None
    waves = [one for one in (str(before), answer.wave) if one]
    return of_waves(_kind_of(answer), look, waves, units, owned=True)


def _kind_of(answer: Answer) -> str:
    """Return the kind of sample that lets an answer say least: over its comparisons, where it tells each one's own."""
    own = answer.tables.get("summary")
    kinds: list[str] = [] if own is None else [kind for kind in own.loc[own["verdict"].ne(""), "sample"] if kind]
    return worst_sample(kinds) if kinds else answer.sample or SAMPLES[0]


def of_waves(
    sample: str,
    look: Look,
    waves: Iterable[str] = (),
    units: Iterable[str] | None = None,
    *,
    owned: bool = False,
) -> tuple[str, ...]:
    """Return what ``sample``, the kind that says least, takes away; at which of the units, where they differ.

    The units are the city's own of ``waves`` where none are named (``owned``: those named are). Unknown ones say it of
    everybody.
    """
    found: dict[str, list[Sampled]] = {}
    asked = list(waves)
    for wave in asked:
        for name, one in look.samples.get(wave, {}).items():
            if one.owner == CITY if units is None else name in set(units):
                found.setdefault(name, []).append(one)
    by_unit = {name: _worst(ones) for name, ones in sorted(found.items())}
    if units is not None and not owned and by_unit:  # each unit is told by its own sample alone
        sample = worst_sample([one.kind for ones in found.values() for one in ones])
    if sample in DRAWN or not _differ(by_unit):
        whose = [one for ones in found.values() for one in ones] or every_one(look, asked)
        return (_of_all(sample, look, whose),)
    return _told(by_unit, look, owned=owned or units is None)


def city_kinds(look: Look, wave: str) -> list[str]:
    """Return the kinds of sample of the city's own units in a wave."""
    return [one.kind for one in look.samples.get(wave, {}).values() if one.owner == CITY]


def _differ(by_unit: Mapping[str, str]) -> bool:
    kinds = set(by_unit.values())
    return bool(kinds - set(DRAWN)) and len(kinds) > 1


def of_table(table: pd.DataFrame, look: Look) -> tuple[str, ...]:
    """Return the same for a plain table of units, of every kind in it; of a table of other groups for each kind."""
    rows = records(table)
    if "unit" in table:
        by_unit = {str(row["unit"]): told_kind(row, look) for row in rows}
        if len({one for one in by_unit.values() if one in TOLD}) > 1:
            return _told(by_unit, look, all_kinds=True)
    units = {str(row["unit"]) for row in rows} if "unit" in table else set()
    whose = every_one(look, {str(row["wave"]) for row in rows} if "wave" in table else (), units)
    return tuple(_of_all(one, look, whose) for one in SAMPLES if one in set(table["sample"]))


def _of_all(sample: str, look: Look, whose: Iterable[Sampled]) -> str:
    ones = list(whose)
    if sample == "random" and any(one.kind == "census" for one in ones):
        return look.say("sample_limit_random_and_census")
    told = UNDECLARED if sample == SAMPLES[0] and none_declared(ones) else sample
    return look.say(f"sample_limit_{told.replace('-', '_')}")


def _told(by_unit: Mapping[str, str], look: Look, *, all_kinds: bool = False, owned: bool = False) -> tuple[str, ...]:
    """Say at which units how respondents were chosen; ``owned``: the units counted are the city's own."""
    texts, whose = [], "_city" if owned else ""
    for sample in TOLD:
        names = [name for name, one in by_unit.items() if one == sample]
        if names and (all_kinds or sample not in DRAWN):
            many = len(names) > MOST_NAMED
            where = look.say(
                f"units_many{whose}" if many else f"units_named{whose}",
                names="" if many else look.levels("unit", names), some=len(names), total=len(by_unit),
            )  # fmt: skip
            texts.append(look.say(f"sample_some_{sample.replace('-', '_')}", len(names), where=where))
    return tuple(texts)
