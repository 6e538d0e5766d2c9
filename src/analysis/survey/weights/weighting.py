"""Weights that fit known totals: post-stratification, raking, trimming, and what weighting costs."""

import copy
from collections.abc import Mapping
from numbers import Real

import numpy as np
import numpy.typing as npt
import pandas as pd

from analysis.survey.columns import Bools, Floats, Ints, column, labels, plain_numbers
from analysis.survey.design import SurveyDesign, check_design
from analysis.survey.faults import SurveyError, check_names, listed, real, shown, some
from analysis.survey.variables import as_names, one_column
from analysis.survey.weights.calibration import Calibration

Margin = Mapping[object, float] | pd.Series
# Raking stops when every margin is met this closely (relative).
CLOSE = 1e-12
ROUNDED = 1e-9
MOST_ROUNDS = 10_000
# As many people as the weights of a design may stand for.
MOST_PEOPLE = 1e100


def _reweighted(design: SurveyDesign, weight: Floats, calibration: Calibration | None) -> SurveyDesign:
    """Return the same sample under other weights; what was summed under the old ones is forgotten."""
    changed = copy.copy(design)
    arrays = design.arrays
    first = np.empty(len(arrays.strata))
    first[arrays.stratum] = weight
    equal = bool((first[arrays.stratum] == weight).all())
    kept = {slot: held for slot, held in design.cache.items() if slot[0] in ("answers", "domain")}
    kept["arrays"] = arrays._replace(weight=weight, weight_of_stratum=first if equal else None)
    object.__setattr__(changed, "cache", kept)
    object.__setattr__(changed, "fitted", weight)
    object.__setattr__(changed, "calibration", calibration)
    return changed


def _totals(wanted: object) -> dict[object, float] | None:
    """Return the totals by category; None where they are no numbers."""
    if not isinstance(wanted, Mapping | pd.Series) or not all(isinstance(value, Real) for _, value in wanted.items()):
        return None
    return {key: real(value) for key, value in wanted.items()}


def _margin(design: SurveyDesign, name: str, wanted: Margin, faults: list[str]) -> tuple[Ints, Floats] | None:
    """Check one margin; return each row's category and the categories' totals."""
    read = labels(design.frame, name)
    if isinstance(wanted, pd.Series) and wanted.index.has_duplicates:
        faults.append(f"margin {name!r} gives a category twice")
        return None
    totals = _totals(wanted)
    if totals is None:
        faults.append(f"margin {name!r} must give a number per category, as in {{'a': 120, 'b': 80}}")
        return None
    if (read.codes < 0).any():
        faults.append(f"margin {name!r} is missing in rows {some(np.flatnonzero(read.codes < 0).tolist())}")
        return None
    bad = [repr(key) for key, value in totals.items() if not (value == 0 or 1 / MOST_PEOPLE <= value <= MOST_PEOPLE)]
    if bad:
        faults.append(f"margin {name!r}: totals must be 0, or lie between 1e-100 and 1e100 ({some(bad)})")
    held = np.bincount(read.codes, minlength=len(read.levels))
    present = [level for level, n in zip(read.levels.tolist(), held, strict=True) if n > 0]
    unknown = [repr(level) for level in present if level not in totals]
    if unknown:
        faults.append(f"margin {name!r} gives no total for {some(unknown)}, where there are respondents")
    empty = [repr(key) for key, value in totals.items() if key not in present and value > 0]
    if empty:
        faults.append(f"margin {name!r}: no respondents in {some(empty)}; join it with another category")
    nothing = [repr(level) for level in present if totals.get(level, 1) == 0]
    if nothing:
        faults.append(f"margin {name!r} has a total of 0 for {some(nothing)}, where there are respondents")
    if bad or unknown or empty or nothing:
        return None
    used = np.flatnonzero(held > 0)
    place = np.full(len(read.levels), -1, dtype=np.int64)
    place[used] = np.arange(len(used))
    return place[read.codes], np.array([totals[level] for level in read.levels[used]])


