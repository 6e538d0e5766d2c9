"""What the questions that need more than responses ask of a study; store's Study has it all."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.codebook import Codebook


class StudyLike(Protocol):
    """Responses, recaps and registers by name, and the codebook they were read with."""

    @property
    def responses(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def recaps(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def registers(self) -> Mapping[str, pd.DataFrame]: ...  # noqa: D102
    @property
    def book(self) -> Codebook: ...  # noqa: D102
