"""What the sentences of the pages may say, each with whom it is about and all its figures in order; no publish."""

import math
import re


def names(fresh):
    """Return every name with a digit in it, longest first: its digits are no figures."""
    book = fresh.book
    levels = [value.text("id") for field in book.fields for value in field.values]
    items = [item.text("id") for one in book.instruments for item in one.items]
    found = {*(unit.name for unit in book.units), *levels, *items, *fresh.frame["unit"].dropna()}
    return sorted((one for one in found if re.search(r"\d", one)), key=lambda one: (-len(one), one))


def masked(text, known):
    """Return a text with the digits of names, elements, files, waves and the two weights taken out."""
    for name in known:
        text = re.sub(re.escape(name), lambda found: re.sub(r"\d", "#", found[0]), text, flags=re.IGNORECASE)
    text = re.sub(r"\b[UuPp]\d\b|\bB-\d{3}\b|\b20\d\d(?:-\d\d|-TW\d)?\b", "#", text)
    return re.sub(r"\b1/9\b|bobot 0,11|\(1970\)|\(1 atau 2 dari 4\)|nilai 1 atau 2", "#", text)


def sentences(text):
    """Return the sentences of a text."""
    return re.split(r'(?<=[.?!]) (?=[A-Z0-9"(])', text)


CONSTANTS = (
    "kurang dari 10 orang", "respondennya kurang dari 10,", "95 dari 100 unit biasa", "bernilai 4 dengan sendirinya",
    "(di bawah 2,5 poin)", "di dalam ±2,5 poin", "nilainya 4 dengan sendirinya",
    "Peringkat 1 tertinggi", "Batang jawaban dari 100 orang",
    "berkisar dari 1 sampai 4", "Bobot 1/9 dan 0,11", "memakai 0,11", "(1 sampai 4) dikali 25", "A mulai 88,31",
    "kira-kira 95 rentangnya", "n = 150 berarti", "Permenpan RB 14/2017", "sama, dikali 25", "semua bobot 1",
    "aturan penerbitan", "(di bawah 30 responden", "seratus orang",
)  # fmt: skip
"""What repeats a rule, a scale or the policy and is the same in every study."""
PAGE = re.compile(r"\((?:halaman|bagian) \d+\)")
FIGURES = {
    True: ("mix_difference", "mix_low", "mix_high"), False: ("difference", "difference_low", "difference_high"),
}  # fmt: skip
"""The columns of a difference and its ends: at the same mix, or as answered."""
SIZE = {"lower": -1, "higher": 1}


def facts(fresh, tables, registers):
    """Return what may be said: who or what it is about, all of which must stand in the sentence, and its figures."""
    return [
        *_compared(fresh), *_changed(fresh), *_cells(fresh), *_indices(fresh, tables), *_items(fresh, tables),
        *_groups(fresh, tables), *_upaya(fresh), *_registers(fresh, tables), *_files(fresh), *_findings(fresh, tables),
        *_units(fresh, tables, registers),
    ]  # fmt: skip


def _ends(low, high, decimals, sign=1):
    if math.isnan(low) or math.isnan(high):
        return []
    return [(one, decimals) for one in sorted((sign * low, sign * high))]


def _bracket(value, low, high, verdict, n, decimals=1):
    sign = SIZE.get(verdict, 1)
    return [(sign * value, decimals), *_ends(low, high, decimals, sign), (n, 0)]


WORDS = {
    "lower": "lebih rendah", "higher": "lebih tinggi", "no difference that matters": "tidak berbeda secara berarti",
    "cannot tell": "belum dapat dipastikan",
}  # fmt: skip
MOVES = {
    "lower": "turun dari", "higher": "naik dari", "no difference that matters": "tidak berubah secara berarti",
    "cannot tell": "belum dapat dipastikan naik atau turun",
}  # fmt: skip