def rake(design: SurveyDesign, margins: Mapping[str, Margin], *, tolerance: float = CLOSE) -> SurveyDesign:
    """Fit the weights to the totals of several variables, one after the other until all hold (raking).

    Starts from the design's own weights. The margins stay in the design: standard errors are those of residuals about
    them.

    Parameters
    ----------
    design
        The whole sample (not a subset).
    margins
        Column → {category: population total}.
    tolerance
        How closely (relative) every total must be met.

    Returns
    -------
    SurveyDesign
        With the fitted weights and ``calibration``.

    Raises
    ------
    SurveyError
        Categories without respondents or without a total, missing values in a margin, totals that disagree (all at
        once); margins that cannot be met together.

    Notes
    -----
    Shape: the same rows. Units: weights count people. Missing: refused in a margin. df: as before the fit.
    Deming & Stephan (1940); Deville, Särndal & Sautory (1993). R: ``calibrate(design, list(~a, ~b), totals, calfun =
    "raking")``: the weights at convergence are those of ``rake``, whose standard errors fit the margins without
    weights.
    """
    _whole_only(design, "rake")
    if not isinstance(margins, Mapping) or not margins:
        raise SurveyError(
            f"margins must give each column's totals, as in {{'sex': {{'f': 120, 'm': 80}}}}, not {shown(margins)}"
        )
    if not 0 <= real(tolerance) < 1:
        raise SurveyError(f"tolerance must be a number of 0 or more, below 1, not {shown(tolerance)}")
    faults: list[str] = []
    read = {name: _margin(design, name, wanted, faults) for name, wanted in margins.items()}
    given = {name: _totals(wanted) for name, wanted in margins.items()}
    sums = {name: sum(totals.values()) for name, totals in given.items() if totals is not None}
    if sums and max(sums.values()) - min(sums.values()) > 1e-6 * max(sums.values()):
        told = ", ".join(f"{name!r} {total:g}" for name, total in sums.items())
        faults.append(f"the margins' totals disagree: {told}")
    known = [held for held in read.values() if held is not None]
    if faults or len(known) < len(read):
        raise SurveyError(faults)
    before = design.arrays.weight
    weight = before.copy()
    last = np.inf
    for _ in range(MOST_ROUNDS):
        worst = 0.0
        for codes, totals in known:
            factor = totals / np.bincount(codes, weights=weight, minlength=len(totals))
            worst = max(worst, float(np.abs(factor - 1).max()))
            weight = weight * factor[codes]
        # sums of many weights are only as exact as their rounding: no nearer is near enough
        if worst <= tolerance or (worst <= ROUNDED and worst >= last):
            break
        last = worst
    else:
        raise SurveyError(
            f"raking did not settle in {MOST_ROUNDS} rounds: combinations without respondents contradict it"
        )
    fitted = Calibration(
        tuple(margins), tuple(codes for codes, _ in known), tuple(len(totals) for _, totals in known), before
    )
    return _reweighted(design, weight, fitted)


def poststratify(design: SurveyDesign, by: str | list[str], totals: Margin) -> SurveyDesign:
    """Fit the weights to the totals of post-strata: one variable, or the cells of several.

    Parameters
    ----------
    design
        The whole sample (not a subset).
    by
        A column, or a list of columns.
    totals
        Population total per category, or per tuple of categories.

    Returns
    -------
    SurveyDesign
        As in ``rake``.

    Raises
    ------
    SurveyError
        As ``rake``.

    Notes
    -----
    Shape: the same rows. Units: weights count people. Missing: refused in ``by``. df: as before the fit.
    Holt & Smith (1979). R: ``postStratify(design, ~by, totals)``.
    """
    _whole_only(design, "poststratify")
    names = as_names(by)
    if not names:
        raise SurveyError("poststratify needs at least one column in by")
    if len(names) == 1:
        return rake(design, {names[0]: totals})
    columns = [column(design.frame, name) for name in names]
    crossed = pd.Series(list(zip(*(one.tolist() for one in columns), strict=True)), dtype=object)
    name = " x ".join(map(str, names))
    crossed[np.any([one.isna() for one in columns], axis=0)] = None
    cells = copy.copy(design)
    object.__setattr__(cells, "frame", design.frame.assign(**{name: crossed.to_numpy()}))
    fitted = rake(cells, {name: totals})
    object.__setattr__(fitted, "frame", design.frame)
    return fitted


def _whole_only(design: SurveyDesign, what: str) -> None:
    check_design(design)
    if design.mask is not None:
        raise SurveyError(f"{what} fits the whole sample; fit first, then take the subset")
    if design.calibration is not None:
        raise SurveyError(f"{what}: these weights were already fitted to {listed(design.calibration.names)}")


