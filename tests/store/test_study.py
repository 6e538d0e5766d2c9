"""A study on disk: whole or not at all, the same bytes each time, told when someone altered it."""

import json
from dataclasses import fields, replace

import pandas as pd
import pytest

from analysis import codebook, shapes, store
from analysis.errors import CallError, NothingUsableError


def frame(columns, *rows):
    return pd.DataFrame([dict(zip(columns, row, strict=False)) for row in rows], columns=list(columns))


@pytest.fixture
def book():
    return codebook.load()


@pytest.fixture
def cleaned(book):
    columns = [*shapes.WHO, *book.items, *shapes.AFTER_ITEMS]
    responses = pd.DataFrame({name: pd.Series([None, None, None], dtype="object") for name in columns})
    responses["wave"] = ["2024", "2025", "2025"]
    responses["unit"] = "Puskesmas Contoh Utara"
    responses["u1"] = pd.array([4, 3, None], dtype="Int8")
    responses["row"] = [5, 6, 7]
    return shapes.Cleaned(
        responses=responses,
        recaps=frame(shapes.RECAPS),
        problems=frame(shapes.PROBLEMS, ("E-LABEL", "note", "a.xlsx", "S", "B5", 1, "=what", "todo")),
        changes=frame(shapes.CHANGES),
        files=frame(shapes.FILES, ("B-001", "a.xlsx", "S")),
        columns=frame(shapes.COLUMNS),
        registers={
            "units": frame(("unit", "wave"), ("Puskesmas Contoh Utara", "")),
            "surveys": frame(("unit", "wave", "users", "published"), ("Puskesmas Contoh Utara", "2025", 500, 87.51)),
        },
        lang="en",
        made_up=True,
    )  # fmt: skip


@pytest.fixture
def plan():
    cell = frozenset({("wave", "2025"), ("sector", "health")})
    return shapes.Plan(
        policy="p", version="1", threshold=10, lang="en", counts={cell: 12, frozenset(): 3}, withheld={cell: "small"},
        kept={"u3": frozenset({cell})}, rules={"name": "p", "groups": {"offices": [["sector"]]}},
    )  # fmt: skip


@pytest.fixture
def folder(tmp_path, cleaned, plan, book):
    store.write_study(cleaned, plan, book, tmp_path / "processed")
    return tmp_path / "processed"


def test_what_was_written_is_read_back(folder, cleaned, plan, book):
    study = store.open_study(folder)
    pd.testing.assert_frame_equal(study.responses[["wave", "u1"]], cleaned.responses[["wave", "u1"]], check_dtype=False)
    assert study.problems["what"].tolist() == ["=what"]
    assert study.surveys.to_dict("list") == cleaned.registers["surveys"].to_dict("list")
    assert study.units["wave"].tolist() == [""]
    assert (study.book, study.plan, study.lang, study.made_up) == (book, plan, "en", True)
    assert (study.waves, study.wave) == (("2024", "2025"), "2025")


@pytest.mark.parametrize(
    ("sent", "told"),
    [({"2024": "abc", "2025": "abc"}, "2025"), ({"2024": "abcd", "2025": "ab"}, "2025"),
     ({"2024": "abcde", "2025": "ab"}, "2024"), ({"2025": "abc", "2025-T3": "d"}, "2025"),
     ({"2023": "abc", "2024": "a", "2025": "b"}, "2023"), ({"2024": " ", "2025": " "}, "2025"), ({}, "")],
)  # fmt: skip
def test_pages_tell_of_the_latest_wave_that_has_come_in(tmp_path, cleaned, plan, book, sent, told):
    rows = [(wave, unit.strip()) for wave, units in sent.items() for unit in units]
    responses = cleaned.responses.iloc[:0].reindex(range(len(rows)))
    responses[["wave", "unit"]] = pd.DataFrame(rows, columns=["wave", "unit"], dtype=object)
    store.write_study(replace(cleaned, responses=responses), plan, book, tmp_path / "processed")
    assert store.open_study(tmp_path / "processed").wave == told


def test_a_study_holds_the_files_that_the_design_names(folder):
    assert sorted(path.name for path in folder.glob("[!.]*")) == [
        "changes.csv", "codebook.json", "columns.csv", "files.csv", "manifest.json", "plan.json", "problems.csv",
        "recaps.csv", "responses.parquet", "surveys.csv", "units.csv",
    ]  # fmt: skip


