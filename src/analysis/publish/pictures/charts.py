"""Pictures of results: only what the plan lets through is drawn, and the alt text states the finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.lines import Line2D
from matplotlib.patches import Rectangle

from analysis.publish.look import records
from analysis.publish.markup import Figure
from analysis.publish.wording import numbers, sentences
from analysis.publish.wording.answers import grade_short, index_caption, index_rows, many_waves, name_of
from analysis.publish.wording.limits import of_result, of_table
from analysis.publish.wording.sentences import (
    SAME_MIX,
    both_waves_hidden,
    cell_hidden,
    key,
    matrix_caption,
    mix_words,
    shown,
    verdict_figures,
    wave_words,
)

from .canvas import (
    BAND,
    EDGE,
    INK,
    LEGEND_WIDTH,
    MARKS,
    QUIET,
    WIDTH,
    bare,
    canvas,
    row_height,
    to_svg,
    undrawn,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from analysis.oversight import Change, Comparison, Matrix
    from analysis.publish.look import Look, Row
    from analysis.publish.markup import Sentences


TALL = 8
"""With more rows than this the foot of a picture is far from its head: lines are named at both ends."""


class Dot(NamedTuple):
    """One row of a dot plot: its name, value, interval (missing where there is none), mark, and a word to the right."""

    label: str
    value: float
    low: float
    high: float
    mark: str
    beside: str = ""


def dots(
    rows: Sequence[Dot],
    look: Look,
    *,
    title: str,
    decimals: int,
    band: float = 0.0,
    lines: Sequence[tuple[float, str]] = (),
    legend: bool = True,
) -> bytes:
    """Draw values with their intervals, one row each; ``band`` shades what would not matter around 0."""
    with canvas(len(rows), row=row_height([row.label for row in rows])) as (picture, axes):
        if band:
            axes.axvspan(-band, band, color=BAND, zorder=0)
            for edge in (-band, band):
                axes.axvline(edge, color=EDGE, linewidth=0.8, linestyle=(0, (2, 2)), zorder=1)
            axes.axvline(0, color=INK, linewidth=1, zorder=1)
        for at, text in lines:
            axes.axvline(at, color=QUIET, linewidth=0.9, linestyle=(0, (4, 3)), zorder=1)
            for end in (-0.6, len(rows) - 0.4)[: 2 if len(rows) > TALL else 1]:
                _name_line(axes, at, end, text)
        for place, row in enumerate(_as_told(row, decimals) for row in rows):
            shape, colour, fill = MARKS[row.mark]
            if not numbers.is_missing(row.low):
                axes.hlines(place, row.low, row.high, color=colour, linewidth=2.2, zorder=2)
            axes.plot(
                [row.value],
                [place],
                shape,
                color=colour,
                markersize=9,
                fillstyle=fill,
                markerfacecolor=colour if fill == "full" else "white",
                zorder=3,
            )
            beside(axes, place, row.beside)
        bare(axes, [row.label for row in rows], title, look)
        if legend:
            marks_legend(axes, [row.mark for row in rows], look)
        return to_svg(picture)


def _name_line(axes: Axes, at: float, end: float, text: str) -> None:
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 0.8}
    axes.annotate(
        text, (at, end), xytext=(0, 3), textcoords="offset points", ha="center", va="bottom", color=INK,
        fontsize=10.5, fontweight="bold", bbox=paper, zorder=4,
    )  # fmt: skip


def beside(axes: Axes, place: int, text: str) -> None:
    """Write a row's figures to the right of the picture."""
    axes.text(1.01, place, text, transform=axes.get_yaxis_transform(), va="center", color=QUIET, fontsize=9.5)


def _as_told(row: Dot, decimals: int) -> Dot:
    """Return a row whose places are as round as the figures in words: a picture must not tell more."""
    value, low, high = (
        one if numbers.is_missing(one) else float(numbers.rounded(one, decimals))
        for one in (row.value, row.low, row.high)
    )
    return row._replace(value=value, low=low, high=high)


def marks_legend(axes: Axes, used: list[str], look: Look, words: str = "verdict") -> None:
    """Say under a picture what its marks mean; ``words`` names the kind of verdict in the catalogue."""
    handles = []
    for mark, (shape, colour, fill) in MARKS.items():
        if mark in used:
            face = colour if fill == "full" else "white"
            handles.append(
                Line2D(
                    [],
                    [],
                    marker=shape,
                    color=colour,
                    markerfacecolor=face,
                    linestyle="none",
                    markersize=8,
                    label=look.say("key_unjudged" if mark == "unjudged" else f"{words}_{mark}"),
                )
            )
    if handles:
        figure = axes.get_figure()
        widest = sorted(len(str(one.get_label())) for one in handles)[-2:]
        beside = 2 if sum(widest) <= LEGEND_WIDTH else 1
        figure.legend(handles=handles, loc="outside lower center", ncols=beside, frameon=False, fontsize=9.5)  # type: ignore[union-attr]


