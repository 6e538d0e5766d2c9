"""One look for all pictures: a blank canvas, marks that differ in shape as well as colour, and the way to SVG bytes.

The same picture gives the same bytes. Letters are drawn as outlines, so a reader needs no font and no text of a
workbook is ever markup; nothing is read as a formula between dollar signs.
"""

from __future__ import annotations

import io
import re
import textwrap
import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import matplotlib as mpl
import seaborn as sns
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure as Picture
from matplotlib.ticker import Formatter, MaxNLocator

from analysis.publish.markup import Figure
from analysis.publish.wording import numbers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from matplotlib.axes import Axes

    from analysis.publish.look import Look

WIDTH = 5.2
"""Inches: no letter of a picture as wide as a phone is then too small to read."""
ROW, FRAME = 0.42, 1.35
LABEL_WIDTH, LABEL_LINES, TITLE_WIDTH, LEGEND_WIDTH = 22, 3, 46, 52
INK, QUIET, BAND, EDGE = "#1b1b1b", "#595959", "#ececec", "#8a8a8a"
MOST_MARKS = 4
"""How many steps an axis with numbers has at most, so that these do not touch."""
MARKS = {
    "lower": ("v", "#b84a00", "full"),
    "higher": ("^", "#00599c", "full"),
    "same": ("s", "#595959", "full"),
    "unsure": ("o", "#595959", "none"),
    "unjudged": ("x", "#595959", "full"),
}
"""Per verdict: shape, colour (Okabe and Ito's, darkened), filled or hollow. Shape alone tells them apart."""
WASTE = tuple(
    (re.compile(pattern, re.DOTALL), kept)
    for pattern, kept in (
        (rb"<!--.*?-->", b""),
        (rb"<metadata>.*?</metadata>", b""),
        (rb"\s+", b" "),
        (rb"> <", b"><"),
        (rb"([1-9]\d*\.\d{2})\d+", rb"\1"),
    )
)
SETTINGS = {
    "svg.hashsalt": "tilik",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.7,
    "path.simplify": False,
    "axes.formatter.use_locale": False,
}


@contextmanager
def canvas(
    rows: int, *, width: float = WIDTH, row: float = ROW, frame: float = FRAME
) -> Iterator[tuple[Picture, Axes]]:
    """Give a picture with one set of axes, as tall as ``rows`` need, under the common look."""
    # Seaborn's two helpers are typed as if they took no positional context; the settings they return are plain dicts.
    with mpl.rc_context({**sns.plotting_context("notebook", font_scale=0.95), **sns.axes_style("white"), **SETTINGS}):  # type: ignore[dict-item]
        picture = Picture(figsize=(width, frame + row * rows), layout="constrained")
        axes = picture.add_subplot()
        yield picture, axes


def undrawn(caption: str, look: Look, *, told: object = ()) -> Figure:
    """Return what stands for a picture without a value: axes around nothing would be read as a finding.

    ``told`` are rows that may be shown, but have nothing to draw; without any, the plan withholds them all.
    """
    return Figure(b"", look.say("nothing_to_draw" if told else "nothing_to_show"), caption)


def to_svg(picture: Picture) -> bytes:
    """Return a picture as SVG without date or program name."""
    stream = io.BytesIO()
    with warnings.catch_warnings():
        # A letter the font lacks is drawn as a box; the table beside the picture has the name in full.
        warnings.filterwarnings("ignore", message=r"Glyph .* missing from font")
        FigureCanvasSVG(picture).print_svg(  # type: ignore[no-untyped-call]
            stream, metadata={"Date": None, "Creator": None, "Format": None, "Type": None}
        )
    return lean(stream.getvalue())


def lean(svg: bytes) -> bytes:
    """Return an SVG without remarks (they repeat the drawn text) and data sheet, its places in hundredths."""
    for pattern, kept in WASTE:
        svg = pattern.sub(kept, svg)
    return svg


def wrapped(text: str, width: int = LABEL_WIDTH) -> str:
    """Return a label over at most three lines; of a longer one the middle goes, since names differ at either end."""
    lines = textwrap.wrap(text, width) or [""]
    if len(lines) > LABEL_LINES:
        end = textwrap.wrap(text[::-1], width - len("… "))[0][::-1]
        lines = [*lines[: LABEL_LINES - 1], f"… {end}"]
    return "\n".join(lines)


LINE = 0.165
"""How tall a line of a label is, in inches."""


def row_height(labels: list[str], least: float = ROW) -> float:
    """Return how tall the rows of a picture must be for their labels not to touch."""
    lines = max((wrapped(label).count("\n") + 1 for label in labels), default=1)
    return max(least, LINE * lines + 0.08)


class Told(Formatter):
    """Numbers along an axis in the reader's language, with the fewest places that tell them apart."""

    MOST = 3

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def __call__(self, x: float, pos: Any = None) -> str:  # noqa: ANN401, ARG002 - matplotlib's own signature
        """Return the text at one place, by itself."""
        return self.format_ticks([x])[0]

    def format_ticks(self, values: Any) -> list[str]:  # noqa: ANN401 - matplotlib's own signature
        """Return the texts of all places, with as many decimals as the finest of them needs."""
        enough = (places for places in range(self.MOST) if all(_as_round(float(one), places) for one in values))
        decimals = next(enough, self.MOST)
        return [numbers.number(one, self.lang, decimals) for one in values]


def _as_round(value: float, places: int) -> bool:
    return abs(float(numbers.rounded(value, places)) - value) < 10.0 ** -(places + 6)


def bare(axes: Axes, labels: list[str], title: str, look: Look) -> None:
    """Lay out a horizontal chart: names down the side, first on top, a quiet grid, numbers in the reader's language."""
    axes.set_yticks(range(len(labels)), [wrapped(label) for label in labels])
    axes.set_ylim(len(labels) - 0.4, -0.6)
    axes.set_xlabel(wrapped(title, TITLE_WIDTH))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=MOST_MARKS))
    axes.grid(axis="x", color="#d9d9d9", linewidth=0.6)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_formatter(Told(look.lang))
    sns.despine(ax=axes, left=True)
    axes.tick_params(axis="y", length=0)
