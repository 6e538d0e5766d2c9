"""Many points in time: control limits, and a step called only beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import codebook, survey

from .comparing.cells import LEAST, Passes, group_codes
from .comparing.scope import column, of_city
from .comparing.views import only
from .design import sample_of
from .measures import choose, rule_in
from .results import AS_ANSWERED, SAME_MIX, Answer

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import Composite, SurveyDesign

Floats = npt.NDArray[np.float64]
LEAST_POINTS = 8
"""Fewer points show no limits and no step."""
LEAST_RESPONDENTS = 10
MOVING_RANGE = 2.66
"""Limits of an individuals chart: mean ± 2.66 mean moving ranges (Shewhart)."""
DRAWS = 4_999
LEAST_SHARE = 0.5
"""A period that holds less of the common mix than this is left out of the limits."""
MIX = ("unit", "service", "channel")
PERIOD = "_period"
STEP = 0.01
"""A step is called where fewer than this share of orders of the points shows one as large."""


def run_chart(
    design: SurveyDesign, *, book: Codebook, unit: str | None = None, period: str = "quarter",
    measure: str | None = None, level: float = 0.95,
) -> Answer:  # fmt: skip
    """Chart a unit (None: the city's units) by ``"quarter"`` or ``"month"`` of the dates, or by ``"wave"``.

    Table ``points``: period, n, estimate, se, low, high, same_mix (the estimate at the mix of units, services and
    channels of all periods together), mix_share (share of that mix the period could be standardised to), centre,
    limit_low, limit_high, outside (beyond the limits), note (``"few respondents"`` under ten, ``"not at the same mix"``
    where less than half of the mix is met: not in the limits); empty where nobody has a date. Facts: unit, points
    (used), basis (``"same mix"`` where there is a mix, else ``"as answered"``: limits, centre and step are of that
    series), mix (its columns), step (first period of the later part, or ""), step_size, step_p, note (``"too few
    points"`` under eight). The step is the split
    of the series with the largest standardised difference of means; its p counts orders of the points with as large a
    one, all splits searched.

    A mix cell that a period lacks is filled by what the others say of it: the cell's mean over all periods plus how far
    the period stands from the others where it can be compared. Periods under another rule than the latest are left out.
    Source: Shewhart's individuals chart; direct standardisation; a permutation scan.
    """
    frame = design.frame
    mine = column(frame, "unit").eq(unit).to_numpy() if unit is not None else of_city(frame)
    label = _periods(frame, period)
    order = codebook.wave_order(label[mine].unique(), book)
    rule = rule_in(frame[mine & label.eq(order[-1]).to_numpy()], book) if order else ""
    if rule and "rule" in frame:
        mine = mine & column(frame, "rule").eq(rule).to_numpy()
    facts: dict[str, object] = {"unit": unit or ""}
    if not order:
        none, told = _limits(_undated(), "estimate")
        facts |= {"basis": AS_ANSWERED, "mix": ()} | told
        return Answer("run_chart", "", sample_of(frame[mine]), {"points": none}, (), facts)
    chosen = choose(design, book, measure, rule=rule)
    dated = chosen.design.with_columns({PERIOD: label.mask(label.eq(""), None)})
    table = survey.mean(only(dated, mine), chosen.variable, PERIOD, level=level)
    table = table[table["n"].gt(0)].rename(columns={PERIOD: "period"})
    table = table[["period", "n", "estimate", "se", "low", "high"]].astype({"period": str})
    table = table.set_index("period").reindex([one for one in order if one in set(table["period"])]).reset_index()
    table, mix = _at_one_mix(table, only(dated, mine), chosen.variable)
    series = "same_mix" if mix else "estimate"
    table["note"] = np.where(table["n"].lt(LEAST_RESPONDENTS), "few respondents", "")
    if mix:
        poor = table["note"].eq("") & table["mix_share"].lt(LEAST_SHARE)
        table["note"] = table["note"].mask(poor, "not at the same mix")
    facts |= {"basis": SAME_MIX if mix else AS_ANSWERED, "mix": tuple(mix)}
    table, told = _limits(table, series)
    return Answer("run_chart", "", sample_of(frame[mine]), {"points": table}, (), facts | told)


def _undated() -> pd.DataFrame:
    """Return the points of a series without any date: none."""
    numbers = ("n", "estimate", "se", "low", "high", "same_mix", "mix_share")
    return pd.DataFrame(columns=["period", *numbers, "note"])


def _limits(table: pd.DataFrame, series: str) -> tuple[pd.DataFrame, dict[str, object]]:
    """Draw centre and limits through a series of the table, and look for a step in it."""
    used = table["note"].eq("")
    values = table.loc[used, series].to_numpy(dtype=float)
    facts: dict[str, object] = {"points": len(values), "step": "", "step_size": np.nan, "step_p": np.nan, "note": ""}
    table = table.assign(centre=np.nan, limit_low=np.nan, limit_high=np.nan, outside=False)
    if len(values) < LEAST_POINTS:
        return table, facts | {"note": "too few points"}
    reach = MOVING_RANGE * float(np.abs(np.diff(values)).mean())
    centre = float(values.mean())
    table["centre"], table["limit_low"], table["limit_high"] = centre, centre - reach, centre + reach
    table["outside"] = used & ~table[series].between(centre - reach, centre + reach)
    place, size, p = step(values)
    begins = table.loc[used, "period"].iloc[place] if p < STEP else ""
    return table, facts | {"step": begins, "step_size": size, "step_p": p}


def _at_one_mix(
    table: pd.DataFrame, design: SurveyDesign, variable: Composite
) -> tuple[pd.DataFrame, list[str]]:  # fmt: skip
    """Add each period's mean at the mix of all periods, and how much of that mix the period holds itself."""
    inside = design.frame if design.mask is None else design.frame[design.mask]
    mix = [name for name in MIX if name in inside and len(set(column(inside, name).unique()) - {""}) > 1]
    if not mix or len(table) < 2:
        return table.assign(same_mix=table["estimate"], mix_share=1.0), []
    cells = Passes([design], variable).cells([PERIOD, *mix])[0]
    code = group_codes(cells, mix)
    at = pd.Index(table["period"]).get_indexer(pd.Index(cells.keys[PERIOD].astype(str)))
    shape = (len(table), int(code.max()) + 1)
    weight, mean = np.zeros(shape), np.zeros(shape)
    kept = (at >= 0) & (cells.n >= LEAST)
    weight[at[kept], code[kept]], mean[at[kept], code[kept]] = cells.weight[kept], cells.estimate[kept]
    share = weight.sum(axis=0) / weight.sum()
    held = weight > 0
    usual = np.divide((weight * mean).sum(axis=0), weight.sum(axis=0), out=np.zeros(shape[1]), where=held.any(axis=0))
    reached = held @ share
    above = ((mean - usual) * held * share).sum(axis=1)
    apart = np.divide(above, reached, out=np.full(shape[0], np.nan), where=reached > 0)
    return table.assign(same_mix=float(usual @ share) + apart, mix_share=reached), mix


def _periods(frame: pd.DataFrame, period: str) -> pd.Series:
    if period == "wave":
        return column(frame, "wave")
    if "date" not in frame:
        return pd.Series("", index=frame.index, dtype=object)
    # Few days have many rows: each is read once.
    code, days = pd.factorize(frame["date"])
    date = pd.to_datetime(pd.Series(days, dtype=object), errors="coerce")
    part = date.dt.strftime("-%m") if period == "month" else "-TW" + date.dt.quarter.astype("Int8").astype(str)
    label = (date.dt.strftime("%Y") + part).astype(object).where(date.notna(), "")
    return pd.Series(np.append(label.to_numpy(dtype=object), "")[code], index=frame.index, dtype=object)


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
