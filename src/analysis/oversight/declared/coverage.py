"""Who should have surveyed, who did, with how many, out of how many."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import codebook
from analysis.oversight.comparing.scope import column
from analysis.oversight.design import CENSUS_REACH
from analysis.oversight.results import SAMPLES

from .sampling import sample_size

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.codebook import Codebook
    from analysis.oversight.study import StudyLike
    from analysis.shapes import Cell

Codes = npt.NDArray[np.int64]
NAMED = "*"
"""The level of all who named one, and the mark of a column that is cut by whether one is named."""
COUNTED = ("cell", "n", "largest", "share")
COVERAGE = (
    "unit", "sector", "owner", "wave", "must", "surveyed", "n", "users", "needed", "enough", "sample", "published",
    "published_weight", "note",
)  # fmt: skip


def coverage(study: StudyLike) -> pd.DataFrame:
    """Return one row per unit and wave that should have surveyed or did.

    Columns: unit, sector, owner, wave, must (missing where no register says who must), surveyed, n (respondents with
    any answered item), users, needed (Krejcie and Morgan's minimum for those users; missing where they are fewer than
    n), enough (n reaches it), sample, published, published_weight, note (``""``, ``"recap only"``, ``"undeclared"``,
    ``"users below respondents"``, ``"census incomplete"``, ``"no responses"``). Unknown counts are missing, never 0.
    """
    answered = _answered(study.responses, study.book)
    recaps = _recaps(study.recaps)
    surveys = _register(study, "surveys")
    named = [*answered["wave"], *recaps["wave"], *surveys.get("wave", pd.Series(dtype=object))]
    waves = codebook.wave_order(named, study.book)
    must = _must(_register(study, "units"), waves)
    table = must if must is not None else pd.DataFrame(columns=["unit", "wave"])
    for part in (answered, recaps, surveys):
        if len(part):
            table = pd.concat([table, part[["unit", "wave"]]])
    table = table.drop_duplicates().reset_index(drop=True)
    table = table.merge(answered, on=["unit", "wave"], how="left").merge(recaps, on=["unit", "wave"], how="left")
    declared = surveys.drop_duplicates(["unit", "wave"], keep="last") if len(surveys) else surveys
    wanted = [c for c in ("sample", "users", "published", "published_weight") if c in declared]
    if len(declared):
        table = table.merge(declared[["unit", "wave", *wanted]], on=["unit", "wave"], how="left")
    return _finish(table.reindex(columns=[*table, *(c for c in COVERAGE if c not in table)]), must, study)


def _register(study: StudyLike, name: str) -> pd.DataFrame:
    found = study.registers.get(name)
    return found if found is not None else pd.DataFrame(columns=["unit", "wave"])


def _answered(responses: pd.DataFrame, book: Codebook) -> pd.DataFrame:
    if "unit" not in responses or responses.empty:
        return pd.DataFrame(columns=["unit", "wave", "n"])
    # Without a unit nobody surveyed: a survey of households has none at all.
    kept = responses[any_answered(responses, book) & column(responses, "unit").ne("")]
    counted = kept.groupby(["unit", "wave"], observed=True).size().rename("n").reset_index()
    return counted.astype({"unit": object, "wave": object})


def any_answered(responses: pd.DataFrame, book: Codebook) -> pd.Series:
    """Return which rows answered at least one item: the base of every count."""
    items = [name for name in book.items if name in responses]
    return responses[items].notna().any(axis=1) if items else pd.Series(data=False, index=responses.index)


def _recaps(recaps: pd.DataFrame) -> pd.DataFrame:
    if recaps is None or recaps.empty or "unit" not in recaps:
        return pd.DataFrame(columns=["unit", "wave", "recap_n"])
    kept = recaps[recaps["unit"].fillna("").ne("")].drop_duplicates(["unit", "wave"], keep="last")
    return kept[["unit", "wave", "n"]].rename(columns={"n": "recap_n"}).astype({"unit": object, "wave": object})


def _must(units: pd.DataFrame, waves: Sequence[str]) -> pd.DataFrame | None:
    """Units x waves of the register; a blank wave means every wave. None where there is no register."""
    if units.empty:
        return None
    rows = []
    for unit, wave in zip(units["unit"], units["wave"].fillna("").astype(str), strict=True):
        rows += [(unit, one) for one in ([wave] if wave else waves)]
    return pd.DataFrame(rows, columns=["unit", "wave"], dtype=object).drop_duplicates()


def _said(responses: pd.DataFrame) -> dict[str, dict[str, str]]:
    """Return sector and owner as the responses give them, for units that the codebook does not list."""
    named = responses.drop_duplicates("unit") if "unit" in responses else responses
    return {
        name: dict(zip(named["unit"], named[name], strict=True)) if name in named and "unit" in named else {}
        for name in ("sector", "owner")
    }


def _finish(table: pd.DataFrame, must: pd.DataFrame | None, study: StudyLike) -> pd.DataFrame:
    book, responses = study.book, study.responses
    known = [book.unit(name) for name in table["unit"]]
    said = _said(responses)
    table["sector"] = [
        one.sector if one else said["sector"].get(name, "unknown")
        for one, name in zip(known, table["unit"], strict=True)
    ]
    table["owner"] = [
        one.owner if one else said["owner"].get(name, "city") for one, name in zip(known, table["unit"], strict=True)
    ]
    recap_only = table["n"].isna() & table["recap_n"].notna()
    table["n"] = pd.to_numeric(table["n"].where(table["n"].notna(), table["recap_n"])).fillna(0).astype(int)
    pairs = set(map(tuple, must.to_numpy())) if must is not None else set()
    listed = {wave for _, wave in pairs}
    flags = [
        (unit, wave) in pairs if wave in listed else None
        for unit, wave in zip(table["unit"], table["wave"], strict=True)
    ]
    table["must"] = pd.array(flags, dtype="boolean")
    table["surveyed"] = table["n"].gt(0) | recap_only
    for name in ("users", "published"):
        table[name] = pd.to_numeric(table[name], errors="coerce").astype(float)
    believed = table["users"].ge(table["n"])
    table["needed"] = [
        sample_size(int(count)) if told else np.nan for count, told in zip(table["users"], believed, strict=True)
    ]
    table["enough"] = pd.array(
        [None if np.isnan(need) else bool(n >= need) for n, need in zip(table["n"], table["needed"], strict=True)],
        dtype="boolean",
    )
    table["sample"] = table["sample"].astype(object)
    declared = table["sample"].isin(SAMPLES)
    undeclared = table["surveyed"] & ~declared
    below = table["surveyed"] & table["users"].lt(table["n"])
    partial = table["sample"].eq("census") & table["n"].lt(CENSUS_REACH * table["users"])
    table["sample"] = table["sample"].where(declared & ~partial, np.where(table["surveyed"], SAMPLES[0], ""))
    weight = table["published_weight"].astype(object)
    table["published_weight"] = weight.where(weight.notna(), "").astype(str)
    note = pd.Series("", index=table.index, dtype=object)
    marks = (
        (undeclared, "undeclared"), (partial & table["surveyed"], "census incomplete"),
        (below, "users below respondents"), (recap_only, "recap only"), (~table["surveyed"], "no responses"),
    )  # fmt: skip
    for where, mark in marks:
        note = note.mask(where, mark)
    table["note"] = note
    return table[list(COVERAGE)].sort_values(["wave", "unit"], kind="stable", ignore_index=True)


def cell_counts(
    responses: pd.DataFrame,
    dimensions: Sequence[tuple[str, ...]],
    *,
    items: Sequence[str] = (),
    contributor: str = "unit",
    weights: pd.Series | None = None,
    answers: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Count respondents in every group of every dimension, for the publication plan.

    ``dimensions`` are tuples of columns, such as ``("wave", "sector", "district")``; the empty tuple is everybody, and
    a column with a star (``"district*"``) is cut by whether a level is named: ``"*"``, else the empty level. With
    ``items`` only who answered any of them counts, as in every figure. ``weights`` (by row of ``responses``, 1 where
    not given) say how much a respondent weighs in figures.

    Returns ``cell`` (the (column, level) pairs), ``n``, ``largest`` and ``share``: the respondents of the contributor
    (a level of ``contributor``) that weighs most in the group, and its share of the group's weight; n and 1 where the
    responses lack that column. Rows without a value in a column are a group with an empty level; columns that the
    responses lack give no rows. For each column of ``answers`` (``scaled``: by row of ``responses``) two more, named by
    pairs: ``("answered", name)``, how many have a value, and ``("sum", name)``, the sum of these.
    """
    known = [name for name in items if name in responses]
    rows = responses[responses[known].notna().any(axis=1)] if known else responses
    weight = np.ones(len(rows)) if weights is None else weights.reindex(rows.index).to_numpy(dtype=float)
    cuts = [one for one in dict.fromkeys(tuple(one) for one in dimensions) if all(_plain(name) in rows for name in one)]
    coded = {name: _coded(rows, name) for name in sorted({name for cut in cuts for name in cut})}
    named = rows[contributor].astype(object).fillna("") if contributor in rows else pd.Series("", index=rows.index)
    who: Codes = pd.factorize(named)[0]
    told = None if answers is None else answers.loc[rows.index]
    parts = [_counted(cut, coded, who, weight, told) for cut in cuts]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=list(COUNTED))


