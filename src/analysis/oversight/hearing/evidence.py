"""From a finding back to the respondents it rests on, and from them to file, sheet and cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from analysis.oversight.comparing.scope import column, of_city
from analysis.oversight.declared.coverage import any_answered

if TYPE_CHECKING:
    from collections.abc import Mapping

    from analysis.codebook import Codebook
    from analysis.shapes import Cell


OVERDUE = "overdue"
"""The finding that rests on complaints rather than respondents."""


class StudyLike(Protocol):
    """What evidence needs of a study."""

    @property
    def responses(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def columns(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def files(self) -> pd.DataFrame: ...  # noqa: D102
    @property
    def registers(self) -> Mapping[str, pd.DataFrame]: ...  # noqa: D102
    @property
    def book(self) -> Codebook: ...  # noqa: D102


@dataclass(frozen=True)
class Evidence:
    """What a finding rests on.

    ``rows`` (internal): respondent, number, file, sheet, row, cells, one per respondent. ``ranges`` (may be shown):
    number, sheet, columns, n. ``n`` respondents; ``checked``: as many as the finding counted.
    """

    rows: pd.DataFrame
    ranges: pd.DataFrame
    n: int
    checked: bool


def evidence(finding: Mapping[str, object] | pd.Series, study: StudyLike) -> Evidence:
    """Return the respondents (or complaints) of a finding (a row of ``findings``), with the cells of their answers.

    ``rows`` has respondent, number (B-014), file, sheet, row and cells (``"D12:L12"``, from the first to the last
    answered column of the row's sheet); ``ranges`` the same folded to number, sheet, columns (``"D:L"``) and n.
    Rows without any answer are no evidence. A finding that rests on no respondents (a unit that did not survey) has
    empty tables and is checked when its n is 0. Complaints have no cells: their rows in the register.
    """
    counted_rows = finding["key"] == OVERDUE if "key" in finding else False
    chosen = _complaints(finding, study) if counted_rows else _respondents(finding, study)
    spans = _spans(study)
    number = dict(zip(study.files["file"], study.files["number"], strict=True)) if "number" in study.files else {}
    file, sheet = column(chosen, "file"), column(chosen, "sheet")
    told = [spans.get(key, ("", "")) for key in zip(file, sheet, strict=True)]
    rows = pd.DataFrame(
        {
            "respondent": column(chosen, "respondent").to_numpy(), "number": file.map(number).fillna("").to_numpy(),
            "file": file.to_numpy(), "sheet": sheet.to_numpy(), "row": chosen["row"].to_numpy(),
            "cells": [f"{a}{row}:{b}{row}" if a else "" for (a, b), row in zip(told, chosen["row"], strict=True)],
        }
    )  # fmt: skip
    columns = pd.Series([f"{a}:{b}" if a else "" for a, b in told], dtype="str", name="columns")
    ranges = rows.groupby(["number", "sheet", columns], sort=True).size().rename("n").reset_index()
    counted = float(str(finding["n"]))
    checked = counted != counted or int(counted) == len(rows)  # noqa: PLR0124 - a missing n differs from itself
    return Evidence(rows, ranges, len(rows), bool(checked))


def _respondents(finding: Mapping[str, object] | pd.Series, study: StudyLike) -> pd.DataFrame:
    pairs = finding["where"]
    where: Cell = pairs if isinstance(pairs, frozenset) else frozenset()
    frame = study.responses
    mask = any_answered(frame, study.book)
    for name, level in where:
        mask &= column(frame, name).eq(level)
    if not where:
        mask &= False
    elif not any(name in ("unit", "owner") for name, _ in where):
        mask &= of_city(frame)
    return frame[mask]


def _complaints(finding: Mapping[str, object] | pd.Series, study: StudyLike) -> pd.DataFrame:
    """Rows of the register of complaints about the finding's unit in its wave."""
    register = study.registers.get("complaints", pd.DataFrame(columns=["unit"]))
    mask = column(register, "unit").eq(str(finding["unit"]))
    if "wave" in register:
        mask &= column(register, "wave").isin(["", str(finding["wave"])])
    chosen = register[mask]
    place = {name: chosen.get(name, "") for name in ("file", "sheet")}
    row = chosen["row"] if "row" in chosen else pd.Series(range(1, len(chosen) + 1), index=chosen.index)
    return chosen.assign(respondent="", row=row, **place)


def _spans(study: StudyLike) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the first and last column letter of the items of each sheet."""
    placed = study.columns
    if placed.empty:
        return {}
    items = placed[placed["variable"].isin(study.book.items)]
    spans = {}
    for key, part in items.groupby([column(items, "file"), column(items, "sheet")]):
        letters = sorted(part["column"].astype(str), key=lambda one: (len(one), one))
        spans[key] = (letters[0], letters[-1])
    return spans  # type: ignore[return-value]
