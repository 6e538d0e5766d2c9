"""All that the tables of a wave call worse, in rows of one shape, with every p-value that was looked at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from analysis.oversight.change import change
from analysis.oversight.comparing.compare import compare
from analysis.oversight.comparing.matrix import matrix
from analysis.oversight.comparing.scope import UNPLACED, column, scope, waves_of
from analysis.oversight.comparing.standardise import unheld
from analysis.oversight.comparing.verdicts import LOWER, SAME, UNKNOWN
from analysis.oversight.declared.complaints import complaints
from analysis.oversight.declared.coverage import any_answered, coverage
from analysis.oversight.declared.follow_up import follow_up
from analysis.oversight.declared.published import reconcile
from analysis.oversight.design import sample_of
from analysis.oversight.elements import elements
from analysis.oversight.equity import equity
from analysis.oversight.expected import expected_range
from analysis.oversight.index import skm_index
from analysis.oversight.initiatives import online
from analysis.oversight.integrity import CHECKS, integrity
from analysis.oversight.labels import has_level
from analysis.oversight.results import SAME_MIX

if TYPE_CHECKING:
    from analysis.codebook import Codebook
    from analysis.oversight.study import StudyLike
    from analysis.shapes import Cell
    from analysis.survey import SurveyDesign

Row = dict[str, object]

ROWS = (
    "id", "key", "subject", "beside", "unit", "sector", "wave", "where", "n", "estimate", "difference", "low", "high",
    "p", "verdict", "size", "sure", "people", "sample", "doubts", "supports", "published", "grade", "grade_published",
    "unheld",
)  # fmt: skip
COPIED = ("same", "repeated", "run")
"""Signs that rows were copied."""
EQUITY_OF_PEOPLE = ("sex", "age", "education", "occupation", "disability", "village")


@dataclass
class Gathered:
    """Rows of findings, all tested p-values (id, family, p), and what goes for the whole wave.

    ``weight`` turns a difference of one unsur, on the answers' scale, into index points.
    """

    wave: str
    sample: str
    notes: tuple[str, ...]
    weight: float
    rows: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(ROWS)))
    tested: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["id", "family", "p"]))

    def add(self, rows: list[Row]) -> None:
        """Append findings; what a row leaves out is missing or empty."""
        if rows:
            blank: Row = dict.fromkeys(ROWS, "") | dict.fromkeys(
                ("n", "estimate", "difference", "low", "high", "p", "size", "sure", "people", "published"), np.nan
            )
            added = pd.DataFrame([blank | {"wave": self.wave, "where": frozenset()} | row for row in rows])
            self.rows = pd.concat([self.rows, added], ignore_index=True) if len(self.rows) else added

    def look(self, family: str, ids: list[str], p: pd.Series) -> None:
        """Note every p-value that was looked at, also of what is no finding."""
        added = pd.DataFrame({"id": ids, "family": family, "p": p.to_numpy(dtype=float)})
        added = added[added["p"].notna()]
        self.tested = pd.concat([self.tested, added], ignore_index=True) if len(self.tested) else added


def gather(study: StudyLike, design: SurveyDesign, *, wave: str | None, level: float) -> Gathered:
    """Go through every table of the wave."""
    book = study.book
    limits = scope(design, book, wave)
    frame = limits.design.frame[limits.rows]
    made = Gathered(limits.wave, sample_of(frame), limits.notes, _weight_of_one(book, limits.rule))
    _places(made, design, book, frame, level=level)
    if _levels(frame, "unit") > 1:
        _units(made, design, book, frame, level=level)
    _groups(made, design, book, level=level)
    _others(made, design, study, level=level)
    _promises(made, design, study, level=level)
    _counted(made, design, study)
    weights = pd.Series(limits.design.arrays.weight[limits.rows], index=frame.index)
    answered = any_answered(frame, book)
    based = [_based_on(where, frame, answered) for where in made.rows["where"]]
    made.rows["n"] = [n if base is None else int(base.sum()) for n, base in zip(made.rows["n"], based, strict=True)]
    made.rows["people"] = [
        people if pd.notna(people) or base is None else float(weights[base].sum())
        for people, base in zip(made.rows["people"], based, strict=True)
    ]
    sector_of = dict(zip(column(frame, "unit"), column(frame, "sector"), strict=True)) if "sector" in frame else {}
    made.rows["sector"] = [
        sector or sector_of.get(unit, "") for sector, unit in zip(made.rows["sector"], made.rows["unit"], strict=True)
    ]
    doubtful = set(made.rows.loc[made.rows["key"].eq("repeats"), "unit"])
    general = [note for note in made.notes if note == "equal weights" or note.startswith("sample ")]
    made.rows["doubts"] = [
        ", ".join(filter(None, [doubts, *general, "repeated answers" if unit in doubtful and key != "repeats" else ""]))
        for doubts, unit, key in zip(made.rows["doubts"], made.rows["unit"], made.rows["key"], strict=True)
    ]
    return made


def _weight_of_one(book: Codebook, rule: str) -> float:
    main = book.measure_of(rule)
    return main.scale / len(main.parts)


def _levels(frame: pd.DataFrame, by: str) -> int:
    return len(set(column(frame, by).unique()) - set(UNPLACED)) if by in frame else 0


def _based_on(where: Cell, frame: pd.DataFrame, answered: pd.Series) -> pd.Series | None:
    """Which respondents a finding rests on; None where it rests on none (a unit that did not survey)."""
    if not where:
        return None
    mask = answered.copy()
    for name, level in where:
        mask &= has_level(frame, name, [level])
    return mask


def _row(row: pd.Series, *, mixed: bool) -> Row:
    """Take the numbers of a comparison's row, at the same mix where its verdict rests on that."""
    names = ("mix_difference", "mix_low", "mix_high", "mix_p") if mixed else (
        "difference", "difference_low", "difference_high", "p"
    )  # fmt: skip
    difference, low, high, p = (float(row[name]) for name in names)
    return {
        "n": row["n"], "estimate": row["estimate"], "difference": difference, "low": low, "high": high, "p": p,
        "verdict": row["verdict"], "sample": row["sample"], "size": abs(difference),
    }  # fmt: skip


