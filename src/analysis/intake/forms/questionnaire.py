"""The questionnaire of one unit: an information sheet, a row per respondent, how to fill it in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openpyxl.utils import get_column_letter

from analysis.words import say

from . import paper
from .choices import choices_of, labels, scale, scores
from .paper import Column, Form

if TYPE_CHECKING:
    from analysis.codebook import Codebook, FieldOf, Instrument, Item

_ELSEWHERE = frozenset(("unit", "wave", "service_district", "overall"))
"""Fields that the information sheet tells once for all respondents, or that the form does not ask."""
_LAST = frozenset(("comment",))


def questionnaire(unit: str, book: Codebook, lang: str = "id", *, wave: str = "", instrument: str = "") -> bytes:
    """Return an xlsx workbook for ``unit`` to fill in, in the language of its readers.

    ``wave`` is written on the information sheet where it is known; ``instrument`` names a questionnaire of the
    codebook, its first one by default. Headings and lists are locked, answer cells open; the bytes depend on nothing
    but the arguments. A unit that the codebook does not list gets the form with its service left open.
    """
    of = book.instrument(instrument) if instrument else book.instruments[0]
    form = Form(lang)
    _information(form, book, unit, wave)
    columns = _columns(book, of, unit, lang)
    titles = [say("forms.questionnaire", lang), say("forms.how", lang)]
    if book.made_up:
        titles.append(paper.MARK)
    paper.table(form, say("forms.sheet_answers", lang), columns, titles=titles)
    _guide(form, columns)
    return form.packed()


def _information(form: Form, book: Codebook, unit: str, wave: str) -> None:
    lang = form.lang
    keys: list[tuple[Column, object]] = [
        (Column(say("forms.key_unit", lang), say("forms.ask_unit", lang)), unit),
        (
            Column(say("forms.key_wave", lang), say("forms.ask_wave", lang)),
            int(wave) if wave.isdecimal() else wave or None,
        ),
        (
            Column(say("forms.key_sample", lang), say("forms.ask_sample", lang), choices=labels(book.samples, lang)),
            None,
        ),
        (Column(say("forms.key_users", lang), say("forms.ask_users", lang), "count"), None),
    ]
    titles = [say("forms.information", lang), *([paper.MARK] if book.made_up else [])]
    paper.key_values(form, say("forms.sheet_information", lang), keys, titles=titles)


def _columns(book: Codebook, instrument: Instrument, unit: str, lang: str) -> list[Column]:
    fields = [one for one in book.fields if one.name not in _ELSEWHERE and one.name not in book.items]
    return [
        Column(say("forms.serial", lang), say("forms.ask_serial", lang), width=6),
        *(_of_field(book, one, unit, lang) for one in fields if one.name not in _LAST),
        *(_of_item(instrument, one, lang) for one in instrument.items),
        *(_of_field(book, one, unit, lang) for one in fields if one.name in _LAST),
    ]


def _of_field(book: Codebook, field: FieldOf, unit: str, lang: str) -> Column:
    heading = _capital(field.text(lang))
    choices = choices_of(book, field, unit, lang)
    if field.name == "date":
        return Column(heading, say("forms.ask_date", lang), "date", width=13)
    key = {"comment": "forms.ask_comment", "village": "forms.ask_village", "district": "forms.ask_district"}
    fallback = "forms.ask_choice" if choices else "forms.ask_open"
    return Column(heading, say(key.get(field.name, fallback), lang), choices=choices, width=50 if field.open else 18)


def _of_item(instrument: Instrument, item: Item, lang: str) -> Column:
    low, high = scores(instrument, item)
    words = scale(instrument, item)
    meaning = " · ".join(f"{score} = {words[score]}" for score in range(low, high + 1) if score in words)
    asked = item.question.get("id" if lang == "id" else "en", "")
    prompt = ". ".join(part for part in (asked, meaning or say("forms.ask_score", lang, low=low, high=high)) if part)
    return Column(_capital(item.text(lang)), prompt, "score", above=meaning, low=low, high=high, width=20)


def _guide(form: Form, columns: list[Column]) -> None:
    """Show a filled row turned on its side: upright, it would be read as a respondent."""
    lang = form.lang
    rows = [[say(f"forms.guide_{one}", lang) for one in ("column", "example", "content", "note")]]
    for number, column in enumerate(columns, start=1):
        where = say("forms.guide_where", lang, letter=get_column_letter(number), heading=column.heading)
        content = say(
            f"forms.content_{'choice' if column.choices else column.kind}", lang, low=column.low, high=column.high
        )
        rows.append([where, _example(column, lang), content, column.prompt])
    paper.listing(form, say("forms.sheet_guide", lang), rows, widths=(34, 26, 34, 70))


def _example(column: Column, lang: str) -> str:
    if column.choices:
        return column.choices[0]
    return str(column.high) if column.kind == "score" else say(f"forms.example_{column.kind}", lang)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
