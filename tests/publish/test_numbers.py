"""How figures look in both languages."""

# ruff: noqa: RUF001  (the true minus sign is what is tested)

import datetime as dt

import pytest

from analysis.publish.wording import numbers


@pytest.mark.parametrize(
    ("value", "decimals", "indonesian", "english"),
    [
        (88.305, 2, "88,31", "88.31"),
        (1234.5, 0, "1.235", "1,235"),
        (-0.04, 1, "0,0", "0.0"),
        (-6.25, 1, "−6,3", "−6.3"),
        (float("nan"), 1, "tidak ada angka", "no figure"),
        (None, 1, "tidak ada angka", "no figure"),
    ],
)
def test_a_number_has_its_separators_its_sign_and_half_up_rounding(value, decimals, indonesian, english):
    assert numbers.number(value, "id", decimals) == indonesian
    assert numbers.number(value, "en", decimals) == english


def test_a_difference_bears_its_sign_and_zero_none():
    assert [numbers.signed(value, "id") for value in (0.7, -0.7, 0.0, 0.04)] == ["+0,7", "−0,7", "0,0", "0,0"]


def test_the_base_has_a_thousands_separator():
    assert (numbers.sample(1234, "id"), numbers.sample(1234, "en")) == ("n = 1.234", "n = 1,234")


@pytest.mark.parametrize(
    ("share", "percent", "hundred"),
    [
        (0.43, "43%", "43 dari 100"),
        (0.0, "0%", "0 dari 100"),
        (1.0, "100%", "100 dari 100"),
        (0.004, "kurang dari 1%", "kurang dari 1 dari 100"),
        (0.996, "lebih dari 99%", "lebih dari 99 dari 100"),
        (0.125, "13%", "13 dari 100"),
    ],
)
def test_shares_are_whole_and_none_or_all_are_said_only_when_they_are(share, percent, hundred):
    assert numbers.percent(share, "id") == percent
    assert numbers.of_hundred(share, "id") == hundred


def test_a_day_is_written_out():
    assert numbers.date("2026-11-24", "id") == "24 November 2026"
    assert numbers.date(dt.date(2026, 8, 3), "id") == "3 Agustus 2026"
    assert numbers.date("", "en") == "no figure"


def test_names_are_listed_in_words():
    assert numbers.listing(["a", "b", "c"], "id") == "a, b dan c"
    assert numbers.listing(["a"], "en") == "a"
    assert numbers.listing([], "en") == ""


@pytest.mark.parametrize(
    ("period", "lang", "long", "short"),
    [
        ("2025-05", "id", "Mei 2025", "Mei 2025"),
        ("2025-08", "id", "Agustus 2025", "Agu 2025"),
        ("2025-08", "en", "August 2025", "Aug 2025"),
        ("2025-TW1", "id", "2025-TW1", "2025-TW1"),
        ("Round 3", "en", "Round 3", "Round 3"),
    ],
)
def test_a_month_is_told_in_words_and_short_on_an_axis(period, lang, long, short):
    assert (numbers.month(period, lang), numbers.month_short(period, lang)) == (long, short)
