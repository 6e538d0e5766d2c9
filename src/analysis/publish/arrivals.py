"""What came in and what is in doubt: every sheet's rows, doubts by kind and by file, no count of a withheld unit's.

Counts of rows tell how many answered, and so do counts of doubts that stand on each row. Where one sheet of a unit and
wave must not be counted, none of its sheets is; of its files no doubt is counted either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from .look import plain, records
from .markup import Entry, Heading, Sentences, Table
from .tables import base, withheld_notes
from .wording import numbers

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from .look import Look, Row

MANY = 200
"""How many rows of the list by file are printed; the rest are counted."""
GRAVEST_FIRST = ("refused", "set aside", "warning", "note")


class Files(NamedTuple):
    """What readers know the files by, and those about which nothing may be counted."""

    numbers: Mapping[str, str]
    uncounted: frozenset[str] = frozenset()


def known(files: pd.DataFrame, look: Look) -> Files:
    """Return the files' numbers and which of them hold a sheet that must not be counted."""
    if "number" not in files:
        return Files({})
    unseen = files[hidden_sheets(files, look)] if "kept" in files else files[:0]
    return Files(dict(zip(files["file"], files["number"], strict=True)), frozenset(unseen["file"]))


def answering(files: pd.DataFrame) -> pd.Series:
    """Return which sheets hold respondents: neither recaps nor declarations, whose kept rows are no answers."""
    return ~files["outcome"].isin(["recap", "declarations"])


def hidden_sheets(files: pd.DataFrame, look: Look) -> list[bool]:
    """Return which sheets must not be counted: with one of a withheld unit and wave, all of that unit and wave.

    A sheet of several units, or of an unknown one, goes with any withheld unit of its wave (of any, where it tells no
    wave). A sheet whose rows were all set aside may hold the same people once more.
    """
    rows = records(files)
    people = [bool(one) and int(row["kept"]) + _aside(row) > 0 for one, row in zip(answering(files), rows, strict=True)]
    small = {
        _about(row) for row, one in zip(rows, people, strict=True)
        if one and (0 < int(row["kept"]) < look.plan.threshold or _planned(row, look))
    }  # fmt: skip
    waves = {wave for _, wave in small}
    return [one and (_about(row) in small or _shared(row, waves)) for row, one in zip(rows, people, strict=True)]


def _aside(row: Row) -> int:
    """Return how many rows of a sheet are no data of the study: set aside, or the same people once more."""
    return int(row["set_aside"]) + int(row["duplicate"])


def _again(row: Row) -> bool:
    """Tell whether the rows of a sheet that were set aside may be as many as its unit's respondents."""
    return int(row["duplicate"]) > 0 or (int(row["kept"]) == 0 and _aside(row) > 0)


def _about(row: Row) -> tuple[str, str]:
    unit, wave = ("" if numbers.is_missing(row.get(name)) else str(row[name]) for name in ("unit", "wave"))
    return unit, wave


def _planned(row: Row, look: Look) -> bool:
    unit, wave = _about(row)
    return bool(unit and wave) and look.group(wave, unit=unit) in look.plan.withheld


def _shared(row: Row, waves: set[str]) -> bool:
    unit, wave = _about(row)
    return not unit and bool(waves) and (not wave or wave in waves)


def said(files: pd.DataFrame, look: Look) -> Sentences:
    """Return what came in: workbooks, rows kept as answers, rows of recaps and declarations, set aside, not data."""
    texts = [look.say("arrived_files", count=files["file"].nunique())]
    rows = totals(files, look)
    if rows:
        told: dict[str, Any] = {name: numbers.count(one, look.lang) for name, one in rows.items()}
        texts.append(look.say("arrived_rows", **told))
    refused = sorted(set(files.loc[files["outcome"] == "refused", "number"]))
    if refused:
        texts.append(look.say("arrived_refused", names=numbers.listing(refused, look.lang), count=len(refused)))
    return Sentences(tuple(texts))


def totals(files: pd.DataFrame, look: Look) -> dict[str, Any]:
    """Return how many rows came in, by what became of them; nothing where they would tell of a wave that is withheld.

    Nothing either where one uncounted sheet alone may hold people once more: less the others', its rows would be told.

    Keys: total, kept (answers), recaps (rows of recaps and declarations), aside, other.
    """
    whole = (
        {frozenset({("wave", wave)}) for wave in files["wave"].dropna().astype(str) if wave} if "wave" in files else ()
    )
    people = int(files.loc[answering(files), "kept"].sum())
    unseen = sum(hidden and _again(row) for row, hidden in zip(records(files), hidden_sheets(files, look), strict=True))
    few = unseen == 1 or 0 < people < look.plan.threshold
    if few or any(group in look.plan.withheld for group in (*whole, look.group())):
        return {}
    total, kept = int(files["rows"].sum()), int(files["kept"].sum())
    aside = int(files["set_aside"].sum() + files["duplicate"].sum())
    return {"total": total, "kept": people, "recaps": kept - people, "aside": aside, "other": total - kept - aside}


