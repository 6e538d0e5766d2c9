"""Files of statistics programs: codes and labels in, the study out, and nothing of a person on the way."""

import io

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from analysis import codebook, intake
from analysis.errors import CallError
from analysis.intake.drafts import drafts, exchange
from analysis.intake.forms import codebook_workbook

SCALE = {1: "Very bad", 2: "Bad", 3: "Good", 4: "Very good"}


@pytest.fixture
def table():
    """Return a small survey with codes: 9 is no answer to q1."""
    return pd.DataFrame({
        "sex": [1.0, 2, 2, 1] * 10, "q1": [1.0, 4, 9, 3] * 10, "q2": [2.0, None, 4, 1] * 10,
        "phone": ["0812 3456 7890", "0812 3456 7891", "0812 3456 7892", "0812 3456 7893"] * 10,
    })  # fmt: skip


@pytest.fixture
def sav(tmp_path, table):
    path = tmp_path / "survei.sav"
    pyreadstat.write_sav(
        table, str(path), column_labels={"q1": "How quick was it?", "q2": "How fair was it?", "sex": "Sex"},
        variable_value_labels={"q1": {**SCALE, 9: "No answer"}, "q2": SCALE, "sex": {1: "male", 2: "female"}},
        missing_ranges={"q1": [9]},
    )  # fmt: skip
    return path


def drafted(found, tmp_path):
    (tmp_path / "codebook.toml").write_text(found.draft.text, encoding="utf-8")
    assert drafts.check(tmp_path / "codebook.toml") == []
    return codebook.load(tmp_path / "codebook.toml")


def test_labels_and_missing_codes_become_a_codebook(sav, tmp_path):
    book = drafted(exchange.receive(sav, lang="en"), tmp_path)
    assert book.items == ("q1", "q2")
    assert book.item("q1").text("en") == "How quick was it?"
    assert book.item("q2").answers == {"very bad": 1, "bad": 2, "good": 3, "very good": 4}
    assert book.instruments[0].missing == ("9",)
    assert (book.instruments[0].low, book.instruments[0].high) == (1, 4)
    sex = next(one for one in book.fields if one.name == "sex")
    assert {one.name: one.aliases for one in sex.values} == {"male": ("male", "1"), "female": ("female", "2")}


def test_the_table_and_its_draft_are_read_by_intake(sav, table, tmp_path):
    found = exchange.receive(sav)
    drafted(found, tmp_path)
    (tmp_path / "survei.csv").write_bytes(exchange.csv_bytes(found.frame))
    cleaned = intake.clean(tmp_path / "survei.csv", codebook=tmp_path / "codebook.toml")
    expected = table["q1"].where(table["q1"] != 9)
    pd.testing.assert_series_equal(cleaned.responses["q1"].astype("float64"), expected, check_names=False)
    assert cleaned.responses["q2"].isna().sum() == table["q2"].isna().sum()
    assert cleaned.responses["sex"].tolist()[:2] == ["male", "female"]


def test_a_dta_file_reads_the_same(tmp_path, table):
    path = tmp_path / "survei.dta"
    pyreadstat.write_dta(
        table, str(path), column_labels={"q1": "How quick was it?"},
        variable_value_labels={"q1": SCALE, "q2": SCALE, "sex": {1: "male", 2: "female"}},
    )  # fmt: skip
    found = exchange.receive(path)
    assert found.frame["q2"].dropna().tolist() == table["q2"].dropna().tolist()
    assert drafted(found, tmp_path).item("q1").text("id") == "How quick was it?"


def test_personal_columns_stay_behind(sav):
    found = exchange.receive(sav)
    assert found.dropped == ("phone",)
    assert "phone" not in found.frame
    assert "0812" not in found.draft.text


@pytest.mark.parametrize("data", [b"", b"$FL2 but nothing more", b"PK\x03\x04"])
def test_a_broken_file_is_refused_by_name(tmp_path, data):
    (tmp_path / "rusak.sav").write_bytes(data)
    with pytest.raises(CallError, match=r"rusak\.sav"):
        exchange.receive(tmp_path / "rusak.sav")


@pytest.fixture
def responses():
    """Return two rows as the study holds them."""
    return pd.DataFrame({
        "respondent": ["B-001/0/5", "B-001/0/6"], "unit": ["A", "=1+1"], "u1": pd.array([4, None], dtype="Int8"),
        "row": [5, 6],
    })  # fmt: skip


def test_sav_carries_the_labels_of_the_codebook(responses, tmp_path):
    book = codebook.load()
    (tmp_path / "out.sav").write_bytes(exchange.frame_bytes(responses, book, ".sav", lang="en"))
    frame, meta = pyreadstat.read_sav(str(tmp_path / "out.sav"))
    assert meta.column_names_to_labels["u1"] == "Requirements"
    assert meta.variable_value_labels["u1"][1.0] == "tidak sesuai"
    assert frame["u1"].isna().tolist() == [False, True]
    assert frame["unit"].tolist() == ["A", "=1+1"]


def test_parquet_is_the_frame_itself(responses):
    back = pd.read_parquet(io.BytesIO(exchange.frame_bytes(responses, codebook.load(), ".parquet")))
    pd.testing.assert_frame_equal(back, responses, check_dtype=False)


def test_csv_runs_no_formula(responses):
    text = exchange.frame_bytes(responses, codebook.load(), ".csv").decode()
    assert text.splitlines() == ["respondent,unit,u1,row", "B-001/0/5,A,4,5", "B-001/0/6,'=1+1,,6"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", " =", '"=', "\uff1d"])
def test_every_way_into_a_formula_is_quoted(start):
    frame = pd.DataFrame({"comment": [f"{start}HYPERLINK(1)"]})
    assert exchange.csv_bytes(frame).decode().splitlines()[1].lstrip('"').startswith("'")


@pytest.mark.parametrize("ending", exchange.OUT)
def test_the_bytes_do_not_depend_on_the_clock(responses, ending):
    data = {exchange.frame_bytes(responses, codebook.load(), ending) for _ in range(2)}
    assert len(data) == 1
    assert ending != ".sav" or data.pop()[92:109] == b"02 Jan 2608:00:00"


def test_an_unknown_format_is_refused(responses):
    with pytest.raises(CallError, match=r"\.xyz: this format is not written"):
        exchange.frame_bytes(responses, codebook.load(), ".xyz", lang="en")


def test_the_codebook_as_a_workbook():
    book = openpyxl.load_workbook(io.BytesIO(codebook_workbook(codebook.load(), "en")))
    assert book.sheetnames == ["Questions", "Respondent columns", "Units", "Places"]
    rows = {row[1].value: row for row in book["Questions"].iter_rows(min_row=2)}
    assert rows["u1"][3].value == "Requirements"
    assert "1 = tidak sesuai" in rows["u1"][4].value
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)
