"""Many questions at once: intervals that agree with adjusted p-values, ranks, verdicts, the table of questions."""

import numpy as np
import pandas as pd
import pytest

from analysis import survey

INDEX = survey.Composite("index", (("u1",), ("u2", "u3")), scale=25)


def excludes_zero(table: pd.DataFrame, low: str = "low_sim", high: str = "high_sim") -> pd.Series:
    return (table[low] > 0) | (table[high] < 0)


def shifted(people, rows: int = 600) -> pd.DataFrame:
    frame = people(rows)
    frame["u1"] = np.clip(frame.u1 + frame.d.map({"a": 0, "b": 0, "c": 0.4, "d": 0, "e": 0}), 1, 4.4)
    return frame


@pytest.mark.parametrize("function", [survey.pairwise, survey.against_whole])
def test_max_t_intervals_give_the_verdict_of_max_t_p_values(people, design, function) -> None:
    for seed in range(6):
        frame = shifted(people).sample(frac=0.5, random_state=seed)
        table = function(design(frame), ["u1", INDEX], "d", adjust="max-t")
        assert ((table.p_adjusted < 0.05) == excludes_zero(table)).all()
        assert excludes_zero(table).any() or seed


@pytest.mark.parametrize("function", [survey.pairwise, survey.against_whole])
@pytest.mark.parametrize("adjust", ["holm", "hochberg", "bonferroni", "bh", "none"])
def test_simultaneous_intervals_leave_out_0_only_where_the_adjusted_p_rejects(people, design, function, adjust) -> None:
    table = function(design(shifted(people)), ["u1", INDEX], "d", adjust=adjust)
    assert excludes_zero(table).any()
    assert (table.p_adjusted[excludes_zero(table)] < 0.05).all()
    assert ((table.p < 0.05) == excludes_zero(table, "low", "high")).all()
    if adjust == "none":
        assert (table.low_sim - table.low).abs().max() < 1e-12


def test_max_t_is_never_wider_than_bonferroni(people, plain) -> None:
    held = plain(people())
    largest, bonferroni = (survey.pairwise(held, "u1", "d", adjust=how) for how in ("max-t", "bonferroni"))
    assert ((largest.high_sim - largest.low_sim) <= (bonferroni.high_sim - bonferroni.low_sim) * 1.005).all()
    assert (largest.p_adjusted >= largest.p).all()


def test_max_t_of_independent_groups_is_the_studentized_range() -> None:
    """Equal groups and large df: the largest of all pairs is the studentized range over the root of two."""
    stats = pytest.importorskip("scipy.stats")
    rng = np.random.default_rng(0)
    base = np.tile(rng.normal(size=400), 5)
    frame = pd.DataFrame({"y": base + np.repeat([0, 0.05, 0.1, 0.15, 0.2], 400), "d": np.repeat(list("abcde"), 400)})
    table = survey.pairwise(survey.SurveyDesign(frame, stratum="d"), "y", "d", adjust="max-t")
    expected = stats.studentized_range.sf(table.t.abs() * np.sqrt(2), 5, np.inf)
    assert table.p_adjusted.tolist() == pytest.approx(expected.tolist(), abs=0.006)


def test_against_whole_counts_the_domain_as_part_of_the_whole(people, design) -> None:
    held = design(people())
    table = survey.against_whole(held, "u1", "d")
    weights = held.frame[held.frame.u1.notna()].groupby("d").w.sum()
    # the differences weigh out to nothing
    assert (table.difference.to_numpy() * weights.to_numpy()).sum() == pytest.approx(0, abs=1e-9)
    means = survey.mean(held, "u1", "d")
    assert (table.difference == means.estimate - table.whole).all()
    joint = survey.covariance(held, "u1", "d").to_numpy()
    share = weights.to_numpy() / weights.sum()
    # with the domain's shares held fixed the whole is their mixture, and its error differs only by the shares' own
    fixed = np.eye(5) - share[None, :]
    approximate = np.sqrt(np.diag(fixed @ joint @ fixed.T))
    assert table.se.tolist() == pytest.approx(approximate.tolist(), rel=0.25)


def ranked(places: int = 38, seed: int = 1) -> tuple[pd.Series, pd.DataFrame]:
    rng = np.random.default_rng(seed)
    names = [f"place {i:02d}" for i in range(places)]
    root = rng.normal(size=(places, places)) * 0.05
    covariance = np.diag(rng.uniform(0.02, 0.2, places)) + root @ root.T
    return pd.Series(rng.normal(size=places), index=names), pd.DataFrame(covariance, index=names, columns=names)


def test_rank_sets_hold_the_rank_and_are_the_same_for_the_same_seed() -> None:
    x, cov = ranked()
    table = survey.rank_sets(x, cov)
    assert ((table.rank_low <= table["rank"]) & (table["rank"] <= table.rank_high)).all()
    pd.testing.assert_frame_equal(table, survey.rank_sets(x, cov))
    shuffled = survey.rank_sets(x.sample(frac=1, random_state=0), cov).set_index("name").loc[x.index].reset_index()
    near = (table.rank_low - shuffled.rank_low).abs() + (table.rank_high - shuffled.rank_high).abs()
    assert near.max() <= 1


