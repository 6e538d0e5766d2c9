"""Taylor linearisation on the sums: from coefficients of a statistic to variances and covariances of all domains.

A statistic of a domain is replaced by a weighted total of row values that are linear in the features of ``ItemSums``
(coefficients per domain). Its variance is the stratified between-PSU variance of that total (Binder 1983; R's
``svyrecvar``).
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from analysis.survey.columns import ROUNDING, Bools, Floats, Ints
from analysis.survey.faults import SurveyError, listed, some
from analysis.survey.linearised import Statistic, Term
from analysis.survey.onepass.sums import ItemSums, Joint, Sums, subtotal
from analysis.survey.weights.calibrated import calibrated_covariances

# Tables of all domains by all domains (covariances, pairs) beyond this many statistics would not fit in memory.
MOST_STATISTICS = 8_000


class Degrees(NamedTuple):
    """Per domain: PSUs and strata with answers, their difference, and whether all those strata were taken in full."""

    psus: Ints
    strata: Ints
    df: Floats
    census: Bools

    def head(self, width: int) -> "Degrees":
        """Return the first domains, without the rows in none."""
        return Degrees(self.psus[:width], self.strata[:width], self.df[:width], self.census[:width])


def moment_totals(sums: Sums, item: str, centre: float) -> Floats:
    """Σw and Σw(value - centre) per cell."""
    made = sums.items[item]
    if made.levels is None:
        shift = made.centre - centre
        return np.column_stack([made.total[:, 0], made.total[:, 1] + shift * made.total[:, 0]])
    shifted = made.values - centre
    return np.column_stack([made.total.sum(axis=1), made.total @ shifted])


def stratum_scale(sums: Sums) -> tuple[Floats, Floats, Bools]:
    """Per stratum: f·n/(n - 1), whether its PSUs are centred (1 or 0), and whether ``average`` fills it."""
    if "scale" not in sums.known:
        sums.known["scale"] = _stratum_scale(sums)
    known: tuple[Floats, Floats, Bools] = sums.known["scale"]
    return known


def _stratum_scale(sums: Sums) -> tuple[Floats, Floats, Bools]:
    sampled = sums.strata.sampled.astype(np.float64)
    population = sums.strata.population
    fraction = np.where(np.isnan(population), 1.0, 1.0 - sampled / np.where(np.isnan(population), 1.0, population))
    lonely = (sampled == 1) & (fraction > 0)
    if sums.lonely in ("refuse", "later") and lonely.any():
        names = some([repr(name) for name in sums.strata.labels[lonely].tolist()])
        raise SurveyError(f"one PSU only in stratum {names}: join it with another, or choose what to do by lonely=")
    scale = np.where(sampled > 1, fraction * sampled / np.maximum(sampled - 1, 1), 0.0)
    centred = np.ones_like(scale)
    if sums.lonely == "adjust":
        scale = np.where(lonely, fraction, scale)
        centred = np.where(lonely, 0.0, 1.0)
    return scale, centred, lonely if sums.lonely == "average" else np.zeros(len(scale), dtype=bool)


def _floats(values: npt.ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)


def first_order(sums: Sums, statistic: Statistic) -> Floats:
    """Each cell's total of the linearised values."""
    total, bare = np.zeros(len(sums.cells.domain)), np.zeros(len(sums.cells.domain))
    for term in statistic.terms:
        made = sums.items[term.item]
        wanted = term.moments and made.levels is not None
        table = moment_totals(sums, term.item, made.middle) if wanted else made.total
        coefficients = term.coefficients[sums.cells.domain]
        total += np.einsum("cf,cf->c", coefficients, table)
        bare += np.einsum("cf,cf->c", np.abs(coefficients), _without_signs(made, moments=term.moments))
    return _but_rounding(total, bare)


def _without_signs(made: ItemSums, *, moments: bool) -> Floats:
    """Sum what a cell's totals add, without its signs (of moments at most: w and values about the centre)."""
    if made.levels is None:
        assert made.powers is not None  # noqa: S101 - kept with moments
        weight = made.total[:, 0]
        return np.column_stack([weight, np.sqrt(weight * made.powers[:, 0])])
    if not moments:
        return made.total
    away = np.abs(made.values - made.middle)
    return np.column_stack([made.total.sum(axis=1), made.total @ away])


