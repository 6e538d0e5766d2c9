"""Bad input gives a clear error or a noted row; never a NaN without a note, never a warning (warnings are errors
here)."""

import numpy as np
import pandas as pd
import pytest

from analysis import survey


def frame_of(**columns: object) -> pd.DataFrame:
    return pd.DataFrame({"y": [1, 2, 3, 4, 4, 3, 2, 4], "d": list("aabbccdd"), **columns})


@pytest.mark.parametrize(
    ("columns", "y", "by", "message"),
    [
        ({"y": list("abcdefgh")}, "y", "d", "column 'y' holds str values where numbers are needed"),
        ({"y": pd.Categorical(list("abcdefgh"))}, "y", "d", "column 'y' holds text; give its share with proportion()"),
        (
            {"y": [np.inf, 1, 2, 3, 4, 5, 6, -np.inf]},
            "y",
            "d",
            r"column 'y' holds infinite values \(rows 0, 7, counted",
        ),
        ({}, "z", "d", "no column 'z'; the columns are y, d"),
        ({}, "y", "z", "no column 'z'"),
        ({"d": [None] * 8}, "y", "d", "no row has a value in d"),
        ({"t": pd.to_datetime(["2026-01-01"] * 8)}, "t", "d", "where numbers are needed"),
    ],
)
def test_what_is_refused(columns: dict[str, object], y: str, by: str, message: str) -> None:
    with pytest.raises(survey.SurveyError, match=message):
        survey.mean(survey.SurveyDesign(frame_of(**columns)), y, by)


def test_doubled_columns_are_refused_where_they_are_used() -> None:
    frame = frame_of()
    doubled = pd.concat([frame, frame[["y"]]], axis=1)
    held = survey.SurveyDesign(doubled)
    with pytest.raises(survey.SurveyError, match="2 columns are called 'y'"):
        survey.mean(held, "y", "d")


def noted(table: pd.DataFrame) -> None:
    bare = table[table.note == ""]
    numeric = bare.select_dtypes("number")
    assert numeric.notna().all().all()


@pytest.mark.parametrize("dtype", ["float64", "Int8", "Float64", "object"])
def test_all_missing(dtype: str) -> None:
    frame = frame_of(y=pd.Series([None] * 8, dtype=dtype))
    held = survey.SurveyDesign(frame)
    for table in (
        survey.mean(held, "y", "d"),
        survey.total(held, "y"),
        survey.pairwise(held, "y", "d"),
        survey.against_whole(held, "y", "d"),
        survey.quantile(held, "y", 0.5, "d"),
        survey.mean(held, survey.Composite("c", (("y",),)), "d"),
    ):
        noted(table)
        assert (table.note != "").all()


def test_categories_without_rows_are_noted_rows() -> None:
    frame = frame_of(d=pd.Categorical(list("aabbccdd"), categories=list("abcde")))
    held = survey.SurveyDesign(frame)
    table = survey.mean(held, "y", "d")
    assert table.note.tolist()[-1] == "no respondents"
    assert table.n.tolist()[-1] == 0
    noted(table)
    noted(survey.pairwise(held, "y", "d"))
    noted(survey.against_whole(held, "y", "d"))
    assert survey.rank_test(held, "y", "d").groups == ("a", "b", "c", "d")


def test_ordered_categories_keep_their_order() -> None:
    frame = frame_of(d=pd.Categorical(list("aabbccdd"), categories=list("dcba"), ordered=True))
    assert survey.mean(survey.SurveyDesign(frame), "y", "d").d.tolist() == list("dcba")


def test_one_group() -> None:
    held = survey.SurveyDesign(frame_of(d=["a"] * 8))
    assert len(survey.mean(held, "y", "d")) == 1
    with pytest.raises(survey.SurveyError, match="at least two levels"):
        survey.pairwise(held, "y", "d")
    with pytest.raises(survey.SurveyError, match="answers in at least two groups"):
        survey.rank_test(held, "y", "d")
    with pytest.raises(survey.SurveyError, match="at least two answers of each variable"):
        survey.chi_square(held, "y", "d")
    whole = survey.against_whole(held, "y", "d")
    assert whole.difference[0] == pytest.approx(0)
    assert whole.note[0] != ""


