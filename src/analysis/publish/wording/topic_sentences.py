"""Answers in several parts in words: equity, initiatives, training, marks, drivers, expected ranges."""

from __future__ import annotations

import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from analysis.publish.form import day_places, few, of_change, outside_expected, word
from analysis.publish.look import Row, records
from analysis.publish.topics import PARTS, hidden, seen_rows

from . import finding_words, numbers
from .answers import as_item, low_share, too_vague
from .finding_words import FEW
from .limits import of_answer
from .sentences import bracket, key, note_words, said

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analysis.oversight import Answer
    from analysis.publish.look import Look
    from analysis.publish.markup import Sentences

MOST_UNSURE = 6
"""With more groups than this that cannot be judged, they are counted; the table names them."""


def _label(row: Row, answer: Answer, part: str, look: Look) -> str:
    return PARTS[answer.topic, part].label(row, look)


def figures(row: Row, answer: Answer, look: Look) -> str:
    """Return the figures behind the verdict of a group or an initiative: size, range as the sample allows, n."""
    difference = row["mix_difference"] if "mix_difference" in row else row["difference"]
    if numbers.is_missing(difference):
        difference = row["difference"]
    whole = {"sample": answer.sample, **row}
    compared = row["sample"] if "initiative" in row else ""
    return bracket(
        (difference, row["low"], row["high"]), whole, look, decimals=look.main_decimals(), verdict=row["verdict"],
        sample=compared or answer.sample, margin=look.margin_of(answer.facts),
    )  # fmt: skip


def equity(answer: Answer, look: Look) -> Sentences:
    """Return which groups fare worse for the same services, who is heard less, what was not asked."""
    rows = seen_rows(answer, "gaps", look)
    texts = []
    for row in rows:
        if row["verdict"] in {"lower", "higher"}:
            name = _label(row, answer, "gaps", look)
            verdict = row["verdict"]
            said_as = f"gap_{verdict}_answered" if finding_words.as_answered(row, look) else f"gap_{verdict}"
            texts.append(look.say(said_as, name=name, bracket=figures(row, answer, look)))
    if rows and not texts:
        texts.append(look.say("gaps_none"))
    same = [_label(row, answer, "gaps", look) for row in rows if row["verdict"] == "no difference that matters"]
    if same:
        texts.append(look.say("gaps_same", names=numbers.listing(same, look.lang)))
    texts += _unsure([row for row in rows if row["verdict"] == "cannot tell"], answer, look)
    texts += [
        look.say(
            "heard_less", name=_label(row, answer, "heard", look), share=numbers.percent(row["share"], look.lang),
            population=numbers.percent(row["population_share"], look.lang),
        )
        for row in seen_rows(answer, "heard", look)[:1] if row["ratio"] < 1
    ]  # fmt: skip
    silent = [look.column(row["by"]) for row in records(answer.tables["not_asked"])]
    if silent:
        texts.append(look.say("gaps_not_asked", names=numbers.listing(silent, look.lang)))
    return said(texts, of_answer(answer, look), look)


def _unsure(rows: list[Row], answer: Answer, look: Look) -> list[str]:
    """Return which groups cannot be judged, or how many of each kind where they are many."""
    if len(rows) <= MOST_UNSURE:
        names = [_label(row, answer, "gaps", look) for row in rows]
        return [look.say("gaps_unsure", names=numbers.listing(names, look.lang))] if names else []
    counts = Counter(str(row["by"]) for row in rows)
    parts = [look.say("gaps_unsure_part", by=look.column(by), count=count) for by, count in counts.items()]
    return [look.say("gaps_unsure_many", count=len(rows), parts=numbers.listing(parts, look.lang))]


def initiatives(answer: Answer, look: Look) -> Sentences:
    """Return for each initiative what is held against what, the difference, and what cannot be said."""
    texts = []
    for row in records(answer.tables["summary"]):
        name = _label(row, answer, "summary", look)
        if row["verdict"] and not hidden(row, PARTS["initiatives", "summary"], answer, look):
            if row["initiative"] == "training":
                texts += list(_training(answer, look))
                continue
            sides: dict[str, Any] = {"name": name, "a": word(row["a"], look), "b": word(row["b"], look)}
            verdict = key(row["verdict"])
            said_as = f"initiative_change_{verdict}" if of_change(row) else f"initiative_{verdict}"
            since = {"since": row["since"], "wave": answer.wave} if of_change(row) else {}
            texts.append(look.say(said_as, bracket=figures(row, answer, look), **sides, **since))
        elif hidden(row, PARTS["initiatives", "summary"], answer, look):
            texts.append(look.say("initiative_hidden", name=name))
        else:
            why = note_words(row["note"], look) if row["note"] else look.say("note_not_judged")
            texts.append(look.say("initiative_none", name=name, why=why))
    return said(texts, (look.say("not_cause"), *of_answer(answer, look)), look)


