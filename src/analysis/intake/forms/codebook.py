"""A codebook as a workbook that can be read without TOML: questions, answers, respondent columns, units, places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.words import say

from . import paper
from .paper import Form

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook, Instrument, Item, Labelled

_WIDTHS = (22, 22, 40, 40, 60, 22, 30)


def codebook_workbook(book: Codebook, lang: str = "id") -> bytes:
    """Return an xlsx workbook that shows the codebook; the bytes depend on nothing but the arguments."""
    form = Form(lang)
    _sheet(form, "items", ("instrument", "name", "label_id", "label_en", "answers", "scale", "missing"), [
        (one.id, item.name, item.text("id"), item.text("en"), _answers({**one.answers, **item.answers}),
         _scale(one, item, lang), "; ".join(filter(None, dict.fromkeys((*book.missing, *one.missing)))))
        for one in book.instruments for item in one.items
    ])  # fmt: skip
    _sheet(form, "fields", ("column", "name", "label_id", "label_en", "aliases"), [
        (field.name, *_said(value)) for field in book.fields for value in field.values
    ])  # fmt: skip
    _sheet(form, "units", ("sector", "name", "label_id", "label_en", "aliases"), [
        (unit.sector, *_said(unit)) for unit in book.units
    ])  # fmt: skip
    _sheet(form, "places", ("district", "name", "label_id", "label_en", "aliases"), [
        *(("", *_said(one)) for one in book.districts), *((one.district, *_said(one)) for one in book.villages)
    ])  # fmt: skip
    return form.packed()


def _said(one: Labelled) -> tuple[str, str, str, str]:
    return one.name, one.text("id"), one.text("en"), "; ".join(one.aliases)


def _scale(one: Instrument, item: Item, lang: str) -> str:
    """Return the ends of a scale, and whether its numbers are turned round."""
    low = one.low if item.low is None else item.low
    high = one.high if item.high is None else item.high
    return say("forms.book_reversed" if item.reverse else "forms.book_ends", lang, low=low, high=high)


def _answers(words: dict[str, int]) -> str:
    return "; ".join(f"{score} = {word}" for word, score in sorted(words.items(), key=lambda pair: (pair[1], pair[0])))


def _sheet(form: Form, name: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    head = [say(f"forms.book_{one}", form.lang) for one in headings]
    paper.listing(form, say(f"forms.book_sheet_{name}", form.lang), [head, *rows], widths=_WIDTHS)
