"""The only room that touches ``processed/`` and ``reports/``: whole sets swapped at once, a lock, a study read back."""

from .errors import StoreError
from .lock import lock
from .results import Results, results
from .study import Study, open_study, write_study
from .swap import atomic

__all__ = ["Results", "StoreError", "Study", "atomic", "lock", "open_study", "results", "write_study"]
