"""One cause, one finding: what another finding explains is folded into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis.errors import CallError
from analysis.oversight.comparing.compare import compare
from analysis.oversight.comparing.scope import column
from analysis.oversight.comparing.verdicts import LOWER

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign


def one_cause_each(table: pd.DataFrame, design: SurveyDesign, book: Codebook) -> pd.DataFrame:
    """Fold findings that share a cause; the folded ones are named in ``supports``.

    - A unit below its expected range is folded into its sector's finding where every unit of the sector stands below
      the city; else the sector's finding is folded into the unit's.
    - A district that is not lower once one of its lower sectors is left out is folded into that cell.
    - A village is folded into its district's finding.
    - A broken promise is folded into the fall of its unit.
    """
    into: dict[str, str] = {}
    into |= _units_and_sectors(table, design, book)
    into |= _districts_and_cells(table, design, book)
    into |= _villages(table, book)
    fell = set(table.loc[table["key"].eq("unit_fell"), "unit"])
    promises = table[table["key"].isin(["promise", "promise_unseen"]) & table["unit"].isin(fell)]
    into |= {row["id"]: f"unit_fell:{row['unit']}" for _, row in promises.iterrows()}
    return _folded(table, into)


def _folded(table: pd.DataFrame, into: dict[str, str]) -> pd.DataFrame:
    standing = set(table["id"])
    into = {one: target for one, target in into.items() if target in standing and one != target}
    added: dict[str, list[str]] = {}
    for one, target in into.items():
        last = target
        while last in into:
            last = into[last]
        added.setdefault(last, []).append(one)
    kept = table[~table["id"].isin(list(into))].reset_index(drop=True)
    supports = [
        ", ".join(filter(None, [old, *added.get(one, [])]))
        for one, old in zip(kept["id"], kept["supports"], strict=True)
    ]
    return kept.assign(supports=supports)


def _units_and_sectors(table: pd.DataFrame, design: SurveyDesign, book: Codebook) -> dict[str, str]:
    sectors = set(table.loc[table["key"].eq("sector"), "subject"])
    units = table[table["key"].eq("unit_low") & table["sector"].isin(sectors)]
    if units.empty:
        return {}
    wave = str(table["wave"].iloc[0])
    means = compare(design, "unit", book=book, wave=wave, ranks=False).table
    frame = design.frame
    sector_of = dict(zip(column(frame, "unit"), column(frame, "sector"), strict=True))
    into: dict[str, str] = {}
    for sector, part in units.groupby("sector"):
        mine = means[means["level"].map(sector_of).eq(sector) & means["verdict"].ne("")]
        if mine["difference"].lt(0).all():
            into |= dict.fromkeys(part["id"], f"sector:{sector}")
        else:
            into[f"sector:{sector}"] = part["id"].iloc[0]
    return into


def _districts_and_cells(table: pd.DataFrame, design: SurveyDesign, book: Codebook) -> dict[str, str]:
    districts = set(table.loc[table["key"].eq("district"), "subject"])
    into: dict[str, str] = {}
    wave = str(table["wave"].iloc[0]) if len(table) else ""
    for district, cells in table[table["key"].eq("cell") & table["subject"].isin(districts)].groupby("subject"):
        without = ~column(design.frame, "sector").isin(list(cells["beside"])).to_numpy()
        try:
            rest = compare(design.subset(without), "district", book=book, wave=wave, ranks=False).table
        except CallError:
            continue
        if not rest[rest["level"].eq(district)]["verdict"].eq(LOWER).any():
            into[f"district:{district}"] = cells.sort_values("difference")["id"].iloc[0]
    return into


def _villages(table: pd.DataFrame, book: Codebook) -> dict[str, str]:
    home = {village.name: village.district for village in book.villages}
    districts = set(table.loc[table["key"].eq("district"), "subject"])
    villages = table[table["key"].eq("group") & table["beside"].eq("village")]
    return {
        row["id"]: f"district:{home[row['subject']]}"
        for _, row in villages.iterrows()
        if home.get(row["subject"]) in districts
    }
