"""Signs that a survey was filled without asking, each beside what honest filling would give. No word of blame."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import survey

from .honest import Honest, honest_model
from .labels import crossed, text

if TYPE_CHECKING:
    from analysis.codebook import Codebook

Floats = npt.NDArray[np.float64]
FEWEST = 20
"""With fewer rows nothing is tested: chance alone explains most patterns."""
FIRST, COMMON, LAST = 39, 399, 4_999
"""Draws at the least, up to which one set of random values serves all sheets, and for those still in doubt."""
LOOK = 40_000
"""The first look draws about so many rows of any sheet, so that small ones are known as well as large ones."""
MOST_ROWS = 1_000
"""Beyond so many rows of a unit the first ones are tested: in large sheets nearly every pattern repeats by chance."""
SIGNS = 0.05
"""A sign stands where its p-value, adjusted over all units and checks (Holm), is below this."""
CHECKS = ("same", "repeated", "run", "order", "free")
INTEGRITY = (
    "unit", "wave", "n", "same_share", "top_share", "patterns", "repeated_share", "longest_run", "same_expected",
    "repeated_expected", "run_expected", "order_correlation", "p_same", "p_repeated", "p_run", "p_order", "p_free",
    "outside_dates", "weekend", "busiest_day", "same_minute", "over_users", "signs", "note",
)  # fmt: skip


def integrity(
    responses: pd.DataFrame, book: Codebook, surveys: pd.DataFrame | None = None, *, wave: str | None = None
) -> pd.DataFrame:
    """Return one row per unit and wave: how its rows repeat, and how probable that is when people are asked honestly.

    ``wave`` tells of one wave alone: signs are judged in it. The chances of a sheet depend on its own answers alone.

    Counts over n (rows with at least half of the items asked): same_share (all answers alike), top_share (all the
    highest), patterns (different rows), repeated_share (varied rows whose whole pattern another row has), longest_run
    (equal rows one after another), order_correlation (of a row's mean with the next row's, each less the mean of its
    service and channel: a sheet may be sorted by them).

    Chance: the unit's own answers are modelled (each item's shares kept, one common tendency per person: an
    exchangeable Gaussian copula), and as many rows drawn again and again; ``*_expected`` are the means of the draws,
    p_same, p_repeated and p_run the share of draws with as much. p_order permutes the rows. p_free: that a unit with a
    fee got 4 from everybody on U4, were U4 answered like its other items. All are probabilities under honest filling,
    none under fraud; the model is fitted to what may be copied, so it errs on the unit's side.

    Counts only, without p: outside_dates (rows dated outside the declared days), weekend (rows on a Sunday),
    busiest_day (share of dated rows on one day), same_minute (rows that share date and minute), over_users
    (respondents beyond declared users). ``signs`` names the checks whose p stays under 0.05 after Holm over all units
    and checks. Under twenty rows nothing is tested (``note`` ``"few rows"``), nor rows without a unit
    (``"no unit"``): people of many offices do not answer alike; nor rows that are all the same (``"constant"``): they
    leave no chance to hold them against.
    """
    items = np.array([name for name in book.items if name in responses], dtype=object)
    given = responses[list(items)].to_numpy(dtype=float, na_value=np.nan)
    days = _days(responses)
    declared = _declared(surveys)
    alike = _kinds(responses)
    rows = []
    for unit, of_wave, here in _sheets(responses):
        if wave is not None and of_wave != wave:
            continue
        sheet = given[here]
        asked = ~np.isnan(sheet).all(axis=0)
        sheet = np.ascontiguousarray(sheet[:, asked])
        facts = describe(sheet)
        tested: dict[str, object] = {"note": "few rows" if unit else "no unit"}
        if unit and facts["n"] >= FEWEST and facts["patterns"] == 1:
            tested = {"note": "constant"}
        elif unit and facts["n"] >= FEWEST:
            tested = _tested(sheet, alike[here], list(items[asked]), book, unit)
        dates = _dates(days.of(here), declared.get((unit, of_wave), {}), facts["n"])
        rows.append({"unit": unit, "wave": of_wave} | facts | tested | dates)
    table = pd.DataFrame(rows).reindex(columns=list(INTEGRITY))
    table["note"] = table["note"].astype(object).where(table["note"].notna(), "")
    return table.assign(signs=_signs(table))


def _sheets(responses: pd.DataFrame) -> list[tuple[str, str, npt.NDArray[np.intp]]]:
    """Return the units and waves in order, and where their rows stand."""
    code = responses.groupby(["unit", "wave"], observed=True, sort=True).ngroup().to_numpy()
    order = np.argsort(code, kind="stable")
    order = order[code[order] >= 0]
    parts = np.split(order, np.flatnonzero(np.diff(code[order])) + 1) if len(order) else []
    keys = responses[["unit", "wave"]].iloc[[part[0] for part in parts]].astype(object)
    return [(str(unit), str(wave), part) for (unit, wave), part in zip(keys.to_numpy(), parts, strict=True)]


def _signs(table: pd.DataFrame) -> list[str]:
    """Name the checks of each row that stay below the bar when all of them are judged together."""
    p = table[[f"p_{name}" for name in CHECKS]].to_numpy(dtype=float)
    adjusted = survey.adjust_p(p.ravel(), "holm").reshape(p.shape)
    return [" ".join(name for name, one in zip(CHECKS, row, strict=True) if one < SIGNS) for row in adjusted]


def describe(answers: Floats) -> dict[str, float]:
    """Count how rows of answers repeat; rows with fewer than half of the items are left out."""
    answers = answers[_enough(answers)]
    n = len(answers)
    if n == 0 or answers.shape[1] == 0:
        empty = dict.fromkeys(("same_share", "top_share", "patterns", "repeated_share", "longest_run"), np.nan)
        return {"n": float(n)} | empty
    low, high = np.nanmin(answers, axis=1), np.nanmax(answers, axis=1)
    same = low == high
    _, code, count = np.unique(_patterns(answers), return_inverse=True, return_counts=True)
    varied = ~same
    repeated = varied & (count[code] > 1)
    starts = np.flatnonzero(np.concatenate([[True], code[1:] != code[:-1]]))
    return {
        "n": float(n),
        "same_share": float(same.mean()),
        "top_share": float((same & (high == np.nanmax(answers))).mean()),
        "patterns": float(len(count)),
        "repeated_share": float(repeated.sum() / varied.sum()) if varied.any() else 0.0,
        "longest_run": float(np.diff(np.append(starts, n)).max()),
    }


def _patterns(answers: Floats) -> npt.NDArray[np.int64]:
    """Return a number per row that only rows with the same answers (and the same blanks) share."""
    levels, place = np.unique(np.where(np.isnan(answers), -1.0, answers), return_inverse=True)
    place = place.reshape(answers.shape)
    if float(len(levels)) ** answers.shape[1] >= 2.0**62:
        return np.unique(place, axis=0, return_inverse=True)[1].reshape(-1).astype(np.int64)
    return place @ len(levels) ** np.arange(answers.shape[1], dtype=np.int64)


def _enough(answers: Floats) -> npt.NDArray[np.bool_]:
    """Which rows answered at least half of the items."""
    return (~np.isnan(answers)).mean(axis=1) >= 0.5 if answers.size else np.ones(len(answers), dtype=bool)


class Drawn(NamedTuple):
    """Of drawn sheets: share of constant rows, share of repeated varied rows, longest run."""

    same: Floats
    repeated: Floats
    run: Floats


def repeats(codes: npt.NDArray[np.signedinteger], constant: npt.NDArray[np.bool_]) -> Drawn:
    """Describe sheets (draw x row) of pattern codes; ``constant`` says per row whether all its answers are alike."""
    draws, rows = codes.shape
    # A pattern is constant or not: sorted together with its code, that need not be put back in its place.
    inner = np.sort(codes.astype(np.int64) * 2 + constant, axis=1)
    equal = inner[:, 1:] == inner[:, :-1]
    twin = np.zeros((draws, rows), dtype=bool)
    twin[:, 1:] |= equal
    twin[:, :-1] |= equal
    varied = inner % 2 == 0
    share = (twin & varied).sum(axis=1) / np.maximum(varied.sum(axis=1), 1)
    place = np.arange(rows)
    begins = np.ones((draws, rows), dtype=bool)
    begins[:, 1:] = codes[:, 1:] != codes[:, :-1]
    begun = np.maximum.accumulate(np.where(begins, place, 0), axis=1)
    longest = (place - begun).max(axis=1, initial=0) + 1.0
    return Drawn(constant.mean(axis=1), share, longest)


def _kinds(responses: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return a number per row that only rows of one service and channel share, where any are told."""
    told = [name for name in ("service", "channel") if name in responses]
    return np.asarray(crossed(responses, told), dtype=np.intp)


