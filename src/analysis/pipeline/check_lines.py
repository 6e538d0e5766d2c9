"""What ``check`` says of one file on the terminal: short enough to be read, the gravest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.pages.check_page import NOTE
from analysis.publish.wording import numbers
from analysis.shapes import ROW_KINDS
from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.pages.check_page import FileSeen, Mend, SheetSeen

SHEETS = 5
"""Sheets told of a file; the page of ``--out`` has all."""
MENDS = 6
"""Kinds of problem told of a file."""
PLACES = 4
"""Places told of a kind of problem."""


def shown(text: str) -> str:
    """Return a name as it may be printed: one line, what cannot be printed made visible."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def layout(name: str, lang: str) -> str:
    """Return in words what a sheet was taken for."""
    plain = "register" if name.startswith("register ") else name.replace(" ", "_") or "other"
    return say(f"check.layout_{plain}", lang)


def file_lines(one: FileSeen, lang: str, explained: Sequence[Mapping[str, Any]] = ()) -> list[str]:
    """Return the lines on one file: outcome, sheets, what to mend; with ``explained`` why its sheets were read so."""
    unused = one.outcome == "partly" and not one.rows("kept")
    outcome = say("check.outcome_unused" if unused else f"check.outcome_{one.outcome}", lang)
    head = say("check.head", lang, None, file=one.file, outcome=outcome)
    if one.outcome in ("refused", "nothing"):
        return [head, f"  {one.message}", *_explained(explained, lang)]
    full = [sheet for sheet in one.sheets if _counts(sheet)[0] or _counts(sheet)[1]]
    rest = [sheet.name for sheet in one.sheets if sheet not in full]
    lines = [head, *(f"  {_sheet(sheet, lang)}" for sheet in full[:SHEETS])]
    if len(full) > SHEETS:
        lines.append(f"  {say('check.more_sheets', lang, len(full) - SHEETS)}")
    if rest:
        lines.append(f"  {say('check.other_sheets', lang, len(rest), names=', '.join(rest[:SHEETS]))}")
    return [*lines, *_explained(explained, lang), *_kinds(one.mends, lang)]


def _counts(sheet: SheetSeen) -> tuple[int, int]:
    return sheet.kinds["kept"], sheet.kinds["set_aside"] + sheet.kinds["duplicate"]


def _sheet(sheet: SheetSeen, lang: str) -> str:
    kept, aside = _counts(sheet)
    rest = sum(sheet.kinds[kind] for kind in ROW_KINDS) - kept - aside
    said = {key: numbers.count(count, lang) for key, count in (("kept", kept), ("aside", aside), ("rest", rest))}
    return say("check.line_sheet", lang, None, sheet=sheet.name, layout=sheet.layout, **said)


def _kinds(mends: Sequence[Mend], lang: str) -> list[str]:
    """Return one line per kind of problem: how grave, where, what, what to do; notes are only counted."""
    kinds: dict[str, list[Mend]] = {}
    for one in mends:
        if one.severity != NOTE:
            kinds.setdefault(one.code, []).append(one)
    if not kinds:
        return [f"  {say('check.no_mends', lang)}"]
    lines = [_kind(same, lang) for same in list(kinds.values())[:MENDS]]
    left = len(kinds) - len(lines)
    return [*lines, *([f"  {say('check.more_mends', lang, left)}"] if left > 0 else [])]


def _kind(same: Sequence[Mend], lang: str) -> str:
    first = same[0]
    where = list(dict.fromkeys(filter(None, (_where(one) for one in same))))
    places = ", ".join(where[:PLACES])
    if len(where) > PLACES:
        places += f" {say('check.more_places', lang, len(where) - PLACES)}"
    severity = say(f"check.severity_{first.severity.replace(' ', '_')}", lang)
    head = ", ".join(filter(None, (severity, places)))
    what = first.what if len({one.what for one in same}) == 1 else say("check.first", lang, None, what=first.what)
    return f"  - {head}: {what} {first.todo} [{first.code}]"


def _where(one: Mend) -> str:
    return "!".join(filter(None, (one.sheet, one.cell)))


def _explained(sheets: Sequence[Mapping[str, Any]], lang: str) -> list[str]:
    """Return per sheet the rows that were looked at as headings, the one taken first, with score and reasons."""
    lines = []
    for sheet in sheets:
        lines.append(f"  {say('check.explain', lang, None, sheet=shown(sheet['name']))}")
        lines += [f"    {_candidate(one, lang)}" for one in sheet["candidates"]] or [
            f"    {say('check.explain_none', lang)}"
        ]
    return lines


def _candidate(one: Mapping[str, Any], lang: str) -> str:
    kind = "few" if "needed" in one["reasons"] else one["layout"]
    rows = str(one["first"]) if one["first"] == one["last"] else f"{one['first']}-{one['last']}"
    taken = say("check.explain_taken" if one["taken"] else "check.explain_left", lang)
    score = numbers.number(one["score"], lang)
    return say("check.explain_row", lang, None, rows=rows, taken=taken, score=score,
               why=say(f"check.explain_{kind}", lang, None, **one["reasons"]))  # fmt: skip
