"""A codebook is read whole: what it extends, every fault at once, each with file and key."""

import csv
from pathlib import Path

import pytest

from analysis import codebook
from analysis.errors import CodebookError

PLACES = Path(__file__).parents[3] / "shared" / "data" / "singkawang" / "kode_wilayah_singkawang.csv"

SMALL = """
id = "small"
version = "1"
title = { en = "A small survey" }
[[instrument]]
id = "one"
low = 1
high = 5
[[instrument.item]]
name = "a"
[[measure]]
name = "mean"
parts = [["a"]]
margin = 0.2
high = 5
"""


def written(folder: Path, text: str, name: str = "codebook.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_shipped_codebook_holds_the_nine_unsur_in_the_official_order():
    book = codebook.load()
    assert [item.label["id"].split(",")[0] for item in book.instrument("skm-2017").items] == [
        "Persyaratan", "Sistem", "Waktu penyelesaian", "Biaya/tarif", "Produk spesifikasi jenis pelayanan",
        "Kompetensi pelaksana", "Perilaku pelaksana", "Penanganan pengaduan", "Sarana dan prasarana",
    ]  # fmt: skip
    assert [item.name for item in book.instrument("skm-2004").items] == [f"p{n}" for n in range(1, 15)]


def test_index_weighs_every_unsur_the_same_whatever_its_number_of_items(tmp_path):
    items = (("u1", ""), ("u3_1", "u3"), ("u3_2", "u3"))
    extra = 'id="x"\nversion="1"\nextends="skm"\n[[instrument]]\nid="two"\n'
    extra += "".join(f'[[instrument.item]]\nname="{name}"\nelement="{element}"\n' for name, element in items)
    book = codebook.load(written(tmp_path, extra))
    assert book.instrument("two").parts == (("u1",), ("u3_1", "u3_2"))


def test_kelurahan_tengah_lies_in_singkawang_barat():
    village = next(one for one in codebook.load().villages if one.name == "Tengah")
    assert village.district == "Singkawang Barat"


@pytest.mark.skipif(not PLACES.is_file(), reason="the list of Kemendagri codes is not on this machine")
def test_every_place_of_the_official_list_is_shipped_with_its_code():
    book = codebook.load()
    with PLACES.open(encoding="utf-8") as file:
        official = {
            row["kode_kemendagri"]: row["nama_kemendagri"] for row in csv.DictReader(file) if row["level"] != "kota"
        }
    assert {place.code: place.name for place in (*book.districts, *book.villages) if place.code} == official


def test_grade_bounds_are_those_of_the_two_rules():
    bounds = {rule.id: {grade.grade: grade.low for grade in rule.grades} for rule in codebook.load().rules}
    assert bounds == {
        "2017": {"D": 25.0, "C": 65.0, "B": 76.61, "A": 88.31},
        "2004": {"D": 25.0, "C": 43.76, "B": 62.51, "A": 81.26},
    }


def test_codebook_without_skm_has_its_own_measure_and_no_rule(tmp_path):
    book = codebook.load(written(tmp_path, SMALL))
    assert (book.measure.name, book.measure.parts, book.measure.high, book.measure.rule) == ("mean", (("a",),), 5, "")


def test_extending_adds_units_and_merges_tables_of_the_same_name(tmp_path):
    text = """
id = "mine"
version = "1"
extends = "singkawang"
[[unit]]
name = "Puskesmas A"
sector = "health"
[[district]]
name = "Singkawang Utara"
aliases = ["Utara sekali"]
"""
    book = codebook.load(written(tmp_path, text))
    north = next(one for one in book.districts if one.name == "Singkawang Utara")
    assert book.unit("Puskesmas A").sector == "health"
    assert north.code == "61.72.04"
    assert {"Utara sekali", "Skw. Utara"} <= set(north.aliases)
    assert len(book.districts) == len(codebook.load().districts)


def test_a_codebook_may_extend_a_file_beside_it(tmp_path):
    written(tmp_path, SMALL, "base.toml")
    book = codebook.load(written(tmp_path, 'id="top"\nversion="2"\nextends="base.toml"\n'))
    assert (book.id, book.items) == ("top", ("a",))


def test_all_faults_come_at_once_each_with_file_and_key(tmp_path):
    path = written(
        tmp_path,
        'id = "x"\ncolour = "red"\n[[instrument]]\nid = "one"\nlow = "many"\n[[instrument.item]]\nlabel = {}\n',
    )
    with pytest.raises(CodebookError) as caught:
        codebook.load(path)
    assert [fault.where for fault in caught.value.faults] == [
        "codebook.toml, version", "codebook.toml, title", "codebook.toml, instrument.one.low",
        "codebook.toml, instrument.one.item.1.name", "codebook.toml, colour",
    ]  # fmt: skip
    assert [fault.what for fault in caught.value.faults] == [
        "wajib diisi, tetapi tidak ada", "wajib diisi, tetapi tidak ada", "harus berupa bilangan bulat",
        "wajib diisi, tetapi tidak ada", "kunci ini tidak dikenal: periksa ejaannya",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("margin = 'much'", "codebook.toml, margin: must be a number, with a decimal point"),
        ("made_up = 'perhaps'", "codebook.toml, made_up: must be true or false"),
        ("missing = 3", "codebook.toml, missing: must be a list between square brackets"),
        ("title = 'A'", "codebook.toml, title: must be a table of keys and values"),
        ("title = { de = 'A' }", "codebook.toml, title.de.[key]: must be one of 'id' or 'en'"),
    ],
)
def test_each_kind_of_fault_is_told_in_the_readers_language(tmp_path, line, fault):
    key = line.split(" = ")[0]
    head, rest = SMALL.split("[[instrument]]", 1)
    kept = "\n".join(one for one in head.splitlines() if not one.startswith(f"{key} ="))
    with pytest.raises(CodebookError) as caught:
        codebook.load(written(tmp_path, f"{line}\n{kept}\n[[instrument]]{rest}"), lang="en")
    assert str(caught.value) == fault