def trim(design: SurveyDesign, *, low: float = 0.0, high: float = float("inf")) -> SurveyDesign:
    """Hold weights between two limits, spreading what is cut evenly over the rows inside, as often as needed.

    The total of the weights stays. Trimming trades bias for variance; fitted margins no longer hold exactly, so their
    calibration is dropped (standard errors then ignore it, which is the careful side).

    Parameters
    ----------
    design
        The sample.
    low, high
        Smallest and largest weight.

    Returns
    -------
    SurveyDesign
        With the trimmed weights.

    Raises
    ------
    SurveyError
        Limits that are no limits, or that cannot keep the total.

    Notes
    -----
    Shape: the same rows. Units: weights count people. Missing: a design has no missing weights. df: as before.
    Potter (1990). R: ``trimWeights(design, upper = high, lower = low, strict = TRUE)``.
    """
    check_design(design)
    if not 0 <= real(low) < real(high):
        raise SurveyError(f"trim needs 0 <= low < high, not {shown(low)} and {shown(high)}")
    low, high = real(low), real(high)
    weight = design.arrays.weight.copy()
    total = weight.sum()
    if low * len(weight) > total or high * len(weight) < total:
        raise SurveyError("no weights within these limits can keep the total; widen them")
    for _ in range(1_000):
        held = np.clip(weight, low, high)
        rest = total - held.sum()
        free: Bools = (weight > low) & (weight < high)
        if abs(rest) <= 1e-12 * total or not free.any():
            weight = held
            break
        weight = np.where(free, held + rest / free.sum(), held)
    else:
        raise SurveyError("trimming did not settle within its limits; widen them")
    return _reweighted(design, weight, None)


def effective_size(weight: npt.ArrayLike) -> float:
    """Kish's effective sample size (Σw)²/Σw²: how many equally weighted people would tell as much.

    Parameters
    ----------
    weight
        One weight per person.

    Returns
    -------
    float
        0 for nobody.

    Raises
    ------
    SurveyError
        Weights that are not finite numbers of 0 or more.

    Notes
    -----
    Shape: one number. Units: people; the weights' own unit is irrelevant. Missing: refused. df: none.
    Kish (1965). R: ``sum(w)^2 / sum(w^2)``.
    """
    w = plain_numbers(weight, "weights")
    if not (w >= 0).all():
        raise SurveyError("weights must be numbers of 0 or more, none missing")
    if not w.any():
        return 0.0
    shares = w / w.max()
    return float(shares.sum() ** 2 / (shares**2).sum())


def weight_diagnostics(design: SurveyDesign, by: str | None = None) -> pd.DataFrame:
    """Tell what the weights look like, for the whole sample or by a column.

    Parameters
    ----------
    design
        A SurveyDesign, or a subset of one.
    by
        A column of labels.

    Returns
    -------
    pandas.DataFrame
        ``by`` (where given), ``n``, ``total``, ``smallest``, ``largest``, ``ratio`` (largest/smallest), ``cv``,
        ``deff`` (Kish's 1 + cv²), ``n_effective``.

    Raises
    ------
    SurveyError
        An unknown column, no rows.

    Notes
    -----
    Shape: one row, or one per label with rows. Units: people. Missing: rows without a label are left out. df: none.
    Kish (1965). R: ``PracTools::deffK(weights(design))``.
    """
    check_design(design)
    inside = np.ones(len(design.frame), dtype=bool) if design.mask is None else design.mask
    codes, levels = np.zeros(len(design.frame), dtype=np.int64), pd.Index([""])
    if by is not None:
        read = labels(design.frame, one_column(by, "by"))
        codes, levels, inside = read.codes, read.levels, inside & (read.codes >= 0)
    order = np.argsort(codes[inside], kind="stable")
    weight, codes = design.arrays.weight[inside][order], codes[inside][order]
    held, start, n = np.unique(codes, return_index=True, return_counts=True)
    if not len(held):
        raise SurveyError("weight_diagnostics needs rows; there are none to tell of")
    largest = np.maximum.reduceat(weight, start)
    shares = weight / np.repeat(largest, n)
    size = np.add.reduceat(shares, start) ** 2 / np.add.reduceat(shares**2, start)
    smallest = np.minimum.reduceat(weight, start)
    columns = {
        "n": n,
        "total": np.add.reduceat(weight, start),
        "smallest": smallest,
        "largest": largest,
        "ratio": largest / smallest,
        "cv": np.sqrt(np.maximum(n / size - 1, 0.0)),
        "deff": n / size,
        "n_effective": size,
    }
    check_names([] if by is None else [by], columns)
    return pd.DataFrame(({} if by is None else {by: levels[held].tolist()}) | columns)


def weights(design: SurveyDesign) -> pd.Series:
    """Return the weights in use: the design's own, or those fitted or trimmed since.

    Parameters
    ----------
    design
        A SurveyDesign; of a subset, the weights of all rows.

    Returns
    -------
    pandas.Series
        ``weight``, with the frame's own labels.

    Raises
    ------
    SurveyError
        What is no design.

    Notes
    -----
    Shape: one weight per row of the frame, in its order. Units: how many people a row stands for; 1 without a column of
    weights. Missing: a design has no missing weights. R: ``weights(design)``, which gives 0 outside a subset.
    """
    check_design(design)
    return pd.Series(design.arrays.weight, index=design.frame.index, name="weight")
