"""What a command comes back with: how it went, and lines for whoever called it, in their language."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analysis.errors import Exit
from analysis.publish.wording import numbers
from analysis.shapes import row_counts
from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from analysis.pages import PagesResult
    from analysis.shapes import Cleaned

SHOWN = 12
"""Kinds of problem told on the terminal; every single one is in problems.csv and on the page of what arrived."""
SERIOUS = ("refused", "set aside", "warning")
"""Severities, from the one to tell first; a note alone does not change the exit code."""


@dataclass(frozen=True)
class Outcome:
    """``exit_code`` for the shell, ``messages`` to print in order, ``facts`` for programs (``check --json``)."""

    exit_code: Exit
    messages: tuple[str, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def of_cleaning(cleaned: Cleaned, lang: str) -> list[str]:
    """Return what was kept and what was not, in numbers that add up, then the first problems."""
    files = cleaned.files
    refused = int(files.loc[files["outcome"] == "refused", "file"].nunique())
    rows = {name: numbers.count(count, lang) for name, count in row_counts(files, len(cleaned.responses)).items()}
    lines = [
        say("pipeline.files", lang, files=files["file"].nunique(), refused=refused),
        say("pipeline.rows", lang, None, **rows),
    ]
    return [*lines, *_kinds(cleaned.problems, lang)]


def problem_lines(problems: pd.DataFrame, lang: str) -> list[str]:
    """Return one line per problem, the gravest first: code, file, sheet, cell, what it is, what to do."""
    return [_problem(row, lang) for row in _ranked(problems)]


def _kinds(problems: pd.DataFrame, lang: str) -> list[str]:
    """Return one line per kind of problem, the gravest first, with its first place and how often it occurs."""
    kinds: dict[tuple[str, str], list[Mapping[Any, Any]]] = {}
    for row in _ranked(problems):
        if row["severity"] in SERIOUS:
            kinds.setdefault((str(row["severity"]), str(row["code"])), []).append(row)
    lines = [_problem(rows[0], lang) + _again(len(rows) - 1, lang) for rows in kinds.values()][:SHOWN]
    left = len(problems) - sum(len(rows) for rows in list(kinds.values())[:SHOWN])
    return lines + ([say("pipeline.more", lang, count=left)] if left else [])


def _again(count: int, lang: str) -> str:
    return f" {say('pipeline.again', lang, count=count)}" if count else ""


def _ranked(problems: pd.DataFrame) -> list[Mapping[Any, Any]]:
    order = {severity: place for place, severity in enumerate((*SERIOUS, "note"))}
    return sorted(problems.to_dict("records"), key=lambda row: order.get(str(row["severity"]), len(order)))


def of_pages(result: PagesResult, failures: list[str], lang: str) -> list[str]:
    """Return which pages were made and which could not be, and what to do about those."""
    lines = [say("pipeline.pages", lang, count=len(result.pages))]
    lines += [say("pipeline.left_out", lang, titles="; ".join(result.left_out))] if result.left_out else []
    lines += _unprinted(result, lang)
    return lines + ([*failures, say("pages.fail.todo", lang)] if failures else [])


def _unprinted(result: PagesResult, lang: str) -> list[str]:
    if not result.unprinted:
        return []
    if len(result.unprinted) == len(result.pages):
        return [say("pipeline.no_pdf", lang)]
    return [say("pipeline.unprinted", lang, names="; ".join(result.unprinted))]


def exit_of(cleaned: Cleaned | None = None, result: PagesResult | None = None) -> Exit:
    """Return 0 where all went in and all pages came out, 1 where anything was set aside, doubted or failed."""
    doubts = cleaned is not None and bool(cleaned.problems["severity"].isin(SERIOUS).any())
    aside = cleaned is not None and bool(cleaned.files[["set_aside", "duplicate"]].to_numpy().sum())
    failed = result is not None and bool(result.failed or result.unprinted)
    return Exit.WARNINGS if doubts or aside or failed else Exit.DONE


def _problem(row: Mapping[Any, Any], lang: str) -> str:
    where = [f'"{row["file"]}"'] if _known(row["file"]) else []
    where += [say("pipeline.sheet", lang, sheet=row["sheet"])] if _known(row["sheet"]) else []
    where += [say("pipeline.cell", lang, cell=row["cell"])] if _known(row["cell"]) else []
    head = " ".join(part for part in (str(row["code"]), ", ".join(where)) if part)
    text = " ".join(str(row[key]) for key in ("what", "todo") if _known(row[key]))
    return f"{head}: {text}"


def _known(value: object) -> bool:
    return value is not None and value == value and value != ""  # noqa: PLR0124 - NaN is not itself
