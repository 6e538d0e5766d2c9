"""What this room needs of a study; the store's Study has it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.codebook import Codebook
    from analysis.shapes import Plan


class StudyLike(Protocol):
    """Responses, recaps, registers and files, the codebook they were read with, and the plan of what may be shown."""

    @property
    def responses(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def recaps(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def registers(self) -> Mapping[str, pd.DataFrame]: ...  # noqa: D102
    @property
    def files(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def book(self) -> Codebook: ...  # noqa: D102
    @property
    def plan(self) -> Plan: ...  # noqa: D102
    @property
    def lang(self) -> str: ...  # noqa: D102
    @property
    def wave(self) -> str: ...  # noqa: D102
    @property
    def waves(self) -> tuple[str, ...]: ...  # noqa: D102
