"""What this room needs of a study; the store's Study has it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from analysis.oversight.study import StudyLike as StudyAsked

if TYPE_CHECKING:
    import pandas as pd

    from analysis.shapes import Plan


class StudyLike(StudyAsked, Protocol):
    """What the questions need, and the files, the language, the waves and the plan of what may be shown."""

    @property
    def files(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def plan(self) -> Plan: ...  # noqa: D102
    @property
    def lang(self) -> str: ...  # noqa: D102
    @property
    def wave(self) -> str: ...  # noqa: D102
    @property
    def waves(self) -> tuple[str, ...]: ...  # noqa: D102
