"""A page for one unit or district: its own figures and pictures, or a page that says why it holds none."""

import re
import shutil
from types import SimpleNamespace

import nbformat
import pytest

from analysis import pages, pipeline, store
from analysis.errors import CallError, Exit
from analysis.pages import Wishes, notebook, paper, site

v4 = nbformat.v4
START = "from analysis import oversight, publish, store\nstudy = store.open_study()\nshow = publish.open_page(study)"
DESIGN = "design = oversight.design(study.responses, study.book, study.surveys)"
UNSUR = "items = oversight.unsur(design, unit, book=study.book, wave=study.wave)\n"


@pytest.fixture
def notebooks(tmp_path):
    """Return a folder with one notebook per unit, as a researcher would write it."""
    folder = tmp_path / "notebooks"
    folder.mkdir()
    cells = [
        v4.new_markdown_cell("# Satu unit"),
        v4.new_code_cell(START),
        v4.new_code_cell(DESIGN),
        v4.new_code_cell("unit = study.responses['unit'].dropna().min()", metadata={"tags": ["parameters"]}),
        v4.new_code_cell(UNSUR + "show.table(items, unit=unit)"),
        v4.new_code_cell("show.chart(items, unit=unit)"),
    ]
    own = {"per": "unit", "needs": ["unit"]}
    node = v4.new_notebook(cells=cells, metadata={"tilik": own})
    (folder / "satu.ipynb").write_text(nbformat.writes(node), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def few(city, tmp_path_factory):
    """Return a study of three units: a page of each is soon made."""
    home = tmp_path_factory.mktemp("few")
    (home / "raw").mkdir()
    for name in ("RSUD Contoh", "Dinas PU Contoh", "Puskesmas Contoh Utara"):
        (path,) = city.raw.glob(f"2025/{name}*")
        shutil.copy(path, home / "raw")
    pipeline.clean(home / "raw", home / "processed")
    return SimpleNamespace(processed=home / "processed")


def made(city, notebooks, tmp_path, **names):
    result = pages.export(city.processed, notebooks, tmp_path / "reports", wishes=Wishes(names))
    return result, {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "reports").glob("*.html")}


def test_without_being_asked_no_page_of_a_unit_is_made_nor_missed(few, notebooks, tmp_path):
    result, found = made(few, notebooks, tmp_path)
    assert result.left_out == ()
    assert not [name for name in found if name.startswith("satu")]


def test_every_page_holds_its_own_figures_and_picture(few, notebooks, tmp_path):
    result, found = made(few, notebooks, tmp_path, unit=["dinas pu contoh", "RSUD Contoh"])
    assert result.failed == ()
    one, other = found["satu-dinas-pu-contoh.html"], found["satu-rsud-contoh.html"]
    assert "<h1>Dinas PU Contoh</h1>" in one
    assert "RSUD" not in re.sub(r"<footer>.*", "", one, flags=re.DOTALL)
    assert "Dinas PU" not in re.sub(r"<footer>.*", "", other, flags=re.DOTALL)
    pictures = [re.search(r'src="(data:image/svg[^"]+)"', text)[1] for text in (one, other)]
    assert pictures[0] != pictures[1]
    figures = [re.findall(r'<td class="num">([^<]*)</td>', text) for text in (one, other)]
    assert figures[0] != figures[1]
    assert "satu-dinas-pu-contoh.html" in found["index.html"]
    assert "satu-dinas-pu-contoh.html" not in one.partition("<footer>")[2]


