"""Codebook drafts: what is known is filled in, what is not is marked, and a completed draft reads its own workbook."""

import csv
import importlib.util
import random
import re
from pathlib import Path

import openpyxl
import pytest

from analysis import codebook, intake
from analysis.errors import CallError
from analysis.intake.drafts import drafts
from analysis.intake.forms import questionnaire

_spec = importlib.util.spec_from_file_location("fill", Path(__file__).parent / "forms" / "fill.py")
fill = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fill)
LIKERT = ["1 - Not at all", "2 - A little", "3 - Neutral", "4 - Mostly", "5 - Completely"]


def workbook(path, head, rows):
    book = openpyxl.Workbook()
    for row in (head, *rows):
        book.active.append(row)
    book.save(path)
    return path


@pytest.fixture
def foreign(tmp_path):
    """Return a survey no shipped codebook knows: two spellings, a name column, a backward scale."""
    rng = random.Random(5)  # noqa: S311 - answers for a test
    head = ["Name of interviewer", "District", "Gender", "Age", "1. Were you heard?", "2. Was help fair?",
            "3. Any problems left?", "Remarks about roads"]  # fmt: skip
    backwards = ["1 - Completely", "2 - Mostly", "3 - Neutral", "4 - A little", "5 - Not at all"]
    rows = [
        [f"Mr Person {number}", rng.choice(["Lalitpur", "lalitpur", "Gorkha"]), rng.choice(["male", "female"]),
         rng.choice(["15_24", "25_39"]), rng.choice([*LIKERT, "don't know"]), rng.choice(LIKERT),
         rng.choice(backwards), f"free text {number}"]
        for number in range(200)
    ]  # fmt: skip
    return workbook(tmp_path / "Round_3.xlsx", head, rows)


def test_a_table_that_no_codebook_knows_becomes_a_codebook_of_its_own(foreign, tmp_path):
    made = drafts.draft([foreign], lang="en")
    (tmp_path / "codebook.toml").write_text(made.text, encoding="utf-8")
    assert drafts.check(tmp_path / "codebook.toml") == []
    book = codebook.load(tmp_path / "codebook.toml")
    assert book.items == ("q1", "q2", "q3")
    assert (book.instruments[0].low, book.instruments[0].high) == (1, 5)
    assert book.item("q2").answers == {
        "1 not at all": 1, "2 a little": 2, "3 neutral": 3, "4 mostly": 4, "5 completely": 5,
    }  # fmt: skip
    assert book.instruments[0].missing == ("don t know",)
    assert [one.name for one in book.districts] == ["Gorkha", "Lalitpur"]
    assert "reverse = false  # FILL IN" in made.text.partition('name = "q3"')[2]
    assert "reverse" not in made.text.partition('name = "q3"')[0]
    assert "#   Round_3.xlsx, H: Remarks about roads" in made.text
    assert made.marks == made.text.count("# FILL IN")
    assert made.extends == ""


def test_a_draft_reads_the_workbook_it_was_made_from(foreign, tmp_path):
    (tmp_path / "codebook.toml").write_text(drafts.draft([foreign]).text, encoding="utf-8")
    cleaned = intake.clean(foreign, codebook=tmp_path / "codebook.toml", lang="en")
    written = [row[5].value for row in openpyxl.load_workbook(foreign).active.iter_rows(min_row=2)]
    assert cleaned.responses["q2"].tolist() == [int(text[0]) for text in written]
    assert set(cleaned.responses["district"]) == {"Lalitpur", "Gorkha"}
    assert set(cleaned.responses["sex"]) == {"male", "female"}


def test_a_scale_confirmed_as_backward_is_turned_round_word_and_all(foreign, tmp_path):
    draft = drafts.draft([foreign], lang="en").text.replace("reverse = false", "reverse = true")
    (tmp_path / "codebook.toml").write_text(draft, encoding="utf-8")
    found = intake.clean(foreign, codebook=tmp_path / "codebook.toml", lang="en").responses
    written = [row[6].value for row in openpyxl.load_workbook(foreign).active.iter_rows(min_row=2)]
    assert found["q3"].tolist() == [6 - int(text[0]) for text in written]


def test_a_column_of_waves_becomes_waves_and_an_empty_one_no_field(tmp_path):
    rows = [["Round 1" if at % 2 else "Round 2", "", at % 4 + 1, at % 3 + 1] for at in range(20)]
    path = workbook(tmp_path / "Table.xlsx", ["Wave", "Unit", "Heard", "Helped"], rows)
    text = drafts.draft([path], lang="en").text
    (tmp_path / "codebook.toml").write_text(text, encoding="utf-8")
    assert drafts.check(tmp_path / "codebook.toml") == []
    book = codebook.load(tmp_path / "codebook.toml")
    assert [one.name for one in book.waves] == ["Round 1", "Round 2"]
    found = intake.clean(path, book, "en").responses
    assert found["wave"].tolist() == [row[0] for row in rows]
    assert 'name = "unit"' not in text


def test_no_name_of_a_person_reaches_a_draft(foreign):
    text = drafts.draft([foreign]).text
    assert "Person" not in text
    assert "name of interviewer" in text.partition("personal = ")[2].splitlines()[0]


