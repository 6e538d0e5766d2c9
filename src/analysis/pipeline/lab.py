"""Opening the notebooks in JupyterLab, with this environment's own Python."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from .places import Places

if TYPE_CHECKING:
    from collections.abc import Sequence

LANGUAGE_PACK = "jupyterlab-language-pack-id-ID"
"""The extra that speaks Indonesian; nothing is asked of those who do not want it."""
INDONESIAN = {"@jupyterlab/translation-extension:plugin": {"locale": "id_ID"}}
FIRST = "02-gambaran-kota.ipynb"
"""The overview, which the laboratory opens on; else on the first notebook there is."""
OWN_KERNEL = {"JUPYTER_PREFER_ENV_PATH": "1"}
"""A kernel of the same name in the user's home would be another environment."""


def lab(arguments: Sequence[str] = (), *, lang: str = "id") -> int:
    """Open JupyterLab on the overview and return its exit code; ``arguments`` are handed to it.

    The interface is Indonesian where its language pack is installed and ``lang`` is ``id``; the user's own settings of
    JupyterLab are not touched.
    """
    places = Places.find()
    with tempfile.TemporaryDirectory(prefix="tilik-") as folder:
        return subprocess.run(  # noqa: S603 - our own Python, the user's own arguments
            command(places.notebooks, arguments), env=surroundings(Path(folder), lang), check=False
        ).returncode


def command(notebooks: Path, arguments: Sequence[str]) -> list[str]:
    """Return the call that opens JupyterLab on ``notebooks``."""
    names = sorted(path.name for path in notebooks.glob("*.ipynb"))
    first = FIRST if FIRST in names else next(iter(names), "")
    where = [f"--LabApp.default_url=/lab/tree/{quote(first)}"] if first else []
    return [sys.executable, "-m", "jupyterlab", f"--ServerApp.root_dir={notebooks}", *where, *arguments]


def surroundings(folder: Path, lang: str) -> dict[str, str]:
    """Return the environment of JupyterLab, with its language set in ``folder`` where it can be spoken."""
    own = {**os.environ, **OWN_KERNEL}
    if lang != "id" or not _speaks_indonesian():
        return own
    settings = folder / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(json.dumps(INDONESIAN), encoding="utf-8")
    paths = [str(folder), *filter(None, [own.get("JUPYTER_CONFIG_PATH")])]
    return own | {"JUPYTER_CONFIG_PATH": os.pathsep.join(paths)}


def _speaks_indonesian() -> bool:
    try:
        return bool(version(LANGUAGE_PACK))
    except PackageNotFoundError:
        return False
