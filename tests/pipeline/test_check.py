"""A dry run, as somebody calls it who wants to know what to mend before sending, and as a program calls it."""

import hashlib
import io
import json
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from analysis import pipeline
from analysis.errors import NothingUsableError
from analysis.pages import check_page

ITEMS = [
    "Persyaratan", "Prosedur", "Waktu penyelesaian", "Biaya/tarif", "Produk layanan", "Kompetensi petugas",
    "Perilaku petugas", "Penanganan pengaduan", "Sarana dan prasarana",
]  # fmt: skip
SOURCE = str(Path(check_page.__file__).parents[2])
KEYS = {"file", "outcome", "code", "message", "sheets", "problems"}


def workbook(path, *, answers=12, spoil=None, sheet="Januari", unit="Dinas Uji"):
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in (["Survei Kepuasan Masyarakat"], ["Unit", unit], ["Tahun", 2025], ["No", "Nama", *ITEMS]):
        page.append(row)
    for number in range(answers):
        page.append([number + 1, f"Orang{number} Rahasia", *(3 + (number * 7 + place) % 2 for place in range(9))])
    for cell, value in (spoil or {}).items():
        page[cell] = value
    book.create_sheet("Catatan").append(["Dibuat oleh petugas"])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)
    return path


@pytest.fixture
def files(tmp_path):
    """Return one good file, one with faults, one that is no workbook, one without a survey."""
    sound = workbook(tmp_path / "baik.xlsx")
    faulty = workbook(
        tmp_path / "salah 'ini'.xlsx", spoil={"E6": 9, "F7": "kurang sreg"}, sheet="=Isi 'A'", unit="Dinas B"
    )
    broken = tmp_path / "rusak.xlsx"
    broken.write_bytes(b"PK\x03\x04 setengah")
    letter = openpyxl.Workbook()
    letter.active.append(["Surat undangan"])
    letter.save(tmp_path / "surat.xlsx")
    return [sound, faulty, broken, tmp_path / "surat.xlsx"]


def sums(folder):
    return {path: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.rglob("*") if path.is_file()}


def called(*arguments, **options):
    script = "import sys; from analysis import cli; sys.argv[0] = 'tilik'; sys.exit(cli.main())"
    return subprocess.run([sys.executable, "-c", script, "check", *map(str, arguments)],
                          capture_output=True, text=True, check=False,
                          env=os.environ | {"PYTHONPATH": SOURCE}, **options)  # fmt: skip


def test_the_terminal_says_outcome_rows_and_what_to_do_and_nothing_is_written(files, tmp_path):
    before = sums(tmp_path)
    outcome = pipeline.check(files)
    assert sums(tmp_path) == before
    assert outcome.exit_code == 1
    text = "\n".join(outcome.messages)
    assert f'"{files[0]}": terbaca semua' in text
    assert 'Lembar "Januari" (satu baris per responden): 12 baris dipakai, 0 disisihkan, 4 bukan data.' in text
    assert "1 lembar lain tanpa jawaban: Catatan." in text
    assert "- disisihkan, =Isi 'A'!E6: Nilai pada 1 sel di luar skala" in text
    assert '"rusak.xlsx": ' in text
    assert outcome.messages[-1] == "4 berkas: 1 terbaca semua, 1 sebagian, 1 tidak dapat dibuka, 1 tanpa survei."


def test_things_said_in_other_words_are_told_by_the_first_of_them(tmp_path):
    lines = pipeline.check([workbook(tmp_path / "a.xlsx", spoil={"E6": 9, "F8": 7})]).messages
    assert any("Januari!E6, Januari!F8: yang pertama: Nilai pada 1 sel di luar skala" in line for line in lines)


def test_no_file_takes_more_than_fifteen_lines(tmp_path):
    spoil = {
        f"{letter}{row}": value
        for row, value in ((5, 7), (6, "entah"), (7, "#REF!"), (8, "1-4"))
        for letter in "CDEFGHIJK"
    }
    lines = pipeline.check([workbook(tmp_path / "a.xlsx", spoil=spoil, answers=40)]).messages
    assert len(lines) <= 15


