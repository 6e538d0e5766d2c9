"""From one wave to another: what moved beyond chance, with the change of composition taken out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from analysis import survey
from analysis.errors import CallError, Fault

from .comparing.cells import LEAST, Cells, Passes, contrasts, group_codes, wider
from .comparing.compare import AS_THEY_ARE
from .comparing.scope import ALL, VERTICAL, column, earlier, levelled, outsiders, owners_of, waves_of
from .comparing.verdicts import CAUTION, JUDGED, family, verdicts
from .comparing.views import of_waves, only, remembered
from .design import by_day, sample_of, samples_of
from .labels import distinct
from .measures import Chosen, choose, element_of
from .results import AS_ANSWERED, SAME_MIX, SAMPLES, Change

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

CHANGE = (
    "level", "owner", "rule", "n", "n_before", "estimate", "before", "difference", "se", "df", "difference_low",
    "difference_high", "p", "p_adjusted", "mix_difference", "mix_low", "mix_high", "mix_p_adjusted", "verdict", "note",
    "sample", "left_out",
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
    respondents. Levels that span units (sectors, districts) get their verdict from it, units from the plain difference.
    Family: the judged levels, Holm, vertical agencies (note ``"vertical"``, where none weighs more) among them. A level
    is compared over the unsur that both its waves asked, both estimates too; ``left_out`` names the others. Where there
    is no such unsur the note is ``"no common items"``. Note ``"items differ"`` of a result: within a level that spans
    units, a unit's waves asked other unsur. CallError where there are not two waves.
    """
    waves = waves_of(design.frame, book)
    now = wave if wave is not None else (waves[-1] if waves else "")
    past = earlier(waves, now, book)
    then = before if before is not None else (past[-1] if past else "")
    if now not in waves or then not in waves or now == then:
        there = f"there are {', '.join(waves) or 'none'}"
        raise CallError(Fault("wave", f"two waves are needed, not {then!r} and {now!r}", there))
    part = levelled(of_waves(design, then, now), by)
    frame = part.frame
    if not (frame["wave"].isin([now, then]) & frame["_level"].notna()).any():
        raise CallError(Fault("by", f"no respondent has a named {by} in the waves {then!r} and {now!r}"))
    rule = _rules(frame, now, then)
    main = max(set(rule["rule_now"]) | {""}, key=list(rule["rule_now"]).count)
    chosen = choose(part, book, measure, rule=main)
    margin = chosen.measure.margin if margin is None else margin
    asked = _asked(chosen, frame["_level"], now, then)
    levels = sorted(asked)
    table = _over_common(chosen, asked, lambda one: _estimates(one, levels, now, then, level=level))
    table = table.rename_axis("level").reset_index().join(rule, on="level")
    table["rule"] = table["rule_now"].where(table["rule_now"].eq(table["rule_before"]), "")
    seen = distinct(frame, [name for name in ("wave", "_level", "owner", "sample") if name in frame])
    owners = owners_of(seen, "_level")
    table["owner"] = [owners.get(one, "") for one in table["level"]]
    table["note"] = _notes(table, outsiders(book, by or ""), by)
    nothing = pd.Series([asked[one].nothing for one in levels])
    table["note"] = table["note"].mask(nothing, "no common items")
    names = [element_of(book, part) for part in chosen.variable.parts]
    table["left_out"] = [" ".join(names[at] for at in asked[one].apart) for one in levels]
    mix = _mix_columns(frame, by)
    both = _over_common(chosen, asked, lambda one: _differences(one, levels, now, then, mix=mix, level=level))
    found = {name: pd.DataFrame(both[name]).reset_index(drop=True).mask(nothing) for name in (AS_ANSWERED, SAME_MIX)}
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
        notes=("items differ",) if by != "unit" and _units_differ(chosen, asked, now, then) else (),
    )  # fmt: skip


class _Asked(NamedTuple):
    """Which parts of a measure both waves of a level asked, and which one of them alone; places among the parts."""

    both: tuple[int, ...]
    apart: tuple[int, ...]

    @property
    def nothing(self) -> bool:
        """Whether the waves asked nothing that the other asked too."""
        return bool(self.apart) and not self.both


