"""Answers as clerks of a city write them, each with what it means; what means nothing is left empty and said."""

from __future__ import annotations

from typing import Any

import pytest

from analysis import codebook, intake

from .conftest import HEADS, HERE, people

BOOK = codebook.load()
TITLE = ["SKM Puskesmas Uji 2025"]
SCORES = {
    "3 (Baik)": 3, "4=Sangat baik": 4, "3,0": 3, " 4 ": 4, "b": 2, "D.": 4, "(c)": 3, "C": 3, "4. Sangat cepat": 4,
    "CEPAT": 3, "Kurang Cepat": 2, "3.0": 3, "4,00": 4, "3 - Baik": 3, "3: Baik": 3, "Baik (3)": 3, "\uff11": 1,
    "\u0663": 3, "4\u00a0": 4, "-": None, "TTD": None, "0": None, "99": None, "IV": None, "tiga": None, "3/4": None,
    "4 4": None, "kosong": None, "": None,
}  # fmt: skip
PEOPLE = {
    "sex": ("JK", {"L": "male", "Laki - Laki": "male", "LAKI2": "male", "PRIA": "male", "Lk": "male", "P": "female",
                   "Pr": "female", "Wanita": "female", "perempuan ": "female", "cowok": "", "-": ""}),
    "education": ("Pendidikan Terakhir", {
        "SLTA": "upper secondary", "SLTA/sederajat": "upper secondary", "SMA / SMK": "upper secondary",
        "SMU": "upper secondary", "S-1": "bachelor", "Sarjana (S1)": "bachelor", "S1/D4": "bachelor",
        "Strata 1": "bachelor", "D-III": "diploma", "Diploma 3": "diploma", "S2 Ke Atas": "postgraduate",
        "Pasca Sarjana": "postgraduate", "SLTP": "lower secondary", "SD/MI": "primary", "entah": "",
    }),
    "age": ("Umur", {"25": "25-34", "34 tahun": "25-34", "> 60": "60+", "77": "60+", "6": "under 18", "17-25": "",
                     "130": "", "dua puluh": ""}),
    "district": ("Kecamatan", {
        "Skw. Utara": "Singkawang Utara", "SINGKAWANG UTARA ": "Singkawang Utara", "Skw Brt": "Singkawang Barat",
        "Kec. Singkawang Timur": "Singkawang Timur", "Tengah": "", "luar kota": "Luar kota", "Kab. Sambas": "Luar kota",
        "Singkwang Timur": "",
    }),
    "village": ("Kelurahan", {"Kel. Tengah": "Tengah", "Sei Wie": "Sungai Wie", "Nyarungkop": "Nyarumkop",
                              "Mayasopa": "Maya Sopa", "antah": ""}),
}  # fmt: skip


def cleaned(write: Any, heading: str, cells: list[str], *, instead: int = 0) -> Any:
    """Clean a table whose column ``heading`` holds ``cells``; an item column is overwritten ``instead`` of one more."""
    rows = people(max(12, len(cells)))
    rows = [[*row, cells[at % len(cells)]] for at, row in enumerate(rows)]
    if instead:
        rows = [[*row[:instead], row[-1], *row[instead + 1 : -1]] for row in rows]
    heads = HEADS if instead else [*HEADS, heading]
    return intake.clean(write([TITLE, heads, *rows]), BOOK, "id", executor=HERE)


def test_scores(write: Any) -> None:
    found = cleaned(write, "", list(SCORES), instead=3)
    got = found.responses["u3"].astype(object).where(found.responses["u3"].notna(), None).tolist()
    assert dict(zip(SCORES, got, strict=False)) == SCORES
    unread = [
        cell for cell, score in SCORES.items() if score is None and cell not in ("-", "0", "99", "", "TTD", "kosong")
    ]
    assert found.problems.loc[found.problems["severity"] == "set aside", "count"].sum() >= len(unread)


@pytest.mark.parametrize("name", PEOPLE)
def test_columns_of_people(name: str, write: Any) -> None:
    heading, meant = PEOPLE[name]
    found = cleaned(write, heading, list(meant))
    assert dict(zip(meant, found.responses[name], strict=False)) == meant


@pytest.mark.parametrize("heading", ["Jenis Kelamin", "JK", "L/P", "Jenis Kelamin (L/P)", "Gender", "Jns. Kel", "Sex"])
def test_headings_of_sex(heading: str, write: Any) -> None:
    assert cleaned(write, heading, ["L", "P"]).responses["sex"].tolist() == ["male", "female"] * 6
