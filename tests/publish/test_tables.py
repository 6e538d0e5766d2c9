"""Tables: nothing withheld is in them, everything from the data is escaped, every figure has its base and unit."""

# ruff: noqa: E501, RUF001  (rows stand on a line; the true minus sign is what is tested)

import re
from html.parser import HTMLParser
from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import publish, words
from analysis.oversight import Answer
from analysis.publish import topics
from analysis.publish.tables import without_blank

PAYLOAD = "<img src=x onerror=alert(1)>\"' $x$ =1+1"


class Reader(HTMLParser):
    """Collect tags with their attributes, and the text of cells."""

    def __init__(self):
        super().__init__()
        self.tags, self.texts, self.inside = [], [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag in {"td", "th", "caption"}:
            self.inside.append(tag)
            self.texts.append("")

    def handle_endtag(self, tag):
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data):
        if self.inside:
            self.texts[-1] += data


def read(html):
    reader = Reader()
    reader.feed(html)
    return reader


def test_a_table_has_caption_scopes_and_as_many_cells_in_each_row(sectors, make):
    html = make.for_comparison(sectors).table(sectors)._repr_html_()
    tags = read(html).tags
    heads = [attrs for tag, attrs in tags if tag == "th"]
    assert sum(tag == "caption" for tag, _ in tags) == 1
    assert {attrs["scope"] for attrs in heads} == {"col", "row"}
    rows = re.findall(r"<tr>(.*?)</tr>", html)
    widths = {
        len(re.findall(r"<t[hd]", row)) + sum(int(n) - 1 for n in re.findall(r'colspan="(\d+)"', row)) for row in rows
    }
    assert widths == {8}


def test_a_row_that_is_withheld_whole_says_so_once(sectors, make):
    html = make.for_comparison(sectors).table(sectors)._repr_html_()
    (row,) = re.findall(r'<tr><th scope="row">keamanan</th>(.*?)</tr>', html)
    assert row == '<td class="withheld" colspan="7">tidak ditampilkan</td>'


def test_a_withheld_group_shows_words_and_no_figure(sectors, make):
    table = make.for_comparison(sectors).table(sectors)
    (row,) = [row for row in table.rows if row[0].text == "keamanan"]
    assert {entry.text for entry in row[1:]} == {"tidak ditampilkan"}
    assert all(entry.value is None for entry in row[1:])
    assert (
        "Tidak ditampilkan: kurang dari 10 orang, sebagian besar dari satu unit sehingga menyingkap segelintir orang, jawaban segelintir orang yang semuanya sama, atau dapat menyingkap sel lain."
        in table.notes
    )
    assert "70,1" not in table._repr_html_() + repr(table)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_table_holds_a_number_that_is_not_rounded(sectors, cells, cell_counts, moves, make, lang):
    units = {
        frozenset({("wave", wave), ("unit", f"Unit {name}")}): 110 for wave in ("2024", "2025") for name in "ABCDE"
    }
    tables = [
        make.for_comparison(sectors, lang).table(sectors),
        make.page(cell_counts, lang).table(cells),
        make.page(units, lang).table(moves),
    ]
    values = [entry.value for table in tables for row in table.rows for entry in row if entry.value is not None]
    assert values
    assert all(value == float(f"{value:.1f}") for value in values)


def test_a_matrix_withholds_cells_that_could_not_be_worked_out(cells, cell_counts, make):
    show = make.page(cell_counts)
    table = show.table(cells)
    hidden = [entry for row in table.rows for entry in row if entry.withheld]
    planned = [group for group in show.look.plan.withheld if len(group) == 3]
    assert len(hidden) == len(planned) >= 4


def test_text_of_the_data_is_escaped_everywhere(make):
    result = make.compared("unit", [make.row(PAYLOAD, 300, 88.0, 6.0, (4.0, 8.0), "higher")])
    show = make.for_comparison(result)
    for html in (
        show.table(result)._repr_html_(),
        show.sentence(result)._repr_html_(),
        show.chart(result)._repr_html_(),
    ):
        reader = read(html)
        assert [tag for tag, _ in reader.tags if tag in {"script", "svg"}] == []
        assert [name for _, attrs in reader.tags for name in attrs if name.startswith("on")] == []
        assert [attrs["src"][:26] for tag, attrs in reader.tags if tag == "img"] in ([], ["data:image/svg+xml;base64,"])
    assert PAYLOAD in read(show.table(result)._repr_html_()).texts


def test_marks_that_turn_the_reading_direction_are_taken_out(make):
    result = make.compared("unit", [make.row("Unit\u202e A\x07", 300, 88.0, 6.0, (4.0, 8.0), "higher")])
    assert make.for_comparison(result).table(result).rows[0][0].text == "Unit  A"


