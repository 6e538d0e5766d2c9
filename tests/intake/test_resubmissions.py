"""A table that comes twice: each person counts once, the earlier reading unless declared, every difference is told."""

from __future__ import annotations

import random
from typing import Any

import pytest

from analysis.intake.repeats.versions import version_of
from analysis.shapes import ROW_KINDS

from .conftest import HEADS, answers, codes, people

OLD, NEW = "Puskesmas Uji 2025.xlsx", "Puskesmas Uji 2025 revisi.xlsx"
UNIT = "Puskesmas Uji"
DECLARED = ["Unit", "Tahun", "Berkas dipakai", "Lembar dipakai", "Menggantikan"]


def sheet(rows: list[list[Any]]) -> list[list[Any]]:
    return [["SKM Puskesmas Uji 2025"], HEADS, *rows]


def mended(rows: list[list[Any]], **cells: int) -> list[list[Any]]:
    """Return the rows with cells changed, by address: ``B6`` is the first answer of the fourth respondent."""
    made = [list(row) for row in rows]
    for where, value in cells.items():
        made[int(where[1:]) - 3]["ABCDEFGHIJ".index(where[0])] = value
    return made


def other(value: int) -> int:
    return value % 4 + 1


@pytest.fixture
def two(write: Any) -> Any:
    """Two versions: row 6 has another U1 and U2, row 9 another U9; the revision has one respondent more."""
    rows = people(12)
    fresh = mended(rows, B6=other(rows[3][1]), C6=other(rows[3][2]), J9=other(rows[6][9]))
    write(sheet(rows), OLD)
    write(sheet([*fresh, *people(1, 13)]), NEW)
    return rows, [*fresh, *people(1, 13)]


def declare(write: Any, *lines: list[Any]) -> None:
    write({"Kiriman ulang": [DECLARED, *lines]}, "keterangan.xlsx")


def conserved(found: Any) -> None:
    assert (found.files["rows"] == found.files[list(ROW_KINDS)].sum(axis=1)).all()
    assert found.files["kept"].sum() == len(found.responses) + found.files.loc[
        found.files["layout"].str.startswith("register"), "kept"].sum()  # fmt: skip


def problem(found: Any, code: str) -> Any:
    (row,) = found.problems[found.problems["code"] == code].to_dict("records")
    return row


def test_d02_each_person_counts_once_as_first_sent(two: Any, clean: Any, tmp_path: Any) -> None:
    old, fresh = two
    found = clean(tmp_path)
    counted = found.responses.sort_values(["file", "row"], ascending=[False, True])
    assert len(found.responses) == 13
    first = found.responses[found.responses["file"] == OLD]
    assert first[["u1", "u9"]].to_numpy().tolist() == [[row[1], row[9]] for row in old]
    assert counted[counted["file"] == NEW]["row"].tolist() == [15]
    assert found.files.set_index("file")["duplicate"].to_dict() == {OLD: 0, NEW: 12}
    told = problem(found, "E-RESUBMIT")
    assert (told["severity"], told["file"], told["cell"], told["count"]) == ("set aside", NEW, "3:14", 12)
    said = f"{OLD} (sheet Data) sent again: 10 rows are equal, 2 differ, 1 stand only here, 0 only there"
    assert said in told["what"]
    assert told["what"].endswith("Cells that differ: B6:C6, J9.")
    assert f'file used "{NEW}"' in told["todo"]
    conserved(found)
    assert fresh


def test_d02_the_differences_are_changes_cell_by_cell(two: Any, clean: Any, tmp_path: Any) -> None:
    old, fresh = two
    found = clean(tmp_path)
    rows = found.changes[found.changes["rule"] == "another copy counts"]
    told = rows[["file", "sheet", "cell", "column", "variable", "old", "new"]].to_numpy().tolist()
    assert told == [
        [NEW, "Data", "B6", "B", "u1", str(fresh[3][1]), str(old[3][1])],
        [NEW, "Data", "C6", "C", "u2", str(fresh[3][2]), str(old[3][2])],
        [NEW, "Data", "J9", "J", "u9", str(fresh[6][9]), str(old[6][9])],
    ]