def _asked(chosen: Chosen, level: pd.Series, now: str, then: str) -> dict[str, _Asked]:
    """Return per level what its waves asked: what anybody answered. Of a level in one wave nothing stands apart."""
    frame = chosen.design.frame
    code, names = pd.factorize(level)
    size = len(names)
    key = np.select([frame["wave"].eq(wave).to_numpy() & (code >= 0) for wave in (now, then)], [code, code + size], -1)
    known = {item: np.bincount(key[frame[item].notna().to_numpy() & (key >= 0)], minlength=2 * size) > 0
             for item in chosen.variable.items}  # fmt: skip
    told = np.array([np.logical_or.reduce([known[item] for item in items]) for items in chosen.variable.parts])
    told = told.reshape(len(told), 2, size).transpose(1, 0, 2)
    found = {}
    for at, name in enumerate(names):
        later, before = told[0, :, at], told[1, :, at]
        apart = later != before if later.any() and before.any() else np.zeros_like(later)
        if (later | before).any():
            places = (np.flatnonzero(later & before), np.flatnonzero(apart))
            found[str(name)] = _Asked(*(tuple(one.tolist()) for one in places))
    return found


def _over_common(chosen: Chosen, asked: dict[str, _Asked], ask: Callable[[Chosen], pd.DataFrame]) -> pd.DataFrame:
    """Ask of each level over the parts that both its waves asked; ``ask`` answers of all levels, in their order."""
    levels = sorted(asked)
    answer = ask(chosen).set_axis(levels)
    for both in sorted({one.both for one in asked.values() if one.apart and one.both}):
        parts = tuple(chosen.variable.parts[at] for at in both)
        rows = [name for name in levels if asked[name].apart and asked[name].both == both]
        fewer = chosen._replace(variable=replace(chosen.variable, parts=parts))
        answer.loc[rows] = ask(fewer).set_axis(levels).loc[rows]
    return answer


def _units_differ(chosen: Chosen, asked: dict[str, _Asked], now: str, then: str) -> bool:
    """Tell whether a unit's waves asked other parts, beside those that its level is compared without."""
    frame = chosen.design.frame
    if "unit" not in frame:
        return False
    named = frame["_level"].notna()
    alone = _asked(chosen, column(frame, "unit").where(named & column(frame, "unit").ne(""), None), now, then)
    everywhere = [set(one.apart) for one in asked.values()]
    return any(not set(one.apart) <= apart for one in alone.values() for apart in everywhere)


def _rules(frame: pd.DataFrame, now: str, then: str) -> pd.DataFrame:
    seen = distinct(frame, [name for name in ("wave", "_level", "rule") if name in frame])
    rules = column(seen, "rule") if "rule" in seen else pd.Series("", index=seen.index)
    seen = pd.DataFrame({"wave": seen["wave"], "level": seen["_level"], "rule": rules}).drop_duplicates().dropna()
    made = {}
    for name, wave in (("rule_now", now), ("rule_before", then)):
        part = seen[seen["wave"].eq(wave)]
        made[name] = part.groupby("level")["rule"].agg(lambda one: " ".join(sorted(set(one))))
    return pd.DataFrame(made).fillna("")


def _estimates(chosen: Chosen, levels: list[str], now: str, then: str, *, level: float) -> pd.DataFrame:
    design = chosen.design
    means = survey.mean(design, chosen.variable, ["wave", "_level"], level=level)
    made = [means[means["wave"].eq(one) & means["n"].gt(0)].set_index("_level") for one in (now, then)]
    later, earlier = (one.reindex(levels) for one in made)
    notes = later["note"].where(~later["note"].isin(JUDGED), earlier["note"])
    return pd.DataFrame(
        {
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
    chosen: Chosen, levels: list[str], now: str, then: str, *, mix: list[str], level: float
) -> pd.DataFrame:
    """Per level the plain difference and the one at the later wave's mix; people or days, whichever is wider."""
    designs = []
    for design in (chosen.design, by_day(chosen.design)):
        if design is not None:
            inside = design.frame["wave"].isin([now, then]).to_numpy() & design.frame["_level"].notna().to_numpy()
            designs.append(only(design, inside))
    columns = ["wave", "_level"]
    passes = Passes(designs, chosen.variable)
    plain = [_contrasts(cells, levels, now, then) for cells in passes.cells(columns)]
    mixed = plain
    if mix:
        mixed = [_contrasts(cells, levels, now, then, mix=mix) for cells in passes.cells([*columns, *mix])]
    told = {
        name: wider(found[0], found[1] if len(found) > 1 else None, level=level)
        for name, found in ((AS_ANSWERED, plain), (SAME_MIX, mixed))
    }
    return pd.concat(told, axis=1)


def _contrasts(cells: Cells, levels: list[str], now: str, then: str, *, mix: Sequence[str] = ()) -> pd.DataFrame:
    """Later wave less the earlier one, per level; over the mix cells that both waves have, at the later one's mix."""
    code = pd.Index(levels).get_indexer(pd.Index(cells.keys["_level"]))
    usable = (code >= 0) & (cells.n >= (LEAST if mix else 1))
    later, earlier = (usable & cells.keys["wave"].eq(one).to_numpy() for one in (now, then))
    mix_code = group_codes(cells, mix)
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