def test_names_that_lead_nowhere_are_faults_all_at_once(tmp_path):
    text = SMALL + '[[unit]]\nname="u"\nsector="none"\n[[village]]\nname="v"\ndistrict="nowhere"\n'
    with pytest.raises(CodebookError) as caught:
        codebook.load(written(tmp_path, text.replace('parts = [["a"]]', 'parts = [["b"]]')), lang="en")
    assert str(caught.value).splitlines() == [
        'codebook.toml, unit.u.sector: sector "none" is not known',
        'codebook.toml, village.v.district: district "nowhere" is not known',
        'codebook.toml, measure.mean.parts: question "b" is in no questionnaire',
    ]


def test_doubles_claims_and_scales_that_cannot_be_kept_are_faults_all_at_once(tmp_path):
    text = SMALL.replace("high = 5", "high = 200", 1) + (
        '[[sector]]\nname="s"\n[[sector]]\nname="s"\n[[unit]]\nname="A"\nsector="s"\naliases=["Kantor"]\n'
        '[[unit]]\nname="B"\nsector="s"\naliases=["kantor"]\n[[mark]]\nname="m"\nparts=[["gone"]]\n'
        '[[officer]]\nname="o"\nsector="t"\n'
    )
    with pytest.raises(CodebookError) as caught:
        codebook.load(written(tmp_path, text), lang="en")
    told = str(caught.value).splitlines()
    claimed = "is claimed by more than one unit; a spelling may lead to one unit only"
    assert told[:5] == [
        'codebook.toml, sector: "s" stands twice',
        f'codebook.toml, unit.A.aliases: "kantor" {claimed}',
        f'codebook.toml, unit.B.aliases: "kantor" {claimed}',
        'codebook.toml, officer.o.sector: sector "t" is not known',
        'codebook.toml, mark.m.parts: question "gone" is in no questionnaire',
    ]
    assert told[5].endswith(
        "scale 1-200 cannot be used: its low end must lie below its high end, both between -128 and 127"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id = ", "codebook.toml: is not valid TOML: Invalid value (at end of document)"),
        (
            'extends = "codebook.toml"',
            "codebook.toml: this file extends itself; take `extends` out of one of the files",
        ),
        (
            'extends = "atlantis"',
            "atlantis: there is no codebook by this name; those that come with the kit: singkawang, skm",
        ),
    ],
)
def test_a_codebook_that_cannot_be_read_says_why(tmp_path, text, message):
    with pytest.raises(CodebookError) as caught:
        codebook.load(written(tmp_path, text), lang="en")
    assert str(caught.value) == message


@pytest.mark.parametrize("margin", ["0", "-1", "nan", "inf"])
def test_a_margin_below_which_nothing_could_matter_is_refused(tmp_path, margin):
    with pytest.raises(CodebookError) as caught:
        codebook.load(written(tmp_path, f"margin = {margin}\n{SMALL}"), lang="id")
    assert str(caught.value) == "codebook.toml, margin: harus bilangan di atas 0"


def test_a_codebook_without_a_question_is_refused(tmp_path):
    bare = 'id="x"\nversion="1"\ntitle={}\n'
    for text, fault in (
        (bare + "instrument = []", "needs at least one questionnaire"),
        (bare + '[[instrument]]\nid="one"\nitem=[]', r"instrument\.one: this questionnaire has no question"),
    ):
        with pytest.raises(CodebookError, match=fault):
            codebook.load(written(tmp_path, text), lang="en")


def test_labels_fall_back_on_the_other_language_and_then_on_the_name():
    book = codebook.load()
    assert book.label("sector", "health", "en") == "health"
    assert book.label("district", "Luar kota", "en") == "outside the city"
    assert book.label("unit", "Kantor yang tidak dikenal", "id") == "Kantor yang tidak dikenal"
