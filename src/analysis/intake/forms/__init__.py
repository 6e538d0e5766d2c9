"""Empty workbooks that come back clean: a questionnaire per unit, and the declarations and registers."""

from .declarations import declarations
from .questionnaire import questionnaire

__all__ = ["declarations", "questionnaire"]