def training(answer: Answer, look: Look) -> Sentences:
    """Return whether trained units changed more than the others."""
    return said(_training(answer, look), (look.say("not_cause"), *of_answer(answer, look)), look)


def _training(answer: Answer, look: Look) -> Iterator[str]:
    facts: dict[str, Any] = dict(answer.facts)
    if facts.get("unknown"):
        yield look.say("training_unknown", names=numbers.listing(facts["unknown"][:FEW], look.lang))
    if numbers.is_missing(facts.get("difference")):
        yield look.say("training_none", why=note_words(facts.get("note"), look))
        return
    places = look.main_decimals()
    verdict = str(facts["verdict"])
    more = float(facts["difference"]) >= 0
    sign = 1 if more else -1
    low, high = sorted((sign * float(facts["low"]), sign * float(facts["high"])))
    sides: dict[str, Any] = {
        "trained": look.say("units_trained", int(facts["n_trained"])),
        "others": look.say("units_untrained", int(facts["n_others"])),
    }
    if not (math.isfinite(low) and math.isfinite(high)):  # so few units that no range can be given
        yield look.say(
            "training_more_open" if more else "training_less_open",
            **sides, size=look.number(sign * float(facts["difference"]), places),
        )  # fmt: skip
        return
    yield look.say(
        "training_more" if more else "training_less", **sides,
        size=look.number(sign * float(facts["difference"]), places), low=look.number(low, places),
        high=look.number(high, places),
        verdict=look.say(f"training_{key(verdict)}") if verdict else note_words(facts.get("note"), look),
    )  # fmt: skip
    if not numbers.is_missing(facts.get("past_difference")):
        yield look.say("training_past", size=numbers.signed(facts["past_difference"], look.lang, places))


def marks(answer: Answer, look: Look) -> Sentences:
    """Return the lowest and highest mark, and the marks that nobody measured."""
    return said(_ends(answer, "marks", ("mark_lowest", "mark_highest"), look), of_answer(answer, look), look)


def aims(answer: Answer, look: Look) -> Sentences:
    """Return the same of the aims; their table follows at once, and says what limits them."""
    return said(_ends(answer, "aims", ("aim_lowest", "aim_highest"), look), (), look)


def _ends(answer: Answer, part: str, phrases: tuple[str, str], look: Look) -> list[str]:
    rows = seen_rows(answer, part, look)
    told = sorted((row for row in rows if not numbers.is_missing(row["estimate"])), key=lambda row: row["estimate"])
    texts = [
        look.say(
            phrase, name=_label(row, answer, part, look), value=look.number(row["estimate"], 2),
            low=_low_answers(as_item(row, "low_answers"), look), n=look.n(row["n"]),
        )
        for phrase, row in (zip(phrases, (told[0], told[-1]), strict=True) if len(told) > 1 else ())
    ]  # fmt: skip
    absent = [_label(row, answer, part, look) for row in rows if row["note"] in {"not measured", "not asked"}]
    if absent:
        texts.append(look.say("marks_absent", names=numbers.listing(absent, look.lang)))
    return texts


def _low_answers(row: Row, look: Look) -> str:
    """Return how many of a hundred answers are low, or that this is too uncertain, as on the page of the items."""
    if too_vague(row, look):
        return look.say("low_answers_vague")
    return look.say("low_answers_of", share=low_share(row["low_share"], row["n"], look))


