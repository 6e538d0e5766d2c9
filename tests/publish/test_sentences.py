"""Every sentence is read back and compared with the result it was made from: verdict, sign, size, range, n, certainty."""

# ruff: noqa: E501, RUF001  (sentences stand whole, with the true minus sign that is tested)

import math
import re

import pandas as pd
import pytest

from analysis import codebook, oversight, publish, words
from analysis.errors import CallError
from analysis.publish.look import Look, Sampled
from analysis.publish.wording import limits
from analysis.publish.wording.answers import grade_words, low_share

PHRASES = {
    "id": {
        "lower": r"^(?P<name>.+) lebih rendah daripada rata-rata kota \((?P<bracket>.+)\)\.$",
        "higher": r"^(?P<name>.+) lebih tinggi daripada rata-rata kota \((?P<bracket>.+)\)\.$",
        "no difference that matters": r"^(?P<name>.+) tidak berbeda secara berarti dari rata-rata kota \((?P<bracket>.+)\)\.$",
        "cannot tell": r"^(?P<name>.+): belum dapat dipastikan, datanya terlalu sedikit \((?P<bracket>.+)\)\.$",
    },
    "en": {
        "lower": r"^(?P<name>.+) is lower than the city average \((?P<bracket>.+)\)\.$",
        "higher": r"^(?P<name>.+) is higher than the city average \((?P<bracket>.+)\)\.$",
        "no difference that matters": r"^(?P<name>.+) shows no difference that matters from the city average \((?P<bracket>.+)\)\.$",
        "cannot tell": r"^(?P<name>.+): cannot tell yet, there are too few data \((?P<bracket>.+)\)\.$",
    },
}  # fmt: skip
MOVES = {
    "id": {
        "higher": r"^(?P<name>.+) naik dari (?P<then>\S+) \(2024\) menjadi (?P<now>\S+) \(2025\) \((?P<bracket>.+)\)\.$",
        "lower": r"^(?P<name>.+) turun dari (?P<then>\S+) \(2024\) menjadi (?P<now>\S+) \(2025\) \((?P<bracket>.+)\)\.$",
        "no difference that matters": r"^(?P<name>.+) tidak berubah secara berarti: (?P<then>\S+) \(2024\), (?P<now>\S+) \(2025\) \((?P<bracket>.+)\)\.$",
        "cannot tell": r"^(?P<name>.+): belum dapat dipastikan naik atau turun, .+: (?P<then>\S+) \(2024\), (?P<now>\S+) \(2025\) \((?P<bracket>.+)\)\.$",
    },
    "en": {
        "higher": r"^(?P<name>.+) rose from (?P<then>\S+) \(2024\) to (?P<now>\S+) \(2025\) \((?P<bracket>.+)\)\.$",
        "lower": r"^(?P<name>.+) fell from (?P<then>\S+) \(2024\) to (?P<now>\S+) \(2025\) \((?P<bracket>.+)\)\.$",
        "no difference that matters": r"^(?P<name>.+) shows no change that matters: (?P<then>\S+) \(2024\), (?P<now>\S+) \(2025\) \((?P<bracket>.+)\)\.$",
        "cannot tell": r"^(?P<name>.+): cannot tell whether it rose or fell, .+: (?P<then>\S+) \(2024\), (?P<now>\S+) \(2025\) \((?P<bracket>.+)\)\.$",
    },
}  # fmt: skip
BRACKET = {
    "id": r"^selisih (?P<size>\S+) poin; (?P<range>.+); n = (?P<n>[\d.]+)$",
    "en": r"^difference (?P<size>\S+) points; (?P<range>.+); n = (?P<n>[\d,]+)$",
}
RANGE = {
    ("id", "random"): r"^diperkirakan antara (\S+) dan (\S+)$",
    ("id", "walk-in"): r"^di antara yang mengisi: antara (\S+) dan (\S+)( bila yang mengisi seperti pengguna lain)?$",
    ("id", "quota"): r"^di antara yang mengisi: antara (\S+) dan (\S+)( bila yang mengisi seperti pengguna lain)?$",
    ("id", "census"): r"^semua pengguna ditanya$",
    ("en", "random"): r"^estimated between (\S+) and (\S+)$",
    ("en", "walk-in"): r"^among those who answered: between (\S+) and (\S+)( if they are like other users)?$",
    ("en", "quota"): r"^among those who answered: between (\S+) and (\S+)( if they are like other users)?$",
    ("en", "census"): r"^all users were asked$",
}
NEVER = ("signifikan", "significant", "terbukti", "karena", "because", "p-value", "p =", "*", "margin of error", " nan")


