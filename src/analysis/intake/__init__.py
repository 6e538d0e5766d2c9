"""Workbook → responses, problems and changes. The only room that opens received files."""

import sys

# A reader's child needs none of what follows, nor pandas with it, which would be most of its start.
if sys.orig_argv[-1] != "analysis.intake.worker":
    from .check import check, worst
    from .child import read_one
    from .clean import clean
    from .spread import cluster

__all__ = ["check", "clean", "cluster", "read_one", "worst"]
