"""Every rule by which intake changes a cell has words on the page that ``check`` writes, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from analysis import intake
from analysis.words import say

HOME = Path(intake.__file__).parent
_USED = re.compile(r'(?:rule=|RULE = |else |(?:Word|Answer|_in_band|_listed|_number)\([^"]*?, )"([a-z]+(?: [a-z]+)+)"')
_BY_CHANGE = {"reversed", "date from text", "merged cell filled", "name of a unit", "district of the village",
              "taken from above"}  # fmt: skip
RULES = sorted(_BY_CHANGE.union(*(_USED.findall(path.read_text(encoding="utf-8")) for path in HOME.rglob("*.py"))))


def test_the_rules_are_found() -> None:
    assert {"missing code", "number stored as text", "short name of a district", "age to band"} <= set(RULES)


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("lang", ["id", "en"])
def test_every_rule_has_words(rule: str, lang: str) -> None:
    assert say(f"check.rule_{rule.replace(' ', '_')}", lang)
