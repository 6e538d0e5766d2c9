"""Every public function, asked of every kind of odd column and given what its parameters were not made for: a clear
refusal, or a result in which each number that is missing has its note. Never another exception, never a warning
(warnings are errors here)."""

import dataclasses
import inspect
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import Any

import numpy as np
import pandas as pd
import pytest

from analysis import survey

ROWS = 24
# Empty by their own description: H has one df, Shapiro & Wilk no p beyond 5,000 areas.
BY_DESIGN = {"ddf", "normality_p"}
Change = Callable[[pd.DataFrame], pd.DataFrame]


def calm(rows: int = ROWS) -> pd.DataFrame:
    at = np.arange(rows)
    frame = pd.DataFrame({"y": at * 7 % 5 + 1, "z": at * 5 % 3 + 1, "x": at * 11 % 4 + 1.5, "w": 1.0 + at % 5})
    frame["g"], frame["e"] = np.array(list("abc"))[at % 3], np.array(list("pq"))[at // 3 % 2]
    return frame.assign(s=np.array(["s", "t"])[at % 2], c=at % 2 * 10 + at // 4 % 3)


def cells(column: str, values: object, dtype: object = None) -> Change:
    """Put a few values, again and again, into a column."""

    def change(frame: pd.DataFrame) -> pd.DataFrame:
        again = list(values) * (len(frame) // len(list(values)))  # type: ignore[call-overload]
        return frame.assign(**{column: pd.Series(again, dtype=dtype, index=frame.index)})  # type: ignore[call-overload]

    return change


def groups(values: Callable[[int], object]) -> Change:
    return lambda frame: frame.assign(g=values(len(frame)))


KINDS: dict[str, Change] = {
    "nothing odd": lambda frame: frame,
    "text": cells("y", ["baik", "buruk"]),
    "digits as text": cells("y", ["1", "2", "3"]),
    "bytes": cells("y", [b"1"]),
    "lists": cells("y", [[1, 2], [3]]),
    "infinite": cells("y", [np.inf, 1, 2, -np.inf]),
    "only NaN": cells("y", [np.nan]),
    "only None": cells("y", [None], object),
    "None among objects": cells("y", [1, None, 3, 4], object),
    "whole numbers with NA": cells("y", [1, 2, None, 4], "Int64"),
    "wide values that part the groups": lambda frame: frame.assign(y=(frame["g"] == "a") * 100 + np.arange(len(frame))),
    "wide values with NA": cells("y", [1.5, 2, None, 4], "Float64"),
    "complex": cells("y", [1 + 2j, 2, 3, 4]),
    "complex objects": cells("y", [1 + 2j, 2, 3, 4], object),
    "truth values": cells("y", [True, False, True, True]),
    "truth with NA": cells("y", [True, False, None], "boolean"),
    "dates": cells("y", [pd.Timestamp("2026-01-02"), None, pd.Timestamp("2026-03-04")]),
    "spans of time": cells("y", [pd.Timedelta(days=1), pd.Timedelta(days=3)]),
    "decimals": cells("y", [Decimal("1.5"), None, Decimal("NaN"), Decimal(3)], object),
    "1e300": cells("y", [1e300, -1e300, 3, 4]),
    "1e70": cells("y", [1e70, -1e70, 3, 4]),
    "1e-300": cells("y", [1e-300, -1e-300, 3e-300, 4e-300]),
    "next to each other far out": cells("y", [1e12, 1e12 + 1, 1e12 + 2, 1e12]),
    "long whole numbers": cells("y", [2**62, -(2**62), 5]),
    "longer ones": cells("y", [2**64 - 1, 1, 5], "uint64"),
    "longer than a float": cells("y", [10**400, 1, 2], object),
    "always the same": cells("y", [3]),
    "one answer": cells("y", [3.0] + [np.nan] * (ROWS - 1)),
    "categories of numbers": cells("y", [1, 2, None], pd.CategoricalDtype([9, 2, 1], ordered=True)),
    "categories of nothing": cells("y", [None], pd.CategoricalDtype([])),
    "empty categories": cells("g", list("abc"), pd.CategoricalDtype(list("zabcd"))),
    "one group": groups(lambda rows: ["a"] * rows),
    "no group": groups(lambda rows: [None] * rows),
    "groups of several types": groups(lambda rows: [1, "a", None, 2.5] * (rows // 4)),
    "groups of lists": groups(lambda rows: [[1], [2]] * (rows // 2)),
    "infinite groups": groups(lambda rows: [np.inf, 1, 2, -np.inf] * (rows // 4)),
    "each a group": groups(lambda rows: list(range(rows))),
    "a group without answers": lambda frame: frame.assign(y=frame.y.where(frame.g != "a")),
    "weights of 1e12": cells("w", [1e12, 1, 2e12, 3]),
    "weights 1e99 and 1e-99": cells("w", [1e99, 1, 1e-99, 3]),
    "weights of 0": cells("w", [0, 1, 2]),
    "negative weights": cells("w", [-1, 1, 2]),
    "missing weights": cells("w", [np.nan, 1, 2]),
    "no weights": cells("w", [None], object),
    "weights of text": cells("w", ["a"]),
    "complex weights": cells("w", [1 + 1j]),
    "strata of lists": cells("s", [[1], [2]]),
    "missing strata": cells("s", ["s", None]),
    "doubled columns": lambda frame: pd.concat([frame, frame[["y"]]], axis=1),
    "unknown column": lambda frame: frame.drop(columns="y"),
    "no rows": lambda frame: frame[:0],
    "one row": lambda frame: frame[:1],
    "two rows": lambda frame: frame[:2],
    "rows named alike": lambda frame: frame.set_axis([0] * len(frame)),
    "ten thousand groups": lambda _: calm(20_004).assign(g=np.arange(20_004) % 10_000),
}

FITTED = {"e": {"p": 50, "q": 70}}
INDEX = survey.Composite("i", (("y",), ("z", "x")))
OF_DESIGNS: dict[str, Callable[[survey.SurveyDesign], object]] = {
    "mean": lambda held: survey.mean(held, ["y", "z"], ["g", "e"]),
    "mean of several": lambda held: survey.mean(held, INDEX, "g"),
    "total": lambda held: survey.total(held, ["y", "z"], "g"),
    "ratio": lambda held: survey.ratio(held, "z", "y", "g"),
    "proportion": lambda held: survey.proportion(held, "y", 1, "g"),
    "quantile": lambda held: survey.quantile(held, "y", [0.1, 0.5], "g"),
    "pairwise": lambda held: survey.pairwise(held, ["y", "z"], "g"),
    "pairwise, max-t": lambda held: survey.pairwise(held, "y", "g", adjust="max-t"),
    "against_whole": lambda held: survey.against_whole(held, "y", "g"),
    "contrast": lambda held: survey.contrast(held, "y", "g", pd.Series({"a": 1.0, "b": -1.0})),
    "rank_test": lambda held: survey.rank_test(held, "y", "g"),
    "rank_test, scores": lambda held: survey.rank_test(held, "y", "g", kind="van-der-waerden"),
    "rank_test, two": lambda held: survey.rank_test(held, "y", "e", kind="wilcoxon"),
    "pairwise_ranks": lambda held: survey.pairwise_ranks(held, "y", "g"),
    "chi_square": lambda held: survey.chi_square(held, "y", "g"),
    "alpha": lambda held: survey.alpha(held, ["y", "z", "x"]),
    "drivers": lambda held: survey.drivers(held, "z", ["y", "x"], draws=10),
    "drivers of it": lambda held: survey.drivers(held, "y", ["z", "x"], draws=10),
    "bootstrap": lambda held: survey.bootstrap(held, ["y", "z"], "g", draws=10),
    "bootstrap, fitted": lambda held: survey.bootstrap(survey.rake(held, FITTED), "y", "g", draws=10),
    "rake": lambda held: survey.mean(survey.rake(held, FITTED), "y", "g"),
    "rake by group": lambda held: survey.total(survey.rake(held, {"g": {"a": 5, "b": 6, "c": 7}}), "z"),
    "poststratify": lambda held: survey.weights(survey.poststratify(held, ["g", "e"], {("a", "p"): 5.0})),
    "trim": lambda held: survey.mean(survey.trim(held, low=0.5, high=4), "y"),
    "weight_diagnostics": lambda held: survey.weight_diagnostics(held, "g"),
    "sums": lambda held: survey.mean(survey.merge_sums([survey.sums(held, "y", "g")] * 2), "y"),
    "collapse": lambda held: survey.mean(survey.collapse(survey.sums(held, "y", ["g", "e"]), "e"), "y", "e"),
    "forms": lambda held: [form.variance for form in survey.forms([held, held], "y", "g")],
    "subset": lambda held: survey.mean(held.subset(held.frame["g"] == "a"), "y", "g"),
}
OF_COLUMNS: dict[str, Callable[[pd.DataFrame], object]] = {
    "kruskal_wallis": lambda frame: survey.kruskal_wallis(frame["y"], frame["g"]),
    "brunner_munzel": lambda frame: survey.brunner_munzel(frame["y"], frame["z"]),
    "effective_size": lambda frame: survey.effective_size(frame["w"]),
    "effective_size of it": lambda frame: survey.effective_size(frame["y"]),
    "adjust_p": lambda frame: survey.adjust_p(frame["y"]),
    "rank_sets": lambda frame: survey.rank_sets(frame["y"][:9].reset_index(drop=True), np.eye(9), draws=99),
    "rank_sets, covariance": lambda frame: survey.rank_sets(np.arange(9), np.diag(frame["y"][:9]), draws=99),
    "rank_sets_counts": lambda frame: survey.rank_sets_counts(frame["y"][:9].reset_index(drop=True)),
    "fay_herriot": lambda frame: survey.fay_herriot(frame["y"], frame["w"], np.ones(len(frame)), shares=frame["w"]),
    "fay_herriot, ml": lambda frame: survey.fay_herriot(
        frame["z"], frame["w"], frame["y"], method="ml", shares=frame["w"]
    ),
    "fay_herriot, variance": lambda frame: survey.fay_herriot(
        frame["z"], frame["y"], np.ones(len(frame)), shares=frame["y"]
    ),
    "verdicts": lambda frame: survey.verdicts(frame["y"], frame["z"], margin=1),
    "verdicts, margin": lambda frame: survey.verdicts([1], [2], margin=next(iter(frame["y"]), 1)),
}
# Welch's pairs take their time: the kinds that matter to means.
WELCH = (
    "nothing odd",
    "complex",
    "1e70",
    "1e-300",
    "always the same",
    "one answer",
    "each a group",
    "ten thousand groups",
)


def bare(result: object) -> Iterable[str]:
    """Name what is missing or infinite without a note."""
    if isinstance(result, pd.DataFrame):
        told = result[np.isin(result["note"], ["", "caution"])] if "note" in result else result
        for name in result.columns.difference([*BY_DESIGN, *"abgesw"]):
            if pd.api.types.is_numeric_dtype(told[name].dtype) and not np.isfinite(told[name].astype(float)).all():
                yield str(name)
    elif dataclasses.is_dataclass(result):
        held = vars(result)
        silent = bool(held.get("note") or held.get("reason"))
        for name, value in held.items():
            if isinstance(value, pd.DataFrame) and not (silent and "note" not in value):
                yield from bare(value)
            elif isinstance(value, float) and not np.isfinite(value) and not silent and name not in BY_DESIGN:
                yield name


def asked(work: Callable[[Any], object], of: object) -> str:
    """What is wrong with an answer, or nothing."""
    try:
        result = work(of)
    except survey.SurveyError as fault:
        return "" if str(fault).strip() else "an empty message"
    except Exception as fault:
        return f"{type(fault).__name__}: {fault}"
    return ", ".join(bare(result))


@pytest.mark.parametrize("kind", KINDS)
def test_odd_columns_are_refused_or_noted(kind: str) -> None:
    frame = KINDS[kind](calm())
    wrong: dict[str, str] = {}
    for way, told in (("people", {}), ("clusters", {"psu": "c", "lonely": "adjust"})):
        try:
            held = survey.SurveyDesign(frame, weight="w", stratum="s", **told)
        except survey.SurveyError:
            continue
        # clusters go the same ways but for these
        some = OF_DESIGNS if way == "people" else {name: OF_DESIGNS[name] for name in ("mean", "bootstrap")}
        wrong |= {f"{name} ({way})": asked(work, held) for name, work in some.items()}
    if "y" in frame:
        same = kind != "nothing odd" and not isinstance(frame["y"], pd.DataFrame) and frame["y"].equals(calm()["y"])
        of_others = ("kruskal_wallis", "effective_size", "fay_herriot")
        wrong |= {name: asked(work, frame) for name, work in OF_COLUMNS.items() if not same or name in of_others}
    if kind in WELCH:
        wrong["welch"] = asked(lambda held: survey.welch(held["y"], held["g"]), frame)
    assert {name: fault for name, fault in wrong.items() if fault} == {}


def test_every_public_function_is_asked() -> None:
    """A new function joins the sweep, or says here why it takes no columns."""
    asked_of = " ".join([*OF_DESIGNS, *OF_COLUMNS, "welch covariance questions merge_sums weights"])
    functions = {name for name in survey.__all__ if callable(getattr(survey, name)) and name.islower()}
    assert {name for name in functions if name not in asked_of} == set()


FRAME = calm()
HELD = survey.SurveyDesign(FRAME, weight="w", stratum="s")
SUMS = survey.sums(HELD, ["y", "z"], "g", joint=True)
ODD: dict[str, Callable[[], object]] = {
    "None": lambda: None,
    "no text": lambda: "",
    "a word": lambda: "a",
    "bytes": lambda: b"y",
    "0": lambda: 0,
    "-1": lambda: -1,
    "true": lambda: True,
    "NaN": lambda: float("nan"),
    "NA": lambda: pd.NA,
    "infinite": lambda: float("inf"),
    "1e200": lambda: 1e200,
    "longer than a float": lambda: 10**400,
    "complex": lambda: 1j,
    "one of numpy's": lambda: np.float32(0.5),
    "decimal": lambda: Decimal("0.5"),
    "empty list": list,
    "empty mapping": dict,
    "nothing in it": lambda: (),
    "list in a list": lambda: [["y"]],
    "ragged": lambda: [[1, 2], [3]],
    "NA in a list": lambda: [pd.NA],
    "large in a list": lambda: [1e200, 1.0],
    "named twice": lambda: ["y", "y"],
    "set": lambda: {"y", "z"},
    "generator": lambda: (number for number in (1, 2)),
    "mapping": lambda: {"g": 10},
    "mapping of lists": lambda: {"e": [1, 2]},
    "object": object,
    "function": lambda: print,
    "cube": lambda: np.ones((2, 2, 2)),
    "array of nothing around it": lambda: np.array("y"),
    "foreign labels": lambda: pd.Series([1.0, 2.0], index=["u", "v"]),
    "as many, foreign labels": lambda: pd.Series(1.0, index=range(100, 124)),
    "labels twice": lambda: pd.Series([1.0, 2.0], index=["a", "a"]),
    "only NA": lambda: pd.Series([pd.NA, pd.NA]),
    "no columns": pd.DataFrame,
    "columns twice": lambda: pd.DataFrame([[1, 2.0]], columns=["a", "a"]),
    "composite": lambda: survey.Composite("i", (("y",), ("z",))),
    "sums": lambda: SUMS,
}
LIKE_MEAN = {"source": HELD, "y": "y", "by": "g"}
MARGIN = {"p": 50, "q": 70}


CALLS: dict[str, dict[str, object]] = {
    "SurveyDesign": {"frame": FRAME, "weight": "w", "psu": "c", "lonely": "adjust"},
    "Composite": {"name": "i", "parts": (("y",), ("z",)), "scale": 2.0},
    "subset": {"mask": FRAME["g"] == "a"},
    "with_columns": {"columns": {"y": np.arange(24)}},
    "mean": LIKE_MEAN,
    "total": LIKE_MEAN,
    "ratio": {"design": HELD, "numerator": "y", "denominator": "z"},
    "proportion": {**LIKE_MEAN, "answer": 1},
    "quantile": {"design": HELD, "y": "y", "q": 0.5},
    "covariance": LIKE_MEAN,
    "forms": {"designs": [HELD, HELD], "y": "y", "by": "g"},
    "pairwise": {**LIKE_MEAN, "adjust": "max-t"},
    "against_whole": {**LIKE_MEAN, "adjust": "max-t"},
    "contrast": {**LIKE_MEAN, "weights": pd.Series({"a": 1.0, "b": -1.0})},
    "rank_test": LIKE_MEAN,
    "pairwise_ranks": {**LIKE_MEAN, "adjust": "max-t"},
    "chi_square": {"design": HELD, "rows": "y", "columns": "g"},
    "alpha": {"design": HELD, "items": ["y", "z", "x"]},
    "drivers": {"design": HELD, "y": "y", "x": ["z", "x"], "draws": 9},
    "bootstrap": {"design": HELD, "y": "y", "by": "g", "draws": 9},
    "sums": {"design": HELD, "y": "y", "by": "g"},
    "merge_sums": {"parts": [SUMS, SUMS]},
    "collapse": {"held": SUMS},
    "rake": {"design": HELD, "margins": {"e": MARGIN}},
    "poststratify": {"design": HELD, "by": "e", "totals": MARGIN},
    "trim": {"design": HELD, "low": 1, "high": 4},
    "weights": {"design": HELD},
    "weight_diagnostics": {"design": HELD, "by": "g"},
    "effective_size": {"weight": [1, 2.5]},
    "adjust_p": {"p": [0.1, 0.2]},
    "rank_sets": {"estimates": [1.0, 2, 3], "covariance": np.eye(3), "draws": 99},
    "rank_sets_counts": {"counts": [3, 5, 9]},
    "verdicts": {"low": [1.0, 2], "high": [2.0, 3], "margin": 1},
    "kruskal_wallis": {"values": [1, 2, 3, 4], "groups": list("aabb")},
    "welch": {"values": [1, 2, 3, 4], "groups": list("aabb")},
    "brunner_munzel": {"x": [1, 2, 3, 4], "y": [2, 3, 4, 1.5]},
    "fay_herriot": {"estimate": np.arange(8.0) % 3, "variance": np.ones(8), "covariates": np.ones(8)},
    "questions": {},
}
# A function of the caller's own fails in its own way.
SPARED = {("bootstrap", "statistic", "function")}


def function_of(name: str) -> Callable[..., Any]:
    made: Callable[..., Any] = getattr(HELD if name in ("subset", "with_columns") else survey, name)
    return made


def made_of(name: str, arguments: dict[str, object]) -> object:
    """Ask, and ask of what was made whether it can be used; a covariance has NaN by its own description."""
    found = function_of(name)(**arguments)
    if isinstance(found, survey.SurveyDesign):
        return survey.mean(found, "y", "g")
    if isinstance(found, survey.Composite):
        return survey.mean(HELD, found, "g")
    return None if name == "covariance" else found


@pytest.mark.parametrize("name", CALLS)
def test_what_no_parameter_was_made_for_is_refused_or_answered(name: str) -> None:
    good = CALLS[name]
    made_of(name, good)
    wrong: dict[tuple[str, str], str] = {}
    for parameter in inspect.signature(function_of(name)).parameters:
        for odd, make in ODD.items():
            if (name, parameter, odd) not in SPARED:
                wrong[parameter, odd] = asked(partial(made_of, name), {**good, parameter: make()})
    assert {where: fault for where, fault in wrong.items() if fault} == {}
    pd.testing.assert_frame_equal(HELD.frame, FRAME)


def test_every_public_function_is_given_what_it_was_not_made_for() -> None:
    takes = {name for name in survey.__all__ if inspect.isfunction(getattr(survey, name))}
    assert takes | {"SurveyDesign", "Composite"} == set(CALLS) - {"subset", "with_columns"}
