"""Complaints: how many, how long they take, how many lie beyond their limit, closed or open."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import ndtri

from analysis import codebook, survey
from analysis.oversight.comparing.scope import column, scope
from analysis.oversight.comparing.views import only
from analysis.oversight.results import Answer
from analysis.oversight.status import says_done

if TYPE_CHECKING:
    from statsmodels.duration.survfunc import SurvfuncRight

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

AGES = (0, 7, 14, 30, 90, np.inf)
"""Bounds in days of the backlog's ages."""
LEAST_UNITS = 8
"""Fewer units cannot show whether prompt handling and U8 go together."""
UNITS = (
    "unit", "n", "users", "per_thousand", "closed", "late", "open", "overdue", "left_out", "in_time", "in_time_low",
    "in_time_high", "median_days", "median_low", "median_high", "u8", "note",
)  # fmt: skip


def complaints(
    register: pd.DataFrame,
    *,
    book: Codebook,
    surveys: pd.DataFrame | None = None,
    design: SurveyDesign | None = None,
    wave: str | None = None,
    today: str | None = None,
    level: float = 0.95,
) -> Answer:
    """Describe a register of complaints (unit, received, closed, channel, topic, status, deadline_days).

    Tables: ``units``, a row per unit and first one for all (unit ``""``): n, users (declared, of ``wave``, else of
    the waves that the register names, else of the latest declared), per_thousand (complaints about units whose users
    are known, per 1,000 of these), closed, late (closed after their limit), open, overdue (open beyond their limit),
    left_out (n = closed + open + left_out), in_time (Kaplan-Meier share closed within the limit) with its interval,
    median_days with its interval, u8 (mean of the unsur on complaints, where ``design`` is given), note; ``backlog``
    (open ones by age in days: from, below, n);
    ``channels`` and ``topics`` (level, n); ``curve`` (days, open_share) for all; ``problems`` (what, n): the rows left
    out of everything about time, each by the first that applies: ``"no date in"``, ``"closed before received"``,
    ``"closed without a date"`` (the status says closed), ``"dated after the last day"``.

    Open complaints are censored at ``today`` (ISO), by default the last date in the register: the kit has no clock.
    The limit is the row's ``deadline_days`` (0 or more), else the codebook's. Facts: last_day, limit_days,
    u8_correlation and u8_p (Spearman over units, permutation; missing under eight units). A median is missing where
    fewer than half are closed. Source: Kaplan and Meier (1958), ``statsmodels.SurvfuncRight``; log-log intervals, and
    where nobody or everybody was helped in time Clopper and Pearson's (1934) over the complaints that could be
    followed beyond their limit. R: ``survfit(Surv(days, closed) ~ 1, conf.type = "log-log")``, ``binom.test``.
    """
    rows, problems, last = _prepared(register, book, wave, today)
    parts = [("", rows), *((str(unit), part) for unit, part in rows.groupby("unit", sort=True) if str(unit))]
    table = pd.DataFrame([{"unit": unit} | _times(part, level=level) for unit, part in parts])
    users = _users(surveys, [wave] if wave is not None else sorted(set(column(rows, "wave")) - {""}), book)
    table["users"] = [sum(users.values()) if not unit and users else users.get(unit, np.nan) for unit in table["unit"]]
    counted = table["n"].mask(table["unit"].eq(""), float(rows["unit"].isin(list(users)).sum()))
    table["per_thousand"] = counted / table["users"] * 1000
    u8 = _u8(design, book, wave)
    table["u8"] = table["unit"].map(u8)
    dated = table["closed"] + table["open"]
    table["note"] = np.select([dated.eq(0), table["closed"].eq(0)], ["no dates", "none closed"], "")
    correlation, p = _together(table[table["unit"].ne("")])
    tables = {
        "units": table[list(UNITS)], "backlog": _backlog(rows), "channels": _counts(rows, "channel"),
        "topics": _counts(rows, "topic"), "curve": _curve(rows), "problems": problems,
    }  # fmt: skip
    facts: dict[str, object] = {
        "last_day": last,
        "limit_days": book.complaints.days,
        "u8_correlation": correlation,
        "u8_p": p,
    }
    return Answer("complaints", wave or "", "census", tables, (), facts)


