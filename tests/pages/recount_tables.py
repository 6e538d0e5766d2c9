"""Every table of the example's pages counted afresh: by pandas where a plain count does, else by oversight; no publish.

A table is found by its caption, a row by its name, a figure by its heading. What is expected of an entry is a tuple of
(value, decimals): the figures that must stand in it, in that order, and no others.
"""

import math

import pandas as pd

from analysis import oversight

ITEMS = [f"u{number}" for number in range(1, 10)]
SCALE = 25.0


class Fresh:
    """The study's statistics, each computed once, none of them through ``publish``."""

    def __init__(self, study):
        self.study, self.book, self.wave = study, study.book, study.wave
        self.design = oversight.design(study.responses, study.book, study.surveys)
        self.frame = self.design.frame
        self.before = study.waves[-2]
        known = {"book": self.book, "wave": self.wave}
        self.by = {by: oversight.compare(self.design, by, **known) for by in ("sector", "district", "channel", "unit")}
        self.changes = {
            by: oversight.change(self.design, book=self.book, by=by, wave=self.wave)
            for by in ("unit", "sector", "district")
        }
        self.matrix = oversight.matrix(self.design, "district", "sector", **known)
        self.index = oversight.skm_index(self.design, ["unit", "wave"], book=self.book)
        self.index = self.index[self.index["wave"].eq(self.wave)].set_index("unit")
        self.marks = oversight.marks(self.design, **known)
        self.expected = oversight.expected_range(self.design, **known).table.set_index("unit")
        self.equity = oversight.equity(self.design, registers=study.registers, **known)
        self.four = oversight.initiatives(self.design, registers=study.registers, **known)
        self.training = oversight.training(self.design, study.registers["training"], **known)
        self.drivers = oversight.drivers(self.design, **known).table.set_index("variable")
        self.promises = oversight.follow_up(study.registers["plans"], self.design, **known)
        told = {"surveys": study.surveys, "design": self.design, "wave": self.wave}
        self.complaints = oversight.complaints(study.registers["complaints"], book=self.book, **told)
        self.integrity = oversight.integrity(study.responses, self.book, study.surveys)
        self.coverage = oversight.coverage(study)
        self.findings = oversight.findings(study)
        audit = oversight.audit(study.registers["findings"]).table
        self.findings_settled = {(row["unit"], row["source"]): (row["settled"], row["open"]) for row in rows_of(audit)}
        self.runs = oversight.run_chart(self.design, book=self.book, period="month")

    def name(self, column, level):
        """Return what readers call a level."""
        return self.book.label(column, str(level), "id")

    def item(self, name):
        """Return what a table calls an item."""
        return f"{name.upper()} ({self.name('variable', name)})"

    def people(self, wave=None, **levels):
        """Return the city's own respondents of a wave; of any owner where a unit is asked for."""
        frame = self.frame[self.frame["wave"].eq(wave or self.wave)]
        frame = frame if "unit" in levels else frame[frame["owner"].eq("city")]
        for column, level in levels.items():
            frame = frame[frame[column].eq(level)]
        return frame[frame[ITEMS].notna().any(axis=1)]

    def score(self, frame):
        """Return the index of respondents by plain arithmetic: the mean of nine weighted means, times 25."""
        return SCALE * sum(weighted(frame, item) for item in ITEMS) / len(ITEMS)


def rows_of(frame):
    """Return the rows of a frame by column name."""
    return frame.to_dict("records")


def weighted(frame, item):
    """Return a weighted mean over those who answered."""
    kept = frame[frame[item].notna()]
    return float((kept[item].astype(float) * kept["weight"]).sum() / kept["weight"].sum())


def shares(value):
    """Return a share as expected, none where it is missing."""
    return () if pd.isna(value) else (share(value),)


def share(value):
    """Return a share as the figure of a whole percentage, bounded where it is neither none nor all."""
    whole = math.floor(100 * value + 0.5 + 1e-12)
    return (1 if whole == 0 and value > 0 else 99 if whole == 100 and value < 1 else whole, 0)


def difference(row, *, mix=False, decimals=1):
    """Return a difference and its ends, each as expected in two entries."""
    names = ("mix_difference", "mix_low", "mix_high") if mix else ("difference", "difference_low", "difference_high")
    value, low, high = (row[name] for name in names)
    return told(value, decimals), span(low, high, decimals)


