"""The full report, after the skeleton that staff know: introduction, collection, results, analysis, follow-up, end."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from analysis import oversight, publish
from analysis.words import say

from .brief import told
from .front import facts
from .names import REPORT
from .shell import Head, page, render
from .study import SKM, has

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from analysis.publish import Figure, Sentences, Show, Table
    from analysis.store import Study
    from analysis.survey import SurveyDesign

    from .shelf import Shelf
    from .shell import Surroundings

WEAKEST = 3
"""How many units the follow-up table names, the lowest first."""
PLACES = ("sector", "district")
CONCLUSIONS = ("brief_findings", "brief_questions")
"""The parts of the brief that the report ends with."""


@dataclass(frozen=True)
class Part:
    """A numbered part of the report: its title and what stands in it, in order."""

    title: str
    pieces: tuple[Markup, ...]


def report(study: Study, around: Surroundings, kept: Shelf) -> str:
    """Return the page ``laporan.html``; ``kept`` may hold its inside from the run before."""
    mark = kept.mark("report")
    inside = kept.take(mark)
    if inside is None:
        writer = Writer(study, publish.open_page(study), told(study, kept))
        inside = render(
            "report.html.j2", parts=[part for part in writer.parts() if part.pieces], methods=writer.methods()
        )
        kept.put(mark, inside)
    return page(inside, around, Head(say("pages.report_title", around.lang), REPORT, "report"))


@dataclass(frozen=True)
class Writer:
    """Writes the parts of one study's report; what the study does not hold is left out."""

    study: Study
    show: Show
    brief: publish.Brief

    @cached_property
    def design(self) -> SurveyDesign:
        """Return the design of the answers."""
        return oversight.design(self.study.responses, self.study.book, self.study.surveys)

    def parts(self) -> Iterator[Part]:
        """Return the parts in the order of the skeleton."""
        told = (self.introduction, self.collection)
        answered = (self.results, self.analysis, self.follow_up, self.conclusion)
        for write in (*told, *answered) if len(self.study.responses) else told:
            yield Part(self._say(write.__name__), tuple(write()))

    def introduction(self) -> Iterator[Markup]:
        """Say what this report is, of when, under which rule."""
        study = self.study
        yield self._text("introduction_text", study=self._title(), waves=", ".join(study.waves))
        yield from (_line(question, answer) for question, answer in facts(study))

    def collection(self) -> Iterator[Markup]:
        """Say who surveyed, how respondents were chosen, what became of the rows."""
        coverage = oversight.coverage(self.study)
        latest = coverage[coverage["wave"] == self.study.wave]
        if len(latest) and has(self.study, "unit"):
            yield from self._shown(latest, self.show.sentence, self.show.table)
        yield from self._shown(self.study.files, self.show.sentence)

    def results(self) -> Iterator[Markup]:
        """Show the index of every unit with its grade, and each element over all respondents."""
        if has(self.study, SKM):
            index = oversight.skm_index(self.design, ["unit", "wave"], book=self.study.book)
            latest = index[index["wave"] == self.study.wave]
            yield _heading(self._say("by_unit"))
            yield from self._shown(latest, self.show.chart, self.show.table)
        yield _heading(self._say("by_item"))
        items = oversight.unsur(self.design, None, book=self.study.book, wave=self.study.wave)
        yield from self._shown(items, self.show.sentence, self.show.table)

    def analysis(self) -> Iterator[Markup]:
        """Say where it is lower or higher, as compared by sector and by residence, and what changed."""
        study = self.study
        for by in (place for place in PLACES if has(study, place)):
            yield _heading(self._say(f"by_{by}"))
            places = oversight.compare(self.design, by, book=study.book, wave=study.wave)
            yield from self._shown(places, self.show.sentence, self.show.chart)
        if len(study.waves) > 1:
            by = next((column for column in ("unit", *PLACES) if has(study, column)), "")
            if by:
                yield _heading(self._say("trend"))
                change = oversight.change(self.design, book=study.book, by=by, wave=study.wave)
                yield from self._shown(change, self.show.sentence, self.show.table)

    def follow_up(self) -> Iterator[Markup]:
        """Give the plan's form, filled in as far as figures reach: weakest elements of the weakest units."""
        if not (has(self.study, SKM) and has(self.study, "unit")):
            return
        units = oversight.compare(self.design, "unit", book=self.study.book, wave=self.study.wave, ranks=False)
        table = units.table[units.table["verdict"] != ""]
        shown = [not self._hidden(unit, n) for unit, n in zip(table["level"], table["n"], strict=True)]
        seen = table.loc[shown]
        judged = seen.nsmallest(WEAKEST, "estimate")["level"]
        rows = [self._weakest(str(unit)) for unit in judged]
        yield self._text("follow_up_text")
        heads = [self._say(f"plan_{name}") for name in ("unit", "items", "program", "when", "who")]
        yield _form(self._say("plan_caption"), heads, [[unit, items, "", "", ""] for unit, items in rows])

    def conclusion(self) -> Iterator[Markup]:
        """Say what was found and what to ask because of it, as the brief does, then what the figures do not tell."""
        for part in (one for one in self.brief.sections if one.title in map(self.show.look.say, CONCLUSIONS)):
            yield _heading(part.title)
            yield from (Markup("<p>{}</p>").format(text) for text in part.texts)
            lines = Markup("").join(Markup("<li>{}</li>").format(item.text) for item in part.items)
            yield Markup('<ul class="answers">{}</ul>').format(lines) if lines else Markup("")
        yield _heading(self._say("not_said"))
        yield Markup("<ul>{}</ul>").format(
            Markup("").join(Markup("<li>{}</li>").format(line) for line in self._say("not_said_list").split("\n"))
        )

    def methods(self) -> Part:
        """Return the appendix: how each kind of figure is made, in words."""
        lines = self._say("methods_text" if has(self.study, SKM) else "methods_text_plain").split("\n")
        return Part(self._say("methods"), tuple(Markup("<p>{}</p>").format(line) for line in lines))

    def _weakest(self, unit: str) -> tuple[str, str]:
        items = oversight.unsur(self.design, unit, book=self.study.book, wave=self.study.wave)
        items = items[[not self._hidden(unit, n) for n in items["n"]]].nsmallest(2, "estimate")
        names = [self.show.look.measure_name(str(name)) for name in items["variable"]]
        return self.show.look.level("unit", unit), "; ".join(names)

    def _hidden(self, unit: str, n: object) -> bool:
        return bool(self.show.look.hidden_of_city(n, self.study.wave, {"unit": unit}))

    def _shown(self, result: object, *forms: Callable[[Any], Sentences | Table | Figure]) -> Iterator[Markup]:
        for form in forms:
            yield Markup(form(result)._repr_html_())  # noqa: S704 - publish escapes what comes from data

    def _say(self, key: str, **values: str) -> str:
        return say(f"pages.report_{key}", self.study.lang, None, **values)

    def _text(self, key: str, **values: str) -> Markup:
        return Markup("<p>{}</p>").format(self._say(key, **values))

    def _title(self) -> str:
        titles = self.study.book.title
        return titles.get(self.study.lang) or next(iter(titles.values()))


def _heading(text: str) -> Markup:
    return Markup("<h3>{}</h3>").format(text)


def _line(question: str, answer: str) -> Markup:
    return Markup("<p><strong>{}</strong> {}</p>").format(question, answer)


def _form(caption: str, heads: list[str], rows: list[list[str]]) -> Markup:
    head = Markup("").join(Markup('<th scope="col">{}</th>').format(one) for one in heads)
    body = Markup("").join(
        Markup("<tr>{}</tr>").format(Markup("").join(_cell(text, first=at == 0) for at, text in enumerate(row)))
        for row in rows
    )
    table = Markup("<table><caption>{}</caption><thead><tr>{}</tr></thead><tbody>{}</tbody></table>")
    return table.format(caption, head, body)


def _cell(text: str, *, first: bool) -> Markup:
    if first:
        return Markup('<th scope="row">{}</th>').format(text)
    return Markup("<td>{}</td>").format(text) if text else Markup('<td class="blank">{}</td>').format(escape("……"))