def _prepared(
    register: pd.DataFrame, book: Codebook, wave: str | None, today: str | None
) -> tuple[pd.DataFrame, pd.DataFrame, str]:
    """Read dates and limits; returns the rows with days, days followed, closed or not, the problems, the last day."""
    rows = register.reindex(
        columns=["unit", "wave", "received", "closed", "channel", "topic", "status", "deadline_days"]
    ).copy()
    rows["unit"] = column(rows, "unit")
    if wave is not None and rows["wave"].notna().any():
        rows = rows[column(rows, "wave").isin(["", wave])]
    received = pd.to_datetime(rows["received"], errors="coerce")
    ended = pd.to_datetime(rows["closed"], errors="coerce")
    known = pd.concat([received, ended]).dropna()
    last = pd.Timestamp(today) if today else (known.max() if len(known) else pd.Timestamp("1900-01-01"))
    undated = received.isna()
    backwards = ended.lt(received)
    dateless = ended.isna() & says_done(rows, book)
    later = received.gt(last)
    rows["followed"] = (last - received).dt.days.astype(float)
    rows["days"] = (ended.where(ended.notna() & ended.le(last), last) - received).dt.days.astype(float)
    rows["is_closed"] = ended.notna() & ended.le(last)
    told = pd.to_numeric(rows["deadline_days"], errors="coerce").astype(float)
    rows["limit"] = told.where(told >= 0, float(book.complaints.days))
    found = {
        "no date in": undated, "closed before received": backwards, "closed without a date": dateless,
        "dated after the last day": later,
    }  # fmt: skip
    rows["fault"] = np.select(list(found.values()), list(found), "")
    rows["usable"] = rows["fault"].eq("")
    problems = pd.DataFrame([(what, int(rows["fault"].eq(what).sum())) for what in found], columns=["what", "n"])
    return rows, problems[problems["n"].gt(0)].reset_index(drop=True), str(last.date()) if today or len(known) else ""


def _times(part: pd.DataFrame, *, level: float) -> dict[str, float]:
    used = part[part["usable"]]
    beyond = used["days"] > used["limit"]
    found = {
        "n": float(len(part)), "closed": float(used["is_closed"].sum()),
        "late": float((beyond & used["is_closed"]).sum()), "open": float((~used["is_closed"]).sum()),
        "overdue": float((beyond & ~used["is_closed"]).sum()), "left_out": float(len(part) - len(used)),
    }  # fmt: skip
    blank = ("in_time", "in_time_low", "in_time_high", "median_days", "median_low", "median_high")
    if used.empty:
        return found | dict.fromkeys(blank, np.nan)
    return found | _in_time(used, level=level) | _median(used, level=level)


def _kaplan_meier(days: pd.Series, closed: pd.Series) -> SurvfuncRight:
    # Imported here: statsmodels takes longer to import than everything else in the room together.
    from statsmodels.duration import survfunc  # noqa: PLC0415

    # Half a day is added to all: a complaint closed on its day of arrival took time too.
    return survfunc.SurvfuncRight(days.to_numpy(dtype=float) + 0.5, closed.to_numpy(dtype=float))


def _in_time(used: pd.DataFrame, *, level: float) -> dict[str, float]:
    """Share closed within the limit: time in units of each row's own limit, so that limits may differ."""
    # A day after the limit is late; the open ones on their limit's day are censored there.
    over = used["days"] - used["limit"]
    fit = _kaplan_meier(over - over.min(), used["is_closed"])
    at = float(-over.min()) + 0.5
    times, survival, error = fit.surv_times, fit.surv_prob, fit.surv_prob_se
    place = int(np.searchsorted(times, at, side="right")) - 1
    still, se = (float(survival[place]), float(error[place])) if place >= 0 else (1.0, 0.0)
    low, high = _log_log(still, se, level)
    if still in (0, 1):
        # Nobody or everybody was helped in time: the chance of that among n is share^n, which gives the other end
        # exactly. Only who could be followed beyond the limit counts: of newer ones just the quick are known.
        followed = int(used["followed"].gt(used["limit"]).sum())
        end = (0.5 - level / 2) ** (1 / followed) if followed else np.nan
        low, high = (end, 1.0 if followed else np.nan) if still else (0.0 if followed else np.nan, 1 - end)
    return {"in_time": 1 - still, "in_time_low": 1 - high, "in_time_high": 1 - low}