def test_quantiles_of_several_columns_stand_below_each_other() -> None:
    held = survey.SurveyDesign(frame_of(z=[5.0, 6, 7, 8, 9, 10, 11, 12]))
    table = survey.quantile(held, ["y", "z"], [0.25, 0.5])
    assert table.variable.tolist() == ["y", "y", "z", "z"]
    assert table.estimate.tolist() == [2, 3, 6, 8]
    with pytest.raises(survey.SurveyError, match="q must lie between 0 and 1"):
        survey.quantile(held, "y", 50)


def test_an_empty_domain() -> None:
    held = survey.SurveyDesign(frame_of()).subset([False] * 8)
    table = survey.mean(held, "y", "d")
    assert (table.note == "no respondents").all()
    assert survey.mean(held, "y").n[0] == 0


@pytest.mark.parametrize(
    ("name", "ask"),
    [
        ("n", lambda held, by: survey.mean(held, "y", by)),
        ("variable", lambda held, by: survey.proportion(held, "y", 1, by)),
        ("note", lambda held, by: survey.total(held, "y", by)),
        ("q", lambda held, by: survey.quantile(held, "y", 0.5, by)),
        ("whole", lambda held, by: survey.against_whole(held, "y", by)),
        ("draws", lambda held, by: survey.bootstrap(held, "y", by, draws=9)),
        ("deff", survey.weight_diagnostics),
    ],
)
def test_labels_are_not_lost_under_a_column_of_the_result(name: str, ask) -> None:
    held = survey.SurveyDesign(frame_of().rename(columns={"d": name}))
    with pytest.raises(survey.SurveyError, match=f"the result has a column {name!r} of its own; rename that of by"):
        ask(held, name)


def test_limits_that_are_turned_around_are_refused() -> None:
    """Low above high would lie inside every margin."""
    with pytest.raises(survey.SurveyError, match="low lies above high in rows 1"):
        survey.verdicts([0, 5, np.nan], [1, -3, 0], margin=1)


