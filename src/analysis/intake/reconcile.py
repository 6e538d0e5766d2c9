"""The workbook's own totals against its rows: sums, means, weighted means and the index, by 1/9 and by 0.11."""

from __future__ import annotations

from dataclasses import dataclass

from .grid import Grid, Value, blank
from .numbers import plain_number
from .part import Env, Part
from .text import address, normal

_CLOSE = 0.0101
_LABEL = 6
_SUM_WORDS = ("jumlah", "total", "jml", "nilai unsur", "nilai per unsur")


@dataclass(frozen=True)
class _Scores:
    """Of one item: sum and number of its answers, and of filled cells that are no answers of the table.

    ``extra`` and ``numbers`` are the sum and count of those that are numbers all the same, ``unknown`` counts the rest.
    """

    total: float
    count: int
    extra: float = 0.0
    numbers: int = 0
    unknown: int = 0

    @property
    def mean(self) -> float:
        return self.total / self.count

    @property
    def aside(self) -> int:
        return self.numbers + self.unknown


@dataclass(frozen=True)
class _Wrong:
    """A written number that its rows do not bear out, and whether the cells that were set aside explain it."""

    row: int
    column: int
    kind: str
    item: str
    written: float
    found: float
    explained: bool


def reconcile(grid: Grid, part: Part, env: Env) -> None:
    """Recompute every total row of a block and note what differs, and an index made with 0.11.

    Where the written numbers count cells that were set aside, that is told once for the whole block.
    """
    totals = [part.span[0] + at for at, kind in enumerate(part.sorting.kinds) if kind == "total"]
    if not totals or not part.rows:
        return
    instrument = env.book.instrument(part.instrument)
    names = [one.name for one in instrument.items if one.name in part.reading.columns]
    stats = {name: found for name in names if (found := _scores(grid, part, name)).count}
    wrong = [one for row in totals for one in _row(grid, part, env, row, stats)] if stats else []
    explained = [one for one in wrong if one.explained]
    if explained:
        rows, columns = {one.row for one in explained}, {one.column for one in explained}
        first, last = address(min(rows), min(columns)), address(max(rows), max(columns))
        where = first if first == last else f"{first}:{last}"
        aside = sum(one.aside for one in stats.values())
        env.ledger.doubt("E-RECONASIDE", grid.name, where, len(explained), aside=aside)
    for one in wrong:
        if not one.explained:
            digits = ".2f" if one.kind == "index" else ".4g"
            env.ledger.doubt(
                "E-RECON", grid.name, address(one.row, one.column), 1, kind=one.kind, variable=one.item,
                written=f"{one.written:{digits}}", found=f"{one.found:{digits}}",
            )  # fmt: skip


def _scores(grid: Grid, part: Part, name: str) -> _Scores:
    column = part.reading.columns[name]
    scores = [one for one in part.columns.get(name, []) if one is not None]
    aside = [row - 1 for row, one in zip(part.rows, part.columns.get(name, []), strict=True) if one is None]
    aside += [part.span[0] + at for at, kind in enumerate(part.sorting.kinds) if kind == "set_aside"]
    values = [grid.at(row, column) for row in aside]
    numbers = [number for value in values if (number := plain_number(value)) is not None]
    hazards = grid.hazards
    lost = sum((row, column) in hazards.errors or (row, column) in hazards.uncached for row in aside)
    words = sum(not blank(value) and plain_number(value) is None for value in values)
    return _Scores(float(sum(scores)), len(scores), sum(numbers), len(numbers), max(lost, words))


def _row(grid: Grid, part: Part, env: Env, row: int, stats: dict[str, _Scores]) -> list[_Wrong]:
    written = {name: _sum_or_mean(grid.at(row, part.reading.columns[name]), one) for name, one in stats.items()}
    cells = {name: number for name, number in written.items() if number is not None}
    instrument = env.book.instrument(part.instrument)
    scale = (float(instrument.low), float(instrument.high))
    if len(cells) * 2 >= len(stats):
        return _cells(grid, part, row, cells, stats, scale)
    numbers = [
        (column, number) for column, value in enumerate(grid.rows[row]) if (number := plain_number(value)) is not None
    ]
    label = _label(grid, row)
    if len(numbers) == 1 and any(word in label for word in ("ikm", "indeks", "skm", "konversi")):
        # Beside a legend of abbreviations ("IKM = …") the printed form lists the mean of each item.
        of_item = env.lexicon.meaning(_beside(grid, row, numbers[0][0])).items
        return [] if of_item else _index(grid, env, row, numbers[0], stats, scale)
    return []