def _compared(fresh):
    for by, result in fresh.by.items():
        same = result.basis == "same mix"
        ranked = int(result.table["rank_low"].notna().sum())
        for row in result.table.to_dict("records"):
            name = fresh.name(by, row["level"])
            value, low, high = (row[one] for one in FIGURES[same])
            ends = [] if row["sample"] == "census" else _ends(row["low"], row["high"], 1)
            ranks = () if math.isnan(row["rank_low"]) else sorted({int(row["rank_low"]), int(row["rank_high"])})
            rank = [(one, 0) for one in ranks] + [(ranked, 0)] * bool(ranks)
            yield (name, "angka terendah"), [(row["estimate"], 1), *ends, (row["n"], 0), *rank]
            yield (name, "peringkat"), rank
            if row["verdict"]:
                yield (name, WORDS[row["verdict"]]), _bracket(value, low, high, row["verdict"], row["n"])
            else:
                yield (name, "tidak dinilai"), [(row["n"], 0)]
            if same and not math.isnan(value):
                yield (name, "Apa adanya"), [(row["difference"], 1), (value, 1)]
        yield ("Pembanding",), [(result.whole["estimate"], 1), (result.whole["n"], 0)]


def _changed(fresh):
    for by, result in fresh.changes.items():
        same = result.basis == "same mix"
        for row in result.table.to_dict("records"):
            name = fresh.name(by, row["level"])
            value, low, high = (row[one] for one in FIGURES[same])
            if row["verdict"]:
                if row["sample"] == "census" and low == high:  # everybody was asked, both times
                    low = high = math.nan
                figures = _bracket(value, low, high, row["verdict"], row["n"])
                yield (name, MOVES[row["verdict"]]), [(row["before"], 1), (row["estimate"], 1), *figures]
            else:
                yield (name, "tidak dinilai"), [(row["n"], 0)]
    shown = [row for row in fresh.changes["unit"].table.to_dict("records") if row["level"] in fresh.shown_changes]
    told = [[row for row in shown if row["verdict"] == one] for one in VERDICTS]
    counts = [(len(rows), 0) for one, rows in zip(VERDICTS, told, strict=True)
              if rows and (one not in SIZE or len(rows) > MOST_NAMED)]  # fmt: skip
    yield ("aturan sama",), counts


VERDICTS = ("lower", "higher", "no difference that matters", "cannot tell")
MOST_NAMED = 6
"""How many units the brief names that rose or fell; more it counts."""


def _cells(fresh):
    table = fresh.matrix.table
    for row in table.to_dict("records"):
        names = fresh.name("district", row["row"]), fresh.name("sector", row["column"])
        ends = row["difference"], row["difference_low"], row["difference_high"]
        if row["verdict"] in SIZE:
            yield (*names, WORDS[row["verdict"]]), _bracket(*ends, row["verdict"], row["n"])


def _indices(fresh, tables):
    for unit, entries in tables.index(fresh).items():
        n, value, ends, grade, _ = entries
        yield (unit, "IKM"), [*value, *ends, *n, *grade]


def _items(fresh, tables):
    for unit in (None, *fresh.index.index):
        for item, (n, mean, _, low) in tables.unsur(fresh, unit).items():
            label = item.partition(" ")[2]
            yield (label, "memberi jawaban rendah"), [*mean, *low, (100, 0), *n]
            yield (label, "paling banyak dikeluhkan"), [*low, (100, 0), *n]
            yield (label, "paling dikeluhkan"), [*low, (100, 0), *n]
            yield (label, "rencana tindak lanjut"), [*low, (100, 0)]
    for part, called in (("marks", "Ciri"), ("aims", "Tujuan")):
        for name, (_, n, mean, _, low, _) in tables.marked(fresh, part).items():
            for end in ("terendah", "tertinggi"):
                yield (name, f"{called} dengan nilai {end}"), [*mean, *low, (100, 0), *n]


def _groups(fresh, tables):
    table = fresh.equity.tables["gaps"]
    for row in table.to_dict("records"):
        value = row["difference"] if math.isnan(row["mix_difference"]) else row["mix_difference"]
        if row["verdict"] in SIZE:
            figures = _bracket(value, row["low"], row["high"], row["verdict"], row["n"])
            yield (tables.group(fresh, row), WORDS[row["verdict"]]), figures
    heard = list(tables.shared(fresh, "heard").items())
    yield (heard[0][0], "Paling kurang terdengar"), [*heard[0][1][1], *heard[0][1][2]]
    shown = fresh.shown_groups
    open_ones = [row["by"] for row in table.to_dict("records") if row["verdict"] == "cannot tell"
                 and tables.group(fresh, row) in shown]  # fmt: skip
    counts = [(open_ones.count(by), 0) for by in dict.fromkeys(open_ones)]
    yield ("Belum dapat dipastikan untuk",), [(len(open_ones), 0), *counts]


