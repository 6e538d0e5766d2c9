"""What is said of arguments that are none, and those that were once answered wrongly without a word."""

import numpy as np
import pandas as pd
import pytest

from analysis import survey

FRAME = pd.DataFrame({"y": [1, 2, 3, 4, 4, 2], "z": [2, 1, 4, 4, 1, 3], "d": list("aabbcc"), "s": list("pqpqpq")})
HELD = survey.SurveyDesign(FRAME)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: survey.rake(HELD, {"d": 10}), r"margin 'd' must give a number per category, as in \{'a': 120"),
        (lambda: survey.rake(HELD, ["d"]), "margins must give each column's totals, .* not list"),
        (lambda: survey.rake(HELD, {"s": {"p": 1, "q": 1}}, tolerance=-1), "tolerance must be a number of 0 or more"),
        (lambda: survey.poststratify(HELD, ["d", "x"], {}), "no column 'x'"),
        (lambda: survey.poststratify(HELD, [], {}), "poststratify needs at least one column in by"),
        (lambda: survey.trim(HELD, low="a"), "trim needs 0 <= low < high, not 'a' and inf"),
        (lambda: survey.merge_sums([1, 2]), "parts must be a list of Sums, at least one, not list"),
        (lambda: survey.collapse(HELD), "held must be Sums, not SurveyDesign"),
        (lambda: survey.sums(HELD, "y", joint="yes"), "joint must be True or False, not 'yes'"),
        (lambda: survey.forms([], "y"), "designs must be a list of SurveyDesigns, at least one"),
        (lambda: survey.forms([HELD], ["y", "z"]), "forms takes one variable in y, not 2"),
        (lambda: survey.quantile(HELD, "y", "0.5"), "q must be numbers, not '0.5'"),
        (lambda: survey.quantile(FRAME, "y", 0.5), "design must be a SurveyDesign, not DataFrame"),
        (lambda: survey.mean(FRAME, "y"), "source must be a SurveyDesign or Sums, not DataFrame"),
        (lambda: survey.mean(HELD, [["y"]]), "y must be names of columns, in order, not list"),
        (lambda: survey.mean(HELD, "y", {"d", "s"}), "by must be names of columns, in order, not set"),
        (lambda: survey.drivers(HELD, "y", ["z", "y"]), "y and x names a column twice: 'y'"),
        (lambda: survey.chi_square(HELD, ["y"], "d"), "rows must be the name of one column, not list"),
        (lambda: survey.bootstrap(HELD, "y", statistic=3), "statistic must be a function f"),
        (lambda: survey.bootstrap(HELD, "y", draws=10**400), "at most 10000000, not a number so large"),
        (lambda: survey.contrast(HELD, "y", "d", pd.Series({"a": 1e200})), "a combination hold values beyond 1e.75"),
        (lambda: survey.contrast(HELD, "y", "d", pd.Series([1, 2], ["a", "a"])), "weights name a domain twice"),
        (lambda: survey.Composite("i", "yz"), "composite 'i': parts must be tuples of columns, not 'yz'"),
        (lambda: survey.Composite("i", (("y",),), scale=np.inf), "scale must be a finite number other than 0, not inf"),
        (lambda: survey.Composite(3, (("y",),)), "name of a composite must be text, not 3"),
        (lambda: survey.SurveyDesign(FRAME, mask=[True] * 6), "mask cannot be list"),
        (lambda: survey.SurveyDesign(FRAME, weight=["y"]), "a column is asked for by its name, not by list"),
        (lambda: HELD.with_columns({"x": [1, 2]}), "column 'x' must have one value for each of 6 rows"),
        (lambda: HELD.with_columns({"x": FRAME.y[1:]}), "the labels of 'x' are not those of the frame's rows"),
        (lambda: survey.verdicts([1], [2], margin=1, note=pd.Series([pd.NA])), "note must be text, empty where"),
        (
            lambda: survey.verdicts(pd.Series([1], ["a"]), pd.Series([2], ["b"]), margin=1),
            "low, high and note name different rows; give an array to go by position",
        ),
        (lambda: survey.questions(sample="poll"), "sample must be one of design, counts, plain, areas, not 'poll'"),
        (lambda: survey.kruskal_wallis([1, 2], list("ab"), adjust="max-t"), "adjust must be one of holm"),
    ],
)
def test_an_argument_that_is_none_is_named(call, message: str) -> None:
    with pytest.raises(survey.SurveyError, match=message):
        call()


def test_a_column_given_for_its_name_is_not_read_out() -> None:
    """People's answers never stand in a message."""
    for call in (
        lambda: survey.mean(HELD, FRAME["y"], "d"),
        lambda: survey.mean(HELD, "y", FRAME["d"]),
        lambda: survey.mean(HELD, "y", level=FRAME["d"]),
        lambda: survey.pairwise(HELD, "y", "d", adjust=FRAME["d"]),
    ):
        with pytest.raises(survey.SurveyError, match=r"not Series$"):
            call()
    with pytest.raises(survey.SurveyError) as told:
        survey.pairwise(HELD, "y", "d", adjust="a word for word answer " * 9)
    assert len(str(told.value)) < 150


