"""What a council asks of a satisfaction survey, answered as far as the data allow, without files or rounding."""

from .aims import aims
from .change import change
from .comparing.compare import compare
from .comparing.matrix import matrix
from .comparing.scope import outsiders
from .comparing.standardise import standardise
from .declared.complaints import complaints
from .declared.coverage import cell_counts, coverage
from .declared.follow_up import audit, follow_up
from .declared.published import reconcile
from .declared.recap import recap_index, recaps_alone
from .declared.sampling import allocate, draw_sample, sample_size
from .declared.training import training
from .design import by_day, design
from .elements import elements
from .equity import equity
from .expected import expected_range
from .grading import grade, grade_probabilities
from .hearing.evidence import Evidence, evidence
from .hearing.findings import findings
from .index import skm_index
from .initiatives import initiatives
from .integrity import integrity
from .marks import drivers, marks
from .measures import scaled
from .results import VERDICTS, Answer, Change, Comparison, Matrix, only
from .run_chart import run_chart
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
    "recaps_alone",
    "reconcile",
    "run_chart",
    "sample_size",
    "scaled",
    "skm_index",
    "standardise",
    "training",
    "unsur",
]