def _upaya(fresh):
    words = {"one_stop": "satu pintu", "online": "daring", "technology": "Teknologi"}
    for row in fresh.four.tables["summary"].to_dict("records"):
        figures = [*_bracket(row["difference"], row["low"], row["high"], row["verdict"], row["n_a"]), (row["n_b"], 0)]
        unit, _, service = str(row["a"]).partition(" | ")
        if row["initiative"] != "training":
            yield (words[row["initiative"]], *((f"{service} di {unit}",) if service else ())), figures
    online = fresh.four.tables["summary"]
    online = online[online["initiative"].eq("technology")].to_dict("records")
    for since in dict.fromkeys(row["since"] for row in online):
        of = [row for row in online if row["since"] == since]
        sizes = [
            one for verdict in ("higher", "lower") for row in of if row["verdict"] == verdict
            for one in (*_bracket(row["difference"], row["low"], row["high"], verdict, row["n_a"]), (row["n_b"], 0))
        ]  # fmt: skip
        counts = [sum(row["verdict"] == one for row in of) for one in ("no difference that matters", "cannot tell")]
        yield ("didaringkan, perubahan", f"dari {since} ke"), [*sizes, *((one, 0) for one in counts if one)]
    told = fresh.training.facts
    ends = _ends(told["low"], told["high"], 1)
    trained = [(told["n_trained"], 0), (abs(told["difference"]), 1), (told["n_others"], 0), *ends]
    yield ("unit yang dilatih", "lebih banyak" if told["difference"] >= 0 else "lebih sedikit"), trained
    yield ("sebelum pelatihan",), [(told["past_difference"], 1)]


def _registers(fresh, tables):
    row = fresh.complaints.tables["units"].iloc[0]
    day = int(str(fresh.complaints.facts["last_day"])[8:10])
    yield ("pengaduan diterima",), [(row[one], 0) for one in ("n", "closed", "late", "open", "overdue")] + [(day, 0)]
    yield ("tidak dapat dihitung lamanya",), [(row["n"] - row["closed"] - row["open"], 0)]
    faults = fresh.complaints.tables["problems"]["n"]
    yield ("Tanggal yang tidak dapat dipakai",), [(count, 0) for count in faults]
    yield ("separuh selesai",), [(row["median_days"], 0 if float(row["median_days"]).is_integer() else 1)]
    for column, called in (("channel", "Saluran"), ("topic", "Pokok")):
        most = fresh.study.registers["complaints"][column].value_counts().head(1)
        yield (most.index[0], f"{called} dengan pengaduan terbanyak"), [(int(most.iloc[0]), 0)]
    yield ("dalam batas waktunya",), [tables.share(row["in_time"]), (100, 0)]
    verdicts = list(fresh.promises.table["verdict"])
    kinds = [(verdicts.count(one), 0) for one in ("higher", "lower", "cannot tell")]
    yield ("janji tindak lanjut",), [(len(verdicts), 0), *kinds]
    signs = fresh.integrity
    tested = signs[signs["wave"].astype(str).eq(fresh.wave) & signs["repeated_expected"].notna()]
    for row in tested.to_dict("records"):
        shares = tables.share(row["repeated_share"]), (100, 0), tables.share(row["repeated_expected"]), (100, 0)
        yield (row["unit"], "baris jawaban berulang; wajarnya"), list(shares)
    control = fresh.study.registers["findings"]
    settled = control["status"].str.casefold().str.startswith(("selesai", "sesuai", "tuntas"))
    yield ("temuan pengawasan",), [(len(control), 0), (int(settled.sum()), 0)]