def _tested(
    sheet: Floats, kinds: npt.NDArray[np.intp], items: list[str], book: Codebook, unit: str
) -> dict[str, object]:
    usable = _enough(sheet)
    values, kinds = sheet[usable][:MOST_ROWS], kinds[usable][:MOST_ROWS]
    told = _chances(values.tobytes(), len(values)) | _order(values, kinds)
    return {**told, "p_free": _free(sheet, items, book, unit), "note": ""}


@lru_cache(maxsize=256)
def _chances(values: bytes, rows: int) -> dict[str, float]:
    """Probabilities of one sheet of ``rows``. Kept: findings ask for what the table of integrity drew before."""
    sheet = np.frombuffer(values).reshape(rows, -1)
    seen = describe(sheet)
    model, seed = honest_model(sheet), crc32(values)
    expected: dict[str, float] = {}
    p: dict[str, float] = {}
    for draws, enough in _looks(rows):
        drawn = _draw(model, draws, seed)
        facts = {"same": seen["same_share"], "repeated": seen["repeated_share"], "run": seen["longest_run"]}
        for name, kept in zip(("same", "repeated", "run"), drawn, strict=True):
            expected[f"{name}_expected"] = float(kept.mean())
            p[f"p_{name}"] = float((1 + (kept >= facts[name] - 1e-12).sum()) / (draws + 1))
        if min(p.values()) > enough:
            break
    return expected | p


