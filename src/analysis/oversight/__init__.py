"""What a council asks of a satisfaction survey, answered as far as the data allow, without files or rounding."""

from .aims import aims
from .change import change
from .compare import compare
from .complaints import complaints
from .coverage import cell_counts, coverage
from .design import by_day, design, weight_note
from .elements import elements
from .equity import equity
from .evidence import Evidence, evidence
from .expected import expected_range
from .findings import findings
from .follow_up import audit, follow_up
from .grading import grade, grade_probabilities
from .index import skm_index
from .initiatives import initiatives
from .integrity import integrity
from .marks import drivers, marks
from .matrix import matrix
from .published import reconcile
from .recap import recap_index
from .results import VERDICTS, Answer, Change, Comparison, Matrix, only
from .run_chart import run_chart
from .sampling import allocate, draw_sample, sample_size
from .scope import outsiders
from .standardise import standardise
from .training import training
from .unsur import unsur

__all__ = [
    "VERDICTS",
    "Answer",
    "Change",
    "Comparison",
    "Evidence",
    "Matrix",
    "aims",
    "allocate",
    "audit",
    "by_day",
    "cell_counts",
    "change",
    "compare",
    "complaints",
    "coverage",
    "design",
    "draw_sample",
    "drivers",
    "elements",
    "equity",
    "evidence",
    "expected_range",
    "findings",
    "follow_up",
    "grade",
    "grade_probabilities",
    "initiatives",
    "integrity",
    "marks",
    "matrix",
    "only",
    "outsiders",
    "recap_index",
    "reconcile",
    "run_chart",
    "sample_size",
    "skm_index",
    "standardise",
    "training",
    "unsur",
    "weight_note",
]
