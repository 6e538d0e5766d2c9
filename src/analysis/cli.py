"""The front door: parses and prints, nothing else; texts in the reader's language, an exit code for every end."""

from __future__ import annotations

import io
import json
import os
import sys
import traceback
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from analysis import __version__
from analysis.errors import Exit, TilikError
from analysis.words import Language, MissingWordsError, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from analysis.pipeline import Outcome

INTERRUPTED = 130
"""What a shell expects of a program that Ctrl-C ended."""
WRONG = {
    "MissingParameter": "cli.missing",
    "NoSuchOption": "cli.no_option",
    "BadOptionUsage": "cli.no_value",
    "BadParameter": "cli.bad_value",
}
"""What is wrong with a call, by typer's name for it."""
OF_TYPER = {
    "[OPTIONS]": "cli.usage_options",
    "COMMAND [ARGS]...": "cli.usage_verb",
    "Show this message and exit.": "cli.help",
    "Install completion for the current shell.": "cli.completion_install",
    "Show completion for the current shell, to copy it or customize the installation.": "cli.completion_show",
}
"""Typer's own texts, which it has in English only."""


class Spoken(NamedTuple):
    """The language of a call, and whether it was asked for."""

    lang: Language
    asked: bool


def spoken(arguments: Sequence[str]) -> Spoken:
    """Return the language that ``--lang`` asks for, wherever it stands before a ``--``, the last one if it is twice.

    Indonesian without it, never from LANG; what else is asked for is refused when the call is parsed.
    """
    named, before = "", ""
    for one in takewhile(lambda one: one != "--", arguments):
        if before == "--lang" or one.startswith("--lang="):
            named = one.removeprefix("--lang=")
        before = one
    return Spoken("en" if named == "en" else "id", asked=bool(named))


