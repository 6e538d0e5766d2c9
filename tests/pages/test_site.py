import html
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest

from analysis import pages, pipeline, store
from analysis.pages import Failure

v4 = nbformat.v4
NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SHOW = "from analysis import oversight, publish, store\nstudy = store.open_study()\nshow = publish.open_page(study)"


@pytest.fixture
def notebooks(tmp_path):
    folder = tmp_path / "notebooks"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def small(city, tmp_path_factory):
    """Return the folders of a study of one unit, whose pages beside those of the notebooks are soon made."""
    home = tmp_path_factory.mktemp("small")
    (home / "raw").mkdir()
    for path in city.raw.rglob("*"):
        if path.match("2025/RSUD*"):
            shutil.copy(path, home / "raw")
    pipeline.clean(home / "raw", home / "processed")
    return SimpleNamespace(home=home, processed=home / "processed")


def write(folder, name, *cells, title="Judul", **tilik):
    made = [v4.new_markdown_cell(f"# {title}")]
    made += [v4.new_markdown_cell(one[3:]) if one.startswith("md:") else v4.new_code_cell(one) for one in cells]
    node = v4.new_notebook(cells=made, metadata={"tilik": tilik} if tilik else {})
    (folder / name).write_text(nbformat.writes(node), encoding="utf-8")


def rows_of(small):
    """Return how the page says how many rows arrived."""
    rows = int(store.open_study(small.processed).files["rows"].sum())
    return f"Dari {rows:,} baris".replace(",", ".")


def text(path):
    return path.read_text(encoding="utf-8")


def test_a_notebook_that_fails_stops_only_its_own_page(small, notebooks, tmp_path):
    write(notebooks, "baik.ipynb", SHOW, "show.sentence(study.files)")
    write(notebooks, "rusak.ipynb", "rahasia = 'Budi 6172010101900001'", "raise ValueError(rahasia)")
    (notebooks / "bukan.ipynb").write_text("{")
    before = {path.name: path.read_bytes() for path in notebooks.iterdir()}
    made = pages.export(small.processed, notebooks, tmp_path / "reports")
    assert set(made.failed) == {Failure("rusak.ipynb", 2, "error", "ValueError"), Failure("bukan.ipynb", 0, "notebook")}
    assert rows_of(small) in text(tmp_path / "reports" / "baik.html")
    broken = text(tmp_path / "reports" / "rusak.html")
    assert "Buku catatan rusak.ipynb berhenti di sel 2: ValueError." in broken
    assert "Halaman ini belum dapat dibuat" in broken
    assert not any("6172010101900001" in text(path) for path in (tmp_path / "reports").glob("*.html"))
    assert "Traceback" not in broken
    assert text(tmp_path / "reports" / "index.html").count("belum diperbarui") == 2
    assert {path.name: path.read_bytes() for path in notebooks.iterdir()} == before


def test_the_earlier_good_page_stays_with_a_notice_until_a_whole_one_replaces_it(small, notebooks, tmp_path):
    reports = tmp_path / "reports"
    write(notebooks, "a.ipynb", SHOW, "show.sentence(study.files)")
    pages.export(small.processed, notebooks, reports)
    good = text(reports / "a.html")
    write(notebooks, "a.ipynb", "1 / 0")
    for _ in range(2):
        assert pages.export(small.processed, notebooks, reports).failed
        kept = text(reports / "a.html")
        assert kept.count("Halaman ini belum diperbarui") == 1
        assert rows_of(small) in kept
    write(notebooks, "a.ipynb", SHOW, "show.sentence(study.files)")
    assert not pages.export(small.processed, notebooks, reports).failed
    assert text(reports / "a.html") == good


def test_a_notebook_dropped_in_becomes_a_page_and_what_does_not_fit_is_left_out(small, notebooks, tmp_path):
    write(notebooks, "Punya Saya.ipynb", "md:## Bagian\n\nTeks *saya*.", title="Penelitian <saya>")
    write(notebooks, "lain.ipynb", "1 / 0", needs=["occupation", "no such column"], title="Lain")
    made = pages.export(small.processed, notebooks, tmp_path / "reports")
    assert made.failed == ()
    assert made.left_out == ("Lain",)
    name = next(one for one in made.pages if one.startswith("punya-saya-"))
    page = text(tmp_path / "reports" / name)
    assert "<h1>Penelitian &lt;saya&gt;</h1>" in page
    assert "<p>Teks <em>saya</em>.</p>" in page
    index = text(tmp_path / "reports" / "index.html")
    assert 'Halaman "Lain" tidak dibuat, karena data tidak memuat' in html.unescape(index)
    assert name in index


