"""Sectors, units, services, districts, villages, channels and groups against the whole, each by its own fair rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from analysis import survey
from analysis.errors import CallError, Fault
from analysis.oversight.design import by_day, sample_of, samples_of
from analysis.oversight.labels import distinct, has_level
from analysis.oversight.measures import Chosen, choose
from analysis.oversight.results import AS_ANSWERED, SAME_MIX, SAMPLES, Comparison

from .cells import Passes
from .ranks import PAIRS, hold, pair_levels, rank_levels
from .scope import UNPLACED, VERTICAL, Bools, Scope, outsiders, owners_of, scope
from .standardise import finest_mix, keyed, mixed_differences, mixes_for, unmixed
from .verdicts import CAUTION, JUDGED, family, verdicts
from .views import only, remembered

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

AS_THEY_ARE = ("sector", "unit", "service", "owner")
"""Columns whose levels are compared as answered; all others at the same mix of units and services."""
MIX_LEAST = 0.5
"""Below this share of its own respondents a level's standardised difference says too little for a verdict."""


@remembered
def compare(
    design: SurveyDesign,
    by: str,
    *,
    book: Codebook,
    wave: str | None = None,
    measure: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
    ranks: bool = True,
) -> Comparison:
    """Compare the levels of ``by`` with the whole, in one wave (the latest).

    Parameters
    ----------
    design, book
        From ``oversight.design``; the codebook brings the measure, the margin and the closed lists.
    by
        A column of the responses. Sectors, units and services are judged as answered; districts, villages, channels and
        groups also at the same mix of units and services (direct standardisation to the city's mix), and by that.
    measure
        None (the index), an unsur or item (``"u3"``), ``"low_answers"`` or ``"low_u3"`` (percent of answers 1 and 2:
        the verdict ``"higher"`` is more of them, so worse).
    margin
        What difference matters, in points of the measure; by default the codebook's.
    ranks
        False leaves out ranks and pairs, which take most of the time where levels are many.

    Returns
    -------
    Comparison
        Vertical agencies, outsiders and people of an unknown level are in the table, apart from the whole and without a
        verdict; who left it blank is in no row and not in the whole. Where dates are known, the wider of the interval
        over people and the one over unit x day is used. Notes are keys: ``"vertical apart"``, ``"outsiders apart"``,
        ``"unknown apart"``, ``"free and paid"``, ``"weights from users"``, ``"equal weights"``, ``"days wider"``,
        ``"not at the same mix"`` (groups have no mix in common) or why there is none to hold: ``"one service"``,
        ``"one unit"``, ``"services unknown"``, ….

    Raises
    ------
    CallError
        An unknown column, wave or measure; a column without any named level in that wave.

    Notes
    -----
    Differences are taken to the whole of which the level is part, their covariance counted. Family: the judged levels
    of this table, Holm. R: ``svycontrast`` of ``svyby(…, covmat = TRUE)``.
    """
    chosen_scope = scope(design, book, wave, owners=by == "owner")
    design = chosen_scope.design
    chosen = choose(design, book, measure, rule=chosen_scope.rule)
    margin = chosen.measure.margin if margin is None else margin
    if by not in design.frame:
        raise CallError(Fault("by", f"the responses have no column {by!r}"))
    apart = outsiders(book, by)
    named = ~has_level(design.frame, by, {*UNPLACED, *apart})
    if not (chosen_scope.rows & named).any():
        raise CallError(Fault("by", f"no respondent has a named {by} in wave {chosen_scope.wave!r}"))
    parts = _Parts(chosen, chosen_scope, by, named, level)
    judged = _judged(parts, margin, ranks=ranks)
    table = _with_rest(judged.table, parts, apart)
    told = [name for name in dict.fromkeys((by, "owner", "sample")) if name in design.frame]
    # People of vertical agencies say nothing of a level that others are counted in.
    apart_from, counted = (distinct(design.frame, told, one) for one in (chosen_scope.vertical, chosen_scope.rows))
    owners = owners_of(apart_from, by) | owners_of(counted, by)
    samples = samples_of(apart_from, [by]) | samples_of(counted, [by])
    table["owner"] = [owners.get(one, "") for one in table["level"]]
    table["sample"] = [samples.get(one, SAMPLES[0]) for one in table["level"]]
    marks = [f"{mark} apart" for mark in ("outsiders", "unknown") if table["note"].eq(mark).any()]
    basis = SAME_MIX if judged.mix else AS_ANSWERED
    return Comparison(
        by=by, wave=chosen_scope.wave, measure=chosen.measure.name, margin=margin, level=level, basis=basis,
        mix=judged.mix, sample=sample_of(design.frame[parts.rows]), whole=judged.whole,
        table=table[_columns(basis)], pairs=judged.pairs, notes=(*chosen_scope.notes, *judged.notes, *marks),
    )  # fmt: skip


def _columns(basis: str) -> list[str]:
    first = "level owner n n_missing estimate se low high df difference difference_se difference_df"
    second = "difference_low difference_high p p_adjusted"
    mix = "mix_estimate mix_whole mix_difference mix_se mix_df mix_low mix_high mix_p mix_p_adjusted mix_share"
    last = "rank rank_low rank_high verdict note sample"
    return f"{first} {second} {mix if basis == SAME_MIX else ''} {last}".split()


class _Parts(NamedTuple):
    """What every step of a comparison needs."""

    chosen: Chosen
    scope: Scope
    by: str
    named: Bools
    level: float

    @property
    def rows(self) -> Bools:
        """Rows that are compared."""
        both: Bools = self.scope.rows & self.named
        return both

    def design(self, rows: Bools | None = None) -> SurveyDesign:
        """Return the design restricted to the rows compared."""
        return only(self.chosen.design, self.rows if rows is None else rows)


