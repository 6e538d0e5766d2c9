"""Tables of a comparison, a matrix, a change: figures asked for under the plan, the base beside, the unit on top."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from .look import records
from .markup import Entry, Heading, Table
from .wording import numbers, rounding
from .wording.limits import of_result
from .wording.remarks import common_items, remarks
from .wording.sentences import (
    KEPT,
    SAME_MIX,
    both_waves_hidden,
    cell_hidden,
    key,
    matrix_caption,
    mix_words,
    note_words,
    shown,
    verdict_figures,
    wave_words,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from analysis.oversight import Change, Comparison, Matrix

    from .look import Look, Row

TONES = {"lower": "lower", "higher": "higher", "no difference that matters": "same", "cannot tell": "unsure"}


def figure(value: object, look: Look, decimals: int, *, sign: bool = False) -> Entry:
    """Return a number as an entry; the value behind it is as round as its text, so that no file tells more."""
    if numbers.is_missing(value):
        return Entry(look.say("no_figure"))
    text = (numbers.signed if sign else numbers.number)(value, look.lang, decimals)
    return Entry(text, float(numbers.rounded(float(value), decimals)))  # type: ignore[arg-type]


def base(n: object, look: Look) -> Entry:
    """Return a number of respondents as an entry."""
    return figure(n, look, 0)


def span(low: object, high: object, row: Row, look: Look, decimals: int) -> Entry:
    """Return an interval as an entry, low to high; why there is none where there is none."""
    if numbers.is_missing(low) or numbers.is_missing(high):
        constant = row.get("note") == "constant"
        return Entry(
            look.say(
                "range_constant" if constant else "range_census_short" if row["sample"] == "census" else "no_range"
            )
        )
    if row["sample"] == "census" and low == high:
        return Entry(look.say("range_census_short"))
    return Entry(look.say("range_short", low=look.number(low, decimals), high=look.number(high, decimals)))


def withheld(look: Look, width: int) -> tuple[Entry, ...]:
    """Return the entries of a row that is not shown, as many as the table is wide."""
    return (Entry(look.say("withheld_short"), withheld=True, whole_row=True),) * width


def absent(look: Look, width: int) -> tuple[Entry, ...]:
    """Return the entries of a row about which there is nothing to show: it surveyed in one wave only."""
    return (Entry(look.say("note_one_wave_only"), whole_row=True),) * width


def withheld_notes(rows: Iterable[tuple[Entry, ...]], look: Look) -> tuple[str, ...]:
    """Return what "not shown" means, where a table says it."""
    if any(entry.withheld for row in rows for entry in row):
        return (look.say("note_withheld", threshold=look.plan.threshold),)
    return ()


def without_blank(table: Table) -> Table:
    """Return a table without the columns in which no row tells anything, such as one of remarks where there are none.

    Rows shown once for all their entries tell nothing of a column; with none but those it stays as it is.
    """
    seen = [row for row in table.rows if not row[-1].whole_row]
    told = [at for at in range(len(table.headings)) if not seen or any(row[at].text for row in seen)]
    return replace(
        table,
        headings=tuple(table.headings[at] for at in told),
        rows=tuple(tuple(row[at] for at in told) for row in table.rows),
    )


def verdict(row: Row, look: Look) -> Entry:
    """Return a verdict in words, or why there is none."""
    if row["verdict"]:
        return Entry(look.say(f"verdict_{key(row['verdict'])}"), tone=TONES[row["verdict"]])
    return Entry(look.say("verdict_unjudged", why=note_words(row["note"], look)), tone="unsure")


def scale(measure: str, look: Look) -> str:
    """Return the ends of a measure's scale, for the head of a column: on one line, however narrow it is."""
    low, high = look.ends(measure)
    return look.say("range_short", low=look.number(low, 0), high=look.number(high, 0)).replace(" ", "\u00a0")


def measured(measure: str, look: Look) -> str:
    """Return a measure's name for the head of a column, without what it says of itself in brackets."""
    return look.measure_name(measure).partition(" (")[0]


