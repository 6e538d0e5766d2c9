"""Where the kit is that somebody works in."""

from __future__ import annotations

from pathlib import Path

KIT = Path(__file__).parents[3]
"""The kit that this package was installed from."""
STUDY = Path("data", "processed", "manifest.json")


def home(start: Path | None = None) -> Path:
    """Return the kit that ``start`` (the current folder) lies in, else the one this package was installed from.

    A kit is a folder with notebooks and data, or with a study where the kit puts its studies.
    """
    here = start or Path.cwd()
    return next((one for one in (here, *here.parents) if _is_kit(one)), KIT)


def _is_kit(folder: Path) -> bool:
    return ((folder / "notebooks").is_dir() and (folder / "data").is_dir()) or (folder / STUDY).is_file()