def _log_log(share: float, se: float, level: float) -> tuple[float, float]:
    """Interval of a survival share, symmetric for log(-log S), so that it stays inside 0 and 1."""
    if not 0 < share < 1 or not se > 0:
        return np.nan, np.nan
    reach = float(ndtri(0.5 + level / 2)) * se / (share * abs(np.log(share)))
    return share ** float(np.exp(reach)), share ** float(np.exp(-reach))


def _median(used: pd.DataFrame, *, level: float) -> dict[str, float]:
    fit = _kaplan_meier(used["days"], used["is_closed"])
    if not used["is_closed"].any():
        return dict.fromkeys(("median_days", "median_low", "median_high"), np.nan)
    # The first day by which half are closed; statsmodels asks for more than half.
    half = np.flatnonzero(fit.surv_prob <= 0.5 + 1e-9)
    middle = float(fit.surv_times[half[0]]) - 0.5 if len(half) else np.nan
    with np.errstate(divide="ignore", invalid="ignore"):  # where all are closed, the last log-log limit is infinite
        low, high = fit.quantile_ci(0.5, alpha=1 - level)
    clean = [float(one) - 0.5 if np.isfinite(one) else np.nan for one in (low, high)]
    return {"median_days": middle, "median_low": clean[0], "median_high": clean[1]}


def _curve(rows: pd.DataFrame) -> pd.DataFrame:
    used = rows[rows["usable"]]
    if used.empty or not used["is_closed"].any():
        return pd.DataFrame(columns=["days", "open_share"])
    fit = _kaplan_meier(used["days"], used["is_closed"])
    return pd.DataFrame({"days": fit.surv_times - 0.5, "open_share": fit.surv_prob})


def _backlog(rows: pd.DataFrame) -> pd.DataFrame:
    waiting = rows.loc[rows["usable"] & ~rows["is_closed"], "days"]
    bounds = list(pairwise(AGES))
    return pd.DataFrame(
        [(low, high, int(waiting.between(low, high, inclusive="left").sum())) for low, high in bounds],
        columns=["from", "below", "n"],
    )


def _counts(rows: pd.DataFrame, name: str) -> pd.DataFrame:
    counted = column(rows, name).value_counts()
    counted = counted[counted.index != ""].sort_index().sort_values(ascending=False, kind="stable")
    return pd.DataFrame({"level": counted.index, "n": counted.to_numpy()})


def _users(surveys: pd.DataFrame | None, waves: list[str], book: Codebook) -> dict[str, float]:
    """Users of each unit over ``waves`` (none: the latest declared one); none of a unit without a count in one."""
    if surveys is None or surveys.empty or "users" not in surveys:
        return {}
    told = surveys.assign(wave=column(surveys, "wave"), users=pd.to_numeric(surveys["users"], errors="coerce"))
    waves = waves or list(codebook.wave_order(told["wave"], book)[-1:])
    told = told[told["wave"].isin(waves)].drop_duplicates(["unit", "wave"], keep="last")
    counted = told.groupby("unit")["users"].sum(min_count=max(len(waves), 1)).dropna()
    return {str(unit): float(count) for unit, count in counted.items()}


def _u8(design: SurveyDesign | None, book: Codebook, wave: str | None) -> dict[str, float]:
    """Mean answer on the handling of complaints per unit (the unsur of the aim ``participation``)."""
    items = [item for aim in book.aims if aim.name == "participation" for part in aim.parts for item in part]
    if design is None or not items or items[0] not in design.frame:
        return {}
    limits = scope(design, book, wave)
    table = survey.mean(only(limits.design, limits.rows), items[0], "unit")
    return {str(unit): float(mean) for unit, mean in zip(table["unit"], table["estimate"], strict=True)}


def _together(units: pd.DataFrame) -> tuple[float, float]:
    both = units[units["in_time"].notna() & units["u8"].notna()]
    if len(both) < LEAST_UNITS:
        return np.nan, np.nan
    first, second = (both[name].rank().to_numpy() for name in ("in_time", "u8"))
    first, second = first - first.mean(), second - second.mean()
    size = float(np.sqrt((first @ first) * (second @ second)))
    if size == 0:
        return np.nan, np.nan
    rng = np.random.default_rng(0)
    drawn = np.array([rng.permutation(second) @ first for _ in range(2_000)]) / size
    rho = float(first @ second) / size
    return rho, float((np.append(np.abs(drawn), abs(rho)) >= abs(rho) - 1e-9).mean())