def test_json_is_one_object_a_line_on_stdout_and_nothing_else(files, tmp_path):
    given = ["./baik.xlsx", *map(str, files[1:]), str(files[0])]
    done = called(*given, "--json", cwd=tmp_path)
    assert done.stderr == ""
    assert done.returncode == 1
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["file"] for one in records] == given
    assert [one["outcome"] for one in records] == ["read", "partly", "refused", "nothing", "read"]
    assert all(set(one) == KEYS and isinstance(one["message"], str) for one in records)
    sheet = records[0]["sheets"][0]
    assert sheet == {"name": "Januari", "layout": "table", "kept": 12, "set_aside": 0, "not_data": 4}
    assert records[1]["problems"]["E-RANGE"] == 1
    assert "rusak.xlsx" in records[2]["message"]
    assert "kirim" in records[2]["message"].lower()


def test_exit_codes_tell_all_read_something_aside_nothing_usable(files):
    assert pipeline.check(files[:1]).exit_code == 0
    assert pipeline.check(files[:2]).exit_code == 1
    assert pipeline.check(files[2:]).exit_code == 3
    assert pipeline.check([files[0].with_name("tiada.xlsx")]).exit_code == 3


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("id", "Berkas tidak ditemukan. Periksa ejaan nama dan foldernya, lalu jalankan lagi."),
        ("en", "The file was not found. Check the spelling of its name and folder, then run again."),
    ],
)
def test_a_name_that_nothing_has_is_an_object_like_others(lang, words, tmp_path):
    given = ["tiada.xlsx", "jauh/di sana.xlsx"]
    done = called(*given, "--json", "--lang", lang, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (3, "")
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [one["file"] for one in records] == given
    assert all(set(one) == KEYS for one in records)
    assert [(one["outcome"], one["code"], one["problems"]) for one in records] == [
        ("refused", "E-GONE", {"E-GONE": 1})
    ] * 2
    assert records[0]["message"] == f'"tiada.xlsx": {words}'
    assert words in called("tiada.xlsx", "--lang", lang, cwd=tmp_path).stdout


def test_a_folder_without_files_is_nothing_usable(tmp_path):
    with pytest.raises(NothingUsableError, match="folder ini tidak memuat berkas"):
        pipeline.check([tmp_path])


def test_a_missing_file_or_a_link_among_others_is_refused_by_itself(files, tmp_path):
    (tmp_path / "tautan.xlsx").symlink_to(tmp_path / "hilang.xlsx")
    given = [files[0], tmp_path / "tiada.xlsx", tmp_path / "tautan.xlsx"]
    records = pipeline.check(given).facts["files"]
    assert [one["outcome"] for one in records] == ["read", "refused", "refused"]


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text: only here")
def test_names_that_are_no_text_or_hold_line_breaks_stay_on_one_line(tmp_path):
    odd = [os.fsencode(tmp_path) + b"/a\xff.xlsx", os.fsencode(tmp_path) + b"/b\nc\x1b[2J.xlsx"]
    for name in odd:
        Path(os.fsdecode(name)).write_bytes(b"PK\x03\x04" + name[-7:])
    done = called(*map(os.fsdecode, odd), "--json")
    assert [json.loads(line)["file"] for line in done.stdout.splitlines()] == [os.fsdecode(name) for name in odd]
    plain = called(*map(os.fsdecode, odd))
    assert plain.stderr == ""
    assert "\x1b" not in plain.stdout
    assert plain.stdout.count(": tidak dapat dibuka\n") == 2
    assert called(*map(os.fsdecode, odd), "--out", tmp_path / "hasil").returncode == 3


def test_the_page_is_inert_and_holds_what_to_mend_but_nobodys_answers(files, tmp_path):
    pipeline.check(files, tmp_path / "hasil")
    page = (tmp_path / "hasil" / check_page.PAGE).read_text(encoding="utf-8")
    assert '<html lang="id">' in page
    assert "default-src &#39;none&#39;" in page
    assert page.count("<h1>") == 1
    assert "<script" not in page
    assert "index.html" not in page
    assert "=Isi &#39;A&#39;" in page or "=Isi 'A'" in page
    assert "E-RANGE" in page
    for secret in ("Rahasia", "kurang sreg", str(tmp_path)):
        assert secret not in page


def test_the_workbook_leads_to_the_cells_has_no_formula_and_is_the_same_each_time(files, tmp_path):
    for name in ("satu", "dua"):
        pipeline.check(files, tmp_path / name)
    first, second = ((tmp_path / name / check_page.BOOK).read_bytes() for name in ("satu", "dua"))
    assert first == second
    book = openpyxl.load_workbook(io.BytesIO(first))
    assert book.sheetnames == ["Petunjuk", "Perbaikan", "Baris"]
    cells = [cell for sheet in book for row in sheet for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any("Rahasia" in str(cell.value) or "sreg" in str(cell.value) for cell in cells)
    row = next(row for row in book["Perbaikan"].iter_rows(min_row=3) if row[6].value == "E-RANGE")
    assert [cell.value for cell in row[:4]] == ["salah 'ini'.xlsx", "=Isi 'A'", "E6", "disisihkan"]
    assert row[2].hyperlink.location == "'=Isi ''A'''!E6"
    links = zipfile.ZipFile(io.BytesIO(first)).read("xl/worksheets/_rels/sheet2.xml.rels").decode()
    assert "salah%20%27ini%27.xlsx" in links
    totals = [[cell.value for cell in row[3:12]] for row in book["Baris"].iter_rows(min_row=3)]
    assert all(rows == sum(kinds) for rows, *kinds in totals)
    assert len(totals) == 5


def test_what_check_writes_is_no_survey_itself(files, tmp_path):
    pipeline.check(files, tmp_path / "hasil")
    [record] = pipeline.check([tmp_path / "hasil" / check_page.BOOK]).facts["files"]
    assert record["outcome"] == "nothing"


def test_explain_tells_the_rows_that_were_tried_with_scores_and_reasons(files, tmp_path):
    outcome = pipeline.check(files[:1], explain=True)
    text = "\n".join(outcome.messages)
    assert 'Baris yang dicoba sebagai judul kolom di lembar "Januari":' in text
    assert re.search(
        r"baris 4, dipakai, nilai \d+,\d: 9 dari 9 unsur dan \d kolom lain dikenali; 100% dari 108 sel", text
    )
    assert "tidak ada baris yang memuat nama unsur" in text
    [sheet, _] = outcome.facts["files"][0]["sheets"]
    assert sheet["candidates"][0]["taken"]
    assert "candidates" not in pipeline.check(files[:1]).facts["files"][0]["sheets"][0]


def test_a_fault_of_our_own_in_one_file_does_not_take_the_others_along(files, monkeypatch):
    module = sys.modules["analysis.pipeline.check"]
    real = module.gather

    def failing(read, book, lang):
        if any(one.name == "surat.xlsx" for one in read):
            raise AssertionError("rows do not add up")
        return real(read, book, lang)

    monkeypatch.setattr(module, "gather", failing)
    monkeypatch.delenv("TILIK_DEBUG", raising=False)
    records = pipeline.check(files).facts["files"]
    assert [one["outcome"] for one in records] == ["read", "partly", "refused", "refused"]
    assert records[3]["code"] == "E-INTERNAL"
    assert '"surat.xlsx"' in records[3]["message"]


def test_a_folder_stands_for_its_files_and_its_codebook_is_found_from_below(tmp_path):
    workbook(tmp_path / "data" / "2025" / "a.xlsx", unit="Dinas Pinggir")
    (tmp_path / "data" / "codebook.toml").write_text(
        'id = "kota"\nextends = "singkawang"\n[[unit]]\nname = "Dinas Pinggir"\nsector = "licensing"\n'
        'owner = "city"\n', encoding="utf-8",
    )  # fmt: skip
    outcome = pipeline.check([tmp_path / "data" / "2025"], lang="en")
    assert outcome.messages[0] == "Read with the codebook codebook.toml in the folder data."
    [record] = outcome.facts["files"]
    assert record["file"] == str(tmp_path / "data" / "2025" / "a.xlsx")
    assert "E-UNIT" not in record["problems"]


def test_the_page_names_columns_of_respondents_as_readers_do(tmp_path):
    path = workbook(tmp_path / "baik.xlsx", spoil={"L4": "JK", "M4": "Usia", "N4": "Pendidikan"})
    book = openpyxl.load_workbook(path)
    for row in range(5, 17):
        book["Januari"][f"L{row}"], book["Januari"][f"M{row}"], book["Januari"][f"N{row}"] = "Pria", "26-30", "SMA"
    book.save(path)
    pipeline.check([path], out=tmp_path / "hasil")
    page = (tmp_path / "hasil" / "periksa.html").read_text(encoding="utf-8")
    for named in ("jenis kelamin (jawaban yang terdaftar)", "usia (umur ke kelompok umur)", "pendidikan (jawaban"):
        assert named in page
