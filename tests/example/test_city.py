"""The draw of the city: driven by the truth and by nothing else."""

import statistics

import pytest

from analysis import codebook, example
from analysis.errors import CodebookError
from analysis.example.figures import index
from analysis.example.truth import Anchored


def with_one(truth, field, place, **changes):
    many = list(getattr(truth, field))
    many[place] = many[place].model_copy(update=changes)
    return truth.model_copy(update={field: tuple(many)})


def touched(before, after):
    """Units and waves in which anybody differs."""
    pairs = zip(before.people, after.people, strict=True)
    return {(one.unit, one.wave) for one, other in pairs if one != other}


def test_the_same_truth_gives_the_same_city(truth, city):
    assert example.draw(truth) == city


def test_another_seed_gives_other_people(truth, city):
    other = example.draw(example.load(seed=truth.seed + 1))
    assert len(other.people) == len(city.people)
    assert touched(city, other) == {(one.unit, one.wave) for one in city.people}


def test_a_changed_rise_changes_that_unit_from_that_wave_on_and_nobody_else(truth, city):
    assert touched(city, example.draw(with_one(truth, "rises", 0, points=0.0))) == {("Puskesmas Contoh Utara", "2025")}


def test_a_changed_district_effect_changes_its_people_in_its_sector_only(truth, city):
    other = example.draw(with_one(truth, "districts_in_sectors", 0, points=0.0))
    pairs = zip(city.people, other.people, strict=True)
    assert {(one.district, truth.unit(one.unit).sector) for one, two in pairs if one != two} == {
        ("Singkawang Timur", "health")
    }


def test_training_changes_the_trained_units_after_it(truth, city):
    training = truth.training.model_copy(update={"points": 0.0})
    other = example.draw(truth.model_copy(update={"training": training}))
    assert touched(city, other) == {(unit, "2025") for unit in truth.training.hours}


def test_anchored_units_give_their_index_to_one_answer(truth, city):
    for one in truth.anchored:
        people = city.of(one.unit, one.wave)
        assert float(index(people)) == pytest.approx(one.index, abs=25 / 9 / len(people))


def test_the_silent_unit_has_nobody_in_its_wave(city):
    assert city.of("Terminal Contoh", "2025") == ()
    assert city.of("Terminal Contoh", "2024")


def test_free_services_score_four_on_price(truth, city):
    free = {unit.name for unit in truth.units if unit.free}
    assert {one.scores[3] for one in city.people if one.unit in free} <= {4, None}
    assert len({one.scores[3] for one in city.people if one.unit not in free} - {None}) == 4


def test_copied_rows_repeat_a_few_patterns(city):
    scores = [one.scores for one in city.of("Satpol PP Contoh", "2025")]
    repeated = [one for one in scores if scores.count(one) > 1]
    assert len(repeated) / len(scores) > 0.6
    assert len(set(repeated)) <= 10


def test_people_differ_as_real_ones_do(truth, city):
    """Person-level SD of the index lies between 6 and 10 points in a unit's wave without an anchor."""
    anchored = {(one.unit, one.wave) for one in truth.anchored}
    sds = [
        statistics.stdev(25 * statistics.mean(score or 3 for score in one.scores) for one in city.of(unit.name, wave))
        for unit in truth.units for wave in truth.wave_names
        if truth.asked(unit, wave) >= 50 and (unit.name, wave) not in anchored
    ]  # fmt: skip
    assert 6 <= statistics.median(sds) <= 10
    assert min(sds) > 4.5
    assert max(sds) < 12


def test_the_planted_mean_is_met_over_many_people(truth):
    big = truth.model_copy(update={
        "units": tuple(
            unit.model_copy(update={"n": (0, 0, 4000)}) for unit in truth.units if unit.name == "Polres Contoh"
        ),
        "training": None, "rises": (), "channels": (), "anchored": (), "copied": (), "silent": (), "wobble": 0.0,
        "groups": (), "one_stop": {}, "technologies": (), "promises": (), "complaints": None,
    })  # fmt: skip
    people = example.draw(big).people
    assert float(index(people)) == pytest.approx(truth.mean + truth.unit("Polres Contoh").points, abs=0.5)


def test_villages_lie_in_their_districts(city):
    home = {village.name: village.district for village in codebook.load().villages}
    assert {one.village for one in city.people if one.district != "Luar kota"} == set(home)
    assert all(home[one.village] == one.district for one in city.people if one.village)


