"""What the pages of every unit and every district say, without a kernel: their notebooks' cells, level by level."""

import json
import re
from pathlib import Path

from analysis import oversight, publish
from analysis.errors import CallError

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
OF_ONE = {"unit": "16-satu-unit.ipynb", "district": "17-satu-kecamatan.ipynb"}
PICTURE = re.compile(r"show\.(chart|map|ranks)\(")
"""A picture holds no more than its table, and takes most of the time."""


OF_ALL = ("design", "skm_index", "compare", "change", "matrix", "integrity")
"""What is asked of all levels at once."""


class _Once:
    """A room whose functions are asked once for each call, since all levels' pages ask the same."""

    def __init__(self, room):
        self._room, self._known = room, {}

    def __getattr__(self, name):
        made = getattr(self._room, name)
        if not callable(made):
            return made

        def ask(*args, **more):
            if name in OF_ALL:
                key = (name, *(str(one) for one in (*args, *more.values()) if isinstance(one, (str, bool))))
                if key not in self._known:
                    self._known[key] = made(*args, **more)
                return self._known[key]
            return made(*args, **more)

        return ask


def said(study):
    """Return by name the HTML that each page of one unit or district of a study would hold."""
    show, room, pages = publish.open_page(study), _Once(oversight), {}
    for column, name in OF_ONE.items():
        cells = json.loads((NOTEBOOKS / name).read_text(encoding="utf-8"))["cells"]
        code = ["".join(one["source"]) for one in cells if one["cell_type"] == "code"]
        steps = [text for text in code[1:] if not text.startswith(f"{column} = ")]
        for level in sorted(set(study.responses[column].dropna()) - {""}):
            known, shown = {"study": study, "show": show, "oversight": room, column: level}, []
            try:
                for text in steps:
                    *before, last = text.strip().splitlines()
                    exec("\n".join(before), known)  # noqa: S102 - the kit's own notebooks
                    if PICTURE.match(last):
                        continue
                    if last.startswith("show."):
                        shown.append(eval(last, known)._repr_html_())  # noqa: S307
                    else:
                        exec(last, known)  # noqa: S102
            except CallError:
                pass  # nobody of it answered in the latest wave: its page says so
            pages[f"{name[:2]}-{level}"] = "".join(shown)
    return pages
