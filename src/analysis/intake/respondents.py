"""A block of cells read as respondents: answers, respondent columns, and a ledger of every doubt and change."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import repeat
from operator import itemgetter
from typing import Any

from analysis.codebook import Instrument

from .byword import handed_out
from .classify import Answers, Sorting, sort_rows
from .columns import ColumnLog, decode_all, doubts_by_run
from .dates import date_reader, wave_of_value
from .decode import Answer, Word
from .downward import filled_down
from .dropped import tell_dropped
from .grid import Grid, Value, blank
from .initials import read_initials
from .layouts import Reading, packed, ticks
from .layouts.legend import STATED
from .layouts.same import holds_hopes
from .notes import Change, ColumnFound
from .numbers import plain_number
from .part import Env, Part
from .privacy import redact
from .text import address, letters, normal, span, tidy
from .unlike import set_unlike_aside
from .vocab import table, words

_LISTED = ("sex", "age", "education", "occupation", "disability", "time", "channel", "overall")
_ONLY_SCORES = re.compile(r"^[\s\d,;|/.\-]+$")
_FIVES = 0.04
_STARTS = tuple(table()["other_scale_starts"])
_NUMBERED = re.compile(r"^(?:u|unsur |no |pertanyaan )?(\d{1,2})\b")


def read_block(grid: Grid, reading: Reading, span: tuple[int, int], env: Env, *, block: int = 0) -> Part:
    """Return the respondents between the rows of ``span`` (0-based, one past the last)."""
    instrument = env.book.instrument(reading.instrument)
    original = reading
    in_one_cell = reading.layout == packed.NAME
    if in_one_cell:
        grid, reading = packed.unpack(grid, reading, instrument)
    elif ticks.is_ticked(reading):
        grid, reading = ticks.unpack(grid, reading, instrument)
    names = [item.name for item in instrument.items if item.name in reading.columns]
    data = grid.rows[span[0] : span[1]]
    scored = handed_out(grid, original)
    initials = read_initials(grid, reading, names, span, env)
    found: dict[str, list[Answer]] = {}
    answers: dict[str, Answers] = {}
    for name in names:
        column = reading.columns[name]
        values = _without_merges(grid, span, column, list(map(itemgetter(column), data)), env)
        found[name] = decode_all(
            values, env.decoder(instrument.id, name, text=in_one_cell, scored=scored, initials=initials)
        )
        answers[name] = Answers(column, [one.value for one in found[name]], _filled(grid, span[0], column, values))
    sorting = sort_rows(grid, reading, span, answers)
    if in_one_cell:
        _set_packed_aside(grid, original, instrument, span[0], sorting)
    elif reading is original:
        set_unlike_aside(grid, reading, span[0], sorting, answers, env.decoder(instrument.id, names[0]))
    _refuse_scale(env, grid, sorting, found, span, reading)
    if holds_hopes(grid, original):
        _set_all_aside(sorting, "E-HOPES")
    kept = [at for at, kind in enumerate(sorting.kinds) if kind == "kept"]
    rows = [span[0] + at for at in kept]
    part = Part(
        grid.name, grid.index, block, reading.instrument, [row + 1 for row in rows], {}, [], sorting, span, original
    )
    for name in names:
        kept_answers = found[name] if len(kept) == len(data) else [found[name][at] for at in kept]
        part.columns[name] = [one.value for one in kept_answers]
        shown = original.columns[name if name in original.columns else "packed"]
        ColumnLog(env.ledger, grid.name, shown, name).write(rows, kept_answers)
    people = data if len(kept) == len(data) else [data[at] for at in kept]
    _respondent_columns(grid, reading, env, part, people)
    tell_dropped(grid, reading, env, people)
    _headings(grid, reading, original, env)
    part.prints = _prints(reading, part, people, env.key)
    _repeats(env, part)
    return part


def _set_packed_aside(grid: Grid, reading: Reading, instrument: Instrument, start: int, sorting: Sorting) -> None:
    """Set rows aside that are somebody's, but whose one cell does not hold one answer per item."""
    serial = reading.columns.get("serial", -1)
    for at, kind in enumerate(sorting.kinds):
        cell = grid.at(start + at, reading.columns["packed"])
        if kind != "note" or blank(cell) or packed.split(cell, instrument) is not None:
            continue
        numbered = serial >= 0 and plain_number(grid.at(start + at, serial)) is not None
        if numbered or (serial < 0 and _ONLY_SCORES.match(str(cell))):
            sorting.kinds[at], sorting.codes[at] = "set_aside", "E-PACKED"