def read(text, lang):
    """Return the number that a reader of ``lang`` reads."""
    if lang == "id":
        text = text.replace(".", "").replace(",", ".")
    return float(text.replace(",", "").replace("−", "-").replace("+", ""))


def parse(texts, phrases, lang):
    """Return what the verdict sentences say, by name: verdict, size, range, n."""
    found = {}
    for text in texts:
        for verdict, phrase in phrases[lang].items():
            match = re.match(phrase, text)
            bracket = match and re.match(BRACKET[lang], match["bracket"])
            if match and bracket:
                figures = {one: read(match[one], lang) for one in ("then", "now") if one in match.groupdict()}
                size, n = read(bracket["size"], lang), read(bracket["n"].replace(",", ""), lang)
                found[match["name"].lower()] = {
                    "verdict": verdict,
                    "size": size,
                    "range": bracket["range"],
                    "n": n,
                    **figures,
                }
    return found


def holds(said, row, sample, difference, low, high, lang):
    """Compare one parsed sentence with the row it was made from."""
    sign = -1 if row["verdict"] == "lower" else 1
    assert said["verdict"] == row["verdict"]
    assert said["size"] == pytest.approx(sign * difference, abs=0.05 + 1e-9)
    assert said["n"] == row["n"]
    ends = [read(end, lang) for end in re.match(RANGE[lang, sample], said["range"]).groups()[:2]]
    if ends:
        assert ends == pytest.approx(sorted((sign * low, sign * high)), abs=0.05 + 1e-9)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_comparison_reads_back_as_it_is(sectors, make, lang):
    show = make.for_comparison(sectors, lang)
    said = parse(show.sentence(sectors).texts, PHRASES, lang)
    shown = [row for row in sectors.table.to_dict("records") if row["verdict"] and row["n"] >= 12]
    assert len(said) == len(shown) == 4
    for row in shown:
        name = codebook.load().label("sector", row["level"], lang)
        holds(said[name], row, "random", row["difference"], row["difference_low"], row["difference_high"], lang)


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_at_the_same_mix_the_verdict_and_its_figures_are_those_of_the_mix(districts, make, lang):
    said = parse(make.for_comparison(districts, lang).sentence(districts).texts, PHRASES, lang)
    assert len(said) == 2
    for row in districts.table.to_dict("records"):
        holds(said[row["level"].lower()], row, "walk-in", row["mix_difference"], row["mix_low"], row["mix_high"], lang)


def test_what_the_mix_explains_is_said(districts, make):
    texts = make.for_comparison(districts).sentence(districts).texts
    explained = [text for text in texts if text.startswith("Apa adanya")]
    assert explained == [
        (
            "Apa adanya, selisih Singkawang Selatan −3,0 poin; untuk unit dan layanan yang sama menjadi +0,9 poin. "
            "Selisih apa adanya itu berjalan bersama unit dan layanan yang berbeda."
        )
    ]


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_change_reads_back_as_it_is(moves, make, lang):
    counts = {
        frozenset({("wave", wave), ("unit", f"Unit {name}")}): 110 for wave in ("2024", "2025") for name in "ABCDE"
    }
    said = parse(make.page(counts, lang).sentence(moves).texts, MOVES, lang)
    judged = [row for row in moves.table.to_dict("records") if row["verdict"]]
    assert len(said) == len(judged) == 4
    for row in judged:
        one = said[row["level"].lower()]
        holds(one, row, "quota", row["difference"], row["difference_low"], row["difference_high"], lang)
        assert (one["then"], one["now"]) == (
            pytest.approx(row["before"], abs=0.05),
            pytest.approx(row["estimate"], abs=0.051),
        )


def test_waves_under_different_rules_are_not_compared(moves, make):
    counts = {
        frozenset({("wave", wave), ("unit", f"Unit {name}")}): 110 for wave in ("2024", "2025") for name in "ABCDE"
    }
    texts = make.page(counts).sentence(moves).texts
    assert (
        texts[-1]
        == "Unit E: tidak dinilai, tidak dibandingkan karena aturan penilaian kedua gelombang berbeda (n = 120)."
    )


def test_the_groups_of_each_verdict_lead(sectors, make):
    texts = make.for_comparison(sectors).sentence(sectors).texts
    assert texts[:5] == (
        "Lebih rendah daripada rata-rata kota: perizinan.",
        "Lebih tinggi daripada rata-rata kota: kesehatan.",
        "Tidak berbeda secara berarti dari rata-rata kota: pendidikan.",
        "Belum dapat dipastikan berbeda atau tidak dari rata-rata kota: transportasi.",
        "IKM dengan angka terendah: perizinan, 78,2 (diperkirakan antara 76,2 dan 80,2; n = 500), peringkat antara 2 dan 4 dari 4.",
    )  # fmt: skip


