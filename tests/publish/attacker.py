"""An attacker who sees what pages may tell of how many people, and knows nothing of how the plan was made.

He draws up every kind of respondent that may exist (each unit with each place, each owner with each group of people),
with an unknown number of each, takes down every number that is told as a sum of these, and asks for the least and the
most that a withheld number can be. He knows that no number is negative, which groups have nobody, which unit belongs
to which sector and owner, and which village lies in which district.
"""

from random import Random

import numpy as np
import pandas as pd
from scipy.optimize import linprog
from scipy.sparse import csr_array, hstack, vstack

from analysis import codebook, example, oversight
from analysis.example import truth as truths
from analysis.example.city import draw
from analysis.pipeline import work
from analysis.shapes import Cleaned

THRESHOLD, SPREAD, TIGHT = 10, 3, 1e-6
PEOPLE = ("channel", "sex", "age", "education", "occupation", "disability")
OFFICES = ("owner", "sector", "unit")


def shrunken(seed, *, most=70, waves=3):
    """Return the truth of the example's city with few respondents, in its last waves: many groups are small."""
    base, rng = truths.load(), Random(seed)  # noqa: S311 - a made-up city keeps no secret
    sizes = [3, 6, 9, 12, 20, 35, most]
    units = tuple(
        one.model_copy(update={"n": tuple(rng.choice(sizes) for _ in range(waves)), "users": (200,) * waves})
        for one in base.units
    )
    none = ("anchored", "copied", "published", "dirt", "overlapping", "resent", "cut", "promises", "silent", "rises")
    changes = {"seed": seed, "units": units, "complaints": None, "waves": base.waves[-waves:]}
    changed = base.model_copy(update=changes | dict.fromkeys((*none, "technologies"), ()))
    changed.__dict__.pop("wave_names", None)  # kept from the city with all its waves
    return changed


def people_of(truth, *, forms=False):
    """Return the respondents of a city as the run cleans them: missing where the form was left blank.

    With ``forms`` every unit's form asks for some columns only, and nobody leaves a blank in those.
    """
    rng, owners = Random(truth.seed), {one.name: (one.sector, one.owner) for one in truth.units}  # noqa: S311
    rows = []
    for one in draw(truth).people:
        sector, owner = owners[one.unit]
        row = {"wave": one.wave, "unit": one.unit, "sector": sector, "owner": owner, "service": one.service}
        row |= {name: getattr(one, name) or None for name in (*PEOPLE, "district", "village")}
        for name in (*PEOPLE, "village"):
            row[name] = None if rng.random() < 0.04 else row[name]
        if rng.random() < 0.03:
            row["district"] = row["village"] = None
        rows.append(row | dict(zip(example.truth.ITEMS, one.scores, strict=True)))
    people = pd.DataFrame(rows)
    if not forms:
        return people
    people["district"], people["village"] = people["district"].fillna("Singkawang Barat"), None
    for unit in sorted(set(people["unit"])):
        for name in PEOPLE:
            asks = rng.random() < 0.6
            people.loc[people["unit"].eq(unit), name] = people[name].fillna(people[name].mode()[0]) if asks else None
    return people


def plan_of(responses, book=None):
    """Return the plan that the run makes of ``responses``."""
    frames = dict.fromkeys(("recaps", "problems", "changes", "files", "columns"), pd.DataFrame())
    return work._plan(Cleaned(responses, **frames), book or codebook.load(), "id")


def kinds_of(responses):
    """Return every kind of respondent that may exist in a wave, one row each; the empty text where none is named."""
    named = [name for name in (*OFFICES, *PEOPLE, "district", "village") if name in responses]
    frame = responses[named].astype(object).fillna("").astype(str)
    offices = frame[list(OFFICES)].drop_duplicates()
    places = frame[["district", "village"]].drop_duplicates()
    by_place = {row.village: row.district for row in places.itertuples() if row.village and row.district}
    spots = {(d, "") for d in {*places["district"], ""}} | {(by_place[v], v) for v in by_place}
    rows = [one | {"district": d, "village": v} for one in offices.to_dict("records") for d, v in sorted(spots)]
    for name in (name for name in PEOPLE if name in frame):
        owners, levels = sorted(set(frame["owner"])), sorted({*frame[name], ""})
        rows += [{"owner": owner, "of": name, name: level} for owner in owners for level in levels]
    return pd.DataFrame(rows, columns=[*OFFICES, "district", "village", "of", *PEOPLE])