def test_ten_thousand_domains() -> None:
    rows = 40_000
    frame = pd.DataFrame({"y": np.arange(rows) % 4 + 1, "d": np.arange(rows) % 10_000 // 1})
    held = survey.SurveyDesign(frame)
    table = survey.mean(held, "y", "d")
    assert len(table) == 10_000
    noted(table)
    told = (
        "10001 domains by variables would need a table of 10001² numbers; at most 8000 fit. Ask for one variable at a "
        r"time, or give the domains that are not asked about one label together; mean\(\) takes any number"
    )
    with pytest.raises(survey.SurveyError, match=told):
        survey.pairwise(held, "y", "d")


def test_more_domains_than_compare_with_the_whole_are_told_what_to_do() -> None:
    """What the message says is done, and the domains asked about come out as before."""
    rows = np.arange(8_400)
    frame = pd.DataFrame({"y": (rows // 4_200 + rows) % 4 + 1, "d": rows % 4_200})
    told = (
        r"against_whole takes up to 3999 domains, not 4200. Give the domains that are not asked about one label "
        r"together \(the whole stays the same\), or take a coarser column in by"
    )
    with pytest.raises(survey.SurveyError, match=told):
        survey.against_whole(survey.SurveyDesign(frame), "y", "d")
    some = frame[frame.d < 1_400]
    every = survey.against_whole(survey.SurveyDesign(some), "y", "d")
    joined = survey.against_whole(survey.SurveyDesign(some.assign(d=some.d.where(some.d < 20, 9_999))), "y", "d")
    assert every.difference[:20].tolist() == pytest.approx(joined.difference[:20].tolist())
    assert every.se[:20].tolist() == pytest.approx(joined.se[:20].tolist())


def test_weights_of_a_million_million() -> None:
    frame = frame_of(w=[1e12, 1, 2e12, 3, 1e12, 5, 7, 1e12])
    noted(survey.mean(survey.SurveyDesign(frame, weight="w"), "y", "d"))
    noted(survey.total(survey.SurveyDesign(frame, weight="w"), "y"))


def test_wide_and_large_values_keep_their_digits() -> None:
    frame = pd.DataFrame({"y": 1e9 + np.array([0.25, 0.5, 0.75, 1.0, 1.5, 2.0])})
    row = survey.mean(survey.SurveyDesign(frame), "y").iloc[0]
    assert row.se == pytest.approx((frame.y - 1e9).std() / np.sqrt(6), rel=1e-7)


@pytest.mark.parametrize("level", [95, 0, 1, -0.5])
def test_a_level_outside_0_to_1_is_refused(level: float) -> None:
    with pytest.raises(survey.SurveyError, match=r"level must lie between 0 and 1 \(0.95 for 95 %\)"):
        survey.mean(survey.SurveyDesign(frame_of()), "y", level=level)


def test_an_answer_that_cannot_be_is_refused_and_one_that_could_is_a_share_of_0() -> None:
    held = survey.SurveyDesign(frame_of(s=list("ppqqppqq")))
    with pytest.raises(survey.SurveyError, match="has answers like 1; none can be 'high'"):
        survey.proportion(held, "y", "high")
    assert survey.proportion(held, "y", 9).estimate[0] == 0
    assert survey.proportion(held, "s", "p").estimate[0] == 0.5


def test_margins_at_fault_are_named_all_at_once() -> None:
    held = survey.SurveyDesign(frame_of(sex=list("fmfmfmfm")))
    with pytest.raises(survey.SurveyError) as told:
        survey.rake(held, {"sex": {"f": 10, "x": 5}, "d": {"a": 1, "b": 1, "c": 1, "d": -1}})
    assert [str(fault) for fault in told.value.faults] == [
        "margin 'sex' gives no total for 'm', where there are respondents",
        "margin 'sex': no respondents in 'x'; join it with another category",
        "margin 'd': totals must be 0, or lie between 1e-100 and 1e100 ('d')",
        "the margins' totals disagree: 'sex' 15, 'd' 2",
    ]


def test_ranks_of_what_cannot_be_ranked() -> None:
    x = pd.Series({"a": 1.0, "b": 2.0})
    cov = pd.DataFrame(np.eye(2), index=["a", "b"], columns=["a", "b"])
    with pytest.raises(survey.SurveyError, match="covariance has no row or column for c"):
        survey.rank_sets(pd.concat([x, pd.Series({"c": 3.0})]), cov)
    with pytest.raises(survey.SurveyError, match="covariance is not symmetric"):
        survey.rank_sets(x, pd.DataFrame([[1, 0.5], [0, 1]], index=["a", "b"], columns=["a", "b"]))
    with pytest.raises(survey.SurveyError, match="df must be above 0"):
        survey.rank_sets(x, cov, df=0)
    left_out = survey.rank_sets(pd.Series({"a": 1.0, "b": np.nan}), cov)
    assert left_out.note.tolist() == ["", "undefined"]
    assert left_out.rank_high[0] == 1


def test_areas_that_cannot_be_modelled() -> None:
    with pytest.raises(survey.SurveyError) as told:
        survey.fay_herriot([1.0, np.nan, 3.0], [1.0, 0.0, 1.0], np.ones(3))
    assert [str(fault) for fault in told.value.faults] == [
        "estimate is missing or infinite for areas 1",
        "variance is not above 0 for areas 1",
        "3 areas are too few for 1 covariates; at least 6",
    ]
    flat = survey.fay_herriot(np.linspace(1, 1.01, 12), np.full(12, 5.0), np.ones(12))
    assert (flat.usable, flat.variance) == (False, 0.0)
    assert "variance between areas is 0" in flat.reason


def test_plain_samples_say_what_is_wrong_and_keep_the_groups_order() -> None:
    values = [1, 2, 3, 2, 4, 5]
    ordered = pd.Categorical(list("lllhhh"), categories=["l", "h", "never"], ordered=True)
    for test in (survey.kruskal_wallis, survey.welch):
        pair = test(values, ordered).pairs.iloc[0]
        assert (pair.a, pair.b) == ("l", "h")
        with pytest.raises(survey.SurveyError, match="values hold text where numbers are needed"):
            test(["x", *values[1:]], ordered)
        with pytest.raises(survey.SurveyError, match="values are infinite in rows 1, counted from 0"):
            test([1, np.inf, 3, 2, 4, 5], ordered)
        with pytest.raises(survey.SurveyError, match="6 values for 2 groups"):
            test(values, ["a", "b"])
        assert test(pd.array([1, None, 3, 2, 4, 5], dtype="Int8"), ordered).n_missing == 1
    with pytest.raises(survey.SurveyError, match="y hold text"):
        survey.brunner_munzel([1, 2, 3], ["a", "b"])


def test_rank_sets_take_plain_arrays_and_names_in_any_order() -> None:
    named = pd.Series({"a": 3.0, "b": 2.0, "c": 1.0})
    table = pd.DataFrame(np.diag([0.01, 0.5, 0.03]), index=list("abc"), columns=list("abc"))
    expected = survey.rank_sets(named, table)
    columns = ["rank", "rank_low", "rank_high"]
    turned = survey.rank_sets(named, table.loc[list("cab"), list("bca")])
    plain = survey.rank_sets([3.0, 2.0, 1.0], table.to_numpy())
    pd.testing.assert_frame_equal(turned, expected)
    assert plain.name.tolist() == [1, 2, 3]
    assert plain[columns].equals(expected[columns])
    assert survey.rank_sets(named, table.to_numpy()).equals(expected)
    with pytest.raises(survey.SurveyError, match=r"covariance of shape \(2, 2\) does not fit 3 estimates"):
        survey.rank_sets(named, np.eye(2))
    counted = survey.rank_sets_counts({"a": 10, "b": 90})
    assert counted.equals(survey.rank_sets_counts(pd.Series({"a": 10, "b": 90})))
    with pytest.raises(survey.SurveyError, match="whole numbers of 0 or more"):
        survey.rank_sets_counts(["a", "b"])


def test_areas_are_matched_by_name() -> None:
    rng = np.random.default_rng(0)
    names = list("abcdefghij")
    y, d = pd.Series(rng.normal(size=10), names), pd.Series(rng.uniform(0.1, 0.4, 10), names)
    x = pd.DataFrame({"one": 1.0, "x": rng.normal(size=10)}, names)
    expected = survey.fay_herriot(y, d, x)
    turned = survey.fay_herriot(y, d[::-1], x.sample(frac=1, random_state=1), method="REML")
    assert turned.table.equals(expected.table)
    assert survey.fay_herriot(y.to_numpy(), d.to_numpy(), x.to_numpy()).variance == expected.variance
    with pytest.raises(survey.SurveyError, match="name different areas"):
        survey.fay_herriot(y, d.rename({"a": "z"}), x)


def test_margins_of_text_and_numbers_too_large_to_sum() -> None:
    frame = pd.DataFrame({"y": [1.0, 2.0, 3.0, 1e80], "d": list("aabb"), "w": [1.0, 1.0, 1e150, 1.0]})
    with pytest.raises(survey.SurveyError, match="margin 'd' must give a number per category"):
        survey.rake(survey.SurveyDesign(frame), {"d": {"a": "10", "b": 20}})
    with pytest.raises(survey.SurveyError, match="holds values beyond 1e"):
        survey.mean(survey.SurveyDesign(frame), "y")
    with pytest.raises(survey.SurveyError, match="is outside 1e-100 to 1e100 in rows 2"):
        survey.SurveyDesign(frame, weight="w")
    with pytest.raises(survey.SurveyError, match="no column 3"):
        survey.mean(survey.SurveyDesign(frame), "y", 3)
    with pytest.raises(survey.SurveyError, match="no variable was named"):
        survey.mean(survey.SurveyDesign(frame), None)


def test_numbers_kept_as_objects_are_numbers() -> None:
    frame = pd.DataFrame({"y": pd.Series([1, None, 3, 4], dtype=object), "d": list("aabb")})
    assert survey.mean(survey.SurveyDesign(frame), "y", "d").estimate.tolist() == [1.0, 3.5]
    mixed = frame.assign(y=pd.Series([1, "2", 3, 4], dtype=object))
    with pytest.raises(survey.SurveyError, match="holds object values where numbers are needed"):
        survey.mean(survey.SurveyDesign(mixed), "y", "d")


def test_drivers_of_an_answer_that_is_always_the_same() -> None:
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"y": 4, "x": rng.integers(1, 5, 60), "w": rng.uniform(0.3, 2, 60)})
    found = survey.drivers(survey.SurveyDesign(frame, weight="w"), "y", ["x"])
    assert (found.note, found.table.note.tolist()) == ("constant", ["constant"])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: survey.adjust_p(["a"]), "p-values hold text where numbers are needed"),
        (lambda: survey.adjust_p([0.1, 2.0]), "p-values must lie between 0 and 1"),
        (lambda: survey.adjust_p([np.inf]), "p-values are infinite in rows 0"),
        (lambda: survey.effective_size(["a"]), "weights hold text where numbers are needed"),
        (lambda: survey.effective_size([1.0, np.nan]), "weights must be numbers of 0 or more, none missing"),
        (lambda: survey.effective_size([1.0, -1.0]), "weights must be numbers of 0 or more, none missing"),
    ],
)
def test_plain_numbers_at_fault(call, message: str) -> None:
    with pytest.raises(survey.SurveyError, match=message):
        call()