def test_a_unit_under_the_base_or_silent_gets_a_page_that_says_so_without_a_figure(city, notebooks, tmp_path):
    study = store.open_study(city.processed)
    of_wave = study.responses[study.responses["wave"].eq(study.wave)]["unit"].value_counts()
    small = of_wave[of_wave < study.plan.threshold].index[0]
    silent = min(set(study.units["unit"]) - set(of_wave.index))
    result, found = made(city, notebooks, tmp_path, unit=[small, silent])
    assert result.failed == ()
    names = [notebook.of_level(notebook.find(notebooks)[0], level, level).page for level in (small, silent)]
    for name, words in zip(names, ("tidak ditampilkan", "tidak mengirim jawaban"), strict=True):
        inside = found[name].partition(site.MAIN)[2].partition("</main>")[0]
        assert words in inside
        assert "<table" not in inside
        assert "<img" not in inside
        assert set(re.findall(r"\d+", re.sub(r"<[^>]*>", "", inside))) <= {study.wave, str(study.plan.threshold)}
        assert name in found["index.html"]


def test_all_means_every_unit_and_an_unknown_one_is_a_wrong_call(few, notebooks, tmp_path):
    study = store.open_study(few.processed)
    known = set(study.responses["unit"].dropna()) | set(study.units["unit"])
    with pytest.raises(CallError) as refused:
        made(few, notebooks, tmp_path, unit=["Dinas PX Contoh"])
    assert refused.value.exit_code == Exit.WRONG_CALL
    assert str(refused.value) == '--unit: "Dinas PX Contoh" tidak ada dalam data; mungkin maksudnya "Dinas PU Contoh"'
    assert not (tmp_path / "reports").exists()
    result, found = made(few, notebooks, tmp_path, unit=["semua"])
    assert result.failed == ()
    assert len([name for name in found if name.startswith("satu")]) == len(known) == 3


def test_a_name_is_set_as_text_whatever_stands_in_it():
    node = v4.new_notebook(cells=[v4.new_code_cell("unit = 'A'", metadata={"tags": ["parameters"]})])
    evil = "x'\nimport os; os.abort() #\u202e\\"
    copy = notebook.copy_to_run(node, "id", given={"unit": evil})
    assert [cell.source for cell in copy.cells] == ["unit = 'A'", f"unit = {evil!a}"]
    names = {}
    exec(copy.cells[1].source, names)  # noqa: S102 - what a kernel would do with it
    assert names["unit"] == evil


def test_a_page_that_fails_names_the_notebook_the_unit_and_the_cell(few, notebooks, tmp_path):
    node = nbformat.read(notebooks / "satu.ipynb", as_version=4)
    node.cells.append(v4.new_code_cell("assert unit != 'RSUD Contoh'"))
    (notebooks / "satu.ipynb").write_text(nbformat.writes(node), encoding="utf-8")
    result, found = made(few, notebooks, tmp_path, unit=["RSUD Contoh", "Dinas PU Contoh"])
    assert [(one.notebook, one.kind) for one in result.failed] == [("satu.ipynb [RSUD Contoh]", "error")]
    assert "Halaman ini belum dapat dibuat" in found["satu-rsud-contoh.html"]
    assert "<table" in found["satu-dinas-pu-contoh.html"]


def test_without_a_browser_pages_are_made_and_the_lack_is_told(few, notebooks, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(paper, "ELSEWHERE", ())
    result = pages.export(few.processed, notebooks, tmp_path / "reports", wishes=Wishes(pdf=True))
    assert result.unprinted == result.pages
    assert (tmp_path / "reports" / "index.html").is_file()
    assert not list((tmp_path / "reports").glob("*.pdf"))


def test_pages_are_printed_beside_each_page_and_bear_no_clock(chromium, tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.html").write_text(f"<!DOCTYPE html><title>{name}</title><p>{name}", encoding="utf-8")
    assert paper.printed(tmp_path, ["a.html", "b.html"], chromium) == []
    first = (tmp_path / "a.pdf").read_bytes()
    assert first.startswith(b"%PDF")
    assert b"D:19800101000000" in first
    assert paper.printed(tmp_path, ["a.html"], chromium) == []
    assert (tmp_path / "a.pdf").read_bytes() == first


def test_a_page_that_will_not_print_is_named(tmp_path):
    (tmp_path / "a.html").write_text("<p>a", encoding="utf-8")
    assert paper.printed(tmp_path, ["a.html"], "/bin/false") == ["a.html"]
