"""A wave that few units have sent yet, a column that only an earlier wave fills, units of which none is judged."""

import openpyxl
import pytest

from analysis import pipeline, publish, store
from analysis.pages.front import facts
from analysis.pages.report import Writer
from analysis.pages.study import has

HEADINGS = ["No", "Kecamatan", *(f"U{item}" for item in range(1, 10))]


def _study(folder, sent, *, alike=False):
    """Return the study of workbooks of which each is a unit, a period and whether it tells where people live."""
    (folder / "raw").mkdir()
    for at, (unit, period, homes) in enumerate(sent):
        book = openpyxl.Workbook()
        book.active.append([f"SKM {unit} {period}"])
        book.active.append(HEADINGS)
        for row in range(12):
            home = ["Singkawang Utara", "Singkawang Barat"][row % 2] if homes else ""
            book.active.append([row + 1, home, *(4 if alike else (row + item + at) % 3 + 2 for item in range(9))])
        book.save(folder / "raw" / f"{at}.xlsx")
    pipeline.clean(folder / "raw", folder / "processed")
    return store.open_study(folder / "processed")


@pytest.mark.parametrize(("lang", "words"), [("id", "belum dibahas"), ("en", "is not told of yet")])
def test_a_wave_of_one_unit_among_many_is_named_and_not_told_of(tmp_path, lang, words):
    units = [(f"Puskesmas {name}", "Tahun 2025", True) for name in ("Mawar", "Melati", "Anggrek")]
    study = _study(tmp_path, [*units, ("Puskesmas Tulip", "Triwulan III Tahun 2025", True)])
    assert (study.waves, study.wave) == (("2025", "2025-T3"), "2025")
    object.__setattr__(study, "lang", lang)
    said = " ".join(answer for _, answer in facts(study))
    assert words in said
    assert "2025-T3" in said


def test_what_only_an_earlier_wave_tells_is_not_there_to_compare(tmp_path):
    units = [f"Puskesmas {name}" for name in ("Mawar", "Melati")]
    study = _study(tmp_path, [(unit, f"Tahun {year}", year == 2024) for year in (2024, 2025) for unit in units])
    assert not has(study, "district")
    assert has(study, "unit")
    assert has(study, "wave")


def test_the_plan_of_units_that_all_gave_the_best_answer_is_an_empty_form(tmp_path):
    study = _study(tmp_path, [(f"Puskesmas {name}", "Tahun 2025", True) for name in ("Mawar", "Melati")], alike=True)
    written = [str(one) for one in Writer(study, publish.open_page(study), publish.brief(study)).follow_up()]
    assert "Mawar" not in "".join(written)
