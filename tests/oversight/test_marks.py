"""The marks of good service: their shares of low answers and how sure these are."""

import numpy as np
import pytest

from analysis import oversight
from tests.oversight.small import people


@pytest.fixture
def made(book):
    return oversight.design(people(n=60, waves=("2025",)), book)


def test_the_share_of_low_answers_of_a_mark_of_one_item_has_the_range_of_that_item(made, book):
    found = oversight.marks(made, book=book).table
    alone = found[found["note"].eq("one item")].iloc[0]
    item = oversight.unsur(made, None, book=book).set_index("variable").loc[alone["items"]]
    ends = [alone[f"low_answers{end}"] / 100 for end in ("", "_low", "_high")]
    assert ends == pytest.approx([item[f"low_share{end}"] for end in ("", "_low", "_high")])
    assert 0 < ends[1] < ends[0] < ends[2] < 1


def test_of_a_mark_of_several_items_and_of_a_group_the_range_lies_about_the_share(made, book):
    marks = oversight.marks(made, book=book, by="sex").table
    gaps = oversight.equity(made, book=book, groups=("sex",)).table
    for table in (marks[marks["n"].gt(0)], gaps):
        low, share, high = (table[f"low_answers{end}"] for end in ("_low", "", "_high"))
        assert len(table)
        assert (low.lt(share) & share.lt(high)).all()
        assert not np.isnan(table[["low_answers_low", "low_answers_high"]].to_numpy(dtype=float)).any()
