"""Imports run one way, pure rooms touch no files, only publish rounds; and the checker itself is checked."""

import importlib.util
import sys
from pathlib import Path

import pytest

_spec = importlib.util.spec_from_file_location("floors", Path(__file__).with_name("floors.py"))
floors = importlib.util.module_from_spec(_spec)
sys.modules["floors"] = floors
_spec.loader.exec_module(floors)

HOUSE = Path(__file__).parents[1] / "src" / "analysis"
SOURCES = list(floors.sources(HOUSE))
GRADE_RULE = frozenset({"codebook.order.half_up"})
"""The one rule of rounding, in the ground: the grade is decided by it, because the regulation has it so."""


def test_the_whole_house_is_read():
    rooms = {source.room for source in SOURCES} - {""}
    assert rooms <= set(floors.MAY)
    assert {"cli", "pipeline", "pages", "publish", "oversight", "survey", "intake", "store", "example"} <= rooms


def test_imports_run_one_way():
    assert [fault for source in SOURCES for fault in floors.climbing(source)] == []


def test_no_module_leads_back_to_itself():
    assert floors.circle(SOURCES) == []


def test_a_circle_of_typing_imports_is_seen():
    here = floors.Source("survey.a", "from .b import B")
    there = floors.Source("survey.b", "if TYPE_CHECKING:\n    from analysis.survey.a import A")
    assert set(floors.circle([here, there])) == {"survey.a", "survey.b"}
    assert floors.circle([here]) == []


def test_pure_rooms_touch_no_files():
    assert [fault for source in SOURCES for fault in floors.touching(source)] == []


def test_only_those_who_are_meant_to_write_files_do():
    assert [fault for source in SOURCES for fault in floors.writing(source)] == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("path.write_text('x')", "pages.evidence:1 writes by write_text"),
        ("path.replace(other)", "pages.evidence:1 writes by replace"),
        ("open('x', 'w')", "pages.evidence:1 writes by open"),
        ("path.open('rb+')", "pages.evidence:1 writes by open"),
        ("frame.to_csv(path)", "pages.evidence:1 writes by to_csv"),
        ("shutil.rmtree(folder)", "pages.evidence:1 writes by rmtree"),
    ],
)
def test_a_module_that_writes_beside_the_store_is_seen(text, told):
    assert floors.writing(floors.Source("pages.evidence", text)) == [told]
    assert floors.writing(floors.Source("store.anything", text)) == []


@pytest.mark.parametrize("text", ["path.open('rb')", "open('name w')", "text.replace('a', 'b')", "replace(one, a=1)"])
def test_a_module_that_only_reads_is_not(text):
    assert floors.writing(floors.Source("pages.evidence", text)) == []


def test_only_publish_rounds():
    assert [fault for source in SOURCES for fault in floors.rounding(source, GRADE_RULE)] == []


def test_the_rule_itself_has_no_circle():
    def reach(room, seen):
        return set().union(*({other} | reach(other, seen | {other}) for other in floors.MAY[room] - seen), set())

    ground = floors.GROUND
    assert [room for room in floors.MAY if room not in ground and room in reach(room, {room})] == []
    assert all(floors.MAY[room] <= ground for room in ground)


@pytest.mark.parametrize(
    ("module", "text", "told"),
    [
        ("survey.x", "from analysis import oversight", "survey.x:1 imports oversight"),
        ("survey.x", "import analysis.store", "survey.x:1 imports store"),
        ("survey.x", "from ..intake import clean", "survey.x:1 imports intake"),
        ("survey.x", "from .. import intake as i", "survey.x:1 imports intake"),
        ("intake.a.b", "from ...survey.design import SurveyDesign", "intake.a.b:1 imports survey"),
        ("survey.x", "if TYPE_CHECKING:\n    from analysis.publish import Table", "survey.x:2 imports publish"),
        ("survey.x", "def f():\n    def g():\n        import analysis.pages.runner", "survey.x:3 imports pages"),
        ("survey.x", "import importlib\nimportlib.import_module('analysis.cli')", "survey.x:2 imports cli"),
        ("pages.x", "from analysis.pipeline import run", "pages.x:1 imports pipeline"),
        ("publish.x", "from analysis import store", "publish.x:1 imports store"),
        ("pages.x", "from analysis import example", "pages.x:1 imports example"),
        ("example.x", "from analysis import intake", "example.x:1 imports intake"),
        ("errors", "from analysis import shapes", "errors:1 imports shapes"),
        ("utils", "", "utils: no such room in the house"),
    ],
)
def test_a_climbing_import_is_seen(module, text, told):
    assert floors.climbing(floors.Source(module, text)) == [told]


def test_an_import_inside_a_package_file_is_resolved():
    package = floors.Source("survey", "from .design import SurveyDesign\nfrom ..store import lock", is_package=True)
    assert floors.climbing(package) == ["survey:2 imports store"]


@pytest.mark.parametrize(
    ("module", "text"),
    [
        ("survey.x", "from analysis import codebook, __version__"),
        ("survey.x", "from .design import SurveyDesign"),
        ("oversight.x", "from analysis.survey import mean"),
        ("cli", "def run():\n    from analysis import pipeline"),
    ],
)
def test_a_descending_import_is_not(module, text):
    assert floors.climbing(floors.Source(module, text)) == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("from pathlib import Path", "survey.x:1 imports pathlib.Path"),
        ("def f():\n    import os.path", "survey.x:2 imports os.path"),
        ("from io import FileIO", "survey.x:1 imports io.FileIO"),
        ("open('x')", "survey.x:1 calls open"),
        ("frame.to_csv('x')", "survey.x:1 calls to_csv"),
        ("pd.read_excel('x')", "survey.x:1 calls read_excel"),
    ],
)
def test_a_pure_room_that_touches_a_file_is_seen(text, told):
    assert floors.touching(floors.Source("survey.x", text)) == [told]
    assert floors.touching(floors.Source("store.x", text)) == []


@pytest.mark.parametrize("text", ["round(x, 2)", "np.round(x)", "frame.round(1)", "np.rint(x)", "x.quantize(y)"])
def test_a_room_that_rounds_is_seen(text):
    inside = f"def _half_up(x):\n    def inner(x):\n        return {text}\n"
    assert floors.rounding(floors.Source("survey.x", inside)) == ["survey.x:3 rounds in _half_up"]
    assert floors.rounding(floors.Source("codebook.order", inside.replace("_half_up", "half_up")), GRADE_RULE) == []
    assert floors.rounding(floors.Source("publish.x", inside)) == []


def test_asking_whether_a_number_is_whole_is_not_rounding():
    assert floors.rounding(floors.Source("survey.x", "whole = (x == np.rint(x)).all()")) == []


def test_a_buffer_in_memory_is_not_a_file():
    assert floors.touching(floors.Source("publish.x", "import io\nstream = io.BytesIO()")) == []
    told = ["publish.x:2 uses io.open_code"]
    assert floors.touching(floors.Source("publish.x", "import io\nio.open_code('x')")) == told
