"""Where figures come from: for readers down to file number, sheet and columns; the key to the numbers stays inside.

Rows are never listed for readers: the rows of a total less those of the groups shown would name the withheld ones.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from openpyxl.utils import column_index_from_string, get_column_letter

from analysis.publish.wording.sentences import capital
from analysis.words import say

from .names import KEY, SOURCES
from .notebook import slug
from .origins import Origins
from .shell import Head, page, render

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.store import Study

    from .shell import Surroundings

READ = ("read", "partly")
REGISTERS = ("complaints", "training")
"""Topics of notebooks whose figures come from the register of the same name."""
NAMED_REGISTERS = ("plans", "findings")
"""Registers whose sentences and tables are known by their words: they stand on pages of another topic."""
DECLARED = ("recap", "declarations")
PEOPLE = ("date", "service", "channel", "district", "village", "sex", "age", "education", "occupation", "disability")
"""Columns that tell who answered and when; those of personal data are never used, and not listed."""


def sources(study: Study, around: Surroundings) -> str:
    """Return the page that tells which file, sheet and columns each unit's figures of a wave come from.

    Then those of recaps and of what was declared: complaints, training, users served.
    """
    lang = around.lang
    seen: set[str] = set()
    rows = []
    for one in _answered(study):
        anchors = (anchor_of(one["unit"]), anchor_of(one["unit"], one["wave"])) if one["unit"] else ()
        first, own = [name if name not in seen else "" for name in anchors] or ["", ""]
        seen.update(anchors)
        rows.append({**one, "anchor": first, "own": own, "unit": _unit(study, one["unit"])})
    words = _words(
        lang, "unit", "wave", "file", "sheet", "columns", "column", "others", "text", "answers", "answers_caption",
        "declared", "declared_caption", "holds", "no_sheet",
    )  # fmt: skip
    words["wave"] = capital(study.book.term("wave").get(study.lang, words["wave"]))
    named = any(row["unit"] for row in rows)
    inside = render("sources.html.j2", rows=rows, named=named, declared=_declared(study), say=words)
    head = Head(say("pages.sources_title", lang), SOURCES, "report", lead=say("pages.sources_lead", lang))
    return page(inside, around, head)


def origins(study: Study) -> Origins:
    """Return which rows of that page the figures of a text come from."""
    answers: dict[str, dict[str, str]] = {}
    for one in _answered(study):
        if one["unit"]:
            anchor = f"#{anchor_of(one['unit'], one['wave'])}"
            answers.setdefault(_unit(study, one["unit"]), {})[one["wave"]] = anchor
    declared = _declared(study)
    there = {row["anchor"] for row in declared}
    words = {
        word: f"#{register_anchor(name)}"
        for name in NAMED_REGISTERS if register_anchor(name) in there
        for word in say(f"pages.sources_word_{name}", study.lang).split("|")
    }  # fmt: skip
    return Origins(
        answers, _published(study, {row["own"] for row in declared}), words, say("pages.sources_announces", study.lang)
    )


def _published(study: Study, there: set[str]) -> dict[str, dict[str, str]]:
    """Return the anchors ``there`` of the sheets that tell each unit's published index, by wave.

    What was declared goes before a recap.
    """
    numbers = dict(zip(study.files["file"], study.files["number"], strict=True))
    found: dict[str, dict[str, str]] = {}
    for frame, name in ((study.recaps, "index"), (study.surveys, "published")):
        if not {"unit", "wave", name, "file", "sheet"} <= set(frame.columns):
            continue
        told = frame[frame[name].notna() & frame["file"].isin(numbers)][["unit", "wave", "file", "sheet"]]
        for unit, wave, file, sheet in told.astype(str).itertuples(index=False, name=None):
            anchor = sheet_anchor(numbers[file], sheet)
            if anchor in there:
                found.setdefault(_unit(study, unit), {})[wave] = f"#{anchor}"
    return found


def anchor_of(unit: str, wave: str = "") -> str:
    """Return the name of a unit's first row on the page of sources, or of its first row of a wave."""
    named = f"u-{slug(unit.lower().replace(' ', '-'))}"
    return f"{named}--{slug(wave.lower())}" if wave else named


def sheet_anchor(number: str, sheet: str) -> str:
    """Return the name of the row of a declared sheet there."""
    return f"s-{slug(number.lower())}--{slug(sheet.lower().replace(' ', '-'))}"


def register_anchor(name: str) -> str:
    """Return the name of a register's first row there."""
    return f"r-{name}"


def _answered(study: Study) -> list[dict[str, str]]:
    """Return the sheets that hold answers, one for each unit and wave in them, in the order of units and waves."""
    numbers = dict(zip(study.files["file"], study.files["number"], strict=True))
    cut = ["unit", "wave", "file", "sheet"]
    found = study.responses[cut].astype(object).fillna("").drop_duplicates()
    ordered = sorted(found.itertuples(index=False, name=None), key=lambda one: (_unit(study, one[0]).casefold(), one))
    return [
        {
            "unit": str(unit), "wave": str(wave), "number": str(numbers.get(file, "")), "sheet": str(sheet),
            "columns": columns_of(study, file, sheet, study.book.items),
            "others": columns_of(study, file, sheet, PEOPLE),
        }
        for unit, wave, file, sheet in ordered
    ]  # fmt: skip


def _declared(study: Study) -> list[dict[str, str]]:
    """Return the sheets of recaps and registers, each with what it holds and its columns."""
    held = {
        (str(file), str(sheet)): name
        for name, frame in sorted(study.registers.items()) if {"file", "sheet"} <= set(frame.columns)
        for file, sheet in frame[["file", "sheet"]].drop_duplicates().itertuples(index=False, name=None)
    }  # fmt: skip
    rows: list[dict[str, str]] = []
    seen: set[str] = set()
    for row in study.files[study.files["outcome"].isin(DECLARED)].to_dict("records"):
        name = held.get((str(row["file"]), str(row["sheet"])), "recap")
        key = "pages.sources_recap" if name == "recap" else f"pages.need.{name}"
        anchor = "" if name in seen else register_anchor(name)
        seen.add(name)
        letters = columns_of(study, str(row["file"]), str(row["sheet"]), None)
        own = sheet_anchor(str(row["number"]), str(row["sheet"]))
        rows.append({"holds": say(key, study.lang), "anchor": anchor, "own": "" if own in seen else own,
                     "number": str(row["number"]), "sheet": str(row["sheet"]), "columns": letters})  # fmt: skip
        seen.add(own)
    return rows


def key(study: Study, around: Surroundings) -> str:
    """Return the internal page: which file bears which number, and the rows that were used of each sheet."""
    rows = [
        (row["number"], row["file"], row["sheet"], _rows(study, row["file"], row["sheet"])) for row in _files(study)
    ]
    inside = render("key.html.j2", rows=rows, say=_words(around.lang, "file", "name", "sheet", "rows", "no_sheet"))
    notice = say("pages.sources_inside", around.lang)
    return page(inside, around, Head(say("pages.sources_key", around.lang), KEY, "inside", notice=notice))


def columns_of(study: Study, file: str, sheet: str, variables: Iterable[str] | None) -> str:
    """Return the columns of a sheet that hold ``variables`` (None: any), as ranges ("C:K")."""
    found = study.columns[(study.columns["file"] == file) & (study.columns["sheet"] == sheet)]
    letters = found["column"] if variables is None else found.loc[found["variable"].isin(list(variables)), "column"]
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