def test_what_arrived_adds_up_and_says_not_how_many_a_small_sheet_holds(make):
    kinds = {"title": 2, "heading": 1, "blank": 0, "total": 3, "note": 0, "set_aside": 1, "duplicate": 1}
    files = pd.DataFrame(
        [
            {"number": "B-001", "file": "a", "sheet": "Data", "sha256": "", "format": "xlsx", "outcome": "read", "unit": "Unit A", "wave": "2025", "rows": 88, "kept": 80, **kinds},
            {"number": "B-002", "file": "b", "sheet": "Data", "sha256": "", "format": "xlsx", "outcome": "read", "unit": "Unit B", "wave": "2025", "rows": 15, "kept": 8, **kinds, "duplicate": 0},
            {"number": "B-003", "file": "c", "sheet": "Rekap", "sha256": "", "format": "xlsx", "outcome": "recap", "unit": "", "wave": "2025", "rows": 13, "kept": 5, **kinds},
        ]
    )  # fmt: skip
    show = make.page({make.cell(unit="Unit A"): 80, make.cell(unit="Unit B"): 8})
    rows = {row[0].text: [entry.text for entry in row[4:]] for row in show.table(files).rows}
    assert rows["B-001"] == ["88", "80", "2", "6"]
    assert rows["B-002"] == ["tidak ditampilkan", "tidak ditampilkan", "1", "6"]
    assert rows["B-003"] == ["13", "5", "2", "6"]
    assert repr(show.sentence(files)).splitlines()[1] == (
        "Dari 116 baris, 88 adalah jawaban yang dipakai, 5 baris rekap dan keterangan, 5 disisihkan, "
        "dan 18 bukan data (judul, jumlah, baris kosong)."
    )


def test_a_plain_frame_shows_no_figure_without_its_base(make):
    show = make.page({make.cell(unit="Unit A"): 80})
    table = show.table(pd.DataFrame({"unit": ["Unit A"], "score": [81.234]}), wave="2025")
    assert [entry.text for entry in table.rows[0]] == ["Unit A", "tidak ditampilkan"]
    with_base = show.table(pd.DataFrame({"unit": ["Unit A"], "n": [80], "score": [81.234]}), wave="2025")
    assert [entry.text for entry in with_base.rows[0]] == ["Unit A", "80", "81,2"]


def test_a_plain_frame_about_an_unplanned_group_shows_no_figure(make):
    show = make.page({make.cell(unit="Unit A"): 80})
    table = show.table(pd.DataFrame({"unit": ["Unit A"], "sex": ["female"], "n": [40], "score": [81.2]}), wave="2025")
    assert [entry.text for entry in table.rows[0]][2:] == ["tidak ditampilkan", "tidak ditampilkan"]


def test_the_items_of_a_small_unit_have_no_range(make):
    row = {
        "variable": "u1",
        "n": 25,
        "estimate": 3.0,
        "low": 2.9,
        "high": 3.1,
        "low_share": 0.0,
        "note": "",
        "sample": "random",
    }
    table = make.page({make.cell(unit="Unit A"): 25}).table(pd.DataFrame([row]), unit="Unit A", wave="2025")
    assert [entry.text for entry in table.rows[0]] == [
        "U1 (Persyaratan)",
        "25",
        "3,00",
        "tidak ditampilkan (di bawah 30 orang)",
        "kurang dari 4%",
    ]


def test_doubts_name_files_by_number_and_no_row(make):
    frame = pd.DataFrame(
        [{"code": "E-RANGE", "severity": "warning", "file": "dinas/a.xlsx", "sheet": "Data", "cell": "F17", "count": 2, "what": "Nilai di luar 1–4.", "todo": "Perbaiki."}]
    )  # fmt: skip
    show = make.page({})
    assert [entry.text for entry in show.table(frame).rows[0]] == [
        "E-RANGE",
        "peringatan",
        "2",
        "1",
        "Nilai di luar 1–4.",
        "Perbaiki.",
    ]
    assert [entry.text for entry in show.table(frame, "by_file").rows[0]] == [
        "B-001",
        "E-RANGE",
        "peringatan",
        "2",
        "Perbaiki.",
    ]
    for html in (show.table(frame)._repr_html_(), show.table(frame, "by_file")._repr_html_()):
        assert "F17" not in html
        assert "dinas" not in html


NONE = pd.DataFrame(columns=["by", "known", "note"])