def test_two_runs_write_the_same_bytes(tmp_path, folder, cleaned, plan, book):
    shuffled = dict(reversed(cleaned.registers.items()))
    store.write_study(replace(cleaned, registers=shuffled), plan, book, tmp_path / "again" / "processed")
    again = {path.name: path.read_bytes() for path in (tmp_path / "again" / "processed").iterdir()}
    assert again == {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_manifest_knows_no_clock_and_no_place(folder, tmp_path):
    text = (folder / "manifest.json").read_text(encoding="utf-8")
    assert str(tmp_path) not in text
    assert set(json.loads(text)) == {
        "tilik", "codebook", "lang", "made_up", "respondents", "registers", "frames", "sha256",
    }  # fmt: skip


def test_a_column_of_names_stops_the_set_and_leaves_the_one_before(folder, cleaned, plan, book):
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(ValueError, match="nama"):
        store.write_study(replace(cleaned, responses=cleaned.responses.assign(nama="x")), plan, book, folder)
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_no_study_says_what_to_do(tmp_path):
    with pytest.raises(NothingUsableError) as refused:
        store.open_study(tmp_path / "processed")
    assert str(refused.value) == "processed: belum ada hasil pembersihan di sini; jalankan: python3 kit.py run"


def test_no_study_is_told_in_the_language_of_whoever_asks(tmp_path):
    with pytest.raises(NothingUsableError, match=r"^processed: no cleaned survey here yet; give: python3 kit\.py run$"):
        store.open_study(tmp_path / "processed", lang="en")
    assert store.language(tmp_path / "processed") is None


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"lang": "id"}'])
def test_a_manifest_that_is_none_is_no_study(folder, content):
    (folder / "manifest.json").write_bytes(content)
    with pytest.raises(NothingUsableError):
        store.open_study(folder)


def test_a_study_of_another_version_says_to_run_again(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["frames"]["files.csv"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(CallError, match=r"^processed: was written by another version of the kit; give: "):
        store.open_study(folder)


def test_a_study_replaced_while_it_is_read_is_read_as_it_is_after(folder, cleaned, plan, book, monkeypatch):
    """The manifest of the set before, the frames of the set after: read again, and nobody is told of altered files."""
    after = replace(cleaned, responses=cleaned.responses.assign(u1=1))
    real, turns = store.study._bytes, []

    def swapped_after_the_manifest(path):
        content = real(path)
        if path.name == "manifest.json" and not turns:
            turns.append(path)
            store.write_study(after, plan, book, folder)
        return content

    monkeypatch.setattr(store.study, "_bytes", swapped_after_the_manifest)
    assert store.open_study(folder).responses["u1"].tolist() == [1, 1, 1]


def test_a_reader_does_not_write(folder):
    """Between the two renames of a writer the study stands beside its place; the reader leaves it there."""
    beside = folder.with_name(".tilik-processed-old")
    folder.rename(beside)
    assert store.open_study(folder).wave == "2025"
    assert store.language(folder) == "en"
    assert beside.is_dir()
    assert not folder.exists()


@pytest.mark.parametrize("name", ["problems.csv", "responses.parquet", "plan.json"])
def test_an_altered_file_is_named(folder, name):
    (folder / name).write_bytes(b"altered")
    with pytest.raises(CallError) as refused:
        store.open_study(folder)
    assert str(refused.value) == (
        f"processed/{name}: is no longer the file that the kit wrote (altered, moved or damaged); "
        "give: python3 kit.py run"
    )


def test_a_missing_file_is_named(folder):
    (folder / "files.csv").unlink()
    with pytest.raises(CallError, match=r"^processed/files\.csv: "):
        store.open_study(folder)


def test_the_study_is_found_from_anywhere_inside(tmp_path, folder, monkeypatch):
    inside = tmp_path / "kit" / "notebooks" / "deep"
    inside.mkdir(parents=True)
    (tmp_path / "kit" / "data").mkdir()
    folder.rename(tmp_path / "kit" / "data" / "processed")
    monkeypatch.delenv("TILIK_PROCESSED", raising=False)
    monkeypatch.chdir(inside)
    assert store.open_study().wave == "2025"


def test_the_environment_names_another_folder(folder, monkeypatch):
    monkeypatch.setenv("TILIK_PROCESSED", str(folder))
    assert store.open_study().wave == "2025"


def test_a_study_cannot_be_changed_by_accident():
    assert {field.name for field in fields(store.Study)} >= {"responses", "book", "plan", "registers"}
    assert store.Study.__dataclass_params__.frozen
