"""A model of a unit's own answers, from which sheets of honest people can be drawn."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtri

Floats = npt.NDArray[np.float64]
Normals = npt.NDArray[np.float32]
HIGHEST_TENDENCY = 0.95


@dataclass(frozen=True, eq=False)
class Honest:
    """Cut points per item on the normal scale, and the share of a person's common tendency (0 to 1)."""

    cuts: tuple[Floats, ...]
    tendency: float
    rows: int

    def draw(
        self, persons: Normals, own: Iterable[Normals]
    ) -> tuple[npt.NDArray[np.signedinteger], npt.NDArray[np.bool_]]:
        """Make sheets of standard normal values: a code of the whole pattern per draw and row, and whether it is alike.

        ``persons`` (draw x row) are the common tendencies, ``own`` the items' own values, one such table per item.
        """
        person = persons * np.float32(np.sqrt(self.tendency))
        patterns = math.prod(len(cuts) + 2 for cuts in self.cuts)
        code = np.zeros(person.shape, dtype=np.int32 if patterns < 2**31 else np.int64)
        first = np.zeros(person.shape, dtype=np.int8)
        constant = np.ones(person.shape, dtype=bool)
        share = np.float32(np.sqrt(1 - self.tendency))
        for place, (cuts, values) in enumerate(zip(self.cuts, own, strict=False)):
            latent = values * share
            latent += person
            answer = np.zeros(person.shape, dtype=np.int8)
            for cut in cuts.astype(np.float32):
                answer += (latent > cut).view(np.int8)
            if place == 0:
                first = answer
            constant &= answer == first
            code *= len(cuts) + 2
            code += answer
        return code, constant


def honest_model(values: Floats) -> Honest:
    """Fit the model to rows of answers (NaN for blanks).

    Each item's cumulative shares give its cut points, the items' mean correlation the common tendency.
    Answers are levels of the whole sheet (1 to 4), so that "all alike" means the same answer. The correlation of
    answers understates that of the latent values; it is corrected by the mean loss that cutting at those points
    causes. Items that everybody answered alike tell nothing of the tendency.
    """
    levels = np.unique(values[~np.isnan(values)])
    cuts = tuple(_cuts(column, levels) for column in values.T)
    varied = [place for place, column in enumerate(values.T) if np.nanstd(column) > 0]
    return Honest(cuts, _tendency(values[:, varied], [cuts[place] for place in varied]), len(values))


def _cuts(column: Floats, levels: Floats) -> Floats:
    known = column[~np.isnan(column)]
    below = np.array([(known <= level).mean() for level in levels[:-1]])
    result: Floats = ndtri(np.clip(below, 1e-9, 1 - 1e-9))
    return np.where(below <= 0, -np.inf, np.where(below >= 1, np.inf, result))


def _tendency(values: Floats, cuts: list[Floats]) -> float:
    if values.shape[1] < 2:
        return 0.0
    filled = np.where(np.isnan(values), np.nanmean(values, axis=0), values)
    correlation = np.corrcoef(filled.T)
    mean = float(correlation[np.triu_indices(len(correlation), 1)].mean())
    # Cutting a normal value at these points keeps this part of its correlation with the value itself.
    kept = np.mean([_kept(column, one) for column, one in zip(values.T, cuts, strict=True)])
    return float(np.clip(mean / kept**2, 0.0, HIGHEST_TENDENCY))


def _kept(column: Floats, cuts: Floats) -> float:
    finite = cuts[np.isfinite(cuts)]
    density = np.exp(-(finite**2) / 2) / np.sqrt(2 * np.pi)
    spread = float(np.nanstd(column))
    return float(density.sum()) / spread if spread > 0 else 1.0
