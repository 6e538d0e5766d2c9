"""What notebooks hold in hand: one object that knows the plan, and shows any result as a sentence, a table, a chart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import pandas as pd

from analysis.errors import CallError, Fault
from analysis.oversight import Answer, Change, Comparison, Matrix

from . import arrivals, listings, recaps, tables, topics
from .guard import guarded
from .look import Look
from .markup import Sentences
from .pictures import bars, charts, maps, topic_charts
from .wording import answers, coverage, finding_words, limits, sentences, topic_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .markup import Figure, Table
    from .study import StudyLike

T = TypeVar("T")
Result = Comparison | Matrix | Change | Answer | pd.DataFrame

KINDS: tuple[tuple[str, frozenset[str]], ...] = (
    ("arrived", frozenset({"number", "sha256", "rows", "kept", "set_aside"})),
    ("problems", frozenset({"code", "severity", "what", "todo"})),
    ("recaps", frozenset({"published", "missing", "grade_changes"})),
    ("coverage", frozenset({"unit", "wave", "must", "surveyed", "needed"})),
    ("reconcile", frozenset({"published", "recomputed", "explained"})),
    ("index", frozenset({"index", "grade", "index_011"})),
    ("integrity", frozenset({"same_share", "repeated_share", "signs"})),
    ("unsur", frozenset({"variable", "estimate", "low_share"})),
)
"""The plain frames that are known, by the columns that tell them."""


NO_FILES = arrivals.Files({})


@dataclass(frozen=True)
class Show:
    """Shows results under one plan; nothing it returns holds a figure that the plan withholds.

    ``wave`` is what a plain frame without a wave column is about.
    """

    look: Look
    wave: str = ""
    files: arrivals.Files = NO_FILES

    def sentence(self, result: Result, part: str = "", *, unit: str = "", wave: str | None = None) -> Sentences:
        """Return what ``result`` says in sentences, the answer first; ``unit`` where a table of items is one unit's."""
        return self._made(SAID, result, unit, wave, part)

    def table(self, result: Result, part: str = "", *, unit: str = "", wave: str | None = None) -> Table:
        """Return ``result`` as a table with caption, units, bases, notes; ``part`` chooses a table of an answer."""
        return self._made(TABLES, result, unit, wave, part)

    def chart(self, result: Result, *, unit: str = "", wave: str | None = None) -> Figure:
        """Return ``result`` as a picture whose alt text states the finding."""
        return self._made(CHARTS, result, unit, wave)

    def ranks(self, result: Comparison) -> Figure:
        """Return the ranges of ranks of a comparison as a picture."""
        return self._made(RANKS, result)

    def map(self, result: Comparison) -> Figure:
        """Return a comparison of districts as a map, where the codebook's places come with outlines."""
        return self._made(MAPS, result)

    def lowest(self, result: Comparison) -> str:
        """Return the lowest level of a comparison among those that may be shown, judged ones first.

        Where none may be shown it is the first by name: which of them is lowest nobody is told.
        """
        rows = sentences.shown(result, self.look)
        rows = [row for row in rows if row["verdict"]] or rows
        return str(rows[0]["level"]) if rows else min(map(str, result.table["level"]))

    def note(self, key: str) -> Sentences:
        """Return a remark of the catalogue by its key, such as ``"not_cause"``."""
        return Sentences((), (self.look.say(key),))

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of plain frames that have words of their own."""
        return tuple(name for name, _ in KINDS)

    def _made(
        self,
        makers: Mapping[str, Callable[..., T]],
        result: Result,
        unit: str = "",
        wave: str | None = None,
        part: str = "",
    ) -> T:
        """Return a result in a form: the only way to a maker, and none is handed what the plan withholds."""
        kind, shown = _kind(result, part)
        if kind not in makers:
            known = ", ".join(sorted(makers))
            raise CallError(Fault("show", f"cannot show a result of kind {kind!r} in this form", f"known are {known}"))
        about = About(
            unit=unit or _only(shown, "unit"),
            wave=_only(shown, "wave") or (self.wave if wave is None else wave),
            files=self.files,
            part=part,
        )
        if kind == "index" and isinstance(shown, pd.DataFrame) and "wave" not in shown and about.wave:
            shown = shown.assign(wave=about.wave)
        safe = guarded(kind, shown, self.look, unit=about.unit, wave=about.wave)
        return makers[kind](safe, self.look, about)


class About(NamedTuple):
    """What a plain frame is about where it does not say so itself, and the numbers of the files."""

    unit: str
    wave: str
    files: arrivals.Files
    part: str = ""


SAID: dict[str, Callable[[Any, Look, About], Sentences]] = {
    "comparison": lambda result, look, _: sentences.comparison(result, look),
    "topic": lambda answer, look, about: topic_sentences.of_part(answer, about.part, look),
    "matrix": lambda result, look, _: sentences.matrix(result, look),
    "change": lambda result, look, _: sentences.change(result, look),
    "arrived": lambda table, look, _: arrivals.said(table, look),
    "problems": lambda table, look, about: arrivals.doubts_said(table, look, about.files),
    "coverage": lambda table, look, _: coverage.coverage(table, look),
    "recaps": lambda table, look, _: recaps.sentences(table, look),
    "reconcile": lambda table, look, _: answers.reconcile(table, look),
    "integrity": lambda table, look, _: answers.integrity(table, look),
    "index": lambda table, look, _: answers.index(table, look),
    "unsur": lambda table, look, about: answers.unsur(table, look, unit=about.unit, wave=about.wave),
}
TABLES: dict[str, Callable[[Any, Look, About], Table]] = {
    "comparison": lambda result, look, _: tables.comparison(result, look),
    "matrix": lambda result, look, _: tables.matrix(result, look),
    "change": lambda result, look, _: tables.change(result, look),
    "arrived": lambda table, look, _: arrivals.table(table, look),
    "problems": lambda table, look, about: (
        arrivals.doubts_by_file(table, look, about.files)
        if about.part == "by_file"
        else arrivals.doubts(table, look, about.files)
    ),
    "coverage": lambda table, look, _: listings.coverage(table, look),
    "recaps": lambda table, look, _: recaps.table(table, look),
    "reconcile": lambda table, look, _: listings.reconcile(table, look),
    "integrity": lambda table, look, _: listings.integrity(table, look),
    "index": lambda table, look, _: listings.index(table, look),
    "topic": lambda answer, look, about: (
        finding_words.table(answer, look)
        if answer.topic == "findings"
        else topics.table(answer, about.part or next(iter(answer.tables)), look)
    ),
    "unsur": lambda table, look, about: listings.unsur(table, look, unit=about.unit, wave=about.wave),
    "plain": lambda table, look, about: listings.plain(table, look, wave=about.wave),
}
CHARTS: dict[str, Callable[[Any, Look, About], Figure]] = {
    "topic": lambda answer, look, _: topic_charts.DRAWN[answer.topic](answer, look),
    "comparison": lambda result, look, _: charts.comparison(result, look),
    "matrix": lambda result, look, _: charts.matrix(result, look),
    "change": lambda result, look, _: charts.change(result, look),
    "coverage": lambda table, look, about: bars.coverage(table, look, SAID["coverage"](table, look, about)),
    "index": lambda table, look, about: charts.index(table, look, SAID["index"](table, look, about)),
    "unsur": lambda table, look, about: bars.answers(
        table, look, SAID["unsur"](table, look, about), unit=about.unit, wave=about.wave
    ),
}
RANKS: dict[str, Callable[[Any, Look, About], Figure]] = {
    "comparison": lambda result, look, _: charts.ranks(result, look),
}
MAPS: dict[str, Callable[[Any, Look, About], Figure]] = {
    "comparison": lambda result, look, _: maps.districts(result, look),
}


def _kind(result: Result, part: str = "") -> tuple[str, Result]:
    if isinstance(result, Answer):
        chosen = part or next(iter(result.tables))
        if (result.topic, chosen) in topics.PARTS or (not part and result.topic in topic_sentences.SAID):
            return "topic", result
        return _kind(result.tables[chosen])
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
    look = Look(study.plan, study.book, study.lang, limits.sampled(study))
    return Show(look, study.wave or "", arrivals.known(study.files, look))
