"""Personal data stops at the door: planted identities are searched in every byte that comes out."""

# ruff: noqa: E501 - rows of a sheet read best as rows

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import pytest

from analysis import intake
from analysis.intake.privacy import BLOT, looks_named, looks_personal, redact
from analysis.intake.process.child import settings_of

from .conftest import HEADS, HERE, people

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ["Siti Aminahwati", "Bambang Suryonegoro", "Liem Kian Hong"]
CANARIES = {
    "nik": ["6172014507900001", "6172020112850003"], "kk": ["6172011203080011"],
    "phone": ["081234567890", "+62 812-9876-5432", "0562 631234"],
    "mail": ["siti.aminah@contoh.go.id"], "address": ["Jl. Diponegoro No. 17", "Gg. Mawar 4"], "plate": ["KB 1234 XY"],
    "account": ["0341-01-007788-50-9"],
}  # fmt: skip


def leaks(found: Any) -> list[str]:
    """Return which planted texts stand anywhere in what came out, whatever the case or the separators."""
    frames = [found.responses, found.recaps, found.problems, found.changes, found.columns, found.files]
    frames += list(found.registers.values())
    told = "\n".join(frame.astype(str).to_csv(index=False) for frame in frames).casefold()
    digits = "".join(char for char in told if char.isdigit() or char == "\n")
    planted = [*NAMES, *(one for many in CANARIES.values() for one in many)]
    plain = [one for one in planted if one.casefold() in told]
    return plain + [
        one for one in planted if len(number := "".join(filter(str.isdigit, one))) >= 9 and number in digits
    ]


def test_the_search_itself_finds_them(write: Any, clean: Any) -> None:
    found = clean(write([HEADS, *people(5)]))
    found.responses["comment"] = "hubungi " + CANARIES["phone"][0] + " " + NAMES[0]
    assert set(leaks(found)) == {CANARIES["phone"][0], NAMES[0]}


def test_nothing_planted_comes_out(write: Any, clean: Any) -> None:
    heads = ["Nama", "NIK", "No. HP/WA", "Alamat", "E-mail", "No KK", "Kode", *HEADS, "Plat nomor", "Saran"]
    comments = [
        f"tolong hubungi {one}" for one in (*CANARIES["phone"], *CANARIES["mail"], *CANARIES["nik"], *CANARIES["address"], *CANARIES["plate"], *CANARIES["account"])
    ] + [f"atas nama {NAMES[1]} sudah tiga hari"]  # fmt: skip
    rows = [
        [NAMES[at % 3], CANARIES["nik"][at % 2], CANARIES["phone"][at % 3], CANARIES["address"][at % 2], CANARIES["mail"][0],
         CANARIES["kk"][0], CANARIES["nik"][at % 2], *row, CANARIES["plate"][0], comments[at % len(comments)]]
        for at, row in enumerate(people(len(comments)))
    ]  # fmt: skip

    def hide_more(book: Any) -> None:
        book.properties.creator = NAMES[0]
        book.create_sheet("Kontak").append([NAMES[1], CANARIES["phone"][0]])
        book["Kontak"].sheet_state = "hidden"
        book["Data"].oddFooter.center.text = NAMES[2]

    found = clean(write([["Data responden"], heads, *rows], touch=hide_more))
    assert len(found.responses) == len(rows)
    assert leaks(found) == []
    assert found.problems.loc[found.problems["code"] == "E-PII", "cell"].tolist() == ["A:F", "R", "G"]
    assert found.responses["comment"].str.contains(BLOT).all()
    assert "E-REDACTED" in set(found.problems["code"])


def test_identities_in_answer_columns_reach_no_message(write: Any, clean: Any) -> None:
    rows = [
        [*HEADS, "Jenis Kelamin", "Kecamatan", "Pekerjaan"],
        *([*row, "P", "Singkawang Utara", "PNS"] for row in people(8)),
    ]
    rows[3][2], rows[4][11], rows[5][12], rows[6][10] = NAMES[0], CANARIES["address"][0], NAMES[1], CANARIES["nik"][0]
    assert leaks(clean(write(rows))) == []


def test_the_wire_and_the_cache_hold_none(write: Any, book: Any) -> None:
    cache: dict[str, bytes] = {}
    path = write([["Nama", *HEADS], *([NAMES[at % 3], *row] for at, row in enumerate(people(9)))])
    first = intake.clean(path, book, "id", cache=cache)
    again = intake.clean(path, book, "id", cache=cache)
    assert again.responses.equals(first.responses)
    assert again.problems.equals(first.problems)
    wire = HERE.submit(None, (path.read_bytes(), path.name, settings_of(book, b"k"))).result()
    texts = [text for packed in (wire, *cache.values()) for text in _unpacked(packed)]
    assert any(b"skm-2017" in text for text in texts)
    assert not any(name.encode() in text for name in NAMES for text in texts)


def _unpacked(packed: bytes) -> Iterator[bytes]:
    """Yield the bytes as they are, and whatever unpacks from near their beginning."""
    yield packed
    for at in range(min(64, len(packed))):
        try:
            yield zlib.decompress(packed[at:])
        except zlib.error:
            continue


def test_blotted_texts_are_told_once_per_column_with_their_range_and_count(write: Any, clean: Any) -> None:
    rows = [[*row, f"hubungi {CANARIES['phone'][0]}" if row[0] in (1, 2, 5, 9) else "baik"] for row in people(10)]
    problems = clean(write([[*HEADS, "Saran"], *rows])).problems
    told = problems.loc[problems["code"] == "E-REDACTED", ["cell", "count"]]
    assert told.to_numpy().tolist() == [["K2:K10", 4]]


