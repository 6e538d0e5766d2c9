"""The whole way, from workbooks to pages; the only room that knows both intake and the statistics."""

from .check import check
from .lab import lab
from .outcome import Outcome
from .places import Places
from .releases import release_diff
from .work import clean, example, report, run

__all__ = ["Outcome", "Places", "check", "clean", "example", "lab", "release_diff", "report", "run"]
