import numpy as np
import pytest

from analysis.oversight import design, run_chart

from .small import ITEMS, people

MONTHS = [f"2025-{month:02d}" for month in range(1, 13)]


def by_month(frame, share=None):
    """Date the rows; ``share`` says what part of each month's rows are of the low service."""
    month = np.arange(len(frame)) % 12
    frame["date"] = [f"{MONTHS[place]}-10" for place in month]
    share = share or [0.5] * 12
    place = np.arange(len(frame)) // 12 / (len(frame) // 12)
    low = place < np.array(share)[month]
    frame["service"] = np.where(low, "Lambat", "Cepat")
    for item in ITEMS:
        frame[item] = frame[item].where(~low, (frame[item] - 1).clip(lower=1))
    return frame


def test_a_month_with_more_of_the_low_service_is_no_step(book):
    frame = by_month(people(n=1200, waves=("2025",), units={"Klinik": "health"}), [0.2] * 6 + [0.8] * 6)
    found = run_chart(design(frame, book), book=book, unit="Klinik", period="month")
    table = found.table
    assert (found.facts["basis"], found.facts["mix"], found.facts["step"]) == ("same mix", ("service",), "")
    assert table["estimate"].iloc[6:].mean() - table["estimate"].iloc[:6].mean() < -8
    assert abs(table["same_mix"].iloc[6:].mean() - table["same_mix"].iloc[:6].mean()) < 1.5


def test_a_step_under_a_moving_mix_is_still_found(book):
    frame = by_month(people(n=1200, waves=("2025",), units={"Klinik": "health"}), [0.2] * 6 + [0.8] * 6)
    later = np.arange(len(frame)) % 12 >= 6
    for item in ITEMS:
        frame[item] = frame[item].where(~later, (frame[item] + 1).clip(upper=4))
    found = run_chart(design(frame, book), book=book, unit="Klinik", period="month")
    assert found.facts["step"] == "2025-07"
    assert found.facts["step_size"] > 5


def test_a_period_that_meets_little_of_the_mix_is_left_out_of_the_limits(book):
    frame = by_month(people(n=1200, waves=("2025",), units={"Klinik": "health"}), [0.9] * 11 + [0.0])
    table = run_chart(design(frame, book), book=book, unit="Klinik", period="month").table
    assert table["note"].tolist() == [""] * 11 + ["not at the same mix"]
    assert table["mix_share"].iloc[-1] == pytest.approx(1 - 0.9 * 11 / 12, abs=0.02)
    assert not table["outside"].iloc[-1]


def test_without_a_mix_the_series_is_as_answered(book):
    frame = people(n=240, waves=("2025",), units={"Klinik": "health"})
    frame["date"] = [f"{MONTHS[place % 12]}-10" for place in range(len(frame))]
    found = run_chart(design(frame, book), book=book, unit="Klinik", period="month")
    assert found.facts["basis"] == "as answered"
    assert found.table["same_mix"].tolist() == found.table["estimate"].tolist()


def test_quarters_of_two_years_are_eight_points_in_order(book):
    frame = people(n=400, waves=("2024", "2025"), units={"Klinik": "health"})
    quarter = np.arange(len(frame)) % 4
    frame["date"] = [f"{wave}-{2 + 3 * part:02d}-05" for wave, part in zip(frame["wave"], quarter, strict=True)]
    found = run_chart(design(frame, book), book=book)
    assert found.table["period"].tolist() == [f"{year}-TW{part}" for year in (2024, 2025) for part in (1, 2, 3, 4)]
    assert found.facts["points"] == 8


def test_ten_rounds_come_in_order(book):
    frame = people(
        n=40, waves=tuple(f"Round {place}" for place in (10, 9, 1, 2, 3, 4, 5, 6, 7, 8)), units={"K": "health"}
    )
    table = run_chart(design(frame, book), book=book, period="wave").table
    assert table["period"].tolist() == [f"Round {place}" for place in range(1, 11)]