def second_order(sums: Sums, one: Statistic, other: Statistic) -> Floats:
    """Each cell's total of the products of two linearised values, where people are the PSUs."""
    domain = sums.cells.domain
    items = {term.item for term in (*one.terms, *other.terms)}
    if len(items) == 1 and one.terms[0].moments == other.terms[0].moments:
        made = sums.items[one.terms[0].item]
        assert made.square is not None  # noqa: S101 - kept wherever people are the PSUs
        if made.levels is None or not one.terms[0].moments:
            a, b = one.terms[0].coefficients[domain], other.terms[0].coefficients[domain]
            if made.levels is not None:
                return _floats(np.einsum("cf,cf,cf->c", a, b, made.square))
            parts = (
                np.stack([a[:, 0] * b[:, 0], a[:, 0] * b[:, 1], a[:, 1] * b[:, 0], a[:, 1] * b[:, 1]])
                * made.square.T[[0, 1, 1, 2]]
            )
            return _but_rounding(parts.sum(axis=0), np.abs(parts).sum(axis=0))
    joint = _joint_of(sums, items)
    a, b = (_joint_coefficients(joint, side)[domain] for side in (one, other))
    signed, bare = (
        _floats(np.einsum("cf,cfg,cg->c", sign(a), sign(joint.gram), sign(b), optimize=True))
        for sign in (np.asarray, np.abs)
    )
    return _but_rounding(signed, bare)


def _but_rounding(total: Floats, bare: Floats) -> Floats:
    """Set to 0 what is left of parts that cancel; ``bare`` is their sum without signs."""
    return np.where(np.abs(total) <= ROUNDING * bare, 0.0, total)


def _joint_of(sums: Sums, items: set[str]) -> Joint:
    for names, joint in sums.joints.items():
        if items <= set(names):
            return joint
    raise SurveyError(f"these sums hold no products of {listed(sorted(items, key=str))}; make them with joint=True")


def _joint_coefficients(joint: Joint, statistic: Statistic) -> Floats:
    width = len(joint.items)
    size = statistic.terms[0].coefficients.shape[0]
    out = np.zeros((size, 2 * width))
    for term in statistic.terms:
        place = 2 * joint.items.index(term.item)
        out[:, place : place + 2] += term.coefficients
    return out


def _average_factor(sums: Sums, lonely: Bools, answered: Ints, *, of_whole: bool = False) -> Floats:
    """Return what strata with one PSU add per domain under ``average``: strata with answers / those of several PSUs.

    NaN where a domain has answers in strata of one PSU alone; ``of_whole`` counts the strata of the whole sample.
    """
    width = sums.n_domains + 1
    if not lonely.any():
        return np.ones(width)
    code, stratum, domain = sums.strata_pairs
    seen = np.bincount(code[answered > 0], minlength=len(stratum)) > 0
    stratum, domain = stratum[seen], domain[seen]
    every = np.bincount(domain, minlength=width)
    usable = np.bincount(domain[~lonely[stratum]], minlength=width)
    if of_whole:
        held = np.unique(stratum)
        every, usable = np.full(width, len(held)), np.full(width, np.count_nonzero(~lonely[held]))
    return np.where(usable > 0, every / np.maximum(usable, 1), np.where(every > 0, np.nan, 1.0))


def variances(sums: Sums, statistic: Statistic) -> Floats:
    """Variance of the statistic in each domain."""
    width = sums.n_domains + 1
    if sums.rows is not None:
        return np.diag(covariances(sums, [statistic])).copy()
    scale, centred, lonely = stratum_scale(sums)
    code, stratum, domain = sums.strata_pairs
    first = first_order(sums, statistic)
    raw = second_order(sums, statistic, statistic) if sums.psus is None else first**2
    squares = subtotal(code, raw, len(stratum))
    totals = subtotal(code, first, len(stratum))
    spread = squares - centred[stratum] * totals**2 / sums.strata.sampled[stratum]
    spread = np.where(spread <= ROUNDING * squares, 0.0, spread)
    summed = np.bincount(domain, weights=scale[stratum] * spread, minlength=width)
    result: Floats = summed * _average_factor(sums, lonely, statistic.answered, of_whole=statistic.of_whole)
    return result


def check_size(count: int) -> None:
    """Refuse an all-by-all table that would not fit in memory."""
    if count > MOST_STATISTICS:
        raise SurveyError(
            f"{count} domains by variables would need a table of {count}² numbers; at most {MOST_STATISTICS} fit. "
            "Ask for one variable at a time, or give the domains that are not asked about one label together; "
            "mean() takes any number"
        )


