"""The truth file: all faults at once with file and key, and a seed that can be replaced."""

import re
import tomllib

import pytest

from analysis import codebook, example
from analysis.errors import CodebookError
from analysis.example.truth import SHIPPED


def changed(tmp_path, **edits):
    text = SHIPPED.read_text(encoding="utf-8")
    for old, new in edits.values():
        assert old in text
        text = text.replace(old, new, 1)
    path = tmp_path / "truth.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_truth_holds_what_it_promises(truth):
    assert len(truth.units) >= 14
    assert len({unit.sector for unit in truth.units}) == 7
    assert {unit.owner for unit in truth.units} == {"city", "vertical"}
    assert {unit.sample for unit in truth.units} == {"census", "random", "quota", "walk-in"}
    assert len(truth.training.hours) == 4
    assert truth.wave_names == ("2023", "2024", "2025")
    asked = sum(truth.asked(unit, wave) for unit in truth.units for wave in truth.wave_names)
    assert 4500 <= asked <= 6500


def test_places_and_sectors_are_those_of_the_shipped_codebook(truth):
    book = codebook.load()
    assert {one.name for one in truth.districts} == {one.name for one in book.districts}
    assert {unit.sector for unit in truth.units} == {one.name for one in book.sectors} - {"unknown"}


def test_seed_can_be_replaced():
    assert example.load(seed=7).seed == 7


def test_every_fault_is_told_at_once_with_its_key(tmp_path):
    path = changed(
        tmp_path, a=("mean = 83.5", 'mean = "high"'), b=("wobble = 0.4", "wobble = -1"), c=("blank =", "blanks =")
    )
    with pytest.raises(CodebookError) as caught:
        example.load(path)
    assert [fault.where for fault in caught.value.faults] == [
        "truth.toml, mean", "truth.toml, wobble", "truth.toml, blank", "truth.toml, blanks",
    ]  # fmt: skip


def test_names_that_lead_nowhere_are_told_at_once(tmp_path):
    path = changed(
        tmp_path,
        a=(
            '[[silent]]                 # must survey, did not\nunit = "Terminal Contoh"',
            '[[silent]]\nunit = "Nowhere"',
        ),
        b=("share = 0.24", "share = 0.30"),
        c=("n = [180, 190, 200]", "n = [180, 190]"),
    )
    with pytest.raises(CodebookError) as caught:
        example.load(path)
    assert [re.sub("^Value error, ", "", fault.what) for fault in caught.value.faults] == [
        "silent names unit 'Nowhere', which is not among the units",
        "unit 'Disdukcapil Contoh': n needs one number per wave (3)",
        "the shares of the districts do not add up to 1",
    ]


def test_missing_file_and_broken_toml_are_told(tmp_path):
    with pytest.raises(CodebookError, match="there is no truth file here"):
        example.load(tmp_path / "none.toml")
    (tmp_path / "truth.toml").write_text("seed = ", encoding="utf-8")
    with pytest.raises(CodebookError, match=r"truth.toml: is not valid TOML"):
        example.load(tmp_path / "truth.toml")


def test_every_planted_truth_is_said_in_both_languages(truth):
    names = [one.name for one in truth.planted]
    assert len(names) == len(set(names)) >= 12
    assert all(one.id != one.en for one in truth.planted)
    assert len(tomllib.loads(SHIPPED.read_text(encoding="utf-8"))["planted"]) == len(names)
