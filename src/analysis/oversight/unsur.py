"""The unsur of one unit (or any level): how high, how many low answers, against the wave before and the city."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import survey
from analysis.errors import CallError, Fault
from analysis.survey import Composite

from .comparing.compare import compare
from .comparing.scope import Bools, coded, column, of_city, rows_of, waves_of
from .comparing.verdicts import CAUTION, JUDGED, family, verdicts
from .comparing.views import of_strata, remembered, with_rows
from .design import sample_of
from .measures import LOW_PREFIX, choose, element_of, low_limits, scale_of
from .results import SAME_MIX

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

Floats = npt.NDArray[np.float64]
LOWEST = 3
"""How many unsur are named as the lowest."""
UNSUR = (
    "wave", "variable", "n", "n_missing", "estimate", "se", "low", "high", "df", "low_share", "low_share_low",
    "low_share_high", "n_before", "before", "difference", "difference_low", "difference_high", "p", "p_adjusted",
    "verdict", "city", "city_difference", "city_low", "city_high", "city_p", "city_p_adjusted", "city_verdict",
    "margin", "lowest", "note", "sample",
)  # fmt: skip


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
    difference (to the wave before, if the rule is the same), city (the city's mean of that unsur) and city_difference,
    both on the answers' scale; of each difference an interval, p, p_adjusted and verdict; margin (the index's, on the
    answers' scale), lowest (True for the three lowest, none where they tie with a fourth), note, sample, and share_1,
    share_2 … (weighted share of each answer, 0 to 1).

    Family: all differences in the table, those to the wave before and those to the city together, Holm; their intervals
    are drawn at Holm's step levels. ``unit`` None takes all units of the city; ``by`` names another column (a district:
    its differences to the city are at the same mix, as in ``compare``). Missing where there is no wave before, and for
    the city itself and units that are not its own. CallError for a unit or wave that has no respondents. Low answers
    are pooled over an unsur's items as the index pools them; their logit interval stays inside 0 and 1.
    """
    asked = _asked(design, unit, wave, by, book)
    part = _part(design, asked, [*book.items, by])
    rule = _rule(part.design, part.here)
    if part.there.any() and _rule(part.design, part.there) != rule:
        part = part._replace(there=np.zeros_like(part.there))
    main = choose(part.design, book, rule=rule)
    frame = part.design.frame
    known = {item: bool(frame[item].notna().to_numpy()[part.here].any()) for item in main.variable.items}
    parts = [one for one in main.variable.parts if any(known[item] for item in one)]
    variables = [Composite(element_of(book, one), (one,)) for one in parts]
    table = survey.mean(with_rows(part.design, part.here), variables, level=level)
    low, shares = _low(part, parts, book, rule, level=level), _shares(part, parts, book)
    before = _before(part, variables, asked)
    city = _city(design, unit, asked.wave, by, variables, book=book)
    told = _judged(table["note"], before, city, margin=main.measure.margin / main.measure.scale, level=level)
    order = np.sort(table["estimate"].to_numpy())
    bar = order[min(LOWEST, len(order)) - 1]
    clear = len(order) > LOWEST and order[LOWEST] > bar
    told |= {"lowest": table["estimate"].le(bar) & clear, "wave": asked.wave, "sample": _sample(frame, part.here)}
    named = {} if unit is None else {by: unit}
    columns = {name: table[name] for name in UNSUR if name in table} | low | shares | told | named
    return pd.DataFrame({name: columns[name] for name in (*named, *UNSUR, *shares)}, index=table.index)


class _Asked(NamedTuple):
    """The rows of the unit in its wave and in the one before (none: no such wave)."""

    wave: str
    before: str
    here: Bools
    there: Bools


class _Against(NamedTuple):
    """Per unsur what it is held against, and the difference with its error; missing where there is none."""

    n: Floats
    estimate: Floats
    difference: Floats
    se: Floats
    df: Floats
    p: Floats
    note: npt.NDArray[np.object_]


class _Part(NamedTuple):
    """The design as far as it concerns the unit, and its rows in both waves."""

    design: SurveyDesign
    here: Bools
    there: Bools


def _asked(design: SurveyDesign, unit: str | None, wave: str | None, by: str, book: Codebook) -> _Asked:
    mine = rows_of(design, by, unit) if unit is not None else of_city(design.frame)
    if design.mask is not None:
        mine = mine & design.mask
    if not mine.any():
        raise CallError(Fault(by, f"no respondent of {unit!r}"))
    if "wave" not in design.frame:
        return _Asked(wave or "", "", mine, np.zeros_like(mine))
    waves = waves_of(design.frame.loc[mine, ["wave"]], book)
    chosen = wave if wave is not None else (waves[-1] if waves else "")
    here = mine & rows_of(design, "wave", chosen)
    if not here.any():
        raise CallError(Fault("wave", f"{unit!r} has no respondents in {chosen!r}", f"there are {', '.join(waves)}"))
    place = waves.index(chosen) if chosen in waves else 0
    before = waves[place - 1] if place else ""
    there = mine & rows_of(design, "wave", before) if before else np.zeros_like(mine)
    return _Asked(chosen, before, here, there)


