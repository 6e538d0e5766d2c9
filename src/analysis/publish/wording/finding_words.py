"""A finding in words: what was found with its figures, how sure it is, and what to ask whom in a hearing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.oversight.results import worst_sample
from analysis.publish.look import CITY, Row, records
from analysis.publish.markup import Entry, Heading, Table
from analysis.publish.policy import why_withheld
from analysis.publish.suppress import SMALL
from analysis.publish.tables import without_blank

from . import answers, numbers, sentences
from .limits import city_kinds, of_answer
from .sentences import bracket, said

if TYPE_CHECKING:
    import pandas as pd

    from analysis.oversight import Answer
    from analysis.publish.look import Look
    from analysis.publish.markup import Sentences
    from analysis.shapes import Cell

SUBJECTS = {
    "sector": "sector", "cell": "district", "district": "district", "unit_low": "unit", "unit_fell": "unit",
    "channel": "channel", "missing": "unit", "published": "unit", "repeats": "unit", "promise": "unit",
    "promise_unseen": "unit", "overdue": "unit",
}  # fmt: skip
"""Which column a finding's subject is a level of; a group's column is named beside it, an element is an item."""
ITEMS = {"element": "subject", "promise": "beside", "promise_unseen": "beside"}
"""Where findings about one item name it."""
COUNTED = ("published", "missing", "overdue")
"""Findings that were counted, not estimated."""
OTHER_CHANNEL = {"online": "counter", "counter": "online"}
TESTED = ("sector", "cell", "district", "unit_low", "unit_fell", "group", "channel")
OVER_TIME = ("unit_fell", "promise", "promise_unseen")
"""Findings that tell an earlier wave's figure too: the one before, or the wave of the promise."""
ELEMENT_DECIMALS = 2
FEW = 3
"""How many items, groups or units a sentence lists."""


def seen(table: pd.DataFrame, look: Look) -> list[Row]:
    """Return the findings that may be shown, best first."""
    return [row for row in records(table) if not hidden(row, look)]


def hidden(row: Row, look: Look) -> str:
    """Return why a finding is withheld: the group it rests on is, or has too few respondents."""
    if row["key"] == "missing":
        return ""
    if row["key"] == "overdue":
        return SMALL if row["n"] < look.plan.threshold else ""
    if row["key"] == "channel":  # two groups are told of, and how many both are
        both = [look.hidden_of_city(row["n"], str(row["wave"]), {"channel": one}) for one in ("online", "counter")]
        return next((why for why in both if why), "")
    group: Cell = row["where"]
    owned = group | {("owner", CITY)}
    why = why_withheld(look.plan, owned if owned in look.plan.counts else group, row["n"])
    return why or _withheld_before(row, look) or (sentences.KEPT if _kept_back(row, look) else "")


def _withheld_before(row: Row, look: Look) -> str:
    """Return why the group that a finding is about is withheld in a wave that it may be held against."""
    wave = str(row["wave"])
    if row["key"] not in OVER_TIME or wave not in look.waves:
        return ""
    levels = {column: level for column, level in row["where"] if column != "wave"}
    earlier = look.waves[: look.waves.index(wave)]
    held = earlier[-1:] if row["key"] == "unit_fell" else earlier
    return next((why for one in held if (why := look.plan.withheld.get(look.city_group(one, **levels), ""))), "")


def _kept_back(row: Row, look: Look) -> bool:
    """Tell whether a finding about one item is of figures kept back; a promise's are of an earlier wave too."""
    levels = {column: level for column, level in row["where"] if column != "wave"}
    if row["key"] == "unit_fell":
        return look.keeps_left_out({"left_out": row["beside"]}, look.waves, levels)
    if row["key"] not in ITEMS:
        return False
    item = str(row[ITEMS[row["key"]]])
    figures, waves = [row], {str(row["wave"])}
    if row["key"] != "element":
        figures.append({"estimate": row["estimate"] - row["difference"], "n": row["n"]})
        waves |= {level for group in look.plan.kept.get(item, ()) for column, level in group if column == "wave"}
    return any(look.keeps_back(one, item, wave, levels) for one in figures for wave in waves)


def subject(row: Row, look: Look) -> str:
    """Return what a finding is about, as readers call it."""
    if row["key"] == "element":
        return look.item(str(row["subject"]))
    if row["key"] == "group":
        return look.level_of(str(row["beside"]), row["subject"])
    return look.level(SUBJECTS[row["key"]], row["subject"])


def finding(row: Row, look: Look, items: pd.DataFrame | None = None) -> str:
    """Return a finding in one sentence; ``items`` (oversight.unsur of everybody) tells where most gave a low answer."""
    key, name = str(row["key"]), subject(row, look)
    if key == "published":
        told = {name: row[name] for name in ("grade_published", "grade", "published", "unit", "wave")}
        told |= {"explained": row["beside"], "recomputed": row["estimate"]}
        return answers.differs(told, look)
    if key == "element" and items is not None:
        most = answers.most_low(items, look, str(row["wave"]), first=row["subject"])
        if most is not None and most["variable"] == row["subject"]:
            share = answers.low_share(most["low_share"], most["n"], look)
            return look.say("find_element_share", name=name, share=share, n=look.n(most["n"]))
    values: dict[str, Any] = {
        "name": name,
        "whole": look.whole(wave=str(row["wave"])),
        "wave": row["wave"],
        "n": look.n(row["n"]),
    }
    if key == "cell":
        values["beside"] = look.level("sector", row["beside"])
    if key == "channel":
        values["beside"] = look.level("channel", OTHER_CHANNEL[str(row["subject"])])
    if key in ("promise", "promise_unseen"):
        values["beside"] = look.item_short(str(row["beside"]))
    if key in TESTED or key == "element":
        places = ELEMENT_DECIMALS if key == "element" else look.main_decimals()
        margin = 0.0 if key == "element" else look.book.margin
        values["bracket"] = bracket(
            (row["difference"], row["low"], row["high"]),
            row,
            look,
            decimals=places,
            verdict="lower",
            sample=_sample(row, look),
            margin=margin,
        )
    text = look.say(f"find_{key}_answered" if as_answered(row, look) else f"find_{key}", **values)
    return f"{text} {look.say('brief_common_items')}" if key == "unit_fell" and row["beside"] else text


