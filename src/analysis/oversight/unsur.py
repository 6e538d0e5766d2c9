"""The unsur of one unit (or any level): how high, how many low answers, against the wave before and the city."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import survey
from analysis.errors import CallError, Fault
from analysis.survey import Composite

from .comparing.compare import compare
from .comparing.scope import ALL, Bools, coded, levelled, rows_of, waves_of
from .comparing.verdicts import CAUTION, JUDGED, family, verdicts
from .comparing.views import of_waves, remembered, with_rows
from .design import samples_of
from .labels import text
from .measures import LOW_PREFIX, choose, element_of, low_limits, scale_of
from .results import SAME_MIX, SAMPLES

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

Floats = npt.NDArray[np.float64]
LOWEST = 3
"""How many unsur are named as the lowest."""
TIE = 1e-9
"""Means no further apart than this are the same: sums in another order differ in their last digits."""
UNSUR = (
    "wave", "variable", "n", "n_missing", "estimate", "se", "low", "high", "df", "low_share", "low_share_low",
    "low_share_high", "n_before", "before", "difference", "difference_low", "difference_high", "p", "p_adjusted",
    "verdict", "city", "city_difference", "city_low", "city_high", "city_p", "city_p_adjusted", "city_verdict",
    "margin", "lowest", "note", "sample",
)  # fmt: skip
EARLIER = ("n_before", "before", "difference", "difference_se", "difference_df")
SHARE = re.compile(r"share_\d+")


def unsur(
    design: SurveyDesign,
    unit: str | None,
    *,
    book: Codebook,
    wave: str | None = None,
    by: str = "unit",
    level: float = 0.95,
) -> pd.DataFrame:
    """Return one row per unsur (or part of the codebook's measure) of one unit in one wave (its latest).

    Columns: <by> (where a unit is named), wave, variable, n, n_missing, estimate (on the answers' scale), se, low,
    high, df, low_share (0 to 1: share of answers in the lower half of the scale) with its interval, n_before, before,
    difference (to the wave before as answered, if the rule is the same), city (what ``compare`` holds the level
    against: the mean of the city's people with a named level, for districts and groups at the level's mix) and
    city_difference (``compare``'s, at that mix: not estimate less city), both on the answers' scale; of each difference
    an interval, p, p_adjusted and verdict; margin (the index's, on the answers' scale), lowest (True for the three
    lowest, none where they tie with a fourth), note, sample, and share_1, share_2 … (weighted share of each answer, 0
    to 1). Levels of other columns than ``unit`` rest on the city's units.

    Family: all differences in the table, those to the wave before and those to the city together, Holm; their intervals
    are drawn at Holm's step levels. ``unit`` None tells of the city as one, whatever ``by``; ``by`` names another
    column (a district: its differences to the city are at the same mix, as in ``compare``). Missing where there is no
    wave before, and for the city itself and units that are not its own. CallError for a unit or wave that has no
    respondents, or no answers; a level that names nothing ("unknown") has none. Low answers are pooled over an unsur's
    items as the index pools them; their logit interval stays inside 0 and 1.
    """
    asked = _asked(design, unit, wave, by, book)
    told = _of_levels(
        design, None if unit is None else by, book=book, wave=asked.wave, before=asked.before, rule=asked.rule,
        level=level,
    )  # fmt: skip
    table = told[told["level"].eq(ALL if unit is None else unit) & told["n"].gt(0)].reset_index(drop=True)
    if table.empty:
        raise CallError(Fault(by, f"nobody of {unit!r} answered an unsur"))
    n, earlier, difference, se, df = table[list(EARLIER)].to_numpy(dtype=float).T
    before = _Against(
        n, earlier, difference, se, df, np.full(len(table), np.nan), table["note_before"].to_numpy(dtype=object)
    )
    city = _city(design, unit, asked.wave, by, list(table["variable"]), book=book)
    measure = book.measure_of(asked.rule)
    judged = _judged(table["note"], before, city, margin=measure.margin / measure.scale, level=level)
    order = np.sort(table["estimate"].to_numpy())
    bar = order[min(LOWEST, len(order)) - 1]
    clear = len(order) > LOWEST and order[LOWEST] > bar + TIE
    shares = [name for name in table if SHARE.fullmatch(str(name)) and table[name].notna().any()]
    columns = {str(name): table[name] for name in table} | {by: table["level"]} | judged
    columns |= {"lowest": table["estimate"].le(bar + TIE) & clear, "wave": asked.wave}
    named = [] if unit is None else [by]
    return pd.DataFrame({name: columns[name] for name in (*named, *UNSUR, *map(str, shares))}, index=table.index)


class _Asked(NamedTuple):
    """The wave asked of, the wave before (none: no such wave, or under another rule) and their rule."""

    wave: str
    before: str
    rule: str


class _Against(NamedTuple):
    """Per unsur what it is held against, and the difference with its error; missing where there is none."""

    n: Floats
    estimate: Floats
    difference: Floats
    se: Floats
    df: Floats
    p: Floats
    note: npt.NDArray[np.object_]


def _asked(design: SurveyDesign, unit: str | None, wave: str | None, by: str, book: Codebook) -> _Asked:
    seen = _seen(design, None if unit is None else by)
    mine = seen[seen["level"].eq(ALL if unit is None else unit)]
    if mine.empty:
        raise CallError(Fault(by, f"no respondent of {unit!r}"))
    waves = waves_of(mine, book) if "wave" in design.frame else ()
    chosen = wave if wave is not None else (waves[-1] if waves else "")
    if "wave" in design.frame and chosen not in set(mine["wave"]):
        raise CallError(Fault("wave", f"{unit!r} has no respondents in {chosen!r}", f"there are {', '.join(waves)}"))
    place = waves.index(chosen) if chosen in waves else 0
    # A wave's rule is that of most of its rows.
    rules = mine.sort_values("n", kind="stable").groupby("wave")["rule"].last()
    before = waves[place - 1] if place else ""
    rule = rules.get(chosen, "") if "wave" in design.frame else rules.iloc[-1]
    return _Asked(chosen, before if before and rules[before] == rule else "", str(rule))


def _seen(design: SurveyDesign, by: str | None) -> pd.DataFrame:
    """Count the rows of each level, wave and rule (columns level, wave, rule, n), once per design and column."""
    slot = ("oversight seen", by)
    if slot not in design.cache:
        frame = levelled(design, by).frame
        frame = frame if design.mask is None else frame[design.mask]
        texts = {name: text(frame, name) if name in frame else "" for name in ("wave", "rule")}
        rows = pd.DataFrame({"level": frame["_level"], **texts}, index=frame.index).dropna()
        design.cache[slot] = rows.groupby(list(rows), observed=True).size().rename("n").reset_index()
    found: pd.DataFrame = design.cache[slot]
    return found


@remembered
def _of_levels(
    design: SurveyDesign, by: str | None, *, book: Codebook, wave: str, before: str, rule: str, level: float
) -> pd.DataFrame:
    """Return a row per unsur of ``rule`` and level of ``by``: the wave's figures, the wave before and the difference.

    All levels at once, which takes little longer than one of them.
    """
    waves = [one for one in (wave, before) if one]
    part = levelled(of_waves(design, *waves) if waves else design, by)
    whole = np.ones(len(part.frame), dtype=bool) if part.mask is None else part.mask
    here, there = (whole & (rows_of(part, "wave", one) if "wave" in part.frame else True) for one in (wave, before))
    parts = choose(part, book, rule=rule).variable.parts
    variables = [Composite(element_of(book, one), (one,)) for one in parts]
    table = survey.mean(with_rows(part, here), variables, "_level", level=level)
    samples = samples_of(part.frame[here], ["_level"])
    table["sample"] = table["_level"].astype(object).map(samples).fillna(SAMPLES[0])
    table = table.assign(**_low(part, here, parts, book, rule, level=level)).rename(columns={"_level": "level"})
    table = table.join(_shares(part, here, parts, book), on=["variable", "level"])
    if not before:
        return table.assign(**dict.fromkeys(EARLIER, np.nan), note_before="")
    told = _waves(with_rows(part, there), with_rows(part, here | there), variables, wave)
    table = table.join(told, on=["variable", "level"])
    return table.assign(note_before=table["note_before"].fillna(""))


def _waves(earlier: SurveyDesign, both: SurveyDesign, variables: list[Composite], wave: str) -> pd.DataFrame:
    """Per unsur and level (the index): the wave before, and what the later wave is above it, with its error."""
    keys = ["variable", "level"]
    means = survey.mean(earlier, variables, "_level").rename(columns={"_level": "level"})
    means = means[means["n"].gt(0)].rename(columns={"n": "n_before", "estimate": "before"})
    pairs = survey.pairwise(both, variables, "wave", within="_level")
    pairs["difference"] *= np.where(pairs["a"].eq(wave), 1.0, -1.0)
    pairs = pairs.rename(
        columns={"_level": "level", "se": "difference_se", "df": "difference_df", "note": "note_before"}
    )
    told = means[[*keys, "n_before", "before"]].merge(pairs, on=keys, how="left")
    return told.set_index(keys)[[*EARLIER, "note_before"]]


def _nothing(size: int) -> _Against:
    n, estimate, difference, se, df, p = np.full((6, size), np.nan)
    return _Against(n, estimate, difference, se, df, p, np.full(size, "", dtype=object))


def _city(
    design: SurveyDesign, unit: str | None, wave: str, by: str, variables: list[str], *, book: Codebook
) -> _Against:
    """Per unsur the city's mean and the difference to it, with its error; missing where the level stands apart."""
    found = _nothing(len(variables))
    if unit is None or len(coded(design, by)[1]) < 2:
        return found
    for place, one in enumerate(variables):
        mine = _of_city(design, by, one, book=book, wave=wave or None).get(unit)
        if mine is not None:
            found.note[place] = mine[0]
            for values, value in zip(
                (found.estimate, found.difference, found.se, found.df, found.p), mine[1], strict=True
            ):
                values[place] = value
    return found


@remembered
def _of_city(
    design: SurveyDesign, by: str, unsur: str, *, book: Codebook, wave: str | None
) -> dict[str, tuple[str, tuple[float, ...]]]:
    """Per judged level its note, and of one unsur the city's mean, the difference to it, se, df and p."""
    found = compare(design, by, book=book, wave=wave, measure=unsur, ranks=False)
    mixed = found.basis == SAME_MIX
    names = ("mix_difference", "mix_se", "mix_df", "mix_p") if mixed else (
        "difference", "difference_se", "difference_df", "p"
    )  # fmt: skip
    table = found.table
    city = table["mix_whole"] if mixed else pd.Series(found.whole["estimate"], index=table.index)
    numbers = np.column_stack([city, *(table[name] for name in names)]).astype(float).tolist()
    told: dict[str, tuple[str, tuple[float, ...]]] = {}
    for level, note, row in zip(table["level"], table["note"], numbers, strict=True):
        if note in (*JUDGED, CAUTION):
            told.setdefault(level, (note, tuple(row)))
    return told


def _judged(note: pd.Series, before: _Against, city: _Against, *, margin: float, level: float) -> dict[str, Any]:
    """Judge all differences of the table as one family."""
    size = len(note)
    # What the comparison with the city did not test is not tested here.
    se = np.append(before.se, np.where(np.isnan(city.p), np.nan, city.se))
    judged = pd.DataFrame({
        "difference": np.append(before.difference, city.difference), "se": se, "df": np.append(before.df, city.df)
    })  # fmt: skip
    told = family(judged.where(judged["se"].ge(0)), level)
    tested = np.where(told["p"].notna(), np.append(before.note, city.note), "not tested")
    told["verdict"] = verdicts(told, pd.Series(tested), margin=margin)
    first, second = told.iloc[:size], told.iloc[size:].reset_index(drop=True)
    return {
        "n_before": before.n, "before": before.estimate, "difference": before.difference,
        "difference_low": first["low"], "difference_high": first["high"], "p": first["p"],
        "p_adjusted": first["p_adjusted"], "verdict": first["verdict"], "note": _doubts(note, before.note, city.note),
        "city": city.estimate, "city_difference": city.difference, "city_low": second["low"],
        "city_high": second["high"], "city_p": second["p"], "city_p_adjusted": second["p_adjusted"],
        "city_verdict": second["verdict"], "margin": margin,
    }  # fmt: skip


def _doubts(note: pd.Series, before: npt.NDArray[np.object_], city: npt.NDArray[np.object_]) -> pd.Series:
    """Return the notes of the unsur; where they are empty, that a difference of theirs is doubtful."""
    doubtful = (before == CAUTION) | (city == CAUTION)
    return note.astype(object).mask(note.eq("") & doubtful, CAUTION)


def _low(
    part: SurveyDesign, rows: Bools, parts: tuple[tuple[str, ...], ...], book: Codebook, rule: str, *, level: float
) -> dict[str, Floats]:
    """Share of low answers of each unsur and level, with its interval on the logit's scale."""
    lows = choose(part, book, "low_answers", rule=rule).design
    variables = [Composite(one[0], (tuple(LOW_PREFIX + item for item in one),)) for one in parts]
    found = survey.mean(with_rows(lows, rows), variables, "_level", level=level)
    share, low, high = low_limits(found, level=level)
    return {"low_share": share, "low_share_low": low, "low_share_high": high}


def _shares(part: SurveyDesign, rows: Bools, parts: tuple[tuple[str, ...], ...], book: Codebook) -> pd.DataFrame:
    """Per unsur and level (the index) the weighted share of every answer, pooled over the unsur's items."""
    levels = part.frame["_level"].cat
    rows = rows & (levels.codes.to_numpy() >= 0)
    code, weight = levels.codes.to_numpy()[rows], part.arrays.weight[rows]
    index = pd.Index(levels.categories.astype(object), name="level")

    def pooled(told: list[Bools]) -> pd.Series:
        return pd.Series(sum(np.bincount(code[one], weight[one], minlength=len(index)) for one in told), index=index)

    found = {}
    for items in parts:
        answers = [part.frame[item].to_numpy(dtype=float, na_value=np.nan)[rows] for item in items]
        total = pooled([~np.isnan(answer) for answer in answers])
        low, high = scale_of(book, items[0])
        found[element_of(book, items)] = pd.DataFrame({
            f"share_{value}": pooled([answer == value for answer in answers]).div(total.where(total.gt(0)))
            for value in range(low, high + 1)
        })  # fmt: skip
    return pd.concat(found, names=["variable"])
