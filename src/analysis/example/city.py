"""The people of the made-up city and their answers, drawn from the planted truth. Knows no file and no layout."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from random import Random
from typing import TYPE_CHECKING

from analysis import codebook
from analysis.errors import CodebookError, Fault

from .answers import FIRST_NAMES, latent_mean, normal, pick, shuffle, spread, weigh
from .truth import ITEMS, Copied, Truth, Unit, Wave

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from analysis.codebook.model import Codebook

FREE_ITEM = "u4"
"""The price question: whoever pays nothing scores 4 by construction."""
SEXES = {"female": 0.54, "male": 0.46}
EDUCATIONS = {
    "primary": 0.13, "lower secondary": 0.16, "upper secondary": 0.42, "diploma": 0.09, "bachelor": 0.17,
    "postgraduate": 0.03,
}  # fmt: skip
OCCUPATIONS = {
    "civil servant": 0.09, "armed forces or police": 0.02, "private employee": 0.25, "self-employed": 0.24,
    "farmer or fisher": 0.12, "student": 0.08, "homemaker": 0.14, "other": 0.06,
}  # fmt: skip
AGES = {(17, 17): 0.01, (18, 24): 0.16, (25, 34): 0.28, (35, 59): 0.45, (60, 77): 0.10}
COMMENTS = (
    "Antrean terlalu lama", "Tolong tambah kursi di ruang tunggu", "Petugas ramah, terima kasih",
    "Nomor antrean sebaiknya bisa diambil dari rumah", "Sudah baik, pertahankan", "Toilet kurang bersih",
    "Persyaratan sebaiknya ditempel di depan", "Parkir sempit", "Jawaban pengaduan lama sekali",
    "Petugas kadang tidak ada di tempat", "Pelayanan cepat", "Papan petunjuk kurang jelas", "-", ".", "tidak ada",
    "Tidak ada", "Mohon hubungi saya di 0812-0000-4321", "Bagus, tanya ke rekaan99@contoh.invalid",
    "",  "", "", "", "", "",
)  # fmt: skip


@dataclass(frozen=True)
class Identity:
    """An invented person behind a row. The NIK starts with an area code that no region has, its date is well formed."""

    name: str
    nik: str
    phone: str
    email: str


@dataclass(frozen=True)
class Person:
    """A respondent in codebook values; ``scores`` in official order, None where the answer was left blank."""

    unit: str
    wave: str
    number: int
    when: dt.datetime
    service: str
    channel: str
    district: str
    village: str
    sex: str
    years: int
    education: str
    occupation: str
    disability: str
    scores: tuple[int | None, ...]
    comment: str
    identity: Identity

    @property
    def time(self) -> str:
        """The time band of the respondent form."""
        return "08-12" if self.when.hour <= 12 else "13-17"

    @property
    def age(self) -> str:
        """The age group of the codebook."""
        bands = ((18, "under 18"), (25, "18-24"), (35, "25-34"), (60, "35-59"))
        return next((name for end, name in bands if self.years < end), "60+")


@dataclass(frozen=True)
class City:
    """A draw of the city: the truth it came from and everybody who filled in a form, in order of unit and wave."""

    truth: Truth
    people: tuple[Person, ...]

    def of(self, unit: str, wave: str) -> tuple[Person, ...]:
        """Return the respondents of ``unit`` in ``wave``."""
        return tuple(one for one in self.people if (one.unit, one.wave) == (unit, wave))


def draw(truth: Truth, book: Codebook | None = None) -> City:
    """Return the city drawn from ``truth``; ``book`` gives the villages of the districts (None: the shipped one).

    Every unit and wave has random numbers of its own, so a changed truth changes only the rows it speaks of.
    """
    places = book or codebook.load()
    villages = {
        one.name: [village.name for village in places.villages if village.district == one.name]
        for one in truth.districts
    }
    people: list[Person] = []
    for unit in truth.units:
        for wave in truth.waves:
            rng = Random(f"{truth.seed}/{unit.name}/{wave.name}")  # noqa: S311 - a made-up city keeps no secret
            visitors = _visitors(truth, unit, wave, villages, rng)
            answers = [_scores(truth, unit, wave, one, noise) for one, noise in zip(
                visitors, _noises(truth, unit, wave, len(visitors), rng), strict=True)]  # fmt: skip
            drawn = [replace(one, scores=scores) for one, scores in zip(visitors, answers, strict=True)]
            people += _settle(truth, unit, wave.name, drawn, rng)
    return City(truth=truth, people=tuple(people))


def expected_index(
    truth: Truth, unit: Unit, wave: Wave, *, district: str, channel: str, disability: str, service: str
) -> float:
    """Return the index (0-100) planted for such a respondent, before the wobble of the unit."""
    points = truth.mean + wave.drift + truth.sectors.get(unit.sector, 0.0) + unit.points
    points += sum(one.points for one in truth.rises if one.unit == unit.name and one.wave <= wave.name)
    points += sum(
        one.points for one in truth.districts_in_sectors if (one.district, one.sector) == (district, unit.sector)
    )
    points += sum(one.points for one in truth.channels if unit.name in one.units and one.channel == channel)
    points += sum(one.points for one in truth.groups if one.level == disability)
    points += truth.one_stop.get(unit.name, 0.0)
    points += sum(
        one.points for one in truth.technologies
        if (one.unit, one.service) == (unit.name, service) and one.wave <= wave.name
    )  # fmt: skip
    training = truth.training
    if training and unit.name in training.hours and training.wave <= wave.name:
        points += training.points
    return points


def _visitors(truth: Truth, unit: Unit, wave: Wave, villages: Mapping[str, Sequence[str]], rng: Random) -> list[Person]:
    count = truth.asked(unit, wave.name)
    if not count:
        return []
    homes = {one.name: one.share * one.use.get(unit.sector, 1.0) for one in truth.districts}
    online: dict[str, float] = {one.channel: one.share for one in truth.channels if unit.name in one.units}
    disabled: dict[str, float] = {one.level: one.share for one in truth.groups}
    by_district = sorted(spread(rng, homes, count))
    columns = zip(
        by_district,
        _within(rng, by_district, unit.services),
        _within(rng, by_district, {**online, "counter": 1 - sum(online.values())}),
        spread(rng, {**disabled, "no": 1 - sum(disabled.values())}, count),
        spread(rng, SEXES, count),
        strict=True,
    )
    days = sorted(_workday(wave, rng.random()) for _ in range(count))
    rows = shuffle(rng, list(columns))
    return [
        _person(unit, wave, number, day, row, villages, rng)
        for number, (day, row) in enumerate(zip(days, rows, strict=True), start=1)
    ]


def _within(rng: Random, groups: Sequence[str], shares: Mapping[str, float]) -> list[str]:
    """Spread ``shares`` over every run of equal values in the sorted ``groups``."""
    return [level for group in dict.fromkeys(groups) for level in spread(rng, shares, groups.count(group))]


def _person(
    unit: Unit, wave: Wave, number: int, day: dt.date, row: tuple[str, ...], villages: Mapping[str, Sequence[str]],
    rng: Random,
) -> Person:  # fmt: skip
    district, service, channel, disability, sex = row
    youngest, oldest = weigh(rng, AGES)
    hour = 8 + int(rng.random() * 5) if rng.random() < 0.65 else 13 + int(rng.random() * 4)
    when = dt.datetime.combine(day, dt.time(hour, int(rng.random() * 60), int(rng.random() * 60)))
    years = youngest + int(rng.random() * (oldest - youngest + 1))
    return Person(
        unit=unit.name, wave=wave.name, number=number, when=when, service=service, channel=channel, district=district,
        village=pick(rng, villages[district]) if villages[district] else "", sex=sex, years=years,
        education=weigh(rng, EDUCATIONS), occupation=weigh(rng, OCCUPATIONS), disability=disability, scores=(),
        comment=pick(rng, COMMENTS), identity=_identity(when.year - years, number, sex, rng),
    )  # fmt: skip


def _identity(born: int, number: int, sex: str, rng: Random) -> Identity:
    first = pick(rng, FIRST_NAMES)
    day = 1 + int(rng.random() * 28) + (40 if sex == "female" else 0)
    month, serial = 1 + int(rng.random() * 12), int(rng.random() * 10000)
    return Identity(
        name=f"{first} Rekaan {number}",
        nik=f"990099{day:02d}{month:02d}{born % 100:02d}{serial:04d}",
        phone=f"0812-0000-{serial:04d}",
        email=f"{first.lower()}.rekaan{number}@contoh.invalid",
    )


def _workday(wave: Wave, point: float) -> dt.date:
    day = wave.start + dt.timedelta(days=int(point * ((wave.end - wave.start).days + 1)))
    return day - dt.timedelta(days=max(day.weekday() - 4, 0))


@dataclass(frozen=True)
class _Noise:
    """What chance gives a respondent: a leaning of their own, and per element a whim and whether it is left blank."""

    leaning: float
    whims: tuple[float, ...]
    blanks: tuple[bool, ...]


def _noises(truth: Truth, unit: Unit, wave: Wave, count: int, rng: Random) -> list[_Noise]:
    """Draw the chance of all respondents of a unit and wave.

    Respondents drawn at random (or a census) stand for the unit's users, a finite number of people: chance averages
    out over all of them, so that the users as a whole are as planted and only who was asked is left to chance.
    """
    leanings = [truth.person_sd * normal(rng) for _ in range(count)]
    whims = [[truth.answer_sd * normal(rng) for _ in range(count)] for _ in ITEMS]
    blanks = [tuple(rng.random() < truth.blank for _ in ITEMS) for _ in range(count)]
    if unit.sample in {"random", "census"}:
        users = unit.users[truth.wave_names.index(wave.name)]
        leanings = _centred(leanings, users, truth.person_sd, rng)
        whims = [_centred(column, users, truth.answer_sd, rng) for column in whims]
    return [_Noise(leanings[place], tuple(one[place] for one in whims), blanks[place]) for place in range(count)]


def _centred(values: Sequence[float], users: int, sd: float, rng: Random) -> list[float]:
    """Shift draws so that together with the draws of the ``users`` not asked they average nought."""
    unseen = sd * max(users - len(values), 0) ** 0.5 * normal(rng)
    shift = (sum(values) + unseen) / max(users, len(values), 1)
    return [value - shift for value in values]


def _scores(truth: Truth, unit: Unit, wave: Wave, person: Person, noise: _Noise) -> tuple[int | None, ...]:
    """Answer the nine questions: a latent value per question, shared in part by the person, cut into 1-4."""
    wobble = normal(Random(f"{truth.seed}/wobble/{unit.name}/{wave.name}"))  # noqa: S311 - see draw
    index = truth.wobble * wobble + expected_index(
        truth, unit, wave, district=person.district, channel=person.channel, disability=person.disability,
        service=person.service,
    )  # fmt: skip
    answered = [name for name in ITEMS if not (unit.free and name == FREE_ITEM)]
    base = (index / 25 * len(ITEMS) - 4 * (len(ITEMS) - len(answered))) / len(answered)
    tilt = sum(truth.elements.get(name, 0.0) for name in answered) / len(answered)
    spread_of = (truth.person_sd**2 + truth.answer_sd**2) ** 0.5
    kept = _kept_promises(truth, unit, wave)
    scores: list[int | None] = []
    for name, whim, blank in zip(ITEMS, noise.whims, noise.blanks, strict=True):
        goal = base + truth.elements.get(name, 0.0) - tilt + kept.get(name, 0.0)
        middle = latent_mean(round(goal, 4), spread_of)
        answer = 4 if name not in answered else min(max(round(middle + noise.leaning + whim), 1), 4)
        scores.append(None if blank else answer)
    return tuple(scores)


def _kept_promises(truth: Truth, unit: Unit, wave: Wave) -> dict[str, float]:
    """Return what the promises of earlier waves gave to elements (on the answers' scale)."""
    kept: dict[str, float] = {}
    for one in truth.promises:
        if one.unit == unit.name and one.wave < wave.name:
            kept[one.item] = kept.get(one.item, 0.0) + one.kept
    return kept


def _settle(truth: Truth, unit: Unit, wave: str, people: list[Person], rng: Random) -> list[Person]:
    """Paste the copied rows, then bring the unit to its anchored index by single answers of the other rows."""
    copied = next((one for one in truth.copied if (one.unit, one.wave) == (unit.name, wave)), None)
    anchor = next((one for one in truth.anchored if (one.unit, one.wave) == (unit.name, wave)), None)
    settled = _pasted(people, copied)
    if anchor is None:
        return settled
    fixed = {FREE_ITEM} if unit.free else set()
    begin = copied.patterns + round(copied.share * len(people)) if copied else 0
    free = list(range(begin, len(people)))
    try:
        return _anchor(settled, free, anchor.index, rng, fixed=fixed)
    except CodebookError:
        if copied is None:
            raise
        # Copies of a pattern far from the index outweigh all other rows, so the patterns are brought to it first.
        place = copied.patterns
        nearer = _anchor(people[:place], list(range(place)), anchor.index, rng, fixed=fixed)
        return _anchor(_pasted([*nearer, *people[place:]], copied), free, anchor.index, rng, fixed=fixed)


def _pasted(people: list[Person], copied: Copied | None) -> list[Person]:
    """Return the people with the answers of the first few written over those of the next."""
    pasted = list(people)
    if copied:
        for place in range(copied.patterns, min(copied.patterns + round(copied.share * len(people)), len(people))):
            pasted[place] = replace(pasted[place], scores=pasted[place % copied.patterns].scores)
    return pasted


def _anchor(people: list[Person], free: list[int], index: float, rng: Random, *, fixed: set[str]) -> list[Person]:
    """Fill the blanks, then move random answers of the rows in ``free`` by one until the sum fits the index."""
    rows = [[3 if score is None else score for score in one.scores] for one in people]
    items = [place for place, name in enumerate(ITEMS) if name not in fixed]
    for row in rows:
        for name in fixed:
            row[ITEMS.index(name)] = 4
    left = round(index / 25 * len(rows) * len(ITEMS)) - sum(map(sum, rows))
    step = 1 if left > 0 else -1
    tries = 0
    while left and tries < 100_000:
        row, item = rows[pick(rng, free)], pick(rng, items)
        tries += 1
        if 1 <= row[item] + step <= 4:
            row[item] += step
            left -= step
    if left:
        known = f"{people[0].unit}, {people[0].wave}"
        raise CodebookError(Fault(f"anchored {known}", f"index {index:g} cannot be reached: {abs(left)} answers short"))
    return [replace(one, scores=tuple(row)) for one, row in zip(people, rows, strict=True)]
