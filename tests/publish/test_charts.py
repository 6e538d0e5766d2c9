"""Pictures: the same bytes, nothing withheld in their coordinates, an alt text that tells the finding."""

# ruff: noqa: E501  (rows stand on a line)

import dataclasses
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import seaborn as sns

from analysis.publish.pictures import charts
from analysis.publish.pictures.canvas import LABEL_LINES, LABEL_WIDTH, MARKS, lean, wrapped

SRC = Path(__file__).parents[2] / "src"


def test_a_picture_is_the_same_bytes_twice(sectors, cells, cell_counts, make):
    show, matrix = make.for_comparison(sectors), make.page(cell_counts)
    assert show.chart(sectors).svg == show.chart(sectors).svg
    assert matrix.chart(cells).svg == matrix.chart(cells).svg


def test_a_picture_does_not_depend_on_hash_seed_language_or_time_zone():
    draw = (
        "import hashlib; from analysis import codebook, publish; from analysis.publish.pictures.charts import Dot, dots; "
        "from analysis.publish.look import Look; look = Look(publish.plan({}), codebook.load(), 'id'); "
        "svg = dots([Dot('a', 1.0, 0.0, 2.0, 'lower')], look, title='t', decimals=1, band=0.5); "
        "print(hashlib.sha256(svg).hexdigest())"
    )
    seen = set()
    for seed, zone, lang in (("1", "UTC", "C.UTF-8"), ("2", "Asia/Jakarta", "C")):
        env = {"PYTHONPATH": str(SRC), "PYTHONHASHSEED": seed, "TZ": zone, "LANG": lang, "PATH": ""}
        seen.add(
            subprocess.run([sys.executable, "-c", draw], env=env, capture_output=True, text=True, check=True).stdout
        )
    assert len(seen) == 1


def test_the_alt_text_states_the_finding(sectors, make):
    alt = make.for_comparison(sectors).chart(sectors).alt
    assert "Lebih rendah daripada rata-rata kota: perizinan." in alt
    assert "keamanan" not in alt


def test_a_withheld_group_leaves_no_trace_in_the_picture(sectors, make):
    """A picture of the shown groups alone is the same picture."""
    show = make.for_comparison(sectors)
    hidden = sectors.table["level"].isin(["security", "population_administration"])
    without = type(sectors)(**{**vars(sectors), "table": sectors.table[~hidden]})
    assert show.chart(sectors).svg == show.chart(without).svg


def test_a_picture_tells_no_more_than_the_words(sectors, make):
    """Changing a value in places that the words do not show changes nothing in the picture."""
    show = make.for_comparison(sectors)
    table = sectors.table.copy()
    table[["difference", "difference_low", "difference_high"]] += 0.01
    moved = type(sectors)(**{**vars(sectors), "table": table})
    assert show.chart(sectors).svg == show.chart(moved).svg


def test_a_withheld_cell_of_a_matrix_is_hatched_and_its_value_drawn_nowhere(cells, cell_counts, make):
    show = make.page(cell_counts)
    hidden = {dict(group)["district"] + dict(group)["sector"] for group in show.look.plan.withheld if len(group) == 3}
    table = cells.table.copy()
    at = (table["row"] + table["column"]).isin(hidden)
    table.loc[at, "estimate"] = 55.5
    other = type(cells)(**{**vars(cells), "table": table})
    assert at.sum() >= 4
    assert show.chart(cells).svg == show.chart(other).svg
    assert b"pattern" in show.chart(cells).svg


@pytest.mark.parametrize("name", ["biaya $\\x dan $y", "<script>alert(1)</script>", "A & B", "x" * 300, "नेपाल", ""])
def test_any_name_can_be_drawn(make, name):
    result = make.compared("unit", [make.row(name, 300, 88.0, 6.0, (4.0, 8.0), "higher")])
    svg = make.for_comparison(result).chart(result).svg
    assert svg.lstrip().startswith(b"<?xml")
    assert b"<script" not in svg
    assert b"<text" not in svg


def test_no_remark_or_program_name_is_left_in_a_picture(sectors, make):
    svg = make.for_comparison(sectors).chart(sectors).svg
    assert [word for word in (b"<!--", b"<metadata", b"Matplotlib", b"licensing") if word in svg] == []
    assert lean(b"<!-- unit --><g>\n  <path/>\n</g>") == b"<g><path/></g>"


def test_marks_differ_in_shape_and_not_in_colour_alone():
    assert len({(shape, fill) for shape, _, fill in MARKS.values()}) == len(MARKS)


def test_answers_are_drawn_with_the_two_lowest_as_one_where_either_is_rare(make):
    rows = [
        {"variable": name, "n": 100, "estimate": 3.2, "low": 3.1, "high": 3.3, "low_share": 0.1, "note": "", "sample": "random",
         "share_1": low, "share_2": 0.1 - low, "share_3": 0.5, "share_4": 0.4}
        for name, low in (("u1", 0.05), ("u2", 0.01))
    ]  # fmt: skip
    show = make.page({make.cell(unit="Unit A"): 100})

    def drawn(frame):
        return show.chart(pd.DataFrame(frame), unit="Unit A", wave="2025").svg

    moved = [{**row, "share_1": 0.02, "share_2": 0.08} for row in rows]
    assert drawn(rows) == drawn(moved)
    enough = [{**row, "share_1": 0.05, "share_2": 0.05} for row in rows]
    assert drawn(rows) != drawn(enough)