def comparison(result: Comparison, look: Look) -> Table:
    """Return a comparison as a table, highest first; the verdict stands last, what it rests on before it."""
    places, same = look.decimals(result.measure), result.basis == SAME_MIX
    heads = [
        Heading(look.column(result.by).capitalize(), figures=False),
        Heading(look.say("head_n")),
        Heading(measured(result.measure, look), scale(result.measure, look)),
        Heading(look.say("head_range")),
    ]
    if same:
        heads.append(Heading(look.say("head_raw_difference"), look.say("unit_points")))
    heads += [
        Heading(_mix_head("same", result.mix, look) if same else look.say("head_difference"), look.say("unit_points")),
        Heading(look.say("head_difference_range")),
        Heading(look.say("head_rank")),
        Heading(look.say("head_verdict"), figures=False),
    ]
    rows = records(result.table.sort_values(["estimate", "level"], ascending=[False, True]))
    body = [_compared(row, result, look, places=places, width=len(heads) - 1) for row in rows]
    seen = [row for row, source in zip(body, rows, strict=True) if not _hidden(source, result, look)]
    hidden = sorted((row for row in body if row not in seen), key=lambda row: row[0].text)
    return Table(
        look.caption(
            "comparison",
            measure=look.measure_name(result.measure),
            by=look.column(result.by),
            wave=wave_words(result.wave, look),
        ),
        tuple(heads),
        (*seen, *hidden),
        (*_comparison_notes(result, look), *withheld_notes(body, look), *of_result(result, look)),
    )


def _mix_head(what: str, mix: tuple[str, ...], look: Look) -> str:
    """Return the head of a column at the same mix, by what was held equal where services were not."""
    if "service" in mix:
        return look.say(f"head_{what}_mix")
    return look.say(f"head_{what}_mix_of", mix=mix_words(mix, look))


def _hidden(row: Row, result: Comparison, look: Look) -> str:
    return look.hidden_of_city(row["n"], result.wave, {result.by: row["level"]})


def _compared(row: Row, result: Comparison, look: Look, *, places: int, width: int) -> tuple[Entry, ...]:
    name = Entry(look.level(result.by, row["level"]))
    hidden = _hidden(row, result, look)
    if hidden:
        return (name, *withheld(look, width))
    if look.keeps_back(row, result.measure, result.wave, {result.by: row["level"]}):
        return (name, base(row["n"], look), *withheld(look, width - 1))
    difference, low, high = verdict_figures(result, row)
    told = rounding.places(row["verdict"], difference, (low, high), margin=result.margin, decimals=places)
    raw = [figure(row["difference"], look, places, sign=True)] if result.basis == SAME_MIX else []
    rank = _rank(row, result, look)
    return (
        name,
        base(row["n"], look),
        figure(row["estimate"], look, places),
        span(row["low"], row["high"], row, look, places),
        *raw,
        figure(difference, look, told, sign=True),
        span(low, high, row, look, told),
        rank,
        verdict(row, look),
    )


def is_weak(row: Row, margin: float, look: Look) -> bool:
    """Tell whether a figure is weak by the policy: few respondents, or a range many times as wide as what matters."""
    rules = look.rules.weak
    wide = not numbers.is_missing(row["low"]) and row["high"] - row["low"] > rules.margins * margin
    return bool(row["sample"] != "census" and (row["n"] < rules.respondents or wide))


def _rank(row: Row, result: Comparison, look: Look) -> Entry:
    if numbers.is_missing(row["rank_low"]):
        return Entry(look.say("no_range"))
    ranked = int(result.table["rank_low"].notna().sum())
    if row["rank_low"] == row["rank_high"]:
        return Entry(look.say("rank_only", low=int(row["rank_low"]), total=ranked))
    return Entry(look.say("rank_short", low=int(row["rank_low"]), high=int(row["rank_high"]), total=ranked))


def _comparison_notes(result: Comparison, look: Look) -> list[str]:
    places = look.decimals(result.measure)
    whole = result.whole
    notes = [look.say("note_margin", margin=look.margin(result.margin, places))]
    if whole["n"] >= look.plan.threshold:
        key_of_whole = "note_whole" if look.may_count_whole(result.by, result.wave) else "note_whole_uncounted"
        name, value = look.whole(result.by, result.wave), look.number(whole["estimate"], places)
        told = look.say(key_of_whole, whole=name, value=value, n=look.n(whole["n"]))
        notes = [told, *notes, look.say("note_rounding")]
    if result.basis == SAME_MIX:
        notes.append(look.say("note_mix", mix=mix_words(result.mix, look)))
    weak = [row["level"] for row in shown(result, look) if is_weak(row, result.margin, look)]
    if weak:
        rules = look.rules.weak
        widest = look.margin(rules.margins * result.margin, places)
        names = look.levels(result.by, weak)
        notes.append(look.say("note_weak", names=names, few=rules.respondents, widest=widest))
    if result.table["rank_low"].notna().any():
        notes.append(look.say("note_rank"))
    return [*notes, *remarks(result.notes, look)]


