"""The folder as it is written: the same bytes always, marked, readable, and holding the truth where it says."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pandas as pd
import pytest
import python_calamine

from analysis import codebook, example, shapes
from analysis.example import companions
from analysis.example.paper import MARK
from analysis.example.workbooks import workbooks

SHIPPED = Path(__file__).parents[2] / "data" / "raw" / "contoh"
LETTERS = {"a": 1, "b": 2, "c": 3, "d": 4}


@pytest.fixture(scope="module")
def folder(truth, tmp_path_factory):
    made = tmp_path_factory.mktemp("contoh")
    example.write(made, truth)
    return made


def files(folder):
    return {path.relative_to(folder).as_posix(): path for path in sorted(folder.rglob("*")) if path.is_file()}


def inside(path):
    """The members of a zip, else the bytes: what must be the same whatever zlib packed them."""
    if broken(path.name):
        return path.read_bytes()[:4]  # where it ends hangs on the packing
    if path.suffix in {".xlsx", ".ods"}:
        with zipfile.ZipFile(path) as packed:
            return [(one.filename, one.date_time, packed.read(one)) for one in packed.infolist()]
    return path.read_bytes()


def broken(name):
    return "_terpotong" in name


def cells(path):
    """Sheets as lists of rows, the first row of the sheet at place 0."""
    if path.suffix == ".csv":
        return {"": [line.split(";") for line in path.read_text(encoding="utf-8-sig").splitlines()]}
    book = python_calamine.load_workbook(path)
    return {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}


def test_shipped_folder_is_what_the_generator_writes(folder):
    made, shipped = files(folder), files(SHIPPED)
    assert list(made) == list(shipped)
    assert [name for name in made if inside(made[name]) != inside(shipped[name])] == []


def test_another_process_writes_the_same_bytes(folder, tmp_path):
    code = "import sys; from analysis import example; example.write(sys.argv[1])"
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, env={**os.environ, "PYTHONHASHSEED": "77"})
    made, again = files(folder), files(tmp_path)
    assert list(made) == list(again)
    assert [name for name in made if made[name].read_bytes() != again[name].read_bytes()] == []


def test_size_and_formats_stay_in_bounds(folder):
    found = files(folder)
    books = [name for name in found if Path(name).suffix in {".xlsx", ".xls", ".ods", ".csv"}]
    assert 12 <= len(books) <= 60
    assert sum(path.stat().st_size for path in found.values()) < 1_500_000
    assert {Path(name).suffix for name in books} == {".xlsx", ".xls", ".ods", ".csv"}


def test_every_file_says_that_it_is_made_up(folder):
    for name, path in files(folder).items():
        if path.suffix in {".toml", ".md"}:
            assert MARK in path.read_text(encoding="utf-8"), name
        if path.suffix in {".toml", ".md"} or broken(name):
            continue
        sheets = cells(path)
        assert any(
            value == MARK
            for sheet, rows in sheets.items()
            for row in (rows if sheet == "Catatan" else rows[:15])
            for value in row
        ), name


def test_answers_stand_where_the_truth_says(city, folder):
    """Digits and letters are read back at file, sheet and row for everybody whose sender writes them so."""
    wanted = example.expected(city)
    read = 0
    for name, people in wanted.groupby("file"):
        sheets = cells(folder / name)
        for one in people.itertuples():
            row = [LETTERS.get(str(value).lower(), value) for value in sheets[one.sheet][one.row - 1]]
            read += any(_is(row[place : place + 9], one) for place in range(len(row)))
    styles = wanted.groupby("unit").size()
    worded = [
        unit.name
        for unit in city.truth.units
        if unit.layout in {"form", "packed list"} or unit.scores in {"words", "digit and word"}
    ]
    dirty = sum(one.count for one in city.truth.dirt if one.kind == "out of range")
    assert read == len(wanted) - styles[worded].sum() - dirty


def _is(written, person):
    truth = [getattr(person, f"u{number}") for number in range(1, 10)]
    return len(written) == 9 and all(
        str(value) == "" if pd.isna(score) else str(value) in {str(score), f"{score}.0"}
        for value, score in zip(written, truth, strict=True)
    )


def test_every_row_of_every_sheet_has_one_kind(city):
    for book in workbooks(city):
        for sheet in book.sheets:
            assert len(sheet.kinds) == len(sheet.rows)
            assert set(sheet.kinds) <= set(shapes.ROW_KINDS)
            assert all(sheet.kinds[number - 1] == entry.kind for number, entry in sheet.entries.items())


def test_expected_rows_are_those_of_the_city(city):
    wanted = example.expected(city)
    twice = {(one.unit, one.wave): one.count for one in city.truth.dirt if one.kind == "sent twice"}
    assert len(wanted) == len(city.people) + sum(twice.values())
    assert not wanted.duplicated(["file", "sheet", "row"]).any()
    assert list(wanted.groupby(["unit", "wave"]).size()) == [
        len(city.of(unit, wave)) + twice.get((unit, wave), 0)
        for unit, wave in sorted({(one.unit, one.wave) for one in city.people})
    ]


def test_dirt_is_where_the_truth_puts_it(city):
    kinds = {}
    for book in workbooks(city):
        for sheet in book.sheets if book.counts else ():
            for entry in sheet.entries.values():
                kinds[entry.kind] = kinds.get(entry.kind, 0) + 1
    planted = {
        kind: sum(one.count for one in city.truth.dirt if one.kind == kind) for kind in ("test row", "sent twice")
    }
    once_more = sum(len(city.of(one.unit, one.wave)) for one in (*city.truth.overlapping, *city.truth.resent))
    assert kinds == {
        "kept": len(city.people) + planted["sent twice"], "set_aside": planted["test row"], "duplicate": once_more,
    }  # fmt: skip


def test_rows_sent_twice_are_written_the_same(city):
    for book in workbooks(city):
        for sheet in book.sheets:
            for number, entry in sheet.entries.items():
                if entry.written.get("flags") == "repeat":
                    assert sheet.rows.count(sheet.rows[number - 1]) == 2


def test_one_workbook_arrives_twice(folder, city):
    copies = [(book.path, book.copy_of) for book in workbooks(city) if book.copy_of]
    assert len(copies) == 1
    assert (folder / copies[0][0]).read_bytes() == (folder / copies[0][1]).read_bytes()
    assert copies[0][1] < copies[0][0]


def test_form_asks_about_facilities_before_complaints(folder):
    heading = cells(folder / "2025" / "Disdukcapil Contoh 2025.xlsx")["Form Responses 1"][0]
    eighth, ninth = (next(place for place, text in enumerate(heading) if text.startswith(f"{n}. ")) for n in (8, 9))
    assert "sarana" in heading[eighth]
    assert "pengaduan" in heading[ninth]
    assert ninth == eighth + 1


def test_formulas_hold_no_value(folder):
    rows = cells(folder / "2025" / "Dinas PU Contoh 2025.xlsx")["Data"]
    index_row = next(row for row in rows if row[0] == "IKM")
    assert set(index_row[1:]) == {""}


def test_declaration_sheets_have_their_headings(folder):
    sheets = cells(folder / "keterangan.xlsx")
    assert {name: rows[0] for name, rows in sheets.items() if name != "Catatan"} == {
        "Unit wajib survei": ["Unit", "Tahun"],
        "Survei": [
            "Unit", "Tahun", "Cara memilih responden", "Jumlah pengguna", "Mulai", "Selesai", "IKM diumumkan", "Bobot",
        ],
        "Penduduk": ["Kecamatan", "Tahun", "Jumlah penduduk"],
        "Pelatihan": ["Unit", "Tahun", "Jam pelatihan"],
    }  # fmt: skip
    assert len(sheets["Unit wajib survei"]) == 22


def test_registers_say_what_was_announced(city):
    found = example.registers(city)
    surveys = found["surveys"].set_index(["unit", "wave"])
    assert surveys.loc[("SMP Contoh 1", "2025"), "published_weight"] == "0.11"
    assert surveys.loc[("SMP Contoh 1", "2025"), "published"] == pytest.approx(88.75 * 0.99, abs=0.06)
    assert surveys.loc[("Damkar Contoh", "2025"), "published"] == pytest.approx(88.30, abs=0.04)
    assert ("Terminal Contoh", "2025") not in surveys.index
    assert (surveys["users"] >= 0).all()
    assert list(found["training"]["unit"]) == list(city.truth.training.hours)


def test_codebook_beside_the_workbooks_names_every_unit(folder, truth):
    book = codebook.load(codebook.find_codebook(folder))
    assert book.made_up
    assert [unit.name for unit in book.units] == [unit.name for unit in truth.units]
    assert [unit.free for unit in book.units] == [unit.free for unit in truth.units]
    assert [unit.name for unit in book.units if unit.one_stop] == list(truth.one_stop)
    online = {(unit.name, one.name, one.online_from) for unit in book.units for one in unit.services if one.online_from}
    assert online == {(one.unit, one.service, one.wave) for one in truth.technologies}
    assert [wave.name for wave in book.waves] == list(truth.wave_names)
    assert len(book.villages) == 26


def test_no_person_is_named_beside_the_workbooks(folder, city):
    beside = "".join(path.read_text(encoding="utf-8") for path in (folder / "README.md", folder / "codebook.toml"))
    assert not [one.identity.name for one in city.people if one.identity.name in beside or one.identity.nik in beside]


def test_a_second_write_leaves_other_files_alone(truth, tmp_path):
    (tmp_path / "mine.txt").write_text("mine", encoding="utf-8")
    example.write(tmp_path, truth)
    assert (tmp_path / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_files_of_an_earlier_version_go_and_changed_ones_stay(truth, tmp_path):
    example.write(tmp_path, truth)
    renamed = truth.model_copy(update={"cut": (), "technologies": truth.technologies, "resent": ()})
    gone = {"2024/RSUD Contoh 2024_terpotong.xlsx", "2024/Kantor Imigrasi Contoh 2024_lama.xlsx"}
    assert gone <= set(files(tmp_path))
    example.write(tmp_path, renamed)
    assert not gone & set(files(tmp_path))
    example.write(tmp_path, truth)
    mine = tmp_path / "2024" / "Kantor Imigrasi Contoh 2024_lama.xlsx"
    mine.write_bytes(b"mine now")
    example.write(tmp_path, renamed)
    assert mine.read_bytes() == b"mine now"


@pytest.mark.parametrize("listed", ["../outside.txt", "inside/../../outside.txt"])
def test_nothing_outside_the_folder_is_removed_whatever_the_log_says(truth, tmp_path, listed):
    folder = tmp_path / "contoh"
    example.write(folder, truth)
    outside = tmp_path / "outside.txt"
    outside.write_text("mine", encoding="utf-8")
    log = folder / "README.md"
    seal = companions.seal(outside.name, outside.read_bytes())
    log.write_text(log.read_text(encoding="utf-8") + f"- `{listed}` {seal}\n", encoding="utf-8")
    (folder / "inside").mkdir()
    example.write(folder, truth)
    assert outside.exists()


def test_register_of_complaints_holds_what_was_drawn(city, folder):
    rows = cells(folder / "2025" / "Register Pengaduan Kota Contoh 2025.xlsx")["Buku Pengaduan"]
    drawn = example.registers(city)["complaints"]
    assert rows[-1][:2] == ["Jumlah", float(len(drawn))]
    slow = drawn["unit"].isin(list(city.truth.complaints.slow))
    closed = drawn["closed"] != ""
    days = (pd.to_datetime(drawn["closed"]) - pd.to_datetime(drawn["received"])).dt.days
    assert days[slow & closed].median() > 2 * days[~slow & closed].median()
    assert (days < 0).sum() + ((drawn["closed"] == "") & (drawn["status"] == "Selesai")).sum() == 3
