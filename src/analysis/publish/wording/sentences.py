"""A comparison, a matrix or a change in words: the answer first, each sentence built from the result alone.

A sentence names who, the verdict, the size of the difference and how far it could be off as the kind of sample allows,
and how many people it rests on. It never names a cause, a test or a probability value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.oversight.comparing.standardise import unheld
from analysis.publish.look import records
from analysis.publish.markup import Sentences

from . import numbers
from .limits import kind, of_result
from .remarks import common_items, in_one_wave
from .rounding import places

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from analysis.oversight import Change, Comparison, Matrix
    from analysis.publish.look import Look, Row

VERDICTS = ("lower", "higher", "no difference that matters", "cannot tell")
SAME_MIX = "same mix"


def key(verdict: str) -> str:
    """Return the catalogue's name of a verdict."""
    return {"no difference that matters": "same", "cannot tell": "unsure"}.get(verdict, verdict or "unjudged")


KEPT = "kept"
"""Why a figure is kept back of a group that is shown: it would tell what each of a few answered."""


def shown(result: Comparison, look: Look) -> list[Row]:
    """Return the rows of a comparison whose figures may be shown, lowest first."""
    rows = [
        row
        for row in records(result.table)
        if not look.hidden_of_city(row["n"], result.wave, {result.by: row["level"]})
        and not look.keeps_back(row, result.measure, result.wave, {result.by: row["level"]})
    ]
    return sorted(rows, key=lambda row: (numbers.is_missing(row["estimate"]), row["estimate"], str(row["level"])))


def verdict_figures(result: Comparison | Change, row: Row) -> tuple[Any, Any, Any]:
    """Return the difference the verdict rests on and its interval: at the same mix where that is the basis."""
    if result.basis == SAME_MIX:
        return row["mix_difference"], row["mix_low"], row["mix_high"]
    return row["difference"], row["difference_low"], row["difference_high"]


def comparison(result: Comparison, look: Look) -> Sentences:
    """Return what a comparison says: the groups by verdict, then each group whose figures are shown."""
    rows = shown(result, look)
    texts = summary(result, look)
    texts += [_mix_explains(row, result, look) for row in rows if _explained(row, result)]
    judged = [row for row in rows if row["verdict"]]
    texts += [level(row, result, look) for row in judged] if len(judged) <= MOST_TOLD else []
    texts += [unjudged(look.level(result.by, row["level"]), row, look) for row in rows if not row["verdict"]]
    return said(texts, of_result(result, look), look)


def summary(result: Comparison, look: Look) -> list[str]:
    """Return the groups by verdict, then which figure is the lowest and how sure its place is."""
    rows = shown(result, look)
    return [*_by_verdict(rows, result, look), *_lowest(rows, result, look)]


def said(texts: Iterable[str], notes: tuple[str, ...], look: Look) -> Sentences:
    """Return sentences, each with a capital; where there are none, that nothing may be shown."""
    kept = tuple(once(map(capital, texts), look))
    return Sentences(kept or (look.say("nothing_to_show"),), notes)


def once(texts: Iterable[str], look: Look) -> Iterator[str]:
    """Yield sentences of which only the first range of a quota or walk-in sample says on what condition it holds."""
    clause, said_before = look.say("clause"), False
    for text in texts:
        head, found, tail = text.partition(clause)
        yield (f"{head}{tail.replace(clause, '')}" if said_before else f"{head}{found}{tail.replace(clause, '')}")
        said_before = said_before or bool(found)


def capital(text: str) -> str:
    """Return a sentence with a capital first."""
    return f"{text[:1].upper()}{text[1:]}"


def wave_words(wave: str, look: Look) -> str:
    """Return a wave in words; all waves where none is named."""
    if not wave:
        return look.say("of_all_waves")
    term = look.column("wave")
    return wave if wave.lower().startswith(term.lower()) else look.say("of_wave", term=term, wave=wave)


def _by_verdict(rows: list[Row], result: Comparison, look: Look) -> list[str]:
    """Return one sentence per verdict that occurs, naming its groups."""
    basis = ""
    if result.basis == SAME_MIX:
        basis = look.say("basis_same_mix", mix=mix_words(result.mix, look))
    elif look.graded and unheld(result.notes) not in {"", "one service"}:
        basis = look.say("basis_as_answered")
    texts = []
    for verdict in VERDICTS:
        names = [row["level"] for row in rows if row["verdict"] == verdict]
        if names:
            whole = look.whole(result.by, result.wave)
            text = look.say(f"group_{key(verdict)}", names=look.levels(result.by, names), whole=whole)
            texts.append(f"{text}{basis}." if verdict != "cannot tell" else f"{text}.")
    return texts


def mix_words(mix: Iterable[str], look: Look) -> str:
    """Return what was held equal in a comparison at the same mix, in words."""
    return numbers.listing([look.column(name) for name in mix], look.lang)


