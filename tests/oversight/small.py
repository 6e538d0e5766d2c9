"""A small survey by hand: units, waves and places whose truth is written in the call."""

import numpy as np
import pandas as pd

ITEMS = tuple(f"u{number}" for number in range(1, 10))
DISTRICTS = ("Singkawang Barat", "Singkawang Selatan", "Singkawang Tengah", "Singkawang Timur", "Singkawang Utara")
UNITS = {
    "Klinik": "health",
    "Puskesmas": "health",
    "Dukcapil": "population_administration",
    "Sekolah": "education",
    "Izin": "licensing",
}


def people(*, seed=0, n=200, waves=("2024", "2025"), units=UNITS, shift=lambda _: 0.0, owner=None):
    """Draw a frame of responses; ``shift`` moves a row's answers (in scale points) by what it says of the row."""
    rng = np.random.default_rng(seed)
    rows = []
    for wave in waves:
        for unit, sector in units.items():
            rows += [
                {
                    "wave": wave, "unit": unit, "sector": sector, "rule": "2017",
                    "owner": (owner or {}).get(unit, "city"),
                    "district": rng.choice(DISTRICTS), "service": "", "channel": "counter",
                    "sex": rng.choice(["female", "male"]),
                }
                for _ in range(n)
            ]  # fmt: skip
    frame = pd.DataFrame(rows)
    moved = np.array([shift(row) for row in frame.itertuples()])
    person = rng.normal(0, 0.35, len(frame))
    for item in ITEMS:
        raw = 3.2 + moved + person + rng.normal(0, 0.6, len(frame))
        frame[item] = pd.array(np.clip(np.rint(raw), 1, 4).astype(int), dtype="Int8")
    frame["respondent"] = [f"B-001/0/{place}" for place in range(len(frame))]
    frame["row"] = range(1, len(frame) + 1)
    frame["date"] = None
    return frame
