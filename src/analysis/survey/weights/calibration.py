"""What calibrated weights were fitted to, and the rows that their variances are computed from."""

from dataclasses import dataclass

from analysis.survey.columns import Answers, Floats, Ints


@dataclass(frozen=True)
class Calibration:
    """What the weights were fitted to: per row the category of each margin, and the weights before."""

    names: tuple[str, ...]
    codes: tuple[Ints, ...]
    sizes: tuple[int, ...]
    before: Floats


@dataclass(frozen=True)
class Rows:
    """The rows behind calibrated sums: stratum, unit (PSU or row), domain (-1: outside the subset), weight, answers."""

    stratum: Ints
    unit: Ints | None
    domain: Ints
    weight: Floats
    answers: dict[str, Answers]
    calibration: Calibration
