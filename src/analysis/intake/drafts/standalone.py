"""A codebook of its own for a table that no shipped codebook knows: items, respondent columns, places, waves."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.intake.decode import FieldDecoder
from analysis.intake.lexicon import Lexicon
from analysis.intake.poles import surely_backward
from analysis.intake.text import normal
from analysis.intake.vocab import table
from analysis.shapes import AFTER_ITEMS, WHO
from analysis.words import say

from .headings import Seen, led_score
from .toml import MARK, Lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from analysis.codebook import Codebook, FieldOf, Labelled

_WIDEST = 11
_BATTERY = 3
_NUMBERED = re.compile(r"^q? ?(\d{1,2}) ?([a-z]?)(?: |$)")
_OTHER_WORDS = {
    "district": ("district", "kabupaten", "regency", "county", "region", "province"),
    "village": ("vdc municipality", "municipality", "village", "ward", "town", "settlement"),
    "sex": ("gender", "sex"), "age": ("age", "age group"), "date": ("date", "interview date", "today"),
    "education": ("education", "highest education"), "occupation": ("occupation", "job"),
    "unit": ("unit", "office", "facility", "service unit"),
}  # fmt: skip
_PERSONAL_WORDS = frozenset(
    (
        "name",
        "nama",
        "interviewer",
        "phone",
        "telephone",
        "latitude",
        "longitude",
        "location",
        "gps",
        "uuid",
        "instanceid",
    )
)
_MISSING_WORDS = frozenset(
    ("don t know", "dont know", "do not know", "refused", "no answer", "not applicable", "na", "n a", "tidak tahu",
     "tidak menjawab", "menolak", "not mentioned", "missing", "skip")
)  # fmt: skip
_OPEN = frozenset(("date", "comment", "service", "unit", "village", "district", "time", "wave"))


@dataclass
class Question:
    """An item found in one or more files: its headings, its words with their scores (None: not known), its range."""

    name: str
    headings: list[str]
    words: dict[str, int | None] = field(default_factory=dict)
    missing: set[str] = field(default_factory=set)
    scores: set[int] = field(default_factory=set)
    number: str = ""
    title: str = ""


def standalone(seen: Sequence[Seen], base: Codebook, lang: str) -> Lines:
    """Return the draft of a codebook for the columns ``seen``; ``base`` lends the names of respondent columns."""
    lexicon, begun = Lexicon(base), any(one.filled for one in seen)
    batteries = _batteries(seen)
    fields: dict[str, list[Seen]] = {}
    questions: dict[str, Question] = {}
    unused: list[Seen] = []
    personal: list[str] = []
    for one in seen:
        name = _field(one, lexicon)
        if begun and not one.filled:
            unused.append(one)
        elif _is_personal(one):
            personal.append(normal(one.heading))
        elif name:
            fields.setdefault(name, []).append(one)
        elif (scored := _scored(one, batteries)) is not None:
            _add(questions, one, scored)
        else:
            unused.append(one)
    lines = Lines(lang)
    _head(lines, seen, base, personal, fields)
    _instrument(lines, list(questions.values()))
    _measure(lines, list(questions.values()))
    _fields(lines, fields, base)
    _places(lines, fields)
    if "wave" in fields:
        for text in dict.fromkeys(text for one in fields["wave"] for text in (one.labels or one.answers)):
            lines.table("wave", name=text)
    elif len({one.file for one in seen}) > 1:
        for file in dict.fromkeys(one.file for one in seen):
            lines.table("wave")
            lines.mark(name=Path(file).stem)
            lines.put(files=[file])
    if unused:
        lines.lines.append("")
        lines.comment(say("forms.draft_unused", lang))
        for one in unused:
            lines.comment(f"  {one.file}, {one.column}: {one.heading}")
    return lines


def _batteries(seen: Sequence[Seen]) -> Counter[frozenset[str]]:
    """Return how many columns share each set of words; none where some column tells its scores, as scales then do."""
    none: Counter[frozenset[str]] = Counter()
    if any(_scored(one, none) for one in seen):
        return none
    return Counter(frozenset(map(normal, one.answers)) for one in seen if one.answers and not one.numbers)


def _field(one: Seen, lexicon: Lexicon) -> str:
    plain = normal(one.heading)
    meaning = lexicon.meaning(one.heading)
    if meaning.column and meaning.how in ("heading", "name") and meaning.column not in ("personal", "serial"):
        return meaning.column
    return next((name for name, words in _OTHER_WORDS.items() if plain in words), "")


def _is_personal(one: Seen) -> bool:
    return one.personal or is_personal_heading(one.heading)


def is_personal_heading(text: str) -> bool:
    """Return whether a heading speaks of a person's name, number, place or device."""
    return bool(_PERSONAL_WORDS.intersection(normal(text).split()))