def table(files: pd.DataFrame, look: Look) -> Table:
    """Return each sheet that came in: what kind of row its rows are, so that they add up."""
    names = ("file", "sheet", "format", "outcome", "rows", "kept", "aside", "other")
    unseen = Entry(look.say("withheld_short"), withheld=True)
    body = []
    for row, hidden in zip(records(files), hidden_sheets(files, look), strict=True):
        aside = _aside(row)
        other = int(row["rows"]) - int(row["kept"]) - aside
        body.append(
            (
                *(_named(row, name, look) for name in ("number", "sheet", "format")),
                Entry(look.say(f"outcome_{row['outcome']}")),
                *((unseen,) * 2 if hidden else (base(row["rows"], look), base(row["kept"], look))),
                unseen if hidden and _again(row) else base(aside, look),
                base(other, look),
            )
        )
    notes = (look.say("note_arrived"), *withheld_notes(body, look))
    return Table(look.say("caption_arrived"), _heads(look, *names, words=names[:4]), tuple(body), notes)


def _named(row: Row, name: str, look: Look) -> Entry:
    """Return the name of a sheet or format; where there is none, whether the file has none or could not be opened."""
    told = _text(row[name])
    return told if told.text else Entry(look.say("not_opened" if row["outcome"] == "refused" else "no_sheet"))


def doubts_said(problems: pd.DataFrame, look: Look, files: Files) -> Sentences:
    """Return how many remarks there are, in how many files, and how many cells, rows or files they are about."""
    serious = problems[(problems["severity"] != "note") & ~problems["file"].isin(files.uncounted)]
    uncounted = _uncounted(problems, look, files)
    if serious.empty:
        return Sentences((look.say("problems_none"),), uncounted)
    places = numbers.count(serious["count"].sum(), look.lang)
    texts = (
        look.say("problems_some", count=len(serious), files=serious["file"].nunique()),
        look.say("problems_places", places=places),
    )
    return Sentences(texts, uncounted)


def doubts(problems: pd.DataFrame, look: Look, files: Files) -> Table:
    """Return the doubts by kind, gravest first: how often, in how many files, an example, what to do."""
    counted = problems[~problems["file"].isin(files.uncounted)]
    names = ("code", "severity", "places", "files", "what", "todo")
    body = []
    for (severity, code), part in _by_gravity(counted, "code"):
        first = records(part)[0]
        body.append(
            (
                _text(code),
                _severity(severity, look),
                base(part["count"].sum(), look),
                base(part["file"].nunique(), look),
                *(_text(_numbered(first[name], files)) for name in ("what", "todo")),
            )
        )
    heads = _heads(look, *names, words=("code", "severity", "what", "todo"))
    notes = (look.say("note_places"), look.say("note_problems_by_file"), *_uncounted(problems, look, files))
    return Table(look.say("caption_problems"), heads, tuple(body), notes)


def doubts_by_file(problems: pd.DataFrame, look: Look, files: Files) -> Table:
    """Return what goes back to each unit: file number, kind, how often, what to do."""
    frame = problems.assign(number=[files.numbers.get(str(file), "") for file in problems["file"]])
    unseen = Entry(look.say("withheld_short"), withheld=True)
    body = []
    for number, part in frame.groupby("number", sort=True):
        for (severity, code), same in _by_gravity(part, "code"):
            first = records(same)[0]
            hidden = first["file"] in files.uncounted
            body.append(
                (
                    _text(number),
                    _text(code),
                    _severity(severity, look),
                    unseen if hidden else base(same["count"].sum(), look),
                    _text(_numbered(first["todo"], files)),
                )
            )
    rest = len(body) - MANY
    more = (look.say("note_more", count=rest),) if rest > 0 else ()
    notes = (look.say("note_places"), *more, *withheld_notes(body[:MANY], look))
    heads = _heads(look, "file", "code", "severity", "places", "todo", words=("file", "code", "severity", "todo"))
    return Table(look.say("caption_problems_by_file"), heads, tuple(body[:MANY]), notes)


def _uncounted(problems: pd.DataFrame, look: Look, files: Files) -> tuple[str, ...]:
    among = problems.loc[problems["file"].isin(files.uncounted), "file"].nunique()
    return (look.say("note_uncounted", count=int(among)),) if among else ()


def _numbered(text: object, files: Files) -> str:
    """Return a text in which files go by their numbers: readers are told no name of a file."""
    told = plain(text)
    for name, number in sorted(files.numbers.items(), key=lambda one: (-len(one[0]), one[0])):
        told = told.replace(name, number)
    for name, number in sorted(files.numbers.items(), key=lambda one: (-len(one[0]), one[0])):
        told = told.replace(name.rsplit("/", maxsplit=1)[-1], number)
    return told


def _heads(look: Look, *names: str, words: tuple[str, ...] = ()) -> tuple[Heading, ...]:
    return tuple(Heading(look.say(f"head_{name}"), figures=name not in words) for name in names)


def _text(value: object) -> Entry:
    return Entry("" if numbers.is_missing(value) else str(value))


def _severity(severity: str, look: Look) -> Entry:
    return Entry(look.say(f"severity_{severity.replace(' ', '_')}"))


def _by_gravity(problems: pd.DataFrame, column: str) -> list[tuple[tuple[str, str], pd.DataFrame]]:
    groups = {
        (str(severity), str(name)): part for (severity, name), part in problems.groupby(["severity", column], sort=True)
    }
    order = {severity: at for at, severity in enumerate(GRAVEST_FIRST)}
    return sorted(
        groups.items(), key=lambda one: (order.get(one[0][0], len(order)), -int(one[1]["count"].sum()), one[0][1])
    )