@pytest.mark.parametrize("ends", [(None, None), (-90.0, 20.0)])
def test_a_difference_that_was_judged_without_a_range_of_use_is_not_shown(make, ends):
    row = {"by": "age", "level": "17", "n": 14, "estimate": 82.0, "difference": -1.4, "mix_difference": -6.7,
           "low_answers": 12.0, "verdict": "cannot tell", "note": ""}  # fmt: skip
    gaps = pd.DataFrame([row | dict(zip(("low", "high"), ends, strict=True))]).astype({"low": float, "high": float})
    answer = Answer("equity", "2025", "random", {"gaps": gaps, "not_asked": NONE})
    show = make.page({make.cell(age="17"): 14})
    assert show.table(answer, "gaps").rows[0][4].text == "terlalu tidak pasti untuk ditampilkan"
    assert "82,0" not in show.chart(answer)._repr_html_()


def test_a_part_of_an_answer_is_shown_by_name(make):
    gaps = pd.DataFrame(
        [
            {"by": "disability", "level": "yes", "n": 77, "estimate": 75.9, "difference": -6.5, "mix_difference": -6.4, "low": -9.9, "high": -2.9, "low_answers": 23.0, "verdict": "lower", "note": ""},
            {"by": "disability", "level": "no", "n": 9, "estimate": 80.0, "difference": 0.5, "mix_difference": 0.4, "low": -1.0, "high": 2.0, "low_answers": 9.0, "verdict": "", "note": "few respondents"},
        ]
    )  # fmt: skip
    answer = Answer("equity", "2025", "random", {"gaps": gaps, "not_asked": NONE})
    show = make.page({make.cell(disability="yes"): 77})
    assert [entry.text for entry in show.table(answer, "gaps").rows[0]][1:5] == [
        "77",
        "75,9",
        "−6,5",
        "−6,4 (−9,9 – −2,9)",
    ]
    assert show.table(answer, "gaps").rows[1][1].withheld
    assert show.sentence(answer).texts[0].startswith("Penyandang disabilitas: lebih rendah")


def test_every_part_has_its_words_in_both_languages(make):
    for lang in words.LANGUAGES:
        look = make.page({}, lang).look
        for part in publish.topics.PARTS.values():
            assert all(
                look.knows(key)
                for key in (part.caption, f"{part.caption}_rows", *(one.heading for one in part.columns))
            )


@pytest.mark.parametrize(
    ("topic", "part", "taken"),
    [("expected_range", "units", True), ("training", "units", True), ("follow_up", "promises", True),
     ("marks", "marks", False)],
)  # fmt: skip
def test_a_table_of_differences_says_that_they_are_taken_before_rounding(make, topic, part, taken):
    names = {"n", "unit", "mark", "verdict", "note", *(one.name for one in topics.PARTS[topic, part].columns)}
    answer = Answer(topic, "2025", "random", {part: pd.DataFrame(columns=sorted(names))}, (), {})
    assert ("Selisih dihitung sebelum pembulatan." in make.page({}).table(answer, part).notes) is taken


def test_a_comparison_beside_its_whole_says_that_differences_are_taken_before_rounding(make, sectors):
    assert "Selisih dihitung sebelum pembulatan." in make.for_comparison(sectors).table(sectors).notes


def test_the_page_asks_only_for_what_it_needs():
    study = SimpleNamespace(plan=publish.plan({}), book=None, lang="id", wave="", files=pd.DataFrame())
    assert publish.open_page(study).wave == ""


def test_the_gravest_doubt_comes_first(make):
    kinds = [("note", "E-C", 90), ("refused", "E-A", 1), ("warning", "E-B", 4), ("warning", "E-D", 7)]
    frame = pd.DataFrame(
        [
            {
                "code": code,
                "severity": severity,
                "file": "a",
                "sheet": "",
                "cell": "",
                "count": n,
                "what": "w",
                "todo": "t",
            }
            for severity, code, n in kinds
        ]
    )
    assert [row[0].text for row in make.page({}).table(frame).rows] == ["E-A", "E-D", "E-B", "E-C"]


def test_a_unit_of_one_wave_is_not_called_withheld(moves, make):
    table = moves.table.copy()
    table.loc[table["level"].eq("Unit E"), ["n", "note"]] = [0, "one wave only"]
    counts = {
        frozenset({("wave", wave), ("unit", f"Unit {name}")}): 110 for wave in ("2024", "2025") for name in "ABCDE"
    }
    shown = make.page(counts).table(type(moves)(**{**vars(moves), "table": table}))
    (row,) = [row for row in shown.rows if row[0].text == "Unit E"]
    assert {entry.text for entry in row[1:]} == {"hanya menyurvei pada satu gelombang"}
    assert not any(entry.withheld for entry in row)


