"""The same mix of units and services for everybody: direct standardisation, and which mix most people allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from scipy.special import stdtrit

from analysis.oversight.design import by_day
from analysis.oversight.labels import distinct
from analysis.oversight.measures import choose

from .cells import Passes, against_reference, wider
from .scope import UNPLACED, column, outsiders, scope
from .views import only, remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

MIXES = (("unit", "service"), ("unit",), ("sector",))
"""What a mix is made of, finest first."""
UNHELD = ("not at the same mix", "one service", "one unit", "services unknown")
"""Notes of a comparison as answered: levels have no mix in common, or there is none to hold them at."""
MIX_REACH = 0.9
"""The finest mix under which at least this share of respondents can be standardised is taken."""


@remembered
def standardise(
    design: SurveyDesign,
    by: str,
    *,
    book: Codebook,
    wave: str | None = None,
    mix: tuple[str, ...] | None = None,
    measure: str | None = None,
    level: float = 0.95,
) -> pd.DataFrame:
    """Return each level of ``by`` at the city's own mix of units and services, beside the city at the same mix.

    Direct standardisation: over the mix cells u where the level has at least two respondents and others have some,
    estimate = Σ w_u (mean of the level in u), whole = Σ w_u (mean of everybody in u), w_u the weight of everybody in
    u. ``mix`` names its columns; by default the finest of unit x service, unit and sector under which nine in ten
    respondents can be standardised. One wave (the latest), city units, named residents. Columns: level, n, share (of
    its respondents that could be standardised), estimate, whole, difference, se, df, low, high (of the difference,
    for this level alone), by_day, mix. Missing where nothing can be standardised; empty where no mix exists.
    ``compare`` draws its verdicts from this. R: ``svycontrast`` of ``svyby(y, ~ by + mix, …, covmat = TRUE)``.
    """
    limits = scope(design, book, wave, owners=by == "owner")
    chosen = choose(limits.design, book, measure, rule=limits.rule)
    labels = column(limits.design.frame, by)
    rows = limits.rows & ~labels.isin([*UNPLACED, *outsiders(book, by)]).to_numpy()
    held, days = only(chosen.design, rows), by_day(chosen.design)
    days = only(days, rows) if days is not None else None
    candidates = mixes_for(held, by) if mix is None else [mix]
    passes = Passes((held, days), chosen.variable)
    if mix is None:
        mix, table = finest_mix(passes, candidates, by, level=level)
    else:
        table = mixed_differences(passes, [by], mix=mix, level=level)
    columns = ["level", "n", "share", "estimate", "whole", "difference", "se", "df", "low", "high", "by_day", "mix"]
    if not mix:
        return pd.DataFrame(columns=columns)
    reach = stdtrit(table["df"].clip(1, 1e9), 0.5 + level / 2) * table["se"]
    table = table.assign(level=table[by].astype(str), mix=" x ".join(mix))
    table["low"], table["high"] = table["difference"] - reach, table["difference"] + reach
    return table[columns]


def keyed(table: pd.DataFrame, by: str) -> pd.DataFrame:
    """Return the table under its levels."""
    return table.assign(level=table[by].astype(str)).set_index("level")


def mixes_for(design: SurveyDesign, by: str) -> list[tuple[str, ...]]:
    """Return the mixes that the levels of ``by`` may be held at, finest first: those of two cells or more."""
    frame = design.frame
    return [
        mix for mix in MIXES
        if by not in mix
        and all(name in frame for name in mix)
        and len(distinct(frame, mix, design.mask)) > 1
        and (by != "channel" or "unit" in mix)
    ]  # fmt: skip


def unheld(notes: Sequence[str]) -> str:
    """Return the note among those of a comparison that says why nothing was held equal; none where it was."""
    return next((note for note in notes if note in UNHELD), "")


def unmixed(design: SurveyDesign) -> str:
    """Return why no mix could be held equal: one service, one unit that tells none, or none is known."""
    frame = design.frame
    if "unit" not in frame:
        return "services unknown"
    told = "service" in frame and column(distinct(frame, ["service"], design.mask), "service").ne("").any()
    return "one service" if told else "one unit"


def finest_mix(
    passes: Passes, candidates: Sequence[tuple[str, ...]], by: str, *, level: float = 0.95
) -> tuple[tuple[str, ...], pd.DataFrame]:
    """Standardise over the finest mix that most respondents allow; no mix where there is none."""
    best: tuple[float, tuple[str, ...], pd.DataFrame] = (0.0, (), pd.DataFrame())
    for mix in candidates:
        table = mixed_differences(passes, [by], mix=mix, level=level)
        share = float((table["share"] * table["n"]).sum() / table["n"].sum())
        if share > best[0]:
            best = (share, mix, table)
        if share >= MIX_REACH:
            break
    return best[1], best[2]


def mixed_differences(
    passes: Passes, levels: list[str], *, mix: tuple[str, ...], reference: tuple[str, ...] = (), level: float = 0.95
) -> pd.DataFrame:
    """Differences to the reference group at the same mix (none: as answered), the wider of the two standard errors."""
    cells = passes.cells([*levels, *reference, *mix])
    made = [against_reference(one, levels, reference=reference, mix=mix) for one in cells]
    return wider(made[0], made[1] if len(made) > 1 else None, level=level)