def _alt(kind: str, said: Sequence[str], look: Look, most: int = 6) -> str:
    """Return what a picture shows: its kind, then the finding in the words of the sentences."""
    return " ".join((look.say(f"alt_{kind}"), *said[:most]))


def comparison(result: Comparison, look: Look) -> Figure:
    """Draw each level's difference from the whole, with its range, against what would matter."""
    places = look.decimals(result.measure)
    seen = shown(result, look)
    rows = [row for row in reversed(seen) if not numbers.is_missing(verdict_figures(result, row)[0])]
    plot = [_compared(row, result, look, places) for row in rows]
    same = result.basis == SAME_MIX
    title = look.say(
        "axis_same_mix" if same else "axis_difference",
        whole=look.whole(result.by, result.wave),
        mix=mix_words(result.mix, look) if same else "",
    )
    caption = look.caption(
        "comparison",
        measure=look.measure_name(result.measure),
        by=look.column(result.by),
        wave=wave_words(result.wave, look),
    )
    if not plot:
        return undrawn(caption, look, told=seen)
    notes = (
        look.say("note_chart_margin", margin=look.margin(result.margin, places)),
        *of_result(result, look),
    )
    svg = dots(plot, look, title=title, decimals=places, band=result.margin)
    return Figure(svg, _alt("dots", sentences.summary(result, look), look), caption, notes)


def _compared(row: Row, result: Comparison, look: Look, places: int) -> Dot:
    value, low, high = verdict_figures(result, row)
    mark = key(row["verdict"])
    return Dot(
        look.level(result.by, row["level"]),
        value,
        low,
        high,
        mark,
        look.say("beside", value=look.number(row["estimate"], places), n=look.n(row["n"])),
    )


MOST_TICKS = 12


def _ranked(result: Comparison) -> int:
    return int(result.table["rank_low"].notna().sum())


