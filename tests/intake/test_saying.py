"""Problems in readers' words: elements and columns by name, neighbours once, a recap that cannot agree once."""

from __future__ import annotations

from typing import Any

import pytest

from analysis import codebook, intake
from analysis.intake.saying import VARIABLES, neighbours_once, variable_in_words

from .conftest import HEADS, HERE, people

BOOK = codebook.load()
TITLE = ["SKM Puskesmas Uji 2025"]


def said(what: Any, code: str, lang: str = "id") -> list[dict[str, Any]]:
    found = intake.clean(what, BOOK, lang, executor=HERE).problems
    return found[found["code"] == code].to_dict("records")


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("id", "Jawaban pada 1 sel tidak terdaftar untuk unsur U3 Waktu penyelesaian; dikosongkan."),
        ("en", "The answer in 1 cell is not listed for element U3, time to complete; left empty."),
    ],
)
def test_an_element_is_called_by_its_number_and_name(lang: str, words: str, write: Any) -> None:
    rows = people(9)
    rows[4][3] = "entahlah"
    (one,) = said(write([TITLE, HEADS, *rows]), "E-LABEL", lang)
    assert (one["cell"], one["what"]) == ("D7", words)


def test_a_column_of_people_is_called_by_its_name(write: Any) -> None:
    rows = [[*row, "entah" if at == 3 else "L"] for at, row in enumerate(people(9))]
    (one,) = said(write([TITLE, [*HEADS, "Jenis Kelamin"], *rows]), "E-VALUE")
    assert one["what"] == "Isian jenis kelamin pada 1 sel tidak terdaftar; dikosongkan."


@pytest.mark.parametrize("lang", ["id", "en"])
def test_no_variable_is_shown_by_its_name_in_the_data(lang: str) -> None:
    names = [*BOOK.items, *(one.name for one in BOOK.fields), *VARIABLES]
    shown = [variable_in_words(name, BOOK, lang) for name in names]
    bare = {"unit", "wave", "service", "channel", "district", "sex", "age", "time", "n", "index", *BOOK.items}
    assert not [one for one, name in zip(shown, names, strict=True) if one == name and (lang == "id" or "_" in one)
                and name in bare]  # fmt: skip
    assert not [one for one in shown if "_" in one]


def test_neighbouring_cells_are_told_once(write: Any) -> None:
    rows = people(9)
    for row in (3, 4):
        for column in (2, 3, 4, 7):
            rows[row][column] = "entahlah"
    found = said(write([TITLE, HEADS, *rows]), "E-LABEL")
    assert [(one["cell"], one["count"]) for one in found] == [("C6:E7", 6), ("H6:H7", 2)]
    assert [found[0]["what"].index(f"unsur U{at} ") for at in (2, 3, 4)] == sorted(
        found[0]["what"].index(f"unsur U{at} ") for at in (2, 3, 4)
    )


def test_many_neighbouring_elements_are_told_by_number(write: Any) -> None:
    rows = people(9)
    rows[4][1:] = ["entahlah"] * 4 + rows[4][5:]
    (one,) = said(write([TITLE, HEADS, *rows]), "E-LABEL")
    assert (one["cell"], "untuk unsur U1, U2, U3, U4;" in one["what"]) == ("B7:E7", True)


def test_only_the_same_rows_of_neighbouring_columns_are_put_together() -> None:
    def doubt(cell: str, code: str = "E-LABEL", **values: str) -> dict[str, Any]:
        return {"code": code, "sheet": "Data", "cell": cell, "count": 1, "values": values}

    told = neighbours_once([
        doubt("AA3", variable="u2"), doubt("Z3", variable="u1"), doubt("AC3", variable="u4"), doubt("AB4"),
        doubt("K", "E-COLUMN", column="K"), doubt("L", "E-COLUMN", column="L"), doubt("Z3", "E-RANGE"),
        doubt("", "E-FILTER"), doubt("3:9", "E-REPEAT"),
    ])  # fmt: skip
    assert [(one["code"], one["cell"], one["count"]) for one in told] == [
        ("E-LABEL", "Z3:AA3", 2), ("E-LABEL", "AC3", 1), ("E-LABEL", "AB4", 1), ("E-COLUMN", "K:L", 2),
        ("E-RANGE", "Z3", 1), ("E-FILTER", "", 1), ("E-REPEAT", "3:9", 1),
    ]  # fmt: skip
    assert told[3]["values"]["column"] == "K:L"