class Attacker:
    """Knows the shown numbers of one wave: ``told`` is n by group, ``nobody`` the groups without respondents."""

    def __init__(self, kinds, told, nobody=(), sums=()):
        self.kinds = kinds
        self.offices = kinds["of"].isna().to_numpy()
        rows, right = [], []
        for cell, n in told.items():
            rows.append(self.of(cell))
            right.append(n)
        for cell in nobody:
            rows.append(self.of(cell))
            right.append(0)
        for cells, n in sums:
            rows.append(sum(self.of(cell) for cell in cells))
            right.append(n)
        for name in kinds["of"].dropna().unique():
            for owner in kinds["owner"].unique():
                mine = (kinds["owner"] == owner).to_numpy()
                rows.append((mine & (kinds["of"] == name).to_numpy()) * 1.0 - (mine & self.offices))
                right.append(0)
        self.left, self.right = csr_array(np.array(rows, float)), np.array(right, float)

    def learns_forms(self, responses):
        """Take in which unit's form asks for what: of these units a column's base is the sum."""
        rows = []
        for name in PEOPLE:
            asks = set(responses.loc[responses[name].notna(), "unit"])
            for owner in self.kinds["owner"].unique():
                mine = (self.kinds["owner"] == owner).to_numpy()
                named = mine & (self.kinds["of"] == name).to_numpy() & (self.kinds[name] != "").to_numpy()
                rows.append(named * 1.0 - (mine & self.offices & self.kinds["unit"].isin(asks).to_numpy()))
        self.left = vstack([self.left, csr_array(np.array(rows))], format="csr")
        self.right = np.concatenate([self.right, np.zeros(len(rows))])

    def of(self, cell):
        """Return which kinds of respondents a group consists of."""
        levels = {name: level for name, level in cell if name != "wave"}
        own = next((name for name in levels if name in PEOPLE), None)
        inside = (self.kinds["of"] == own).to_numpy() if own else self.offices
        for name, level in levels.items():
            inside = inside & (self.kinds[name] == level).to_numpy()
        return inside * 1.0

    def solve(self, aim):
        """Return a city that agrees with all that is told and has the least of ``aim``."""
        return linprog(aim, A_eq=self.left, b_eq=self.right, bounds=(0, None), method="highs")

    def findings(self, withheld):
        """Return of which withheld groups (n by group) the number is pinned or shown to be small, and all tried.

        Every city found for one group is held against all others: what it allows them needs no search of its own.
        """
        cells = sorted(withheld, key=sorted)
        n = np.array([withheld[cell] for cell in cells], float)
        of = np.array([self.of(cell) for cell in cells], float).reshape(len(cells), -1)
        low, high, bad = n.copy(), n.copy(), []
        for at, cell in enumerate(cells):
            for way in (-1, 1):
                if (high[at] >= THRESHOLD or n[at] >= THRESHOLD) and high[at] - low[at] >= SPREAD:
                    break
                found = self.solve(way * np.pad(of[at], (0, self.left.shape[1] - of.shape[1])))
                if found.status == 3:
                    low[at], high[at] = (low[at], np.inf) if way < 0 else (-np.inf, high[at])
                else:
                    values = of @ found.x[: of.shape[1]]
                    low, high = np.minimum(low, values), np.maximum(high, values)
            if high[at] - low[at] < SPREAD - TIGHT or (n[at] < THRESHOLD and high[at] < THRESHOLD - TIGHT):
                bad.append((sorted(cell), n[at], low[at], high[at]))
        return bad, len(cells)

    def consistent(self):
        """Tell whether any city agrees with what is told: else the attacker has misread it."""
        return linprog(np.zeros(self.left.shape[1]), A_eq=self.left, b_eq=self.right, method="highs").success


