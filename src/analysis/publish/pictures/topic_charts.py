"""Pictures of answers in several parts: gaps, expected ranges, a run chart, how long complaints stay open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import seaborn as sns
from matplotlib.ticker import MaxNLocator

from analysis.publish.form import expected_mark, no_use
from analysis.publish.markup import Figure
from analysis.publish.topics import PARTS, seen_rows
from analysis.publish.wording import numbers, topic_sentences
from analysis.publish.wording.limits import of_answer
from analysis.publish.wording.sentences import key, wave_words

from .canvas import BAND, INK, MARKS, QUIET, Told, bare, canvas, row_height, to_svg, undrawn, wrapped
from .charts import Dot, dots, marks_legend

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.axes import Axes

    from analysis.oversight import Answer
    from analysis.publish.look import Look

MOST_GAPS = 24
"""How many groups a picture of gaps holds; the widest gaps come first."""
MOST_FLAT = 8
"""With more periods than this their names are turned."""


def _told(answer: Answer, kind: str, look: Look) -> str:
    said = topic_sentences.SAID[answer.topic](answer, look).texts
    return " ".join((look.say(f"alt_{kind}"), *said))


def gaps(answer: Answer, look: Look) -> Figure:
    """Draw the groups' differences for the same services, villages apart: these stand in the table."""
    seen = seen_rows(answer, "gaps", look)
    rows = [row for row in seen if row["verdict"] and row["by"] != "village" and not no_use(row, look)]
    caption = look.say("caption_gaps", wave=wave_words(answer.wave, look))
    if not rows:
        return undrawn(caption, look, told=seen)
    used = {
        id(row): row["difference"] if numbers.is_missing(row["mix_difference"]) else row["mix_difference"]
        for row in rows
    }
    rows.sort(key=lambda row: (-abs(used[id(row)]), str(row["level"])))
    rows = sorted(rows[:MOST_GAPS], key=lambda row: -used[id(row)])
    label = PARTS["equity", "gaps"].label
    plot = [
        Dot(label(row, look), used[id(row)], row["low"], row["high"], key(row["verdict"]), look.n(row["n"]))
        for row in rows
    ]
    margin = look.margin_of(answer.facts)
    svg = dots(plot, look, title=look.say("axis_gaps"), decimals=look.main_decimals(), band=margin)
    notes = (look.say("note_chart_margin", margin=look.margin(margin, 1)), *of_answer(answer, look))
    return Figure(svg, _told(answer, "dots", look), caption, notes)


def expected(answer: Answer, look: Look) -> Figure:
    """Draw each unit against the range that respondents like its own would lead one to expect."""
    seen = seen_rows(answer, "units", look)
    rows = [row for row in seen if not numbers.is_missing(row["limit_low"])]
    caption = look.say("caption_expected", wave=wave_words(answer.wave, look))
    if not rows:
        return undrawn(caption, look, told=seen)
    rows.sort(key=lambda row: (-row["difference"], str(row["unit"])))
    places = look.main_decimals()
    names = [look.level("unit", row["unit"]) for row in rows]
    with canvas(len(rows), row=row_height(names), frame=1.5) as (picture, axes):
        for place, row in enumerate(rows):
            low, value, high = (
                float(numbers.rounded(row[name], places)) for name in ("limit_low", "estimate", "limit_high")
            )
            axes.barh(place, high - low, left=low, height=0.55, color=BAND, edgecolor="#b5b5b5")
            _mark(axes, value, place, expected_mark(row))
            axes.text(
                1.01,
                place,
                look.n(row["n"]),
                transform=axes.get_yaxis_transform(),
                va="center",
                color=QUIET,
                fontsize=9.5,
            )
        title = look.measure_name(look.book.measure.name)
        bare(axes, names, title, look)
        marks_legend(axes, [expected_mark(row) for row in rows], look, "expected")
        svg = to_svg(picture)
    return Figure(svg, _told(answer, "expected", look), caption, (look.say("note_expected"), *of_answer(answer, look)))