@pytest.mark.parametrize(
    "line",
    [
        [UNIT, 2025, NEW], [UNIT, 2025, NEW.removesuffix(".xlsx")], [UNIT, "", "terbaru"], [UNIT, 2025, "yang terbaru"],
        ["PKM Uji", "2025", NEW, "Data", OLD],
    ],
)  # fmt: skip
def test_d02_the_newest_counts_where_declared(line: list[Any], two: Any, write: Any, clean: Any, tmp_path: Any) -> None:
    old, fresh = two
    declare(write, line)
    found = clean(tmp_path)
    assert answers(found) == [row[1:] for row in fresh]
    assert set(found.responses["file"]) == {NEW}
    told = problem(found, "E-REPLACED")
    assert (told["severity"], told["file"], told["count"]) == ("note", OLD, 12)
    assert (
        "rows that do not count: 12 (10 equal, 2 different, 0 only here). Cells that differ: B6:C6, J9." in told["what"]
    )
    assert not codes(found) & {"E-RESUBMIT", "E-VERSIONFILE"}
    change = found.changes[found.changes["rule"] == "another copy counts"].iloc[0]
    assert change[["file", "cell", "old", "new"]].tolist() == [OLD, "B6", str(old[3][1]), str(fresh[3][1])]
    assert found.registers["resubmissions"]["unit"].tolist() == [UNIT]
    conserved(found)


def test_d02_the_first_counts_where_declared(two: Any, write: Any, clean: Any, tmp_path: Any) -> None:
    old, _ = two
    declare(write, [UNIT, 2025, OLD])
    found = clean(tmp_path)
    assert answers(found) == [row[1:] for row in old]
    assert found.files.set_index("file")["duplicate"].to_dict()[NEW] == 13


@pytest.mark.parametrize(
    "line", [[UNIT, 2025, "lain.xlsx"], [UNIT, 2024, NEW], ["Dinas Uji", 2025, "terbaru"], [UNIT, 2025, NEW, "X"]]
)
def test_d02_a_declaration_that_cannot_be_followed(
    line: list[Any], two: Any, write: Any, clean: Any, tmp_path: Any
) -> None:
    declare(write, line)
    found = clean(tmp_path)
    told = problem(found, "E-VERSIONFILE")
    assert (told["file"], told["sheet"], told["cell"]) == ("keterangan.xlsx", "Kiriman ulang", "2:2")
    assert len(found.responses) == 13
    assert "E-RESUBMIT" in codes(found)


def test_d02_newest_is_not_guessed_from_names_that_do_not_tell(write: Any, clean: Any, tmp_path: Any) -> None:
    rows = people(12)
    write(sheet(rows), "Puskesmas Uji 2025 a.xlsx")
    write(sheet(mended(rows, B6=other(rows[3][1]))), "Puskesmas Uji 2025 b.xlsx")
    declare(write, [UNIT, 2025, "terbaru"])
    found = clean(tmp_path)
    assert {"E-VERSIONFILE", "E-RESUBMIT"} <= codes(found)
    assert answers(found) == [row[1:] for row in rows]


def test_d02_what_calls_itself_old_does_not_count(write: Any, clean: Any, tmp_path: Any) -> None:
    rows = people(12)
    write(sheet(mended(rows, B6=other(rows[3][1]))), "Puskesmas Uji 2025 (lama).xlsx")
    write(sheet(rows), OLD)
    found = clean(tmp_path)
    assert answers(found) == [row[1:] for row in rows]
    declare(write, [UNIT, 2025, "terbaru"])
    found = clean(tmp_path)
    assert answers(found) == [row[1:] for row in rows]
    assert "E-REPLACED" in codes(found)


def test_d02_three_versions_and_the_last_declared(write: Any, clean: Any, tmp_path: Any) -> None:
    rows = people(15)
    second = mended(rows, B6=other(rows[3][1]))
    third = mended(second, C7=other(rows[4][2]))
    for name, table in (("", rows), (" revisi", second), (" revisi 2", third)):
        write(sheet(table), f"Puskesmas Uji 2025{name}.xlsx")
    assert answers(clean(tmp_path)) == [row[1:] for row in rows]
    declare(write, [UNIT, 2025, "terbaru"])
    found = clean(tmp_path)
    assert answers(found) == [row[1:] for row in third]
    conserved(found)


def test_d02_a_whole_column_corrected(write: Any, clean: Any, tmp_path: Any) -> None:
    rows = people(20)
    write(sheet(rows), OLD)
    write(sheet([[*row[:8], row[9], row[8]] for row in rows]), NEW)  # U8 and U9 were the wrong way round
    found = clean(tmp_path)
    assert answers(found) == [row[1:] for row in rows]
    swapped = [f"I{at}:J{at}" for at, row in enumerate(rows, 3) if row[8] != row[9]]
    assert f"Cells that differ: {', '.join(swapped)}." in problem(found, "E-RESUBMIT")["what"]


