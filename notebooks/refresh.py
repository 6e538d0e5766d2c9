"""Execute the notebooks in place on the made-up example: ``.venv/bin/python notebooks/refresh.py [NOTEBOOK …]``.

Only for those who change a notebook, or a room whose words or figures it shows; ``kit.py run`` never writes here.
"""

# ruff: noqa: INP001 (a script beside the notebooks, not a package)
import os
import sys
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from analysis import pipeline

HERE = Path(__file__).parent
EXAMPLE = HERE.parent / "data" / "raw" / "contoh"


def refresh(path: Path) -> None:
    """Execute one notebook and keep its own metadata: no timings, no version of Python."""
    node = nbformat.read(path, as_version=4)
    own = nbformat.from_dict(dict(node.metadata))
    NotebookClient(node, timeout=300, record_timing=False, resources={"metadata": {"path": str(HERE)}}).execute()
    node.metadata = own
    path.write_text(nbformat.writes(node) + "\n", encoding="utf-8")


if __name__ == "__main__":
    named = [Path(one) for one in sys.argv[1:]]
    os.environ.pop("MPLBACKEND", None)
    with tempfile.TemporaryDirectory() as folder:
        os.environ["TILIK_PROCESSED"] = folder
        pipeline.clean(EXAMPLE, folder)
        for notebook in named or sorted(HERE.glob("*.ipynb")):
            refresh(notebook)
