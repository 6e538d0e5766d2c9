"""The unsur of one unit (or any level): how high, how many low answers, against the wave before."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import expit, logit, stdtrit

from analysis import survey
from analysis.errors import CallError, Fault
from analysis.survey import Composite

from .design import sample_of
from .measures import LOW_PREFIX, choose, element_of, scale_of
from .scope import Bools, column, of_city, waves_of

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

LOWEST = 3
"""How many unsur are named as the lowest."""
UNSUR = (
    "wave", "variable", "n", "n_missing", "estimate", "se", "low", "high", "df", "low_share", "low_share_low",
    "low_share_high", "n_before", "before", "difference", "difference_low", "difference_high", "lowest", "note",
    "sample",
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
    difference (to the wave before, if the rule is the same) with its interval, lowest (True for the three lowest, none
    where they tie with a fourth), note, sample, and share_1, share_2 … (weighted share of each answer, 0 to 1).

    ``unit`` None takes all units of the city; ``by`` names another column (a district). Missing where there is no wave
    before. CallError for a unit or wave that has no respondents. Low answers are pooled over an unsur's items as the
    index pools them; their logit interval stays inside 0 and 1.
    """
    mine = column(design.frame, by).eq(unit).to_numpy() if unit is not None else of_city(design.frame)
    if not mine.any():
        raise CallError(Fault(by, f"no respondent of {unit!r}"))
    waves = waves_of(design.frame[mine])
    chosen = wave if wave is not None else (waves[-1] if waves else "")
    here = mine & _in_wave(design, chosen)
    if not here.any():
        raise CallError(Fault("wave", f"{unit!r} has no respondents in {chosen!r}", f"there are {', '.join(waves)}"))
    rule = _rule(design, here)
    main = choose(design, book, rule=rule)
    lows = choose(design, book, "low_answers", rule=rule)
    earlier = [one for one in waves if one < chosen]
    there = mine & _in_wave(design, earlier[-1]) if earlier else np.zeros_like(mine)
    if there.any() and _rule(design, there) != rule:
        there = np.zeros_like(mine)
    rows = [
        _row(design, lows.design, part, book=book, here=here, there=there, level=level)
        for part in main.variable.parts
        if design.frame.loc[here, list(part)].notna().any(axis=None)
    ]
    table = pd.DataFrame(rows)
    order = table["estimate"].sort_values()
    bar = order.iloc[min(LOWEST, len(order)) - 1]
    clear = len(order) > LOWEST and order.iloc[LOWEST] > bar
    table["lowest"] = table["estimate"].le(bar) & clear
    table["sample"], table["wave"] = sample_of(design.frame[here]), chosen
    shares = [name for name in table if str(name).startswith("share_")]
    named = [] if unit is None else [by]
    return table.assign(**dict.fromkeys(named, unit))[[*named, *UNSUR, *shares]]


def _in_wave(design: SurveyDesign, wave: str) -> Bools:
    if "wave" not in design.frame:
        return np.ones(len(design.frame), dtype=bool)
    return column(design.frame, "wave").eq(wave).to_numpy()


def _rule(design: SurveyDesign, rows: Bools) -> str:
    if "rule" not in design.frame:
        return ""
    counted = column(design.frame, "rule")[rows].value_counts()
    return str(counted.index[0]) if len(counted) else ""


def _row(
    design: SurveyDesign, lows: SurveyDesign, part: tuple[str, ...], *,
    book: Codebook, here: Bools, there: Bools, level: float,
) -> dict[str, object]:  # fmt: skip
    name = element_of(book, part)
    variable = Composite(name, (part,))
    both = replace(design, mask=here | there)
    now = survey.mean(replace(design, mask=here), variable, level=level).iloc[0].to_dict()
    low = survey.mean(replace(lows, mask=here), Composite(name, (tuple(LOW_PREFIX + one for one in part),))).iloc[0]
    row: dict[str, object] = {str(key): value for key, value in now.items()}
    row |= {"low_share": low["estimate"]} | _logit(low) | _shares(design, part, here, book)
    row |= dict.fromkeys(("n_before", "before", "difference", "difference_low", "difference_high"), np.nan)
    if there.any():
        before = survey.mean(replace(design, mask=there), variable, level=level).iloc[0]
        if before["n"] > 0:
            pairs = survey.pairwise(both, variable, "wave", level=level)
            pair = pairs[pairs["difference"].notna()].iloc[0]
            # pairwise takes the earlier wave first; the change is the other way round
            row |= {"n_before": before["n"], "before": before["estimate"], "difference": -pair["difference"]}
            row |= {"difference_low": -pair["high"], "difference_high": -pair["low"]}
    return row


def _shares(design: SurveyDesign, part: tuple[str, ...], here: Bools, book: Codebook) -> dict[str, float]:
    """Weighted share of every answer of the scale, pooled over the items of a part."""
    weight = design.arrays.weight[here]
    answers = [design.frame.loc[here, item].to_numpy(dtype=float, na_value=np.nan) for item in part]
    total = sum(float(weight[~np.isnan(one)].sum()) for one in answers)
    low, high = scale_of(book, part[0])
    return {
        f"share_{value}": sum(float(weight[one == value].sum()) for one in answers) / total
        for value in range(low, high + 1)
    }


def _logit(low: pd.Series) -> dict[str, float]:
    share, se, df = (float(low[name]) for name in ("estimate", "se", "df"))
    if not 0 < share < 1 or np.isnan(se) or df <= 0:
        return {"low_share_low": np.nan, "low_share_high": np.nan}
    reach = float(stdtrit(df, 0.975)) * se / (share * (1 - share))
    return {"low_share_low": float(expit(logit(share) - reach)), "low_share_high": float(expit(logit(share) + reach))}
