"""The unsur of one unit (or any level): how high, how many low answers, against the wave before and the city."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import expit, logit, stdtrit

from analysis import survey
from analysis.errors import CallError, Fault
from analysis.survey import Composite

from .comparing.compare import compare
from .comparing.scope import Bools, column, of_city, waves_of
from .comparing.verdicts import CAUTION, JUDGED, family, verdicts
from .comparing.views import of_strata, with_rows
from .design import sample_of
from .measures import LOW_PREFIX, choose, element_of, scale_of
from .results import SAME_MIX

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

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
    here = part.design.frame.loc[part.here]
    parts = [one for one in main.variable.parts if here[list(one)].notna().any(axis=None)]
    variables = [Composite(element_of(book, one), (one,)) for one in parts]
    table = survey.mean(with_rows(part.design, part.here), variables, level=level)
    table = pd.concat([table, _low(part, parts, book, rule, level=level), _shares(part, parts, book)], axis=1)
    before = _before(part, variables, asked)
    city = _city(design, unit, asked.wave, by, variables, book=book)
    table = _judged(table, before, city, margin=main.measure.margin / main.measure.scale, level=level)
    order = table["estimate"].sort_values()
    bar = order.iloc[min(LOWEST, len(order)) - 1]
    clear = len(order) > LOWEST and order.iloc[LOWEST] > bar
    table["lowest"] = table["estimate"].le(bar) & clear
    table["sample"], table["wave"] = sample_of(here), asked.wave
    shares = [name for name in table if str(name).startswith("share_")]
    named = [] if unit is None else [by]
    return table.assign(**dict.fromkeys(named, unit))[[*named, *UNSUR, *shares]]


class _Asked(NamedTuple):
    """The rows of the unit in its wave and in the one before (none: no such wave)."""

    wave: str
    before: str
    here: Bools
    there: Bools


class _Part(NamedTuple):
    """The design as far as it concerns the unit, and its rows in both waves."""

    design: SurveyDesign
    here: Bools
    there: Bools


def _asked(design: SurveyDesign, unit: str | None, wave: str | None, by: str, book: Codebook) -> _Asked:
    mine = column(design.frame, by).eq(unit).to_numpy() if unit is not None else of_city(design.frame)
    if design.mask is not None:
        mine = mine & design.mask
    if not mine.any():
        raise CallError(Fault(by, f"no respondent of {unit!r}"))
    if "wave" not in design.frame:
        return _Asked(wave or "", "", mine, np.zeros_like(mine))
    waves = waves_of(design.frame.loc[mine, ["wave"]], book)
    chosen = wave if wave is not None else (waves[-1] if waves else "")
    of_wave = column(design.frame, "wave")
    here = mine & of_wave.eq(chosen).to_numpy()
    if not here.any():
        raise CallError(Fault("wave", f"{unit!r} has no respondents in {chosen!r}", f"there are {', '.join(waves)}"))
    place = waves.index(chosen) if chosen in waves else 0
    before = waves[place - 1] if place else ""
    there = mine & of_wave.eq(before).to_numpy() if before else np.zeros_like(mine)
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


def _before(part: _Part, variables: list[Composite], asked: _Asked) -> pd.DataFrame:
    """Per unsur the wave before and the difference to it, with its error."""
    blank = pd.DataFrame(np.nan, index=range(len(variables)), columns=["n_before", "before", "difference", "se", "df"])
    blank["note"] = ""
    if not part.there.any():
        return blank
    earlier = survey.mean(with_rows(part.design, part.there), variables)
    both = survey.pairwise(with_rows(part.design, part.here | part.there), variables, "wave")
    both = both[both["a"].isin([asked.wave, asked.before]) & both["b"].isin([asked.wave, asked.before])]
    sign = np.where(both["a"].eq(asked.wave), 1.0, -1.0)
    found = both.assign(difference=both["difference"] * sign).set_index("variable")[["difference", "se", "df", "note"]]
    found = found.reindex([one.name for one in variables]).reset_index(drop=True)
    answered = earlier["n"].gt(0)
    found[["n_before", "before"]] = earlier[["n", "estimate"]].astype(float).where(answered)
    found["note"] = found["note"].astype(object).fillna("")
    return found.where(answered, blank)


def _city(
    design: SurveyDesign, unit: str | None, wave: str, by: str, variables: list[Composite], *, book: Codebook
) -> pd.DataFrame:
    """Per unsur the city's mean and the difference to it, with its error; missing where the level stands apart."""
    rows = []
    several = unit is not None and len(column(design.frame, by).unique()) > 1
    for one in variables:
        row: dict[str, object] = dict.fromkeys(("city", "difference", "se", "df", "p"), np.nan) | {"note": ""}
        if unit is not None and several:
            found = compare(design, by, book=book, wave=wave or None, measure=one.name, ranks=False)
            mixed = found.basis == SAME_MIX
            told = zip(found.table["level"], found.table["note"], strict=True)
            mine = [place for place, (level, note) in enumerate(told) if level == unit and note in (*JUDGED, CAUTION)]
            names = ("mix_difference", "mix_se", "mix_df", "mix_p") if mixed else (
                "difference", "difference_se", "difference_df", "p"
            )  # fmt: skip
            if mine:
                first = found.table.iloc[mine[0]]
                row |= {name: float(first[of]) for name, of in zip(("difference", "se", "df", "p"), names, strict=True)}
                row |= {"city": float(first["mix_whole"] if mixed else found.whole["estimate"]), "note": first["note"]}
        rows.append(row)
    return pd.DataFrame(rows).astype({"note": object})


