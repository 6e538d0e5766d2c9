"""How long cleaning takes, as ratios to calamine's bare reading of the same files in the same run.

``kit.py bench intake`` (minutes; ``--quick`` for a tenth). The workbooks are made once, with fixed seeds, in the folder
for temporary files. Each pair is timed one after the other, several times, and the middle ratio counts: another
program that slows the machine slows both. Ratios of processor seconds, children included, stand beside those of the
clock: a busy machine does not blur them.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
from python_calamine import CalamineWorkbook

from analysis import codebook, intake

HEADINGS = (
    "No", "Tanggal", "Nama", "NIK", "Jenis Kelamin", "Usia", "Pendidikan", "Pekerjaan", "Kecamatan", "Jenis Layanan",
    "Saluran", *(f"U{item}" for item in range(1, 10)), "Saran", "Petugas", "Kode", "Loket", "Catatan petugas",
)  # fmt: skip
"""25 columns, as an electronic survey exports them; some mean nothing to the codebook, two are identities."""
BARS = {"one big workbook": 3.0, "many workbooks": 4.0, "again": 15.0, "two processes": 1.6, "memory": 300.0}


def respondent(at: int, draw: random.Random) -> list[Any]:
    """Return one respondent as 25 cells."""
    return [
        at, f"{draw.randint(1, 28):02d}/{draw.randint(1, 12):02d}/2025", f"Nama {at}", f"99009{at:011d}",
        draw.choice("LP"), draw.randint(17, 80), draw.choice(["SD", "SMP", "SMA", "S1"]),
        draw.choice(["PNS", "Swasta", "Wirausaha"]), draw.choice(["Singkawang Utara", "Skw. Barat", "Sedau"]),
        draw.choice(["Rawat jalan", "Imunisasi"]), "Loket", *(draw.randint(2, 4) for _ in range(9)),
        draw.choice(["", "", "", f"pelayanan baik nomor {at}", "-"]), "A", f"x{at % 7}", 3, "",
    ]  # fmt: skip


def write(path: Path, rows: int, seed: int) -> None:
    """Write one workbook: a title that names the unit and the year, headings, respondents."""
    draw = random.Random(seed)  # noqa: S311 - no secret
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Data")
    sheet.append([f"Survei Kepuasan Masyarakat Puskesmas Nomor {seed} Tahun 2025"])
    sheet.append(HEADINGS)
    for at in range(1, rows + 1):
        sheet.append(respondent(at, draw))
    book.save(path)


def prepared(big: int, many: int, each: int) -> tuple[Path, Path]:
    """Return the big workbook and the folder of many, made on the first run and kept."""
    home = Path(tempfile.gettempdir()) / f"tilik-bench-{big}-{many}-{each}"
    one, folder = home / "big.xlsx", home / "many"
    if not (home / "made").exists():
        folder.mkdir(parents=True, exist_ok=True)
        write(one, big, 0)
        for at in range(many):
            write(folder / f"Puskesmas Nomor {at} 2025.xlsx", each, at + 1)
        (home / "made").touch()
    return one, folder


def bare(paths: list[Path]) -> None:
    """Read all cells with calamine and keep nothing."""
    for path in paths:
        with CalamineWorkbook.from_path(path) as book:
            for name in book.sheet_names:
                book.get_sheet_by_name(name).to_python()


def seconds(work: Callable[[], object]) -> tuple[float, float]:
    """Return clock and processor seconds, those of children that have ended included."""
    before, clock = os.times(), time.perf_counter()
    work()
    wall, after = time.perf_counter() - clock, os.times()
    return wall, sum(after[:4]) - sum(before[:4])


def paired(one: Callable[[], object], other: Callable[[], object], times: int) -> tuple[float, float, str]:
    """Return the middle ratio of clock and of processor seconds, and each pair as text."""
    pairs = [(seconds(one), seconds(other)) for _ in range(times)]
    wall, used = (statistics.median(a[at] / b[at] for a, b in pairs) for at in (0, 1))
    text = ", ".join(f"{a[0]:.2f}/{b[0]:.2f} s (processor {a[1]:.2f}/{b[1]:.2f})" for a, b in pairs)
    return wall, used, text


def peak_mb() -> float:
    """Return the most memory this process has held so far, in MB."""
    import resource  # noqa: PLC0415 - not on Windows

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10


def told(name: str, value: float, text: str, *, least: bool = False) -> bool:
    """Print a figure beside its bar; return whether it holds."""
    holds = value >= BARS[name] if least else value <= BARS[name]
    bar = f"{'at least' if least else 'at most'} {BARS[name]:g}: {'yes' if holds else 'NO'}"
    print(f"{name}: {value:.2f} ({bar}) {text}", flush=True)
    return holds


def main() -> int:
    """Measure and print; 1 where a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the size")
    parser.add_argument("--times", type=int, default=3, help="how often each pair is timed")
    parser.add_argument("--only", choices=sorted(BARS), help="one figure")
    asked = parser.parse_args()
    big, many, each = (5_000, 40, 400) if asked.quick else (50_000, 400, 400)
    one, folder = prepared(big, many, each)
    files, book, good = sorted(folder.iterdir()), codebook.load(), []

    def clean(what: Path, **how: Any) -> object:  # noqa: ANN401 - handed on
        return intake.clean(what, book, **how)

    def wanted(name: str) -> bool:
        return asked.only in (None, name)

    if wanted("memory"):
        start = peak_mb()
        clean(folder)
        good.append(told("memory", peak_mb(), f"MB in the parent after {many} workbooks, {start:.0f} before"))
    if wanted("one big workbook"):
        wall, used, text = paired(lambda: clean(one), lambda: bare([one]), asked.times)
        good.append(told("one big workbook", wall, f"times calamine, processor {used:.2f}; {big} rows; {text}"))
    if wanted("many workbooks"):
        wall, used, text = paired(lambda: clean(folder), lambda: bare(files), asked.times)
        good.append(told("many workbooks", wall, f"times calamine, processor {used:.2f}; {many} x {each} rows; {text}"))
    if wanted("again"):
        known: dict[str, bytes] = {}

        def first() -> object:
            known.clear()
            return clean(folder, cache=known)

        wall, used, text = paired(first, lambda: clean(folder, cache=known), asked.times)
        good.append(told("again", wall, f"times faster, processor {used:.2f}; {text}", least=True))
    if wanted("two processes"):
        wall, _, text = paired(lambda: clean(folder), lambda: clean(folder, jobs=2), asked.times)
        good.append(told("two processes", wall, f"times faster; {text}", least=True))
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
