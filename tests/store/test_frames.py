"""Frames on disk: the same back as went in, the same bytes each time, and nothing a spreadsheet would run."""

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.store import frames

ITEMS = ("u1", "u2")


def responses(**more):
    return pd.DataFrame(
        {
            "respondent": ["B-001/0/4", "B-001/0/5"],
            "wave": ["2025", "2025"],
            "district": ["Singkawang Utara", None],
            "u1": pd.array([4, None], dtype="Int8"),
            "u2": [1, 2],
            "comment": ["=1+1", None],
            "row": [4, 5],
            **more,
        },
        index=[7, 3],
    )


def test_respondents_come_back_as_they_went(tmp_path):
    path = tmp_path / "responses.parquet"
    of = frames.write_parquet(responses(), ITEMS, path)
    back = frames.read_parquet(path.read_bytes(), of)
    pd.testing.assert_frame_equal(back, frames.as_kinds(responses(), of))
    assert back["u1"].tolist() == [4, pd.NA]
    assert back["comment"].iloc[0] == "=1+1"
    assert list(back.index) == [0, 1]


def test_a_column_that_is_not_on_the_list_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"^columns that a set of responses must not hold: name, nik$"):
        frames.write_parquet(responses(name="x", nik="y"), ITEMS, tmp_path / "responses.parquet")
    assert list(tmp_path.iterdir()) == []


def test_parquet_tells_no_text_beside_the_text_itself(tmp_path):
    path = tmp_path / "responses.parquet"
    frame = responses()
    frame.attrs["source"] = "a secret"
    frames.write_parquet(frame, ITEMS, path)
    meta = pq.read_metadata(path)
    assert not meta.metadata
    with_statistics = {
        meta.row_group(0).column(at).path_in_schema
        for at in range(meta.num_columns)
        if meta.row_group(0).column(at).is_stats_set
    }
    assert with_statistics == {"u1", "u2", "row"}


def test_the_same_frame_makes_the_same_bytes(tmp_path):
    for name in ("a", "b"):
        frames.write_parquet(responses(), ITEMS, tmp_path / f"{name}.parquet")
        frames.write_csv(responses(), tmp_path / f"{name}.csv")
    assert (tmp_path / "a.parquet").read_bytes() == (tmp_path / "b.parquet").read_bytes()
    assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "\N{FULLWIDTH EQUALS SIGN}"])
def test_no_cell_or_heading_of_a_csv_runs_in_a_spreadsheet(tmp_path, start):
    path = tmp_path / "t.csv"
    frames.write_csv(pd.DataFrame({f"{start}head": [f'{start}HYPERLINK("x";"y")']}), path)
    text = path.read_bytes().decode("utf-8-sig")
    assert all(not cell.lstrip('"').startswith(start) for cell in text.split("\r\n") if cell)
    assert "'" + start in text


def test_negative_numbers_stay_numbers(tmp_path):
    path = tmp_path / "t.csv"
    frames.write_csv(pd.DataFrame({"difference": [-1.5], "count": [-2]}), path)
    assert path.read_bytes() == b"\xef\xbb\xbfdifference,count\r\n-1.5,-2\r\n"


@given(
    st.lists(
        st.tuples(
            st.text(alphabet=st.characters(blacklist_categories=("Cs",)), max_size=8),
            st.one_of(st.none(), st.integers(-(2**62), 2**62)),
            st.one_of(st.none(), st.floats(allow_nan=False)),
            st.one_of(st.none(), st.booleans()),
        ),
        max_size=6,
    )
)
def test_any_table_survives_its_csv(tmp_path_factory, rows):
    text, whole, number, answer = zip(*rows, strict=True) if rows else ((), (), (), ())
    frame = pd.DataFrame(
        {
            "text": pd.Series(text, dtype="str"),
            "whole": pd.array(whole, dtype="Int64"),
            "number": np.array(number, dtype=float),
            "answer": pd.array(answer, dtype="boolean"),
        }
    )
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    of = frames.write_csv(frame, path)
    pd.testing.assert_frame_equal(frames.read_csv(path.read_bytes(), of), frame)


def test_missing_text_is_an_empty_cell(tmp_path):
    path = tmp_path / "t.csv"
    of = frames.write_csv(pd.DataFrame({"unit": ["A", None], "n": pd.array([1, None], dtype="Int64")}), path)
    assert frames.read_csv(path.read_bytes(), of)["unit"].tolist() == ["A", ""]
    assert frames.read_csv(path.read_bytes(), of)["n"].tolist() == [1, pd.NA]