def _with_totals(rows: list[list[Any]], counted: list[list[Any]]) -> list[list[Any]]:
    """Return a table whose totals are those of ``counted``: sum, mean, weighted mean, index."""
    sums = [sum(one for row in counted if isinstance(one := row[at], int)) for at in range(1, 10)]
    means = [one / len(counted) for one in sums]
    return [
        TITLE, HEADS, *rows, ["Jumlah", *sums], ["NRR per unsur", *means],
        ["NRR tertimbang", *(one / 9 for one in means)], ["IKM", sum(means) / 9 * 25],
    ]  # fmt: skip


def test_a_recap_that_counts_cells_set_aside_is_told_once(write: Any) -> None:
    rows = people(12)
    rows[2][4], rows[5][4], rows[7][1], rows[8][9] = 5, 44, 0, "4 atau 3"
    counted = [[4 if one == "4 atau 3" else one for one in row] for row in rows]
    found = intake.clean(write(_with_totals(rows, counted)), BOOK, "id", executor=HERE).problems
    told = found[found["code"].str.startswith("E-RECON")]
    assert told[["code", "cell", "count", "severity"]].to_numpy().tolist() == [
        ["E-RECONASIDE", "B15:J18", 9, "warning"]
    ]
    assert told["what"].iloc[0] == (
        "Rekap di lembar ini berbeda dari barisnya pada 9 sel karena ikut menghitung 4 sel yang disisihkan."
    )


def test_a_recap_that_is_wrong_besides_is_told_by_cell(write: Any) -> None:
    rows = people(12)
    rows[2][4] = 5
    made = _with_totals(rows, rows)
    made[14][1] += 3
    made[14][2] += 1
    found = intake.clean(write(made), BOOK, "id", executor=HERE).problems
    assert found.loc[found["code"].str.startswith("E-RECON"), ["code", "cell", "count"]].to_numpy().tolist() == [
        ["E-RECONASIDE", "B15:E18", 4], ["E-RECON", "B15:C15", 2],
    ]  # fmt: skip
    (one,) = found[found["code"] == "E-RECON"].to_dict("records")
    sums = [sum(row[at] for row in rows) for at in (1, 2)]
    written, recomputed = f"{sums[0] + 3}; {sums[1] + 1}", f"{sums[0]}; {sums[1]}"
    assert one["what"] == f"Angka yang tertulis (jumlah: {written}) berbeda dari hitungan ulang ({recomputed})."


@pytest.mark.parametrize("mean", ["3.125", "3,125"])
def test_a_mean_with_three_decimals_in_a_text_file_is_no_thousand(mean: str, tmp_path: Any) -> None:
    scores = [[4, 3, 3, 3, 3, 3, 3, 3][at] for at in range(8)]
    lines = [";".join(HEADS), *(f"{at};" + ";".join([str(score)] * 9) for at, score in enumerate(scores, 1))]
    path = tmp_path / "Puskesmas Uji 2025.csv"
    path.write_text("\n".join([*lines, "NRR;" + ";".join([mean] * 9)]), encoding="utf-8")
    assert said(path, "E-RECON") == []


def test_sums_with_a_thousands_dot_in_a_text_file(tmp_path: Any) -> None:
    lines = [
        ";".join(HEADS),
        *(f"{at};" + ";".join(["3"] * 9) for at in range(1, 401)),
        "Jumlah;" + ";".join(["1.200"] * 9),
    ]
    path = tmp_path / "Puskesmas Uji 2025.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    assert said(path, "E-RECON") == []


def test_sources_are_told_in_words(write: Any) -> None:
    path = write([["Puskesmas Uji 2025"], HEADS, *people(9)], "Dinas Uji 2024.xlsx")
    (one,) = said(path, "E-WAVECLASH")
    assert one["what"] == "Tahun dari judul berbeda dengan dari nama berkas; yang pertama dipakai."
