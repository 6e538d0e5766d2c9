"""Workbook → responses, problems and changes. The only room that opens received files."""

from .clean import clean

__all__ = ["clean"]
