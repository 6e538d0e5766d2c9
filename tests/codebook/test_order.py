from types import SimpleNamespace

import numpy as np
import pytest

from analysis import codebook


def listing(*names):
    return SimpleNamespace(waves=[SimpleNamespace(name=one) for one in names])


def test_waves_come_in_the_codebooks_order_then_by_their_numbers():
    waves = ["Round 10", "Round 9", "2025", "", None, np.nan, "Round 9"]
    assert codebook.wave_order(waves, listing("Round 10")) == ("Round 10", "2025", "Round 9")
    assert codebook.wave_order(waves) == ("2025", "Round 9", "Round 10")


def test_halves_and_quarters_of_a_year_come_in_order():
    assert codebook.wave_order(["2025-S2", "2024", "2025-S1"]) == ("2024", "2025-S1", "2025-S2")
    quarters = ["TW I 2025", "TW IV 2024", "TW II 2024"]
    assert codebook.wave_order(quarters) == ("TW II 2024", "TW IV 2024", "TW I 2025")


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(88.305, 2, "88.31"), (88.30499999999999, 2, "88.31"), (88.3049, 2, "88.30"), (2.5, 0, "3"), (-0.5, 0, "-1"),
     (64.995, 2, "65.00")],
)  # fmt: skip
def test_a_half_is_rounded_up_and_noise_does_not_decide(value, decimals, shown):
    assert str(codebook.half_up(value, decimals)) == shown
