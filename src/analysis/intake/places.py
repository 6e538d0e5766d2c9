"""Districts and villages as people write them: by name and alias, never by position, never by half a guess."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from analysis.codebook import Codebook

from .decode import Word
from .grid import Value
from .text import normal

_NEAR = 90
_VILLAGE = ("kelurahan ", "kel ", "desa ")
_PREFIXES = ("kecamatan ", "kec ", "kelurahan ", "kel ", "desa ", "district ")


class Gazetteer:
    """The places of one codebook."""

    def __init__(self, book: Codebook) -> None:
        self.districts = _names(book.districts)
        self.villages = _names(book.villages)
        self.lies_in = {one.name: one.district for one in book.villages}
        self.missing = {normal(one) for one in book.missing} | {""}
        self.missing.update(normal(code) for one in book.instruments for code in one.missing)
        tails: dict[str, set[str]] = {}
        for name in {one.name for one in book.districts}:
            tails.setdefault(normal(name).split()[-1], set()).add(name)
        self.tails = {tail: next(iter(found)) for tail, found in tails.items() if len(found) == 1}
        self.near = sorted({*self.districts, *self.villages})

    def district(self, value: Value) -> Word:  # noqa: PLR0911 - one return per way a place is written
        """Return the district that a text names; a village alone tells its district, "Tengah" alone tells nothing."""
        plain = _plain(value)
        if plain in self.missing:
            return Word()
        if plain in self.districts:
            return _listed(self.districts[plain], value, plain)
        bare = _without_prefix(plain)
        if plain.startswith(_VILLAGE) and bare in self.villages:
            return Word(self.lies_in[self.villages[bare]], "district of the village", old=plain)
        ambiguous = bare in self.tails and bare in self.villages
        if not ambiguous and plain == bare and bare in self.tails:
            return Word(self.tails[bare], "short name of a district", old=bare)
        if not ambiguous and (plain in self.villages or bare in self.villages):
            village = self.villages.get(plain, self.villages.get(bare, ""))
            return Word(self.lies_in[village], "district of the village", old=plain)
        if not ambiguous and bare in self.districts:
            return _listed(self.districts[bare], value, plain)
        return Word(code="E-PLACE", old=self._suggest(plain))

    def village(self, value: Value) -> Word:
        """Return the village that a text names."""
        plain = _plain(value)
        if plain in self.missing:
            return Word()
        found = self.villages.get(plain) or self.villages.get(_without_prefix(plain))
        if found:
            return _listed(found, value, plain)
        return Word(code="E-PLACE" if self.villages else "", old=self._suggest(plain))

    def _suggest(self, plain: str) -> str:
        found = process.extractOne(plain, self.near, scorer=fuzz.ratio, score_cutoff=_NEAR)
        return (self.districts.get(found[0]) or self.villages[found[0]]) if found else ""


def _names(places: tuple[object, ...]) -> dict[str, str]:
    known: dict[str, str] = {}
    for one in places:
        for text in (one.name, *one.aliases, *one.label.values()):  # type: ignore[attr-defined]
            known.setdefault(normal(text), one.name)  # type: ignore[attr-defined]
            known.setdefault(normal(text).replace(" ", ""), one.name)  # type: ignore[attr-defined]
    return known


def _plain(value: Value) -> str:
    return normal(value) if isinstance(value, str) else normal(str(value))


def _without_prefix(plain: str) -> str:
    for prefix in _PREFIXES:
        if plain.startswith(prefix):
            return plain.removeprefix(prefix)
    return plain


def _listed(name: str, value: Value, plain: str) -> Word:
    return Word(name) if value == name else Word(name, "spelling of a place", old=plain)
