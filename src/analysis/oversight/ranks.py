"""Between which ranks a level may lie."""

from __future__ import annotations

import numpy as np
import pandas as pd


def rank_levels(table: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Add rank, rank_low and rank_high (1 = highest) to the judged levels; the others have none.

    A level certainly stands below those whose simultaneous pairwise interval (``survey.pairwise``) lies wholly above
    it, so ranks that overlap are ranges.
    """
    table = table.assign(rank=np.nan, rank_low=np.nan, rank_high=np.nan)
    judged = table.index[table["verdict"].ne("")]
    if len(judged) < 2:
        return table
    names = table.loc[judged, "level"]
    table.loc[judged, "rank"] = table.loc[judged, "estimate"].rank(ascending=False, method="min")
    pairs = pairs[pairs["a"].isin(names) & pairs["b"].isin(names)]
    a_above, b_above = pairs["low_sim"].gt(0), pairs["high_sim"].lt(0)
    above = pd.concat([pairs.loc[a_above, "b"], pairs.loc[b_above, "a"]]).value_counts()
    below = pd.concat([pairs.loc[a_above, "a"], pairs.loc[b_above, "b"]]).value_counts()
    table.loc[judged, "rank_low"] = 1.0 + names.map(above).fillna(0)
    table.loc[judged, "rank_high"] = len(judged) - names.map(below).fillna(0)
    return table