def covariances(sums: Sums, statistics: Sequence[Statistic]) -> Floats:
    """Covariance of all statistics in all domains, variable-major, "no domain" last within each variable."""
    from scipy import sparse  # noqa: PLC0415 - slow to import

    width = sums.n_domains + 1
    size = width * len(statistics)
    check_size(size)
    scale, centred, lonely = stratum_scale(sums)
    factors = [_average_factor(sums, lonely, one.answered, of_whole=one.of_whole) for one in statistics]
    root: Floats = np.sqrt(np.concatenate(factors))
    if sums.rows is not None:
        return calibrated_covariances(sums, sums.rows, statistics, scale, centred) * np.outer(root, root)
    cells = sums.cells
    firsts = [first_order(sums, one) for one in statistics]
    columns = np.concatenate([cells.domain + width * place for place in range(len(statistics))])
    strata = np.tile(cells.stratum, len(statistics))
    values = np.concatenate(firsts)
    by_stratum = sparse.coo_array((values, (strata, columns)), shape=(len(scale), size)).tocsr()
    shrink = sparse.dia_array((scale * centred / sums.strata.sampled, 0), shape=(len(scale), len(scale)))
    between = (by_stratum.T @ (shrink @ by_stratum)).toarray()
    if sums.psus is not None:
        units = np.tile(cells.unit, len(statistics))
        rooted = values * np.sqrt(scale[strata])
        by_psu = sparse.coo_array((rooted, (units, columns)), shape=(len(sums.psus), size)).tocsr()
        raw = (by_psu.T @ by_psu).toarray()
    else:
        raw = np.zeros((size, size))
        for i, one in enumerate(statistics):
            for j, other in enumerate(statistics[: i + 1]):
                within = np.bincount(
                    cells.domain, weights=scale[cells.stratum] * second_order(sums, one, other), minlength=width
                )
                spot = np.arange(width)
                raw[i * width + spot, j * width + spot] = within
                raw[j * width + spot, i * width + spot] = within
    out = raw - between
    size_of = np.sqrt(np.maximum(np.diag(raw), 0.0))
    tiny = np.abs(out) <= ROUNDING * np.outer(size_of, size_of)
    out[tiny | (size_of == 0)[:, None] | (size_of == 0)[None, :]] = 0.0
    result: Floats = out * np.outer(root, root)
    return result


def level_covariances(sums: Sums, item: str) -> tuple[Floats, Floats]:
    """Return the shares of all levels in all domains, and their covariance.

    Shares are domain x level, the covariance is (domain, level) twice, "no domain" last. The shares' linearisation is
    one linear map of the levels' totals, so one product serves every share at once.
    """
    from scipy import sparse  # noqa: PLC0415 - slow to import

    made = sums.items[item]
    assert made.levels is not None  # noqa: S101 - the caller chose such an item
    width, size = sums.n_domains + 1, len(made.levels)
    check_size(width * size)
    totals = subtotal(sums.cells.domain, made.total, width)
    weight = totals.sum(axis=1)
    shares = np.zeros_like(totals)
    np.divide(totals, weight[:, None], out=shares, where=weight[:, None] > 0)
    if sums.rows is not None:
        statistics = [_share(sums, item, shares, weight, place) for place in range(size)]
        joint = covariances(sums, statistics).reshape(size, width, size, width)
        return shares, joint.transpose(1, 0, 3, 2).reshape(width * size, width * size)
    scale, centred, lonely = stratum_scale(sums)
    cells = sums.cells
    # each cell's totals about the shares: Σw(indicator - share)/weight
    answered = made.total.sum(axis=1)
    safe = np.where(weight > 0, weight, 1.0)[cells.domain][:, None]
    expected = shares[cells.domain] * answered[:, None]
    first = _but_rounding(made.total - expected, made.total + expected) / safe
    columns = (cells.domain[:, None] * size + np.arange(size)).ravel()
    count = width * size

    def spread(group: Ints, groups: int, values: Floats) -> "sparse.csr_array":
        rows = np.repeat(group, size)
        return sparse.coo_array((values.ravel(), (rows, columns)), shape=(groups, count)).tocsr()

    by_stratum = spread(cells.stratum, len(scale), first)
    shrink = sparse.dia_array((scale * centred / sums.strata.sampled, 0), shape=(len(scale), len(scale)))
    between = (by_stratum.T @ (shrink @ by_stratum)).toarray()
    if sums.psus is not None:
        rooted = spread(cells.unit, len(sums.psus), first * np.sqrt(scale[cells.stratum])[:, None])
        raw = (rooted.T @ rooted).toarray()
    else:
        raw = _within_levels(sums, made, shares, weight, scale)
    root = np.repeat(np.sqrt(_average_factor(sums, lonely, made.answered)), size)
    return shares, _floats((raw - between) * np.outer(root, root))


def _share(sums: Sums, item: str, shares: Floats, weight: Floats, place: int) -> Statistic:
    """One level's share with its linearisation."""
    width, size = shares.shape
    centred = (np.arange(size) == place)[None, :] - shares[:, place : place + 1]
    coefficients = np.zeros((width, size))
    np.divide(centred, weight[:, None], out=coefficients, where=weight[:, None] > 0)
    term = Term(item, coefficients, moments=False)
    return Statistic(item, shares[:, place], (term,), sums.items[item].answered, np.zeros(width, dtype=bool))


