"""The verbs that hand out forms and drafts: what they write, what they never write over, what they refuse."""

from pathlib import Path

import openpyxl
import pandas as pd
import pyreadstat
import pytest

from analysis import codebook
from analysis.errors import CallError, CodebookError, Exit
from analysis.pipeline import forms

CONTOH = Path(__file__).parents[2] / "data" / "raw" / "contoh" / "codebook.toml"
UNITS = [one.name for one in codebook.load(CONTOH).units]


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_form_for_every_unit_of_the_codebook(tmp_path):
    done = forms.template(out=tmp_path, codebook=CONTOH, wave="2026")
    assert done.exit_code == Exit.DONE
    assert names(tmp_path) == sorted(f"Kuesioner {unit} 2026.xlsx" for unit in UNITS)


def test_a_unit_by_one_of_its_other_names(tmp_path):
    unit = codebook.load(CONTOH).units[0]
    forms.template([unit.aliases[0]], tmp_path, codebook=CONTOH)
    assert names(tmp_path) == [f"Kuesioner {unit.name}.xlsx"]


def test_a_unit_that_is_not_listed_gets_a_form_and_a_word_about_it(tmp_path):
    done = forms.template(["Balai A/B: C"], tmp_path, codebook=CONTOH, lang="en")
    assert done.exit_code == Exit.WARNINGS
    assert done.messages[0] == 'Unit "Balai A/B: C" is not in the codebook; its form bears that name.'
    assert names(tmp_path) == ["Questionnaire Balai A B C.xlsx"]


def test_a_slip_in_a_name_is_not_guessed_away(tmp_path):
    slip = UNITS[0].replace("Contoh", "Contho")
    with pytest.raises(CallError, match=f'there is no unit "{slip}"; perhaps "{UNITS[0]}" is meant'):
        forms.template([slip], tmp_path, codebook=CONTOH, lang="en")
    assert names(tmp_path) == []


def test_no_unit_named_and_none_known(tmp_path):
    with pytest.raises(CallError, match="for which unit"):
        forms.template(out=tmp_path, codebook="singkawang", lang="en")


def test_a_form_is_never_written_over(tmp_path):
    forms.template(out=tmp_path, declarations=True, codebook=CONTOH)
    before = (tmp_path / "keterangan.xlsx").read_bytes()
    with pytest.raises(CallError, match=r"keterangan\.xlsx: this file exists already"):
        forms.template(out=tmp_path, declarations=True, codebook=CONTOH, lang="en")
    assert (tmp_path / "keterangan.xlsx").read_bytes() == before


def test_a_draft_is_written_and_checked(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["1. Was it quick?", "2. Was it fair?"])
    for number in range(40):
        book.active.append([number % 5 + 1, number % 4 + 1])
    book.save(tmp_path / "survey.xlsx")
    done = forms.codebook_new([tmp_path / "survey.xlsx"], tmp_path / "codebook.toml", lang="en")
    assert done.messages[-1].endswith('places marked "FILL IN" are to be completed.')
    assert forms.codebook_check(tmp_path / "codebook.toml", lang="en").messages == (
        "codebook.toml: this codebook can be used.",
    )


def test_a_draft_of_a_sav_file_brings_its_table(tmp_path):
    frame = pd.DataFrame({"q1": [1.0, 2, 3, 4] * 5, "nama": ["Ani", "Budi", "Citra", "Dewi"] * 5})
    words = {"q1": {1: "bad", 2: "fair", 3: "good", 4: "very good"}}
    pyreadstat.write_sav(frame, str(tmp_path / "survey.sav"), variable_value_labels=words)
    done = forms.codebook_new([tmp_path / "survey.sav"], tmp_path / "out" / "codebook.toml", lang="en")
    assert names(tmp_path / "out") == ["codebook.toml", "survey.csv"]
    assert done.messages[0] == "Columns with personal data were left out: nama."
    assert (tmp_path / "out" / "survey.csv").read_text().splitlines()[:2] == ["q1", "1"]


def test_files_that_are_not_there_are_all_named(tmp_path):
    with pytest.raises(CallError) as caught:
        forms.codebook_new([tmp_path / "a.xlsx", tmp_path / "b.sav"])
    assert [one.where for one in caught.value.faults] == ["a.xlsx", "b.sav"]


def test_two_statistics_files_at_once_are_refused(tmp_path):
    for name in ("a.sav", "b.sav"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(CallError, match="read one at a time"):
        forms.codebook_new([tmp_path / "a.sav", tmp_path / "b.sav"], lang="en")


def test_a_codebook_with_faults_tells_them_all_with_exit_code_2(tmp_path):
    (tmp_path / "book.toml").write_text('id = "x"\nversion = "?"\nmargin = "wide"\n', encoding="utf-8")
    with pytest.raises(CodebookError) as caught:
        forms.codebook_check(tmp_path / "book.toml", lang="en")
    where = [one.where for one in caught.value.faults]
    assert where == ["book.toml, version", "book.toml, title", "book.toml, margin", "book.toml, instrument"]
    assert caught.value.exit_code == Exit.WRONG_CALL


def test_the_study_in_other_formats(city, tmp_path):
    done = forms.export(tmp_path, city.processed, lang="en")
    assert done.exit_code == Exit.DONE
    assert names(tmp_path) == ["codebook.xlsx", "responses.csv", "responses.parquet", "responses.sav"]
    frame, meta = pyreadstat.read_sav(str(tmp_path / "responses.sav"))
    whole = pd.read_parquet(tmp_path / "responses.parquet")
    assert len(frame) == len(whole) == len(pd.read_csv(tmp_path / "responses.csv", low_memory=False))
    assert frame["u1"].sum() == whole["u1"].sum()
    assert meta.column_names_to_labels["u3"] == "Time to complete"
