"""What an average unit with these respondents would get: a fair range for every unit, with funnel limits."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from analysis import survey
from analysis.survey import Composite

from .comparing.cells import wider
from .comparing.scope import Bools, column, owners_of, scope
from .comparing.verdicts import CAUTION, JUDGED, UNKNOWN, family
from .comparing.views import only, remembered
from .design import by_day, sample_of, samples_of
from .measures import Chosen, choose
from .results import SAMPLES, Answer

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

Floats = npt.NDArray[np.float64]
WHO = ("sex", "age", "education", "occupation", "disability", "channel", "district")
"""What of the respondents is held equal, where most of them told it."""
LEAST_KNOWN = 0.8
LEAST_UNITS = 5
"""With fewer units nobody knows what an average unit is."""
LEAST_RESPONDENTS = 10
QUARTILES_OF_NORMAL = 1.3489795
"""Distance of the quartiles of a standard normal: the quartiles see the ordinary units, not the ones that stand out."""
FREE_ITEM = "u4"
EXPECTED = (
    "unit", "owner", "n", "estimate", "expected", "difference", "se", "df", "low", "high", "p", "p_adjusted",
    "limit_low",
    "limit_high", "outer_low", "outer_high", "verdict", "note", "sample",
)  # fmt: skip


@remembered
def expected_range(design: SurveyDesign, *, book: Codebook, wave: str | None = None, level: float = 0.95) -> Answer:
    """Compare each city unit with what an average unit would get from the same kind of respondents.

    Person scores are regressed (weighted) on respondents' traits (those told by 80 % or more) with a term per unit, so
    the effect of traits comes from people within one unit; expected = middle of the units + (traits of the unit's
    people less those of all) x effects. The units' own differences have a spread of their own (over-dispersion, from
    the quartiles of the residuals); limits are expected ± z·sqrt(se² + spread²) at 95 % (``limit_low``,
    ``limit_high``) and 99.8 % (``outer_low``, ``outer_high``). Verdict: ``"lower than expected"`` or ``"higher than
    expected"`` (Holm over the units, t with half of k - 1 df because the spread is estimated from k units; and the
    difference passes the margin), else ``"as expected"``; ``"cannot tell"`` under ten respondents or five units, and
    where the unit's own interval is doubtful (note ``"caution"``).
    ``low`` and ``high`` are the interval of the difference in that family. A census is given the others' error per
    person. Where free and paid units meet, the score leaves out U4, which is 4 by construction at free ones (fact
    ``left_out``).

    Facts: spread, traits, left_out, units (that the middle rests on), needed (how many that takes). Source:
    Spiegelhalter (2005), Funnel plots and over-dispersion.
    """
    limits = scope(design, book, wave)
    chosen = choose(limits.design, book, rule=limits.rule)
    free = "free and paid" in limits.notes
    parts = tuple(part for part in chosen.variable.parts if not (free and part[0].split("_")[0] == FREE_ITEM))
    variable = Composite(chosen.variable.name, parts, chosen.variable.scale)
    units = _estimates(limits.design, chosen._replace(variable=variable), limits.rows, level=level)
    frame = limits.design.frame[limits.rows]
    weight = limits.design.arrays.weight[limits.rows]
    traits = _traits(frame)
    shift = _expected_shift(frame, variable, weight, traits)
    units["expected"] = units["unit"].map(shift).astype(float)
    usable = units["note"].isin([*JUDGED, CAUTION]) & units["n"].ge(LEAST_RESPONDENTS)
    centre = float(np.median((units["estimate"] - units["expected"])[usable])) if usable.any() else np.nan
    units["expected"] += centre
    units["difference"] = units["estimate"] - units["expected"]
    units["error"] = _errors(units)
    spread = over_dispersion(units.loc[usable, "difference"].to_numpy(), units.loc[usable, "error"].to_numpy())
    enough = int(usable.sum()) >= LEAST_UNITS
    units = _limits(units, usable, spread, enough=enough, margin=chosen.measure.margin, level=level)
    owners, samples = owners_of(frame, "unit"), samples_of(frame, ["unit"])
    units["owner"] = [owners.get(one, "") for one in units["unit"]]
    units["sample"] = [samples.get(one, SAMPLES[0]) for one in units["unit"]]
    facts: dict[str, object] = {
        "spread": spread, "traits": tuple(traits), "left_out": FREE_ITEM if free else "", "units": int(usable.sum()),
        "needed": LEAST_UNITS,
    }  # fmt: skip
    table = units[list(EXPECTED)].sort_values("unit", ignore_index=True)
    return Answer("expected_range", limits.wave, sample_of(frame), {"units": table}, limits.notes, facts)


def _estimates(design: SurveyDesign, chosen: Chosen, rows: Bools, *, level: float) -> pd.DataFrame:
    days = by_day(design)
    made = [survey.mean(only(one, rows), chosen.variable, "unit", level=level) for one in (design, days) if one]
    table = wider(made[0], made[1] if days else None, level=level)
    table = table[table["n"].gt(0)].drop(columns=["variable", "low", "high", "by_day"])
    return table.astype({"unit": str, "note": object}).reset_index(drop=True)


def _errors(units: pd.DataFrame) -> Floats:
    """Return each unit's error as a sample of the people it might serve.

    A census has no sampling error, but what is asked here is what an average unit would get from such people: it is
    given the others' error per person over its own n.
    """
    se = units["se"].to_numpy(dtype=float)
    known = np.nan_to_num(se) > 0
    per_person = float(np.median(se[known] * np.sqrt(units["n"].to_numpy(dtype=float)[known]))) if known.any() else 0.0
    own = per_person / np.sqrt(units["n"].to_numpy(dtype=float))
    errors: Floats = np.where(units["note"].eq("census") | ~known, own, se)
    return errors


def _traits(frame: pd.DataFrame) -> list[str]:
    return [
        name for name in WHO
        if name in frame and column(frame, name).ne("").mean() >= LEAST_KNOWN and frame[name].nunique() > 1  # noqa: PD101
    ]  # fmt: skip


def _expected_shift(frame: pd.DataFrame, variable: Composite, weight: Floats, traits: list[str]) -> dict[str, float]:
    """Return per unit how its people's traits move its expected score, from slopes within units."""
    parts = [frame[list(part)].astype(float).mean(axis=1) for part in variable.parts]
    score = (pd.concat(parts, axis=1).mean(axis=1) * variable.scale).to_numpy()
    unit = column(frame, "unit")
    if not traits:
        return dict.fromkeys(unit.unique(), 0.0)
    dummies = [pd.get_dummies(column(frame, name), prefix=name, dtype=float).iloc[:, 1:] for name in traits]
    who = pd.concat(dummies, axis=1).to_numpy()
    known = ~np.isnan(score)
    if not known.any():
        return dict.fromkeys(unit.unique(), 0.0)
    code, names = pd.factorize(unit)
    root = np.sqrt(weight[known])[:, None]
    within = _centred(np.column_stack([score, who])[known], code[known], weight[known])
    slopes = np.linalg.lstsq(within[:, 1:] * root, within[:, 0] * root[:, 0], rcond=None)[0]
    means = np.array([np.average(who[code == one], axis=0, weights=weight[code == one]) for one in range(len(names))])
    shift = (means - np.average(who, axis=0, weights=weight)) @ slopes
    return dict(zip(names, shift.tolist(), strict=True))


