"""What a council asks, answered from the tables alone for a city drawn anew, and held to its truth file."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import codebook, example, oversight
from analysis.example.companions import codebook_text

SEEDS = (4321, 777, 20_240_229)
WAVE, BEFORE = "2025", "2024"


@pytest.fixture(scope="module", params=SEEDS)
def city(request, tmp_path_factory):
    truth = example.load(seed=request.param)
    drawn = example.draw(truth)
    path = tmp_path_factory.mktemp("book") / "codebook.toml"
    path.write_text(codebook_text(truth, codebook.load()), encoding="utf-8")
    book = codebook.load(path)
    responses = example.expected(drawn).assign(rule="2017", instrument="skm-2017")
    responses["respondent"] = [f"B-001/0/{place}" for place in range(len(responses))]
    registers = example.registers(drawn)
    design = oversight.design(responses, book, registers["surveys"])
    return SimpleNamespace(
        truth=truth, book=book, responses=responses, registers=registers, design=design, recaps=pd.DataFrame(),
        columns=pd.DataFrame(columns=["file", "sheet", "variable", "column"]),
        files=pd.DataFrame({"file": responses["file"].unique()}).assign(number="B-001"),
    )  # fmt: skip


def planted(city, by):
    return [one for one in city.truth.planted if one.by == by]


def table(city, function, *args, **kwargs):
    return function(city.design, *args, book=city.book, **kwargs).table


def test_1_who_must_survey_and_who_did_not(city):
    covered = oversight.coverage(city)
    here = covered[covered["wave"].eq(WAVE)]
    assert here["must"].sum() == len(city.truth.units)
    silent = set(here.loc[here["must"] & ~here["surveyed"], "unit"])
    assert silent == {one.level for one in planted(city, "coverage")}


def test_2_who_was_asked_goes_with_every_result(city):
    kinds = {unit.name: unit.sample for unit in city.truth.units}
    units = table(city, oversight.compare, "unit")
    assert all(kinds[name] == kind for name, kind in zip(units["level"], units["sample"], strict=True))


def test_3_the_lowest_sector(city):
    sectors = table(city, oversight.compare, "sector").set_index("level")
    assert sectors["estimate"].idxmin() == planted(city, "sector")[0].level
    assert list(sectors.index[sectors["verdict"].eq("lower")]) == [planted(city, "sector")[0].level]


def test_4_the_district_left_behind_and_in_which_service(city):
    sector, district = planted(city, "sector x district")[0].level.split(" x ")
    cells = table(city, oversight.matrix, "district", "sector")
    low = cells[cells["verdict"].eq("lower")]
    assert (district, sector) in set(zip(low["row"], low["column"], strict=True))
    by_mix = planted(city, "district")[0].level
    districts = table(city, oversight.compare, "district").set_index("level")
    assert districts.loc[by_mix, "difference_high"] < 0
    assert districts.loc[by_mix, "verdict"] != "lower"


def test_5_did_the_unit_rise_and_is_the_rule_the_same(city):
    changed = table(city, oversight.change).set_index("level")
    assert changed.loc[planted(city, "unit")[0].level, "verdict"] == "higher"
    assert set(changed.loc[changed["verdict"].ne(""), "rule"]) == {"2017"}


def test_6_the_announced_figure_and_ours(city):
    index = oversight.skm_index(city.design, ["unit", "wave"], book=city.book)
    told = oversight.reconcile(index, city.registers["surveys"], book=city.book, responses=city.responses).set_index(
        ["unit", "wave"]
    )
    for one in planted(city, "published"):
        assert told.loc[(one.level, one.wave), "explained"] == one.verdict
    here = told[told.index.get_level_values("wave") == WAVE]
    rest = here.drop([(one.level, one.wave) for one in planted(city, "published")])
    assert set(rest["explained"]) == {"agrees"}


def test_7_the_unsur_complained_of_most(city):
    unsur = oversight.unsur(city.design, None, book=city.book).set_index("variable")
    assert unsur["low_share"].idxmax() == planted(city, "element")[0].level
    assert unsur["low_share_low"].notna().all()


def test_8_is_a_group_served_worse(city):
    gaps = oversight.equity(city.design, book=city.book).tables["gaps"]
    lower = gaps[gaps["verdict"].eq("lower")]
    assert set(zip(lower["by"], lower["level"], strict=True)) == {("disability", "yes")}


def test_9_online_or_counter_for_the_same_service(city):
    asked = table(city, oversight.initiatives, registers=city.registers).set_index("initiative")
    assert asked.loc["online", "verdict"] == planted(city, "channel")[0].verdict
    assert asked.loc["one_stop", "verdict"] == planted(city, "one_stop")[0].verdict


def test_10_did_training_show(city):
    told = oversight.training(city.design, city.registers["training"], book=city.book).facts
    assert (told["verdict"], told["note"]) == ("higher", "")


def test_11_complaints_in_how_many_days(city):
    told = oversight.complaints(
        city.registers["complaints"], book=city.book, surveys=city.registers["surveys"], design=city.design, wave=WAVE
    ).table.set_index("unit")
    slow = planted(city, "complaints")[0].level
    assert told["in_time"].drop("").idxmin() == slow
    assert told.loc["", "n"] == told["n"].drop("").sum()
    assert told.loc[slow, "in_time_high"] < told.loc["", "in_time"]


def test_12_were_the_promises_kept(city):
    kept = oversight.follow_up(city.registers["plans"], city.design, book=city.book).table
    verdicts = dict(zip(zip(kept["unit"], kept["variable"], strict=True), kept["verdict"], strict=True))
    for one in planted(city, "promise"):
        unit, item = one.level.split(" | ")
        rose = verdicts[(unit, item)] == "higher"
        assert rose is (one.verdict == "higher")


def test_13_signs_of_copied_forms(city):
    told = oversight.integrity(city.responses, city.book, city.registers["surveys"])
    signed = told[told["signs"].str.contains("repeated")]
    assert set(zip(signed["unit"], signed["wave"], strict=True)) == {
        (one.level, one.wave) for one in planted(city, "integrity")
    }


def test_14_what_to_ask_whom_with_which_number(city):
    found = oversight.findings(city, design=city.design).table
    assert {"sector", "cell", "channel", "group", "published", "repeats", "missing"} <= set(found["key"])
    assert found["question"].ne("").all()
    of_sector = found[found["key"].eq("sector")].iloc[0]
    assert of_sector["officer"] == "infrastructure"
    assert of_sector["komisi"] == "Komisi III"
    assert set(found.loc[found["unit"].eq("") & found["sector"].eq(""), "officer"]) == {"city"}
    assert found["komisi"].ne("").all()
    unseen = found[found["key"].eq("promise_unseen")]
    assert ("Perumdam Contoh", "u8") in set(zip(unseen["unit"], unseen["beside"], strict=True))
    assert found.loc[found["key"].eq("sector"), "rank"].iloc[0] < found.loc[found["key"].eq("element"), "rank"].iloc[0]
    planted_units = {one.level for one in city.truth.planted} | set(city.truth.training.hours)
    assert set(found.loc[found["unit"].ne(""), "unit"]) <= planted_units


def test_15_where_every_number_comes_from(city):
    for _, finding in oversight.findings(city, design=city.design).table.iterrows():
        told = oversight.evidence(finding, city)
        assert told.checked, finding["key"]
        assert told.rows["row"].notna().all()