def drivers(answer: Answer, look: Look) -> Sentences:
    """Return which items go along most with the overall rating and are low, as far as ranges tell: where to look."""
    known = [row for row in seen_rows(answer, "unsur", look) if not numbers.is_missing(row["importance"])]
    rows = [row for row in known if not few(row, look)]
    first = [row for row in rows if row["quadrant"] == "concentrate here"]
    first.sort(key=lambda row: (-row["importance"], row["variable"]))
    basis = "drivers_overall" if answer.facts.get("basis") == "overall" else "drivers_derived"
    names = numbers.listing([look.item_short(row["variable"]) for row in first[:FEW]], look.lang)
    low = [look.item_short(row["variable"]) for row in rows if row["quadrant"] == "low score"]
    unsure = any(row["quadrant"] in {"cannot tell", "low score", "important"} for row in rows)
    texts = [
        look.say("drivers_first", names=names) if names else look.say("drivers_unsure" if unsure else "drivers_none")
    ]
    texts += [look.say("drivers_low", names=numbers.listing(low, look.lang))] if low else []
    texts.append(look.say(basis))
    if answer.sample != "census":
        texts.append(look.say("drivers_rule"))
    why = str(answer.facts.get("note", ""))
    if known and not rows:
        texts = [look.say("drivers_few", few=look.rules.spread.no_sd_under)]
    if why:
        texts = [look.say(f"drivers_{why.replace(' ', '_')}", needed=answer.facts.get("needed", ""))]
    return said(texts, (look.say("not_cause"), *of_answer(answer, look)), look)


def expected_range(answer: Answer, look: Look) -> Sentences:
    """Return which units lie outside the range that their respondents would lead one to expect."""
    rows = seen_rows(answer, "units", look)
    texts = []
    for verdict, name in (("lower than expected", "expected_below"), ("higher than expected", "expected_above")):
        names = [look.level("unit", row["unit"]) for row in rows if row["verdict"] == verdict]
        if names:
            texts.append(look.say(name, names=numbers.listing(names, look.lang)))
    facts: dict[str, Any] = dict(answer.facts)
    few = facts.get("units", 0) < facts.get("needed", 0)
    if rows and not texts:
        texts.append(look.say("expected_few" if few else "expected_none", needed=facts.get("needed", "")))
    doubted = [
        look.level("unit", row["unit"]) for row in rows if row["verdict"] == "as expected" and outside_expected(row)
    ]
    if doubted:
        texts.append(look.say("expected_doubted", names=numbers.listing(doubted, look.lang)))
    if answer.facts.get("left_out"):
        texts.append(look.say("note_left_out"))
    margin = look.margin(look.margin_of(facts), look.main_decimals())
    why = (look.say("note_expected_doubted", units=facts.get("units", 0), margin=margin),) if doubted else ()
    return said(texts, (*why, *of_answer(answer, look)), look)


def received(answer: Answer, look: Look) -> list[str]:
    """Return how many complaints came in and were settled, how many tell no time, and how long half of them took."""
    rows = records(answer.tables["units"])
    if not rows or rows[0]["n"] < look.plan.threshold:
        return []
    all_units = rows[0]
    texts = [
        look.say(
            "complaints_all",
            n=numbers.count(all_units["n"], look.lang),
            closed=numbers.count(all_units["closed"], look.lang),
            late=numbers.count(all_units["late"], look.lang),
            open=numbers.count(all_units["open"], look.lang),
            overdue=numbers.count(all_units["overdue"], look.lang),
            day=numbers.date(answer.facts.get("last_day"), look.lang),
        )
    ]
    unusable = int(all_units["left_out"])
    if unusable:
        texts.append(look.say("complaints_unusable", n=numbers.count(unusable, look.lang)))
    days = all_units["median_days"]
    if _few_dated(all_units, look):
        texts.append(look.say("complaints_few_dated", threshold=look.plan.threshold))
    elif not numbers.is_missing(days):
        name = "complaints_median_dated" if unusable else "complaints_median"
        texts.append(look.say(name, days=look.number(days, day_places(days))))
    return texts


def _few_dated(row: Row, look: Look) -> bool:
    """Tell whether so few complaints have usable dates that nothing is said of how long they took."""
    return bool(row["closed"] + row["open"] < look.plan.threshold)