def ranks(result: Comparison, look: Look) -> Figure:
    """Draw the range of ranks each level may have."""
    seen = shown(result, look)
    rows = [row for row in reversed(seen) if not numbers.is_missing(row["rank_low"])]
    caption = look.say("caption_ranks", by=look.column(result.by), wave=wave_words(result.wave, look))
    if not rows:
        return undrawn(caption, look, told=seen)
    names, ranked = [look.level(result.by, row["level"]) for row in rows], _ranked(result)
    with canvas(len(rows), row=row_height(names)) as (picture, axes):
        for place, row in enumerate(rows):
            low, high = int(row["rank_low"]), int(row["rank_high"])
            axes.hlines(place, low, high, color=INK, linewidth=6)
            axes.plot([low, high], [place, place], "o", color=INK, markersize=9)
            ends = look.say("range_short", low=low, high=high)
            beside(axes, place, str(low) if low == high else ends)
        bare(axes, names, look.say("axis_rank"), look)
        axes.set_xlim(0.6, ranked + 0.4)
        axes.set_xticks(range(1, ranked + 1, max(1, -(-ranked // MOST_TICKS))))
        svg = to_svg(picture)
    said = [
        f"{sentences.capital(look.level(result.by, row['level']))}: {sentences.rank_words(row, result, look)}."
        for row in rows
    ]
    return Figure(svg, " ".join((look.say("alt_ranks"), *said)), caption, (look.say("note_rank"),))


def change(result: Change, look: Look) -> Figure:
    """Draw each level's change between two waves with its range, at the same mix where the verdict rests on that."""
    places = look.decimals(result.measure)
    seen = [row for row in records(result.table) if not both_waves_hidden(result, row, look)]
    rows = [row for row in seen if not numbers.is_missing(verdict_figures(result, row)[0])]
    rows.sort(key=lambda row: (-verdict_figures(result, row)[0], str(row["level"])))
    plot = [_moved(row, result, look, places) for row in rows]
    caption = look.caption(
        "change",
        measure=look.measure_name(result.measure),
        by=look.column(result.by),
        before=result.before,
        wave=result.wave,
    )
    if not plot:
        return undrawn(caption, look, told=seen)
    key_of_axis = "axis_change_mix" if result.basis == SAME_MIX else "axis_change"
    title = look.say(key_of_axis, before=result.before, wave=result.wave, mix=mix_words(result.mix, look))
    notes = (
        look.say("note_chart_margin", margin=look.margin(result.margin, places)),
        *of_result(result, look),
    )
    svg = dots(plot, look, title=title, decimals=places, band=result.margin)
    return Figure(svg, _alt("change", sentences.change(result, look).texts, look), caption, notes)


def _moved(row: Row, result: Change, look: Look, places: int) -> Dot:
    value, low, high = verdict_figures(result, row)
    beside = f"{look.number(row['before'], places)} → {look.number(row['estimate'], places)}, {look.n(row['n'])}"
    return Dot(look.level(result.by, row["level"]), value, low, high, key(row["verdict"]), beside)


def matrix(result: Matrix, look: Look) -> Figure:
    """Draw a matrix: darker is lower, a triangle marks a cell that stands out, hatching one that is withheld."""
    places, table = look.decimals(result.measure), result.table
    rows, columns = list(dict.fromkeys(table["row"])), list(dict.fromkeys(table["column"]))
    values = np.full((len(rows), len(columns)), np.nan)
    texts = np.full(values.shape, "", dtype=object)
    hidden: list[tuple[int, int]] = []
    for row in records(table):
        at = rows.index(row["row"]), columns.index(row["column"])
        if cell_hidden(result, row, look):
            hidden.append(at)
            continue
        values[at] = float(numbers.rounded(row["estimate"], places))
        sign = look.say(f"sign_{key(row['verdict'])}") if row["verdict"] in {"lower", "higher"} else ""
        texts[at] = f"{look.number(row['estimate'], places)}{sign}"
    caption = matrix_caption(result, look)
    if not np.isfinite(values).any():
        return undrawn(caption, look, told=len(hidden) < len(table) or table.empty)
    names = [wrapped(look.level(result.columns, column), 14) for column in columns]
    frame = pd.DataFrame(values, index=[wrapped(look.level(result.rows, row), 20) for row in rows], columns=names)
    with canvas(len(rows), width=max(WIDTH, 1.7 + len(columns)), row=0.5, frame=1.6) as (picture, axes):
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        sns.heatmap(
            frame,
            ax=axes,
            annot=texts,
            fmt="",
            cmap="Blues_r",
            vmin=low,
            vmax=high + 1e-9,
            linewidths=1.2,
            linecolor="white",
            cbar=False,
            annot_kws={"fontsize": 9.5},
        )
        _legible(axes)
        for down, across in hidden:
            axes.add_patch(
                Rectangle((across, down), 1, 1, facecolor="white", edgecolor=QUIET, hatch="////", linewidth=0.6)
            )
        axes.tick_params(axis="both", length=0)
        axes.xaxis.tick_top()
        axes.set_xticklabels(names, rotation=0 if len(columns) < 8 else 30, fontsize=8.8)
        axes.set_yticklabels(list(frame.index), rotation=0)
        svg = to_svg(picture)
    return Figure(
        svg, _alt("matrix", sentences.matrix(result, look).texts, look), caption, (look.say("note_matrix_chart"),)
    )


EQUAL_CONTRAST = 0.18
"""On a ground of this luminance black and white letters stand out alike; seaborn turns to black too late."""


def _legible(axes: Axes) -> None:
    """Write the figures of a heat map in whichever of black and white stands out from its shade."""
    mesh = axes.collections[0]
    mesh.update_scalarmappable()
    shades = [
        shade for shade in np.asarray(mesh.get_facecolor()) if shade[3] > 0
    ]  # a blank cell has neither shade nor text
    for text, shade in zip(axes.texts, shades, strict=True):
        text.set_color(INK if sns.utils.relative_luminance(shade) > EQUAL_CONTRAST else "white")


def _to_one_place(end: Any) -> float:  # noqa: ANN401
    """Return an end of a range as round as the table tells it."""
    return float("nan") if numbers.is_missing(end) else float(numbers.rounded(float(end), 1))


def index(table: pd.DataFrame, look: Look, said: Sentences) -> Figure:
    """Draw each group's index with its range against the lower bounds of the grades."""
    rows = sorted(index_rows(table, look), key=lambda row: (-row["index"], name_of(row, look)))
    if not rows:
        return undrawn(index_caption(table, look), look)
    plot = [
        Dot(
            name_of(row, look, waves=many_waves(table)),
            row["index"],
            _to_one_place(row["low"]),
            _to_one_place(row["high"]),
            "same",
            look.say("beside", value=look.number(row["index"], 2), n=grade_short(row)),
        )
        for row in rows
    ]
    rules = sorted(set(map(str, table["rule"])))
    seen = [value for row in rows for value in (row["index"], row["low"], row["high"]) if not numbers.is_missing(value)]
    low, high = min(seen), max(seen)
    bounds = look.book.rule(rules[0]).grades if len(rules) == 1 else ()
    lines = [(one.low, one.grade) for one in bounds if low - 3 <= one.low <= high + 3]
    svg = dots(
        plot,
        look,
        title=look.say("axis_index", measure=look.measure_name("index")),
        decimals=2,
        lines=lines,
        legend=False,
    )
    told = [look.say("grade_from", grade=grade, low=look.number(at, 2)) for at, grade in sorted(lines)]
    borders = (look.say("note_grade_lines", borders=numbers.listing(told, look.lang)),) if lines else ()
    alt = _alt("index", (*borders, *said.texts), look)
    return Figure(svg, alt, index_caption(table, look), (*borders, *of_table(table, look)))
