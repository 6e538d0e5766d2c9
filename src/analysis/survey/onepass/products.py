"""Products of several items, gathered cell by cell: what covariances across items need where people are the PSUs."""

from collections.abc import Sequence

import numpy as np

from analysis.survey.columns import Answers, Floats, Ints

# Rows are gathered this many at a time: a row-wide matrix of all would not fit.
CHUNK = 65_536


def grams(columns: Sequence[Answers], centre: Floats, weight: Floats, key: Ints, size: int) -> Floats:
    """Σw²·f·f' per key over f = (answered, value - centre) of each item in turn, in chunks of rows sorted by key."""
    width = 2 * len(columns)
    order = np.argsort(key, kind="stable")
    bounds = np.concatenate([[0], np.cumsum(np.bincount(key, minlength=size))])
    gram = np.zeros((size, width, width))
    first_key = 0
    while first_key < size:
        stop = int(np.searchsorted(bounds, bounds[first_key] + CHUNK, side="right")) - 1
        stop = min(max(stop, first_key + 1), size)
        for start_row in range(bounds[first_key], bounds[stop], CHUNK):
            rows = order[start_row : min(start_row + CHUNK, bounds[stop])]
            _add_gram(gram, key[rows], _features(columns, centre, weight, rows))
        first_key = stop
    return gram


def _features(columns: Sequence[Answers], centre: Floats, weight: Floats, rows: Ints) -> Floats:
    """w·(answered, value - centre) of each item for some rows; made item by item, which is how memory is read."""
    features = np.empty((2 * len(columns), len(rows)))
    weights = weight[rows]
    for place, answers in enumerate(columns):
        answered, value = features[2 * place], features[2 * place + 1]
        if answers.codes is not None and answers.levels is not None:
            codes = answers.codes[rows]
            levels = answers.levels.to_numpy(dtype=np.float64) - centre[place]
            np.multiply(codes < len(levels), weights, out=answered)
            np.multiply(np.append(levels, 0.0).take(codes), weights, out=value)
        else:
            assert answers.values is not None  # noqa: S101
            values = answers.values[rows]
            valid = ~np.isnan(values)
            np.multiply(valid, weights, out=answered)
            np.multiply(np.where(valid, values - centre[place], 0.0), weights, out=value)
    return features.T


def _add_gram(gram: Floats, key: Ints, features: Floats) -> None:
    """Add f·f' of rows sorted by key to their cells: a product per long run, outer products summed over short ones."""
    starts = np.flatnonzero(np.concatenate([[True], key[1:] != key[:-1]]))
    ends = np.append(starts[1:], len(key))
    long = (ends - starts) >= 24
    for begin, end in zip(starts[long], ends[long], strict=True):
        block = features[begin:end]
        gram[key[begin]] += block.T @ block
    short = np.flatnonzero(~long)
    for group in np.array_split(short, max(1, -(-len(short) * 12 // 4096))):
        if not len(group):
            continue
        rows = np.concatenate([np.arange(starts[i], ends[i]) for i in group])
        block = features[rows]
        outer = block[:, :, None] * block[:, None, :]
        sizes = (ends - starts)[group]
        gram[key[starts[group]]] += np.add.reduceat(outer, np.concatenate([[0], np.cumsum(sizes)[:-1]]), axis=0)
