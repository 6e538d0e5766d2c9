"""What came in: no count of rows tells how many of a withheld unit answered, not even rows that were set aside."""

import pandas as pd
import pytest

from analysis.publish import arrivals

KINDS = ("title", "heading", "blank", "total", "note")


def sheets(*given):
    """Return sheets by number, unit, rows kept, set aside and sent once more; each has ten rows that are no data."""
    rows = [
        {"number": f"B-{at:03}", "file": f"{at}.xlsx", "sheet": "Data", "format": "xlsx", "sha256": "0", "unit": unit,
         "wave": "2025", "outcome": "read", "rows": 10 + kept + aside + again, "kept": kept, "set_aside": aside,
         "duplicate": again, **dict.fromkeys(KINDS, 2)}
        for at, (unit, kept, aside, again) in enumerate(given, start=1)
    ]  # fmt: skip
    return pd.DataFrame(rows)


@pytest.fixture
def show(make):
    units = {"Unit A": 120, "Unit B": 80, "Unit C": 7, "Unit D": 300}
    page = make.page({make.cell(): sum(units.values())} | {make.cell(unit=name): n for name, n in units.items()})
    assert make.cell(unit="Unit C") in page.look.plan.withheld
    return page


def test_as_many_remarks_are_told_as_there_are_and_what_they_are_about_apart(show):
    problems = pd.DataFrame({"code": ["E-RANGE", "E-MERGES", "E-PII"], "severity": ["set aside", "warning", "note"],
                             "file": ["1.xlsx", "2.xlsx", "2.xlsx"], "sheet": "Data", "cell": "", "count": [3, 1200, 9],
                             "what": "x", "todo": "y"})  # fmt: skip
    assert show.sentence(problems).texts == (
        "Ada 2 catatan untuk dikembalikan ke unit, pada 2 berkas.",
        "Catatan itu mengenai 1.203 sel, baris, atau berkas.",
    )
    assert [one.text for one in show.table(problems).headings][2] == "yang terkena"


@pytest.mark.parametrize(("outcome", "told"), [("read", "tanpa lembar"), ("refused", "tidak terbuka")])
@pytest.mark.parametrize("missing", ["", None])
def test_a_file_without_sheets_or_that_could_not_be_opened_leaves_no_cell_empty(show, outcome, told, missing):
    files = sheets(*BIG).assign(sheet=missing, outcome=outcome)
    assert [row[1].text for row in show.table(files).rows] == [told, told]


BIG = (("Unit A", 120, 3, 0), ("Unit D", 300, 0, 0))


@pytest.mark.parametrize("again", [[("Unit C", 7, 0, 7)], [("Unit C", 7, 0, 0), ("Unit C", 0, 0, 7)]])
def test_rows_that_a_withheld_unit_sent_once_more_do_not_tell_how_many_it_has(show, again):
    files = sheets(*BIG, *again)
    rows = show.table(files).rows[len(BIG) :]
    told = [[entry.value for entry in row[4:7]] for row in rows]
    assert 7 not in [value for row in told for value in row]
    assert not any(row[4].value in {17, 24} for row in rows)
    assert arrivals.totals(files, show.look) == {}
    assert "7" not in repr(show.sentence(files))


def test_rows_set_aside_are_told_of_sheets_that_are_shown_and_of_all_where_no_one_sheet_follows(show):
    files = sheets(*BIG, ("Unit C", 7, 0, 0))
    assert [row[6].value for row in show.table(files).rows] == [3, 0, 0]
    assert arrivals.totals(files, show.look)["aside"] == 3
