"""Bars: answers in a hundred, low answers by item, respondents against what is needed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Patch

from . import numbers
from .canvas import INK, bare, canvas, to_svg
from .look import records
from .markup import Figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure as Picture

    from .look import Look, Row
    from .markup import Sentences

SHADES = ("#7f2a00", "#d98a4f", "#9dbfd9", "#1f5f93")
"""Lowest answer to highest; dark ends, light middle, so that it reads in grey too, and each part bears its figure."""
HATCHES = ("", "///", "", "...")


def answers(table: pd.DataFrame, look: Look, said: Sentences, *, unit: str, wave: str) -> Figure:
    """Draw a unit's items: how many of a hundred gave each answer, or where that is unknown, gave a low one."""
    rows = [row for row in records(table) if not look.hidden(row["n"], wave, {"unit": unit} if unit else {})]
    shares = sorted(str(name) for name in table.columns if str(name).startswith("share_"))
    names = [look.item_short(row["variable"]) for row in rows]
    with canvas(len(rows)) as (picture, axes):
        for place, row in enumerate(rows):
            left = 0.0
            for share, shade, hatch in _parts(row, shares, look):
                axes.barh(place, share, left=left, color=shade, hatch=hatch, edgecolor="white", height=0.72)
                if share >= 0.06:
                    light = shade in {SHADES[1], SHADES[2]}
                    axes.text(
                        left + share / 2,
                        place,
                        numbers.number(100 * share, look.lang, 0),
                        ha="center",
                        va="center",
                        color=INK if light else "white",
                        fontsize=9,
                        bbox={"facecolor": shade, "edgecolor": "none", "pad": 1.2},
                    )
                left += share
        bare(axes, names, look.say("axis_answers"), look, 0)
        axes.set_xlim(0, 1)
        axes.set_xticks([0, 0.25, 0.5, 0.75, 1.0], ["0", "25", "50", "75", "100"])
        _key(picture, look, merged=_any_merged(rows, shares, look), parts=len(shares))
        svg = to_svg(picture)
    caption = look.say(
        "caption_answers",
        item=look.column("item"),
        name=look.level("unit", unit) if unit else look.say("everybody"),
        wave=wave,
    )
    return Figure(svg, " ".join((look.say("alt_answers"), *said.texts)), caption, (look.say("note_low_share"),))


def _merge(row: Row, shares: list[str], look: Look) -> bool:
    """Tell whether the two lowest answers are drawn as one: either was given by too few people."""
    return any(round(float(row[name]) * row["n"]) < look.rules.answers.merge_under for name in shares[:2])


def _any_merged(rows: list[Row], shares: list[str], look: Look) -> bool:
    return not shares or any(_merge(row, shares, look) for row in rows)


def _parts(row: Row, shares: list[str], look: Look) -> list[tuple[float, str, str]]:
    if not shares:
        low = float(row["low_share"])
        return [(low, SHADES[0], HATCHES[0]), (1 - low, SHADES[3], HATCHES[3])]
    given = [float(row[name]) for name in shares]
    shade = [SHADES[int(at)] for at in np.linspace(0, 3, len(given)).round()]
    hatch = [HATCHES[int(at)] for at in np.linspace(0, 3, len(given)).round()]
    if _merge(row, shares, look):
        given, shade, hatch = [given[0] + given[1], *given[2:]], [shade[0], *shade[2:]], [hatch[0], *hatch[2:]]
    return list(zip(given, shade, hatch, strict=True))


def _key(picture: Picture, look: Look, *, merged: bool, parts: int) -> None:
    if not parts:
        items = [(look.say("key_low"), 0), (look.say("key_other"), 3)]
    else:
        items = [(str(answer + 1), round(3 * answer / (parts - 1))) for answer in range(parts)]
        if merged:
            items[0] = (look.say("key_merged"), 0)
    handles = [Patch(facecolor=SHADES[at], hatch=HATCHES[at], edgecolor="white", label=text) for text, at in items]
    picture.legend(handles=handles, loc="outside lower center", ncols=len(handles), frameon=False, fontsize=9.5)


def coverage(table: pd.DataFrame, look: Look, said: Sentences) -> Figure:
    """Draw respondents per unit in the latest wave beside the number that was needed."""
    wave = str(max(table["wave"].astype(str)))
    part = table[table["wave"].astype(str) == wave]
    rows = [
        row for row in records(part) if not (row["surveyed"] and look.hidden(row["n"], wave, {"unit": row["unit"]}))
    ]
    rows.sort(key=lambda row: (-row["n"], str(row["unit"])))
    with canvas(len(rows), row=0.36) as (picture, axes):
        for place, row in enumerate(rows):
            axes.barh(place, row["n"], color="#5b7fa3", height=0.62)
            if not numbers.is_missing(row["needed"]):
                axes.plot([row["needed"]] * 2, [place - 0.4, place + 0.4], color=INK, linewidth=2.5)
            text = numbers.count(row["n"], look.lang) if row["surveyed"] else look.say("not_surveyed")
            axes.annotate(text, (row["n"], place), xytext=(4, 0), textcoords="offset points", va="center", fontsize=9)
        bare(axes, [look.level("unit", row["unit"]) for row in rows], look.say("axis_coverage"), look, 0)
        axes.margins(x=0.15)
        svg = to_svg(picture)
    return Figure(
        svg,
        " ".join((look.say("alt_coverage"), *said.texts)),
        look.say("caption_coverage_of", wave=wave),
        (look.say("note_needed_line"),),
    )


__all__ = ["answers", "coverage"]