def _scored(one: Seen, batteries: Counter[frozenset[str]]) -> dict[str, int | None] | None:
    """Return the words of a column with their scores, {} for plain numbers, None for a column that is no scale."""
    if one.labels:
        return {text: int(code) for text, code in one.labels.items()} if one.scale else None
    if not 2 <= len(one.answers) <= _WIDEST:
        return None
    if one.numbers:
        return {} if one.whole and all(0 <= float(text) <= _WIDEST - 1 for text in one.answers) else None
    led = {text: led_score(text) for text in one.answers}
    told = {text: score for text, score in led.items() if score is not None}
    if len(told) >= 2 and len(told) * 2 >= len(led) and len(set(told.values())) >= 2:
        return dict(led)
    ratings = {text: table()["rating"].get(normal(text)) for text in one.answers}
    rated = sum(score is not None for score in ratings.values())
    same = batteries[frozenset(map(normal, one.answers))]
    if rated * 2 >= len(ratings) or (same >= _BATTERY and 3 <= len(one.answers) <= 7):
        return dict(ratings)
    return None


def _add(questions: dict[str, Question], one: Seen, scored: dict[str, int | None]) -> None:
    plain = normal(one.heading)
    known = next((each for each in questions.values() if plain in map(normal, each.headings)), None)
    if known is None:
        match = _NUMBERED.match(plain)
        name = _free(f"q{match[1]}{match[2]}" if match else _slug(plain), questions)
        known = questions[name] = Question(
            name, [one.heading], number="".join(match.groups()) if match else "", title=one.title
        )
    for text, score in scored.items():
        if normal(text) in _MISSING_WORDS:
            known.missing.add(normal(text))
        elif known.words.get(normal(text)) is None:
            known.words[normal(text)] = score
    known.missing |= set(one.missing)
    known.scores |= {score for score in scored.values() if score is not None}
    if not scored:
        known.scores |= {int(float(text)) for text in one.answers}


def _slug(plain: str) -> str:
    return (
        "_".join("".join(char if char.isascii() and char.isalnum() else " " for char in plain).split())[:24].strip("_")
        or "q"
    )


def _free(name: str, taken: Iterable[str]) -> str:
    used = {*taken, *WHO, *AFTER_ITEMS}
    if name not in used:
        return name
    return next(f"{name}_{number}" for number in range(2, len(used) + 3) if f"{name}_{number}" not in used)


def _head(
    lines: Lines, seen: Sequence[Seen], base: Codebook, personal: Sequence[str], fields: dict[str, list[Seen]]
) -> None:
    lines.comment(say("forms.draft_standalone", lines.lang, mark=MARK[lines.lang]))
    title = Path(seen[0].file).stem
    lines.mark(id="draft", title={"id": title, "en": title})
    lines.put(version="1")
    lines.mark(
        strata=["district", "wave"] if "district" in fields else ["unit", "wave"] if "unit" in fields else ["wave"]
    )
    lines.put(missing=list(base.missing), personal=list(dict.fromkeys((*base.personal, *personal))))


def _instrument(lines: Lines, questions: Sequence[Question]) -> None:
    low, high = _range(questions)
    missing = sorted({word for one in questions for word in one.missing})
    lines.table("instrument", id="main")
    lines.mark(low=low, high=high)
    if missing:
        lines.mark(missing=missing)
    order = _usual_order(questions)
    for one in questions:
        lines.table("instrument.item", name=one.name)
        text = one.title or " ".join(one.headings[0].replace("_", " ").split())
        lines.put(label={"id": text, "en": text}, headings=one.headings)
        scale = (min(one.scores, default=low), max(one.scores, default=high))
        turned = surely_backward({score: word for word, score in one.words.items() if score is not None})
        if turned and scale != (low, high):
            lines.put(low=scale[0], high=scale[1])
        elif scale[1] > high or scale[0] < low:
            lines.put(low=min(low, scale[0]), high=max(high, scale[1]))
        if turned:
            lines.comment(say("forms.draft_backward", lines.lang))
            lines.mark(reverse=True)
        elif any(order.get(_word(word), score) != score for word, score in one.words.items() if score is not None):
            lines.comment(say("forms.draft_direction", lines.lang))
            lines.mark(reverse=False)
        twins = [other.name for other in questions if other is not one and one.number and other.number == one.number]
        if twins:
            lines.comment(say("forms.draft_twin", lines.lang, names=", ".join(twins)))
        if one.words:
            ends = sum(scale) if turned else None
            lines.answers("instrument.item.answers", {word: _score(score, ends) for word, score in one.words.items()})
    if not questions:
        lines.comment(say("forms.draft_no_items", lines.lang))
        lines.table("instrument.item")
        lines.mark(name="?", headings=["?"])


