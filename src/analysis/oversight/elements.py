"""Which unsur of the city stands below the others, person by person."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from analysis import survey

from .comparing.cells import wider
from .comparing.scope import scope
from .comparing.verdicts import family, verdicts
from .comparing.views import only, remembered, with_rows
from .design import by_day
from .measures import choose, element_of

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.survey import SurveyDesign

FREE_ELEMENT = "u4"
ELEMENTS = (
    "variable", "n", "estimate", "difference", "se", "df", "low", "high", "p", "p_adjusted", "margin", "verdict",
    "note",
)  # fmt: skip


@remembered
def elements(design: SurveyDesign, *, book: Codebook, wave: str | None = None, level: float = 0.95) -> pd.DataFrame:
    """Compare each unsur with the mean of all of them, within persons, in one wave (the latest), city units only.

    Columns: variable, n, estimate (mean on the answers' scale), difference (of a person's answer to the person's mean
    over the unsur), se, df, low, high, p, p_adjusted, margin, verdict, note (survey's). One family, Holm. U4 is left
    out where free units take part: it is 4 by construction there. Persons who left an unsur blank are compared over the
    rest.
    """
    limits = scope(design, book, wave)
    chosen = choose(limits.design, book, rule=limits.rule)
    free = {unit.name for unit in book.units if unit.free}
    has_free = "unit" in limits.design.frame and limits.design.frame.loc[limits.rows, "unit"].isin(free).any()
    parts = [one for one in chosen.variable.parts if not (has_free and element_of(book, one) == FREE_ELEMENT)]
    scores = {element_of(book, part): limits.design.frame[list(part)].astype(float).mean(axis=1) for part in parts}
    table = pd.DataFrame(scores)
    apart = table.sub(table.mean(axis=1), axis=0).add_prefix("apart_")
    names = [str(name) for name in apart]
    added = {name: apart[name] for name in names}
    made = [
        survey.mean(with_rows(one.with_columns(added), limits.rows), names, level=level)
        for one in (limits.design, by_day(limits.design)) if one is not None
    ]  # fmt: skip
    means = survey.mean(only(chosen.design, limits.rows), [item for part in parts for item in part], level=level)
    mean_of = means.set_index("variable")["estimate"]
    found = wider(made[0], made[1] if len(made) > 1 else None, level=level)
    found = found.assign(
        variable=[name.removeprefix("apart_") for name in names],
        difference=found["estimate"],
        estimate=[float(mean_of[list(part)].mean()) for part in parts],
    )
    told = family(found[["difference", "se", "df"]], level)
    margin = chosen.measure.margin / chosen.measure.scale
    found = found.assign(low=told["low"], high=told["high"], p=told["p"], p_adjusted=told["p_adjusted"], margin=margin)
    found["verdict"] = verdicts(told, found["note"], margin=margin)
    return found[list(ELEMENTS)]
