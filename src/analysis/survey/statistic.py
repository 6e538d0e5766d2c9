"""Statistics as linearised sums: mean, composite mean, total, share of answers, ratio."""

from dataclasses import replace

import numpy as np

from analysis.survey.columns import Bools, Floats, Ints
from analysis.survey.linear import moment_totals
from analysis.survey.linearised import Statistic, Term
from analysis.survey.onepass.sums import Sums, counts, subtotal
from analysis.survey.variables import Composite, Variable, items_of, of_several


def divided(above: Floats, below: Floats) -> Floats:
    """Divide, with NaN (and no warning) where there is nothing to divide by."""
    out = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    np.divide(above, below, out=out, where=below != 0)
    return out


def constant_by_domain(sums: Sums, name: str) -> Bools:
    """Domains whose answers to an item are all the same."""
    width = sums.n_domains + 1
    item = sums.items[name]
    if item.levels is not None:
        constant: Bools = (sums.totals_by_domain(name) > 0).sum(axis=1) <= 1
        return constant
    assert item.low is not None  # noqa: S101 - kept with moments
    assert item.high is not None  # noqa: S101
    low, high = np.full(width, np.inf), np.full(width, -np.inf)
    np.minimum.at(low, sums.cells.domain, item.low)
    np.maximum.at(high, sums.cells.domain, item.high)
    return low >= high


def whole(table: Floats) -> Floats:
    """Give every domain the sums over all of them (the whole sample, rows in no domain included)."""
    return np.broadcast_to(table.sum(axis=0), table.shape)


def _domain_totals(sums: Sums, table: Floats) -> Floats:
    return subtotal(sums.cells.domain, table, sums.n_domains + 1)


def item_mean(sums: Sums, item: str, *, moments: bool, of_whole: bool = False) -> tuple[Floats, Term]:
    """Mean per domain and its linearisation, over levels or (where products across items are needed) over moments."""
    made = sums.items[item]
    if made.levels is not None and not moments:
        totals = whole(sums.totals_by_domain(item)) if of_whole else sums.totals_by_domain(item)
        values = made.values
        weight = totals.sum(axis=1)
        estimate = divided(totals @ values, weight)
        return estimate, Term(item, divided(values[None, :] - estimate[:, None], weight[:, None]), moments=False)
    centre = sums.items[item].middle
    totals = _domain_totals(sums, moment_totals(sums, item, centre))
    totals = whole(totals) if of_whole else totals
    shifted = divided(totals[:, 1], totals[:, 0])
    coefficients = np.column_stack([divided(-shifted, totals[:, 0]), divided(np.ones(len(totals)), totals[:, 0])])
    return shifted + centre, Term(item, coefficients, moments=True)


def _clean(term: Term, factor: Floats) -> Term:
    """Weight a term per domain; a domain without answers contributes nothing rather than NaN."""
    scaled = term.coefficients * factor[:, None]
    return term._replace(coefficients=np.where(np.isnan(scaled), 0.0, scaled))


def mean_of(sums: Sums, variable: Variable, *, moments: bool = False, of_whole: bool = False) -> Statistic:
    """Mean of a column or a composite in each domain (or, ``of_whole``, the whole sample's mean repeated)."""
    width = sums.n_domains + 1
    if isinstance(variable, Composite):
        return _composite(sums, variable, of_whole=of_whole)
    estimate, term = item_mean(sums, variable, moments=moments, of_whole=of_whole)
    made = sums.items[variable]
    terms = (_clean(term, np.ones(width)),)
    return Statistic(variable, estimate, terms, made.answered, constant_by_domain(sums, variable), of_whole)


