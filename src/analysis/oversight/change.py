"""From one wave to another: what moved beyond chance, with the change of composition taken out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from analysis import survey
from analysis.errors import CallError, Fault

from .comparing.cells import LEAST, Cells, Passes, contrasts, group_codes, wider
from .comparing.compare import AS_THEY_ARE
from .comparing.scope import UNPLACED, VERTICAL, column, earlier, of_city, outsiders, owners_of, waves_of
from .comparing.verdicts import CAUTION, JUDGED, family, verdicts
from .comparing.views import of_waves, only, remembered
from .design import by_day, sample_of, samples_of
from .measures import Chosen, choose
from .results import AS_ANSWERED, SAME_MIX, SAMPLES, Change

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

ALL = "all"
"""The level of a change of the whole city."""
CHANGE = (
    "level", "owner", "rule", "n", "n_before", "estimate", "before", "difference", "se", "df", "difference_low",
    "difference_high", "p", "p_adjusted", "mix_difference", "mix_low", "mix_high", "mix_p_adjusted", "verdict", "note",
    "sample",
)  # fmt: skip
MIX = ("service", "channel")
"""What is held equal between the waves of a unit; the unit comes first for levels that span units."""


@remembered
def change(
    design: SurveyDesign,
    *,
    book: Codebook,
    by: str | None = "unit",
    wave: str | None = None,
    before: str | None = None,
    measure: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Change:
    """Compare each level of ``by`` (None: the whole city) between two waves, by default the latest two.

    The difference is now minus before, from the joint covariance of both waves (waves of one stratum or PSU are not
    taken as independent). ``verdict`` is ``higher`` where it rose, ``lower`` where it fell, by the order of the
    verdicts; a small change is ``no difference that matters``. Levels in one wave only have the note ``"one wave
    only"``, those asked under different rules ``"rules differ"``: they are never subtracted. ``mix_difference`` takes
    out the change of composition: both waves at the later wave's mix of units and services, where both have two
    respondents. Levels that span units (sectors, districts) get their verdict from it, units from the plain
    difference. Family: the judged levels, Holm. Note ``"items differ"``: an unsur was asked in one of the two waves
    alone. CallError where there are not two waves.
    """
    waves = waves_of(design.frame, book)
    now = wave if wave is not None else (waves[-1] if waves else "")
    past = earlier(waves, now, book)
    then = before if before is not None else (past[-1] if past else "")
    if now not in waves or then not in waves or now == then:
        there = f"there are {', '.join(waves) or 'none'}"
        raise CallError(Fault("wave", f"two waves are needed, not {then!r} and {now!r}", there))
    levelled = _with_level(of_waves(design, then, now), by)
    frame = levelled.frame
    if not (frame["wave"].isin([now, then]) & frame["_level"].notna()).any():
        raise CallError(Fault("by", f"no respondent has a named {by} in the waves {then!r} and {now!r}"))
    rule = _rules(frame, now, then)
    main = max(set(rule["rule_now"]) | {""}, key=list(rule["rule_now"]).count)
    chosen = choose(levelled, book, measure, rule=main)
    margin = chosen.measure.margin if margin is None else margin
    table = _estimates(chosen, now, then, level=level).join(rule, on="level")
    table["rule"] = table["rule_now"].where(table["rule_now"].eq(table["rule_before"]), "")
    seen = frame[[name for name in ("wave", "_level", "owner", "sample") if name in frame]].drop_duplicates()
    owners = owners_of(seen, "_level")
    table["owner"] = [owners.get(one, "") for one in table["level"]]
    table["note"] = _notes(table, outsiders(book, by or ""), by)
    mix = _mix_columns(frame, by)
    found = _differences(chosen, table, now, then, mix=mix, level=level)
    told = {
        name: family(found[name].where(table["note"].isin([*JUDGED, VERTICAL, CAUTION])), level)
        for name in (AS_ANSWERED, SAME_MIX)
    }
    if not mix:
        told[SAME_MIX] = told[SAME_MIX].assign(difference=np.nan, low=np.nan, high=np.nan, p_adjusted=np.nan)
        found[SAME_MIX] = found[SAME_MIX].assign(difference=np.nan)
    same = by not in AS_THEY_ARE[1:] and bool(mix) and bool(told[SAME_MIX]["low"].notna().any())
    basis = SAME_MIX if same else AS_ANSWERED
    plain, mixed = told[AS_ANSWERED], told[SAME_MIX]
    table = table.assign(
        difference=found[AS_ANSWERED]["difference"], se=found[AS_ANSWERED]["se"], df=found[AS_ANSWERED]["df"],
        difference_low=plain["low"], difference_high=plain["high"], p=plain["p"], p_adjusted=plain["p_adjusted"],
        mix_difference=found[SAME_MIX]["difference"], mix_low=mixed["low"], mix_high=mixed["high"],
        mix_p_adjusted=mixed["p_adjusted"],
    )  # fmt: skip
    # Vertical agencies are told how they moved, if apart from the council's own.
    table["verdict"] = verdicts(told[basis], table["note"].mask(table["note"].eq(VERTICAL), ""), margin=margin)
    both = seen[seen["wave"].isin([now, then])]
    samples = samples_of(both, ["_level"])
    table["sample"] = [samples.get(one, SAMPLES[0]) for one in table["level"]]
    return Change(
        by=by or ALL, wave=now, before=then, measure=chosen.measure.name, margin=margin, level=level, basis=basis,
        mix=tuple(mix) if same else (), sample=sample_of(both), table=table[list(CHANGE)],
        notes=("items differ",) if _other_items(chosen, now, then) else (),
    )  # fmt: skip


def _with_level(design: SurveyDesign, by: str | None) -> SurveyDesign:
    """Give the design one text column of levels; the whole city, districts and groups rest on the city's units."""
    slot = ("oversight level", by)
    if slot not in design.cache:
        frame = design.frame
        level = column(frame, by) if by else pd.Series(ALL, index=frame.index)
        if by not in {"unit", "owner"}:
            level = level.where(of_city(frame), "")
        level = level.astype(object).mask(level.isin(UNPLACED), None)
        design.cache[slot] = design.with_columns({"_level": level, "wave": column(frame, "wave")})
    found: SurveyDesign = design.cache[slot]
    return found


