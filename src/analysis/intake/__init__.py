"""Workbook → responses, problems and changes. The only room that opens received files."""

import sys

# A reader's child needs none of what follows, nor pandas with it, which would be most of its start.
if sys.orig_argv[-1] != "analysis.intake.process.worker":
    from .check import check, worst
    from .clean import clean
    from .process.child import read_one
    from .process.spread import cluster

__all__ = ["check", "clean", "cluster", "read_one", "worst"]
