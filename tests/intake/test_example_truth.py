"""The shipped example comes back as it was made, every answer leads to its cell, and every row is accounted for."""

from __future__ import annotations

import random
import re
import zipfile
from functools import cache
from typing import TYPE_CHECKING, Any

import openpyxl
import pandas as pd
import pytest

from analysis import example, intake
from analysis.codebook import find_codebook, load
from analysis.shapes import ROW_KINDS

from .conftest import ROOT

if TYPE_CHECKING:
    from analysis.shapes import Cleaned

CONTOH = ROOT / "data" / "raw" / "contoh"


@pytest.fixture(scope="module")
def cleaned() -> Cleaned:
    return intake.clean(CONTOH, lang="id", jobs=2)


def test_every_respondent_equals_the_truth(cleaned: Cleaned) -> None:
    truth = example.expected(example.draw(example.load()))
    keys = ["file", "sheet", "row"]
    found = cleaned.responses
    assert len(found) == len(truth)
    both = truth.merge(found, on=keys, suffixes=("_true", ""), validate="one_to_one")
    assert len(both) == len(truth)
    for name in truth.columns.difference(keys):
        want = both[f"{name}_true"].astype(object).where(both[f"{name}_true"].notna(), "").astype(str)
        got = both[name].astype(object).where(both[name].notna(), "").astype(str)
        assert both.loc[want != got, keys].to_numpy().tolist() == [], name


def test_rows_of_every_sheet_add_up(cleaned: Cleaned) -> None:
    files = cleaned.files
    assert (files["rows"] == files[list(ROW_KINDS)].sum(axis=1)).all()
    kept = cleaned.responses.groupby(["file", "sheet"]).size()
    tables = files[files["layout"].isin(["table", "packed"])].set_index(["file", "sheet"])["kept"]
    assert kept.to_dict() == {key: count for key, count in tables.items() if count}


def test_a_second_cleaning_gives_the_same_frames(cleaned: Cleaned) -> None:
    again = intake.clean(CONTOH, lang="id")
    for name in ("responses", "recaps", "problems", "changes", "files", "columns"):
        pd.testing.assert_frame_equal(getattr(again, name), getattr(cleaned, name))


def test_a_thousand_answers_lead_back_to_their_cells(cleaned: Cleaned) -> None:
    """Walk back with another reader: column and row give the cell, its value and the changes give the answer."""
    book = load(find_codebook(CONTOH))
    columns = cleaned.columns.set_index(["file", "sheet", "variable"])["column"].to_dict()
    frame = cleaned.responses[cleaned.responses["file"].str.endswith(".xlsx")]
    changes = {
        (row.file, row.sheet, row.variable, row.old): row.new
        for row in cleaned.changes[cleaned.changes["rule"].eq("listed answer")].itertuples()
    }
    draw = random.Random(20261124)  # noqa: S311 - no secret
    walked = 0
    while walked < 1000:
        row = frame.iloc[draw.randrange(len(frame))]
        item = draw.choice([name for name in book.items if name in frame.columns])
        letter = columns.get((row["file"], row["sheet"], item))
        if letter is None or pd.isna(row[item]):
            continue
        value = _cell(row["file"], row["sheet"], f"{letter}{row['row']}")
        packed = letter == columns.get((row["file"], row["sheet"], "u1" if item != "u1" else "u9"))
        score = int(row[item])
        if packed:
            assert str(value).split(",")[int(item[1:]) - 1] == str(score)
        elif isinstance(value, int | float):
            assert value == score
        else:
            plain = re.sub(r"[^0-9a-z]+", " ", str(value).lower()).strip()
            assert plain == str(score) or changes[row["file"], row["sheet"], item, plain] == str(score)
        walked += 1


@cache
def _book(file: str) -> Any:
    return openpyxl.load_workbook(CONTOH / file, data_only=True)


def _cell(file: str, sheet: str, address: str) -> Any:
    return _book(file)[sheet][address].value


def test_nobody_is_named(cleaned: Cleaned) -> None:
    """No value of an identity column of the workbooks stands anywhere in what comes out."""
    told = " ".join(
        frame.astype(str).to_csv(index=False)
        for frame in (cleaned.responses, cleaned.problems, cleaned.changes, cleaned.columns, cleaned.recaps)
    ).casefold()
    assert not re.search(r"\b\d{16}\b", told)
    names = _identities()
    assert len(names) > 500
    assert [one for one in names if one.casefold() in told] == []


def _identities() -> set[str]:
    found: set[str] = set()
    for path in sorted(CONTOH.rglob("*.xlsx")):
        if not zipfile.is_zipfile(path):
            continue
        for sheet in _book(path.relative_to(CONTOH).as_posix()):
            rows = list(sheet.iter_rows(values_only=True))
            for at, row in enumerate(rows[:12]):
                for column, head in enumerate(row):
                    if isinstance(head, str) and re.match(
                        r"^(nama( responden| lengkap)?|nik|no\.? ?hp.*|email.*)$", head.strip(), re.IGNORECASE
                    ):
                        found |= {
                            str(one[column]).strip() for one in rows[at + 1 :] if len(one) > column and one[column]
                        }
    # "NIK" heads the grade table of some legends too, with grades and their words below it.
    return {one for one in found if len(one) >= 6 and one.lower() not in ("sangat baik", "kurang baik", "tidak baik")}