def test_a_chart_of_coverage_leaves_out_the_units_that_must_not_be_counted(make):
    table = pd.DataFrame(
        [
            {"unit": name, "wave": "2025", "must": True, "surveyed": n > 0, "n": n, "users": 300.0, "needed": 169.0, "sample": "random"}
            for name, n in (("Unit A", 120), ("Unit B", 8), ("Unit C", 0))
        ]
    )  # fmt: skip
    show = make.page({make.cell(unit="Unit A"): 120, make.cell(unit="Unit B"): 8})
    figure = show.chart(table)
    other = show.chart(table.assign(n=[120, 7, 0]))
    assert figure.svg == other.svg
    assert "2 dari 3 unit" in figure.alt


@pytest.mark.parametrize(
    ("lang", "borders"), [("id", "B mulai 76,61 dan A mulai 88,31"), ("en", "B from 76.61 and A from 88.31")]
)
def test_every_border_of_a_grade_bears_its_letter_and_its_figure_in_words(make, monkeypatch, lang, borders):
    drawn = []
    monkeypatch.setattr(charts, "to_svg", lambda picture: drawn.append(picture.axes[0]) or b"")
    row = {"unit": "A", "wave": "2025", "n": 120, "low": 76.0, "high": 88.0, "grade": "B", "rule": "2017", "sample": "random",
           "p_a": 0.0, "p_b": 1.0, "p_c": 0.0, "p_d": 0.0, "certainty": "sure", "index": 82.0, "index_011": 81.2}  # fmt: skip
    units = [f"Unit {at}" for at in range(9)]
    figure = make.page({make.cell(unit=one): 120 for one in units}, lang).chart(
        pd.DataFrame([{**row, "unit": one} for one in units])
    )
    names = [(one.get_text(), one.xy[0]) for one in drawn[0].texts if len(one.get_text()) == 1]
    assert sorted(names) == [("A", 88.31), ("A", 88.31), ("B", 76.61), ("B", 76.61)]
    assert borders in figure.notes[0]
    assert borders in figure.alt


def test_ranks_are_drawn_as_ranges(sectors, make):
    alt = make.for_comparison(sectors).ranks(sectors).alt
    assert "Perizinan: peringkat antara 2 dan 4 dari 4." in alt


def test_a_dot_without_a_range_is_drawn_without_one(make):
    look = make.page({}).look
    with_range = charts.dots([charts.Dot("a", 1.0, 0.0, 2.0, "same")], look, title="t", decimals=1)
    without = charts.dots([charts.Dot("a", 1.0, np.nan, np.nan, "same")], look, title="t", decimals=1)
    assert b"LineCollection" in with_range
    assert b"LineCollection" not in without


def test_long_names_that_differ_at_one_end_only_stay_apart_in_a_picture():
    middle = "Pemberdayaan Perempuan, Perlindungan Anak, Pengendalian Penduduk dan Keluarga Berencana"
    names = [f"{first} {middle} {last}" for first in ("Dinas", "Badan") for last in ("Kecamatan Utara", "Nomor 10")]
    labels = [wrapped(name) for name in names]
    assert len(set(labels)) == len(names)
    assert all(label.split()[0] == name.split()[0] for label, name in zip(labels, names, strict=True))
    assert all(label.split()[-1] == name.split()[-1] for label, name in zip(labels, names, strict=True))
    assert all(len(line) <= LABEL_WIDTH for label in labels for line in label.split("\n"))
    assert {label.count("\n") + 1 for label in labels} == {LABEL_LINES}
    assert wrapped("Dinas Perhubungan") == "Dinas Perhubungan"


def test_the_figures_of_a_heat_map_stand_out_from_their_shades(cells, cell_counts, make, monkeypatch):
    seen = []

    def look(axes):
        legible(axes)
        shades = [shade for shade in axes.collections[0].get_facecolor() if shade[3] > 0]
        seen.extend(zip(axes.texts, shades, strict=True))

    legible = charts._legible
    monkeypatch.setattr(charts, "_legible", look)
    spread = cells.table.assign(estimate=[70.0, 72.0, 75.0, 77.0, 79.0, 81.0, 83.0, 86.0, 89.0])
    make.page(cell_counts).chart(dataclasses.replace(cells, table=spread))
    assert len(seen) >= 5

    def contrast(text, shade):
        one, other = sorted((sns.utils.relative_luminance(text.get_color()), sns.utils.relative_luminance(shade)))
        return (other + 0.05) / (one + 0.05)

    assert min(contrast(text, shade) for text, shade in seen) >= 4.5
