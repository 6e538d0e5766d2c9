"""The workbook's own totals against its rows: sums, means, weighted means and the index, by 1/9 and by 0.11."""

from __future__ import annotations

from .grid import Grid
from .registers import plain_number
from .respondents import Env, Part
from .text import address, normal

_CLOSE = 0.0101
_LABEL = 6


def reconcile(grid: Grid, part: Part, env: Env) -> None:
    """Recompute every total row of a block and note each cell that differs, and an index made with 0.11."""
    items = [one.name for one in env.book.instrument(part.instrument).items if one.name in part.reading.columns]
    stats = {}
    for name in items:
        scores = [one for one in part.columns.get(name, []) if one is not None]
        if scores:
            stats[name] = (float(sum(scores)), sum(scores) / len(scores))
    if not stats or not part.rows:
        return
    scale = 100 / env.book.instrument(part.instrument).high
    for at, kind in enumerate(part.sorting.kinds):
        if kind == "total":
            _row(grid, part, env, part.span[0] + at, stats, scale)


def _row(grid: Grid, part: Part, env: Env, row: int, stats: dict[str, tuple[float, float]], scale: float) -> None:
    cells = {
        name: number for name in stats if (number := plain_number(grid.at(row, part.reading.columns[name]))) is not None
    }
    if len(cells) * 2 >= len(stats):
        _cells(grid, part, env, row, cells, stats)
        return
    numbers = [
        (column, number) for column, value in enumerate(grid.rows[row]) if (number := plain_number(value)) is not None
    ]
    label = normal(" ".join(str(value) for value in grid.rows[row][:_LABEL] if isinstance(value, str)))
    if len(numbers) == 1 and ("ikm" in label or "indeks" in label or "skm" in label or "konversi" in label):
        _index(grid, env, row, numbers[0], stats, scale)


def _cells(
    grid: Grid, part: Part, env: Env, row: int, cells: dict[str, float], stats: dict[str, tuple[float, float]]
) -> None:
    kinds = {
        "sum": {one: total for one, (total, _) in stats.items()},
        "mean": {one: mean for one, (_, mean) in stats.items()},
        "weighted (1/9)": {one: mean / len(stats) for one, (_, mean) in stats.items()},
        "weighted (0.11)": {one: mean * 0.11 for one, (_, mean) in stats.items()},
    }
    hits = {kind: [one for one in cells if abs(of[one] - cells[one]) <= _CLOSE] for kind, of in kinds.items()}
    best = max(hits, key=lambda kind: len(hits[kind]))
    if len(hits[best]) == len(cells):
        return
    if not hits[best]:
        label = normal(" ".join(str(value) for value in grid.rows[row][:_LABEL] if isinstance(value, str)))
        best = "sum" if label.startswith(("jumlah", "total", "jml", "nilai unsur", "nilai per unsur")) else "mean"
    for one, number in cells.items():
        if one not in hits[best]:
            env.ledger.doubt(
                "E-RECON", grid.name, address(row, part.reading.columns[one]), 1, kind=best, written=f"{number:.4g}",
                found=f"{kinds[best][one]:.4g}", variable=one,
            )  # fmt: skip


def _index(
    grid: Grid, env: Env, row: int, cell: tuple[int, float], stats: dict[str, tuple[float, float]], scale: float
) -> None:
    column, written = cell
    mean = sum(one for _, one in stats.values()) / len(stats)
    exact, printed = mean * scale, sum(one * 0.11 for _, one in stats.values()) * scale
    if abs(written - exact) <= _CLOSE or abs(written - mean) <= _CLOSE:
        return
    code = "E-WEIGHT" if abs(written - printed) <= _CLOSE else "E-RECON"
    env.ledger.doubt(
        code,
        grid.name,
        address(row, column),
        1,
        kind="index",
        written=f"{written:.2f}",
        found=f"{exact:.2f}",
        variable="index",
    )
