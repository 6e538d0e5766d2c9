"""How long the whole of what a council asks takes, and how that grows with respondents and with units.

``kit.py bench oversight`` (a minute; ``--rows`` for other sizes). A made-up study of two waves, 40 units, 26 villages
and nine items is asked everything once, in a process of its own per size; the design is made anew. Printed per
function: seconds of the clock and of the processor (``everything`` without the packages that are loaded once); then the
peak of memory beside that of the respondents alone, and the ratio of four times the respondents. The table is kept in
``benchmarks/results/oversight.csv``.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from analysis import codebook, oversight

RESULTS = Path(__file__).with_name("results")
ITEMS = [f"u{place}" for place in range(1, 10)]
WAVES = ("2024", "2025")
MOST_SECONDS, MOST_MEGABYTES = 10.0, 1000.0
PACKAGES = ("statsmodels.duration.survfunc",)
"""Read from disk by the first question that needs them, whatever it is asked of: a line of their own."""


def book_of(units: int, folder: str) -> codebook.Codebook:
    """Return a codebook of ``units`` units with two services each, at every tenth one that went online."""
    sectors = [one.name for one in codebook.load().sectors]
    lines = ['id = "bench"', 'version = "1"', 'extends = "singkawang"', 'title = { id = "bench", en = "bench" }']
    for place in range(units):
        lines += ["[[unit]]", f'name = "Unit {place:02d}"', f'sector = "{sectors[place % len(sectors)]}"',
                  f"free = {str(place % 5 == 0).lower()}", f"one_stop = {str(place == 0).lower()}"]  # fmt: skip
        for service in ("A", "B"):
            lines += ["[[unit.service]]", f'name = "Layanan {service}"']
            lines += ['online_from = "2025"'] if service == "A" and place % 10 == 9 else []
    path = Path(folder) / "codebook.toml"
    path.write_text("\n".join(lines), encoding="utf-8")
    return codebook.load(path)


def people(rows: int, book: codebook.Codebook) -> pd.DataFrame:
    """Respondents with every column that the tables cut by."""
    rng = np.random.default_rng(0)
    unit = rng.integers(0, len(book.units), rows)
    village = rng.integers(0, len(book.villages), rows)
    later = rng.random(rows) < 0.5
    chosen = {
        "sex": ["female", "male"], "age": ["18-24", "25-34", "35-59", "60+"], "disability": ["no"] * 12 + ["yes"],
        "education": ["primary", "lower secondary", "upper secondary", "diploma", "bachelor"],
        "occupation": ["private employee", "self-employed", "student", "homemaker", "other"],
        "channel": ["counter", "counter", "online"], "service": ["Layanan A", "Layanan B"],
    }  # fmt: skip
    columns: dict[str, object] = {
        "respondent": [f"B-001/0/{place}" for place in range(rows)],
        "wave": np.where(later, WAVES[1], WAVES[0]),
        "date": np.where(later, "2025-03-", "2024-03-") + pd.Series(rng.integers(1, 29, rows)).map("{:02d}".format),
        "instrument": "skm-2017", "rule": "2017", "owner": "city",
        "unit": np.array([one.name for one in book.units], dtype=object)[unit],
        "sector": np.array([one.sector for one in book.units], dtype=object)[unit],
        "village": np.array([one.name for one in book.villages], dtype=object)[village],
        "district": np.array([one.district for one in book.villages], dtype=object)[village],
    }  # fmt: skip
    columns |= {name: rng.choice(np.array(levels, dtype=object), rows) for name, levels in chosen.items()}
    frame = pd.DataFrame(columns)
    frame = frame.astype(dict.fromkeys(columns, "str"))
    leaning = rng.normal(0, 0.35, rows) + rng.normal(0, 0.1, len(book.units))[unit]
    for item in ITEMS:
        answer = np.clip(np.rint(3.2 + leaning + rng.normal(0, 0.6, rows)), 1, 4).astype(int)
        frame[item] = pd.array(answer, dtype="Int8")
        frame.loc[rng.random(rows) < 0.01, item] = pd.NA
    return frame.assign(file="a.xlsx", sheet="Data", row=np.arange(1, rows + 1))


def registers(rows: int, book: codebook.Codebook) -> dict[str, pd.DataFrame]:
    """All registers that a city may declare."""
    rng = np.random.default_rng(1)
    names = [one.name for one in book.units]
    each = rows // len(names) // 2
    surveys = pd.DataFrame([(name, wave) for name in names for wave in WAVES], columns=["unit", "wave"])
    received = pd.to_datetime("2025-01-01") + pd.to_timedelta(rng.integers(0, 180, 2_000), unit="D")
    closed = received + pd.to_timedelta(rng.integers(0, 40, 2_000), unit="D")
    return {
        "units": pd.DataFrame({"unit": names, "wave": ""}),
        "surveys": surveys.assign(sample="random", users=each * 3, start="", end="", published=82.0,
                                  published_weight="1/9"),
        "population": pd.DataFrame({"district": [one.name for one in book.districts if one.code], "wave": "",
                                    "population": 50_000}),
        "training": pd.DataFrame({"unit": names[:6], "wave": "2025", "hours": 16}),
        "complaints": pd.DataFrame({
            "unit": rng.choice(names, 2_000), "received": received.strftime("%Y-%m-%d"),
            "closed": np.where(rng.random(2_000) < 0.9, closed.strftime("%Y-%m-%d"), ""), "channel": "Loket",
            "topic": "Waktu", "status": "", "deadline_days": 14}),
        "plans": pd.DataFrame({"unit": names[:10], "wave": "2024", "item": "u3", "program": "", "due": "",
                               "owner": "", "status": "Selesai"}),
        "findings": pd.DataFrame({"unit": names[:10], "wave": "2024", "source": "BPK", "finding": "",
                                  "recommendation": "", "status": "Selesai"}),
    }  # fmt: skip


def questions(study: SimpleNamespace) -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield everything the room answers, by name, on one study."""
    book, told = study.book, study.registers
    made: dict[str, oversight.Answer] = {}

    def design() -> None:
        study.design = oversight.design(study.responses, book, told["surveys"])

    def found() -> None:
        made["findings"] = oversight.findings(study, design=study.design)

    def index() -> None:
        for by in (None, "unit", "sector", "district", "village", "channel", "wave", ["unit", "wave"]):
            table = oversight.skm_index(study.design, by, book=book)
        oversight.reconcile(table, told["surveys"], book=book)

    def compared() -> None:
        for by in ("sector", "unit", "service", "district", "village", "channel"):
            oversight.compare(study.design, by, book=book)
        oversight.compare(study.design, "sector", book=book, measure="low_answers")
        oversight.matrix(study.design, "district", "sector", book=book)
        oversight.standardise(study.design, "district", book=book)

    def elements() -> None:
        oversight.unsur(study.design, None, book=book)
        for unit in book.units:
            oversight.unsur(study.design, unit.name, book=book)

    def charted() -> None:
        oversight.run_chart(study.design, book=book)
        oversight.run_chart(study.design, book=book, unit=book.units[0].name, period="month")

    def changed() -> None:
        for by in ("unit", "sector", "district", None):
            oversight.change(study.design, book=book, by=by)

    yield "design", design
    yield "index, reconciled", index
    yield "comparisons, matrix", compared
    yield "expected range", lambda: oversight.expected_range(study.design, book=book)
    yield "marks", lambda: oversight.marks(study.design, book=book)
    yield "aims", lambda: oversight.aims(study, study.design)
    yield "equity", lambda: oversight.equity(study.design, book=book, registers=told)
    yield "initiatives", lambda: oversight.initiatives(study.design, book=book, registers=told)
    yield "complaints, promises, audit", lambda: (
        oversight.complaints(told["complaints"], book=book, surveys=told["surveys"], design=study.design),
        oversight.follow_up(told["plans"], study.design, book=book), oversight.audit(told["findings"]))  # fmt: skip
    yield "changes", changed
    yield "run charts", charted
    yield "elements of every unit", elements
    yield "drivers", lambda: oversight.drivers(study.design, book=book)
    yield "integrity", lambda: oversight.integrity(study.responses, book, told["surveys"])
    yield "coverage", lambda: oversight.coverage(study)
    yield "findings", found
    yield "evidence", lambda: [oversight.evidence(row, study) for _, row in made["findings"].table.head(20).iterrows()]