def matrix(result: Matrix, look: Look) -> Table:
    """Return a matrix as a table: the figure, its n and the verdict's sign in each cell; words for what is withheld."""
    places = look.decimals(result.measure)
    table = result.table
    columns = list(dict.fromkeys(table["column"]))
    cells = {(row["row"], row["column"]): row for row in records(table)}
    body = []
    for name in dict.fromkeys(table["row"]):
        entries = [_cell(cells.get((name, column)), result, look, places) for column in columns]
        body.append((Entry(look.level(result.rows, name)), *entries))
    heads = (
        Heading(look.column(result.rows).capitalize(), figures=False),
        *(Heading(look.level(result.columns, column)) for column in columns),
    )
    caption = matrix_caption(result, look)
    notes = (
        look.say("note_matrix", columns=look.column(result.columns)),
        look.say("note_margin", margin=look.margin(result.margin, places)),
        *withheld_notes(body, look),
        *remarks(result.notes, look),
        *of_result(result, look),
    )
    return Table(caption, heads, tuple(body), notes)


def _cell(row: Row | None, result: Matrix, look: Look, places: int) -> Entry:
    if row is None:
        return Entry(look.say("no_respondents"))
    if cell_hidden(result, row, look):
        return Entry(look.say("withheld_short"), withheld=True)
    if numbers.is_missing(row["estimate"]):
        return figure(row["estimate"], look, places)
    sign = look.say(f"sign_{key(row['verdict'])}")
    text = look.say("cell", value=look.number(row["estimate"], places), n=look.n(row["n"]), sign=sign)
    return Entry(text, float(numbers.rounded(row["estimate"], places)), tone=TONES.get(row["verdict"], "unsure"))


def change(result: Change, look: Look) -> Table:
    """Return a change between two waves as a table, the largest rise first."""
    places, same = look.decimals(result.measure), result.basis == SAME_MIX
    heads = (
        Heading(look.column(result.by).capitalize(), figures=False),
        Heading(result.before, look.say("head_n")),
        Heading(result.wave, look.say("head_n")),
        Heading(result.before, measured(result.measure, look)),
        Heading(result.wave, measured(result.measure, look)),
        *((Heading(look.say("head_raw_change"), look.say("unit_points")),) if same else ()),
        Heading(_mix_head("change", result.mix, look) if same else look.say("head_change"), look.say("unit_points")),
        Heading(look.say("head_difference_range")),
        Heading(look.say("head_verdict"), figures=False),
    )
    rows = records(result.table.sort_values(["difference", "level"], ascending=[False, True]))
    body, hidden_rows = [], []
    for row in rows:
        name = Entry(look.level(result.by, row["level"]))
        hidden = both_waves_hidden(result, row, look)
        if not row["n"] > 0 or not row["n_before"] > 0:
            hidden_rows.append((name, *absent(look, len(heads) - 1)))
            continue
        if hidden == KEPT:
            body.append((name, base(row["n_before"], look), base(row["n"], look), *withheld(look, len(heads) - 3)))
            continue
        if hidden:
            hidden_rows.append((name, *withheld(look, len(heads) - 1)))
            continue
        difference, low, high = verdict_figures(result, row)
        told = rounding.places(row["verdict"], difference, (low, high), margin=result.margin, decimals=places)
        body.append(
            (
                name,
                base(row["n_before"], look),
                base(row["n"], look),
                figure(row["before"], look, places),
                figure(row["estimate"], look, places),
                *((figure(row["difference"], look, places, sign=True),) if same else ()),
                figure(difference, look, told, sign=True),
                span(low, high, row, look, told),
                verdict(row, look),
            )
        )
    caption = look.caption(
        "change",
        measure=look.measure_name(result.measure),
        by=look.column(result.by),
        before=result.before,
        wave=result.wave,
    )
    notes = (
        look.say("note_margin", margin=look.margin(result.margin, places)),
        look.say("note_rounding"),
        *((look.say("note_mix_change", mix=mix_words(result.mix, look)),) if result.mix else ()),
        *common_items(result, [row for row in rows if not both_waves_hidden(result, row, look)], look),
        *remarks(result.notes, look),
        *withheld_notes((*body, *hidden_rows), look),
        *of_result(result, look),
    )
    return Table(caption, heads, (*body, *sorted(hidden_rows, key=lambda row: row[0].text)), notes)