def test_constant_answers_are_not_judged_and_that_is_said(sectors, make):
    texts = make.for_comparison(sectors).sentence(sectors).texts
    assert "Infrastruktur: tidak dinilai, semua menjawab sama; tidak ada ragam untuk diuji (n = 50)." in texts


@pytest.mark.parametrize("sample", ["random", "walk-in", "quota", "census"])
@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_the_kind_of_sample_decides_how_a_range_is_said(make, lang, sample):
    result = make.compared("sector", [make.row("health", 300, 88.0, 6.0, (4.0, 8.0), "higher", sample=sample)], sample)
    if sample == "census":
        result.table[["difference_low", "difference_high"]] = float(" nan")
    said = parse(make.for_comparison(result, lang).sentence(result).texts, PHRASES, lang)
    (one,) = said.values()
    assert re.match(RANGE[lang, sample], one["range"])


def test_a_census_beside_a_sample_bears_the_range_of_the_comparison(make):
    result = make.compared(
        "sector", [make.row("health", 300, 88.0, 6.0, (4.0, 8.0), "higher", sample="census")], "walk-in"
    )
    (text,) = [text for text in make.for_comparison(result).sentence(result).texts if "selisih" in text]
    assert "di antara yang mengisi: antara 4,0 dan 8,0" in text


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_a_matrix_names_the_cells_that_stand_out_and_counts_the_rest(cells, cell_counts, make, lang):
    show = make.page(cell_counts, lang)
    texts = show.sentence(cells).texts
    hidden = [c for c in show.look.plan.withheld if len(c) == 3]
    assert texts[0].startswith("Singkawang Barat, ")
    assert re.findall(r"\d+", texts[-1])[0] == "9"
    assert re.findall(r"\d+", texts[-1])[-1] == str(len(hidden))


@pytest.mark.parametrize("lang", words.LANGUAGES)
def test_no_sentence_names_a_test_a_cause_or_a_proof(sectors, districts, moves, cells, cell_counts, make, lang):
    units = {
        frozenset({("wave", wave), ("unit", f"Unit {name}")}): 110 for wave in ("2024", "2025") for name in "ABCDE"
    }
    said = [
        make.for_comparison(sectors, lang).sentence(sectors), make.for_comparison(districts, lang).sentence(districts),
        make.page(units, lang).sentence(moves), make.page(cell_counts, lang).sentence(cells),
    ]  # fmt: skip
    texts = " ".join(str(one) for one in said).lower().replace("tidak dibandingkan karena", "")
    assert [word for word in NEVER if word in texts] == []


@pytest.mark.parametrize(
    ("chances", "sample", "indonesian"),
    [
        ((0.0, 0.97, 0.03, 0.0), "random", "mutu B, hampir pasti (97 dari 100)"),
        ((0.0, 0.998, 0.002, 0.0), "random", "mutu B, hampir pasti (lebih dari 99 dari 100)"),
        ((0.12, 0.88, 0.0, 0.0), "random", "mutu B, kemungkinan besar (88 dari 100)"),
        ((0.39, 0.61, 0.0, 0.0), "random", "di perbatasan B dan A (B 61, A 39 dari 100)"),
        ((0.39, 0.61, 0.0, 0.0), "census", "mutu B"),
        ((None, None, None, None), "random", "mutu B"),
    ],
)
def test_a_grade_is_said_with_how_sure_it_is(make, chances, sample, indonesian):
    look = make.page({}).look
    row = {"grade": "B", "sample": sample, **{f"p_{grade}": p for grade, p in zip("abcd", chances, strict=True)}}
    assert grade_words(row, look) == indonesian


def test_none_or_all_of_a_small_group_is_only_bounded(make):
    look = make.page({}).look
    assert low_share(0.0, 12, look) == "kurang dari 8 dari 100"
    assert low_share(1.0, 12, look) == "lebih dari 92 dari 100"
    assert low_share(0.0, 30, look) == "0 dari 100"
    assert low_share(1.0, 12, look, brief=False) == "lebih dari 92%"


