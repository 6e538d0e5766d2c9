"""What the floors of the house forbid, read from the source by ``ast``: no code is run, no import is missed."""

from __future__ import annotations

import ast
import graphlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PACKAGE = "analysis"
GROUND = {"codebook", "words", "shapes", "errors", "spreadsheet"}
ABOVE = ("cli", "pipeline", "pages", "publish", "oversight", "survey")
MAY = {
    "survey": GROUND,
    "oversight": {"survey"} | GROUND,
    "publish": {"oversight", "survey"} | GROUND,
    "store": GROUND,
    "intake": GROUND,
    "example": GROUND,
    "pages": {"publish", "oversight", "survey", "store"} | GROUND,
    "pipeline": {"pages", "publish", "oversight", "survey", "store", "intake", "example"} | GROUND,
    "cli": {"pipeline", "pages", "publish", "oversight", "survey", "store", "example"} | GROUND,
    "codebook": {"words", "shapes", "errors"},
    "words": {"errors", "shapes"},
    "shapes": {"errors"},
    "errors": set(),
    "spreadsheet": set(),
}
"""What each room may import of the others; the package itself (its version) is everybody's."""

PURE = {"survey", "oversight", "publish"}
FILE_MODULES = {
    "pathlib", "os", "shutil", "tempfile", "glob", "zipfile", "sqlite3", "pickle", "shelve", "socket", "urllib",
}  # fmt: skip
FILE_CALLS = {
    "open", "read_csv", "read_excel", "read_parquet", "read_json", "read_table", "read_text", "read_bytes", "read_html",
    "to_csv", "to_excel", "to_parquet", "to_json", "to_pickle", "write_text", "write_bytes", "write_table", "loadtxt",
    "savetxt", "fromfile", "tofile", "memmap",
}  # fmt: skip
WRITES = {
    "write_text", "write_bytes", "mkdir", "makedirs", "touch", "unlink", "rmdir", "rmtree", "copy2", "copyfile", "move",
    "copytree", "symlink_to", "NamedTemporaryFile", "mkstemp", "write_table", "write_sav", "to_csv", "to_parquet",
    "to_excel",
}  # fmt: skip
WRITERS = {
    "store": "the folders of results",
    "example.workbooks": "the folder that ``tilik example`` is given",
    "pages.site": "the place that store.atomic hands out",
    "pages.paper": "the same place",
    "pages.runner": "a kernel's own temporary folder",
    "pipeline.forms": "the folder that ``template``, ``export`` and ``codebook new`` are given",
    "pipeline.check": "the folder that ``check --out`` is given",
    "pipeline.lab": "a temporary folder of JupyterLab's settings",
    "intake.drafts.exchange": "bytes in memory, and a temporary file of pyreadstat",
}
"""Who may write files at all, and where; ``processed/`` and ``reports/`` are written through store alone."""
IN_MEMORY = {"BytesIO", "StringIO"}
"""What ``io`` has that touches no file: a chart is drawn into a buffer."""
MAY_ROUND = {"publish", "example"}
"""Publish shows; the example invents answers, which are whole numbers. Nobody else rounds."""
ROUNDS = {"round", "rint", "quantize"}
ROUNDS_OF_NUMPY = {"around", "round_"}


@dataclass(frozen=True)
class Source:
    """A module: its dotted name below the package, and its text."""

    name: str
    text: str
    is_package: bool = False

    @property
    def room(self) -> str:
        """The room that the module stands in ("" for the package itself)."""
        return self.name.split(".")[0]