def _judged(
    table: pd.DataFrame, before: pd.DataFrame, city: pd.DataFrame, *, margin: float, level: float
) -> pd.DataFrame:
    """Judge all differences of the table as one family."""
    size = len(table)
    # What the comparison with the city did not test is not tested here.
    both = pd.concat([before, city.assign(se=city["se"].where(city["p"].notna()))], ignore_index=True)
    judged = both[["difference", "se", "df"]].astype(float)
    told = family(judged.where(judged["se"].ge(0)), level)
    told["verdict"] = verdicts(told, both["note"].where(told["p"].notna(), "not tested"), margin=margin)
    first, second = told.iloc[:size].reset_index(drop=True), told.iloc[size:].reset_index(drop=True)
    return table.assign(
        n_before=before["n_before"], before=before["before"], difference=before["difference"],
        difference_low=first["low"], difference_high=first["high"], p=first["p"], p_adjusted=first["p_adjusted"],
        verdict=first["verdict"], note=_doubts(table["note"], before["note"], city["note"]),
        city=city["city"], city_difference=city["difference"], city_low=second["low"],
        city_high=second["high"], city_p=second["p"], city_p_adjusted=second["p_adjusted"],
        city_verdict=second["verdict"], margin=margin,
    )  # fmt: skip


def _doubts(note: pd.Series, before: pd.Series, city: pd.Series) -> pd.Series:
    """Return the notes of the unsur; where they are empty, that a difference of theirs is doubtful."""
    doubtful = (before.eq(CAUTION) | city.eq(CAUTION)).to_numpy()
    return note.astype(object).mask(note.eq("") & doubtful, CAUTION)


def _low(part: _Part, parts: list[tuple[str, ...]], book: Codebook, rule: str, *, level: float) -> pd.DataFrame:
    """Share of low answers of each unsur, with its interval."""
    lows = choose(part.design, book, "low_answers", rule=rule).design
    variables = [Composite(one[0], (tuple(LOW_PREFIX + item for item in one),)) for one in parts]
    found = survey.mean(with_rows(lows, part.here), variables, level=level)
    limits = [_logit(row, level=level) for _, row in found.iterrows()]
    return pd.DataFrame(
        {
            "low_share": found["estimate"], "low_share_low": [low for low, _ in limits],
            "low_share_high": [high for _, high in limits],
        }
    )  # fmt: skip


def _logit(low: pd.Series, *, level: float) -> tuple[float, float]:
    share, se, df = (float(low[name]) for name in ("estimate", "se", "df"))
    if not 0 < share < 1 or np.isnan(se) or df <= 0:
        return np.nan, np.nan
    reach = float(stdtrit(df, 0.5 + level / 2)) * se / (share * (1 - share))
    return float(expit(logit(share) - reach)), float(expit(logit(share) + reach))


def _shares(part: _Part, parts: list[tuple[str, ...]], book: Codebook) -> pd.DataFrame:
    """Weighted share of every answer of the scale, pooled over the items of each unsur."""
    weight = part.design.arrays.weight[part.here]
    rows = []
    for one in parts:
        answers = [part.design.frame.loc[part.here, item].to_numpy(dtype=float, na_value=np.nan) for item in one]
        total = sum(float(weight[~np.isnan(answer)].sum()) for answer in answers)
        low, high = scale_of(book, one[0])
        rows.append({
            f"share_{value}": sum(float(weight[answer == value].sum()) for answer in answers) / total
            for value in range(low, high + 1)
        })  # fmt: skip
    return pd.DataFrame(rows)
