"""Where things lie: the kit's own folders, and which workbooks a plain run means."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

EXAMPLE = "contoh"
"""The folder under data/raw with the made-up example."""
SUFFIXES = frozenset({".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".csv", ".tsv"})
"""What a workbook is called; other files in data/raw (notes, licences) do not push the example out."""
KIT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Places:
    """The folders of one kit."""

    home: Path

    @classmethod
    def find(cls, start: Path | None = None) -> Places:
        """Return the kit that ``start`` (the current folder) lies in, else the one this package was installed from."""
        here = start or Path.cwd()
        return cls(
            next(
                (one for one in (here, *here.parents) if (one / "notebooks").is_dir() and (one / "data").is_dir()), KIT
            )
        )

    @property
    def raw(self) -> Path:
        """Return the folder for workbooks as received."""
        return self.home / "data" / "raw"

    @property
    def processed(self) -> Path:
        """Return the folder for cleaned data."""
        return self.home / "data" / "processed"

    @property
    def notebooks(self) -> Path:
        """Return the folder of notebooks."""
        return self.home / "notebooks"

    @property
    def reports(self) -> Path:
        """Return the folder for pages."""
        return self.home / "reports"


@dataclass(frozen=True)
class Source:
    """Which workbooks a run reads: ``path`` with ``leave_out`` (folders under it), and how that came about.

    ``why`` is a text of the catalogue (``pipeline.source_<why>``): "named", "example", or "own" where the user's
    workbooks stand in data/raw and the example is left out.
    """

    path: Path
    leave_out: tuple[str, ...] = ()
    why: str = "named"


def source(raw: Path | None, places: Places) -> Source:
    """Return the workbooks a run means: the named ones, else the user's own in data/raw, else the example."""
    if raw is not None:
        return Source(raw)
    own = any(
        _is_workbook(path) and EXAMPLE not in path.relative_to(places.raw).parts[:1] for path in places.raw.rglob("*")
    )
    if own:
        return Source(places.raw, (EXAMPLE,), "own")
    return Source(places.raw / EXAMPLE, (), "example")


def _is_workbook(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith((".", "~$")) and path.is_file()
