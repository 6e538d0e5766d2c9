"""What is planted is found: other seeds, the same verdicts. The responses are those that the workbooks hold."""

from types import SimpleNamespace
from typing import NamedTuple

import pandas as pd
import pytest

from analysis import codebook, example, oversight
from analysis.example.companions import codebook_text

SEEDS = (None, 1, 2)
"""The shipped city and three other draws of it."""


class Found(NamedTuple):
    """Everything that the checks ask of one draw."""

    truth: example.Truth
    book: codebook.Codebook
    responses: pd.DataFrame
    registers: dict[str, pd.DataFrame]
    design: object


@pytest.fixture(scope="module", params=SEEDS, ids=["shipped", "seed 1", "seed 2"])
def found(request, tmp_path_factory):
    return looked_at(example.load(seed=request.param), tmp_path_factory.mktemp("book"))


def looked_at(truth, folder):
    city = example.draw(truth)
    path = folder / "codebook.toml"
    path.write_text(codebook_text(truth, codebook.load()), encoding="utf-8")
    book = codebook.load(path)
    responses = example.expected(city).assign(rule="2017", instrument="skm-2017")
    registers = example.registers(city)
    return Found(truth, book, responses, registers, oversight.design(responses, book, registers["surveys"]))


def findings(found):
    study = SimpleNamespace(**found._asdict(), recaps=pd.DataFrame())
    return oversight.findings(study, design=found.design).tables["findings"]


def planted(found, name):
    return next(one for one in found.truth.planted if one.name == name)


def levels(found, by):
    return oversight.compare(found.design, by, book=found.book).table.set_index("level")


def test_lower_sector_and_no_other(found):
    verdicts = levels(found, "sector")["verdict"]
    assert [name for name, verdict in verdicts.items() if verdict == "lower"] == [planted(found, "lower sector").level]


def test_district_that_is_lower_only_by_its_mix(found):
    one = levels(found, "district").loc[planted(found, "district lower by mix, as answered").level]
    assert one["difference_high"] < 0
    assert one["verdict"] != "lower"
    assert one["mix_share"] > 0.9


def test_district_that_is_truly_lower_in_one_sector(found):
    sector, district = planted(found, "district lower in one sector").level.split(" x ")
    table = oversight.matrix(found.design, "district", "sector", book=found.book).table
    low = table[table["verdict"] == "lower"]
    assert (district, sector) in set(zip(low["row"], low["column"], strict=True))
    assert len(low) <= 2


def test_unit_that_rose_and_trained_units(found):
    table = oversight.change(found.design, book=found.book, by="unit", wave="2025", before="2024").table
    verdicts = table.set_index("level")["verdict"]
    assert verdicts[planted(found, "unit that rose").level] == "higher"
    trained = verdicts[list(found.truth.training.hours)]
    assert (trained == "higher").sum() >= 3


def test_trained_units_rose_more_than_the_others(found):
    table = oversight.change(found.design, book=found.book, by="unit", wave="2025", before="2024").table
    change = table.set_index("level")["difference"].drop("SD Contoh 3").dropna()
    trained = change.index.isin(list(found.truth.training.hours))
    rose = planted(found, "unit that rose").level
    others = change[~trained].drop(rose)
    assert change[trained].mean() - others.mean() == pytest.approx(found.truth.training.points, abs=2.5)


def test_unit_on_the_border_of_two_grades(found):
    here = found.design.frame[found.design.frame["wave"] == "2025"]
    one = oversight.skm_index(here, ["unit"], book=found.book).set_index("unit").loc["Damkar Contoh"]
    assert 0.3 < one["p_a"] < 0.7
    assert 0.3 < one["p_b"] < 0.7


def test_announced_figures(found):
    table = oversight.skm_index(found.design, ["unit", "wave"], book=found.book)
    told = oversight.reconcile(table, found.registers["surveys"]).set_index(["unit", "wave"])
    smp = told.loc[("SMP Contoh 1", "2025")]
    assert (smp["explained"], smp["grade_published"], smp["grade"]) == ("0.11 weight", "B", "A")
    assert told.loc[("Dinas PU Contoh", "2025"), "explained"] == "not explained"
    # Rows sent twice with other answers are kept twice, so that unit's own figure cannot be met.
    doubled = [(one.unit, one.wave) for one in found.truth.resent]
    rest = told.drop([("SMP Contoh 1", "2025"), ("Dinas PU Contoh", "2025"), *doubled])["explained"]
    assert set(rest) == {"agrees"}