def test_a_survey_the_codebook_knows_becomes_an_extension(tmp_path):
    shipped = codebook.load()
    data = fill.filled(questionnaire("Balai Latihan Kerja", shipped), rows=30)
    book = fill.opened(data)
    page = book.worksheets[fill.ANSWERS]
    head = fill.heading_row(page)
    third = next(cell.column for cell in page[head] if cell.value == "Waktu penyelesaian")
    for row in range(1, 6):
        page.cell(head + row, third).value = "Lumayan kilat"
    path = tmp_path / "kiriman.xlsx"
    path.write_bytes(fill.bytes_of(book))
    made = drafts.draft([path])
    assert made.extends == "singkawang"
    draft = tmp_path / "codebook.toml"
    draft.write_text(made.text, encoding="utf-8")
    faults = {one.where for one in drafts.check(draft)}
    assert faults == {
        "codebook.toml, unit.Balai Latihan Kerja.sector",
            "codebook.toml, instrument.skm-2017.item.u3.answers.lumayan kilat",
    }  # fmt: skip
    text = made.text.replace('sector = "?"', 'sector = "education"').replace(
        '"lumayan kilat" = "?"', '"lumayan kilat" = 3'
    )
    draft.write_text(text, encoding="utf-8")
    assert drafts.check(draft) == []
    cleaned = intake.clean(path, codebook=draft)
    assert set(cleaned.responses["sector"]) == {"education"}
    assert cleaned.responses["u3"].tolist()[:5] == [3] * 5


def test_rounds_become_waves_known_by_their_files(tmp_path):
    rows = [[one, two] for one in (1, 2, 3, 4, 5) for two in (1, 2, 3, 4, 5)]
    paths = [
        workbook(tmp_path / f"Round_{number}.xlsx", ["1. Was it quick?", "2. Was it fair?"], rows) for number in (3, 4)
    ]
    made = drafts.draft(paths)
    (tmp_path / "book.toml").write_text(made.text, encoding="utf-8")
    book = codebook.load(tmp_path / "book.toml")
    assert [(one.name, one.files) for one in book.waves] == [
        ("Round_3", ("Round_3.xlsx",)),
        ("Round_4", ("Round_4.xlsx",)),
    ]
    assert book.items == ("q1", "q2")


def test_files_that_cannot_be_drafted_from_are_all_named(tmp_path):
    (tmp_path / "kosong.xlsx").write_bytes(b"")
    (tmp_path / "rusak.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    with pytest.raises(CallError) as caught:
        drafts.draft([tmp_path / "kosong.xlsx", tmp_path / "rusak.xlsx"])
    assert [one.where for one in caught.value.faults] == ["kosong.xlsx", "rusak.xlsx"]


def test_a_workbook_without_a_table_says_so(tmp_path):
    workbook(tmp_path / "surat.xlsx", ["Yth. Bapak Camat"], [["Dengan hormat"]])
    with pytest.raises(CallError, match=r"surat\.xlsx: no sheet has a row of headings"):
        drafts.draft([tmp_path / "surat.xlsx"], lang="en")


def test_a_heading_with_quotes_and_breaks_stays_valid_toml(tmp_path):
    path = tmp_path / "aneh.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file)
        rows.writerow(['1. Was "it" quick\\fast?', "2. Was it\nfair?"])
        rows.writerows([number % 5 + 1, number % 4 + 1] for number in range(40))
    (tmp_path / "book.toml").write_text(drafts.draft([path]).text, encoding="utf-8")
    assert codebook.load(tmp_path / "book.toml").item("q1").headings == ('1. Was "it" quick\\fast?',)


def check_of(tmp_path, text, lang="en"):
    (tmp_path / "book.toml").write_text(text, encoding="utf-8")
    return [str(one) for one in drafts.check(tmp_path / "book.toml", lang=lang)]


SMALL = """
id = "small"
version = "1"
title = { en = "Small" }
[[instrument]]
id = "main"
[[instrument.item]]
name = "q1"
headings = ["Was it quick?"]
[[instrument.item]]
name = "q2"
headings = ["was it quick"]
"""


def test_the_check_prints_all_faults_with_file_and_key(tmp_path):
    text = SMALL.replace('version = "1"', 'version = "?"\nmargin = "wide"') + '[[unit]]\nname = "A"\nsector = "?"\n'
    found = check_of(tmp_path, text)
    assert found[:2] == [
        'book.toml, version: is not filled in; put its value in place of "?"',
        'book.toml, unit.A.sector: is not filled in; put its value in place of "?"',
    ]
    assert found[2].startswith("book.toml, margin: ")
    assert len(found) == 3


def test_the_check_finds_a_heading_that_means_two_things(tmp_path):
    assert check_of(tmp_path, SMALL) == [
        'book.toml, instrument main, q2: the heading "was it quick" already belongs to q1'
    ]


def test_the_check_of_what_is_no_codebook(tmp_path):
    assert re.match(r"book\.toml: is not valid TOML: ", check_of(tmp_path, "a = = b")[0])
    assert str(drafts.check(tmp_path / "nowhere.toml", lang="en")[0]) == (
        "nowhere.toml: there is no file of this name; check its name and folder"
    )


def test_the_shipped_codebooks_pass_the_check():
    folder = Path(codebook.__file__).parent / "data"
    assert {path.name: drafts.check(path) for path in folder.glob("*.toml") if drafts.check(path)} == {}
