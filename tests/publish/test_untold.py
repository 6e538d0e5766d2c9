"""What cannot be computed says why, and what to do, in both languages; no sentence is told of nothing."""

import numpy as np
import pandas as pd
import pytest

from analysis import words
from analysis.oversight import Answer

WHY = ("too few answers", "constant", "others constant", "overall constant", "tied answers")


def priorities(notes, why=""):
    rows = [
        {"variable": f"u{place}", "n": 0 if note == "not asked" else 120,
         "performance": np.nan if note == "not asked" else 3.2, "importance": np.nan if note else 0.4,
         "quadrant": "" if note else "keep up", "note": note}
        for place, note in enumerate(notes, start=1)
    ]  # fmt: skip
    facts = {"basis": "derived", "note": why, "needed": 11}
    return Answer("drivers", "2025", "random", {"unsur": pd.DataFrame(rows)}, (), facts)


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("why", WHY)
def test_priorities_that_cannot_be_computed_say_why(make, lang, why):
    show = make.page({make.cell(): 120}, lang)
    answer = priorities([why, why], why)
    told = show.sentence(answer).texts
    assert len(told) == 1
    assert told[0] == words.say(f"publish.drivers_{why.replace(' ', '_')}", lang, needed=11)
    assert show.table(answer, "unsur").rows[0][-1].text == words.say(f"publish.note_{why.replace(' ', '_')}", lang)


def test_an_element_that_nobody_was_asked_is_not_called_withheld(make):
    table = make.page({make.cell(): 120}).table(priorities(["", "not asked"]), "unsur")
    assert [row[-1].text for row in table.rows] == ["", "tidak ditanyakan"]
    assert not table.rows[1][1].withheld
