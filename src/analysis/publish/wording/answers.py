"""The index, unsur and published figures in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analysis.oversight.integrity import FEWEST
from analysis.publish.look import records
from analysis.publish.markup import Sentences

from . import numbers
from .limits import of_table
from .sentences import said, wave_words

if TYPE_CHECKING:
    import pandas as pd

    from analysis.publish.look import Look, Row

GRADES = ("a", "b", "c", "d")
ALMOST_SURE, LIKELY, LEAST_TOLD = 0.95, 0.80, 0.05


def index(table: pd.DataFrame, look: Look) -> Sentences:
    """Return each group's index with its range and how sure its grade is."""
    waves = many_waves(table)
    texts = [index_of(row, look, waves=waves) for row in index_rows(table, look)]
    return said(texts, of_table(table, look), look)


def index_rows(table: pd.DataFrame, look: Look) -> list[Row]:
    """Return the rows of an index that sentence and picture may tell: shown, and not what each of a few answered."""
    shown = (row for row in records(table) if not look.hidden(row["n"], *where(table, row)))
    return [row for row in shown if not index_kept_back(table, row, look)]


def index_kept_back(table: pd.DataFrame, row: Row, look: Look) -> bool:
    """Tell whether a row's index would tell what each of a few answered."""
    return look.keeps_back(row, "index", *where(table, row), value="index")


BY = (
    "sector",
    "owner",
    "unit",
    "district",
    "village",
    "channel",
    "sex",
    "age",
    "education",
    "occupation",
    "disability",
)


def where(table: pd.DataFrame, row: Row) -> tuple[str, dict[str, object]]:
    """Return the wave and the levels that a row of a plain table is about."""
    wave = row.get("wave")
    return "" if numbers.is_missing(wave) else str(wave), {name: row[name] for name in BY if name in table}


def name_of(row: Row, look: Look, *, waves: bool = False) -> str:
    """Return what a row of a plain table is called: its levels in words, everybody where it has none; its wave too."""
    names = [look.level(name, row[name]) for name in BY if name in row and not numbers.is_missing(row[name])]
    name = ", ".join(names) or look.say("everybody")
    return look.say("name_in_wave", name=name, wave=row["wave"]) if waves else name


def many_waves(table: pd.DataFrame) -> bool:
    """Tell whether a table holds several waves, so that its rows must name theirs."""
    return "wave" in table and len(table["wave"].drop_duplicates()) > 1


def index_caption(table: pd.DataFrame, look: Look) -> str:
    """Return the caption of a table or picture of the index, with the wave where it is one."""
    measure = look.measure_name("index")
    if "wave" not in table or table.empty or many_waves(table):
        return look.caption("index", measure=measure)
    return look.caption("index_of", measure=measure, wave=wave_words(str(table["wave"].iloc[0]), look))


def index_of(row: Row, look: Look, *, waves: bool = False) -> str:
    """Return one index in words."""
    places = look.book.rule(str(row["rule"])).decimals
    grade = grade_words(row, look)
    return look.say(
        "index_of",
        name=name_of(row, look, waves=waves),
        measure=look.measure_name("index"),
        value=look.number(row["index"], places),
        range=look.span(row["low"], row["high"], sample=row["sample"] or "walk-in", decimals=1),
        n=look.n(row["n"]),
        grade=grade,
    )


def grade_words(row: Row, look: Look) -> str:
    """Return a grade with how sure it is, or between which two it lies."""
    chances = {grade.upper(): row.get(f"p_{grade}") for grade in GRADES}
    known = {grade: float(p) for grade, p in chances.items() if not numbers.is_missing(p)}  # type: ignore[arg-type]
    if row.get("sample") == "census" or not known:
        return look.say("grade_plain", grade=row["grade"])
    grade = max(known, key=lambda one: known[one])
    if known[grade] >= LIKELY:
        strength = "sure" if known[grade] >= ALMOST_SURE else "likely"
        return look.say(f"grade_{strength}", grade=grade, chance=numbers.chance(known[grade], look.lang))
    first, second = sorted(known, key=lambda one: (-known[one], one))[:2]
    return look.say(
        "grade_border",
        first=first,
        second=second,
        chances=look.say("grade_chances", first=first, p=_whole(known[first]), second=second, q=_whole(known[second])),
    )


def grade_short(row: Row) -> str:
    """Return the likely grades of a row with their chances out of a hundred, for a picture."""
    chances = {grade.upper(): row.get(f"p_{grade}") for grade in GRADES}
    known = [(grade, p) for grade, p in chances.items() if not numbers.is_missing(p) and float(p or 0) >= LEAST_TOLD]
    if row.get("sample") == "census" or len(known) < 2:
        return str(row["grade"])
    return ", ".join(
        f"{grade} {_whole(float(p or 0))}" for grade, p in sorted(known, key=lambda one: -float(one[1] or 0))
    )


