"""The verbs, as somebody calls them who has workbooks in a folder."""

import hashlib
import html
import os
import pty
import re
import shutil
import subprocess
import sys
import termios
from pathlib import Path

import nbformat
import openpyxl
import pytest

from analysis import pipeline, store
from analysis.errors import BusyError, CallError, Exit, NothingUsableError
from analysis.shapes import ROW_KINDS

ITEMS = [
    "Persyaratan", "Prosedur", "Waktu penyelesaian", "Biaya/tarif", "Produk layanan", "Kompetensi petugas",
    "Perilaku petugas", "Penanganan pengaduan", "Sarana dan prasarana",
]  # fmt: skip


def sums(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def workbook(path, *, unit, answers=30, mark=""):
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (["Survei Kepuasan Masyarakat", mark], ["Unit", unit], ["Tahun", 2025], ["No", *ITEMS]):
        sheet.append(row)
    for number in range(answers):
        sheet.append([number + 1, *(3 + (number + place) % 2 for place in range(9))])
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """Return a kit of one's own: notebooks (one small), data/raw with the example's folder, reports."""
    for name in ("notebooks", "data/raw/contoh", "data/processed", "reports"):
        (tmp_path / name).mkdir(parents=True)
    cells = [
        nbformat.v4.new_markdown_cell("# Data"),
        nbformat.v4.new_code_cell("from analysis import publish, store\nstudy = store.open_study()"),
        nbformat.v4.new_code_cell("publish.open_page(study).sentence(study.files)"),
    ]
    node = nbformat.v4.new_notebook(cells=cells)
    (tmp_path / "notebooks" / "01-data.ipynb").write_text(nbformat.writes(node), encoding="utf-8")
    workbook(tmp_path / "data/raw/contoh/Puskesmas A 2025.xlsx", unit="Puskesmas A", mark="DATA REKAAN - CONTOH")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TILIK_PROCESSED", raising=False)
    return tmp_path


def test_a_plain_run_reads_the_example_until_own_workbooks_are_there(kit):
    first = pipeline.run(progress=False)
    assert "contoh rekaan yang dipakai" in first.messages[0]
    assert "DATA REKAAN" in (kit / "reports/index.html").read_text(encoding="utf-8")
    (kit / "data/raw/README.md").write_text("catatan")
    assert "contoh rekaan" in pipeline.run(progress=False).messages[0]
    workbook(kit / "data/raw/dinas/Dinas B 2025.xlsx", unit="Dinas B")
    second = pipeline.run(progress=False)
    assert second.messages[0] == "Data Anda di folder raw yang dipakai; contoh di folder contoh/ tidak ikut."
    assert "DATA REKAAN" not in (kit / "reports/index.html").read_text(encoding="utf-8")
    study = store.open_study(kit / "data/processed")
    assert set(study.responses["file"]) == {"dinas/Dinas B 2025.xlsx"}
    assert len(study.responses) == 30


def test_a_folder_with_made_up_and_real_workbooks_is_refused_naming_one_of_each(kit):
    workbook(kit / "data/raw/Dinas B 2025.xlsx", unit="Dinas B")
    before = sums(kit)
    with pytest.raises(CallError) as refused:
        pipeline.run(kit / "data/raw", progress=False)
    assert "contoh/Puskesmas A 2025.xlsx" in str(refused.value)
    assert "Dinas B 2025.xlsx" in str(refused.value).replace("contoh/Puskesmas A 2025.xlsx", "")
    assert refused.value.exit_code == Exit.WRONG_CALL
    assert {name: one for name, one in sums(kit).items() if ".tilik-" not in name} == before


def test_nothing_usable_leaves_earlier_results_as_they_were(kit):
    pipeline.run(progress=False)
    before = sums(kit / "data/processed") | sums(kit / "reports")
    empty = kit / "kosong"
    empty.mkdir()
    (empty / "surat.xlsx").write_bytes(b"bukan buku kerja")
    with pytest.raises(NothingUsableError) as nothing:
        pipeline.run(empty, progress=False)
    assert nothing.value.exit_code == Exit.NOTHING_USABLE
    assert "surat.xlsx" in str(nothing.value)
    assert sums(kit / "data/processed") | sums(kit / "reports") == before
    with pytest.raises(CallError, match="tidak ada"):
        pipeline.run(kit / "no such folder", progress=False)


def test_one_unreadable_file_does_not_stop_the_others(kit):
    (kit / "data/raw/contoh/rusak.xlsx").write_bytes(b"PK\x03\x04 half")
    outcome = pipeline.run(progress=False)
    assert outcome.exit_code == Exit.WARNINGS
    assert "2 berkas dibaca; 1 tidak dapat dibaca." in outcome.messages
    assert any('"rusak.xlsx"' in line for line in outcome.messages)
    assert (kit / "reports/01-data.html").is_file()


def test_a_second_run_meanwhile_is_told_so(kit):
    with store.lock(kit / "data/processed"), pytest.raises(BusyError):
        pipeline.run(progress=False)


def test_report_speaks_the_language_of_the_cleaning_and_no_other(kit):
    pipeline.clean(lang="en")
    pipeline.report(progress=False)
    page = (kit / "reports/index.html").read_text(encoding="utf-8")
    assert '<html lang="en">' in page
    assert "MADE-UP DATA" in page
    with pytest.raises(CallError) as refused:
        pipeline.report(lang="id", progress=False)
    assert "kit.py run --lang id" in str(refused.value)


def test_a_run_is_quiet_in_a_pipe_and_shows_how_far_it_is_on_a_terminal(kit):
    script = "from analysis import pipeline; pipeline.run(fresh=True)"
    quiet = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=kit)
    assert (quiet.stdout, quiet.stderr) == ("", "")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    running = subprocess.Popen([sys.executable, "-c", script], stdout=theirs, stderr=theirs, cwd=kit)
    os.close(theirs)
    seen = b""
    while True:
        try:
            part = os.read(ours, 4096)
        except OSError:
            break
        if not part:
            break
        seen += part
    os.close(ours)
    assert running.wait() == 0
    assert "Membuat halaman" in seen.decode()


