"""The one maker of the design: strata of unit x wave, weights from users served, what the sample's kind allows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis.survey import SurveyDesign

from .labels import as_codes, crossed, distinct, joined, text
from .results import SAMPLES, worst_sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook

CENSUS_REACH = 0.9
"""A declared census that reached a smaller share of its users than this is read as walk-in visitors."""
USERS_KNOWN, USERS_UNKNOWN = "weights from users", "equal weights"


def design(responses: pd.DataFrame, book: Codebook, surveys: pd.DataFrame | None = None) -> SurveyDesign:
    """Return the survey design of ``responses``: the only one that oversight estimates from.

    Stratum: the columns of ``book.strata`` (unit x wave; x channel where ``surveys`` declares channels apart). Weight:
    users served / respondents in the stratum, where every unit of that wave and owner has a believable count, else
    1 for all of them (column ``weighted`` says which). Population, and with it the finite population correction: users
    where the sample is random, the respondents themselves where it is a census, none for quota and walk-in. A stratum
    that is not declared is walk-in. The frame keeps every column of ``responses``, texts that people share as
    categories, and gains ``stratum``, ``weight``, ``population``, ``sample``, ``users``, ``weighted`` and
    ``design_note`` (``""``, ``"undeclared"``, ``"users below respondents"``, ``"census incomplete"``). R:
    ``svydesign(ids = ~1, strata = ~stratum, weights = ~weight, fpc = ~population)``, strata with one row adjusted.
    """
    frame = as_codes(responses)
    strata = [column for column in book.strata if column in frame]
    declared = _declared(frame, surveys)
    frame["stratum"] = _names(frame, [*strata, "channel"] if declared.channels else strata)
    size = frame.groupby("stratum", sort=False)["stratum"].transform("size").astype(float)
    users = pd.to_numeric(declared.users, errors="coerce").astype(float)
    sample, note = _kinds(declared.sample, users, size)
    frame["sample"], frame["design_note"], frame["users"] = sample, note, users
    frame["weighted"] = _all_known(frame, users.ge(size) & size.gt(0))
    frame["weight"] = np.where(frame["weighted"], users / size, 1.0)
    counted = np.where(sample.eq("random") & users.ge(size), users, np.nan)
    frame["population"] = np.where(sample.eq("census"), size, counted)
    return SurveyDesign(as_codes(frame), weight="weight", stratum="stratum", population="population", lonely="adjust")


def by_day(made: SurveyDesign) -> SurveyDesign | None:
    """Return the design with unit x day as PSU, or None where no dates are known (or weights were fitted to margins).

    People asked on one day at one counter answer alike; a row without a date is its own PSU. No finite population
    correction: what was drawn were people, not days. A unit asked on one day only is adjusted.
    """
    if "day_design" not in made.cache:
        made.cache["day_design"] = _by_day(made)
    found: SurveyDesign | None = made.cache["day_design"]
    return found


def _by_day(made: SurveyDesign) -> SurveyDesign | None:
    frame = made.frame
    if "date" not in frame or "stratum" not in frame or made.calibration is not None:
        return None
    days, told = pd.factorize(frame["date"])
    parsed = pd.to_datetime(pd.Series(told, dtype=object), errors="coerce").dt.normalize()
    if parsed.isna().all():
        return None
    # One number per day, none (-1) for a row without a date: it is its own PSU.
    day = np.append(pd.factorize(parsed)[0], -1)[days]
    stratum = made.arrays.stratum
    psu = np.where(day < 0, -1 - np.arange(len(frame)), stratum * (day.max() + 1) + day)
    added = {"psu": pd.Series(psu, index=frame.index)}
    census = frame["sample"].eq("census").to_numpy()
    # A census has no sampling interval, whatever the days were.
    _, first = np.unique(psu, return_index=True)
    sampled = np.bincount(stratum[first])
    added["psu_population"] = pd.Series(np.where(census, sampled[stratum], np.nan), index=frame.index, dtype=float)
    return SurveyDesign(
        frame.assign(**added), weight="weight", stratum="stratum", psu="psu", population="psu_population",
        lonely="adjust", mask=made.mask,
    )  # fmt: skip


class _Declared:
    """What the register says of each row's unit and wave."""

    def __init__(self, sample: pd.Series, users: pd.Series, *, channels: bool) -> None:
        self.sample, self.users, self.channels = sample, users, channels


def _declared(frame: pd.DataFrame, surveys: pd.DataFrame | None) -> _Declared:
    nothing = pd.Series("", index=frame.index, dtype=object)
    none = pd.Series(np.nan, index=frame.index)
    if surveys is None or surveys.empty or "unit" not in frame or "wave" not in frame:
        return _Declared(nothing, none, channels=False)
    apart = "channel" in surveys and bool(surveys["channel"].fillna("").ne("").any()) and "channel" in frame
    keys = ["unit", "wave", "channel"] if apart else ["unit", "wave"]
    known = surveys.assign(**{key: text(surveys, key) for key in keys}).drop_duplicates(keys, keep="last")
    rows = pd.DataFrame({key: text(frame, key) for key in keys})
    told = rows.merge(known, on=keys, how="left", validate="many_to_one").set_index(frame.index)
    sample = told["sample"].fillna("") if "sample" in told else nothing
    return _Declared(sample, told.get("users", none), channels=apart)


def _names(frame: pd.DataFrame, columns: Sequence[str]) -> pd.Series:
    return joined(frame, columns) if columns else pd.Series("all", index=frame.index, dtype=object)


def _kinds(declared: pd.Series, users: pd.Series, size: pd.Series) -> tuple[pd.Series, pd.Series]:
    sample = declared.where(declared.isin(SAMPLES), SAMPLES[0])
    note = pd.Series("", index=declared.index, dtype=object).mask(~declared.isin(SAMPLES), "undeclared")
    note = note.mask(users.lt(size), "users below respondents")
    partial = sample.eq("census") & size.lt(CENSUS_REACH * users)
    return sample.mask(partial, SAMPLES[0]), note.mask(partial, "census incomplete")


def _all_known(frame: pd.DataFrame, known: pd.Series) -> pd.Series:
    """One unit without its count takes the weights from every unit of its wave and owner."""
    keys = [column for column in ("wave", "owner") if column in frame]
    if not keys:
        return pd.Series(bool(known.all()), index=frame.index)
    groups = crossed(frame, keys)
    return known.groupby(groups).transform("all").astype(bool)


def sample_of(frame: pd.DataFrame) -> str:
    """Return the worst kind of sample among the rows of a design's frame."""
    return worst_sample(frame["sample"].unique()) if "sample" in frame and len(frame) else SAMPLES[0]


def samples_of(frame: pd.DataFrame, by: Sequence[str]) -> dict[object, str]:
    """Return the worst kind of sample in each level (a text, or a tuple of texts where several columns cross)."""
    if "sample" not in frame:
        return {}
    seen = distinct(frame, list(dict.fromkeys([*by, "sample"])))
    texts = [text(seen, name) for name in by]
    keys = texts[0] if len(by) == 1 else zip(*texts, strict=True)
    kinds: dict[object, list[str]] = {}
    for key, kind in zip(keys, seen["sample"], strict=True):
        kinds.setdefault(key, []).append(kind)
    return {key: worst_sample(of) for key, of in kinds.items()}