def _whole(share: float) -> int:
    return int(numbers.rounded(100 * share, 0))


def unsur(table: pd.DataFrame, look: Look, *, unit: str, wave: str) -> Sentences:
    """Return the three lowest items, each with how many of a hundred gave a low answer."""
    rows = [row for row in records(table) if not item_hidden(row, table, look, unit=unit, wave=wave)]
    rows = sorted(rows, key=lambda row: (row["estimate"], row["variable"]))
    if not rows:
        return said((), (), look)
    texts = [
        look.say(
            "unsur_lowest", names=numbers.listing([look.item_short(row["variable"]) for row in rows[:3]], look.lang)
        )
    ]
    texts += [
        look.say(
            "unsur_low_vague" if too_vague(row, look) else "unsur_low",
            name=look.item(row["variable"]),
            value=look.number(row["estimate"], 2),
            share=low_share_of(row, look),
            n=look.n(row["n"]),
        )
        for row in rows[:3]
    ]
    return said(texts, (), look)


def item_hidden(row: Row, table: pd.DataFrame, look: Look, *, unit: str, wave: str, planned: bool = False) -> bool:
    """Tell whether a row of a table of items is withheld: its group is, or that item's figures of it are.

    The group is the level that the table names; without one it is the ``unit``, else all of the city's own agencies.
    ``planned`` asks about the group alone.
    """
    _, levels = where(table, row)
    levels = levels or ({"unit": unit} if unit else {})
    asked = look.hidden if levels else look.hidden_of_city
    if asked(row["n"], wave, levels):
        return True
    return not planned and look.keeps_back(row, row["variable"], wave, levels)


def most_low(items: pd.DataFrame, look: Look, wave: str, *, first: str = "") -> Row | None:
    """Return the item of the city to which most gave a low answer, ``first`` before others alike.

    None where its figures are withheld, or where its share is too uncertain to be of use.
    """
    rows = [row for row in records(items) if not numbers.is_missing(row["low_share"])]
    if not rows:
        return None
    row = max(rows, key=lambda one: (one["low_share"], one["variable"] == first, one["variable"]))
    return None if item_hidden(row, items, look, unit="", wave=wave) or too_vague(row, look) else row


def low_share_of(row: Row, look: Look, *, brief: bool = True) -> str:
    """Return an item's share of low answers; words where its range is too wide to be of use (policy: share_width)."""
    if too_vague(row, look):
        return look.say("too_vague")
    return low_share(row["low_share"], row["n"], look, brief=brief)


def as_item(row: Row, name: str) -> Row:
    """Return a percentage of low answers, its range and its base, as a row of an item has them."""
    ends: dict[str, Any] = {end: row.get(f"{name}{end}") for end in ("", "_low", "_high")}
    shares = {f"low_share{end}": None if numbers.is_missing(one) else one / 100 for end, one in ends.items()}
    return {"n": row["n"], **shares}


def too_vague(row: Row, look: Look) -> bool:
    """Tell whether the range of an item's share of low answers is too wide for the share to be of use."""
    ends: list[Any] = [row.get("low_share_low"), row.get("low_share_high")]
    known = not any(numbers.is_missing(end) for end in ends)
    return bool(known and ends[1] - ends[0] >= look.rules.weak.share_width)


def low_share(share: float, n: int, look: Look, *, brief: bool = True) -> str:
    """Return how many gave a low answer; none or all of a small group is only bounded, lest it tell of each person."""
    form = "" if brief else "_percent"
    if share in {0.0, 1.0} and n < look.rules.answers.extreme_under:
        bound = max(1, int(numbers.rounded(100 / n, 0)))
        return (
            look.say(f"share_none{form}", value=bound)
            if share == 0
            else look.say(f"share_all{form}", value=100 - bound)
        )
    return numbers.of_hundred(share, look.lang) if brief else numbers.percent(share, look.lang)


def reconcile(table: pd.DataFrame, look: Look) -> Sentences:
    """Return where the published index and the recomputed one differ, by how much, and what explains it."""
    if table.empty:
        return said((look.say("reconcile_undeclared"),), (), look)
    texts = []
    agree = 0
    for row in records(table):
        if numbers.is_missing(row["published"]) or numbers.is_missing(row["recomputed"]):
            continue
        if row["explained"] == "agrees":
            agree += 1
            continue
        if look.hidden(
            row.get("n", look.plan.counts.get(look.group(str(row["wave"]), unit=row["unit"]), 0)),
            str(row["wave"]),
            {"unit": row["unit"]},
        ):
            continue
        texts.append(differs(row, look))
    several = len(set(table["wave"])) > 1
    if agree:
        texts.insert(0, look.say("reconcile_agree_waves" if several else "reconcile_agree", count=agree))
    return said(texts, (), look)