def _lowest(rows: list[Row], result: Comparison, look: Look) -> list[str]:
    judged = [row for row in rows if row["verdict"] or row["note"] == "constant"]
    if len(judged) < 2 or judged[0]["estimate"] == judged[-1]["estimate"]:
        return []
    row, decimals = judged[0], look.decimals(result.measure)
    sample = "census" if row["sample"] == "census" else kind(result)
    rank = ""
    if not numbers.is_missing(row["rank_low"]):
        rank = look.say("rank_after", rank=rank_words(row, result, look))
    return [
        look.say(
            "lowest",
            measure=look.measure_name(result.measure),
            name=look.level(result.by, row["level"]),
            value=look.number(row["estimate"], decimals),
            n=look.n(row["n"]),
            range=look.span(row["low"], row["high"], sample=sample, decimals=decimals),
            rank=rank,
        )
    ]


def rank_words(row: Row, result: Comparison, look: Look) -> str:
    """Return a rank as the range it may lie in, out of how many were ranked."""
    ranked = int(result.table["rank_low"].notna().sum())
    low, high = int(row["rank_low"]), int(row["rank_high"])
    return look.say("rank_one" if low == high else "rank_range", low=low, high=high, total=ranked)


def level(row: Row, result: Comparison, look: Look) -> str:
    """Return one group's verdict with its figures."""
    verdict, decimals = key(row["verdict"]), look.decimals(result.measure)
    return look.say(
        f"level_{verdict}",
        name=look.level(result.by, row["level"]),
        whole=look.whole(result.by, result.wave),
        bracket=bracket(
            verdict_figures(result, row),
            row,
            look,
            decimals=decimals,
            verdict=row["verdict"],
            sample=kind(result),
            margin=result.margin,
        ),
        margin=look.margin(result.margin, decimals),
    )


def bracket(
    figures: tuple[Any, Any, Any],
    row: Row,
    look: Look,
    *,
    decimals: int,
    verdict: str,
    sample: str,
    margin: float = 0.0,
    mix: Iterable[str] = (),
) -> str:
    """Return the figures behind a verdict: size, range as the sample allows, n.

    With "lower" and "higher" the words carry the sign, so the figures are sizes; else the difference bears its sign.
    ``sample`` is the kind that the whole result is told under; a census bears an interval where its opposite does.
    """
    difference, low, high = figures
    decimals = places(verdict, difference, (low, high), margin=margin, decimals=decimals)
    if verdict in {"lower", "higher"}:
        sign = -1 if verdict == "lower" else 1
        size = look.number(sign * float(difference), decimals)
        low, high = sorted((sign * low, sign * high)) if not numbers.is_missing(low) else (low, high)
    else:
        size = numbers.signed(difference, look.lang, decimals)
    whole = row["sample"] == "census" and low == high
    told = row["sample"] if whole or numbers.is_missing(low) else sample
    span = look.span(low, high, sample=told, decimals=decimals)
    held = look.say("bracket_mix", mix=mix_words(mix, look)) if tuple(mix) else ""
    return look.say("bracket", size=size, mix=held, range=span, n=_base(row, look))


def _base(row: Row, look: Look) -> str:
    """Return how many a difference rests on: of each side where two groups are held against one another."""
    if "n_a" not in row:
        return look.n(row["n"])
    if numbers.is_missing(row["n_b"]):
        return look.n(row["n_a"])
    return look.say("n_both", n=look.n(row["n_a"]), beside=numbers.count(row["n_b"], look.lang))


def _explained(row: Row, result: Comparison) -> bool:
    """Tell whether holding the mix equal takes away a difference that would matter."""
    if result.basis != SAME_MIX or numbers.is_missing(row["mix_difference"]) or numbers.is_missing(row["difference"]):
        return False
    moved = abs(row["difference"] - row["mix_difference"])
    return bool(abs(row["difference"]) >= result.margin > abs(row["mix_difference"]) and moved >= result.margin / 2)


def _mix_explains(row: Row, result: Comparison, look: Look) -> str:
    decimals = look.decimals(result.measure)
    return look.say(
        "mix_explains",
        name=look.level(result.by, row["level"]),
        mix=mix_words(result.mix, look),
        raw=numbers.signed(row["difference"], look.lang, decimals),
        rest=numbers.signed(row["mix_difference"], look.lang, decimals),
    )


def unjudged(name: str, row: Row, look: Look) -> str:
    """Return why a level got no verdict."""
    return look.say("unjudged", name=name, why=note_words(row["note"], look), n=look.n(row["n"]))


MOST_TOLD = 8
"""With more groups than this their sentences are left to the table; the groups by verdict and the lowest stay."""


def note_words(note: object, look: Look) -> str:
    """Return a remark of a result in words; an unknown one is said as not judged."""
    name = f"note_{str(note).replace(' ', '_').replace('-', '_')}"
    return look.say(name if note and look.knows(name) else "note_not_judged")


def matrix_caption(result: Matrix, look: Look) -> str:
    """Return what stands over a matrix, as a table and as a picture."""
    return look.caption(
        "matrix",
        measure=look.measure_name(result.measure),
        rows=look.column(result.rows),
        columns=look.column(result.columns),
        wave=wave_words(result.wave, look),
    )