AGAINST_WHOLE = ("sector", "district", "group")
"""Findings held against the whole city: the range is only as good as the worst sample in it, as on their own pages."""


def _sample(row: Row, look: Look) -> str:
    if row["key"] not in AGAINST_WHOLE:
        return str(row["sample"])
    return worst_sample([row["sample"], *city_kinds(look, str(row["wave"]))])


def certainty(row: Row, look: Look, margin: float) -> str:
    """Return how sure a finding is, in words."""
    key = str(row["key"])
    if key in COUNTED:
        return look.say("sure_counted")
    if key in ("repeats", "promise_unseen"):
        return look.say(f"sure_{key}")
    census = row["sample"] == "census" and row["low"] == row["high"]
    if census or (key in TESTED and numbers.is_missing(row["low"])):
        return look.say("sure_census")
    if key not in TESTED:
        return look.say("sure_difference")
    nearest = min(abs(row["low"]), abs(row["high"]))
    return look.say("sure_matters" if nearest >= margin else "sure_size_open", margin=look.margin(margin, 1))


def question(row: Row, look: Look, items: pd.DataFrame | None = None) -> str:
    """Return what to ask in a hearing because of a finding, and whom, where the codebook's table says so."""
    return _to(row, asked(row, look, items), look)


def asked(row: Row, look: Look, items: pd.DataFrame | None = None) -> str:
    """Return what to ask because of a finding."""
    values: dict[str, Any] = {
        "name": subject(row, look),
        "whole": look.whole(wave=str(row["wave"])),
        "wave": row["wave"],
    }
    values["measure"] = look.measure_name(look.book.measure.name)
    if row["key"] == "cell":
        values["beside"] = look.level("sector", row["beside"])
    if row["key"] == "published":
        values["published"] = look.number(row["published"], 2)
        values["recomputed"] = look.number(row["estimate"], 2)
    if row["key"] == "promise_unseen":
        values["beside"] = look.item_short(str(row["beside"]))
    if not numbers.is_missing(row["difference"]):
        places = ELEMENT_DECIMALS if row["key"] == "element" else look.main_decimals()
        values["size"] = look.number(abs(float(row["difference"])), places)
    for item in records(items) if row["key"] == "element" and items is not None else ():
        if item["variable"] == row["subject"] and not answers.too_vague(item, look):
            values["share"] = answers.low_share(item["low_share"], item["n"], look)
            return look.say("ask_element_share", **values)
    name = row["question"]
    return look.say(f"ask_{name}_answered" if as_answered(row, look) else f"ask_{name}", **values)


def as_answered(row: Row, look: Look) -> bool:
    """Tell whether a place or a group was held against others as answered, though services may differ."""
    return bool(look.graded and row.get("unheld") not in {None, "", "one service"})


def _to(row: Row, text: str, look: Look) -> str:
    officer = look.officer(str(row["officer"])) if row["officer"] else ""
    if not officer:
        return look.say("ask_all", question=text) if look.book.officers else text
    return look.say("ask_whom", komisi=row["komisi"], officer=officer, question=text) if row["komisi"] else text


def findings(answer: Answer, look: Look) -> Sentences:
    """Return the findings that may be shown, best first, each with how sure it is."""
    margin = look.book.margin
    texts = [f"{finding(row, look)} {certainty(row, look, margin)}" for row in seen(answer.table, look)]
    # The same words whether none was found or none may be shown: which of the two it is would itself tell something.
    return said(texts or [look.say("brief_no_findings")], (look.say("not_cause"), *of_answer(answer, look)), look)


def table(answer: Answer, look: Look) -> Table:
    """Return what to ask because of each finding that may be shown, best first, and whom; one row where none may."""
    heads = tuple(
        Heading(look.say(f"head_{name}"), figures=False) for name in ("about", "question", "committee", "officer")
    )
    rows = seen(answer.table, look)
    body: tuple[tuple[Entry, ...], ...] = tuple(
        (
            Entry(sentences.capital(subject(row, look))),
            Entry(sentences.capital(asked(row, look))),
            Entry(str(row["komisi"] or (look.say("all_committees") if look.book.officers else ""))),
            _asked_of(row, look),
        )
        for row in rows
    )
    if not body:
        none = Entry(look.say("brief_no_findings"), whole_row=True)
        body = ((Entry(look.say("nothing_told")), *(none,) * (len(heads) - 1)),)
    notes: tuple[str, ...] = ()
    if any(row["example_officer"] is True for row in rows):
        notes = (look.say("not_officers"),)
    facts: dict[str, Any] = dict(answer.facts)
    if unknown := facts.get("unknown_officers"):
        notes += (look.say("officers_unknown", names=numbers.listing(unknown[:FEW], look.lang)),)
    caption = look.say("caption_findings", wave=sentences.wave_words(answer.wave, look))
    return without_blank(Table(caption, heads, body, notes))


def _asked_of(row: Row, look: Look) -> Entry:
    """Return the officer, or that the codebook names none; nothing where it names nobody at all."""
    if officer := look.officer(str(row["officer"])):
        return Entry(officer)
    if not look.book.officers:
        return Entry("")
    return Entry(look.say("officer_unnamed" if row["unit"] or row["sector"] else "all_units"))