def _filled(grid: Grid, start: int, column: int, values: Sequence[Value]) -> list[bool]:
    hazards = grid.hazards
    if not hazards.errors and not hazards.uncached:
        of = {value: not blank(value) for value in set(values)}
        return [of[value] for value in values] if False in of.values() else [True] * len(values)
    return [
        not blank(value) or (start + at, column) in hazards.errors or (start + at, column) in hazards.uncached
        for at, value in enumerate(values)
    ]


def _without_merges(grid: Grid, span: tuple[int, int], column: int, values: list[Value], env: Env) -> list[Value]:
    """Set answers in merged cells aside: whose answer, or to which question, cannot be told."""
    for top, left, bottom, right in grid.hazards.merged:
        if not (left <= column <= right and span[0] <= top < span[1]) or (top == bottom and right - left >= 8):
            continue
        value = grid.at(top, left)
        if isinstance(value, str) and not value.strip().isdecimal() and len(value.strip()) > 1 and right > left:
            continue
        if blank(value):
            continue
        for row in range(top, min(bottom + 1, span[1])):
            values[row - span[0]] = ""
        if column == max(left, 0):
            env.ledger.doubt(
                "E-MERGED", grid.name, f"{address(top, left)}:{address(bottom, right)}",
                (bottom - top + 1) * (right - left + 1),
            )  # fmt: skip
    return values


def _refuse_scale(
    env: Env, grid: Grid, sorting: Sorting, found: dict[str, list[Answer]], span: tuple[int, int], reading: Reading
) -> None:
    """Set all rows of a block aside whose answers are of another scale too often to be slips (1-5 on a 1-4 item)."""
    doubtful = ("E-RANGE", "E-LABEL")
    if not any(one.code in doubtful for answers in found.values() for one in _distinct(answers)):
        return
    kept = [at for at, kind in enumerate(sorting.kinds) if kind == "kept"]
    beyond = scored = 0
    columns = set()
    for name, one in found.items():
        high = env.decoder(reading.instrument, name).high
        for at in kept:
            scored += one[at].value is not None or one[at].code in doubtful
            if one[at].code in doubtful and _of_other_scale(grid.at(span[0] + at, reading.columns[name]), high):
                beyond += 1
                columns.add(name)
    if beyond >= 5 and beyond >= _FIVES * scored and len(columns) * 2 >= len(found):
        _set_all_aside(sorting, "E-SCALE")


def _of_other_scale(value: Value, high: int) -> bool:
    """Return whether a cell holds one step more than the scale, or a word that only a scale of other steps has."""
    plain = normal(value) if isinstance(value, str) else ""
    return value in (high + 1, str(high + 1)) or plain in words("other_scale") or plain.startswith(_STARTS)


def _set_all_aside(sorting: Sorting, code: str) -> None:
    for at, kind in enumerate(sorting.kinds):
        if kind == "kept":
            sorting.kinds[at], sorting.codes[at] = "set_aside", code


def _distinct(answers: Sequence[Answer]) -> Iterable[Answer]:
    """Return one of each: equal cells share one decoded object."""
    return dict(zip(map(id, answers), answers, strict=True)).values()


def _respondent_columns(grid: Grid, reading: Reading, env: Env, part: Part, people: Sequence[Sequence[Value]]) -> None:
    rows = [row - 1 for row in part.rows]
    fields = {one.name for one in env.book.fields}
    for name, column in reading.columns.items():
        if name in part.columns or name == "serial":
            continue
        values = filled_down(grid, column, rows, list(map(itemgetter(column), people)), env, name)
        log = ColumnLog(env.ledger, grid.name, column, name)
        if name == "date":
            part.columns["date"] = _dates(env, grid, column, rows, values)
        elif name in ("district", "service_district"):
            _write(part, log, name, rows, decode_all(values, env.gazetteer.district))
        elif name == "village":
            _write(part, log, name, rows, decode_all(values, env.gazetteer.village))
        elif name == "wave":
            part.columns["wave"] = [wave_of_value(value, env.book) for value in values]
        elif name == "unit":
            _units(env, grid, part, column, rows, values)
        elif name == "comment":
            _comments(env, grid, part, column, rows, values)
        elif name == "service":
            _services(env, grid, part, column, rows, values)
        elif name in fields:
            _write(part, log, name, rows, decode_all(values, env.lexicon.field_decoder(name)))
    _village_district(env, grid, reading, part, rows)


def _write(part: Part, log: ColumnLog, name: str, rows: Sequence[int], found: Sequence[Word]) -> None:
    part.columns[name] = [one.value for one in found]
    log.write(rows, found)