def _mark(axes: Axes, at: float, place: float, mark: str) -> None:
    shape, colour, fill = MARKS[mark]
    face = colour if fill == "full" else "white"
    axes.plot([at], [place], shape, color=colour, markersize=9, markerfacecolor=face, zorder=3)


def run_chart(answer: Answer, look: Look) -> Figure:
    """Draw means by period, at one mix where there is a mix, with centre and limits; a diamond marks what is beyond."""
    rows = seen_rows(answer, "points", look)
    if not rows:
        return undrawn(look.say("caption_run_chart"), look, told=answer.table.empty)
    places = look.main_decimals()
    drawn = [row["estimate" if numbers.is_missing(row.get("same_mix")) else "same_mix"] for row in rows]
    values = [float(numbers.rounded(value, places)) for value in drawn]
    with canvas(6, row=0.4) as (picture, axes):
        at = np.arange(len(rows))
        axes.plot(at, values, "-o", color=INK, markersize=5, linewidth=1.2)
        for name, dash in (("centre", "-"), ("limit_low", (0, (4, 3))), ("limit_high", (0, (4, 3)))):
            level = next((row[name] for row in rows if not numbers.is_missing(row[name])), None)
            if level is not None:
                axes.axhline(float(numbers.rounded(level, places)), color=QUIET, linewidth=0.9, linestyle=dash)
        beyond = [place for place, row in enumerate(rows) if row["outside"]]
        axes.plot(beyond, [values[place] for place in beyond], "D", color=MARKS["lower"][1], markersize=10)
        names = [numbers.month_short(row["period"], look.lang) for row in rows]
        flat = len(rows) <= MOST_FLAT
        axes.set_xticks(at, names, rotation=0 if flat else 45, ha="center" if flat else "right", fontsize=9)
        axes.tick_params(axis="x", pad=2)
        axes.set_ylabel(wrapped(look.measure_name(look.book.measure.name), 40))
        axes.yaxis.set_major_formatter(Told(look.lang))
        sns.despine(ax=axes)
        axes.grid(axis="y", color="#d9d9d9", linewidth=0.6)
        svg = to_svg(picture)
    limits = any(not numbers.is_missing(row["limit_low"]) for row in rows)
    alt = _told(answer, "run_chart" if limits else "run_chart_bare", look)
    return Figure(svg, alt, look.say("caption_run_chart"), (look.say("note_run_chart"),) if limits else ())


def complaints(answer: Answer, look: Look) -> Figure:
    """Draw the share of complaints still open by days since they came in (Kaplan-Meier)."""
    curve = answer.tables["curve"].sort_values("days")
    share = [float(numbers.rounded(100 * one, 0)) for one in curve["open_share"]]
    total = int(answer.tables["units"]["n"].iloc[0]) if len(answer.tables["units"]) else 0
    if total < look.plan.threshold or curve.empty:
        return undrawn(look.say("caption_curve"), look, told=total >= look.plan.threshold)
    with canvas(6, row=0.4) as (picture, axes):
        axes.step([0.0, *curve["days"]], [100.0, *share], where="post", color=INK, linewidth=1.8)
        limit: Any = answer.facts.get("limit_days")
        if not numbers.is_missing(limit):
            axes.axvline(float(limit), color=QUIET, linestyle=(0, (4, 3)), linewidth=1)
            text = look.say("line_limit", count=int(limit))
            axes.annotate(text, (float(limit), 100), xytext=(5, -4), textcoords="offset points", va="top", fontsize=9.5)
        axes.set_ylim(0, 102)
        axes.set_xlim(left=0)
        axes.set_xlabel(look.say("axis_days"))
        axes.set_ylabel(look.say("axis_open"))
        sns.despine(ax=axes)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.grid(axis="y", color="#d9d9d9", linewidth=0.6)
        svg = to_svg(picture)
    return Figure(svg, _told(answer, "complaints", look), look.say("caption_curve"), (look.say("note_curve"),))


DRAWN: dict[str, Callable[[Answer, Look], Figure]] = {
    "equity": gaps,
    "expected_range": expected,
    "run_chart": run_chart,
    "complaints": complaints,
}