def test_two_seeds_agree_on_38_places() -> None:
    x, cov = ranked()
    one, other = survey.rank_sets(x, cov, seed=0), survey.rank_sets(x, cov, seed=1)
    assert (one.rank_low == other.rank_low).all()
    assert (one.rank_high == other.rank_high).all()


def test_rank_sets_narrow_by_steps_by_df_and_for_one_place_alone() -> None:
    x, cov = ranked()

    def width(**how: object) -> int:
        table = survey.rank_sets(x, cov, **how)
        return int((table.rank_high - table.rank_low).sum())

    assert width() <= width(step_down=False)
    assert width(df=8) > width()
    assert width(kind="marginal", draws=20_000) < width()
    assert width(level=0.8) < width()


def test_equal_estimates_share_the_best_rank_and_certain_ones_have_one_place() -> None:
    x = pd.Series({"a": 3.0, "b": 3.0, "c": 1.0})
    zero = pd.DataFrame(np.zeros((3, 3)), index=list("abc"), columns=list("abc"))
    table = survey.rank_sets(x, zero)
    assert table["rank"].tolist() == [1, 1, 3]
    assert table.rank_low.tolist() == [1, 1, 3]
    assert table.rank_high.tolist() == [2, 2, 3]


def test_rank_sets_counts_of_one_place_alone_are_no_wider() -> None:
    counts = pd.Series({"x": 18, "y": 39, "z": 190})
    joint, alone = survey.rank_sets_counts(counts), survey.rank_sets_counts(counts, kind="marginal")
    assert joint.name.tolist() == ["x", "y", "z"]
    assert (alone.rank_high - alone.rank_low <= joint.rank_high - joint.rank_low).all()
    with pytest.raises(survey.SurveyError, match="whole numbers"):
        survey.rank_sets_counts([1.5, 2])


def test_verdicts_by_interval_and_margin() -> None:
    low = [-1.0, 0.5, -4.0, 3.0, -9.0, 1.0, np.nan, -1.0]
    high = [1.0, 2.0, -1.0, 5.0, 9.0, 3.0, np.nan, 1.0]
    note = ["", "", "", "", "", "", "constant", "caution"]
    told = survey.verdicts(low, high, margin=2.5, note=note)
    for narrow in (np.float32(2.5), np.float16(2.5)):
        assert told.equals(survey.verdicts(low, high, margin=narrow, note=note))
    assert survey.verdicts([1], [2], margin=np.int64(1)).tolist() == ["higher"]
    assert told.tolist() == [
        "no difference that matters",
        "no difference that matters",
        "lower",
        "higher",
        "cannot tell",
        "higher",
        "cannot tell",
        "cannot tell",
    ]
    with pytest.raises(survey.SurveyError, match="margin must be a finite number above 0"):
        survey.verdicts(low, high, margin=0)


def test_every_question_names_a_function_that_is_there() -> None:
    table = survey.questions()
    assert set(table["sample"]) == {"design", "plain", "counts", "areas"}
    for function in table.function:
        assert callable(getattr(survey, function.split("(")[0]))
    assert set(survey.questions(sample="plain").function) == {"kruskal_wallis", "welch", "brunner_munzel"}


def test_notes_are_a_closed_list(people, design) -> None:
    frame = people()
    frame.loc[frame.d == "a", "u1"] = 4
    held = design(frame)
    tables = [
        survey.mean(held, ["u1", "x"], ["d", "sex"]),
        survey.pairwise(held, "u1", "d"),
        survey.total(held, "u1", "d"),
    ]
    tables += [survey.against_whole(held, "u1", "d"), survey.quantile(held, "x", 0.5, "d")]
    for table in tables:
        assert set(table.note) <= set(survey.NOTES)


def test_caution_marks_answers_piled_up_at_the_top() -> None:
    piled = pd.DataFrame({"y": [1, 3] + [4] * 38, "z": [2, 3, 3, 4] * 10})
    table = survey.mean(survey.SurveyDesign(piled), ["y", "z"])
    assert table.note.tolist() == ["caution", ""]
    assert table.low.notna().all()


def test_bootstrap_is_the_designs_own(people, design) -> None:
    held = design(people(400))
    straight = survey.mean(held, ["u1", "x"], "d")
    drawn = survey.bootstrap(held, ["u1", "x"], "d", draws=2000)
    assert drawn.estimate.tolist() == pytest.approx(straight.estimate.tolist(), rel=1e-12)
    assert (drawn.se / straight.se).tolist() == pytest.approx([1.0] * 10, abs=0.09)
    pd.testing.assert_frame_equal(drawn, survey.bootstrap(held, ["u1", "x"], "d", draws=2000))


def test_bootstrap_of_a_statistic_of_ones_own(people, clusters) -> None:
    held = clusters(people())

    def difference(weights, values, domain):
        inside = ~np.isnan(values).any(axis=1)
        w = weights[:, inside]
        return (w @ values[inside, 0] - w @ values[inside, 1]) / w.sum(axis=1)

    both = held.frame.u1.notna() & held.frame.u2.notna()
    gap = held.frame.assign(gap=held.frame.u1 - held.frame.u2)
    straight = survey.mean(clusters(gap).subset(both), "gap").iloc[0]
    drawn = survey.bootstrap(held, ["u1", "u2"], statistic=difference, draws=2000).iloc[0]
    assert drawn.estimate == pytest.approx(straight.estimate, rel=1e-12)
    assert drawn.se == pytest.approx(straight.se, rel=0.06)
