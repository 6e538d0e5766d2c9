"""Where figures come from: for readers down to file number, sheet and columns; the key to the numbers stays inside.

Rows are never listed for readers: the rows of a total less those of the groups shown would name the withheld ones.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from openpyxl.utils import column_index_from_string, get_column_letter

from analysis.words import say

from .shell import SOURCES, Head, page, render

if TYPE_CHECKING:
    from analysis.store import Study

    from .shell import Surroundings

KEY = "kunci.html"
"""The internal page, among the cleaned data; reports hold no file name."""
READ = ("read", "partly")


def sources(study: Study, around: Surroundings) -> str:
    """Return the page that tells which file, sheet and columns each unit's figures of a wave come from."""
    rows = [
        (
            _unit(study, row["unit"]),
            row["wave"],
            row["number"],
            row["sheet"],
            columns_of(study, row["file"], row["sheet"]),
        )
        for row in _files(study)
    ]
    inside = render(
        "sources.html.j2", rows=rows, say=_words(around.lang, "unit", "wave", "file", "sheet", "columns", "text")
    )
    head = Head(say("pages.sources_title", around.lang), SOURCES, "report", lead=say("pages.sources_lead", around.lang))
    return page(inside, around, head)


def key(study: Study, around: Surroundings) -> str:
    """Return the internal page: which file bears which number, and the rows that were used of each sheet."""
    rows = [
        (row["number"], row["file"], row["sheet"], _rows(study, row["file"], row["sheet"])) for row in _files(study)
    ]
    inside = render("key.html.j2", rows=rows, say=_words(around.lang, "file", "name", "sheet", "rows"))
    notice = say("pages.sources_inside", around.lang)
    return page(inside, around, Head(say("pages.sources_key", around.lang), KEY, "brief", notice=notice))


def write_key(text: str, processed: Path) -> None:
    """Write the internal page among the cleaned data, in one step."""
    unfinished = processed / f".{KEY}"
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    unfinished.replace(processed / KEY)


def columns_of(study: Study, file: str, sheet: str) -> str:
    """Return the columns of a sheet that hold the items, as ranges ("C:K")."""
    found = study.columns[(study.columns["file"] == file) & (study.columns["sheet"] == sheet)]
    letters = found.loc[found["variable"].isin(study.book.items), "column"]
    places = sorted({column_index_from_string(one) for one in letters if re.fullmatch("[A-Z]{1,3}", str(one))})
    return ", ".join(_span(first, last, get_column_letter) for first, last in _runs(places))


def _files(study: Study) -> list[dict[str, str]]:
    read = study.files[study.files["outcome"].isin(READ) & (study.files["kept"] > 0)]
    return [
        {name: str(row[name]) for name in ("number", "file", "sheet", "unit", "wave")}
        for row in read.to_dict("records")
    ]


def _rows(study: Study, file: str, sheet: str) -> str:
    used = study.responses[(study.responses["file"] == file) & (study.responses["sheet"].fillna("") == sheet)]["row"]
    return ", ".join(_span(first, last, str) for first, last in _runs(sorted({int(row) for row in used.dropna()})))


def _runs(places: list[int]) -> list[tuple[int, int]]:
    """Return whole numbers as runs without gaps."""
    runs: list[tuple[int, int]] = []
    for place in places:
        if runs and place == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], place)
        else:
            runs.append((place, place))
    return runs


def _span(first: int, last: int, name: object) -> str:
    called = name if callable(name) else str
    return str(called(first)) if first == last else f"{called(first)}:{called(last)}"


def _unit(study: Study, name: str) -> str:
    return study.book.label("unit", name, study.lang) if name else ""


def _words(lang: str, *keys: str) -> dict[str, str]:
    return {one: say(f"pages.sources_{one}", lang) for one in keys}