class _Speaking:
    """Help in the reader's language: texts of options and verbs are keys of the catalogue until they are shown."""

    def make_context(self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any) -> Any:  # noqa: ANN401 (typer keeps these types to itself)
        if parent is None:
            extra["obj"] = spoken(args)
        return super().make_context(info_name, args, parent, **extra)  # type: ignore[misc]

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        lang = ctx.obj.lang
        pieces = [_said(piece.replace("{", "").replace("}", ""), lang) for piece in self.collect_usage_pieces(ctx)]  # type: ignore[attr-defined]
        formatter.write_usage(ctx.command_path, " ".join(pieces), prefix=f"{say('cli.usage', lang)}: ")

    def format_help_text(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        formatter.write_paragraph()
        formatter.write_text(_said(self.help or "", ctx.obj.lang))  # type: ignore[attr-defined]

    def format_options(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401
        lang = ctx.obj.lang
        shown = [(param, param.get_help_record(ctx)) for param in self.get_params(ctx)]  # type: ignore[attr-defined]
        for kind in ("argument", "option"):
            rows = [
                (row[0].split(" <")[0], _said(param.help or "", lang))
                for param, row in shown
                if row and param.param_type_name == kind
            ]
            _section(formatter, say(f"cli.{kind}s", lang), rows)
        verbs = [(name, _short(verb, lang)) for name, verb in getattr(self, "commands", {}).items()]
        _section(formatter, say("cli.verbs", lang), verbs)

    def get_short_help_str(self, limit: int = 45) -> str:  # noqa: ARG002 (for the shell's completion, which names no language)
        return _short(self, "id")


def _short(verb: Any, lang: Language) -> str:  # noqa: ANN401
    """Return the first sentence of what a verb does."""
    return _said(verb.help or "", lang).split(". ")[0].rstrip(".")


def _section(formatter: Any, title: str, rows: list[tuple[str, str]]) -> None:  # noqa: ANN401
    if rows:
        with formatter.section(title):
            formatter.write_dl(rows)


def _said(key: str, lang: Language) -> str:
    try:
        return say(OF_TYPER.get(key, key), lang)
    except MissingWordsError:
        return key


class _Verb(_Speaking, TyperCommand):
    pass


class _Verbs(_Speaking, TyperGroup):
    pass


def _of_call(context: typer.Context, _: str) -> Language:
    """Return the language of the whole call: ``--lang`` may stand before the verb too."""
    said: Spoken = context.obj
    return said.lang


def _asked(context: typer.Context, _: str | None) -> Language | None:
    said: Spoken = context.obj
    return said.lang if said.asked else None


app = typer.Typer(cls=_Verbs, rich_markup_mode=None, pretty_exceptions_enable=False, help="cli.tilik")
books = typer.Typer(cls=_Verbs, rich_markup_mode=None)
app.add_typer(books, name="codebook")

Raw = Annotated[Path | None, typer.Argument(metavar="RAW", help="cli.raw", show_default=False)]
Processed = Annotated[Path | None, typer.Option(metavar="DIR", help="cli.processed", show_default=False)]
Reports = Annotated[Path | None, typer.Option(metavar="DIR", help="cli.reports", show_default=False)]
Book = Annotated[Path | None, typer.Option("--codebook", metavar="FILE", help="cli.codebook", show_default=False)]
Files = Annotated[list[Path], typer.Argument(metavar="FILE", help="cli.files", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="cli.json")]
Given = Annotated[list[str], typer.Argument(metavar="FILE", help="cli.files", show_default=False)]
Explain = Annotated[bool, typer.Option("--explain", help="cli.explain")]
Folder = Annotated[Path, typer.Argument(metavar="DIR", help="cli.folder", show_default=False)]
Population = Annotated[int, typer.Argument(metavar="N", min=1, help="cli.population", show_default=False)]
Units = Annotated[list[str] | None, typer.Argument(metavar="UNIT", help="cli.units", show_default=False)]
OutDir = Annotated[Path | None, typer.Option("--out", metavar="DIR", help="cli.out", show_default=False)]
OutFile = Annotated[Path | None, typer.Option("--out", metavar="FILE", help="cli.out_book", show_default=False)]
OneFile = Annotated[Path, typer.Argument(metavar="FILE", help="cli.one_book", show_default=False)]
Declarations = Annotated[bool, typer.Option("--declarations", help="cli.declarations")]
Wave = Annotated[str, typer.Option(metavar="W", help="cli.wave", show_default=False)]
Fresh = Annotated[bool, typer.Option("--fresh", help="cli.fresh")]
OfUnit = Annotated[list[str] | None, typer.Option("--unit", metavar="NAME", help="cli.unit", show_default=False)]
OfDistrict = Annotated[
    list[str] | None, typer.Option("--district", metavar="NAME", help="cli.district", show_default=False)
]
Pdf = Annotated[bool, typer.Option("--pdf", help="cli.pdf")]
Scheduler = Annotated[str | None, typer.Option(metavar="ADDRESS", help="cli.scheduler", show_default=False)]
Jobs = Annotated[int, typer.Option(min=1, metavar="N", help="cli.jobs")]
Lang = Annotated[Language, typer.Option("--lang", metavar="id|en", help="cli.lang", callback=_of_call)]
Asked = Annotated[Language | None, typer.Option("--lang", metavar="id|en", help="cli.lang", callback=_asked)]
"""Where nothing asked for means the language that the study was cleaned in."""


def _end(outcome: Outcome, lines: Sequence[str] | None = None) -> None:
    """Print what there is to say and end with the outcome's code, also where nobody reads on (``| head``)."""
    try:
        for line in outcome.messages if lines is None else lines:
            typer.echo(line)
    except BrokenPipeError:
        _let_go()
    raise typer.Exit(outcome.exit_code)


def _let_go() -> None:
    """Turn output that cannot be written to nowhere: Python would try what is left again at its end, and complain."""
    own = sys.__stdout__
    try:
        if own is not None:
            own.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


def _say_version(wanted: bool | None) -> None:  # noqa: FBT001 (typer calls it so)
    if wanted:
        typer.echo(f"tilik {__version__}")
        raise typer.Exit


Version = Annotated[bool | None, typer.Option("--version", help="cli.version", callback=_say_version, is_eager=True)]


@app.callback(cls=_Verbs)
def tilik(
    *,
    lang: Lang = "id",
    version: Version = None,
) -> None:
    """Hold the options that stand before a verb."""


@app.command(cls=_Verb, help="cli.run")
def run(  # noqa: PLR0913 (every option of the verb)
    raw: Raw = None, *, processed: Processed = None, reports: Reports = None, codebook: Book = None,
    unit: OfUnit = None, district: OfDistrict = None, pdf: Pdf = False, jobs: Jobs = 1,
    scheduler: Scheduler = None, fresh: Fresh = False, lang: Lang = "id",
) -> None:  # fmt: skip
    """Clean the workbooks, execute the notebooks, write the pages."""
    from analysis import pipeline  # noqa: PLC0415 (help and --version need not wait for pandas)

    _end(
        pipeline.run(
            raw,
            processed,
            reports,
            codebook=codebook,
            lang=lang,
            jobs=jobs,
            scheduler=scheduler,
            fresh=fresh,
            unit=unit or (),
            district=district or (),
            pdf=pdf,
        )
    )


@app.command(cls=_Verb, help="cli.clean")
def clean(
    raw: Raw = None, *, out: Processed = None, codebook: Book = None, jobs: Jobs = 1,
    scheduler: Scheduler = None, fresh: Fresh = False, lang: Lang = "id",
) -> None:  # fmt: skip
    """Only clean the workbooks."""
    from analysis import pipeline  # noqa: PLC0415

    _end(pipeline.clean(raw, out, codebook=codebook, lang=lang, jobs=jobs, scheduler=scheduler, fresh=fresh))


@app.command(cls=_Verb, help="cli.report")
def report(
    *, processed: Processed = None, reports: Reports = None, unit: OfUnit = None, district: OfDistrict = None,
    pdf: Pdf = False, fresh: Fresh = False, lang: Asked = None,
) -> None:  # fmt: skip
    """Only make the pages."""
    from analysis import pipeline  # noqa: PLC0415

    _end(pipeline.report(processed, reports, lang=lang, fresh=fresh, unit=unit or (), district=district or (), pdf=pdf))


@app.command(cls=_Verb, help="cli.check")
def check(
    files: Given, *, as_json: AsJson = False, out: OutDir = None, explain: Explain = False, codebook: Book = None,
    jobs: Jobs = 1, lang: Lang = "id",
) -> None:  # fmt: skip
    """Tell what would be kept, changed and set aside; only --out writes anything."""
    from analysis import pipeline  # noqa: PLC0415

    outcome = pipeline.check(files, out, codebook=codebook, lang=lang, jobs=jobs, explain=explain)
    # ASCII: a name that is no text, or holds a line break, still makes one line that any program reads.
    _end(outcome, [json.dumps(record) for record in outcome.facts["files"]] if as_json else None)


@app.command(cls=_Verb, help="cli.example")
def example(folder: Folder, *, lang: Lang = "id") -> None:
    """Write the workbooks of the made-up city."""
    from analysis import pipeline  # noqa: PLC0415

    _end(pipeline.example(folder, lang=lang))


@app.command(name="sample-size", cls=_Verb, help="cli.sample_size")
def sample_size(population: Population, *, lang: Lang = "id") -> None:  # noqa: ARG001 (a number is the same in both)
    """Say how many to ask of so many users (Krejcie and Morgan)."""
    from analysis import oversight  # noqa: PLC0415

    typer.echo(oversight.sample_size(population))


@app.command(cls=_Verb, help="cli.lab", context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def lab(context: typer.Context, *, lang: Lang = "id") -> None:
    """Open the notebooks in JupyterLab; what is not known here is handed to it."""
    from analysis import pipeline  # noqa: PLC0415

    raise typer.Exit(pipeline.lab(context.args, lang=lang))


@app.command(cls=_Verb, help="cli.template")
def template(
    units: Units = None, *, out: OutDir = None, declarations: Declarations = False, wave: Wave = "",
    codebook: Book = None, lang: Lang = "id",
) -> None:  # fmt: skip
    """Write empty questionnaires for units, or the empty declarations."""
    from analysis.pipeline import forms  # noqa: PLC0415

    _end(forms.template(units or (), out, declarations=declarations, wave=wave, codebook=codebook, lang=lang))


@app.command(cls=_Verb, help="cli.export")
def export(folder: Folder, *, processed: Processed = None, lang: Asked = None) -> None:
    """Write the cleaned study for other programs."""
    from analysis.pipeline import forms  # noqa: PLC0415

    _end(forms.export(folder, processed, lang=lang))


@app.command(name="release-diff", cls=_Verb, help="cli.release_diff")
def release_diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="cli.old", show_default=False)],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="cli.new", show_default=False)],
    *, lang: Lang = "id",
) -> None:  # fmt: skip
    """Tell what two releases together would give away."""
    from analysis import pipeline  # noqa: PLC0415

    _end(pipeline.release_diff(old, new, lang=lang))