def test_an_effective_size_of_nobody_and_of_weights_too_large_to_square() -> None:
    assert survey.effective_size([]) == survey.effective_size([0, 0]) == 0.0
    assert survey.effective_size([1e200, 1e200, 0]) == 2.0


PAIR = survey.SurveyDesign(pd.DataFrame({"y": [1, 2, 3, 4], "z": [2, 1, 4, 4], "d": list("aabb"), "one": "x"}))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: survey.mean(PAIR, "y", level=None), "level must lie between 0 and 1"),
        (lambda: survey.mean(PAIR, "y", level="0.95"), "level must lie between 0 and 1"),
        (lambda: survey.pairwise(PAIR, "y", "d", adjust="max-t", seed=-1), "seed must be a whole number"),
        (lambda: survey.rank_sets([1, 2], np.eye(2), draws=0), "draws must be a whole number, at least two"),
        (lambda: survey.rank_sets([1, 2], np.eye(2), df="a"), "df must be above 0"),
        (lambda: survey.bootstrap(PAIR, "y", draws=2.5), "draws must be a whole number, at least two"),
        (lambda: survey.drivers(PAIR, "y", ["z"], draws=0), "draws must be a whole number, at least two"),
        (lambda: survey.contrast(PAIR, "y", "d", pd.Series({"a": "x"})), "must be finite numbers"),
        (lambda: survey.contrast(PAIR, "y", "d", pd.Series({"a": 0.0})), "must weigh one domain at least"),
        (lambda: survey.contrast(PAIR, "y", "d", pd.DataFrame()), "must weigh one domain at least"),
        (lambda: survey.rank_test(PAIR, ["y"], "d"), "y must be the name of one column"),
        (
            lambda: survey.pairwise_ranks(PAIR, survey.Composite("i", (("y",), ("z",))), "d"),
            "y must be the name of one column",
        ),
        (lambda: survey.pairwise_ranks(PAIR, "y", None), "needs a column of groups in by"),
        (lambda: survey.pairwise_ranks(PAIR, "y", "one"), "at least two levels in by"),
        (lambda: survey.pairwise(PAIR, "y", "d", within="d"), "at least two levels in by"),
        (lambda: survey.pairwise(PAIR, "y", "d", within=["one", "one"]), "within"),
        (lambda: survey.proportion(PAIR, "y", None), "answer must be a value or a list of values"),
        (lambda: survey.proportion(PAIR, "y", [1, np.nan]), "answer must be a value or a list of values"),
        (lambda: survey.proportion(PAIR, "y", []), "answer must be a value or a list of values"),
        (lambda: survey.proportion(PAIR, "y", {1: 2}), "answer must be a value or a list of values"),
        (
            lambda: survey.rake(PAIR, {"d": pd.Series([5, 5, 5], index=list("aab"))}),
            "margin 'd' gives a category twice",
        ),
    ],
)
def test_arguments_that_are_no_answer_to_what_was_asked(call, message: str) -> None:
    with pytest.raises(survey.SurveyError, match=message):
        call()


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: survey.rank_sets(["a", "b"], np.eye(2)), "estimates must be numbers"),
        (lambda: survey.rank_sets_counts([np.inf, 1]), "whole numbers of 0 or more"),
        (lambda: survey.fay_herriot(list("abcdefgh"), np.ones(8), np.ones(8)), "estimate must be numbers"),
        (lambda: survey.fay_herriot(np.arange(8), list("abcdefgh"), np.ones(8)), "variance must be numbers"),
        (lambda: survey.verdicts(["a"], ["b"], margin=1), "low must be numbers"),
        (lambda: survey.verdicts([1], [2], margin="x"), "margin must be a finite number above 0"),
        (lambda: survey.verdicts([1], [2], margin=10**400), "margin must be a finite number above 0"),
        (
            lambda: survey.contrast(survey.SurveyDesign(pd.DataFrame({"y": [1, 2], "d": ["a", "b"]})), "y", "d", [1]),
            "weights must be a pandas Series .* not list",
        ),
    ],
)
def test_plain_arrays_at_fault(call, message: str) -> None:
    with pytest.raises(survey.SurveyError, match=message):
        call()
