"""Did trained units change more than the others? Judged over units, by exact randomisation inference."""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.oversight.change import change
from analysis.oversight.comparing.scope import VERTICAL, earlier, waves_of
from analysis.oversight.comparing.verdicts import UNKNOWN, verdict
from analysis.oversight.results import Answer

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
LEAST_TRAINED, LEAST_UNITS, LEAST_WAVES = 4, 12, 3
"""With fewer trained units, units or waves the change is described without a verdict."""
LEAST_RESPONDENTS = 10
"""A unit with fewer respondents in either wave is left out: its change is noise."""
MOST_EXACT = 50_000
"""Up to this many ways to choose the trained units all are gone through; beyond, as many are drawn."""
PAST_DOUBT = 0.05
"""Pasts that differ with a smaller p-value are not parallel: no verdict."""


class Randomised(NamedTuple):
    """A difference between two sets of units: estimate, interval by inversion, p-value, ways gone through, exact."""

    difference: float
    low: float
    high: float
    p: float
    ways: int
    exact: bool


def training(
    design: SurveyDesign,
    register: pd.DataFrame,
    *,
    book: Codebook,
    wave: str | None = None,
    before: str | None = None,
    measure: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Compare the change of trained units with that of the other city units, between two waves (the latest two).

    ``register`` has unit, wave (the first wave after the training; blank: the later wave) and hours (may be missing).
    Facts: n_trained, n_others, difference (weighted mean change of the trained less that of the others), low, high,
    p, ways, exact, verdict, note, past_difference, past_p (the same between the two waves before: parallel past),
    dose (points of change per ten hours among the trained), dose_p and unknown (trained units that did not survey in
    either wave, as the register names them; note ``"trained units unknown"`` where all are). Tables: ``units`` (unit,
    trained, hours, n, n_before, estimate, before, difference, se, weight, note, left_out as in ``change``) and
    ``past`` (the same one wave earlier, empty without one).

    Inference is over units: which units are the trained ones is permuted, all ways where they are at most 50,000; the
    interval holds every shift that the permutation does not reject. Units weigh by 1 / (se² + spread²). With fewer than
    four trained units, twelve units or three waves there is no verdict (``note`` ``"too few units or waves"``), nor
    where the pasts were not parallel (``"past not parallel"``). An association, not a cause. Source: Fisher (1935);
    Ho and Imai (2006).
    """
    waves = waves_of(design.frame, book)
    now = wave if wave is not None else (waves[-1] if waves else "")
    hours = _hours(register, now)
    found = change(design, book=book, by="unit", wave=now, before=before, measure=measure, margin=margin, level=level)
    units = _units(found.table, hours)
    used = units["note"].eq("")
    effect = _effect(units[used], level=level)
    past_waves = earlier(waves, found.before, book)
    past = pd.DataFrame(columns=units.columns)
    past_effect = None
    if past_waves:
        parallel = change(design, book=book, by="unit", wave=found.before, before=past_waves[-1], measure=measure)
        past = _units(parallel.table, hours)
        past_effect = _effect(past[past["note"].eq("")], level=level)
    trained, others = int((units["trained"] & used).sum()), int((~units["trained"] & used).sum())
    enough = trained >= LEAST_TRAINED and trained + others >= LEAST_UNITS and len(waves) >= LEAST_WAVES
    unknown = tuple(sorted(set(hours) - set(units["unit"]) - {""}))
    note = "" if effect else "no others to compare with" if trained else "no trained units"
    note = "trained units unknown" if note == "no trained units" and unknown else note
    said = ""
    if effect and not enough:
        note = "too few units or waves"
    elif effect:
        parallel_past = past_effect is None or past_effect.p >= PAST_DOUBT
        note = "" if parallel_past else "past not parallel"
        said = verdict(effect.low, effect.high, found.margin) if parallel_past else UNKNOWN
    slope, slope_p = dose(units[used & units["trained"]])
    facts = {
        "wave": now, "before": found.before, "n_trained": trained, "n_others": others, "margin": found.margin,
        "difference": effect.difference if effect else np.nan, "low": effect.low if effect else np.nan,
        "high": effect.high if effect else np.nan, "p": effect.p if effect else np.nan,
        "ways": effect.ways if effect else 0, "exact": effect.exact if effect else False, "verdict": said,
        "note": note, "past_difference": past_effect.difference if past_effect else np.nan,
        "past_p": past_effect.p if past_effect else np.nan, "dose": slope, "dose_p": slope_p, "unknown": unknown,
    }  # fmt: skip
    notes = (note,) if note else ()
    return Answer("training", now, found.sample, {"units": units, "past": past}, notes, facts)


def _hours(register: pd.DataFrame, wave: str) -> dict[str, float]:
    """Hours per unit trained before ``wave``; missing hours are missing, not 0."""
    if register is None or register.empty:
        return {}
    of_wave = register["wave"].fillna("").astype(str).isin(["", wave]) if "wave" in register else True
    rows = register[of_wave] if isinstance(of_wave, pd.Series) else register
    hours = pd.to_numeric(rows["hours"], errors="coerce") if "hours" in rows else pd.Series(np.nan, index=rows.index)
    return {str(unit): float(sum_) for unit, sum_ in hours.groupby(rows["unit"]).sum(min_count=1).items()}


def _units(table: pd.DataFrame, hours: dict[str, float]) -> pd.DataFrame:
    told = ["level", "owner", "n", "n_before", "estimate", "before", "difference", "se", "note", "left_out"]
    units = table[told].copy()
    units = units.rename(columns={"level": "unit"})
    units["trained"] = units["unit"].isin(list(hours))
    units["hours"] = units["unit"].map(hours)
    few = units[["n", "n_before"]].min(axis=1).lt(LEAST_RESPONDENTS)
    note = units["note"].where(units["difference"].isna() | units["owner"].eq(VERTICAL), "")
    note = note.mask(note.eq("") & few, "few respondents")
    units["note"] = note.mask(units["owner"].eq(VERTICAL), VERTICAL).mask(units["difference"].isna(), "no change known")
    used = units["note"].eq("")
    units["weight"] = np.nan
    if used.any():
        units.loc[used, "weight"] = _weights(units[used])
    columns = ["unit", "trained", "hours", "n", "n_before", "estimate", "before", "difference", "se", "weight", "note",
               "left_out"]  # fmt: skip
    return units[columns].sort_values(["trained", "unit"], ascending=[False, True], ignore_index=True)


def _weights(units: pd.DataFrame) -> Floats:
    """1 / (se² + spread²), the spread of true changes by moments within the trained and within the others."""
    # A census has no sampling error, yet a few pupils differ from year to year: everybody's error follows its n.
    size = (1 / units["n"] + 1 / units["n_before"]).to_numpy(dtype=float)
    known = (units["se"] > 0).to_numpy()
    per_person = float(np.median((units["se"].to_numpy(dtype=float) ** 2 / size)[known])) if known.any() else 0.0
    variance = per_person * size
    centred = units["difference"] - units.groupby("trained")["difference"].transform("mean")
    freedom = max(len(units) - units["trained"].nunique(), 1)
    spread = max(float((centred**2).sum()) / freedom - float(variance.mean()), 0.0)
    total = np.maximum(variance + spread, 1e-6)
    weights: Floats = total.min() / total
    return weights


def _effect(units: pd.DataFrame, *, level: float) -> Randomised | None:
    trained = units["trained"].to_numpy(dtype=bool)
    if trained.all() or not trained.any():
        return None
    return randomisation(units["difference"].to_numpy(dtype=float), trained, weight=_weights(units), level=level)


def assignments(units: int, trained: int, *, seed: int = 0) -> tuple[Bools, bool]:
    """Return every way to choose the trained units (rows of truth values), or a seeded draw of too many."""
    if comb(units, trained) <= MOST_EXACT:
        rows = np.zeros((comb(units, trained), units), dtype=bool)
        chosen = np.array(list(combinations(range(units), trained)))
        rows[np.arange(len(rows))[:, None], chosen] = True
        return rows, True
    order = np.random.default_rng(seed).random((MOST_EXACT, units)).argsort(axis=1)
    return order < trained, False


def randomisation(
    values: Floats, chosen: Bools, *, weight: Floats | None = None, level: float = 0.95, seed: int = 0
) -> Randomised:
    """Difference of weighted means (chosen less others), its permutation p-value and interval by inversion.

    Two-sided: the share of assignments whose difference is at least as large in size, the observed one counted. The
    interval is every shift delta that, taken from the chosen, is not rejected; its ends are infinite where too few
    assignments exist to reject anything.
    """
    weight = np.ones(len(values)) if weight is None else weight
    ways, exact = assignments(len(values), int(chosen.sum()), seed=seed)
    if not exact:
        ways = np.vstack([chosen, ways])
    coefficients = _contrasts(ways, weight)
    observed = float(_contrasts(chosen[None, :], weight)[0] @ values)
    spread, moved = coefficients @ values, coefficients @ chosen.astype(float)

    def p_value(delta: float) -> float:
        return float((np.abs(spread - delta * moved) >= abs(observed - delta) - 1e-9).mean())

    alpha = 1 - level
    low, high = (_bound(p_value, observed, side, alpha, scale=float(np.ptp(values)) + 1.0) for side in (-1, 1))
    return Randomised(observed, low, high, p_value(0.0), len(ways), exact)


def _contrasts(ways: Bools, weight: Floats) -> Floats:
    inside = ways * weight
    outside = ~ways * weight
    result: Floats = inside / inside.sum(axis=1, keepdims=True) - outside / outside.sum(axis=1, keepdims=True)
    return result


def _bound(p_value: object, centre: float, side: int, alpha: float, *, scale: float) -> float:
    """Walk outwards until a shift is rejected, then halve; infinite where none within twenty spreads is."""
    inner, step = centre, scale / 8
    outer = centre
    for _ in range(160):
        outer = outer + side * step
        if p_value(outer) <= alpha:  # type: ignore[operator]
            break
        inner = outer
    else:
        return side * np.inf
    for _ in range(30):
        middle = (inner + outer) / 2
        inner, outer = (inner, middle) if p_value(middle) <= alpha else (middle, outer)  # type: ignore[operator]
    return outer


def dose(units: pd.DataFrame) -> tuple[float, float]:
    """Slope of change on hours among trained units (points per ten hours) and its permutation p; missing under four."""
    known = units[units["hours"].notna()]
    if len(known) < LEAST_TRAINED or known["hours"].nunique() < 2:
        return np.nan, np.nan
    hours = known["hours"].to_numpy(dtype=float) / 10
    values = known["difference"].to_numpy(dtype=float)
    centred = hours - hours.mean()
    slope = float(centred @ values / (centred @ centred))
    rng = np.random.default_rng(0)
    orders = np.array([rng.permutation(len(values)) for _ in range(2_000)])
    drawn = (values[orders] @ centred) / (centred @ centred)
    return slope, float((np.append(np.abs(drawn), abs(slope)) >= abs(slope) - 1e-9).mean())