def _part(design: SurveyDesign, asked: _Asked, columns: list[str]) -> _Part:
    """Take what concerns the unit; of other strata and columns nothing, where strata can be left out."""
    rows = asked.here | asked.there
    smaller = of_strata(design, rows, columns=[*columns, "wave", "rule", "sample"])
    if smaller is design:
        return _Part(design, asked.here, asked.there)
    return _Part(smaller, asked.here[rows], asked.there[rows])


def _rule(design: SurveyDesign, rows: Bools) -> str:
    if "rule" not in design.frame:
        return ""
    seen = column(design.frame, "rule")[rows]
    rules = seen.unique()
    if len(rules) < 2:
        return str(rules[0]) if len(rules) else ""
    return str(seen.value_counts().index[0])


def _nothing(size: int) -> _Against:
    n, estimate, difference, se, df, p = np.full((6, size), np.nan)
    return _Against(n, estimate, difference, se, df, p, np.full(size, "", dtype=object))


def _before(part: _Part, variables: list[Composite], asked: _Asked) -> _Against:
    """Per unsur the wave before and the difference to it, with its error."""
    blank = _nothing(len(variables))
    if not part.there.any():
        return blank
    earlier = survey.mean(with_rows(part.design, part.there), variables)
    both = survey.pairwise(with_rows(part.design, part.here | part.there), variables, "wave")
    first, second = (both[side].to_numpy(dtype=object) for side in ("a", "b"))
    ours = [(one, other) in ((asked.wave, asked.before), (asked.before, asked.wave))
            for one, other in zip(first, second, strict=True)]  # fmt: skip
    n = earlier["n"].to_numpy(dtype=float)
    answered = n > 0

    def known(values: npt.NDArray[Any], otherwise: npt.NDArray[Any]) -> npt.NDArray[Any]:
        return np.where(answered, values, otherwise)

    places = {name: place for place, (name, mine) in enumerate(zip(both["variable"], ours, strict=True)) if mine}
    at = [places.get(one.name, -1) for one in variables]
    told = {name: np.append(both[name].to_numpy(), np.nan)[at] for name in ("difference", "se", "df")}
    sign = np.append(np.where(first == asked.wave, 1.0, -1.0), np.nan)[at]
    return blank._replace(
        n=known(n, blank.n), estimate=known(earlier["estimate"].to_numpy(), blank.n),
        difference=known(told["difference"] * sign, blank.n), se=known(told["se"], blank.n),
        df=known(told["df"], blank.n), note=known(np.append(both["note"].to_numpy(dtype=object), "")[at], blank.note),
    )  # fmt: skip


def _city(
    design: SurveyDesign, unit: str | None, wave: str, by: str, variables: list[Composite], *, book: Codebook
) -> _Against:
    """Per unsur the city's mean and the difference to it, with its error; missing where the level stands apart."""
    found = _nothing(len(variables))
    if unit is None or len(coded(design, by)[1]) < 2:
        return found
    for place, one in enumerate(variables):
        mine = _of_city(design, by, one.name, book=book, wave=wave or None).get(unit)
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


def _low(part: _Part, parts: list[tuple[str, ...]], book: Codebook, rule: str, *, level: float) -> dict[str, Floats]:
    """Share of low answers of each unsur, with its interval on the logit's scale."""
    lows = choose(part.design, book, "low_answers", rule=rule).design
    variables = [Composite(one[0], (tuple(LOW_PREFIX + item for item in one),)) for one in parts]
    found = survey.mean(with_rows(lows, part.here), variables, level=level)
    share, low, high = low_limits(found, level=level)
    return {"low_share": share, "low_share_low": low, "low_share_high": high}


def _shares(part: _Part, parts: list[tuple[str, ...]], book: Codebook) -> dict[str, Floats]:
    """Weighted share of every answer of the scale, pooled over the items of each unsur."""
    weight = part.design.arrays.weight[part.here]
    rows = []
    for one in parts:
        answers = [part.design.frame[item].to_numpy(dtype=float, na_value=np.nan)[part.here] for item in one]
        total = sum(float(weight[~np.isnan(answer)].sum()) for answer in answers)
        low, high = scale_of(book, one[0])
        rows.append({
            f"share_{value}": sum(float(weight[answer == value].sum()) for answer in answers) / total
            for value in range(low, high + 1)
        })  # fmt: skip
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: np.array([row.get(name, np.nan) for row in rows]) for name in names}


def _sample(frame: pd.DataFrame, rows: Bools) -> str:
    return sample_of(frame[["sample"]][rows]) if "sample" in frame else sample_of(frame)
