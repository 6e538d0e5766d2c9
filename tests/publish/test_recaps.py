"""Units of which a recap is all that came: printed values beside those of their elements, and no rank."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import codebook, oversight, words
from analysis.publish.wording import answers

BOOK = codebook.load()


def recaps(**more):
    """Return a recap of four units: one agrees, one used the weight 0.11, one is small, one's answers came too."""
    means = {f"nrr_u{number}": [3.5, 3.5, 3.5, 3.5] for number in range(1, 10)} | {"nrr_u4": [3.2, 3.5, 3.5, 3.5]}
    return pd.DataFrame(
        {
            "unit": ["Klinik", "Terminal", "Pos kecil", "Samsat"], "wave": "2025", "rule": "2017",
            "n": [80, 40, 9, 120], "index": [86.67, 86.63, 87.5, 87.5], "grade": ["B", "B", "B", "B"],
        } | means | more
    )  # fmt: skip


def study(frame, sent=("Samsat",)):
    responses = pd.DataFrame({"unit": list(sent), "wave": "2025"}) if sent else pd.DataFrame()
    return SimpleNamespace(recaps=frame, responses=responses, book=BOOK, registers={})


@pytest.mark.parametrize("sent", [(), ("Samsat",)])
def test_a_unit_whose_answers_came_is_not_told_by_its_recap(sent):
    alone = oversight.recaps_alone(study(recaps(), sent))
    assert set(alone["unit"]) == {"Klinik", "Terminal", "Pos kecil", "Samsat"} - set(sent)


def test_the_last_row_of_a_unit_counts_once():
    twice = pd.concat([recaps(), recaps(n=[81, 41, 9, 121])], ignore_index=True)
    alone = oversight.recaps_alone(study(twice)).set_index("unit")
    assert alone["n"].to_dict() == {"Klinik": 81, "Terminal": 41, "Pos kecil": 9}


def test_printed_values_stand_beside_those_of_their_elements(make):
    show = make.page({make.cell(unit="Samsat"): 120})
    table = show.table(oversight.recaps_alone(study(recaps())))
    assert [[entry.text for entry in row] for row in table.rows] == [
        ["Klinik", "2025", "80", "86,67", "B", "86,67", "B", "cocok", "U4 (Biaya/tarif)"],
        ["Pos kecil", "2025", *["tidak ditampilkan"] * 7],
        ["Terminal", "2025", "40", "86,63", "B", "87,50", "B", "bobot 0,11 sebagai ganti 1/9", ""],
    ]
    assert all("rentang" in note or "tidak ditampilkan" in note.lower() for note in table.notes)
    texts = show.sentence(oversight.recaps_alone(study(recaps()))).texts
    assert texts[0] == "3 unit hanya mengirim rekap: nilai jadi tanpa jawaban di baliknya."
    assert texts[1] == "1 dari 2 nilai yang diumumkan di rekap cocok dengan hitungan ulang dari nilai unsurnya."
    assert "Terminal" in texts[2]
    assert "87,5" not in " ".join(texts[:2])


@pytest.mark.parametrize("kept", ["n", "answers"])
def test_a_recap_of_few_or_of_a_unit_with_answers_tells_nothing(make, kept):
    table = recaps(n=[None, 40, 9, 120]) if kept == "n" else recaps()
    alone = oversight.recaps_alone(study(table, ()))
    planned = {make.cell(unit="Klinik"): 85} if kept == "answers" else {}
    shown = make.page({make.cell(unit="Samsat"): 120, **planned}).table(alone)
    rows = {row[0].text: [entry.text for entry in row[2:]] for row in shown.rows}
    assert rows["Klinik"] == rows["Samsat"] == rows["Pos kecil"] == ["tidak ditampilkan"] * 7
    assert rows["Terminal"][0] == "40"


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_recap_alone_is_said(make, lang):
    show = make.page({make.cell(unit="Samsat"): 120}, lang)
    nothing = oversight.recaps_alone(study(recaps().tail(1)))
    assert len(show.sentence(nothing).texts) == len(show.table(nothing).notes) == 1
    assert show.table(nothing).rows == ()


@pytest.mark.parametrize(
    ("explained", "told"),
    [
        ("0.12 weight", "bobot 0,12 sebagai ganti bobot yang tidak dibulatkan"),
        (
            "0.12 weight, rounded unsur",
            "bobot 0,12 sebagai ganti bobot yang tidak dibulatkan dan nilai unsur dibulatkan",
        ),
        ("0.11 weight", "bobot 0,11"),
        ("of another kit", "belum terjelaskan"),
    ],
)
def test_a_rounded_weight_of_any_number_of_elements_explains_a_printed_value(make, explained, told):
    look = make.page({make.cell(unit="A"): 100}).look
    row = {"unit": "A", "wave": "2025", "published": 77.64, "recomputed": 80.88, "explained": explained}
    assert told in answers.reasons(explained, look)
    said = answers.differs(row, look)
    assert ("belum" in said) == (explained == "of another kit"), said


def test_of_units_that_are_all_withheld_nothing_is_said_to_repeat_or_not(make):
    odd = pd.DataFrame({"unit": ["A"], "wave": ["2025"], "n": [7], "signs": ["repeated"]})
    said = answers.integrity(odd, make.page({make.cell(unit="A"): 7}).look).texts
    assert said[0].startswith("Tidak ada angka yang dapat ditampilkan")
