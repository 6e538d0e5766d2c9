"""What can go wrong with the folders the kit writes."""

from __future__ import annotations

from analysis.errors import Exit, TilikError


class StoreError(TilikError):
    """A set could not be written or swapped (disk full, no permission, folder in use); what was there still is."""

    exit_code = Exit.INTERNAL
