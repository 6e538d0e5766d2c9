"""The empty ``keterangan.xlsx`` and registers: every sheet that intake knows by its name, with drop-downs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.intake.register_rows import NAMES, kind_of
from analysis.intake.vocab import table as vocabulary
from analysis.words import say

from . import paper
from .choices import labels
from .paper import Column, Form

if TYPE_CHECKING:
    from analysis.codebook import Codebook

_OWN_WORDS = frozenset(("wave", "published_weight", "used", "used_sheet", "replaces"))
_WIDE = frozenset(("program", "finding", "recommendation", "topic", "unit", "used", "replaces"))


def declarations(book: Codebook, lang: str = "id") -> bytes:
    """Return an empty xlsx workbook with every declaration and register sheet; a sheet may be left empty or deleted.

    Sheet names and headings are those of ``vocab.toml``; lists of units, districts, elements and kinds of sample come
    from the codebook. The bytes depend on nothing but the arguments.
    """
    form = Form(lang)
    for name in NAMES:
        columns = [_column(book, name, one, lang) for one in vocabulary()["register"][name]["columns"]]
        paper.table(form, say(f"forms.register_{name}", lang), columns)
    rows = [[say("forms.guide_sheet", lang), say("forms.guide_what", lang)]]
    rows += [[say("forms.guide_of", lang, sheet=say(f"forms.register_{name}", lang)), say(f"forms.about_{name}", lang)]
             for name in NAMES]  # fmt: skip
    if book.made_up:
        rows.append([paper.MARK])
    paper.listing(form, say("forms.sheet_guide", lang), rows, widths=(34, 100))
    return form.packed()


def _column(book: Codebook, register: str, name: str, lang: str) -> Column:
    heading = say(f"forms.column_{name}" if name != "topic" else f"forms.column_topic_{register}", lang)
    kind = kind_of(name)
    if kind == "date":
        return Column(heading, say("forms.ask_date", lang), "date")
    if kind == "count":
        return Column(heading, say("forms.ask_count", lang), "count")
    if kind == "number":
        return Column(heading, say("forms.ask_number", lang), "number")
    lists = {
        "unit": labels(book.units, lang),
        "wave": (),
        "sample": labels(book.samples, lang),
        "district": labels(book.districts, lang),
        "item": tuple(dict.fromkeys(book.item(one).text(lang) for one in book.items)),
        "published_weight": ("1/9", "0.11"),
        "due": tuple(f"TW {number}" for number in ("I", "II", "III", "IV")),
        "status": tuple(say(f"forms.status_{one}", lang) for one in ("new", "open", "closed")),
    }
    key = f"forms.ask_{name}" if name in _OWN_WORDS else "forms.ask_choice"
    choices = lists.get(name, ())
    prompt = say(key, lang) if choices or key != "forms.ask_choice" else say("forms.ask_open", lang)
    return Column(heading, prompt, choices=choices, width=36 if name in _WIDE else 20)
