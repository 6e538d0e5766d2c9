"""Where there is little to tell: no empty table, no empty picture, no fact that nobody declared."""

import pandas as pd
import pytest

from analysis import words
from analysis.oversight import Answer

FOUND = (
    "rank", "key", "subject", "beside", "unit", "sector", "wave", "where", "n", "estimate", "difference", "low",
    "high", "sample", "officer", "komisi", "example_officer", "question", "supports",
)  # fmt: skip


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("rows", [[], [{"n": 4, "key": "unit_low", "where": frozenset(), "example_officer": False}]])
def test_without_findings_sentence_and_table_say_so_whether_none_was_found_or_none_may_be_shown(make, lang, rows):
    answer = Answer("findings", "2025", "random", {"findings": pd.DataFrame(rows, columns=list(FOUND))})
    show = make.page({make.cell(): 60}, lang)
    none = words.say("publish.brief_no_findings", lang)
    assert show.sentence(answer).texts == (none,)
    table = show.table(answer)
    assert [{entry.text for entry in row[1:]} for row in table.rows] == [{none}]
    assert f'colspan="{len(table.headings) - 1}"' in table._repr_html_()