def _other_items(chosen: Chosen, now: str, then: str) -> bool:
    """Tell whether one wave was asked an unsur that the other was not."""
    frame = chosen.design.frame
    named = frame["_level"].notna().to_numpy()
    waves = [named & frame["wave"].eq(wave).to_numpy() for wave in (now, then)]
    known = {item: frame[item].notna().to_numpy() for item in chosen.variable.items}
    asked = [[any(known[item][rows].any() for item in part) for rows in waves] for part in chosen.variable.parts]
    return any(one != other for one, other in asked)


def _rules(frame: pd.DataFrame, now: str, then: str) -> pd.DataFrame:
    rules = column(frame, "rule") if "rule" in frame else pd.Series("", index=frame.index)
    # Few rows are left once those that agree are one.
    seen = pd.DataFrame({"wave": frame["wave"], "level": frame["_level"], "rule": rules}).drop_duplicates().dropna()
    made = {}
    for name, wave in (("rule_now", now), ("rule_before", then)):
        part = seen[seen["wave"].eq(wave)]
        made[name] = part.groupby("level")["rule"].agg(lambda one: " ".join(sorted(set(one))))
    return pd.DataFrame(made).fillna("")


def _estimates(chosen: Chosen, now: str, then: str, *, level: float) -> pd.DataFrame:
    design = chosen.design
    means = survey.mean(design, chosen.variable, ["wave", "_level"], level=level)
    made = [means[means["wave"].eq(one) & means["n"].gt(0)].set_index("_level") for one in (now, then)]
    levels = sorted(set(made[0].index) | set(made[1].index))
    later, earlier = (one.reindex(levels) for one in made)
    notes = later["note"].where(~later["note"].isin(JUDGED), earlier["note"])
    return pd.DataFrame(
        {
            "level": levels,
            "n": later["n"].to_numpy(),
            "n_before": earlier["n"].to_numpy(),
            "estimate": later["estimate"].to_numpy(),
            "before": earlier["estimate"].to_numpy(),
            "note": notes.fillna("").to_numpy(),
        }
    )