def test_waves_and_weekdays(truth, city):
    waves = {wave.name: wave for wave in truth.waves}
    assert all(waves[one.wave].start <= one.when.date() <= waves[one.wave].end for one in city.people)
    assert max(one.when.weekday() for one in city.people) == 4


def test_identities_are_of_no_region(city):
    assert all(one.identity.nik.startswith("990099") and len(one.identity.nik) == 16 for one in city.people)
    assert all(one.identity.email.endswith(".invalid") for one in city.people)


def test_one_door_technology_and_promises_move_their_own_people_only(truth, city):
    changes = {
        "one_stop": {"Mal Pelayanan Contoh": 0.0},
        "technologies": tuple(one.model_copy(update={"points": 0.0}) for one in truth.technologies),
        "promises": tuple(one.model_copy(update={"kept": 0.0}) for one in truth.promises),
    }
    moved = {}
    for name, value in changes.items():
        other = example.draw(truth.model_copy(update={name: value}))
        pairs = zip(city.people, other.people, strict=True)
        moved[name] = {(one.unit, one.service, one.wave) for one, two in pairs if one != two}
    assert {unit for unit, _, _ in moved["one_stop"]} == {"Mal Pelayanan Contoh"}
    assert moved["technologies"] == {
        ("Dinas Perizinan Contoh", "Izin reklame", "2024"), ("Dinas Perizinan Contoh", "Izin reklame", "2025"),
        ("Bapenda Contoh", "PBB", "2024"), ("Bapenda Contoh", "PBB", "2025"),
    }  # fmt: skip
    assert {(unit, wave) for unit, _, wave in moved["promises"]} == {("RSUD Contoh", "2025")}


def test_a_kept_promise_moves_its_element_alone(truth, city):
    other = example.draw(truth.model_copy(update={"promises": ()}))
    pairs = zip(city.of("RSUD Contoh", "2025"), other.of("RSUD Contoh", "2025"), strict=True)
    changed = {place for one, two in pairs for place in range(9) if one.scores[place] != two.scores[place]}
    assert changed == {2}


def test_a_census_is_as_planted_whoever_came(truth):
    """Chance averages out over all users, so two draws of a census differ by the rounding of answers only."""
    quiet = example.null(truth)
    found = [float(index(example.draw(quiet.model_copy(update={"seed": seed})).of("SD Contoh 3", "2025")))
             for seed in range(12)]  # fmt: skip
    assert statistics.mean(found) == pytest.approx(truth.mean, abs=0.6)
    assert statistics.stdev(found) < 1.2


def test_the_null_city_plants_nothing(truth):
    quiet = example.null(truth, seed=5)
    city = example.draw(quiet)
    assert quiet.planted == ()
    by_unit = {unit.name: float(index(city.of(unit.name, "2025"))) for unit in quiet.units}
    assert min(by_unit.values()) > truth.mean - 4
    assert max(by_unit.values()) < truth.mean + 4
    assert {one.sample for one in quiet.units} == {one.sample for one in truth.units}
    assert all(city.of(unit.name, wave) for unit in quiet.units for wave in quiet.wave_names)
    means = [statistics.mean(score or 3 for one in city.people for score in one.scores[place:place + 1])
             for place in range(9)]  # fmt: skip
    assert max(means) - min(means) < 0.04


def test_an_index_that_no_answers_give_is_refused():
    truth = example.load()
    one = next(unit for unit in truth.units if unit.free)
    wave = truth.wave_names[-1]
    beyond = Anchored(unit=one.name, wave=wave, index=25)
    with pytest.raises(CodebookError, match="index 25 cannot be reached"):
        example.draw(truth.model_copy(update={"anchored": (beyond,), "units": (one,), "silent": (), "copied": ()}))


def test_copies_of_a_pattern_far_from_the_index_still_give_it():
    truth = example.load()
    (copied,) = truth.copied
    far = Anchored(unit=copied.unit, wave=copied.wave, index=97.0)
    people = example.draw(truth.model_copy(update={"anchored": (far,)})).of(copied.unit, copied.wave)
    assert 25 * statistics.mean(score for one in people for score in one.scores) == pytest.approx(97.0, abs=0.05)
    first = copied.patterns
    last = first + round(copied.share * len(people))
    assert all(people[at].scores == people[at % first].scores for at in range(first, last))
