"""The four initiatives: one-door service, online beside counter, technology, staff training."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .change import change
from .comparing.pairs import in_both, side_by_side
from .comparing.scope import Bools, column, earlier, scope, waves_of
from .comparing.verdicts import CAUTION, family, verdict
from .comparing.views import remembered
from .declared.training import training
from .design import sample_of
from .labels import joined
from .measures import choose
from .results import Answer, worst_sample

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

SUMMARY = (
    "initiative", "a", "b", "n_a", "n_b", "estimate_a", "estimate_b", "difference", "low", "high", "p", "verdict",
    "share", "note", "basis", "since", "sample",
)  # fmt: skip
SERVICE = "unit and service"
"""Column made here: a service of a unit."""
LEAST_RESPONDENTS = 10
"""Two sides are judged where each has so many respondents of services that both offer."""
CONSTANT = "constant"
LEAST_OTHERS = 6
"""A service that went online is held against at least so many that did not, else it is described without a verdict."""


def initiatives(
    design: SurveyDesign,
    *,
    book: Codebook,
    registers: Mapping[str, pd.DataFrame] | None = None,
    wave: str | None = None,
    margin: float | None = None,
    level: float = 0.95,
) -> Answer:
    """Answer for each of the four initiatives, in one wave (the latest), what the answers show.

    Table ``summary``, one row per question: initiative (``"one_stop"``, ``"online"``, ``"technology"``,
    ``"training"``), a and b (what is held against what), n_a and n_b (respondents; for training units), estimate_a,
    estimate_b, difference (a minus b; for training between its weighted means, as ``training`` has it), low, high, p,
    verdict, share (of the respondents concerned that could be compared), note, basis, since (the wave that a change is
    held against, else the empty text) and sample (the worst kind among the people compared). Notes: ``"not declared"``
    (no one-door unit in the codebook, no start of a service online, no training register), ``"nothing in common"`` (no
    service offered on both sides), ``"too few …"``, ``"caution"`` (a side's interval is doubtful: ``"cannot tell"``),
    ``"constant"`` (all answered alike: nothing to tell a difference from).

    - one_stop: people of one-door units against people of other city units who used the same service.
    - online: online against counter, the same unit and service.
    - technology: each service with ``online_from``: its change across the start less the mean change of the city's
      services without one. The error is its own sampling error, what those others differ among themselves beyond
      theirs (the moment estimate), and their mean's; t with one df less than the others. Under six others no verdict.
    - training: see ``training``; its tables ``units`` and ``past`` are passed on.

    Each question is its own family of one, but the services that went online, who are one family (Holm).
    Associations, never causes.
    """
    limits = scope(design, book, wave)
    here = limits.design
    by_channel = online(design, book=book, wave=wave, margin=margin, level=level)
    margin = choose(here, book, rule=limits.rule).measure.margin if margin is None else margin
    rows = [
        _one_stop(here, book, limits.rows, margin=margin, level=level, rule=limits.rule),
        by_channel,
        *_technology(design, book, limits.wave, margin=margin, level=level),
    ]
    register = (registers or {}).get("training", pd.DataFrame())
    tables: dict[str, pd.DataFrame] = {}
    facts: dict[str, object] = {}
    if register is not None and len(register) and len(waves_of(design.frame, book)) > 1:
        trained = training(design, register, book=book, wave=limits.wave, margin=margin, level=level)
        rows.append(_training_row(trained))
        tables |= {"units": trained.tables["units"], "past": trained.tables["past"]}
        facts |= trained.facts
    else:
        rows.append(_nothing("training", "trained units", "other units", "not declared"))
    summary = pd.DataFrame(rows).reindex(columns=list(SUMMARY))
    sample = sample_of(here.frame[limits.rows])
    return Answer("initiatives", limits.wave, sample, {"summary": summary} | tables, limits.notes, facts)


def _nothing(initiative: str, a: str, b: str, note: str) -> dict[str, object]:
    row: dict[str, object] = dict.fromkeys(SUMMARY, np.nan)
    texts = {"verdict": "", "note": note, "basis": "", "since": "", "sample": ""}
    return row | {"initiative": initiative, "a": a, "b": b} | texts


def _two_sides(
    initiative: str, names: tuple[str, str], found: dict[str, float], *,
    margin: float, level: float, basis: str, sample: str,
) -> dict[str, object]:  # fmt: skip
    row: dict[str, object] = {
        "initiative": initiative,
        "a": names[0],
        "b": names[1],
        "basis": basis,
        "since": "",
        **found,
    }
    note = _note(found, sample)
    known = pd.DataFrame([found])[["difference", "se", "df"]]
    told = family(known.assign(se=np.nan) if note == CONSTANT else known, level).iloc[0]
    row |= {name: float(told[name]) for name in ("low", "high", "p")} | {"sample": sample}
    return row | {"note": note, "verdict": verdict(float(told["low"]), float(told["high"]), margin, note)}


def _note(found: dict[str, float], sample: str) -> str:
    if np.isnan(found["difference"]):
        return "nothing in common"
    if min(found["n_a"], found["n_b"]) < LEAST_RESPONDENTS:
        return "too few respondents"
    if found["se"] == 0 and sample != "census":
        return CONSTANT
    return CAUTION if found["doubtful"] else ""


def _one_stop(
    design: SurveyDesign, book: Codebook, rows: Bools, *, margin: float, level: float, rule: str
) -> dict[str, object]:
    doors = {unit.name for unit in book.units if unit.one_stop}
    names = ("one-door units", "other units")
    if not doors or "service" not in design.frame:
        return _nothing("one_stop", *names, "not declared")
    unit, service = column(design.frame, "unit"), column(design.frame, "service")
    side = pd.Series("b", index=unit.index, dtype=object).mask(unit.isin(doors), "a").mask(service.eq(""), "")
    if not (rows & side.eq("a").to_numpy()).any():
        return _nothing("one_stop", *names, "no respondents")
    found = side_by_side(choose(design, book, rule=rule), side, rows, mix=["service"], level=level)
    sample = _sample(design.frame, in_both(design.frame, side, rows, mix=["service"]))
    return _two_sides("one_stop", names, found, margin=margin, level=level, basis="same service", sample=sample)


@remembered
def online(
    design: SurveyDesign, *, book: Codebook, wave: str | None = None, margin: float | None = None, level: float = 0.95
) -> dict[str, object]:
    """Return the row of ``initiatives`` that holds online against counter: findings need it alone."""
    limits = scope(design, book, wave)
    design, rows = limits.design, limits.rows
    chosen = choose(design, book, rule=limits.rule)
    margin = chosen.measure.margin if margin is None else margin
    if "channel" not in design.frame or "unit" not in design.frame:
        return _nothing("online", "online", "counter", "not asked")
    channel = column(design.frame, "channel")
    side = channel.map({"online": "a", "counter": "b"}).fillna("").astype(object)
    if not ((rows & side.eq("a").to_numpy()).any() and (rows & side.eq("b").to_numpy()).any()):
        return _nothing("online", "online", "counter", "no respondents")
    mix = [name for name in ("unit", "service") if name in design.frame]
    found = side_by_side(chosen, side, rows, mix=mix, level=level)
    sample = _sample(design.frame, in_both(design.frame, side, rows, mix=mix))
    names, basis = ("online", "counter"), "same unit and service"
    return _two_sides("online", names, found, margin=margin, level=level, basis=basis, sample=sample)


def _sample(frame: pd.DataFrame, compared: Bools) -> str:
    return sample_of(frame[compared]) if compared.any() else ""


def _technology(
    design: SurveyDesign, book: Codebook, wave: str, *, margin: float, level: float
) -> list[dict[str, object]]:
    starts = {
        (unit.name, service.name): service.online_from
        for unit in book.units for service in unit.services if service.online_from
    }  # fmt: skip
    if not starts or "service" not in design.frame:
        return [_nothing("technology", "services online", "other services", "not declared")]
    waves = waves_of(design.frame, book)
    rows = []
    for (unit, service), start in sorted(starts.items()):
        past = earlier(waves, start, book)
        name = f"{unit} | {service}"
        if not past or wave in past:
            rows.append(_nothing("technology", name, "other services", "no wave before its start"))
            continue
        changed = _changes(design, book=book, wave=wave, before=past[-1])
        rows.append(_one_service(changed, name, starts) | {"since": past[-1]})
    return _together(rows, margin=margin, level=level)


def _together(rows: list[dict[str, object]], *, margin: float, level: float) -> list[dict[str, object]]:
    """Judge the services that went online as one family."""
    known = pd.DataFrame(rows).reindex(columns=["difference", "se", "df"]).astype("float64")
    told = family(known, level)
    for row, (low, high, p) in zip(rows, told[["low", "high", "p"]].to_numpy().tolist(), strict=True):
        if pd.notna(low):
            row |= {"low": low, "high": high, "p": p, "verdict": verdict(low, high, margin, str(row["note"]))}
    return rows


@remembered
def _changes(design: SurveyDesign, *, book: Codebook, wave: str, before: str) -> pd.DataFrame:
    """Change of every service of a unit, of those with enough respondents in both waves."""
    named = design.with_columns({SERVICE: joined(design.frame, ["unit", "service"]).astype("category")})
    table = change(named, book=book, by=SERVICE, wave=wave, before=before).table
    few = table[["n", "n_before"]].min(axis=1).lt(LEAST_RESPONDENTS)
    return table[table["difference"].notna() & ~few].set_index("level")


def _one_service(changed: pd.DataFrame, name: str, starts: dict[tuple[str, str], str]) -> dict[str, object]:
    if name not in changed.index:
        return _nothing("technology", name, "other services", "too few respondents")
    others = changed.drop(index=[f"{unit} | {service}" for unit, service in starts], errors="ignore")
    mine = changed.loc[[name]].iloc[0]
    row = _nothing("technology", name, "other services", "")
    row |= {"n_a": mine["n"], "n_b": others["n"].sum(), "estimate_a": float(mine["difference"]), "share": 1.0}
    row |= {"basis": "change across the start", "sample": worst_sample([mine["sample"], *others["sample"]])}
    if len(others) < 2:
        return row | {"note": "too few other services"}
    size, seen = len(others), float(others["difference"].var(ddof=1))
    # of what is seen between the others part is their sampling error; a small service has more of its own
    among = max(seen - float((others["se"] ** 2).mean()), 0.0)
    variance = among + float(mine["se"]) ** 2 + seen / size
    usual = float(others["difference"].mean())
    row |= {"estimate_b": usual, "difference": float(mine["difference"]) - usual}
    if not variance > 0:
        return row | {"note": CONSTANT}
    row |= {"se": np.sqrt(variance), "df": float(size - 1)}
    doubt = CAUTION if mine["note"] == CAUTION else ""
    return row | {"note": "too few other services" if size < LEAST_OTHERS else doubt}


def _training_row(trained: Answer) -> dict[str, object]:
    facts, units = trained.facts, trained.tables["units"]
    used = units[units["note"].eq("")]
    means = [used.loc[used["trained"].eq(one), "difference"].mean() for one in (True, False)]
    return {
        "initiative": "training", "a": "trained units", "b": "other units", "n_a": facts["n_trained"],
        "n_b": facts["n_others"], "estimate_a": means[0], "estimate_b": means[1], "difference": facts["difference"],
        "low": facts["low"], "high": facts["high"], "p": facts["p"], "verdict": facts["verdict"] or "",
        "share": 1.0, "note": facts["note"], "basis": "change of units", "since": facts["before"],
        "sample": trained.sample,
    }  # fmt: skip
