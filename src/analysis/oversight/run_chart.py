"""Many points in time: control limits, and a step called only beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import survey

from .design import sample_of
from .measures import choose, rule_in
from .results import Answer
from .scope import column, of_city
from .views import only, with_columns

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

Floats = npt.NDArray[np.float64]
LEAST_POINTS = 8
"""Fewer points show no limits and no step."""
LEAST_RESPONDENTS = 10
MOVING_RANGE = 2.66
"""Limits of an individuals chart: mean ± 2.66 mean moving ranges (Shewhart)."""
DRAWS = 4_999
STEP = 0.01
"""A step is called where fewer than this share of orders of the points shows one as large."""


def run_chart(
    design: SurveyDesign, *, book: Codebook, unit: str | None = None, period: str = "quarter",
    measure: str | None = None, level: float = 0.95,
) -> Answer:  # fmt: skip
    """Chart a unit (None: the city's units) by ``"quarter"`` or ``"month"`` of the dates, or by ``"wave"``.

    Table ``points``: period, n, estimate, se, low, high, centre, limit_low, limit_high, outside (beyond the limits),
    note (``"few respondents"`` under ten: not in the limits). Facts: points (used), step (first period of the later
    part, or ""), step_size, step_p, note (``"too few points"`` under eight). The step is the split of the series with
    the largest standardised difference of means; its p counts orders of the points with as large a one, all splits
    searched.
    Periods under another rule than the latest are left out. Source: Shewhart's individuals chart; a permutation scan.
    """
    frame = design.frame
    mine = column(frame, "unit").eq(unit).to_numpy() if unit is not None else of_city(frame)
    label = _periods(frame, period)
    rule = rule_in(frame[mine & label.eq(label[mine].max()).to_numpy()], book) if mine.any() else ""
    if rule and "rule" in frame:
        mine = mine & column(frame, "rule").eq(rule).to_numpy()
    chosen = choose(design, book, measure, rule=rule)
    dated = with_columns(chosen.design, {"_period": label.mask(label.eq(""), None)})
    table = survey.mean(only(dated, mine), chosen.variable, "_period", level=level)
    table = table[table["n"].gt(0)].rename(columns={"_period": "period"}).reset_index(drop=True)
    table = table[["period", "n", "estimate", "se", "low", "high"]].astype({"period": str})
    table["note"] = np.where(table["n"].lt(LEAST_RESPONDENTS), "few respondents", "")
    used = table["note"].eq("")
    values = table.loc[used, "estimate"].to_numpy()
    facts: dict[str, object] = {"points": len(values), "step": "", "step_size": np.nan, "step_p": np.nan, "note": ""}
    table = table.assign(centre=np.nan, limit_low=np.nan, limit_high=np.nan, outside=False)
    if len(values) < LEAST_POINTS:
        facts["note"] = "too few points"
    else:
        reach = MOVING_RANGE * float(np.abs(np.diff(values)).mean())
        centre = float(values.mean())
        table["centre"], table["limit_low"], table["limit_high"] = centre, centre - reach, centre + reach
        table["outside"] = used & ~table["estimate"].between(centre - reach, centre + reach)
        place, size, p = step(values)
        facts |= {"step_size": size, "step_p": p}
        facts["step"] = table.loc[used, "period"].iloc[place] if p < STEP else ""
    return Answer("run_chart", "", sample_of(frame[mine]), {"points": table}, (), facts)


def _periods(frame: pd.DataFrame, period: str) -> pd.Series:
    if period == "wave":
        return column(frame, "wave")
    date = pd.to_datetime(frame["date"], errors="coerce") if "date" in frame else pd.Series(pd.NaT, index=frame.index)
    year = date.dt.strftime("%Y")
    part = date.dt.strftime("-%m") if period == "month" else "-TW" + date.dt.quarter.astype("Int8").astype(str)
    return (year + part).astype(object).where(date.notna(), "")


def step(values: Floats, *, seed: int = 0) -> tuple[int, float, float]:
    """Return the place where the largest step begins, its size (later mean less earlier), and its permutation p."""
    place, size, seen = _largest(values[None, :])
    rng = np.random.default_rng(seed)
    mixed = rng.permuted(np.broadcast_to(values, (DRAWS, len(values))), axis=1)
    drawn = _largest(mixed)[2]
    return int(place[0]), float(size[0]), float((1 + (drawn >= seen[0] - 1e-12).sum()) / (DRAWS + 1))


def _largest(series: Floats) -> tuple[npt.NDArray[np.int64], Floats, Floats]:
    count = series.shape[1]
    before = np.cumsum(series, axis=1)[:, 1 : count - 2]
    total = series.sum(axis=1, keepdims=True)
    size = np.arange(2, count - 1)
    difference = (total - before) / (count - size) - before / size
    scaled = np.abs(difference) * np.sqrt(size * (count - size) / count)
    best = scaled.argmax(axis=1)
    rows = np.arange(len(series))
    return best + 2, difference[rows, best], scaled[rows, best]
