"""Empty workbooks that come back clean: a questionnaire per unit, and the declarations and registers."""

from .codebook import codebook_workbook
from .declarations import declarations
from .questionnaire import questionnaire

__all__ = ["codebook_workbook", "declarations", "questionnaire"]