def test_every_row_of_the_example_is_accounted_for(city):
    files = store.open_study(city.processed).files
    assert (files[list(ROW_KINDS)].sum(axis=1) == files["rows"]).all()
    assert city.exit_code == Exit.WARNINGS


BACKWARDS = """
import os, pathlib, sys

real_scan, real_list = os.scandir, os.listdir

class Scan:
    def __init__(self, *place):
        self._found = iter(sorted(real_scan(*place), key=lambda one: os.fspath(one.name), reverse=True))
    def __iter__(self):
        return self
    def __next__(self):
        return next(self._found)
    def __enter__(self):
        return self
    def __exit__(self, *_):
        self.close()
    def close(self):
        pass

os.scandir = Scan
os.listdir = lambda *place: sorted(real_list(*place), reverse=True)
from analysis import pipeline
pipeline.run(*sys.argv[1:], progress=False, fresh=True, jobs=2)
"""
"""A run to which every folder lists its files from the last to the first."""


def test_two_runs_give_the_same_bytes(city, tmp_path):
    """Whatever the hash seed, the locale, the time zone, the threads, the order of files, and the folder."""
    again = tmp_path / "di tempat lain"
    for path in sorted((one for one in city.raw.rglob("*") if one.is_file()), reverse=True):
        copy = again / "raw" / path.relative_to(city.raw)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, copy)
    call = [sys.executable, "-c", BACKWARDS, *(str(again / name) for name in ("raw", "processed", "reports"))]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "2")
    own = {"PYTHONHASHSEED": "77", "TZ": "Asia/Pontianak", "LC_ALL": "C", "LANG": "id_ID.UTF-8", **threads}
    subprocess.run(call, check=True, env=os.environ | own)
    assert sums(again / "processed") == sums(city.first / "processed")
    assert sums(again / "reports") == sums(city.first / "reports")