def _places(made: Gathered, design: SurveyDesign, book: Codebook, frame: pd.DataFrame, *, level: float) -> None:
    for by in ("sector", "district"):
        if _levels(frame, by) < 2:
            continue
        found = compare(design, by, book=book, wave=made.wave, level=level, ranks=False)
        mixed = found.basis == SAME_MIX
        table = found.table
        made.look(by, [f"{by}:{one}" for one in table["level"]], table["mix_p" if mixed else "p"])
        made.add([
            _row(row, mixed=mixed)
            | {"id": f"{by}:{row['level']}", "key": by, "subject": row["level"],
               "sector": row["level"] if by == "sector" else "", "where": made_where(made.wave, {by: row["level"]}),
               "unheld": "" if by == "sector" else unheld(found.notes)}
            for _, row in table[table["verdict"].eq(LOWER)].iterrows()
        ])  # fmt: skip
    if _levels(frame, "sector") > 1 and _levels(frame, "district") > 1:
        cells = matrix(design, "district", "sector", book=book, wave=made.wave, level=level).table
        ids = [f"cell:{row}:{one}" for row, one in zip(cells["row"], cells["column"], strict=True)]
        made.look("cell", ids, cells["p"])
        made.add([
            _row(row, mixed=False)
            | {"id": f"cell:{row['row']}:{row['column']}", "key": "cell", "subject": row["row"],
               "beside": row["column"], "sector": row["column"],
               "where": made_where(made.wave, {"district": row["row"], "sector": row["column"]})}
            for _, row in cells[cells["verdict"].eq(LOWER)].iterrows()
        ])  # fmt: skip


def made_where(wave: str, levels: dict[str, str]) -> Cell:
    """Return the respondents of some levels in a wave as (column, level) pairs."""
    return frozenset([("wave", wave), *levels.items()] if wave else levels.items())


def _units(made: Gathered, design: SurveyDesign, book: Codebook, frame: pd.DataFrame, *, level: float) -> None:
    sector = dict(zip(column(frame, "unit"), column(frame, "sector"), strict=True)) if "sector" in frame else {}
    fair = expected_range(design, book=book, wave=made.wave, level=level).table
    made.look("unit_low", [f"unit_low:{one}" for one in fair["unit"]], fair["p"])
    made.add([
        {"id": f"unit_low:{row['unit']}", "key": "unit_low", "subject": row["unit"], "unit": row["unit"],
         "sector": sector.get(row["unit"], ""), "where": made_where(made.wave, {"unit": row["unit"]}),
         "verdict": LOWER, "size": abs(row["difference"]),
         **{name: row[name] for name in ("n", "estimate", "difference", "low", "high", "p", "sample")}}
        for _, row in fair[fair["verdict"].eq("lower than expected")].iterrows()
    ])  # fmt: skip
    waves = waves_of(design.frame, book)
    if made.wave in waves and waves.index(made.wave) > 0:
        moved = change(design, book=book, by="unit", wave=made.wave, level=level).table
        moved = moved[moved["owner"].ne("vertical")]
        made.look("unit_fell", [f"unit_fell:{one}" for one in moved["level"]], moved["p"])
        made.add([
            _row(row, mixed=False)
            | {"id": f"unit_fell:{row['level']}", "key": "unit_fell", "subject": row["level"], "unit": row["level"],
               "sector": sector.get(row["level"], ""), "where": made_where(made.wave, {"unit": row["level"]}),
               "beside": row["left_out"]}
            for _, row in moved[moved["verdict"].eq(LOWER)].iterrows()
        ])  # fmt: skip


