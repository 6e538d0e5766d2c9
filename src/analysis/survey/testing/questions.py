"""Which test answers which question: the table that the documentation shows and analysts choose from."""

from typing import NamedTuple

import pandas as pd

from analysis.survey.faults import one_of


class Question(NamedTuple):
    """A question, the sample and answers it is asked of, the function that answers it, and R's name for it."""

    question: str
    sample: str
    answers: str
    function: str
    compares: str
    effect: str
    in_r: str


QUESTIONS: tuple[Question, ...] = (
    Question("How high is it?", "design", "numbers", "mean", "", "scale points", "svymean"),
    Question("How many gave this answer?", "design", "categories", "proportion", "", "share", "svyciprop"),
    Question("Where does the middle lie?", "design", "numbers", "quantile", "", "scale points", "svyquantile"),
    Question(
        "Which two groups differ, and by how much?",
        "design",
        "numbers",
        "pairwise",
        "means",
        "scale points",
        "svyby + svycontrast",
    ),
    Question(
        "Which groups differ from everybody?",
        "design",
        "numbers",
        "against_whole",
        "means",
        "scale points",
        "svycontrast",
    ),
    Question(
        "A mixture of groups against another?", "design", "numbers", "contrast", "means", "scale points", "svycontrast"
    ),
    Question(
        "Do two groups answer differently?",
        "design",
        "ordered",
        "rank_test(kind='wilcoxon')",
        "ranks",
        "superiority",
        "svyranktest",
    ),
    Question(
        "Do several groups answer differently?", "design", "ordered", "rank_test", "ranks", "superiority", "svyranktest"
    ),
    Question(
        "Which two groups answer differently?",
        "design",
        "ordered",
        "pairwise_ranks",
        "ranks",
        "superiority",
        "svyglm on scores",
    ),
    Question("Do two answers go together?", "design", "categories", "chi_square", "shares", "", "svychisq"),
    Question("Which place does each hold?", "design", "numbers", "rank_sets", "means", "rank", "csranks"),
    Question(
        "Which category is named most?",
        "counts",
        "categories",
        "rank_sets_counts",
        "counts",
        "rank",
        "csranks_multinom",
    ),
    Question(
        "Do several groups answer differently?",
        "plain",
        "ordered",
        "kruskal_wallis",
        "ranks",
        "superiority",
        "kruskal.test + dunn_test",
    ),
    Question(
        "Do several groups' means differ?",
        "plain",
        "numbers",
        "welch",
        "means",
        "scale points",
        "oneway.test + games_howell_test",
    ),
    Question(
        "Do two groups answer differently?",
        "plain",
        "ordered",
        "brunner_munzel",
        "ranks",
        "superiority",
        "brunner.munzel.test",
    ),
    Question(
        "Is the difference too small to matter?",
        "design",
        "numbers",
        "verdicts",
        "means",
        "scale points",
        "two one-sided tests",
    ),
    Question("Do items measure one thing?", "design", "numbers", "alpha", "", "alpha", "psych::alpha"),
    Question(
        "What goes together with the overall answer?",
        "design",
        "numbers",
        "drivers",
        "",
        "share of R²",
        "relaimpo::calc.relimp",
    ),
    Question(
        "What do many small areas really have?", "areas", "numbers", "fay_herriot", "", "scale points", "sae::mseFH"
    ),
)


def questions(*, sample: str | None = None) -> pd.DataFrame:
    """Return the table of questions and of what answers them, or the rows for one kind of sample.

    Parameters
    ----------
    sample
        ``design``, ``plain``, ``counts`` or ``areas``; None is all.

    Returns
    -------
    pandas.DataFrame
        ``question``, ``sample``, ``answers``, ``function`` (of this room), ``compares``, ``effect``, ``in_r``.

    Raises
    ------
    SurveyError
        Another kind of sample.

    Notes
    -----
    Shape: one row per question, in the order of ``QUESTIONS``. Units: none, words only. Missing: what does not apply is
    empty. R: the column ``in_r``.
    """
    if sample is not None:
        one_of("sample", sample, tuple(dict.fromkeys(question.sample for question in QUESTIONS)))
    rows = [question for question in QUESTIONS if sample in (None, question.sample)]
    return pd.DataFrame(rows, columns=list(Question._fields))
