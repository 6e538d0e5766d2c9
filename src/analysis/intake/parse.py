"""One file's bytes → respondents, registers, recap rows and the ledger. Pure: runs the same in any process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from analysis.codebook import Codebook
from analysis.codebook.load import DEFAULT as DEFAULT_BOOK

from . import choices
from .byword import by_word
from .columns import doubts_by_run
from .grid import Grid, RefusedError, Workbook, blank
from .layouts import Reading, packed, table, ticks, turned
from .layouts import legend as legend_of
from .layouts.choose import candidates, choose
from .lexicon import Lexicon
from .notes import Ledger, SheetRecord, plain_doubt, severity
from .part import Env, Parsed, Part
from .places import Gazetteer
from .process.limits import DEFAULT, Limits
from .readers import open_workbook
from .recap import find_recap, read_recap
from .reconcile import reconcile
from .register_rows import NAMES
from .registers import RegisterReading, find_register, is_announced, read_register
from .respondents import read_block
from .stated import survey_of
from .surroundings import legend, settle
from .text import letters, normal, span
from .units import Fact, Finder, Surroundings, facts_in, is_key_value
from .vocab import table as vocabulary

_MARK_ROWS = 15
_TITLE = 400
_CUTS = (256, 16_384, 65_536, 1_048_576)


class Parser:
    """Everything that depends on the codebook alone, made once and used for many files."""

    def __init__(self, book: Codebook, limits: Limits = DEFAULT, key: bytes = b"") -> None:
        self.book, self.limits, self.key = book, limits, key
        self.lexicon, self.finder, self.gazetteer = Lexicon(book), Finder(book), Gazetteer(book)

    def parse(self, data: bytes, name: str) -> Parsed:
        """Return what the file ``name`` with these bytes holds; a file that cannot be opened comes back refused."""
        parsed = Parsed()
        try:
            book = open_workbook(data, name, self.limits)
        except RefusedError as refusal:
            parsed.refused = refusal.code
            parsed.ledger.doubts.append(plain_doubt(refusal.code, refusal.values))
            return parsed
        parsed.format = book.format
        parsed.made_up = is_made_up(book)
        env = Env(self.book, self.lexicon, self.finder, self.gazetteer, parsed.ledger, book.format == "csv", self.key)
        for code, values in book.doubts:
            parsed.ledger.doubts.append(plain_doubt(code, values))
        far = [fact for grid in book.grids if is_key_value(grid) for fact in facts_in(grid, range(len(grid.rows)))]
        for grid in book.grids:
            self._sheet(grid, name, far, env, parsed)
            _hazards(grid, parsed.ledger, [part for part in parsed.parts if part.index == grid.index])
            record = parsed.ledger.sheets[-1]
            if record.outcome == "read" and _anything_aside(parsed.ledger, grid.name):
                record.outcome = "partly"
        if not parsed.parts and not parsed.recaps and not parsed.registers:
            aside = any(one.kinds["set_aside"] for one in parsed.ledger.sheets)
            if not aside and not any(one.code in ("E-LAYOUT", "E-NODATA") for one in parsed.ledger.doubts):
                _no_survey(book.grids, env)
        return parsed

    def _sheet(self, grid: Grid, file: str, far: Sequence[Fact], env: Env, parsed: Parsed) -> None:
        record = SheetRecord(grid.name, looked=len(grid.rows))
        parsed.ledger.sheets.append(record)
        if not grid.rows:
            record.layout = "empty"
            return
        named = any(is_announced(grid, name) for name in NAMES)
        register = find_register(grid) if named else None
        if register and register.by_name:
            _register(grid, register, file, far, env, record, parsed)
            return
        seen: list[Reading] = []
        readings = ticks.find(grid, env.lexicon) or table.find(grid, env.lexicon, seen)
        found = readings or packed.find(grid, env.lexicon)
        chosen, pair = choose(grid, found, env.lexicon)
        recap = find_recap(grid, env.lexicon) if not readings else None
        as_recap = recap and not pair and recap.score > max((one.score for one in chosen), default=0.0)
        record.candidates = candidates(
            [*seen, *(one for one in found if one not in seen)], [] if as_recap else chosen, recap
        )
        if recap and as_recap:
            record.layout = "recap"
            rows = read_recap(grid, recap, file, far, env, record)
            parsed.recaps += rows
            record.outcome = "recap" if rows else "nothing"
        elif pair:
            _ask(grid, pair, env, record)
        elif chosen:
            record.layout = chosen[0].layout
            self._blocks(grid, chosen, file, far, env, parsed, record)
        elif register := find_register(grid):
            _register(grid, register, file, far, env, record, parsed)
        else:
            _not_a_survey(grid, record)
            _turned(grid, env, record)
            record.unfit = next((cell for one in seen if (cell := _unfit(one, env))), "")

    def _blocks(
        self, grid: Grid, chosen: Sequence[Reading], file: str, far: Sequence[Fact], env: Env, parsed: Parsed,
        record: SheetRecord,
    ) -> None:  # fmt: skip
        last_kept = -1
        top_titles: list[tuple[int, int, str]] = []
        parts = []
        for block, one in enumerate(chosen):
            meant = legend_of.follow(grid, one, env.lexicon)
            filled, reading = choices.gathered(by_word(grid, meant, env), meant, env)
            span = _region(grid, reading, chosen)
            part = read_block(filled, reading, span, env, block=block)
            title_rows = range(last_kept + 1 if last_kept < reading.heading[0] else 0, reading.heading[0])
            near = facts_in(grid, title_rows)
            titles = _titles(grid, title_rows, reading)
            top_titles = top_titles or titles
            around = Surroundings(
                (*titles, *(one for one in top_titles if one not in titles)), tuple(near), tuple(far), grid.name, file
            )
            settle(grid, part, around, env, record)
            legend(grid, part, env)
            if stated := survey_of(part, around, env):
                parsed.registers.setdefault("surveys", []).extend(stated)
            if not ticks.is_ticked(reading):
                reconcile(grid, part, env)
            _missing_items(grid, part.reading, env)
            last_kept = max([last_kept, *(row - 1 for row in part.rows)])
            parts.append(part)
        _count(grid, parts, record)
        _set_aside_doubts(grid, parts, env)
        if not grid.visible:
            _hide(grid, record, env)
            return
        parsed.parts += [part for part in parts if part.rows]
        kept, aside = record.kinds["kept"], record.kinds["set_aside"]
        record.outcome = "partly" if aside else "read" if kept else "nothing"
        if record.outcome == "nothing":
            record.code = "E-NODATA"
            env.ledger.doubt("E-NODATA", grid.name)


def _missing_items(grid: Grid, reading: Reading, env: Env) -> None:
    """Say which elements of an official index have no column: often a heading only calls them something else.

    They are named in Indonesian in any language, as the heading has to.
    """
    instrument = env.book.instrument(reading.instrument)
    missing = [f"{one.name.upper()} {one.text('id')}" for one in instrument.items if one.name not in reading.columns]
    # Answers packed in one cell have no headings of their own; their order is told as E-PACKEDORDER.
    if instrument.rule and missing and "packed" not in reading.columns:
        row = reading.heading[1] + 1
        hint = ", ".join(f"{letters(column)}{row}" for column in reading.unknown)
        env.ledger.doubt("E-NOITEM", grid.name, f"{row}:{row}", len(missing), items="; ".join(missing), hint=hint)


def _anything_aside(ledger: Ledger, sheet: str) -> bool:
    return any(one.sheet == sheet and severity(one.code, dict(one.values)) == "set aside" for one in ledger.doubts)


def _region(grid: Grid, reading: Reading, chosen: Sequence[Reading]) -> tuple[int, int]:
    below = [
        one.heading[0]
        for one in chosen
        if one.heading[0] > reading.heading[1] and one.left <= reading.right and reading.left <= one.right
    ]
    return reading.heading[1] + 1, min([*below, len(grid.rows)])


def _titles(grid: Grid, rows: Sequence[int], reading: Reading) -> list[tuple[int, int, str]]:
    return [
        (row, column, value)
        for row in rows
        for column, value in enumerate(grid.rows[row])
        if isinstance(value, str)
        and not blank(value)
        and len(value) < _TITLE
        and reading.left - 1 <= column <= reading.right + 1
    ]


def _count(grid: Grid, parts: Sequence[Part], record: SheetRecord) -> None:
    """Give every physical row one kind; a block beside another has its own rows over again."""
    kinds: dict[tuple[int, int], str] = {}
    lanes: dict[tuple[int, int], int] = {}
    for part in parts:
        span = (part.reading.left, part.reading.right)
        lane = next((lane for (left, right), lane in lanes.items() if left <= span[1] and span[0] <= right), len(lanes))
        lanes.setdefault(span, lane)
        if lane:
            record.looked += part.reading.heading[1] + 1 - part.reading.heading[0] + part.span[1] - part.span[0]
        for row in range(part.reading.heading[0], part.reading.heading[1] + 1):
            kinds[lane, row] = "heading"
        for at, kind in enumerate(part.sorting.kinds):
            kinds[lane, part.span[0] + at] = kind
    for row, cells in enumerate(grid.rows):
        if (0, row) not in kinds:
            kinds[0, row] = "blank" if all(blank(value) for value in cells) else "title"
    record.kinds = Counter(kinds.values())


def _set_aside_doubts(grid: Grid, parts: Sequence[Part], env: Env) -> None:
    for part in parts:
        by_code: dict[str, list[int]] = {}
        for at, code in part.sorting.codes.items():
            if part.sorting.kinds[at] == "set_aside":
                by_code.setdefault(code, []).append(part.span[0] + at)
        for code, rows in by_code.items():
            column = part.reading.columns["packed"] if code == "E-PACKED" else part.reading.left
            doubts_by_run(env.ledger, code, grid.name, column, rows, **_scale(part, env))


def _scale(part: Part, env: Env) -> dict[str, object]:
    """Return which questionnaire a block was read with and its scale: what to write where it has another one."""
    one = next(one for one in env.book.instruments if one.id == part.instrument)
    return {"instrument": one.id, "low": one.low, "high": one.high, "base": DEFAULT_BOOK}


def _hide(grid: Grid, record: SheetRecord, env: Env) -> None:
    record.kinds["set_aside"] += record.kinds.pop("kept", 0)
    record.outcome, record.code = "partly", "E-HIDDEN"
    env.ledger.doubt("E-HIDDEN", grid.name, "", record.kinds["set_aside"])


def _register(
    grid: Grid, register: RegisterReading, file: str, far: Sequence[Fact], env: Env, record: SheetRecord, parsed: Parsed
) -> None:  # fmt: skip
    above = range(register.heading)
    titles = [(row, column, value) for row in above for column, value in enumerate(grid.rows[row])
              if isinstance(value, str) and not blank(value) and len(value) < _TITLE]  # fmt: skip
    around = Surroundings(tuple(titles), tuple(facts_in(grid, above)), tuple(far), grid.name, file)
    rows = read_register(grid, register, around, env, record)
    record.layout, record.outcome = f"register {register.name}", "declarations"
    parsed.registers.setdefault(register.name, []).extend(rows)


def _ask(grid: Grid, pair: tuple[Reading, Reading], env: Env, record: SheetRecord) -> None:
    known = {item for of in env.lexicon.items.values() for item in of.values()}
    first, second = (
        f"{letters(min(column for name, column in one.columns.items() if name in known))}{one.heading[1] + 1}"
        for one in sorted(pair, key=lambda each: (each.heading, each.left))
    )
    env.ledger.doubt("E-LAYOUT", grid.name, first, 1, first=first, second=second)
    _not_a_survey(grid, record)
    record.kinds["set_aside"] += record.kinds.pop("note", 0)
    record.outcome, record.code, record.layout = "partly", "E-LAYOUT", "unclear"


def _turned(grid: Grid, env: Env, record: SheetRecord) -> None:
    """Set aside a sheet whose items stand one beneath the other: with respondents, counts or answers beside them."""
    ways = {"E-TRANSPOSED": turned.find, "E-TALLY": turned.counted, "E-STACKED": turned.stacked}
    for instrument in env.book.instruments:
        for code, way in ways.items():
            if found := way(grid, env.lexicon, instrument):
                column, rows = found
                env.ledger.doubt(code, grid.name, span(rows, column), len(rows), column=letters(column))
                _aside(record, code, len(rows))
                return


def _no_survey(grids: Sequence[Grid], env: Env) -> None:
    """Say that a file holds no survey or, where beside each item stands one answer, what its sheets seem to be."""
    sheets = []
    for grid, record in zip(grids, env.ledger.sheets, strict=True):
        found = (turned.alone(grid, env.lexicon, instrument) for instrument in env.book.instruments)
        if rows := next((one[1] for one in found if one), None):
            sheets.append(grid.name)
            _aside(record, "E-ONEFORM", len(rows))
    if sheets:
        env.ledger.doubt("E-ONEFORM", sheets[0], "", len(sheets))
    elif unfit := next((record for record in env.ledger.sheets if record.unfit), None):
        env.ledger.doubt("E-UNFIT", unfit.sheet, unfit.unfit)
        unfit.code = "E-UNFIT"
    else:
        env.ledger.doubt("E-NOSURVEY")


def _unfit(reading: Reading, env: Env) -> str:
    """Return the first cell under headings that name every item where the cells below are no answers, else nothing."""
    items = [item.name for item in env.book.instrument(reading.instrument).items]
    named = all(reading.matched.get(item, "position") != "position" for item in items)
    if not named or reading.score or not reading.reasons["looked"]:
        return ""
    return f"{letters(min(reading.columns[item] for item in items))}{reading.heading[1] + 2}"


def _aside(record: SheetRecord, code: str, rows: int) -> None:
    record.kinds["set_aside"] += rows
    record.kinds["note"] -= rows
    record.outcome, record.code, record.layout = "partly", code, "unclear"


def _not_a_survey(grid: Grid, record: SheetRecord) -> None:
    record.layout = "key and value" if is_key_value(grid) else "other"
    record.kinds = Counter("blank" if all(blank(value) for value in row) else "note" for row in grid.rows)


def _hazards(grid: Grid, ledger: Ledger, parts: Sequence[Part]) -> None:
    """Say what the values alone do not show: error cells, uncomputed formulas, what is hidden, filters, merges."""
    found = grid.hazards
    for code, cells in (("E-ERR", found.errors), ("E-NOCACHE", found.uncached)):
        if not cells:
            continue
        used = {(row - 1, column) for part in parts for row in part.rows for column in part.reading.columns.values()}
        by_column: dict[tuple[int, bool], list[int]] = {}
        for row, column in sorted(cells):
            by_column.setdefault((column, (row, column) in used), []).append(row)
        for (column, inside), rows in by_column.items():
            kinds = sorted({found.errors[row, column] for row in rows}) if code == "E-ERR" else []
            doubts_by_run(
                ledger, code, grid.name, column, rows, error=", ".join(kinds)[:60], place="data" if inside else "beside"
            )
    hidden_rows = [row for row in found.hidden_rows if row < len(grid.rows)] or sorted(found.hidden_rows)[:1]
    if found.hidden_rows:
        ledger.doubt("E-HIDDENROWS", grid.name, f"{min(hidden_rows) + 1}:{max(hidden_rows) + 1}", len(hidden_rows))
    if found.hidden_columns:
        first, last = min(found.hidden_columns), max(found.hidden_columns)
        ledger.doubt("E-HIDDENCOLUMNS", grid.name, f"{letters(first)}:{letters(last)}", len(found.hidden_columns))
    if len(grid.rows) in _CUTS or grid.width in _CUTS:
        ledger.doubt("E-CUT", grid.name, "", 1, limit=len(grid.rows) if len(grid.rows) in _CUTS else grid.width)
    if found.filtered:
        ledger.doubt("E-FILTER", grid.name)
    if found.merged:
        ledger.doubt("E-MERGES", grid.name, "", len(found.merged))
    if not grid.visible:
        ledger.doubt("E-HIDDENSHEET", grid.name)


def is_made_up(book: Workbook) -> bool:
    """Return whether the workbook says of itself that it is a made-up example."""
    mark = normal(vocabulary()["made_up"])
    for grid in book.grids:
        notes = normal(grid.name) in vocabulary()["made_up_sheet"]
        for row in grid.rows if notes else grid.rows[:_MARK_ROWS]:
            if any(isinstance(value, str) and normal(value) == mark for value in row):
                return True
    return False
