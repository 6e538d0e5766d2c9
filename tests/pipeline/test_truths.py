"""The kit finds what was planted in the made-up city, whatever the draw: verdicts, not digits."""

import pytest

from analysis import example, oversight, pipeline, publish, store


@pytest.fixture(scope="module", params=[None, 11], ids=["shipped", "seed 11"])
def drawn(request, city, tmp_path_factory):
    """Draw the city, send it as workbooks, clean them, and read the study back: as shipped, and drawn anew."""
    home = city.home
    if request.param is not None:
        home = tmp_path_factory.mktemp("drawn")
        example.write(home / "raw", seed=request.param)
        pipeline.clean(home / "raw", home / "processed")
    study = store.open_study(home / "processed")
    return study, oversight.design(study.responses, study.book, study.surveys)


def planted(by):
    return [one for one in example.truth.load().planted if one.by == by]


def row(table, **levels):
    found = table
    for name, level in levels.items():
        found = found[found[name] == level]
    assert len(found) == 1, levels
    return found.iloc[0]


def held(verdict, wanted):
    return verdict != wanted.removeprefix("not ") if wanted.startswith("not ") else verdict == wanted


@pytest.mark.parametrize("one", planted("sector"), ids=lambda one: one.name)
def test_sectors(drawn, one):
    study, design = drawn
    table = oversight.compare(design, "sector", book=study.book).table
    named = {other.level for other in planted("sector")}
    mine = table[~table["level"].isin(named)] if one.level == "*" else table[table["level"] == one.level]
    assert len(mine)
    assert all(held(verdict, one.verdict) for verdict in mine["verdict"])


@pytest.mark.parametrize("one", planted("district"), ids=lambda one: one.name)
def test_districts_as_answered_and_for_the_same_services(drawn, one):
    study, design = drawn
    result = oversight.compare(design, "district", book=study.book)
    mine = row(result.table, level=one.level)
    if one.basis == "as answered":
        assert mine["difference_high"] < 0
    else:
        assert result.basis == "same mix"
        assert held(mine["verdict"], one.verdict)


@pytest.mark.parametrize("one", planted("sector x district"), ids=lambda one: one.name)
def test_a_district_in_a_sector(drawn, one):
    study, design = drawn
    sector, district = one.level.split(" x ")
    mine = row(oversight.matrix(design, "district", "sector", book=study.book).table, row=district, column=sector)
    assert held(mine["verdict"], one.verdict)


@pytest.mark.parametrize("one", [one for one in planted("unit") if one.before], ids=lambda one: one.name)
def test_units_that_changed(drawn, one):
    study, design = drawn
    table = oversight.change(design, book=study.book, by="unit", wave=one.wave, before=one.before).table
    assert held(row(table, level=one.level)["verdict"], one.verdict)


@pytest.mark.parametrize("one", [one for one in planted("unit") if one.verdict == "withheld"], ids=lambda one: one.name)
def test_units_too_small_to_show(drawn, one):
    study, design = drawn
    index = oversight.skm_index(design, ["unit", "wave"], book=study.book)
    n = row(index, unit=one.level, wave=one.wave)["n"]
    assert not publish.may_show(study.plan, publish.policy.cell(one.wave, unit=one.level), n)
    shown = publish.open_page(study).table(index[index["wave"] == one.wave])
    assert all(entry.withheld for line in shown.rows if line[0].text == one.level for entry in line[1:])


@pytest.mark.parametrize("one", planted("grade"), ids=lambda one: one.name)
def test_a_grade_near_its_border(drawn, one):
    study, design = drawn
    mine = row(oversight.skm_index(design, ["unit", "wave"], book=study.book), unit=one.level, wave=one.wave)
    assert max(mine["p_a"], mine["p_b"], mine["p_c"], mine["p_d"]) < 0.95


@pytest.mark.parametrize("one", planted("published"), ids=lambda one: one.name)
def test_published_indices(drawn, one):
    study, design = drawn
    index = oversight.skm_index(design, ["unit", "wave"], book=study.book)
    found = oversight.reconcile(index, study.surveys, book=study.book)
    assert row(found, unit=one.level, wave=one.wave)["explained"] == one.verdict


