"""Bars: answers in a hundred, low answers by item, respondents against what is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from analysis.publish.look import records
from analysis.publish.markup import Figure
from analysis.publish.wording import numbers
from analysis.publish.wording.answers import item_hidden, too_vague

from .canvas import INK, QUIET, bare, canvas, row_height, to_svg, undrawn

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.publish.look import Look, Row
    from analysis.publish.markup import Sentences

SHADES = ("#7f2a00", "#d98a4f", "#9dbfd9", "#1f5f93")
"""Lowest answer to highest; dark ends, light middle, so that it reads in grey too, and each part bears its figure."""
MERGED = "#a84d14"
LIGHT = (SHADES[1], SHADES[2])
BAR = "#5b7fa3"
HATCHED = "//"
"""The low answers bear stripes, so that in grey they are not taken for the high ones."""
LEAST_LABELLED = 0.06


def answers(table: pd.DataFrame, look: Look, said: Sentences, *, unit: str, wave: str) -> Figure:
    """Draw a unit's items: how many of a hundred gave each answer, or where that is unknown, gave a low one.

    Parts are drawn as whole percents. Where too few people gave one of the two lowest answers to one item, all items
    are drawn in low answers and others: with the mean, shares of the others would tell the two lowest apart again. An
    item whose share of low answers is too vague to tell has no bar.
    """
    rows = [row for row in records(table) if not item_hidden(row, table, look, unit=unit, wave=wave)]
    caption = look.say(
        "caption_answers",
        item=look.column("item"),
        name=look.level("unit", unit) if unit else look.say("everybody"),
        wave=wave,
    )
    if not rows:
        return undrawn(caption, look)
    shares = sorted(str(name) for name in table.columns if str(name).startswith("share_"))
    if shares and any(_few(row, shares, look) for row in rows):
        shares = []
    labels = _labels(shares, look)
    names = [look.item_short(row["variable"]) for row in rows]
    with canvas(len(rows), row=row_height(names)) as (picture, axes):
        for place, row in enumerate(rows):
            left = 0.0
            if too_vague(row, look):
                axes.text(0.01, place, look.say("too_vague"), va="center", color=QUIET, fontsize=9)
                continue
            for share, (shade, hatch, _) in zip(_parts(row, shares, look), labels, strict=True):
                axes.barh(place, share, left=left, color=shade, hatch=hatch, edgecolor="white", height=0.72)
                if share >= LEAST_LABELLED:
                    _figure(axes, left + share / 2, place, numbers.number(100 * share, look.lang, 0), shade)
                left += share
        bare(axes, names, look.say("axis_answers"), look)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "25", "50", "75", "100"])
        handles = [Patch(facecolor=shade, hatch=hatch, edgecolor="white", label=text) for shade, hatch, text in labels]
        picture.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False, fontsize=9.5)
        svg = to_svg(picture)
    return Figure(svg, " ".join((look.say("alt_answers"), *said.texts)), caption, (look.say("note_low_share"),))


def _figure(axes: Axes, at: float, place: int, text: str, shade: str) -> None:
    box = {"facecolor": shade, "edgecolor": "none", "pad": 1.2}
    colour = INK if shade in LIGHT else "white"
    axes.text(at, place, text, ha="center", va="center", color=colour, fontsize=9, bbox=box)


def _few(row: Row, shares: list[str], look: Look) -> bool:
    """Tell whether either of the two lowest answers was given by too few people to show it alone."""
    people = [numbers.rounded(float(row[name]) * row["n"], 0) for name in shares[:2]]
    return any(count < look.rules.answers.merge_under for count in people)


def _labels(shares: list[str], look: Look) -> list[tuple[str, str, str]]:
    """Return shade, stripes and name of each part of a bar."""
    if not shares:
        return [(MERGED, HATCHED, look.say("key_low")), (SHADES[3], "", look.say("key_other"))]
    shades = [SHADES[int(at)] for at in np.linspace(0, 3, len(shares)).round()]
    return [(shade, HATCHED if at == 0 else "", str(at + 1)) for at, shade in enumerate(shades)]


def _parts(row: Row, shares: list[str], look: Look) -> list[float]:
    """Return the parts of a bar as whole percents; none or all of a small group is drawn at its bound."""
    low = float(row["low_share"])
    given = [float(row[name]) for name in shares] or [low, 1 - low]
    if row["n"] < look.rules.answers.extreme_under:
        given = [min(max(share, 1 / row["n"]), 1 - 1 / row["n"]) for share in given]
    whole = [float(numbers.rounded(100 * share, 0)) for share in given]
    return [share / sum(whole) for share in whole]


def coverage(table: pd.DataFrame, look: Look, said: Sentences) -> Figure:
    """Draw respondents per unit in the latest wave beside the number that was needed."""
    wave = str(max(table["wave"].astype(str)))
    part = table[table["wave"].astype(str) == wave]
    rows = [row for row in records(part) if not (row["surveyed"] and look.hidden_survey(row))]
    caption = look.say("caption_coverage_of", wave=wave)
    if not rows:
        return undrawn(caption, look)
    rows.sort(key=lambda row: (-row["n"], str(row["unit"])))
    names = [look.level("unit", row["unit"]) for row in rows]
    with canvas(len(rows), row=row_height(names, 0.36), frame=1.5) as (picture, axes):
        for place, row in enumerate(rows):
            axes.barh(place, row["n"], color=BAR, height=0.62)
            if not numbers.is_missing(row["needed"]):
                axes.plot([row["needed"]] * 2, [place - 0.4, place + 0.4], color=INK, linewidth=2.5)
            text = numbers.count(row["n"], look.lang) if row["surveyed"] else look.say("not_surveyed")
            axes.annotate(text, (row["n"], place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9)
        bare(axes, names, look.say("axis_coverage"), look)
        axes.margins(x=0.15)
        if any(not numbers.is_missing(row["needed"]) for row in rows):
            keys = [
                Patch(facecolor=BAR, label=look.say("head_n")),
                Line2D([], [], color=INK, linewidth=2.5, label=look.say("head_needed")),
            ]
            picture.legend(handles=keys, loc="outside lower center", ncols=2, frameon=False, fontsize=9.5)
        svg = to_svg(picture)
    return Figure(
        svg,
        " ".join((look.say("alt_coverage"), *said.texts)),
        caption,
        (look.say("note_needed_line"),),
    )