def told(value, decimals):
    """Return a figure as expected, none where it is missing."""
    return () if pd.isna(value) else ((float(value), decimals),)


def span(low, high, decimals):
    """Return the two ends of a range as expected, none where there is no range."""
    return () if pd.isna(low) or pd.isna(high) else ((float(low), decimals), (float(high), decimals))


def compared(fresh, by):
    """A comparison: n and estimate by plain arithmetic, the rest from oversight."""
    result, rows = fresh.by[by], {}
    same = result.basis == "same mix"
    ranked = int(result.table["rank_low"].notna().sum())
    both = result.wave if by != "channel" else None
    for row in result.table.to_dict("records"):
        people = fresh.people(**{by: row["level"]})
        if both is not None:
            assert len(people) == row["n"], (by, row["level"])
            assert abs(fresh.score(people) - row["estimate"]) < 1e-9, (by, row["level"])
        value, ends = difference(row, mix=same)
        rank = () if pd.isna(row["rank_low"]) else (
            *((one, 0) for one in sorted({row["rank_low"], row["rank_high"]})), (ranked, 0),
        )  # fmt: skip
        raw = [told(row["difference"], 1)] if same else []
        census = row["sample"] == "census"
        rows[fresh.name(by, row["level"])] = [
            ((row["n"], 0),), told(row["estimate"], 1), () if census else span(row["low"], row["high"], 1), *raw, value,
            () if pd.isna(value[0][0] if value else math.nan) else ends, rank, (),
        ]  # fmt: skip
    return rows


def changed(fresh, by):
    """A change: both n and both estimates by plain arithmetic."""
    result, rows = fresh.changes[by], {}
    same = result.basis == "same mix"
    for row in result.table.to_dict("records"):
        levels = {by: row["level"]}
        now, then = fresh.people(**levels), fresh.people(result.before, **levels)
        if len(now) and len(then):
            assert (len(now), len(then)) == (row["n"], row["n_before"]), levels
            assert abs(fresh.score(now) - row["estimate"]) < 1e-9
            assert abs(fresh.score(then) - row["before"]) < 1e-9
        value, ends = difference(row, mix=same)
        raw = [told(row["difference"], 1)] if same else []
        rows[fresh.name(by, row["level"])] = [
            told(row["n_before"], 0), told(row["n"], 0), told(row["before"], 1), told(row["estimate"], 1), *raw, value,
            ends, (),
        ]  # fmt: skip
    return rows


def matrix(fresh):
    """A matrix of districts and sectors, each cell by plain arithmetic."""
    table = fresh.matrix.table
    rows = {}
    for district in table["row"].unique():
        entries = []
        for sector in dict.fromkeys(table["column"]):
            people = fresh.people(district=district, sector=sector)
            entries.append(((fresh.score(people), 1), (len(people), 0)) if len(people) else ())
        rows[fresh.name("district", district)] = entries
    return rows


def index(fresh):
    """The index of units: plain arithmetic; ranges and chances of grades from oversight."""
    rows = {}
    for unit, row in fresh.index.iterrows():
        people = fresh.people(unit=unit)
        assert abs(fresh.score(people) - row["index"]) < 1e-9, unit
        by_011 = SCALE * 0.11 * sum(weighted(people, item) for item in ITEMS)
        census = row["sample"] == "census"
        ends = () if census else span(row["low"], row["high"], 1)
        rows[fresh.name("unit", unit)] = [
            ((len(people), 0),), ((fresh.score(people), 2),), ends, grade(row), ((by_011, 2),),
        ]  # fmt: skip
    return rows


def grade(row):
    """The figures of a grade: its chance where it is likely, both chances at a border, none for a census."""
    chances = sorted((row[f"p_{one}"] for one in "abcd"), reverse=True)
    if row["sample"] == "census" or pd.isna(chances[-1]):
        return ()
    if chances[0] < 0.8:
        return (*((math.floor(100 * one + 0.5), 0) for one in chances[:2]), (100, 0))
    likely = min(math.floor(100 * chances[0] + 0.5), 99)
    return ((likely, 0), (100, 0))


