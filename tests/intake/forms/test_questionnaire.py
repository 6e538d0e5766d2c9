"""The questionnaire: locked where it must be, closed where the codebook is closed, and clean when it comes back."""

import importlib.util
import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from analysis import codebook, intake
from analysis.intake.forms import questionnaire
from analysis.intake.forms.choices import choices_of, scale
from analysis.words import say

_spec = importlib.util.spec_from_file_location("fill", Path(__file__).with_name("fill.py"))
fill = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(fill)
BOOK = codebook.load(Path(__file__).parents[3] / "data" / "raw" / "contoh" / "codebook.toml")
UNIT = BOOK.units[0].name
SOFFICE = shutil.which("soffice")


@pytest.fixture
def back(tmp_path):
    """Return what intake makes of a form that comes back under a name of its own."""

    def _back(data, name="kiriman.xlsx"):
        (tmp_path / name).write_bytes(data)
        return intake.clean(tmp_path / name, codebook=BOOK)

    return _back


def doubts(cleaned):
    return cleaned.problems.loc[:, ["code", "sheet", "cell"]].to_dict("records")


@pytest.mark.parametrize("lang", ["id", "en"])
def test_a_filled_form_comes_back_without_a_problem(back, lang):
    cleaned = back(fill.filled(questionnaire(UNIT, BOOK, lang)))
    assert doubts(cleaned) == []
    assert len(cleaned.responses) == 40
    assert set(cleaned.responses["unit"]) == {UNIT}
    assert set(cleaned.responses["wave"]) == {"2025"}
    assert cleaned.responses[list(BOOK.items[:9])].notna().all(axis=None)
    closed = ["service", "channel", "district", "sex", "age", "education", "occupation", "disability", "time", "date"]
    assert (cleaned.responses[closed] != "").all(axis=None)


def test_what_was_chosen_is_what_comes_back(back):
    data = fill.filled(questionnaire(UNIT, BOOK), rows=25)
    page = fill.opened(data).worksheets[fill.ANSWERS]
    head = fill.heading_row(page)
    by_heading = {cell.value: cell.column for cell in page[head]}
    cleaned = back(data)
    for item in BOOK.instruments[0].items:
        written = [page.cell(head + row, by_heading[item.text("id")]).value for row in range(1, 26)]
        assert cleaned.responses[item.name].tolist() == written


def test_every_closed_answer_of_the_form_is_read_back_as_its_own_value(back):
    sex = next(one for one in BOOK.fields if one.name == "sex")
    book = fill.opened(fill.filled(questionnaire(UNIT, BOOK), rows=2))
    page = book.worksheets[fill.ANSWERS]
    head = fill.heading_row(page)
    column = next(cell.column for cell in page[head] if cell.value == "Jenis kelamin")
    for row, label in enumerate(choices_of(BOOK, sex, UNIT, "id"), start=1):
        page.cell(head + row, column).value = label
    assert back(fill.bytes_of(book)).responses["sex"].tolist() == ["female", "male"]


def test_an_empty_form_holds_nobody_and_says_so(back):
    cleaned = back(questionnaire(UNIT, BOOK))
    assert cleaned.responses.empty
    assert set(cleaned.problems["code"]) <= {"E-NODATA", "E-NOSURVEY"}
    assert not cleaned.problems.empty


def test_headings_are_locked_and_answer_cells_open():
    book = fill.opened(questionnaire(UNIT, BOOK))
    page = book.worksheets[fill.ANSWERS]
    head = fill.heading_row(page)
    assert all(sheet.protection.sheet for sheet in book.worksheets)
    assert all(page.cell(row, number).protection.locked for row in range(1, head + 1) for number in (1, 5, 20))
    assert not page.column_dimensions["E"].protection.locked
    information = book.worksheets[fill.INFORMATION]
    assert information["A3"].protection.locked
    assert not information["B3"].protection.locked


def test_each_unsur_is_closed_to_its_scores_and_says_what_they_mean():
    page = fill.opened(questionnaire(UNIT, BOOK)).worksheets[fill.ANSWERS]
    rules = [one for one in page.data_validations.dataValidation if one.formula1 == '"1,2,3,4"']
    assert len(rules) == 9
    assert all(rule.showErrorMessage and "4 = " in rule.prompt and len(rule.prompt) <= 255 for rule in rules)


def test_closed_fields_have_a_list():
    book = fill.opened(questionnaire(UNIT, BOOK))
    page = book.worksheets[fill.ANSWERS]
    allowed, head = fill.choices(book, page), fill.heading_row(page)
    closed = {page[f"{column}{head}"].value for column, values in allowed.items() if isinstance(values, list)}
    assert {"Layanan", "Saluran", "Kecamatan tempat tinggal", "Kelurahan tempat tinggal", "Jenis kelamin"} <= closed
    assert allowed["B"] == "date"


def test_the_bytes_do_not_depend_on_the_clock():
    data = questionnaire(UNIT, BOOK, wave="2026")
    assert data == questionnaire(UNIT, BOOK, wave="2026")
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert {one.date_time for one in packed.infolist()} == {(2026, 1, 2, 8, 0, 0)}
        assert packed.read("docProps/core.xml").count(b"2026-01-02T08:00:00Z") == 2


def test_a_name_that_begins_like_a_formula_stays_a_text():
    book = fill.opened(questionnaire("=1+1", codebook.load()))
    assert book.worksheets[fill.INFORMATION]["B2"].value == "=1+1"
    assert not any(cell.data_type == "f" for sheet in book for row in sheet for cell in row)


def test_a_unit_the_codebook_does_not_list_gets_a_form_with_its_service_open():
    book = fill.opened(questionnaire("Balai Baru", codebook.load()))
    page = book.worksheets[fill.ANSWERS]
    head = fill.heading_row(page)
    service = next(cell.column_letter for cell in page[head] if cell.value == "Layanan")
    assert not isinstance(fill.choices(book, page).get(service), list)
    assert book.worksheets[fill.INFORMATION]["B2"].value == "Balai Baru"
    assert all("REKAAN" not in str(cell.value) for sheet in book.worksheets for row in sheet for cell in row)


def test_the_words_of_a_scale_share_their_stem():
    instrument = BOOK.instruments[0]
    assert scale(instrument, instrument.items[2]) == {
        1: "tidak cepat", 2: "kurang cepat", 3: "cepat", 4: "sangat cepat",
    }  # fmt: skip


def test_how_the_form_asks_for_no_names():
    page = fill.opened(questionnaire(UNIT, BOOK, "en")).worksheets[fill.ANSWERS]
    assert page["A2"].value == say("forms.how", "en")


@pytest.mark.skipif(SOFFICE is None, reason="needs LibreOffice")
def test_a_form_saved_by_libreoffice_comes_back_without_a_problem(tmp_path, back):
    (tmp_path / "asal.xlsx").write_bytes(fill.filled(questionnaire(UNIT, BOOK)))
    for ending in ("ods", "xlsx"):
        home = (tmp_path / "profile").as_uri()
        subprocess.run(
            [SOFFICE, f"-env:UserInstallation={home}", "--headless", "--convert-to", ending, "--outdir",
             str(tmp_path / "keluar"), str(tmp_path / "asal.xlsx")], check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        cleaned = back((tmp_path / "keluar" / f"asal.{ending}").read_bytes(), f"kiriman.{ending}")
        assert doubts(cleaned) == []
        assert len(cleaned.responses) == 40
