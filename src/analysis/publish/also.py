"""What a council asks beside the findings, a line each: change, element, channels, technology, training, complaints.

Each line is the topic's own sentence or a short form of it, under the same plan; a question that the study cannot
answer has no line.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from analysis import oversight
from analysis.errors import CallError

from .form import of_change, word
from .guard import guarded
from .look import records
from .topics import PARTS, hidden, seen_rows
from .wording import answers, numbers, sentences, topic_sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import pandas as pd

    from analysis.oversight import Answer
    from analysis.survey import SurveyDesign

    from .look import Look, Row
    from .study import StudyLike

T = TypeVar("T")
MOST_NAMED = 6
"""With more units than this they are counted, not named."""
MOST_SERVICES = 3
"""With more services gone online than this they are counted: each is told with its range and numbers."""
MOST_ODD = 2
"""How many units with repeated answers are told."""


@dataclass(frozen=True)
class Asked:
    """What a line is made from."""

    study: StudyLike
    design: SurveyDesign
    items: pd.DataFrame | None
    """oversight.unsur of everybody, where the study has it."""
    look: Look
    told: tuple[str, ...] = ()
    """Kinds of finding that the brief has told."""
    lowest: str = ""
    """The element that a finding calls lower than the others, told or not."""

    @cached_property
    def initiatives(self) -> Answer:
        """What the initiatives show; two lines are made of it."""
        study = self.study
        return self.seen(oversight.initiatives(
            self.design, book=study.book, registers=study.registers, wave=study.wave or None
        ))  # fmt: skip

    def seen(self, result: T, kind: str = "") -> T:
        """Return a result as the gate hands it on; ``kind`` where it is a plain frame."""
        return guarded(kind, result, self.look)


def lines(asked: Asked) -> Iterator[tuple[str, str]]:
    """Yield each line with the topic of its page."""
    for topic, make in LINES.items():
        try:
            made = list(make(asked))
        except (CallError, KeyError):  # the study lacks a register or a column that the question needs
            continue
        for text in made:
            yield sentences.capital(text), topic


def _change(asked: Asked) -> Iterator[str]:
    """Say which units rose and fell, how many cannot be told, and by which rule."""
    study, look = asked.study, asked.look
    if "unit" not in study.responses or len(study.waves) < 2:
        return
    result = asked.seen(oversight.change(asked.design, book=study.book, by="unit", wave=study.wave or None))
    rows = [row for row in records(result.table) if not sentences.both_waves_hidden(result, row, look)]
    parts = []
    for verdict in sentences.VERDICTS:
        names = [row["level"] for row in rows if row["verdict"] == verdict]
        if names:
            counted = verdict not in {"lower", "higher"} or len(names) > MOST_NAMED
            who = look.say("units_count", len(names)) if counted else look.levels("unit", names)
            parts.append(look.say(f"brief_moved_{sentences.key(verdict)}", names=who))
    if not parts:
        return
    if not any(row["verdict"] in {"lower", "higher"} for row in rows):
        parts.insert(0, look.say("brief_moved_none"))
    rules = set(study.responses.loc[study.responses["wave"].astype(str) == result.wave, "rule"].astype(str))
    rule = look.say("brief_rule", rule=rules.pop()) if look.graded and len(rules) == 1 else ""
    text = look.say("brief_moved", before=result.before, wave=result.wave, parts="; ".join(parts), rule=rule)
    less = any(row["verdict"] and row["left_out"] for row in rows)
    yield f"{text} {look.say('brief_common_items')}" if less else text


def _element(asked: Asked) -> Iterator[str]:
    """Say which element most people are dissatisfied with; where none is known to be lower, that it is not sure."""
    items, look, wave = asked.items, asked.look, asked.study.wave or ""
    if items is None or items.empty or "element" in asked.told:
        return
    row = answers.most_low(items, look, wave, first=asked.lowest)
    if row is not None and row["low_share"] == 0:
        if row["n"] >= look.rules.answers.extreme_under:
            yield look.say("brief_element_none", n=look.n(row["n"]))
    elif row is not None:
        share = answers.low_share(row["low_share"], row["n"], look)
        said_as = "brief_element" if row["variable"] == asked.lowest else "brief_element_unsure"
        yield look.say(said_as, name=look.item_short(row["variable"]), share=share, n=look.n(row["n"]))


def _published(asked: Asked) -> Iterator[str]:
    """Say how many announced figures agree with the recomputed ones, unless a finding told of one that does not."""
    study, look = asked.study, asked.look
    if "published" in asked.told:
        return
    index = oversight.skm_index(asked.design, ["unit", "wave"], book=study.book)
    table = asked.seen(oversight.reconcile(
        index[index["wave"].astype(str) == study.wave], study.registers["surveys"], book=study.book,
        responses=study.responses,
    ), "reconcile")  # fmt: skip
    if table["explained"].ne("").any():  # some are shown
        yield " ".join(answers.reconcile(table, look).texts[:2])


def _channels(asked: Asked) -> Iterator[str]:
    """Say how the one door, and online beside counter unless a finding told it, are rated for the same services."""
    for name, as_finding in (("online", "channel"), ("one_stop", "")):
        part = oversight.only(asked.initiatives, name)
        judged = any(row["verdict"] for row in seen_rows(part, "summary", asked.look))
        if judged and as_finding not in asked.told:
            yield topic_sentences.initiatives(part, asked.look).texts[0]


def _technology(asked: Asked) -> Iterator[str]:
    """Say of which services that went online the change is larger or smaller than that of the others, since when."""
    look, answer = asked.look, asked.initiatives
    spec = PARTS["initiatives", "summary"]
    rows = [
        row for row in records(answer.tables["summary"])
        if row["initiative"] == "technology" and of_change(row) and row["verdict"]
        and not hidden(row, spec, answer, look)
    ]  # fmt: skip
    for since in dict.fromkeys(sorted(str(row["since"]) for row in rows)):
        parts = list(_changed([row for row in rows if row["since"] == since], answer, look))
        yield look.say("brief_online", since=since, wave=answer.wave, parts="; ".join(parts))


def _changed(rows: list[Row], answer: Answer, look: Look) -> Iterator[str]:
    for verdict in ("higher", "lower", "no difference that matters", "cannot tell"):
        told = [row for row in rows if row["verdict"] == verdict]
        if told:
            counted = verdict not in {"lower", "higher"} or len(told) > MOST_SERVICES
            names = [_service(row, answer, look) for row in told]
            who = look.say("services_count", len(told)) if counted else numbers.listing(names, look.lang)
            yield look.say(f"brief_online_{sentences.key(verdict)}", names=who)


def _service(row: Row, answer: Answer, look: Look) -> str:
    figures = topic_sentences.figures(row, answer, look)
    return look.say("brief_service", name=word(row["a"], look), figures=figures)


def _training(asked: Asked) -> Iterator[str]:
    """Say how much more the trained units changed than the others."""
    study = asked.study
    answer = asked.seen(oversight.training(
        asked.design, study.registers["training"], book=study.book, wave=study.wave or None
    ))  # fmt: skip
    if not numbers.is_missing(answer.facts.get("difference")):
        yield topic_sentences.training(answer, asked.look).texts[0]


def _complaints(asked: Asked) -> Iterator[str]:
    """Say how many complaints came in, were settled, are late; then what became of the promises, on the same page."""
    texts = [*_received(asked), *_promised(asked)]
    if texts:
        yield " ".join(texts)


def _received(asked: Asked) -> Iterator[str]:
    study, register = asked.study, asked.study.registers.get("complaints")
    if register is None or len(register) < asked.look.plan.threshold:
        return
    answer = asked.seen(oversight.complaints(
        register, book=study.book, surveys=study.registers.get("surveys"), design=asked.design, wave=study.wave or None
    ))  # fmt: skip
    yield from topic_sentences.received(answer, asked.look)


def _promised(asked: Asked) -> Iterator[str]:
    study, plans = asked.study, asked.study.registers.get("plans")
    if plans is None or plans.empty:
        return
    answer = asked.seen(oversight.follow_up(plans, asked.design, book=study.book, wave=study.wave or None))
    if answer.facts.get("promises"):
        yield topic_sentences.follow_up(answer, asked.look).texts[0]


def _integrity(asked: Asked) -> Iterator[str]:
    """Say at which units rows repeat, and how many would be likely."""
    study, look = asked.study, asked.look
    table = asked.seen(oversight.integrity(study.responses, study.book, study.registers.get("surveys")), "integrity")
    seen = [
        row for row in records(table[table["wave"].astype(str) == study.wave])
        if not look.hidden(row["n"], study.wave, {"unit": row["unit"]})
    ]  # fmt: skip
    alike = [look.level("unit", row["unit"]) for row in seen if answers.all_alike(row, look)]
    if alike:
        yield look.say("brief_alike", names=numbers.listing(alike, look.lang))
    if any(not row.get("note") for row in seen) and not any(row["signs"] for row in seen):
        yield look.say("integrity_none")
    odd = [row for row in seen if "repeated" in str(row["signs"]).split()]
    odd.sort(key=lambda row: (row["repeated_expected"] - row["repeated_share"], row["unit"]))
    for row in odd[:MOST_ODD]:
        share, expected = (numbers.of_hundred(row[f"repeated_{one}"], look.lang) for one in ("share", "expected"))
        yield look.say("brief_repeated", name=look.level("unit", row["unit"]), share=share, expected=expected)


LINES: dict[str, Callable[[Asked], Iterator[str]]] = {
    "change": _change,
    "published": _published,
    "unit": _element,
    "channel": _channels,
    "technology": _technology,
    "training": _training,
    "complaints": _complaints,
    "integrity": _integrity,
}
"""By topic of the page that holds its evidence."""
