"""A sample and what it lets us say: design, estimates, contrasts, tests, ranks, weights, small areas.

The room knows no word of the questionnaire and opens no file. Everything is computed from a small table of sums that
one pass over the rows makes (``Sums``); every result is a DataFrame with the same column names and a ``note`` from
``NOTES``.
"""

from analysis.survey.contrasts import against_whole, contrast, pairwise
from analysis.survey.design import SurveyDesign
from analysis.survey.estimates import covariance, mean, proportion, ratio, total
from analysis.survey.faults import SurveyError
from analysis.survey.multiplicity import adjust_p
from analysis.survey.notes import NOTES, Note
from analysis.survey.sums import Sums
from analysis.survey.variables import Composite

__all__ = (
    "NOTES",
    "Composite",
    "Note",
    "Sums",
    "SurveyDesign",
    "SurveyError",
    "adjust_p",
    "against_whole",
    "contrast",
    "covariance",
    "mean",
    "pairwise",
    "proportion",
    "ratio",
    "total",
)
