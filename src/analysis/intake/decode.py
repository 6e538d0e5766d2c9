"""One cell's value → a score or a listed answer, by the codebook's rules only; what they do not list is said."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from analysis.codebook import Codebook, FieldOf, Instrument, Item

from .grid import Value, blank
from .text import normal, tidy
from .vocab import table

_WHOLE = re.compile(r"^[+-]?\d{1,4}(?:[.,]0+)?$")
_DECIMAL = re.compile(r"^[+-]?\d{1,9}(?:[.,]\d+)? ?%?$")
_MARKED = re.compile(r"^\(?\s*([0-9]|[A-Ea-e])\s*(?:[=:.)\-\u2013\u2014]|\s*\(|\s)\s*(.+?)\)?\s*$", re.DOTALL)
_TRAILED = re.compile(r"^\s*(.+?)\s*[(\[=:\-\u2013]\s*(?:nilai |skor )?([0-9])\s*[)\]]?\s*$", re.DOTALL | re.IGNORECASE)
_LETTER = re.compile(r"^\(?\s*([A-Ea-e])\s*[.)\]:]?\s*$")
_BAND = re.compile(r"(\d+)\s*[-\u2013_]\s*(\d+)")
_DASHES = " \t\r\n\u00a0-._\u2013\u2014"
_EITHER = re.compile(r"[/,;&]|\batau\b|\bdan\b", re.IGNORECASE)
_SIGNED = re.compile(r"[<>≤≥+]")
_AGE_WORDS = re.compile(r"\b(?:tahun|thn|th|years?|usia|umur)\b\.?")
_AGES = re.compile(r"(\d{1,3})(?:-|s/?d\.?|sampai(?:dengan)?|hingga|to)(\d{1,3})")
_OVER = re.compile(r"(?:(>=|≥|minimal)|>|diatas|lebihdari|over|above)(\d{1,3})")
_UNDER = re.compile(r"(?:(<=|≤|maksimal)|<|dibawah|kurangdari|under|below)(\d{1,3})")
_AND_MORE = re.compile(r"(\d{1,3})(\+|keatas|ataulebih|andover|kebawah)")
_BIRTH_YEARS = range(1900, 2030)
_OLDEST = 110
_ENDLESS = 200
_YOUNGEST = 5


@dataclass(frozen=True)
class Answer:
    """A decoded value (None: missing), the rule used ("" for none), and a code where it could not be."""

    value: int | None = None
    rule: str = ""
    code: str = ""
    old: str = ""


class ItemDecoder:
    """Scores of one item under one instrument.

    Where the scale runs the other way (``reverse``), a number is the code as printed and is turned round, alone or
    before its word; a word counts as the codebook lists it. ``scored``: numbers are scores already. ``initials``
    stand for words too, before a single letter.
    """

    def __init__(
        self, book: Codebook, instrument: Instrument, item: Item, *, text_file: bool, scored: bool = False,
        initials: Mapping[str, int] | None = None,
    ) -> None:  # fmt: skip
        self.low = item.low if item.low is not None else instrument.low
        self.high = item.high if item.high is not None else instrument.high
        self.labels = {normal(key): value for key, value in {**instrument.answers, **item.answers}.items()}
        self.labels |= initials or {}
        self.letters = {key: value for key, value in self.labels.items() if len(key) == 1 and key.isalpha()}
        self.others = _others(instrument)
        self.missing = {normal(one) for one in (*book.missing, *instrument.missing)} | {""}
        self.reverse = item.reverse and not scored
        self.text_file = text_file
        # The same few cells come again in every column, block and file; 1 and True are told apart.
        self._known = lru_cache(maxsize=4096, typed=True)(self._decoded)

    def __call__(self, value: Value) -> Answer:
        """Return the score of ``value``; missing where it is blank, a listed missing code, or not understood."""
        return self._known(value)

    def _decoded(self, value: Value) -> Answer:
        if isinstance(value, bool):
            return Answer(code="E-RANGE")
        if isinstance(value, int | float):
            return self._number(float(value), "")
        if isinstance(value, datetime | date):
            return Answer(code="E-AUTODATE")
        if isinstance(value, time | timedelta):
            return Answer(code="E-AUTODATE" if isinstance(value, time) else "E-RANGE")
        return self._text(value)

    def _number(self, number: float, rule: str, old: str = "") -> Answer:
        if not number.is_integer():
            return Answer(code="E-RANGE")
        score = int(number)
        if not self.low <= score <= self.high:
            return Answer(code="E-RANGE")
        if self.reverse:
            return Answer(self.low + self.high - score, "reversed", old=old or str(score))
        return Answer(score, rule, old=old)

    def _text(self, value: str) -> Answer:  # noqa: PLR0911 - one return per way an answer is written
        if blank(value):
            return Answer()
        plain = normal(value)
        if not plain and value.strip(_DASHES):
            return Answer(code="E-LABEL")
        if plain in self.missing:
            return Answer(rule="missing code", old=tidy(value)) if value.strip() else Answer()
        shown = unicodedata.normalize("NFKC", value).strip()
        digits = "".join(str(unicodedata.digit(char)) if char.isdigit() else char for char in shown)
        if _WHOLE.match(digits) and "_" not in digits:
            rule = "" if self.text_file and digits == value.strip() else "number stored as text"
            return self._number(float(digits.replace(",", ".")), rule, digits if rule else "")
        if plain in self.labels:
            return self._listed(self.labels[plain], plain, raw_score=plain.split()[0] == str(self.labels[plain]))
        if _DECIMAL.match(digits):
            return Answer(code="E-RANGE")
        letter = _LETTER.match(shown)
        if letter and letter[1].lower() in self.letters:
            return self._listed(self.letters[letter[1].lower()], letter[1].lower())
        return self._marked(shown)

    def _marked(self, shown: str) -> Answer:
        if match := _MARKED.match(shown):
            mark, label = match[1].lower(), normal(match[2])
        elif match := _TRAILED.match(shown):
            mark, label = match[2], normal(match[1])
        else:
            return Answer(code="E-LABEL")
        score = int(mark) if mark.isdecimal() else self.letters.get(mark)
        if score is None or not self.low <= score <= self.high:
            return Answer(code="E-RANGE" if mark.isdecimal() and label in self.others else "E-LABEL")
        said = self.labels.get(label)
        if self.reverse and mark.isdecimal() and said == self.low + self.high - score:
            return self._listed(said, f"{mark} {label}")
        if said == score or (said is None and score in self.others.get(label, ())):
            return self._listed(score, f"{mark} {label}", raw_score=mark.isdecimal())
        return Answer(code="E-CONFLICT" if said is not None or label in self.others else "E-LABEL")

    def _listed(self, score: int, old: str, *, raw_score: bool = False) -> Answer:
        if not self.low <= score <= self.high:
            return Answer(code="E-CONFLICT")
        if self.reverse and raw_score:
            score = self.low + self.high - score
        return Answer(score, "listed answer", old=old)


def _others(instrument: Instrument) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = {}
    pairs = [pair for item in instrument.items for pair in item.answers.items()]
    for label, score in (*pairs, *table()["rating"].items()):
        found.setdefault(normal(label), set()).add(score)
    return {label: frozenset(scores) for label, scores in found.items()}


def _key(text: str) -> str:
    """Return what a listed answer is looked up by: its signs count where it has any ("< 18" is not "18")."""
    return "".join(text.casefold().split()) if _SIGNED.search(text) else normal(text)


@dataclass(frozen=True)
class Word:
    """A decoded respondent value: what it became, by which rule, or the code of why not."""

    value: str = ""
    rule: str = ""
    code: str = ""
    old: str = ""


class FieldDecoder:
    """Values of one respondent column that takes listed answers (sex, age, education, occupation, channel …)."""

    def __init__(self, book: Codebook, of: FieldOf) -> None:
        values = of.values or (book.channels if of.name == "channel" else ())
        self.known: dict[str, str] = {}
        self.signed: dict[str, str] = {}
        for one in values:
            for text in (one.name, *one.aliases, *one.label.values()):
                (self.signed if _SIGNED.search(text) else self.known).setdefault(_key(text), one.name)
        self.bands = [band for one in values if (band := _band(one.name))] if of.name in ("age", "time") else []
        self.missing = {normal(one) for one in book.missing} | {""}
        self.missing.update(normal(code) for one in book.instruments for code in one.missing)
        self.open = of.open or not values
        self.clock = of.name == "time"

    def __call__(self, value: Value) -> Word:  # noqa: PLR0911 - one return per kind of cell
        """Return the listed answer that ``value`` stands for."""
        if blank(value):
            return Word()
        if isinstance(value, time | datetime) and self.clock:
            return self._in_band(value.hour, "time of day")
        if isinstance(value, bool | datetime | date | time | timedelta):
            return Word(code="E-VALUE")
        if isinstance(value, int | float):
            if self.bands and float(value).is_integer():
                return self._in_band(int(value), "age to band")
            value = f"{value:g}"
        plain = normal(value)
        if plain in self.missing:
            return Word(rule="missing code", old=tidy(value)) if plain else Word()
        signed = bool(_SIGNED.search(value))
        number = re.match(r"^(\d{1,4})(?: (?:tahun|thn|th|years?))?$", plain)
        if self.bands and number and not signed:
            return self._in_band(int(number[1]), "age to band")
        found = self.signed.get(_key(value)) if signed else self.known.get(plain)
        if found:
            return Word(found, "" if found == value else "listed answer", old=plain if found != value else "")
        if one := self._one_of_all(value):
            return Word(one, "listed answer", old=plain)
        if self.bands and not self.clock and (ages := _ages(value)):
            return self._in_group(*ages)
        return Word(tidy(value)) if self.open else Word(code="E-VALUE")

    def _one_of_all(self, value: str) -> str:
        """Return what every part of "SMA/SMK/MA" or "SLTA sederajat" is listed as, where that is one thing."""
        parts = [normal(part).removesuffix("sederajat").strip() for part in _EITHER.split(value)]
        names = {self.known.get(part) for part in parts if part}
        return (names.pop() or "") if len(names) == 1 else ""

    def _in_band(self, number: int, rule: str) -> Word:
        if not self.clock and number in _BIRTH_YEARS:
            return Word(code="E-BIRTHYEAR")
        if not self.clock and not _YOUNGEST <= number <= _OLDEST:
            return Word(code="E-RANGE")
        found = next((name for low, high, name in self.bands if low <= number <= high), "")
        return Word(found, rule) if found else Word(code="E-VALUE")

    def _in_group(self, low: int, high: int) -> Word:
        """Return the group that ages from ``low`` to ``high`` lie in wholly, else a doubt that names them."""
        found = next((name for start, end, name in self.bands if start <= low and high <= end), "")
        told = f"> {low - 1}" if high == _ENDLESS else f"< {high + 1}" if low == 0 else f"{low}-{high}"
        return Word(found, "age to band") if found else Word(code="E-AGEBAND", old=told)


def _ages(text: str) -> tuple[int, int] | None:
    """Return the ages that a band covers ("17-25 th", "di atas 60", "< 20 tahun"), None where it is none."""
    plain = "".join(_AGE_WORDS.sub(" ", unicodedata.normalize("NFKC", text).casefold()).split())
    plain = re.sub(r"[\u2010-\u2015_]", "-", plain)
    found = (0, -1)
    if match := _AGES.fullmatch(plain):
        found = int(match[1]), int(match[2])
    elif match := _OVER.fullmatch(plain):
        found = int(match[2]) + (not match[1]), _ENDLESS
    elif match := _UNDER.fullmatch(plain):
        found = 0, int(match[2]) - (not match[1])
    elif match := _AND_MORE.fullmatch(plain):
        found = (0, int(match[1])) if match[2] == "kebawah" else (int(match[1]), _ENDLESS)
    return found if found[0] <= found[1] else None


def _band(name: str) -> tuple[int, int, str] | None:
    if match := _BAND.search(name):
        return int(match[1]), int(match[2]), name
    if match := re.search(r"(?:under|<)\s*(\d+)", name):
        return 0, int(match[1]) - 1, name
    if match := re.search(r"(\d+)\s*\+", name):
        return int(match[1]), _ENDLESS, name
    return None