def _looks(rows: int) -> tuple[tuple[int, float], ...]:
    """Return how many sheets are drawn, and the p above which that is enough: few must be known to the last digit."""
    first = int(np.clip(LOOK // max(rows, 1), FIRST, COMMON))
    return (first, 0.03), (COMMON, 0.01), (LAST, 0.0)


def _draw(model: Honest, draws: int, seed: int) -> Drawn:
    """Draw sheets in blocks that stay small."""
    items = len(model.cuts)
    if draws <= COMMON:
        persons, *own = _normals(items + 1)[:, :draws, : model.rows]
        return repeats(*model.draw(persons, own))
    rng = np.random.default_rng(seed)
    block = max(1, 2_000_000 // max(model.rows * items, 1))
    parts = []
    for start in range(0, draws, block):
        shape = (min(block, draws - start), model.rows)
        persons, *own = (rng.standard_normal(shape, dtype=np.float32) for _ in range(items + 1))
        parts.append(repeats(*model.draw(persons, own)))
    return Drawn(*(np.concatenate([getattr(part, name) for part in parts]) for name in Drawn._fields))


@lru_cache(maxsize=2)
def _normals(tables: int) -> npt.NDArray[np.float32]:
    """Tables of draw x row for the first looks: every sheet is held against the same chance."""
    return np.random.default_rng(0).standard_normal((tables, COMMON, MOST_ROWS), dtype=np.float32)


def _order(values: Floats, kinds: npt.NDArray[np.intp]) -> dict[str, float]:
    """Correlation of a row's mean with the next row's, each within its kind, and its permutation p (either way)."""
    means = np.nanmean(values, axis=1)
    centred = means - (np.bincount(kinds, weights=means) / np.maximum(np.bincount(kinds), 1))[kinds]
    size = float(centred @ centred)
    if size == 0:
        return {"order_correlation": np.nan, "p_order": np.nan}
    seen = float(centred[1:] @ centred[:-1]) / size
    rng = np.random.default_rng(crc32(values.tobytes()))
    for draws, enough in _looks(len(values)):
        mixed = rng.permuted(np.broadcast_to(centred, (draws, len(centred))), axis=1)
        drawn = np.einsum("dr,dr->d", mixed[:, 1:], mixed[:, :-1]) / size
        p = float((1 + (np.abs(drawn) >= abs(seen) - 1e-12).sum()) / (draws + 1))
        if p > enough:
            break
    return {"order_correlation": seen, "p_order": p}


def _free(sheet: Floats, items: list[str], book: Codebook, unit: str) -> float:
    """Probability of nothing but 4 on U4 at a unit with a fee, were U4 answered like its other items."""
    known = book.unit(unit)
    if known is None or known.free or "u4" not in items or len(items) < 2:
        return np.nan
    place = items.index("u4")
    fee = sheet[~np.isnan(sheet[:, place]), place]
    if not len(fee) or (fee < 4).any():
        return np.nan
    others = np.delete(sheet, place, axis=1)
    top = float((others == 4).sum() / max((~np.isnan(others)).sum(), 1))
    return float(top ** len(fee))


def _declared(surveys: pd.DataFrame | None) -> dict[tuple[str, str], dict[str, object]]:
    if surveys is None or surveys.empty:
        return {}
    return {(str(row["unit"]), str(row["wave"])): dict(row) for _, row in surveys.iterrows()}


class _Days(NamedTuple):
    """Per row the place of its date among ``date`` (-1: none) and its time; few days have many rows."""

    code: npt.NDArray[np.intp]
    date: pd.Series
    time: pd.Series | None

    def of(self, rows: npt.NDArray[np.intp]) -> _Days:
        """Return the same of some rows."""
        return _Days(self.code[rows], self.date, None if self.time is None else self.time.iloc[rows])


def _days(responses: pd.DataFrame) -> _Days:
    """Read each day once."""
    told = responses["date"] if "date" in responses else pd.Series(np.nan, index=responses.index)
    code, days = pd.factorize(told)
    date = pd.to_datetime(pd.Series(days, dtype=object), errors="coerce")
    place = np.append(np.where(date.isna(), -1, np.arange(len(date))), -1)
    time = text(responses, "time") if "time" in responses and "date" in responses else None
    return _Days(place[code], date, time)


def _dates(told: _Days, declared: dict[str, object], n: float) -> dict[str, float]:
    found = dict.fromkeys(("outside_dates", "weekend", "busiest_day", "same_minute", "over_users"), np.nan)
    users = pd.to_numeric(pd.Series([declared.get("users")]), errors="coerce").iloc[0]
    if users == users:  # noqa: PLR0124 - NaN is the only number that differs from itself
        found["over_users"] = max(n - float(users), 0.0)
    dated = told.code >= 0
    seen, rows = np.unique(told.code[dated], return_counts=True)
    if not len(seen):
        return found
    day = told.date.iloc[seen]
    bounds = [str(declared.get(name) or "") for name in ("start", "end")]
    if any(bounds):
        first, last = pd.to_datetime(pd.Series(bounds), errors="coerce")
        if pd.notna(first) or pd.notna(last):
            found["outside_dates"] = float(rows[(day.lt(first) | day.gt(last)).to_numpy()].sum())
    found["weekend"] = float(rows[day.dt.day_of_week.eq(6).to_numpy()].sum())
    found["busiest_day"] = float(np.bincount(pd.factorize(day.dt.normalize())[0], weights=rows).max() / rows.sum())
    if told.time is None:
        return found
    time = told.time[dated]
    minute = time.str.fullmatch(r"\d{1,2}[:.]\d{2}([:.]\d{2})?").to_numpy(dtype=bool)
    if minute.any():
        dates = told.date.iloc[told.code[dated][minute]].dt.strftime("%Y-%m-%d ").to_numpy()
        stamp = pd.Series(dates) + time[minute].str.replace(".", ":").str[:5].to_numpy()
        found["same_minute"] = float(stamp.duplicated(keep=False).sum())
    return found