def sources(folder: Path) -> Iterator[Source]:
    """Yield every module of the package in ``folder``."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder).with_suffix("").parts
        is_package = parts[-1] == "__init__"
        yield Source(".".join(parts[:-1] if is_package else parts), path.read_text(encoding="utf-8"), is_package)


def imports(source: Source) -> Iterator[tuple[int, str]]:
    """Yield (line, dotted module) of every import: relative ones resolved, typing and in-function ones too."""
    here = [PACKAGE, *filter(None, source.name.split("."))]
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            up = node.level - source.is_package
            base = here[: len(here) - up] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and _name(node.func) in {"import_module", "__import__"} and node.args:
            named = node.args[0]
            yield node.lineno, str(named.value) if isinstance(named, ast.Constant) else "a computed name"


def climbing(source: Source) -> list[str]:
    """Return the imports of rooms that this room may not know."""
    if not source.room:
        return []
    allowed = MAY.get(source.room)
    if allowed is None:
        return [f"{source.name}: no such room in the house"]
    found = []
    for line, module in imports(source):
        parts = module.split(".")
        other = parts[1] if parts[0] == PACKAGE and len(parts) > 1 else ""
        if other and other != source.room and not other.startswith("__") and other not in allowed:
            found.append(f"{source.name}:{line} imports {other}")
    return found


def circle(every: list[Source]) -> list[str]:
    """Return the modules of a circle of imports (typing and in-function ones count), or nothing where there is none.

    The face of a package (its ``__init__``) counts as a module of its own.
    """
    names = {source.name for source in every}
    knows = {source.name: {_module(module, names) for _, module in imports(source)} for source in every}
    try:
        graphlib.TopologicalSorter({name: others - {None, name} for name, others in knows.items()}).prepare()
    except graphlib.CycleError as found:
        return list(found.args[1])
    return []


def _module(imported: str, names: set[str]) -> str | None:
    parts = imported.split(".")
    if parts[0] != PACKAGE:
        return None
    ends = [".".join(parts[1:end]) for end in range(len(parts), 1, -1)]
    return next((name for name in ends if name in names), None)


def touching(source: Source) -> list[str]:
    """Return where a pure room imports or calls what reads or writes files."""
    if source.room not in PURE:
        return []
    found = [
        f"{source.name}:{line} imports {module}"
        for line, module in imports(source)
        if module.split(".")[0] in FILE_MODULES or (module.startswith("io.") and module[3:] not in IN_MEMORY)
    ]
    for node in ast.walk(ast.parse(source.text)):
        if isinstance(node, ast.Attribute) and _name(node.value) == "io" and node.attr not in IN_MEMORY:
            found.append(f"{source.name}:{node.lineno} uses io.{node.attr}")
        if isinstance(node, ast.Call) and _name(node.func) in FILE_CALLS:
            found.append(f"{source.name}:{node.lineno} calls {_name(node.func)}")
    return found


def writing(source: Source) -> list[str]:
    """Return where a module writes, renames or removes files that is not among the writers."""
    if source.room in WRITERS or source.name in WRITERS:
        return []
    calls = [node for node in ast.walk(ast.parse(source.text)) if isinstance(node, ast.Call)]
    return [f"{source.name}:{node.lineno} writes by {_name(node.func)}" for node in calls if _writes(node)]


def _writes(node: ast.Call) -> bool:
    name = _name(node.func)
    owner = _name(node.func.value) if isinstance(node.func, ast.Attribute) else ""
    if name == "open":
        modes = [one.value for one in node.args if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        return any(len(mode) <= 3 and set(mode) & set("wax+") for mode in modes)
    if name == "replace":  # a path's takes one argument, a text's takes two
        return isinstance(node.func, ast.Attribute) and len(node.args) == 1 and not node.keywords
    return name in WRITES and owner != "formatter"


def rounding(source: Source, excepted: frozenset[str] = frozenset()) -> list[str]:
    """Return where a room rounds that may not, but for the functions named ``module.function``.

    Rounding inside a comparison (is it a whole number?) decides yes or no and lets no rounded number out.
    """
    if source.room in MAY_ROUND:
        return []
    return [
        f"{source.name}:{line} rounds in {function or 'the module'}"
        for line, function in _roundings(ast.parse(source.text), "")
        if f"{source.name}.{function}" not in excepted
    ]


def _roundings(tree: ast.AST, function: str) -> Iterator[tuple[int, str]]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Compare):
            continue
        named = node.name if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not function else function
        if isinstance(node, ast.Call) and (
            _name(node.func) in ROUNDS or (isinstance(node.func, ast.Attribute) and node.func.attr in ROUNDS_OF_NUMPY)
        ):
            yield node.lineno, named
        yield from _roundings(node, named)


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
