"""The tables that rest on registers, files and the published figures, counted afresh by pandas and oversight."""

import pandas as pd


def coverage(fresh, _):
    """Who surveyed: respondents counted by pandas, users as declared, Krejcie and Morgan's number by their formula."""
    rows = {}
    for row in fresh.coverage[fresh.coverage["wave"].eq(fresh.wave)].to_dict("records"):
        n = len(fresh.people(unit=row["unit"]))
        needed = () if pd.isna(row["users"]) else ((needed_of(row["users"]), 0),)
        users = () if pd.isna(row["users"]) else ((row["users"], 0),)
        rows[row["unit"]] = [(), (), (), ((n, 0),), users, needed, ()]
    return rows


def needed_of(users):
    """Krejcie and Morgan (1970), 95 %, share a half, error 5 %."""
    return int(3.841 * users * 0.25 / (0.05**2 * (users - 1) + 3.841 * 0.25) + 0.5)


def reconcile(fresh, tables):
    """Published figures as declared; recomputed ones as in the table of indices."""
    declared = fresh.study.surveys[fresh.study.surveys["wave"].eq(fresh.wave)].set_index("unit")["published"]
    made = tables.index(fresh)
    rows = {}
    for unit, published in declared.dropna().items():
        if unit in made:
            rows[unit] = [(), ((float(published), 2),), made[unit][1], made[unit][4], ()]
    return rows


def expected(fresh, tables):
    """Each unit against its expected range."""
    rows = {}
    for unit, row in fresh.expected.iterrows():
        people = fresh.people(unit=unit)
        rows[unit] = [
            ((len(people), 0),), tables.told(row["estimate"], 1), tables.told(row["expected"], 1),
            tables.told(row["difference"], 1), tables.span(row["limit_low"], row["limit_high"], 1), (),
        ]  # fmt: skip
    return rows


def integrity(fresh, tables):
    """How questionnaires were filled in."""
    rows = {}
    latest = fresh.integrity[fresh.integrity["wave"].eq(fresh.wave)]
    for row in latest.to_dict("records"):
        shares = [row[one] for one in ("same_share", "same_expected", "repeated_share", "repeated_expected")]
        rows[row["unit"]] = [(), ((row["n"], 0),), *(tables.shares(one) for one in shares), ()]
    return rows


def initiatives(fresh, tables):
    """The initiatives: a training row counts units."""
    words = {
        "one_stop": "pelayanan satu pintu", "online": "daring atau loket", "technology": "teknologi",
        "training": "pelatihan petugas",
    }  # fmt: skip
    sides = {
        "one-door units": "unit satu pintu", "online": "daring", "trained units": "unit yang dilatih",
        "services online": "layanan yang didaringkan",
    }  # fmt: skip
    rows = {}
    for row in fresh.four.tables["summary"].to_dict("records"):
        unit, _, service = row["a"].partition(" | ")
        side = sides.get(row["a"]) or f"{service} di {unit}"
        ranged = (*tables.told(row["difference"], 1), *tables.span(row["low"], row["high"], 1))
        counts = (tables.told(row[one], 0) for one in ("n_a", "n_b"))
        rows[words[row["initiative"]], side] = [(), next(counts), (), next(counts), ranged, ()]
    return rows


def drivers(fresh, tables):
    """Items by how they go along with the rest."""
    rows = {}
    for item, row in fresh.drivers.iterrows():
        people = fresh.people()
        n = int(people[item].notna().sum())
        assert abs(tables.weighted(people, item) - row["performance"]) < 1e-9
        mean = [((tables.weighted(people, item), 2), *tables.span(row["performance_low"], row["performance_high"], 2))]
        weight = [((row["importance"], 2), *tables.span(row["importance_low"], row["importance_high"], 2))]
        rows[fresh.item(item)] = [((n, 0),), *mean, *weight, ()]
    return rows


def complaints(fresh, tables):
    """Complaints of each unit: counted by pandas, per 1,000 of its users."""
    register = fresh.study.registers["complaints"]
    users = fresh.study.surveys[fresh.study.surveys["wave"].eq(fresh.wave)].set_index("unit")["users"]
    rows = {}
    for row in fresh.complaints.tables["units"].to_dict("records"):
        part = register if row["unit"] == "" else register[register["unit"].eq(row["unit"])]
        assert len(part) == row["n"], row["unit"]
        if row["unit"]:
            assert abs(1000 * len(part) / float(users[row["unit"]]) - row["per_thousand"]) < 1e-9
        late, overdue = _beyond(part, fresh)
        assert (late, overdue) == (row["late"], row["overdue"]), row["unit"]
        days = row["median_days"]
        place = 0 if pd.isna(days) or float(days).is_integer() else 1
        rows[row["unit"] or "semua unit"] = [
            ((len(part), 0),), tables.told(row["per_thousand"], 1), ((row["closed"], 0),), ((late, 0),),
            ((row["open"], 0),), ((overdue, 0),), ((undated(part), 0),),
            tables.shares(row["in_time"]), tables.told(days, place),
        ]  # fmt: skip
    return rows


