"""What notebooks hold in hand: one object that knows the plan, and shows any result as a sentence, a table, a chart."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from analysis.errors import CallError, Fault
from analysis.oversight import Answer, Change, Comparison, Matrix

from . import answers, bars, charts, listings, sentences, tables
from .look import Look
from .markup import Sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from analysis.codebook import Codebook
    from analysis.shapes import Plan

    from .markup import Figure, Table

Result = Comparison | Matrix | Change | Answer | pd.DataFrame

KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("arrived", frozenset({"number", "sha256", "rows", "kept", "set_aside"})),
    ("problems", frozenset({"code", "severity", "what", "todo"})),
    ("coverage", frozenset({"unit", "wave", "must", "surveyed", "needed"})),
    ("reconcile", frozenset({"published", "recomputed", "explained"})),
    ("index", frozenset({"index", "grade", "index_011"})),
    ("unsur", frozenset({"variable", "estimate", "low_share"})),
)
"""The plain frames that are known, by the columns that tell them."""


class StudyLike(Protocol):
    """What a page needs of a study."""

    @property
    def plan(self) -> Plan: ...  # noqa: D102
    @property
    def book(self) -> Codebook: ...  # noqa: D102
    @property
    def lang(self) -> str: ...  # noqa: D102
    @property
    def wave(self) -> str: ...  # noqa: D102
    @property
    def files(self) -> pd.DataFrame: ...  # noqa: D102


@dataclass(frozen=True)
class Show:
    """Shows results under one plan; nothing it returns holds a figure that the plan withholds.

    ``wave`` is what a plain frame without a wave column is about.
    """

    look: Look
    wave: str = ""
    file_numbers: Mapping[str, str] = field(default_factory=dict)

    def sentence(self, result: Result, *, unit: str = "", wave: str | None = None) -> Sentences:
        """Return what ``result`` says in sentences, the answer first; ``unit`` where a table of items is one unit's."""
        return self._made("sentence", result, unit, wave)  # type: ignore[return-value]

    def table(self, result: Result, *, unit: str = "", wave: str | None = None) -> Table:
        """Return ``result`` as a table with caption, units, bases and notes."""
        return self._made("table", result, unit, wave)  # type: ignore[return-value]

    def chart(self, result: Result, *, unit: str = "", wave: str | None = None) -> Figure:
        """Return ``result`` as a picture whose alt text states the finding."""
        return self._made("chart", result, unit, wave)  # type: ignore[return-value]

    def ranks(self, result: Comparison) -> Figure:
        """Return the ranges of ranks of a comparison as a picture."""
        return charts.ranks(result, self.look)

    def note(self, key: str, **values: object) -> Sentences:
        """Return a remark of the catalogue by its key, such as ``"what_not_to_conclude"``."""
        return Sentences((), (self.look.say(key, **values),))

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of plain frames that have words of their own."""
        return tuple(name for name, _ in KINDS)

    def _made(self, form: str, result: Result, unit: str, wave: str | None) -> object:
        kind, shown = _kind(result)
        about = {"unit": unit or _only(shown, "unit"), "wave": self.wave if wave is None else wave}
        about["wave"] = _only(shown, "wave") or about["wave"]
        made = self._makers(form, shown, about).get(kind)
        if made is None:
            known = ", ".join(sorted(self._makers(form, shown, about)))
            raise CallError(Fault(f"show.{form}", f"has no {form} for this result", f"known are {known}"))
        return made(shown)

    def _makers(self, form: str, result: Result, about: dict[str, str]) -> dict[str, Callable[..., object]]:
        look = self.look
        if form == "table":
            return {
                "comparison": partial(tables.comparison, look=look), "matrix": partial(tables.matrix, look=look),
                "change": partial(tables.change, look=look), "coverage": partial(listings.coverage, look=look),
                "arrived": partial(listings.arrived, look=look), "index": partial(self._waved(listings.index, about), look=look),
                "reconcile": partial(listings.reconcile, look=look), "unsur": partial(listings.unsur, look=look, **about),
                "problems": partial(listings.problems, look=look, numbers_of=dict(self.file_numbers)),
                "plain": partial(listings.plain, look=look, wave=about["wave"]),
            }  # fmt: skip
        said: dict[str, Callable[..., Sentences]] = {
            "comparison": partial(sentences.comparison, look=look), "matrix": partial(sentences.matrix, look=look),
            "change": partial(sentences.change, look=look), "coverage": partial(answers.coverage, look=look),
            "arrived": partial(answers.arrived, look=look), "index": partial(self._waved(answers.index, about), look=look),
            "reconcile": partial(answers.reconcile, look=look), "unsur": partial(answers.unsur, look=look, **about),
            "problems": partial(answers.problems, look=look, numbers_of=dict(self.file_numbers)),
        }  # fmt: skip
        if form == "sentence":
            return dict(said)
        spoken = {name: partial(_with_words, say=said[name], look=look) for name in ("coverage", "index", "unsur")}
        return {
            "comparison": partial(charts.comparison, look=look), "matrix": partial(charts.matrix, look=look),
            "change": partial(charts.change, look=look),
            "coverage": partial(spoken["coverage"], draw=bars.coverage),
            "index": partial(spoken["index"], draw=self._waved(charts.index, about)),
            "unsur": partial(spoken["unsur"], draw=partial(bars.answers, **about)),
        }  # fmt: skip

    def _waved(self, make: Callable[..., object], about: dict[str, str]) -> Callable[..., object]:
        """Return ``make`` for a frame that may not name its wave: the page's wave is then filled in."""

        def of_wave(table: pd.DataFrame, *rest: object, **named: object) -> object:
            return make(
                table if "wave" in table or not about["wave"] else table.assign(wave=about["wave"]), *rest, **named
            )

        return of_wave


def _with_words(
    table: pd.DataFrame, *, say: Callable[..., Sentences], draw: Callable[..., object], look: Look
) -> object:
    return draw(table, look, say(table))


def _kind(result: Result) -> tuple[str, Result]:
    if isinstance(result, Answer):
        return _kind(result.table)
    for kind, name in ((Comparison, "comparison"), (Matrix, "matrix"), (Change, "change")):
        if isinstance(result, kind):
            return name, result
    if not isinstance(result, pd.DataFrame):
        raise CallError(
            Fault("show", f"cannot show a {type(result).__name__}", "give it a result of oversight or a frame")
        )
    return next((name for name, columns in KINDS if columns <= set(result.columns)), "plain"), result


def _only(result: Result, column: str) -> str:
    """Return the one level that a frame has in ``column``, or nothing."""
    if not isinstance(result, pd.DataFrame) or column not in result:
        return ""
    levels = result[column].dropna().astype(str).unique()
    return str(levels[0]) if len(levels) == 1 else ""


def open_page(study: StudyLike) -> Show:
    """Return a Show bound to a study's plan, codebook, language and latest wave."""
    numbers = dict(zip(study.files["file"], study.files["number"], strict=True)) if "number" in study.files else {}
    return Show(Look(study.plan, study.book, study.lang), study.wave or "", numbers)
