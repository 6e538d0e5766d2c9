import nbformat
import pytest

from analysis import words
from analysis.pages import gate, runner
from analysis.publish import Entry, Figure, Heading, Sentences, Table

v4 = nbformat.v4
PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def node(*outputs):
    cell = v4.new_code_cell("x", outputs=list(outputs))
    return v4.new_notebook(cells=[v4.new_markdown_cell("# J"), v4.new_code_cell("y"), cell])


def html(text):
    return v4.new_output("execute_result", data={"text/html": text, "text/plain": "x"})


def plain(text):
    return v4.new_output("execute_result", data={"text/plain": text})


def kinds(*outputs):
    found = gate.refusals("a.ipynb", node(*outputs))
    assert all(one.cell == 2 and one.notebook == "a.ipynb" for one in found)
    return [one.kind for one in found]


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        (html('<table border="1" class="dataframe"><tr><td>1</td></tr></table>'), "raw"),
        (plain("83.4166"), "raw"),
        (plain("np.float64(83.4166)"), "raw"),
        (plain("health    12\nlicensing  3\nName: unit, dtype: int64"), "raw"),
        (v4.new_output("stream", name="stdout", text="a 1\nb 2\n"), "raw"),
        (v4.new_output("stream", name="stdout", text="ada 8 orang\n"), "raw"),
        (plain("8"), "raw"),
        (plain("5000"), "raw"),
        (html("<p>8 orang</p>"), "raw"),
        (html("<table><tr><td>83</td></tr></table>"), "raw"),
        (v4.new_output("display_data", data={"text/markdown": "**12** orang"}), "raw"),
        (html('<img src="data:image/png;base64,AAAA">'), "alt"),
        (html('<img alt="bagan" src="data:image/png;base64,AAAA">'), "alt"),
        (v4.new_output("display_data", data={"image/png": PIXEL}), "alt"),
        (html('<img alt="Kesehatan paling rendah, 78,1" src="data:image/png;base64,AAAA">'), "picture"),
        (
            html('<figure><img alt="Kesehatan paling rendah" src="data:image/png;base64,AAAA"></figure>'),
            "picture",
        ),
        (html(Figure(b"<svg><metadata/></svg>", "Kesehatan paling rendah", "Nilai 2")._repr_html_()), "picture"),
        (
            v4.new_output(
                "display_data", data={"image/png": PIXEL}, metadata={"image/png": {"alt": "Sebaran jawaban per unsur"}}
            ),
            "picture",
        ),
        (
            v4.new_output(
                "display_data",
                data={"image/svg+xml": "<svg/>"},
                metadata={"image/svg+xml": {"alt": "Sebaran jawaban per unsur"}},
            ),
            "picture",
        ),
        (v4.new_output("display_data", data={"application/javascript": "alert(1)"}), "unshowable"),
        (html("<script>draw()</script>"), "unshowable"),
    ],
)
def test_what_has_not_asked_the_plan_or_has_no_words_is_refused(output, kind):
    assert kinds(output) == [kind]


@pytest.mark.parametrize(
    "output",
    [
        html(Sentences(("Sektor kesehatan lebih rendah (selisih 4,1 poin).", "n = 12"), ("Batas 10",))._repr_html_()),
        html(Table("Nilai 2025", (Heading("a"), Heading("n")), ((Entry("A"), Entry("12")),), ("n 1",))._repr_html_()),
        html(Figure(b"<svg/>", "Kesehatan paling rendah, 78,1", "Nilai 2", ("n 1",))._repr_html_()),
        html("<p>Catatan saya tentang tahun 2025.</p>"),
        plain("'2025'"),
        v4.new_output("stream", name="stdout", text="selesai\n"),
        v4.new_output("stream", name="stderr", text="0.12 dtype: float\n"),
    ],
)
def test_what_is_fit_for_a_page_passes(output):
    assert kinds(output) == []


def test_a_picture_in_prose_without_words_and_a_page_too_big_are_refused():
    assert gate.whole("a", f'<img alt="{gate.FILLER}">', "x") == [runner.Failure("a", 0, "alt")]
    assert gate.whole("a", "", "x" * 1_000_001) == [runner.Failure("a", 0, "size")]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_picture_drawn_by_hand_is_refused_by_notebook_and_cell_with_what_to_do(lang):
    told = words.say("pages.fail.picture", lang, notebook="a.ipynb", cell=2, detail="")
    assert "a.ipynb" in told
    assert {"id": "sel 2", "en": "cell 2"}[lang] in told
    assert "`publish`" in told
