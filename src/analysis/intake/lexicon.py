"""What a heading may mean: items and respondent columns of a codebook, looked up by their text, never by position."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from rapidfuzz import fuzz, process

from analysis.codebook import Codebook, Instrument

from .decode import FieldDecoder, ItemDecoder
from .text import normal, unbracketed, unnumbered
from .vocab import words

EXACT = 1000
NEAR = 91
_LONG = 4
_LONGEST = 400
_SLIP = 80
_PERSONAL_TOKENS = frozenset(("nik", "email", "whatsapp", "telepon", "telp", "ktp", "hp"))
_BARE_ITEM = re.compile(r"^(?:(?:unsur|pertanyaan|soal|butir|question|no) )?(?:([up]) ?|q ?|(?<= ))(\d{1,2})$")
_NUMBERED = re.compile(r"^[a-z](\d{1,2})$")
_ROW_OF_GRID = re.compile(r"\[([^\[\]]+)\]\s*$")
_LED_IN = re.compile(r"^(?:nilai|skor|score|jawaban) (?:unsur )?")


@dataclass(frozen=True)
class Meaning:
    """What a heading was taken for: ``items`` by instrument, or a respondent column, or a personal one.

    ``how`` says why: name, heading, phrase (a heading inside a longer text), near (a spelling slip).
    """

    items: dict[str, tuple[str, str, int]] = field(default_factory=dict)
    column: str = ""
    how: str = ""
    weight: int = 0
    known: bool = False

    def best_item(self) -> int:
        """Return the weight of the best item, 0 where the heading names none."""
        return max((weight for _, _, weight in self.items.values()), default=0)


class Lexicon:
    """Headings of one codebook, ready for look-up."""

    def __init__(self, book: Codebook) -> None:
        self.book = book
        self.items: dict[str, dict[str, str]] = {one.id: _item_headings(one) for one in book.instruments}
        self.numbered = {
            one.id: {found[1]: item.name for item in one.items if (found := _NUMBERED.match(item.name))}
            for one in book.instruments
        }
        self.phrases = {one.id: _item_phrases(one) for one in book.instruments}
        self.cores = {key: _cores(known, words("filler")) for key, known in self.items.items()}
        self.fields: dict[str, str] = {}
        for one in book.fields:
            for text in (*one.headings, *one.aliases, *one.label.values()):
                self.fields.setdefault(normal(text), one.name)
        # The names of columns head what the kit itself hands out.
        for name in (*(one.name for one in book.fields), *(("wave",) if book.waves else ())):
            self.fields.setdefault(normal(name), name)
        self.field_cores = _cores(self.fields, words("field_filler"))
        self.personal = frozenset(normal(one) for one in book.personal)
        self._near = sorted({*self.fields, *(text for of in self.items.values() for text in of)})
        self._decoders: dict[tuple[Hashable, ...], ItemDecoder] = {}
        self._fields: dict[str, FieldDecoder] = {}
        self.meaning = lru_cache(maxsize=20_000)(self._meaning)
        self.near = lru_cache(maxsize=20_000)(self._resembling)

    def _meaning(self, text: str) -> Meaning:
        plain = normal(text) if len(text) <= _LONGEST else ""
        if not plain:
            return Meaning()
        # A form's grid heads each column "its title [the row]": the row is the question, a mere code in it is not.
        if grid := _ROW_OF_GRID.search(text):
            row = self.meaning(grid[1])
            if row.items and all(how in ("heading", "phrase") for _, how, _ in row.items.values()):
                return row
        bare = unnumbered(plain)
        short = normal(unbracketed(text))
        items = {key: found for key in self.items if (found := self._item(key, plain, bare, short))}
        column, how, weight = self._field(plain, bare, short)
        strongest = max((one[2] for one in items.values()), default=0)
        asked = max(weight, strongest) >= EXACT
        if plain in self.personal or (not asked and self._is_personal(plain, weight)):
            return Meaning(column="personal", how="personal", weight=EXACT, known=True)
        if plain in words("serial") and weight < EXACT:
            return Meaning(column="serial", how="serial", weight=1, known=True)
        # "Kinerja Unit Pelayanan" heads the grade table beside the answers: it holds no unit.
        if weight > strongest and (weight >= EXACT or plain not in words("ignored")):
            return Meaning(column=column, how=how, weight=weight, known=True)
        return Meaning(items=items, known=bool(items) or plain in words("ignored"))

    def respondent_column(self, text: str) -> Meaning:
        """Return what a heading means that turned out to be no item: the respondent column one of its words names."""
        name = next((self.fields[word] for word in normal(text).split() if word in self.fields), "")
        return Meaning(column=name, how="phrase", weight=1, known=True) if name else Meaning()

    def decoder(
        self, instrument: str, name: str, *, text: bool, scored: bool = False, initials: Mapping[str, int] | None = None
    ) -> ItemDecoder:
        """Return the decoder of an item, made once; in a text file or a packed cell digits are expected as text.

        ``scored``: numbers are scores already, also of an item whose scale runs the other way. ``initials`` are what
        a table's answers are written in, with their scores.
        """
        key = (instrument, name, text, scored, tuple((initials or {}).items()))
        if key not in self._decoders:
            of = self.book.instrument(instrument)
            item = next(one for one in of.items if one.name == name)
            self._decoders[key] = ItemDecoder(self.book, of, item, text_file=text, scored=scored, initials=initials)
        return self._decoders[key]

    def field_decoder(self, name: str) -> FieldDecoder:
        """Return the decoder of a respondent column, made once."""
        if name not in self._fields:
            self._fields[name] = FieldDecoder(self.book, next(one for one in self.book.fields if one.name == name))
        return self._fields[name]

    def _resembling(self, text: str) -> str:
        """Return the one known heading that ``text`` is a slip of, or nothing; only ever offered with a doubt."""
        plain = unnumbered(normal(text)) if len(text) <= _SLIP else ""
        if len(plain) < 5:
            return ""
        found = process.extract(plain, self._near, scorer=fuzz.ratio, limit=3, score_cutoff=NEAR - 6)
        targets = {self._target(one) for one, score, _ in found if score >= found[0][1] - 3}
        return found[0][0] if found and found[0][1] >= NEAR - 3 and len(targets) == 1 else ""

    def _target(self, plain: str) -> str:
        return next((of[plain] for of in self.items.values() if plain in of), self.fields.get(plain, ""))

    def _item(self, instrument: str, plain: str, bare: str, short: str) -> tuple[str, str, int] | None:
        known = self.items[instrument]
        match = _BARE_ITEM.match(plain) or _BARE_ITEM.match(_LED_IN.sub("", plain))
        if match and match[1] and (name := known.get(f"{match[1]}{match[2]}")):
            return name, "name" if name == f"{match[1]}{match[2]}" else "heading", EXACT
        if match and (name := self.numbered[instrument].get(match[2])):
            return name, "position", EXACT
        if plain in known:
            return known[plain], "name" if plain == known[plain].replace("_", " ") else "heading", EXACT
        for text in (bare, short, unnumbered(short)):
            if text in known:
                return known[text], "heading", EXACT
        core = _core(unnumbered(short), words("filler"))
        if core in self.cores[instrument] and short not in self.fields:
            return self.cores[instrument][core], "heading", EXACT - 1
        return _phrase(self.phrases[instrument], bare)

    def _field(self, plain: str, bare: str, short: str) -> tuple[str, str, int]:
        for text in (plain, bare, short):
            if text in self.fields:
                return self.fields[text], "heading", EXACT
        core = _core(short, words("field_filler"))
        if core in self.field_cores:
            return self.field_cores[core], "heading", EXACT - 2
        found = _phrase(self.fields, bare)
        return found or ("", "", 0)

    def _is_personal(self, plain: str, weight: int) -> bool:
        padded = f" {plain} "
        if any(f" {one} " in padded and len(one) > max(weight, 6) and " " in one for one in self.personal):
            return True
        tokens = plain.split()
        return len(tokens) <= 5 and weight == 0 and bool(_PERSONAL_TOKENS.intersection(tokens))


def _core(plain: str, fillers: frozenset[str]) -> str:
    """Return a normal text without the words that tell nothing apart."""
    return " ".join(word for word in plain.split() if word not in fillers)


def _cores(known: dict[str, str], fillers: frozenset[str]) -> dict[str, str]:
    """Return headings without fillers → name, those that name one thing only."""
    found: dict[str, set[str]] = {}
    for text, name in known.items():
        if core := _core(text, fillers):
            found.setdefault(core, set()).add(name)
    vague = words("packed") | words("ignored")
    return {core: names.pop() for core, names in found.items() if len(names) == 1 and core not in vague}


def _item_headings(instrument: Instrument) -> dict[str, str]:
    """Return what each item is called; listed headings win over names, so that a codebook can say what "U8" is."""
    known: dict[str, str] = {}
    listed = [(text, item.name) for item in instrument.items for text in (*item.headings, *item.aliases)]
    own = [
        (text, item.name)
        for item in instrument.items
        for text in (item.name, *item.label.values(), *item.question.values())
    ]
    for text, name in (*listed, *own):
        known.setdefault(normal(text), name)
        known.setdefault(unnumbered(normal(text)), name)
    return known


def _item_phrases(instrument: Instrument) -> dict[str, str]:
    """Return what may stand inside a longer heading: listed headings, and labels of several words; never bare names."""
    known: dict[str, str] = {}
    for item in instrument.items:
        for text in (*item.headings, *item.aliases):
            known.setdefault(unnumbered(normal(text)), item.name)
        for text in (*item.label.values(), *item.question.values()):
            if " " in (plain := unnumbered(normal(text))):
                known.setdefault(plain, item.name)
    return known


def _phrase(known: dict[str, str], bare: str) -> tuple[str, str, int] | None:
    """Return the longest known heading inside ``bare``; one word alone counts only in a whole sentence."""
    padded = f" {bare} "
    sentence = bare.count(" ") >= _LONG
    best = ""
    for text in known:
        if len(text) > len(best) and len(text) > 3 and f" {text} " in padded and (" " in text or sentence):
            best = text
    return (known[best], "phrase", len(best)) if best else None