def _beyond(part, fresh):
    """Count the complaints closed after their limit, and those open beyond it on the register's last day."""
    told = fresh.complaints.facts
    last = pd.Timestamp(told["last_day"])
    received, closed = (pd.to_datetime(part[one], errors="coerce") for one in ("received", "closed"))
    limit = pd.to_numeric(part["deadline_days"], errors="coerce").fillna(told["limit_days"])
    due = received + pd.to_timedelta(limit, unit="D")
    done = part["status"].fillna("").str.casefold().eq("selesai")
    return int((closed.gt(due) & closed.le(last)).sum()), int((closed.isna() & ~done & due.lt(last)).sum())


def undated(part):
    """Count the complaints whose dates tell no time: none of arrival, closed before it, or done on an unknown day."""
    received, closed = (pd.to_datetime(part[one], errors="coerce") for one in ("received", "closed"))
    done = part["status"].fillna("").str.casefold().eq("selesai")
    return int((received.isna() | closed.lt(received) | (closed.isna() & done)).sum())


def counted(fresh, column):
    """Complaints by topic or channel, counted by pandas."""
    counts = fresh.study.registers["complaints"][column].value_counts()
    return {name: [((int(n), 0),)] for name, n in counts.items()}


def promises(fresh, tables):
    """Promises beside the change of their element; both means by plain arithmetic."""
    rows = []
    for row in fresh.promises.table.to_dict("records"):
        item = row["variable"]
        then, now = (
            tables.weighted(fresh.people(wave, unit=row["unit"]), item) for wave in (row["wave"], row["checked"])
        )
        assert abs(now - then - row["difference"]) < 1e-9
        rows.append(
            (
                row["unit"],
                [(), (), ((then, 2),), ((now, 2),), ((now - then, 2),), tables.span(row["low"], row["high"], 2), ()],
            )
        )
    return rows


def audit(fresh, _):
    """Findings of control, counted by pandas."""
    register = fresh.study.registers["findings"]
    return [
        (unit, [(), ((len(part), 0),), None, None])
        for (unit, _), part in register.groupby(["unit", "source"], sort=True)
    ]


def runs(fresh, tables):
    """Estimates by month."""
    return {
        _month(row["period"]): [
            ((row["n"], 0),),
            tables.told(row["estimate"], 1),
            tables.span(row["low"], row["high"], 1),
            (),
        ]
        for row in fresh.runs.table.to_dict("records")
    }


MONTHS = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
)  # fmt: skip


def _month(period):
    return f"{MONTHS[int(period[5:]) - 1]} {period[:4]}"


def arrived(fresh, _):
    """Rows of each sheet by what became of them."""
    rows = []
    for row in fresh.study.files.to_dict("records"):
        aside = row["set_aside"] + row["duplicate"]
        other = row["title"] + row["heading"] + row["blank"] + row["total"] + row["note"]
        assert row["rows"] == row["kept"] + aside + other
        figures = [((value, 0),) for value in (row["rows"], row["kept"], aside, other)]
        rows.append((row["number"], [None, (), (), *figures]))
    return rows


def doubts(fresh, hidden):
    """Doubts by kind, over the files whose respondents may be counted."""
    numbers = dict(zip(fresh.study.files["file"], fresh.study.files["number"], strict=True))
    problems = fresh.study.problems
    problems = problems[~problems["file"].map(numbers).isin(hidden)]
    return {
        code: [(), ((int(part["count"].sum()), 0),), ((part["file"].nunique(), 0),), None, None]
        for code, part in problems.groupby("code")
    }


def doubts_by_file(fresh, _):
    """Doubts by file and kind."""
    numbers = dict(zip(fresh.study.files["file"], fresh.study.files["number"], strict=True))
    frame = fresh.study.problems.assign(number=fresh.study.problems["file"].map(numbers))
    return {
        (number, code): [None, (), ((int(part["count"].sum()), 0),), None]
        for (number, code), part in frame.groupby(["number", "code"])
    }
