"""A map of the districts: darker is lower, a number leads to name and figure beside it, hatching is withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib import colormaps
from matplotlib.collections import PolyCollection

from analysis.codebook.outlines import outlines
from analysis.errors import CallError, Fault
from analysis.oversight.results import SAME_MIX
from analysis.publish.markup import Figure
from analysis.publish.wording import numbers, sentences
from analysis.publish.wording.limits import of_result
from analysis.publish.wording.sentences import key, shown, wave_words

from .canvas import INK, QUIET, WIDTH, canvas, to_svg, undrawn

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from analysis.codebook.outlines import Ring
    from analysis.oversight import Comparison
    from analysis.publish.look import Look, Row

SHADES = "Blues_r"
MAP_SHARE, NAME_ROW = 0.55, 0.3
"""Of the picture's width, what the map takes; the height of a row of names beside it, in inches."""
LIGHTEST = 0.85
"""Where on the scale of shades the highest figure lies, so that it still differs from paper."""


def districts(result: Comparison, look: Look) -> Figure:
    """Draw a comparison of districts as a map; CallError where the codebook's districts have no outlines."""
    borders = outlines(look.book)
    if result.by != "district" or not borders:
        raise CallError(
            Fault("show.map", "has no outlines for this comparison", "it draws districts of a shipped place")
        )
    rows = {str(row["level"]): row for row in shown(result, look)}
    places = look.decimals(result.measure)
    told = {name: float(numbers.rounded(rows[name]["estimate"], places)) for name in borders if name in rows}
    caption = look.caption(
        "comparison",
        measure=look.measure_name(result.measure),
        by=look.column(result.by),
        wave=wave_words(result.wave, look),
    )
    if not told:
        return undrawn(caption, look)
    order = sorted(borders, key=lambda name: (-told.get(name, -np.inf), name))
    with canvas(0, frame=_height(borders)) as (picture, axes):
        picture.set_layout_engine("none")
        axes.set_position((0.01, 0.02, MAP_SHARE, 0.96))
        for place, name in enumerate(order, start=1):
            _district(axes, borders[name], told.get(name), told)
            _number(axes, borders[name], place)
            text = _label(name, rows.get(name), told.get(name), look, places)
            axes.annotate(
                f"{place}  {text}", (1.02, 1), xytext=(0, -72 * NAME_ROW * (place - 0.5)), xycoords="axes fraction",
                textcoords="offset points", va="center", fontsize=9.5,
            )  # fmt: skip
        axes.set_aspect("equal")
        axes.autoscale_view()
        axes.set_axis_off()
        svg = to_svg(picture)
    alt = " ".join((look.say("alt_map"), *sentences.summary(result, look)))
    shades = (look.say("note_map_mix"),) if result.basis == SAME_MIX else ()
    return Figure(svg, alt, caption, (look.say("note_map"), *shades, *of_result(result, look)))


def _height(borders: dict[str, tuple[Ring, ...]]) -> float:
    """Return how tall the picture must be for the map at its width and for a row to each district, in inches."""
    points = np.concatenate([np.array(ring) for rings in borders.values() for ring in rings])
    wide, tall = np.ptp(points, axis=0)
    return float(max(WIDTH * MAP_SHARE * tall / wide, NAME_ROW * len(borders)) / 0.94)


def _district(axes: Axes, rings: tuple[Ring, ...], value: float | None, told: dict[str, float]) -> None:
    if value is None:
        axes.add_collection(PolyCollection(rings, facecolor="white", edgecolor=QUIET, hatch="///", linewidth=0.5))
        return
    low, high = min(told.values()), max(told.values())
    at = LIGHTEST * (value - low) / (high - low) if high > low else LIGHTEST
    axes.add_collection(PolyCollection(rings, facecolor=colormaps[SHADES](at), edgecolor="white", linewidth=0.5))


def _number(axes: Axes, rings: tuple[Ring, ...], place: int) -> None:
    """Write the number of a district at the middle of its largest village."""
    largest = np.array(max(rings, key=_area))
    x, y = (float(one) for one in largest.mean(axis=0))
    circle = {"boxstyle": "circle,pad=0.25", "facecolor": "white", "edgecolor": INK, "linewidth": 0.8}
    axes.text(x, y, str(place), ha="center", va="center", fontsize=9, color=INK, bbox=circle)


def _area(ring: Ring) -> float:
    x, y = np.array(ring).T
    return float(abs(np.dot(x[:-1], y[1:]) - np.dot(x[1:], y[:-1])) / 2)


def _label(name: str, row: Row | None, value: float | None, look: Look, places: int) -> str:
    place = look.level("district", name)
    if row is None or value is None:
        return f"{place}: {look.say('withheld_short')}"
    sign = look.say(f"sign_{key(row['verdict'])}") if row["verdict"] in {"lower", "higher"} else ""
    return f"{place}: {look.number(value, places)}{sign}"
