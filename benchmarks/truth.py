"""Draw the made-up city and the city with nothing planted, many times, and count how often the kit tells the truth.

``kit.py bench truth [--draws 200] [--jobs 2]`` writes ``benchmarks/results/truth.csv`` (one row per draw and check) and
``truth.md`` (the shares beside what is asked); ``--only planted`` or ``null`` draws one of the two cities and keeps the
rows of the other, ``--resume`` the draws that are there. Only rows made by the code as it stands are kept: every row
bears a mark of it. Draws are numbered seeds: the same call gives the same results. No file of a unit is written or
read: the respondents are those that the workbooks would give back.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pandas as pd

import analysis
from analysis import codebook, example, oversight
from analysis.example.companions import codebook_text
from analysis.example.truth import Planted
from analysis.survey import SurveyDesign

RESULTS = Path(__file__).with_name("results")
FIRST_SEED = 1000
FOUND, DIRECTION, NOTHING, NOT_LOWER, TRAINED = 0.90, 0.999, 0.93, 0.93, 0.07
TRAINED_NULL = "trained units not called different"
MIX_ONLY = "district lower by mix, same services"
INITIATIVES = {
    "technology": "services that went online", "online": "online beside counter", "one_stop": "one-door office",
}  # fmt: skip
SIGN = {"lower": -1, "higher": 1}


class Study(NamedTuple):
    """A drawn city as the oversight room needs it."""

    truth: example.Truth
    book: codebook.Codebook
    responses: pd.DataFrame
    recaps: pd.DataFrame
    registers: dict[str, pd.DataFrame]
    design: SurveyDesign
    wave: str


class Row(NamedTuple):
    """One check of one draw: whether it held, and whether a planted direction was met ("" where there is none)."""

    city: str
    seed: int
    check: str
    held: bool
    direction: str
    said: str
    code: str = ""


ROOMS = ("codebook", "example", "survey", "oversight")


def mark_of_code() -> str:
    """Return a mark of everything that decides a draw: the rooms and their data, and this file."""
    home = Path(analysis.__file__).parent
    files = [one for room in ROOMS for one in (home / room).rglob("*") if one.suffix in {".py", ".toml"}]
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for one in sorted(files):
        digest.update(one.relative_to(home).as_posix().encode() + b"\0" + one.read_bytes())
    return digest.hexdigest()[:12]


def study_of(truth: example.Truth) -> Study:
    """Draw the city and make of it what the workbooks would give back."""
    city = example.draw(truth)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "codebook.toml"
        path.write_text(codebook_text(truth, codebook.load()), encoding="utf-8")
        book = codebook.load(path)
    responses = example.expected(city).assign(rule="2017", instrument="skm-2017")
    registers = example.registers(city)
    design = oversight.design(responses, book, registers["surveys"])
    return Study(truth, book, responses, pd.DataFrame(), registers, design, truth.wave_names[-1])


def planted(seed: int) -> list[Row]:
    """Check every planted truth of one draw, and that nothing else changed."""
    study = study_of(example.load(seed=seed))
    tables = Tables(study)
    rows = []
    for one in study.truth.planted:
        if one.by in CHECKS and one.verdict != "withheld":  # what is withheld is the publishing room's to say
            said, difference = CHECKS[one.by](tables, one)
            rows.append(_judged(seed, one, said, difference))
    changed = tables.change
    training = study.truth.training
    moved = {one.unit for one in (*study.truth.rises, *study.truth.promises)} | set(training.hours if training else ())
    quiet = changed[~changed.index.isin([*moved]) & changed["verdict"].ne("")]
    for verdict in ("higher", "lower"):
        names = ", ".join(quiet.index[quiet["verdict"].eq(verdict)])
        rows.append(Row("planted", seed, f"no other unit called {verdict} than before", not names, "", names))
    return [*rows, *_asked_about(study, seed)]


def _asked_about(study: Study, seed: int) -> list[Row]:
    """Check that a promise reported done that kept nothing is asked about, and that no kept one is."""
    found = oversight.findings(study, design=study.design).table
    promises = found[found["key"].isin(["promise", "promise_unseen"])]
    named = {(unit, item) for unit, item in zip(promises["unit"], promises["beside"], strict=True)}
    done = [one for one in study.truth.promises if one.status == "Selesai"]
    empty = {(one.unit, one.item) for one in done if not one.kept}
    kept = {(one.unit, one.item) for one in study.truth.promises if one.kept}
    said = ", ".join(f"{unit} {item}" for unit, item in sorted(named))
    return [Row("planted", seed, "promise reported done without a rise is asked about", empty <= named, "", said),
            Row("planted", seed, "promise that was kept is not asked about", not kept & named, "", said)]  # fmt: skip


def _judged(seed: int, one: Planted, said: str, difference: float | None) -> Row:
    wanted = one.verdict
    held = said != wanted.removeprefix("not ") if wanted.startswith("not ") else said == wanted
    direction = ""
    if difference is not None and wanted in SIGN:
        direction = "right" if difference * SIGN[wanted] > 0 else "wrong"
    return Row("planted", seed, one.name, held, direction, said)


class Tables:
    """The tables that several checks read, each made once."""

    def __init__(self, study: Study) -> None:
        self.study = study
        self.made: dict[str, pd.DataFrame] = {}

    def compare(self, by: str) -> pd.DataFrame:
        """Levels of ``by`` against the whole city."""
        study = self.study
        return self.once(by, lambda: oversight.compare(study.design, by, book=study.book).table.set_index("level"))

    @property
    def change(self) -> pd.DataFrame:
        """Units, the latest wave against the one before."""
        study = self.study
        return self.once("change", lambda: oversight.change(study.design, book=study.book).table.set_index("level"))

    @property
    def initiatives(self) -> pd.DataFrame:
        """The four initiatives."""
        study = self.study
        return self.once("initiatives", lambda: oversight.initiatives(
            study.design, book=study.book, registers=study.registers).tables["summary"])  # fmt: skip

    @property
    def promises(self) -> pd.DataFrame:
        """Last wave's promises."""
        study = self.study
        return self.once("promises", lambda: oversight.follow_up(
            study.registers["plans"], study.design, book=study.book).tables["promises"])  # fmt: skip

    def once(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return the table called ``name``, made by ``make`` the first time it is asked for."""
        if name not in self.made:
            self.made[name] = make()
        return self.made[name]


def _told(table: pd.DataFrame, level: str, difference: str) -> tuple[str, float]:
    return str(table["verdict"][level]), float(table[difference][level])


def _sector(tables: Tables, one: Planted) -> tuple[str, float | None]:
    table = tables.compare("sector")
    if one.level != "*":
        return _told(table, one.level, "difference")
    lower = {other.level for other in tables.study.truth.planted if other.by == "sector" and other.level != "*"}
    return "lower" if table.drop(list(lower))["verdict"].eq("lower").any() else "", None


def _district(tables: Tables, one: Planted) -> tuple[str, float | None]:
    table = tables.compare("district")
    if one.basis == "as answered":
        below = float(table["difference_high"][one.level]) < 0
        return "lower" if below else "", float(table["difference"][one.level])
    return str(table["verdict"][one.level]), None


def _cell(tables: Tables, one: Planted) -> tuple[str, float | None]:
    sector, district = one.level.split(" x ")
    table = oversight.matrix(tables.study.design, "district", "sector", book=tables.study.book).table
    return _told(table[table["column"].eq(sector)].set_index("row"), district, "difference")


def _unit(tables: Tables, one: Planted) -> tuple[str, float | None]:
    return _told(tables.change, one.level, "difference")


def _level(tables: Tables, one: Planted) -> tuple[str, float | None]:
    return _told(tables.compare(one.by), one.level, "mix_difference")


def _initiative(tables: Tables, one: Planted) -> tuple[str, float | None]:
    table = tables.initiatives
    table = table[table["initiative"].eq(one.by)]
    return _told(table.set_index("a"), one.level if one.by == "technology" else str(table["a"].iloc[0]), "difference")


def _promise(tables: Tables, one: Planted) -> tuple[str, float | None]:
    unit, item = one.level.split(" | ")
    place = next(at for at, kept in enumerate(tables.study.truth.promises) if (kept.unit, kept.item) == (unit, item))
    table = tables.promises.reset_index(drop=True)
    if table["note"][place]:
        return f"higher? {table['note'][place]}", None
    return str(table["verdict"][place]), float(table["difference"][place])


def _complaints(tables: Tables, one: Planted) -> tuple[str, float | None]:
    study = tables.study
    table = oversight.complaints(study.registers["complaints"], book=study.book, surveys=study.registers["surveys"],
                                 wave=study.wave).tables["units"].set_index("unit")  # fmt: skip
    whole = float(table["in_time"][""])
    below = float(table["in_time_high"][one.level]) < whole
    return "lower" if below else "", float(table["in_time"][one.level]) - whole


def _audit(tables: Tables, one: Planted) -> tuple[str, float | None]:
    table = oversight.audit(tables.study.registers["findings"]).tables["units"].groupby("unit")["open"].sum()
    return "open" if table.idxmax() == one.level else str(table.idxmax()), None


def _grade(tables: Tables, one: Planted) -> tuple[str, float | None]:
    frame = tables.study.design.frame
    here = frame[frame["wave"].eq(one.wave) & frame["unit"].eq(one.level)]
    row = oversight.skm_index(here, ["unit"], book=tables.study.book).iloc[0]
    return one.verdict if max(row["p_a"], row["p_b"], row["p_c"], row["p_d"]) < 0.95 else "sure", None


def _published(tables: Tables, one: Planted) -> tuple[str, float | None]:
    study = tables.study
    table = tables.once("index", lambda: oversight.skm_index(study.design, ["unit", "wave"], book=study.book))
    told = oversight.reconcile(table, study.registers["surveys"])
    mine = told[told["unit"].eq(one.level) & told["wave"].eq(one.wave)]
    return str(mine["explained"].iloc[0]), None


def _integrity(tables: Tables, one: Planted) -> tuple[str, float | None]:
    frame = tables.study.responses
    table = oversight.integrity(frame[frame["unit"].eq(one.level) & frame["wave"].eq(one.wave)], tables.study.book)
    signs = str(table["signs"].iloc[0])
    return one.verdict if "repeated" in signs else signs, None


def _coverage(tables: Tables, one: Planted) -> tuple[str, float | None]:
    table = oversight.coverage(tables.study)
    mine = table[table["unit"].eq(one.level) & table["wave"].eq(one.wave)].iloc[0]
    return one.verdict if mine["must"] and not mine["surveyed"] else "", None


def _element(tables: Tables, one: Planted) -> tuple[str, float | None]:
    table = oversight.unsur(tables.study.design, None, book=tables.study.book, wave=one.wave)
    return one.verdict if table.loc[table["estimate"].idxmin(), "variable"] == one.level else "", None


CHECKS = {
    "sector": _sector, "district": _district, "sector x district": _cell, "unit": _unit, "training": _initiative,
    "one_stop": _initiative, "technology": _initiative, "channel": _level, "disability": _level, "promise": _promise,
    "complaints": _complaints, "audit": _audit, "grade": _grade, "published": _published, "integrity": _integrity,
    "coverage": _coverage, "element": _element,
}  # fmt: skip


def nothing(seed: int) -> list[Row]:
    """Check that a city without any difference yields no finding, and what each family of verdicts calls there."""
    study = study_of(example.null(seed=seed))
    tables = Tables(study)
    called = {
        "compare sectors": tables.compare("sector"), "compare units": tables.compare("unit"),
        "compare districts": tables.compare("district"), "change of units": tables.change,
    }  # fmt: skip
    rows = []
    for name, table in called.items():
        said = table.index[table["verdict"].isin(SIGN)]
        rows.append(Row("null", seed, f"{name}: none lower or higher", said.empty, "", ", ".join(map(str, said))))
    trained = oversight.training(study.design, study.registers["training"], book=study.book).facts["verdict"]
    rows.append(Row("null", seed, TRAINED_NULL, trained not in SIGN, "", str(trained)))
    begun = oversight.initiatives(study.design, book=study.book).tables["summary"]
    for name, words in INITIATIVES.items():
        said = begun.loc[begun["initiative"].eq(name) & begun["verdict"].isin(SIGN), "a"]
        rows.append(Row("null", seed, f"{words}: none lower or higher", said.empty, "", ", ".join(said)))
    fair = oversight.expected_range(study.design, book=study.book).table
    said = fair.loc[fair["verdict"].isin(["lower than expected", "higher than expected"]), "unit"]
    rows.append(Row("null", seed, "expected range: none outside", said.empty, "", ", ".join(said)))
    found = oversight.findings(study, design=study.design).tables["findings"]
    keys = ", ".join(f"{key} {subject}".strip() for key, subject in zip(found["key"], found["subject"], strict=True))
    return [*rows, Row("null", seed, "no finding", found.empty, "", keys)]


def _one(task: tuple[str, int]) -> list[Row]:
    kind, seed = task
    return planted(seed) if kind == "planted" else nothing(seed)


def run(tasks: list[tuple[str, int]], jobs: int) -> Iterator[list[Row]]:
    """Yield the rows of every draw, in order."""
    with multiprocessing.get_context("spawn").Pool(jobs) as pool:
        for done, rows in enumerate(pool.imap(_one, tasks), start=1):
            print(f"{done}/{len(tasks)}", file=sys.stderr)
            yield rows


def summary(rows: pd.DataFrame) -> str:
    """Return the table of shares: what was asked, what came out, over how many draws."""
    draws = rows.groupby("city", sort=False)["seed"].nunique()
    lines = [
        "# What the kit finds in made-up cities", "",
        f"`kit.py bench truth`, fixed seeds; draws: {', '.join(f'{city} {n}' for city, n in draws.items())}.",
        "A planted effect counts as found when its verdict is the planted one.", "",
        "| city | what | asked | share | draws | |", "|---|---|---|---|---|---|",
    ]  # fmt: skip
    for (city, check), part in rows.groupby(["city", "check"], sort=False):
        share, wanted = part["held"].mean(), _wanted(str(city), str(check))
        verdict = "" if wanted is None else "held" if share >= wanted else "**missed**"
        asked = "" if wanted is None else f"≥ {100 * wanted:.0f} %"
        lines.append(f"| {city} | {check} | {asked} | {100 * share:.1f} % | {len(part)} | {verdict} |")
    told = rows[rows["direction"].ne("")]
    if len(told):
        right = told["direction"].eq("right").mean()
        verdict = "held" if right >= DIRECTION else "**missed**"
        shares = f"≥ {100 * DIRECTION} % | {100 * right:.2f} %"
        lines.append(f"| planted | direction right | {shares} | {len(told)} | {verdict} |")
    return "\n".join(lines) + "\n"


def _wanted(city: str, check: str) -> float | None:
    """Return the share asked of a check; None for what is told only."""
    if city == "planted":
        # The yearly drift of units is a true, if small, change: told, not asked.
        return None if check.startswith("no other unit") else NOT_LOWER if check == MIX_ONLY else FOUND
    return {"no finding": NOTHING, TRAINED_NULL: 1 - TRAINED}.get(check, NOTHING)


def _kept(path: Path, tasks: list[tuple[str, int]], *, resume: bool, code: str) -> list[Row]:
    """Return the rows that stay: of the city that is not drawn now; to resume, draws asked for again. Of this code."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as file:
        rows = [
            Row(one["city"], int(one["seed"]), one["check"], one["held"] == "True", one["direction"], one["said"], code)
            for one in csv.DictReader(file)
            if one.get("code") == code
        ]
    drawn = {city for city, _ in tasks}
    return [row for row in rows if row.city not in drawn or (resume and (row.city, row.seed) in tasks)]


def main() -> None:
    """Run the draws and write both tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--draws", type=int, default=200)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", choices=["planted", "null"])
    parser.add_argument("--resume", action="store_true", help="keep the draws that the table holds already")
    parser.add_argument("--out", type=Path, default=RESULTS)
    given = parser.parse_args()
    kinds = [given.only] if given.only else ["planted", "null"]
    tasks = [(kind, FIRST_SEED + place) for place in range(given.draws) for kind in kinds]
    given.out.mkdir(parents=True, exist_ok=True)
    code = mark_of_code()
    made = _kept(given.out / "truth.csv", tasks, resume=given.resume, code=code)
    done = {(row.city, row.seed) for row in made}
    for rows in run([task for task in tasks if task not in done], given.jobs):
        made = sorted(
            [*made, *(row._replace(code=code) for row in rows)], key=lambda row: (row.city != "planted", row.seed)
        )
        _write(given.out, made)  # after every draw, so that a stopped run keeps what it has
    print((given.out / "truth.md").read_text(encoding="utf-8"))


def _write(folder: Path, rows: list[Row]) -> None:
    with (folder / "truth.csv").open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([Row._fields, *rows])
    (folder / "truth.md").write_text(summary(pd.DataFrame(rows)), encoding="utf-8")


if __name__ == "__main__":
    main()