def _dates(env: Env, grid: Grid, column: int, rows: Sequence[int], values: Sequence[Value]) -> list[str]:
    reader = date_reader(values, since_1904=grid.hazards.since_1904)
    known = {value: reader(value) for value in set(values)}
    read = [known[value] for value in values]
    bad = [row for row, (_, code) in zip(rows, read, strict=True) if code]
    doubts_by_run(env.ledger, "E-DATE", grid.name, column, bad, variable="date")
    if not reader.sure:
        env.ledger.doubt(
            "E-DATEORDER",
            grid.name,
            f"{address(rows[0], column)}:{address(rows[-1], column)}" if rows else "",
            len(rows),
        )
    texts = [row for row, value in zip(rows, values, strict=True) if isinstance(value, str) and not blank(value)]
    if texts and not env.text_file:
        env.ledger.changes.append(
            Change(grid.name, f"{address(texts[0], column)}:{address(texts[-1], column)}", letters(column), "date",
                   f"date from text ({reader.order})", "", "", len(texts))
        )  # fmt: skip
    return [found for found, _ in read]


def _units(env: Env, grid: Grid, part: Part, column: int, rows: Sequence[int], values: Sequence[Value]) -> None:
    named: dict[Value, tuple[str, bool]] = {}
    for value in set(values):
        text = tidy(str(value))
        unit = env.finder.unit(text) or env.finder.unit_inside(text)
        named[value] = (unit, True) if unit else (text, False)
    part.columns["unit"] = [named[value][0] for value in values]
    for value, (name, listed) in sorted(named.items(), key=str):
        where = [row for row, one in zip(rows, values, strict=True) if one == value]
        if not listed and name:
            near = env.finder.near(name)
            env.ledger.doubt("E-UNIT", grid.name, address(where[0], column), len(where), hint=near, unit=name[:80])
        elif listed and name != value:
            env.ledger.changes.append(
                Change(grid.name, f"{address(where[0], column)}:{address(where[-1], column)}", letters(column), "unit",
                       "name of a unit", normal(str(value)), name, len(where))
            )  # fmt: skip


def _services(env: Env, grid: Grid, part: Part, column: int, rows: Sequence[int], values: Sequence[Value]) -> None:
    shown = {value: redact(str(value)) if not blank(value) else ("", False) for value in set(values)}
    part.columns["service"] = [shown[value][0] for value in values]
    hit = [row for row, value in zip(rows, values, strict=True) if shown[value][1]]
    _say_redacted(env, grid, column, hit, "service")


def _comments(env: Env, grid: Grid, part: Part, column: int, rows: Sequence[int], values: Sequence[Value]) -> None:
    missing = {normal(one) for one in env.book.missing}
    shown: list[str] = []
    hit = []
    for row, value in zip(rows, values, strict=True):
        text = "" if blank(value) or normal(str(value)) in missing else str(value)
        plain, was = redact(text) if text else ("", False)
        shown.append(plain)
        if was:
            hit.append(row)
    part.columns["comment"] = shown
    _say_redacted(env, grid, column, hit, "comment")


def _say_redacted(env: Env, grid: Grid, column: int, rows: list[int], name: str) -> None:
    """Say once per column how many of its texts were blotted out: no cell of them asks for anything by itself."""
    if rows:
        where = span(rows, column)
        env.ledger.doubt("E-REDACTED", grid.name, where, len(rows), column=letters(column), variable=name)


def _village_district(env: Env, grid: Grid, reading: Reading, part: Part, rows: Sequence[int]) -> None:
    """Let the village tell the district where that is blank; where the two contradict, neither is believed."""
    villages = part.columns.get("village")
    if villages is None or not any(villages):
        return
    column = reading.columns["village"]
    districts = part.columns.setdefault("district", [""] * len(rows))
    told, against = [], []
    for at, village in enumerate(villages):
        lies_in = env.gazetteer.lies_in.get(village, "")
        if village and not districts[at]:
            districts[at] = lies_in
            told.append(rows[at])
        elif village and districts[at] != lies_in:
            districts[at] = villages[at] = ""
            against.append(rows[at])
    if told:
        env.ledger.changes.append(
            Change(grid.name, f"{address(told[0], column)}:{address(told[-1], column)}", letters(column), "district",
                   "district of the village", "", "", len(told))
        )  # fmt: skip
    doubts_by_run(env.ledger, "E-PLACECLASH", grid.name, column, against)


