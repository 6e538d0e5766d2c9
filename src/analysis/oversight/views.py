"""Parts of a design that are asked for again and again (one wave, some rows), kept with the design they come from."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from analysis.survey import SurveyDesign

Bools = npt.NDArray[np.bool_]


def text(frame: pd.DataFrame, name: str) -> pd.Series:
    """Return a column as text, the empty text where missing."""
    values = frame[name]
    if isinstance(values.dtype, pd.StringDtype):
        return values.fillna("")
    values = values.astype(object)
    return values.where(values.notna(), "").astype(str)


def of_waves(design: SurveyDesign, *waves: str) -> SurveyDesign:
    """Return the design of one or some waves alone, once per design.

    Where every stratum lies in one wave, leaving out the other strata changes nothing, and all that follows is smaller;
    where a stratum spans waves, the design itself is returned and the wave stays a domain of it.
    """
    if "wave" not in design.frame:
        return design
    slot = ("oversight waves", waves)
    if slot not in design.cache:
        design.cache[slot] = _of_waves(design, waves)
    found: SurveyDesign = design.cache[slot]
    return found


def _of_waves(design: SurveyDesign, waves: tuple[str, ...]) -> SurveyDesign:
    rows = text(design.frame, "wave").isin(waves).to_numpy()
    stratum = design.arrays.stratum
    if rows.all() or np.isin(np.unique(stratum[rows]), stratum[~rows]).any():
        return design
    mask = None if design.mask is None else design.mask[rows]
    return replace(design, frame=design.frame[rows].reset_index(drop=True), mask=mask)


def only(design: SurveyDesign, rows: Bools) -> SurveyDesign:
    """Return the design with ``rows`` as its domain, once per design and set of rows."""
    if design.mask is None and rows.all():
        return design
    slot = ("oversight rows", np.packbits(rows).tobytes())
    if slot not in design.cache:
        design.cache[slot] = design.subset(rows)
    found: SurveyDesign = design.cache[slot]
    return found


def with_text(design: SurveyDesign, columns: list[str]) -> SurveyDesign:
    """Return the design with blanks of text columns as a label of their own, so that no row leaves its cell."""
    blank = tuple(name for name in columns if design.frame[name].isna().any())
    if not blank:
        return design
    slot = ("oversight text", blank)
    if slot not in design.cache:
        filled = {name: text(design.frame, name) for name in blank}
        design.cache[slot] = replace(design, frame=design.frame.assign(**filled))
    found: SurveyDesign = design.cache[slot]
    return found