@pytest.mark.parametrize(
    "text",
    [
        "pelayanan baik, tunggu 15 menit",
        "loket 3 lantai 2",
        "tahun 2025",
        "biaya 50.000",
        "nilai 88,31 - 100,00",
        "SP4N-LAPOR!",
        "dilayani S1 dan D3",
    ],
)
def test_ordinary_comments_stay(text: str) -> None:
    assert redact(text) == (text, False)


@pytest.mark.parametrize(
    "values",
    [
        ["6172014507900001"] * 4,
        [6172014507900001.0] * 4,
        ["0812 3456 7890"] * 4,
        ["a@b.co.id"] * 4,
        ["Ny. Siti", "Tn. Budi"],
    ],
)
def test_columns_of_identities_are_known_by_their_contents(values: list[Any]) -> None:
    assert looks_personal(values)


@pytest.mark.parametrize("values", [[1.0, 2.0, 3.0], ["Loket 1", "Loket 2"], ["2025-01-01"], [], ["baik", "cukup"]])
def test_columns_of_other_things_are_not(values: list[Any]) -> None:
    assert not looks_personal(values)


GIVEN = ["Siti", "BUDI", "H. Ahmad", "Ny. Maria", "Dewi", "eko", "Agus", "Rina", "Yusuf", "Lim"]
FAMILY = ["Tjandrawinata", "S.Pd", "Sinaga", "Uyan", "Wijaya", "Bong", "Panggabean", "Chai", "Djuwita", "Hon"]
PEOPLE = [f"{GIVEN[at % 10]} {FAMILY[(at + at // 10) % 10]}" for at in range(20)]


@pytest.mark.parametrize("heading", ["Responden", "Kode", "Keterangan", "", "Petugas", "ID"])
@pytest.mark.parametrize("at", [0, 9], ids=["before", "behind"])
def test_names_under_an_innocent_heading_are_told_and_dropped(write: Any, clean: Any, heading: str, at: int) -> None:
    rows = [HEADS[1:], *(row[1:] for row in people(20))]
    for row, name in zip(rows, [heading, *PEOPLE], strict=True):
        row.insert(at, name)
    found = clean(write([["Data responden"], *rows]))
    assert len(found.responses) == 20
    assert found.problems.loc[found.problems["code"] == "E-PII", "cell"].tolist() == ["AJ"[at > 0]]
    frames = (found.responses, found.problems, found.changes, found.columns)
    told = "\n".join(frame.astype(str).to_csv(index=False) for frame in frames)
    assert not any(name in told for name in PEOPLE)


COUNTED = [20250600000 + at + at // 7 for at in range(30)]
NIKS = [6172014101900001 + 37 * at * 10**9 % 10**13 for at in range(30)]


@pytest.mark.parametrize("heading", ["ID", "No", "Kode", "Responden", "Nomor"])
@pytest.mark.parametrize(
    ("numbers", "told"),
    [(NIKS, True), ([str(one) for one in NIKS], True), (COUNTED, False), ([f"R-{one}" for one in COUNTED], False)],
    ids=["NIK", "NIK as text", "counted", "codes"],
)
def test_identities_are_told_under_the_heading_of_a_serial_number(
    write: Any, clean: Any, heading: str, numbers: list[Any], *, told: bool
) -> None:
    rows = [[heading, *HEADS[1:]], *([number, *row[1:]] for number, row in zip(numbers, people(30), strict=True))]
    found = clean(write(rows))
    assert len(found.responses) == 30
    hits = found.problems[found.problems["code"] == "E-PII"]
    assert hits[["cell", "count"]].to_numpy().tolist() == ([["A", 30]] if told else [])


@pytest.mark.parametrize(
    "values",
    [
        PEOPLE,
        [one.upper() for one in PEOPLE],
        ["Siti", "Budi", "Agus"],
        ["Kwee Tjong Hin", "Ngabang Lioe", "Petrus Djelani", "Oei Swan", "Lakon Sabirin"],
    ],
)
def test_names_are_known_by_their_contents(values: list[Any]) -> None:
    assert looks_named(values)


@pytest.mark.parametrize(
    "values",
    [
        ["Puskesmas Sri Rejeki", "Puskesmas Siti Aminah", "RSUD Abdul Aziz"],
        ["Kelurahan Sungai Wie", "Kelurahan Pasiran", "Kelurahan Roban"],
        ["Dinas Kesehatan", "Dinas Sosial", "Dinas Perhubungan", "Dinas Pendidikan", "Dinas Koperasi"],
        ["Singkawang Utara", "Singkawang Barat"] * 10,
        ["Akta Kelahiran", "Kartu Keluarga", "Izin Usaha", "Rekam KTP", "Surat Pindah"],
        ["Pelayanan Sangat Baik", "Petugas Ramah", "Tidak Ada", "Sudah Bagus", "Cukup Puas"],
        ["Melati", "Mawar", "Anggrek", "Kenanga", "Dahlia"],
        ["R-01", "R-02", "R-03"],
        ["v", "x"],
        [1.0, 2.0],
        [],
    ],
)
def test_offices_places_services_and_opinions_are_no_names(values: list[Any]) -> None:
    assert not looks_named(values)