def _headings(grid: Grid, reading: Reading, original: Reading, env: Env) -> None:
    row = reading.heading[1]
    for name in reading.columns:
        column = original.columns[name if name in original.columns else "packed"]
        text = next(
            (str(grid.at(one, column)) for one in (row, row - 1, row - 2) if not blank(grid.at(one, column))), ""
        )
        if name != "serial":
            env.ledger.columns.append(
                ColumnFound(grid.name, name, letters(column), tidy(text)[:200], row + 1, reading.matched.get(name, ""))
            )
        if reading.matched.get(name) == "near":
            env.ledger.doubt("E-HEADNEAR", grid.name, address(row, column), 1, variable=name)
    for name, first, second in reading.doubled:
        env.ledger.doubt("E-DUPCOL", grid.name, address(row, second), 1, variable=name, other=address(row, first))
    for name, column in reading.columns.items():
        numbered = _NUMBERED.match(normal(str(grid.at(row, column))))
        if name in ("u8", "u9") and numbered and numbered[1] in ("8", "9") and numbered[1] != name[1]:
            env.ledger.doubt("E-SWAP", grid.name, address(row, column), 1, variable=name)
    reversed_items = {one.name for one in env.book.instrument(reading.instrument).items if one.reverse}
    turned = sorted(column for name, column in reading.columns.items() if name in reversed_items)
    if turned and handed_out(grid, original):
        env.ledger.doubt("E-SCORES", grid.name, f"{address(row, turned[0])}:{address(row, turned[-1])}", len(turned))
    if any(how == STATED for how in reading.matched.values()):
        env.ledger.doubt("E-ORDER", grid.name, address(row, min(reading.columns.values())))
    bare = [one for one in ("u8", "u9") if reading.matched.get(one) in ("name", "position")]
    if bare:
        env.ledger.doubt("E-U8U9", grid.name, address(row, reading.columns[bare[0]]), len(bare))
    if "packed" in original.columns:
        env.ledger.doubt("E-PACKEDORDER", grid.name, address(row, original.columns["packed"]))
    if "district" in reading.columns and normal(str(grid.at(row, reading.columns["district"]))) == "kecamatan":
        env.ledger.doubt("E-RESIDENCE", grid.name, address(row, reading.columns["district"]))


def _prints(reading: Reading, part: Part, people: Sequence[Sequence[Value]], key: bytes) -> list[bytes]:
    """Return a fingerprint per respondent over all it says, to find the same people in two sheets; it names nobody."""
    names = sorted(name for name in part.columns if name not in ("unit", "wave", "service"))
    lists = [_as_texts(part.columns[name]) for name in names]
    lists += [[str(cells[column]).strip().casefold() for cells in people] for column in reading.personal]
    said = map("\0".join, zip(*lists, strict=True)) if lists else repeat("", len(people))
    start = hashlib.blake2b(digest_size=8, key=key)
    prints = []
    for text in said:
        one = start.copy()
        one.update(text.encode("utf-8", "surrogatepass"))
        prints.append(one.digest())
    return prints


def _as_texts(values: Sequence[Any]) -> list[str]:
    """Return ``values`` as texts that differ where they do, a number from its digits too."""
    of = {value: repr(value) for value in set(values)}
    return [of[value] for value in values]


def _repeats(env: Env, part: Part) -> None:
    """Flag rows that say exactly the same as another one, and how many of those chance alone would make."""
    counts = Counter(part.prints)
    twice = {one for one, count in counts.items() if count > 1}
    flags = part.columns.setdefault("flags", [""] * len(part.rows))
    if not twice or len(part.rows) < 2:
        return
    chance = 1.0
    for name, values in part.columns.items():
        if name not in ("flags", "unit", "wave", "service"):
            chance *= sum(count * (count - 1) for count in Counter(values).values()) / (len(values) * (len(values) - 1))
    pairs = len(part.rows) * (len(part.rows) - 1) / 2
    seen = sum(count * (count - 1) // 2 for count in counts.values())
    extra = sum(count - 1 for count in counts.values() if count > 1)
    for at, one in enumerate(part.prints):
        if one in twice:
            flags[at] = "repeat"
    first = next(row for row, one in zip(part.rows, part.prints, strict=True) if one in twice)
    last = max(row for row, one in zip(part.rows, part.prints, strict=True) if one in twice)
    if seen > 2 * chance * pairs + 1 or extra * 20 >= len(part.rows):
        env.ledger.doubt("E-REPEAT", part.sheet, f"{first}:{last}", extra, expected=f"{chance * pairs:.1f}", seen=seen)