def _groups(made: Gathered, design: SurveyDesign, book: Codebook, *, level: float) -> None:
    gaps = equity(design, book=book, groups=EQUITY_OF_PEOPLE, wave=made.wave, level=level).tables["gaps"]
    made.look("group", [f"group:{by}:{one}" for by, one in zip(gaps["by"], gaps["level"], strict=True)], gaps["p"])
    made.add([
        {"id": f"group:{row['by']}:{row['level']}", "key": "group", "subject": row["level"], "beside": row["by"],
         "where": made_where(made.wave, {row["by"]: row["level"]}), "verdict": LOWER, "sample": made.sample,
         "difference": row["mix_difference"] if pd.notna(row["mix_difference"]) else row["difference"],
         "size": abs((row["low"] + row["high"]) / 2),
         **{name: row[name] for name in ("n", "estimate", "low", "high", "p", "unheld")}}
        for _, row in gaps[gaps["verdict"].eq(LOWER)].iterrows()
    ])  # fmt: skip


def _others(made: Gathered, design: SurveyDesign, study: StudyLike, *, level: float) -> None:
    book = study.book
    asked: dict[str, Any] = online(design, book=book, wave=made.wave, level=level)
    made.look("channel", ["channel"], pd.Series([asked["p"]]))
    if asked["verdict"] in (LOWER, "higher"):
        low_side = "online" if asked["verdict"] == LOWER else "counter"
        made.add([{
            "id": "channel", "key": "channel", "subject": low_side,
            "where": made_where(made.wave, {"channel": low_side}),
            "n": asked["n_a"] + asked["n_b"], "estimate": min(asked["estimate_a"], asked["estimate_b"]),
            "difference": -abs(asked["difference"]), "low": -max(abs(asked["low"]), abs(asked["high"])),
            "high": -min(abs(asked["low"]), abs(asked["high"])), "p": asked["p"], "verdict": LOWER,
            "size": abs(asked["difference"]), "sample": asked["sample"],
        }])  # fmt: skip
    lowest = elements(design, book=book, wave=made.wave, level=level)
    made.look("element", [f"element:{one}" for one in lowest["variable"]], lowest["p"])
    named = lowest[lowest["verdict"].eq(LOWER)].sort_values("difference")
    made.add([{
        "id": f"element:{row['variable']}", "key": "element", "subject": row["variable"], "verdict": LOWER,
        "where": made_where(made.wave, {}), "sample": made.sample, "size": abs(row["difference"]) * made.weight,
        "supports": ", ".join(f"element:{one}" for one in named["variable"].iloc[1:]),
        **{name: row[name] for name in ("n", "estimate", "difference", "low", "high", "p")},
    } for _, row in named.head(1).iterrows()])  # fmt: skip


def _promises(made: Gathered, design: SurveyDesign, study: StudyLike, *, level: float) -> None:
    """Add promises whose unsur fell, and those reported done whose range leaves it open that nothing rose."""
    register, book = study.registers.get("plans"), study.book
    if register is None or register.empty:
        return
    answer = follow_up(register, design, book=book, wave=made.wave, level=level)
    kept, margin = answer.table, float(str(answer.facts.get("margin", 0.0)))
    ids = [f"promise:{place}" for place in range(len(kept))]
    made.look("promise", ids, kept["p"])
    names = ("n", "estimate", "difference", "low", "high", "verdict")
    for one, (_, row) in zip(ids, kept.iterrows(), strict=True):
        about: Row = {
            "subject": row["unit"], "beside": row["variable"], "unit": row["unit"], "sample": row["sample"],
            "where": made_where(made.wave, {"unit": row["unit"]}), **{name: row[name] for name in names},
        }  # fmt: skip
        if row["verdict"] == LOWER:
            size = abs(row["difference"]) * made.weight
            made.add([about | {"id": one, "key": "promise", "p": row["p"], "size": size}])
        elif row["reported"] and row["verdict"] in (SAME, UNKNOWN):
            # The range decides: a point above the margin by luck does not show that anything rose.
            size = max(margin - row["difference"], 0.0) * made.weight
            unseen: Row = {"id": one.replace("promise", "promise_unseen"), "key": "promise_unseen"}
            made.add([about | unseen | {"size": size, "sure": row["unseen"]}])


