"""A folder with one unit's workbook alone, as somebody tries the kit first: the pages about a unit are made of it."""

import shutil
from pathlib import Path

import openpyxl

from analysis import pages, pipeline

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
ABOUT_A_UNIT = ("02-gambaran-kota", "06-unsur-satu-unit", "15-temuan")
HEADINGS = ["No", "Umur", "Jenis Kelamin", *(f"U{item}" for item in range(1, 10))]


def test_of_one_unit_the_pages_about_a_unit_are_made_whatever_was_answered(tmp_path):
    """All forty gave one answer to everything: no verdict is reached on any unit, and there is no other unit."""
    book = openpyxl.Workbook()
    book.active.append(["Survei Kepuasan Masyarakat Puskesmas Mawar Tahun 2025"])
    book.active.append(HEADINGS)
    for at in range(40):
        book.active.append([at + 1, 30 + at, "LP"[at % 2], *[4] * 9])
    for name in ("raw", "notebooks"):
        (tmp_path / name).mkdir()
    book.save(tmp_path / "raw" / "Puskesmas Mawar 2025.xlsx")
    for name in ABOUT_A_UNIT:
        shutil.copy(NOTEBOOKS / f"{name}.ipynb", tmp_path / "notebooks")
    pipeline.clean(tmp_path / "raw", tmp_path / "processed")
    made = pages.export(tmp_path / "processed", tmp_path / "notebooks", tmp_path / "reports")
    assert (made.failed, made.left_out) == ((), ())
    texts = {name: (tmp_path / "reports" / f"{name}.html").read_text(encoding="utf-8") for name in ABOUT_A_UNIT}
    assert "Puskesmas Mawar" in texts["02-gambaran-kota"]
    assert "Puskesmas Mawar" in texts["06-unsur-satu-unit"]
    # what holds one unit against others, or against a city that it is alone, is no part of them
    assert "rentang yang diharapkan" not in texts["02-gambaran-kota"]
    assert "kota seluruhnya" not in texts["06-unsur-satu-unit"]