@books.callback(cls=_Verbs, help="cli.book")
def book(*, lang: Lang = "id") -> None:
    """Hold the option that stands before what is done with a codebook."""


@books.command(name="new", cls=_Verb, help="cli.book_new")
def book_new(files: Files, *, out: OutFile = None, codebook: Book = None, lang: Lang = "id") -> None:
    """Draft a codebook from files."""
    from analysis.pipeline import forms  # noqa: PLC0415

    _end(forms.codebook_new(files, out, codebook=codebook, lang=lang))


@books.command(name="check", cls=_Verb, help="cli.book_check")
def book_check(file: OneFile, *, lang: Lang = "id") -> None:
    """Say whether a codebook can be used, with all its faults."""
    from analysis.pipeline import forms  # noqa: PLC0415

    _end(forms.codebook_check(file, lang=lang))


def main() -> int:
    """Run the command and return its exit code: no traceback ever reaches a reader (TILIK_DEBUG=1 shows it)."""
    lang = spoken(sys.argv[1:]).lang
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that lacks a letter shows its number
    try:
        code = int(app(prog_name="tilik", standalone_mode=False) or 0)
    except (typer.TyperException, typer.Abort) as fault:
        _tell(*_wrong_call(fault, lang))
        return Exit.WRONG_CALL
    except TilikError as fault:
        _tell(*str(fault).splitlines())
        return fault.exit_code
    except Exception as fault:
        if os.environ.get("TILIK_DEBUG"):
            traceback.print_exc()
        _tell(_refusal(fault, lang) or say("cli.internal", lang, kind=_kind(fault)))
        _let_go()
        return Exit.INTERNAL
    if code == INTERRUPTED:
        _tell(say("cli.interrupted", lang))
    return code


