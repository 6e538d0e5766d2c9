from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis.oversight import aims, cell_counts, coverage, design, integrity, recap_index, reconcile, skm_index

from .small import ITEMS, people


def study(book, *, units=None, surveys=None, recaps=None, frame=None):
    registers = {"units": units if units is not None else pd.DataFrame(columns=["unit", "wave"])}
    registers["surveys"] = surveys if surveys is not None else pd.DataFrame(columns=["unit", "wave"])
    return SimpleNamespace(
        responses=people(n=30) if frame is None else frame, registers=registers, book=book,
        recaps=recaps if recaps is not None else pd.DataFrame(),
    )  # fmt: skip


def test_who_must_and_did_not_is_listed(book):
    units = pd.DataFrame({"unit": ["Klinik", "Hilang"], "wave": ["", "2025"]})
    table = coverage(study(book, units=units)).set_index(["unit", "wave"])
    row = table.loc[("Hilang", "2025")]
    assert (row["must"], row["surveyed"], row["n"], row["note"]) == (True, False, 0, "no responses")
    assert table.loc[("Klinik", "2024"), "must"]
    assert not table.loc[("Izin", "2025"), "must"]
    assert ("Hilang", "2024") not in table.index


def test_without_a_register_nobody_knows_who_must(book):
    table = coverage(study(book))
    assert table["must"].isna().all()
    assert len(table) == 10
    assert set(table["note"]) == {"undeclared"}


def test_the_minimum_is_of_the_users(book):
    surveys = pd.DataFrame({"unit": ["Klinik"], "wave": ["2025"], "sample": ["random"], "users": [500]})
    row = coverage(study(book, surveys=surveys)).set_index(["unit", "wave"]).loc[("Klinik", "2025")]
    assert (row["needed"], row["enough"], row["sample"]) == (217, False, "random")


def test_a_recap_counts_as_surveyed_and_is_marked(book):
    recaps = pd.DataFrame({"unit": ["Rekap"], "wave": ["2025"], "n": [80], "index": [81.0]})
    row = coverage(study(book, recaps=recaps)).set_index("unit").loc["Rekap"]
    assert (row["n"], row["surveyed"], row["note"]) == (80, True, "recap only")


def test_cell_counts_hold_every_group(book):
    counts = cell_counts(people(n=30), [(), ("wave", "sector"), ("colour",)]).set_index("cell")["n"]
    assert counts[frozenset()] == 300
    assert counts[frozenset({("wave", "2025"), ("sector", "health")})] == 60
    assert len(counts) == 1 + 8


def published(book, figure):
    frame = people(n=30, waves=("2025",), units={"Klinik": "health"})
    index = skm_index(design(frame, book), ["unit", "wave"], book=book)
    surveys = pd.DataFrame({"unit": ["Klinik"], "wave": ["2025"], "published": [figure(index.iloc[0])]})
    return reconcile(index, surveys, book=book).iloc[0]


def nrr(row):
    return np.array([row[f"nrr_{item}"] for item in ITEMS])


@pytest.mark.parametrize(
    ("figure", "reason"),
    [
        (lambda row: round(row["index"], 2), "agrees"),
        (lambda row: round(row["index_011"], 2), "0.11 weight"),
        (lambda row: round(row["index"], 1), "one decimal"),
        (lambda row: row["index"] + 3.3, "not explained"),
        (lambda row: round(float(np.round(nrr(row), 1).mean()) * 25, 2), "not explained"),
    ],
)
def test_a_published_index_is_explained(book, figure, reason):
    assert published(book, figure)["explained"] == reason


def test_a_change_of_grade_is_said(book):
    row = published(book, lambda _: 88.5)
    assert (row["grade_published"], row["grade_changes"]) == ("A", True)


def test_integrity_counts_repeats(book):
    frame = people(n=40, waves=("2025",), units={"Klinik": "health", "Izin": "licensing"})
    copied = frame["unit"].eq("Izin")
    frame.loc[copied, list(ITEMS)] = frame.loc[copied, list(ITEMS)].iloc[0].to_numpy()
    frame.loc[copied, "u1"] = 1
    table = integrity(frame, book).set_index("unit")
    assert table.loc["Izin", "repeated_share"] == 1
    assert table.loc["Izin", "longest_run"] == 40
    assert table.loc["Klinik", "repeated_share"] < 0.3
    assert table.loc["Klinik", "n"] == 40


def test_a_recap_is_recomputed_from_its_printed_means(book):
    means = {f"nrr_u{number}": [3.5, 3.0] for number in range(1, 10)}
    means["nrr_u8"] = [3.5, np.nan]
    recaps = pd.DataFrame(
        {"unit": ["A", "B"], "wave": "2025", "rule": "2017", "n": [80, 40], "index": [86.63, 66.67], "grade": "B"}
        | means
    )
    table = recap_index(recaps, book=book).set_index("unit")
    assert table["index"].tolist() == pytest.approx([87.5, 75.0])
    assert table.loc["A", "explained"] == "0.11 weight"
    assert table.loc["B", "explained"] == "missing counted as zero"
    assert table.loc["B", "missing"] == "u8"
    assert table["se"].isna().all()
    assert set(table["note"]) == {"recap only"}


def test_no_recap_is_an_empty_table(book):
    assert recap_index(pd.DataFrame(), book=book).empty


def test_aims_say_what_no_item_speaks_of(book):
    frame = people(n=40, waves=("2025",))
    one = study(book, frame=frame)
    table = aims(one, design(frame, book)).table.set_index("what")
    assert table.loc["need_met", "note"] == "not measured"
    assert table.loc["complaints_in_time", "note"] == "not measured"
    assert table.loc["result_received", "value"] == pytest.approx(float(frame["u5"].mean()))
    assert (table.loc["units_published", "n"], table.loc["units_published", "of"]) == (0, 5)
