"""Promises of the last wave (RTL) against the change of this one; findings of inspectors and auditors."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import stdtr

from analysis.oversight.change import change
from analysis.oversight.comparing.scope import UNPLACED, column, earlier, waves_of
from analysis.oversight.comparing.verdicts import CAUTION, SAME, UNKNOWN, family, verdicts
from analysis.oversight.design import sample_of
from analysis.oversight.measures import element_of
from analysis.oversight.results import Answer
from analysis.oversight.status import says_done

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

PROMISES = (
    "unit", "wave", "item", "variable", "program", "due", "owner", "status", "checked", "n", "before", "estimate",
    "difference", "low", "high", "p", "p_adjusted", "verdict", "reported", "unseen", "note",
    "sample",
)  # fmt: skip


def follow_up(
    plans: pd.DataFrame, design: SurveyDesign, *, book: Codebook, wave: str | None = None, level: float = 0.95
) -> Answer:
    """Hold last wave's promises (RTL: unit, wave, item, program, due, owner, status) against this wave's change.

    Table ``promises``, one row per promise: unit, wave (of the promise), item (as written), variable (the unsur it
    names), program, due, owner, status, checked
    (the wave it is held against: the next one, or ``wave``), n, before, estimate (mean of that unsur on the answers'
    scale), difference with its interval (Holm over all promises), verdict (``"higher"``: it rose; ``"cannot tell"``: a
    rise is not shown, which is not to say that there was none), note (``"no item"`` where the promise names none,
    ``"no later wave"``, ``"no answers"``, ``"constant"`` where all answered alike, ``"caution"``), reported (the status
    says done), unseen (the probability, 0 to 1, that the unsur did not rise by what matters, given its answers alone)
    and sample (of the unit, the worse of both waves). A promise beside a rise is no proof of cause. Facts: promises,
    risen, fallen, same, unknown, unjudged, margin.
    """
    waves = waves_of(design.frame, book)
    rows = plans.reindex(columns=["unit", "wave", "item", "program", "due", "owner", "status"]).copy()
    for name in list(rows):
        rows[name] = column(rows, str(name))
    found: dict[tuple[str, str, str], pd.DataFrame] = {}
    told = []
    for _, row in rows.iterrows():
        known = {*earlier(waves, str(row["wave"]), book), row["wave"]}
        later = [one for one in waves if one not in known]
        checked = wave if wave is not None and wave in later else (later[0] if later else "")
        told.append(_promise(row, checked, design, book, found))
    table = pd.concat([rows.reset_index(drop=True), pd.DataFrame(told)], axis=1)
    if table.empty:
        return Answer("follow_up", wave or "", "", {"promises": pd.DataFrame(columns=list(PROMISES))})
    family_of_all = family(table[["difference", "se", "df"]].astype(float), level)
    table["low"], table["high"] = family_of_all["low"], family_of_all["high"]
    table["p"], table["p_adjusted"] = family_of_all["p"], family_of_all["p_adjusted"]
    main = book.measure
    margin = main.margin / main.scale
    table["verdict"] = verdicts(table, table["note"], margin=margin)
    table["reported"] = says_done(table, book)
    reach = (margin - table["difference"]).astype(float)
    error = table["se"].astype(float)
    spread = stdtr(table["df"].astype(float).clip(1, 1e9), reach / error.where(error > 0))
    table["unseen"] = np.where(error.eq(0), reach.gt(0).astype(float), spread)
    counts = table["verdict"].value_counts()
    facts: dict[str, object] = {
        "promises": len(table), "risen": int(counts.get("higher", 0)), "fallen": int(counts.get("lower", 0)),
        "same": int(counts.get(SAME, 0)), "unknown": int(counts.get(UNKNOWN, 0)), "unjudged": int(counts.get("", 0)),
        "margin": margin,
    }  # fmt: skip
    return Answer("follow_up", wave or "", sample_of(design.frame), {"promises": table[list(PROMISES)]}, (), facts)


def _promise(
    row: pd.Series, checked: str, design: SurveyDesign, book: Codebook,
    found: dict[tuple[str, str, str], pd.DataFrame],
) -> dict[str, object]:  # fmt: skip
    blank: dict[str, object] = dict.fromkeys(("n", "before", "estimate", "difference", "se", "df"), np.nan)
    none = blank | {"sample": ""}
    item = _named_item(str(row["item"]), design, book)
    if not item or not checked:
        return none | {"variable": item, "checked": checked, "note": "no later wave" if item else "no item"}
    key = (item, str(row["wave"]), checked)
    if key not in found and str(row["wave"]) in waves_of(design.frame, book):
        changed = change(design, book=book, by="unit", wave=checked, before=str(row["wave"]), measure=item)
        found[key] = changed.table.set_index("level")
    if key not in found or row["unit"] not in found[key].index:
        return none | {"variable": item, "checked": checked, "note": "no answers"}
    line = found[key].loc[[row["unit"]]].iloc[0]
    known = pd.notna(line["se"]) and pd.notna(line["difference"])
    keeps = line["note"] in (CAUTION, "constant")
    note = line["note"] if keeps else "" if known else (line["note"] or "no answers")
    told = {name: line[name] for name in (*blank, "sample")}
    return told | {"variable": item, "checked": checked, "note": note}


def _named_item(text: str, design: SurveyDesign, book: Codebook) -> str:
    """Return the unsur a promise names: its column name, its label in either language, or one of its headings."""
    wanted = _words(text)
    for instrument in book.instruments:
        for item in instrument.items:
            names = {item.name, *item.label.values(), *item.headings, *item.aliases}
            if wanted and wanted in {_words(one) for one in names} and item.name in design.frame:
                return element_of(book, (item.name,))
    return ""


def _words(text: str) -> str:
    """Return the words of a name without case and punctuation: senders write commas as they like."""
    return " ".join(re.findall(r"\w+", text.casefold()))


def audit(register: pd.DataFrame, *, book: Codebook | None = None) -> Answer:
    """Count internal and external findings (unit, wave, source, finding, recommendation, status) by unit and source.

    Table ``units``: unit, source, n, settled (status says so, in the codebook's words), open. The texts stay in the
    register.
    """
    rows = register.reindex(columns=["unit", "source", "status"]).copy()
    for name in list(rows):
        rows[name] = column(rows, str(name))
    grouped = (
        rows.assign(settled=says_done(rows, book), n=1).groupby(["unit", "source"], sort=True)[["n", "settled"]].sum()
    )
    table = grouped.reset_index().astype({"n": int, "settled": int})
    table["open"] = table["n"] - table["settled"]
    return Answer("audit", "", "census", {"units": table[~table["unit"].isin(UNPLACED)]})