EXPLAINED = (
    "agrees",
    "0.11 weight",
    "0.071 weight",
    "rounded unsur",
    "weighted unsur rounded",
    "mean rounded",
    "missing counted as zero",
    "empty rows counted as zero",
    "blank answers counted as zero",
    "one decimal",
    "scale of four",
    "scale of five",
    "repeated rows left out",
    "incomplete rows left out",
    "mean of respondents",
    "services counted equally",
    "respondents not weighted",
    "not explained",
)
PRINTED_WEIGHT = re.compile(r"(0\.\d+) weight")
"""The rounded weight that units print under a rule of any number of items."""
MOST_OTHERS = 2
"""How many further explanations of one figure are named."""
SAID_ALONE = ("0.11 weight", "not explained", "scale of four")
"""What a sentence of its own is said of; all else stands in brackets."""


def reasons(explained: object, look: Look) -> str:
    """Return what explains a published figure in words, all of it where several things together do."""
    return numbers.listing([_reason(one, look) for one in str(explained).split(", ")], look.lang)


def others(row: Row, look: Look) -> str:
    """Return what else gives a published figure; nothing where the unit itself declared the weight that does."""
    if row["explained"] == f"{row.get('published_weight') or ''} weight":
        return ""
    also = [one for one in str(row.get("also") or "").split("; ") if one]
    return "; ".join(reasons(one, look) for one in also[:MOST_OTHERS])


def _reason(one: str, look: Look) -> str:
    weight = PRINTED_WEIGHT.fullmatch(one)
    if weight and one not in EXPLAINED:
        value = look.number(float(weight[1]), len(weight[1]) - len("0."))
        return look.say("explained_printed_weight", weight=value)
    return look.say(f"explained_{_key(one if one in EXPLAINED else 'not explained')}")


def _key(reason: str) -> str:
    return reason.replace(".", "").replace(" ", "_")


def differs(row: Row, look: Look) -> str:
    """Return how one published index differs from the recomputed one."""
    why = str(row["explained"])
    why = why if "," in why or why in EXPLAINED or PRINTED_WEIGHT.fullmatch(why) else "not explained"
    text = look.say(
        f"reconcile_{_key(why)}" if why in SAID_ALONE else "reconcile_because",
        reasons=reasons(why, look),
        name=look.level("unit", row["unit"]),
        wave=row["wave"],
        published=look.number(row["published"], 2),
        recomputed=look.number(row["recomputed"], 2),
    )
    if others(row, look):
        text = f"{text} {look.say('reconcile_also', others=others(row, look))}"
    before, after = row.get("grade_published"), row.get("grade")
    if numbers.is_missing(before) or not before or before == after:  # a figure off the scale bears no grade
        return text
    return f"{text} {look.say('reconcile_grade', before=before, after=after)}"


SIGNS = ("same", "repeated", "run", "order", "free")


def signs(row: Row, look: Look) -> str:
    """Return what is odd about how a unit's questionnaires were filled in, in words."""
    if all_alike(row, look):
        return look.say("integrity_alike")
    found = str(row["signs"] or "").split()
    return numbers.listing([look.say(f"integrity_{one}") for one in found if one in SIGNS], look.lang)


def all_alike(row: Row, look: Look) -> bool:
    """Tell whether a unit's rows are all the same, where that may be told of so many."""
    return bool(row.get("note") == "constant" and row["n"] >= look.rules.answers.extreme_under)


def integrity(table: pd.DataFrame, look: Look) -> Sentences:
    """Return which units' answers repeat more than honest filling would; a reason to ask, never a proof."""
    rows = [row for row in records(table) if not look.hidden(row["n"], *where(table, row))]
    odd = [row for row in rows if signs(row, look)]
    texts = [
        look.say(
            "integrity_alike_of" if all_alike(row, look) else "integrity_of",
            name=look.level("unit", row["unit"]),
            wave=row["wave"],
            signs=signs(row, look),
            n=look.n(row["n"]),
        )
        for row in odd
    ]
    if rows and all(row.get("note") for row in rows) and not texts:
        texts = [look.say("integrity_few", few=FEWEST)]
    elif len(table) == 1 and rows and not texts:
        alone = {"name": look.level("unit", rows[0]["unit"]), "wave": rows[0]["wave"], "n": look.n(rows[0]["n"])}
        texts = [look.say("integrity_none_of", **alone)]
    elif rows and not texts:
        texts = [look.say("integrity_none")]
    return said(texts, (look.say("integrity_limit"),), look)
