"""Writing TOML by hand: in the order a reader follows, with comments and marked lines, which no library writes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from analysis.words import say

if TYPE_CHECKING:
    from collections.abc import Mapping

MARK = {"id": "ISI", "en": "FILL IN"}
"""Stands in the comment of every line that the user has to look at."""
Plain = str | int | float | bool | list[str] | dict[str, str]
_BARE = re.compile(r"^[A-Za-z0-9_-]+$")


class Lines:
    """A TOML text being written from top to bottom; ``marks`` counts the lines left to the user."""

    def __init__(self, lang: str) -> None:
        self.lang = lang
        self.lines: list[str] = []
        self.marks = 0

    def comment(self, text: str) -> None:
        """Write a comment."""
        self.lines += [f"# {line}".rstrip() for line in text.splitlines()]

    def put(self, **values: Plain) -> None:
        """Write keys with their values; a key that is a word of Python ends with an underscore."""
        self.lines += [f"{_key(key.rstrip('_'))} = {_value(value)}" for key, value in values.items()]

    def mark(self, **values: Plain) -> None:
        """Write keys that the user has to fill in or confirm."""
        for key, value in values.items():
            self.marks += 1
            self.lines.append(f"{_key(key)} = {_value(value)}  # {MARK[self.lang]}")

    def table(self, name: str, /, **values: Plain) -> None:
        """Begin one table of a list of tables."""
        self.lines += ["", f"[[{name}]]"] if "." not in name else [f"[[{name}]]"]
        self.put(**values)

    def answers(self, name: str, scores: Mapping[str, int | str]) -> None:
        """Write a table of words and their scores; a score that is not known is marked."""
        self.lines.append(f"[{name}]")
        for word, score in scores.items():
            if isinstance(score, int):
                self.lines.append(f"{_key(word)} = {score}")
            else:
                self.marks += 1
                self.lines.append(f'{_key(word)} = "?"  # {MARK[self.lang]}: {say("forms.draft_score", self.lang)}')

    def text(self) -> str:
        """Return the whole text."""
        return "\n".join(self.lines) + "\n"


def _key(name: str) -> str:
    return name if _BARE.match(name) else _quoted(name)


def _value(value: Plain) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_quoted, value))}]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(key)} = {_quoted(one)}" for key, one in value.items()) + " }"
    return repr(value)


def _quoted(text: str) -> str:
    """Return a basic string; JSON escapes the same characters but one."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