def _files(fresh):
    files = fresh.study.files
    people = files[~files["outcome"].isin(["recap", "declarations"])]
    total, kept = int(files["rows"].sum()), int(files["kept"].sum())
    aside = int(files["set_aside"].sum() + files["duplicate"].sum())
    used = int(people["kept"].sum())
    assert used == len(fresh.study.responses)
    counts = [(one, 0) for one in (total, used, kept - used, aside, total - kept - aside)]
    refused = int(files["outcome"].eq("refused").sum())
    yield ("berkas",), [(files["file"].nunique(), 0)]
    yield ("tidak dapat dibaca",), [(files["file"].nunique(), 0), (refused, 0)]
    yield ("baris rekap dan keterangan",), counts
    yield ("dengan alasannya",), [(aside, 0)]
    yield ("jawaban dipakai",), [(int(fresh.frame["wave"].eq(fresh.wave).sum()), 0)]
    counted = fresh.study.problems[~fresh.study.problems["file"].isin(fresh.hidden_files)]
    serious = counted[counted["severity"].ne("note")]
    yield ("catatan untuk dikembalikan",), [(len(serious), 0), (serious["file"].nunique(), 0)]
    yield ("sel, baris, atau berkas",), [(int(serious["count"].sum()), 0)]
    unseen = fresh.study.problems.loc[fresh.study.problems["file"].isin(fresh.hidden_files), "file"].nunique()
    yield ("tidak ikut dihitung",), [(unseen, 0)]


def _findings(fresh, tables):
    for row in fresh.findings.table.to_dict("records"):
        decimals = 2 if row["key"] == "element" else 1
        unit = row["subject"]
        if row["key"] == "published":
            published = row["estimate"] - row["difference"]
            yield (unit, "mengumumkan"), [(published, 2), (row["estimate"], 2)]
            continue
        names = [one for one in (
            fresh.name("variable", unit) if row["key"] == "element" else "",
            fresh.name("sector", row["beside"] or unit) if row["key"] in {"sector", "cell"} else "",
            unit if row["key"] in {"district", "cell", "unit_low", "unit_fell", "repeats"} else "",
            fresh.name("channel", unit) if row["key"] == "channel" else "",
            fresh.name(row["beside"], unit) if row["key"] == "group" else "",
        ) if one]  # fmt: skip
        if row["key"] == "repeats":
            yield (*names, "n ="), [(row["n"], 0)]
        if not math.isnan(row["difference"]):
            yield (
                (*names, "lebih rendah"),
                _bracket(row["difference"], row["low"], row["high"], "lower", row["n"], decimals),
            )
            yield (*names, "poin"), [(abs(row["difference"]), decimals)]


def _units(fresh, tables, registers):
    latest = fresh.coverage[fresh.coverage["wave"].eq(fresh.wave)]
    done = latest[latest["surveyed"]]
    yield ("wajib menyurvei telah",), [(len(done), 0), (int(latest["must"].sum()), 0)]
    kinds = done["sample"].value_counts()
    yield ("pengguna di",), [(int(kinds[one]), 0) for one in sorted(kinds.index)]
    shown = done[done["unit"].isin(fresh.shown_units)]
    yield ("kurang dari jumlah yang diperlukan",), [(int((shown["n"] < shown["needed"]).sum()), 0)]
    declared = registers.reconcile(fresh, tables)
    told = [row for unit, row in declared.items() if unit in fresh.shown_units]
    agree = sum(abs(row[1][0][0] - row[2][0][0]) < 0.005 + 1e-9 for row in told)
    yield ("cocok dengan hitungan ulang",), [(agree, 0)]
    usual = done["owner"].eq("city") & done["n"].ge(10)
    yield ("semua unit diperiksa sekaligus",), [(int(usual.sum()), 0), (fresh.book.margin, 1)]
    moved = done[done["unit"].isin(fresh.shown_changes)]
    for words, units in (("", done), ("", moved), ("city", done[done["owner"].eq("city")])):
        for kind in ("walk-in", "quota", "random", "census"):
            yield ("unit", words and "Satpol"), [(int(units["sample"].eq(kind).sum()), 0), (len(units), 0)]
    both = fresh.coverage[
        fresh.coverage["wave"].isin([fresh.wave, fresh.before]) & fresh.coverage["surveyed"]
        & fresh.coverage["owner"].eq("city")
    ]  # fmt: skip
    walk_in = both.loc[both["sample"].eq("walk-in"), "unit"].nunique()
    yield ("unit",), [(walk_in, 0), (both["unit"].nunique(), 0)]
    now = both[both["unit"].isin(both.loc[both["wave"].eq(fresh.wave), "unit"])]
    walk_in = now.loc[now["sample"].eq("walk-in"), "unit"].nunique()
    yield ("unit milik kota",), [(walk_in, 0), (now["unit"].nunique(), 0)]
