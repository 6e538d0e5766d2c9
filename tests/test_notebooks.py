"""The notebooks as committed: short cells, no functions, true outputs, an honest end; run as a person would."""

import ast
import os
import re
import statistics
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

FOLDER = Path(__file__).parents[1] / "notebooks"
PATHS = sorted(FOLDER.glob("*.ipynb"))
KIT = {"analysis", "pandas"}
SKM_WORDS = re.compile(r"\b(IKM|SKM|unsur|mutu|U[1-9]|OPD|DPRD|RDP|RTL)\b")
each = pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def code_lines(cell):
    return [line for line in cell.source.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def test_there_are_notebooks():
    assert len(PATHS) >= 4


@each
def test_a_cell_is_one_to_three_lines_without_functions(path):
    lengths = [len(code_lines(cell)) for cell in cells(path, "code")]
    assert max(lengths) <= 4
    assert statistics.median(lengths) <= 3
    for cell in cells(path, "code"):
        made = list(ast.walk(ast.parse(cell.source)))
        assert not any(isinstance(one, ast.FunctionDef | ast.ClassDef | ast.Lambda) for one in made)


@each
def test_only_the_kit_and_pandas_are_imported(path):
    for cell in cells(path, "code"):
        for one in ast.walk(ast.parse(cell.source)):
            names = [alias.name for alias in one.names] if isinstance(one, ast.Import) else []
            names += [one.module or ""] if isinstance(one, ast.ImportFrom) else []
            assert {name.split(".")[0] for name in names} <= KIT


@each
def test_prose_comes_before_code_and_the_end_says_what_cannot_be_said(path):
    found = nbformat.read(path, as_version=4).cells
    assert found[0].source.startswith("# ")
    assert found[-1].source.startswith("## Yang tidak dapat dikatakan")
    headings = [cell for cell in found if cell.cell_type == "markdown" and cell.source.startswith("## ")]
    assert sum("?" in cell.source or "singkat" in cell.source for cell in headings) >= 2


@each
def test_titles_and_first_lines_stand_in_both_languages(path):
    own = nbformat.read(path, as_version=4).metadata["tilik"]
    assert own["title"].keys() == own["line"].keys() == {"id", "en"}
    first = cells(path, "markdown")[0].source
    assert first == f"# {own['title']['id']}\n\n{own['line']['id']}"


@each
def test_outputs_are_committed_without_faults_or_clocks(path):
    node = nbformat.read(path, as_version=4)
    assert set(node.metadata) == {"kernelspec", "language_info", "tilik"}
    assert node.metadata["language_info"] == {"name": "python"}
    shown = 0
    for number, cell in enumerate(cells(path, "code"), start=1):
        assert cell.execution_count == number
        assert "execution" not in cell.metadata
        assert all(output.output_type == "execute_result" for output in cell.outputs)
        shown += len(cell.outputs)
    assert shown >= 1


@each
def test_a_notebook_that_needs_no_index_speaks_of_none(path):
    node = nbformat.read(path, as_version=4)
    if {"skm", "recaps"} & set(node.metadata["tilik"]["needs"]):
        return
    prose = "\n".join(cell.source for cell in node.cells if cell.cell_type == "markdown")
    assert SKM_WORDS.findall(prose) == []


@each
def test_figures_alone_are_left_out_of_the_comparison(path):
    for cell in cells(path, "code"):
        drawn = any("<figure" in output.data.get("text/html", "") for output in cell.outputs)
        assert ("nbval-ignore-output" in cell.metadata.get("tags", [])) == drawn


def test_run_by_themselves_on_the_example_they_give_what_is_committed(city):
    call = [
        sys.executable,
        "-m",
        "pytest",
        "--nbval",
        "-q",
        "-p",
        "no:cacheprovider",
        "--rootdir",
        str(FOLDER),
        "-c",
        os.devnull,
    ]
    own = {key: value for key, value in os.environ.items() if key != "MPLBACKEND"}
    env = {**own, "TILIK_PROCESSED": str(city.processed)}
    ran = subprocess.run([*call, *map(str, PATHS)], env=env, capture_output=True, text=True, check=False, timeout=600)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-1000:]
