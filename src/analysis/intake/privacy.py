"""Personal data stops here: identities in free text are blotted out, columns that hold them are dropped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from .grid import Value
from .text import normal, tidy
from .vocab import people

BLOT = "▮▮▮"
# What comes before the sign is at most 64 long, as mail has it: without an end, a long word takes its length squared.
_EMAIL = re.compile(r"[\w.+\-]{1,64}\s?[@\uff20]\s?[\w\-]+(?:(?:\.| \. )[\w\-]+)+", re.UNICODE)
_SPELT_MAIL = re.compile(
    r"[\w.+\-]{1,64} ?(?:[(\[{] ?(?:at|et) ?[)\]}]| at ) ?[\w\-]+"
    r"(?:(?:\.| ?[(\[{] ?(?:dot|titik) ?[)\]}] ?| (?:dot|titik) )[\w\-]+)+",
    re.IGNORECASE,
)
"""A mail whose signs are written as words."""
_HANDLE = re.compile(
    r"(?<![\w@])@\w[\w.]{2,}|\b(?:facebook|fb|instagram|tiktok|twitter|wa|t)\.(?:com|me)/\S+", re.IGNORECASE
)
_SPREAD = re.compile(r"(?<!\d)\d(?:[\s./_,()\-\u2010-\u2015]{0,3}\d){9,19}(?!\d)")
"""Digits kept apart by anything: a person's number only where it is one by its form."""
_ANNOUNCED = re.compile(
    r"\b((?:te?lp?|tlp|telepon|hp|wa|no\s?rek|rek(?:ening)?|paspor|passport|ktp|nik|kk|sim|nip|bpjs|npwp)\b"
    r"(?:\s?(?:no(?:mor)?|bri|bca|bni|mandiri|saya))*\s?[.:]?\s?)((?:[A-Z]{1,2}[\s\-]?)?\d(?:[ .\-/_]?\d){5,})"
    r"|\b((?:plat|nopol)\b(?:\s?no(?:mor)?)?\s?[.:]?\s?)([A-Z]{1,2}[\s\-]?\d{1,4}(?:[\s\-]?[A-Z]{1,3}\b)?)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"(?<!\d)\d(?:[ .\-]?\d){8,19}(?!\d)")
_DIGIT = re.compile(r"\d")
_LEAST_DIGITS = 7
"""A text with fewer digits holds no number of a person, not of a phone either."""
_CAPITAL = re.compile(r"[A-Z]")
_PLATE = re.compile(r"\b[A-Z]{1,2}(?:\s\d{1,4}\s?|-\d{2,4}-?|\d{3,4}[\s\-]?)[A-Z]{1,3}\b")
_ADDRESS = re.compile(
    r"\b(?:jl|jln|jalan|gg|gang|rt|rw|blok|perum(?:ahan)?|komplek(?:s)?)\b\.?\s*[\w/.\- ]{0,40}?\d+(?:[\w/]|\.(?=\d))*",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"\b((?:lahir|kelahiran|ttl)\b[^\d\n]{0,40})(\d{1,2}[\s./\-]{1,3}"
    r"(?:\d{1,2}|(?:jan|feb|mar|apr|mei|may|jun|jul|agu|aug|sep|okt|oct|no[vp]|des|dec)[a-z]{0,6})"
    r"[\s./\-]{1,3}(?:\d{4}|\d{2})\b)",
    re.IGNORECASE,
)
"""A date of birth, announced as one."""
_NAMED = re.compile(
    r"\b((?i:nama(?: saya)?|bernama|atas nama|an\.|a\.n\.?|saya|bapak|ibu|bpk|sdri?|pak|bu|mas|mbak|tn|ny|nn|ttd)"
    r"\s*[:.,]?\s+)"
    r"((?:(?i:hj?|ir|drs?|dra|drg|prof)\.?\s+)*(?:[A-Z][a-z'\u2019]+)(?:\s+[A-Z][a-z'\u2019.]+){0,3})"
)
_WORD = re.compile(r"[^\W\d_]+")
_APART = re.compile(r"[\s.:,]{1,3}")
_ANNOUNCES = frozenset({
    "nama", "bernama", "saya", "bapak", "ibu", "bpk", "sdr", "sdri", "pak", "bu", "mas", "mbak", "kak", "bang", "tn",
    "ny", "nn", "dr", "drg", "ir", "drs", "h", "hj", "ttd", "salam",
})  # fmt: skip
"""Words after which a given name is somebody's, however it is written."""
_POSTS = frozenset({
    "dan", "atau", "hamil", "menyusui", "bersalin", "nifas", "rumah", "kota", "guru", "dokter", "bidan", "perawat",
    "polisi", "camat", "lurah", "bupati", "wali", "walikota", "kepala", "sekretaris", "bendahara",
})  # fmt: skip
"""What may follow "Ibu" or "Bapak" beside a name, and is none of the words that name offices."""
_SAMPLE = 80
_DISTINCT = 50
_ENOUGH = 5
_NAME = 60
_WORDS = 7
_GIVEN, _MOST, _NEARLY_ALL = 0.4, 0.8, 0.9
_CAPITALS = re.compile(r"^(?:[A-Z][\w'\u2019.]*,? ){1,3}[A-Z][\w'\u2019.]*$")
_TITLES = re.compile(r"^(?:tn|ny|nn|sdr|sdri|bpk|ibu|hj?|drs?|ir)\b\.?", re.IGNORECASE)


@lru_cache(maxsize=65536)
def redact(text: str) -> tuple[str, bool]:
    """Return ``text`` with numbers, mails, addresses and announced names blotted out, and whether anything was.

    Partial by nature: a name that nothing announces stays.
    """
    plain = tidy(text)
    shown = _EMAIL.sub(BLOT, plain) if "@" in plain or "\uff20" in plain else plain
    if "@" in shown or "/" in shown:
        shown = _HANDLE.sub(BLOT, shown)
    if " at " in shown or "(" in shown or "[" in shown:
        shown = _SPELT_MAIL.sub(BLOT, shown)
    digits = len(_DIGIT.findall(shown))
    if digits:
        shown = _ANNOUNCED.sub(lambda found: (found[1] or found[3]) + BLOT, shown)
    if digits >= _LEAST_DIGITS:
        shown = _SPREAD.sub(lambda found: BLOT if _is_formed(found[0]) else found[0], shown)
        shown = _DIGITS.sub(lambda found: BLOT if _is_identity(found[0]) else found[0], shown)
        shown = _phones(shown)
    if digits:
        shown = _PLATE.sub(BLOT, _ADDRESS.sub(BLOT, shown))
        shown = _BORN.sub(lambda found: found[1] + BLOT, shown)
    if _CAPITAL.search(shown):
        shown = _NAMED.sub(lambda found: found[0] if _is_office(found[2]) else found[1] + BLOT, shown)
    shown = _names(shown)
    return shown, shown != plain


def _is_office(text: str) -> bool:
    """Tell whether what follows "Bapak" or "Ibu" is a post, not a name."""
    first = normal(text).split()[:1]
    return not first or first[0] in people("others") or first[0] in _POSTS or first[0] in _ANNOUNCES


def _names(text: str) -> str:
    """Blot out given names, with what follows them as a name, where a title or another given name says whose they are.

    What is called after a person (a hospital, a street) stays.
    """
    given, others = people("given"), people("others")
    words = list(_WORD.finditer(text))
    low = [one[0].lower() for one in words]
    if given.isdisjoint(low):
        return text
    shouted = text.upper() == text
    at = 0
    spans: list[tuple[int, int]] = []
    while at < len(words):
        end = at + 1
        if low[at] in given:
            while end < min(at + 4, len(words)) and _goes_on(text, words[end - 1], words[end], shouted=shouted):
                end += 1
            titled = at > 0 and low[at - 1] in _ANNOUNCES and _close(text, words[at - 1], words[at])
            called_after = not others.isdisjoint(low[max(0, at - 2) : at])
            if (titled or end > at + 1) and not called_after:
                spans.append((words[at].start(), words[end - 1].end()))
        at = end
    for start, stop in reversed(spans):
        text = text[:start] + BLOT + text[stop:]
    return text


def _close(text: str, one: re.Match[str], other: re.Match[str]) -> bool:
    return bool(_APART.fullmatch(text, one.end(), other.start()))


def _goes_on(text: str, one: re.Match[str], other: re.Match[str], *, shouted: bool) -> bool:
    """Tell whether the next word belongs to a name: a given name, or a capitalised word that is no common one."""
    if text[one.end() : other.start()] not in {" ", ". "}:
        return False
    word = other[0]
    capital = word[0].isupper() and one[0][0].isupper() and not shouted and word.lower() not in people("others")
    return word.lower() in people("given") or capital


def _is_formed(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    phone = digits.startswith(("08", "628", "00628")) and 10 <= len(digits) <= 15
    return phone or _is_registered(digits)


def _is_identity(text: str) -> bool:
    digits = re.sub(r"\D", "", text)
    return len(digits) >= 9 or _is_registered(digits)


def _is_registered(digits: str) -> bool:
    from stdnum.id import nik, npwp  # noqa: PLC0415 - most files have no such number, and loading takes its time

    return nik.is_valid(digits) or npwp.is_valid(digits)


def _phones(text: str) -> str:
    if len(_DIGIT.findall(text)) < _LEAST_DIGITS:
        return text
    import phonenumbers  # noqa: PLC0415 - likewise

    found = list(phonenumbers.PhoneNumberMatcher(text, "ID", leniency=phonenumbers.Leniency.VALID))
    for match in reversed(found):
        text = text[: match.start] + BLOT + text[match.end :]
    return text


def looks_personal(values: Iterable[Value]) -> bool:
    """Return whether a column holds identities, whatever its heading: NIK, NPWP, phones, mails in most filled cells."""
    filled = [value for value in values if (value.strip() if isinstance(value, str) else type(value) is not bool)]
    sample = filled[:: max(1, len(filled) // _SAMPLE)]
    found = Counter(sample)
    hits = sum(count for value, count in found.items() if _identity(value))
    return hits * 2 > len(sample) if len(sample) > 1 else hits > 0


def looks_named(values: Iterable[Value]) -> bool:
    """Return whether a column holds people's names, whatever its heading.

    Most texts hold a common given name; or nearly all differ and are two to four capitalised words. Offices, places,
    services, jobs and opinions are none, even where they are called after a person.
    """
    texts = [value for value in values if isinstance(value, str) and any(map(str.isalpha, value))]
    distinct = list(islice(dict.fromkeys(texts), _DISTINCT))
    named = [tokens for text in distinct if (tokens := _name_in(text))]
    if not named or len(named) < _MOST * len(distinct):
        return False
    given = people("given")
    if sum(not given.isdisjoint(tokens) for tokens in named) >= _GIVEN * len(named):
        return True
    shaped = sum(bool(_CAPITALS.match(text)) for text in distinct)
    differ = len(distinct) == _DISTINCT or len(distinct) >= _MOST * len(texts)
    return len(distinct) >= _ENOUGH and differ and shaped >= _NEARLY_ALL * len(distinct)


def _name_in(text: str) -> list[str]:
    """Return the words of a text that may be a name without its titles, none where it cannot be one."""
    if len(text) > _NAME or any(map(str.isdigit, text)):
        return []
    tokens = normal(text).split()
    if len(tokens) > _WORDS or not people("others").isdisjoint(tokens):
        return []
    return [token for token in tokens if token not in people("titles")]


def _identity(value: Value) -> bool:
    if isinstance(value, float | int):
        value = f"{value:.0f}" if abs(value) >= 1e8 else ""
    if not isinstance(value, str):
        return False
    text = value.strip()
    if len(text) > 60:
        return False
    if "@" not in text and len(_DIGIT.findall(text)) < _LEAST_DIGITS:
        return bool(_TITLES.match(text)) and len(text.split()) > 1
    if _EMAIL.fullmatch(text):
        return True
    digits = re.sub(r"[\s.\-+()']", "", text)
    if digits.isdecimal() and len(digits) >= 9:
        return len(digits) in (10, 15, 16) or _is_registered(digits) or _is_phone(text)
    return bool(_TITLES.match(text)) and len(text.split()) > 1


def _is_phone(text: str) -> bool:
    import phonenumbers  # noqa: PLC0415 - as above

    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, "ID"))
    except phonenumbers.NumberParseException:
        return False