NEPAL = Path(os.environ.get("TILIK_NEPAL", Path(__file__).parents[2] / "data" / "raw" / "nepal"))


@pytest.mark.skipif(not NEPAL.is_dir(), reason="the Nepal survey is not here: set TILIK_NEPAL to its folder")
def test_a_survey_known_by_its_codebook_alone_gives_pages_without_a_word_of_the_index(tmp_path):
    book = Path(__file__).parents[2] / "docs" / "examples" / "nepal.toml"
    pipeline.run(NEPAL, tmp_path / "processed", tmp_path / "reports", codebook=book, lang="en", progress=False)
    study = store.open_study(tmp_path / "processed")
    assert (study.files[list(ROW_KINDS)].sum(axis=1) == study.files["rows"]).all()
    found = sorted((tmp_path / "reports").glob("*.html"))
    assert len(found) >= 5
    for path in found:
        words = plain(path)
        for word in ("IKM", "SKM", "unsur", "element", "kecamatan", "gelombang", "dan", "yang", "pertanyaan"):
            assert f" {word} " not in words, (path.name, word)
    places = (tmp_path / "reports" / "04-kecamatan.html").read_text(encoding="utf-8")
    for district in study.responses["district"].dropna().unique():
        assert re.search(rf"{district}</th><td class=\"num\">100</td><td class=\"num\">\d\.\d", places), district


def plain(path):
    """Return the words of a page as a reader sees them, without the code at its end."""
    text = re.sub(
        r'<details class="code">.*?</details>|<style>.*?</style>',
        " ",
        path.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r'src="[^"]*"', "", text))).split())


@pytest.mark.parametrize(
    ("processed", "reports"),
    [("hasil", "hasil"), (".", "reports"), ("data", "reports"), ("data/raw/contoh", "reports"), ("hasil", "data/raw")],
)
def test_a_folder_of_results_that_holds_something_else_is_refused(kit, processed, reports):
    before = sums(kit)
    with pytest.raises(CallError, match="hasil diganti seluruhnya"):
        pipeline.run(None, kit / processed, kit / reports, progress=False)
    assert sums(kit) == before


def test_results_below_the_workbooks_are_not_read_again(kit):
    raw = kit / "data/raw/contoh"
    for _ in range(2):
        pipeline.clean(raw, raw / "hasil" / "processed")
    study = store.open_study(raw / "hasil" / "processed")
    assert set(study.files["file"]) == {"Puskesmas A 2025.xlsx"}


def test_a_template_workbook_of_ones_own_pushes_the_example_out(kit):
    workbook(kit / "data/raw/Dinas B 2025.xltx", unit="Dinas B")
    assert pipeline.run(progress=False).messages[0].startswith("Data Anda di folder raw")


def test_report_waits_for_no_clean_and_is_told_of_one(kit):
    pipeline.clean()
    with store.lock(kit / "data/processed"), pytest.raises(BusyError):
        pipeline.report(progress=False)
    with store.lock(kit / "reports"), pytest.raises(BusyError):
        pipeline.report(progress=False)


def test_report_without_a_study_says_so_in_the_language_asked_for(kit):
    with pytest.raises(NothingUsableError, match=r"no cleaned survey here yet; give: python3 kit\.py run"):
        pipeline.report(lang="en", progress=False)


def test_the_follow_up_plan_of_the_report_names_no_withheld_unit(kit):
    workbook(kit / "data/raw/contoh/Dinas B 2025.xlsx", unit="Dinas B", mark="DATA REKAAN - CONTOH")
    small = kit / "data/raw/contoh/Kelurahan Kecil 2025.xlsx"
    workbook(small, unit="Kelurahan Kecil", answers=5, mark="DATA REKAAN - CONTOH")
    pipeline.run(progress=False)
    plan = (kit / "reports/laporan.html").read_text(encoding="utf-8").partition('class="blank"')
    assert plan[1], "no form of a plan"
    row = plan[0].rpartition("<table>")[2] + plan[2].partition("</table>")[0]
    assert "Dinas B" in row
    assert "Kelurahan Kecil" not in row