def _refusal(fault: Exception, lang: Language) -> str:
    """Return what it means where the system would not write, and what to do; "" for any other fault."""
    from analysis import store  # noqa: PLC0415

    return str(store.refusal(fault, lang) or "") if isinstance(fault, OSError) else ""


def _tell(*lines: str) -> None:
    for line in lines:
        typer.echo(line, err=True)


def _kind(fault: Exception) -> str:
    """Return what broke and in which of our modules: no message, which could hold what stands in a cell."""
    frames = traceback.extract_tb(fault.__traceback__)
    ours = [frame for frame in frames if f"{os.sep}analysis{os.sep}" in frame.filename]
    where = f", {Path(ours[-1].filename).stem}:{ours[-1].lineno}" if ours else ""
    return f"{type(fault).__name__}{where}"


def _wrong_call(fault: Exception, lang: Language) -> list[str]:
    """Return what is wrong with a call and where help is; typer has it in English only."""
    context, param = getattr(fault, "ctx", None), getattr(fault, "param", None)
    name = getattr(fault, "option_name", "")
    if param is not None:
        name = (param.metavar if param.param_type_name == "argument" else "") or param.opts[0]
    verbs = list(getattr(context.command, "commands", ())) if context is not None else []
    key = WRONG.get(type(fault).__name__, "cli.no_verb" if verbs else "cli.extra")
    command = f"{context.command_path if context is not None else 'tilik'} --help"
    return [say(key, lang, name=name, verbs=", ".join(verbs)), say("cli.hint", lang, command=command)]