def test_a_weak_figure_is_named_as_weak(make):
    rows = [
        make.row("health", 300, 88.0, 6.0, (4.0, 8.0), "higher"),
        make.row("education", 20, 80.0, -2.0, (-9.0, 5.0), "cannot tell"),
        make.row("transport", 90, 80.0, -2.0, (-9.0, 5.0), "cannot tell", low=70.0, high=90.0),
    ]
    result = make.compared("sector", rows)
    notes = make.for_comparison(result).table(result).notes
    assert [note for note in notes if note.startswith("Angka lemah")] == [
        "Angka lemah (di bawah 30 responden, atau rentangnya lebih lebar dari 15,0 poin): pendidikan dan transportasi."
    ]


def test_a_share_with_too_wide_a_range_is_not_shown(make):
    row = {
        "variable": "u1",
        "n": 35,
        "estimate": 3.0,
        "low": 2.9,
        "high": 3.1,
        "low_share": 0.4,
        "note": "",
        "sample": "random",
    }
    vague = pd.DataFrame([{**row, "low_share_low": 0.2, "low_share_high": 0.6}])
    table = make.page({make.cell(unit="Unit A"): 35}).table(vague, unit="Unit A", wave="2025")
    assert table.rows[0][-1].text == "terlalu tidak pasti untuk ditampilkan"


def test_a_table_of_withheld_rows_alone_keeps_its_columns(make):
    hidden = publish.Entry("tidak ditampilkan", withheld=True, whole_row=True)
    heads = tuple(publish.Heading(text) for text in ("unit", "n", "catatan"))
    table = publish.Table("Unit", heads, ((publish.Entry("A"), hidden, hidden),))
    assert without_blank(table) == table


def test_of_one_unit_without_a_sign_that_is_said_and_no_column_is_left_for_signs(make):
    filled = {"same_share": 0.01, "same_expected": 0.01, "repeated_share": 0.1, "repeated_expected": 0.1, "n": 80}
    frame = pd.DataFrame([{"unit": "A", "wave": "2025", "signs": "", **filled}])
    show = make.page({make.cell(unit="A"): 80, make.cell(unit="B"): 80})
    assert show.sentence(frame).texts == (
        "A (2025): jawaban tidak berulang lebih sering daripada yang wajar (n = 80).",
    )
    assert "tanda" not in [one.text for one in show.table(frame).headings]
    few = show.sentence(frame.assign(n=15, note="few rows")).texts
    assert few == (
        "Tidak ada unit dengan cukup jawaban (paling sedikit 20 orang) untuk menguji apakah jawabannya berulang.",
    )
    both = pd.concat([frame, frame.assign(unit="B")])
    assert show.sentence(both).texts[0].startswith("Dari unit yang ditampilkan, tidak ada yang")
    assert show.table(both.assign(signs=["", "repeated"])).headings[-1].text == "tanda"


def test_where_no_published_figure_agrees_the_first_that_differs_is_the_answer(make):
    row = {"unit": "A", "wave": "2025", "n": 80, "published": 84.1, "recomputed": 74.78, "index_011": 74.03,
           "explained": "not explained", "grade_published": "B", "grade": "C"}  # fmt: skip
    said = make.page({make.cell(unit="A"): 80}).sentence(pd.DataFrame([row])).texts
    assert said[0].startswith("A (2025) mengumumkan 84,10; hitungan ulang 74,78.")


def test_heads_of_columns_are_the_words_of_what_stands_below(make, sectors):
    row = {"unit": "A", "wave": "2025", "n": 120, "low": 79.0, "high": 85.0, "grade": "B", "rule": "2017", "index": 82.0,
           "index_011": 81.2, "sample": "random", "p_a": 0.0, "p_b": 1.0, "p_c": 0.0, "p_d": 0.0, "certainty": "sure"}  # fmt: skip
    show = make.page({make.cell(unit="A"): 120}, "en")
    assert show.table(pd.DataFrame([row])).headings[0].text == "unit"
    compared = make.for_comparison(sectors, "en").table(sectors)
    assert compared.headings[2].text == "user satisfaction index"
    assert "(IKM)" in compared.caption


def test_of_a_unit_that_did_not_survey_it_is_said_where_its_way_of_choosing_would_stand(make):
    row = {"unit": "A", "wave": "2025", "must": True, "surveyed": False, "n": 0, "users": 300, "needed": 169, "sample": "",
           "note": ""}  # fmt: skip
    assert make.page({}).table(pd.DataFrame([row])).rows[0][-1].text == "tidak menyurvei"
