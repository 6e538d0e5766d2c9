"""What a council asks of a satisfaction survey, answered as far as the data allow: pure functions, no file, no rounding."""

from .results import VERDICTS, Answer, Change, Comparison, Matrix

__all__ = ["VERDICTS", "Answer", "Change", "Comparison", "Matrix"]
