"""A survey that is no SKM comes in by its codebook alone."""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from analysis import intake, pipeline
from analysis.shapes import ROW_KINDS

if TYPE_CHECKING:
    from analysis.shapes import Cleaned

ROOT = Path(__file__).parents[1]
NEPAL = ROOT.parent / "shared" / "data" / "nepal"
BOOK = ROOT / "docs" / "examples" / "nepal.toml"

pytestmark = pytest.mark.skipif(not NEPAL.is_dir(), reason="the two Nepal workbooks are not on this machine")


@pytest.fixture(scope="module")
def cleaned() -> Cleaned:
    return intake.clean(NEPAL, BOOK, "en")


def test_both_rounds_come_in_whole(cleaned: Cleaned) -> None:
    assert cleaned.responses["wave"].value_counts().to_dict() == {"Round 3": 1400, "Round 4": 1400}
    assert (cleaned.responses.groupby(["wave", "district"]).size() == 100).all()
    assert cleaned.responses["district"].nunique() == 14
    assert (cleaned.files["rows"] == cleaned.files[list(ROW_KINDS)].sum(axis=1)).all()
    assert cleaned.files["kept"].sum() == 2800


def test_answers_equal_the_counts_in_the_workbooks(cleaned: Cleaned) -> None:
    """Counts read off the workbooks by hand: the answers of one question per round, one of them scored in reverse."""
    third, fourth = (cleaned.responses[cleaned.responses["wave"] == wave] for wave in ("Round 3", "Round 4"))
    assert third["problems"].value_counts().sort_index().to_dict() == {1: 637, 2: 372, 3: 116, 4: 180, 5: 72}
    assert fourth["school_safe"].value_counts().sort_index().to_dict() == {1: 347, 2: 310, 3: 91, 4: 322, 5: 251}
    assert third["problems"].isna().sum() == 20 + 3
    assert third["children_well"].isna().all()


def test_contradicting_answers_are_set_aside_cell_by_cell(cleaned: Cleaned) -> None:
    found = cleaned.problems[cleaned.problems["code"] == "E-CONFLICT"]
    assert found["cell"].tolist() == ["AY3", "AY8", "AY11", "AY13"]
    assert set(found["severity"]) == {"set aside"}


def test_interviewers_and_places_of_recording_stay_out(cleaned: Cleaned) -> None:
    dropped = cleaned.problems[
        (cleaned.problems["code"] == "E-PII") & (cleaned.problems["file"] == "Round_3_Survey.xlsx")
    ]
    assert {"A", "D:H", "BD", "BF:BG"} <= set(dropped["cell"])
    assert (cleaned.responses["unit"] == "").all()
    assert (cleaned.responses["sector"] == "").all()


STRANGE = re.compile(
    r"\b(?:dan|yang|tidak|dari|untuk|dengan|pengaduan|halaman|berkas|lembar|nilai|unsur|mutu|orang|gelombang|kecamatan"
    r"|kelurahan|sektor|bobot|distrik|putaran|pertanyaan|ikm|skm|rtl|rdp|dprd|permenpan|krejcie|grade [a-d])\b",
    re.IGNORECASE,
)
"""Words of Indonesian, and of its official index, that no page of another country's survey may hold."""


def words_of(page: str) -> str:
    """Return what a page says: its text, and what is read out of its pictures and regions."""
    body = re.sub(r'(?s)<style>.*?</style>|src="[^"]*"', "", page)
    spoken = re.findall(r'(?:alt|aria-label|title)="([^"]*)"', body)
    return html.unescape(" ".join([re.sub(r"<[^>]*>", " ", body), *spoken]))


def test_no_page_holds_an_indonesian_word_a_term_of_the_index_or_a_unit(tmp_path: Path) -> None:
    assert STRANGE.findall("Ringkasan dan IKM menurut Distrik") == ["dan", "IKM", "Distrik"]
    reports = tmp_path / "reports"
    pipeline.run(NEPAL, tmp_path / "processed", reports, codebook=BOOK, lang="en", progress=False)
    pages = {path.name: path.read_text(encoding="utf-8") for path in reports.glob("*.html")}
    assert {"index.html", "ringkasan.html", "laporan.html", "04-kecamatan.html"} <= set(pages)
    assert "pages on surveys of public services were not made" in words_of(pages["index.html"])
    for name, page in pages.items():
        assert '<html lang="en">' in page
        text = words_of(page)
        assert STRANGE.findall(text) == [], name
        assert not re.search(r"\bunits? (?:surveyed|must|was)|\b1 units?\b|\b(?:to the|to each) units?\b", text), name
        assert "page of findings" not in text, name
