"""There and back: what intake reads from the written workbooks is the truth, cell by cell."""

import pandas as pd
import pytest

from analysis import example, intake, shapes
from analysis.example.workbooks import workbooks

BLOCKS = "Dinas Perizinan Contoh"
PLACE = ["file", "sheet", "row"]


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Return another draw than the shipped one, which intake's own tests hold to its truth."""
    city = example.draw(example.load(seed=41))
    folder = tmp_path_factory.mktemp("contoh")
    example.workbooks.write(city, folder)
    return city, intake.clean(folder)


def as_text(values):
    return values.astype("string").fillna("")


def test_every_respondent_comes_back_as_planted(both):
    city, cleaned = both
    wanted = example.expected(city).set_index(PLACE).sort_index()
    found = cleaned.responses.set_index(PLACE).sort_index()
    assert list(found.index) == list(wanted.index)
    differing = {
        name: list(wanted.index[as_text(found[name]) != as_text(wanted[name])])
        for name in wanted.columns
        if (as_text(found[name]) != as_text(wanted[name])).any()
    }
    assert differing == {}


def test_registers_come_back_as_declared(both):
    city, cleaned = both
    for name, wanted in example.registers(city).items():
        found = cleaned.registers[name][list(wanted.columns)].reset_index(drop=True)
        pd.testing.assert_frame_equal(found, wanted, check_dtype=False, obj=name)


def test_rows_add_up_and_are_set_aside_where_planted(both):
    city, cleaned = both
    files = cleaned.files
    assert (files["rows"] == files[list(shapes.ROW_KINDS)].sum(axis=1)).all()
    planted = sum(one.count for one in city.truth.dirt if one.kind == "test row")
    # A sheet of five blocks has rows with one number that are nobody's answers.
    lists = files[~files["file"].isin([book.path for book in workbooks(city) if BLOCKS in book.path])]
    assert lists["set_aside"].sum() == planted
    again = {
        book.path: sum(kind == "duplicate" for sheet in book.sheets for kind in sheet.kinds) for book in workbooks(city)
    }
    again |= {
        book.path: sum(kind == "kept" for sheet in book.sheets for kind in sheet.kinds)
        for book in workbooks(city) if book.copy_of
    }  # fmt: skip
    found = files.groupby("file")["duplicate"].sum()
    assert {name: count for name, count in again.items() if count} == found[found > 0].to_dict()


def test_everything_is_known_and_made_up(both):
    city, cleaned = both
    assert cleaned.made_up
    assert set(cleaned.responses["sector"]) == {unit.sector for unit in city.truth.units}
    broken = [book.path for book in workbooks(city) if book.whole < 1]
    assert list(cleaned.files.loc[cleaned.files["outcome"] == "refused", "file"]) == broken
    assert set(cleaned.files.loc[cleaned.files["outcome"] == "refused", "code"]) == {"E-TRUNC"}


def test_recaps_hold_what_units_announced(both):
    city, cleaned = both
    surveys = example.registers(city)["surveys"].set_index(["unit", "wave"])
    recaps = cleaned.recaps.set_index(["unit", "wave"])
    assert {wave for _, wave in recaps.index} == {"2024", "2025"}
    assert recaps["index"].astype(float).to_dict() == surveys["published"].loc[recaps.index].to_dict()


def test_planted_faults_are_told_with_their_places(both):
    city, cleaned = both
    told = cleaned.problems.groupby("code")["count"].sum()
    planted = {
        kind: sum(one.count for one in city.truth.dirt if one.kind == kind)
        for kind in ("out of range", "unlisted answer", "place misspelt", "test row")
    }
    assert {
        "out of range": told["E-RANGE"],
        "unlisted answer": told["E-LABEL"],
        "place misspelt": told["E-PLACE"],
        "test row": told["E-TESTROW"],
    } == planted


def test_sheets_by_area_and_mended_workbooks_are_told(both):
    city, cleaned = both
    told = cleaned.problems.groupby("code")["count"].sum()
    assert told["E-OVERLAP"] == len(city.of("Dinas PU Contoh", "2024"))
    resent = city.truth.resent[0]
    assert told["E-RESUBMIT"] == len(city.of(resent.unit, resent.wave))


def test_nobody_invented_gets_through(both):
    city, cleaned = both
    frames = (cleaned.responses, cleaned.problems, cleaned.changes, cleaned.columns, cleaned.files,
              *cleaned.registers.values())  # fmt: skip
    text = "\n".join(frame.to_csv() for frame in frames)
    people = [one.identity for one in city.people]
    assert [one.nik for one in people if one.nik in text or one.name in text or one.email in text] == []
    assert "0812-0000-" not in text
    assert " Rekaan " not in text
    assert "rekaan99@contoh.invalid" not in text