class Points(Attacker):
    """Also knows the printed means: each kind has points too, between the ends of the scale for each person.

    With ``weight`` (by kind) he knows how much a person of a kind weighs in them.
    """

    def __init__(self, kinds, told, nobody=(), sums=(), *, means, low=25.0, high=100.0, half=0.05, weight=None):
        super().__init__(kinds, told, nobody, sums)
        size = self.left.shape[1]
        eye = csr_array(np.eye(size))
        zero = csr_array(self.left.shape)
        self.left = hstack([self.left, zero], format="csr")
        weight = np.ones(size) if weight is None else weight
        mass = csr_array(np.diag(weight))
        bounds = [hstack([low * mass, -eye]), hstack([-high * mass, eye])]
        inside = np.array([self.of(cell) for cell in means], float)
        mean = np.array([means[cell] for cell in means])[:, None]
        upper = [np.hstack([way * -(mean + way * half) * inside * weight, way * inside]) for way in (1.0, -1.0)]
        self.above = vstack([*bounds, *map(csr_array, upper)], format="csr")
        self.limit = np.zeros(self.above.shape[0])
        self.weight = weight

    def solve(self, aim):
        """Return a city that agrees with all that is told, points and all, and has the least of ``aim``."""
        return linprog(aim, A_ub=self.above, b_ub=self.limit, A_eq=self.left, b_eq=self.right, method="highs")

    def open_mean(self, cell, mean, by):
        """Tell whether, for all he knows, the mean of a group could be ``by`` less or ``by`` more than ``mean``."""
        inside = self.of(cell)
        for end in (mean - by, mean + by):
            way = 1.0 if end < mean else -1.0
            aim = np.concatenate([-end * way * inside * self.weight, way * inside])
            found = self.solve(aim)  # least of (points - end x mass): below nothing where such a city exists
            if found.status == 3 or (found.success and found.fun < TIGHT):
                return True
        return False

    def consistent(self):
        """Tell whether any city agrees with what is told."""
        return self.solve(np.zeros(self.left.shape[1])).success


def of_wave(cells, wave):
    """Return the groups of one wave, and no base of a comparison."""
    return {cell: n for cell, n in cells.items() if ("wave", wave) in cell and all(level != "*" for _, level in cell)}


def attack(responses, plan, wave, attacker=Attacker, *, forms=False, **more):
    """Return the wave's withheld groups about which too much is found, with n and what it can be; and how many not."""
    here = responses[responses["wave"] == wave]
    counts = of_wave(plan.counts, wave)
    told = {cell: n for cell, n in counts.items() if cell not in plan.withheld}
    bases = [
        cell for cell in plan.counts if ("wave", wave) in cell and cell not in plan.withheld and cell not in counts
    ]
    sums = []
    for base in bases:
        ((column, _),) = [pair for pair in base if pair[1] == "*"]
        if column == "date":  # known to him only by who asks for one: see ``forms``
            continue
        apart = oversight.outsiders(codebook.load(), column)
        levels = set(here[column].dropna()) - {""} - apart
        sums.append(([base - {(column, "*")} | {(column, level)} for level in sorted(levels)], plan.counts[base]))
    kinds = kinds_of(here)
    cuts = {frozenset(name for name, _ in cell) for cell in counts}
    nobody = set()
    for cut in cuts:
        names = sorted(cut - {"wave"})
        if names and all(name in kinds for name in names):
            every = kinds[names].dropna().drop_duplicates()
            every = every[(every != "").all(axis=1)]
            for row in every.to_dict("records"):
                cell = frozenset({("wave", wave), *row.items()})
                if cell not in counts and row.get("owner", "city") == "city":  # of others' agencies no page tells
                    nobody.add(cell)
    mind = attacker(kinds, told, nobody=nobody, sums=sums, **more)
    if forms:
        mind.learns_forms(here)
    assert mind.consistent()
    return mind.findings({cell: counts[cell] for cell in plan.withheld if cell in counts})
