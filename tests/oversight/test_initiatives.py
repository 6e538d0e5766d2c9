import numpy as np
import pandas as pd
import pytest

from analysis.codebook.model import Codebook
from analysis.oversight import design, initiatives, training
from analysis.oversight.declared.training import dose, randomisation
from analysis.oversight.initiatives import _one_service, _together

from .small import people

MANY = {f"Unit {place}": ("health", "licensing")[place % 2] for place in range(14)}
TRAINED = pd.DataFrame({"unit": ["Unit 0", "Unit 1", "Unit 2", "Unit 3"], "wave": "2025", "hours": [8, 16, 24, 32]})


def city(book, *, seed=0, lift=0.0, waves=("2023", "2024", "2025"), units=MANY, n=60):
    trained = set(TRAINED["unit"])
    return design(
        people(
            seed=seed, n=n, waves=waves, units=units,
            shift=lambda row: lift if row.unit in trained and row.wave == "2025" else 0.0,
        ),
        book,
    )  # fmt: skip


def test_randomisation_by_hand():
    # 15 ways to choose 2 of 6; the observed pair is the most extreme one, and no other is as far out.
    found = randomisation(np.array([5.0, 6, 1, 2, 1, 0]), np.array([True, True, False, False, False, False]))
    assert found.difference == pytest.approx(4.5)
    assert found.p == pytest.approx(1 / 15)
    assert (found.ways, found.exact) == (15, True)
    assert (found.low, found.high) == (-np.inf, np.inf)


def test_the_interval_is_the_test_turned_round():
    rng = np.random.default_rng(0)
    values = np.r_[rng.normal(3, 1, 5), rng.normal(0, 1, 9)]
    chosen = np.arange(14) < 5
    found = randomisation(values, chosen)
    assert found.low < found.difference < found.high
    for shift, rejected in ((found.low - 0.05, True), (found.low + 0.05, False), (found.high + 0.05, True)):
        moved = randomisation(values - shift * chosen, chosen)
        assert (moved.p <= 0.05) is rejected


def test_swapping_the_sets_flips_the_sign():
    values = np.array([5.0, 6, 1, 2, 1, 0])
    chosen = np.array([True, True, False, False, False, False])
    assert randomisation(values, ~chosen).difference == pytest.approx(-randomisation(values, chosen).difference)


def test_trained_units_that_rose_are_found_with_a_parallel_past(book):
    found = training(city(book, lift=0.35), TRAINED, book=book)
    facts = found.facts
    assert (facts["n_trained"], facts["n_others"], facts["verdict"]) == (4, 10, "higher")
    assert facts["difference"] == pytest.approx(7, abs=2.5)
    assert facts["past_p"] > 0.05
    assert facts["ways"] == 1001
    assert found.tables["units"]["trained"].sum() == 4


def test_without_an_effect_nothing_is_called(book):
    assert training(city(book, seed=3), TRAINED, book=book).facts["verdict"] not in ("higher", "lower")


def test_too_few_units_or_waves_are_described_without_a_verdict(book):
    two_waves = training(city(book, lift=0.35, waves=("2024", "2025")), TRAINED, book=book)
    assert (two_waves.facts["verdict"], two_waves.facts["note"]) == ("", "too few units or waves")
    assert two_waves.facts["difference"] > 4
    three_trained = training(city(book, lift=0.35), TRAINED.head(3), book=book)
    assert three_trained.facts["verdict"] == ""
    nobody = training(city(book), TRAINED.head(0), book=book)
    assert nobody.facts["note"] == "no trained units"


def test_dose_needs_hours_that_differ():
    units = pd.DataFrame({"hours": [10.0, 20, 30, 40], "difference": [1.0, 2, 3, 4]})
    slope, p = dose(units)
    assert slope == pytest.approx(1.0)
    assert p < 0.2
    assert np.isnan(dose(units.assign(hours=10.0))[0])