def test_a_codebook_without_the_survey_of_services_reads_in_english(make, tmp_path):
    path = tmp_path / "plain.toml"
    path.write_text(
        'id = "plain"\nversion = "1"\ntitle = {en = "Household survey"}\n[terms]\ndistrict = {en = "district"}\n'
        '[[instrument]]\nid = "one"\nlow = 1\nhigh = 5\n[[instrument.item]]\nname = "q1"\n'
        '[[measure]]\nname = "coping"\nlabel = {en = "mean score"}\nparts = [["q1"]]\nhigh = 5\nmargin = 0.2\ndecimals = 2\n',
        encoding="utf-8",
    )
    rows = [
        make.row("Gorkha", 200, 3.41, -0.42, (-0.6, -0.24), "lower"),
        make.row("Dhading", 210, 4.0, 0.17, (0.0, 0.3), "cannot tell"),
    ]
    result = make.compared("district", rows)
    result = type(result)(**{**vars(result), "measure": "coping", "margin": 0.2})
    show = make.for_comparison(result, "en", book=codebook.load(path))
    texts = repr(show.sentence(result)) + repr(show.table(result)) + show.chart(result).alt
    assert (
        "Gorkha is lower than the overall average (difference 0.42 points; estimated between 0.24 and 0.60; n = 200)."
        in texts
    )
    assert [word for word in ("IKM", "SKM", "unsur", "selisih", "kecamatan", "city") if word in texts] == []


def test_every_text_of_this_room_stands_in_both_languages():
    keys = {lang: {key for _, key in words.catalogue(lang) if key.startswith("publish.")} for lang in words.LANGUAGES}
    assert keys["id"] == keys["en"]
    assert len(keys["id"]) > 150


def test_the_page_refuses_what_it_cannot_show(make):
    with pytest.raises(CallError, match="cannot show a int"):
        make.page({}).table(3)


TRAINED = {
    "id": r"^(?P<trained>\d+) unit yang dilatih berubah (?P<size>\S+) poin lebih (?P<way>banyak|sedikit) daripada (?P<others>\d+) unit yang tidak dilatih(?: \(antara (?P<low>\S+) dan (?P<high>\S+)\))?; .*(?P<open>belum dapat dipastikan|hampir pasti|tidak berbeda).*\.$",
    "en": r"^(?P<trained>\d+) trained units? changed (?P<size>\S+) points (?P<way>more|less) than the (?P<others>\d+) units? that (?:was|were) not trained(?: \(between (?P<low>\S+) and (?P<high>\S+)\))?; .*(?P<open>cannot|almost certain|no difference).*\.$",
}
OPEN = {"id": "belum dapat dipastikan", "en": "cannot"}


@pytest.mark.parametrize("lang", words.LANGUAGES)
@pytest.mark.parametrize("units", [(1, 1), (1, 9), (4, 12)])
@pytest.mark.parametrize("difference", [3.14, -1.26])
@pytest.mark.parametrize("reach", [math.inf, 0.9])
def test_what_is_said_of_training_reads_back_as_it_is(make, lang, units, difference, reach):
    low, high = difference - reach, difference + reach
    facts = {
        "n_trained": units[0], "n_others": units[1], "difference": difference, "low": low, "high": high,
        "verdict": "cannot tell" if reach > 3 else "higher" if difference > 0 else "lower", "past_difference": math.nan,
    }  # fmt: skip
    answer = oversight.Answer("training", "2025", "random", {"units": pd.DataFrame()}, (), facts)
    said = re.match(TRAINED[lang], make.page({}, lang=lang).sentence(answer).texts[0])
    assert (int(said["trained"]), int(said["others"])) == units
    assert said["way"] in ({"banyak", "more"} if difference > 0 else {"sedikit", "less"})
    assert read(said["size"], lang) == pytest.approx(abs(difference), abs=0.05 + 1e-9)
    assert (said["open"] == OPEN[lang]) is (reach > 3)
    if reach > 3:
        assert said["low"] is None
    else:
        ends = sorted((low, high) if difference > 0 else (-low, -high))
        assert [read(said[one], lang) for one in ("low", "high")] == pytest.approx(ends, abs=0.05 + 1e-9)


def test_a_matrix_without_a_cell_says_that_there_is_nothing_to_show(cells, cell_counts, make):
    said = make.page(cell_counts).sentence(oversight.only(cells, "Luar kota"))
    assert said.texts == (words.say("publish.nothing_to_show", "id"),)


def test_the_change_of_one_unit_is_told_by_its_own_sample(moves):
    kinds = {"Unit A": Sampled("random", "city"), "Unit B": Sampled("walk-in", "city")}
    look = Look(publish.plan({}), codebook.load(), "id", {"2024": kinds, "2025": kinds})
    (own,) = limits.of_result(oversight.only(moves, "Unit A"), look)
    assert own == "Responden dipilih acak; rentang menunjukkan goyangan sampel."
    (other,) = limits.of_result(oversight.only(moves, "Unit B"), look)
    assert other.startswith("Yang mengisi adalah pengguna yang datang dan mau mengisi")
    assert "Unit B (1 dari 2 unit)" in limits.of_result(moves, look)[0]
