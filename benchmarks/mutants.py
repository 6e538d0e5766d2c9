"""Mutants of real workbooks: bytes flipped, files cut, parts dropped, doubled or shuffled, attributes changed.

Every mutant must come back as one typed outcome from a living parent; prints counts, seconds and what broke.
``kit.py bench mutants [COUNT] [FOLDER]``; 10,000 by default, from the first 50 workbooks of the folder.
"""

from __future__ import annotations

import io
import random
import re
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from analysis import codebook
from analysis.intake.process.child import Readers, read_one, settings_of
from analysis.intake.process.codec import decode
from analysis.intake.process.limits import DEFAULT

ROOT = Path(__file__).parents[1]
SEEDS = 50
ATTRIBUTE = re.compile(rb'=\s*"([^"]*)"')
STRANGE = (
    b"", b"-1", b"0", b"1048577", b"99999999999999999", b"NaN", b"XFE1", b"A0", b"A1:XFD1048576", b"&lt;", b"\xff\xfe",
    b"true", b"s", b"../../x", b"a" * 5000,
)  # fmt: skip


def seeds(folder: Path) -> list[Path]:
    """Return the workbooks to mutate: every n-th readable one up to 200 kB, so that each format is among them."""
    found = sorted(
        one for one in folder.rglob("*") if one.suffix.lower() in (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods", ".csv")
    )
    small = [one for one in found if 0 < one.stat().st_size < 200_000]
    return small[:: max(1, len(small) // SEEDS)][:SEEDS]


def mutant(data: bytes, draw: random.Random) -> bytes:
    """Return ``data`` changed in one way."""
    if data[:2] == b"PK" and draw.random() < 0.6:
        return _parts(data, draw)
    kind = draw.randrange(3)
    changed = bytearray(data)
    if kind == 0:
        return data[: draw.randrange(len(data))]
    if kind == 1:
        for _ in range(draw.randint(1, 20)):
            changed[draw.randrange(len(changed))] = draw.randrange(256)
        return bytes(changed)
    at = draw.randrange(len(changed))
    return bytes(changed[:at]) + bytes(draw.randrange(256) for _ in range(draw.randint(1, 64))) + bytes(changed[at:])


def _attributes(body: bytes, draw: random.Random) -> bytes:
    """Return a part in which a few attributes hold what nobody writes there."""
    found = list(ATTRIBUTE.finditer(body))
    for match in sorted(draw.sample(found, min(len(found), draw.randint(1, 5))), key=lambda one: -one.start()):
        body = body[: match.start(1)] + draw.choice(STRANGE) + body[match.end(1) :]
    return body


def _parts(data: bytes, draw: random.Random) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = [(one.filename, archive.read(one)) for one in archive.infolist()]
    except Exception:
        return data[: draw.randrange(len(data))]
    kind = draw.randrange(5)
    at = draw.randrange(len(parts))
    if kind == 0:
        del parts[at]
    elif kind == 1:
        draw.shuffle(parts)
    elif kind == 2:
        parts.append((parts[at][0].upper(), parts[at][1]))
    elif kind == 3:
        parts[at] = (parts[at][0], _attributes(parts[at][1], draw))
    else:
        name, body = parts[at]
        flipped = bytearray(body or b" ")
        for _ in range(draw.randint(1, 30)):
            flipped[draw.randrange(len(flipped))] = draw.choice(b"<>/\"'=0123456789aZ&;\x00")
        parts[at] = (name, bytes(flipped))
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts:
            archive.writestr(name, body)
    return stream.getvalue()


def mutants(folder: Path, count: int) -> Iterator[tuple[str, bytes]]:
    """Yield name and bytes of ``count`` mutants, the same ones on every run."""
    draw = random.Random(20261124)  # noqa: S311 - no secret
    files = seeds(folder)
    for number in range(count):
        path = files[number % len(files)]
        yield path.name, mutant(path.read_bytes(), draw)


def main() -> int:
    """Run and print; 1 where any mutant came back without a typed outcome."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else ROOT.parent / "shared" / "data" / "workbooks"
    if not seeds(folder):
        print(f"no workbooks in {folder.name}")
        return 0
    settings = settings_of(codebook.load(), b"mutants")
    outcomes: Counter[str] = Counter()
    broken = []
    started, slowest = time.monotonic(), 0.0
    with Readers(2) as pool:
        waiting = []
        for name, data in mutants(folder, count):
            waiting.append((name, pool.submit(read_one, (data, name, settings))))
            if len(waiting) >= 8:
                slowest = max(slowest, _take(waiting.pop(0), outcomes, broken))
        for one in waiting:
            slowest = max(slowest, _take(one, outcomes, broken))
    seconds = time.monotonic() - started
    print(f"{count} mutants of {len(seeds(folder))} workbooks in {seconds:.0f} s; longest wait {slowest:.1f} s")
    print(", ".join(f"{code or 'opened'} {times}" for code, times in outcomes.most_common()))
    print(f"broken: {len(broken)} {broken[:5]}")
    return 1 if broken else 0


def _take(one, outcomes, broken) -> float:  # noqa: ANN001
    name, promise = one
    before = time.monotonic()
    try:
        outcomes[decode(promise.result(), DEFAULT.answer_bytes).refused] += 1
    except Exception as fault:
        broken.append((name, type(fault).__name__))
    return time.monotonic() - before


if __name__ == "__main__":
    sys.exit(main())
