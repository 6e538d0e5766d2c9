"""``.sav`` and ``.dta`` received like any other workbook: codes, words and missing codes, in the shut-in child."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyreadstat
import pytest

from analysis import codebook, intake
from analysis.intake.drafts import exchange

from .conftest import HERE, UNSUR, answers, codes, people

if TYPE_CHECKING:
    from pathlib import Path

RATING = {1.0: "Tidak baik", 2.0: "Kurang baik", 3.0: "Baik", 4.0: "Sangat baik"}
LABELS = ("Persyaratan", "Sistem, mekanisme, dan prosedur", "Waktu penyelesaian", "Biaya/tarif", "Produk layanan",
          "Kompetensi pelaksana", "Perilaku pelaksana", "Penanganan pengaduan", "Sarana dan prasarana")  # fmt: skip


def skm() -> pd.DataFrame:
    rows = [row[1:] for row in people(20)]
    frame = pd.DataFrame(rows, columns=[f"v{at}" for at in range(1, 10)], dtype="float64")
    return frame.assign(jk=[1.0, 2.0] * 10, hp=[f"0812 3456 78{at:02}" for at in range(20)])


def save(frame: pd.DataFrame, path: Path, **more: Any) -> Path:
    write = pyreadstat.write_dta if path.suffix == ".dta" else pyreadstat.write_sav
    words = {**{f"v{at}": RATING for at in range(1, 10)}, "jk": {1.0: "Laki-laki", 2.0: "Perempuan"}}
    labels = {**{f"v{at}": label for at, label in enumerate(LABELS, 1)}, "jk": "Jenis kelamin", "hp": "Nomor telepon"}
    write(frame, str(path), column_labels=labels, variable_value_labels=words, **more)
    return path


@pytest.mark.parametrize("ending", [".sav", ".zsav", ".dta"])
def test_codes_are_scores_and_words_are_answers(ending: str, tmp_path: Path) -> None:
    path = save(skm(), tmp_path / f"Puskesmas Uji 2025{ending}", **({"compress": True} if ending == ".zsav" else {}))
    found = intake.clean(path)
    assert answers(found) == [row[1:] for row in people(20)]
    assert found.responses["sex"].tolist() == ["male", "female"] * 10
    assert found.responses["wave"].unique().tolist() == ["2025"]
    assert found.responses["row"].tolist() == list(range(3, 23))
    kind = path.suffix[1:].replace("z", "")
    assert found.files[["format", "layout", "kept"]].to_numpy().tolist() == [[kind, "table", 20]]
    assert "E-PII" in codes(found)
    assert "0812" not in "".join(frame.to_csv() for frame in (found.responses, found.problems, found.changes))
    assert not codes(found) & {"E-LABEL", "E-RANGE", "E-EXT", "E-USERMISSING"}


def test_codes_declared_missing_are_left_empty_and_said(tmp_path: Path, clean: Any) -> None:
    frame = skm()
    frame.loc[[2, 5], "v3"] = 9.0
    found = clean(save(frame, tmp_path / "Puskesmas Uji 2025.sav", missing_ranges={"v3": [9.0]}))
    assert found.responses["u3"].isna().to_numpy().nonzero()[0].tolist() == [2, 5]
    (told,) = found.problems.loc[found.problems["code"] == "E-USERMISSING", "what"]
    assert told == "Codes that this file declares to mean no answer, cells: 2; left empty."


def test_a_code_that_is_not_declared_missing_is_a_problem(tmp_path: Path, clean: Any) -> None:
    frame = skm()
    frame.loc[4, "v3"] = 9.0
    found = clean(save(frame, tmp_path / "Puskesmas Uji 2025.sav"))
    assert found.problems.loc[found.problems["code"] == "E-RANGE", "cell"].tolist() == ["C7"]


def backward(path: Path, words: dict[float, str]) -> Path:
    """Save the survey with 1 as the best answer, by ``words``."""
    pyreadstat.write_sav(
        skm().drop(columns="hp"), str(path), column_labels={f"v{at}": label for at, label in enumerate(LABELS, 1)},
        variable_value_labels={f"v{at}": words for at in range(1, 10)},
    )  # fmt: skip
    return path


def test_a_scale_that_runs_the_other_way_is_read_by_its_words_and_asked_about(tmp_path: Path, clean: Any) -> None:
    turned = {1.0: "Sangat sesuai", 2.0: "Sesuai", 3.0: "Kurang sesuai", 4.0: "Tidak sesuai"}
    path = backward(tmp_path / "Puskesmas Uji 2025.sav", turned)
    found = clean(path)
    raw = [row[1:] for row in people(20)]
    listed = [at for at, name in enumerate(UNSUR) if name in ("u1", "u5")]
    for at in range(9):
        expected = [5 - row[at] for row in raw] if at in listed else [row[at] for row in raw]
        assert [row[at] for row in answers(found)] == expected, at
    told = found.problems[found.problems["code"].isin(["E-BACKWARD", "E-BACKNUMBERS"])]
    assert set(told["severity"]) == {"warning"}
    assert told[["code", "cell", "count"]].to_numpy().tolist() == [
        ["E-BACKWARD", "A:A", 1], ["E-BACKNUMBERS", "B:D", 3], ["E-BACKWARD", "E:E", 1], ["E-BACKNUMBERS", "F:I", 4],
    ]  # fmt: skip


@pytest.mark.parametrize("reverse", [True, False])
def test_what_a_codebook_says_of_a_backward_scale_holds(reverse: bool, tmp_path: Path) -> None:  # noqa: FBT001
    path = backward(tmp_path / "study.sav", {1.0: "Very satisfied", 2.0: "Satisfied", 3.0: "Little", 4.0: "Not at all"})
    text = exchange.receive(path, lang="en").draft.text
    assert text.count("reverse = true  # FILL IN") == 9
    if not reverse:
        for at, word in enumerate(("very satisfied", "satisfied", "little", "not at all"), 1):
            text = re.sub(rf'^"?{word}"? = \d', f'"{word}" = {at}', text, flags=re.MULTILINE)
        text = text.replace("reverse = true", "reverse = false")
    (tmp_path / "codebook.toml").write_text(text, encoding="utf-8")
    book = codebook.load(tmp_path / "codebook.toml")
    found = intake.clean(path, book, "en", executor=HERE)
    raw = [row[1:] for row in people(20)]
    assert found.responses[list(book.items)].astype(int).to_numpy().tolist() == [
        [5 - score if reverse else score for score in row] for row in raw
    ]
    assert not codes(found) & {"E-BACKWARD", "E-BACKNUMBERS"}


@pytest.mark.parametrize("data", [b"$FL2 cut", b"<stata_dta><header>", b"$FL3" + b"\0" * 400])
def test_a_broken_one_is_refused(data: bytes, tmp_path: Path) -> None:
    path = tmp_path / "rusak.sav"
    path.write_bytes(data)
    assert intake.clean(path).files["code"].tolist() == ["E-CORRUPT"]
    (told,) = intake.check(path)
    assert (told["outcome"], told["code"]) == ("refused", "E-CORRUPT")


def test_a_study_by_codebook_alone(tmp_path: Path) -> None:
    frame = pd.DataFrame({"q1": [1.0, 4, 9, 3] * 10, "q2": [2.0, None, 4, 1] * 10, "sex": [1.0, 2, 2, 1] * 10})
    path = tmp_path / "study.sav"
    scale = {1: "Very bad", 2: "Bad", 3: "Good", 4: "Very good"}
    pyreadstat.write_sav(
        frame, str(path), column_labels={"q1": "How quick was it?", "q2": "How fair was it?", "sex": "Sex"},
        variable_value_labels={"q1": {**scale, 9: "No answer"}, "q2": scale, "sex": {1: "male", 2: "female"}},
        missing_ranges={"q1": [9]},
    )  # fmt: skip
    (tmp_path / "codebook.toml").write_text(exchange.receive(path).draft.text, encoding="utf-8")
    found = intake.clean(tmp_path, codebook.load(tmp_path / "codebook.toml"), executor=HERE)
    expected = frame["q1"].where(frame["q1"] != 9)
    pd.testing.assert_series_equal(found.responses["q1"].astype("float64"), expected, check_names=False)
    assert found.responses["q2"].isna().sum() == 10
    assert found.responses["sex"].tolist()[:2] == ["male", "female"]