def unsur(fresh, unit):
    """Each item of a unit or the whole city, means and low answers by plain arithmetic."""
    found = oversight.unsur(fresh.design, unit, book=fresh.book, wave=fresh.wave).set_index("variable")
    rows = {}
    for item in ITEMS:
        people = fresh.people(**({"unit": unit} if unit else {}))
        kept = people[people[item].notna()]
        low = float(kept.loc[kept[item].le(2), "weight"].sum() / kept["weight"].sum())
        rows[fresh.item(item)] = [
            ((len(kept), 0),), ((weighted(people, item), 2),),
            span(found.loc[item, "low"], found.loc[item, "high"], 2), (share(low),),
        ]  # fmt: skip
    return rows


def marked(fresh, part):
    """The marks of good service, or the aims: means over the items of each by plain arithmetic."""
    rows = {}
    names = {one.name: one.text("id") for one in (*fresh.book.marks, *fresh.book.aims)}
    for row in fresh.marks.tables[part].to_dict("records"):
        items = str(row["items"]).split()
        listed = ()
        if not items:
            rows[names[row["mark"]]] = [listed, ((0, 0),), (), (), (), ()]
            continue
        people = fresh.people()
        mean = sum(weighted(people, item) for item in items) / len(items)
        assert abs(mean - row["estimate"]) < 1e-9, row["mark"]
        answered = int(people[items].notna().any(axis=1).sum())
        rows[names[row["mark"]]] = [
            listed, ((answered, 0),), ((mean, 2),), span(row["low"], row["high"], 2),
            (share(row["low_answers"] / 100),), (),
        ]  # fmt: skip
    return rows


def gaps(fresh):
    """Groups for the same services: n, value and plain difference by plain arithmetic."""
    rows = {}
    for row in fresh.equity.tables["gaps"].to_dict("records"):
        people = fresh.people(**{row["by"]: row["level"]})
        assert len(people) == row["n"], row["level"]
        assert abs(fresh.score(people) - row["estimate"]) < 1e-9
        value = row["difference"] if pd.isna(row["mix_difference"]) else row["mix_difference"]
        vague = row["high"] - row["low"] > 75 or (pd.isna(row["low"]) and row["verdict"] == "cannot tell")
        mix = () if vague else (*told(value, 1), *span(row["low"], row["high"], 1))
        rows[group(fresh, row)] = [
            ((len(people), 0),), told(row["estimate"], 1), told(row["difference"], 1), mix,
            (share(row["low_answers"] / 100),), (),
        ]  # fmt: skip
    return rows


def group(fresh, row):
    """What a table of groups calls one: its level, and the column where the level does not say it."""
    field = next((one for one in fresh.book.fields if one.name == row["by"]), None)
    term = fresh.book.terms.get(row["by"])
    by = term["id"] if term else field.text("id")
    level = fresh.name(row["by"], row["level"])
    return level if by in level else f"{level} ({by})"


def shared(fresh, part):
    """From whom low answers come, or who is heard beside the population."""
    second = {"concentration": ("share_people", "share_low"), "heard": ("share", "population_share")}[part]
    rows = {}
    for row in fresh.equity.tables[part].to_dict("records"):
        name = fresh.name(row["by"], row["level"]) if part == "heard" else group(fresh, row)
        people = fresh.people(**{row["by"]: row["level"]})
        assert len(people) == row["n"], name
        rows[name] = [((len(people), 0),), *((share(row[one]),) for one in second), told(row["ratio"], 2)]
    return rows


def trained(fresh):
    """Each unit's change, by plain arithmetic."""
    rows = {}
    for row in fresh.training.tables["units"].to_dict("records"):
        now, then = fresh.people(unit=row["unit"]), fresh.people(fresh.before, unit=row["unit"])
        if not len(now) or not len(then):
            rows[fresh.name("unit", row["unit"])] = [()] * 7
            continue
        values = fresh.score(then), fresh.score(now)
        rows[fresh.name("unit", row["unit"])] = [
            (), ((len(then), 0),), ((len(now), 0),), *(((one, 1),) for one in values),
            ((values[1] - values[0], 1),), (),
        ]  # fmt: skip
    return rows
