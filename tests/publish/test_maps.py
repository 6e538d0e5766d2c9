"""The map: only where outlines come with the codebook, nothing withheld in it."""

from dataclasses import replace

import pytest

from analysis import codebook
from analysis.codebook.outlines import outlines
from analysis.errors import CallError
from analysis.publish.pictures import maps

DISTRICTS = ("Singkawang Tengah", "Singkawang Barat", "Singkawang Timur", "Singkawang Utara", "Singkawang Selatan")


@pytest.fixture
def five(make):
    """All five districts, one with nine respondents."""
    rows = [
        make.row(name, n, 80.0 + at, at - 2.0, (at - 3.0, at - 1.0), "cannot tell")
        for at, (name, n) in enumerate(zip(DISTRICTS, (300, 250, 9, 200, 240), strict=True))
    ]
    return make.compared("district", rows)


def test_outlines_come_with_the_city_and_not_with_a_bare_questionnaire():
    borders = outlines(codebook.load())
    assert set(borders) == set(DISTRICTS)
    assert sum(map(len, borders.values())) == 26
    assert all(ring[0] == ring[-1] for rings in borders.values() for ring in rings)
    assert outlines(codebook.load("skm")) == {}


def test_a_withheld_district_is_hatched_and_its_value_drawn_nowhere(five, make):
    show = make.for_comparison(five)
    other = five.table.copy()
    other.loc[other["n"].eq(9), ["estimate", "difference"]] = 55.5
    changed = type(five)(**{**vars(five), "table": other})
    assert show.map(five).svg == show.map(changed).svg
    assert b"pattern" in show.map(five).svg
    assert "Singkawang Timur" not in show.map(five).alt


def test_shades_and_verdicts_that_rest_on_different_figures_are_told_apart(five, make):
    same = replace(five, basis="same mix", mix=("unit", "service"), table=five.table.assign(
        mix_difference=0.0, mix_low=-1.0, mix_high=1.0, mix_share=1.0,
    ))  # fmt: skip
    told = "Gelap-terangnya menurut jawaban apa adanya"
    assert [any(note.startswith(told) for note in make.for_comparison(one).map(one).notes) for one in (five, same)] == [
        False, True,
    ]  # fmt: skip


def test_a_map_leaves_no_empty_band_above_or_below_it(five, make, monkeypatch):
    drawn = []
    monkeypatch.setattr(maps, "to_svg", lambda picture: drawn.append(picture) or b"")
    make.for_comparison(five).map(five)
    axes = drawn[0].axes[0]
    axes.apply_aspect()
    assert axes.get_position().height > 0.85


def test_a_comparison_without_outlines_is_refused(sectors, make):
    with pytest.raises(CallError, match="has no outlines"):
        make.for_comparison(sectors).map(sectors)