def complaints(answer: Answer, look: Look) -> Sentences:
    """Return how many complaints came in, were settled, how long it took, how many are beyond their limit."""
    texts = received(answer, look)
    if not texts:
        return said((), (), look)
    all_units = records(answer.tables["units"])[0]
    faults = [
        look.say(f"complaint_{row['what'].replace(' ', '_')}", n=numbers.count(row["n"], look.lang))
        for row in (records(answer.tables["problems"]) if "problems" in answer.tables else [])
    ]
    if faults:
        texts.append(look.say("complaints_unusable_why", reasons=numbers.listing(faults, look.lang)))
    if not _few_dated(all_units, look) and not numbers.is_missing(all_units["in_time"]):
        texts.append(look.say("complaints_in_time", share=numbers.of_hundred(all_units["in_time"], look.lang)))
    late = [row for row in seen_rows(answer, "units", look) if row["unit"] and row["late"] + row["overdue"] > 0]
    late.sort(key=lambda row: (-row["late"] - row["overdue"], row["unit"]))
    if late:
        names = [look.level("unit", row["unit"]) for row in late[:FEW]]
        texts.append(look.say("complaints_late", names=numbers.listing(names, look.lang)))
    return said(texts, (), look)


def complaint_levels(answer: Answer, look: Look) -> Sentences:
    """Return by which channels and about what most complaints came."""
    texts = []
    for part, name in (("channels", "complaints_channel"), ("topics", "complaints_topic")):
        rows = seen_rows(answer, part, look)
        most = max((row["n"] for row in rows), default=0)
        count = numbers.count(most, look.lang)
        names = [f"{_label(row, answer, part, look)} ({count})" for row in rows if row["n"] == most]
        if names:
            texts.append(look.say(name, names=numbers.listing(names, look.lang)))
    return said(texts, (), look)


def follow_up(answer: Answer, look: Look) -> Sentences:
    """Return how many promises stand beside a rise, a fall, or neither; a rise is no proof of the promise."""
    facts: dict[str, Any] = dict(answer.facts)
    if not facts.get("promises"):
        return said((look.say("promises_none"),), (), look)
    values = {name: int(facts.get(name, 0)) for name in ("risen", "fallen", "unknown")}
    text = look.say("promises_all", int(facts["promises"]), **values)
    rest = {name: int(facts.get(name, 0)) for name in ("same", "unjudged")}
    if rest.keys() <= facts.keys():
        rest["withheld"] = int(facts["promises"]) - sum(values.values()) - sum(rest.values())
    others = [look.say(f"promises_{name}", count) for name, count in rest.items() if count]
    return said((" ".join([text, *others]),), (look.say("not_cause"), *of_answer(answer, look)), look)


def audit(answer: Answer, look: Look) -> Sentences:
    """Return how many findings of control were made and settled."""
    table = answer.table
    if table.empty:
        return said((look.say("audit_none"),), (), look)
    return said((look.say("audit_all", int(table["n"].sum()), settled=int(table["settled"].sum())),), (), look)


def run_chart(answer: Answer, look: Look) -> Sentences:
    """Return whether a period lies beyond the limits and where a step begins, or that there are too few points."""
    facts: dict[str, Any] = dict(answer.facts)
    if facts.get("note"):
        return said((look.say("run_too_few", points=facts.get("points", 0)),), (), look)
    seen = seen_rows(answer, "points", look)
    outside = [numbers.month(row["period"], look.lang) for row in seen if row["outside"]]
    texts = [
        look.say("run_outside", periods=numbers.listing(outside, look.lang)) if outside else look.say("run_inside")
    ]
    if any(str(row["period"]) == facts["step"] for row in seen):
        size = numbers.signed(facts["step_size"], look.lang, look.main_decimals())
        texts.append(look.say("run_step", period=numbers.month(facts["step"], look.lang), size=size))
    return said(texts, (look.say("not_cause"),), look)


def of_part(answer: Answer, part: str, look: Look) -> Sentences:
    """Return what a part of an answer says where it has sentences of its own, else what the answer says."""
    return OF_PARTS.get((answer.topic, part), SAID[answer.topic])(answer, look)


OF_PARTS: dict[tuple[str, str], Callable[[Answer, Look], Sentences]] = {
    ("marks", "aims"): aims,
    ("complaints", "channels"): complaint_levels,
}
SAID: dict[str, Callable[[Answer, Look], Sentences]] = {
    "equity": equity,
    "initiatives": initiatives,
    "training": training,
    "marks": marks,
    "drivers": drivers,
    "expected_range": expected_range,
    "findings": finding_words.findings,
    "complaints": complaints,
    "follow_up": follow_up,
    "audit": audit,
    "run_chart": run_chart,
}
