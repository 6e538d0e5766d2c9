"""Every kind of bad notebook, by ``run`` and by ``report``: named, the others whole, the earlier page kept."""

import nbformat
import openpyxl
import pytest

from analysis import pipeline
from analysis.errors import Exit
from analysis.pages import runner

v4 = nbformat.v4
SHORT = runner.Limits(cell=12, notebook=40)
"""Long enough for a busy machine to start a kernel in."""
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
PICTURE = f"from IPython.display import display\ndisplay({{'image/png': {PIXEL!r}}}, raw=True)"
BAD = {
    "exception": ("1 / 0", "berhenti di sel 2: ZeroDivisionError."),
    "endless": ("while True: pass", "terlalu lama di sel 2"),
    "input": ("input()", "menunggu ketikan di sel 2"),
    "killed": ("import os; os.kill(os.getpid(), 9)", "mati di sel 2"),
    "flood": ("print('x' * 50_000_000)", "mencetak terlalu banyak di sel 2"),
    "picture": (PICTURE, "sel 2: ada gambar tanpa kata-kata"),
    "raw": ("import pandas as pd; pd.DataFrame({'nilai': [83.41]})", "sel 2: ada tabel atau angka mentah"),
    "figure": ("print(83.4166)", "sel 2: ada tabel atau angka mentah"),
    "count": ("print('ada', 8, 'orang')", "sel 2: ada tabel atau angka mentah"),
}
"""What stands in the second code cell, and what its reader is told."""


def workbook(path):
    book = openpyxl.Workbook()
    for row in (["Unit", "Puskesmas A"], ["Tahun", 2025], ["No", "Persyaratan", "Prosedur", "Waktu penyelesaian"]):
        book.active.append(row)
    for number in range(30):
        book.active.append([number + 1, 3 + number % 2, 3, 4])
    book.save(path)


def write(folder, name, source):
    cells = [v4.new_markdown_cell(f"# {name}"), v4.new_code_cell("kata = 'utuh'"), v4.new_code_cell(source)]
    (folder / f"{name}.ipynb").write_text(nbformat.writes(v4.new_notebook(cells=cells)), encoding="utf-8")


def texts(folder):
    return {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.html")}


@pytest.fixture
def kit(tmp_path, monkeypatch):
    """Return a kit with one good notebook and one for each fault, still good."""
    for name in ("notebooks", "data/raw", "data/processed"):
        (tmp_path / name).mkdir(parents=True)
    workbook(tmp_path / "data/raw/Puskesmas A 2025.xlsx")
    for name in ("baik", *BAD):
        write(tmp_path / "notebooks", name, f"print(kata, '{name}')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TILIK_PROCESSED", raising=False)
    monkeypatch.setattr(runner, "Limits", lambda: SHORT)
    return tmp_path


def told(outcome):
    assert outcome.exit_code == Exit.WARNINGS
    for name, (_, words) in BAD.items():
        (line,) = [line for line in outcome.messages if f"{name}.ipynb" in line]
        assert words in line
    assert not [line for line in outcome.messages if "baik.ipynb" in line]


def test_each_is_named_with_its_cell_while_the_others_and_the_earlier_pages_stay(kit):
    pipeline.run(progress=False)
    before = texts(kit / "reports")
    for name, (source, _) in BAD.items():
        write(kit / "notebooks", name, source)
    told(pipeline.run(progress=False))
    after = texts(kit / "reports")
    assert after["baik.html"] == before["baik.html"]
    for name in BAD:
        page = after[f"{name}.html"]
        assert f"utuh {name}" in page
        assert "Halaman ini belum diperbarui" in page
        assert "Traceback" not in page
        assert "ZeroDivisionError" not in page
    told(pipeline.report(reports=kit / "other", progress=False))
    fresh = texts(kit / "other")
    assert fresh["baik.html"] == before["baik.html"]
    for name, (_, words) in BAD.items():
        assert "Halaman ini belum dapat dibuat" in fresh[f"{name}.html"]
        assert words.rstrip(".") in fresh[f"{name}.html"]
    assert len(fresh) == len(after)
