import nbformat
import pytest

from analysis.pages import notebook, study

v4 = nbformat.v4


def write(path, *cells, **metadata):
    node = v4.new_notebook(cells=list(cells), metadata=metadata)
    path.write_text(nbformat.writes(node), encoding="utf-8")
    return path


def test_notebooks_come_in_order_and_need_no_registration(tmp_path):
    write(tmp_path / "02-b.ipynb", v4.new_markdown_cell("intro"), v4.new_markdown_cell("# Judul saya #\n\nteks"))
    write(
        tmp_path / "01-a.ipynb",
        tilik={"title": {"id": "Satu", "en": "One"}, "line": {"id": "baris"}, "needs": ["sector"]},
    )
    (tmp_path / ".03.ipynb").write_text("{}")
    (tmp_path / ".ipynb_checkpoints").mkdir()
    one, two = notebook.find(tmp_path)
    assert (one.page, one.heading("en"), one.line("id"), one.needs) == ("01-a.html", "One", "baris", ("sector",))
    assert (two.page, two.heading("id"), two.heading("en"), two.needs) == ("02-b.html", "Judul saya", "Judul saya", ())


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"cells": 3}', '{"nbformat": 4, "nbformat_minor": 5, "cells": [{}], "metadata": {}}']
)
def test_a_file_that_is_no_notebook_is_kept_to_be_told_of(tmp_path, text):
    path = tmp_path / "x.ipynb"
    path.write_text(text)
    assert notebook.open_notebook(path).node is None


@pytest.mark.parametrize(
    ("stem", "start"),
    [
        ("../../x", "x-"),
        ("INDEX", "index-"),
        ("index", "index-"),
        ("Puskesmas Ü", "puskesmas-u-"),
        ("…", "halaman-"),
        ("a" * 300, "a" * 60 + "-"),
    ],
)
def test_no_name_escapes_the_folder_or_takes_a_reserved_page(stem, start):
    name = notebook.slug(stem)
    assert name.startswith(start)
    assert len(name) == len(start) + 8


def test_the_copy_has_no_outputs_and_the_original_stays():
    node = v4.new_notebook(
        cells=[v4.new_code_cell("1", outputs=[v4.new_output("stream", text="lama")], execution_count=9)]
    )
    before = nbformat.writes(node)
    copy = notebook.copy_to_run(node, "id")
    assert copy.cells[0].outputs == []
    assert nbformat.writes(node) == before


@pytest.mark.parametrize(("names", "numbers"), [
    (["01-a.html", "06-b.html", "13-c.html"], [1, 6, 13]),
    (["06-b.html", "06-c.html", "sendiri.html", "2024-d.html", "7a-e.html"], [6, 7, 8, 9, 10]),
    (["a.html", "b.html"], [1, 2]),
])  # fmt: skip
def test_a_page_bears_the_number_of_its_file_or_one_after_the_last(names, numbers):
    """What the brief calls page 13 is 13-perubahan.html, also where page 3 is not made."""
    assert study.page_numbers(names) == numbers