def _centred(values: Floats, code: npt.NDArray[np.int64], weight: Floats) -> Floats:
    size = int(code.max()) + 1
    total = np.bincount(code, weights=weight, minlength=size)
    means = np.column_stack([
        np.bincount(code, weights=weight * column_, minlength=size) / np.where(total > 0, total, 1)
        for column_ in values.T
    ])  # fmt: skip
    result: Floats = values - means[code]
    return result


def over_dispersion(difference: Floats, se: Floats) -> float:
    """Return the spread (SD) of true differences: quartile distance over that of a normal, less the typical error.

    0 where sampling error alone explains it, or fewer than two differences are known.
    """
    known = ~np.isnan(difference) & ~np.isnan(se)
    if known.sum() < 2:
        return 0.0
    low, high = np.quantile(difference[known], [0.25, 0.75])
    seen = (high - low) / QUARTILES_OF_NORMAL
    return float(np.sqrt(max(seen**2 - float(np.median(se[known] ** 2)), 0.0)))


def _limits(
    units: pd.DataFrame, usable: pd.Series, spread: float, *, enough: bool, margin: float, level: float
) -> pd.DataFrame:
    total = np.sqrt(units["error"] ** 2 + spread**2)
    for name, share in (("limit", 0.975), ("outer", 0.999)):
        reach = float(ndtri(share)) * total
        units[f"{name}_low"], units[f"{name}_high"] = units["expected"] - reach, units["expected"] + reach
    judged = units.assign(se=total, df=max((int(usable.sum()) - 1) / 2, 1.0))[["difference", "se", "df"]].where(
        usable & enough
    )
    told = family(judged, level)
    for name in ("low", "high", "p", "p_adjusted"):
        units[name] = told[name]
    units["verdict"] = np.select(
        [
            ~usable | (not enough) | units["note"].eq(CAUTION),
            told["high"].lt(0) & units["difference"].lt(-margin),
            told["low"].gt(0) & units["difference"].gt(margin),
        ],
        [UNKNOWN, "lower than expected", "higher than expected"],
        "as expected",
    )
    few = units["n"].lt(LEAST_RESPONDENTS) & units["note"].eq("")
    units["note"] = units["note"].mask(few, "few respondents")
    if not enough:
        units["note"] = units["note"].mask(units["note"].eq(""), "too few units")
    return units