@pytest.mark.parametrize("one", planted("channel"), ids=lambda one: one.name)
def test_channels_for_the_same_services(drawn, one):
    study, design = drawn
    assert held(
        row(oversight.compare(design, "channel", book=study.book).table, level=one.level)["verdict"], one.verdict
    )


@pytest.mark.parametrize("one", planted("disability"), ids=lambda one: one.name)
def test_groups_of_people(drawn, one):
    study, design = drawn
    result = oversight.compare(design, "disability", book=study.book)
    assert held(row(result.table, level=one.level)["verdict"], one.verdict)


@pytest.mark.parametrize("one", planted("coverage"), ids=lambda one: one.name)
def test_units_that_did_not_survey(drawn, one):
    study, _ = drawn
    mine = row(oversight.coverage(study), unit=one.level, wave=one.wave)
    assert mine["must"]
    assert not mine["surveyed"]


@pytest.mark.parametrize("one", planted("element"), ids=lambda one: one.name)
def test_the_lowest_element(drawn, one):
    study, design = drawn
    table = oversight.unsur(design, None, book=study.book, wave=one.wave)
    assert table.loc[table["estimate"].idxmin(), "variable"] == one.level


@pytest.mark.parametrize("one", planted("training"), ids=lambda one: one.name)
def test_training(drawn, one):
    study, design = drawn
    facts = oversight.training(design, study.registers["training"], book=study.book).facts
    assert facts["low"] > 0
    assert held(facts["verdict"], one.verdict)


@pytest.mark.parametrize("one", planted("integrity"), ids=lambda one: one.name)
def test_copied_rows(drawn, one):
    study, _ = drawn
    table = oversight.integrity(study.responses, study.book)
    table = table.table if hasattr(table, "table") else table
    of_wave = table[table["wave"] == one.wave]
    assert of_wave.loc[of_wave["repeated_share"].idxmax(), "unit"] == one.level


@pytest.mark.parametrize("one", planted("one_stop") + planted("technology"), ids=lambda one: one.name)
def test_initiatives(drawn, one):
    study, design = drawn
    table = oversight.initiatives(design, book=study.book, registers=study.registers).tables["summary"]
    level = {"a": one.level} if one.by == "technology" else {}
    assert held(row(table, initiative=one.by, **level)["verdict"], one.verdict)


@pytest.mark.parametrize("one", planted("complaints"), ids=lambda one: one.name)
def test_a_unit_slow_with_complaints(drawn, one):
    study, _ = drawn
    table = oversight.complaints(study.registers["complaints"], book=study.book, surveys=study.surveys).table
    assert row(table, unit=one.level)["in_time_high"] < row(table, unit="")["in_time"]


@pytest.mark.parametrize("one", planted("promise"), ids=lambda one: one.name)
def test_promises(drawn, one):
    study, design = drawn
    table = oversight.follow_up(study.registers["plans"], design, book=study.book).table
    unit, item = one.level.split(" | ")
    places = [at for at, kept in enumerate(example.truth.load().promises) if (kept.unit, kept.item) == (unit, item)]
    mine = table.iloc[places[0]]
    assert mine["unit"] == unit
    assert held(mine["verdict"], one.verdict)


@pytest.mark.parametrize("one", planted("audit"), ids=lambda one: one.name)
def test_findings_left_open(drawn, one):
    study, _ = drawn
    table = oversight.audit(study.registers["findings"]).table
    assert table.groupby("unit")[one.verdict].sum().idxmax() == one.level


def test_every_planted_truth_is_looked_for():
    asked = {
        "sector",
        "district",
        "sector x district",
        "unit",
        "grade",
        "published",
        "channel",
        "disability",
        "coverage",
    }
    asked |= {"element", "training", "integrity", "one_stop", "technology", "complaints", "promise", "audit"}
    assert {one.by for one in example.truth.load().planted} == asked