class _Judged(NamedTuple):
    """The judged levels, two by two, the whole, the mix they were held at, keys of notes."""

    table: pd.DataFrame
    pairs: pd.DataFrame
    whole: dict[str, float]
    mix: tuple[str, ...]
    notes: list[str]


def _judged(parts: _Parts, margin: float, *, ranks: bool) -> _Judged:
    design, by = parts.design(), parts.by
    days = by_day(parts.chosen.design)
    days = only(days, parts.rows) if days is not None else None
    mixes = [] if by in AS_THEY_ARE else mixes_for(design, by)
    passes = Passes((design, days), parts.chosen.variable)
    # Weights fitted to margins need the rows each time; all others are summed once.
    sums = design if design.calibration is not None else survey.sums(design, parts.chosen.variable, by)
    means = survey.mean(sums, parts.chosen.variable, by, level=parts.level)
    table = means.drop(columns="variable").rename(columns={by: "level"})
    table = table[table["n"].gt(0)].reset_index(drop=True).astype({"level": str})
    whole = survey.mean(sums, parts.chosen.variable, level=parts.level).iloc[0]
    plain = keyed(mixed_differences(passes, [by], mix=(), level=parts.level), by)
    table, notes = _attach(table, plain, level=parts.level, margin=margin)
    mix: tuple[str, ...] = ()
    if by not in AS_THEY_ARE and len(table) > 1:
        mix, same = finest_mix(passes, mixes, by, level=parts.level)
        if mix:
            table = _attach_mix(table, keyed(same, by), level=parts.level, margin=margin)
        notes += [] if mix else ["not at the same mix" if mixes else unmixed(design)]
    table, pairs = (
        _ranked(parts, table, mix, passes) if ranks else (_unranked(table), pd.DataFrame(columns=list(PAIRS)))
    )
    numbers = ("n", "n_missing", "estimate", "se", "low", "high", "df")
    return _Judged(table, pairs, {name: float(whole[name]) for name in numbers}, mix, notes)


def _attach(table: pd.DataFrame, plain: pd.DataFrame, *, level: float, margin: float) -> tuple[pd.DataFrame, list[str]]:
    found = plain.reindex(table["level"]).reset_index(drop=True)
    table = table.assign(difference=found["difference"], note=table["note"].astype(object))
    may = table["note"].isin([*JUDGED, CAUTION])
    spread = found[["difference", "se", "df"]].where(may)
    told = family(spread, level)
    table["difference_low"], table["difference_high"] = told["low"], told["high"]
    table["p"], table["p_adjusted"] = told["p"], told["p_adjusted"]
    table["difference_se"], table["difference_df"] = spread["se"], spread["df"]
    table["verdict"] = verdicts(told, table["note"], margin=margin)
    return table, ["days wider"] if bool(found["by_day"].any()) else []


def _attach_mix(table: pd.DataFrame, same: pd.DataFrame, *, level: float, margin: float) -> pd.DataFrame:
    found = same.reindex(table["level"]).reset_index(drop=True)
    may = table["note"].isin([*JUDGED, CAUTION]) & found["share"].ge(MIX_LEAST)
    told = family(found[["difference", "se", "df"]].where(may), level)
    table = table.assign(
        mix_estimate=found["estimate"], mix_whole=found["whole"], mix_difference=found["difference"],
        mix_low=told["low"], mix_high=told["high"], mix_p=told["p"], mix_p_adjusted=told["p_adjusted"],
        mix_share=found["share"], mix_se=found["se"], mix_df=found["df"],
    )  # fmt: skip
    table["verdict"] = verdicts(told, table["note"], margin=margin)
    return table


def _with_rest(table: pd.DataFrame, parts: _Parts, apart: set[str]) -> pd.DataFrame:
    """Add the levels that stand apart: vertical agencies, outsiders, levels without a name; estimates only."""
    frame, by = parts.chosen.design.frame, parts.by
    known = has_level(frame, by, set(table["level"]))
    rest = []
    for chosen, note in (
        (parts.scope.vertical & parts.named, VERTICAL),
        (parts.scope.rows & has_level(frame, by, apart), "outsiders"),
        (parts.scope.rows & has_level(frame, by, UNPLACED[1:]), "unknown"),
    ):
        rows = chosen & ~known
        if rows.any():
            found = survey.mean(parts.design(rows), parts.chosen.variable, parts.by, level=parts.level)
            found = found[found["n"].gt(0)].rename(columns={parts.by: "level"}).drop(columns="variable")
            rest.append(found.assign(note=note, verdict="").astype({"level": str}))
    return pd.concat([table, *rest], ignore_index=True) if rest else table


def _unranked(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(rank=np.nan, rank_low=np.nan, rank_high=np.nan)


def _ranked(
    parts: _Parts, table: pd.DataFrame, mix: tuple[str, ...], passes: Passes
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Ranks and pairs at the mix of the verdicts, from people or from days, whichever spreads wider."""
    made = [hold(one, parts.by, mix) for one in passes.cells([parts.by, *mix])]
    held = max(made, key=lambda one: float(np.trace(one.covariance)))
    ranked = rank_levels(table, held, level=parts.level)
    if mix or len(table) < 2:
        return ranked, pair_levels(table, held, level=parts.level)
    pairs = survey.pairwise(parts.design(), parts.chosen.variable, parts.by, level=parts.level)
    return ranked, pairs.drop(columns="variable").astype({"a": str, "b": str})
