"""How respondents were chosen and how many were served, where a workbook states it beside its own answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .numbers import plain_number
from .register_rows import STATED
from .registers import sample_of
from .units import Fact, Surroundings, find_one

if TYPE_CHECKING:
    from .part import Env, Part


def survey_of(part: Part, around: Surroundings, env: Env) -> list[dict[str, Any]]:
    """Return the row of the register ``surveys`` that the surroundings of a block state, none where they state nothing.

    Only a block of one unit and one wave can be meant. A value that cannot be read is a doubt at its cell.
    """
    units, waves = set(part.columns["unit"]), set(part.columns["wave"])
    facts = {kind: fact for kind in ("sample", "population") if (fact := find_one(around, kind))}
    if not facts or len(units) != 1 or len(waves) != 1 or "" in units | waves:
        return []
    sample: str = ""
    users: int | str = ""
    if "sample" in facts:
        sample, code = sample_of(facts["sample"].value, env)
        _doubt(env, code, "sample", facts["sample"])
    if "population" in facts:
        number = plain_number(facts["population"].value, count=True)
        users = int(number) if number is not None and number >= 0 else ""
        _doubt(env, "E-COUNT" if users == "" else "", "users", facts["population"])
    if sample == "" and users == "":
        return []
    first = next(iter(facts.values()))
    return [{
        "unit": units.pop(), "wave": waves.pop(), "sample": sample, "users": users, "sheet": first.sheet,
        "row": int("".join(filter(str.isdigit, first.cell)) or 0), STATED: True,
    }]  # fmt: skip


def _doubt(env: Env, code: str, variable: str, fact: Fact) -> None:
    if code:
        column = fact.cell.rstrip("0123456789")
        env.ledger.doubt(code, fact.sheet, fact.cell, 1, variable=variable, column=column)