def _beside(grid: Grid, row: int, column: int) -> str:
    """Return the text with a letter that stands nearest to the left of a cell."""
    texts = (value for value in reversed(grid.rows[row][:column]) if isinstance(value, str))
    return next((text for text in texts if any(char.isalpha() for char in text)), "")


def _sum_or_mean(value: Value, scores: _Scores) -> float | None:
    """Return a written number; "1.234" is a sum with a thousands dot where that is nearer the sum of the answers."""
    number, grouped = plain_number(value), plain_number(value, count=True)
    if number is None or grouped is None or abs(grouped - scores.total) >= abs(number - scores.mean):
        return number
    return grouped


def _label(grid: Grid, row: int) -> str:
    return normal(" ".join(str(value) for value in grid.rows[row][:_LABEL] if isinstance(value, str)))


def _cells(
    grid: Grid, part: Part, row: int, cells: dict[str, float], stats: dict[str, _Scores], scale: tuple[float, float]
) -> list[_Wrong]:  # fmt: skip
    weights = {"sum": 0.0, "mean": 1.0, "weighted (1/9)": 1 / len(stats), "weighted (0.11)": 0.11}
    kinds = {
        kind: {name: one.mean * weight if weight else one.total for name, one in stats.items()}
        for kind, weight in weights.items()
    }
    hits = {kind: [one for one in cells if abs(of[one] - cells[one]) <= _CLOSE] for kind, of in kinds.items()}
    best = max(hits, key=lambda kind: len(hits[kind]))
    weights_alone = all(abs(one - 1 / len(stats)) <= _CLOSE for one in cells.values())
    if len(hits[best]) == len(cells) or weights_alone:
        return []
    if not hits[best]:
        far = {kind: sum(abs(of[one] - cells[one]) / max(of[one], 1) for one in cells) for kind, of in kinds.items()}
        best = "sum" if _label(grid, row).startswith(_SUM_WORDS) else min(far, key=far.__getitem__)
    return [
        _Wrong(row, part.reading.columns[one], best, one, number, kinds[best][one],
               _explained(number, stats[one], weights[best], scale))
        for one, number in cells.items() if one not in hits[best]
    ]  # fmt: skip


def _explained(written: float, scores: _Scores, weight: float, scale: tuple[float, float]) -> bool:
    """Return whether the number is what the table gives with the cells that were set aside counted in."""
    if not scores.aside:
        return False
    edges = [scores.total + scores.extra + scores.unknown * edge for edge in scale]
    if weight:
        edges = [weight * edge / (scores.count + scores.aside) for edge in edges]
    return edges[0] - _CLOSE <= written <= edges[1] + _CLOSE


def _index(
    grid: Grid, env: Env, row: int, cell: tuple[int, float], stats: dict[str, _Scores], scale: tuple[float, float]
) -> list[_Wrong]:  # fmt: skip
    column, written = cell
    factor = 100 / scale[1]
    means = [one.mean for one in stats.values()]
    mean = sum(means) / len(means)
    exact, printed = mean * factor, sum(one * 0.11 for one in means) * factor
    if abs(written - exact) <= _CLOSE or abs(written - mean) <= _CLOSE:
        return []
    if abs(written - printed) <= _CLOSE:
        env.ledger.doubt(
            "E-WEIGHT", grid.name, address(row, column), 1, kind="index", variable="index", written=f"{written:.2f}",
            found=f"{exact:.2f}",
        )  # fmt: skip
        return []
    edges = [
        sum((one.total + one.extra + one.unknown * edge) / (one.count + one.aside) for one in stats.values())
        for edge in scale
    ]
    aside = any(one.aside for one in stats.values())
    explained = aside and any(
        weight * edges[0] * factor - _CLOSE <= written <= weight * edges[1] * factor + _CLOSE
        for weight in (1 / len(stats), 0.11)
    )
    return [_Wrong(row, column, "index", "index", written, exact, explained)]
