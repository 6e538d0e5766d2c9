"""The five marks of good service and the aims, as far as the questionnaire speaks of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis import survey
from analysis.survey import Composite

from .comparing.scope import UNPLACED, Bools, column, scope
from .comparing.verdicts import UNKNOWN
from .comparing.views import only, remembered
from .design import sample_of
from .measures import LOW_PREFIX, choose, low_limits, scale_of
from .results import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook
    from analysis.codebook.model import Mark
    from analysis.survey import SurveyDesign

Floats = npt.NDArray[np.float64]
LEAST = 10
"""Fewer rows that answered every item say nothing about how a scale holds together."""
MOST_SHARED = 12
"""Of more unsur the variance of the overall answer is not parted among them: the work doubles with each."""
NOTHING = 1e-20
"""Below this a product of variances of answers is rounding."""
MARKS = (
    "mark", "items", "n", "n_missing", "estimate", "se", "low", "high", "df", "low_answers", "low_answers_low",
    "low_answers_high", "ceiling", "alpha", "alpha_low", "alpha_high", "note",
)  # fmt: skip


@remembered
def marks(
    design: SurveyDesign, *, book: Codebook, by: str | None = None, wave: str | None = None, level: float = 0.95
) -> Answer:
    """Estimate the marks of good service and the aims in one wave (the latest), city units only.

    The mapping of items to marks, with its reason, is the codebook's (``[[mark]]``, ``[[aim]]``). Tables ``marks`` and
    ``aims``, one row per mark (per mark and level of ``by``): mark, (level,) items, n, n_missing, estimate (mean of the
    parts' means, on the answers' scale), se, low, high, df, low_answers (percent of answers in the lower half)
    with low_answers_low and low_answers_high (on the logit's scale, as ``unsur`` has it of an item), ceiling (share of
    answers at the top of the scale), alpha with its interval (two items or more), note: survey's, or
    ``"not measured"`` (no item), ``"not asked"`` (its items are in no answer), ``"one item"``. No score is made up for
    a mark without an item. Cronbach's alpha: ``survey.alpha``.
    """
    limits = scope(design, book, wave)
    lows = choose(limits.design, book, "low_answers", rule=limits.rule).design
    made = {
        name: _table(limits.design, lows, marks, book=book, rows=limits.rows, by=by, level=level)
        for name, marks in (("marks", book.marks), ("aims", book.aims))
    }
    reasons = pd.DataFrame(
        [(one.name, " ".join(item for part in one.parts for item in part)) for one in (*book.marks, *book.aims)],
        columns=["mark", "items"],
    )
    here = limits.design.frame[limits.rows]
    return Answer("marks", limits.wave, sample_of(here), made | {"mapping": reasons}, limits.notes)


def _table(
    design: SurveyDesign, lows: SurveyDesign, marks: Sequence[Mark], *,
    book: Codebook, rows: Bools, by: str | None, level: float,
) -> pd.DataFrame:  # fmt: skip
    found = [_mark(design, lows, mark, book=book, rows=rows, by=by, level=level) for mark in marks]
    columns = [MARKS[0], "level", *MARKS[1:]] if by else list(MARKS)
    return pd.concat(found, ignore_index=True).reindex(columns=columns) if found else pd.DataFrame(columns=columns)


def _mark(
    design: SurveyDesign, lows: SurveyDesign, mark: Mark, *,
    book: Codebook, rows: Bools, by: str | None, level: float,
) -> pd.DataFrame:  # fmt: skip
    parts = tuple(tuple(item for item in part if item in design.frame) for part in mark.parts)
    parts = tuple(part for part in parts if part and design.frame.loc[rows, list(part)].notna().any(axis=None))
    items = [item for part in parts for item in part]
    if not items:
        note = "not asked" if mark.parts else "not measured"
        return pd.DataFrame([{"mark": mark.name, "items": "", "n": 0, "note": note}])
    here = only(design, rows & _named(design, by))
    table = survey.mean(here, Composite(mark.name, parts), by, level=level).drop(columns="variable")
    low_parts = tuple(tuple(f"{LOW_PREFIX}{item}" for item in part) for part in parts)
    low = survey.mean(only(lows, rows & _named(design, by)), Composite(mark.name, low_parts), by)
    told = zip(("low_answers", "low_answers_low", "low_answers_high"), low_limits(low, level=level), strict=True)
    table = table.assign(**{name: 100 * values for name, values in told})
    top = scale_of(book, items[0])[1]
    answers = design.frame.loc[rows, items].to_numpy(dtype=float, na_value=np.nan)
    table["ceiling"] = float((answers == top).sum() / max((~np.isnan(answers)).sum(), 1)) if by is None else np.nan
    if len(items) == 1:
        table["note"] = table["note"].mask(table["note"].eq(""), "one item")
    elif by is None and (~np.isnan(answers)).all(axis=1).sum() >= LEAST:
        alpha = survey.alpha(here, items, level=level)
        table["alpha"], table["alpha_low"], table["alpha_high"] = alpha.estimate, alpha.low, alpha.high
    table = table[table["n"].gt(0)]
    named = table.rename(columns={by: "level"}) if by else table
    return named.assign(mark=mark.name, items=" ".join(items))


def _named(design: SurveyDesign, by: str | None) -> Bools:
    if by is None:
        return np.ones(len(design.frame), dtype=bool)
    return ~column(design.frame, by).isin(UNPLACED).to_numpy()


@remembered
def drivers(
    design: SurveyDesign, *, book: Codebook, wave: str | None = None, draws: int = 200, level: float = 0.95
) -> Answer:
    """Set each unsur's importance beside its performance, in one wave (the latest), city units only.

    Where an overall question was asked (``overall``, at least fifty answers, of twelve unsur at most), importance is
    the part of the variance of the overall answer that goes along with the unsur (LMG, 0 to 1). Otherwise it is
    derived: the correlation of the unsur with the sum of the others, and fact ``basis`` says ``"derived"`` instead of
    ``"overall"``. Either has its interval from the design's bootstrap. Table: variable, n, performance (mean on the
    answers' scale), performance_low, performance_high, importance, importance_low, importance_high, quadrant
    (``"concentrate here"`` important and low, ``"keep up"``, ``"low priority"``, ``"possible overkill"``: where both
    intervals lie on one side of the middle unsur's figure; ``"low score"`` and ``"high score"``, ``"important"`` and
    ``"less important"`` where one of them does, else ``"cannot tell"``; of a census the figures themselves decide),
    note: why there is no importance. Of one unsur ``"not asked"`` or ``"constant"`` (all answered alike); of one
    asked of fewer than half of the people, or of all where fewer than ten (or no more than there are unsur) answered
    everything, ``"too few answers"``; of all others ``"others constant"`` (nothing varies beside it) or ``"overall
    constant"``, ``"tied answers"`` (some follow from the others). Facts: basis, note (what holds for all), needed
    (people who answer everything). They go together; neither drives the other. Source: Martilla and James (1977);
    ``survey.drivers``.
    """
    limits = scope(design, book, wave)
    main = choose(limits.design, book, rule=limits.rule)
    here = only(limits.design, limits.rows)
    items, prepared = _one_per_unsur(here, main.variable.parts)
    performance = survey.mean(prepared, items, level=level)
    answered = performance.set_index("variable")["n"]
    values = prepared.frame.loc[limits.rows, items].astype(float)
    # An unsur that few were asked would leave nobody else who answered everything.
    common = [item for item in items if answered[item] * 2 >= values.notna().any(axis=1).sum() and answered[item] > 0]
    used = [item for item in common if values[item].min() < values[item].max()]
    overall = "overall" in here.frame and len(common) <= MOST_SHARED
    overall = overall and int(pd.to_numeric(here.frame.loc[limits.rows, "overall"]).notna().sum()) >= 50
    if overall:
        prepared = _with(prepared, overall=pd.to_numeric(prepared.frame["overall"]).astype(float))
    why = _untold(prepared.frame.loc[limits.rows], common, used, overall=overall)
    told = pd.DataFrame(np.nan, index=used, columns=["importance", "importance_low", "importance_high"])
    if not why:
        told = _importance(prepared, used, overall=overall, draws=draws, level=level)
        why = "" if told["importance"].notna().any() else "tied answers"
    names = {"estimate": "performance", "low": "performance_low", "high": "performance_high"}
    table = performance[["variable", "n", *names]].rename(columns=names).join(told, on="variable")
    known = table["importance"].notna()
    table["quadrant"] = _quadrants(table, exact=bool(here.frame.loc[limits.rows, "sample"].eq("census").all()))
    alike = table["variable"].isin(common) & ~table["variable"].isin(used)
    few = "too few answers"
    table["note"] = np.select(
        [known, table["n"].eq(0), alike & (why != few), table["variable"].isin(used)],
        ["", "not asked", "constant", why],
        few,
    )
    facts = {"basis": "overall" if overall else "derived", "note": why, "needed": _needed(common)}
    sample = sample_of(limits.design.frame[limits.rows])
    return Answer("drivers", limits.wave, sample, {"unsur": table}, limits.notes, facts)


def _needed(common: Sequence[str]) -> int:
    """Return how many people must have answered everything: ten, and more than there are unsur and an overall one."""
    return max(LEAST, len(common) + 2)


def _untold(frame: pd.DataFrame, common: Sequence[str], used: Sequence[str], *, overall: bool) -> str:
    """Return why no importance can be computed, the empty text where it can; ``used`` are those that vary."""
    whole = frame[[*common, *(["overall"] if overall else [])]].notna().all(axis=1)
    if whole.sum() < _needed(common):
        return "too few answers"
    if not used:
        return "constant"
    if overall:
        return "" if frame["overall"].min() < frame["overall"].max() else "overall constant"
    return "" if len(used) > 1 else "others constant"


def _importance(
    design: SurveyDesign, items: Sequence[str], *, overall: bool, draws: int, level: float
) -> pd.DataFrame:  # fmt: skip
    """Return the importance of each unsur with its interval, by unsur; none where draws leave it doubtful."""
    if overall:
        told = survey.drivers(design, "overall", items, level=level, draws=draws).table.set_index("name")
        told = told.rename(columns={"lmg": "estimate"})
    else:
        told = survey.bootstrap(design, items, statistic=_with_others, draws=draws, level=level).set_axis(list(items))
    ends = {f"importance_{end}": told[end].where(told["note"].eq("")) for end in ("low", "high")}
    return pd.DataFrame({"importance": told["estimate"], **ends})


def _with_others(weights: Floats, values: Floats, domain: npt.NDArray[np.int64]) -> Floats:
    """Return the correlation of each item with the sum of the others, of who answered all, draw by draw."""
    whole = ~np.isnan(values).any(axis=1) & (domain == 0)
    # about their middle: little is lost in squares
    own = values[whole] - values[whole].mean(axis=0)
    rest = own.sum(axis=1, keepdims=True) - own
    count = own.shape[1]
    added = weights[:, whole] @ np.hstack([np.ones((len(own), 1)), own, rest, own * rest, own**2, rest**2])
    parts = added[:, 1:].reshape(len(added), 5, count) / added[:, :1, None]
    first, second, both, squares, others = (parts[:, at] for at in range(5))
    spread = np.clip(squares - first**2, 0.0, None) * np.clip(others - second**2, 0.0, None)
    found: Floats = np.full_like(both, np.nan)
    np.divide(both - first * second, np.sqrt(spread), out=found, where=spread > NOTHING)
    return found


def _quadrants(table: pd.DataFrame, *, exact: bool) -> pd.Series:
    """Return where each unsur stands by importance and performance, as far as their ranges allow."""
    sides = []
    for name in ("importance", "performance"):
        low, high = (table[name if exact else f"{name}_{end}"] for end in ("low", "high"))
        sides.append(np.select([low.ge(table[name].median()), high.lt(table[name].median())], [1, -1], 0))
    important, good = sides
    named = {
        (1, -1): "concentrate here", (1, 1): "keep up", (-1, -1): "low priority", (-1, 1): "possible overkill",
        (0, -1): "low score", (0, 1): "high score", (1, 0): "important", (-1, 0): "less important",
    }  # fmt: skip
    told = [named.get((int(one), int(other)), UNKNOWN) for one, other in zip(important, good, strict=True)]
    return pd.Series(told, index=table.index, dtype=object).where(table["importance"].notna(), "")


def _with(design: SurveyDesign, **columns: pd.Series) -> SurveyDesign:
    return design.with_columns(columns)


def _one_per_unsur(design: SurveyDesign, parts: tuple[tuple[str, ...], ...]) -> tuple[list[str], SurveyDesign]:
    """Return one column per unsur: the item itself, or the mean of its sub-items under the unsur's first name."""
    several = {part[0].split("_")[0]: part for part in parts if len(part) > 1}
    made = {name: design.frame[list(part)].astype(float).mean(axis=1) for name, part in several.items()}
    names = [part[0].split("_")[0] if len(part) > 1 else part[0] for part in parts]
    return names, _with(design, **made) if made else design