def one_size(rows: int, units: int) -> list[dict[str, object]]:
    """Ask everything of one study; one line per question, then the whole."""
    with tempfile.TemporaryDirectory() as folder:
        book = book_of(units, folder)
    frame = people(rows, book)
    study = SimpleNamespace(
        responses=frame, registers=registers(rows, book), book=book, recaps=pd.DataFrame(),
        files=pd.DataFrame({"file": ["a.xlsx"], "number": ["B-001"]}),
        columns=pd.DataFrame({"file": "a.xlsx", "sheet": "Data", "variable": ITEMS, "column": list("DEFGHIJKL")}),
    )  # fmt: skip
    before = peak()
    lines: list[dict[str, object]] = []
    asked = [("packages loaded", lambda: [import_module(name) for name in PACKAGES]), *questions(study)]
    for name, ask in asked:
        clock, processor = time.perf_counter(), time.process_time()
        ask()
        lines.append({"what": name, "seconds": time.perf_counter() - clock, "cpu": time.process_time() - processor,
                      "peak": peak()})  # fmt: skip
    whole = {name: sum(float(str(line[name])) for line in lines[1:]) for name in ("seconds", "cpu")}
    lines += [{"what": "respondents alone", "peak": before}, {"what": "everything", **whole, "peak": peak()}]
    return [{"rows": rows, "units": units, **line} for line in lines]


def peak() -> float:
    """Return the most memory the process has held, in megabytes."""
    held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return held / (1e6 if sys.platform == "darwin" else 1e3)


def apart(rows: int, units: int) -> pd.DataFrame:
    """Do the same in a process of its own, so that one size does not hide another's memory."""
    call = [sys.executable, __file__, "--only", str(rows), str(units)]
    done = subprocess.run(call, check=True, capture_output=True, text=True)
    return pd.DataFrame(json.loads(done.stdout.splitlines()[-1]))


def main() -> int:
    """Print and keep the table; 1 where a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 400_000])
    parser.add_argument("--units", type=int, default=40)
    parser.add_argument("--only", type=int, nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.only:
        print(json.dumps(one_size(*given.only)))
        return 0
    table = pd.concat([apart(rows, given.units) for rows in given.rows], ignore_index=True)
    for rows, part in table.groupby("rows"):
        print(f"\n{rows:,} respondents, {given.units} units")
        print(part[["what", "seconds", "cpu", "peak"]].to_string(index=False, float_format="{:.2f}".format, na_rep=""))
    whole = table[table["what"].eq("everything")].set_index("rows")
    if len(whole) > 1:
        first, last = whole.iloc[0], whole.iloc[-1]
        more = whole.index[-1] / whole.index[0]
        print(f"\n{more:g} times the respondents: {last['seconds'] / first['seconds']:.2f} times the time")
    RESULTS.mkdir(exist_ok=True)
    table.round(3).to_csv(RESULTS / "oversight.csv", index=False)
    held = whole.iloc[0]
    return int(held["cpu"] > MOST_SECONDS or held["peak"] > MOST_MEGABYTES)


if __name__ == "__main__":
    sys.exit(main())
