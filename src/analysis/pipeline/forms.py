"""The verbs that hand out empty forms and codebook drafts, and the study in other programs' formats."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from analysis import codebook as books
from analysis import store
from analysis.errors import CallError, CodebookError, Exit, Fault
from analysis.intake import forms
from analysis.intake.drafts import drafts, exchange
from analysis.intake.drafts.toml import MARK
from analysis.intake.units import Finder
from analysis.words import say

from .outcome import Outcome
from .places import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.codebook import Codebook
    from analysis.words import Language

DECLARATIONS = "keterangan.xlsx"
_NO_NAME = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def template(
    units: Sequence[str] = (), out: Path | str | None = None, *, declarations: bool = False, wave: str = "",
    codebook: Path | str | None = None, lang: Language = "id",
) -> Outcome:  # fmt: skip
    """Write a questionnaire per unit (every unit of the codebook where none is named), or the empty declarations.

    ``codebook`` is a file, else the one beside the user's workbooks, else the shipped one. A file of the same name is
    never written over. Raises CallError for a name that is nearly a unit's, or where there is none to write for.
    """
    folder = Path(out) if out else Path.cwd()
    book = _book(codebook)
    if declarations:
        return _write({DECLARATIONS: forms.declarations(book, lang)}, folder, lang)
    names, notes = _units(units, book, lang)
    files = {_file_name(unit, wave, lang): forms.questionnaire(unit, book, lang, wave=wave) for unit in names}
    return _write(files, folder, lang, notes)


def _book(codebook: Path | str | None) -> Codebook:
    return books.load(codebook if codebook is not None else books.find_codebook(Places.find().raw))


def _units(units: Sequence[str], book: Codebook, lang: Language) -> tuple[list[str], list[str]]:
    """Return the names to write forms for, and what is to be said of those that the codebook does not list."""
    if not units:
        if not book.units:
            raise CallError(Fault("", say("forms.no_units", lang), say("forms.no_units_todo", lang)))
        return [one.name for one in book.units], []
    finder = Finder(book)
    names, notes, faults = [], [], []
    for unit in units:
        near = finder.near(unit)
        if known := finder.unit(unit):
            names.append(known)
        elif near:
            faults.append(
                Fault("", say("forms.unit_near", lang, unit=unit, near=near), say("forms.unit_near_todo", lang))
            )
        else:
            names.append(unit)
            notes.append(say("forms.unit_unknown", lang, unit=unit))
    if faults:
        raise CallError(*faults)
    return list(dict.fromkeys(names)), notes


def _file_name(unit: str, wave: str, lang: Language) -> str:
    name = " ".join(_NO_NAME.sub(" ", f"{say('forms.file', lang)} {unit} {wave}").split()).strip(" .")
    return f"{name}.xlsx"


def _write(files: dict[str, bytes], folder: Path, lang: Language, notes: Sequence[str] = ()) -> Outcome:
    taken = [name for name in files if (folder / name).exists()]
    if taken:
        raise CallError(*(Fault(name, say("forms.exists", lang), say("forms.exists_todo", lang)) for name in taken))
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    lines = [say("forms.written", lang, path=str(folder / name)) for name in files]
    return Outcome(Exit.WARNINGS if notes else Exit.DONE, (*notes, *lines))


def codebook_new(
    files: Sequence[Path | str],
    out: Path | str | None = None,
    *,
    codebook: Path | str | None = None,
    lang: Language = "id",
) -> Outcome:
    """Draft a codebook from workbooks, or from one ``.sav`` or ``.dta`` file, whose table is written beside it as csv.

    The draft goes to ``out`` (codebook.toml in the current folder); no file is written over.
    """
    paths = [Path(one) for one in files]
    missing = [one.name for one in paths if not one.exists()]
    if missing:
        what, todo = say("forms.no_codebook", lang), say("forms.no_codebook_todo", lang)
        raise CallError(*(Fault(name, what, todo) for name in missing))
    target = Path(out) if out else Path.cwd() / "codebook.toml"
    base = books.load(codebook) if codebook is not None else None
    foreign = [one for one in paths if one.suffix.lower() in exchange.ENDINGS]
    if not foreign:
        draft = drafts.draft(paths, lang=lang, base=base)
        made, said = {target.name: draft.text.encode()}, []
    elif len(paths) > 1:
        raise CallError(Fault(foreign[0].name, say("forms.alone", lang), say("forms.alone_todo", lang)))
    else:
        found = exchange.receive(foreign[0], lang=lang, base=base)
        draft = found.draft
        made = {target.name: draft.text.encode(), f"{foreign[0].stem}.csv": exchange.csv_bytes(found.frame)}
        said = [say("forms.dropped", lang, names=", ".join(found.dropped))] if found.dropped else []
    done = _write(made, target.parent, lang)
    return Outcome(
        done.exit_code, (*said, *done.messages, say("forms.draft_written", lang, draft.marks, mark=MARK[lang]))
    )


def codebook_check(file: Path | str, *, lang: Language = "id") -> Outcome:
    """Say that a codebook can be used; raise CodebookError with all faults, each with file and key."""
    faults = drafts.check(file, lang=lang)
    if faults:
        raise CodebookError(*faults)
    return Outcome(Exit.DONE, (say("forms.book_sound", lang, file=Path(file).name),))


def export(out: Path | str, processed: Path | str | None = None, *, lang: Language | None = None) -> Outcome:
    """Write the cleaned study for other programs: codebook.xlsx and the respondents as csv, parquet and sav.

    These files hold single respondents: they are internal, and no page links to them.
    """
    study = store.open_study(Path(processed) if processed else None, lang=lang or "id")
    speak: Language = lang or study.lang
    files = {f"responses{ending}": exchange.frame_bytes(study.responses, study.book, ending, lang=speak)
             for ending in exchange.OUT}  # fmt: skip
    return _write({"codebook.xlsx": forms.codebook_workbook(study.book, speak), **files}, Path(out), speak)