def _plain(name: str) -> str:
    return name.removesuffix(NAMED)


def _coded(rows: pd.DataFrame, name: str) -> tuple[Codes, pd.Index]:
    """Return the level of each row as a code, and the levels; of a column with a star, whether one is named."""
    levels = rows[_plain(name)].astype(object).fillna("").astype(str)
    return pd.factorize(levels.where(levels.eq(""), NAMED) if name.endswith(NAMED) else levels, sort=True)


def _counted(
    cut: tuple[str, ...], coded: Mapping[str, tuple[Codes, pd.Index]], who: Codes, weight: npt.NDArray[np.float64],
    told: pd.DataFrame | None,
) -> pd.DataFrame:  # fmt: skip
    """Return the groups of one dimension with their count, how much their heaviest contributor bears, their answers."""
    code = np.zeros(len(who), dtype=np.int64)
    for name in cut:
        codes, levels = coded[name]
        code = code * len(levels) + codes
    groups, group = np.unique(code, return_inverse=True)
    each, place = np.unique(np.stack([group, who]), axis=1, return_inverse=True)
    of_each, size = np.bincount(place, weights=weight), np.bincount(place)
    order = np.lexsort((of_each, each[0]))
    last = np.searchsorted(each[0][order], np.arange(len(groups)), side="right") - 1
    top = order[last]
    total = np.bincount(group, weights=weight, minlength=len(groups))
    share = np.divide(of_each[top], total, out=np.ones(len(groups)), where=total > 0)
    cells = [_named(int(one), cut, coded) for one in groups]
    found: dict[object, object] = {"cell": cells, "n": np.bincount(group), "largest": size[top], "share": share}
    for item, values in () if told is None else told.items():
        value = values.to_numpy(dtype=float)
        found["answered", item] = np.bincount(group, weights=~np.isnan(value), minlength=len(groups))
        found["sum", item] = np.bincount(group, weights=np.nan_to_num(value), minlength=len(groups))
    return pd.DataFrame(found)


def _named(code: int, cut: tuple[str, ...], coded: Mapping[str, tuple[Codes, pd.Index]]) -> Cell:
    """Return the group that a code of ``_counted`` stands for."""
    pairs = []
    for name in reversed(cut):
        levels = coded[name][1]
        code, at = divmod(code, len(levels))
        pairs.append((_plain(name), str(levels[at])))
    return frozenset(pairs)