def test_d02_versions_in_two_sheets(write: Any, clean: Any, tmp_path: Any) -> None:
    rows = people(12)
    fresh = mended(rows, D8=other(rows[5][3]))
    path = write({"Data": sheet(rows), "Data revisi": sheet(fresh)}, OLD)
    found = clean(path)
    assert answers(found) == [row[1:] for row in rows]
    assert (problem(found, "E-RESUBMIT")["sheet"], len(found.responses)) == ("Data revisi", 12)
    declare(write, [UNIT, 2025, OLD, "Data revisi"])
    assert answers(clean(tmp_path)) == [row[1:] for row in fresh]


def test_d02_rows_taken_out_and_put_in(write: Any, clean: Any, tmp_path: Any) -> None:
    rows = people(20)
    write(sheet(rows), OLD)
    write(sheet([*rows[:4], *rows[6:], *people(3, 50)]), NEW)
    found = clean(tmp_path)
    assert len(found.responses) == 20 + 3
    assert "E-RESUBMIT" not in codes(found)  # nobody's answers differ: parts of one survey that overlap


def test_d02_another_order_of_rows(write: Any, clean: Any, tmp_path: Any) -> None:
    rows = people(30)
    fresh = mended(rows, B6=other(rows[3][1]), C11=other(rows[8][2]))
    shuffled = random.Random(3).sample(fresh, len(fresh))  # noqa: S311 - no secret
    write(sheet(rows), OLD)
    write(sheet(shuffled), NEW)
    found = clean(tmp_path)
    assert answers(found) == [row[1:] for row in rows]
    assert "28 rows are equal, 2 differ" in problem(found, "E-RESUBMIT")["what"]


def test_d02_a_later_version_with_other_rows_is_said_and_both_count(write: Any, clean: Any, tmp_path: Any) -> None:
    write(sheet(people(12)), OLD)
    write(sheet(people(25, 100)), NEW)
    found = clean(tmp_path)
    assert len(found.responses) == 37
    assert (problem(found, "E-VERSION")["severity"], problem(found, "E-VERSION")["file"]) == ("warning", NEW)
    declare(write, [UNIT, 2025, NEW])
    found = clean(tmp_path)
    assert len(found.responses) == 25
    assert "E-VERSION" not in codes(found)


def test_d02_months_of_one_year_are_parts_not_versions(write: Any, clean: Any) -> None:
    months = {name: sheet(people(40, 100 * at)) for at, name in enumerate(("Januari", "Februari", "Maret"), 1)}
    found = clean(write(months, OLD))
    assert len(found.responses) == 120
    assert not codes(found) & {"E-RESUBMIT", "E-OVERLAP", "E-VERSION"}


def test_d02_months_that_share_one(write: Any, clean: Any) -> None:
    first, shared, last = people(20), people(20, 200), people(20, 400)
    found = clean(write({"Semester 1": sheet([*first, *shared]), "Mei-Agustus": sheet([*shared, *last])}, OLD))
    assert len(found.responses) == 60
    assert "E-RESUBMIT" not in codes(found)


def test_d02_differences_name_nobody(write: Any, clean: Any, tmp_path: Any) -> None:
    heads = [*HEADS, "Nama", "Saran"]
    rows = [[*row, f"Budi{at}", "bagus"] for at, row in enumerate(people(12))]
    fresh = [list(row) for row in rows]
    fresh[2][10], fresh[3][11] = "Sitinurbaya", "Parkirnya Sitinurbaya sempit"
    write([["SKM Puskesmas Uji 2025"], heads, *rows], OLD)
    write([["SKM Puskesmas Uji 2025"], heads, *fresh], NEW)
    found = clean(tmp_path)
    assert len(found.responses) == 12
    changes = found.changes[found.changes["rule"] == "another copy counts"]
    assert changes[["cell", "old", "new"]].to_numpy().tolist() == [["L6", "", ""]]
    assert "Sitinurbaya" not in found.problems.to_csv() + found.changes.to_csv() + found.files.to_csv()


@pytest.mark.parametrize(
    ("name", "stem", "rank"),
    [
        ("a/PKM 2025.xlsx", "pkm 2025", 0), ("PKM 2025_Revisi.xlsx", "pkm 2025", 1),
        ("PKM 2025 FINAL.csv", "pkm 2025", 1), ("PKM 2025 final revisi.xlsx", "pkm 2025", 2),
        ("PKM 2025 (1).xlsx", "pkm 2025", 2), ("PKM 2025 v2.xlsx", "pkm 2025", 3),
        ("PKM 2025 rev 3.xlsx", "pkm 2025", 4), ("Semester 2", "semester 2", 0), ("revisi.xlsx", "revisi", 0),
        ("PKM 2025_lama.xlsx", "pkm 2025", -1),
    ],
)  # fmt: skip
def test_d02_names_of_versions(name: str, stem: str, rank: int) -> None:
    assert (version_of(name).stem, version_of(name).rank) == (stem, rank)
