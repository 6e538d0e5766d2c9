"""Small results made by hand, so that every figure of a test stands in the test."""

# ruff: noqa: E501  (a row stands on a line)

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import codebook, publish
from analysis.oversight import Change, Comparison, Matrix

WAVE = "2025"


def row(level, n, estimate, difference, interval, verdict, **more):
    low, high = interval
    return {
        "level": level, "owner": "city", "n": n, "n_missing": 0, "estimate": estimate, "se": 1.0, "low": estimate - 2.0,
        "high": estimate + 2.0, "df": n - 1, "difference": difference, "difference_low": low, "difference_high": high,
        "p": 0.01, "p_adjusted": 0.02, "rank": 1, "rank_low": 1, "rank_high": 3, "verdict": verdict, "note": "",
        "sample": "random", **more,
    }  # fmt: skip


def compared(by, rows, sample="random", basis="as answered", **more):
    frame = pd.DataFrame(rows)
    names = list(frame["level"])
    pairs = [(a, b) for at, a in enumerate(names) for b in names[at + 1 :]]
    pairs = pd.DataFrame(pairs, columns=["a", "b"]).assign(low_sim=-1.0, high_sim=1.0)
    pairs.loc[pairs["a"].eq("health") & pairs["b"].eq("licensing"), ["low_sim", "high_sim"]] = 4.0, 16.0
    return Comparison(
        by=by, wave=WAVE, measure="index", margin=2.5, level=0.95, basis=basis,
        mix=("unit", "service") if basis == "same mix" else (), sample=sample,
        whole={"n": 1234.0, "n_missing": 0.0, "estimate": 82.34, "se": 0.2, "low": 81.9, "high": 82.7, "df": 900.0},
        table=frame, pairs=pairs, **more,
    )  # fmt: skip


def cell(**levels):
    return frozenset({("wave", WAVE), *levels.items()})


@pytest.fixture
def make():
    """Builders of results, and of the page that shows them."""

    def page(counts, lang="id", book=None):
        files = pd.DataFrame({"file": ["dinas/a.xlsx"], "number": ["B-001"]})
        plan = publish.plan(counts, lang=lang)
        return publish.open_page(
            SimpleNamespace(
                plan=plan,
                book=book or codebook.load(),
                lang=lang,
                wave=WAVE,
                waves=(WAVE,),
                files=files,
                responses=pd.DataFrame(),
                recaps=pd.DataFrame(),
                registers={},
            )
        )

    def for_comparison(result, lang="id", **more):
        counts = {
            cell(): 5000,
            **{cell(**{result.by: one["level"]}): one["n"] for one in result.table.to_dict("records")},
        }
        return page(counts, lang, **more)

    return SimpleNamespace(row=row, compared=compared, cell=cell, page=page, for_comparison=for_comparison)


@pytest.fixture
def sectors():
    """Four verdicts, a constant level and one of seven respondents."""
    nan = np.nan
    return compared(
        "sector",
        [
            row("health", 300, 88.1, 5.8, (4.1, 7.5), "higher"),
            row("education", 1400, 83.0, 0.7, (-0.4, 1.8), "no difference that matters"),
            row("transport", 40, 81.0, -1.3, (-5.2, 2.6), "cannot tell"),
            row("licensing", 500, 78.2, -4.1, (-6.3, -1.9), "lower"),
            row("infrastructure", 50, 100.0, 17.7, (nan, nan), "", note="constant", rank_low=nan, rank_high=nan, low=nan, high=nan),
            row("security", 7, 70.123, -12.0, (-20.0, -4.0), "lower"),
            row("population_administration", 11, 71.456, -11.0, (-20.0, -2.0), "lower"),
        ],
    )  # fmt: skip


@pytest.fixture
def districts():
    """A district that is lower only as answered, one that is lower at the same mix too."""
    mix = {"mix_estimate": 80.0, "mix_whole": 82.0, "mix_p": 0.01, "mix_p_adjusted": 0.02, "mix_share": 0.97}
    return compared(
        "district",
        [
            row("Singkawang Selatan", 295, 78.8, -3.0, (-4.0, -2.0), "no difference that matters", mix_difference=0.9, mix_low=-0.4, mix_high=2.1, sample="walk-in", **mix),
            row("Singkawang Timur", 273, 79.9, -1.9, (-3.0, -0.8), "lower", mix_difference=-3.6, mix_low=-4.6, mix_high=-2.6, sample="walk-in", **mix),
        ],
        sample="walk-in", basis="same mix",
    )  # fmt: skip


@pytest.fixture
def cells():
    """Districts by sectors with one cell of seven."""
    table = pd.DataFrame(
        [
            {"row": at, "column": of, "n": n, "n_missing": 0, "estimate": 80.0 + n / 20, "se": 1.0, "low": 78.0, "high": 83.0,
             "df": 30, "column_estimate": 81.0, "difference": -3.2, "difference_low": -5.0, "difference_high": -1.4,
             "p": 0.01, "p_adjusted": 0.02, "verdict": verdict, "note": "", "sample": "random"}
            for at, of, n, verdict in [
                ("Singkawang Barat", "health", 120, "lower"), ("Singkawang Barat", "education", 7, "lower"),
                ("Singkawang Barat", "licensing", 31, "cannot tell"), ("Singkawang Utara", "health", 80, "cannot tell"),
                ("Singkawang Utara", "education", 44, "no difference that matters"), ("Singkawang Utara", "licensing", 33, "lower"),
                ("Singkawang Timur", "health", 61, "cannot tell"), ("Singkawang Timur", "education", 45, "cannot tell"),
                ("Singkawang Timur", "licensing", 90, "cannot tell"),
            ]
        ]
    )  # fmt: skip
    return Matrix("district", "sector", WAVE, "index", 2.5, 0.95, "as answered", (), "random", table)


@pytest.fixture
def cell_counts(cells):
    """The counts of the matrix with both margins."""
    table = cells.table
    counts = {cell(): int(table["n"].sum())}
    for name, of in (("district", "row"), ("sector", "column")):
        counts |= {cell(**{name: level}): int(n) for level, n in table.groupby(of)["n"].sum().items()}
    return counts | {cell(district=one["row"], sector=one["column"]): one["n"] for one in table.to_dict("records")}


@pytest.fixture
def moves():
    """A unit of each verdict, and one whose rules differ."""

    def one(level, before, now, interval, verdict, note=""):
        return {
            "level": level, "owner": "city", "rule": "2017", "n": 120, "n_before": 110, "estimate": now, "before": before,
            "difference": now - before, "se": 1.0, "difference_low": interval[0], "difference_high": interval[1], "p": 0.01,
            "p_adjusted": 0.02, "mix_difference": np.nan, "verdict": verdict, "note": note, "sample": "quota",
        }  # fmt: skip

    table = pd.DataFrame(
        [
            one("Unit A", 76.0, 86.0, (6.9, 13.1), "higher"),
            one("Unit B", 86.0, 81.5, (-7.0, -2.0), "lower"),
            one("Unit C", 80.0, 80.25, (-0.8, 1.3), "no difference that matters"),
            one("Unit D", 80.0, 82.0, (-1.0, 5.0), "cannot tell"),
            one("Unit E", 80.0, 70.0, (np.nan, np.nan), "", "rules differ"),
        ]
    )
    return Change("unit", WAVE, "2024", "index", 2.5, 0.95, "as answered", (), "quota", table)
