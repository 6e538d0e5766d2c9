"""Opens the notebook libraries without their grammar of web addresses.

The checker of schemas behind nbformat builds it when it is imported, more than half of what a start of the kit costs,
for a check that no schema of notebooks asks for. It leaves the check out where the package is not to be had.
"""

import sys
from importlib import import_module

GRAMMAR = "rfc3987_syntax"

_away = GRAMMAR not in sys.modules
if _away:
    sys.modules[GRAMMAR] = None  # type: ignore[assignment] # Python's own way to say: not to be had
try:
    import_module("nbformat")
finally:
    if _away:
        del sys.modules[GRAMMAR]