def declared(book, **unit):
    plain = {"name": "Klinik", "sector": "health", "service": [{"name": "KTP"}]}
    table = book.model_dump(by_alias=True)
    table["unit"] = [plain | unit, {"name": "Izin", "sector": "licensing", "service": [{"name": "KTP"}]}]
    return Codebook.model_validate(table)


def test_online_against_counter_for_the_same_services(book):
    frame = people(n=300, waves=("2025",))
    frame["channel"] = np.where(np.arange(len(frame)) % 3 == 0, "online", "counter")
    lift = frame["channel"].eq("online")
    for item in ("u2", "u3", "u9"):
        frame[item] = frame[item].where(~lift, (frame[item] + 1).clip(upper=4))
    row = initiatives(design(frame, book), book=book).table.set_index("initiative").loc["online"]
    assert row["verdict"] == "higher"
    assert row["share"] == 1
    assert row["n_a"] + row["n_b"] == len(frame)


def test_one_door_against_the_same_service_elsewhere(book):
    own = declared(book, one_stop=True)
    frame = people(n=300, waves=("2025",), units={"Klinik": "health", "Izin": "licensing"},
                   shift=lambda row: 0.4 * (row.unit == "Klinik"))  # fmt: skip
    frame["service"] = np.where(np.arange(len(frame)) % 2 == 0, "KTP", "KK")
    row = initiatives(design(frame, own), book=own).table.set_index("initiative").loc["one_stop"]
    assert (row["verdict"], row["basis"]) == ("higher", "same service")
    frame["service"] = np.where(frame["unit"].eq("Klinik"), "KTP", "KK")
    row = initiatives(design(frame, own), book=own).table.set_index("initiative").loc["one_stop"]
    assert (row["verdict"], row["note"]) == ("", "nothing in common")


def test_what_was_never_declared_is_said(book):
    table = initiatives(design(people(n=30), book), book=book).table.set_index("initiative")
    assert table.loc["one_stop", "note"] == "not declared"
    assert table.loc["technology", "note"] == "not declared"
    assert table.loc["training", "note"] == "not declared"
    assert table.loc["online", "note"] == "no respondents"


def test_a_service_that_went_online_against_those_that_did_not(book):
    table = book.model_dump(by_alias=True)
    table["unit"] = [
        {"name": name, "sector": sector, "service": [{"name": "A", "online_from": "2025" if name == "Unit 0" else ""}]}
        for name, sector in MANY.items()
    ]
    own = Codebook.model_validate(table)
    frame = people(
        n=60, waves=("2024", "2025"), units=MANY, shift=lambda row: 0.5 * (row.unit == "Unit 0" and row.wave == "2025")
    )
    frame["service"] = "A"
    row = initiatives(design(frame, own), book=own).table.set_index("initiative").loc["technology"]
    assert (row["a"], row["since"]) == ("Unit 0 | A", "2024")
    assert row["verdict"] == "higher"
    assert row["difference"] == pytest.approx(10, abs=4)


@pytest.mark.parametrize(("note", "verdict"), [("", "higher"), ("caution", "cannot tell")])
def test_a_service_gone_online_whose_own_change_is_doubtful_gets_no_verdict(note, verdict):
    names = [f"Unit {at} | Layanan" for at in range(9)]
    changed = pd.DataFrame({"difference": [20.0, *np.linspace(-1, 1, 8)], "se": 1.0, "n": 60}, index=names)
    changed = changed.assign(sample="random", note=[note, *[""] * 8])
    row = _one_service(changed, names[0], {("Unit 0", "Layanan"): "2024"})
    (told,) = _together([row], margin=2.5, level=0.95)
    assert (told["verdict"], told["note"]) == (verdict, note)
    (few,) = _together([_one_service(changed[:4], names[0], {("Unit 0", "Layanan"): "2024"})], margin=2.5, level=0.95)
    assert (few["verdict"], few["note"]) == ("", "too few other services")