def _within_levels(sums: Sums, made: ItemSums, shares: Floats, weight: Floats, scale: Floats) -> Floats:
    """Σ scale·w²·z·z' of people, whose levels exclude each other: blocks of one domain on the diagonal."""
    assert made.square is not None  # noqa: S101 - kept wherever people are the PSUs
    width, size = shares.shape
    squares = subtotal(sums.cells.domain, made.square * scale[sums.cells.stratum][:, None], width)
    raw = np.zeros((width, size, width, size))
    for domain in np.flatnonzero(weight > 0):
        p, q = shares[domain], squares[domain]
        block = np.diag(q) - np.outer(q, p) - np.outer(p, q) + np.outer(p, p) * q.sum()
        raw[domain, :, domain, :] = block / weight[domain] ** 2
    return raw.reshape(width * size, width * size)


def degrees(sums: Sums, answered: Ints) -> Degrees:
    """Count PSUs and strata with an answer in each domain; df = PSUs - strata (R: ``degf`` of the subset)."""
    # items that the same people answered have the same
    slot = answered.tobytes()
    if slot in sums.known:
        known: Degrees = sums.known[slot]
        return known
    width = sums.n_domains + 1
    present = answered > 0
    cells = sums.cells
    if sums.psus is None:
        psus = np.bincount(cells.domain, weights=answered, minlength=width).astype(np.int64)
    else:
        psus = np.bincount(cells.domain[present], minlength=width)
    code, stratum, domain = sums.strata_pairs
    seen = np.bincount(code[present], minlength=len(stratum)) > 0
    stratum, domain = stratum[seen], domain[seen]
    strata = np.bincount(domain, minlength=width)
    full = sums.strata.population == sums.strata.sampled
    census = (np.bincount(domain[~full[stratum]], minlength=width) == 0) & (strata > 0)
    made = Degrees(psus, strata, (psus - strata).astype(np.float64), census)
    sums.known[slot] = made
    return made


def steady_degrees(sums: Sums, answered: Ints) -> Floats:
    """Return how many free pieces each domain's own variance rests on, whoever else is in its strata.

    A stratum that holds nobody else costs one piece; in a shared one the others' zeros are centred with the domain's.
    """
    width = sums.n_domains + 1
    cells = sums.cells
    psus = answered.astype(np.float64) if sums.psus is None else (answered > 0).astype(np.float64)
    left = psus * (1 - 1 / sums.strata.sampled[cells.stratum])
    free = np.bincount(cells.domain, weights=left, minlength=width)
    return np.minimum(free, np.bincount(cells.domain, weights=psus, minlength=width) - 1)


def union_degrees(sums: Sums, answered: Ints, groups: Bools) -> Floats:
    """Return df of unions of domains, PSUs less strata.

    ``groups`` is (union x domain, "no domain" last), True where the domain belongs to the union. PSUs and strata
    shared by several domains of a union are counted once.
    """
    out = np.empty(len(groups))
    present = answered > 0
    cells = sums.cells
    for place, members in enumerate(groups):
        inside = present & members[cells.domain]
        strata = len(np.unique(cells.stratum[inside]))
        psus = answered[inside].sum() if sums.psus is None else len(np.unique(cells.unit[inside]))
        out[place] = psus - strata
    return out


def pair_degrees(sums: Sums, answered: Ints) -> Floats:
    """Return df of the union of each two domains, as a square table ("no domain" last)."""
    from scipy import sparse  # noqa: PLC0415 - slow to import

    width = sums.n_domains + 1
    present = answered > 0
    cells = sums.cells
    strata = sparse.coo_array(
        (np.ones(present.sum()), (cells.stratum[present], cells.domain[present])),
        shape=(len(sums.strata.labels), width),
    ).tocsr()
    strata.data[:] = 1.0
    shared_strata = (strata.T @ strata).toarray()
    if sums.psus is None:
        count = np.bincount(cells.domain, weights=answered, minlength=width)
        psus = count[:, None] + count[None, :]
    else:
        units = sparse.coo_array(
            (np.ones(present.sum()), (cells.unit[present], cells.domain[present])), shape=(len(sums.psus), width)
        ).tocsr()
        shared = (units.T @ units).toarray()
        psus = np.diag(shared)[:, None] + np.diag(shared)[None, :] - shared
    held = np.diag(shared_strata)
    result: Floats = psus - (held[:, None] + held[None, :] - shared_strata)
    return result
