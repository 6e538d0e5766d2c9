"""Levels two by two, and between which ranks each may lie: as answered, or at the mix they are judged at."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from analysis import survey

from .cells import Cells, contrasts, level_weights, small_cells
from .verdicts import CAUTION, family

if TYPE_CHECKING:
    from collections.abc import Sequence

PAIRS = (
    "a", "b", "n_a", "n_b", "difference", "se", "low", "high", "low_sim", "high_sim", "t", "df", "p", "p_adjusted",
    "note",
)  # fmt: skip
DRAWS = 20_000
"""Draws for the critical value of the rank sets; the same seed gives the same sets."""


class Held(NamedTuple):
    """Levels at one mix: names, respondents, estimates, and their weights over the cells they are made of."""

    names: list[str]
    n: np.ndarray
    estimate: np.ndarray
    weights: np.ndarray
    cells: Cells
    mix: tuple[str, ...]

    @property
    def covariance(self) -> np.ndarray:
        """Covariance of the levels' estimates."""
        scaled, spread = small_cells(self.cells, self.weights, self.mix)
        found: np.ndarray = self.cells.covariance(scaled) + (self.weights * spread.short) @ self.weights.T
        return found


def hold(cells: Cells, by: str, mix: Sequence[str]) -> Held:
    """Return the levels of ``by`` standardised to the mix of everybody (none: as answered)."""
    found = level_weights(cells, [by], mix=mix)
    names = [str(one) for one in found.labels[by]]
    return Held(names, found.n, found.mine @ cells.estimate, found.mine, cells, tuple(mix))


def rank_levels(table: pd.DataFrame, held: Held, *, level: float = 0.95) -> pd.DataFrame:
    """Add rank, rank_low and rank_high (1 = highest) to the judged levels; the others have none.

    Simultaneous rank sets (``survey.rank_sets``) from the joint covariance, multivariate t with the middle df of the
    levels, so ranks that overlap are ranges. At the same mix where the verdicts are.
    """
    table = table.assign(rank=np.nan, rank_low=np.nan, rank_high=np.nan)
    judged = table.index[table["verdict"].ne("")]
    places = [held.names.index(name) for name in table.loc[judged, "level"]]
    if len(places) < 2:
        return table
    covariance = held.covariance[np.ix_(places, places)]
    names = [held.names[place] for place in places]
    df = float(table.loc[judged, "df"].clip(lower=1).median())
    sets = survey.rank_sets(
        pd.Series(held.estimate[places], index=names), pd.DataFrame(covariance, index=names, columns=names),
        level=level, df=df, draws=DRAWS,
    )  # fmt: skip
    for name in ("rank", "rank_low", "rank_high"):
        table.loc[judged, name] = sets[name].to_numpy(dtype=float)
    return table


def pair_levels(table: pd.DataFrame, held: Held, *, level: float = 0.95) -> pd.DataFrame:
    """Return every pair of judged levels at the held mix: the columns of ``survey.pairwise``, Holm over the pairs.

    A pair with a level whose interval is doubtful has its note ``caution``.
    """
    names = sorted(table.loc[table["verdict"].ne(""), "level"])
    doubtful = set(table.loc[table["note"].eq(CAUTION), "level"])
    pairs = [(a, b) for place, a in enumerate(names) for b in names[place + 1 :]]
    if not pairs:
        return pd.DataFrame(columns=list(PAIRS))
    place = {name: held.names.index(name) for name in names}
    weights = np.array([held.weights[place[a]] - held.weights[place[b]] for a, b in pairs])
    found = contrasts(held.cells, weights, alike=held.mix)
    told = family(found, level)
    plain = stdtrit(found["df"].clip(1, 1e9), 0.5 + level / 2) * found["se"]
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(found["se"] > 0, found["difference"] / found["se"], np.nan)
    return pd.DataFrame(
        {
            "a": [a for a, _ in pairs], "b": [b for _, b in pairs],
            "n_a": [held.n[place[a]] for a, _ in pairs], "n_b": [held.n[place[b]] for _, b in pairs],
            "difference": found["difference"], "se": found["se"], "low": found["difference"] - plain,
            "high": found["difference"] + plain, "low_sim": told["low"], "high_sim": told["high"], "t": t,
            "df": found["df"], "p": told["p"], "p_adjusted": told["p_adjusted"],
            "note": [CAUTION if doubtful & {a, b} else "" for a, b in pairs],
        }
    )  # fmt: skip
