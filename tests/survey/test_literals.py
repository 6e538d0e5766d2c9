"""Published numbers, as printed in their sources."""

import pandas as pd
import pytest

from analysis import survey

CLUSTERS = [
    (1, 1, 1.75, 4123, 33786, 7),
    (1, 2, 1.75, 666, 6016, 7),
    (1, 4, 1.75, 760, 5919, 7),
    (1, 6, 1.75, 457, 3022, 7),
    (2, 21, 6.25, 61, 573, 25),
    (2, 25, 6.25, 262, 1737, 25),
    (2, 26, 6.25, 331, 2543, 25),
    (2, 27, 6.25, 98, 545, 25),
]
ONE_STAGE = [
    (2, 4, 666, 6016),
    (2, 4, 528, 3818),
    (2, 4, 760, 5919),
    (2, 4, 187, 1448),
    (8, 4, 129, 927),
    (8, 4, 128, 819),
    (8, 4, 331, 2543),
    (8, 4, 568, 4011),
]


def province() -> survey.SurveyDesign:
    frame = pd.DataFrame(CLUSTERS, columns=["str", "clu", "wt", "ue91", "lab91", "fpc"])
    return survey.SurveyDesign(frame, weight="wt", stratum="str", psu="clu", population="fpc")


def one_stage(population: int) -> survey.SurveyDesign:
    frame = pd.DataFrame(ONE_STAGE, columns=["clu", "wt", "ue91", "lab91"]).assign(N=population)
    return survey.SurveyDesign(frame, weight="wt", psu="clu", population="N")


def stata(*, population: bool) -> survey.SurveyDesign:
    frame = pd.DataFrame(
        {
            "y": [2.8, 4.1, 6.8, 6.8, 9.2, 3.7, 6.6, 4.2],
            "h": [1] * 5 + [2] * 3,
            "w": [3.0] * 5 + [4.0] * 3,
            "N": [15] * 5 + [12] * 3,
        }
    )
    return survey.SurveyDesign(frame, weight="w", stratum="h", population="N" if population else None)


def test_stratified_clusters_with_fpc() -> None:
    mean = survey.mean(province(), "ue91").iloc[0]
    assert mean.estimate == pytest.approx(475.328125, rel=1e-12)
    assert mean.se == pytest.approx(133.7328634, rel=1e-9)
    assert mean.df == 6
    assert (mean.low, mean.high) == pytest.approx((148.0955966, 802.5606534), rel=1e-9)
    total = survey.total(province(), "ue91").iloc[0]
    assert (total.estimate, total.se) == pytest.approx((15210.5, 4279.45163), rel=1e-9)
    ratio = survey.ratio(province(), "ue91", "lab91").iloc[0]
    assert (ratio.estimate, ratio.se) == pytest.approx((0.1277787929, 0.003173563794), rel=1e-9)


def test_fpc_counts_clusters_where_clusters_are_given() -> None:
    totals = survey.total(one_stage(8), ["ue91", "lab91"])
    assert totals.estimate.tolist() == [13188.0, 102004.0]
    assert totals.se.tolist() == pytest.approx([3412.140091, 30833.96848], rel=1e-9)
    assert survey.ratio(one_stage(8), "ue91", "lab91").estimate[0] == pytest.approx(0.1292890475, rel=1e-9)


def test_fpc_that_counts_people_gives_the_known_wrong_number() -> None:
    totals = survey.total(one_stage(32), ["ue91", "lab91"])
    assert totals.se.tolist() == pytest.approx([3814.888596, 34473.42476], rel=1e-9)


def test_stata_fpc_data() -> None:
    without, corrected = survey.mean(stata(population=False), "y"), survey.mean(stata(population=True), "y")
    assert without.estimate[0] == pytest.approx(5.448148, abs=5e-7)
    assert without.se[0] == pytest.approx(0.74127, abs=5e-6)
    assert corrected.se[0] == pytest.approx(0.61604, abs=5e-6)
    assert survey.total(stata(population=False), "y").se[0] == pytest.approx(20.01424, abs=5e-6)
    total = survey.total(stata(population=True), "y")
    assert total.estimate[0] == pytest.approx(147.1, rel=1e-12)
    assert total.se[0] == pytest.approx(16.6331, abs=5e-5)


def test_benjamini_hochberg_table() -> None:
    p = [
        0.0001,
        0.0004,
        0.0019,
        0.0095,
        0.0201,
        0.0278,
        0.0298,
        0.0344,
        0.0459,
        0.3240,
        0.4262,
        0.5719,
        0.6528,
        0.7590,
        1,
    ]
    holm = [0.0015, 0.0056, 0.0247, 0.114, 0.2211, 0.278, 0.278, 0.278, 0.3213, *[1.0] * 6]
    bh = [0.0015, 0.003, 0.0095, 0.035625, 0.0603, 0.063857143, 0.063857143, 0.0645, 0.0765, 0.486, 0.58118182]
    bh += [0.714875, 0.75323077, 0.81321429, 1.0]
    assert survey.adjust_p(p, "holm").tolist() == pytest.approx(holm, abs=5e-9)
    assert survey.adjust_p(p, "bh").tolist() == pytest.approx(bh, abs=5e-9)