def _notes(table: pd.DataFrame, apart: set[str], by: str | None) -> pd.Series:
    note = table["note"].astype(object)
    one_wave = table["n"].isna() | table["n_before"].isna()
    other_rule = table["rule_now"].ne(table["rule_before"]) & table["rule_now"].ne("") & table["rule_before"].ne("")
    note = note.mask(table["owner"].eq(VERTICAL) & note.isin(JUDGED) & (by == "unit"), VERTICAL)
    note = note.mask(table["level"].isin(apart), "outsiders")
    note = note.mask(one_wave, "one wave only")
    return note.mask(other_rule, "rules differ")


def _mix_columns(frame: pd.DataFrame, by: str | None) -> list[str]:
    wanted = MIX if by == "unit" else ("unit", *MIX)
    return [
        name for name in wanted if name in frame and name != by and len(set(column(frame, name).unique()) - {""}) > 1
    ]


def _differences(
    chosen: Chosen, table: pd.DataFrame, now: str, then: str, *, mix: list[str], level: float
) -> dict[str, pd.DataFrame]:
    """Per level the plain difference and the one at the later wave's mix; people or days, whichever is wider."""
    designs = []
    for design in (chosen.design, by_day(chosen.design)):
        if design is not None:
            inside = design.frame["wave"].isin([now, then]).to_numpy() & design.frame["_level"].notna().to_numpy()
            designs.append(only(design, inside))
    columns = ["wave", "_level"]
    passes = Passes(designs, chosen.variable)
    levels = list(table["level"])
    plain = [_contrasts(cells, levels, now, then) for cells in passes.cells(columns)]
    mixed = plain
    if mix:
        mixed = [_contrasts(cells, levels, now, then, mix=mix) for cells in passes.cells([*columns, *mix])]
    return {
        name: wider(found[0], found[1] if len(found) > 1 else None, level=level)
        for name, found in ((AS_ANSWERED, plain), (SAME_MIX, mixed))
    }


def _contrasts(cells: Cells, levels: list[str], now: str, then: str, *, mix: Sequence[str] = ()) -> pd.DataFrame:
    """Later wave less the earlier one, per level; over the mix cells that both waves have, at the later one's mix."""
    code = pd.Index(levels).get_indexer(pd.Index(cells.keys["_level"]))
    usable = (code >= 0) & (cells.n >= (LEAST if mix else 1))
    later, earlier = (usable & cells.keys["wave"].eq(one).to_numpy() for one in (now, then))
    mix_code, _ = group_codes(cells, mix)
    size = int(mix_code.max(initial=0)) + 1
    place = code * size + mix_code
    shape = len(levels) * size
    # Within one wave a level has one cell per mix.
    weight, before = np.zeros(shape), np.zeros(shape)
    weight[place[later]], before[place[earlier]] = cells.weight[later], cells.weight[earlier]
    weight[before == 0] = 0.0
    total = weight.reshape(len(levels), size).sum(axis=1)
    coefficients = np.zeros((len(levels), len(cells.n)))
    share = np.divide(weight, np.repeat(total, size), out=np.zeros(shape), where=np.repeat(total, size) > 0)
    for sign, rows in ((1.0, later), (-1.0, earlier)):
        coefficients[code[rows], np.flatnonzero(rows)] = sign * share[place[rows]]
    found = contrasts(cells, coefficients, alike=("wave", *mix) if mix else ())
    return found.where(pd.Series(total > 0), np.nan)
