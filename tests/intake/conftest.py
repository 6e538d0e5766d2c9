from __future__ import annotations

import random
from concurrent.futures import Executor, Future
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from analysis import codebook, intake
from analysis.intake.parse import Parser
from analysis.intake.process.wire import encode
from analysis.intake.process.worker import KEY_BYTES

from . import faulty

if TYPE_CHECKING:
    from collections.abc import Callable

    import openpyxl

    from analysis.codebook import Codebook
    from analysis.shapes import Cleaned

ROOT = Path(__file__).parents[2]
SHARED = ROOT.parent / "shared" / "data"
UNSUR = tuple(f"u{number}" for number in range(1, 10))
HEADS = ["No", *(one.upper() for one in UNSUR)]
MADE_UP = """
id = "test"
version = "1"
extends = "singkawang"
title = { id = "Uji", en = "Test" }

[[unit]]
name = "Puskesmas Uji"
sector = "health"
district = "Singkawang Utara"
aliases = ["PKM Uji"]
[[unit.service]]
name = "Rawat jalan"

[[unit]]
name = "Dinas Uji"
sector = "licensing"
aliases = ["DPM Uji"]
"""


@pytest.fixture(scope="session")
def book(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    path = tmp_path_factory.mktemp("book") / "codebook.toml"
    path.write_text(MADE_UP, encoding="utf-8")
    return codebook.load(path)


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    """Write sheets (name → rows) as an xlsx and return its path; ``touch`` may change it before it is saved."""

    def save(sheets: Any, name: str = faulty.NAME, touch: Callable[[openpyxl.Workbook], None] | None = None) -> Path:
        return faulty.xlsx(tmp_path, sheets, name, touch)

    return save


class Here(Executor):
    """Reads in this process: the same function as in a child, without the second it takes to start one."""

    def __init__(self) -> None:
        self.parsers: dict[bytes, Parser] = {}

    def submit(self, _: Any, task: tuple[bytes, str, bytes]) -> Future[bytes]:
        data, name, settings = task
        key, book_json = settings[:KEY_BYTES], settings[KEY_BYTES:]
        if book_json not in self.parsers:
            self.parsers[book_json] = Parser(codebook.Codebook.model_validate_json(book_json))
        self.parsers[book_json].key = key
        done: Future[bytes] = Future()
        done.set_result(encode(self.parsers[book_json].parse(data, name)))
        return done


HERE = Here()


@pytest.fixture
def clean(book: Codebook) -> Callable[..., Cleaned]:
    """Clean with the small codebook, in English, in this process."""

    def run(what: Any, with_book: Codebook | None = None, **more: Any) -> Cleaned:
        return intake.clean(what, with_book or book, "en", executor=HERE, **more)

    return run


def people(count: int, start: int = 1) -> list[list[Any]]:
    """Return plain respondents: number and nine answers; the same number always answers the same."""
    return [
        [at, *(random.Random(at * 100 + item).randint(1, 4) for item in range(9))]  # noqa: S311 - no secret
        for at in range(start, start + count)
    ]


def answers(cleaned: Cleaned) -> list[list[Any]]:
    """Return the nine answers of each respondent, missing as None."""
    frame = cleaned.responses[list(UNSUR)]
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def codes(cleaned: Cleaned) -> set[str]:
    return set(cleaned.problems["code"])
