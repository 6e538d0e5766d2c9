"""The brief of a city without any difference: what a council asks is answered there too, and nothing is made up."""

from types import SimpleNamespace

import pandas as pd
import pytest

from analysis import codebook, example, oversight, publish
from analysis.oversight import Answer
from analysis.publish.wording import topic_sentences

UNITS = ("Disdukcapil Contoh", "Puskesmas Contoh Utara", "RSUD Contoh", "Dinas PU Contoh", "Perumdam Contoh")


@pytest.fixture(scope="module")
def study():
    """Five units of the city with nothing planted, in one wave, each announcing what its answers give."""
    responses = example.expected(example.city.draw(example.null(seed=77)))
    responses = responses[responses["unit"].isin(UNITS) & responses["wave"].eq("2025")].reset_index(drop=True)
    responses = responses.drop(columns=["village", "occupation", "education", "age", "time_band"], errors="ignore")
    responses = responses.assign(rule="2017", respondent=range(len(responses)))
    book, counts = codebook.load("singkawang"), oversight.cell_counts(responses, publish.dimensions(responses.columns))
    index = oversight.skm_index(oversight.design(responses, book), ["unit", "wave"], book=book)
    surveys = index[["unit", "wave"]].assign(published=index["index"].round(2), sample="random", users=2000)
    return SimpleNamespace(
        responses=responses, recaps=pd.DataFrame(), registers={"surveys": surveys}, files=pd.DataFrame(), book=book,
        plan=publish.plan(counts, made_up=True), lang="id", wave="2025", waves=("2025",),
    )  # fmt: skip


def test_where_nothing_differs_the_brief_says_so_of_each_question(study):
    brief = publish.brief(study)
    findings, more = brief.sections[1:3]
    assert not findings.items
    assert findings.texts[0] == "Tidak ada temuan yang dapat dipastikan dari data ini."
    by = "Menurut sektor, kecamatan, kecamatan di tiap sektor dan kelompok orang, dari yang ditampilkan tidak ada"
    assert findings.texts[1].startswith(by)
    told = {item.topic: item.text for item in more.items}
    assert told["published"] == "Angka yang diumumkan cocok dengan hitungan ulang pada 5 unit."
    assert told["unit"].startswith("Unsur yang paling dikeluhkan belum dapat dipastikan; nilai 1 atau 2 terbanyak pada")
    assert told["integrity"] == "Tidak ada unit yang jawabannya berulang lebih sering daripada yang wajar."


ONLINE = {
    "initiative": "online", "a": "online", "b": "counter", "n_a": 141, "n_b": 212, "difference": 6.6, "low": 5.2,
    "high": 8.0, "verdict": "higher", "note": "", "basis": "same unit and service",
}  # fmt: skip


@pytest.mark.parametrize(("sample", "range_"), [("random", "; diperkirakan antara"), ("walk-in", "; di antara yang")])
def test_a_comparison_is_told_under_the_sample_of_the_groups_compared(make, sample, range_):
    look = make.page({make.cell(unit="Unit A"): 353}).look
    answer = Answer("initiatives", "2025", "walk-in", {"summary": pd.DataFrame([ONLINE | {"sample": sample}])})
    said = topic_sentences.initiatives(answer, look)
    assert range_ in said.texts[0]
    assert any("dipilih acak" in note for note in said.limits) == (sample == "random")