def test_a_page_that_has_not_asked_the_plan_is_refused(small, notebooks, tmp_path):
    write(notebooks, "a.ipynb", SHOW, "study.responses.groupby('sector')[['u1']].mean()")
    made = pages.export(small.processed, notebooks, tmp_path / "reports")
    assert made.failed == (Failure("a.ipynb", 2, "raw"),)
    assert "dataframe" not in text(tmp_path / "reports" / "a.html")


def test_a_killed_export_leaves_the_reports_as_before(small, notebooks, tmp_path):
    reports = tmp_path / "reports"
    write(notebooks, "a.ipynb", "print('satu')")
    pages.export(small.processed, notebooks, reports)
    before = {path.name: path.read_bytes() for path in reports.iterdir()}
    write(notebooks, "a.ipynb", "import time; time.sleep(60)")
    script = "import sys, pathlib; from analysis import pages; pages.export(*map(pathlib.Path, sys.argv[1:]))"
    for how in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
        running = subprocess.Popen(
            [sys.executable, "-c", script, str(small.processed), str(notebooks), str(reports)],
            stderr=subprocess.DEVNULL,
        )
        time.sleep(4)
        running.send_signal(how)
        assert running.wait(timeout=20) != 0
        assert {path.name: path.read_bytes() for path in reports.iterdir()} == before
    write(notebooks, "a.ipynb", "print('dua')")
    pages.export(small.processed, notebooks, reports)
    assert "dua" in text(reports / "a.html")
    left = {path.name for path in tmp_path.iterdir() if path.name.startswith(".")}
    assert left == {".tilik-reports-pages"}


def test_only_what_changed_is_made_again(small, notebooks, tmp_path):
    reports = tmp_path / "reports"
    ran = []
    told = pages.Progress(step=ran.append)
    write(notebooks, "a.ipynb", "print('satu')")
    write(notebooks, "b.ipynb", "print('dua')", "1 / 0")
    pages.export(small.processed, notebooks, reports, progress=told)
    assert sorted(set(ran)) == ["a.ipynb", "b.ipynb"]
    whole = {path.name: path.read_bytes() for path in reports.iterdir()}
    ran.clear()
    pages.export(small.processed, notebooks, reports, progress=told)
    assert set(ran) == {"b.ipynb"}
    assert {path.name: path.read_bytes() for path in reports.iterdir()} == whole
    ran.clear()
    write(notebooks, "a.ipynb", "print('tiga')")
    pages.export(small.processed, notebooks, reports, progress=told)
    assert "a.ipynb" in ran
    assert "tiga" in text(reports / "a.html")
    ran.clear()
    pages.export(small.processed, notebooks, reports, progress=told, wishes=pages.Wishes(fresh=True))
    assert "a.ipynb" in ran
    assert len(list((tmp_path / ".tilik-reports-pages").iterdir())) == 3


@pytest.mark.parametrize(
    ("pattern", "least", "wanted"),
    [("2025/RSUD*", 6, "01-data-yang-masuk.html"), ("*ekap*", 5, "18-rekap.html")],
    ids=["one unit, one wave, no codebook", "recaps only"],
)
def test_pages_are_made_of_what_little_there_is(city, tmp_path, pattern, least, wanted):
    found = [path for path in city.raw.rglob("*") if path.match(pattern) and path.is_file()]
    assert found
    (tmp_path / "raw").mkdir()
    for path in found:
        shutil.copy(path, tmp_path / "raw")
    pipeline.clean(tmp_path / "raw", tmp_path / "processed")
    made = pages.export(tmp_path / "processed", NOTEBOOKS, tmp_path / "reports")
    assert made.failed == ()
    assert len(made.pages) >= least
    assert len(made.left_out) >= 6
    assert wanted in made.pages
    assert "; halaman-halaman ini tentang ." not in (tmp_path / "reports" / "index.html").read_text("utf-8")