def _composite(sums: Sums, variable: Composite, *, of_whole: bool) -> Statistic:
    width = sums.n_domains + 1
    means: dict[str, Floats] = {}
    terms: dict[str, Term] = {}
    constant = np.ones(width, dtype=bool)
    moments = len(variable.items) > 1
    for item in variable.items:
        means[item], terms[item] = item_mean(sums, item, moments=moments, of_whole=of_whole)
        constant &= constant_by_domain(sums, item)
    here = {item: ~np.isnan(mean) for item, mean in means.items()}
    items_in_part = [np.sum([here[item] for item in part], axis=0) for part in variable.parts]
    parts = np.sum([held > 0 for held in items_in_part], axis=0).astype(np.float64)
    estimate = np.zeros(width)
    weighted: list[Term] = []
    for part, held in zip(variable.parts, items_in_part, strict=True):
        for item in part:
            share = np.where(here[item], divided(np.full(width, variable.scale), parts * held), 0.0)
            estimate += np.where(here[item], np.where(here[item], means[item], 0.0) * share, 0.0)
            weighted.append(_clean(terms[item], share))
    estimate = np.where(parts > 0, estimate, np.nan)
    return Statistic(variable.name, estimate, tuple(weighted), answered_of(sums, variable), constant, of_whole)


def answered_of(sums: Sums, variable: Variable) -> Ints:
    """Answers per cell; for a composite, the rows that answered any of its items."""
    if of_several(variable):
        return sums.composites[variable.parts].answered
    return sums.items[items_of(variable)[0]].answered


def answered_weight(sums: Sums, variable: Variable) -> Floats:
    """Σw of the answers per cell; for a composite, of the rows that answered any of its items."""
    if of_several(variable):
        return sums.composites[variable.parts].powers[:, 0]
    made = sums.items[items_of(variable)[0]]
    return made.total[:, 0] if made.levels is None else made.total.sum(axis=1)


def total_of(sums: Sums, item: str) -> Statistic:
    """Weighted total in each domain."""
    made = sums.items[item]
    width = sums.n_domains + 1
    if made.levels is not None:
        estimate = subtotal(sums.cells.domain, made.total, width) @ made.values
        term = Term(item, np.broadcast_to(made.values, (width, len(made.values))), moments=False)
    else:
        totals = subtotal(sums.cells.domain, made.total, width)
        estimate = totals[:, 1] + made.centre * totals[:, 0]
        term = Term(item, np.broadcast_to(np.array([made.centre, 1.0]), (width, 2)), moments=True)
    return Statistic(item, estimate, (term,), made.answered, np.zeros(width, dtype=bool))


def share_of(sums: Sums, item: str, wanted: Bools) -> Statistic:
    """Share of the answered weight with one of the ``wanted`` levels (one row of them per domain, or one for all)."""
    made = sums.items[item]
    width = sums.n_domains + 1
    chosen = np.broadcast_to(wanted, (width, made.n.shape[1]))
    seen = counts(sums.cells.domain, made.n, width)
    held, every = (seen * chosen).sum(axis=1), seen.sum(axis=1)
    shared = score_of(sums, item, chosen.astype(np.float64))
    return replace(shared, constant=(held == 0) | (held == every))


def score_of(sums: Sums, item: str, scores: Floats) -> Statistic:
    """Mean of a score given to each level (one row of scores per domain, or one for all)."""
    made = sums.items[item]
    width = sums.n_domains + 1
    table = np.broadcast_to(scores, (width, made.total.shape[1]))
    totals = subtotal(sums.cells.domain, made.total, width)
    weight = totals.sum(axis=1)
    estimate = divided(np.einsum("dl,dl->d", totals, table), weight)
    term = _clean(Term(item, divided(table - estimate[:, None], weight[:, None]), moments=False), np.ones(width))
    return Statistic(item, estimate, (term,), made.answered, constant_by_domain(sums, item))


def ratio_of(sums: Sums, numerator: str, denominator: str, name: str) -> Statistic:
    """Total of one item over the total of another that the same rows answered, in each domain."""
    width = sums.n_domains + 1
    above, below = (_domain_totals(sums, moment_totals(sums, item, 0.0))[:, 1] for item in (numerator, denominator))
    estimate = divided(above, below)
    middles = [sums.items[item].middle for item in (numerator, denominator)]
    one = divided(np.ones(width), below)
    # the same rows answered both, so one of the two says what their middles leave: nothing large is squared
    rest = middles[0] - estimate * middles[1]
    terms = (
        _clean(Term(numerator, np.column_stack([rest * one, one]), moments=True), np.ones(width)),
        _clean(Term(denominator, np.column_stack([0 * one, one]), moments=True), -estimate),
    )
    return Statistic(name, estimate, terms, sums.items[numerator].answered, np.zeros(width, dtype=bool))