def test_online_is_better_at_the_same_units(found):
    verdicts = levels(found, "channel")["verdict"]
    assert (verdicts["online"], verdicts["counter"]) == ("higher", "lower")


def test_people_with_a_disability(found):
    assert levels(found, "disability").loc["yes", "verdict"] == "lower"


def test_copied_rows(found):
    table = oversight.integrity(found.responses, found.book).set_index(["unit", "wave"])["repeated_share"]
    assert table.idxmax() == ("Satpol PP Contoh", "2025")
    assert table.max() > 0.55
    assert table.drop([("Satpol PP Contoh", "2025")]).max() < 0.45


def test_lowest_element_of_the_city(found):
    here = found.responses[found.responses["wave"] == "2025"]
    assert here[[f"u{number}" for number in range(1, 10)]].astype(float).mean().idxmin() == "u3"


def test_nothing_else_is_called_changed_too_often(found):
    """Of a dozen units without a planted change at most one is called changed (a census is told by its margin)."""
    table = oversight.change(found.design, book=found.book, by="unit", wave="2025", before="2024").table
    quiet = table[~table["level"].isin([*found.truth.training.hours, "Puskesmas Contoh Utara", "SD Contoh 3"])]
    assert quiet["verdict"].isin(["higher", "lower"]).sum() <= 1


def test_initiatives(found):
    summary = oversight.initiatives(found.design, book=found.book, registers=found.registers).tables["summary"]
    of = summary.set_index("initiative")["verdict"]
    assert of["one_stop"] == planted(found, "one door").verdict
    technology = summary[summary["initiative"] == "technology"].set_index("a")["verdict"]
    for name in ("permits online", "local tax online"):
        assert technology[planted(found, name).level] == "higher"
    assert technology[planted(found, "school enrolment online").level] != "higher"


def test_promises(found):
    table = oversight.follow_up(found.registers["plans"], found.design, book=found.book).tables["promises"]
    verdicts = table.set_index("unit")["verdict"]
    assert verdicts["RSUD Contoh"] == "higher"
    assert verdicts["Perumdam Contoh"] != "higher"


def test_slow_unit_and_open_findings(found):
    told = oversight.complaints(found.registers["complaints"], book=found.book, surveys=found.registers["surveys"])
    units = told.tables["units"].set_index("unit")
    slow = planted(found, "slow with complaints").level
    assert units.loc[slow, "in_time_high"] < units.loc["", "in_time"]
    assert units.drop("")["per_thousand"].idxmax() == slow
    left = oversight.audit(found.registers["findings"]).tables["units"].groupby("unit")["open"].sum()
    assert left.idxmax() == planted(found, "findings left open").level


def test_findings_name_what_is_planted_and_nothing_else(found):
    named = set(zip(*(findings(found)[name] for name in ("key", "subject")), strict=True))
    must = {
        ("element", "u3"), ("sector", "infrastructure"), ("published", "Dinas PU Contoh"),
        ("published", "SMP Contoh 1"), ("channel", "counter"), ("cell", "Singkawang Timur"), ("group", "yes"),
        ("repeats", "Satpol PP Contoh"), ("missing", "Terminal Contoh"),
    }  # fmt: skip
    may = {("overdue", "Perumdam Contoh"), ("unit_low", "Dinas PU Contoh"), ("unit_low", "Perumdam Contoh")}
    assert must <= named
    assert len(named - must - may) <= 1


def test_a_city_with_nothing_planted_yields_no_finding(tmp_path):
    assert findings(looked_at(example.null(seed=1), tmp_path)).empty


def test_every_source_and_topic_of_the_registers_has_an_english_twin(found):
    words = {*found.registers["findings"]["source"], *found.registers["complaints"]["topic"]}
    assert {word for word in words if word.casefold() not in found.book.terms} == set()
