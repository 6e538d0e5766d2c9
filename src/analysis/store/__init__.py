"""The only room that writes ``processed/`` and ``reports/``: whole sets swapped at once, a lock, a study read back."""

from .errors import StoreError, refusal
from .home import home
from .lock import lock
from .results import Results, results
from .study import Study, language, open_study, write_study
from .swap import atomic, write_beside

__all__ = [
    "Results",
    "StoreError",
    "Study",
    "atomic",
    "home",
    "language",
    "lock",
    "open_study",
    "refusal",
    "results",
    "write_beside",
    "write_study",
]