def test_verdicts_are_matched_by_their_labels() -> None:
    low, high = pd.Series([1.0, -5.0], ["a", "b"]), pd.Series([-2.0, 6.0], ["b", "a"])
    found = survey.verdicts(low, high, margin=0.5, note=pd.Series(["", ""], ["b", "a"]))
    assert found.to_dict() == {"a": "higher", "b": "lower"}
    assert survey.verdicts([1.0, -5.0], high[::-1], margin=0.5).index.tolist() == ["a", "b"]


def test_an_answer_in_single_precision_is_found_by_its_number() -> None:
    for kind in ("float32", "Float32"):
        held = survey.SurveyDesign(pd.DataFrame({"y": pd.Series([0.1, 0.2, 0.3, 0.1], dtype=kind)}))
        assert survey.proportion(held, "y", 0.1).estimate[0] == 0.5
        assert survey.proportion(held, "y", [0.2, np.float32(0.3)]).estimate[0] == 0.5
        assert survey.proportion(held, "y", 1e200).estimate[0] == 0


def test_any_real_number_is_a_share() -> None:
    expected = survey.quantile(HELD, "y", 0.5)
    for q in (np.float32(0.5), [0.5], np.array(0.5)):
        pd.testing.assert_frame_equal(survey.quantile(HELD, "y", q), expected)


def test_parts_of_a_composite_may_be_lists() -> None:
    listed, plain = survey.Composite("i", [["y"], ["z"]], 2), survey.Composite("i", (("y",), ("z",)), 2.0)
    assert listed == plain
    pd.testing.assert_frame_equal(survey.mean(HELD, listed, "d"), survey.mean(HELD, plain, "d"))


def test_columns_are_matched_by_their_labels() -> None:
    held = HELD.with_columns({"x": FRAME["y"].sample(frac=1, random_state=1), 7: 1})
    assert survey.mean(held, "x", "d").estimate.tolist() == survey.mean(HELD, "y", "d").estimate.tolist()
    assert held.frame[7].tolist() == [1] * 6
    assert "x" not in HELD.frame


def test_columns_may_be_named_by_numbers() -> None:
    """A frame read without a heading: what was summed is forgotten where the column changes."""
    wide = np.linspace(0, 1, 60) ** 2 * 77
    frame = pd.DataFrame({0: np.arange(60) % 4, 1: np.tile(list("ab"), 30), 2: wide})
    held = survey.SurveyDesign(frame)
    named = survey.SurveyDesign(frame.set_axis(["y", "d", "x"], axis=1))
    assert survey.rank_test(held, 2, 1).p == survey.rank_test(named, "x", "d").p
    assert survey.quantile(held, 2, 0.5, 1).low.tolist() == survey.quantile(named, "x", 0.5, "d").low.tolist()
    assert survey.mean(held.subset(frame[1] == "a"), 0).n[0] == 30
    before, after = survey.mean(held, 0), survey.mean(held.with_columns({0: frame[0] + 1}), 0)
    assert after.estimate[0] == before.estimate[0] + 1


def test_sums_that_lack_the_products_of_a_column_say_which() -> None:
    both = survey.Composite("both", (("y",), ("z",)))
    made = survey.sums(HELD.with_columns({"x": [1, 2, 3, 1, 2, 3]}), [both, "x"])
    with pytest.raises(survey.SurveyError, match="these sums hold no products of x; make them with joint=True"):
        survey.covariance(made, ["x", both])


def test_two_items_have_no_alpha_without_one_and_it_is_noted() -> None:
    assert survey.alpha(HELD, ["y", "z"]).items.note.tolist() == ["undefined", "undefined"]
    three = survey.alpha(HELD.with_columns({"x": [1, 2, 3, 3, 4, 2]}), ["y", "z", "x"])
    assert three.items.note.tolist() == ["", "", ""]


def test_texts_summed_by_category_have_no_mean() -> None:
    """Sums keep what they were made of: words have shares alone."""
    words = survey.sums(HELD, ["s", "y"], "d", as_categories=True)
    wide = survey.sums(HELD.with_columns({"s": FRAME["y"] * 100.5, "y": FRAME["z"] * 77.7}), ["s", "y"], "d")
    for call in (
        lambda: survey.mean(words, "s", "d"),
        lambda: survey.total(words, "s"),
        lambda: survey.pairwise(words, "s", "d"),
        lambda: survey.sums(HELD, ["s", "d"], joint=True, as_categories=True),
        lambda: survey.merge_sums([words, wide]),
    ):
        with pytest.raises(survey.SurveyError, match="answers that are no numbers; give shares with proportion"):
            call()
    assert survey.mean(words, "y", "d").estimate.tolist() == survey.mean(HELD, "y", "d").estimate.tolist()


def test_shares_of_areas_are_matched_by_name() -> None:
    names = list("abcdefgh")
    y, shares = pd.Series(np.arange(8.0) % 3, names), pd.Series(np.arange(1.0, 9), names)
    one, other = (survey.fay_herriot(y, np.ones(8), np.ones(8), shares=given) for given in (shares, shares[::-1]))
    assert one.benchmark_ratio == other.benchmark_ratio