def _counted(made: Gathered, design: SurveyDesign, study: StudyLike) -> None:
    """Add what is counted or recomputed rather than tested; integrity is tested over its own draws."""
    book, registers = study.book, study.registers
    covered = coverage(study)
    users = covered.groupby("unit")["users"].max()
    here = covered[covered["wave"].eq(made.wave)]
    gone = here[here["must"].fillna(value=False) & ~here["surveyed"]]
    made.add([
        {"id": f"missing:{row['unit']}", "key": "missing", "subject": row["unit"], "unit": row["unit"],
         "sector": row["sector"], "n": 0, "size": book.findings.missing, "people": users.get(row["unit"], np.nan)}
        for _, row in gone.iterrows()
    ])  # fmt: skip
    surveys = registers.get("surveys")
    if surveys is not None and len(surveys) and "published" in surveys and book.rules:
        index = skm_index(design, ["unit", "wave"], book=book)
        told = reconcile(index[index["wave"].eq(made.wave)], surveys, book=book, responses=study.responses)
        wrong = told[told["explained"].eq("not explained") | told["grade_changes"]]
        made.add([
            {"id": f"published:{row['unit']}", "key": "published", "subject": row["unit"], "unit": row["unit"],
             "where": made_where(made.wave, {"unit": row["unit"]}), "beside": row["explained"], "n": row["n"],
             "estimate": row["recomputed"], "difference": row["difference"], "published": row["published"],
             "grade": row["grade"], "grade_published": row["grade_published"],
             "size": max(abs(row["difference"]), book.findings.grade_changes if row["grade_changes"] else 0.0)}
            for _, row in wrong.iterrows()
        ])  # fmt: skip
    if "unit" in study.responses and "wave" in study.responses:
        _repeats(made, integrity(study.responses, book, surveys, wave=made.wave), book)
    _overdue(made, study)


def _repeats(made: Gathered, table: pd.DataFrame, book: Codebook) -> None:
    weights = book.findings
    for name in CHECKS:
        made.look("integrity", [f"{name}:{one}" for one in table["unit"]], table[f"p_{name}"])
    # rows may stand in an order for an honest reason (sorted by service), and a fee may be small: signs, no findings
    first = table["signs"].str.split().map(lambda signs: next((one for one in signs if one in COPIED), ""))
    signed = table.assign(first=first)[first.ne("")]
    made.add([
        {"id": f"{row['first']}:{row['unit']}", "key": "repeats", "subject": row["unit"],
         "unit": row["unit"], "beside": row["signs"], "where": made_where(made.wave, {"unit": row["unit"]}),
         "n": row["n"], "estimate": row["repeated_share"], "p": row[f"p_{row['first']}"], "verdict": "",
         "size": weights.repeats + weights.repeated * max(float(row["repeated_share"] - row["repeated_expected"]), 0)}
        for _, row in signed.iterrows()
    ])  # fmt: skip


def _overdue(made: Gathered, study: StudyLike) -> None:
    register = study.registers.get("complaints")
    if register is None or register.empty:
        return
    told = complaints(register, book=study.book, surveys=study.registers.get("surveys"), wave=made.wave).table
    weights = study.book.findings
    open_late, late = told["overdue"], told["overdue"] + told["late"]
    many = open_late.ge(weights.overdue_share * told["n"]) & open_late.ge(weights.overdue_least)
    slow = told["in_time_high"].lt(weights.in_time_share) & late.ge(weights.overdue_least)
    named = told.assign(beyond=late)[told["unit"].ne("") & (many | slow)]
    made.add([
        {"id": f"overdue:{row['unit']}", "key": "overdue", "subject": row["unit"], "unit": row["unit"], "n": row["n"],
         "estimate": row["beyond"], "size": float(row["beyond"] / row["n"]) * weights.overdue, "people": row["n"]}
        for _, row in named.iterrows()
    ])  # fmt: skip
