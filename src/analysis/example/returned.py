"""The truth as it should come back from the workbooks: respondents with file and row, and the registers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from .declarations import published
from .layouts import KEPT
from .spelling import ELEMENTS
from .supervision import complaints
from .truth import ITEMS
from .workbooks import kept_people, workbooks

if TYPE_CHECKING:
    from .city import City
    from .paper import Entry, Sheet
    from .truth import Truth

EXPECTED = ("file", "sheet", "row", "unit", "sector", "owner", "wave", *KEPT, *ITEMS)
"""Columns of ``expected``."""


def expected(city: City) -> pd.DataFrame:
    """Return the respondents as they should come back from the workbooks, one row each, in order of file and row.

    Columns are ``EXPECTED``: codebook values, "" where a sheet does not carry the column, the date as ISO text, items
    as Int8 with missing answers; a csv has no sheet (""). Rows set aside and files sent twice are not among them, rows
    repeated inside a sheet are.
    """
    units = {unit.name: (unit.sector, unit.owner) for unit in city.truth.units}
    rows = [
        (book.path, "" if book.format == "csv" else sheet.name, number, entry.person.unit, *units[entry.person.unit],
         *_values(sheet, entry))
        for book in workbooks(city) if book.counts
        for sheet in book.sheets
        for number, entry in sheet.entries.items() if entry.kind == "kept"
    ]  # fmt: skip
    frame = pd.DataFrame(rows, columns=list(EXPECTED))
    return frame.astype({"row": "int64", **dict.fromkeys(ITEMS, "Int8")})


def _values(sheet: Sheet, entry: Entry) -> tuple[object, ...]:
    one = entry.person
    facts = {name: getattr(one, name) for name in KEPT if name != "date"} | {"date": one.when.date().isoformat()}
    return (one.wave, *(facts[name] if name in sheet.carries else "" for name in KEPT), *one.scores)


def registers(city: City) -> dict[str, pd.DataFrame]:
    """Return the registers as they should come back: units, surveys, population, training, complaints, plans, findings.

    Complaints in order of arrival with dates as ISO text; promises name the element in the sender's words.
    """
    truth = city.truth
    announced = published(truth, kept_people(city))
    weights = {(one.unit, one.wave): one.weight for one in truth.published}
    surveys = [
        (unit.name, wave.name, unit.sample, unit.users[place], wave.start.isoformat(), wave.end.isoformat(),
         announced[unit.name, wave.name], weights.get((unit.name, wave.name), "1/9"))
        for unit in truth.units for place, wave in enumerate(truth.waves) if (unit.name, wave.name) in announced
    ]  # fmt: skip
    population = [
        (one.name, wave.name, one.population) for wave in truth.waves for one in truth.districts if one.population
    ]
    hours = truth.training.hours.items() if truth.training else ()
    training = [(unit, truth.training.wave, given) for unit, given in hours if truth.training]
    return {
        "units": pd.DataFrame([(unit.name, "") for unit in truth.units], columns=["unit", "wave"]),
        "surveys": pd.DataFrame(
            surveys,
            columns=["unit", "wave", "sample", "users", "start", "end", "published", "published_weight"],
        ),
        "population": pd.DataFrame(population, columns=["district", "wave", "population"]),
        "training": pd.DataFrame(training, columns=["unit", "wave", "hours"]),
        **_supervision(truth),
    }


def _supervision(truth: Truth) -> dict[str, pd.DataFrame]:
    limit = truth.complaints.limit if truth.complaints else 0
    received = [
        (one.unit, one.received.isoformat(), one.closed.isoformat() if one.closed else "", one.channel, one.topic,
         one.status, limit)
        for one in complaints(truth)
    ]  # fmt: skip
    plans = [
        (one.unit, one.wave, ELEMENTS[one.item], one.program, one.due, one.owner, one.status) for one in truth.promises
    ]
    findings = [(one.unit, one.wave, one.source, one.finding, one.recommendation, one.status) for one in truth.findings]
    return {
        "complaints": pd.DataFrame(
            received, columns=["unit", "received", "closed", "channel", "topic", "status", "deadline_days"]
        ),
        "plans": pd.DataFrame(plans, columns=["unit", "wave", "item", "program", "due", "owner", "status"]),
        "findings": pd.DataFrame(findings, columns=["unit", "wave", "source", "finding", "recommendation", "status"]),
    }