def _score(score: int | None, ends: int | None) -> int | str:
    """Return the score of a word: turned round where the sum of a scale's ends is given, "?" where it is not known."""
    return "?" if score is None else score if ends is None else ends - score


def _range(questions: Sequence[Question]) -> tuple[int, int]:
    """Return the most usual lowest and highest score."""
    pairs = Counter((min(one.scores), max(one.scores)) for one in questions if len(one.scores) > 1)
    return pairs.most_common(1)[0][0] if pairs else (1, 4)


def _word(text: str) -> str:
    return re.sub(r"^\d+ ", "", text)


def _usual_order(questions: Sequence[Question]) -> dict[str, int]:
    """Return the score that most items give to each word, to notice a scale that runs the other way."""
    votes: dict[str, Counter[int]] = {}
    for one in questions:
        for word, score in one.words.items():
            if score is not None:
                votes.setdefault(_word(word), Counter())[score] += 1
    return {word: count.most_common(1)[0][0] for word, count in votes.items()}


def _measure(lines: Lines, questions: Sequence[Question]) -> None:
    low, high = _range(questions)
    usual = [one.name for one in questions if one.scores and low <= min(one.scores) and max(one.scores) <= high]
    if not usual:
        return
    lines.table("measure", name="mean")
    lines.put(label={"id": say("forms.draft_mean", "id"), "en": say("forms.draft_mean", "en")})
    lines.lines.append(f"parts = [{', '.join(f'[{chr(34)}{name}{chr(34)}]' for name in usual)}]  # {MARK[lines.lang]}")
    lines.marks += 1
    lines.put(low=low, high=high)
    lines.mark(margin=(high - low) / 20)


def _fields(lines: Lines, fields: dict[str, list[Seen]], base: Codebook) -> None:
    known = {one.name: one for one in base.fields}
    for name, columns in fields.items():
        of = known.get(name)
        label = _both(of) if of else {"id": name, "en": name}
        lines.table("field", name=name, label=label,
                    headings=list(dict.fromkeys(one.heading for one in columns)))  # fmt: skip
        if name in _OPEN:
            lines.put(open_=True)
        elif of is not None:
            _answers(lines, columns, of, base)


def _both(one: Labelled) -> dict[str, str]:
    return {"id": one.text("id"), "en": one.text("en")}


def _answers(lines: Lines, columns: Sequence[Seen], of: FieldOf, base: Codebook) -> None:
    decode, listed = FieldDecoder(base, of), {one.name: one for one in of.values}
    groups: dict[str, list[str]] = {}
    for text in dict.fromkeys(text for one in columns for text in (one.labels or one.answers)):
        found = decode(text).value if listed else ""
        codes = [f"{one.labels[text]:g}" for one in columns if text in one.labels]
        groups.setdefault(found if found in listed else normal(text), []).extend([text, *codes])
    for name, texts in groups.items():
        if name and name not in _MISSING_WORDS:
            label = _both(listed[name]) if name in listed else {"id": texts[0], "en": texts[0]}
            lines.table("field.value", name=name, label=label, aliases=texts)


def _places(lines: Lines, fields: dict[str, list[Seen]]) -> None:
    for name in ("district", "unit"):
        groups: dict[str, list[str]] = {}
        for text in dict.fromkeys(text for one in fields.get(name, ()) for text in (one.labels or one.answers)):
            codes = [f"{one.labels[text]:g}" for one in fields[name] if text in one.labels]
            groups.setdefault(normal(text), []).extend([text, *codes])
        for texts in groups.values():
            lines.table(name, name=texts[0])
            if name == "unit":
                lines.mark(sector="?")
            if texts[1:]:
                lines.put(aliases=texts[1:])
    if "unit" in fields:
        lines.table("sector")
        lines.mark(name="?")
