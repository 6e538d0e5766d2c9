"""The four aims of the city's service: what the data show of each, and what they are silent about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from .comparing.scope import scope
from .declared.complaints import complaints
from .declared.coverage import coverage
from .declared.follow_up import follow_up
from .design import sample_of
from .equity import equity
from .marks import marks
from .results import Answer

if TYPE_CHECKING:
    from analysis.survey import SurveyDesign

    from .study import StudyLike

AIMS = ("aim", "what", "value", "low", "high", "n", "of", "note")


def aims(study: StudyLike, design: SurveyDesign, *, wave: str | None = None, level: float = 0.95) -> Answer:
    """Return one line per measurable part of the four aims, in one wave (the latest).

    Table ``aims``: aim, what (key), value, low, high, n (counted), of (out of), note. Keys: ``result_received`` and
    ``known_terms`` (means of their unsur), ``groups_lower`` (groups that fare worse for the same services, of those
    judged), ``least_heard`` (lowest ratio of a district's share of respondents to its share of people),
    ``units_published`` (of those that surveyed), ``users_answered`` (respondents of users, where told),
    ``complaints_in_time``, ``suggestions_handled`` (mean of its unsur), ``promises_risen``. What no item or register
    speaks of is a line with note ``"not measured"``: whether the need was met at all is one of them.
    """
    limits = scope(design, study.book, wave)
    told = marks(design, book=study.book, wave=limits.wave, level=level).tables["aims"].set_index("mark")
    fair = equity(design, book=study.book, registers=study.registers, wave=limits.wave, level=level)
    covered = coverage(study)
    here = covered[covered["wave"].eq(limits.wave) & covered["surveyed"] & covered["owner"].ne("vertical")]
    rows = [
        _mean(told, "welfare", "result_received"),
        _line("welfare", "need_met", note="not measured"),
        *_justice(fair),
        _mean(told, "transparency_accountability", "known_terms"),
        _count("transparency_accountability", "units_published", int(here["published"].notna().sum()), len(here)),
        _answered(here),
        _mean(told, "participation", "suggestions_handled"),
        *_used(study, design, limits.wave, level=level),
    ]
    table = pd.DataFrame(rows, columns=list(AIMS))
    return Answer("aims", limits.wave, sample_of(limits.design.frame[limits.rows]), {"aims": table}, limits.notes)


def _line(
    aim: str, what: str, *, value: float = np.nan, low: float = np.nan, high: float = np.nan,
    n: float = np.nan, of: float = np.nan, note: str = "",
) -> dict[str, object]:  # fmt: skip
    return {"aim": aim, "what": what, "value": value, "low": low, "high": high, "n": n, "of": of, "note": note}


def _mean(told: pd.DataFrame, aim: str, what: str) -> dict[str, object]:
    if aim not in told.index or told["n"][aim] == 0:
        return _line(aim, what, note="not measured")
    row = told.loc[[aim]].iloc[0]
    return _line(aim, what, value=row["estimate"], low=row["low"], high=row["high"], n=row["n"])


def _count(aim: str, what: str, n: int, of: int) -> dict[str, object]:
    return _line(aim, what, value=n / of if of else np.nan, n=n, of=of, note="" if of else "not measured")


def _justice(fair: Answer) -> list[dict[str, object]]:
    gaps, heard = fair.tables["gaps"], fair.tables["heard"]
    judged = gaps["verdict"].ne("")
    lower = _count("social_justice", "groups_lower", int(gaps["verdict"].eq("lower").sum()), int(judged.sum()))
    if heard.empty:
        return [lower, _line("social_justice", "least_heard", note="not measured")]
    least = heard.iloc[0]
    return [lower, _line("social_justice", "least_heard", value=least["ratio"], n=least["n"], note=str(least["level"]))]


def _answered(here: pd.DataFrame) -> dict[str, object]:
    known = here[here["users"].gt(0)]
    return _count("participation", "users_answered", int(known["n"].sum()), int(known["users"].sum()))


def _used(study: StudyLike, design: SurveyDesign, wave: str, *, level: float) -> list[dict[str, object]]:
    register, plans = study.registers.get("complaints"), study.registers.get("plans")
    rows = [_line("participation", "complaints_in_time", note="not measured")]
    if register is not None and len(register):
        everywhere = register.assign(unit="")  # the whole alone: no unit is told apart here
        whole = complaints(everywhere, book=study.book, wave=wave, level=level).table.iloc[0]
        rows = [_line("participation", "complaints_in_time", value=whole["in_time"], low=whole["in_time_low"],
                      high=whole["in_time_high"], n=whole["n"])]  # fmt: skip
    if plans is None or plans.empty:
        return [*rows, _line("participation", "promises_risen", note="not measured")]
    kept = follow_up(plans, design, book=study.book, wave=wave, level=level).facts
    return [
        *rows,
        _count("participation", "promises_risen", int(str(kept.get("risen", 0))), int(str(kept["promises"]))),
    ]