def matrix(result: Matrix, look: Look) -> Sentences:
    """Return the cells that stand out, each with its figures, then how many do not, cannot be told or are withheld."""
    rows = [(row, cell_hidden(result, row, look)) for row in records(result.table)]
    if not rows:
        return said((), of_result(result, look), look)
    seen = [row for row, hidden in rows if not hidden]
    texts = []
    for verdict in ("lower", "higher"):
        for row in sorted((row for row in seen if row["verdict"] == verdict), key=lambda row: -abs(row["difference"])):
            figures = bracket(
                (row["difference"], row["difference_low"], row["difference_high"]),
                row,
                look,
                decimals=look.decimals(result.measure),
                verdict=verdict,
                sample=kind(result),
                margin=result.margin,
            )
            texts.append(
                look.say(
                    f"cell_{verdict}",
                    row=look.level(result.rows, row["row"]),
                    column=look.level(result.columns, row["column"]),
                    bracket=figures,
                )
            )
    if not texts:
        texts.append(look.say("cells_none"))
    texts.append(
        look.say(
            "cells_rest", total=len(rows), parts=numbers.listing(_parts(seen, len(rows) - len(seen), look), look.lang)
        )
    )
    return said(texts, of_result(result, look), look)


def cell_hidden(result: Matrix, row: Row, look: Look) -> str:
    """Return why a cell of a matrix is withheld: its group is, or it would tell what each of a few answered."""
    group = {result.rows: row["row"], result.columns: row["column"]}
    kept = look.keeps_back(row, result.measure, result.wave, group)
    return look.hidden_of_city(row["n"], result.wave, group) or (KEPT if kept else "")


def _parts(seen: list[Row], withheld: int, look: Look) -> list[str]:
    """Return how many cells are of each other kind, those that occur."""
    counts = {name: sum(row["verdict"] == verdict for row in seen) for verdict, name in OTHER_CELLS.items()}
    counts["withheld"] = withheld
    return [look.say(f"cells_{name}", number=number) for name, number in counts.items() if number]


OTHER_CELLS = {"no difference that matters": "same", "cannot tell": "unsure", "": "unjudged"}


def change(result: Change, look: Look) -> Sentences:
    """Return what rose, fell, stayed, and what cannot be told, each level with its figures."""
    shown_rows = [row for row in records(result.table) if not both_waves_hidden(result, row, look)]
    rows = sorted(
        (row for row in shown_rows if row["verdict"]),
        key=lambda row: (VERDICTS.index(row["verdict"]), -abs(verdict_figures(result, row)[0]), str(row["level"])),
    )
    groups = []
    for verdict in VERDICTS:
        names = [row["level"] for row in rows if row["verdict"] == verdict]
        if names:
            groups.append(look.say(f"moved_{key(verdict)}", names=look.levels(result.by, names)))
    told = (
        rows if len(rows) <= MOST_TOLD else [row for row in rows if row["verdict"] in {"lower", "higher"}][:MOST_TOLD]
    )
    tail = [unjudged(look.level(result.by, row["level"]), row, look) for row in shown_rows if not row["verdict"]]
    rules = {str(row["rule"]) for row in rows}
    if look.graded and len(rules) == 1 and "" not in rules:  # waves under different rules have no verdict
        groups.append(look.say("note_same_rule", rule=rules.pop()))
    groups += common_items(result, shown_rows, look)
    tail += in_one_wave(result, look)
    return said((*groups, *(changed(row, result, look) for row in told), *tail), of_result(result, look), look)


def changed(row: Row, result: Change, look: Look) -> str:
    """Return one group's change with its figures; at the same mix where the verdict rests on that."""
    decimals = look.decimals(result.measure)
    one = row["sample"] if result.by == "unit" and row["sample"] in {"random", "quota", "walk-in"} else kind(result)
    figures = bracket(
        verdict_figures(result, row),
        row,
        look,
        decimals=decimals,
        verdict=row["verdict"],
        sample=one,
        margin=result.margin,
        mix=result.mix,
    )
    return look.say(
        f"change_{key(row['verdict'])}",
        name=look.level(result.by, row["level"]),
        before=result.before,
        wave=result.wave,
        bracket=figures,
        then=look.number(row["before"], decimals),
        now=look.number(row["estimate"], decimals),
    )


def both_waves_hidden(result: Change, row: Row, look: Look) -> str:
    """Return why a change is withheld: one of its two waves is, or would tell what each of a small group answered."""
    group = {result.by: row["level"]}
    now = look.hidden_of_city(row["n"], result.wave, group)
    then = look.hidden_of_city(row["n_before"], result.before, group)
    kept = look.keeps_back(row, result.measure, result.wave, group) or look.keeps_back(
        row, result.measure, result.before, group, value="before", n="n_before"
    )
    kept = kept or look.keeps_left_out(row, (result.before, result.wave), group)
    return now or then or (KEPT if kept else "")
