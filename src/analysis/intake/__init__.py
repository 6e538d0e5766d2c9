"""Workbook → responses, problems and changes. The only room that opens received files."""

from .check import check, worst
from .child import read_one
from .clean import clean

__all__ = ["check", "clean", "read_one", "worst"]
