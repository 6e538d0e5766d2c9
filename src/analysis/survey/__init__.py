"""A sample and what it lets us say: design, estimates, contrasts, tests, ranks, weights, small areas.

The room knows no word of the questionnaire and opens no file. Everything is computed from a small table of sums that
one pass over the rows makes (``Sums``); every result is a DataFrame with the same column names and a ``note`` from
``NOTES``.

The path of a number, module by module:
``columns`` reads a column as codes or floats, ``design`` checks who stands for how many; ``build`` makes ``sums`` in
one pass, with ``products`` across items (``merge`` and ``gather`` add them up or make them coarser); ``statistic``
turns sums into an estimate and its ``linearised`` form, ``linear`` (``calibrated`` under fitted weights) into variances
and degrees of freedom; ``table`` and ``comparison`` make rows of them, with ``reference`` for t and F,
``multiplicity`` for many questions at once and ``shape`` for skewness. ``estimates``, ``proportions``, ``quantiles``,
``contrasts``, ``forms``, ``rank_tests``, ``chi_square``, ``scales`` and ``drivers`` are questions asked of designs;
``rank_sets`` and ``small_area`` go on from estimates; ``bootstrap`` asks by ``resampling``; ``classical`` is for
samples without a design.
"""

from analysis.survey.design import SurveyDesign
from analysis.survey.drivers import Drivers, drivers
from analysis.survey.estimates import covariance, mean, ratio, total
from analysis.survey.faults import SurveyError
from analysis.survey.forms import Form, forms
from analysis.survey.notes import NOTES, Note
from analysis.survey.onepass.gather import collapse
from analysis.survey.onepass.merge import merge_sums, sums
from analysis.survey.onepass.sums import Sums
from analysis.survey.proportions import proportion
from analysis.survey.quantiles import quantile
from analysis.survey.replicates.bootstrap import bootstrap
from analysis.survey.scales import Alpha, alpha
from analysis.survey.small_area import FayHerriot, fay_herriot
from analysis.survey.testing.chi_square import ChiSquare, chi_square
from analysis.survey.testing.classical import BrunnerMunzel, GroupTest, brunner_munzel, kruskal_wallis, welch
from analysis.survey.testing.contrasts import against_whole, contrast, pairwise
from analysis.survey.testing.multiplicity import adjust_p
from analysis.survey.testing.questions import QUESTIONS, Question, questions
from analysis.survey.testing.rank_sets import rank_sets, rank_sets_counts
from analysis.survey.testing.rank_tests import RankTest, pairwise_ranks, rank_test
from analysis.survey.testing.verdicts import VERDICTS, verdicts
from analysis.survey.variables import Composite
from analysis.survey.weights.weighting import effective_size, poststratify, rake, trim, weight_diagnostics, weights

__all__ = (
    "NOTES",
    "QUESTIONS",
    "VERDICTS",
    "Alpha",
    "BrunnerMunzel",
    "ChiSquare",
    "Composite",
    "Drivers",
    "FayHerriot",
    "Form",
    "GroupTest",
    "Note",
    "Question",
    "RankTest",
    "Sums",
    "SurveyDesign",
    "SurveyError",
    "adjust_p",
    "against_whole",
    "alpha",
    "bootstrap",
    "brunner_munzel",
    "chi_square",
    "collapse",
    "contrast",
    "covariance",
    "drivers",
    "effective_size",
    "fay_herriot",
    "forms",
    "kruskal_wallis",
    "mean",
    "merge_sums",
    "pairwise",
    "pairwise_ranks",
    "poststratify",
    "proportion",
    "quantile",
    "questions",
    "rake",
    "rank_sets",
    "rank_sets_counts",
    "rank_test",
    "ratio",
    "sums",
    "total",
    "trim",
    "verdicts",
    "weight_diagnostics",
    "weights",
    "welch",
)
