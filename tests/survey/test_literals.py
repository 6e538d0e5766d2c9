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


ATTITUDE = (
    "43 51 30 39 61 92 45|63 64 51 54 63 73 47|71 70 68 69 76 86 48|61 63 45 47 54 84 35|81 78 56 66 71 83 47|"
    "43 55 49 44 54 49 34|58 67 42 56 66 68 35|71 75 50 55 70 66 41|72 82 72 67 71 83 31|67 61 45 47 62 80 41|"
    "64 53 53 58 58 67 34|67 60 47 39 59 74 41|69 62 57 42 55 63 25|68 83 83 45 59 77 35|77 77 54 72 79 77 46|"
    "81 90 50 72 60 54 36|74 85 64 69 79 79 63|65 60 65 75 55 80 60|65 70 46 57 75 85 46|50 58 68 54 64 78 52|"
    "50 40 33 34 43 64 33|64 61 52 62 66 80 41|53 66 52 50 63 80 37|40 37 42 58 50 57 49|63 54 42 48 66 75 33|"
    "66 77 66 63 88 76 72|78 75 58 74 80 78 49|48 57 44 45 51 83 38|85 85 71 71 77 74 55|82 82 39 59 64 78 39"
)
NAMES = ["rating", "complaints", "privileges", "learning", "raises", "critical", "advance"]


def attitude() -> survey.SurveyDesign:
    rows = [[int(value) for value in row.split()] for row in ATTITUDE.split("|")]
    return survey.SurveyDesign(pd.DataFrame(rows, columns=NAMES))


def test_kruskal_wallis_and_dunn_of_hollander_and_wolfe() -> None:
    values = [2.9, 3.0, 2.5, 2.6, 3.2, 3.8, 2.7, 4.0, 2.4, 2.8, 3.4, 3.7, 2.2, 2.0]
    found = survey.kruskal_wallis(values, ["a"] * 5 + ["b"] * 4 + ["c"] * 5)
    assert found.statistic == pytest.approx(0.771429, abs=5e-7)
    assert found.p == pytest.approx(0.67996, abs=5e-6)
    assert found.pairs.z.abs().tolist() == pytest.approx([0.641426, 0.226778, 0.855235], abs=2e-6)
    assert found.pairs.p.tolist() == pytest.approx([0.5212, 0.8206, 0.3924], abs=5e-5)


def test_brunner_munzel_of_the_pain_scores() -> None:
    y, n = [1, 2, 1, 1, 1, 1, 1, 1, 1, 1, 2, 4, 1, 1], [3, 3, 4, 3, 1, 2, 3, 1, 1, 5, 4]
    found = survey.brunner_munzel(y, n)
    assert found.statistic == pytest.approx(3.1374675, abs=5e-8)
    assert found.df == pytest.approx(17.6828, abs=5e-5)
    assert found.p == pytest.approx(0.0057862, abs=5e-8)
    assert (found.superiority, found.low, found.high) == pytest.approx((0.78896104, 0.59521686, 0.98270521), abs=5e-9)


def test_lmg_shares_of_attitude() -> None:
    found = survey.drivers(attitude(), "rating", NAMES[1:], draws=20)
    assert found.r_squared == pytest.approx(0.73260199, abs=5e-9)
    expected = [0.3708161943, 0.0509037930, 0.1557659902, 0.1203450794, 0.0065887225, 0.0281822131]
    assert found.table.lmg.tolist() == pytest.approx(expected, abs=5e-11)
    assert found.table.share.sum() == pytest.approx(1.0)


def test_alpha_of_attitude() -> None:
    found = survey.alpha(attitude(), NAMES)
    assert found.estimate == pytest.approx(0.84314277, abs=5e-9)
    assert found.standardised == pytest.approx(0.83908380, abs=5e-9)
    without = found.items.set_index("item").alpha_without["critical"]
    assert without == pytest.approx(0.86387231, abs=5e-9)


def test_rank_sets_from_counts() -> None:
    found = survey.rank_sets_counts([18, 39, 55, 65, 90, 107, 128, 146, 162, 190])
    assert found.rank_low.tolist() == [9, 7, 6, 5, 4, 3, 2, 1, 1, 1]
    assert found.rank_high.tolist() == [10, 10, 9, 9, 8, 7, 6, 5, 4, 3]
    assert found["rank"].tolist() == list(range(10, 0, -1))
